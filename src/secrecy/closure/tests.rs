//! Deliveries with holes, at once or one after another, planned and then attacked: the attacker knows every territory and
//! month, delivered or not, every sum between them, and that one count is a part of the other.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use entity::types::{Breakdown, Period};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

use crate::secrecy::{
    Address, Proofs, Raw, Rule, Sheet, StoredRule,
    engine::{AuditOptions, Cell, Relation, Status, Table, audit},
    plan::{Earlier, Plan, Request, Unplannable},
    progress::Unwatched,
    table::{CellKey, Containment, LayError, Sums},
};

type Fault = Box<dyn std::error::Error>;

const PERIODS: [&str; 4] = ["2024-Q1", "2024-01", "2024-02", "2024-03"];
/// What is divided no further: parts of the neighbourhood 30 and what is left of 21 and 12 beside it, then 22 and 13.
const FINEST: [i32; 6] = [-1, -2, -3, -4, 22, 13];
const THRESHOLD: i64 = 5;
/// 2 is a part of 1.
const INDICATORS: [i32; 2] = [1, 2];

/// Parts come before what they are parts of.
fn sums() -> Vec<(i32, Vec<i32>)> {
    vec![
        (30, vec![-1, -3]),
        (21, vec![-1, -2]),
        (12, vec![-3, -4]),
        (11, vec![21, 22]),
        (10, vec![11, 12, 13]),
    ]
}

fn key(indicator_id: i32, territory_id: i32, period: &str) -> Result<CellKey, Fault> {
    let address = Address { territory_id, period: period.parse::<Period>()?, breakdown_id: 0 };
    Ok(CellKey { indicator_id, address })
}

fn territories() -> Vec<i32> {
    FINEST.into_iter().chain(sums().into_iter().map(|(total, _)| total)).collect()
}

/// Which cells add up to which: the total first.
fn lines() -> Result<Vec<Vec<CellKey>>, Fault> {
    let mut found = Vec::new();
    for indicator in INDICATORS {
        for period in PERIODS {
            for (total, parts) in sums() {
                let of =
                    std::iter::once(total).chain(parts).map(|territory| key(indicator, territory, period));
                found.push(of.collect::<Result<_, _>>()?);
            }
        }
        for territory in territories() {
            found.push(
                PERIODS
                    .into_iter()
                    .map(|period| key(indicator, territory, period))
                    .collect::<Result<_, _>>()?,
            );
        }
    }
    Ok(found)
}

/// Every number, from random ones of the smallest territories and months.
fn truth(chance: &mut ChaCha8Rng) -> Result<BTreeMap<CellKey, i64>, Fault> {
    let mut all = BTreeMap::new();
    for territory in FINEST {
        for period in PERIODS.iter().skip(1) {
            let most = if chance.next_u32().is_multiple_of(3) { 40 } else { 7 };
            let part = i64::from(chance.next_u32() % most);
            let most = if chance.next_u32().is_multiple_of(3) { 40 } else { 7 };
            all.insert(key(1, territory, period)?, part + i64::from(chance.next_u32() % most));
            all.insert(key(2, territory, period)?, part);
        }
    }
    for line in lines()?.iter().chain(&lines()?) {
        if let Some((total, parts)) = line.split_first() {
            let sum = parts.iter().map(|part| all.get(part).copied()).sum::<Option<i64>>();
            sum.map(|sum| all.insert(*total, sum));
        }
    }
    Ok(all)
}

/// What an attacker finds of numbers that identify people, in words; nothing where all hold.
fn found(truth: &BTreeMap<CellKey, i64>, told: &HashMap<CellKey, bool>) -> Result<Vec<String>, Fault> {
    let at: HashMap<CellKey, u32> = truth.keys().copied().zip(0..).collect();
    let cell = |value: i64, shown: Option<&bool>| Cell {
        value,
        cost: 1,
        protection: None,
        published: shown.is_some(),
        frozen: false,
        // Zeros are shown, so that what is masked is none.
        least: i64::from(shown == Some(&false)),
        singleton: None,
        held: false,
    };
    let status = |shown: Option<&bool>| match shown {
        Some(true) => Status::Shown,
        Some(false) => Status::Secondary,
        None => Status::Hidden,
    };
    let mut cells: Vec<Cell> = truth.iter().map(|(key, value)| cell(*value, told.get(key))).collect();
    let mut statuses: Vec<Status> = truth.keys().map(|key| status(told.get(key))).collect();
    let numbered = |key: &CellKey| at.get(key).copied().ok_or("no such cell");
    let mut relations = Vec::new();
    for line in lines()? {
        let terms = line.iter().zip(std::iter::once(-1).chain(std::iter::repeat(1)));
        let terms = terms.map(|(key, by)| Ok((numbered(key)?, by)));
        relations.push(Relation { terms: terms.collect::<Result<_, Fault>>()? });
    }
    for (part, value) in truth.iter().filter(|(key, _)| key.indicator_id == 2) {
        let whole = CellKey { indicator_id: 1, ..*part };
        let rest = cells.len() as u32;
        cells.push(cell(truth.get(&whole).ok_or("no such whole")? - value, None));
        statuses.push(Status::Hidden);
        relations.push(Relation { terms: vec![(numbered(&whole)?, -1), (numbered(part)?, 1), (rest, 1)] });
    }
    let attacked = audit(&Table { cells, relations }, &statuses, AuditOptions::default(), &mut |_, _| {})?;
    let sensitive = attacked.cells.iter().filter_map(|feasible| {
        let (key, value) = truth.iter().nth(feasible.cell as usize)?;
        let narrow = feasible.high.is_some_and(|high| high - feasible.low < THRESHOLD - 2);
        let CellKey { indicator_id, address: Address { territory_id, period, .. } } = key;
        let told = format!(
            "{indicator_id} in {territory_id}, {period}, is {value}, found {} to {:?}",
            feasible.low, feasible.high
        );
        ((1..THRESHOLD).contains(value) && narrow).then_some(told)
    });
    Ok(sensitive.collect())
}

