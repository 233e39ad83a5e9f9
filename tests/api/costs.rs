//! What a document costs is known before it is executed, and said.

use serde_json::json;

use crate::support::app::{CALLERS, everywhere, log, who};

/// The example of `docs/network.md`, with the cost that it is said to have.
const PAGE: &str = include_str!("../../docs/network.md");

#[test]
fn an_answer_says_what_its_document_cost_whoever_asks() {
    let (_, example) = PAGE.split_once("```graphql\nquery Costs").unwrap();
    let query = format!("query Costs{}", example.split_once("```").unwrap().0);
    for app in everywhere() {
        for by in CALLERS {
            let answer = app.ask(by, &query).json();
            assert_eq!(
                answer["extensions"]["cost"],
                json!({ "requested": 8_403, "budget": 250_000 }),
                "{}: {answer}",
                by.name
            );
        }
        assert!(String::from_utf8_lossy(&log()).contains("cost=8403"), "the line of the request says it");
    }
}

#[test]
fn a_refusal_says_what_the_document_would_have_cost() {
    let query = "{ territories(first: 500) { nodes { children(first: 500) { nodes { name } } } } }";
    for app in everywhere() {
        let answer = app.ask(who("public"), query).json();
        assert_eq!(answer["errors"][0]["extensions"]["code"], "TOO_COMPLEX");
        let cost = answer["extensions"]["cost"]["requested"].as_u64().unwrap();
        assert!(cost > 250_000, "{answer}");
        assert!(answer["errors"][0]["message"].as_str().unwrap().contains(&cost.to_string()), "{answer}");
        assert!(answer.get("data").is_none(), "{answer}");
        // What does not fit the schema was not measured.
        assert!(app.ask(who("public"), "{ nothing }").json().get("extensions").is_none());
    }
}
