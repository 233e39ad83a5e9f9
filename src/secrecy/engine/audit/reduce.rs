//! What an attacker is left with once all that is shown is taken out of the relations.
//!
//! Cells that differ by a number that is known are one column; cells that are known are none.

use super::{bounds, offsets::Offsets};
use crate::model::{CellIndex, Status, Table};

/// An upper end that is not there.
pub const UNBOUNDED: i64 = i64::MAX;

/// Ends beyond this are taken for none: far above any count, far below where sums overflow.
pub const FARTHEST: i64 = 1 << 60;

/// A relation between columns: the sum of coefficient × column is `sum`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// Columns in order, none twice, none with 0.
    pub terms: Vec<(u32, i64)>,
    /// What they add up to.
    pub sum: i128,
    /// A relation of the table that says so.
    pub relation: usize,
}

/// Why no table of whole numbers agrees with what is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clash {
    /// A relation cannot hold.
    Relation(usize),
    /// A cell (or, within one component, a column) has no value left.
    Cell(u32),
    /// A cell is too large to reckon with.
    TooLarge(u32),
}

/// The cells that are not shown, as few columns as can be said quickly, and what binds them.
pub struct Reduced {
    offsets: Offsets,
    /// Lowest value of each column, by the cell that stands for it.
    pub low: Vec<i64>,
    /// Highest value of each column.
    pub high: Vec<i64>,
    /// Relations between the columns that have more than one value left.
    pub rows: Vec<Row>,
}

impl Reduced {
    /// Reduces a table until nothing changes.
    pub fn of(table: &Table, statuses: &[Status], visits: u32) -> Result<Self, Clash> {
        let mut low = Vec::with_capacity(table.cells.len());
        let mut high = Vec::with_capacity(table.cells.len());
        for (cell, status) in table.cells.iter().zip(statuses) {
            // The one place where values are read: those of cells that are shown.
            let (least, most) =
                if status.is_shown() { (cell.value, cell.value) } else { (cell.least, UNBOUNDED) };
            low.push(least);
            high.push(most);
        }
        let relations = table.relations.iter().enumerate();
        let rows =
            relations.map(|(relation, terms)| Row { terms: terms.terms.clone(), sum: 0, relation }).collect();
        let mut reduced = Self { offsets: Offsets::new(table.cells.len()), low, high, rows };
        loop {
            while reduced.substitute()? {}
            if !bounds::propagate(&reduced.rows, &mut reduced.low, &mut reduced.high, visits)? {
                return Ok(reduced);
            }
        }
    }

    /// The column of a cell, and what to add to it.
    pub fn place(&mut self, cell: CellIndex) -> (u32, i64) {
        self.offsets.find(cell)
    }

    /// Takes out of the rows what is known or the same; says whether that made more known or the same.
    fn substitute(&mut self) -> Result<bool, Clash> {
        let mut changed = false;
        let mut rows = std::mem::take(&mut self.rows);
        for row in &mut rows {
            self.simplify(row)?;
            match row.terms[..] {
                [(column, by)] => {
                    let value = row.sum / i128::from(by);
                    let value = i64::try_from(value).ok().filter(|value| value.abs() <= FARTHEST);
                    let value = value.ok_or(Clash::TooLarge(column))?;
                    self.raise(column, value)?;
                    self.lower(column, value)?;
                }
                [(one, 1), (other, -1)] if self.join(one, other, row.sum)? => {}
                _ => continue,
            }
            row.terms.clear();
            row.sum = 0;
            changed = true;
        }
        rows.retain(|row| !row.terms.is_empty());
        rows.sort_unstable();
        rows.dedup_by(|next, kept| next.terms == kept.terms && next.sum == kept.sum);
        let twice = rows.windows(2).find(|pair| pair[0].terms == pair[1].terms);
        if let Some(pair) = twice {
            return Err(Clash::Relation(pair[0].relation));
        }
        self.rows = rows;
        Ok(changed)
    }

    fn simplify(&mut self, row: &mut Row) -> Result<(), Clash> {
        for (column, by) in &mut row.terms {
            let (root, offset) = self.offsets.find(*column);
            row.sum -= i128::from(*by) * i128::from(offset);
            *column = root;
            let at = root as usize;
            if self.low[at] == self.high[at] {
                row.sum -= i128::from(*by) * i128::from(self.low[at]);
                *by = 0;
            }
        }
        row.terms.sort_unstable();
        row.terms.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        row.terms.retain(|(_, by)| *by != 0);
        let common = row.terms.iter().fold(0, |common, (_, by)| gcd(common, by.unsigned_abs()));
        let common = i128::from(common);
        if (common == 0 && row.sum != 0) || (common != 0 && row.sum % common != 0) {
            return Err(Clash::Relation(row.relation));
        }
        let scale = if row.terms.first().is_some_and(|(_, by)| *by < 0) { -common } else { common };
        if scale != 0 && scale != 1 {
            row.sum /= scale;
            for (_, by) in &mut row.terms {
                *by = (i128::from(*by) / scale) as i64;
            }
        }
        Ok(())
    }

    /// Makes `one` = `other` + `by` a single column; says whether it did.
    fn join(&mut self, one: u32, other: u32, by: i128) -> Result<bool, Clash> {
        // An earlier row may have joined them to each other, or to more columns, in the same pass.
        let ((root, offset), (other_root, other_offset)) = (self.offsets.find(one), self.offsets.find(other));
        // root + offset = other_root + other_offset + by
        let apart = i128::from(other_offset) + by - i128::from(offset);
        if root == other_root {
            return if apart == 0 { Ok(true) } else { Err(Clash::Cell(one)) };
        }
        let Some((kept, gone, apart)) = self.offsets.join(root, other_root, apart) else { return Ok(false) };
        let (low, high) = (self.low[gone as usize], self.high[gone as usize]);
        self.raise(kept, low - apart)?;
        if high != UNBOUNDED {
            self.lower(kept, high - apart)?;
        }
        Ok(true)
    }

    fn raise(&mut self, column: u32, low: i64) -> Result<(), Clash> {
        let (root, offset) = self.offsets.find(column);
        let at = root as usize;
        self.low[at] = self.low[at].max(low - offset);
        if self.low[at] > self.high[at] { Err(Clash::Cell(column)) } else { Ok(()) }
    }

    fn lower(&mut self, column: u32, high: i64) -> Result<(), Clash> {
        let (root, offset) = self.offsets.find(column);
        let at = root as usize;
        self.high[at] = self.high[at].min(high - offset);
        if self.low[at] > self.high[at] { Err(Clash::Cell(column)) } else { Ok(()) }
    }
}

/// The greatest common divisor; the other number when one is 0.
pub const fn gcd(one: u64, other: u64) -> u64 {
    let (mut one, mut other) = (one, other);
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}
