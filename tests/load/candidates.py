"""Documents and addresses near the limits of `docs/network.md`, dearest first within a group."""

import dataclasses
import json
import urllib.parse

from connection import Request


@dataclasses.dataclass(frozen=True)
class Candidate:
    kind: str
    name: str
    request: Request
    caller: str = "analyst"
    # Of one group the first that is let through is measured.
    group: str = ""


def document(kind, name, query, caller="analyst", group="", variables=None):
    return Candidate(kind, name, Request.document(query, variables), caller, group or f"{kind} {name}")


def address(kind, name, path, parameters, caller="analyst", group=""):
    request = Request("GET", f"{path}?{urllib.parse.urlencode(parameters)}")
    return Candidate(kind, name, request, caller, group or f"{kind} {name}")


def words(codes) -> str:
    return json.dumps(list(codes))


def repeated(count, field) -> str:
    """A field under so many names."""
    return "{ " + " ".join(f"a{at}: {field}" for at in range(count)) + " }"


def as_many_as_fit(kind, name, field, counts, caller="analyst", wrap="{}"):
    """The field under as many names as are let through."""
    for count in counts:
        inner = " ".join(f"a{at}: {field}" for at in range(count))
        yield document(kind, f"{name} × {count}", wrap.replace("{}", "{ " + inner + " }"), caller, group=f"{kind} {name}")


OBSERVATION = """indicator { code label } territory { code name level } period breakdown { dimension code label } value symbol
    withheld note obsStatus confStatus release { reference }"""


def searches(found):
    known = [indicator for indicator in found["indicators"]["nodes"] if indicator["periods"]]
    most = words(indicator["code"] for indicator in known[:50])
    everything = f"indicators: {most}"
    for name, field in {
        "all indicators, counted": f"observations(first: 1, filter: {{ {everything} }}) {{ totalCount }}",
        "all indicators, by value": f"observations(first: 1, filter: {{ {everything}, atLeast: 1, shown: true }}, orderBy: [{{ field: VALUE, direction: DESCENDING }}]) {{ totalCount }}",
        "counts by two dimensions, by value": """observations(first: 1, filter: { indicators: ["PRE01"], dimensions: ["AGE", "COMPOSITION"], atLeast: 1, shown: true },
            orderBy: [{ field: VALUE }, { field: TERRITORY }, { field: PERIOD }]) { totalCount }""",
        "withheld alone": f"observations(first: 1, filter: {{ {everything}, shown: false }}) {{ totalCount }}",
    }.items():
        yield from as_many_as_fit("searches", name, field, (31, 24, 16, 8))
    pages = f"observations(first: 500, filter: {{ {everything} }}) {{ totalCount nodes {{ {OBSERVATION} }} }}"
    yield from as_many_as_fit("searches", "pages of 500 with all that there is", pages, (11, 10))
    last = 'observations(last: 500, filter: { indicators: ["PRE01"], dimensions: ["AGE", "COMPOSITION"] }) { nodes { value withheld note } }'
    yield from as_many_as_fit("searches", "the last 500 of many", last, (25,))
    by_indicator = "indicators(first: 28) { nodes { code observations(first: 1, filter: { level: IRIS }) { totalCount } } }"
    yield document("searches", "one for each indicator", "{ " + by_indicator + " }")
    by_territory = f"territories(first: 30) {{ nodes {{ observations(first: 1, filter: {{ {everything} }}) {{ totalCount }} }} }}"
    yield document("searches", "one for each territory", "{ " + by_territory + " }")
    yield from as_many_as_fit("searches", "the log of access", "accessLog(first: 1) { totalCount }", (31, 30), "operator")


def figures(found):
    """Single figures, in a great many places."""
    for fields in (600, 500, 400):
        inner = " ".join(f'a{at}: observation(indicator: "PRE03", period: "{2014 + at % 12}") {{ value withheld }}' for at in range(fields))
        yield document("figures", f"132 territories × {fields}", f"{{ territories(first: 132) {{ nodes {{ {inner} }} }} }}", group="figures t")
    for fields in (940, 900, 800, 700, 600):
        inner = " ".join(f'a{at}: observation(indicator: "PRE03", period: "{2014 + at % 12}") {{ value }}' for at in range(fields))
        yield document("figures", f"132 territories × {fields}, the same twelve", f"{{ territories(first: 132) {{ nodes {{ {inner} }} }} }}", group="figures s")
    for fields in (260, 230, 200):
        inner = " ".join(
            f'a{at}: observation(indicator: "PRE03", period: "{2014 + at % 12}", breakdown: [{{ dimension: "AGE", category: "MOINS_25" }}]) {{ value note withheld symbol indicator {{ label }} }}'
            for at in range(fields)
        )
        yield document("figures", f"132 territories × {fields}, broken down", f"{{ territories(first: 132) {{ nodes {{ {inner} }} }} }}", group="figures b")
    many = " ".join(f'a{at}: territory(code: "21231") {{ observation(indicator: "PRE03") {{ value }} }}' for at in range(1660))
    yield document("figures", "one territory under 1,660 names", "{ " + many + " }")


