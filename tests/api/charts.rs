//! Charts draw what their tables say, and every example is drawn.

use serde_json::{Value, json};

use crate::support::app::{CALLERS, everywhere, who};

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
fn every_example_that_draws_is_drawn_at_every_width() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "graphql") {
            continue;
        }
        let query = std::fs::read_to_string(&path).unwrap();
        if !query.contains("$width") {
            continue;
        }
        count += 1;
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

#[test]
fn a_chart_puts_forward_only_what_is_in_it() {
    let app = everywhere().next().unwrap();
    let chart = |mark: &str| {
        let query = format!(
            r#"{{ chart(input: {{ kind: BAR, indicators: ["REV03"], territories: {{ codes: ["21231", "21166"] }}, mark: "{mark}" }}) {{ title }} }}"#
        );
        app.ask(who("public"), &query)
    };
    assert!(chart("21231").data()["chart"]["title"].is_string());
    let refused = chart("21515");
    assert_eq!(refused.code().as_deref(), Some("CHART_INVALID"));
    assert!(refused.text().contains("21515"), "{}", refused.text());
    assert_eq!(chart("99999").code().as_deref(), Some("CODE_UNKNOWN"));
}

#[test]
fn a_chart_without_a_value_has_no_numbers_and_says_so() {
    let app = everywhere().next().unwrap();
    for kind in ["LINE", "BAR", "DISTRIBUTION", "SMALL_MULTIPLES"] {
        let query = format!(
            r#"{{ chart(input: {{ kind: {kind}, indicators: ["PRE03"], territories: {{ codes: ["21231", "21166"] }} }}) {{ svg vegaLite }} }}"#
        );
        let data = app.ask(who("public"), &query).data();
        let svg = data["chart"]["svg"].as_str().unwrap();
        assert!(svg.contains(">Aucune valeur ne peut être montrée.</text>"), "{kind}: {svg}");
        for part in svg.split("<text ").skip(1) {
            let text = part.split(['>', '<']).nth(1).unwrap();
            let is_number = text.chars().all(|letter| letter.is_ascii_digit() || letter == ',');
            assert!(!is_number || text.len() == 4, "{kind}: {text} beside a year");
        }
        let subtitle = &data["chart"]["vegaLite"]["title"]["subtitle"];
        assert_eq!(subtitle[0], "Aucune valeur ne peut être montrée.", "{kind}");
    }
}

#[test]
fn vega_lite_has_the_order_of_the_table_and_every_sign() {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/documents/charts.graphql"))
            .unwrap();
    let mut hidden = 0;
    for app in everywhere() {
        let data = app.ask(who("analyst"), &text).data();
        let rows = |chart: &str, field: &str| -> Vec<String> {
            let rows = data[chart]["vegaLite"]["data"]["values"].as_array().unwrap().iter();
            let mut found: Vec<String> = Vec::new();
            for word in rows.map(|row| row[field].as_str().unwrap().to_owned()) {
                if !found.contains(&word) {
                    found.push(word);
                }
            }
            found
        };
        let bar = &data["ages"]["vegaLite"]["layer"][0]["encoding"];
        assert_eq!(bar["y"]["sort"], json!(rows("ages", "category")));
        assert_eq!(bar["color"]["scale"]["domain"], json!(rows("ages", "series")));
        let pyramid = &data["pyramid"]["vegaLite"]["layer"][0]["encoding"];
        let oldest_first: Vec<String> = rows("pyramid", "category").into_iter().rev().collect();
        assert_eq!(pyramid["y"]["sort"], json!(oldest_first));
        assert_eq!(pyramid["color"]["scale"]["domain"], json!(rows("pyramid", "side")));
        // The end of every bar with a part that is withheld has its sign.
        let values = data["ages"]["vegaLite"]["data"]["values"].as_array().unwrap();
        let ends = data["ages"]["vegaLite"]["layer"][1]["data"]["values"].as_array().unwrap();
        for row in values.iter().filter(|row| row["value"].is_null()) {
            let end = ends.iter().find(|end| end["category"] == row["category"]).unwrap();
            let (signs, sign) = (end["symbol"].as_str().unwrap(), row["symbol"].as_str().unwrap());
            assert!(signs.split(", ").any(|one| one == sign), "{end} {row}");
            hidden += 1;
        }
    }
    assert!(hidden > 0, "nothing is masked here");
}
