"""What is asked, by whom, how often, and what an answer depends on."""

import dataclasses
import re
import urllib.parse

from connection import Request

# What acts change; the answers to a question that depends on none of it never change.
RELEASE, SMALL, GRANT, CHARTER, REQUESTS = "release", "small release", "grant", "charter", "requests"


@dataclasses.dataclass(frozen=True)
class Caller:
    name: str
    # Options of `token`; none for the public.
    token: tuple[str, ...]
    connections: int


CALLERS = [
    Caller("public", (), 14),
    Caller("reader", ("--partner", "CCAS-CHENOVE", "--role", "READER"), 10),
    Caller("analyst", ("--partner", "CCAS-DIJON", "--role", "ANALYST"), 12),
    Caller("grantee", ("--partner", "COM-21166", "--role", "ANALYST"), 14),
    Caller("referent", ("--partner", "CCAS-DIJON", "--role", "REFERENT", "--subject", "agent-0014"), 8),
    Caller("operator", ("--partner", "GRAND-DIJON", "--role", "OPERATOR"), 6),
]
# Acts, but asks nothing under load.
STEWARD = Caller("steward", ("--partner", "CAF21", "--role", "PROVIDER"), 0)
EVERYBODY = tuple(caller.name for caller in CALLERS)


CREATED = re.compile(rb"<dcterms:created>[^<]*</dcterms:created>")


@dataclasses.dataclass(frozen=True)
class Question:
    name: str
    request: Request
    depends: frozenset
    weight: int = 10
    callers: tuple[str, ...] = EVERYBODY
    # Answers that change by themselves: held to have no error, and to nothing else.
    free: bool = False
    file: bool = False

    def comparable(self, body: bytes) -> bytes:
        """The answer without the moment at which a file was made."""
        return CREATED.sub(b"", body) if self.file else body


def ask(name, query, *depends, **more) -> Question:
    return Question(name, Request.document(query), frozenset(depends), **more)


def get(name, address, parameters, *depends, **more) -> Question:
    return Question(name, Request("GET", f"{address}?{urllib.parse.urlencode(parameters)}"), frozenset(depends), **more)


FIGURE = "nodes { indicator { code } territory { code } period breakdown { code } value symbol withheld note obsStatus }"


def search(name, conditions, *depends, **more) -> Question:
    query = f"{{ observations(first: 200, filter: {{ {conditions} }}) {{ totalCount {FIGURE} }} }}"
    return ask(name, query, *depends, **more)


AGES = 'indicators: ["PRE03"], level: IRIS, dimensions: ["AGE", "RSA_TYPE"]'
RSA = {"indicators": "PRE03", "level": "IRIS", "within": "21166", "from": "2025", "dimensions": "AGE", "totals": "true"}

