//! Deliveries of some crossings and some margins, planned and then attacked: the attacker knows every crossing, delivered
//! or not, every sum between them, and which counts are parts of which.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use entity::types::{Breakdown, Period};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

use crate::secrecy::{
    Address, Lot, Proofs, Raw, Readers, Rule, Sheet, StoredRule,
    engine::{AuditOptions, Cell, Holders, Relation, Status, Table, audit},
    plan::{Earlier, Plan, Request, Unplannable},
    progress::Unwatched,
    table::{CellKey, Containment, LayError, Sums},
};

type Fault = Box<dyn std::error::Error>;

const THRESHOLD: i64 = 5;
/// A whole and its two parts.
const TERRITORIES: [i32; 3] = [10, 11, 12];
const SEXES: [&str; 3] = ["", "F", "M"];
const AGES: [&str; 4] = ["", "1", "2", "3"];
/// 2 and 3 are parts of 1, and may have units in common.
const INDICATORS: [i32; 3] = [1, 2, 3];

/// The breakdown by a sex and an age, either of them all where it is 0.
const fn by(sex: usize, age: usize) -> i32 {
    (sex * AGES.len() + age) as i32
}

fn breakdowns() -> Result<HashMap<i32, Breakdown>, Fault> {
    let mut found = HashMap::new();
    for (sex, sex_code) in SEXES.iter().enumerate() {
        for (age, age_code) in AGES.iter().enumerate() {
            let categories = [("SEXE", *sex_code), ("AGE", *age_code)];
            let categories = categories.into_iter().filter(|(_, code)| !code.is_empty());
            found.insert(by(sex, age), Breakdown::of(categories)?);
        }
    }
    Ok(found)
}

fn key(indicator_id: i32, territory_id: i32, breakdown_id: i32) -> Result<CellKey, Fault> {
    Ok(CellKey { indicator_id, address: Address { territory_id, period: Period::year(2024)?, breakdown_id } })
}

/// Which cells add up to which: the total first.
fn sums() -> Result<Vec<Vec<CellKey>>, Fault> {
    let mut found = Vec::new();
    for indicator in INDICATORS {
        for sex in 0..SEXES.len() {
            for age in 0..AGES.len() {
                let of = TERRITORIES.map(|territory| key(indicator, territory, by(sex, age)));
                found.push(of.into_iter().collect::<Result<_, _>>()?);
            }
        }
        for territory in TERRITORIES {
            for age in 0..AGES.len() {
                let of = (0..SEXES.len()).map(|sex| key(indicator, territory, by(sex, age)));
                found.push(of.collect::<Result<_, _>>()?);
            }
            for sex in 0..SEXES.len() {
                let of = (0..AGES.len()).map(|age| key(indicator, territory, by(sex, age)));
                found.push(of.collect::<Result<_, _>>()?);
            }
        }
    }
    Ok(found)
}

