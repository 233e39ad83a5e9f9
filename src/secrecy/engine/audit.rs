//! The attacker: what can be worked out about each masked cell from what is shown.
//!
//! The attacker knows the cells that are shown, every relation, and what each cell is at least; and that cells
//! are whole numbers. [`audit`] gives, for each masked cell, the values that are then left: its *feasibility
//! interval*. It reads no value of a masked cell, but for a first table to start from (below).
//!
//! # Method
//!
//! 1. Shown values are put into the relations; cells that differ by a known number become one column
//!    (`reduce`); bounds are passed on along relations until nothing changes (`bounds`).
//! 2. What is left falls into components that no relation connects (`component`). The relations of each are
//!    solved by elimination in whole numbers (`dictionary`).
//! 3. For each end of each column that no known table reaches, the simplex method goes as far as it can
//!    (`simplex`), and branching looks for whole numbers where it finds fractions (`branch`).
//!
//! There is no floating-point number in what is said of a cell: an end is excluded only by a sum of relations
//! in whole numbers, and reached only by a table that was added up. All tables on the way serve all columns,
//! so that most ends are reached before their turn comes.
//!
//! # Citations
//!
//! Hundepool et al., *Statistical Disclosure Control* (2012) and *Handbook on Statistical Disclosure Control*,
//! chapter 4, for the attacker's problem; Fischetti, Salazar-González, "Solving the cell suppression problem on
//! tabular data with linear constraints", *Management Science* 47 (2001), for its two linear programmes a cell.

mod bounds;
mod branch;
mod component;
mod dictionary;
#[cfg(test)]
mod drawn;
mod explore;
mod known;
mod line;
mod offsets;
mod polytope;
mod reduce;
mod simplex;
mod summary;
#[cfg(test)]
mod tests;

pub use summary::{Exposed, Summary};

use self::{
    component::split,
    explore::explore,
    known::Range,
    reduce::{Clash, FARTHEST, Reduced, UNBOUNDED},
};
use super::model::{CellIndex, Status, Table};

/// How much an audit may do. Limits are counts, so that an audit says the same on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditOptions {
    /// Components of at most so many columns are searched for the ends of each; of larger ones, elimination
    /// says what is excluded, and whole steps of its free columns what is reached.
    pub exact_up_to: usize,
    /// How often a relation is looked at to pass on bounds, on average.
    pub visits: u32,
    /// Coefficients that may be looked at for one end of one cell; more in a second round, if it stays open.
    pub effort: u64,
    /// Coefficients that may be looked at in all.
    pub total: u64,
}

impl Default for AuditOptions {
    fn default() -> Self {
        Self { exact_up_to: 100_000, visits: 64, effort: 1 << 18, total: 1 << 33 }
    }
}

/// What is left to an attacker of one masked cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feasible {
    /// The cell.
    pub cell: CellIndex,
    /// Its least value that is not excluded: no possible value is below.
    pub low: i64,
    /// Its highest value that is not excluded: no possible value is above. None when it has no end.
    pub high: Option<i64>,
    /// Its least value in a table of whole numbers, added up, that agrees with all that is shown; above
    /// `reached_high` when no such table was found.
    pub reached_low: i64,
    /// Its highest value in such a table.
    pub reached_high: i64,
    /// Whether there are tables in which it is as high as one likes.
    pub endless: bool,
}

impl Feasible {
    /// Whether the attacker knows the cell.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.high == Some(self.low)
    }

    /// Whether the interval is the attacker's exactly: both ends are reached.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        let high = self.high.map_or(self.endless, |high| high == self.reached_high);
        high && self.low == self.reached_low
    }
}

/// What an attacker finds out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// Each masked cell, in the order of the table.
    pub cells: Vec<Feasible>,
}

/// A table that no attack makes sense on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditError {
    /// As many statuses as cells are needed.
    #[error("the plan has {statuses} statuses for {cells} cells")]
    Length {
        /// Statuses.
        statuses: usize,
        /// Cells.
        cells: usize,
    },
    /// A relation with a cell that does not exist, or a coefficient that is too large.
    #[error("relation {relation} names a cell that is not there, or has a coefficient beyond 32 bits")]
    Malformed {
        /// Position of the relation.
        relation: usize,
    },
    /// A number that is too large to reckon with.
    #[error("cell {cell} is too large to reckon with")]
    TooLarge {
        /// Position of the cell.
        cell: CellIndex,
    },
    /// Shown cells that contradict each other: whatever is masked, a relation does not add up.
    #[error("no whole numbers make relation {relation} add up with what is shown")]
    ContradictoryRelation {
        /// Position of the relation.
        relation: usize,
    },
    /// Shown cells that contradict each other: a cell has no value left.
    #[error("what is shown leaves cell {cell} no value")]
    ContradictoryCell {
        /// Position of the cell.
        cell: CellIndex,
    },
}