QUESTIONS = [
    # Figures by themselves, and lists of them.
    ask(
        "a figure",
        """{ territory(code: "21231") { name population { value period }
            before: observation(indicator: "PRE03", period: "2025") { value withheld symbol note }
            now: observation(indicator: "PRE03", period: "2026") { value withheld symbol note release { reference } } } }""",
        RELEASE, CHARTER, weight=24,
    ),
    search("ages by district, 2025", f'{AGES}, within: "21166", periods: ["2025"]', GRANT, CHARTER, weight=24),
    search("ages by district, 2026", f'{AGES}, within: "21166", periods: ["2026"]', RELEASE, GRANT, CHARTER, weight=24),
    search("ages in Dijon, 2026", f'{AGES}, within: "21231", periods: ["2026"]', RELEASE, CHARTER, weight=12),
    search(
        "communes over years",
        'indicators: ["PRE03", "PRE08", "PRE10"], level: COMMUNE, within: "242100410", from: "2024"',
        RELEASE, GRANT, CHARTER, weight=12,
    ),
    search("aids of a centre", 'indicators: ["CCAS01"], level: IRIS, within: "21231", from: "2025", dimensions: ["AIDE_CCAS"]', SMALL, CHARTER, weight=16),
    ask(
        "aids over years",
        """{ table(input: { indicators: ["CCAS01"], rows: [BREAKDOWN], columns: [PERIOD], periods: { from: "2020" }, dimensions: ["AIDE_CCAS"], totals: true,
            territories: { codes: ["21231"] } }) { title cells { value withheld symbol } derived(derivation: DIFFERENCE) { value withheld } } }""",
        SMALL, CHARTER,
    ),
    ask(
        "the largest",
        f"""{{ observations(first: 30, orderBy: [{{ field: VALUE, direction: DESCENDING }}],
            filter: {{ indicators: ["PRE03"], level: IRIS, within: "21166", atLeast: 10, shown: true }}) {{ totalCount {FIGURE} }} }}""",
        RELEASE, GRANT, CHARTER,
    ),
    # Tables, drawings, profiles.
    ask(
        "a table",
        """{ table(input: { indicators: ["PRE03"], rows: [TERRITORY], columns: [PERIOD], periods: { from: "2019" },
            territories: { level: COMMUNE, within: "242100410" } })
            { title cells { value withheld symbol } derived(derivation: GROWTH) { value withheld } notes } }""",
        RELEASE, GRANT, CHARTER, weight=8,
    ),
    ask(
        "a chart",
        """{ chart(input: { kind: LINE, indicators: ["PRE03"], territories: { codes: ["21166", "21515", "21617"] },
            periods: { from: "2014" } }) { title alt svg } }""",
        RELEASE, GRANT, CHARTER, weight=6,
    ),
    ask(
        "a map",
        """{ map(input: { indicator: "PRE03", territories: { level: IRIS, within: "21166" }, periods: { periods: ["2026"] } })
            { title alt classes { from to count } svg } }""",
        RELEASE, GRANT, CHARTER, weight=6,
    ),
    ask(
        "a profile",
        """{ profile(input: { territory: "21166", template: "NEEDS_ANALYSIS", comparators: ["242100410"] })
            { title sections { title lines { label observation { value symbol withheld period } change { value }
            comparisons { observation { value symbol } gap { value } } } } notes } }""",
        RELEASE, SMALL, GRANT, CHARTER, weight=2, callers=("public", "analyst", "grantee"),
    ),
    # What is public, in ways that a cache may keep.
    get(
        "public figures",
        "/graphql",
        {"query": '{ observations(first: 100, filter: { indicators: ["REV02", "REV03"], level: COMMUNE, within: "242100410" }) '
                  "{ totalCount nodes { territory { name } period value symbol withheld } } }"},
        weight=12, callers=("public",),
    ),
    get(
        "a figure of partners, by address",
        "/graphql",
        {"query": '{ territory(code: "21166") { name rsa: observation(indicator: "PRE03", period: "2026") { value withheld } } }'},
        RELEASE, weight=12, callers=("public",),
    ),
    ask(
        "territories and contours",
        '{ territories(first: 40, filter: { level: IRIS, within: "21166" }) { nodes { code name level geometry bbox parent { code } } } }',
        weight=5,
    ),
    # What is known about data, rights and people.
    ask("releases of the small source", '{ releases(first: 100, filter: { source: "CCAS-AIDES" }) { nodes { reference state publishedOn period } } }', SMALL),
    ask("releases", '{ releases(first: 100, filter: { source: "CAF-ALLOC" }) { nodes { reference state publishedOn period } } }', RELEASE),
    ask("uses", "{ useRequests(first: 100) { nodes { reference state partner { code } granted { unmasked until } } } }", REQUESTS,
        callers=("grantee", "operator", "analyst")),
    ask("standing", "{ viewer { partner { code } roles standing { charterSigned missing } } }", CHARTER),
    ask("studies", "{ studies(first: 50) { totalCount nodes { reference title citations { value withheld } } } }",
        RELEASE, SMALL, GRANT, CHARTER, weight=5),
    ask("the log of access", "{ accessLog(first: 20) { nodes { number at partner sources { source shown } } } }",
        weight=4, callers=("operator",), free=True),
    # Files.
    get("a file, CSV", "/export/csv", RSA, RELEASE, GRANT, CHARTER, weight=4, file=True),
    get("a file, XLSX", "/export/xlsx", RSA, weight=2, file=True, free=True),
    get("a drawing, SVG", "/chart/svg",
        {"kind": "BAR", "indicators": "PRE03", "level": "COMMUNE", "within": "242100410", "periods": "2026"},
        RELEASE, GRANT, CHARTER, weight=2, file=True),
]
