//! What can be wrong with the demonstration's own data, or with the database while it is written.

use crate::{secrecy::plan::Unplannable, store::StoreError};

/// Why the demonstration was not built; nothing of it stays in the database.
#[derive(Debug, thiserror::Error)]
pub enum DemonstrationError {
    /// A file of a synthetic delivery cannot be written.
    #[error("{0}: {1}")]
    Delivery(String, csv::Error),
    /// A data file does not have its shape.
    #[error("{file}: {problem}")]
    File {
        /// Name of the file.
        file: &'static str,
        /// What the parser says, with the line.
        problem: String,
    },
    /// An entry of a data file makes no sense.
    #[error("{file}, {entry}: {problem}")]
    Entry {
        /// Name of the file.
        file: &'static str,
        /// Which entry.
        entry: String,
        /// What is wrong.
        problem: String,
    },
    /// An entry names something that is not there.
    #[error("{file}, {entry}: {kind} « {name} » does not exist")]
    Missing {
        /// Name of the file.
        file: &'static str,
        /// Which entry.
        entry: String,
        /// What kind of thing it names.
        kind: &'static str,
        /// What it names.
        name: String,
    },
    /// A release that no plan protects.
    #[error("release {reference}: {cause}")]
    Unplannable {
        /// Reference of the release.
        reference: String,
        /// Why.
        cause: Unplannable,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An entry of a data file, for messages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    pub file: &'static str,
    pub name: &'a str,
}

impl Entry<'_> {
    pub fn wrong(self, problem: impl std::fmt::Display) -> DemonstrationError {
        let Self { file, name } = self;
        DemonstrationError::Entry { file, entry: name.to_owned(), problem: problem.to_string() }
    }

    pub fn missing(self, kind: &'static str, what: &str) -> DemonstrationError {
        let Self { file, name } = self;
        DemonstrationError::Missing { file, entry: name.to_owned(), kind, name: what.to_owned() }
    }
}
