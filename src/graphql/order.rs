//! The order of an answer's keys: that of the document, as the specification says, whatever was resolved first.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned, Value,
    indexmap::IndexMap,
    parser::types::{ExecutableDocument, FragmentDefinition, Selection, SelectionSet},
};

use super::conditions::NOTHING;

/// The keys of an object in the order of the document, each with those of what it holds.
#[derive(Debug, Default)]
pub struct Keys {
    all: Vec<(Name, Keys)>,
    /// Whether a key of an object, here or below, stands there more than once.
    repeated: bool,
}

type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

impl Keys {
    /// The keys of an operation, the only one where none is named. The document was counted before.
    pub fn of(document: &ExecutableDocument, operation: Option<&str>) -> Self {
        let mut keys = Self::default();
        let asked = document
            .operations
            .iter()
            .find(|(name, _)| operation.is_none_or(|asked| name.is_some_and(|name| name == asked)));
        if let Some((_, operation)) = asked {
            keys.take_in(&operation.node.selection_set.node, &document.fragments);
        }
        keys
    }

    fn take_in(&mut self, set: &SelectionSet, fragments: &Fragments) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) if field.node.response_key().node == NOTHING => {}
                Selection::Field(field) => {
                    let key = &field.node.response_key().node;
                    let known = self.all.iter().position(|(name, _)| name == key);
                    let inner = &field.node.selection_set.node;
                    self.repeated |= known.is_some() && !inner.items.is_empty();
                    let at = known.unwrap_or_else(|| {
                        self.all.push((key.clone(), Self::default()));
                        self.all.len() - 1
                    });
                    if let Some((_, keys)) = self.all.get_mut(at) {
                        keys.take_in(inner, fragments);
                        self.repeated |= keys.repeated;
                    }
                }
                Selection::InlineFragment(fragment) => {
                    self.take_in(&fragment.node.selection_set.node, fragments);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = fragments.get(&spread.node.fragment_name.node) {
                        self.take_in(&fragment.node.selection_set.node, fragments);
                    }
                }
            }
        }
    }

    /// Whether a key with fields of its own is asked for more than once in one place.
    pub const fn are_repeated(&self) -> bool {
        self.repeated
    }

    /// Whether the keys of an object stand in this order already, as those of most do.
    fn is_order_of(&self, object: &IndexMap<Name, Value>) -> bool {
        let mut keys = self.all.iter();
        // What stands in for nothing is no key.
        object.keys().all(|key| keys.any(|(known, _)| known == key))
    }

    /// Puts the keys of a value in order.
    pub fn arrange(&self, value: &mut Value) {
        match value {
            Value::List(items) => items.iter_mut().for_each(|item| self.arrange(item)),
            Value::Object(object) if self.is_order_of(object) => {
                let mut keys = self.all.iter();
                for (key, value) in object.iter_mut() {
                    if let Some((_, inner)) = keys.find(|(known, _)| known == key) {
                        inner.arrange(value);
                    }
                }
            }
            Value::Object(object) => {
                let mut given = std::mem::take(object);
                for (key, inner) in &self.all {
                    if let Some(mut value) = given.swap_remove(key) {
                        inner.arrange(&mut value);
                        object.insert(key.clone(), value);
                    }
                }
                given.shift_remove(NOTHING);
                object.extend(given);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Keys;
    use async_graphql::{Value, parser::parse_query};

    #[test]
    fn keys_come_in_the_order_of_the_document_with_fragments_spread() {
        let document = parse_query("{ b: x { d ...f a } a } fragment f on T { c d }").unwrap();
        let mut value = Value::from_json(serde_json::json!({
            "a": 1, "b": [{ "a": 1, "c": 2, "d": 3 }, null, { "c": 5, "a": 4, "d": 6 }]
        }))
        .unwrap();
        Keys::of(&document, None).arrange(&mut value);
        assert_eq!(value.to_string(), "{b: [{d: 3, c: 2, a: 1}, null, {d: 6, c: 5, a: 4}], a: 1}");
    }

    #[test]
    fn an_object_that_is_asked_for_twice_in_one_place_is_noticed() {
        let repeated = |text: &str| Keys::of(&parse_query(text).unwrap(), None).are_repeated();
        assert!(repeated("{ a { b { c } ...f } } fragment f on T { b { d } }"));
        assert!(repeated("{ a { b } c: d { e } ... on Query { a { f } } }"));
        assert!(!repeated("{ a { b b ...f } e: a { b } } fragment f on T { b c { b } }"));
    }
}
