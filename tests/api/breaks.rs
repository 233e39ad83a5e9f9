//! Breaks in series, from the catalogue to files and drawings.

use serde_json::{Value, json};

use crate::exports::export;
use crate::support::app::{everywhere, who};

/// Jobseekers by year: all recipients of the RSA are among those registered from 2025 on.
const TABLE: &str = r#"rows: [TERRITORY], columns: [PERIOD], indicators: ["EMP02"], territories: { codes: ["21231", "21166"] }"#;

#[test]
fn indicators_say_where_their_series_break_and_rates_break_with_their_counts() {
    for app in everywhere() {
        let query = r#"{
            benefit: indicator(code: "PRE09") { breaks { period reason } }
            count: indicator(code: "EMP02") { breaks { period reason } }
            rate: indicator(code: "EMP03") { breaks { period reason } }
            none: indicator(code: "DEM01") { breaks { period } }
        }"#;
        let french = app.ask(who("public"), query).data();
        let english = app.ask_with(who("public"), &json!({ "query": query }), "en").data();
        let periods = |of: &str| -> Vec<Value> {
            french[of]["breaks"].as_array().unwrap().iter().map(|found| found["period"].clone()).collect()
        };
        assert_eq!((periods("benefit"), periods("count")), (vec![json!("2016")], vec![json!("2025")]));
        assert_eq!(french["rate"], french["count"]);
        assert_eq!(french["none"]["breaks"], json!([]));
        let reason = |data: &Value| data["benefit"]["breaks"][0]["reason"].as_str().unwrap().to_owned();
        assert!(reason(&french).contains("RSA activité, qu’elle remplace"));
        assert!(reason(&english).contains("which it replaces"));
    }
}

#[test]
fn the_first_figures_after_a_break_say_so_wherever_they_stand() {
    for app in everywhere() {
        let analyst = who("analyst");
        let query = format!(
            r#"{{
                table(input: {{ {TABLE}, periods: {{ periods: ["2023", "2024", "2025"] }} }}) {{
                    notes
                    cells {{ value obsStatus note }}
                    before: derived(derivation: DIFFERENCE) {{ value acrossBreak }}
                    base: derived(derivation: GROWTH, base: "2023") {{ value acrossBreak }}
                }}
                after: table(input: {{ {TABLE}, periods: {{ periods: ["2025"] }} }}) {{ notes }}
                earlier: table(input: {{ {TABLE}, periods: {{ periods: ["2023", "2024"] }} }}) {{ notes }}
            }}"#
        );
        let data = app.ask(analyst, &query).data();
        let spans = |of: &str| {
            data[of]["notes"]
                .as_array()
                .unwrap()
                .iter()
                .any(|note| note.as_str().unwrap().contains("Rupture"))
        };
        assert_eq!((spans("table"), spans("after"), spans("earlier")), (true, false, false));
        for (row, cells) in data["table"]["cells"].as_array().unwrap().iter().enumerate() {
            let of = |field: &str| -> Vec<Value> {
                cells.as_array().unwrap().iter().map(|cell| cell[field].clone()).collect()
            };
            assert_eq!(of("obsStatus"), ["A", "A", "B"]);
            assert!(of("note")[..2].iter().all(Value::is_null));
            assert!(of("note")[2].as_str().unwrap().starts_with("Rupture de série (2025). "));
            let across = |of: &str| -> Vec<(bool, bool)> {
                let derived = data["table"][of][row].as_array().unwrap();
                derived.iter().map(|one| (one["value"].is_f64(), one["acrossBreak"] == true)).collect()
            };
            assert_eq!(across("before"), [(false, false), (true, false), (true, true)]);
            assert_eq!(across("base"), [(true, false), (true, false), (true, true)]);
        }
        let parameters = "indicators=EMP02&territories=21231,21166&periods=2023,2024,2025";
        let statuses = |format: &str, column: &str| -> Vec<String> {
            let text = export(app, analyst, format, parameters).text();
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let at = reader.headers().unwrap().iter().position(|name| name == column).unwrap();
            reader.records().map(|row| row.unwrap()[at].to_owned()).collect()
        };
        let expected = ["A", "A", "B", "A", "A", "B"];
        assert_eq!(statuses("csv", "observation_status"), expected);
        assert_eq!(statuses("sdmx-csv", "OBS_STATUS"), expected);
        assert_eq!(export(app, analyst, "json-stat", parameters).json()["status"], json!(expected));
        let message = export(app, analyst, "sdmx-json", parameters).json();
        let names = &message["data"]["structures"][0]["attributes"]["observation"][0];
        assert_eq!(names["id"], "OBS_STATUS");
        let observations = message["data"]["dataSets"][0]["observations"].as_object().unwrap();
        let mut broken: Vec<&str> = observations
            .iter()
            .filter(|(_, values)| names["values"][values[1].as_u64().unwrap() as usize]["id"] == "B")
            .map(|(name, _)| name.as_str())
            .collect();
        broken.sort_unstable();
        assert_eq!(broken, ["0:0:2", "0:1:2"]);
        let features = export(app, analyst, "geojson", parameters).json();
        for feature in features["features"].as_array().unwrap() {
            let told = feature["properties"]["observations"].as_array().unwrap();
            let statuses: Vec<&Value> = told.iter().map(|one| &one["observation_status"]).collect();
            assert_eq!(statuses, ["A", "A", "B"]);
        }
        // What is closed to somebody says that it is, and nothing of a break.
        let closed = app.ask(who("public"), &query).data();
        assert_eq!(closed["table"]["cells"][0][2]["obsStatus"], "Q");
    }
}

