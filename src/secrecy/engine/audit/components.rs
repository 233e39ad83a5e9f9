//! Which open cells have to do with each other.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::system::System;
use crate::{classes::Classes, model::CellIndex};

impl System {
    /// The open cells, by the rows that join them: each component in order, and the components by their
    /// first cell.
    pub fn components(&self) -> Vec<Vec<CellIndex>> {
        let mut classes = Classes::new(self.low.len());
        for row in &self.rows {
            for pair in row.terms.windows(2) {
                classes.join(pair[0].0, pair[1].0);
            }
        }
        let mut components: BTreeMap<u32, Vec<CellIndex>> = BTreeMap::new();
        for (position, link) in self.links.iter().enumerate() {
            let cell = position as CellIndex;
            if link.is_none() && !self.is_known(cell) {
                components.entry(classes.find(cell)).or_default().push(cell);
            }
        }
        components.into_values().collect()
    }

    /// The cells and rows nearest to a cell, about so many cells, both in order.
    pub fn around(&self, cell: CellIndex, most: usize) -> (Vec<CellIndex>, Vec<u32>) {
        let mut cells = BTreeSet::from([cell]);
        let mut rows = BTreeSet::new();
        let mut waiting = VecDeque::from([cell]);
        while let Some(next) = waiting.pop_front() {
            let mut own = self.rows_of[next as usize].clone();
            own.sort_by_key(|row| self.rows[*row as usize].terms.len());
            for row in own {
                let terms = &self.rows[row as usize].terms;
                let new = terms.iter().filter(|(other, _)| !cells.contains(other)).count();
                if cells.len() + new > most || !rows.insert(row) {
                    continue;
                }
                for (other, _) in terms {
                    if cells.insert(*other) {
                        waiting.push_back(*other);
                    }
                }
            }
        }
        (cells.into_iter().collect(), rows.into_iter().collect())
    }
}