/// Finds, for each masked cell, the values that what is shown leaves it. `watch` is told how many columns of
/// how many are done with.
///
/// Values of masked cells are read for one purpose: where they, with what is shown, make a table that adds up,
/// the search for other tables starts from it. A table that exists proves only that its values are possible,
/// so an attacker without it would find the same ends, more slowly. Where they make none, a first table is
/// looked for from what is shown alone.
///
/// # Errors
///
/// [`AuditError`] when the table is malformed, or no table of whole numbers agrees with what is shown. The
/// latter is not always noticed: then nothing is reached.
///
/// # Citations
///
/// Fischetti, Salazar-González, "Solving the cell suppression problem on tabular data with linear
/// constraints", *Management Science* 47 (2001), section 2: the attacker's problem.
pub fn audit(
    table: &Table,
    statuses: &[Status],
    options: AuditOptions,
    watch: &mut dyn FnMut(u64, u64),
) -> Result<Audit, AuditError> {
    validate(table, statuses)?;
    let mut reduced = Reduced::of(table, statuses, options.visits)?;
    let components = split(&reduced);
    // A column without relations has one value, or any from the lowest up.
    let alone = reduced.low.iter().zip(&reduced.high);
    let mut reached: Vec<Range> =
        alone.map(|(low, high)| Range { low: *low, high: *low, endless: low != high }).collect();
    let of = components.iter().map(|component| component.columns.len() as u64).sum();
    let (mut done, mut work) = (0, 0);
    for component in &components {
        let allowed = options.total.saturating_sub(work);
        let mut step = || {
            done += 1;
            watch(done, of);
        };
        let start = component.columns.iter().map(|column| table.cells[*column as usize].value).collect();
        let ends = component
            .columns
            .iter()
            .map(|column| (reduced.low[*column as usize], reduced.high[*column as usize]))
            .unzip();
        let Ok(explored) = explore(component, ends, start, options, allowed, &mut step) else {
            let cell = component.columns.first().copied().unwrap_or_default();
            return Err(AuditError::ContradictoryCell { cell });
        };
        work += explored.work;
        let found = explored.ends.into_iter().zip(explored.reached);
        for (column, ((low, high), range)) in component.columns.iter().zip(found) {
            let at = *column as usize;
            (reduced.low[at], reduced.high[at], reached[at]) = (low, high, range);
        }
    }
    // A table is one of all components.
    if reached.iter().any(|range| range.low > range.high) {
        reached.fill(Range::default());
    }
    let masked = (0..statuses.len() as CellIndex).filter(|cell| !statuses[*cell as usize].is_shown());
    let cells = masked.map(|cell| feasible(cell, &mut reduced, &reached)).collect();
    Ok(Audit { cells })
}

fn validate(table: &Table, statuses: &[Status]) -> Result<(), AuditError> {
    let cells = table.cells.len();
    if statuses.len() != cells {
        return Err(AuditError::Length { statuses: statuses.len(), cells });
    }
    for (relation, terms) in table.relations.iter().enumerate() {
        let fits = |(cell, by): &(CellIndex, i64)| (*cell as usize) < cells && i32::try_from(*by).is_ok();
        if !terms.terms.iter().all(fits) {
            return Err(AuditError::Malformed { relation });
        }
    }
    for (cell, (facts, status)) in table.cells.iter().zip(statuses).enumerate() {
        let cell = cell as CellIndex;
        let small = |value: i64| (-FARTHEST..=FARTHEST).contains(&value);
        if !small(facts.least) || (status.is_shown() && !small(facts.value)) {
            return Err(AuditError::TooLarge { cell });
        }
        if status.is_shown() && facts.value < facts.least {
            return Err(AuditError::ContradictoryCell { cell });
        }
    }
    Ok(())
}

fn feasible(cell: CellIndex, reduced: &mut Reduced, reached: &[Range]) -> Feasible {
    let (column, offset) = reduced.place(cell);
    let at = column as usize;
    let (high, range) = (reduced.high[at], reached[at]);
    Feasible {
        cell,
        low: reduced.low[at] + offset,
        high: (high != UNBOUNDED).then(|| high + offset),
        reached_low: range.low.saturating_add(offset),
        reached_high: range.high.saturating_add(offset),
        endless: range.endless,
    }
}

impl From<Clash> for AuditError {
    fn from(clash: Clash) -> Self {
        match clash {
            Clash::Relation(relation) => Self::ContradictoryRelation { relation },
            Clash::Cell(cell) => Self::ContradictoryCell { cell },
            Clash::TooLarge(cell) => Self::TooLarge { cell },
        }
    }
}
