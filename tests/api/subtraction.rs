//! What everybody with full scope is shown, put together: no single subtraction recovers a masked cell.
//!
//! The sums are written here again, from the API's own answers alone, so that the test shares nothing
//! with the planner.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::app::{TestApp, everywhere, who};

/// A cell by territory, period and breakdown.
type Key = (String, String, BTreeSet<(String, String)>);

/// The value of each cell, when it is shown.
type Cells = BTreeMap<Key, Option<f64>>;

fn cells(app: &TestApp, indicator: &str, dimensions: &[String]) -> Cells {
    let mut cells = Cells::new();
    for bits in 0..1_u32 << dimensions.len() {
        let subset: Vec<&String> = dimensions
            .iter()
            .enumerate()
            .filter(|(at, _)| bits & (1 << at) != 0)
            .map(|(_, code)| code)
            .collect();
        let mut after = String::new();
        loop {
            let query = format!(
                r#"{{ observations(filter: {{ indicators: ["{indicator}"], dimensions: {} }}, first: 500 {after}) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ value withheld period territory {{ code validTo }} breakdown {{ dimension code }} }} }} }}"#,
                serde_json::json!(subset)
            );
            let page = app.ask(who("operator"), &query).data()["observations"].take();
            for node in page["nodes"].as_array().unwrap() {
                assert!(node["withheld"].is_null() || node["withheld"] == "STATISTICAL_SECRECY", "{node}");
                cells.insert(key(node), node["value"].as_f64());
            }
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = format!("after: {}", page["pageInfo"]["endCursor"]);
        }
    }
    cells
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn key(node: &Value) -> Key {
    let breakdown = node["breakdown"].as_array().unwrap();
    let pairs = breakdown.iter().map(|category| (text(&category["dimension"]), text(&category["code"])));
    (text(&node["territory"]["code"]), text(&node["period"]), pairs.collect())
}

/// Every sum over territories: the agglomeration and its communes, a commune and its IRIS, a commune and
/// its neighbourhoods with the remainder.
fn sums(app: &TestApp, year: i32) -> Vec<(String, Vec<String>)> {
    let query = format!(
        r#"{{ territories(filter: {{ asOf: "{year}-12-31" }}, first: 250) {{ nodes {{ code level overlaps {{ territory {{ code level }} }} children(first: 150) {{ nodes {{ code level }} }} }} }} }}"#
    );
    let data = app.ask(who("public"), &query).data();
    let mut sums = Vec::new();
    for whole in data["territories"]["nodes"].as_array().unwrap() {
        for levels in [&["COMMUNE"][..], &["IRIS"], &["PRIORITY_NEIGHBOURHOOD", "REMAINDER"]] {
            let parts: Vec<String> = whole["children"]["nodes"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|part| levels.contains(&part["level"].as_str().unwrap()))
                .map(|part| text(&part["code"]))
                .collect();
            // A neighbourhood that spans communes lies in none of them: then the parts are not a partition.
            let spanned = whole["overlaps"].as_array().unwrap().iter().any(|overlap| {
                let other = &overlap["territory"];
                other["level"] == "PRIORITY_NEIGHBOURHOOD" && !parts.contains(&text(&other["code"]))
            });
            let partition = match levels.len() {
                1 => !parts.is_empty(),
                _ => parts.iter().any(|code| code.contains("-HQ")) && !spanned,
            };
            if partition {
                sums.push((text(&whole["code"]), parts));
            }
        }
    }
    sums
}

fn unknown(cells: &Cells, keys: &[Key]) -> Option<usize> {
    let found: Option<Vec<&Option<f64>>> = keys.iter().map(|key| cells.get(key)).collect();
    Some(found?.into_iter().filter(|value| value.is_none()).count())
}

#[test]
fn no_single_subtraction_recovers_a_masked_cell() {
    for app in everywhere() {
        let query = "{ indicators(first: 500) { nodes { code additive dimensions { code categories { code } } periods source { synthetic agreement { reference } } } } }";
        let data = app.ask(who("operator"), query).data();
        let (mut checked, mut masked) = (0, 0);
        for indicator in data["indicators"]["nodes"].as_array().unwrap() {
            let readable =
                indicator["source"]["synthetic"] == true && !indicator["source"]["agreement"].is_null();
            if !readable
                || indicator["additive"] != true
                || indicator["periods"].as_array().unwrap().is_empty()
            {
                continue;
            }
            let code = indicator["code"].as_str().unwrap();
            let dimensions: BTreeMap<String, Vec<String>> = indicator["dimensions"]
                .as_array()
                .unwrap()
                .iter()
                .map(|dimension| {
                    let categories = dimension["categories"].as_array().unwrap();
                    (
                        text(&dimension["code"]),
                        categories.iter().map(|category| text(&category["code"])).collect(),
                    )
                })
                .collect();
            let cells = cells(app, code, &dimensions.keys().cloned().collect::<Vec<_>>());
            masked += cells.values().filter(|value| value.is_none()).count();
            for (territory, period, breakdown) in cells.keys() {
                let year = period[..4].parse().unwrap();
                let mut lines = Vec::new();
                for (whole, parts) in sums_of(app, year).iter().filter(|(whole, _)| whole == territory) {
                    let line = std::iter::once(whole)
                        .chain(parts)
                        .map(|code| (code.clone(), period.clone(), breakdown.clone()));
                    lines.push(line.collect::<Vec<_>>());
                }
                for (dimension, categories) in &dimensions {
                    if breakdown.iter().any(|(known, _)| known == dimension) {
                        continue;
                    }
                    let mut line = vec![(territory.clone(), period.clone(), breakdown.clone())];
                    line.extend(categories.iter().map(|category| {
                        let mut finer = breakdown.clone();
                        finer.insert((dimension.clone(), category.clone()));
                        (territory.clone(), period.clone(), finer)
                    }));
                    lines.push(line);
                }
                for line in lines {
                    if let Some(unknown) = unknown(&cells, &line) {
                        checked += 1;
                        assert_ne!(unknown, 1, "{code} {territory} {period}: one unknown in a sum");
                    }
                }
            }
        }
        assert!(checked > 5_000 && masked > 1_000, "{checked} sums checked, {masked} cells masked");
    }
}

/// The sums of a year, asked once.
fn sums_of(app: &TestApp, year: i32) -> std::sync::Arc<Vec<(String, Vec<String>)>> {
    use std::sync::{Arc, Mutex};
    type Known = BTreeMap<(String, i32), Arc<Vec<(String, Vec<String>)>>>;
    static KNOWN: Mutex<Known> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap();
    Arc::clone(known.entry((app.url.clone(), year)).or_insert_with(|| Arc::new(sums(app, year))))
}
