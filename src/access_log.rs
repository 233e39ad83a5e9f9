//! The log of access: what a record of it says, and the chain that shows whether any was touched. Pure.
//!
//! A record stands in the tables as text, and the chain's hashes are those of what stands there: each is that of the
//! hash before it and of the record, under a key that never enters the database. Where the chain begins and ends is in
//! a row under a seal of its own, so that records cannot be taken from either end.

mod chain;
mod entry;
#[cfg(test)]
mod tests;
mod verify;

pub use chain::{Chain, Link};
pub use entry::{Counts, Entry, MOST_TERRITORIES, Record, SourceAccess, bounded};
pub use verify::{Fault, Verdict, Verifier};
