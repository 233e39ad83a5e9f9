//! The disclosure-control engine: cells and relations in, a plan with its proofs out. No database, no HTTP,
//! no clock.
//!
//! [`plan`] protects each sensitive cell by moves (`search`), keeps the masks that moves need (`pattern`) and
//! gives back those that nothing needs (`improve`). [`check`] believes none of it: it adds up the proofs.
//! What holds then, against whom and with which knowledge, is the guarantee in `check`.

mod alone;
mod certificate;
mod check;
mod classes;
mod eliminate;
mod improve;
mod model;
mod modular;
mod needs;
mod pattern;
mod search;
mod solve;
mod span;
mod system;

pub use alone::find_singletons;
pub use certificate::{Certificates, Proof};
pub use check::{CheckError, Checked, check};
pub use model::{Cell, CellIndex, Protection, Relation, Status, Table, cost};
pub use solve::{Options, PlanError, Solution, Stage, Watcher, plan};
pub use span::determined;

#[cfg(test)]
mod tests;
