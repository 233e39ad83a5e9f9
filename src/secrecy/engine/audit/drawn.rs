//! Intervals of tables drawn at random, held against every table that an attacker could think of.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

use super::{
    AuditOptions, audit,
    tests::{attack, cell},
};
use crate::model::{Relation, Status, Table};

fn below(chance: &mut ChaCha8Rng, end: u32) -> u32 {
    chance.next_u32() % end
}

/// A table of a few atoms and sums of them, some of them masked, all small enough to be enumerated.
struct Drawn {
    table: Table,
    statuses: Vec<Status>,
    /// How often each atom counts in each cell.
    parts: Vec<Vec<i64>>,
    atoms: usize,
}

fn draw(chance: &mut ChaCha8Rng, weights: bool) -> Drawn {
    let atoms = 4 + below(chance, 4) as usize;
    let mut parts: Vec<Vec<i64>> =
        (0..atoms).map(|atom| (0..atoms).map(|other| i64::from(atom == other)).collect()).collect();
    parts.push(vec![1; atoms]);
    for _ in 0..2 + below(chance, 5) {
        let weight = if weights { 3 } else { 1 };
        parts.push((0..atoms).map(|_| i64::from(below(chance, 2) * (1 + below(chance, weight)))).collect());
    }
    let mut values = vec![0_i64; atoms];
    for _ in 0..2 + below(chance, 7) {
        values[below(chance, atoms as u32) as usize] += 1;
    }
    let mut drawn = Drawn { table: Table::default(), statuses: Vec::new(), parts, atoms };
    let least = below(chance, 2);
    for (at, of) in drawn.parts.iter().enumerate() {
        let value: i64 = of.iter().zip(&values).map(|(by, value)| by * value).sum();
        drawn.table.cells.push(cell(value, i64::from(least == 1 && value > 0)));
        // The sum of all is always shown: it says where the enumeration ends.
        let masks = at != atoms && below(chance, if at < atoms { 5 } else { 2 }) != 0;
        drawn.statuses.push(match (masks, below(chance, 2)) {
            (false, _) => Status::Shown,
            (true, 0) => Status::Primary,
            (true, _) => Status::Hidden,
        });
        if at >= atoms {
            let mut terms: Vec<(u32, i64)> = of
                .iter()
                .enumerate()
                .map(|(atom, by)| (atom as u32, *by))
                .filter(|(_, by)| *by != 0)
                .collect();
            terms.push((at as u32, -1));
            drawn.table.relations.push(Relation { terms });
        }
    }
    drawn
}

/// The least and the most of each cell in all tables of whole numbers that agree with what is shown.
fn enumerate(drawn: &Drawn) -> Vec<(i64, i64)> {
    let all = drawn.table.cells[drawn.atoms].value;
    let mut range = vec![(i64::MAX, i64::MIN); drawn.parts.len()];
    let mut values = vec![0_i64; drawn.atoms];
    values[0] = all;
    loop {
        let sums: Vec<i64> =
            drawn.parts.iter().map(|of| of.iter().zip(&values).map(|(by, value)| by * value).sum()).collect();
        let agrees = sums.iter().zip(&drawn.table.cells).zip(&drawn.statuses).all(|((sum, cell), status)| {
            if status.is_shown() { *sum == cell.value } else { *sum >= cell.least }
        });
        if agrees {
            for (sum, (low, high)) in sums.iter().zip(&mut range) {
                *low = (*low).min(*sum);
                *high = (*high).max(*sum);
            }
        }
        // The next way to split the sum of all.
        let Some(from) = values.iter().position(|value| *value > 0).filter(|from| from + 1 < values.len())
        else {
            return range;
        };
        let moved = std::mem::take(&mut values[from]);
        values[from + 1] += 1;
        values[0] = moved - 1;
    }
}

#[test]
fn intervals_of_random_tables_are_those_of_all_tables_there_are() {
    let mut chance = ChaCha8Rng::seed_from_u64(1);
    let (mut cells, mut open) = (0, 0);
    for round in 0..1_500 {
        let mut drawn = draw(&mut chance, round % 3 == 0);
        let range = enumerate(&drawn);
        let audit = attack(&drawn.table, &drawn.statuses).unwrap();
        for feasible in &audit.cells {
            let (low, high) = range[feasible.cell as usize];
            assert!(feasible.is_exact(), "round {round}: {feasible:?}");
            assert_eq!((feasible.low, feasible.high), (low, Some(high)), "round {round}: {feasible:?}");
            cells += 1;
            open += usize::from(low < high);
        }
        // An attacker does not know the masked cells, nor needs to.
        for (cell, status) in drawn.table.cells.iter_mut().zip(&drawn.statuses) {
            if !status.is_shown() {
                cell.value = 0;
            }
        }
        assert_eq!(attack(&drawn.table, &drawn.statuses).unwrap(), audit, "round {round}");
    }
    assert!(cells > 8_000 && open > 4_000, "{open} of {cells} cells open: the test proves nothing");
}

#[test]
fn an_audit_that_may_do_little_excludes_nothing_possible_and_reaches_nothing_impossible() {
    let mut chance = ChaCha8Rng::seed_from_u64(2);
    let mut inexact = 0;
    for round in 0..600 {
        let drawn = draw(&mut chance, round % 2 == 0);
        let range = enumerate(&drawn);
        let exact_up_to = if round % 5 == 0 { 3 } else { 100 };
        let options = AuditOptions { exact_up_to, visits: 1, effort: round % 40, total: round };
        let audit = audit(&drawn.table, &drawn.statuses, options, &mut |_, _| ()).unwrap();
        for feasible in &audit.cells {
            let (low, high) = range[feasible.cell as usize];
            assert!(feasible.low <= low && feasible.high.is_none_or(|end| high <= end), "{feasible:?}");
            let (from, to) = (feasible.reached_low, feasible.reached_high);
            // No table was found, or it is one of those that there are.
            let possible = low <= from && to <= high && !feasible.endless;
            assert!(from > to || possible, "{feasible:?}, not {low} to {high}");
            inexact += usize::from(!feasible.is_exact());
        }
    }
    assert!(inexact > 0, "every interval is exact: the test proves nothing");
}

#[test]
fn the_same_table_has_the_same_audit() {
    let mut chance = ChaCha8Rng::seed_from_u64(3);
    for _ in 0..20 {
        let drawn = draw(&mut chance, true);
        assert_eq!(attack(&drawn.table, &drawn.statuses), attack(&drawn.table, &drawn.statuses));
    }
}

#[test]
fn a_watcher_is_told_of_each_column_once() {
    let mut chance = ChaCha8Rng::seed_from_u64(4);
    let drawn = draw(&mut chance, false);
    let mut told = Vec::new();
    audit(&drawn.table, &drawn.statuses, AuditOptions::default(), &mut |done, of| told.push((done, of)))
        .unwrap();
    let of = told.len() as u64;
    assert!(told.iter().zip(1..).all(|(told, done)| *told == (done, of)), "{told:?}");
}