def tables(found):
    large = [
        ('indicators: ["PRE01"], dimensions: ["AGE", "COMPOSITION"], rows: [TERRITORY, BREAKDOWN], columns: [PERIOD], territories: { level: IRIS }', (2016,)),
        ('indicators: ["PRE01", "PRE03", "PRE04", "PRE05", "PRE06", "PRE08", "PRE09", "PRE10", "PRE12", "PRE13", "PRE14", "PRE15", "EMP02", "EMP03", "EMP04"], rows: [TERRITORY], columns: [INDICATOR, PERIOD], territories: { level: IRIS }', (2014,)),
    ]
    for at, (terms, years) in enumerate(large):
        shape = ("by two dimensions", "of fifteen indicators")[at]
        for name, count, inner in (
            ("cells with all that there is", 1, "{ cells { " + OBSERVATION + " } }"),
            ("cells with values", 1, "{ cells { value symbol withheld } rowHeaders { label } columnHeaders { label } notes }"),
            ("as text once", 1, "{ csv }"),
            ("jsonStat and csv", 1, "{ csv jsonStat }"),
            ("title alone, ×24", 24, "{ title }"),
            ("notes and sources, ×20", 20, "{ notes sources { code } }"),
            ("JSON-stat, ×12", 12, "{ jsonStat }"),
            ("text, ×6", 6, "{ csv }"),
            ("text, ×5", 5, "{ csv }"),
            ("ranks, ×10", 10, "{ derived(derivation: RANK) { symbol } }"),
            ("differences under 18 names", 1, "{ " + " ".join(f"d{one}: derived(derivation: {('RANK', 'SHARE', 'GROWTH', 'DIFFERENCE')[one % 4]}) {{ value }}" for one in range(18)) + " }"),
            ("gaps to another under 9 names", 1, "{ " + " ".join(f'd{one}: derived(derivation: GAP, reference: "21231") {{ value }}' for one in range(9)) + " }"),
        ):
            for year in years:
                field = f'table(input: {{ {terms}, periods: {{ from: "{year}" }} }}) {inner}'
                yield document("tables", f"20,000 cells {shape}, {name}", repeated(count, field))


def drawings(found):
    chart = 'chart(input: { kind: %s, indicators: ["%s"], territories: { %s }, periods: { from: "2014" } %s })'
    for kind, indicator, where, more in (
        ("LINE", "PRE03", 'codes: ["21166", "21515", "21617"]', ""),
        ("BAR", "REV03", "level: COMMUNE", ""),
        ("DISTRIBUTION", "PRE03", "level: IRIS", ""),
        ("SMALL_MULTIPLES", "PRE03", 'codes: ["21003", "21105", "21166", "21171", "21223", "21278", "21315", "21355", "21473", "21515", "21540", "21617"]', ""),
    ):
        field = chart % (kind, indicator, where, more)
        if kind in ("BAR", "DISTRIBUTION"):
            field = field.replace(', periods: { from: "2014" }', "")
        inner = " ".join(f"s{at}: svg(width: {600 + at})" for at in range(47))
        yield document("charts", f"{kind}, drawn 47 times", f"{{ {field} {{ {inner} }} }}")
        yield from as_many_as_fit("charts", kind, field + " { svg }", (16, 15))
        yield from as_many_as_fit("charts", f"{kind}, not drawn", field + " { title alt }", (22,))
    for where in ("level: IRIS", "level: COMMUNE"):
        field = f'map(input: {{ indicator: "PRE04", territories: {{ {where} }}, periods: {{ periods: ["2015", "2018", "2021", "2024"] }} }})'
        inner = " ".join(f"s{at}: svg(width: {600 + at})" for at in range(47))
        yield document("maps", f"four years, {where}, drawn 47 times", f"{{ {field} {{ {inner} }} }}")
        for what in ("features", "topoJson", "vegaLite"):
            inner = " ".join(f"s{at}: {what}" for at in range(47))
            for count in (47, 40, 30, 20, 10):
                inner = " ".join(f"s{at}: {what}" for at in range(count))
                yield document("maps", f"four years, {where}, {what} × {count}", f"{{ {field} {{ {inner} }} }}", group=f"maps {where} {what}")
        yield from as_many_as_fit("maps", f"four years, {where}", field + " { svg }", (16, 15))
        yield from as_many_as_fit("maps", f"four years, {where}, TopoJSON", field + " { topoJson }", (16, 12, 8))


