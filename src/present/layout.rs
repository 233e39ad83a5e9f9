//! Which figures stand where in a table.

use entity::types::Period;

use crate::store::FigureKey;

/// What rows or columns run through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Axis {
    /// Indicators.
    Indicator,
    /// Territories.
    Territory,
    /// Periods.
    Period,
    /// Breakdowns.
    Breakdown,
}

impl Axis {
    /// Every axis.
    pub const ALL: [Self; 4] = [Self::Indicator, Self::Territory, Self::Period, Self::Breakdown];

    /// Its name, in the API and in addresses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Indicator => "INDICATOR",
            Self::Territory => "TERRITORY",
            Self::Period => "PERIOD",
            Self::Breakdown => "BREAKDOWN",
        }
    }
}

/// What each axis runs through, in the order of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    /// Numbers of indicators.
    pub indicators: Vec<i32>,
    /// Numbers of territories.
    pub territories: Vec<i32>,
    /// Periods.
    pub periods: Vec<Period>,
    /// Numbers of breakdowns.
    pub breakdowns: Vec<i32>,
}

impl Members {
    /// How many an axis has.
    #[must_use]
    pub const fn count(&self, axis: Axis) -> usize {
        match axis {
            Axis::Indicator => self.indicators.len(),
            Axis::Territory => self.territories.len(),
            Axis::Period => self.periods.len(),
            Axis::Breakdown => self.breakdowns.len(),
        }
    }
}

/// What is asked for: which axes on rows and columns, and what they run through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// Axes of the rows, the outermost first.
    pub rows: Vec<Axis>,
    /// Axes of the columns, the outermost first.
    pub columns: Vec<Axis>,
    /// What the axes run through.
    pub members: Members,
    /// Codes of the dimensions that the breakdowns cross.
    pub dimensions: Vec<String>,
}

/// Why no table can be laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayoutFault {
    /// An axis stands twice.
    Twice(Axis),
    /// An axis stands nowhere and has more than one member.
    Unplaced(Axis, usize),
    /// An axis has nothing to run through.
    Empty(Axis),
    /// Rows times columns are more than the limit.
    TooLarge {
        /// Rows.
        rows: usize,
        /// Columns.
        columns: usize,
        /// Most cells.
        limit: usize,
    },
}

/// A table whose cells all have their figure: rows × columns, filled row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    question: Question,
    row_count: usize,
    column_count: usize,
}

impl Layout {
    /// Lays a table out, of at most `limit` cells.
    ///
    /// # Errors
    ///
    /// [`LayoutFault`].
    pub fn new(question: Question, limit: usize) -> Result<Self, LayoutFault> {
        for axis in Axis::ALL {
            let placed = question.rows.iter().chain(&question.columns).filter(|at| **at == axis).count();
            match (placed, question.members.count(axis)) {
                (2.., _) => return Err(LayoutFault::Twice(axis)),
                (_, 0) => return Err(LayoutFault::Empty(axis)),
                (0, members @ 2..) => return Err(LayoutFault::Unplaced(axis, members)),
                _ => {}
            }
        }
        let count = |axes: &[Axis]| {
            axes.iter().fold(1_usize, |product, axis| product.saturating_mul(question.members.count(*axis)))
        };
        let (rows, columns) = (count(&question.rows), count(&question.columns));
        if rows.saturating_mul(columns) > limit {
            return Err(LayoutFault::TooLarge { rows, columns, limit });
        }
        Ok(Self { question, row_count: rows, column_count: columns })
    }

    /// How many rows.
    #[must_use]
    pub const fn row_count(&self) -> usize {
        self.row_count
    }

    /// How many columns.
    #[must_use]
    pub const fn column_count(&self) -> usize {
        self.column_count
    }

    /// What is asked for.
    #[must_use]
    pub const fn question(&self) -> &Question {
        &self.question
    }

    /// What the axes run through.
    #[must_use]
    pub const fn members(&self) -> &Members {
        &self.question.members
    }

