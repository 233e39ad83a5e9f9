//! Tables of whole numbers that are known to be possible, added up anew.

use super::reduce::Row;

/// How far a column reaches in tables of whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// Its lowest value.
    pub low: i64,
    /// Its highest value in a table that was added up; below the lowest when there is no table yet.
    pub high: i64,
    /// Whether there are tables in which it is as high as one likes.
    pub endless: bool,
}

impl Default for Range {
    fn default() -> Self {
        Self { low: i64::MAX, high: i64::MIN, endless: false }
    }
}

/// The last table of whole numbers of one component, and how far its columns reach in all tables so far.
///
/// Shares nothing with the dictionary that proposes tables: it adds up the rows themselves.
pub struct Known {
    /// The table.
    pub values: Vec<i64>,
    /// How far each column reaches in tables so far.
    pub reached: Vec<Range>,
    /// Rows and coefficients of each column.
    rows_of: Vec<Vec<(u32, i64)>>,
    /// What each row is off by.
    off: Vec<i128>,
    /// The ends that everybody knows of.
    low: Vec<i64>,
    high: Vec<i64>,
    /// How many rows are off, and how many columns are outside of their ends.
    wrong: usize,
}

impl Known {
    /// Nothing known, at values that may be no table.
    pub fn new(rows: &[Row], low: Vec<i64>, high: Vec<i64>, values: Vec<i64>) -> Self {
        let mut known = Self {
            reached: vec![Range::default(); values.len()],
            rows_of: vec![Vec::new(); values.len()],
            off: rows.iter().map(|row| -row.sum).collect(),
            low,
            high,
            wrong: 0,
            values,
        };
        for (at, row) in rows.iter().enumerate() {
            for (column, by) in &row.terms {
                known.rows_of[*column as usize].push((at as u32, *by));
                known.off[at] += i128::from(*by) * i128::from(known.values[*column as usize]);
            }
        }
        let outside = (0..known.values.len()).filter(|at| known.is_outside(*at)).count();
        known.wrong = known.off.iter().filter(|off| **off != 0).count() + outside;
        known
    }

    fn is_outside(&self, at: usize) -> bool {
        !(self.low[at]..=self.high[at]).contains(&self.values[at])
    }

    /// Whether the values are a table of whole numbers.
    pub const fn is_table(&self) -> bool {
        self.wrong == 0
    }

    /// Changes columns; when that gives a table, notes what they reach in it.
    ///
    /// Columns that were not changed are where the last table has them, or where the first values were.
    pub fn change(&mut self, columns: &[u32], value: impl Fn(u32) -> i64) {
        for column in columns {
            let at = *column as usize;
            let by = i128::from(value(*column)) - i128::from(self.values[at]);
            if by == 0 {
                continue;
            }
            self.wrong -= usize::from(self.is_outside(at));
            self.values[at] = value(*column);
            self.wrong += usize::from(self.is_outside(at));
            for (row, factor) in &self.rows_of[at] {
                let off = &mut self.off[*row as usize];
                self.wrong -= usize::from(*off != 0);
                *off += i128::from(*factor) * by;
                self.wrong += usize::from(*off != 0);
            }
        }
        if !self.is_table() {
            return;
        }
        for column in columns {
            let at = *column as usize;
            let range = &mut self.reached[at];
            range.low = self.values[at].min(range.low);
            range.high = self.values[at].max(range.high);
        }
    }
}
