//! Deliveries with holes, at once or one after another, planned and then attacked.

mod attacker;
mod world;

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use entity::types::{Breakdown, Period};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

use crate::secrecy::{
    Lot, Proofs, Raw, Readers, Rule, Sheet, StoredRule,
    plan::{Earlier, Plan, Request, Unplannable},
    progress::Unwatched,
    table::{CellKey, LayError},
};
use attacker::Answers;
use world::{CONTAINED, Fault, PERIODS, World};

const THRESHOLD: i64 = 5;

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
    let truth = world::editions(chance, world)?;
    // How many cells come, and whether the neighbourhood comes with its pieces, for else it is refused.
    let (mut share, with_neighbourhood) = (shares(chance, world), chance.next_u32().is_multiple_of(4));
    let (mut count, mut earlier) = (Count::default(), Vec::new());
    let mut told = Answers::new();
    for release in 0..world.releases {
        if world.in_blocks {
            share = shares(chance, world);
        }
        let before_merger = world.vintages && chance.next_u32().is_multiple_of(2);
        let sums = world::sums_of(world, before_merger);
        // Revisions come, and go again.
        let edition = if world.revised { chance.next_u32() as usize % truth.editions.len() } else { 0 };
        // Totals alone, categories alone, or both.
        let alone = if world.loose { chance.next_u32() % 3 } else { 2 };
        let mut sheets = [BTreeMap::<i32, Sheet>::new(), BTreeMap::new()];
        let mut categories: HashMap<(i32, i32, Period), bool> = HashMap::new();
        for (key, value) in truth.editions.get(edition).into_iter().flatten() {
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
            opens: false,
            rule: &rule,
            rates: &[],
            earlier: &earlier,
            lot: Lot::drawn(1),
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
            *told.entry((edition, *key)).or_insert(false) |= masked.is_shown();
            if masked.is_shown() {
                shown.insert(*key);
            }
        }
        let found = attacker::found((&truth, edition), &told, world)?;
        assert_eq!(found, Vec::<String>::new(), "{place}, release {release}");
        earlier.push(Earlier {
            sheets: again,
            sums: sums.clone(),
            shown,
            proofs: Proofs::default(),
            read: Readers::default(),
            stands: true,
        });
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
    revised: false,
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

#[test]
fn nobody_works_out_what_identifies_people_from_numbers_that_are_revised() -> Result<(), Fault> {
    let world = World { indicators: &[1], revised: true, releases: 4, ..ONE_AFTER_ANOTHER };
    let all = rounds(111, 200, world)?;
    assert!(all.planned > 100 && all.refused > 20, "{all:?}");
    let all = rounds(112, 200, World { in_blocks: true, ..world })?;
    assert!(all.planned > 100 && all.refused > 20, "{all:?}");
    let parts = World { indicators: &[1, 2], in_blocks: true, ..world };
    let all = rounds(113, 120, parts)?;
    assert!(all.planned > 50 && all.refused > 20, "{all:?}");
    let categories = World { breakdowns: &[0, 1, 2, 3], in_blocks: true, releases: 3, ..world };
    let all = rounds(114, 50, categories)?;
    assert!(all.planned > 20 && all.refused > 20, "{all:?}");
    let merging = World { vintages: true, in_blocks: true, ..world };
    let all = rounds(115, 100, merging)?;
    assert!(all.planned > 50 && all.refused > 20, "{all:?}");
    Ok(())
}
