//! Categories that a release leaves out beside others that it brings: it says that they are zeros. Where a release before
//! it, or one that was taken back, said otherwise, two values of one figure are about.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::types::Breakdown;

use super::{Address, Raw, Sheet, table::CellKey};

/// The categories of the other dimensions, and a dimension: what stands in it are siblings.
type Line<'b> = (Vec<(&'b str, &'b str)>, &'b str);

/// What a release says of figures that it does not bring.
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

    /// Whether sheets bring other categories of a figure and not the figure.
    pub fn says_zero(&self, sheets: &BTreeMap<i32, Sheet>, key: &CellKey) -> bool {
        let Some(sheet) = sheets.get(&key.indicator_id) else { return false };
        let mut siblings = self.siblings.get(&key.address.breakdown_id).into_iter().flatten();
        sheet.get(&key.address).is_none()
            && siblings.any(|sibling| sheet.get(&Address { breakdown_id: *sibling, ..key.address }).is_some())
    }

    /// Whether a figure that is in none of the last sheets was no zero in some and, by what they leave out, is one in others
    /// that came later, or that were read again because those were taken back. Sheets come in the order in which they were
    /// shown, each with whether it was taken back.
    pub fn has_two_values(&self, releases: &[(&BTreeMap<i32, Sheet>, bool)], key: &CellKey) -> bool {
        let brings = |sheets: &BTreeMap<i32, Sheet>| {
            let raw = sheets.get(&key.indicator_id).and_then(|sheet| sheet.get(&key.address));
            raw.map(Raw::open).is_some_and(|amount| amount > 0.0)
        };
        let mut brought = releases.iter().map(|(sheets, _)| brings(sheets)).zip(releases);
        let first = brought.clone().position(|(brings, _)| brings);
        let taken_back = brought.any(|(brings, (_, taken_back))| brings && *taken_back);
        let from = if taken_back { Some(0) } else { first };
        let mut said = releases.iter().skip(from.unwrap_or(releases.len()));
        said.any(|(sheets, _)| self.says_zero(sheets, key))
    }
}
