//! What is left of each known number beside what is known of it: a number about territories and months of which nothing more
//! is known. Residues that are apart, or lie in one another, say no more together than each by itself; so do the two margins of
//! a block. Residues that overlap otherwise are subtracted from each other, and what they tell is in no sum.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::types::{Period, PeriodKind};

use super::{
    Address,
    closure::{Closed, Structure, holds},
};

/// A territory that is divided no further, in a month, or in the finest period that is known.
type Leaf = (i32, u8);

/// What is left of a known number.
type Residue = BTreeSet<Leaf>;

/// A number of which the residue overlaps another one in a way that tells more than either.
pub(super) fn crossing(closed: &Closed<'_>, structure: &Structure<'_>) -> Option<Address> {
    let ground = Ground::of(structure);
    let mut lines: BTreeMap<(i32, i32), Vec<(Address, bool)>> = BTreeMap::new();
    for (address, raw) in closed.all() {
        let line = (address.breakdown_id, address.period.calendar_year());
        lines.entry(line).or_default().push((address, raw.open() > 0.0));
    }
    lines.into_values().find_map(|cells| ground.crossing(&cells, structure))
}

/// Which territories lie in which.
pub(super) struct Ground {
    leaves: HashMap<i32, BTreeSet<i32>>,
}

impl Ground {
    pub fn of(structure: &Structure<'_>) -> Self {
        let mut parts: BTreeMap<i32, BTreeSet<i32>> = BTreeMap::new();
        for (total, of) in structure.sums {
            parts.entry(*total).or_default().extend(of);
        }
        let mut ground = Self { leaves: HashMap::new() };
        let all: BTreeSet<i32> = parts.keys().chain(parts.values().flatten()).copied().collect();
        all.iter().for_each(|territory| ground.divide(*territory, &parts));
        ground
    }

    fn divide(&mut self, territory: i32, parts: &BTreeMap<i32, BTreeSet<i32>>) {
        if self.leaves.contains_key(&territory) {
            return;
        }
        // Where sums went in a circle, a territory would be a leaf of its own.
        self.leaves.insert(territory, BTreeSet::from([territory]));
        let Some(of) = parts.get(&territory) else { return };
        of.iter().for_each(|part| self.divide(*part, parts));
        let found = of.iter().flat_map(|part| self.leaves.get(part)).flatten().copied().collect();
        self.leaves.insert(territory, found);
    }

    /// What a territory is divided into, down to what is divided no further; itself where nothing divides it.
    pub fn leaves(&self, territory_id: i32) -> BTreeSet<i32> {
        self.leaves.get(&territory_id).cloned().unwrap_or_else(|| BTreeSet::from([territory_id]))
    }

    fn residue(&self, address: &Address, finest: u8) -> Residue {
        let own = BTreeSet::from([address.territory_id]);
        let territories = self.leaves.get(&address.territory_id).unwrap_or(&own);
        let months = months(address.period, finest);
        territories
            .iter()
            .flat_map(|territory| months.clone().map(move |month| (*territory, month)))
            .collect()
    }

