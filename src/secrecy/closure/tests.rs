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
/// What is divided no further: parts of the neighbourhood 30 and what is left of 21 and 12 beside it, then 22, and what
/// became 13 in a later vintage.
const FINEST: [i32; 7] = [-1, -2, -3, -4, 22, 43, 44];
/// What became one territory, and which.
const MERGED: (i32, [i32; 2]) = (13, [43, 44]);
const THRESHOLD: i64 = 5;
/// What counts are parts of: 2 and 3 of 1, which may have units in common, and 4 of 2.
const CONTAINED: [Containment; 3] = [
    Containment { part_id: 2, whole_id: 1 },
    Containment { part_id: 3, whole_id: 1 },
    Containment { part_id: 4, whole_id: 2 },
];

/// What is counted, and how it is handed in.
#[derive(Clone, Copy, Debug)]
struct World {
    indicators: &'static [i32],
    /// The total first; the others are the categories of one dimension.
    breakdowns: &'static [i32],
    releases: u32,
    /// Whether levels of territories and kinds of periods come or are left out as a whole, by indicator.
    in_blocks: bool,
    /// Whether some categories of a place come without the others.
    loose: bool,
    /// Whether some releases are of the vintage before what merged.
    vintages: bool,
}

/// Parts come before what they are parts of.
fn sums() -> Vec<(i32, Vec<i32>)> {
    vec![
        (30, vec![-1, -3]),
        (21, vec![-1, -2]),
        (12, vec![-3, -4]),
        (11, vec![21, 22]),
        (MERGED.0, MERGED.1.to_vec()),
        (10, vec![11, 12, 13]),
    ]
}

/// The sums that a release of a vintage is planned with.
fn sums_of(world: World, before_merger: bool) -> Sums {
    let mut of = sums();
    of.retain(|(total, _)| *total != MERGED.0);
    if before_merger {
        of.retain(|(total, _)| *total != 10);
        of.push((10, vec![11, 12, 43, 44]));
    }
    let mergers = if world.vintages { vec![(MERGED.0, MERGED.1.to_vec())] } else { Vec::new() };
    let hidden = if before_merger { HashSet::from([MERGED.0]) } else { HashSet::from(MERGED.1) };
    Sums { sums: of, mergers, hidden, ..Sums::default() }
}

fn key(indicator_id: i32, territory_id: i32, period: &str, breakdown_id: i32) -> Result<CellKey, Fault> {
    let address = Address { territory_id, period: period.parse::<Period>()?, breakdown_id };
    Ok(CellKey { indicator_id, address })
}

fn territories() -> Vec<i32> {
    FINEST.into_iter().chain(sums().into_iter().map(|(total, _)| total)).collect()
}

/// Which cells add up to which: the total first.
fn lines(world: World) -> Result<Vec<Vec<CellKey>>, Fault> {
    let mut found: Vec<Vec<CellKey>> = Vec::new();
    for indicator in world.indicators.iter().copied() {
        for breakdown in world.breakdowns.iter().copied() {
            for period in PERIODS {
                for (total, parts) in sums() {
                    let of = std::iter::once(total).chain(parts);
                    let of = of.map(|territory| key(indicator, territory, period, breakdown));
                    found.push(of.collect::<Result<_, _>>()?);
                }
            }
            for territory in territories() {
                let of = PERIODS.into_iter().map(|period| key(indicator, territory, period, breakdown));
                found.push(of.collect::<Result<_, _>>()?);
            }
        }
        for (territory, period) in territories().into_iter().flat_map(|of| PERIODS.map(|period| (of, period)))
        {
            let of = world.breakdowns.iter().map(|breakdown| key(indicator, territory, period, *breakdown));
            found.push(of.collect::<Result<_, _>>()?);
        }
    }
    found.retain(|line| line.len() > 1);
    Ok(found)
}

/// Every number, from random ones of the smallest territories, months and categories.
fn truth(chance: &mut ChaCha8Rng, world: World) -> Result<BTreeMap<CellKey, i64>, Fault> {
    let mut all = BTreeMap::new();
    let finest = world.breakdowns.iter().skip(usize::from(world.breakdowns.len() > 1));
    let finest: Vec<i32> = finest.copied().collect();
    // How many of a hundred are more than nobody.
    let filled = 20 + chance.next_u32() % 80;
    let mut drawn = || {
        let most = if chance.next_u32().is_multiple_of(3) { 40 } else { 7 };
        let some = chance.next_u32() % 100 < filled;
        if some { i64::from(chance.next_u32() % most) } else { 0 }
    };
    for territory in FINEST {
        for period in PERIODS.iter().skip(1) {
            for breakdown in finest.iter().copied() {
                let smallest = drawn();
                let (part, other) = (smallest + drawn(), drawn());
                let whole = part.max(if world.indicators.contains(&3) { other } else { 0 }) + drawn();
                let counts = [(1, whole), (2, part), (3, other), (4, smallest)];
                for (indicator, count) in counts.into_iter().filter(|(id, _)| world.indicators.contains(id)) {
                    all.insert(key(indicator, territory, period, breakdown)?, count);
                }
            }
        }
    }
    let lines = lines(world)?;
    for line in lines.iter().chain(&lines).chain(&lines) {
        if let Some((total, parts)) = line.split_first() {
            let sum = parts.iter().map(|part| all.get(part).copied()).sum::<Option<i64>>();
            sum.map(|sum| all.insert(*total, sum));
        }
    }
    Ok(all)
}

