//! Tables, maps and files say what observations say to the same caller, number by number and mask by mask.

use std::collections::{BTreeMap, HashMap};

use axum::http::Request;
use observatoire::export::Format;
use serde_json::{Value, json};

use crate::support::app::{Answer, CALLERS, Caller, TestApp, everywhere, who};

/// What is told of a figure: a number or the reason why there is none.
type Told = Result<f64, String>;

/// A figure: indicator, territory, period, categories in the order of the dimensions (`_T` for all of them).
type Key = (String, String, String, Vec<String>);

/// A table that is asked for everywhere: its parameters, and the filters of the observations in it.
struct Case {
    parameters: &'static str,
    input: &'static str,
    dimensions: &'static [&'static str],
    filters: &'static [&'static str],
}

const CASES: &[Case] = &[
    Case {
        parameters: "indicators=PRE03&level=COMMUNE&within=242100410&from=2022&to=2023&dimensions=AGE&totals=true",
        input: r#"rows: [TERRITORY, PERIOD], columns: [INDICATOR, BREAKDOWN], indicators: ["PRE03"], territories: { level: COMMUNE, within: "242100410" }, periods: { from: "2022", to: "2023" }, dimensions: ["AGE"], totals: true"#,
        dimensions: &["AGE"],
        filters: &[
            r#"indicators: ["PRE03"], level: COMMUNE, within: "242100410", from: "2022", to: "2023", dimensions: ["AGE"]"#,
            r#"indicators: ["PRE03"], territories: ["242100410"], from: "2022", to: "2023", dimensions: ["AGE"]"#,
            r#"indicators: ["PRE03"], level: COMMUNE, within: "242100410", from: "2022", to: "2023""#,
            r#"indicators: ["PRE03"], territories: ["242100410"], from: "2022", to: "2023""#,
        ],
    },
    Case {
        parameters: "columns=PERIOD&indicators=PRE01,REV03&level=IRIS&within=21231&asOf=2024-06-01&periods=2021,2024",
        input: r#"rows: [INDICATOR, TERRITORY], columns: [PERIOD], indicators: ["PRE01", "REV03"], territories: { level: IRIS, within: "21231", asOf: "2024-06-01" }, periods: { periods: ["2021", "2024"] }"#,
        dimensions: &[],
        filters: &[
            r#"indicators: ["PRE01", "REV03"], level: IRIS, within: "21231", asOf: "2024-06-01", periods: ["2021", "2024"]"#,
        ],
    },
    Case {
        parameters: "indicators=SAN02&level=PRIORITY_NEIGHBOURHOOD&latest=2",
        input: r#"rows: [TERRITORY], columns: [PERIOD], indicators: ["SAN02"], territories: { level: PRIORITY_NEIGHBOURHOOD }, periods: { latest: 2 }"#,
        dimensions: &[],
        filters: &[r#"indicators: ["SAN02"], level: PRIORITY_NEIGHBOURHOOD"#],
    },
];

impl Case {
    /// What `observations` tells the caller.
    fn told(&self, app: &TestApp, caller: &Caller) -> HashMap<Key, Told> {
        let mut told = HashMap::new();
        for filter in self.filters {
            let mut after = String::new();
            loop {
                let query = format!(
                    "{{ observations(filter: {{ {filter} }}, first: 500{after}) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ value withheld indicator {{ code }} territory {{ code }} period breakdown {{ dimension code }} }} }} }}"
                );
                let page = app.ask(caller, &query).data()["observations"].take();
                for node in page["nodes"].as_array().unwrap() {
                    told.insert(self.key(node), answer(node));
                }
                if page["pageInfo"]["hasNextPage"] != true {
                    break;
                }
                after = format!(", after: {}", page["pageInfo"]["endCursor"]);
            }
        }
        told
    }

    fn key(&self, node: &Value) -> Key {
        let categories: HashMap<&str, &str> = node["breakdown"]
            .as_array()
            .unwrap()
            .iter()
            .map(|category| (category["dimension"].as_str().unwrap(), category["code"].as_str().unwrap()))
            .collect();
        let category = |dimension: &&str| categories.get(dimension).unwrap_or(&"_T").to_string();
        (
            node["indicator"]["code"].as_str().unwrap().to_owned(),
            node["territory"]["code"].as_str().unwrap().to_owned(),
            node["period"].as_str().unwrap().to_owned(),
            self.dimensions.iter().map(category).collect(),
        )
    }
}

fn answer(node: &Value) -> Told {
    match (node["value"].as_f64(), node["withheld"].as_str()) {
        (Some(value), None) => Ok(value),
        (None, Some(reason)) => Err(reason.to_owned()),
        both => panic!("a value or a reason: {both:?}"),
    }
}

fn export(app: &TestApp, caller: &Caller, format: &str, parameters: &str) -> Answer {
    let mut request = Request::get(format!("/export/{format}?{parameters}"));
    if let Some(token) = app.token(caller) {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    app.send(request.body(axum::body::Body::empty()).unwrap())
}

/// Holds what an output says against what observations say: figures that nobody has are not collected, or closed to the
/// caller like all others of their kind.
fn check(told: &HashMap<Key, Told>, said: &[(Key, Told)], what: &str) {
    let mut checked = 0;
    for (key, answer) in said {
        match told.get(key) {
            Some(expected) => {
                assert_eq!(answer, expected, "{what}: {key:?}");
                checked += 1;
            }
            None => assert!(answer.is_err(), "{what}: {key:?} is a number that observations do not give"),
        }
    }
    let named: std::collections::HashSet<&Key> = said.iter().map(|(key, _)| key).collect();
    assert!(checked > 0 || told.is_empty(), "{what} says nothing of {} figures", told.len());
    assert_eq!(named.len(), said.len(), "{what} says something twice");
}

fn csv_rows(text: &str, delimiter: u8) -> Vec<HashMap<String, String>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    let columns: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let row = |row: Result<csv::StringRecord, csv::Error>| {
        columns.iter().cloned().zip(row.unwrap().iter().map(str::to_owned)).collect()
    };
    reader.records().map(row).collect()
}

fn said_by_rows(
    case: &Case,
    rows: &[HashMap<String, String>],
    columns: [&str; 5],
    reason: impl Fn(&HashMap<String, String>) -> Option<String>,
) -> Vec<(Key, Told)> {
    let [indicator, territory, period, value, _] = columns;
    rows.iter()
        .map(|row| {
            let categories = case.dimensions.iter().map(|dimension| row[*dimension].clone()).collect();
            let key = (row[indicator].clone(), row[territory].clone(), row[period].clone(), categories);
            let number = row[value].replace(',', ".");
            let told = match (number.is_empty(), reason(row)) {
                (false, None) => Ok(number.parse().unwrap()),
                (true, Some(reason)) => Err(reason),
                both => panic!("a value or a reason: {both:?} {row:?}"),
            };
            (key, told)
        })
        .collect()
}

fn said_by_json_stat(case: &Case, cube: &Value) -> Vec<(Key, Told)> {
    let ids: Vec<&str> = cube["id"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    let mut expected = vec!["indicator", "territory", "period"];
    expected.extend(case.dimensions);
    assert_eq!(ids, expected);
    let members: Vec<Vec<&str>> = ids
        .iter()
        .map(|id| {
            let codes = cube["dimension"][*id]["category"]["index"].as_array().unwrap();
            codes.iter().map(|code| code.as_str().unwrap()).collect()
        })
        .collect();
    let values = cube["value"].as_array().unwrap();
    let count: usize = members.iter().map(Vec::len).product();
    assert_eq!((values.len(), cube["status"].as_array().unwrap().len()), (count, count));
    let mut said = Vec::new();
    for (index, value) in values.iter().enumerate() {
        let mut rest = index;
        let mut codes: Vec<String> = Vec::new();
        for dimension in members.iter().rev() {
            codes.push(dimension[rest % dimension.len()].to_owned());
            rest /= dimension.len();
        }
        codes.reverse();
        let reason = cube["extension"]["withheld"][index.to_string()].as_str().map(str::to_owned);
        let told = match (value.as_f64(), reason) {
            (Some(value), None) => Ok(value),
            (None, reason) => Err(reason.unwrap_or_else(|| "NOT_COLLECTED".to_owned())),
            both => panic!("a value or a reason: {both:?}"),
        };
        said.push(((codes[0].clone(), codes[1].clone(), codes[2].clone(), codes[3..].to_vec()), told));
    }
    said
}

fn said_by_workbook(case: &Case, bytes: &[u8], sheets: &[&str]) -> Vec<(Key, Told)> {
    use calamine::{Data, Reader};
    let mut workbook = calamine::open_workbook_auto_from_rs(std::io::Cursor::new(bytes)).unwrap();
    assert_eq!(workbook.sheet_names(), sheets);
    let range = workbook.worksheet_range("Données").unwrap();
    let header: Vec<String> = range.rows().next().unwrap().iter().map(ToString::to_string).collect();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    range
        .rows()
        .skip(1)
        .map(|row| {
            let text = |name: &str| row[at(name)].to_string();
            let categories = case.dimensions.iter().map(|dimension| text(dimension)).collect();
            let key = (text("Indicateur"), text("Territoire"), text("Période"), categories);
            let told = match &row[at("Valeur")] {
                Data::Float(number) => Ok(*number),
                Data::Empty => Err(text("Motif")),
                other => panic!("a number column holds {other:?}"),
            };
            (key, told)
        })
        .collect()
}

fn said_by_parquet(case: &Case, bytes: Vec<u8>) -> Vec<(Key, Told)> {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
    let rows = reader.get_row_iter(None).unwrap();
    rows.map(|row| {
        let fields: BTreeMap<String, parquet::record::Field> =
            row.unwrap().get_column_iter().map(|(name, field)| (name.clone(), field.clone())).collect();
        let text = |name: &str| match &fields[name] {
            parquet::record::Field::Str(text) => text.clone(),
            other => panic!("{name}: {other:?}"),
        };
        let categories = case.dimensions.iter().map(|dimension| text(dimension)).collect();
        let told = match &fields["value"] {
            parquet::record::Field::Double(number) => Ok(*number),
            parquet::record::Field::Null => Err(text("withheld")),
            other => panic!("{other:?}"),
        };
        ((text("indicator"), text("territory"), text("period"), categories), told)
    })
    .collect()
}

#[test]
fn every_output_says_what_observations_say() {
    for app in everywhere() {
        for caller in CALLERS {
            for case in CASES {
                let told = case.told(app, caller);
                let reason = |column: &'static str| {
                    move |row: &HashMap<String, String>| {
                        Some(row[column].clone()).filter(|reason| !reason.is_empty())
                    }
                };
                let query = format!(
                    "{{ table(input: {{ {} }}) {{ cells {{ value withheld indicator {{ code }} territory {{ code }} period breakdown {{ dimension code }} }} csv jsonStat }} }}",
                    case.input
                );
                let table = app.ask(caller, &query).data()["table"].take();
                let cells = table["cells"].as_array().unwrap().iter().flat_map(|row| row.as_array().unwrap());
                let cells: Vec<(Key, Told)> = cells.map(|cell| (case.key(cell), answer(cell))).collect();
                check(&told, &cells, "table");
                let columns = ["indicator", "territory", "period", "value", ""];
                let rows = csv_rows(table["csv"].as_str().unwrap(), b';');
                check(&told, &said_by_rows(case, &rows, columns, reason("withheld")), "csv");
                check(&told, &said_by_json_stat(case, &table["jsonStat"]), "jsonStat");
                for format in Format::ALL {
                    let file = export(app, caller, format.word(), case.parameters);
                    assert_eq!(file.status, 200, "{} {}: {}", caller.name, format.word(), file.text());
                    let said = match format {
                        Format::Csv => {
                            said_by_rows(case, &csv_rows(&file.text(), b','), columns, reason("withheld"))
                        }
                        Format::CsvFrench => {
                            let text = file.text();
                            let text = text.strip_prefix('\u{feff}').unwrap();
                            said_by_rows(case, &csv_rows(text, b';'), columns, reason("withheld"))
                        }
                        Format::SdmxCsv => {
                            let columns = ["INDICATOR", "REF_AREA", "TIME_PERIOD", "OBS_VALUE", ""];
                            let rows = csv_rows(&file.text(), b',');
                            let status = |row: &HashMap<String, String>| {
                                let status = row["OBS_STATUS"].as_str();
                                (!matches!(status, "A" | "D")).then(|| status.to_owned())
                            };
                            // SDMX has one status for several reasons: only that there is one is compared.
                            let known = |key: &Key| told.get(key).cloned();
                            said_by_rows(case, &rows, columns, status)
                                .into_iter()
                                .map(|(key, answer)| match (answer, known(&key)) {
                                    (Err(_), Some(Err(reason))) => (key, Err(reason)),
                                    (answer, _) => (key, answer),
                                })
                                .collect()
                        }
                        Format::JsonStat => said_by_json_stat(case, &file.json()),
                        Format::Xlsx => said_by_workbook(case, &file.bytes, &["Tableau", "Données", "Notes"]),
                        Format::Ods => said_by_workbook(case, &file.bytes, &["Données", "Notes"]),
                        Format::Parquet => said_by_parquet(case, file.bytes.clone()),
                    };
                    check(&told, &said, format.word());
                }
            }
        }
    }
}

#[test]
fn maps_say_what_observations_say_in_words_colours_and_features() {
    for app in everywhere() {
        for caller in CALLERS {
            let territories = r#"{ level: IRIS, within: "21231", asOf: "2024-06-01" }"#;
            for (indicator, period) in [("PRE03", "2023"), ("SAN02", "2023"), ("REV03", "2021")] {
                let query = format!(
                    r#"{{
                        observations(filter: {{ indicators: ["{indicator}"], level: IRIS, within: "21231", asOf: "2024-06-01", periods: ["{period}"] }}, first: 500) {{ nodes {{ value withheld symbol territory {{ code name }} }} }}
                        map(input: {{ indicator: "{indicator}", territories: {territories}, periods: {{ periods: ["{period}"] }} }}) {{ svg features topoJson vegaLite classes {{ from to count }} alt }}
                    }}"#
                );
                let data = app.ask(caller, &query).data();
                let nodes = data["observations"]["nodes"].as_array().unwrap();
                let told: HashMap<&str, (Told, &Value)> = nodes
                    .iter()
                    .map(|node| (node["territory"]["code"].as_str().unwrap(), (answer(node), node)))
                    .collect();
                let features = data["map"]["features"]["features"].as_array().unwrap();
                let topologies =
                    data["map"]["topoJson"]["objects"]["territories"]["geometries"].as_array().unwrap();
                let drawn = data["map"]["vegaLite"]["data"]["values"]["features"].as_array().unwrap();
                for feature in features.iter().chain(topologies).chain(drawn) {
                    let properties = &feature["properties"];
                    let code = properties["code"].as_str().unwrap();
                    match told.get(code) {
                        Some((expected, _)) => assert_eq!(&answer(properties), expected, "{code}"),
                        None => assert!(answer(properties).is_err(), "{code}"),
                    }
                }
                // Every tip of the drawing ends with the number or the sign of its territory.
                let svg = data["map"]["svg"].as_str().unwrap();
                for node in nodes {
                    let name = node["territory"]["name"].as_str().unwrap().replace('&', "&amp;");
                    let tip = format!("<title>{name}\u{a0}: ");
                    let Some(at) = svg.find(&tip) else { panic!("{name} is not drawn") };
                    let said = svg[at + tip.len()..].split('<').next().unwrap();
                    match answer(node) {
                        Ok(value) => {
                            let digits: String = said
                                .chars()
                                .filter(|letter| letter.is_ascii_digit() || *letter == ',')
                                .collect();
                            let number: f64 = digits.replace(',', ".").parse().unwrap();
                            assert!((number - value).abs() <= 0.5, "{name}: {said} for {value}");
                        }
                        Err(_) => assert_eq!(said, node["symbol"].as_str().unwrap(), "{name}"),
                    }
                }
                let shown: Vec<f64> =
                    told.values().filter_map(|(told, _)| told.as_ref().ok().copied()).collect();
                if let (Some(first), Some(last)) = (
                    data["map"]["classes"][0]["from"].as_f64(),
                    data["map"]["classes"].as_array().unwrap().last(),
                ) {
                    let least = shown.iter().copied().fold(f64::INFINITY, f64::min);
                    let most = shown.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    assert_eq!((first, last["to"].as_f64().unwrap()), (least, most));
                    let counts = data["map"]["classes"].as_array().unwrap().iter();
                    let counted: u64 = counts.map(|class| class["count"].as_u64().unwrap()).sum();
                    assert_eq!(counted as usize, shown.len());
                }
            }
        }
    }
}