/// What came of deliveries.
#[derive(Debug, Default)]
struct Count {
    planned: u32,
    refused: u32,
    unprotected: u32,
}

/// Hands so many releases of a truth in, one after another, each without some of the cells, and attacks all that was shown.
fn attack(chance: &mut ChaCha8Rng, releases: u32, place: &str) -> Result<Count, Fault> {
    let stored = StoredRule { code: "R", minimum_contributors: Some(5), ..StoredRule::default() };
    let rule = Rule::stored(stored, NaiveDate::default())?;
    let breakdowns = HashMap::from([(0, Breakdown::default())]);
    let sums = Sums { sums: sums(), ..Sums::default() };
    let contained = [Containment { part_id: 2, whole_id: 1 }];
    let truth = truth(chance)?;
    // How many of a hundred cells come, and whether the neighbourhood comes with its pieces, for else it is refused.
    let (share, with_neighbourhood) = (20 + chance.next_u32() % 80, chance.next_u32().is_multiple_of(4));
    let (mut count, mut earlier) = (Count::default(), Vec::new());
    let mut told: HashMap<CellKey, bool> = HashMap::new();
    for release in 0..releases {
        let mut sheets = [BTreeMap::<i32, Sheet>::new(), BTreeMap::new()];
        for (key, value) in &truth {
            let CellKey { indicator_id, address } = *key;
            let comes = with_neighbourhood || (address.territory_id > 0 && address.territory_id != 30);
            let piece = address.territory_id < 0;
            if comes && (piece || chance.next_u32() % 100 < share) {
                for sheets in &mut sheets {
                    let sheet = sheets.entry(indicator_id).or_default();
                    sheet.insert(address, Raw::seal(*value as f64, None));
                }
            }
        }
        let [sheets, again] = sheets;
        let request = Request {
            sheets: &sheets,
            breakdowns: &breakdowns,
            sums: &sums,
            contained: &contained,
            opened: &HashSet::new(),
            rule: &rule,
            rates: &[],
            earlier: &earlier,
        };
        let plan = match Plan::make(&request, &Unwatched) {
            Ok(plan) => plan,
            Err(Unplannable::Lay(
                LayError::Incomplete { .. }
                | LayError::OtherGaps { .. }
                | LayError::Uncut { .. }
                | LayError::Tangled { .. },
            )) => {
                count.refused += 1;
                continue;
            }
            Err(Unplannable::Unprotectable { .. } | Unplannable::Engine(_)) => {
                count.unprotected += 1;
                continue;
            }
            Err(other) => return Err(other.into()),
        };
        count.planned += 1;
        let mut shown = HashSet::new();
        for (key, masked) in plan.figures() {
            *told.entry(*key).or_insert(false) |= masked.is_shown();
            if masked.is_shown() {
                shown.insert(*key);
            }
        }
        assert_eq!(found(&truth, &told)?, Vec::<String>::new(), "{place}, release {release}");
        earlier.push(Earlier { sheets: again, sums: sums.clone(), shown, proofs: Proofs::default() });
    }
    Ok(count)
}

#[test]
fn nobody_works_out_what_identifies_people_from_a_delivery_with_holes() -> Result<(), Fault> {
    let mut chance = ChaCha8Rng::seed_from_u64(21);
    let mut all = Count::default();
    for round in 0..400 {
        let count = attack(&mut chance, 1, &format!("round {round}"))?;
        all.planned += count.planned;
        all.refused += count.refused;
    }
    assert!(all.planned > 100 && all.refused > 20, "{all:?}");
    Ok(())
}

#[test]
fn nobody_works_out_what_identifies_people_from_deliveries_that_come_one_after_another() -> Result<(), Fault>
{
    let mut chance = ChaCha8Rng::seed_from_u64(41);
    let mut all = Count::default();
    for round in 0..200 {
        let count = attack(&mut chance, 3, &format!("round {round}"))?;
        all.planned += count.planned;
        all.refused += count.refused;
        all.unprotected += count.unprotected;
    }
    assert!(all.planned > 100 && all.refused > 20, "{all:?}");
    Ok(())
}
