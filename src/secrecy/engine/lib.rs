//! The disclosure-control engine: cells and relations in, a plan with its proofs out. No database, no HTTP,
//! no clock.
//!
//! [`plan`] starts from the masks that elimination asks for (`eliminate`), protects each sensitive cell by moves within
//! them (`lattice`) or beyond (`search`), keeps the masks that moves need (`pattern`) and gives back those that
//! nothing needs (`improve`). [`check`] believes none of it: it adds up the proofs.
//! What holds then, against whom and with which knowledge, is the guarantee in `check`.

mod after;
mod alone;
mod audit;
mod certificate;
mod chance;
mod check;
mod classes;
mod eliminate;
mod expand;
mod holders;
mod improve;
mod lattice;
mod model;
mod modular;
mod needs;
mod pattern;
pub mod primary;
mod ratios;
mod search;
mod solve;
mod span;
mod system;

pub use after::{Succession, after};
pub use alone::find_singletons;
pub use audit::{Audit, AuditError, AuditOptions, Exposed, Feasible, Summary, audit};
pub use certificate::{Certificates, Proof};
pub use check::{CheckError, Checked, check};
pub use holders::Holders;
pub use model::{Cell, CellIndex, Protection, Relation, Singletons, Status, Table, cost};
pub use solve::{Options, PlanError, Solution, Stage, Watcher, plan, plan_after};
pub use span::determined;

#[cfg(test)]
mod tests;
