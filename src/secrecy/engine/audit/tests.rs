//! Intervals of tables whose answer is known.

use super::{Audit, AuditError, AuditOptions, Feasible, audit};
use crate::Holders;
use crate::model::{Cell, Protection, Relation, Status, Table};

pub fn cell(value: i64, least: i64) -> Cell {
    Cell {
        value,
        cost: 1,
        protection: None,
        published: true,
        frozen: false,
        least,
        singleton: None,
        holders: Holders::NOBODY,
    }
}

/// A table of cells at least 0, and relations.
fn table(values: &[i64], relations: &[&[(u32, i64)]]) -> Table {
    let relations = relations.iter().map(|terms| Relation { terms: terms.to_vec() }).collect();
    Table { cells: values.iter().map(|value| cell(*value, 0)).collect(), relations }
}

/// The first so many cells masked, the others shown.
fn masked(table: &Table, masks: usize) -> Vec<Status> {
    (0..table.cells.len()).map(|cell| if cell < masks { Status::Secondary } else { Status::Shown }).collect()
}

pub fn attack(table: &Table, statuses: &[Status]) -> Result<Audit, AuditError> {
    audit(table, statuses, AuditOptions::default(), &mut |_, _| ())
}

fn intervals(table: &Table, masks: usize) -> Vec<(i64, Option<i64>)> {
    let audit = attack(table, &masked(table, masks)).unwrap();
    assert!(audit.cells.iter().all(Feasible::is_exact), "{audit:?}");
    audit.cells.iter().map(|feasible| (feasible.low, feasible.high)).collect()
}

#[test]
fn two_masks_in_a_row_share_what_is_left() {
    let mut table = table(&[2, 3, 4, 9], &[&[(0, 1), (1, 1), (2, 1), (3, -1)]]);
    assert_eq!(intervals(&table, 2), [(0, Some(5)), (0, Some(5))]);
    table.cells.iter_mut().for_each(|cell| cell.least = 1);
    assert_eq!(intervals(&table, 2), [(1, Some(4)), (1, Some(4))]);
    assert_eq!(intervals(&table, 1), [(2, Some(2))]);
}

#[test]
fn a_square_of_four_masks_is_as_wide_as_its_least_corner_lets_it() {
    let table = table(
        &[1, 7, 3, 2, 8, 5, 4, 9],
        &[
            &[(0, 1), (1, 1), (4, -1)],
            &[(2, 1), (3, 1), (5, -1)],
            &[(0, 1), (2, 1), (6, -1)],
            &[(1, 1), (3, 1), (7, -1)],
        ],
    );
    assert_eq!(intervals(&table, 4), [(0, Some(4)), (4, Some(8)), (0, Some(4)), (1, Some(5))]);
}

#[test]
fn a_cell_that_only_two_relations_together_give_away_is_known() {
    let table = table(&[5, 3, 8, 2], &[&[(0, 1), (1, 1), (2, -1)], &[(0, 1), (1, -1), (3, -1)]]);
    assert_eq!(intervals(&table, 2), [(5, Some(5)), (3, Some(3))]);
}

#[test]
fn a_fraction_is_no_end() {
    // Any two of three cells are 1 at most: all three are 3/2 at most as fractions, 1 as whole numbers.
    let table = table(
        &[0, 1, 0, 1, 0, 0, 1, 1, 1, 1],
        &[
            &[(0, 1), (1, 1), (4, 1), (7, -1)],
            &[(1, 1), (2, 1), (5, 1), (8, -1)],
            &[(0, 1), (2, 1), (6, 1), (9, -1)],
            &[(0, 1), (1, 1), (2, 1), (3, -1)],
        ],
    );
    let audit = attack(&table, &masked(&table, 7)).unwrap();
    let expected =
        Feasible { cell: 3, low: 0, high: Some(1), reached_low: 0, reached_high: 1, endless: false };
    assert_eq!(audit.of(3), Some(&expected));
}

#[test]
fn an_end_that_branching_must_find_is_found() {
    // Five cells around a circle, any two neighbours 3 at most: 6 are possible in all and 7, but 7.5 are not.
    let mut relations: Vec<Vec<(u32, i64)>> =
        (0..5).map(|at| vec![(at, 1), ((at + 1) % 5, 1), (6 + at, 1), (11 + at, -1)]).collect();
    relations.push((0..5).map(|at| (at, 1)).chain([(5, -1)]).collect());
    let relations: Vec<&[(u32, i64)]> = relations.iter().map(Vec::as_slice).collect();
    let table = table(&[0, 0, 0, 0, 0, 0, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3], &relations);
    let found = intervals(&table, 11);
    assert_eq!(found[5], (0, Some(7)));
    assert!(found[..5].iter().all(|interval| *interval == (0, Some(3))));
}

#[test]
fn a_cell_that_nothing_holds_has_no_end() {
    let table = table(&[3, 5, 8, 2], &[&[(0, 1), (1, 1), (2, -1)], &[(0, 1), (3, -1)]]);
    let statuses = [Status::Primary, Status::Secondary, Status::Secondary, Status::Shown];
    let audit = attack(&table, &statuses).unwrap();
    let found: Vec<_> = audit.cells.iter().map(|feasible| (feasible.low, feasible.high)).collect();
    assert_eq!(found, [(2, Some(2)), (0, None), (2, None)]);
    assert!(audit.cells.iter().all(Feasible::is_exact));
}