    /// Where a row or column stands on each of its axes, the outermost first.
    #[must_use]
    pub fn positions(&self, axes: &[Axis], at: usize) -> Vec<(Axis, usize)> {
        let mut rest = at;
        let mut positions: Vec<(Axis, usize)> = axes
            .iter()
            .rev()
            .map(|axis| {
                let count = self.members().count(*axis).max(1);
                let position = rest % count;
                rest /= count;
                (*axis, position)
            })
            .collect();
        positions.reverse();
        positions
    }

    /// The figure of a cell; none outside the table.
    #[must_use]
    pub fn key(&self, row: usize, column: usize) -> Option<FigureKey> {
        if row >= self.row_count || column >= self.column_count {
            return None;
        }
        let mut at = [0_usize; Axis::ALL.len()];
        let placed = self.positions(&self.question.rows, row).into_iter();
        for (axis, position) in placed.chain(self.positions(&self.question.columns, column)) {
            at[axis as usize] = position;
        }
        let members = self.members();
        Some(FigureKey {
            indicator_id: *members.indicators.get(at[Axis::Indicator as usize])?,
            territory_id: *members.territories.get(at[Axis::Territory as usize])?,
            period: *members.periods.get(at[Axis::Period as usize])?,
            breakdown_id: *members.breakdowns.get(at[Axis::Breakdown as usize])?,
        })
    }

    /// The figures of all cells, row by row.
    #[must_use]
    pub fn keys(&self) -> Vec<FigureKey> {
        let rows = 0..self.row_count;
        rows.flat_map(|row| (0..self.column_count).filter_map(move |column| self.key(row, column))).collect()
    }
}

#[cfg(test)]
mod tests {
    use entity::types::Period;

    use super::{Axis, Layout, LayoutFault, Members, Question};

    fn question(rows: &[Axis], columns: &[Axis]) -> Question {
        Question {
            rows: rows.to_vec(),
            columns: columns.to_vec(),
            members: Members {
                indicators: vec![1],
                territories: vec![10, 11, 12],
                periods: vec![Period::parse("2020").unwrap(), Period::parse("2021").unwrap()],
                breakdowns: vec![0],
            },
            dimensions: Vec::new(),
        }
    }

    #[test]
    fn nested_axes_run_the_innermost_first() {
        let layout = Layout::new(question(&[Axis::Territory, Axis::Period], &[Axis::Indicator]), 6).unwrap();
        let told: Vec<(i32, String)> =
            layout.keys().iter().map(|key| (key.territory_id, key.period.to_string())).collect();
        let expected = [(10, "2020"), (10, "2021"), (11, "2020"), (11, "2021"), (12, "2020"), (12, "2021")];
        assert_eq!(told, expected.map(|(territory, period)| (territory, period.to_owned())));
        assert_eq!((layout.row_count(), layout.column_count()), (6, 1));
        assert_eq!(layout.key(6, 0), None);
    }

    #[test]
    fn what_cannot_be_laid_out_says_why() {
        let fault =
            |rows: &[Axis], columns: &[Axis], limit| Layout::new(question(rows, columns), limit).err();
        assert_eq!(
            fault(&[Axis::Territory], &[Axis::Territory, Axis::Period], 10),
            Some(LayoutFault::Twice(Axis::Territory))
        );
        assert_eq!(fault(&[Axis::Territory], &[], 10), Some(LayoutFault::Unplaced(Axis::Period, 2)));
        assert_eq!(
            fault(&[Axis::Territory], &[Axis::Period], 5),
            Some(LayoutFault::TooLarge { rows: 3, columns: 2, limit: 5 })
        );
        let mut empty = question(&[Axis::Territory], &[Axis::Period]);
        empty.members.indicators.clear();
        assert_eq!(Layout::new(empty, 10).err(), Some(LayoutFault::Empty(Axis::Indicator)));
    }
}
