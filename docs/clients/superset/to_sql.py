"""Copies figures into a database, for tools that ask in SQL: Superset, Metabase, Power BI."""

import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pandas

API = os.environ.get("OBSERVATOIRE_URL", "http://127.0.0.1:8080")
HEADERS = {
    "Authorization": f"Bearer {os.environ['OBSERVATOIRE_TOKEN']}",
    "X-Purpose": os.environ.get("OBSERVATOIRE_PURPOSE", "NEEDS_ANALYSIS"),
    "Accept-Language": "en",
}
TABLE = "indicators=PRE03&level=COMMUNE&within=242100410&from=2023&dimensions=AGE"

frame = pandas.read_csv(
    f"{API}/export/csv?{TABLE}", storage_options=HEADERS, dtype={"territory": str, "period": str}
)
# Another database: pandas takes a connection of SQLAlchemy as well.
with closing(sqlite3.connect(os.environ.get("OBSERVATOIRE_COPY", "figures.sqlite"))) as database:
    frame.to_sql("figures", database, if_exists="replace", index=False)
    total = pandas.read_sql(Path(__file__).with_name("total.sql").read_text(), database)
total.to_csv(sys.stdout, sep="\t", index=False)
