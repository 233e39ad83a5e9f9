//! Statistical secrecy: what stands between true numbers and everybody.
//!
//! # Guarantee
//!
//! A true number is a [`Raw`] from the moment it is read. It can be sealed by anybody and opened only
//! in this module; at rest it lies in a [`LockedSheet`], encrypted under a key that the database does
//! not hold. What a release shows is decided once, by a [`Plan`](plan::Plan) over its whole unfiltered
//! table, and written as [`Masked`]. What a viewer is told is a [`Disclosed`], which only
//! [`disclose`] and [`Disclosed::absent`] make, from a `Masked` and the policy's decision; true numbers
//! are disclosed only against a `Clearance` that covers them.
//!
//! # Not promised
//!
//! Types do not stop somebody who holds both the database and the key file, nor somebody who edits this module.

mod closure;
mod combined;
mod components;
mod decomposable;
mod disclosed;
mod explanation;
mod gaps;
mod groups;
mod guesses;
pub mod inspect;
mod keyring;
mod left_out;
mod lot;
mod margins;
mod masked;
mod masking;
mod nesting;
mod opened;
mod overlaps;
pub mod passage;
pub mod plan;
pub mod premasked;
pub mod progress;
mod proofs;
mod raw;
mod readers;
mod relations;
mod residues;
mod rule;
mod sheet;
mod skipped;
mod succession;
pub mod table;
mod unheld;
mod worked_out;

pub use disclosure_control as engine;

pub use components::Components;
pub use disclosed::{Disclosed, disclose, disclose_true};
pub use explanation::{Explanation, Explanations, LockedExplanations, Why};
pub use keyring::{Keyring, Tampered};
pub use lot::Lot;
pub use masked::Masked;
pub use opened::Opened;
pub use proofs::{LockedProofs, Proofs};
pub use raw::Raw;
pub use readers::Readers;
pub use rule::{InvalidRule, Rule, StoredRule};
pub use sheet::{Address, LockedSheet, Sheet, SheetLabel};
