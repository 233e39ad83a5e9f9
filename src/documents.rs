//! Documents of studies: what they are and say, told from their content, and the shelf that keeps their bytes.

mod office;
mod portable;
mod reader;
mod shelf;
mod sniff;

use std::{fs::File, io};

use entity::types::DocumentKind;

pub use reader::{COMMAND, Findings, MOST_MEMORY, MOST_NUMBERS, Reader};
pub use shelf::{Place, Shelf, ShelfError};
pub use sniff::{Sniffed, sniff};

/// Most text that is unpacked from a document, in bytes.
const MOST_TEXT: u64 = 64 << 20;

/// What a document says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Its text, as far as it is text.
    pub text: String,
    /// Whether all that it says is in the text: not so with pictures, or with what cannot be opened.
    pub whole: bool,
}

/// Why a file is not taken as a document.
#[derive(Debug, thiserror::Error)]
pub enum DocumentFault {
    /// Not one of the kinds that are taken, by its content.
    #[error("not a document of a kind that is taken")]
    Kind,
    /// It runs programs when it is opened.
    #[error("the document holds programs")]
    Programs,
    /// The file system.
    #[error(transparent)]
    File(#[from] io::Error),
}

/// Reads what a document says. Slow for long ones; never runs anything that it holds.
///
/// # Errors
///
/// [`DocumentFault::File`].
pub fn said(file: &mut File, kind: DocumentKind) -> Result<Said, DocumentFault> {
    match kind {
        DocumentKind::Pdf => portable::said(file),
        DocumentKind::Odt | DocumentKind::Docx | DocumentKind::Xlsx => office::said(file, kind),
        DocumentKind::Png => Ok(Said::default()),
    }
}

#[cfg(test)]
mod tests;
