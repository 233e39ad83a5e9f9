//! The queries of `examples/` are answered, with the variables of the file beside them.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use crate::support::app::{everywhere, who};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");

fn files(extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|found| found == extension)).collect();
    files.sort();
    files
}

/// An example with its variables: those of the JSON file of the same name, where there is one.
fn body(query: &PathBuf) -> Value {
    let variables = fs::read_to_string(query.with_extension("json")).unwrap_or_else(|_| "{}".to_owned());
    let variables: Value = serde_json::from_str(&variables).unwrap();
    json!({ "query": fs::read_to_string(query).unwrap(), "variables": variables })
}

/// An example by its name.
pub fn named(name: &str) -> Value {
    body(&PathBuf::from(FOLDER).join(name).with_extension("graphql"))
}

#[test]
fn every_example_is_answered_without_errors() {
    let queries = files("graphql");
    for variables in files("json") {
        assert!(queries.contains(&variables.with_extension("graphql")), "{}", variables.display());
    }
    for query in &queries {
        let body = body(query);
        let text = body["query"].as_str().unwrap();
        assert!(text.starts_with("# "), "{} says first what it is for", query.display());
        for app in everywhere() {
            for caller in ["public", "third-party dashboard", "analyst"] {
                let answer = app.ask_with(who(caller), &body, "en").json();
                assert!(answer.get("errors").is_none(), "{} {caller}: {answer}", query.display());
            }
        }
    }
}

#[test]
fn the_example_of_pages_reaches_every_figure_once() {
    let mut body = body(&PathBuf::from(FOLDER).join("observations.graphql"));
    for app in everywhere() {
        body["variables"]["after"] = Value::Null;
        let (mut found, mut pages) = (Vec::new(), 0);
        let total = loop {
            let mut page =
                app.ask_with(who("third-party dashboard"), &body, "en").data()["observations"].take();
            pages += 1;
            let nodes = page["nodes"].as_array().unwrap();
            found.extend(nodes.iter().map(|node| {
                json!([node["territory"]["code"], node["period"], node["breakdown"][0]["code"]]).to_string()
            }));
            if page["pageInfo"]["hasNextPage"] == false {
                break page["totalCount"].as_u64().unwrap();
            }
            body["variables"]["after"] = page["pageInfo"]["endCursor"].take();
        };
        let count = found.len();
        found.sort();
        found.dedup();
        assert!(
            pages > 2 && count == found.len() && u64::try_from(count).unwrap() == total,
            "{count} of {total}"
        );
    }
}

#[test]
fn the_example_of_a_viewer_says_what_is_missing() {
    let body = body(&PathBuf::from(FOLDER).join("viewer.graphql"));
    for app in everywhere() {
        let standing = |caller| app.ask_with(who(caller), &body, "en").data()["viewer"]["standing"].take();
        assert_eq!(standing("third-party dashboard")["missing"], json!([]));
        assert_eq!(standing("analyst without purpose")["missing"], json!(["PURPOSE_NOT_DECLARED"]));
        assert_eq!(standing("public")["missing"][0], "CHARTER_NOT_SIGNED");
    }
}
