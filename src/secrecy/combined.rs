//! What readers have by a release: its own numbers, and those of releases before it that it does not replace. A quarter that
//! comes after its months is bound by them as if all had come at once.

use std::collections::{BTreeMap, HashSet};

use super::{
    Address, Sheet,
    table::{self, CellKey},
};

/// The numbers of a release over those before it.
pub(super) struct Combined {
    /// All of them, by indicator.
    pub sheets: BTreeMap<i32, Sheet>,
    /// Those that are not the release's own.
    pub carried: HashSet<CellKey>,
    /// Those of them that have had several values.
    pub revised: HashSet<CellKey>,
}

impl Combined {
    /// A release over those before it, oldest first.
    pub fn of<'s>(
        before: impl IntoIterator<Item = &'s BTreeMap<i32, Sheet>>,
        own: &BTreeMap<i32, Sheet>,
    ) -> Self {
        let mut combined = Self { sheets: BTreeMap::new(), carried: HashSet::new(), revised: HashSet::new() };
        for sheets in before {
            combined.add(sheets, |carried, key| {
                carried.insert(key);
            });
        }
        combined.add(own, |carried, key| {
            carried.remove(&key);
        });
        let Self { carried, revised, .. } = &mut combined;
        revised.retain(|key| carried.contains(key));
        combined
    }

    fn add(&mut self, sheets: &BTreeMap<i32, Sheet>, mark: impl Fn(&mut HashSet<CellKey>, CellKey)) {
        for (indicator_id, sheet) in sheets {
            let all = self.sheets.entry(*indicator_id).or_default();
            for (address, raw) in sheet.in_order() {
                let key = CellKey { indicator_id: *indicator_id, address: *address };
                if all.get(address).is_some_and(|known| known.open() != raw.open()) {
                    self.revised.insert(key);
                }
                all.insert(*address, raw.again());
                mark(&mut self.carried, key);
            }
        }
    }

    /// A number of it, where it is a whole one.
    pub fn count(&self, key: &CellKey) -> Option<i64> {
        let raw = self.sheets.get(&key.indicator_id)?.get(&key.address)?;
        Some(table::count(raw)?.0)
    }

    /// Whether nothing that is missing here of a total can have been told by what came since: the total and its parts are
    /// as they were, so that the same sums hold.
    pub fn same_around(&self, since: &Self, indicator_id: i32, total: &Address) -> bool {
        let around = |address: &Address| {
            let beside = address.period == total.period || address.territory_id == total.territory_id;
            beside && address.breakdown_id == total.breakdown_id
        };
        let Some(sheet) = self.sheets.get(&indicator_id) else { return true };
        let then = sheet.in_order().filter(|(address, _)| around(address));
        let now = since.sheets.get(&indicator_id);
        then.into_iter().all(|(address, raw)| {
            now.and_then(|now| now.get(address)).is_some_and(|now| now.open() == raw.open())
        })
    }
}
