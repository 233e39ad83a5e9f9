//! Files as their readers decode them.

use std::{collections::HashMap, sync::Arc};

use chrono::DateTime;
use entity::types::{Period, Purpose, Withheld};
use serde_json::{Value, json};

use super::{Contours, Sheet, Stamp, csv, geo_json, sdmx_csv, sdmx_json};
use crate::{
    language::Language,
    present::{
        Axis, Grid,
        tests::fixture::{BENEFIT, CHENOVE, DIJON, JOBSEEKERS, MERGED, grid, material, members, period},
    },
    store::{FigureKey, Geometry},
};

fn stamp() -> Stamp {
    Stamp {
        partner: Some("CCAS-DIJON".to_owned()),
        purpose: Some(Purpose::NeedsAnalysis),
        charter: "39-2014",
        made_at: DateTime::from_timestamp(1_800_000_000, 250_000_000).unwrap(),
        unmasked: false,
    }
}

/// Two indicators by age over a break and a merger; Chenôve is withheld, each reason once.
fn table() -> Grid {
    let mut all = members(&[JOBSEEKERS, BENEFIT], &[MERGED, CHENOVE, DIJON], &["2016", "2025-Q1", "2015"]);
    all.breakdowns = vec![2, 0];
    let value = |key: FigureKey| match (key.territory_id, key.indicator_id) {
        (CHENOVE, BENEFIT) => Err(Withheld::NotCollected),
        (CHENOVE, _) => Err(Withheld::StatisticalSecrecy),
        _ => Ok(number(key)),
    };
    grid((&[Axis::Period, Axis::Territory], &[Axis::Indicator, Axis::Breakdown]), all, value)
}

/// Another one for each figure.
fn number(key: FigureKey) -> f64 {
    let place = key.indicator_id * 100 + key.territory_id * 10 + key.breakdown_id;
    f64::from(key.period.number()) + f64::from(place) / 1_000.0
}

