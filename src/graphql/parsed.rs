//! Documents, parsed and counted, and kept for whoever sends the same text again.

use std::sync::Arc;

use async_graphql::{
    ServerError, Variables,
    parser::{parse_query, types::ExecutableDocument},
};
use moka::sync::Cache;

use super::{
    arguments, check_subscription, cut, limits, literals, merging,
    operations::{Operation, Operations},
    settled::Settled,
    strictness, usages,
};
use crate::error::{Code, Refusal};

/// A document that can be read and is within the limits, whatever its variables will be.
pub struct Parsed {
    /// The document.
    pub document: ExecutableDocument,
    /// Whether it asks for the schema.
    pub introspects: bool,
    /// Its one operation settled, where no condition asks for variables.
    settled: Option<Arc<Settled>>,
    /// How many arguments it has, with what they hold, fragments spread.
    arguments: usize,
}

impl Parsed {
    /// Parses a document and counts it, so that nothing later walks something that explodes.
    ///
    /// # Errors
    ///
    /// [`Code::SyntaxInvalid`], [`Code::TooComplex`], [`Code::ValidationFailed`].
    pub fn read(text: &str) -> Result<Self, Refusal> {
        limits::check_text(text)?;
        literals::check(text)?;
        let mut document = parse_query(text).map_err(|error| unreadable(&error.into()))?;
        let introspects = limits::check(&document)?;
        check_subscription(&document)?;
        strictness::check(&document)?;
        // What is written in it, before anything is looked at or copied for each use.
        let arguments = arguments::check(&document, &Variables::default())?;
        usages::check(&document)?;
        merging::check(&document)?;
        strictness::say_types(&mut document);
        let settles = !text.contains('@');
        let only = Operations::of(&document, None).ok().filter(|_| settles);
        let settled = only.map(|only| Arc::new(Settled::of(&document, only.chosen, &Variables::default())));
        Ok(Self { document, introspects, settled, arguments })
    }

    /// The operation that was chosen as it is executed with some variables.
    pub fn settled(&self, chosen: Operation<'_>, variables: &Variables) -> Arc<Settled> {
        // Where one is known, the document has no other.
        let known = self.settled.as_ref().map(Arc::clone);
        known.unwrap_or_else(|| Arc::new(Settled::of(&self.document, chosen, variables)))
    }
}

fn unreadable(error: &ServerError) -> Refusal {
    // The parser draws the place over several lines, and says what it expected on the last one.
    let said = error.message.lines().last().unwrap_or_default().trim_start_matches([' ', '=']);
    let place = error.locations.first().copied().unwrap_or_default();
    let (line, column, said) = (place.line, place.column, cut(said));
    Refusal::new(
        Code::SyntaxInvalid,
        format!("La requête GraphQL ne se lit pas, ligne {line}, colonne {column} : {said}"),
        format!("The GraphQL document cannot be parsed, line {line}, column {column}: {said}"),
    )
}

/// Most bytes of documents that are kept; how many a byte of text takes once it is parsed, a field that is executed and an argument,
/// about.
const MOST_BYTES: u64 = 16 << 20;
const BYTES_PARSED: usize = 160;
const BYTES_OF_A_FIELD: usize = 1_500;
const BYTES_OF_AN_ARGUMENT: usize = 400;

/// Longest text whose document is kept, in bytes.
const LONGEST: usize = 32 << 10;

/// Documents that were parsed.
#[derive(Clone)]
pub struct Documents(Cache<String, Arc<Parsed>>);

impl Default for Documents {
    fn default() -> Self {
        let weight = |text: &String, parsed: &Arc<Parsed>| {
            let fields = parsed.settled.as_ref().map_or(0, |settled| settled.size);
            let bytes = text.len() * BYTES_PARSED
                + fields * BYTES_OF_A_FIELD
                + parsed.arguments * BYTES_OF_AN_ARGUMENT;
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(MOST_BYTES).weigher(weight).build())
    }
}

impl Documents {
    /// The document of a text.
    ///
    /// # Errors
    ///
    /// As [`Parsed::read`].
    pub fn read(&self, text: &str) -> Result<Arc<Parsed>, Refusal> {
        if let Some(known) = self.0.get(text) {
            return Ok(known);
        }
        let parsed = Arc::new(Parsed::read(text)?);
        if text.len() <= LONGEST {
            self.0.insert(text.to_owned(), Arc::clone(&parsed));
            // Else some hundreds wait before the cache finds that it is full.
            self.0.run_pending_tasks();
        }
        Ok(parsed)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Documents;

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let documents = Documents::default();
        for number in 0..200 {
            let text = format!("{{ k{number}: __typename {} }}", "a ".repeat(2_000));
            assert!(documents.read(&text).is_ok());
            assert!(documents.0.weighted_size() <= super::MOST_BYTES);
        }
        let long = format!("{{ a }} # {}", "x".repeat(super::LONGEST));
        let [one, again] = [(); 2].map(|()| documents.read(&long).ok());
        assert!(one.is_some_and(|one| again.is_some_and(|again| !Arc::ptr_eq(&one, &again))));
    }

    #[test]
    fn a_document_is_parsed_once_and_what_cannot_be_read_is_not_kept() {
        let documents = Documents::default();
        let [one, again, other] = ["{ a }", "{ a }", "{ a b }"]
            .map(|text| documents.read(text).unwrap_or_else(|refusal| panic!("{refusal:?}")));
        assert!(Arc::ptr_eq(&one, &again) && !Arc::ptr_eq(&one, &other));
        for _ in 0..2 {
            assert!(documents.read("{ a").is_err());
        }
    }
}
