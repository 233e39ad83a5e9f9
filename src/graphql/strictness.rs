//! What the engine lets by of a document, and should not: arguments and directives of `__typename`, and texts that it takes for
//! files.

use async_graphql::{
    Positioned, Value as ConstValue,
    parser::types::{Directive, ExecutableDocument, Selection, SelectionSet},
};

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
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set.node);
    for (_, operation) in document.operations.iter() {
        check_set(&operation.node.selection_set.node)?;
        for definition in &operation.node.variable_definitions {
            if definition.node.default_value.as_ref().is_some_and(|value| const_names_file(&value.node)) {
                return Err(file());
            }
        }
    }
    fragments.into_iter().try_for_each(check_set)
}

fn check_set(set: &SelectionSet) -> Result<(), Refusal> {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => {
                let field = &field.node;
                let of_engine = field.name.node == "__typename";
                if of_engine && !(field.arguments.is_empty() && field.directives.iter().all(is_usual)) {
                    return Err(Refusal::new(
                        Code::ValidationFailed,
                        "« __typename » ne prend ni argument ni autre directive que @include et @skip.",
                        "“__typename” takes no argument and no directive but @include and @skip.",
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
