//! Tables made by hand, and random ones held against every table that an attacker could think of.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

use super::{Audit, AuditError, AuditOptions, Feasible, audit, system::System};
use crate::{
    Options, cost,
    model::{Cell, CellIndex, Protection, Relation, Status, Table},
    plan,
};

fn cell(value: i64, least: i64) -> Cell {
    Cell {
        value,
        cost: cost(value.unsigned_abs()),
        protection: (1..5).contains(&value).then_some(Protection { low: 1, high: 5, width: 4 }),
        published: true,
        frozen: value == 0,
        least,
        singleton: None,
        held: false,
    }
}

/// Cells with the inner ones first, and relations each with its total last.
fn table_of(values: &[i64], least: i64, relations: &[&[CellIndex]]) -> Table {
    let relate = |cells: &&[CellIndex]| {
        let last = cells.len() - 1;
        let terms = cells.iter().enumerate();
        Relation { terms: terms.map(|(at, cell)| (*cell, if at == last { -1 } else { 1 })).collect() }
    };
    Table {
        cells: values.iter().map(|value| cell(*value, least)).collect(),
        relations: relations.iter().map(relate).collect(),
    }
}

fn masked(cells: usize, masks: &[usize]) -> Vec<Status> {
    let status = |cell| if masks.contains(&cell) { Status::Secondary } else { Status::Shown };
    (0..cells).map(status).collect()
}

fn seen(table: &Table, statuses: &[Status], options: AuditOptions) -> Audit {
    audit(table, statuses, options, &mut |_, _| ()).unwrap()
}

fn ranges(audit: &Audit) -> Vec<(i64, Option<i64>)> {
    audit.cells.iter().map(|cell| (cell.low, cell.high)).collect()
}

/// Two rows and two columns with their totals, without the grand total.
fn square(values: [i64; 4], least: i64) -> Table {
    let [a, b, c, d] = values;
    let all = [a, b, c, d, a + b, c + d, a + c, b + d];
    table_of(&all, least, &[&[0, 1, 4], &[2, 3, 5], &[0, 2, 6], &[1, 3, 7]])
}

#[test]
fn the_only_mask_of_a_row_is_known() {
    let table = square([2, 9, 8, 7], 0);
    let audit = seen(&table, &masked(8, &[0]), AuditOptions::default());
    assert_eq!(ranges(&audit), [(2, Some(2))]);
    assert_eq!(audit.known(), [0]);
    assert_eq!(audit.too_narrow(&table), [0]);
    assert!(audit.cells[0].is_exact());
}

#[test]
fn a_square_of_masks_moves_together_between_its_least_cells() {
    let table = square([2, 9, 8, 7], 0);
    let audit = seen(&table, &masked(8, &[0, 1, 2, 3]), AuditOptions::default());
    assert_eq!(ranges(&audit), [(0, Some(10)), (1, Some(11)), (0, Some(10)), (7 - 2, Some(15))]);
    assert!(audit.cells.iter().all(Feasible::is_exact));
    assert!(audit.too_narrow(&table).is_empty() && audit.unproved(&table).is_empty());
}

#[test]
fn what_everybody_knows_the_cells_to_be_at_least_makes_them_narrower() {
    let table = square([2, 3, 4, 3], 1);
    let audit = seen(&table, &masked(8, &[0, 1, 2, 3]), AuditOptions::default());
    assert_eq!(ranges(&audit), [(1, Some(4)), (1, Some(4)), (2, Some(5)), (2, Some(5))]);
    assert_eq!(audit.too_narrow(&table), [0, 1, 2, 3]);
}

#[test]
fn whole_numbers_tell_more_than_fractions_do() {
    // a + b, b + c and a + c are shown, and all three follow; of d nothing is known.
    let all = [2, 3, 4, 5, 5, 7, 6];
    let table = table_of(&all, 0, &[&[0, 1, 4], &[1, 2, 5], &[0, 2, 6]]);
    let audit = seen(&table, &masked(7, &[0, 1, 2, 3]), AuditOptions::default());
    assert_eq!(ranges(&audit), [(2, Some(2)), (3, Some(3)), (4, Some(4)), (0, None)]);
    assert_eq!(audit.known(), [0, 1, 2]);
    // 2a + 2b + c is 7: c is odd, which no linear programme sees.
    let mut odd = table_of(&[1, 2, 1, 7], 0, &[]);
    odd.relations.push(Relation { terms: vec![(0, 2), (1, 2), (2, 1), (3, -1)] });
    let audit = seen(&odd, &masked(4, &[0, 1, 2]), AuditOptions::default());
    assert_eq!(ranges(&audit), [(0, Some(3)), (0, Some(3)), (1, Some(7))]);
}

