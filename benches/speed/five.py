"""The five questions, and a sixth for a country: what is sent to each server, and the rows that its answer holds."""

import dataclasses
import itertools
import random

LETTERS = ("a", "b", "c", "d", "e")
# Asked where there is a country alone: nothing else has so many figures of one indicator.
COUNTRY = ("f",)
WORDS = {
    "a": "one territory, 10 indicators, one value each",
    "b": "24 territories × 10 years of one indicator, 240 observations",
    "c": "a tree of 3 levels, the agglomeration, its communes, their IRIS: one value each",
    "d": "20 studies with their indicators",
    "e": "a map: every IRIS with its contour and one value",
    "f": "1,000 communes of a country × 10 years of one indicator, 10,000 observations",
}
COMMUNE = "21231"
AGGLOMERATION = "242100410"
INDICATOR, YEAR = "PRE03", 2023
YEARS = range(2014, 2026)
STUDIES_AT_ONCE = 20


@dataclasses.dataclass
class Lookup:
    """Codes, cursors and rows that are asked for, as the servers told them."""

    communes: list[str]
    # Indicators with a figure of every year: for each commune, and for Dijon at least.
    full: list[str]
    most: list[str]
    studies: list[str]
    # By server: where a page of studies may begin.
    cursors: dict[str, list[str]]
    indicator_rows: dict[str, str] = dataclasses.field(default_factory=dict)
    territory_rows: dict[str, list[int]] = dataclasses.field(default_factory=dict)


async def look_up(running) -> Lookup:
    ours = running["postgresql"]
    told = await ours.ask(
        "{ territories(filter: { level: COMMUNE, within: \"%s\" }, first: 500) { nodes { code } }"
        " indicators(first: 500) { nodes { code periods finestLevel source { audience } } } }" % AGGLOMERATION
    )
    communes = [node["code"] for node in told["territories"]["nodes"]]
    years = {str(year) for year in YEARS}
    able = [
        node["code"] for node in told["indicators"]["nodes"]
        if node["source"]["audience"] == "SIGNATORIES" and node["finestLevel"] == "IRIS" and years <= set(node["periods"])
    ]
    told = await ours.ask(
        "query ($able: [String!]!, $places: [String!]!, $year: Period!) {"
        " observations(filter: { indicators: $able, territories: $places, periods: [$year] }, first: 500) {"
        " nodes { indicator { code } territory { code } value } } }",
        {"able": able, "places": [COMMUNE, communes[0]], "year": str(YEAR)},
    )
    there = {(node["territory"]["code"], node["indicator"]["code"]): node["value"] for node in told["observations"]["nodes"]}
    most = [code for code in able if there.get((COMMUNE, code)) is not None]
    full = [code for code in most if (communes[0], code) in there]
    cursors, studies = {}, []
    for name in ("postgresql", "sqlite"):
        if name in running:
            told = await running[name].ask("{ studies(first: 500) { edges { cursor node { reference } } } }")
            studies = [edge["node"]["reference"] for edge in told["studies"]["edges"]]
            cursors[name] = [edge["cursor"] for edge in told["studies"]["edges"]]
    # A cursor of ours says where, not in which database.
    if len({tuple(list_of) for list_of in cursors.values()}) != 1:
        raise ValueError("cursors of our server differ between databases")
    return Lookup(communes, full, most, studies, {"ours": cursors["postgresql"]})


async def cursors_of_postgraphile(server) -> list[str]:
    told = await server.ask("{ allStudies(first: 500, orderBy: REFERENCE_ASC) { edges { cursor } } }")
    return [edge["cursor"] for edge in told["allStudies"]["edges"]]


def different(first, others, count):
    """The first, then others in an order by chance that is always the same one."""
    others = [other for other in dict.fromkeys(others) if other != first]
    random.Random(1).shuffle(others)
    return [first, *others][:count]


class Question:
    """`asked` holds what each body asks for; the first is the one that is asked again and again."""

    def __init__(self, lookup: Lookup, count: int):
        self.lookup = lookup
        self.asked = self.all_asked(count)

    def body(self, kind, asked):
        if kind == "plain":
            return self.plain(asked)
        if kind == "postgraphile":
            return {"query": self.POSTGRAPHILE, "variables": self.peer_variables(asked)}
        return {"query": self.OURS, "variables": self.variables(asked)}

    def rows(self, kind, answer, asked):
        if kind == "plain":
            return self.plain_rows(answer, asked)
        return (self.postgraphile_rows if kind == "postgraphile" else self.our_rows)(answer["data"], asked)

    def indicator(self, code) -> int:
        return int(self.lookup.indicator_rows[code])

    def today(self, code) -> int:
        """The row of a territory as it is now; those before it were numbered before it."""
        return max(self.lookup.territory_rows[code])


