//! What is counted in random trials: territories, months, categories, and numbers of them that may be revised.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use entity::types::Period;
use rand_chacha::{ChaCha8Rng, rand_core::RngCore};

use crate::secrecy::{
    Address,
    table::{CellKey, Containment, Sums},
};

pub type Fault = Box<dyn std::error::Error>;

pub const PERIODS: [&str; 4] = ["2024-Q1", "2024-01", "2024-02", "2024-03"];
/// What is divided no further: parts of the neighbourhood 30 and what is left of 21 and 12 beside it, then 22, and what
/// became 13 in a later vintage.
const FINEST: [i32; 7] = [-1, -2, -3, -4, 22, 43, 44];
/// What became one territory, and which.
const MERGED: (i32, [i32; 2]) = (13, [43, 44]);
/// What counts are parts of: 2 and 3 of 1, which may have units in common, and 4 of 2.
pub const CONTAINED: [Containment; 3] = [
    Containment { part_id: 2, whole_id: 1 },
    Containment { part_id: 3, whole_id: 1 },
    Containment { part_id: 4, whole_id: 2 },
];

/// What is counted, and how it is handed in.
#[derive(Clone, Copy, Debug)]
pub struct World {
    pub indicators: &'static [i32],
    /// The total first; the others are the categories of one dimension.
    pub breakdowns: &'static [i32],
    pub releases: u32,
    /// Whether levels of territories and kinds of periods come or are left out as a whole, by indicator.
    pub in_blocks: bool,
    /// Whether some categories of a place come without the others.
    pub loose: bool,
    /// Whether some releases are of the vintage before what merged.
    pub vintages: bool,
    /// Whether numbers are revised from one release to the next, and revisions taken back.
    pub revised: bool,
}

/// Every number.
pub type Truth = BTreeMap<CellKey, i64>;

/// Every number as it was first known and as it was revised, and which of them a revision concerns.
pub struct Editions {
    pub editions: Vec<Truth>,
    pub revised: BTreeSet<CellKey>,
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
pub fn sums_of(world: World, before_merger: bool) -> Sums {
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
pub fn lines(world: World) -> Result<Vec<Vec<CellKey>>, Fault> {
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

/// Every number, from random ones of the smallest territories, months and categories; and, where the world has them,
/// revised ones of a few of these.
pub fn editions(chance: &mut ChaCha8Rng, world: World) -> Result<Editions, Fault> {
    let finest = world.breakdowns.iter().skip(usize::from(world.breakdowns.len() > 1));
    let finest: Vec<i32> = finest.copied().collect();
    // How many of a hundred are more than nobody.
    let filled = 20 + chance.next_u32() % 80;
    let counts = |chance: &mut ChaCha8Rng| {
        let mut drawn = || {
            let most = if chance.next_u32().is_multiple_of(3) { 40 } else { 7 };
            let some = chance.next_u32() % 100 < filled;
            if some { i64::from(chance.next_u32() % most) } else { 0 }
        };
        let smallest = drawn();
        let (part, other) = (smallest + drawn(), drawn());
        let whole = part.max(if world.indicators.contains(&3) { other } else { 0 }) + drawn();
        [(1, whole), (2, part), (3, other), (4, smallest)]
    };
    let mut smallest = Truth::new();
    let (mut again, mut revised) = (Truth::new(), BTreeSet::new());
    for territory in FINEST {
        for period in PERIODS.iter().skip(1) {
            for breakdown in finest.iter().copied() {
                let first = counts(chance);
                let is_revised = world.revised && chance.next_u32().is_multiple_of(6);
                let second = if is_revised { counts(chance) } else { first };
                for ((indicator, before), (_, after)) in first.into_iter().zip(second) {
                    if world.indicators.contains(&indicator) {
                        let key = key(indicator, territory, period, breakdown)?;
                        smallest.insert(key, before);
                        again.insert(key, after);
                        if before != after {
                            revised.insert(key);
                        }
                    }
                }
            }
        }
    }
    let lines = lines(world)?;
    for line in lines.iter().chain(&lines).chain(&lines) {
        if let Some((total, parts)) = line.split_first() {
            for all in [&mut smallest, &mut again] {
                let sum = parts.iter().map(|part| all.get(part).copied()).sum::<Option<i64>>();
                sum.map(|sum| all.insert(*total, sum));
            }
            if parts.iter().any(|part| revised.contains(part)) {
                revised.insert(*total);
            }
        }
    }
    let editions = if world.revised { vec![smallest, again] } else { vec![smallest] };
    Ok(Editions { editions, revised })
}
