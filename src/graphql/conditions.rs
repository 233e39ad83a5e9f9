//! What `@skip` and `@include` leave out of a document, before it is executed: as the specification has it, the order of keys and
//! defaults of variables included. The engine leaves out too late for the first, and does not ask for the second.

use std::collections::HashMap;

use async_graphql::{
    Name, Pos, Positioned, Value as ConstValue, Variables,
    parser::types::{
        Directive, DocumentOperations, ExecutableDocument, Field, OperationDefinition, Selection,
        SelectionSet, VariableDefinition,
    },
};

/// The key of what stands in for all that was left out of an object, which the engine would tell as null; it is told to nobody.
pub const NOTHING: &str = "__nothing";

/// What variables say, their defaults included.
struct Conditions<'a> {
    variables: &'a Variables,
    defaults: HashMap<Name, ConstValue>,
}

impl Conditions<'_> {
    fn leave_out(&self, directives: &[Positioned<Directive>]) -> bool {
        directives.iter().any(|directive| {
            let included = match directive.node.name.node.as_str() {
                "skip" => false,
                "include" => true,
                _ => return false,
            };
            let said = |name: Name| {
                let given = self.variables.get(&name).or_else(|| self.defaults.get(&name));
                given.cloned().ok_or(())
            };
            directive.node.get_argument("if").is_some_and(|condition| {
                let holds = condition.node.clone().into_const_with(said) == Ok(ConstValue::Boolean(true));
                holds != included
            })
        })
    }

    fn settle(&self, set: &mut SelectionSet) {
        set.items.retain(|selection| !self.leave_out(selection.node.directives()));
        for selection in &mut set.items {
            let usual = |directive: &Positioned<Directive>| {
                !matches!(directive.node.name.node.as_str(), "skip" | "include")
            };
            let directives = match &mut selection.node {
                Selection::Field(field) => {
                    let (position, inner) = (field.pos, &mut field.node.selection_set.node);
                    let had_some = !inner.items.is_empty();
                    self.settle(inner);
                    if had_some {
                        fill(inner, position);
                    }
                    &mut field.node.directives
                }
                Selection::InlineFragment(fragment) => {
                    self.settle(&mut fragment.node.selection_set.node);
                    &mut fragment.node.directives
                }
                Selection::FragmentSpread(spread) => &mut spread.node.directives,
            };
            directives.retain(usual);
        }
    }
}

/// Where nothing may be left of an object, something that says that it is there.
fn fill(set: &mut SelectionSet, position: Pos) {
    if set.items.iter().any(|selection| matches!(selection.node, Selection::Field(_))) {
        return;
    }
    let field = Field {
        alias: Some(Positioned::new(Name::new(NOTHING), position)),
        name: Positioned::new(Name::new("__typename"), position),
        arguments: Vec::new(),
        directives: Vec::new(),
        selection_set: Positioned::default(),
    };
    set.items.push(Positioned::new(Selection::Field(Positioned::new(field, position)), position));
}

/// Leaves out of a document what its conditions leave out, for the operation of a name, the only one where none is named.
pub fn settle(document: &mut ExecutableDocument, operation: Option<&str>, variables: &Variables) {
    let chosen = document
        .operations
        .iter()
        .find(|(name, _)| operation.is_none_or(|asked| name.is_some_and(|name| name == asked)));
    let definitions = chosen.map(|(_, operation)| operation.node.variable_definitions.as_slice());
    let default = |definition: &Positioned<VariableDefinition>| {
        let default = definition.node.default_value.as_ref()?;
        Some((definition.node.name.node.clone(), default.node.clone()))
    };
    let defaults = definitions.unwrap_or_default().iter().filter_map(default).collect();
    let conditions = Conditions { variables, defaults };
    for fragment in document.fragments.values_mut() {
        conditions.settle(&mut fragment.node.selection_set.node);
    }
    let whole = |operation: &mut Positioned<OperationDefinition>| {
        let (position, set) = (operation.pos, &mut operation.node.selection_set.node);
        conditions.settle(set);
        fill(set, position);
    };
    match &mut document.operations {
        DocumentOperations::Single(operation) => whole(operation),
        DocumentOperations::Multiple(operations) => operations.values_mut().for_each(whole),
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::{Value, Variables, parser::parse_query};

    use super::{super::order::Keys, NOTHING, settle};

    /// What an answer with everything reads as, once it is in the order of the keys of what was kept.
    fn kept(text: &str, variables: serde_json::Value, told: serde_json::Value) -> String {
        let mut document = parse_query(text).unwrap_or_else(|error| panic!("{error}"));
        settle(&mut document, None, &Variables::from_json(variables));
        let mut told = Value::from_json(told).unwrap_or_default();
        Keys::of(&document, None).arrange(&mut told);
        told.to_string()
    }

    #[test]
    fn keys_have_the_order_of_what_is_kept() {
        let text = "{ ... @include(if: false) { b: c a } a b: c @skip(if: false) }";
        assert_eq!(kept(text, serde_json::json!({}), serde_json::json!({ "b": 1, "a": 2 })), "{a: 2, b: 1}");
    }

    #[test]
    fn of_an_object_of_which_nothing_is_kept_there_is_an_empty_one() {
        let told = || serde_json::json!({ "a": [{ NOTHING: "T" }, null, { NOTHING: "T" }] });
        for text in
            ["{ a { b @skip(if: true) } }", "{ a { ...f @include(if: false) } } fragment f on T { b }"]
        {
            assert_eq!(kept(text, serde_json::json!({}), told()), "{a: [{}, null, {}]}", "{text}");
        }
    }

    #[test]
    fn a_variable_that_is_not_given_has_its_default() {
        let text = "query ($s: Boolean = true) { a b @skip(if: $s) c @include(if: $s) }";
        let left = |variables| {
            let mut document = parse_query(text).unwrap_or_else(|error| panic!("{error}"));
            settle(&mut document, None, &Variables::from_json(variables));
            let keys = Keys::of(&document, None);
            let mut told =
                Value::from_json(serde_json::json!({ "c": 3, "b": 2, "a": 1 })).unwrap_or_default();
            keys.arrange(&mut told);
            told.to_string()
        };
        // What is not kept has no place among the keys, and comes last here.
        assert_eq!(left(serde_json::json!({})), "{a: 1, c: 3, b: 2}");
        assert_eq!(left(serde_json::json!({ "s": false })), "{a: 1, b: 2, c: 3}");
    }
}
