//! A release after another one: what was shown stays known, what was masked stays protected.

use std::collections::HashMap;

use super::{
    classes::Classes,
    model::{CellIndex, Protection, Relation, Status, Table},
};

/// Two releases as one table, for [`plan`](super::plan) and [`check`](super::check).
#[derive(Clone, Debug, Default)]
pub struct Succession {
    /// The cells and relations of the earlier release, then those of the next one, and what binds them.
    pub table: Table,
    /// Position of the first cell of the next release.
    pub start: usize,
    /// Cells of the next release that an earlier one masked and that did not change.
    pub kept: Vec<CellIndex>,
    /// Moves that proved earlier releases: where they still keep every relation they save a search.
    pub seeds: Vec<Vec<(CellIndex, i64)>>,
}

impl Succession {
    /// The same, but that the interval of an earlier cell may lie anywhere, as wide as before: what changed may tell
    /// that a count cannot have been as low or as high as its rule lets everybody think.
    #[must_use]
    pub fn sliding(mut self) -> Self {
        for cell in self.table.cells.iter_mut().take(self.start) {
            cell.protection =
                cell.protection.map(|known| Protection { low: cell.value, high: cell.value, ..known });
        }
        self
    }
}

/// What a mask that was there before costs again, as a part of what a new one costs.
const KEPT: u64 = 4;

/// Binds a release to the one before it, for an attacker who keeps both and knows which counts did not change.
///
/// What the earlier release showed is known for good; what it masked is never shown by it, and its sensitive
/// cells keep their protection. `unchanged` holds pairs of an earlier and a next cell that everybody knows to be
/// the same count: a mask over both is given back only where it protects neither. Masks that were there before
/// cost less than new ones, so that they change little.
#[must_use]
pub fn after(
    earlier: &Table,
    statuses: &[Status],
    next: &Table,
    unchanged: &[(CellIndex, CellIndex)],
) -> Succession {
    let start = earlier.cells.len();
    let mut table = earlier.clone();
    let shown = |cell: usize| statuses.get(cell).is_none_or(|status| status.is_shown());
    for (position, cell) in table.cells.iter_mut().enumerate() {
        cell.frozen = shown(position);
        cell.published = shown(position);
        cell.cost = 0;
    }
    table.cells.extend(next.cells.iter().cloned());
    join_contributors(&mut table, start, unchanged);
    let moved = |cell: CellIndex| cell + start as CellIndex;
    for relation in &next.relations {
        let terms = relation.terms.iter().map(|(cell, by)| (moved(*cell), *by)).collect();
        table.relations.push(Relation { terms });
    }
    let mut kept = Vec::new();
    for (before, now) in unchanged {
        table.relations.push(Relation { terms: vec![(*before, -1), (moved(*now), 1)] });
        if !shown(*before as usize)
            && let Some(cell) = table.cells.get_mut(moved(*now) as usize)
        {
            cell.cost = cell.cost.div_ceil(KEPT);
            kept.push(moved(*now));
        }
    }
    Succession { table, start, kept, seeds: Vec::new() }
}

/// Numbers the single contributors of both releases together: who is alone in a count that did not change is the
/// same person, anybody else another one.
fn join_contributors(table: &mut Table, start: usize, unchanged: &[(CellIndex, CellIndex)]) {
    let mut same = Classes::new(table.cells.len());
    let mut first: HashMap<(bool, u32), CellIndex> = HashMap::new();
    for (at, cell) in table.cells.iter().enumerate() {
        if let Some(owner) = cell.singleton {
            same.join(at as CellIndex, *first.entry((at < start, owner)).or_insert(at as CellIndex));
        }
    }
    for (before, now) in unchanged {
        let now = now + start as CellIndex;
        let alone = |at: CellIndex| table.cells.get(at as usize).is_some_and(|cell| cell.singleton.is_some());
        if alone(*before) && alone(now) {
            same.join(*before, now);
        }
    }
    for (at, cell) in table.cells.iter_mut().enumerate() {
        cell.singleton = cell.singleton.map(|_| same.find(at as CellIndex));
    }
}

#[cfg(test)]
mod tests {
    use super::after;
    use crate::{
        Cell, Holders, Options, PlanError, Protection, Relation, Singletons, Solution, Status, Table, check,
        determined, plan,
    };

    fn table(rows: &[[i64; 3]]) -> Table {
        let cell = |value: i64| Cell {
            value,
            cost: crate::cost(value.unsigned_abs()),
            protection: (value > 0 && value < 5).then_some(Protection { low: 1, high: 5, width: 4 }),
            published: true,
            frozen: value == 0,
            least: i64::from(value > 0),
            singleton: None,
            holders: Holders::NOBODY,
        };
        let mut table = Table::default();
        let width = 4;
        for row in rows {
            table.cells.extend(row.iter().map(|value| cell(*value)));
            table.cells.push(cell(row.iter().sum()));
        }
        for column in 0..3 {
            table.cells.push(cell(rows.iter().map(|row| row[column]).sum()));
        }
        table.cells.push(cell(rows.iter().flatten().sum()));
        for row in 0..=rows.len() as u32 {
            let at = |column: u32| row * width + column;
            let parts = (0..3).map(|column| (at(column), 1));
            table.relations.push(Relation { terms: parts.chain([(at(3), -1)]).collect() });
        }
        for column in 0..width {
            let parts = (0..rows.len() as u32).map(|row| (row * width + column, 1));
            let total = (rows.len() as u32 * width + column, -1);
            table.relations.push(Relation { terms: parts.chain([total]).collect() });
        }
        table
    }

