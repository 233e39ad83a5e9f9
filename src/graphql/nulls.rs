//! Nulls where a field failed: at the field where its type allows it, else at the nearest thing around it that may be null, as
//! the specification says. The engine leaves the field out instead.

use std::{collections::HashMap, sync::OnceLock};

use async_graphql::{
    Name, PathSegment, Response, Value,
    parser::{
        parse_query, parse_schema,
        types::{
            BaseType, ExecutableDocument, Field, OperationType, Selection, SelectionSet, Type, TypeKind,
            TypeSystemDefinition,
        },
    },
};

/// The types of fields, by the types that have them.
type Types = HashMap<Name, HashMap<Name, Type>>;

fn types() -> &'static Types {
    static TYPES: OnceLock<Types> = OnceLock::new();
    TYPES.get_or_init(|| {
        let Ok(document) = parse_schema(super::Schema::new().sdl()) else { return Types::new() };
        let mut types = Types::new();
        for definition in document.definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let fields = match definition.node.kind {
                TypeKind::Object(object) => object.fields,
                TypeKind::Interface(interface) => interface.fields,
                _ => continue,
            };
            let fields = fields.into_iter().map(|field| (field.node.name.node, field.node.ty.node));
            types.insert(definition.node.name.node, fields.collect());
        }
        types
    })
}

/// Puts the nulls of an answer in, for the operation of a document that was executed.
pub fn put(response: &mut Response, document: &str, operation: Option<&str>) {
    if response.errors.iter().all(|error| error.path.is_empty()) || response.data == Value::Null {
        return;
    }
    let Ok(document) = parse_query(document) else { return };
    let chosen = document
        .operations
        .iter()
        .find(|(name, _)| operation.is_none_or(|asked| name.is_some_and(|name| name == asked)));
    let Some((_, chosen)) = chosen else { return };
    let root = match chosen.node.ty {
        OperationType::Query => "Query",
        OperationType::Mutation => "Mutation",
        OperationType::Subscription => "Subscription",
    };
    let set = &chosen.node.selection_set.node;
    for error in &response.errors {
        let within = Within { document: &document, set, of: root };
        if !error.path.is_empty() && !within.put(&mut response.data, &error.path) {
            response.data = Value::Null;
            return;
        }
    }
}

/// An object of the answer: what was asked of it, and its type as far as it is known.
#[derive(Clone, Copy)]
struct Within<'d> {
    document: &'d ExecutableDocument,
    set: &'d SelectionSet,
    of: &'d str,
}

impl<'d> Within<'d> {
    /// The field that a key stands for, with the type that has it.
    fn field(&self, key: &str) -> Option<(&'d Field, &'d str)> {
        for selection in &self.set.items {
            let inner = match &selection.node {
                Selection::Field(field) if field.node.response_key().node == key => {
                    return Some((&field.node, self.of));
                }
                Selection::Field(_) => continue,
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    let of = condition.map_or(self.of, |condition| condition.node.on.node.as_str());
                    Self { set: &fragment.node.selection_set.node, of, ..*self }
                }
                Selection::FragmentSpread(spread) => {
                    let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node) else {
                        continue;
                    };
                    let of = fragment.node.type_condition.node.on.node.as_str();
                    Self { set: &fragment.node.selection_set.node, of, ..*self }
                }
            };
            if let Some(found) = inner.field(key) {
                return Some(found);
            }
        }
        None
    }

    /// Puts the null of an error into an object; false when the object itself must be null for it.
    fn put(&self, object: &mut Value, path: &[PathSegment]) -> bool {
        let (Value::Object(object), Some((PathSegment::Field(key), rest))) = (object, path.split_first())
        else {
            return true;
        };
        let Some((field, of)) = self.field(key) else { return true };
        let Some(kind) = types().get(of).and_then(|fields| fields.get(&field.name.node)) else { return true };
        let key = Name::new(key);
        let mut value = object.get(&key).cloned().unwrap_or_default();
        let within = Within { set: &field.selection_set.node, of: named(&kind.base), ..*self };
        let is_there = value != Value::Null && within.put_at(&mut value, rest, kind);
        if !is_there && !kind.nullable {
            return false;
        }
        object.insert(key, if is_there { value } else { Value::Null });
        true
    }

    /// The same in what may be a list; false when it must be null as a whole.
    fn put_at(&self, value: &mut Value, path: &[PathSegment], kind: &Type) -> bool {
        let (BaseType::List(of), Value::List(items), Some((PathSegment::Index(at), rest))) =
            (&kind.base, &mut *value, path.split_first())
        else {
            return path.is_empty() || self.put(value, path);
        };
        let Some(item) = items.get_mut(*at) else { return true };
        if *item != Value::Null && self.put_at(item, rest, of) {
            return true;
        }
        *item = Value::Null;
        of.nullable
    }
}

fn named(base: &BaseType) -> &str {
    match base {
        BaseType::Named(name) => name,
        BaseType::List(of) => named(&of.base),
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::{PathSegment, Response, ServerError, Value};
    use serde_json::json;

    use super::put;

    fn after(document: &str, data: serde_json::Value, path: &[&str]) -> serde_json::Value {
        let mut response = Response::new(Value::from_json(data).unwrap());
        let mut error = ServerError::new("…", None);
        error.path = path
            .iter()
            .map(|step| match step.parse() {
                Ok(at) => PathSegment::Index(at),
                Err(_) => PathSegment::Field((*step).to_owned()),
            })
            .collect();
        response.errors.push(error);
        put(&mut response, document, None);
        response.data.into_json().unwrap()
    }

    #[test]
    fn a_field_that_failed_is_null_where_its_type_allows_it() {
        let document = r#"{ here: territory(code: "21231") { name population { value } } }"#;
        let given = json!({ "here": { "name": "Dijon" } });
        let expected = json!({ "here": { "name": "Dijon", "population": null } });
        assert_eq!(after(document, given, &["here", "population"]), expected);
        assert_eq!(after(document, json!({}), &["here"]), json!({ "here": null }));
    }

    #[test]
    fn what_may_not_be_null_makes_what_is_around_it_null() {
        let document = r#"{ territory(code: "21231") { name } charter { commitments { commitment } } }"#;
        let given = json!({ "territory": {}, "charter": { "commitments": [{}] } });
        let expected = json!({ "territory": null, "charter": { "commitments": [{}] } });
        assert_eq!(after(document, given.clone(), &["territory", "name"]), expected);
        // The charter and its commitments are always there: nothing is left.
        let path = ["charter", "commitments", "0", "commitment"];
        assert_eq!(after(document, given, &path), json!(null));
    }

    #[test]
    fn fields_of_fragments_are_found_by_their_types() {
        let document =
            r#"{ nodes(ids: ["a", "b"]) { ...t ... on Study { title } } } fragment t on Territory { name }"#;
        let given = json!({ "nodes": [{ "name": "Dijon" }, {}] });
        let expected = json!({ "nodes": [{ "name": "Dijon" }, null] });
        assert_eq!(after(document, given, &["nodes", "1", "title"]), expected);
    }
}
