//! What is drawn and said of tables of small catalogues.

mod breaks;
pub(crate) mod fixture;
mod masks;
mod signs;
