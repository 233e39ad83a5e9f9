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
        let said = answer["errors"][0]["message"].as_str().unwrap();
        let digits: String = said.chars().filter(char::is_ascii_digit).collect();
        assert!(digits.starts_with(&cost.to_string()), "{answer}");
        assert!(answer.get("data").is_none(), "{answer}");
        // What does not fit the schema was not measured.
        assert!(app.ask(who("public"), "{ nothing }").json().get("extensions").is_none());
    }
}

#[test]
fn what_is_asked_of_each_object_of_a_list_costs_as_often() {
    let categories = r#"{ dimension: "AGE", category: "MOINS_25" }"#.repeat(500);
    let of = |objects: usize| {
        format!(
            r#"{{ territories(first: {objects}) {{ nodes {{ observation(indicator: "PRE03", breakdown: [{categories}]) {{ value }} }} }} }}"#
        )
    };
    let names = |count: usize| {
        let all: Vec<String> = (0..count).map(|at| format!("t{at}: __typename")).collect();
        // Whatever fragments bring them.
        let (some, others) = all.split_at(count / 2);
        format!(
            "{{ territories(first: 1) {{ nodes {{ {} ...f }} }} }} fragment f on Territory {{ {} }}",
            some.join(" "),
            others.join(" ")
        )
    };
    for app in everywhere() {
        let code = |query: &str| {
            let answer = app.ask(who("public"), query).json();
            answer["errors"][0]["extensions"]["code"].as_str().map(str::to_owned)
        };
        assert_ne!(code(&of(10)).as_deref(), Some("TOO_COMPLEX"));
        assert_eq!(code(&of(500)).as_deref(), Some("TOO_COMPLEX"));
        assert_eq!((code(&names(4)), code(&names(5)).as_deref()), (None, Some("TOO_COMPLEX")));
    }
}
