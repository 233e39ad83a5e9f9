//! How large a document may be once its fragments are spread, counted before anything walks it.
//!
//! Fragments that spread fragments double in size with each one; the count remembers each fragment, so
//! that it costs no more than reading the document.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned,
    parser::types::{ExecutableDocument, FragmentDefinition, Selection, SelectionSet},
};

use crate::error::{Code, Refusal};

/// Most fields and spreads of a document, fragments spread.
pub const LARGEST_DOCUMENT: u64 = 5_000;
/// Deepest nesting of a document, fragments spread.
pub const DEEPEST_DOCUMENT: u32 = 24;
/// Highest cost, where a list costs its length times the cost of an item.
pub const HIGHEST_COST: usize = 250_000;

/// The refusal of a document whose lists would cost too much.
#[must_use]
pub fn too_costly() -> Refusal {
    Refusal::new(
        Code::TooComplex,
        format!(
            "La requête coûterait plus de {HIGHEST_COST} champs, la longueur de ses listes comprise : demandez des pages plus courtes ou moins de listes imbriquées."
        ),
        format!(
            "The query would cost more than {HIGHEST_COST} fields, the length of its lists counted: ask for shorter pages or fewer nested lists."
        ),
    )
}

#[derive(Clone, Copy, Default)]
struct Size {
    selections: u64,
    depth: u32,
}

struct Measure<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    known: HashMap<&'a Name, Option<Size>>,
}

/// Checks the size and depth of a parsed document.
///
/// # Errors
///
/// [`Code::TooComplex`] when it is too large, [`Code::ValidationFailed`] when a fragment spreads itself.
pub fn check(document: &ExecutableDocument) -> Result<(), Refusal> {
    let mut measure = Measure { fragments: &document.fragments, known: HashMap::new() };
    for (_, operation) in document.operations.iter() {
        let size = measure.set(&operation.node.selection_set.node)?;
        if size.selections > LARGEST_DOCUMENT || size.depth > DEEPEST_DOCUMENT {
            return Err(Refusal::new(
                Code::TooComplex,
                format!(
                    "La requête compte {} champs sur {} niveaux une fois ses fragments développés ; la limite est de {LARGEST_DOCUMENT} champs et {DEEPEST_DOCUMENT} niveaux.",
                    size.selections, size.depth
                ),
                format!(
                    "The query has {} fields over {} levels once its fragments are spread; the limit is {LARGEST_DOCUMENT} fields and {DEEPEST_DOCUMENT} levels.",
                    size.selections, size.depth
                ),
            ));
        }
    }
    Ok(())
}

impl<'a> Measure<'a> {
    fn set(&mut self, set: &'a SelectionSet) -> Result<Size, Refusal> {
        let mut total = Size::default();
        for selection in &set.items {
            let inner = match &selection.node {
                Selection::Field(field) => self.set(&field.node.selection_set.node)?,
                Selection::InlineFragment(fragment) => self.set(&fragment.node.selection_set.node)?,
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node)?,
            };
            total.selections = total.selections.saturating_add(inner.selections).saturating_add(1);
            total.depth = total.depth.max(inner.depth.saturating_add(1));
        }
        Ok(total)
    }

    fn fragment(&mut self, name: &'a Name) -> Result<Size, Refusal> {
        match self.known.get(name) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => {
                return Err(Refusal::new(
                    Code::ValidationFailed,
                    format!("Le fragment « {name} » se contient lui-même."),
                    format!("The fragment “{name}” contains itself."),
                ));
            }
            None => {}
        }
        let Some(definition) = self.fragments.get(name) else { return Ok(Size::default()) };
        self.known.insert(name, None);
        let size = self.set(&definition.node.selection_set.node)?;
        self.known.insert(name, Some(size));
        Ok(size)
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use async_graphql::parser::parse_query;

    fn code(text: &str) -> Option<&'static str> {
        check(&parse_query(text).unwrap()).err().map(|refusal| refusal.code.word())
    }

    #[test]
    fn a_bomb_of_fragments_is_counted_without_being_walked() {
        let mut bomb = String::from("{ ...f0 }");
        for level in 0..40 {
            bomb.push_str(&format!(" fragment f{level} on Query {{ ...f{0} ...f{0} }}", level + 1));
        }
        bomb.push_str(" fragment f40 on Query { __typename }");
        assert_eq!(code(&bomb), Some("TOO_COMPLEX"));
    }

    #[test]
    fn a_fragment_that_spreads_itself_is_refused() {
        let circle = "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }";
        assert_eq!(code(circle), Some("VALIDATION_FAILED"));
    }

    #[test]
    fn an_ordinary_query_passes() {
        assert_eq!(code("{ territory(code: \"21231\") { name parent { name } } }"), None);
    }
}
