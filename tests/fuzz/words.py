"""Values that generated documents hold: those of the schema's own scalars, words that name something here, and the inputs
of documents that people wrote."""

import collections
import pathlib

import graphql
from hypothesis import strategies
from schemathesis.graphql import nodes, scalar

ROOT = pathlib.Path(__file__).parents[2]

# What stands for a file until the request is put together.
FILE = "a file"

# Beginnings of files, by the names that they are sent under.
FILES = {
    "empty.csv": b"",
    "cells.csv": b"indicator;territory;period;value\nPRE03;21231;2026;12\nPRE03;21166;2026;\n",
    "unclosed.csv": b'indicator,territory\n"PRE03,21231\n\xff\xfe\x00',
    "broken.xlsx": b"PK\x03\x04" + bytes(60),
    "broken.pdf": b"%PDF-1.7\n1 0 obj <</Type /Catalog /Pages 1 0 R>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF",
    "broken.png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x08\x06\x00\x00\x00",
}

DAYS = ["2019-01-01", "2019-02-28", "2021-06-15", "2024-06-01", "2026-11-01", "2026-12-31", "2027-03-31", "2027-12-31"]
ODD_DAYS = ["0000-01-01", "2018-12-31", "2023-02-29", "9999-12-31", "+262142-12-31", "-0001-01-01", "2024-1-1", ""]
PERIODS = ["2014", "2019", "2021", "2023", "2024", "2025", "2025-Q1", "2025-Q4", "2025-07", "2024-12"]
ODD_PERIODS = ["0000", "9999", "2025-Q5", "2025-13", "2025-00", "25", "-2025", "2025-W01", "٢٠٢٥", ""]
ODD_NUMBERS = [-1, 6, 100, 500, 501, 20_000, 2**31 - 1, -(2**31), 2**31, 2**63]
ODD_FRACTIONS = [-0.0, 1e-320, 1e308, -1e308, 0.1, 100.0]

# What words of an argument name, where it is not its own name in the plural.
NAMED = {
    "after": ["cursors"],
    "before": ["cursors"],
    "category": ["categories"],
    "client": ["clients"],
    "coAuthors": ["partners"],
    "codes": ["territories", "indicators", "partners"],
    "comparators": ["territories"],
    "document": ["referred.others"],
    "indicator.code": ["indicators"],
    "leader": ["partners"],
    "mark": ["territories"],
    "partner": ["partners"],
    "partner.code": ["partners"],
    "processor": ["partners"],
    "provider": ["partners"],
    "reference": ["references"],
    "studies": ["referred.stud"],
    "study": ["referred.stud"],
    "studyGroup": ["partners"],
    "territory": ["territories"],
    "territory.code": ["territories"],
    "within": ["territories"],
}

# What the fields of an answer tell words of.
TOLD = {"id": "ids", "endCursor": "cursors", "startCursor": "cursors", "reference": "references", "version": "versions"}
TOLD |= {"checksum": "acceptedDocuments", "subject": "subjects"}

# Whose reference it is, by what stands in the name of the field that takes or tells it; the first that does.
REFERRED = ["planned", "programme", "stud", "use", "release", "agreement", "event", "attendance", "deliver"]
SAME = {"planned": "programme", "attendance": "event"}

# What there is to begin with, as each caller is told of it.
KNOWN = [
    "viewer { partner { code } }",
    "indicators(first: 100) { nodes { id code dimensions { code categories { code } } } }",
    "sources(first: 50) { nodes { code } }",
    "partners(first: 100) { nodes { id code } }",
    "territories(first: 300) { nodes { id code } pageInfo { endCursor } }",
    "profileTemplates { code }",
    "releases(first: 100) { nodes { id reference } }",
    "studies(first: 50) { nodes { id reference version documents { reference checksum } } }",
    "programme(first: 50) { nodes { reference } }",
    "useRequests(first: 50) { nodes { id reference } }",
    "agreements(first: 50) { nodes { id reference } }",
    "events(first: 50) { nodes { id reference } }",
    "deliveries(first: 50) { nodes { id reference } }",
]

# How many words of a kind are kept, the last ones.
KEPT = 400