fn written(grid: &Grid, write: impl Fn(Sheet<'_>, &mut Vec<u8>)) -> String {
    let (material, stamp) = (material(), stamp());
    let mut bytes = Vec::new();
    write(Sheet { grid, names: material.names(Language::English), stamp: &stamp }, &mut bytes);
    String::from_utf8(bytes).unwrap()
}

/// The cells of the first row of a table as spreadsheets have it, by their columns.
fn first_row(grid: &Grid, language: Language) -> HashMap<String, String> {
    let (material, stamp) = (material(), stamp());
    let sheet = Sheet { grid, names: material.names(language), stamp: &stamp };
    let record = sheet.records().next().unwrap();
    let after = record.texts_after(language).map(str::to_owned);
    let value = record.told.disclosed.value().map_or_else(String::new, |value| value.to_string());
    let cells: Vec<String> = record.texts(language).into_iter().chain([value]).chain(after).collect();
    let columns = sheet.columns();
    assert_eq!(columns.len(), cells.len());
    columns.into_iter().zip(cells).collect()
}

fn sdmx(grid: &Grid) -> String {
    written(grid, |sheet, out| sdmx_json::write(sheet, out).unwrap())
}

/// Every observation as `INDICATOR REF_AREA TIME_PERIOD AGE…`, its value, and its attributes by their names.
fn observations(message: &Value) -> HashMap<String, (Value, HashMap<String, String>)> {
    let structure = &message["data"]["structures"][0];
    let list = |of: &str| structure[of]["observation"].as_array().unwrap().clone();
    let (dimensions, attributes) = (list("dimensions"), list("attributes"));
    let id = |component: &Value, at: usize| component["values"][at]["id"].as_str().unwrap().to_owned();
    let decode = |(key, values): (&String, &Value)| {
        let places = key.split(':').map(|at| at.parse().unwrap());
        assert_eq!(key.split(':').count(), dimensions.len());
        let codes: Vec<String> = dimensions.iter().zip(places).map(|(of, at)| id(of, at)).collect();
        let values = values.as_array().unwrap();
        let told = attributes.iter().zip(&values[1..]).map(|(attribute, at)| {
            let at = usize::try_from(at.as_u64().unwrap()).unwrap();
            (attribute["id"].as_str().unwrap().to_owned(), id(attribute, at))
        });
        (codes.join(" "), (values[0].clone(), told.collect()))
    };
    message["data"]["dataSets"][0]["observations"].as_object().unwrap().iter().map(decode).collect()
}

#[test]
fn an_sdmx_message_decodes_to_the_table() {
    let text = sdmx(&table());
    let at = |part: &str| text.find(part).unwrap();
    assert!(at("\"structures\"") < at("\"dataSets\":[{"), "the structure stands before the observations");
    let message: Value = serde_json::from_str(&text).unwrap();
    let told = observations(&message);
    assert_eq!(told.len(), 36);
    let all = |key: &str| {
        let (value, attributes) = &told[key];
        let mut codes: Vec<String> = attributes.iter().map(|(id, code)| format!("{id}={code}")).collect();
        codes.sort();
        (value.as_f64(), codes.join(" "))
    };
    let key = |indicator_id, territory_id, at: &str, breakdown_id| {
        number(FigureKey { indicator_id, territory_id, period: period(at), breakdown_id })
    };
    let free = |status: &str| format!("CONF_STATUS=N OBS_STATUS={status} UNIT_MEASURE=PERSONS");
    assert_eq!(all("EMP02 21231 2015 25_PLUS"), (Some(key(JOBSEEKERS, DIJON, "2015", 2)), free("A")));
    assert_eq!(all("EMP02 21231 2025-Q1 _T"), (Some(key(JOBSEEKERS, DIJON, "2025-Q1", 0)), free("B")));
    assert_eq!(all("PRE09 21231 2016 _T"), (Some(key(BENEFIT, DIJON, "2016", 0)), free("B")));
    assert_eq!(all("PRE09 21452 2016 _T"), (Some(key(BENEFIT, MERGED, "2016", 0)), free("D")));
    assert_eq!(
        all("EMP02 21166 2016 _T"),
        (None, "CONF_STATUS=C OBS_STATUS=Q UNIT_MEASURE=PERSONS WITHHELD=STATISTICAL_SECRECY".to_owned())
    );
    assert_eq!(
        all("PRE09 21166 2016 25_PLUS"),
        (None, "CONF_STATUS=N OBS_STATUS=L UNIT_MEASURE=PERSONS WITHHELD=NOT_COLLECTED".to_owned())
    );
    let structure = &message["data"]["structures"][0];
    let quarter = &structure["dimensions"]["observation"][2]["values"][1];
    let span = json!({ "id": "2025-Q1", "name": "Q1 2025", "start": "2025-01-01T00:00:00Z", "end": "2025-03-31T23:59:59Z" });
    assert_eq!(*quarter, span);
    assert_eq!(message["meta"]["receivers"], json!([{ "id": "CCAS-DIJON" }]));
    assert_eq!(message["meta"]["purpose"], "NEEDS_ANALYSIS");
    let notes = structure["annotations"].as_array().unwrap();
    let place = |at: &Value| notes[usize::try_from(at.as_u64().unwrap()).unwrap()]["text"].as_str().unwrap();
    let pointed: Vec<&str> =
        message["data"]["dataSets"][0]["annotations"].as_array().unwrap().iter().map(place).collect();
    assert!(pointed.iter().any(|note| note.contains("Break in the series (2016)")), "{pointed:?}");
}

#[test]
fn an_attribute_without_a_value_in_the_table_is_not_there() {
    let open = grid(
        (&[Axis::Territory], &[Axis::Period]),
        members(&[BENEFIT], &[DIJON], &["2014", "2015"]),
        |key| Ok(number(key)),
    );
    let message: Value = serde_json::from_str(&sdmx(&open)).unwrap();
    let attributes =
        message["data"]["structures"][0]["attributes"]["observation"].as_array().unwrap().clone();
    let ids: Vec<&str> = attributes.iter().map(|attribute| attribute["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["OBS_STATUS", "CONF_STATUS", "UNIT_MEASURE"]);
    assert!(attributes.iter().all(|attribute| attribute["values"].as_array().unwrap().len() == 1));
}

#[test]
fn sdmx_csv_has_the_lines_of_its_standard_and_says_why_there_is_no_value() {
    let text = written(&table(), |sheet, out| sdmx_csv::write(sheet, out).unwrap());
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 37);
    assert!(
        lines[0].ends_with(",AGE,OBS_VALUE,OBS_STATUS,CONF_STATUS,UNIT_MEASURE,WITHHELD"),
        "{}",
        lines[0]
    );
    let ends = |end: &str| lines.iter().any(|line| line.ends_with(end));
    assert!(ends(",,Q,C,PERSONS,STATISTICAL_SECRECY") && ends(",,L,N,PERSONS,NOT_COLLECTED"));
    assert!(ends(",A,N,PERSONS,"));
}

#[test]
fn files_for_people_have_words_where_machines_have_codes() {
    let masked =
        grid((&[Axis::Territory], &[Axis::Period]), members(&[BENEFIT], &[CHENOVE], &["2015"]), |_| {
            Err(Withheld::StatisticalSecrecy)
        });
    let french = first_row(&masked, Language::French);
    let said = ["Niveau", "Valeur", "Signe", "Motif", "Code du motif", "Unité", "Statut"]
        .map(|name| french[name].as_str());
    assert_eq!(said, ["Commune", "", "s", "Secret statistique", "STATISTICAL_SECRECY", "personnes", "Q"]);
    let english = first_row(&masked, Language::English);
    assert_eq!(english["Reason"], "Statistical secrecy");
    let rows = written(&masked, |sheet, out| csv::write(sheet, csv::Dialect::International, out).unwrap());
    assert!(rows.contains(",s,STATISTICAL_SECRECY,Statistical secrecy,PERSONS,"), "{rows}");
    let french = stamp().text(Language::French);
    assert!(french.contains("pour la finalité «\u{a0}analyse des besoins sociaux\u{a0}»."), "{french}");
    assert!(stamp().text(Language::English).contains("for the purpose “analysis of social needs”."));
    assert_eq!(stamp().member(Language::French)["purpose"], "NEEDS_ANALYSIS");
}

/// A contour that runs the wrong way, with a hole that does too.
fn contours() -> Contours {
    let ring = |[west, south, east, north]: [f64; 4], clockwise: bool| {
        let mut ring = vec![[west, south], [east, south], [east, north], [west, north], [west, south]];
        if clockwise {
            ring.reverse();
        }
        ring
    };
    let (outer, hole) = ([5.0, 47.0, 5.2, 47.2], [5.05, 47.05, 5.1, 47.1]);
    let polygon = json!({ "type": "Polygon", "coordinates": [ring(outer, true), ring(hole, false)] });
    let island = json!({ "type": "MultiPolygon", "coordinates": [[ring([4.9, 47.1, 5.0, 47.3], true)], [ring([5.3, 47.0, 5.4, 47.1], true)]] });
    let geometry =
        |text: &Value, bounding_box| Geometry { text: text.to_string(), bounding_box, schematic: false };
    HashMap::from([
        (DIJON, Arc::new(geometry(&polygon, outer))),
        (MERGED, Arc::new(geometry(&island, [4.9, 47.0, 5.4, 47.3]))),
        (99, Arc::new(geometry(&polygon, [-10.0, -10.0, 10.0, 10.0]))),
    ])
}

fn turns_left(ring: &Value) -> bool {
    let points: Vec<[f64; 2]> = serde_json::from_value(ring.clone()).unwrap();
    assert_eq!(points.first(), points.last());
    points.windows(2).map(|pair| pair[0][0] * pair[1][1] - pair[1][0] * pair[0][1]).sum::<f64>() > 0.0
}

#[test]
fn a_feature_collection_has_each_territory_with_its_contour_and_what_is_told_of_it() {
    let contours = contours();
    let text = written(&table(), |sheet, out| geo_json::write(sheet, &contours, out).unwrap());
    let collection: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(collection["bbox"], json!([4.9, 47.0, 5.4, 47.3]), "of the territories of the table alone");
    assert_eq!((&collection["partner"], &collection["charter"]), (&json!("CCAS-DIJON"), &json!("39-2014")));
    assert!(
        collection["notes"].as_array().unwrap().iter().any(|note| note.as_str().unwrap().contains("2016"))
    );
    let features = collection["features"].as_array().unwrap();
    let codes: Vec<&Value> = features.iter().map(|feature| &feature["properties"]["code"]).collect();
    assert_eq!(codes, ["21452", "21166", "21231"]);
    let [merged, chenove, dijon] = features.as_slice() else { panic!("{features:?}") };
    assert_eq!((&chenove["geometry"], chenove.get("bbox")), (&Value::Null, None));
    let rings = dijon["geometry"]["coordinates"].as_array().unwrap();
    assert_eq!(dijon["bbox"], json!([5.0, 47.0, 5.2, 47.2]));
    assert_eq!(rings.iter().map(turns_left).collect::<Vec<bool>>(), [true, false], "the right-hand rule");
    let polygons = merged["geometry"]["coordinates"].as_array().unwrap();
    assert!(polygons.len() == 2 && polygons.iter().all(|polygon| turns_left(&polygon[0])));
    let told: Vec<&Value> = features
        .iter()
        .flat_map(|feature| feature["properties"]["observations"].as_array().unwrap())
        .collect();
    assert_eq!(told.len(), 36);
    for (feature, territory_id) in [(merged, MERGED), (dijon, DIJON)] {
        for one in feature["properties"]["observations"].as_array().unwrap() {
            let breakdown_id = if one["categories"]["AGE"] == "25_PLUS" { 2 } else { 0 };
            let indicator_id = if one["indicator"] == "EMP02" { JOBSEEKERS } else { BENEFIT };
            let period = Period::parse(one["period"].as_str().unwrap()).unwrap();
            let key = FigureKey { indicator_id, territory_id, period, breakdown_id };
            assert_eq!(one["value"].as_f64(), Some(number(key)));
            assert_eq!((&one["withheld"], &one["symbol"]), (&Value::Null, &Value::Null));
        }
    }
    let first = &chenove["properties"]["observations"][0];
    let expected = json!({
        "indicator": "EMP02",
        "period": "2016",
        "categories": { "AGE": "25_PLUS" },
        "value": null,
        "symbol": "s",
        "withheld": "STATISTICAL_SECRECY",
        "unit": "PERSONS",
        "observation_status": "Q",
    });
    assert_eq!(*first, expected);
    let bare = written(&table(), |sheet, out| geo_json::write(sheet, &Contours::new(), out).unwrap());
    let bare: Value = serde_json::from_str(&bare).unwrap();
    assert_eq!(bare.get("bbox"), None, "a box around nothing");
    assert_eq!(bare["features"].as_array().unwrap().len(), 3);
}