    /// The same for the numbers of one breakdown and year, each with whether it is no zero.
    fn crossing(&self, cells: &[(Address, bool)], structure: &Structure<'_>) -> Option<Address> {
        let finest = cells.iter().map(|(address, _)| fineness(address.period)).max()?;
        let known: BTreeSet<Address> = cells.iter().map(|(address, _)| *address).collect();
        let zeros: Residue = cells
            .iter()
            .filter(|(_, positive)| !positive)
            .flat_map(|(address, _)| self.residue(address, finest))
            .collect();
        let mut divisions: HashMap<i32, Vec<&[i32]>> = HashMap::new();
        for (total, parts) in structure.sums {
            divisions.entry(*total).or_default().push(parts);
        }
        let mut residues: BTreeMap<Residue, Address> = BTreeMap::new();
        for (address, _) in cells.iter().filter(|(_, positive)| *positive) {
            let whole: Residue = self.residue(address, finest).difference(&zeros).copied().collect();
            let mut sums: Vec<Vec<Address>> = Vec::new();
            for parts in divisions.get(&address.territory_id).into_iter().flatten() {
                let parts = parts.iter().map(|part| Address { territory_id: *part, ..*address });
                sums.push(parts.filter(|part| known.contains(part)).collect());
            }
            let within = known.range(Address { period: Period::EARLIEST, ..*address }..);
            let within = within.take_while(|other| other.territory_id == address.territory_id);
            sums.push(
                within
                    .filter(|other| other.breakdown_id == address.breakdown_id && *other != address)
                    .filter(|other| holds(address.period, other.period))
                    .copied()
                    .collect(),
            );
            sums.retain(|parts| !parts.is_empty());
            if sums.is_empty() {
                residues.entry(whole.clone()).or_insert(*address);
            }
            for parts in sums {
                let told: Residue = parts.iter().flat_map(|part| self.residue(part, finest)).collect();
                let left: Residue = whole.difference(&told).copied().collect();
                residues.entry(left).or_insert(*address);
            }
        }
        residues.remove(&Residue::new());
        let mut ordered: Vec<(&Residue, &Address)> = residues.iter().collect();
        ordered.sort_by_key(|(residue, _)| std::cmp::Reverse(residue.len()));
        if nested(ordered.iter().map(|(residue, _)| *residue)) {
            return None;
        }
        let crosses = |one: &Residue, other: &Residue| {
            !one.is_disjoint(other) && !one.is_subset(other) && !other.is_subset(one)
        };
        let mut tangled: Vec<(&Residue, &Address)> = ordered
            .iter()
            .filter(|(one, _)| ordered.iter().any(|(other, _)| crosses(one, other)))
            .copied()
            .collect();
        while let Some((first, at)) = tangled.pop() {
            let mut component = vec![first];
            let mut union = first.clone();
            loop {
                let (near, far): (Vec<_>, Vec<_>) =
                    tangled.into_iter().partition(|(other, _)| !other.is_disjoint(&union));
                tangled = far;
                if near.is_empty() {
                    break;
                }
                for (other, _) in near {
                    union.extend(other);
                    component.push(other);
                }
            }
            if !is_block(&component, &union) {
                return Some(*at);
            }
        }
        None
    }
}

/// Whether residues, the largest first, are all apart or within one another.
fn nested<'r>(residues: impl Iterator<Item = &'r Residue>) -> bool {
    let mut smallest: HashMap<Leaf, usize> = HashMap::new();
    for (at, residue) in residues.enumerate() {
        let mut around = residue.iter().map(|leaf| smallest.get(leaf).copied());
        let first = around.next().flatten();
        if around.any(|other| other != first) {
            return false;
        }
        smallest.extend(residue.iter().map(|leaf| (*leaf, at)));
    }
    true
}

/// Whether residues are the margins of a block: each is of all its periods, or of all its territories, and those of one kind
/// are apart or within one another.
fn is_block(residues: &[&Residue], union: &Residue) -> bool {
    let territories = |residue: &Residue| -> BTreeSet<i32> { residue.iter().map(|leaf| leaf.0).collect() };
    let periods = |residue: &Residue| -> BTreeSet<u8> { residue.iter().map(|leaf| leaf.1).collect() };
    let (wide, long) = (territories(union), periods(union));
    let full = |residue: &Residue| territories(residue).len() * periods(residue).len() == residue.len();
    if !full(union) || !residues.iter().all(|residue| full(residue)) {
        return false;
    }
    let (rows, columns): (Vec<&&Residue>, Vec<&&Residue>) =
        residues.iter().partition(|residue| periods(residue) == long);
    let sorted = |mut of: Vec<&&Residue>| {
        of.sort_by_key(|residue| std::cmp::Reverse(residue.len()));
        nested(of.into_iter().map(|residue| &**residue))
    };
    columns.iter().all(|residue| territories(residue) == wide) && sorted(rows) && sorted(columns)
}

const fn fineness(period: Period) -> u8 {
    match period.kind() {
        PeriodKind::Year => 0,
        PeriodKind::Quarter(_) => 1,
        PeriodKind::Month(_) => 2,
    }
}

/// The finest periods of a period: itself where years are the finest, quarters, or months.
fn months(period: Period, finest: u8) -> std::ops::RangeInclusive<u8> {
    match (period.kind(), finest) {
        (PeriodKind::Year, 0) => 0..=0,
        (PeriodKind::Year, 1) => 1..=4,
        (PeriodKind::Year, _) => 1..=12,
        (PeriodKind::Quarter(quarter), 2) => quarter * 3 - 2..=quarter * 3,
        (PeriodKind::Quarter(quarter), _) => quarter..=quarter,
        (PeriodKind::Month(month), _) => month..=month,
    }
}
