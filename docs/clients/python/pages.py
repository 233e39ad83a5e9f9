"""All years, page by page; sums that do not hide what is withheld."""

import os
import sys

import pandas
import requests

API = os.environ.get("OBSERVATOIRE_URL", "http://127.0.0.1:8080")
HEADERS = {
    "Authorization": f"Bearer {os.environ['OBSERVATOIRE_TOKEN']}",
    "X-Purpose": os.environ.get("OBSERVATOIRE_PURPOSE", "NEEDS_ANALYSIS"),
    "Accept-Language": "en",
}
QUERY = """
query Figures($filter: ObservationFilter!, $after: String) {
  observations(filter: $filter, first: 100, after: $after) {
    nodes { territory { code name } period breakdown { label } value symbol withheld }
    pageInfo { hasNextPage endCursor }
  }
}
"""
FILTER = {"indicators": ["PRE03"], "level": "COMMUNE", "within": "242100410", "from": "2023", "dimensions": ["AGE"]}


def page(after: str | None) -> dict:
    asked = {"query": QUERY, "variables": {"filter": FILTER, "after": after}}
    answer = requests.post(f"{API}/graphql", headers=HEADERS, json=asked, timeout=30).json()
    if "errors" in answer:
        sys.exit("\n".join(f"{error['extensions']['code']}: {error['message']}" for error in answer["errors"]))
    return answer["data"]["observations"]


found = page(None)
nodes = found["nodes"]
while found["pageInfo"]["hasNextPage"]:
    found = page(found["pageInfo"]["endCursor"])
    nodes += found["nodes"]
frame = pandas.json_normalize(nodes).astype({"value": "Float64"})

# Over the ages. By default pandas adds up what is there: a total that lacks whatever is withheld.
keys = ["territory.code", "territory.name", "period"]
sums = frame.groupby(keys)["value"].sum(skipna=False).reset_index()
sums.to_csv(sys.stdout, sep="\t", index=False)
