//! Which cells of a delivery are there, and which are missing beside them.

use std::collections::{BTreeMap, HashSet};

use entity::types::Period;

use super::harvest::Harvest;
use crate::geography::partition::{Part, Partition};

/// The territories that are there, by indicator and by period and breakdown.
pub(super) struct Presence {
    by_indicator: BTreeMap<i32, BTreeMap<(Period, i32), HashSet<i32>>>,
}

impl Presence {
    pub fn of(harvest: &Harvest) -> Self {
        let mut by_indicator: BTreeMap<i32, BTreeMap<(Period, i32), HashSet<i32>>> = BTreeMap::new();
        for key in harvest.lines.keys() {
            let line = (key.address.period, key.address.breakdown_id);
            let lines = by_indicator.entry(key.indicator_id).or_default();
            lines.entry(line).or_default().insert(key.address.territory_id);
        }
        Self { by_indicator }
    }

    fn lines(&self) -> impl Iterator<Item = (i32, &HashSet<i32>)> {
        self.by_indicator
            .iter()
            .flat_map(|(indicator, lines)| lines.values().map(move |there| (*indicator, there)))
    }

    /// Cells that are missing from a partition of which others are there, by indicator and territory: where the
    /// total is there too, or more than half of the parts.
    pub fn missing(&self, partition: &Partition) -> BTreeMap<(i32, i32), usize> {
        let mut missing: BTreeMap<(i32, i32), usize> = BTreeMap::new();
        for (indicator, there) in self.lines() {
            let mut of_line: HashSet<i32> = HashSet::new();
            for (total, parts) in &partition.sums {
                let shown: Vec<i32> = parts.iter().copied().filter(|part| *part >= 0).collect();
                let present = shown.iter().filter(|part| there.contains(part)).count();
                let expected = present > 0 && (there.contains(total) || 2 * present > shown.len());
                of_line.extend(shown.into_iter().filter(|part| expected && !there.contains(part)));
            }
            for territory in of_line {
                *missing.entry((indicator, territory)).or_default() += 1;
            }
        }
        missing
    }

    /// IRIS and neighbourhoods that cut them, both there without the part, with how many cells.
    pub fn without_parts(&self, parts: &[Part]) -> BTreeMap<(i32, i32, i32), usize> {
        let mut found: BTreeMap<(i32, i32, i32), usize> = BTreeMap::new();
        for (indicator, there) in self.lines() {
            for Part { id, inside, neighbourhood } in parts {
                if there.contains(inside) && there.contains(neighbourhood) && !there.contains(id) {
                    *found.entry((indicator, *inside, *neighbourhood)).or_default() += 1;
                }
            }
        }
        found
    }
}

/// How many of each, and the first line of them.
pub(super) fn tally<K: Ord>(
    keys: impl IntoIterator<Item = (K, Option<u64>)>,
) -> BTreeMap<K, (usize, Option<u64>)> {
    let mut counted: BTreeMap<K, (usize, Option<u64>)> = BTreeMap::new();
    for (key, line) in keys {
        let (count, first) = counted.entry(key).or_insert((0, line));
        *count += 1;
        *first = [*first, line].into_iter().flatten().min();
    }
    counted
}
