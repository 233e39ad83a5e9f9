//! Random tables of many kinds, each planned under each guarantee and attacked by the auditor.

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

use super::{MINIMUM, below, draw};
use crate::{
    AuditOptions, Options, PlanError, Protection, Singletons, Table, audit, check, determined, plan,
};

/// What a table may be besides random.
#[derive(Clone, Copy)]
struct Kind {
    rows: usize,
    columns: usize,
    largest: u32,
    overlay: bool,
    weighted: bool,
    frozen: bool,
}

/// A guarantee: the protection of a sensitive count, and who is thought of.
type Guarantee = (fn(i64) -> Protection, Singletons);

const GUARANTEES: [Guarantee; 4] = [
    (|_| Protection { low: 1, high: MINIMUM, width: MINIMUM - 1 }, Singletons::Anybody),
    (|_| Protection { low: 1, high: MINIMUM, width: MINIMUM - 1 }, Singletons::EachOther),
    (|value| Protection { low: value, high: value, width: MINIMUM }, Singletons::Anybody),
    (|value| Protection { low: value, high: value, width: 1 }, Singletons::Ignored),
];

fn table(chance: &mut ChaCha8Rng, kind: Kind, protection: fn(i64) -> Protection) -> Table {
    let mut table = draw(chance, kind.rows, kind.columns, kind.largest, kind.overlay).table;
    for cell in &mut table.cells {
        cell.protection = cell.protection.map(|_| protection(cell.value));
        if kind.weighted {
            cell.cost = 1 + u64::from(below(chance, 1_000));
        }
        // An earlier release has shown it.
        cell.frozen |= kind.frozen && cell.protection.is_none() && below(chance, 10) == 0;
    }
    table
}

#[test]
fn plans_of_every_kind_of_table_hold_under_every_guarantee_and_against_the_audit() {
    let mut chance = ChaCha8Rng::seed_from_u64(21);
    let (mut planned, mut refused, mut sensitive) = (0, 0, 0);
    for round in 0..400_usize {
        let bit = |at: u32| (round >> at) & 1 == 1;
        let kind = Kind {
            // A single row is the only child of its group and of the whole.
            rows: 1 + round % 6,
            columns: 1 + (round / 6) % 4,
            // Mostly zeros, whole rows of them; small counts; hardly a sensitive one.
            largest: [1, 5, 12, 60][round % 4],
            overlay: bit(2),
            weighted: bit(3),
            frozen: bit(4),
        };
        let (protection, singletons) = GUARANTEES[(round / 2) % 4];
        let table = table(&mut chance, kind, protection);
        let options = Options { singletons, ..Options::default() };
        let solution = match plan(&table, options, &mut |_, _, _| ()) {
            Ok(solution) => solution,
            Err(error) => {
                let expected = kind.frozen
                    && matches!(error, PlanError::Unprotectable { .. } | PlanError::ShownBefore { .. });
                assert!(expected, "round {round}: {error}");
                refused += 1;
                continue;
            }
        };
        planned += 1;
        let checked = check(&table, &solution.statuses, &solution.certificates, singletons)
            .unwrap_or_else(|error| panic!("round {round}: {error}"));
        sensitive += checked.sensitive;
        let known = determined(&table, &solution.statuses);
        assert!(known.iter().all(|cell| table.cells[*cell as usize].protection.is_none()), "round {round}");
        let audit = audit(&table, &solution.statuses, AuditOptions::default(), &mut |_, _| ())
            .unwrap_or_else(|error| panic!("round {round}: {error}"));
        let narrow = audit.too_narrow(&table);
        assert!(narrow.iter().all(|cell| solution.slid.contains(cell)), "round {round}: {narrow:?}");
    }
    assert!(
        planned > 300 && sensitive > 1_000,
        "{planned} planned, {sensitive} sensitive: this shows little"
    );
    assert!(refused > 0, "no frozen cell ever stood in the way: this shows little");
}

#[test]
fn less_is_masked_where_less_is_promised() {
    let mut chance = ChaCha8Rng::seed_from_u64(22);
    let masks = |table: &Table, singletons: Singletons| {
        let options = Options { singletons, ..Options::default() };
        let solution = plan(table, options, &mut |_, _, _| ()).unwrap_or_else(|error| panic!("{error}"));
        solution.statuses.iter().filter(|status| **status == crate::Status::Secondary).count()
    };
    let kind = Kind { rows: 8, columns: 5, largest: 14, overlay: false, weighted: false, frozen: false };
    let mut counted = [0, 0, 0];
    for _ in 0..30 {
        let table = table(&mut chance, kind, GUARANTEES[3].0);
        let guarantees = [Singletons::Ignored, Singletons::EachOther, Singletons::Anybody];
        for (sum, singletons) in counted.iter_mut().zip(guarantees) {
            *sum += masks(&table, singletons);
        }
    }
    assert!(counted[0] < counted[2] && counted[1] < counted[2], "{counted:?}");
}