/// Every number, from random ones of the finest crossings.
fn truth(chance: &mut ChaCha8Rng) -> Result<BTreeMap<CellKey, i64>, Fault> {
    let mut all = BTreeMap::new();
    for territory in TERRITORIES {
        for sex in 0..SEXES.len() {
            for age in 0..AGES.len() {
                let finest = territory != TERRITORIES[0] && sex > 0 && age > 0;
                let most = if chance.next_u32().is_multiple_of(2) { 40 } else { 8 };
                let [part, rest, other] = [(); 3].map(|()| i64::from(chance.next_u32() % most));
                let counts = if finest { [part + rest, part, other.min(part + rest)] } else { [0; 3] };
                for (indicator, count) in INDICATORS.into_iter().zip(counts) {
                    all.insert(key(indicator, territory, by(sex, age))?, count);
                }
            }
        }
    }
    // Margins of the finest, then of those.
    let order = |line: &Vec<CellKey>| line.first().map(|total| total.address.territory_id == TERRITORIES[0]);
    let mut lines = sums()?;
    lines.sort_by_key(order);
    for _ in 0..3 {
        for line in &lines {
            if let Some((total, parts)) = line.split_first() {
                let sum: i64 = parts.iter().filter_map(|part| all.get(part)).sum();
                all.insert(*total, sum);
            }
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
        holders: Holders::NOBODY,
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
    for line in sums()? {
        let terms = line.iter().zip(std::iter::once(-1).chain(std::iter::repeat(1)));
        let terms = terms.map(|(key, by)| Ok((numbered(key)?, by)));
        relations.push(Relation { terms: terms.collect::<Result<_, Fault>>()? });
    }
    for (part, value) in truth.iter().filter(|(key, _)| key.indicator_id != 1) {
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
        let told = format!("{key:?} is {value}, found {} to {:?}", feasible.low, feasible.high);
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

/// Hands so many releases of a truth in, one after another, each without some of the crossings, and attacks all that was
/// shown.
fn attack(
    chance: &mut ChaCha8Rng,
    (indicators, releases): (&[i32], u32),
    count: &mut Count,
    place: &str,
) -> Result<(), Fault> {
    let stored = StoredRule { code: "R", minimum_contributors: Some(5), ..StoredRule::default() };
    let rule = Rule::stored(stored, NaiveDate::default())?;
    let breakdowns = breakdowns()?;
    let sums = Sums { sums: vec![(10, vec![11, 12])], ..Sums::default() };
    let contained = [2, 3].map(|part_id| Containment { part_id, whole_id: 1 });
    let truth = truth(chance)?;
    let mut earlier: Vec<Earlier> = Vec::new();
    let mut told: HashMap<CellKey, bool> = HashMap::new();
    for release in 0..releases {
        let mut left_out: HashSet<(i32, i32, bool, bool)> = HashSet::new();
        for indicator in indicators.iter().copied() {
            for territory in TERRITORIES {
                for (by_sex, by_age) in [(true, false), (false, true), (true, true)] {
                    if chance.next_u32() % (3 * releases) < 2 * releases - 1 {
                        left_out.insert((indicator, territory, by_sex, by_age));
                    }
                }
            }
        }
        let mut sheets = [BTreeMap::<i32, Sheet>::new(), BTreeMap::new()];
        for (key, value) in truth.iter().filter(|(key, _)| indicators.contains(&key.indicator_id)) {
            let CellKey { indicator_id, address } = *key;
            let (sex, age) = (address.breakdown_id / by(1, 0), address.breakdown_id % by(1, 0));
            if !left_out.contains(&(indicator_id, address.territory_id, sex > 0, age > 0)) {
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
            opens: false,
            rule: &rule,
            rates: &[],
            earlier: &earlier,
            lot: Lot::drawn(1),
        };
        let plan = match Plan::make(&request, &Unwatched) {
            Ok(plan) => plan,
            Err(Unplannable::Lay(
                LayError::Tangled { .. }
                | LayError::Incomplete { .. }
                | LayError::OtherGaps { .. }
                | LayError::Outdated { .. }
                | LayError::OtherDivision { .. }
                | LayError::Unheld { .. }
                | LayError::DividedAlike { .. }
                | LayError::Categories { .. },
            )) => {
                count.refused += 1;
                continue;
            }
            Err(Unplannable::Engine(_) | Unplannable::Unprotectable { .. }) => {
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
        earlier.push(Earlier {
            sheets: again,
            sums: sums.clone(),
            shown,
            proofs: Proofs::default(),
            read: Readers::default(),
            stands: true,
        });
    }
    Ok(())
}

fn rounds(seed: u64, rounds: u32, indicators: &[i32], releases: u32) -> Result<Count, Fault> {
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let mut count = Count::default();
    for round in 0..rounds {
        attack(&mut chance, (indicators, releases), &mut count, &format!("round {round} of {releases}"))?;
    }
    Ok(count)
}

#[test]
fn nobody_works_out_what_identifies_people_from_margins_of_what_was_not_delivered() -> Result<(), Fault> {
    for releases in [1, 2] {
        let count = rounds(31, 300, &[1, 2], releases)?;
        assert!(count.planned > 100 && count.refused > 50, "{releases}: {count:?}");
    }
    Ok(())
}

#[test]
fn nobody_works_out_what_identifies_people_from_margins_of_two_parts_of_one_whole() -> Result<(), Fault> {
    let count = rounds(33, 400, &INDICATORS, 1)?;
    assert!(count.planned > 30 && count.refused > 50, "{count:?}");
    Ok(())
}
