//! From rows of text to a delivery that is ready to be staged, with every problem found in one run.
//!
//! A reader of files hands its header and rows to a [`Checker`]; a true number is sealed as soon as it is parsed
//! and is compared with others in [`secrecy::inspect`](crate::secrecy::inspect) alone. An [`Issue`] names places,
//! codes, names and counts of cells, never a value of the file.

mod binding;
mod carry;
mod check;
mod context;
pub mod file;
mod harvest;
mod header;
mod inspection;
pub mod issue;
mod mapping;
mod nearest;
mod period;
mod places;
mod presence;
mod row;
mod rules;
#[cfg(test)]
mod tests;
mod words;

pub use check::{Checked, Checker, Delivery};
pub use context::{Context, Subjects};
pub use issue::{Detail, Issue, IssueCode, Issues, Severity};
pub use mapping::{Columns, Layout, Mapping, MappingUnreadable, Wide};
