//! What an attacker knows: for each cell a range of whole numbers, and the rows that bind them.

use super::AuditError;
use crate::model::{CellIndex, Status, Table};

/// One relation: the sum of coefficient × cell is `right`.
#[derive(Clone, Debug)]
pub struct Row {
    /// Cells with their coefficients.
    pub terms: Vec<(CellIndex, i128)>,
    /// What they add up to.
    pub right: i128,
}

/// A cell as another one: factor × base + offset.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// The other cell.
    pub base: CellIndex,
    /// Never 0.
    pub factor: i128,
    /// What is added.
    pub offset: i128,
}

/// Ranges and rows. All vectors but `rows` are by cell.
pub struct System {
    /// No possible value is below.
    pub low: Vec<i128>,
    /// No possible value is above.
    pub high: Vec<Option<i128>>,
    /// The values of the true table, from which witnesses start. The outer range never looks at them.
    pub truth: Vec<i128>,
    /// The least and the greatest value that a witness has.
    pub reached: Vec<(i128, i128)>,
    /// Rows.
    pub rows: Vec<Row>,
    /// The rows in which a cell stands.
    pub rows_of: Vec<Vec<u32>>,
    /// Cells that are written as another one and stand in no row any more.
    pub links: Vec<Option<Link>>,
}

impl System {
    /// What is known at first: the shown cells, and that no cell is below its `least`.
    pub fn new(table: &Table, statuses: &[Status]) -> Result<Self, AuditError> {
        let cells = table.cells.len();
        if statuses.len() != cells {
            return Err(AuditError::Length { statuses: statuses.len(), cells });
        }
        let mut system = Self {
            low: Vec::with_capacity(cells),
            high: Vec::with_capacity(cells),
            truth: table.cells.iter().map(|cell| cell.value.into()).collect(),
            reached: table.cells.iter().map(|cell| (cell.value.into(), cell.value.into())).collect(),
            rows: Vec::with_capacity(table.relations.len()),
            rows_of: vec![Vec::new(); cells],
            links: vec![None; cells],
        };
        for (position, (cell, status)) in table.cells.iter().zip(statuses).enumerate() {
            if status.is_shown() {
                system.low.push(cell.value.into());
                system.high.push(Some(cell.value.into()));
            } else if cell.value < cell.least {
                return Err(AuditError::BelowLeast { cell: position as CellIndex });
            } else {
                system.low.push(cell.least.into());
                system.high.push(None);
            }
        }
        for (relation, terms) in table.relations.iter().enumerate() {
            let mut sum = 0_i128;
            for (cell, coefficient) in &terms.terms {
                let Some(facts) = table.cells.get(*cell as usize) else {
                    return Err(AuditError::NoSuchCell { relation, cell: *cell });
                };
                sum = sum
                    .checked_add(i128::from(*coefficient) * i128::from(facts.value))
                    .ok_or(AuditError::TooLarge)?;
            }
            if sum != 0 {
                return Err(AuditError::NotAdditive { relation });
            }
            let terms = terms.terms.iter().map(|(cell, by)| (*cell, i128::from(*by))).collect();
            system.rows.push(Row { terms, right: 0 });
        }
        system.index();
        Ok(system)
    }

    /// Notes anew in which rows each cell stands.
    pub fn index(&mut self) {
        self.rows_of.iter_mut().for_each(Vec::clear);
        for (position, row) in self.rows.iter().enumerate() {
            for (cell, _) in &row.terms {
                self.rows_of[*cell as usize].push(position as u32);
            }
        }
    }

    /// Whether only one value is possible.
    pub fn is_known(&self, cell: CellIndex) -> bool {
        self.high[cell as usize] == Some(self.low[cell as usize])
    }

    /// Raises the lower end; whether that changed it.
    pub fn raise(&mut self, cell: CellIndex, low: i128) -> Result<bool, AuditError> {
        if low <= self.low[cell as usize] {
            return Ok(false);
        }
        self.low[cell as usize] = low;
        match self.high[cell as usize] {
            Some(high) if high < low => Err(AuditError::Contradiction { cell }),
            _ => Ok(true),
        }
    }

    /// Lowers the upper end; whether that changed it.
    pub fn lower(&mut self, cell: CellIndex, high: i128) -> Result<bool, AuditError> {
        if self.high[cell as usize].is_some_and(|known| known <= high) {
            return Ok(false);
        }
        self.high[cell as usize] = Some(high);
        if high < self.low[cell as usize] { Err(AuditError::Contradiction { cell }) } else { Ok(true) }
    }

    /// A cell as the one that stands for it in the rows.
    pub fn resolve(&self, cell: CellIndex) -> Result<Link, AuditError> {
        let mut so_far = Link { base: cell, factor: 1, offset: 0 };
        while let Some(link) = self.links[so_far.base as usize] {
            let moved = so_far.factor.checked_mul(link.offset).ok_or(AuditError::TooLarge)?;
            so_far = Link {
                base: link.base,
                factor: so_far.factor.checked_mul(link.factor).ok_or(AuditError::TooLarge)?,
                offset: so_far.offset.checked_add(moved).ok_or(AuditError::TooLarge)?,
            };
        }
        Ok(so_far)
    }
}

/// Quotient rounded down; the divisor is not 0.
pub const fn floor(value: i128, divisor: i128) -> i128 {
    let quotient = value / divisor;
    if value % divisor != 0 && ((value < 0) != (divisor < 0)) { quotient - 1 } else { quotient }
}

/// Quotient rounded up; the divisor is not 0.
pub const fn ceiling(value: i128, divisor: i128) -> i128 {
    let quotient = value / divisor;
    if value % divisor != 0 && ((value < 0) == (divisor < 0)) { quotient + 1 } else { quotient }
}