#[test]
fn no_line_is_drawn_across_a_break() {
    for app in everywhere() {
        let chart = |kind: &str, periods: &str| {
            format!(
                r#"chart(input: {{ kind: {kind}, indicators: ["EMP02"], territories: {{ codes: ["21231"] }}, periods: {{ periods: [{periods}] }} }}) {{ svg alt vegaLite }}"#
            )
        };
        let (all, before) = (r#""2023", "2024", "2025""#, r#""2023", "2024""#);
        let query = format!(
            "{{ broken: {} whole: {} several: {} across: {} within: {} }}",
            chart("LINE", all),
            chart("LINE", before),
            chart("SMALL_MULTIPLES", all),
            chart("SLOPE", r#""2023", "2025""#),
            chart("SLOPE", before),
        );
        let data = app.ask(who("analyst"), &query).data();
        let svg = |of: &str| data[of]["svg"].as_str().unwrap();
        let rules = |of: &str| svg(of).matches("<title>Rupture de série</title>").count();
        assert_eq!([rules("broken"), rules("several"), rules("whole")], [1, 1, 0]);
        let line = |of: &str| {
            let paths = svg(of).split("<path d=\"").skip(1).filter_map(|rest| rest.split('"').next());
            paths
                .filter(|path| path.contains('L'))
                .map(|path| path.matches('M').count())
                .collect::<Vec<usize>>()
        };
        assert_eq!((line("broken"), line("several"), line("whole")), (vec![2], vec![2], vec![1]));
        let dashed = |of: &str| svg(of).contains("stroke-dasharray=\"5 4\"");
        assert!(dashed("across") && !dashed("within"));
        let said = |of: &str| data[of]["alt"].as_str().unwrap().contains("Rupture de série\u{a0}: 2025.");
        assert!(said("broken") && said("across") && !said("whole") && !said("within"));
        let segments: Vec<&Value> = data["broken"]["vegaLite"]["data"]["values"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| &row["segment"])
            .collect();
        assert_eq!(segments, [0, 0, 1]);
    }
}

#[test]
fn the_small_line_of_a_profile_has_a_gap_at_a_break() {
    for app in everywhere() {
        let query = r#"{ profile(input: { territory: "21231", template: "PORTRAIT" }) { html } }"#;
        let html = app.ask(who("analyst"), query).data()["profile"]["html"].as_str().unwrap().to_owned();
        let broken: Vec<&str> = html
            .split("<tr")
            .filter(|row| row.contains("<path d=") && row.contains("rupture de série"))
            .collect();
        assert!(!broken.is_empty(), "no line of the profile spans a break");
        for row in broken {
            let path = row.split("<path d=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
            assert!(path.matches('M').count() > 1, "{path}");
        }
    }
}
