//! What people look at: tables, and what is drawn from them. Everything here is made of what a viewer was told, and of
//! nothing else, so that no total, rank, class or axis can depend on a number that is withheld from them.

pub mod chart;
pub mod classify;
mod derived;
pub mod draw;
mod grid;
mod layout;
pub mod map;
pub mod notes;
pub mod profile;
pub mod words;

pub use derived::{Base, Derivation, Derived, DerivedUnit};
pub use grid::{Grid, Header, Names, WHOLE, break_at, is_carried, observation_status};
pub use layout::{Axis, Layout, LayoutFault, Members, Question};

#[cfg(test)]
pub(crate) mod tests;
