//! Lists that are told breadth first have the bytes that the engine gives them, for every caller; so has what fails in them.

use std::env;

use serde_json::{Value, json};

use crate::support::{
    app::{CALLERS, Caller, TestApp, everywhere, log, who},
    documents,
};

mod chance;

/// Lists of what can be told breadth first, each with fields to ask.
const LISTS: [(&str, &str); 5] = [
    ("Territory", r#"territories(filter: { level: COMMUNE, within: "242100410" }, first: 30)"#),
    (
        "Observation",
        r#"observations(filter: { indicators: ["PRE03", "REV03"], level: IRIS, within: "21231", periods: ["2025"] }, first: 60)"#,
    ),
    ("Indicator", "indicators(first: 60)"),
    ("Study", "studies(first: 50)"),
    (
        "Category",
        r#"observations(filter: { indicators: ["PRE03"], territories: ["21231"], dimensions: ["AGE"], periods: ["2025"] }, first: 20)"#,
    ),
];

/// What else is asked: keys of one's own, fragments, pages within pages, what is empty, what is asked twice, what fails.
const QUESTIONS: [&str; 30] = [
    r#"{ territories(first: 2) { nodes { code @skip(if: true) } edges { node { ...F @include(if: false) } } } } fragment F on Territory { name }"#,
    r#"{ territories(first: 2) { nodes { code children(first: 1) { nodes { name @include(if: false) } } } } }"#,
    r#"query ($skip: Boolean = true) { territories(first: 2) { nodes { code children(first: 1) { edges @skip(if: $skip) { cursor } } } } }"#,
    r#"{ territories(first: 2) { nodes { code observation(indicator: "PRE03") { ... @skip(if: true) { value } } } } }"#,
    r#"{ partners(first: 2) { nodes { name @skip(if: true) } } territory(code: "21231") { ... @skip(if: true) { name } } }"#,
    r#"query ($no: Boolean = false) { charter { commitments { commitment @include(if: $no) } } territories(first: 1) @include(if: $no) { totalCount } }"#,
    r#"{ studies(first: 1) { nodes { ... @include(if: false) { b: status title } title b: status } } territory(code: "21231") { ... @include(if: false) { b: code name } name b: code } }"#,
    r#"query ($s: Boolean = true) { indicators(first: 2) { nodes { code label @skip(if: $s) ...I @include(if: $s) } } } fragment I on Indicator { unit @skip(if: $s) theme }"#,
    r#"{ territories(filter: { level: COMMUNE }, first: 3) { nodes { a: code b: code code code __typename } edges { cursor node { id } } pageInfo { endCursor } totalCount } }"#,
    r#"{ territory(code: "242100410") { ...T children(level: COMMUNE, first: 9) { totalCount nodes { ...T children(level: IRIS, first: 100) { nodes { ...T } edges { cursor } totalCount } } } } } fragment T on Territory { code name observation(indicator: "PRE03", period: "2025") { value withheld symbol note confStatus obsStatus } }"#,
    r#"{ territories(first: 5) { nodes { ... on Territory { code } ... { name } ... on Node { id } } } }"#,
    r#"{ territories(first: 5) { nodes { ... { name } ... on Territory { code ...L } } } } fragment L on Territory { level }"#,
    r#"query ($deep: Boolean = false) { territories(first: 5) { nodes { code @include(if: $deep) name @skip(if: $deep) level } } }"#,
    r#"{ territories(filter: { level: IRIS, within: "21231" }, first: 100) { nodes { code geometry centroid bbox } } }"#,
    r#"{ territories(filter: { level: IRIS, within: "21231" }, first: 100) { nodes { geometry observation(indicator: "REV03") { value period { __typename } } } } }"#,
    r#"{ territories(filter: { level: COMMUNE, name: "zzz" }) { nodes { code observation(indicator: "NONE") { value } } edges { cursor } totalCount } }"#,
    r#"{ territories(filter: { level: COMMUNE }, first: 4) { nodes { code observation(indicator: "NONE") { value } } } }"#,
    r#"{ territories(filter: { level: COMMUNE }, first: 4) { nodes { code children(first: 501) { nodes { code } } } } }"#,
    r#"{ territories(filter: { level: COMMUNE }, first: 4) { nodes { code children(first: 2, after: "no") { nodes { code } } parent { name } } } }"#,
    r#"{ territories(filter: { level: COMMUNE }, first: 4) { nodes { observation(indicator: "PRE03", period: "soon") { value } } } }"#,
    r#"{ territories(filter: { level: COMMUNE }, first: 4) { nodes { observation(indicator: "PRE03", breakdown: [{ dimension: "AGE", category: "NONE" }]) { value } } } }"#,
    r#"{ territories(filter: { level: COMMUNE }, first: 4) { nodes { code } nodes { name children(first: 2) { nodes { code } } } nodes { children(first: 2) { nodes { name } } } } }"#,
    r#"{ a: territories(first: 2) { nodes { code } } a: territories(first: 2) { nodes { name } } }"#,
    r#"{ observations(filter: { indicators: ["PRE03"], level: COMMUNE, dimensions: ["AGE"] }, first: 100, orderBy: [{ field: VALUE, descending: true }]) { nodes { value breakdown { dimension code label parent { code } } territory { name vintage parent { name } } indicator { label unit } } edges { cursor } pageInfo { hasNextPage startCursor } totalCount } }"#,
    r#"{ observations(filter: { indicators: ["PRE03"], level: COMMUNE }, first: 100) { nodes { value explanation { status } } } }"#,
    r#"{ observations(filter: { indicators: ["PRE03"], level: COMMUNE }, first: 10) { nodes { value release { id } } } }"#,
    r#"{ studies(first: 10) { nodes { reference indicators { code label source { code } } territories { code name } themes authors { code } } } }"#,
    r#"{ studies(first: 10) { nodes { reference version draftedBy reviewed publishedOn summary indicators { code numerator { code } } } edges { node { title } } } }"#,
    r#"{ indicators(first: 10) { nodes { code periods finestLevel dimensions { code categories { code } } breaks { period reason } } } }"#,
    r#"{ nodes(ids: []) { id } partners(first: 5) { nodes { code name kind } totalCount } sources(first: 5) { edges { cursor node { code } } } }"#,
];

fn worked_out(app: &TestApp, breadth_first: bool) -> TestApp {
    app.with_settings(|settings| (settings.kept_answers, settings.breadth_first) = (0, breadth_first))
}

fn expect_same(apps: [&TestApp; 2], caller: &Caller, query: &str) {
    let [told, by_engine] = apps.map(|app| app.ask(caller, query));
    assert_eq!(told.status, by_engine.status, "{query} {}", caller.name);
    // The engine says in the order in which they came what failed in several places.
    let (mut one, mut other) = (told.json(), by_engine.json());
    for answer in [&mut one, &mut other] {
        if let Some(errors) = answer.get_mut("errors").and_then(Value::as_array_mut) {
            errors.sort_by_key(ToString::to_string);
        }
    }
    assert_eq!(one, other, "{query} {}", caller.name);
    if one.get("errors").is_none() {
        assert_eq!(told.text(), by_engine.text(), "{query} {}", caller.name);
    }
}

#[test]
fn each_field_of_a_list_reads_as_the_engine_tells_it() {
    for app in everywhere() {
        let (told, by_engine) = (worked_out(app, true), worked_out(app, false));
        let (fields, kinds) = (documents::fields(app), scalars(app));
        for (of, list) in LISTS {
            let mut asked: Vec<String> = fields[of]
                .iter()
                .filter(|(_, kind)| kinds.contains(kind))
                .map(|(field, _)| field.clone())
                .collect();
            asked.push("__typename".to_owned());
            let all = asked.join(" ");
            for fields in asked.iter().chain([&all]) {
                let item =
                    if of == "Category" { format!("breakdown {{ {fields} }}") } else { fields.clone() };
                let query = format!("{{ {list} {{ nodes {{ {item} }} edges {{ node {{ {item} }} }} }} }}");
                for caller in [who("public"), who("analyst"), who("operator")] {
                    expect_same([&told, &by_engine], caller, &query);
                }
            }
        }
    }
}

/// Names of the types that have no fields.
fn scalars(app: &TestApp) -> Vec<String> {
    let data = app.ask(who("public"), "{ __schema { types { kind name } } }").data();
    let types = data["__schema"]["types"].as_array().unwrap().iter();
    let scalars = types.filter(|ty| matches!(ty["kind"].as_str(), Some("SCALAR" | "ENUM")));
    scalars.map(|ty| ty["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_is_asked_in_other_ways_reads_as_the_engine_tells_it_for_every_caller() {
    for app in everywhere() {
        let (told, by_engine) = (worked_out(app, true), worked_out(app, false));
        for caller in CALLERS {
            for query in QUESTIONS {
                expect_same([&told, &by_engine], caller, query);
            }
        }
    }
}

/// How many documents are made by chance.
const BY_CHANCE: usize = 150;

#[test]
fn whatever_is_asked_reads_as_the_engine_tells_it() {
    let seed = env::var("OBSERVATOIRE_FUZZ_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    for app in everywhere() {
        let (told, by_engine) = (worked_out(app, true), worked_out(app, false));
        let mut documents = chance::Documents::new(app, seed);
        for _ in 0..BY_CHANCE {
            let query = documents.next();
            for caller in [who("public"), who("analyst"), who("operator")] {
                // What says when it was made says so each time.
                let [once, again] = [(); 2].map(|()| by_engine.ask(caller, &query).text());
                if once == again {
                    expect_same([&told, &by_engine], caller, &query);
                }
            }
        }
    }
}

/// How often something was logged of an operation.
fn logged(what: &str, operation: &str) -> usize {
    let log = String::from_utf8_lossy(&log()).into_owned();
    let told = log.lines().filter(|line| line.contains(what));
    told.filter(|line| line.contains(&format!("operation=\"{operation}\""))).count()
}

#[test]
fn lists_are_told_breadth_first_but_for_what_only_the_engine_can_tell() {
    let app = worked_out(everywhere().next().unwrap(), true);
    let asked = |operation: &str, selection: &str, variables: Value| {
        let query = format!("query {operation} {selection}");
        let answer = app.ask_with(who("analyst"), &json!({ "query": query, "variables": variables }), "en");
        assert_eq!(answer.status, 200, "{}", answer.text());
        logged("told breadth first", operation)
    };
    let told = |operation, selection| asked(operation, selection, Value::Null);
    assert_eq!(
        told(
            "BreadthSeries",
            r#"{ observations(filter: { indicators: ["PRE03"], level: COMMUNE }, first: 240) { nodes { territory { code } period value } } }"#
        ),
        1
    );
    assert_eq!(
        told(
            "BreadthTree",
            r#"{ territory(code: "242100410") { ...T children(level: COMMUNE, first: 100) { nodes { ...T children(level: IRIS, first: 100) { nodes { ...T } } } } } } fragment T on Territory { code name observation(indicator: "PRE03", period: "2025") { value } }"#
        ),
        1
    );
    assert_eq!(
        told(
            "BreadthStudies",
            "{ studies(first: 20) { nodes { reference title kind publishedOn indicators { code label } } } }"
        ),
        1
    );
    assert_eq!(
        told(
            "BreadthMap",
            r#"{ territories(filter: { level: IRIS, within: "242100410" }, first: 500) { nodes { code name geometry observation(indicator: "PRE03", period: "2025") { value } } } }"#
        ),
        1
    );
    assert_eq!(told("BreadthEdges", "{ indicators(first: 20) { edges { cursor node { code } } } }"), 1);
    assert_eq!(told("BreadthTwice", "{ indicators(first: 20) { nodes { code } nodes { label } } }"), 1);
    assert_eq!(told("BreadthDeep", "{ indicators(first: 20) { nodes { code source { code } } } }"), 0);
    let off = worked_out(everywhere().next().unwrap(), false);
    let _ = off.ask(who("analyst"), "query BreadthOff { indicators(first: 20) { nodes { code } } }");
    assert_eq!(logged("told breadth first", "BreadthOff"), 0);
}

#[test]
fn objects_of_which_nothing_is_asked_are_there() {
    for app in everywhere() {
        for breadth_first in [true, false] {
            let app = worked_out(app, breadth_first);
            let told = |query: &str| app.ask(who("public"), query).data();
            let list = told("{ territories(first: 2) { nodes { code @skip(if: true) } } }");
            assert_eq!(list, json!({ "territories": { "nodes": [{}, {}] } }));
            let one = told(
                r#"{ territory(code: "21231") { ...F } } fragment F on Territory { name @include(if: false) }"#,
            );
            assert_eq!(one, json!({ "territory": {} }));
            assert_eq!(told("{ charter @skip(if: true) { commitments { commitment } } }"), json!({}));
        }
    }
}

#[test]
fn what_is_asked_of_lists_is_looked_at_once_however_many_there_are() {
    let app = worked_out(everywhere().next().unwrap(), true);
    // Each of the territories has a list, which the engine tells.
    let query = r#"query BreadthOnce { territories(filter: { level: COMMUNE, within: "242100410" }, first: 30) { nodes { bbox children(level: IRIS, first: 2) { nodes { code bbox } edges { cursor } } } } }"#;
    let answer = app.ask(who("public"), query);
    assert!(answer.data()["territories"]["nodes"].as_array().is_some_and(|nodes| nodes.len() > 20));
    assert_eq!(logged("of a list was looked at", "BreadthOnce"), 3);
}
