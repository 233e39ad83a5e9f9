-- A country beside the demonstration, or a part of one, in our own tables: territories from a number to another, and sixty figures of
-- each, made up by arithmetic. They belong to releases that the demonstration has published; no mask was planned for them and the
-- vault does not hold them, so that this database is for measuring alone.
--
-- Variables: first_commune, last_commune, first_iris, last_iris, each from 1. Parts are added in the order of their numbers.
INSERT INTO territory (id, level, code, name, official)
SELECT 1000000 + n, 'DEPARTMENT', 'D' || lpad(n::text, 3, '0'), 'Département ' || n, false FROM generate_series(1, 100) n
WHERE :first_commune = 1
UNION ALL
SELECT 1010000 + n, 'COMMUNE', 'C' || lpad(n::text, 5, '0'), 'Commune ' || n, false FROM generate_series(:first_commune, :last_commune) n
UNION ALL
SELECT 1100000 + n, 'IRIS', 'I' || lpad(n::text, 8, '0'), 'IRIS ' || n, false FROM generate_series(:first_iris, :last_iris) n;

INSERT INTO territory_membership (child_id, parent_id)
SELECT 1000000 + n, (SELECT id FROM territory WHERE level = 'REGION') FROM generate_series(1, 100) n WHERE :first_commune = 1
UNION ALL
SELECT 1010000 + n, 1000000 + n % 100 + 1 FROM generate_series(:first_commune, :last_commune) n
UNION ALL
SELECT 1100000 + n, 1010000 + n % :last_commune + 1 FROM generate_series(:first_iris, :last_iris) n;

INSERT INTO figure (release_id, indicator_id, territory_id, period, breakdown_id, level, shown)
SELECT release.id, indicator.id, territory.id, release.period, 0, territory.level,
       (territory.id * 31::bigint + release.period * 7 + indicator.id * 13) % 5000
FROM release
JOIN release_showing ON release_showing.release_id = release.id AND release_showing.until_edition IS NULL
JOIN source ON source.id = release.source_id AND source.code = 'CAF-ALLOC'
JOIN indicator ON indicator.source_id = source.id AND indicator.code IN ('PRE01', 'PRE03', 'PRE10', 'PRE12', 'PRE14')
CROSS JOIN territory
WHERE territory.id BETWEEN 1010000 + :first_commune AND 1010000 + :last_commune
   OR territory.id BETWEEN 1100000 + :first_iris AND 1100000 + :last_iris;

VACUUM ANALYZE;
