//! Every field of the schema has a case, and what each caller gets from it is a reviewed snapshot.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{
    app::{CALLERS, sqlite, who},
    documents,
};

#[test]
fn every_field_of_the_schema_is_asked_by_some_document() {
    let fields = documents::fields(sqlite());
    let asked = documents::asked(&fields);
    let all = fields.iter().flat_map(|(ty, fields)| fields.keys().map(move |field| format!("{ty}.{field}")));
    // Subscriptions need a stream, and something that happens.
    let subscribed = include_str!("../api/subscriptions.rs");
    let is_subscribed = |field: &str| {
        field.strip_prefix("Subscription.").is_some_and(|name| subscribed.contains(&format!("{name}{{")))
    };
    let missing: Vec<String> = all.filter(|field| !asked.contains(field) && !is_subscribed(field)).collect();
    assert!(missing.is_empty(), "no document under tests/api/documents asks {missing:#?}");
}

#[test]
fn what_each_caller_gets_of_each_field_is_the_one_that_was_reviewed() {
    let app = sqlite();
    let fields = documents::fields(app);
    // By field, for each caller: v a value, n nothing, both where some have one and some not.
    let mut outcomes: BTreeMap<String, Vec<BTreeSet<char>>> = BTreeMap::new();
    for (number, caller) in CALLERS.iter().enumerate() {
        for (_, text) in documents::all() {
            let answer = app.ask(caller, &text).json();
            documents::walk(&fields, &text, &answer["data"], &mut |ty, field, value| {
                let row = outcomes
                    .entry(format!("{ty}.{field}"))
                    .or_insert_with(|| vec![BTreeSet::new(); CALLERS.len()]);
                let nothing = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
                row[number].insert(if nothing { 'n' } else { 'v' });
            });
        }
    }
    let mut table = String::from("Callers, in order:\n");
    for caller in CALLERS {
        table.push_str(&format!("  {}\n", caller.name));
    }
    table.push_str("\nv: a value, n: nothing, nv: some of each\n\n");
    for (field, row) in outcomes {
        let cells: Vec<String> =
            row.iter().map(|outcome| format!("{:<2}", outcome.iter().collect::<String>())).collect();
        table.push_str(&format!("{field:<42} {}\n", cells.join(" ").trim_end()));
    }
    insta::assert_snapshot!("fields", table);
}

/// Fields that carry `@scope`, with the right that they take, from the schema's text.
fn scoped() -> BTreeMap<String, String> {
    let mut scoped = BTreeMap::new();
    let (mut ty, mut open) = (String::new(), String::new());
    for line in observatoire::graphql::sdl().lines() {
        if let Some(name) = line.strip_prefix("type ") {
            ty = name.split([' ', '{']).next().unwrap().to_owned();
        }
        // A field with described arguments spreads over several lines and carries its directive on the last.
        if line.starts_with('\t') && line.ends_with('(') {
            open = line.trim().trim_end_matches('(').to_owned();
        }
        if let Some((field, scope)) = line.split_once("@scope(requires: \"") {
            let name =
                field.trim().split(['(', ':', ')']).next().filter(|name| !name.is_empty()).unwrap_or(&open);
            scoped.insert(format!("{ty}.{name}"), scope.split('"').next().unwrap().to_owned());
        }
    }
    scoped
}

#[test]
fn a_scope_in_the_schema_and_a_guard_in_the_code_are_one() {
    let app = sqlite();
    let scoped = scoped();
    assert!(
        scoped.contains_key("Query.agreements") && scoped.contains_key("Partner.referents"),
        "{scoped:?}"
    );
    let fields = documents::fields(app);
    let mut refused: BTreeMap<String, String> = BTreeMap::new();
    for caller in CALLERS {
        for (_, text) in documents::all() {
            let answer = app.ask(caller, &text).json();
            for error in answer["errors"].as_array().unwrap_or(&Vec::new()) {
                assert_eq!(error["extensions"]["code"], "FORBIDDEN", "{error}");
                let scope = error["extensions"]["requires"].as_str().unwrap().to_owned();
                if error["path"].is_null() && text.contains("$file: Upload!") {
                    // Refused before its file is read, so before the field.
                    refused.insert("Mutation.stageDelivery".to_owned(), scope);
                    continue;
                }
                let name = error["path"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .rfind(|part| part.is_string())
                    .unwrap()
                    .as_str()
                    .unwrap();
                let owner = fields.iter().find(|(ty, known)| {
                    known.contains_key(name) && scoped.contains_key(&format!("{ty}.{name}"))
                });
                let (owner, _) = owner.unwrap_or_else(|| panic!("{name} is guarded and has no @scope"));
                refused.insert(format!("{owner}.{name}"), scope);
            }
        }
    }
    assert_eq!(refused, scoped, "a field with @scope that refuses nobody has no guard");
    let answer = app.ask(who("public"), "{ partners(first: 3) { nodes { referents { subject } } } }");
    assert_eq!(answer.code().as_deref(), Some("FORBIDDEN"));
}
