//! What is drawn and said of tables of small catalogues.

mod axes;
mod breaks;
pub(crate) mod fixture;
mod legends;
mod marked;
mod masks;
mod signs;
mod vega;
