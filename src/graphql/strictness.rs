//! What the engine lets by of a document, and should not: arguments and directives of `__typename`, directives that are repeated,
//! and texts that it takes for files.

use std::collections::HashSet;

use async_graphql::{
    Name, Pos, Positioned, Value as ConstValue,
    parser::types::{
        Directive, DocumentOperations, ExecutableDocument, Field, InlineFragment, Selection, SelectionSet,
        TypeCondition,
    },
};

use super::shapes::{self, Shapes};
use crate::error::{Code, Refusal};

/// What a text that stands for a file begins with, inside of the engine.
const FILE: &str = "#__graphql_file__:";

/// Whether a text would be taken for a file that was sent.
#[must_use]
pub fn stands_for_file(text: &str) -> bool {
    text.starts_with(FILE)
}

/// Checks a document whose size was checked.
///
/// # Errors
///
/// [`Code::ValidationFailed`].
pub fn check(document: &ExecutableDocument) -> Result<(), Refusal> {
    // In the order of the text: of several faults the same is told each time.
    let mut fragments: Vec<_> = document.fragments.values().collect();
    fragments.sort_by_key(|fragment| fragment.pos);
    let fragments = fragments.into_iter().map(|fragment| &fragment.node.selection_set.node);
    if document.fragments.contains_key("on") {
        return Err(Refusal::new(
            Code::ValidationFailed,
            "Un fragment ne s’appelle pas « on ».",
            "A fragment is not called “on”.",
        ));
    }
    for (_, operation) in document.operations.iter() {
        check_set(&operation.node.selection_set.node)?;
        let defaults = operation.node.variable_definitions.iter();
        let mut defaults = defaults.filter_map(|definition| definition.node.default_value.as_ref());
        if defaults.any(|default| const_names_file(&default.node)) {
            return Err(file());
        }
    }
    fragments.into_iter().try_for_each(check_set)
}

/// Puts the conditions of a `__typename` around it, where the engine sees which variables they name; and has fragments within
/// selections say the type that they are on, which the engine forgets.
pub fn say_types(document: &mut ExecutableDocument) {
    match &mut document.operations {
        DocumentOperations::Single(operation) => {
            say(&mut operation.node.selection_set.node, shapes::root(operation.node.ty));
        }
        DocumentOperations::Multiple(operations) => {
            for operation in operations.values_mut() {
                say(&mut operation.node.selection_set.node, shapes::root(operation.node.ty));
            }
        }
    }
    for fragment in document.fragments.values_mut() {
        let on = fragment.node.type_condition.node.on.node.clone();
        say(&mut fragment.node.selection_set.node, &on);
    }
}

