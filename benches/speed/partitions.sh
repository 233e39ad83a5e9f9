#!/usr/bin/env bash
# What partitions by release would make of readings: 5.1 million figures of 60 releases in one table and in a table with a
# partition for each release, asked for one figure, and for 24 territories of ten releases.
#
#   createdb scratch && bash benches/speed/partitions.sh postgres://localhost/scratch && dropdb scratch
#
# Needs PostgreSQL 15 or newer with pgbench, and 2 GB; makes its tables in the database that is named, which is best an empty one.
set -euo pipefail
database=${1:?the address of an empty database}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --dbname "$database" <<'SQL'
CREATE TABLE whole (release_id int, indicator_id int, territory_id int, period int, breakdown_id int, level text,
    shown double precision, withheld text, PRIMARY KEY (release_id, indicator_id, territory_id, period, breakdown_id));
CREATE TABLE parted (LIKE whole) PARTITION BY LIST (release_id);
SELECT format('CREATE TABLE parted_%s PARTITION OF parted FOR VALUES IN (%s)', number, number) FROM generate_series(1, 60) number \gexec
ALTER TABLE parted ADD PRIMARY KEY (release_id, indicator_id, territory_id, period, breakdown_id);
INSERT INTO whole SELECT release, indicator, territory, 202000 + release, 0, 'IRIS', (territory * 31 + release * 7 + indicator * 13) % 5000, NULL
    FROM generate_series(1, 60) release, generate_series(1, 5) indicator, generate_series(1, 17000) territory;
INSERT INTO parted SELECT * FROM whole;
VACUUM ANALYZE whole;
VACUUM ANALYZE parted;
SQL

printf '%s\n' '\set territory random(1, 16900)' '\set release random(1, 60)' \
    'SELECT shown FROM TABLE_NAME WHERE release_id = :release AND indicator_id = 3 AND territory_id = :territory;' >"$folder/one"
printf '%s\n' '\set territory random(1, 16900)' \
    'SELECT release_id, territory_id, shown FROM TABLE_NAME WHERE release_id IN (SELECT generate_series(11, 20)) AND indicator_id IN (3) AND territory_id BETWEEN :territory AND :territory + 23 AND breakdown_id = 0;' >"$folder/many"
for question in one many; do
    for table in whole parted whole parted; do
        sed "s/TABLE_NAME/$table/" "$folder/$question" >"$folder/asked"
        printf '%-5s %-7s ' "$question" "$table"
        pgbench --no-vacuum --time 5 --client 1 --file "$folder/asked" "$database" 2>/dev/null | grep 'latency average'
    done
done