def contours(found):
    codes = words(territory["id"] for territory in found["territories"]["nodes"][:100])
    yield from as_many_as_fit("contours", "all territories", "territories(first: 132) { nodes { geometry bbox centroid } }", (140, 120, 100, 90, 80, 60, 40, 20), )
    yield from as_many_as_fit("contours", "all territories, no page longer than they are", "territories(first: 132) { nodes { geometry } }", (170, 160, 140, 120, 100))
    for count in (180, 160, 140, 120, 100):
        inner = " ".join(f"g{at}: geometry" for at in range(count))
        yield document("contours", f"each {count} times", f"{{ territories(first: 132) {{ nodes {{ {inner} }} }} }}", group="contours each")
    for count in (180, 160, 140, 120, 100):
        inner = " ".join(f"g{at}: geometry" for at in range(count))
        yield document("contours", f"by identifier, {count} times", f"{{ nodes(ids: {codes}) {{ ... on Territory {{ {inner} }} }} }}", group="contours ids")


def profiles(found):
    around = 'comparators: ["242100410", "21"]'
    field = f'profile(input: {{ territory: "21231", template: "NEEDS_ANALYSIS", {around} }})'
    near = 'profile(input: { territory: "21231", template: "NEEDS_ANALYSIS", nearest: %d })'
    for count in (23, 22, 20, 16):
        inner = " ".join(f"h{at}: html" for at in range(count))
        yield document("profiles", f"a page made {count} times", f"{{ {field} {{ {inner} }} }}", group="profiles html")
    yield from as_many_as_fit("profiles", "pages", field + " { html }", (8, 7))
    yield from as_many_as_fit("profiles", "titles", field + " { title notes }", (11, 10))
    for nearest in (4,):
        yield from (
            dataclasses.replace(one, group="profiles nearest")
            for one in as_many_as_fit("profiles", f"pages beside {nearest} of like size", near % nearest + " { html }", (8, 7))
        )
    everything = "{ sections { title lines { label series { value } comparisons { observation { value } gap { value } } } } }"
    yield from as_many_as_fit("profiles", "lines with series and comparisons", field + " " + everything, (8, 7, 6, 5, 4, 3))
    yield address("profiles", "a PDF", "/profile/pdf", {"territory": "21231", "template": "NEEDS_ANALYSIS", "nearest": 2})
    for nearest in (4,):
        yield address("profiles", f"a PDF beside {nearest}", "/profile/pdf", {"territory": "21231", "template": "NEEDS_ANALYSIS", "nearest": nearest}, group="profiles pdf")


FORMATS = ("csv", "csv-fr", "xlsx", "ods", "json-stat", "sdmx-csv", "sdmx-json", "parquet", "geojson")


def files(found):
    by_two = {"indicators": "PRE01", "dimensions": "AGE,COMPOSITION"}
    several = {"indicators": "PRE01,PRE03,PRE08,EMP02", "dimensions": "AGE"}
    all_of = ",".join(indicator["code"] for indicator in found["indicators"]["nodes"] if indicator["periods"])
    plain = {"indicators": ",".join(all_of.split(",")[:50])}
    codes = ",".join(territory["code"] for territory in found["territories"]["nodes"])
    for name, terms in (("by two dimensions", by_two), ("four indicators by age", several), ("fifty indicators", plain)):
        for what in FORMATS:
            for where in ({"territories": codes}, {"level": "IRIS"}):
                for year in (2014, 2018, 2022):
                    yield address(f"files, {what}", name, f"/export/{what}", {**terms, **where, "from": year, "totals": "true"}, group=f"{what} {name}")
                    yield address(f"files, {what}", name, f"/export/{what}", {**terms, **where, "from": year}, group=f"{what} {name}")