/// Says the types within what is asked of one.
fn say(set: &mut SelectionSet, of: &str) {
    for selection in &mut set.items {
        let position = selection.pos;
        match &mut selection.node {
            Selection::Field(Positioned { node: Field { name, directives, .. }, .. })
                if name.node == "__typename" && !directives.is_empty() =>
            {
                let directives = std::mem::take(directives);
                let field = Positioned::new(selection.node.clone(), position);
                let fragment = InlineFragment {
                    type_condition: on(of, position),
                    directives,
                    selection_set: Positioned::new(SelectionSet { items: vec![field] }, position),
                };
                selection.node = Selection::InlineFragment(Positioned::new(fragment, position));
            }
            Selection::Field(field) => {
                let kind = Shapes::known().of(of, &field.node.name.node);
                let of = kind.map_or("", |kind| shapes::named(&kind.base));
                say(&mut field.node.selection_set.node, of);
            }
            Selection::InlineFragment(fragment) => {
                let fragment = &mut fragment.node;
                fragment.type_condition = fragment.type_condition.take().or_else(|| on(of, position));
                let of = fragment.type_condition.as_ref().map(|condition| condition.node.on.node.clone());
                say(&mut fragment.selection_set.node, of.as_deref().unwrap_or_default());
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// The condition of a type; none of one that is not known, as of the introspection.
fn on(of: &str, position: Pos) -> Option<Positioned<TypeCondition>> {
    let condition = || TypeCondition { on: Positioned::new(Name::new(of), position) };
    Shapes::known().has_fields(of).then(|| Positioned::new(condition(), position))
}

fn check_set(set: &SelectionSet) -> Result<(), Refusal> {
    for selection in &set.items {
        let mut names = HashSet::new();
        let mut directives = selection.node.directives().iter().map(|directive| &directive.node.name.node);
        if let Some(repeated) = directives.find(|name| !names.insert(*name)) {
            return Err(Refusal::new(
                Code::ValidationFailed,
                format!("La directive « @{repeated} » ne se répète pas au même endroit."),
                format!("The directive “@{repeated}” is not repeated in one place."),
            ));
        }
        match &selection.node {
            Selection::Field(field) => {
                let field = &field.node;
                let is_plain = || {
                    let has_fields = !field.selection_set.node.items.is_empty();
                    field.arguments.is_empty() && !has_fields && field.directives.iter().all(is_usual)
                };
                if field.name.node == "__typename" && !is_plain() {
                    return Err(Refusal::new(
                        Code::ValidationFailed,
                        "« __typename » n’a ni champs ni arguments, ni autre directive que @include et @skip.",
                        "“__typename” has no fields and no arguments, and no directive but @include and @skip.",
                    ));
                }
                if field.arguments.iter().any(|(_, value)| value.node.to_string().contains(FILE)) {
                    return Err(file());
                }
                check_set(&field.selection_set.node)?;
            }
            Selection::InlineFragment(fragment) => check_set(&fragment.node.selection_set.node)?,
            Selection::FragmentSpread(_) => {}
        }
    }
    Ok(())
}

fn is_usual(directive: &Positioned<Directive>) -> bool {
    matches!(directive.node.name.node.as_str(), "include" | "skip")
}

fn const_names_file(value: &ConstValue) -> bool {
    match value {
        ConstValue::String(text) => stands_for_file(text),
        ConstValue::List(items) => items.iter().any(const_names_file),
        ConstValue::Object(fields) => fields.values().any(const_names_file),
        _ => false,
    }
}

/// The refusal of a text that stands for a file.
#[must_use]
pub fn file() -> Refusal {
    Refusal::new(
        Code::ValidationFailed,
        "Un fichier se donne par une requête GraphQL multipart, jamais par un texte.",
        "A file is given by a GraphQL multipart request, never by a text.",
    )
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::{check, say_types};
    use crate::language::Language;

    fn refused(document: &str) -> Option<String> {
        let refusal = check(&parse_query(document).unwrap()).err();
        refusal.map(|refusal| refusal.message(Language::English).to_owned())
    }

    #[test]
    fn directives_are_not_repeated() {
        let said = refused("{ a: __typename @skip(if: true) @include(if: true) @skip(if: false) }");
        assert_eq!(said.as_deref(), Some("The directive “@skip” is not repeated in one place."));
    }

    #[test]
    fn conditions_of_a_type_name_stand_around_it() {
        let mut document = parse_query("{ a { b: __typename @skip(if: true) c @skip(if: true) } }").unwrap();
        say_types(&mut document);
        let text = format!("{document:?}");
        assert_eq!(text.matches("InlineFragment {").count(), 1, "{text}");
        assert_eq!(text.matches("Directive {").count(), 2, "{text}");
    }

    #[test]
    fn fragments_without_a_type_are_on_the_one_around_them() {
        let text = "{ node(id: 1) { ... { id } ... on Study { ... { title ... @skip(if: true) { id } } } } __schema { ... { types { name } } } }";
        let mut document = parse_query(text).unwrap();
        say_types(&mut document);
        let text = format!("{document:?}");
        let said = |of: &str| {
            text.matches(&format!("on: Positioned {{ pos: Pos(1:17), node: Name(\"{of}\")")).count()
        };
        assert_eq!(said("Node"), 1, "{text}");
        assert_eq!(text.matches("Name(\"Study\")").count(), 3, "{text}");
    }
}