    fn solved(table: &Table) -> Result<Solution, PlanError> {
        plan(table, Options::default(), &mut |_, _, _| ())
    }

    fn unchanged(before: &Table, now: &Table) -> Vec<(u32, u32)> {
        let same = |at: &u32| before.cells[*at as usize].value == now.cells[*at as usize].value;
        (0..before.cells.len() as u32).filter(same).map(|at| (at, at)).collect()
    }

    /// The sensitive cells of both years that the two patterns together give away.
    fn given_away(both: &Table, first: &[Status], second: &[Status]) -> usize {
        let statuses = [first, second].concat();
        let known = determined(both, &statuses);
        known.iter().filter(|cell| both.cells[**cell as usize].protection.is_some()).count()
    }

    #[test]
    fn who_holds_both_years_and_knows_what_did_not_change_gains_nothing()
    -> Result<(), Box<dyn std::error::Error>> {
        let mut leaks_when_planned_alone = 0;
        for seed in 0..40_i64 {
            let count = |row: i64, column: i64| (seed * 7 + row * 13 + column * 29 + row * column * 5) % 17;
            let rows = |shift: i64| -> Vec<[i64; 3]> {
                let changed =
                    |row: i64, column: i64| if row == seed % 6 && column == seed % 3 { shift } else { 0 };
                (0..6).map(|row| [0, 1, 2].map(|column| count(row, column) + changed(row, column))).collect()
            };
            let (before, now) = (table(&rows(0)), table(&rows(9)));
            let first = solved(&before)?;
            let same = unchanged(&before, &now);
            let both = after(&before, &first.statuses, &now, &same);
            let second = solved(&both.table)?;
            check(&both.table, &second.statuses, &second.certificates, Singletons::Anybody)?;
            let next = &second.statuses[both.start..];
            assert_eq!(given_away(&both.table, &first.statuses, next), 0, "{seed}");
            let alone = solved(&now)?;
            leaks_when_planned_alone += given_away(&both.table, &first.statuses, &alone.statuses);
        }
        assert!(leaks_when_planned_alone > 0, "the years never leak, and this shows nothing");
        Ok(())
    }

    #[test]
    fn the_same_counts_again_keep_the_same_masks() -> Result<(), Box<dyn std::error::Error>> {
        let rows = [[3, 9, 14], [8, 2, 30], [12, 25, 7], [40, 6, 11]];
        let table = table(&rows);
        let first = solved(&table)?;
        let both = after(&table, &first.statuses, &table, &unchanged(&table, &table));
        let second = solved(&both.table)?;
        assert_eq!(second.statuses[both.start..], first.statuses);
        Ok(())
    }

    #[test]
    fn contributors_of_two_years_are_told_apart_wherever_they_stand_in_the_file()
    -> Result<(), Box<dyn std::error::Error>> {
        let year = |values: [i64; 4]| {
            let mut table = table(&[]);
            table.relations.clear();
            table.cells = values
                .iter()
                .map(|value| Cell {
                    value: *value,
                    cost: 1,
                    protection: (*value < 5).then_some(Protection { low: *value, high: *value, width: 1 }),
                    published: true,
                    frozen: false,
                    least: 0,
                    singleton: None,
                    holders: Holders::NOBODY,
                })
                .collect();
            table.relations.push(Relation { terms: vec![(0, 1), (1, 1), (2, 1), (3, -1)] });
            let alone: Vec<bool> = values.iter().map(|value| *value == 1).collect();
            crate::find_singletons(&mut table, &alone);
            table
        };
        let options = Options { singletons: Singletons::EachOther, ..Options::default() };
        let masked = [Status::Primary, Status::Primary, Status::Shown, Status::Shown];
        // One alone in the first year's first cell; another one in the second year's first or second.
        for (next, shared) in [([1, 2, 30, 33], 1), ([2, 1, 30, 33], 0)] {
            let both = after(&year([1, 2, 20, 23]), &masked, &year(next), &[(1, shared)]);
            let second = plan(&both.table, options, &mut |_, _, _| ())?;
            // The one of the first year knows the cell that both share, and so the other's, unless another is masked.
            let more = second.statuses[both.start..].iter().filter(|status| **status == Status::Secondary);
            assert_eq!(more.count(), 1, "{next:?}");
        }
        Ok(())
    }

    #[test]
    fn what_was_shown_and_is_sensitive_under_a_new_rule_is_said_and_not_planned() -> Result<(), PlanError> {
        let before = table(&[[9, 9, 14], [8, 22, 30]]);
        let first = solved(&before)?;
        let mut now = before.clone();
        now.cells[0].protection = Some(Protection { low: 1, high: 11, width: 10 });
        let both = after(&before, &first.statuses, &now, &unchanged(&before, &now));
        assert!(matches!(solved(&both.table), Err(PlanError::ShownBefore { .. })));
        Ok(())
    }
}
