import os, sys, pandas, requests
api = os.environ.get("OBSERVATOIRE_URL", "http://127.0.0.1:8080")
headers = {"Authorization": f"Bearer {os.environ['OBSERVATOIRE_TOKEN']}", "X-Purpose": os.environ.get("OBSERVATOIRE_PURPOSE", "NEEDS_ANALYSIS"), "Accept-Language": "en"}
query = """{ observations(first: 500, filter: {indicators: ["PRE03"], level: COMMUNE, within: "242100410", periods: ["2024"], dimensions: ["AGE"]}) {
  nodes { territory { code name } breakdown { label } value symbol withheld } } }"""
answer = requests.post(f"{api}/graphql", headers=headers, json={"query": query}, timeout=30).json()
if "errors" in answer: sys.exit("\n".join(f"{error['extensions']['code']}: {error['message']}" for error in answer["errors"]))
frame = pandas.json_normalize(answer["data"]["observations"]["nodes"]).astype({"value": "Float64"})
frame["age"] = frame.pop("breakdown").str[0].str["label"]
frame.to_csv(sys.stdout, sep="\t", index=False)
