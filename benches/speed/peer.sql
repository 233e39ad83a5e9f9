-- What the peers answer from: plain tables copied from what was published, with keys, indexes and nothing else.
-- `partner` is the code of the partner that our server is asked for; `studies` lists, between commas, the references that
-- it finds. A value that is masked, or that this partner is not shown, is null: the peers decide nothing when they are asked.
CREATE SCHEMA peer;

CREATE TABLE peer.territory AS
SELECT territory.id, territory.level, territory.code, coalesce(territory.name_en, territory.name) AS name,
       territory.valid_to IS NULL AS current, membership.parent_id, contour.geometry::json AS geometry
FROM territory
LEFT JOIN territory_membership membership ON membership.child_id = territory.id
LEFT JOIN territory_geometry contour ON contour.territory_id = territory.id;
ALTER TABLE peer.territory ADD PRIMARY KEY (id);
ALTER TABLE peer.territory ADD FOREIGN KEY (parent_id) REFERENCES peer.territory;
CREATE INDEX ON peer.territory (parent_id);
CREATE INDEX ON peer.territory (level, current);
CREATE INDEX ON peer.territory (code);

CREATE TABLE peer.indicator AS SELECT id, code, label_en AS label FROM indicator;
ALTER TABLE peer.indicator ADD PRIMARY KEY (id);
ALTER TABLE peer.indicator ADD UNIQUE (code);

CREATE TABLE peer.breakdown AS SELECT id, key FROM breakdown;
ALTER TABLE peer.breakdown ADD PRIMARY KEY (id);

CREATE TABLE peer.observation AS
WITH RECURSIVE own AS (
    SELECT partner_territory.territory_id AS id
    FROM partner_territory JOIN partner ON partner.id = partner_territory.partner_id
    WHERE partner.code = :'partner'
    UNION
    SELECT membership.child_id FROM territory_membership membership JOIN own ON own.id = membership.parent_id
)
SELECT figure.indicator_id, figure.territory_id, figure.period, figure.breakdown_id,
       CASE WHEN source.audience = 'PUBLIC'
              OR source.audience = 'SIGNATORIES'
                 AND (figure.level NOT IN ('IRIS', 'PRIORITY_NEIGHBOURHOOD', 'REMAINDER') OR own.id IS NOT NULL)
            THEN figure.shown END AS value
FROM figure
JOIN release_showing ON release_showing.release_id = figure.release_id AND release_showing.until_edition IS NULL
JOIN indicator ON indicator.id = figure.indicator_id
JOIN source ON source.id = indicator.source_id
LEFT JOIN own ON own.id = figure.territory_id;
ALTER TABLE peer.observation ADD PRIMARY KEY (indicator_id, territory_id, period, breakdown_id);
ALTER TABLE peer.observation ADD FOREIGN KEY (indicator_id) REFERENCES peer.indicator;
ALTER TABLE peer.observation ADD FOREIGN KEY (territory_id) REFERENCES peer.territory;
ALTER TABLE peer.observation ADD FOREIGN KEY (breakdown_id) REFERENCES peer.breakdown;
CREATE INDEX ON peer.observation (territory_id, period, breakdown_id, indicator_id);
CREATE INDEX ON peer.observation (breakdown_id);

CREATE TABLE peer.study AS
SELECT id, reference, kind, title, published_on FROM study
WHERE reference = ANY(string_to_array(:'studies', ','));
ALTER TABLE peer.study ADD PRIMARY KEY (id);
ALTER TABLE peer.study ADD UNIQUE (reference);

CREATE TABLE peer.study_indicator AS
SELECT study_indicator.study_id, study_indicator.indicator_id
FROM study_indicator JOIN peer.study ON study.id = study_indicator.study_id;
ALTER TABLE peer.study_indicator ADD PRIMARY KEY (study_id, indicator_id);
ALTER TABLE peer.study_indicator ADD FOREIGN KEY (study_id) REFERENCES peer.study;
ALTER TABLE peer.study_indicator ADD FOREIGN KEY (indicator_id) REFERENCES peer.indicator;
CREATE INDEX ON peer.study_indicator (indicator_id);

VACUUM ANALYZE;
