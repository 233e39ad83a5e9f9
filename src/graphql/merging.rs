//! Whether fields under one key can be told as one, as the specification has it. The engine compares what stands in one set of
//! fields, and not what several sets of one key have together, nor what stands under different types.
//!
//! # Citations
//!
//! GraphQL specification, October 2021, section 5.3.2, “Field Selection Merging”. What fields of different types have in common is
//! told apart from what makes them the same, so that each set is walked once for either: S. Adameit, “GraphQL validation of
//! overlapping fields in near linear time”, 2019.

use std::{
    cell::Cell,
    collections::{BTreeMap, HashMap, HashSet},
};

use async_graphql::{
    Name, Positioned,
    parser::types::{BaseType, ExecutableDocument, Field, Selection, SelectionSet, Type},
};
use async_graphql_value::Value;

use super::{
    cut, limits,
    shapes::{Shapes, named, root},
};
use crate::error::{Code, Refusal};

/// Fields that were asked for under one key, each with the type that it is asked of.
type Asked<'d> = Vec<(&'d str, &'d Field)>;
/// Sets of fields of one object, each with the type that it is asked of.
type Sets<'d> = Vec<(&'d str, &'d SelectionSet)>;

/// Checks a document whose size was checked.
///
/// # Errors
///
/// [`Code::ValidationFailed`].
pub fn check(document: &ExecutableDocument) -> Result<(), Refusal> {
    let merging = Merging { document, shapes: Shapes::known(), looked_at: Cell::new(0) };
    for (_, operation) in document.operations.iter() {
        let sets = || vec![(root(operation.node.ty), &operation.node.selection_set.node)];
        merging.same_shapes(sets())?;
        merging.same_fields(sets())?;
    }
    Ok(())
}

/// Most selections and arguments that are looked at: what is asked of an interface is looked at again for each type that something is
/// asked of beside it, and so is what stands within.
const MOST_LOOKED_AT: usize = 200_000;
/// So many bytes of an argument count as one more.
const BYTES_A_LOOK: usize = 64;

struct Merging<'d> {
    document: &'d ExecutableDocument,
    shapes: &'static Shapes,
    looked_at: Cell<usize>,
}

impl<'d> Merging<'d> {
    /// Fields under one key are of one shape, whatever they are asked of: whoever reads the answer need not know the type.
    fn same_shapes(&self, sets: Sets<'d>) -> Result<(), Refusal> {
        for (key, asked) in self.by_key(sets)? {
            let mut types = asked.iter().filter_map(|(of, field)| self.shapes.of(of, &field.name.node));
            if let Some(first) = types.next()
                && let Some(other) = types.find(|other| !self.is_of_shape(first, other))
            {
                return Err(conflict(key, (&first.to_string(), &other.to_string())));
            }
            self.same_shapes(self.within(&asked))?;
        }
        Ok(())
    }

    /// Fields under one key of what may be one object are one field with the same arguments.
    fn same_fields(&self, sets: Sets<'d>) -> Result<(), Refusal> {
        for (key, asked) in self.by_key(sets)? {
            for together in self.of_one_object(asked) {
                if let Some(((_, first), others)) = together.split_first()
                    && let Some((_, other)) = others.iter().find(|(_, other)| !is_same(first, other))
                {
                    return Err(conflict(key, (&told(first), &told(other))));
                }
                self.same_fields(self.within(&together))?;
            }
        }
        Ok(())
    }

    fn by_key(&self, sets: Sets<'d>) -> Result<BTreeMap<&'d str, Asked<'d>>, Refusal> {
        let mut found = BTreeMap::new();
        let mut spread = HashSet::new();
        for (of, set) in sets {
            self.add(&mut found, &mut spread, (of, set));
        }
        // They are held against one another: long ones for longer.
        let length = |(name, value): &(Positioned<Name>, Positioned<Value>)| {
            1 + (name.node.len() + length(&value.node)) / BYTES_A_LOOK
        };
        let arguments = |(_, field): &(&str, &Field)| 1 + field.arguments.iter().map(length).sum::<usize>();
        let more: usize = found.values().flatten().map(arguments).sum();
        self.looked_at.set(self.looked_at.get().saturating_add(more));
        if self.looked_at.get() > MOST_LOOKED_AT { Err(limits::too_long()) } else { Ok(found) }
    }