#[test]
fn a_cell_that_is_twice_another_is_written_as_it() {
    let mut table = table_of(&[3, 6, 4, 7, 10], 0, &[&[0, 2, 3], &[1, 2, 4]]);
    table.relations.push(Relation { terms: vec![(0, 2), (1, -1)] });
    // 3 + 4 is shown, 6 + 4 is not.
    let audit = seen(&table, &masked(5, &[0, 1, 2, 4]), AuditOptions::default());
    assert_eq!(ranges(&audit), [(0, Some(7)), (0, Some(14)), (0, Some(7)), (7, Some(14))]);
    assert!(audit.cells.iter().all(Feasible::is_exact));
}

#[test]
fn what_does_not_hold_has_no_audit() {
    let refused = |table: &Table, statuses: &[Status]| {
        audit(table, statuses, AuditOptions::default(), &mut |_, _| ()).unwrap_err()
    };
    let good = square([2, 9, 8, 7], 0);
    assert_eq!(refused(&good, &[Status::Shown]), AuditError::Length { statuses: 1, cells: 8 });
    let mut bad = good.clone();
    bad.cells[4].value += 1;
    assert_eq!(refused(&bad, &masked(8, &[0, 1])), AuditError::NotAdditive { relation: 0 });
    let mut bad = good.clone();
    bad.cells[0].least = 3;
    assert_eq!(refused(&bad, &masked(8, &[0, 1])), AuditError::BelowLeast { cell: 0 });
    let mut bad = good;
    bad.relations[1].terms[0].0 = 8;
    assert_eq!(refused(&bad, &masked(8, &[0])), AuditError::NoSuchCell { relation: 1, cell: 8 });
}

fn below(chance: &mut ChaCha8Rng, end: u32) -> i64 {
    i64::from(chance.next_u32() % end)
}

/// Two by two by two inner cells and all margins: each cell as the inner cells that it is the sum of.
fn cube(chance: &mut ChaCha8Rng) -> (Table, Vec<Vec<usize>>) {
    let inner: Vec<i64> = (0..8).map(|_| below(chance, 3)).collect();
    let mut of: Vec<[usize; 3]> = Vec::new();
    for code in 0..27 {
        of.push([code / 9, code / 3 % 3, code % 3]);
    }
    of.sort_by_key(|cell| cell.iter().filter(|part| **part == 2).count());
    let holds = |cell: &[usize; 3], at: usize| {
        cell.iter().zip([at / 4, at / 2 % 2, at % 2]).all(|(part, own)| *part == 2 || *part == own)
    };
    let parts: Vec<Vec<usize>> =
        of.iter().map(|cell| (0..8).filter(|at| holds(cell, *at)).collect()).collect();
    let values: Vec<i64> = parts.iter().map(|parts| parts.iter().map(|at| inner[*at]).sum()).collect();
    let mut table = Table { cells: values.iter().map(|value| cell(*value, 0)).collect(), relations: vec![] };
    for (total, cell) in of.iter().enumerate() {
        for axis in (0..3).filter(|axis| cell[*axis] == 2) {
            let part = |own: usize| {
                let mut part = *cell;
                part[axis] = own;
                of.iter().position(|other| *other == part).unwrap() as CellIndex
            };
            let terms = vec![(part(0), 1), (part(1), 1), (total as CellIndex, -1)];
            table.relations.push(Relation { terms });
        }
    }
    (table, parts)
}