def register_scalars():
    """How values are made of the schema's own scalars, and numbers that something has."""
    text = strategies.text(max_size=12)
    known = strategies.sampled_from(DAYS)
    days = strategies.one_of([known] * 8) | strategies.dates().map(str) | strategies.sampled_from(ODD_DAYS) | text
    times = strategies.sampled_from(["00:00:00Z", "12:00:00Z", "12:00:00+14:00", "23:59:60Z", "24:00:00Z"])
    known = strategies.sampled_from(PERIODS)
    periods = strategies.one_of([known] * 8) | strategies.sampled_from(ODD_PERIODS) | text
    usual = strategies.integers(0, 6) | strategies.integers(2014, 2027)
    numbers = usual | usual | strategies.sampled_from(ODD_NUMBERS)
    fractions = strategies.floats(allow_nan=False, allow_infinity=False) | strategies.sampled_from(ODD_FRACTIONS)
    scalar("Date", days.map(nodes.String))
    scalar("DateTime", strategies.tuples(days, times).map("T".join).map(nodes.String))
    scalar("Period", periods.map(nodes.String))
    scalar("Int", numbers.map(nodes.Int))
    scalar("Float", fractions.map(nodes.Float))
    scalar("Upload", strategies.just(FILE).map(nodes.String))


class Words:
    """Words that name something in the observatory, by what they name."""

    def __init__(self):
        self.kinds, self.own = collections.defaultdict(dict), {}
        self.add("periods", PERIODS)
        self.add("clients", ["dashboard", "tableau-de-bord"])
        self.add("subjects", ["agent-0013", "agent-0017", "agent-0018", "demo", "test-analyst"])

    def add(self, kind, words):
        kept = self.kinds[kind]
        for word in words:
            kept[word] = None
            if len(kept) > KEPT:
                del kept[next(iter(kept))]

    def begin(self, caller, told):
        """Keeps what there is as a caller is told of it, field by field."""
        self.own[caller] = ((told.get("viewer") or {}).get("partner") or {}).get("code")
        for kind in ("indicators", "sources", "partners", "territories"):
            self.add(kind, (node["code"] for node in (told.get(kind) or {}).get("nodes", [])))
        self.add("templates", (template["code"] for template in told["profileTemplates"]))
        for node in told["indicators"]["nodes"]:
            for dimension in node["dimensions"]:
                self.add("dimensions", [dimension["code"]])
                self.add("categories", (category["code"] for category in dimension["categories"]))
        self.learn(told)

    def learn(self, told, name=""):
        """Keeps what an answer tells of what came to be; `name` is that of the field that tells it."""
        if isinstance(told, list):
            for one in told:
                self.learn(one, name)
        elif isinstance(told, dict):
            for key, value in told.items():
                if isinstance(value, (dict, list)):
                    self.learn(value, name if key in ("nodes", "edges", "node") else key)
                elif key in TOLD and isinstance(value, str):
                    self.add(TOLD[key], [value])
                    if key == "reference":
                        self.add(referred(name), [value])

    def draw(self, name, field, caller, random):
        """A word for an argument of this name, of a field and for a caller; none where nothing is known."""
        kinds = NAMED.get(f"{field}.{name}") or NAMED.get(name, [name, f"{name}s"])
        if kinds == ["partners"] and self.own[caller] and random.random() < 0.8:
            return self.own[caller]
        if name == "reference" and random.random() < 0.9:
            kinds = [referred(field)]
        known = [word for kind in kinds for word in self.kinds.get(kind, ())]
        # What came last is what most can be done with.
        return random.choice(known[-3:] if random.random() < 0.3 else known) if known else None


def referred(field):
    """Whose references a field takes or tells."""
    kinds = (kind for kind in REFERRED if kind in field.lower())
    kind = next(kinds, "others")
    return f"referred.{SAME.get(kind, kind)}"


class Models(graphql.Visitor):
    """Inputs of the documents that people wrote, by the field and the argument that take them."""

    def __init__(self):
        super().__init__()
        self.inputs = collections.defaultdict(list)
        for folder in ("examples", "tests/api/documents"):
            for path in sorted((ROOT / folder).glob("*.graphql")):
                graphql.visit(graphql.parse(path.read_text(encoding="utf-8")), self)

    def enter_field(self, node, *_):
        for argument in node.arguments or ():
            is_object = isinstance(argument.value, graphql.ObjectValueNode)
            if is_object and "$" not in graphql.print_ast(argument):
                self.inputs[node.name.value, argument.name.value].append(argument.value)

    def like(self, field, argument, random):
        """An input that somebody wrote, with one generated part at most beside its own or in place of one; or what was
        generated."""
        models = self.inputs.get((field, argument.name.value))
        if not models or not isinstance(argument.value, graphql.ObjectValueNode) or random.random() < 0.4:
            return argument.value
        parts = {part.name.value: part for part in random.choice(models).fields}
        for part in argument.value.fields[: random.randrange(2)]:
            parts[part.name.value] = part
        return graphql.ObjectValueNode(fields=tuple(parts.values()))
