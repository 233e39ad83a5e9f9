//! Tables and files say what observations say to the same caller, number by number and mask by mask.

mod decode;

use std::collections::{BTreeMap, HashMap};

use axum::http::Request;
use observatoire::export::Format;
use serde_json::{Value, json};

use self::decode::{said_by_geo_json, said_by_sdmx_json};
use crate::{
    support::app::{Answer, CALLERS, Caller, TestApp, everywhere, who},
    told::{CASES, Case, Key, Told, answer, check},
};

pub fn export(app: &TestApp, caller: &Caller, format: &str, parameters: &str) -> Answer {
    let mut request = Request::get(format!("/export/{format}?{parameters}"));
    if let Some(token) = app.token(caller) {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    app.send(request.body(axum::body::Body::empty()).unwrap())
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
                Data::Empty => Err(text("Code du motif")),
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
        assert_ne!(text("indicator_label"), text("indicator"));
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
                            // SDMX has one status for several reasons.
                            let has_value = |row: &HashMap<String, String>| !row["OBS_VALUE"].is_empty();
                            let is_shown = |row: &HashMap<String, String>| {
                                matches!(row["OBS_STATUS"].as_str(), "A" | "B" | "D")
                            };
                            assert!(rows.iter().all(|row| has_value(row) == is_shown(row)));
                            said_by_rows(case, &rows, columns, reason("WITHHELD"))
                        }
                        Format::JsonStat => said_by_json_stat(case, &file.json()),
                        Format::Xlsx => said_by_workbook(case, &file.bytes, &["Tableau", "Données", "Notes"]),
                        Format::Ods => said_by_workbook(case, &file.bytes, &["Tableau", "Données", "Notes"]),
                        Format::SdmxJson => said_by_sdmx_json(case, &file.json()),
                        Format::GeoJson => said_by_geo_json(case, &file.json()),
                        Format::Parquet => said_by_parquet(case, file.bytes.clone()),
                    };
                    check(&told, &said, format.word());
                }
            }
        }
    }
}

#[test]
fn what_is_made_up_is_called_so_in_the_language_of_the_reader() {
    for app in everywhere() {
        let public = who("public");
        for (language, name) in [("fr", "Dijon – IRIS fictif 1"), ("en", "Dijon – fictitious IRIS 1")] {
            let body = json!({ "query": r#"{ territory(code: "21231X001") { name } }"# });
            assert_eq!(app.ask_with(public, &body, language).data()["territory"]["name"], name);
            let parameters =
                format!("indicators=PRE03&territories=21231X001&periods=2023&language={language}");
            let file = export(app, public, "csv", &parameters);
            assert!(file.text().contains(&format!(",{name},")), "{}", file.text());
        }
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
        let message = export(app, analyst, "sdmx-json", parameters);
        assert_eq!(message.headers["content-type"], "application/vnd.sdmx.data+json; version=2.0.0");
        assert_eq!(message.json()["meta"]["receivers"], json!([{ "id": analyst.partner.unwrap() }]));
        assert!(!export(app, who("public"), "csv", parameters).headers.contains_key("observatory-partner"));
    }
    let app = everywhere().next().unwrap();
    let public = who("public");
    assert_eq!(export(app, public, "pdf", "indicators=DEM01&level=COMMUNE").status, 404);
    assert_eq!(export(app, public, "csv", "indicator=DEM01").status, 400);
    assert_eq!(export(app, public, "csv", "indicators=DEM01&level=COMMUNE&language=de").status, 400);
}

#[test]
fn a_feature_collection_has_the_contours_that_territories_have() {
    for app in everywhere() {
        let parameters = "indicators=REV03,PRE03&level=COMMUNE&within=242100410&periods=2021&totals=true";
        let file = export(app, who("analyst"), "geojson", parameters);
        assert_eq!(file.headers["content-type"], "application/geo+json");
        assert!(file.headers["content-disposition"].to_str().unwrap().ends_with(".geojson\""));
        let collection = file.json();
        let features = collection["features"].as_array().unwrap();
        assert_eq!(features.len(), 24);
        let asked = features.iter().enumerate().map(|(at, feature)| {
            format!(
                "t{at}: territory(code: {}) {{ name level geometry bbox }}",
                feature["properties"]["code"]
            )
        });
        let query = format!("{{ {} }}", asked.collect::<Vec<_>>().join(" "));
        let territories = app.ask(who("public"), &query).data();
        let mut around = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        for (at, feature) in features.iter().enumerate() {
            let territory = &territories[format!("t{at}")];
            assert_eq!(feature["geometry"], territory["geometry"]);
            assert_eq!(feature["bbox"], territory["bbox"]);
            for field in ["name", "level"] {
                assert_eq!(feature["properties"][field], territory[field]);
            }
            for (side, found) in around.iter_mut().zip(feature["bbox"].as_array().unwrap()).enumerate() {
                let (known, found) = found;
                let number = found.as_f64().unwrap();
                *known = if side < 2 { known.min(number) } else { known.max(number) };
            }
        }
        assert_eq!(collection["bbox"], json!(around));
        assert_eq!(collection["partner"], json!(who("analyst").partner.unwrap()));
        let notes = collection["notes"].as_array().unwrap();
        assert!(notes.iter().any(|note| note.as_str().unwrap().contains("charte 39-2014")));
        let public = export(app, who("public"), "geojson", parameters).json();
        assert_eq!(public["partner"], Value::Null);
    }
}