/// The least and the most that each cell is in any table of whole numbers that agrees with what is shown.
fn enumerate(table: &Table, parts: &[Vec<usize>], statuses: &[Status]) -> Vec<(i64, i64)> {
    // The grand total is shown, so no inner cell is above it.
    let most = table.cells.iter().map(|cell| cell.value).max().unwrap();
    let mut range = vec![(i64::MAX, i64::MIN); statuses.len()];
    let mut waiting: Vec<Vec<i64>> = vec![Vec::new()];
    while let Some(values) = waiting.pop() {
        let sum =
            |parts: &Vec<usize>| parts.iter().map(|at| values.get(*at).copied().unwrap_or(0)).sum::<i64>();
        let done = values.len() == 8;
        let mut agrees = parts.iter().zip(&table.cells).zip(statuses).filter(|(_, status)| status.is_shown());
        let complete = |parts: &Vec<usize>| parts.iter().all(|at| *at < values.len());
        if !agrees.all(|((parts, cell), _)| {
            sum(parts) <= cell.value && (!complete(parts) || sum(parts) == cell.value)
        }) {
            continue;
        }
        if done {
            for (parts, (low, high)) in parts.iter().zip(&mut range) {
                *low = (*low).min(sum(parts));
                *high = (*high).max(sum(parts));
            }
            continue;
        }
        waiting.extend((0..=most).map(|next| [values.as_slice(), &[next]].concat()));
    }
    range
}

#[test]
fn random_cubes_hold_against_every_table_that_an_attacker_could_think_of() {
    let mut chance = ChaCha8Rng::seed_from_u64(1);
    let whole = AuditOptions::default();
    let parts_only = AuditOptions { exact_up_to: 0, around: 6, ..whole };
    let (mut open, mut exact) = (0, 0);
    for round in 0..100 {
        let (table, parts) = cube(&mut chance);
        let statuses: Vec<Status> = (0..27)
            .map(|at| if at < 26 && below(&mut chance, 3) > 0 { Status::Secondary } else { Status::Shown })
            .collect();
        let truth = enumerate(&table, &parts, &statuses);
        for options in [whole, parts_only] {
            for seen in seen(&table, &statuses, options).cells {
                let (low, high) = truth[seen.cell as usize];
                let outer = (seen.low, seen.high.unwrap());
                assert!(outer.0 <= low && high <= outer.1, "round {round}: {seen:?} of {low} to {high}");
                assert!(low <= seen.reached_low && seen.reached_high <= high, "round {round}: {seen:?}");
                assert!(!seen.is_exact() || outer == (low, high));
                if options == whole {
                    open += 1;
                    exact += usize::from(seen.is_exact());
                }
            }
        }
    }
    assert!(open > 1_000 && exact * 100 >= open * 99, "{exact} exact of {open}");
}

#[test]
fn the_same_pattern_has_the_same_audit_and_a_plan_leaves_no_sensitive_cell_known() {
    let mut chance = ChaCha8Rng::seed_from_u64(2);
    let mut sensitive = 0;
    for _ in 0..20 {
        let (table, _) = cube(&mut chance);
        let statuses = plan(&table, Options::default(), &mut |_, _, _| ()).unwrap().statuses;
        let audit = seen(&table, &statuses, AuditOptions::default());
        assert_eq!(audit, seen(&table, &statuses, AuditOptions::default()));
        assert!(audit.too_narrow(&table).is_empty());
        let known = audit.known();
        let protected = |cell: &CellIndex| table.cells[*cell as usize].protection.is_some();
        assert_eq!(known.iter().filter(|cell| protected(cell)).count(), 0);
        sensitive += table.cells.iter().filter(|cell| cell.protection.is_some()).count();
    }
    assert!(sensitive > 100, "only {sensitive} sensitive cells: the test proves nothing");
}

#[test]
fn the_watcher_hears_of_every_open_cell() {
    let table = square([2, 9, 8, 7], 0);
    let mut heard = Vec::new();
    let mut watch = |done, total| heard.push((done, total));
    audit(&table, &masked(8, &[0, 1, 2, 3]), AuditOptions::default(), &mut watch).unwrap();
    // All four are one and the same unknown.
    assert_eq!(heard, [(0, 1), (1, 1)]);
}

#[test]
fn the_outer_range_does_not_depend_on_what_is_masked() {
    let statuses = masked(8, &[0, 1, 2, 3]);
    let audit = |values| seen(&square(values, 0), &statuses, AuditOptions::default());
    assert_eq!(ranges(&audit([2, 9, 8, 7])), ranges(&audit([4, 7, 6, 9])));
}

#[test]
fn rows_that_cannot_both_hold_are_a_contradiction() {
    let mut system = System::new(&square([2, 9, 8, 7], 0), &masked(8, &[0, 1, 2, 3])).unwrap();
    system.rows[0].right += 1;
    assert!(matches!(system.simplify(), Err(AuditError::Contradiction { .. })));
}
