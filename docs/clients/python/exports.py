"""The same figures from files: CSV, Parquet and JSON-stat."""

import os

import pandas
import requests
from pyjstat import pyjstat

API = os.environ.get("OBSERVATOIRE_URL", "http://127.0.0.1:8080")
HEADERS = {
    "Authorization": f"Bearer {os.environ['OBSERVATOIRE_TOKEN']}",
    "X-Purpose": os.environ.get("OBSERVATOIRE_PURPOSE", "NEEDS_ANALYSIS"),
    "Accept-Language": "en",
}
TABLE = "indicators=PRE03&level=COMMUNE&within=242100410&periods=2024&dimensions=AGE"

# Codes are texts: read as numbers, 01004 would lose its zero.
csv = pandas.read_csv(
    f"{API}/export/csv?{TABLE}", storage_options=HEADERS, dtype={"territory": str, "period": str}
)
parquet = pandas.read_parquet(f"{API}/export/parquet?{TABLE}", storage_options=HEADERS)
answer = requests.get(f"{API}/export/json-stat?{TABLE}", headers=HEADERS, timeout=30)
answer.raise_for_status()
cube = pyjstat.Dataset.read(answer.text)
json_stat = cube.write("dataframe", naming="id")
# pyjstat keeps the numbers alone; why one is not there stands in the dataset's own extension.
json_stat["withheld"] = json_stat.index.astype(str).map(cube["extension"]["withheld"])

for frame in (csv, parquet, json_stat):
    print(frame[["territory", "AGE", "value", "withheld"]].to_csv(sep="\t", index=False))
