//! The disclosure-control engine: cells and relations in, a plan out. No database, no HTTP, no clock.

mod complement;
mod model;
mod span;

pub use complement::{PlanError, plan};
pub use model::{Cell, CellIndex, Protection, Relation, Status, Table};