/// The levels of territories: neighbourhood and pieces among the last.
const fn level(territory: i32) -> usize {
    match territory {
        10 => 0,
        11..=13 | 43 | 44 => 1,
        21 | 22 => 2,
        _ => 3,
    }
}

/// How many of a hundred cells come, by indicator, level, and whether of months.
type Shares = BTreeMap<(i32, usize, bool), u32>;

fn shares(chance: &mut ChaCha8Rng, world: World) -> Shares {
    let usual = 20 + chance.next_u32() % 80;
    let mut found = Shares::new();
    for indicator in world.indicators {
        for (level, months) in (0..4).flat_map(|level| [(level, false), (level, true)]) {
            let share = match chance.next_u32() % 6 {
                _ if !world.in_blocks => usual,
                0..=2 => 0,
                3 | 4 => 100,
                // Now and then only, for most deliveries with holes are refused.
                _ if chance.next_u32().is_multiple_of(4) => usual,
                _ => 0,
            };
            found.insert((*indicator, level, months), share);
        }
    }
    found
}

/// What an attacker finds of numbers that identify people, in words; nothing where all hold.
fn found(
    truth: &BTreeMap<CellKey, i64>,
    told: &HashMap<CellKey, bool>,
    world: World,
) -> Result<Vec<String>, Fault> {
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
    for line in lines(world)? {
        let terms = line.iter().zip(std::iter::once(-1).chain(std::iter::repeat(1)));
        let terms = terms.map(|(key, by)| Ok((numbered(key)?, by)));
        relations.push(Relation { terms: terms.collect::<Result<_, Fault>>()? });
    }
    let whole_of = |part: &CellKey| {
        let pair = CONTAINED.iter().find(|pair| pair.part_id == part.indicator_id);
        pair.map(|pair| CellKey { indicator_id: pair.whole_id, ..*part })
    };
    for (part, whole, value) in truth.iter().filter_map(|(key, value)| Some((key, whole_of(key)?, value))) {
        let rest = cells.len() as u32;
        cells.push(cell(truth.get(&whole).ok_or("no such whole")? - value, None));
        statuses.push(Status::Hidden);
        relations.push(Relation { terms: vec![(numbered(&whole)?, -1), (numbered(part)?, 1), (rest, 1)] });
    }
    let attacked = audit(&Table { cells, relations }, &statuses, AuditOptions::default(), &mut |_, _| {})?;
    let sensitive = attacked.cells.iter().filter_map(|feasible| {
        let (key, value) = truth.iter().nth(feasible.cell as usize)?;
        let narrow = feasible.high.is_some_and(|high| high - feasible.low < THRESHOLD - 2);
        let CellKey { indicator_id, address: Address { territory_id, period, breakdown_id } } = key;
        let told = format!(
            "{indicator_id} in {territory_id}, {period}, {breakdown_id}, is {value}, found {} to {:?}",
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

/// Hands releases of a truth in, one after another, each without some of the cells, and attacks all that was shown.
fn attack(chance: &mut ChaCha8Rng, world: World, place: &str) -> Result<Count, Fault> {
    let stored = StoredRule { code: "R", minimum_contributors: Some(5), ..StoredRule::default() };
    let rule = Rule::stored(stored, NaiveDate::default())?;
    let categories = world.breakdowns.iter().map(|id| {
        let category = id.to_string();
        let of = (*id > 0).then_some(("AGE", category.as_str()));
        Ok((*id, Breakdown::of(of)?))
    });
    let breakdowns: HashMap<i32, Breakdown> = categories.collect::<Result<_, Fault>>()?;
    let truth = truth(chance, world)?;
    // How many cells come, and whether the neighbourhood comes with its pieces, for else it is refused.
    let (mut share, with_neighbourhood) = (shares(chance, world), chance.next_u32().is_multiple_of(4));
    let (mut count, mut earlier) = (Count::default(), Vec::new());
    let mut told: HashMap<CellKey, bool> = HashMap::new();
    for release in 0..world.releases {
        if world.in_blocks {
            share = shares(chance, world);
        }
        let before_merger = world.vintages && chance.next_u32().is_multiple_of(2);
        let sums = sums_of(world, before_merger);
        // Totals alone, categories alone, or both.
        let alone = if world.loose { chance.next_u32() % 3 } else { 2 };
        let mut sheets = [BTreeMap::<i32, Sheet>::new(), BTreeMap::new()];
        let mut categories: HashMap<(i32, i32, Period), bool> = HashMap::new();
        for (key, value) in &truth {
            let CellKey { indicator_id, address } = *key;
            let comes = (with_neighbourhood || (address.territory_id > 0 && address.territory_id != 30))
                && !sums.hidden.contains(&address.territory_id)
                && (alone == 2 || (alone == 0) == (address.breakdown_id == 0));
            let months = key.address.period.to_string() != PERIODS[0];
            let share = share.get(&(indicator_id, level(address.territory_id), months)).copied();
            let mut drawn = || chance.next_u32() % 100 < share.unwrap_or_default();
            let drawn = if address.breakdown_id == 0 {
                drawn()
            } else {
                let place = (indicator_id, address.territory_id, address.period);
                let all = *categories.entry(place).or_insert_with(drawn);
                // Those that do not come are zeros, or the release is refused.
                all && !(world.loose && chance.next_u32().is_multiple_of(6))
            };
            if comes && (drawn || (address.territory_id < 0 && !world.in_blocks)) {
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
            contained: &CONTAINED,
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
                | LayError::Outdated { .. }
                | LayError::OtherDivision { .. }
                | LayError::Uncut { .. }
                | LayError::Tangled { .. }
                | LayError::Unheld { .. }
                | LayError::DividedAlike { .. }
                | LayError::Categories { .. },
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
        assert_eq!(found(&truth, &told, world)?, Vec::<String>::new(), "{place}, release {release}");
        earlier.push(Earlier { sheets: again, sums: sums.clone(), shown, proofs: Proofs::default() });
    }
    Ok(count)
}

/// Attacks so many truths, and counts what came of them.
fn rounds(seed: u64, rounds: u32, world: World) -> Result<Count, Fault> {
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let mut all = Count::default();
    for round in 0..rounds {
        let count = attack(&mut chance, world, &format!("round {round}"))?;
        all.planned += count.planned;
        all.refused += count.refused;
        all.unprotected += count.unprotected;
    }
    Ok(all)
}

const ONE_AFTER_ANOTHER: World = World {
    indicators: &[1, 2],
    breakdowns: &[0],
    releases: 3,
    in_blocks: false,
    loose: false,
    vintages: false,
};

#[test]
fn nobody_works_out_what_identifies_people_from_a_delivery_with_holes() -> Result<(), Fault> {
    let all = rounds(21, 400, World { releases: 1, ..ONE_AFTER_ANOTHER })?;
    assert!(all.planned > 100 && all.refused > 20, "{all:?}");
    // Whole levels and kinds of periods, of one count.
    let all =
        rounds(81, 1_000, World { indicators: &[1], releases: 1, in_blocks: true, ..ONE_AFTER_ANOTHER })?;
    assert!(all.planned > 500 && all.refused > 20, "{all:?}");
    Ok(())
}

#[test]
fn nobody_works_out_what_identifies_people_from_deliveries_that_come_one_after_another() -> Result<(), Fault>
{
    let all = rounds(41, 200, ONE_AFTER_ANOTHER)?;
    assert!(all.planned > 100 && all.refused > 20, "{all:?}");
    Ok(())
}

#[test]
fn nobody_works_out_what_identifies_people_from_counts_that_are_parts_of_each_other() -> Result<(), Fault> {
    let world = World { indicators: &[1, 2, 3, 4], releases: 1, in_blocks: true, ..ONE_AFTER_ANOTHER };
    let all = rounds(61, 1_500, world)?;
    assert!(all.planned > 100 && all.refused > 20, "{all:?}");
    let all = rounds(62, 400, World { releases: 3, ..world })?;
    assert!(all.planned > 50 && all.refused > 20, "{all:?}");
    Ok(())
}

#[test]
fn nobody_works_out_what_identifies_people_from_categories_of_counts_that_are_parts_of_each_other()
-> Result<(), Fault> {
    let world = World {
        indicators: &[1, 2, 3],
        breakdowns: &[0, 1, 2, 3],
        releases: 1,
        in_blocks: true,
        ..ONE_AFTER_ANOTHER
    };
    let all = rounds(71, 400, world)?;
    assert!(all.planned > 20 && all.refused > 20, "{all:?}");
    Ok(())
}

#[test]
fn nobody_works_out_what_identifies_people_from_categories_that_come_without_others() -> Result<(), Fault> {
    let world = World {
        indicators: &[1],
        breakdowns: &[0, 1, 2, 3],
        in_blocks: true,
        loose: true,
        ..ONE_AFTER_ANOTHER
    };
    let all = rounds(91, 200, world)?;
    assert!(all.planned > 20 && all.refused > 20, "{all:?}");

    let all = rounds(92, 100, World { indicators: &[1, 2], ..world })?;
    assert!(all.planned > 20 && all.refused > 20, "{all:?}");

    Ok(())
}

#[test]
fn nobody_works_out_what_identifies_people_from_releases_of_several_vintages() -> Result<(), Fault> {
    let world = World { indicators: &[1], vintages: true, ..ONE_AFTER_ANOTHER };
    let all = rounds(101, 400, world)?;
    assert!(all.planned > 100 && all.refused > 20, "{all:?}");
    let all = rounds(102, 400, World { in_blocks: true, ..world })?;
    assert!(all.planned > 100 && all.refused > 20, "{all:?}");
    Ok(())
}
