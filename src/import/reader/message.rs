//! What is said of a fault, in French and in English: where, what and what to do, in one sentence.

use crate::{
    english,
    fault::{ReadError, ReadFault},
    french,
};

/// A sentence about a fault: what is wrong and what to do.
pub(crate) struct Sentence {
    what: String,
    remedy: &'static str,
}

impl Sentence {
    /// A sentence.
    pub(crate) fn new(what: impl Into<String>, remedy: &'static str) -> Self {
        Self { what: what.into(), remedy }
    }

    /// Puts the parts together, with the signs that the language puts between them.
    fn join(self, place: Option<String>, colon: &str, semicolon: &str) -> String {
        let place = place.map(|place| place + colon).unwrap_or_default();
        let text = format!("{place}{}{semicolon}{}.", self.what, self.remedy);
        let mut letters = text.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }
}

/// The words of a place.
struct Words {
    cell: &'static str,
    line: &'static str,
    column: &'static str,
}

impl ReadError {
    /// What is wrong, where and what to do, in French.
    #[must_use]
    pub fn french(&self) -> String {
        let words = Words { cell: "cellule", line: "ligne", column: "colonne" };
        french::sentence(&self.kind).join(self.place(&words), "\u{a0}: ", "\u{a0}; ")
    }

    /// What is wrong, where and what to do, in English.
    #[must_use]
    pub fn english(&self) -> String {
        let words = Words { cell: "cell", line: "line", column: "column" };
        english::sentence(&self.kind).join(self.place(&words), ": ", "; ")
    }

    fn place(&self, words: &Words) -> Option<String> {
        if let ReadFault::Formula { cell: Some(cell) } = &self.kind {
            return Some(format!("{} {cell}", words.cell));
        }
        match (self.line, self.column) {
            (Some(line), Some(column)) => Some(format!("{} {line}, {} {column}", words.line, words.column)),
            (Some(line), None) => Some(format!("{} {line}", words.line)),
            (None, Some(column)) => Some(format!("{} {column}", words.column)),
            (None, None) => None,
        }
    }
}

/// A number of bytes, in mebibytes if it is a whole number of them.
pub(crate) fn bytes(count: u64, mebibytes: &str, bytes: &str) -> String {
    if count > 0 && count.is_multiple_of(1 << 20) {
        format!("{}\u{a0}{mebibytes}", count >> 20)
    } else {
        format!("{count}\u{a0}{bytes}")
    }
}
