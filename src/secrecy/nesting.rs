//! Where numbers that are no zeros are known, and which address lies in which: by territory, period and categories at once.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use entity::types::{Breakdown, Period};

use super::{
    Address,
    closure::{Closed, Structure, holds, wider},
    residues::Ground,
};

/// Numbers that are no zeros, and what lies in what.
pub(super) struct Nesting<'k, 's> {
    /// Every number, by indicator.
    pub closed: &'k BTreeMap<i32, Closed<'s>>,
    /// Where it is no zero.
    pub addresses: BTreeMap<i32, HashSet<Address>>,
    /// What each territory lies in, itself first.
    territories: HashMap<i32, Vec<i32>>,
    /// What each breakdown is among the categories of, itself first.
    breakdowns: HashMap<i32, Vec<i32>>,
    /// Breakdowns by their categories.
    pub by_categories: BTreeMap<BTreeSet<(&'k str, &'k str)>, i32>,
    /// The categories of each breakdown.
    pub categories: HashMap<i32, BTreeSet<(&'k str, &'k str)>>,
}

impl<'k, 's> Nesting<'k, 's> {
    /// Numbers and what lies in what, by the sums of the structure.
    pub fn of(closed: &'k BTreeMap<i32, Closed<'s>>, structure: &Structure<'k>) -> Self {
        let positive = |closed: &Closed<'_>| {
            closed.all().filter(|(_, raw)| raw.open() > 0.0).map(|(address, _)| address).collect()
        };
        let addresses: BTreeMap<i32, HashSet<Address>> =
            closed.iter().map(|(id, closed)| (*id, positive(closed))).collect();
        let all = || addresses.values().flatten();
        let ground = Ground::of(structure);
        let places: BTreeSet<i32> = all().map(|address| address.territory_id).collect();
        let leaves: HashMap<i32, BTreeSet<i32>> =
            places.iter().map(|place| (*place, ground.leaves(*place))).collect();
        let lies_in = |one: i32, other: i32| {
            leaves.get(&one).zip(leaves.get(&other)).is_some_and(|(one, other)| one.is_subset(other))
        };
        let used: BTreeSet<i32> = all().map(|address| address.breakdown_id).collect();
        let categories: HashMap<i32, BTreeSet<(&str, &str)>> = structure
            .breakdowns
            .iter()
            .map(|(id, breakdown): (&i32, &&'k Breakdown)| (*id, breakdown.categories().collect()))
            .collect();
        Self {
            closed,
            territories: upwards(&places, lies_in),
            breakdowns: upwards(&used, |one, other| structure.holds(other, one)),
            by_categories: categories.iter().map(|(id, of)| (of.clone(), *id)).collect(),
            categories,
            addresses,
        }
    }

    /// Whether a number that is no zero is known.
    pub fn has(&self, indicator_id: i32, address: &Address) -> bool {
        self.addresses.get(&indicator_id).is_some_and(|known| known.contains(address))
    }

    /// Every address that one lies in, itself first.
    pub fn around(&self, address: &Address) -> Vec<Address> {
        let periods = || std::iter::once(address.period).chain(wider(address.period));
        let territories = self.territories.get(&address.territory_id).into_iter().flatten();
        let at = move |territory_id: i32, period: Period| {
            let breakdowns = self.breakdowns.get(&address.breakdown_id).into_iter().flatten();
            breakdowns.map(move |breakdown_id| Address { territory_id, period, breakdown_id: *breakdown_id })
        };
        territories.flat_map(|territory| periods().flat_map(move |period| at(*territory, period))).collect()
    }

    /// Whether an address lies in another one, or is it.
    pub fn lies_in(&self, one: &Address, other: &Address) -> bool {
        let in_it = |of: &HashMap<i32, Vec<i32>>, one: i32, other: i32| {
            of.get(&one).is_some_and(|around| around.contains(&other))
        };
        in_it(&self.territories, one.territory_id, other.territory_id)
            && holds(other.period, one.period)
            && in_it(&self.breakdowns, one.breakdown_id, other.breakdown_id)
    }
}

/// What each lies in, itself first.
fn upwards(all: &BTreeSet<i32>, lies_in: impl Fn(i32, i32) -> bool) -> HashMap<i32, Vec<i32>> {
    let around = |one: i32| {
        let others = all.iter().copied().filter(|other| *other != one && lies_in(one, *other));
        std::iter::once(one).chain(others).collect()
    };
    all.iter().map(|one| (*one, around(*one))).collect()
}
