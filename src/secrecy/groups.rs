//! Territories that are missing together: what is left of a total beside the parts that are there is the number of a group,
//! and the group is a territory like another. Nobody is shown it, but it has months and quarters, and lies in every total of
//! which the same territories are missing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    Address, Sheet,
    closure::{Closed, Structure, holds},
    gaps::{Gap, gaps},
};

/// Groups have numbers below those of all other hidden territories.
const FIRST: i32 = -2_000_000_000;

/// Whether a number is that of a group.
pub(super) const fn is_group(territory_id: i32) -> bool {
    territory_id < FIRST + MOST_GROUPS
}

/// How many times groups are looked for among what the last ones divide.
const MOST_ROUNDS: usize = 8;

/// More groups than a sheet has.
const MOST_GROUPS: i32 = 100_000_000;

/// The number of a group, the same for every indicator and in every release: a checksum of the territories in it (FNV-1a).
fn number(territories: &[i32]) -> i32 {
    let bytes = territories.iter().flat_map(|territory| territory.to_le_bytes());
    let mix = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let sum = bytes.fold(0xcbf2_9ce4_8422_2325, mix);
    FIRST + (sum % u64::from(MOST_GROUPS.unsigned_abs())) as i32
}

/// Totals and what they are divided into, groups among it.
pub(super) struct Grouped {
    /// Every sum of territories.
    pub sums: Vec<(i32, Vec<i32>)>,
    /// Totals of which several territories are missing, with the parts that are there.
    pub gaps: Vec<Gap>,
}

impl Grouped {
    /// Finds every group of territories that are missing together from a sheet.
    ///
    /// # Errors
    ///
    /// The total of a gap where groups of groups come without end: what is missing crosses itself.
    pub fn of(sheet: &Sheet, structure: &Structure<'_>) -> Result<Self, Address> {
        let mut sums = structure.sums.to_vec();
        let mut numbers: BTreeMap<i32, Vec<i32>> = BTreeMap::new();
        let mut all: Vec<Gap> = Vec::new();
        for _ in 0..MOST_ROUNDS {
            let extended = Structure { sums: &sums, breakdowns: structure.breakdowns };
            let found = gaps(&Closed::of(sheet, &extended), &extended, structure.sums);
            let found = found.into_iter().filter(Gap::is_of_territories).collect::<Vec<_>>();
            let before = sums.len();
            for gap in &found {
                let absent: Vec<i32> = gap.absent.iter().map(|part| part.territory_id).collect();
                let mut group = number(&absent);
                while numbers.get(&group).is_some_and(|others| *others != absent) {
                    group -= 1;
                }
                if numbers.insert(group, absent.clone()).is_none() {
                    sums.push((group, absent));
                }
                let parts = gap.parts.iter().map(|part| part.territory_id).chain([group]).collect();
                let sum = (gap.total.territory_id, parts);
                if !sums.contains(&sum) {
                    sums.push(sum);
                }
            }
            all.extend(found);
            if sums.len() == before {
                return Ok(Self { sums, gaps: all });
            }
        }
        let crossed = all.last().map(|gap| gap.total);
        crossed.map_or_else(|| Ok(Self { sums, gaps: Vec::new() }), Err)
    }
}

/// Where numbers that are no zeros are known, by territory: of an indicator, and of those that it holds or is held by.
#[derive(Default)]
pub(super) struct Known {
    own: HashMap<i32, Vec<Address>>,
    related: HashMap<i32, Vec<Address>>,
}

impl Known {
    /// Adds what is known of the indicator itself.
    pub fn add_own(&mut self, closed: &Closed<'_>) {
        add(&mut self.own, closed);
    }

    /// Adds what is known of an indicator that holds it or is held by it.
    pub fn add_related(&mut self, closed: &Closed<'_>) {
        add(&mut self.related, closed);
    }
}

fn add(to: &mut HashMap<i32, Vec<Address>>, closed: &Closed<'_>) {
    for (address, raw) in closed.all() {
        if raw.open() > 0.0 {
            to.entry(address.territory_id).or_default().push(address);
        }
    }
}

/// An absent part that would bind what is there in a way that no rest tells: one that is missing together with other ones
/// elsewhere, or of which something is known.
pub(super) fn entangled(gaps: &[Gap], known: &Known, structure: &Structure<'_>) -> Option<Address> {
    let below = Below::of(structure);
    let absent = || gaps.iter().flat_map(|gap| &gap.absent);
    let divided = |address: &&Address| {
        let finer = |found: &Address| {
            holds(address.period, found.period) && structure.holds(address.breakdown_id, found.breakdown_id)
        };
        let of =
            |known: &HashMap<i32, Vec<Address>>, territory_id: i32, counts: &dyn Fn(&Address) -> bool| {
                known.get(&territory_id).is_some_and(|found| found.iter().any(counts))
            };
        let below = below.of_territory(address.territory_id);
        below.iter().any(|part| {
            of(&known.own, *part, &|found| found != *address && finer(found))
                || of(&known.related, *part, &finer)
        }) || of(&known.related, address.territory_id, &|found| comparable(address, found, structure))
    };
    absent().find(divided).copied().or_else(|| apart(gaps, structure))
}

/// A part that is missing together with some in one sum and with others in another that may hold it.
fn apart(gaps: &[Gap], structure: &Structure<'_>) -> Option<Address> {
    let mut by_part: HashMap<i32, Vec<(BTreeSet<i32>, Address)>> = HashMap::new();
    for gap in gaps {
        let together: BTreeSet<i32> = gap.absent.iter().map(|part| part.territory_id).collect();
        for part in &gap.absent {
            let seen = by_part.entry(part.territory_id).or_default();
            if let Some((_, other)) =
                seen.iter().find(|(others, other)| *others != together && comparable(part, other, structure))
            {
                return Some(*other);
            }
            // Periods that are missing are no group.
            let twice = !gap.is_of_territories() && seen.iter().any(|(_, other)| other == part);
            if twice {
                return Some(*part);
            }
            if !seen.iter().any(|(others, other)| *others == together && other == part) {
                seen.push((together.clone(), *part));
            }
        }
    }
    None
}

/// Whether of two addresses one may lie in the other: the same time and categories, or one among the other's.
pub(super) fn comparable(one: &Address, other: &Address, structure: &Structure<'_>) -> bool {
    let periods = holds(one.period, other.period) || holds(other.period, one.period);
    let (one, other) = (one.breakdown_id, other.breakdown_id);
    periods && (structure.holds(one, other) || structure.holds(other, one))
}

/// What lies in each territory.
struct Below(HashMap<i32, Vec<i32>>);

impl Below {
    fn of(structure: &Structure<'_>) -> Self {
        let mut parts: HashMap<i32, Vec<i32>> = HashMap::new();
        for (total, of) in structure.sums {
            parts.entry(*total).or_default().extend(of);
        }
        Self(parts)
    }

    /// A territory and all that lies in it.
    fn of_territory(&self, territory_id: i32) -> Vec<i32> {
        let mut found = vec![territory_id];
        let mut next = 0;
        while let Some(territory) = found.get(next) {
            let parts = self.0.get(territory).map(Vec::as_slice).unwrap_or_default();
            let new: Vec<i32> = parts.iter().copied().filter(|part| !found.contains(part)).collect();
            found.extend(new);
            next += 1;
        }
        found
    }
}
