//! The documents of the tests: queries that together ask every field of the schema, and how to walk them.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::parser::{
    parse_query,
    types::{ExecutableDocument, OperationType, Selection, SelectionSet},
};
use serde_json::Value;

use super::app::{TestApp, who};

/// Every document, by name.
pub fn all() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/documents");
    let mut documents: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "graphql"))
        .map(|path| {
            (path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(path).unwrap())
        })
        .collect();
    documents.sort();
    assert!(!documents.is_empty());
    documents
}

/// What a field returns, by type and field: the name of its innermost type.
pub type Fields = BTreeMap<String, BTreeMap<String, String>>;

/// The objects and interfaces of the schema, from its own introspection.
pub fn fields(app: &TestApp) -> Fields {
    // As deep as lists of lists are.
    let kinds = (0..6).fold("kind name".to_owned(), |inner, _| format!("kind name ofType {{ {inner} }}"));
    let query = format!("{{ __schema {{ types {{ kind name fields {{ name type {{ {kinds} }} }} }} }} }}");
    let data = app.ask(who("public"), &query).data();
    let mut fields = Fields::new();
    for ty in data["__schema"]["types"].as_array().unwrap() {
        let name = ty["name"].as_str().unwrap();
        let kind = ty["kind"].as_str().unwrap();
        if name.starts_with("__") || !matches!(kind, "OBJECT" | "INTERFACE") {
            continue;
        }
        let of_type = ty["fields"].as_array().unwrap().iter().map(|field| {
            let mut inner = &field["type"];
            while inner["name"].is_null() {
                inner = &inner["ofType"];
            }
            (field["name"].as_str().unwrap().to_owned(), inner["name"].as_str().unwrap().to_owned())
        });
        fields.insert(name.to_owned(), of_type.collect());
    }
    fields
}

/// What a walk meets: a field of a type, and what the answer has there.
pub type Visit<'a> = dyn FnMut(&str, &str, &Value) + 'a;

/// Walks a document along its answer and visits every field that it asks; `null` stands for what is not there.
pub fn walk(fields: &Fields, text: &str, data: &Value, visit: &mut Visit<'_>) {
    let document = parse_query(text).unwrap();
    for (_, operation) in document.operations.iter() {
        let root = match operation.node.ty {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        };
        walk_set(fields, &document, &operation.node.selection_set.node, root, data, visit);
    }
}

fn walk_set(
    fields: &Fields,
    document: &ExecutableDocument,
    set: &SelectionSet,
    ty: &str,
    data: &Value,
    visit: &mut Visit<'_>,
) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => {
                let name = field.node.name.node.as_str();
                let Some(inner) = fields.get(ty).and_then(|known| known.get(name)) else { continue };
                let value = &data[field.node.response_key().node.as_str()];
                visit(ty, name, value);
                let set = &field.node.selection_set.node;
                match value {
                    Value::Array(items) if !items.is_empty() => {
                        for item in items {
                            walk_set(fields, document, set, inner, item, visit);
                        }
                    }
                    other => walk_set(fields, document, set, inner, other, visit),
                }
            }
            Selection::InlineFragment(fragment) => {
                let condition = fragment.node.type_condition.as_ref();
                let inner = condition.map_or(ty, |condition| condition.node.on.node.as_str());
                let other = data["__typename"]
                    .as_str()
                    .is_some_and(|name| name != inner && fields.contains_key(inner));
                let nothing = Value::Null;
                let data = if other && inner != ty { &nothing } else { data };
                walk_set(fields, document, &fragment.node.selection_set.node, inner, data, visit);
            }
            Selection::FragmentSpread(spread) => {
                let fragment = &document.fragments[&spread.node.fragment_name.node];
                let inner = fragment.node.type_condition.node.on.node.as_str();
                walk_set(fields, document, &fragment.node.selection_set.node, inner, data, visit);
            }
        }
    }
}

/// Every field that the documents ask, as `Type.field`.
pub fn asked(fields: &Fields) -> BTreeSet<String> {
    let mut asked = BTreeSet::new();
    for (_, text) in all() {
        walk(fields, &text, &Value::Null, &mut |ty, field, _| {
            asked.insert(format!("{ty}.{field}"));
        });
    }
    asked
}