def year_of(period) -> str:
    """Periods of a database are year × 100."""
    return str(period // 100)


class OneTerritory(Question):
    OURS = (
        "query OneTerritory($territory: String!, $indicators: [String!]!, $period: Period!) { territory(code: $territory) { code name"
        " observations(filter: { indicators: $indicators, periods: [$period] }, first: 10) { nodes { indicator { code } period value } } } }"
    )
    POSTGRAPHILE = (
        "query OneTerritory($territory: Int!, $indicators: [Int!]!, $period: Int!) { territoryByRowId(rowId: $territory) { code name"
        " observationsByTerritoryIdList(filter: { indicatorId: { in: $indicators } }, condition: { period: $period, breakdownId: 0 })"
        " { indicatorByIndicatorId { code } period value } } }"
    )

    def all_asked(self, count):
        chance = random.Random(2)
        everywhere = [
            (territory, tuple(sorted(chance.sample(self.lookup.full, 10))), year)
            for territory in [*self.lookup.communes, AGGLOMERATION] for year in YEARS if self.there(territory, year)
        ]
        return different((COMMUNE, tuple(self.lookup.full[:10]), YEAR), everywhere, count)

    def there(self, territory, year):
        """A commune that is younger than the figures has none of before."""
        return len(self.lookup.territory_rows[territory]) == 1 or year >= 2019

    def variables(self, asked):
        territory, indicators, year = asked
        return {"territory": territory, "indicators": indicators, "period": str(year)}

    def peer_variables(self, asked):
        territory, indicators, year = asked
        return {"territory": self.today(territory), "indicators": [self.indicator(code) for code in indicators], "period": year * 100}

    def plain(self, asked):
        territory, indicators, year = asked
        return {"territories": [self.today(territory)], "indicators": [self.indicator(code) for code in indicators], "periods": [year * 100]}

    def our_rows(self, data, asked):
        territory = data["territory"]
        return [(territory["code"], territory["name"], node["indicator"]["code"], node["period"], node["value"]) for node in territory["observations"]["nodes"]]

    def postgraphile_rows(self, data, asked):
        territory = data["territoryByRowId"]
        return [
            (territory["code"], territory["name"], node["indicatorByIndicatorId"]["code"], year_of(node["period"]), node["value"])
            for node in territory["observationsByTerritoryIdList"]
        ]

    def plain_rows(self, answer, asked):
        return [(answer["code"], answer["name"], node["indicator"], year_of(node["period"]), node["value"]) for node in answer["observations"]]


class Series(Question):
    OURS = (
        "query Series($territories: [String!]!, $indicator: String!, $periods: [Period!]!) {"
        " observations(filter: { indicators: [$indicator], territories: $territories, periods: $periods }, first: 240)"
        " { nodes { territory { code } period value } } }"
    )
    POSTGRAPHILE = (
        "query Series($territories: [Int!]!, $indicator: Int!, $periods: [Int!]!) {"
        " allObservationsList(condition: { indicatorId: $indicator, breakdownId: 0 }, filter: { territoryId: { in: $territories }, period: { in: $periods } })"
        " { territoryByTerritoryId { code } period value } }"
    )

    def all_asked(self, count):
        windows = list(itertools.combinations(YEARS, 10))
        everywhere = [(code, years) for code in self.lookup.full for years in windows]
        return different((INDICATOR, tuple(YEARS)[:10]), everywhere, count)

    def territories(self):
        """The communes and the agglomeration; under one code there may be several, one after the other."""
        return [*self.lookup.communes, AGGLOMERATION]

    def territory_rows(self):
        return [row for code in self.territories() for row in self.lookup.territory_rows[code]]

    def variables(self, asked):
        indicator, years = asked
        return {"territories": self.territories(), "indicator": indicator, "periods": [str(year) for year in years]}

    def peer_variables(self, asked):
        indicator, years = asked
        return {"territories": self.territory_rows(), "indicator": self.indicator(indicator), "periods": [year * 100 for year in years]}

    def plain(self, asked):
        indicator, years = asked
        return {"territories": self.territory_rows(), "indicators": [self.indicator(indicator)], "periods": [year * 100 for year in years]}

    def our_rows(self, data, asked):
        return [(node["territory"]["code"], asked[0], node["period"], node["value"]) for node in data["observations"]["nodes"]]

    def postgraphile_rows(self, data, asked):
        return [(node["territoryByTerritoryId"]["code"], asked[0], year_of(node["period"]), node["value"]) for node in data["allObservationsList"]]

    def plain_rows(self, answer, asked):
        return [(node["territory"], asked[0], year_of(node["period"]), node["value"]) for node in answer]


class OneFigure(Question):
    """One indicator in one year, of many territories."""

    def all_asked(self, count):
        return different((INDICATOR, YEAR), [(code, year) for code in self.lookup.most for year in YEARS], count)

    def variables(self, asked):
        return {"indicator": asked[0], "period": str(asked[1])}

    def peer_variables(self, asked):
        return {"indicator": self.indicator(asked[0]), "period": asked[1] * 100}

    def plain(self, asked):
        return {"indicators": [self.indicator(asked[0])], "periods": [asked[1] * 100]}


class Tree(OneFigure):
    OURS = (
        'query Tree($indicator: String!, $period: Period!) { territory(code: "%s") { ...Told'
        " children(level: COMMUNE, first: 100) { nodes { ...Told children(level: IRIS, first: 100) { nodes { ...Told } } } } } }"
        " fragment Told on Territory { code name observation(indicator: $indicator, period: $period) { value } }"
    ) % AGGLOMERATION
    POSTGRAPHILE = (
        "query Tree($territory: Int!, $indicator: Int!, $period: Int!) { territoryByRowId(rowId: $territory) { ...Told"
        ' territoriesByParentIdList(condition: { level: "COMMUNE", current: true }) { ...Told'
        ' territoriesByParentIdList(condition: { level: "IRIS", current: true }) { ...Told } } } }'
        " fragment Told on Territory { code name observationsByTerritoryIdList(condition: { indicatorId: $indicator, period: $period, breakdownId: 0 }) { value } }"
    )

    def peer_variables(self, asked):
        return {**super().peer_variables(asked), "territory": self.today(AGGLOMERATION)}

    def plain(self, asked):
        return {**super().plain(asked), "territories": [self.today(AGGLOMERATION)]}

    def told(self, territory, above, value, below, asked):
        rows = [(above, territory["code"], territory["name"], *asked, value(territory))]
        for child in below(territory):
            rows += self.told(child, territory["code"], value, below, asked)
        return rows

    def our_rows(self, data, asked):
        return self.told(data["territory"], "", lambda at: at["observation"]["value"], lambda at: at.get("children", {"nodes": []})["nodes"], asked)

    def postgraphile_rows(self, data, asked):
        return self.told(data["territoryByRowId"], "", first_value, lambda at: at.get("territoriesByParentIdList", []), asked)

    def plain_rows(self, answer, asked):
        return self.told(answer, "", lambda at: at["value"], lambda at: at.get("children", []), asked)


def first_value(territory):
    """Of a list of none or one."""
    figures = territory["observationsByTerritoryIdList"]
    return figures[0]["value"] if figures else None


class Studies(Question):
    OURS = (
        "query Studies($after: String) { studies(first: 20, after: $after) { nodes { reference title kind publishedOn indicators { code label } } } }"
    )
    POSTGRAPHILE = (
        "query Studies($after: Cursor) { allStudies(first: 20, after: $after, orderBy: REFERENCE_ASC) {"
        " nodes { reference title kind publishedOn studyIndicatorsByStudyIdList { indicatorByIndicatorId { code label } } } } }"
    )

    def all_asked(self, count):
        return different(0, range(len(self.lookup.studies) - STUDIES_AT_ONCE), count)

    def after(self, asked, cursors):
        """What stands before the page that begins there."""
        return cursors[asked - 1] if asked else None

    def variables(self, asked):
        return {"after": self.after(asked, self.lookup.cursors["ours"])}

    def peer_variables(self, asked):
        return {"after": self.after(asked, self.lookup.cursors["postgraphile"])}

    def plain(self, asked):
        return {"after": self.after(asked, self.lookup.studies) or ""}

    def told(self, study, indicators):
        first = (study["reference"], study["title"], study["kind"], study["publishedOn"])
        return [(*first, indicator["code"], indicator["label"]) for indicator in indicators]

    def our_rows(self, data, asked):
        return [row for study in data["studies"]["nodes"] for row in self.told(study, study["indicators"])]

    def postgraphile_rows(self, data, asked):
        return [
            row for study in data["allStudies"]["nodes"]
            for row in self.told(study, [row["indicatorByIndicatorId"] for row in study["studyIndicatorsByStudyIdList"]])
        ]

    def plain_rows(self, answer, asked):
        return [row for study in answer for row in self.told(study, study["indicators"])]


class Contours(OneFigure):
    OURS = (
        'query Contours($indicator: String!, $period: Period!) { territories(filter: { level: IRIS, within: "%s" }, first: 500)'
        " { nodes { code name geometry observation(indicator: $indicator, period: $period) { value } } } }"
    ) % AGGLOMERATION
    POSTGRAPHILE = (
        'query Contours($communes: [Int!]!, $indicator: Int!, $period: Int!) { allTerritoriesList(filter: { parentId: { in: $communes } }, condition: { level: "IRIS", current: true })'
        " { code name geometry observationsByTerritoryIdList(condition: { indicatorId: $indicator, period: $period, breakdownId: 0 }) { value } } }"
    )

    def communes(self):
        return [self.today(code) for code in self.lookup.communes]

    def peer_variables(self, asked):
        return {**super().peer_variables(asked), "communes": self.communes()}

    def plain(self, asked):
        return {**super().plain(asked), "territories": self.communes()}

    def told(self, territory, value, asked):
        return (territory["code"], territory["name"], territory["geometry"], *asked, value)

    def our_rows(self, data, asked):
        return [self.told(node, node["observation"]["value"], asked) for node in data["territories"]["nodes"]]

    def postgraphile_rows(self, data, asked):
        return [self.told(node, first_value(node), asked) for node in data["allTerritoriesList"]]

    def plain_rows(self, answer, asked):
        return [self.told(node, node["value"], asked) for node in answer]


class Many(Question):
    """Our pages have 500 observations at most: twenty of them stand in one document."""

    PAGES, AT_ONCE = 20, 50
    INDICATORS = ("PRE01", "PRE03", "PRE10", "PRE12", "PRE14")
    OURS = (
        "query Many($indicator: String!, $periods: [Period!]!, %s) { %s } fragment Told on ObservationConnection { nodes { territory { code } period value } }"
    ) % (
        ", ".join(f"$t{page}: [String!]!" for page in range(PAGES)),
        " ".join(f"p{page}: observations(filter: {{ indicators: [$indicator], territories: $t{page}, periods: $periods }}, first: 500) {{ ...Told }}" for page in range(PAGES)),
    )
    POSTGRAPHILE = Series.POSTGRAPHILE
    OF_COUNTRY = 1_010_000

    def all_asked(self, count):
        chance = random.Random(3)
        communes = self.PAGES * self.AT_ONCE
        everywhere = [
            (indicator, years, first)
            for indicator in self.INDICATORS for first in range(1, 35_000 - communes, communes)
            for years in chance.sample(list(itertools.combinations(YEARS, 10)), 3)
        ]
        return different(("PRE03", tuple(YEARS)[:10], 1), everywhere, count)

    def numbers(self, first):
        return range(first, first + self.PAGES * self.AT_ONCE)

    def variables(self, asked):
        indicator, years, first = asked
        codes = [f"C{number:05}" for number in self.numbers(first)]
        pages = {f"t{page}": codes[page * self.AT_ONCE:][:self.AT_ONCE] for page in range(self.PAGES)}
        return {"indicator": indicator, "periods": [str(year) for year in years], **pages}

    def peer_variables(self, asked):
        indicator, years, first = asked
        return {"territories": [self.OF_COUNTRY + number for number in self.numbers(first)], "indicator": self.indicator(indicator), "periods": [year * 100 for year in years]}

    def plain(self, asked):
        about = self.peer_variables(asked)
        return {"territories": about["territories"], "indicators": [about["indicator"]], "periods": about["periods"]}

    def our_rows(self, data, asked):
        return [(node["territory"]["code"], asked[0], node["period"], node["value"]) for page in data.values() for node in page["nodes"]]

    postgraphile_rows = Series.postgraphile_rows
    plain_rows = Series.plain_rows


QUESTIONS = {"a": OneTerritory, "b": Series, "c": Tree, "d": Studies, "e": Contours, "f": Many}