#[test]
fn what_is_worked_out_takes_only_what_is_shown() {
    for app in everywhere() {
        let caller = who("analyst");
        let query = r#"{ table(input: { rows: [TERRITORY], columns: [PERIOD], indicators: ["PRE03"], breakdown: [{ dimension: "AGE", category: "MOINS_25" }], territories: { level: IRIS, within: "21231", asOf: "2024-06-01" }, periods: { periods: ["2022", "2023"] } }) {
            cells { value withheld }
            difference: derived(derivation: DIFFERENCE) { value withheld }
            rank: derived(derivation: RANK) { value withheld }
            growth: derived(derivation: GROWTH) { value withheld unit }
        } }"#;
        let data = app.ask(caller, query).data();
        let table = &data["table"];
        let number = |of: &Value, row: usize, column: usize| of[row][column]["value"].as_f64();
        let rows = table["cells"].as_array().unwrap().len();
        let mut masked = 0;
        for row in 0..rows {
            let both = number(&table["cells"], row, 0).zip(number(&table["cells"], row, 1));
            assert_eq!(number(&table["difference"], row, 1), both.map(|(before, after)| after - before));
            let growth = both.filter(|(before, _)| *before != 0.0);
            let growth = growth.map(|(before, after)| 100.0 * (after - before) / before);
            let told = number(&table["growth"], row, 1);
            assert_eq!(told.is_some(), growth.is_some());
            assert!(told.zip(growth).is_none_or(|(told, growth)| (told - growth).abs() < 1e-9));
            assert_eq!(table["difference"][row][0]["value"], Value::Null);
            for column in 0..2 {
                let value = number(&table["cells"], row, column);
                let above = |value: f64| {
                    (0..rows).filter(|row| number(&table["cells"], *row, column) > Some(value)).count()
                };
                assert_eq!(number(&table["rank"], row, column), value.map(|value| above(value) as f64 + 1.0));
                if table["cells"][row][column]["withheld"] == "STATISTICAL_SECRECY" {
                    assert_eq!(table["rank"][row][column]["withheld"], "STATISTICAL_SECRECY");
                    masked += 1;
                }
            }
        }
        assert!(masked > 0, "nothing is masked here");
    }
}

