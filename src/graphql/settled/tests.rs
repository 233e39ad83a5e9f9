use async_graphql::{
    Variables,
    parser::{
        parse_query,
        types::{Selection, SelectionSet},
    },
};
use serde_json::json;

use super::Settled;
use crate::graphql::{operations::Operations, outline::TYPE_KEY};

/// The selections that are executed of a document, as a document has them, without those that we add.
fn settled(document: &str, variables: serde_json::Value) -> String {
    let document = parse_query(document).unwrap();
    let chosen = Operations::of(&document, None).unwrap().chosen;
    let settled = Settled::of(&document, chosen, &Variables::from_json(variables));
    assert!(settled.document.fragments.is_empty());
    let (_, operation) = settled.document.operations.iter().next().unwrap();
    written(&operation.node.selection_set.node)
}

fn written(set: &SelectionSet) -> String {
    let written = set.items.iter().filter_map(|selection| match &selection.node {
        Selection::Field(field) if field.node.response_key().node == TYPE_KEY => None,
        Selection::Field(field) => {
            let key = field.node.response_key().node.to_string();
            let set = &field.node.selection_set.node;
            Some(if set.items.is_empty() { key } else { format!("{key} {}", written(set)) })
        }
        Selection::InlineFragment(fragment) => {
            let on = &fragment.node.type_condition.as_ref()?.node.on.node;
            Some(format!("... on {on} {}", written(&fragment.node.selection_set.node)))
        }
        Selection::FragmentSpread(_) => Some("...".to_owned()),
    });
    let written: Vec<String> = written.collect();
    if written.is_empty() { "{ }".to_owned() } else { format!("{{ {} }}", written.join(" ")) }
}

#[test]
fn each_key_stands_once_with_all_that_is_asked_under_it() {
    let document = r#"{ a: territory(code: "1") { name } ...q b: __typename }
        fragment q on Query { b: __typename a: territory(code: "1") { ... on Node { id } ... { code name } children { nodes { name } } ...t } }
        fragment t on Territory { children { totalCount nodes { code } } }"#;
    let expected = "{ a { name id code children { nodes { name code } totalCount } } b }";
    assert_eq!(settled(document, json!({})), expected);
}

#[test]
fn what_conditions_leave_out_is_not_executed() {
    let text = "query ($s: Boolean! = true) { a: __typename b: charter @skip(if: $s) { title } ... @include(if: $s) { c: charter { title @skip(if: true) } } }";
    assert_eq!(settled(text, json!({})), "{ a c { } }");
    assert_eq!(settled(text, json!({ "s": false })), "{ a b { title } }");
}

#[test]
fn objects_of_several_types_are_asked_by_type_where_that_differs() {
    let alike = r#"{ node(id: "a") { ... on Node { id } __typename } }"#;
    assert_eq!(settled(alike, json!({})), "{ node { id __typename } }");
    let text = settled(r#"{ node(id: "a") { ... on Study { title id } x: id } }"#, json!({}));
    assert!(text.contains("... on Study { title id x }"), "{text}");
    assert!(text.contains("... on Territory { x }"), "{text}");
}

#[test]
fn the_chosen_operation_alone_is_executed() {
    let document = parse_query("query A { a: __typename } query B { b: __typename }").unwrap();
    let chosen = Operations::of(&document, Some("B")).unwrap().chosen;
    let chosen = Settled::of(&document, chosen, &Variables::default());
    let (name, operation) = chosen.document.operations.iter().next().unwrap();
    assert_eq!(name.map(ToString::to_string).as_deref(), Some("B"));
    assert_eq!(written(&operation.node.selection_set.node), "{ b }");
}