    /// A type as the schema's text knows it: of the introspection it knows none, where no object has two.
    fn known(&self, type_name: &'d str) -> &'d str {
        if self.shapes.has_fields(type_name) { type_name } else { "" }
    }

    fn add(
        &self,
        found: &mut BTreeMap<&'d str, Asked<'d>>,
        spread: &mut HashSet<&'d str>,
        (of, set): (&'d str, &'d SelectionSet),
    ) {
        // What holds no field is walked all the same.
        self.looked_at.set(self.looked_at.get().saturating_add(set.items.len()));
        if self.looked_at.get() > MOST_LOOKED_AT {
            return;
        }
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let key = field.node.response_key().node.as_str();
                    found.entry(key).or_default().push((of, &field.node));
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    let of = condition.map_or(of, |condition| self.known(condition.node.on.node.as_str()));
                    self.add(found, spread, (of, &fragment.node.selection_set.node));
                }
                Selection::FragmentSpread(named) => {
                    let name = named.node.fragment_name.node.as_str();
                    let fragment = self.document.fragments.get(name);
                    if let Some(fragment) = fragment.filter(|_| spread.insert(name)) {
                        let of = self.known(fragment.node.type_condition.node.on.node.as_str());
                        self.add(found, spread, (of, &fragment.node.selection_set.node));
                    }
                }
            }
        }
    }

    /// Fields of each type, those of interfaces beside each: no object has two types.
    fn of_one_object(&self, asked: Asked<'d>) -> Vec<Asked<'d>> {
        let (of_any, of_types): (Asked<'d>, Asked<'d>) =
            asked.into_iter().partition(|(of, _)| self.shapes.possible(of).is_some());
        let mut by_type: BTreeMap<&str, Asked<'d>> = BTreeMap::new();
        for (of, field) in of_types {
            by_type.entry(of).or_insert_with(|| of_any.clone()).push((of, field));
        }
        if by_type.is_empty() { vec![of_any] } else { by_type.into_values().collect() }
    }

    /// What is asked within fields.
    fn within(&self, asked: &Asked<'d>) -> Sets<'d> {
        let set = |(of, field): &(&'d str, &'d Field)| {
            let kind = self.shapes.of(of, &field.name.node);
            (kind.map_or("", |kind| named(&kind.base)), &field.selection_set.node)
        };
        asked.iter().map(set).filter(|(_, set)| !set.items.is_empty()).collect()
    }

    /// Whether two types are lists alike, may be null alike, and are the same where they have no fields.
    fn is_of_shape(&self, one: &Type, other: &Type) -> bool {
        one.nullable == other.nullable
            && match (&one.base, &other.base) {
                (BaseType::List(one), BaseType::List(other)) => self.is_of_shape(one, other),
                (BaseType::Named(one), BaseType::Named(other)) => {
                    one == other || (self.shapes.has_fields(one) && self.shapes.has_fields(other))
                }
                _ => false,
            }
    }
}

/// About how many bytes a value takes.
fn length(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::List(items) => items.iter().map(|item| 1 + length(item)).sum(),
        Value::Object(fields) => fields.iter().map(|(name, value)| 1 + name.len() + length(value)).sum(),
        _ => 1,
    }
}

fn is_same(one: &Field, other: &Field) -> bool {
    let theirs: HashMap<_, _> =
        other.arguments.iter().map(|(name, value)| (&name.node, &value.node)).collect();
    one.name.node == other.name.node
        && one.arguments.len() == other.arguments.len()
        && one.arguments.iter().all(|(name, value)| theirs.get(&name.node) == Some(&&value.node))
}

