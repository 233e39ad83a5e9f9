//! Plans of hundreds of tables drawn at random, held against their proofs and, for small ones, against every
//! table that an attacker could hold possible.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

use super::{
    Cell, CellIndex, CheckError, Holders, Options, PlanError, Protection, Relation, Singletons, Solution,
    Status, Table, check, determined, find_singletons, plan,
};

mod variations;

const MINIMUM: i64 = 5;

fn below(chance: &mut ChaCha8Rng, end: u32) -> u32 {
    chance.next_u32() % end
}

/// A table of inner cells by rows and columns with all margins; rows fall into groups with totals of their
/// own, and a second grouping may cut across the first.
struct Drawn {
    table: Table,
    /// Each cell as the inner cells that it is the sum of.
    parts: Vec<Vec<usize>>,
    inner: usize,
}

fn draw(chance: &mut ChaCha8Rng, rows: usize, columns: usize, largest: u32, overlay: bool) -> Drawn {
    let inner = rows * columns;
    let values: Vec<i64> = (0..inner)
        .map(|_| if below(chance, 4) == 0 { 0 } else { i64::from(below(chance, largest + 1)) })
        .collect();
    let mut drawn = Drawn { table: Table::default(), parts: Vec::new(), inner };
    let groups = [rows / 2, rows];
    let all: Vec<usize> = (0..rows).collect();
    let mut sets: Vec<Vec<usize>> = all.iter().map(|row| vec![*row]).collect();
    sets.push(all.iter().copied().take(groups[0]).collect());
    sets.push(all.iter().copied().skip(groups[0]).collect());
    sets.push(all.clone());
    if overlay {
        sets.push(all.iter().copied().filter(|row| row % 2 == 0).collect());
        sets.push(all.iter().copied().filter(|row| row % 2 == 1).collect());
    }
    sets.retain(|set| !set.is_empty());
    sets.sort();
    sets.dedup();
    let mut at = Vec::new();
    for set in &sets {
        for column in 0..=columns {
            let of: Vec<usize> = set
                .iter()
                .flat_map(|row| {
                    (0..columns)
                        .filter(|at| column == columns || *at == column)
                        .map(move |at| row * columns + at)
                })
                .collect();
            let value: i64 = of.iter().map(|cell| values[*cell]).sum();
            at.push((set.clone(), column));
            drawn.parts.push(of);
            drawn.table.cells.push(Cell {
                value,
                cost: super::cost(value.unsigned_abs()),
                protection: (value > 0 && value < MINIMUM).then_some(Protection {
                    low: 1,
                    high: MINIMUM,
                    width: MINIMUM - 1,
                }),
                published: true,
                frozen: value == 0,
                least: i64::from(value > 0),
                singleton: None,
                holders: Holders::NOBODY,
            });
        }
    }
    let find = |set: &[usize], column: usize| at.iter().position(|(other, at)| other == set && *at == column);
    for (total, (set, column)) in at.iter().enumerate() {
        if *column == columns {
            let parts = (0..columns).filter_map(|part| find(set, part));
            relate(&mut drawn.table, total, parts);
        }
    }
    let everything = all;
    let partitions: Vec<Vec<Vec<usize>>> = vec![
        vec![everything[..groups[0]].to_vec(), everything[groups[0]..].to_vec()],
        everything.iter().map(|row| vec![*row]).collect(),
        vec![
            everything.iter().copied().filter(|row| row % 2 == 0).collect(),
            everything.iter().copied().filter(|row| row % 2 == 1).collect(),
        ],
    ];
    for column in 0..=columns {
        for partition in &partitions {
            let parts: Option<Vec<usize>> = partition.iter().map(|set| find(set, column)).collect();
            if let (Some(total), Some(parts)) = (find(&everything, column), parts) {
                relate(&mut drawn.table, total, parts);
            }
        }
        for set in sets.iter().filter(|set| set.len() > 1 && **set != everything) {
            let parts: Vec<usize> = set.iter().filter_map(|row| find(&[*row], column)).collect();
            if let Some(total) = find(set, column) {
                relate(&mut drawn.table, total, parts);
            }
        }
    }
    let alone: Vec<bool> = drawn.table.cells.iter().map(|cell| cell.value == 1).collect();
    find_singletons(&mut drawn.table, &alone);
    drawn
}

fn relate(table: &mut Table, total: usize, parts: impl IntoIterator<Item = usize>) {
    let mut terms: Vec<(CellIndex, i64)> = vec![(total as CellIndex, -1)];
    terms.extend(parts.into_iter().map(|part| (part as CellIndex, 1)));
    table.relations.push(Relation { terms });
}

