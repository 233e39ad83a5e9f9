use async_graphql::{PathSegment, Value, Variables, parser::parse_query};
use serde_json::{Value as Json, json};

use super::Outline;
use crate::graphql::{operations::Operations, settled::Settled, written};

fn outline(document: &str) -> std::sync::Arc<Outline> {
    let document = parse_query(document).unwrap();
    let chosen = Operations::of(&document, None).unwrap().chosen;
    Settled::of(&document, chosen, &Variables::default()).outline
}

/// An answer after what failed at some paths was put in.
fn after(document: &str, data: Json, paths: &[&[&str]]) -> String {
    let (outline, mut data) = (outline(document), Value::from_json(data).unwrap());
    for path in paths {
        let path: Vec<PathSegment> = path
            .iter()
            .map(|step| match step.parse() {
                Ok(at) => PathSegment::Index(at),
                Err(_) => PathSegment::Field((*step).to_owned()),
            })
            .collect();
        if !outline.put_null(&mut data, &path) {
            data = Value::Null;
        }
    }
    outline.arrange(&mut data);
    let mut text = Vec::new();
    written::value(&data, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn a_field_that_failed_is_null_where_its_type_allows_it() {
    let document = r#"{ here: territory(code: "21231") { name population { value } } }"#;
    let given = json!({ "here": { "·": "Territory", "name": "Dijon" }, "·": "Query" });
    let expected = r#"{"here":{"name":"Dijon","population":null}}"#;
    assert_eq!(after(document, given, &[&["here", "population"]]), expected);
    assert_eq!(after(document, json!({ "·": "Query" }), &[&["here"]]), r#"{"here":null}"#);
    // Nothing else is left of it: it is there all the same.
    let document = r#"{ territory(code: "21231") { population { value } } }"#;
    let given = json!({ "territory": { "·": "Territory" } });
    assert_eq!(
        after(document, given, &[&["territory", "population"]]),
        r#"{"territory":{"population":null}}"#
    );
}

#[test]
fn what_may_not_be_null_makes_what_is_around_it_null() {
    let document = r#"{ territory(code: "21231") { name } charter { commitments { commitment } } }"#;
    let given = json!({ "territory": {}, "charter": { "commitments": [{}] } });
    let expected = r#"{"territory":null,"charter":{"commitments":[{}]}}"#;
    assert_eq!(after(document, given.clone(), &[&["territory", "name"]]), expected);
    // The charter and its commitments are always there: nothing is left.
    assert_eq!(after(document, given, &[&["charter", "commitments", "0", "commitment"]]), "null");
}

#[test]
fn keys_are_found_by_the_type_of_the_object() {
    let document = r#"{ nodes(ids: ["a", "b"]) { ...t x: id ... on Study { title id } } } fragment t on Territory { name }"#;
    let given = json!({ "nodes": [{ "x": 1, "name": "Dijon", "·": "Territory" }, { "·": "Study", "id": 1, "x": 1 }] });
    let nodes = after(document, given.clone(), &[]);
    assert_eq!(nodes, r#"{"nodes":[{"name":"Dijon","x":1},{"x":1,"id":1}]}"#);
    let nodes = after(document, given, &[&["nodes", "1", "title"], &["nodes", "0", "title"]]);
    assert_eq!(nodes, r#"{"nodes":[{"name":"Dijon","x":1},null]}"#);
}

#[test]
fn keys_come_in_the_order_of_the_document() {
    let document =
        "{ z: charter { ...f at: __typename adoptedOn } a: __typename } fragment f on Charter { title }";
    let given = json!({ "a": 1, "·": "Query", "z": { "adoptedOn": 3, "·": "Charter", "at": 2, "title": 1 } });
    let text = after(document, given, &[]);
    assert_eq!(text, r#"{"z":{"title":1,"at":2,"adoptedOn":3},"a":1}"#);
}
