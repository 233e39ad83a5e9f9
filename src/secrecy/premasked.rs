//! What a provider masked, where the sums of the delivery give it back: sealed as what follows, and masked by the plan.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use entity::types::Breakdown;

use super::{
    Address, Raw, Sheet,
    engine::Table,
    relations::{self, Index},
    table::{CellKey, Sums},
};

/// Largest count that is derived: sums of whole numbers are exact up to here.
const LARGEST: f64 = 1e15;

/// Fills in cells that a provider masked and that follow from others: the only unknown of a sum whose other numbers
/// are there. Everybody who has the delivery subtracts like that, so that nothing is told that was not; readers never
/// see them, whatever the plan. Gives those that do not follow, or would follow as something that no mask hides: as
/// nothing, or as less than that.
///
/// Only cells of `counts` are derived: of other amounts nobody knows how many contributors stand behind what follows.
#[must_use]
pub fn derive(
    sheets: &mut BTreeMap<i32, Sheet>,
    unknown: &BTreeSet<CellKey>,
    (sums, breakdowns): (&Sums, &HashMap<i32, Breakdown>),
    counts: &HashSet<i32>,
) -> BTreeSet<CellKey> {
    let mut left = BTreeSet::new();
    let mut by_indicator: BTreeMap<i32, Vec<Address>> = BTreeMap::new();
    for key in unknown {
        by_indicator.entry(key.indicator_id).or_default().push(key.address);
    }
    for (indicator_id, unknown) in by_indicator {
        let mut unknown: BTreeSet<Address> = unknown.into_iter().collect();
        if let Some(sheet) = sheets.get_mut(&indicator_id).filter(|_| counts.contains(&indicator_id)) {
            for (address, raw) in of_sheet(sheet, &unknown, sums, breakdowns) {
                unknown.remove(&address);
                sheet.insert(address, raw.withhold());
            }
        }
        left.extend(unknown.into_iter().map(|address| CellKey { indicator_id, address }));
    }
    left
}

/// What follows in one sheet, from numbers and from what followed before.
fn of_sheet(
    sheet: &Sheet,
    unknown: &BTreeSet<Address>,
    sums: &Sums,
    breakdowns: &HashMap<i32, Breakdown>,
) -> Vec<(Address, Raw)> {
    let known = sheet.in_order().map(|(address, raw)| (*address, of_units(raw)));
    let cells: BTreeMap<Address, Option<f64>> =
        known.chain(unknown.iter().map(|address| (*address, None))).collect();
    let (addresses, mut amounts): (Vec<Address>, Vec<Option<f64>>) = cells.into_iter().unzip();
    let index: Index = addresses.iter().copied().zip(0..).collect();
    let mut relations = Table::default();
    relations::relate_territories(&mut relations, &index, &sums.sums);
    relations::relate_breakdowns(&mut relations, &index, breakdowns);
    relations::relate_periods(&mut relations, &index);
    let mut found = Vec::new();
    loop {
        let before = found.len();
        for relation in &relations.relations {
            let amount = |cell: u32| amounts.get(cell as usize).copied().flatten();
            let mut open = relation.terms.iter().filter(|(cell, _)| amount(*cell).is_none());
            let (Some((cell, by)), None) = (open.next(), open.next()) else { continue };
            let others: f64 =
                relation.terms.iter().filter_map(|(cell, by)| Some(amount(*cell)? * *by as f64)).sum();
            let follows = -others / *by as f64;
            let Some(address) = addresses.get(*cell as usize).filter(|address| unknown.contains(address))
            else {
                continue;
            };
            // A mask that hides nobody, or more than all, is a fault of the delivery.
            if (1.0..=LARGEST).contains(&follows)
                && follows.fract() == 0.0
                && let Some(place) = amounts.get_mut(*cell as usize)
            {
                *place = Some(follows);
                found.push((*address, Raw::seal_units(follows, None)));
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

/// A count of units; nothing for one behind which other units stand, from which nobody works out theirs.
fn of_units(raw: &Raw) -> Option<f64> {
    let counted = raw.contributors().is_none_or(|contributors| f64::from(contributors) >= raw.open());
    counted.then_some(raw.open())
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

    use entity::types::{Breakdown, Period};

    use super::derive;
    use crate::secrecy::{
        Address, Raw, Sheet,
        table::{CellKey, Sums},
    };

    type Fault = Box<dyn std::error::Error>;

    fn key(territory_id: i32, breakdown_id: i32) -> Result<CellKey, Fault> {
        Ok(CellKey {
            indicator_id: 9,
            address: Address { territory_id, period: Period::year(2024)?, breakdown_id },
        })
    }

    /// What is derived of the unknown cells, by territory and breakdown, and how many are left.
    fn derived(
        known: &[(i32, i32, f64)],
        unknown: &[(i32, i32)],
        counts: &HashSet<i32>,
    ) -> Result<(Vec<Option<f64>>, usize), Fault> {
        let mut sheet = Sheet::default();
        for (territory, breakdown, amount) in known {
            sheet.insert(key(*territory, *breakdown)?.address, Raw::seal(*amount, None));
        }
        let mut sheets = BTreeMap::from([(9, sheet)]);
        let keys = unknown.iter().map(|(territory, breakdown)| key(*territory, *breakdown));
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        let sums = Sums { sums: vec![(1, vec![2, 3])], ..Sums::default() };
        let breakdowns = HashMap::from([
            (0, Breakdown::default()),
            (1, Breakdown::of([("SEXE", "F")])?),
            (2, Breakdown::of([("SEXE", "M")])?),
        ]);
        let left = derive(&mut sheets, &keys.iter().copied().collect(), (&sums, &breakdowns), counts);
        let sheet = sheets.get(&9).ok_or("no sheet")?;
        let found = keys.iter().map(|key| {
            let raw = sheet.get(&key.address)?;
            assert!(raw.is_withheld() && !left.contains(key));
            Some(raw.open())
        });
        Ok((found.collect(), left.len()))
    }

    #[test]
    fn the_only_unknown_of_a_sum_follows_and_what_follows_from_it() -> Result<(), Fault> {
        let counts = HashSet::from([9]);
        let known = [(1, 0, 20.0), (2, 0, 17.0), (2, 1, 9.0), (2, 2, 8.0), (3, 1, 1.0)];
        assert_eq!(derived(&known, &[(3, 0), (3, 2)], &counts)?, (vec![Some(3.0), Some(2.0)], 0));
        assert_eq!(derived(&known, &[(3, 0), (3, 2)], &HashSet::new())?.1, 2, "of an amount nothing follows");
        Ok(())
    }

    #[test]
    fn two_unknown_of_a_sum_do_not_follow_and_nothing_is_taken_for_zero() -> Result<(), Fault> {
        let counts = HashSet::from([9]);
        assert_eq!(derived(&[(1, 0, 20.0)], &[(2, 0), (3, 0)], &counts)?, (vec![None, None], 2));
        // It would be nothing, or less: not what anybody masks.
        for part in [20.0, 25.0] {
            assert_eq!(derived(&[(1, 0, 20.0), (2, 0, part)], &[(3, 0)], &counts)?, (vec![None], 1));
        }
        let keys = BTreeSet::from([key(1, 0)?]);
        let none = (&Sums::default(), &HashMap::new());
        assert_eq!(derive(&mut BTreeMap::new(), &keys, none, &counts), keys, "what is in no sum is unknown");
        Ok(())
    }
}
