-- A country beside the demonstration, in our own tables: 86,100 territories and about 5 million figures more, made up by
-- arithmetic. They belong to releases that the demonstration has published; no mask was planned for them and the vault does not
-- hold them, so that this database is for measuring alone.
INSERT INTO territory (id, level, code, name, official)
SELECT 1000000 + n, 'DEPARTMENT', 'D' || lpad(n::text, 3, '0'), 'Département ' || n, false FROM generate_series(1, 100) n
UNION ALL
SELECT 1010000 + n, 'COMMUNE', 'C' || lpad(n::text, 5, '0'), 'Commune ' || n, false FROM generate_series(1, 35000) n
UNION ALL
SELECT 1100000 + n, 'IRIS', 'C' || lpad((n % 35000 + 1)::text, 5, '0') || 'X' || n / 35000 + 1, 'IRIS ' || n, false
FROM generate_series(0, 50999) n;

INSERT INTO territory_membership (child_id, parent_id)
SELECT 1000000 + n, (SELECT id FROM territory WHERE level = 'REGION') FROM generate_series(1, 100) n
UNION ALL
SELECT 1010000 + n, 1000000 + n % 100 + 1 FROM generate_series(1, 35000) n
UNION ALL
SELECT 1100000 + n, 1010000 + n % 35000 + 1 FROM generate_series(0, 50999) n;

INSERT INTO figure (release_id, indicator_id, territory_id, period, breakdown_id, level, shown)
SELECT release.id, indicator.id, territory.id, release.period, 0, territory.level,
       (territory.id * 31::bigint + release.period * 7 + indicator.id * 13) % 5000
FROM release
JOIN release_showing ON release_showing.release_id = release.id AND release_showing.until_edition IS NULL
JOIN source ON source.id = release.source_id AND source.code = 'CAF-ALLOC'
JOIN indicator ON indicator.source_id = source.id AND indicator.code IN ('PRE01', 'PRE03', 'PRE10', 'PRE12', 'PRE14')
CROSS JOIN territory
WHERE territory.id > 1010000;

VACUUM ANALYZE;
