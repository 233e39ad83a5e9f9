//! Totals of which several parts are missing, so that nothing follows by one sum: what is left beside the parts that are there.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{
    Address,
    closure::{Closed, Structure, Sum},
};

/// A total of which some parts are there and several are not, so that nothing follows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Gap {
    /// The total.
    pub total: Address,
    /// The parts that are there, or what stands for them.
    pub parts: Vec<Address>,
    /// The parts that are not.
    pub absent: Vec<Address>,
}

impl Gap {
    /// Whether it is territories that are missing, of the period of the total.
    pub fn is_of_territories(&self) -> bool {
        let mut cells = self.absent.iter().chain(&self.parts);
        cells.all(|cell| cell.period == self.total.period && cell.territory_id != self.total.territory_id)
    }
}

/// All that is missing. What lies in a part that is missing stands for it where some of it is there: months for a quarter,
/// and what a territory is divided into.
pub(super) fn gaps(
    closed: &Closed<'_>,
    structure: &Structure<'_>,
    divisions: &[(i32, Vec<i32>)],
) -> Vec<Gap> {
    let there = There::of(closed, structure, divisions);
    let touched: BTreeSet<Address> = there.known.iter().chain(&there.reached).copied().collect();
    let mut direct: HashMap<i32, HashSet<i32>> = HashMap::new();
    for (total, parts) in divisions {
        direct.entry(*total).or_default().extend(parts);
    }
    let mut gaps = Vec::new();
    for Sum { total, parts } in structure.sums_of(&touched) {
        if !there.known.contains(&total) {
            continue;
        }
        let ways: Vec<Vec<Split>> = parts.iter().map(|part| there.splits(part)).collect();
        let mut ways = combined(&ways);
        // What every part in it is bound to the total by is another sum: nothing need stand for what is missing.
        let direct = direct.get(&total.territory_id);
        let bound = |part: &Address| direct.is_some_and(|direct| direct.contains(&part.territory_id));
        if ways.iter().any(|(parts, _)| parts.iter().all(bound)) {
            ways.retain(|(parts, _)| !parts.iter().all(bound));
            let plain = parts.iter().map(|part| there.months(part).unwrap_or((Vec::new(), vec![*part])));
            ways.push(together(plain));
        }
        for (parts, absent) in ways {
            if !parts.is_empty() && !absent.is_empty() {
                gaps.push(Gap { total, parts, absent });
            }
        }
    }
    gaps
}

/// What is there, and what is not.
type Split = (Vec<Address>, Vec<Address>);

/// Ways to put several parts together, so that each way of each part is among them.
fn combined(ways: &[Vec<Split>]) -> Vec<Split> {
    let most = ways.iter().map(Vec::len).max().unwrap_or_default();
    let nth = |at: usize| together(ways.iter().filter_map(|of| of.get(at).or(of.last())).cloned());
    (0..most).map(nth).collect()
}

fn together(splits: impl Iterator<Item = Split>) -> Split {
    let (there, absent): (Vec<_>, Vec<_>) = splits.unzip();
    (there.concat(), absent.concat())
}

/// What is there of a delivery.
struct There<'g> {
    structure: &'g Structure<'g>,
    known: BTreeSet<Address>,
    /// Where a number that is no zero is known, or one of a territory within.
    reached: HashSet<Address>,
    divided: HashMap<i32, Vec<&'g [i32]>>,
}

impl<'g> There<'g> {
    fn of(closed: &Closed<'_>, structure: &'g Structure<'g>, divisions: &'g [(i32, Vec<i32>)]) -> Self {
        let mut divided: HashMap<i32, Vec<&[i32]>> = HashMap::new();
        let mut above: HashMap<i32, Vec<i32>> = HashMap::new();
        for (total, parts) in divisions {
            divided.entry(*total).or_default().push(parts);
            parts.iter().for_each(|part| above.entry(*part).or_default().push(*total));
        }
        let positive = closed.all().filter(|(_, raw)| raw.open() > 0.0).map(|(address, _)| address);
        let mut next: Vec<Address> = positive.collect();
        let mut reached = HashSet::new();
        while let Some(address) = next.pop() {
            if reached.insert(address) {
                let above = above.get(&address.territory_id).into_iter().flatten();
                next.extend(above.map(|total| Address { territory_id: *total, ..address }));
            }
        }
        Self { structure, known: closed.addresses().collect(), reached, divided }
    }

    /// A part that is there, or those of its months that are; nothing where none is.
    fn months(&self, part: &Address) -> Option<Split> {
        if self.known.contains(part) {
            return Some((vec![*part], Vec::new()));
        }
        let months = self.structure.months(part).into_iter();
        let months: Split = months.partition(|month| self.known.contains(month));
        (!months.0.is_empty()).then_some(months)
    }

    /// A part as what is there of it and what is not, in every way that something of it is there.
    fn splits(&self, part: &Address) -> Vec<Split> {
        if let Some(there) = self.months(part) {
            return vec![there];
        }
        let at = |territory_id: &i32| Address { territory_id: *territory_id, ..*part };
        let divisions = self.divided.get(&part.territory_id).into_iter().flatten();
        let reached = divisions.filter(|parts| parts.iter().any(|within| self.reached.contains(&at(within))));
        let ways = reached.flat_map(|parts| {
            let ways: Vec<Vec<Split>> = parts.iter().map(|within| self.splits(&at(within))).collect();
            combined(&ways)
        });
        let ways: Vec<Split> = ways.collect();
        if ways.is_empty() { vec![(Vec::new(), vec![*part])] } else { ways }
    }
}
