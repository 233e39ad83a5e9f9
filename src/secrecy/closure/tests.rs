//! Deliveries with holes, planned and then attacked: the attacker knows every territory and month, delivered or not, and
//! every sum between them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use entity::types::{Breakdown, Period};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

use crate::secrecy::{
    Address, Raw, Rule, Sheet, StoredRule,
    engine::{AuditOptions, Cell, Relation, Status, Table, audit},
    plan::{Plan, Request, Unplannable},
    progress::Unwatched,
    table::{LayError, Sums},
};

type Fault = Box<dyn std::error::Error>;

const PERIODS: [&str; 4] = ["2024-Q1", "2024-01", "2024-02", "2024-03"];
/// A whole, its three parts, and the two parts of the first of them.
const TERRITORIES: [i32; 6] = [10, 11, 12, 13, 21, 22];
const THRESHOLD: i64 = 5;

fn sums() -> Vec<(i32, Vec<i32>)> {
    vec![(10, vec![11, 12, 13]), (11, vec![21, 22])]
}

fn address(territory_id: i32, period: &str) -> Result<Address, Fault> {
    Ok(Address { territory_id, period: period.parse::<Period>()?, breakdown_id: 0 })
}

/// Every number, from random ones of the smallest territories and months.
fn truth(chance: &mut ChaCha8Rng) -> Result<BTreeMap<Address, i64>, Fault> {
    let mut all = BTreeMap::new();
    for territory_id in [21, 22, 12, 13] {
        for period in PERIODS.iter().skip(1) {
            let large = chance.next_u32().is_multiple_of(3);
            let most = if large { 40 } else { 7 };
            all.insert(address(territory_id, period)?, i64::from(chance.next_u32() % most));
        }
    }
    for (total, parts) in sums().into_iter().rev() {
        for period in PERIODS.iter().skip(1) {
            let parts = parts.iter().map(|part| Ok(all.get(&address(*part, period)?).copied().unwrap_or(0)));
            let sum = parts.sum::<Result<i64, Fault>>()?;
            all.insert(address(total, period)?, sum);
        }
    }
    for territory_id in TERRITORIES {
        let months = PERIODS.iter().skip(1);
        let months = months.map(|month| Ok(all.get(&address(territory_id, month)?).copied().unwrap_or(0)));
        let sum = months.sum::<Result<i64, Fault>>()?;
        all.insert(address(territory_id, PERIODS[0])?, sum);
    }
    Ok(all)
}

/// What an attacker finds of numbers that identify people, in words; nothing where all hold.
fn found(truth: &BTreeMap<Address, i64>, plan: &Plan) -> Result<Vec<String>, Fault> {
    let told: HashMap<Address, bool> =
        plan.figures().iter().map(|(key, masked)| (key.address, masked.is_shown())).collect();
    let at: BTreeMap<Address, u32> = truth.keys().copied().zip(0..).collect();
    let cells = truth.iter().map(|(address, value)| Cell {
        value: *value,
        cost: 1,
        protection: None,
        published: told.contains_key(address),
        frozen: false,
        // Zeros are shown, so that what is masked is none.
        least: i64::from(told.get(address) == Some(&false)),
        singleton: None,
        held: false,
    });
    let statuses: Vec<Status> = truth
        .keys()
        .map(|address| match told.get(address) {
            Some(true) => Status::Shown,
            Some(false) => Status::Secondary,
            None => Status::Hidden,
        })
        .collect();
    let cell = |territory_id: i32, period: &str| -> Result<u32, Fault> {
        Ok(*at.get(&address(territory_id, period)?).ok_or("no such cell")?)
    };
    let mut relations = Vec::new();
    for period in PERIODS {
        for (total, parts) in sums() {
            let mut terms = vec![(cell(total, period)?, -1)];
            for part in parts {
                terms.push((cell(part, period)?, 1));
            }
            relations.push(Relation { terms });
        }
    }
    for territory_id in TERRITORIES {
        let mut terms = vec![(cell(territory_id, PERIODS[0])?, -1)];
        for month in PERIODS.iter().skip(1) {
            terms.push((cell(territory_id, month)?, 1));
        }
        relations.push(Relation { terms });
    }
    let table = Table { cells: cells.collect(), relations };
    let attacked = audit(&table, &statuses, AuditOptions::default(), &mut |_, _| {})?;
    let sensitive = attacked.cells.iter().filter_map(|feasible| {
        let (address, value) = truth.iter().nth(feasible.cell as usize)?;
        let narrow = feasible.high.is_some_and(|high| high - feasible.low < THRESHOLD - 2);
        let told = format!("{address:?} is {value}, found {} to {:?}", feasible.low, feasible.high);
        ((1..THRESHOLD).contains(value) && narrow).then_some(told)
    });
    Ok(sensitive.collect())
}

#[test]
fn nobody_works_out_what_identifies_people_from_a_delivery_with_holes() -> Result<(), Fault> {
    let mut chance = ChaCha8Rng::seed_from_u64(21);
    let stored = StoredRule { code: "R", minimum_contributors: Some(5), ..StoredRule::default() };
    let rule = Rule::stored(stored, NaiveDate::default())?;
    let breakdowns = HashMap::from([(0, Breakdown::default())]);
    let sums = Sums { sums: sums(), ..Sums::default() };
    let (mut planned, mut tangled, mut unprotected) = (0, 0, 0);
    for round in 0..400_u32 {
        let truth = truth(&mut chance)?;
        let holes = 1 + round % 6;
        let all: Vec<Address> = truth.keys().copied().collect();
        let missing: BTreeSet<usize> = (0..holes).map(|_| chance.next_u32() as usize % all.len()).collect();
        let mut sheet = Sheet::default();
        for (at, (address, value)) in truth.iter().enumerate() {
            if !missing.contains(&at) {
                sheet.insert(*address, Raw::seal(*value as f64, None));
            }
        }
        let request = Request {
            sheets: &BTreeMap::from([(1, sheet)]),
            breakdowns: &breakdowns,
            sums: &sums,
            contained: &[],
            opened: &HashSet::new(),
            rule: &rule,
            rates: &[],
            earlier: &[],
        };
        match Plan::make(&request, &Unwatched) {
            Ok(plan) => {
                planned += 1;
                assert_eq!(found(&truth, &plan)?, Vec::<String>::new(), "round {round}");
            }
            Err(Unplannable::Lay(LayError::Incomplete { .. })) => tangled += 1,
            Err(Unplannable::Engine(_)) => unprotected += 1,
            Err(other) => return Err(other.into()),
        }
    }
    assert!(planned > 200 && tangled > 0, "planned {planned}, tangled {tangled}, unprotected {unprotected}");
    Ok(())
}