fn planned(table: &Table) -> Solution {
    plan(table, Options::default(), &mut |_, _, _| ()).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn plans_of_random_tables_hold_and_leave_nothing_in_the_span_of_what_is_shown() {
    let mut chance = ChaCha8Rng::seed_from_u64(1);
    let mut sensitive = 0;
    for round in 0..300 {
        let (rows, columns) = (2 + below(&mut chance, 7) as usize, 2 + below(&mut chance, 4) as usize);
        let largest = [3, 9, 40][round % 3];
        let drawn = draw(&mut chance, rows, columns, largest, round % 2 == 0);
        let solution = planned(&drawn.table);
        let checked =
            check(&drawn.table, &solution.statuses, &solution.certificates, Singletons::Anybody).unwrap();
        sensitive += checked.sensitive;
        let known = determined(&drawn.table, &solution.statuses);
        let exposed = known.iter().filter(|cell| drawn.table.cells[**cell as usize].protection.is_some());
        assert_eq!(exposed.count(), 0, "round {round}");
    }
    assert!(sensitive > 2_000, "only {sensitive} sensitive cells: the test proves nothing");
}

/// The least and the most that each cell is in any table of whole numbers that agrees with what is shown.
fn enumerate(drawn: &Drawn, statuses: &[Status], most: i64) -> Vec<(i64, i64)> {
    let mut range: Vec<(i64, i64)> = vec![(i64::MAX, i64::MIN); statuses.len()];
    let mut values = vec![0_i64; drawn.inner];
    loop {
        let sums: Vec<i64> = drawn.parts.iter().map(|of| of.iter().map(|cell| values[*cell]).sum()).collect();
        let agrees = sums.iter().zip(&drawn.table.cells).zip(statuses).all(|((sum, cell), status)| {
            if status.is_shown() { *sum == cell.value } else { *sum >= cell.least }
        });
        if agrees {
            for (sum, (low, high)) in sums.iter().zip(&mut range) {
                *low = (*low).min(*sum);
                *high = (*high).max(*sum);
            }
        }
        let Some(next) = values.iter().position(|value| *value < most) else { return range };
        values[..next].fill(0);
        values[next] += 1;
    }
}

#[test]
fn small_tables_hold_against_every_table_that_an_attacker_could_think_of() {
    let mut chance = ChaCha8Rng::seed_from_u64(2);
    let mut sensitive = 0;
    for _ in 0..40 {
        let drawn = draw(&mut chance, 2, 2, 7, false);
        let solution = planned(&drawn.table);
        let range = enumerate(&drawn, &solution.statuses, 14);
        for (at, (cell, (low, high))) in drawn.table.cells.iter().zip(range).enumerate() {
            let Some(protection) = cell.protection else { continue };
            let slid = solution.slid.contains(&(at as CellIndex));
            assert!(high >= protection.high && high - low >= protection.width, "{low} to {high}");
            assert!(slid || low <= protection.low, "{low} to {high}");
            sensitive += 1;
        }
    }
    assert!(sensitive > 60, "only {sensitive} sensitive cells: the test proves nothing");
}

#[test]
fn the_same_table_has_the_same_plan() {
    let mut chance = ChaCha8Rng::seed_from_u64(3);
    let drawn = draw(&mut chance, 8, 5, 9, true);
    let (one, other) = (planned(&drawn.table), planned(&drawn.table));
    assert_eq!(one.statuses, other.statuses);
    assert_eq!(one.certificates.moves, other.certificates.moves);
}

#[test]
fn a_proof_that_is_tampered_with_is_refused() {
    let mut chance = ChaCha8Rng::seed_from_u64(4);
    let drawn = draw(&mut chance, 6, 4, 9, true);
    let solution = planned(&drawn.table);
    let refused = |change: &dyn Fn(&mut Solution)| {
        let mut changed = solution.clone();
        change(&mut changed);
        check(&drawn.table, &changed.statuses, &changed.certificates, Singletons::Anybody).unwrap_err()
    };
    let broken = refused(&|changed| changed.certificates.moves[0][0].1 += 1);
    assert!(matches!(broken, CheckError::BreaksRelation { .. } | CheckError::FallsTooLow { .. }), "{broken}");
    let silent = refused(&|changed| changed.certificates.proofs[0].moves.clear());
    assert!(matches!(silent, CheckError::TooNarrow { .. }), "{silent}");
    let missing = refused(&|changed| changed.certificates.proofs.clear());
    assert!(matches!(missing, CheckError::NoProof { .. }), "{missing}");
    let shown = refused(&|changed| {
        if let Some(status) = changed.statuses.iter_mut().find(|status| **status == Status::Primary) {
            *status = Status::Shown;
        }
    });
    assert!(matches!(shown, CheckError::Status { .. }), "{shown}");
}

#[test]
fn a_table_that_does_not_add_up_has_no_plan() {
    let mut chance = ChaCha8Rng::seed_from_u64(5);
    let mut drawn = draw(&mut chance, 3, 3, 9, false);
    drawn.table.cells[0].value += 1;
    drawn.table.cells[0].frozen = false;
    let fault = plan(&drawn.table, Options::default(), &mut |_, _, _| ()).unwrap_err();
    assert!(matches!(fault, PlanError::NotAdditive { .. }), "{fault}");
}

#[test]
fn a_table_of_three_people_is_masked_as_a_whole_and_holds() {
    let cell = |value: i64| Cell {
        value,
        cost: super::cost(value.unsigned_abs()),
        protection: (value > 0).then_some(Protection { low: 1, high: MINIMUM, width: MINIMUM - 1 }),
        published: true,
        frozen: value == 0,
        least: i64::from(value > 0),
        singleton: None,
        holders: Holders::NOBODY,
    };
    let mut table = Table { cells: vec![cell(3), cell(1), cell(2)], relations: Vec::new() };
    relate(&mut table, 0, [1, 2]);
    let solution = planned(&table);
    assert_eq!(solution.statuses, [Status::Primary; 3]);
    check(&table, &solution.statuses, &solution.certificates, Singletons::Ignored).unwrap();
}

#[test]
fn who_holds_the_leave_to_see_some_cells_works_out_no_other() {
    let mut chance = ChaCha8Rng::seed_from_u64(11);
    let mut leaks_unless_thought_of = 0;
    for round in 0..60 {
        let Drawn { table, parts, .. } = draw(&mut chance, 6, 4, 14, round % 2 == 0);
        // The first row of the table, and nothing that counts more than it.
        let held: Vec<bool> = parts.iter().map(|parts| parts.iter().all(|inner| *inner < 4)).collect();
        let mut thought_of = table.clone();
        for (cell, held) in thought_of.cells.iter_mut().zip(&held) {
            cell.holders = if *held { Holders::one(0).unwrap() } else { Holders::NOBODY };
        }
        let seen_by_holders = |solution: &Solution| {
            let statuses: Vec<Status> = solution
                .statuses
                .iter()
                .zip(&held)
                .map(|(status, held)| if *held { Status::Shown } else { *status })
                .collect();
            let known = determined(&table, &statuses);
            let sensitive = |cell: &&CellIndex| table.cells[**cell as usize].protection.is_some();
            known.iter().filter(sensitive).filter(|cell| !held[**cell as usize]).count()
        };
        let solution = planned(&thought_of);
        let checked = check(&thought_of, &solution.statuses, &solution.certificates, Singletons::Anybody)
            .unwrap_or_else(|error| panic!("round {round}: {error}"));
        assert!(seen_by_holders(&solution) <= checked.exposed_to_holders, "round {round}");
        leaks_unless_thought_of += seen_by_holders(&planned(&table));
    }
    assert!(leaks_unless_thought_of > 0, "holders never learn anything, and this shows nothing");
}

#[test]
fn what_one_holder_sees_tells_no_other_holder_what_they_may_not_see() {
    let mut chance = ChaCha8Rng::seed_from_u64(17);
    let (mut leaks_unless_told_apart, mut protected) = (0, 0);
    for round in 0..60 {
        let Drawn { table, parts, .. } = draw(&mut chance, 6, 4, 14, round % 2 == 0);
        // The first two rows of the table are each of one holder, the third of both.
        let of_rows = |parts: &[usize]| {
            let within = |row: usize| parts.iter().all(|inner| inner / 4 == row);
            let both = within(2);
            [within(0) || both, within(1) || both]
        };
        let held: Vec<[bool; 2]> = parts.iter().map(|parts| of_rows(parts)).collect();
        let with = |holders: &dyn Fn([bool; 2]) -> Holders| {
            let mut table = table.clone();
            for (cell, held) in table.cells.iter_mut().zip(&held) {
                cell.holders = holders(*held);
            }
            table
        };
        let one = |number: u32, holds: bool| {
            if holds { Holders::one(number).unwrap() } else { Holders::NOBODY }
        };
        let told_apart = with(&|[first, second]| one(0, first).and(one(1, second)));
        let together = with(&|[first, second]| one(0, first || second));
        // What each works out alone of what is not theirs, and both of what is nobody's.
        let worked_out = |solution: &Solution| -> usize {
            let knows: [&dyn Fn([bool; 2]) -> bool; 3] =
                [&|held| held[0], &|held| held[1], &|held| held[0] || held[1]];
            let told = knows.iter().map(|knows| {
                let status = |(status, held): (&Status, &[bool; 2])| {
                    if knows(*held) { Status::Shown } else { *status }
                };
                let statuses: Vec<Status> = solution.statuses.iter().zip(&held).map(status).collect();
                let known = determined(&table, &statuses);
                let sensitive = |cell: &&CellIndex| table.cells[**cell as usize].protection.is_some();
                known.iter().filter(sensitive).filter(|cell| !knows(held[**cell as usize])).count()
            });
            told.sum()
        };
        let solution = planned(&told_apart);
        let checked = check(&told_apart, &solution.statuses, &solution.certificates, Singletons::Anybody)
            .unwrap_or_else(|error| panic!("round {round}: {error}"));
        if checked.exposed_to_holders == 0 {
            assert_eq!(worked_out(&solution), 0, "round {round}");
            protected += 1;
        }
        leaks_unless_told_apart += worked_out(&planned(&together));
    }
    assert!(protected > 30, "only {protected} tables are protected");
    assert!(
        leaks_unless_told_apart > 0,
        "holders never learn anything of each other, and this shows nothing"
    );
}
