//! The audit: what an attacker works out from a plan, whoever made it.
//!
//! The attacker knows all that is shown, every relation, and that each masked cell is a whole number and at
//! least its `least`. [`audit`] gives two ranges for each masked cell. The outer one never excludes a
//! possible value and comes from what the attacker knows alone. The reached one is made of witnesses: tables
//! of whole numbers that agree with all that is shown, found from the true one, which the operator has. A
//! witness needs no trust, for it adds up; where both ranges meet, the attacker's interval is known exactly.
//!
//! Unlike `check`, which adds up the proofs of a plan of ours, the audit needs no proofs and so measures any
//! pattern. The bounds of linear programmes are those of a solver in floating point, rounded with a
//! tolerance to whole numbers and widened to what a witness reaches.
//!
//! # Citations
//!
//! Fischetti and Salazar-González, *Solving the cell suppression problem on tabular data with linear
//! constraints*, Management Science 47 (2001): the attacker's problem; Hundepool et al., *Handbook on
//! Statistical Disclosure Control*, chapter 4: the audit of a pattern and its intervals.

mod close;
mod components;
mod programme;
mod propagate;
mod reduce;
mod system;
#[cfg(test)]
mod tests;

use self::system::System;
use crate::{
    model::{CellIndex, Status, Table},
    span::determined,
};

/// How much work an audit may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditOptions {
    /// Components of at most so many unknowns are solved as a whole; of larger ones, the surroundings of
    /// each cell.
    pub exact_up_to: usize,
    /// How many unknowns the surroundings of a cell are.
    pub around: usize,
    /// How many steps a search among whole numbers may take where the answer of a linear programme is none
    /// of whole numbers; 0 for no search.
    pub nodes: u64,
    /// How often each relation is looked at when ranges are narrowed by single relations.
    pub visits: usize,
}

impl Default for AuditOptions {
    fn default() -> Self {
        Self { exact_up_to: 400, around: 300, nodes: 50, visits: 100 }
    }
}

/// What an attacker holds possible for one masked cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feasible {
    /// The cell.
    pub cell: CellIndex,
    /// No possible value is below.
    pub low: i64,
    /// No possible value is above; `None` when no bound was found.
    pub high: Option<i64>,
    /// The least value that some table, added up exactly, has.
    pub reached_low: i64,
    /// The greatest value that some table, added up exactly, has.
    pub reached_high: i64,
}

impl Feasible {
    /// Whether the range is the attacker's exactly: both ends are reached.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.low == self.reached_low && self.high == Some(self.reached_high)
    }
}

/// The masked cells of a table as an attacker sees them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// In order of cells.
    pub cells: Vec<Feasible>,
}

impl Audit {
    /// Sensitive cells for certain without their protection: the outer range is below the width, or does not
    /// reach as high as asked. A sensitive cell that is shown is among them.
    #[must_use]
    pub fn too_narrow(&self, table: &Table) -> Vec<CellIndex> {
        self.failing(table, |seen| (seen.low, seen.high))
    }

    /// Sensitive cells that no witness proves to have their protection: those that are too narrow, and those
    /// of which the audit cannot tell.
    #[must_use]
    pub fn unproved(&self, table: &Table) -> Vec<CellIndex> {
        self.failing(table, |seen| (seen.reached_low, Some(seen.reached_high)))
    }

    fn failing(&self, table: &Table, range: impl Fn(&Feasible) -> (i64, Option<i64>)) -> Vec<CellIndex> {
        let fails = |(position, cell): (usize, &crate::model::Cell)| {
            let index = position as CellIndex;
            let protection = cell.protection?;
            let (low, high) = match self.cells.binary_search_by_key(&index, |seen| seen.cell) {
                Ok(at) => range(&self.cells[at]),
                Err(_) => (cell.value, Some(cell.value)),
            };
            let wide = high
                .is_none_or(|high| high >= protection.high && high.saturating_sub(low) >= protection.width);
            (!wide).then_some(index)
        };
        table.cells.iter().enumerate().filter_map(fails).collect()
    }

    /// Masked cells that are known for certain.
    #[must_use]
    pub fn known(&self) -> Vec<CellIndex> {
        self.cells.iter().filter(|seen| seen.high == Some(seen.low)).map(|seen| seen.cell).collect()
    }
}