#[test]
fn what_cannot_be_a_table_or_a_map_is_refused_with_its_reason() {
    let app = everywhere().next().unwrap();
    let public = who("public");
    let table = |input: &str| app.ask(public, &format!("{{ table(input: {{ {input} }}) {{ title }} }}"));
    let communes = r#"territories: { level: COMMUNE }"#;
    for (input, code, word) in [
        (format!(r#"rows: [TERRITORY, TERRITORY], columns: [], indicators: ["DEM01"], {communes}"#), "LAYOUT_INVALID", "TERRITORY"),
        (format!(r#"rows: [INDICATOR], columns: [PERIOD], indicators: ["DEM01"], {communes}"#), "LAYOUT_INVALID", "TERRITORY"),
        (format!(r#"rows: [TERRITORY], columns: [], indicators: ["DEM01"], {communes}, periods: {{ from: "2199" }}"#), "LAYOUT_INVALID", "PERIOD"),
        (r#"rows: [TERRITORY], columns: [], indicators: ["DEM01"], territories: {}"#.to_owned(), "FILTER_INVALID", "within"),
        (format!(r#"rows: [TERRITORY], columns: [], indicators: ["XXX99"], {communes}"#), "CODE_UNKNOWN", "XXX99"),
        (format!(r#"rows: [TERRITORY], columns: [], indicators: ["DEM01"], {communes}, periods: {{ latest: 0 }}"#), "FILTER_INVALID", "latest"),
        (
            r#"rows: [TERRITORY, PERIOD, BREAKDOWN], columns: [INDICATOR], indicators: ["PRE01", "PRE02", "PRE03", "PRE04", "PRE05", "PRE07", "EMP01", "EMP02", "EMP03", "EMP04", "SAN01", "SAN02"], territories: { within: "242100410" }, periods: { periods: ["2014", "2015", "2016", "2017", "2018", "2019", "2020", "2021"] }, dimensions: ["AGE"], totals: true"#.to_owned(),
            "TABLE_TOO_LARGE",
            "20000",
        ),
    ] {
        let answer = table(&input);
        assert_eq!(answer.code().as_deref(), Some(code), "{input}: {}", answer.text());
        assert!(answer.text().contains(word), "{input}: {}", answer.text());
    }
    let map =
        |input: &str| app.ask(public, &format!("{{ map(input: {{ {input}, {communes} }}) {{ title }} }}"));
    for input in [
        r#"indicator: "DEM01", representation: CHOROPLETH"#,
        r#"indicator: "REV03", representation: PROPORTIONAL_CIRCLES"#,
        r#"indicator: "REV03", classes: 40"#,
        r#"indicator: "REV03", method: MANUAL, bounds: [10, 5]"#,
        r#"indicator: "REV03", method: MANUAL"#,
        r#"indicator: "DEM01", periods: { from: "2000" }, classes: -1"#,
    ] {
        assert_eq!(map(input).code().as_deref(), Some("MAP_INVALID"), "{input}");
    }
}

#[test]
fn a_file_says_for_whom_it_was_made_and_is_in_the_log() {
    for app in everywhere() {
        let analyst = who("analyst");
        let parameters = "indicators=PRE03&territories=21231&periods=2023";
        let (before, _) = app.kept_of_accesses();
        let file = export(app, analyst, "csv", parameters);
        assert_eq!(file.headers["observatory-partner"], analyst.partner.unwrap());
        assert_eq!(file.headers["observatory-charter"], "39-2014");
        assert!(file.headers.contains_key("observatory-purpose"));
        assert_eq!(file.headers["cache-control"], "private, no-store");
        let (after, _) = app.kept_of_accesses();
        let records = |log: &str| log.matches("export csv").count();
        assert!(records(&after) > records(&before), "the log says nothing of it");
        let cube = export(app, analyst, "json-stat", parameters).json();
        assert_eq!(cube["extension"]["partner"], json!(analyst.partner.unwrap()));
        assert!(!export(app, who("public"), "csv", parameters).headers.contains_key("observatory-partner"));
    }
    let app = everywhere().next().unwrap();
    let public = who("public");
    assert_eq!(export(app, public, "pdf", "indicators=DEM01&level=COMMUNE").status, 404);
    assert_eq!(export(app, public, "csv", "indicator=DEM01").status, 400);
    assert_eq!(export(app, public, "csv", "indicators=DEM01&level=COMMUNE&language=de").status, 400);
}

/// Every number under these names in a specification, and how many rows have none.
fn drawn(specification: &Value, names: &[&str]) -> (Vec<f64>, usize) {
    let rows = specification["data"]["values"].as_array().unwrap();
    let cells = rows.iter().flat_map(|row| names.iter().map(|name| &row[*name]));
    let (mut numbers, mut none) = (Vec::new(), 0);
    for cell in cells {
        match cell.as_f64() {
            Some(number) => numbers.push(number),
            None => none += 1,
        }
    }
    numbers.sort_by(f64::total_cmp);
    (numbers, none)
}

fn expect_well_formed(svg: &str) {
    let mut reader = quick_xml::Reader::from_str(svg);
    while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
}

#[test]
fn charts_draw_what_their_tables_say_and_no_more() {
    for app in everywhere() {
        for caller in CALLERS {
            let text = std::fs::read_to_string(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/tests/api/documents/charts.graphql"
            ))
            .unwrap();
            let text = text.replace(
                "fragment Drawn on Chart {",
                "fragment Drawn on Chart { kind table { cells { value } }",
            );
            let data = app.ask(caller, &text).data();
            for (name, chart) in data.as_object().unwrap() {
                let rows = chart["table"]["cells"].as_array().unwrap();
                let cells = rows.iter().flat_map(|row| row.as_array().unwrap());
                let mut told: Vec<f64> = cells.clone().filter_map(|cell| cell["value"].as_f64()).collect();
                told.sort_by(f64::total_cmp);
                let withheld = cells.count() - told.len();
                let names: &[&str] = if chart["kind"] == "SCATTER" { &["x", "y"] } else { &["value"] };
                assert_eq!(drawn(&chart["vegaLite"], names), (told, withheld), "{} {name}", caller.name);
                expect_well_formed(chart["svg"].as_str().unwrap());
                assert!(!chart["alt"].as_str().unwrap().is_empty());
            }
        }
    }
}

#[test]
fn every_example_is_answered_and_drawn_at_every_width() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "graphql") {
            continue;
        }
        count += 1;
        let query = std::fs::read_to_string(&path).unwrap();
        for app in everywhere() {
            for (caller, width, language) in
                [("analyst", 320, "fr"), ("public", 640, "en"), ("third-party dashboard", 2_000, "fr")]
            {
                let body = json!({ "query": query, "variables": { "width": width } });
                let data = app.ask_with(who(caller), &body, language).data();
                let drawn = data.as_object().unwrap().values().next().unwrap();
                let svg = drawn["svg"].as_str().unwrap();
                expect_well_formed(svg);
                // Nothing is written outside of the drawing.
                for part in svg.split("<text x=\"").skip(1) {
                    let x: f64 = part.split('"').next().unwrap().parse().unwrap();
                    assert!((0.0..=f64::from(width)).contains(&x), "{} at {width}: {part}", path.display());
                }
            }
        }
    }
    assert!(count >= 12, "{count} examples");
}
