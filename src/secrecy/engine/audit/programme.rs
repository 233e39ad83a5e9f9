//! How far one cell can go: linear programmes over some cells and rows, and the whole numbers in their answers.

use microlp::{
    ComparisonOp, OptimizationDirection, Problem, SolutionStatus, SolveOptions, SolveOutcome, Variable,
};

use super::system::System;
use crate::model::CellIndex;

/// Cells and rows of a programme, both in order.
pub struct Programme {
    /// The cells that may change.
    pub cells: Vec<CellIndex>,
    /// The rows that must add up. A cell in them that may not change has its true value.
    pub rows: Vec<u32>,
}

/// What a programme says of the greatest (or least) value of a cell.
pub enum Best {
    /// A point: all cells, above their lower ends. With the value of the goal there, above its lower end too,
    /// when no other point has a better one.
    Point(Vec<f64>, Option<f64>),
    /// There is none: it can go on for ever.
    Unbounded,
    /// The solver gave up, which says nothing.
    Nothing,
}

impl Programme {
    /// All rows of some cells.
    pub fn of(system: &System, mut cells: Vec<CellIndex>) -> Self {
        cells.sort_unstable();
        let mut rows: Vec<u32> =
            cells.iter().flat_map(|cell| system.rows_of[*cell as usize].iter().copied()).collect();
        rows.sort_unstable();
        rows.dedup();
        Self { cells, rows }
    }

    /// Takes the goal to its greatest, or its least. With `nodes`, among whole numbers only, in a search of
    /// at most so many steps.
    pub fn optimise(&self, system: &System, goal: CellIndex, up: bool, nodes: Option<u64>) -> Best {
        let direction = if up { OptimizationDirection::Maximize } else { OptimizationDirection::Minimize };
        let mut problem = Problem::new(direction);
        let mut variables: Vec<Variable> = Vec::with_capacity(self.cells.len());
        for cell in &self.cells {
            let weight = if *cell == goal { 1.0 } else { 0.0 };
            let low = system.low[*cell as usize];
            let room = system.high[*cell as usize].map(|high| high.saturating_sub(low));
            variables.push(match (nodes, room) {
                (None, room) => {
                    problem.add_var(weight, (0.0, room.map_or(f64::INFINITY, |room| room as f64)))
                }
                (Some(_), room) => match room.map(i32::try_from) {
                    Some(Ok(room)) => problem.add_integer_var(weight, (0, room)),
                    // A cell kept from going as far as it can would make a bound of what is none.
                    _ => return Best::Nothing,
                },
            });
        }
        for row in &self.rows {
            let row = &system.rows[*row as usize];
            let mut right = row.right;
            let mut terms: Vec<(Variable, f64)> = Vec::with_capacity(row.terms.len());
            for (cell, by) in &row.terms {
                let start = match self.cells.binary_search(cell) {
                    Ok(at) => {
                        terms.push((variables[at], *by as f64));
                        system.low[*cell as usize]
                    }
                    Err(_) => system.truth[*cell as usize],
                };
                let Some(rest) = by.checked_mul(start).and_then(|start| right.checked_sub(start)) else {
                    return Best::Nothing;
                };
                right = rest;
            }
            problem.add_constraint(terms, ComparisonOp::Eq, right as f64);
        }
        let mut options = SolveOptions::default();
        if nodes.is_some() {
            options.node_limit = nodes;
            options.warm_start =
                self.start(system).map(|start| variables.iter().copied().zip(start).collect());
        }
        match problem.solve_with(options).map(SolveOutcome::into_solution) {
            Ok(Ok(solution)) => {
                let point: Vec<f64> =
                    variables.iter().map(|variable| solution.var_value(*variable)).collect();
                let value = self.cells.binary_search(&goal).ok().map(|at| point[at]);
                Best::Point(point, value.filter(|_| solution.status() == SolutionStatus::Optimal))
            }
            Err(microlp::Error::Unbounded) => Best::Unbounded,
            _ => Best::Nothing,
        }
    }

    /// The true table, above the lower ends.
    fn start(&self, system: &System) -> Option<Vec<f64>> {
        let above = |cell: &CellIndex| {
            let above = system.truth[*cell as usize].checked_sub(system.low[*cell as usize])?;
            i32::try_from(above).ok().map(f64::from)
        };
        self.cells.iter().map(above).collect()
    }

    /// Rounds a point and, if the whole numbers keep to all ranges and add up exactly, notes all of them as
    /// reached. Says whether they do. All rows of all cells must be among the rows.
    pub fn witness(&self, system: &mut System, point: &[f64]) -> bool {
        let mut values: Vec<i128> = Vec::with_capacity(point.len());
        for (cell, above) in self.cells.iter().zip(point) {
            let above = above.round();
            // Far below the least number that is not exact.
            if !(0.0..9e15).contains(&above) {
                return false;
            }
            let value = system.low[*cell as usize].saturating_add(above as i128);
            if system.high[*cell as usize].is_some_and(|high| value > high) {
                return false;
            }
            values.push(value);
        }
        let adds_up = self.rows.iter().all(|row| {
            let row = &system.rows[*row as usize];
            let sum = row.terms.iter().try_fold(0_i128, |sum, (cell, by)| {
                let value =
                    self.cells.binary_search(cell).map_or(system.truth[*cell as usize], |at| values[at]);
                by.checked_mul(value).and_then(|product| sum.checked_add(product))
            });
            sum == Some(row.right)
        });
        if adds_up {
            for (cell, value) in self.cells.iter().zip(values) {
                let (low, high) = &mut system.reached[*cell as usize];
                *low = (*low).min(value);
                *high = (*high).max(value);
            }
        }
        adds_up
    }
}
