//! The panels of the Grafana dashboard, read as the Infinity data source reads them: its own selectors over our answers.

use std::fs;

use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::{Value, json};

use super::{BY_AGE, DASHBOARD, Figure, Figures, file, text, told};
use crate::support::app::{Answer, sqlite};

/// Sends what a panel's query sends, with the headers that the data source adds.
fn answered(target: &Value) -> Answer {
    let options = &target["url_options"];
    let (accept, body) = match target["type"].as_str().unwrap() {
        "csv" => ("text/csv; charset=utf-8", Body::empty()),
        "graphql" => {
            let variables =
                options["body_graphql_variables"].as_str().unwrap().replace("${commune}", "21003");
            let variables: Value = serde_json::from_str(&variables).unwrap();
            let body = json!({ "query": options["body_graphql_query"], "variables": variables });
            ("application/json;q=0.9,text/plain", Body::from(body.to_string()))
        }
        other => panic!("{other}"),
    };
    let request = Request::builder()
        .method(options["method"].as_str().unwrap())
        .uri(target["url"].as_str().unwrap())
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, accept)
        .header(header::ACCEPT_LANGUAGE, "en")
        .header(header::AUTHORIZATION, format!("Bearer {}", sqlite().token(&DASHBOARD).unwrap()))
        .header("X-Purpose", "NEEDS_ANALYSIS");
    let answer = sqlite().send(request.body(body).unwrap());
    assert!(answer.status.is_success(), "{}", answer.text());
    answer
}

/// What a path with dots leads to, in objects by name and in lists by position; nothing where it leads nowhere.
fn found<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, step| match value {
        Value::Array(list) => list.get(step.parse::<usize>().ok()?),
        other => other.get(step),
    })
}

/// The rows of a panel: one cell for each of its columns. Empty texts in columns of numbers are nothing.
fn rows(target: &Value) -> Vec<Vec<Value>> {
    let answer = answered(target);
    let columns = target["columns"].as_array().unwrap();
    let selectors: Vec<&str> = columns.iter().map(|column| column["selector"].as_str().unwrap()).collect();
    if target["type"] == "graphql" {
        let json = answer.json();
        let rows = found(&json, target["root_selector"].as_str().unwrap()).and_then(Value::as_array).unwrap();
        let cell = |row: &Value, path: &&str| found(row, path).unwrap_or_else(|| panic!("{path}")).clone();
        return rows.iter().map(|row| selectors.iter().map(|path| cell(row, path)).collect()).collect();
    }
    let mut reader = csv::Reader::from_reader(answer.bytes.as_slice());
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let places: Vec<usize> = selectors
        .iter()
        .map(|name| header.iter().position(|column| column == name).unwrap_or_else(|| panic!("{name}")))
        .collect();
    let cell = |text: &str, column: &Value| match (column["type"].as_str().unwrap(), text) {
        ("number", "") => Value::Null,
        ("number", number) => json!(number.parse::<f64>().unwrap()),
        _ => json!(text),
    };
    let row = |record: csv::StringRecord| {
        places.iter().zip(columns).map(|(place, column)| cell(&record[*place], column)).collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn dashboard() -> Value {
    serde_json::from_str(&fs::read_to_string(file("grafana/dashboard.json")).unwrap()).unwrap()
}

fn target(dashboard: &Value, panel: usize) -> &Value {
    &dashboard["panels"][panel]["targets"][0]
}

#[test]
fn the_panels_of_grafana_have_the_rows_that_are_told() {
    let dashboard = dashboard();
    let figure =
        |value: &Value, instead: &str| -> Figure { value.as_f64().ok_or_else(|| instead.to_owned()) };
    let table = rows(target(&dashboard, 0)).iter().fold(Figures::new(), |mut all, row| {
        let [name, age, value, symbol, withheld] = row.as_slice() else { panic!("{row:?}") };
        assert_eq!((symbol == "", withheld == ""), (value.is_number(), value.is_number()), "{row:?}");
        all.insert([text(name), text(age)], figure(value, symbol.as_str().unwrap()));
        all
    });
    assert_eq!(table, told(BY_AGE, super::by_names, "symbol"));
    let years = rows(target(&dashboard, 1)).iter().fold(Figures::new(), |mut all, row| {
        let [year, age, value] = row.as_slice() else { panic!("{row:?}") };
        all.insert([text(year), text(age)], figure(value, "STATISTICAL_SECRECY"));
        all
    });
    let filter = r#"indicators: ["PRE03"], territories: ["21003"], dimensions: ["AGE"]"#;
    let of_years = |node: &Value| [text(&node["period"]), text(&node["breakdown"][0]["label"])];
    assert_eq!(years, told(filter, of_years, "withheld"));
}

#[test]
fn the_dashboard_of_grafana_asks_its_own_source_and_bridges_no_gap() {
    let (dashboard, source) = (dashboard(), fs::read_to_string(file("grafana/datasource.yaml")).unwrap());
    for panel in dashboard["panels"].as_array().unwrap() {
        let target = &panel["targets"][0];
        for asked in [&panel["datasource"], &target["datasource"]] {
            for field in ["uid", "type"] {
                let line = format!("    {field}: {}\n", asked[field].as_str().unwrap());
                assert!(source.contains(&line), "the data source has no {line}");
            }
        }
        assert_eq!(target["parser"], "backend", "the token stays with Grafana's server");
        if panel["type"] == "timeseries" {
            assert_eq!(panel["fieldConfig"]["defaults"]["custom"]["spanNulls"], false);
        }
        // Grafana writes the values of its own variables into the text of queries.
        let query = target["url_options"]["body_graphql_query"].as_str().unwrap_or_default();
        for variable in dashboard["templating"]["list"].as_array().unwrap() {
            assert!(!query.contains(&format!("${}", variable["name"].as_str().unwrap())), "{query}");
        }
    }
    for line in ["httpHeaderName1: X-Purpose", "bearerToken: $OBSERVATOIRE_TOKEN", "url: $OBSERVATOIRE_URL"] {
        assert!(source.contains(line), "{line}");
    }
}
