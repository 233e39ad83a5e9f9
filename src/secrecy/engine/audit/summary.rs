//! What an audit comes to.

use super::{Audit, Feasible};
use crate::model::{CellIndex, Protection, Status, Table};

/// Figures of an audit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Cells that a rule masks.
    pub primary: Exposed,
    /// Cells masked to protect others.
    pub secondary: Exposed,
    /// Cells that are never shown.
    pub hidden: Exposed,
    /// Cells whose interval is narrower than their protection asks for, shown ones among them.
    pub too_narrow: usize,
    /// Cells whose interval is not known to be narrower, nor known to be as wide.
    pub undecided: usize,
    /// Cells as wide as asked for, but further above than asked for.
    pub slid: usize,
    /// Intervals of which both ends are the ends of what is possible.
    pub exact: usize,
}

/// Masked cells, and how many of them the attacker knows all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exposed {
    /// Masked cells.
    pub cells: usize,
    /// Those that have a single value left.
    pub known: usize,
}

impl Audit {
    /// The interval of a masked cell; none for one that is shown.
    #[must_use]
    pub fn of(&self, cell: CellIndex) -> Option<&Feasible> {
        self.cells.binary_search_by_key(&cell, |feasible| feasible.cell).ok().map(|at| &self.cells[at])
    }

    /// The cells with a protection whose interval is narrower than it asks for, in order; a cell that is shown
    /// is as narrow as can be.
    ///
    /// An interval must reach up to the protection's upper end and be as wide as it asks for. Its lower end
    /// may be higher than asked for, as in [`check`](crate::check()): then the cell is protected further above.
    #[must_use]
    pub fn too_narrow(&self, table: &Table) -> Vec<CellIndex> {
        let narrow = self.protected(table).filter(|(_, protection, feasible)| {
            !feasible.is_some_and(|feasible| meets(*protection, feasible.low, feasible.high))
        });
        narrow.map(|(cell, _, _)| cell).collect()
    }

    /// The cells with a protection that no table proves to be met, in order: those that are too narrow, and
    /// those of which the audit cannot tell.
    #[must_use]
    pub fn unproved(&self, table: &Table) -> Vec<CellIndex> {
        let unproved = self.protected(table).filter(|(_, protection, feasible)| {
            !feasible.is_some_and(|feasible| is_proved(*protection, feasible))
        });
        unproved.map(|(cell, _, _)| cell).collect()
    }

    /// The masked cells that the attacker knows, in order.
    #[must_use]
    pub fn known(&self) -> Vec<CellIndex> {
        self.cells.iter().filter(|feasible| feasible.is_known()).map(|feasible| feasible.cell).collect()
    }

    /// Figures of this audit.
    #[must_use]
    pub fn summary(&self, table: &Table, statuses: &[Status]) -> Summary {
        let mut summary = Summary { too_narrow: self.too_narrow(table).len(), ..Summary::default() };
        for feasible in &self.cells {
            let exposed = match statuses.get(feasible.cell as usize) {
                Some(Status::Primary) => &mut summary.primary,
                Some(Status::Secondary) => &mut summary.secondary,
                Some(Status::Hidden) => &mut summary.hidden,
                Some(Status::Shown) | None => continue,
            };
            exposed.cells += 1;
            exposed.known += usize::from(feasible.is_known());
            summary.exact += usize::from(feasible.is_exact());
        }
        for (_, protection, feasible) in self.protected(table) {
            let Some(feasible) = feasible else { continue };
            let proved = is_proved(protection, feasible);
            summary.undecided += usize::from(!proved && meets(protection, feasible.low, feasible.high));
            summary.slid += usize::from(proved && feasible.reached_low > protection.low);
        }
        summary
    }

    fn protected<'a>(
        &'a self,
        table: &'a Table,
    ) -> impl Iterator<Item = (CellIndex, Protection, Option<&'a Feasible>)> {
        table.cells.iter().enumerate().filter_map(|(cell, facts)| {
            let cell = cell as CellIndex;
            Some((cell, facts.protection?, self.of(cell)))
        })
    }
}

/// Whether tables that were added up meet a protection.
fn is_proved(protection: Protection, feasible: &Feasible) -> bool {
    let high = (!feasible.endless).then_some(feasible.reached_high);
    feasible.reached_low <= feasible.reached_high && meets(protection, feasible.reached_low, high)
}

fn meets(protection: Protection, low: i64, high: Option<i64>) -> bool {
    high.is_none_or(|high| high >= protection.high && high.saturating_sub(low) >= protection.width)
}