/// A field as a document asks for it.
fn told(field: &Field) -> String {
    let arguments = field.arguments.iter().map(|(name, value)| format!("{}: {}", name.node, value.node));
    let arguments: Vec<String> = arguments.collect();
    let name = field.name.node.as_str();
    cut(&if arguments.is_empty() { name.to_owned() } else { format!("{name}({})", arguments.join(", ")) })
}

fn conflict(key: &str, (one, other): (&str, &str)) -> Refusal {
    let key = cut(key);
    Refusal::new(
        Code::ValidationFailed,
        format!("« {key} » serait à la fois {one} et {other} : donnez-leur des alias différents."),
        format!("“{key}” would be both {one} and {other}: give them different aliases."),
    )
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::check;
    use crate::{error::Refusal, language::Language};

    fn refused(document: &str) -> Option<String> {
        let refusal: Option<Refusal> = check(&parse_query(document).unwrap()).err();
        refusal.map(|refusal| refusal.message(Language::English).to_owned())
    }

    #[test]
    fn fields_that_can_be_told_as_one_are_let_by() {
        for document in [
            r#"{ territory(code: "21231") { name name } territory(code: "21231") { code name } }"#,
            r#"query ($code: String!) { a: territory(code: $code) { name } a: territory(code: $code) { level } }"#,
            r#"{ nodes(ids: []) { ... on Territory { it: name } ... on Study { it: title } } }"#,
            r#"{ nodes(ids: []) { id ... on Territory { id children { totalCount } } ...s } } fragment s on Study { id }"#,
            "{ __schema { types { name } } __schema { types { kind } } a: __typename a: __typename }",
            "{ ...f } fragment f on Query { __typename ...g } fragment g on Query { __typename }",
        ] {
            assert_eq!(refused(document), None, "{document}");
        }
    }

    #[test]
    fn fields_that_cannot_be_told_as_one_are_refused_wherever_they_stand() {
        let two = r#"“it” would be both name and code: give them different aliases."#;
        for (document, expected) in [
            (r#"{ a: territory(code: "1") { it: name } a: territory(code: "1") { it: code } }"#, two),
            (
                r#"{ territory(code: "1") { ...n ...c } } fragment n on Territory { it: name } fragment c on Territory { it: code }"#,
                two,
            ),
            (
                r#"{ node(id: "1") { ... on Territory { it: name } ... on Node { ... on Territory { it: code } } } }"#,
                two,
            ),
            (
                r#"{ a: territory(code: "1") { name } a: territory(code: "2") { name } }"#,
                r#"“a” would be both territory(code: "1") and territory(code: "2"): give them different aliases."#,
            ),
            (
                "{ __schema { types { it: name ... on __Type { it: kind } } } }",
                "“it” would be both name and kind: give them different aliases.",
            ),
            (
                r#"{ nodes(ids: []) { it: id ... on Territory { it: name } } }"#,
                "“it” would be both ID! and String!: give them different aliases.",
            ),
            (
                r#"{ nodes(ids: []) { ... on Territory { it: name } ... on Study { it: publishedOn } } }"#,
                "“it” would be both String! and Date: give them different aliases.",
            ),
        ] {
            assert_eq!(refused(document).as_deref(), Some(expected), "{document}");
        }
    }

    #[test]
    fn interfaces_within_interfaces_are_not_looked_at_for_ever() {
        let types = "Agreement Delivery Event Indicator Partner Release Source Study Territory UseRequest";
        let types: Vec<String> =
            types.split(' ').map(|name| format!("... on {name} {{ a {{ b }} }}")).collect();
        let types = types.join(" ");
        let within =
            (0..9).fold("b".to_owned(), |within, _| format!("... on Node {{ a {{ {within} }} }} {types}"));
        let refusal =
            check(&parse_query(format!("{{ node(id: \"x\") {{ {within} }} }}")).unwrap()).unwrap_err();
        assert_eq!(refusal.code.word(), "TOO_COMPLEX");
    }
}