#[test]
fn a_first_table_is_found_where_nothing_holds_the_cells_down() {
    // The first is the other two less 3, and none of them is known to be anything.
    let table = table(&[0, 0, 0, 3], &[&[(0, -1), (1, 1), (2, 1), (3, -1)]]);
    assert_eq!(intervals(&table, 3), [(0, None); 3]);
}

#[test]
fn what_is_shown_may_contradict_itself() {
    let relations: &[&[(u32, i64)]] = &[&[(0, 1), (1, 1), (2, -1)], &[(0, 1), (3, 1), (4, -1)]];
    let values = table(&[1, 2, 3, 4, 5], relations);
    assert!(attack(&values, &masked(&values, 1)).is_ok());
    // The first cell would be 1 by one relation, 0 by the other.
    let values = table(&[1, 2, 3, 5, 5], relations);
    let fault = attack(&values, &masked(&values, 1)).unwrap_err();
    assert!(
        matches!(fault, AuditError::ContradictoryRelation { .. } | AuditError::ContradictoryCell { .. }),
        "{fault}"
    );
    // All is shown, and does not add up.
    let values = table(&[1, 2, 3, 4, 6], relations);
    assert_eq!(attack(&values, &masked(&values, 0)), Err(AuditError::ContradictoryRelation { relation: 1 }));
    // A part larger than its total.
    let values = table(&[1, 4, 3, 4, 5], relations);
    assert!(attack(&values, &masked(&values, 1)).is_err());
    // Less than everybody knows it to be.
    let mut values = table(&[1, 2, 3, 4, 5], relations);
    values.cells[2].least = 4;
    assert_eq!(attack(&values, &masked(&values, 1)), Err(AuditError::ContradictoryCell { cell: 2 }));
}

#[test]
fn a_contradiction_that_only_whole_numbers_show_is_found() {
    // Any two of three cells are 1: each would be 1/2.
    let table = table(
        &[0, 1, 0, 1, 1, 1],
        &[&[(0, 1), (1, 1), (3, -1)], &[(1, 1), (2, 1), (4, -1)], &[(0, 1), (2, 1), (5, -1)]],
    );
    assert!(matches!(attack(&table, &masked(&table, 3)), Err(AuditError::ContradictoryCell { .. })));
    // The two relations together: twice the first less twice the third is odd, however large they are.
    let table = self::table(
        &[0, 0, 0, 0, 1, 2],
        &[&[(0, 1), (1, 1), (2, -1), (3, -1), (4, -1)], &[(0, 1), (1, -1), (2, -1), (3, 1), (5, -1)]],
    );
    assert!(matches!(attack(&table, &masked(&table, 4)), Err(AuditError::ContradictoryCell { .. })));
}

#[test]
fn a_malformed_table_is_refused() {
    let values = table(&[1, 1], &[&[(0, 1), (1, -1)]]);
    assert_eq!(attack(&values, &[Status::Shown]), Err(AuditError::Length { statuses: 1, cells: 2 }));
    let values = table(&[1, 1], &[&[(0, 1), (2, -1)]]);
    assert_eq!(attack(&values, &masked(&values, 1)), Err(AuditError::Malformed { relation: 0 }));
    let values = table(&[1, 1], &[&[(0, 1 << 40), (1, -1)]]);
    assert_eq!(attack(&values, &masked(&values, 1)), Err(AuditError::Malformed { relation: 0 }));
    let values = table(&[1, i64::MAX], &[&[(0, 1), (1, -1)]]);
    assert_eq!(attack(&values, &masked(&values, 1)), Err(AuditError::TooLarge { cell: 1 }));
    // A masked cell is never looked at for what it proves.
    let values = table(&[i64::MAX, 1], &[&[(0, 1), (1, -1)]]);
    assert_eq!(intervals(&values, 1), [(1, Some(1))]);
}

#[test]
fn protections_are_judged_by_what_is_not_excluded() {
    let mut table = table(&[2, 3, 4, 9], &[&[(0, 1), (1, 1), (2, 1), (3, -1)]]);
    table.cells[0].protection = Some(Protection { low: 0, high: 5, width: 5 });
    table.cells[1].protection = Some(Protection { low: 1, high: 6, width: 4 });
    let statuses = [Status::Primary, Status::Primary, Status::Shown, Status::Shown];
    let audit = attack(&table, &statuses).unwrap();
    assert_eq!(audit.too_narrow(&table), [1]);
    table.cells[0].protection = Some(Protection { low: -1, high: 5, width: 5 });
    table.cells[2].protection = Some(Protection { low: 4, high: 4, width: 1 });
    let summary = audit.summary(&table, &statuses);
    // The second is held down by its total, the third is shown.
    assert_eq!(audit.too_narrow(&table), [1, 2]);
    assert_eq!((summary.too_narrow, summary.undecided, summary.slid, summary.exact), (2, 0, 1, 2));
    assert_eq!((audit.unproved(&table), audit.known()), (vec![1, 2], vec![]));
    assert_eq!((summary.primary.cells, summary.primary.known, summary.secondary.cells), (2, 0, 0));
}
