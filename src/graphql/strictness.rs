//! What the engine lets by of a document, and should not: arguments and directives of `__typename`, directives that are repeated,
//! conditions that are no booleans, defaults that are texts where words of an enum are asked for, and texts that it takes for files.

use std::collections::HashSet;

use async_graphql::{
    Name, Positioned, Value as ConstValue,
    parser::types::{
        BaseType, Directive, DocumentOperations, ExecutableDocument, Field, InlineFragment,
        OperationDefinition, Selection, SelectionSet, Type,
    },
};

use super::shapes::Shapes;
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
    for (_, operation) in document.operations.iter() {
        check_set(&operation.node.selection_set.node)?;
        for definition in &operation.node.variable_definitions {
            let Some(default) = &definition.node.default_value else { continue };
            if const_names_file(&default.node) {
                return Err(file());
            }
            if is_text_for_word(&definition.node.var_type.node, &default.node) {
                return Err(text_for_word(&definition.node.name.node));
            }
        }
        let mut spread = HashSet::new();
        check_conditions(document, &operation.node, &operation.node.selection_set.node, &mut spread)?;
    }
    fragments.into_iter().try_for_each(check_set)
}

/// Checks that variables which `@skip` and `@include` look at always say yes or no.
fn check_conditions<'d>(
    document: &'d ExecutableDocument,
    operation: &OperationDefinition,
    set: &'d SelectionSet,
    spread: &mut HashSet<&'d Name>,
) -> Result<(), Refusal> {
    for selection in &set.items {
        for directive in selection.node.directives().iter().filter(|directive| is_usual(directive)) {
            let Some(condition) = directive.node.get_argument("if") else { continue };
            let mut named = None;
            let told = condition.node.clone().into_const_with(|name| {
                named = Some(name);
                Ok::<_, ()>(ConstValue::Null)
            });
            // A variable or a word alone: within a list or an object it is none.
            if !matches!((&named, told), (Some(_), Ok(ConstValue::Null)) | (None, Ok(ConstValue::Boolean(_))))
            {
                return Err(Refusal::new(
                    Code::ValidationFailed,
                    "Une condition est « true », « false » ou une variable.",
                    "A condition is “true”, “false” or a variable.",
                ));
            }
            let definitions = operation.variable_definitions.iter().map(|definition| &definition.node);
            let definition =
                named.and_then(|name| definitions.into_iter().find(|known| known.name.node == name));
            if let Some(definition) = definition {
                let Type { base, nullable } = &definition.var_type.node;
                let default = definition.default_value.as_ref().map(|default| &default.node);
                let is_said = !nullable || default.is_some_and(|default| *default != ConstValue::Null);
                if *base != BaseType::Named(Name::new("Boolean")) || !is_said {
                    return Err(no_condition(&definition.name.node, &definition.var_type.node));
                }
            }
        }
        let inner = match &selection.node {
            Selection::Field(field) => &field.node.selection_set.node,
            Selection::InlineFragment(fragment) => &fragment.node.selection_set.node,
            Selection::FragmentSpread(named) => {
                let name = &named.node.fragment_name.node;
                match document.fragments.get(name).filter(|_| spread.insert(name)) {
                    Some(fragment) => &fragment.node.selection_set.node,
                    None => continue,
                }
            }
        };
        check_conditions(document, operation, inner, spread)?;
    }
    Ok(())
}

fn no_condition(name: &Name, kind: &Type) -> Refusal {
    Refusal::new(
        Code::ValidationFailed,
        format!(
            "La variable « ${name} », de type {kind}, ne peut être une condition : « Boolean! » est attendu."
        ),
        format!("The variable “${name}” of type {kind} cannot be a condition: “Boolean!” is expected."),
    )
}

/// Whether a text stands where a word of an enum is asked for.
fn is_text_for_word(kind: &Type, value: &ConstValue) -> bool {
    match (&kind.base, value) {
        (BaseType::List(of), ConstValue::List(items)) => items.iter().any(|item| is_text_for_word(of, item)),
        (BaseType::List(of), item) => is_text_for_word(of, item),
        (BaseType::Named(name), ConstValue::String(_)) => Shapes::known().is_enum(name),
        _ => false,
    }
}

