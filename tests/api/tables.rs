//! What tables work out, and what cannot be one.

use serde_json::Value;

use crate::support::app::{everywhere, who};

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
fn what_cannot_be_a_table_is_refused_with_its_reason() {
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
            "20 000",
        ),
    ] {
        let answer = table(&input);
        assert_eq!(answer.code().as_deref(), Some(code), "{input}: {}", answer.text());
        assert!(answer.text().contains(word), "{input}: {}", answer.text());
    }
}

#[test]
fn what_one_percentage_is_more_than_another_is_in_points() {
    let app = everywhere().next().unwrap();
    let query = r#"{ table(input: { rows: [TERRITORY], columns: [PERIOD], indicators: ["REV03"], territories: { codes: ["21231", "21166"] } }) {
        gap: derived(derivation: GAP, reference: "21231") { unit }
        difference: derived(derivation: DIFFERENCE) { unit }
        growth: derived(derivation: GROWTH) { unit }
        ratio: derived(derivation: RATIO, reference: "21231") { unit }
    } }"#;
    let data = app.ask(who("public"), query).data();
    let unit = |of: &str| data["table"][of][1][0]["unit"].as_str().unwrap().to_owned();
    assert_eq!([unit("gap"), unit("difference")], ["PERCENTAGE_POINTS", "PERCENTAGE_POINTS"]);
    assert_eq!([unit("growth"), unit("ratio")], ["PERCENT", "PERCENT"]);
}
