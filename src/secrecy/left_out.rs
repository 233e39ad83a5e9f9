//! Categories that a delivery leaves out beside others that it brings: it says that they are zeros, and brings them once they
//! are written. What is not there then is what its provider has no number of.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::types::Breakdown;

use super::{Address, Raw, Sheet, table::CellKey};

/// The categories of the other dimensions, and a dimension: what stands in it are siblings.
type Line<'b> = (Vec<(&'b str, &'b str)>, &'b str);

/// What a delivery says of figures that it does not bring.
pub(super) struct LeftOut {
    /// The other categories of each dimension of a breakdown, by number.
    siblings: HashMap<i32, BTreeSet<i32>>,
}

impl LeftOut {
    /// By breakdowns: those that differ in the category of one dimension alone are each other's siblings.
    pub fn of(breakdowns: &HashMap<i32, Breakdown>) -> Self {
        let mut lines: BTreeMap<Line<'_>, BTreeSet<i32>> = BTreeMap::new();
        let mut places: Vec<(i32, Line<'_>)> = Vec::new();
        for (id, breakdown) in breakdowns {
            for (dimension, _) in breakdown.categories() {
                let others = breakdown.categories().filter(|(other, _)| *other != dimension).collect();
                places.push((*id, (others, dimension)));
            }
        }
        for (id, line) in &places {
            lines.entry(line.clone()).or_default().insert(*id);
        }
        let mut siblings: HashMap<i32, BTreeSet<i32>> = HashMap::new();
        for (id, line) in &places {
            let beside = lines.get(line).into_iter().flatten().filter(|other| *other != id);
            siblings.entry(*id).or_default().extend(beside);
        }
        Self { siblings }
    }

    /// Writes the zeros of counts that sheets leave out beside other categories, but for what is not left out though it is
    /// not there: whoever adds up or subtracts knows them, and so must the plan. Gives where they are.
    pub fn write_zeros(
        &self,
        sheets: &mut BTreeMap<i32, Sheet>,
        is_count: impl Fn(i32) -> bool,
        is_known: impl Fn(&CellKey) -> bool,
    ) -> Vec<CellKey> {
        let mut written = Vec::new();
        for (&indicator_id, sheet) in sheets.iter_mut().filter(|(id, _)| is_count(**id)) {
            let mut next: Vec<Address> = sheet.in_order().map(|(address, _)| *address).collect();
            // The zeros of one dimension have siblings in another.
            while let Some(address) = next.pop() {
                for sibling in self.siblings.get(&address.breakdown_id).into_iter().flatten() {
                    let address = Address { breakdown_id: *sibling, ..address };
                    let key = CellKey { indicator_id, address };
                    if sheet.get(&address).is_none() && !is_known(&key) {
                        sheet.insert(address, Raw::seal(0.0, Some(0)));
                        next.push(address);
                        written.push(key);
                    }
                }
            }
        }
        written
    }
}