fn text_for_word(name: &Name) -> Refusal {
    Refusal::new(
        Code::ValidationFailed,
        format!("La valeur par défaut de « ${name} » est un mot de l’énumération, sans guillemets."),
        format!("The default of “${name}” is a word of the enum, without quotes."),
    )
}

/// Puts the conditions of a `__typename` around it, where the engine sees which variables they name.
pub fn put_conditions_around(document: &mut ExecutableDocument) {
    match &mut document.operations {
        DocumentOperations::Single(operation) => put_around(&mut operation.node.selection_set.node),
        DocumentOperations::Multiple(operations) => {
            operations.values_mut().for_each(|operation| put_around(&mut operation.node.selection_set.node));
        }
    }
    document.fragments.values_mut().for_each(|fragment| put_around(&mut fragment.node.selection_set.node));
}

fn put_around(set: &mut SelectionSet) {
    for selection in &mut set.items {
        let position = selection.pos;
        match &mut selection.node {
            Selection::Field(Positioned { node: Field { name, directives, .. }, .. })
                if name.node == "__typename" && !directives.is_empty() =>
            {
                let directives = std::mem::take(directives);
                let field = Positioned::new(selection.node.clone(), position);
                let fragment = InlineFragment {
                    type_condition: None,
                    directives,
                    selection_set: Positioned::new(SelectionSet { items: vec![field] }, position),
                };
                selection.node = Selection::InlineFragment(Positioned::new(fragment, position));
            }
            Selection::Field(field) => put_around(&mut field.node.selection_set.node),
            Selection::InlineFragment(fragment) => put_around(&mut fragment.node.selection_set.node),
            Selection::FragmentSpread(_) => {}
        }
    }
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

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::{check, put_conditions_around};
    use crate::language::Language;

    fn refused(document: &str) -> Option<String> {
        let refusal = check(&parse_query(document).unwrap()).err();
        refusal.map(|refusal| refusal.message(Language::English).to_owned())
    }

    #[test]
    fn a_condition_is_a_boolean_that_is_always_said() {
        let asked = |kind: &str| {
            format!("query ($b: {kind}) {{ ...f }} fragment f on Query {{ a: __typename @skip(if: $b) }}")
        };
        for kind in ["Boolean!", "Boolean! = true", "Boolean = false"] {
            assert_eq!(refused(&asked(kind)), None, "{kind}");
        }
        for kind in ["Boolean", "[Boolean!]!", "String!", "Boolean = null"] {
            let said = refused(&asked(kind)).unwrap_or_default();
            assert!(said.starts_with("The variable “$b” of type "), "{kind}: {said}");
        }
    }

    #[test]
    fn a_condition_is_no_list_and_no_number() {
        for condition in ["[$b]", "{ x: $b }", "1", "\"true\"", "[true]"] {
            let said =
                refused(&format!("query ($b: Boolean! = true) {{ a: __typename @skip(if: {condition}) }}"));
            assert_eq!(said.as_deref(), Some("A condition is “true”, “false” or a variable."), "{condition}");
        }
    }

    #[test]
    fn directives_are_not_repeated_and_words_have_no_quotes() {
        let said = refused("{ a: __typename @skip(if: true) @include(if: true) @skip(if: false) }");
        assert_eq!(said.as_deref(), Some("The directive “@skip” is not repeated in one place."));
        let of = |default: &str| {
            refused(&format!(
                "query ($l: [TerritoryLevel!] = {default}) {{ territories(filter: {{ levels: $l }}) {{ totalCount }} }}"
            ))
        };
        assert_eq!(of("[COMMUNE]"), None);
        assert_eq!(
            of(r#"[COMMUNE, "IRIS"]"#).as_deref(),
            Some("The default of “$l” is a word of the enum, without quotes.")
        );
        assert!(of(r#""IRIS""#).is_some());
    }

    #[test]
    fn conditions_of_a_type_name_stand_around_it() {
        let mut document = parse_query("{ a { b: __typename @skip(if: true) c @skip(if: true) } }").unwrap();
        put_conditions_around(&mut document);
        let text = format!("{document:?}");
        assert_eq!(text.matches("InlineFragment {").count(), 1, "{text}");
        assert_eq!(text.matches("Directive {").count(), 2, "{text}");
    }
}
