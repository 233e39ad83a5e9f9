//! The schema: told to whom the setting says, in an answer of bounded size, and not bit by bit to whoever guesses.

use observatoire::config::Introspection;
use serde_json::{Value, json};

use super::{WAYS, Way, ask, by_digest, document, expect, expect_whole, persisting, send, start, told};
use crate::support::app::{TestApp, sqlite, who};

/// What tools ask for when they read a schema.
const WHOLE: &str = "query Whole { __schema { queryType { name } mutationType { name } subscriptionType { name } types { ...T } directives { name description locations args { ...I } } } }
    fragment T on __Type { kind name description fields(includeDeprecated: true) { name description args { ...I } type { ...R } isDeprecated deprecationReason } inputFields { ...I } interfaces { ...R } enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...R } }
    fragment I on __InputValue { name description type { ...R } defaultValue }
    fragment R on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }";

/// Ways to ask for the schema, or for a part of it; a new one is a line.
fn asked() -> Vec<(&'static str, Value)> {
    vec![
        ("the whole", document(WHOLE)),
        ("a name", document("{ __schema { queryType { name } } }")),
        ("a type", document(r#"{ __type(name: "Query") { name } }"#)),
        ("under another name", document("{ viewer: __schema { queryType { name } } }")),
        ("in an inline fragment", document("{ ... on Query { ... { __schema { queryType { name } } } } }")),
        (
            "in a fragment",
            document(
                "{ ...a } fragment a on Query { ...b } fragment b on Query { __schema { queryType { name } } }",
            ),
        ),
        ("beside something else", document("{ viewer { subject } __schema { queryType { name } } }")),
        ("after a directive", document("{ __schema @include(if: true) { queryType { name } } }")),
        (
            "in the operation that is chosen",
            json!({ "query": "query A { __typename } query B { __schema { queryType { name } } }", "operationName": "B" }),
        ),
        (
            "by a variable",
            json!({ "query": "query($a: String!) { __type(name: $a) { name } }", "variables": { "a": "Query" } }),
        ),
    ]
}

fn bearer(app: &TestApp, caller: &str) -> Option<String> {
    app.token(who(caller)).map(|token| format!("Bearer {token}"))
}

#[test]
fn the_schema_is_told_whichever_way_it_is_asked_for_to_whom_the_setting_says() {
    for (introspection, to_public, to_partners) in [
        (Introspection::Everyone, true, true),
        (Introspection::Partners, false, true),
        (Introspection::Nobody, false, false),
    ] {
        let app = sqlite().with_settings(|settings| {
            settings.introspection = introspection;
            settings.batch_limit = 2;
        });
        for (what, body) in asked() {
            // Partners first: what one of them persisted is told to nobody else for that.
            for (caller, is_told) in [("analyst", to_partners), ("public", to_public)] {
                let token = bearer(&app, caller);
                let headers: Vec<_> = token.iter().map(|token| ("Authorization", token.as_str())).collect();
                let persisted = [persisting(&body), by_digest(&body)];
                for way in WAYS {
                    let what = format!("{what} ({introspection:?}, {caller}, {way:?})");
                    for body in std::iter::once(&body).chain(&persisted) {
                        let answer = send(&app, way.request(body, &headers).unwrap(), &what);
                        let told = told(&answer);
                        // Somebody who had the schema persisted the document that asks for it.
                        let is_kept = body.get("query").is_some() || to_public || to_partners;
                        match (is_told, is_kept) {
                            (true, _) => assert!(told.get("errors").is_none(), "{what}: {}", start(&answer)),
                            (false, true) => expect(&answer, "INTROSPECTION_CLOSED", &what),
                            (false, false) => expect(&answer, "PERSISTED_QUERY_NOT_FOUND", &what),
                        }
                    }
                }
            }
        }
        // Names of types are part of every answer, and tell nothing of the schema.
        let typename = ask(&app, Way::Body, &document("{ viewer { __typename } }"), "__typename").unwrap();
        assert_eq!(told(&typename)["data"]["viewer"]["__typename"], "Viewer");
    }
}

#[test]
fn the_schema_is_not_asked_within_itself() {
    let ofs = |depth: usize| format!("{}name{}", "ofType { ".repeat(depth), " }".repeat(depth));
    let many = |count: usize| -> String {
        (0..count).map(|at| format!("a{at}: __schema {{ queryType {{ name }} }} ")).collect()
    };
    let (app, statements) = sqlite().counting();
    for (what, text) in [
        ("fields of fields", "{ __schema { types { fields { type { fields { name } } } } } }".to_owned()),
        ("fields of fields through a fragment", "{ __schema { types { ...a } } } fragment a on __Type { fields { type { ...b } } } fragment b on __Type { fields { name } }".to_owned()),
        ("fields of fields through an inline fragment", "{ __schema { types { fields { type { ... on __Type { fields { name } } } } } } }".to_owned()),
        ("fields of fields under other names", "{ __schema { types { a: fields { type { b: fields { name } } } } } }".to_owned()),
        ("fields of the type of an argument", "{ __schema { types { inputFields { type { inputFields { name } } } } } }".to_owned()),
        ("types that a type may be", r#"{ __type(name: "Node") { possibleTypes { interfaces { possibleTypes { name } } } } }"#.to_owned()),
        ("interfaces of interfaces", r#"{ __type(name: "Node") { possibleTypes { interfaces { interfaces { name } } } } }"#.to_owned()),
        ("a circle", "{ __schema { types { ...a } } } fragment a on __Type { fields { type { ...a } } }".to_owned()),
        ("30 types in one another", format!("{{ __schema {{ types {{ {} }} }} }}", ofs(30))),
        ("five times", format!("{{ {} }}", many(5))),
        ("1,000 times", format!("{{ {} }}", many(1_000))),
    ] {
        let code = if what == "a circle" { "VALIDATION_FAILED" } else { "TOO_COMPLEX" };
        for way in [Way::Body, Way::Address, Way::Events, Way::EventsByAddress] {
            let what = format!("{what} ({way:?})");
            let Some(answer) = ask(&app, way, &document(text.clone()), &what) else { continue };
            match way {
                Way::Body | Way::Address => expect_whole(&answer, code, &what),
                _ => expect(&answer, code, &what),
            }
            let asked = std::mem::take(&mut *statements.lock().unwrap());
            assert!(asked.is_empty(), "{what}: {asked:?}");
        }
    }
}

/// Longest answer that tells of the schema: what tools ask for, and as much again.
const LONGEST_SCHEMA: usize = 1 << 20;

#[test]
fn the_schema_is_told_once_and_not_under_hundreds_of_names() {
    let whole = ask(sqlite(), Way::Body, &document(WHOLE), "the whole").unwrap();
    assert!(whole.bytes.len() < LONGEST_SCHEMA, "{}", whole.bytes.len());
    let many = |field: &str| -> String { (0..300).map(|at| format!("a{at}: {field} ")).collect() };
    for (what, text) in [
        ("fields", format!("{{ __schema {{ types {{ {} }} }} }}", many("fields { name }"))),
        ("names of fields", format!("{{ __schema {{ types {{ fields {{ {} }} }} }} }}", many("name"))),
    ] {
        let answer = ask(sqlite(), Way::Body, &document(text), what).unwrap();
        assert!(!answer.status.is_server_error(), "{what}: {}", start(&answer));
        assert!(answer.bytes.len() < LONGEST_SCHEMA, "{what}: {} bytes", answer.bytes.len());
    }
}

#[test]
fn whoever_guesses_a_name_is_not_told_the_right_one() {
    let app = sqlite().with_settings(|settings| settings.introspection = Introspection::Nobody);
    for (text, right) in [
        ("{ teritory(code: \"1\") { name } }", "territory"),
        ("{ viewer { subjct } }", "subject"),
        ("{ viewers { subject } }", "\"viewer\""),
        ("mutation { signChater { userErrors { code } } }", "signCharter"),
        ("subscription { releasePublishd { reference } }", "releasePublished"),
        ("{ territories(frist: 1) { totalCount } }", "first"),
        ("{ territories(filter: { levl: COMMUNE }) { totalCount } }", "\"level\""),
        ("{ territories(filter: { level: COMMUN }) { totalCount } }", "COMMUNE"),
        ("{ node(id: \"x\") { ... on Territry { id } } }", "Territory"),
        ("query($v: TerritoryFiltr) { territories(filter: $v) { totalCount } }", "TerritoryFilter"),
        ("{ viewer { subject @skp(if: true) } }", "skip"),
        ("{ territories { totlCount } }", "totalCount"),
        ("{ __schem { queryType { name } } }", "__schema"),
    ] {
        for way in [Way::Body, Way::Address, Way::Events] {
            let asked = ask(&app, way, &document(text), text).unwrap();
            let is_act = text.starts_with("mutation") || text.starts_with("subscription");
            if is_act && way == Way::Address {
                expect_whole(&asked, "GET_MUST_QUERY", text);
                continue;
            }
            if text.starts_with("subscription") && way == Way::Body {
                expect_whole(&asked, "SUBSCRIPTION_NEEDS_STREAM", text);
                continue;
            }
            expect(&asked, "VALIDATION_FAILED", text);
            for error in told(&asked)["errors"].as_array().unwrap() {
                let message = error["message"].as_str().unwrap();
                assert!(!message.contains(right), "{text}: {message}");
            }
        }
    }
}