/// Why there is no audit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditError {
    /// As many statuses as cells are needed.
    #[error("there are {statuses} statuses for {cells} cells")]
    Length {
        /// Statuses.
        statuses: usize,
        /// Cells.
        cells: usize,
    },
    /// A relation with a cell that is not there.
    #[error("relation {relation} has a cell {cell}, which is not there")]
    NoSuchCell {
        /// The relation.
        relation: usize,
        /// The cell.
        cell: CellIndex,
    },
    /// A relation that does not add up.
    #[error("relation {relation} does not add up")]
    NotAdditive {
        /// The relation.
        relation: usize,
    },
    /// A masked cell below what everybody knows it to be at least.
    #[error("cell {cell} is below what everybody knows it to be at least")]
    BelowLeast {
        /// The cell.
        cell: CellIndex,
    },
    /// What is shown leaves no value for a cell.
    #[error("what is shown leaves no value for cell {cell}")]
    Contradiction {
        /// The cell.
        cell: CellIndex,
    },
    /// Numbers that even 128 bits do not hold.
    #[error("the numbers are too large")]
    TooLarge,
}

/// Finds what an attacker holds possible for each masked cell. The watcher is told how many of the open
/// cells are done, and of how many. The same table and statuses always give the same audit.
///
/// # Errors
///
/// [`AuditError`] when the table does not add up, a masked cell is below its `least`, or the statuses are not
/// those of the table.
pub fn audit(
    table: &Table,
    statuses: &[Status],
    options: AuditOptions,
    watch: &mut dyn FnMut(u64, u64),
) -> Result<Audit, AuditError> {
    let mut system = System::new(table, statuses)?;
    narrow(&mut system, table, options)?;
    let components = system.components();
    let total = components.iter().map(|component| component.len() as u64).sum();
    let mut done = 0;
    watch(done, total);
    for component in &components {
        system.close(component, options, &mut || {
            done += 1;
            watch(done, total);
        });
    }
    let masked = statuses.iter().enumerate().filter(|(_, status)| !status.is_shown());
    let cells = masked.map(|(position, _)| system.feasible(position as CellIndex));
    Ok(Audit { cells: cells.collect::<Result<_, _>>()? })
}

/// Single relations and their span, in turns, until neither knows more.
fn narrow(system: &mut System, table: &Table, options: AuditOptions) -> Result<(), AuditError> {
    let mut before = usize::MAX;
    loop {
        system.simplify()?;
        system.propagate(options.visits)?;
        system.simplify()?;
        let mut known: Vec<Status> = Vec::with_capacity(table.cells.len());
        for cell in 0..table.cells.len() as CellIndex {
            let is_known = system.is_known(system.resolve(cell)?.base);
            known.push(if is_known { Status::Shown } else { Status::Hidden });
        }
        let open = known.iter().filter(|status| !status.is_shown()).count();
        if open == before {
            return Ok(());
        }
        before = open;
        // Proved to follow from what is shown, so the true value is the one that follows.
        for cell in determined(table, &known) {
            let link = system.resolve(cell)?;
            let value = system.truth[link.base as usize];
            system.raise(link.base, value)?;
            system.lower(link.base, value)?;
        }
    }
}

impl System {
    /// The ranges of a cell.
    fn feasible(&self, cell: CellIndex) -> Result<Feasible, AuditError> {
        let link = self.resolve(cell)?;
        let value = |base: i128| {
            base.checked_mul(link.factor)
                .and_then(|product| product.checked_add(link.offset))
                .ok_or(AuditError::TooLarge)
        };
        let base = link.base as usize;
        let (reached, low, high) = (self.reached[base], Some(self.low[base]), self.high[base]);
        let ends = if link.factor > 0 { (low, high, reached) } else { (high, low, (reached.1, reached.0)) };
        let (low, high, (reached_low, reached_high)) = ends;
        Ok(Feasible {
            cell,
            low: low.map(&value).transpose()?.map_or(i64::MIN, held),
            high: high.map(&value).transpose()?.and_then(|high| i64::try_from(high).ok()),
            reached_low: held(value(reached_low)?),
            reached_high: held(value(reached_high)?),
        })
    }
}

/// The nearest number of 64 bits.
fn held(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}
