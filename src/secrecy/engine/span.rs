//! What the relations together determine, however they are combined.
//!
//! An attacker who adds and subtracts whole relations knows each cell that lies in the span of what is
//! shown. Elimination over the unknown cells finds exactly those: a cell whose reduced row holds nothing
//! but itself. Modulo 2^61 − 1, so that nothing overflows or rounds.
//!
//! # Citations
//!
//! Langsrud, *Secondary cell suppression by Gaussian elimination* (2024).

use std::collections::{BTreeMap, BTreeSet};

use super::{
    model::{CellIndex, Status, Table},
    modular::{Residue, invert, multiply, negate, plus, residue},
};

/// A row: unknown cells with their coefficients, none of them 0.
type Row = BTreeMap<CellIndex, Residue>;

/// Rows that are reduced by each other, each under the cell that it determines but for the rest of the row.
#[derive(Default)]
struct Reduced {
    rows: BTreeMap<CellIndex, Row>,
    /// The pivots of the rows in which a cell stands that is no pivot itself.
    places: BTreeMap<CellIndex, BTreeSet<CellIndex>>,
}

/// The unknown cells that the shown ones determine, in order.
#[must_use]
pub fn determined(table: &Table, statuses: &[Status]) -> Vec<CellIndex> {
    let unknown =
        |cell: CellIndex| statuses.get(cell as usize).is_some_and(|status| *status != Status::Shown);
    let mut rows: Vec<Row> = Vec::new();
    for relation in &table.relations {
        let mut row = Row::new();
        for (cell, coefficient) in relation.terms.iter().filter(|(cell, _)| unknown(*cell)) {
            add(&mut row, *cell, residue(*coefficient));
        }
        if !row.is_empty() {
            rows.push(row);
        }
    }
    rows.sort_by_key(Row::len);
    let mut reduced = Reduced::default();
    for row in rows {
        reduced.take_in(row);
    }
    reduced.rows.iter().filter(|(_, row)| row.len() == 1).map(|(pivot, _)| *pivot).collect()
}

impl Reduced {
    fn take_in(&mut self, row: Row) {
        let mut rest = Row::new();
        for (cell, coefficient) in row {
            match self.rows.get(&cell) {
                Some(known) => add_all(&mut rest, known, negate(coefficient), Some(cell)),
                None => add(&mut rest, cell, coefficient),
            }
        }
        // The cell that stands in the fewest rows makes the least new entries.
        let fewest = rest.keys().min_by_key(|cell| self.places.get(cell).map_or(0, BTreeSet::len));
        let Some(pivot) = fewest.copied() else { return };
        let scale = rest.get(&pivot).map_or(1, |coefficient| invert(*coefficient));
        for coefficient in rest.values_mut() {
            *coefficient = multiply(*coefficient, scale);
        }
        for other in self.places.remove(&pivot).unwrap_or_default() {
            self.clear(other, pivot, &rest);
        }
        self.settle(pivot, &Row::new(), &rest);
        self.rows.insert(pivot, rest);
    }

    /// Takes a new pivot out of a row that it stands in.
    fn clear(&mut self, owner: CellIndex, pivot: CellIndex, by: &Row) {
        let Some(mut row) = self.rows.remove(&owner) else { return };
        let before = row.clone();
        let coefficient = row.remove(&pivot).unwrap_or(0);
        add_all(&mut row, by, negate(coefficient), Some(pivot));
        self.settle(owner, &before, &row);
        self.rows.insert(owner, row);
    }

    fn settle(&mut self, owner: CellIndex, before: &Row, after: &Row) {
        for cell in before.keys().filter(|cell| !after.contains_key(cell)) {
            if let Some(places) = self.places.get_mut(cell) {
                places.remove(&owner);
            }
        }
        for cell in after.keys().filter(|cell| **cell != owner && !before.contains_key(cell)) {
            self.places.entry(*cell).or_default().insert(owner);
        }
    }
}

fn add(row: &mut Row, cell: CellIndex, coefficient: Residue) {
    let sum = plus(row.get(&cell).copied().unwrap_or(0), coefficient);
    if sum == 0 {
        row.remove(&cell);
    } else {
        row.insert(cell, sum);
    }
}

fn add_all(row: &mut Row, other: &Row, factor: Residue, except: Option<CellIndex>) {
    for (cell, coefficient) in other.iter().filter(|(cell, _)| Some(**cell) != except) {
        add(row, *cell, multiply(*coefficient, factor));
    }
}

#[cfg(test)]
mod tests {
    use super::determined;
    use crate::Holders;
    use crate::model::{Cell, Relation, Status, Table};

    fn table(cells: usize, relations: &[&[(u32, i64)]]) -> Table {
        let cell = Cell {
            value: 1,
            cost: 1,
            protection: None,
            published: true,
            frozen: false,
            least: 0,
            singleton: None,
            holders: Holders::NOBODY,
        };
        let relations = relations.iter().map(|terms| Relation { terms: terms.to_vec() }).collect();
        Table { cells: vec![cell; cells], relations }
    }

    #[test]
    fn a_cell_that_only_two_relations_together_give_away_is_found() {
        // a + b is shown, and so is a − b: neither relation alone tells a.
        let table = table(4, &[&[(0, 1), (1, 1), (2, -1)], &[(0, 1), (1, -1), (3, -1)]]);
        let statuses = [Status::Primary, Status::Secondary, Status::Shown, Status::Shown];
        assert_eq!(determined(&table, &statuses), [0, 1]);
    }

    #[test]
    fn a_square_of_four_masks_determines_nothing() {
        let table = table(
            8,
            &[
                &[(0, 1), (1, 1), (4, -1)],
                &[(2, 1), (3, 1), (5, -1)],
                &[(0, 1), (2, 1), (6, -1)],
                &[(1, 1), (3, 1), (7, -1)],
            ],
        );
        let mut statuses = [Status::Shown; 8];
        statuses[..4].fill(Status::Secondary);
        assert!(determined(&table, &statuses).is_empty());
        statuses[3] = Status::Shown;
        assert_eq!(determined(&table, &statuses), [0, 1, 2]);
    }
}