def pictures(found):
    where = {"indicator": "PRE04", "level": "IRIS", "periods": "2015,2018,2021,2024"}
    for what in ("svg", "png", "pdf", "vega-lite", "geojson", "topojson"):
        for width in (2000,):
            yield address("pictures", f"a map of every IRIS, four years, {what}, {width} wide", f"/map/{what}", {**where, "width": width}, group=f"map {what}")
        yield address("pictures", f"a map of every IRIS, four years, {what}", f"/map/{what}", where, group=f"map {what}")
    twelve = "21003,21105,21166,21171,21223,21278,21315,21355,21473,21515,21540,21617"
    for kind, terms in (
        ("SMALL_MULTIPLES", {"indicators": "PRE03", "territories": twelve, "from": "2014"}),
        ("DISTRIBUTION", {"indicators": "PRE03", "level": "IRIS", "periods": "2024"}),
    ):
        for what in ("svg", "png", "pdf"):
            for width in (2000,):
                yield address("pictures", f"{kind}, {what}, {width} wide", f"/chart/{what}", {"kind": kind, **terms, "width": width}, group=f"{kind} {what}")


def pages(found):
    ids = words(territory["id"] for territory in found["territories"]["nodes"][:100])
    yield from as_many_as_fit("pages", "all territories in all that they lie in", "territories(first: 132) { nodes { code ancestors { code name ancestors { code name } } } }", (30, 25, 22, 20, 16, 12))
    for count in (24, 22, 20, 15, 10, 8):
        yield document("pages", f"children of children, {count} each", f"{{ territories(first: {count}) {{ nodes {{ name children(first: {count}) {{ nodes {{ name children(first: {count}) {{ nodes {{ code name }} }} }} }} }} }} }}", group="pages children")
    for count in (1200, 900, 600, 400, 200, 100):
        inner = " ".join(f"s{at}: studies(first: 1) {{ totalCount }}" for at in range(count))
        yield document("pages", f"studies of 132 territories, {count} times each", f"{{ territories(first: 132) {{ nodes {{ {inner} }} }} }}", group="pages studies")
    for count in (800, 600, 400, 200):
        inner = " ".join(f"s{at}: overlaps {{ areaShare territory {{ code }} }}" for at in range(count // 20))
        yield document("pages", f"overlaps, {count // 20} times each", f"{{ nodes(ids: {ids}) {{ ... on Territory {{ {inner} }} }} }}", group="pages overlaps")
    yield from as_many_as_fit("pages", "releases of 500", "releases(first: 500) { nodes { reference period publishedOn state embargoUntil geographyVintage source { code label provider { code name } secrecyRule { code } } } }", (35, 32, 30, 25, 20, 10))
    yield from as_many_as_fit("pages", "studies of 500", "studies(first: 500) { nodes { title summary authors { name } citations { value note } indicators { code } } }", (20, 16, 12, 10, 8, 6, 4, 2))
    yield from as_many_as_fit("pages", "partners and where they stand", "partners(first: 100) { nodes { code name territories { code name } referents { service } contributions { year } } }", (30, 20, 16, 12, 8, 4, 2), "operator")
    yield from as_many_as_fit("pages", "uses and openings", "useRequests(first: 100) { nodes { reference openings { state explanation release { reference } } } }", (60, 50, 40, 30, 20, 10), "operator")
    yield from as_many_as_fit("pages", "the programme", "programme(first: 500) { nodes { title } }", (230, 200, 150, 100, 50))
    yield from as_many_as_fit("pages", "indicators of 500", "indicators(first: 500) { nodes { code label definition precautions periods dimensions { code } } }", (40, 30, 25, 20, 10))
    yield from as_many_as_fit("pages", "agreements", "agreements(first: 500) { nodes { reference sources { code } purposes } }", (60, 50, 40, 30, 20, 10), "operator")
    masks = 'observations(first: 500, filter: { indicators: ["PRE03"], level: IRIS, dimensions: ["AGE"], shown: false }) { nodes { explanation { __typename } } }'
    yield from as_many_as_fit("pages", "why cells are masked", masks, (15, 12, 10, 8, 5), "operator")


def candidates(found):
    for family in (searches, figures, tables, drawings, contours, profiles, pictures, files, pages):
        yield from family(found)
