//! Numbers carried into a later geography: sums of what merged, sealed as what they are sums of.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use entity::types::Withheld;

use super::{Address, Masked, Raw, Sheet, inspect, table::CellKey};

/// A territory that is the sum of others.
pub type Mergers = BTreeMap<i32, Vec<i32>>;

/// Sums the cells of what merged into those of what came of it, wherever all of them are there. They stay beside the
/// sum, where the plan hides them and reckons with whoever has had them before. Gives the cells that pass nothing on,
/// because one beside them is missing.
#[must_use]
pub fn carry_sealed(sheets: &mut BTreeMap<i32, Sheet>, merged: &Mergers) -> Vec<CellKey> {
    let mut left = Vec::new();
    for (&indicator_id, sheet) in sheets {
        let mut carried = Vec::new();
        for (one, parts) in merged {
            let there = sheet.in_order().filter(|(address, _)| parts.contains(&address.territory_id));
            let lines: BTreeSet<Address> =
                there.map(|(address, _)| Address { territory_id: *one, ..*address }).collect();
            for address in lines {
                let at = |part: &i32| Address { territory_id: *part, ..address };
                let found: Vec<&Raw> = parts.iter().filter_map(|part| sheet.get(&at(part))).collect();
                match found.split_first() {
                    Some((first, others)) if found.len() == parts.len() => {
                        carried.push((address, inspect::sum(first, others)));
                    }
                    _ => left.extend(
                        parts
                            .iter()
                            .filter(|part| sheet.get(&at(part)).is_some())
                            .map(|part| CellKey { indicator_id, address: at(part) }),
                    ),
                }
            }
        }
        for (address, raw) in carried {
            sheet.insert(address, raw);
        }
    }
    left
}

/// Gives hidden parts the numbers of the later geography, summing those that became one; a part without a new number
/// goes, for what binds it is gone.
pub fn renumber(sheets: &mut BTreeMap<i32, Sheet>, numbers: &HashMap<i32, i32>) {
    for sheet in sheets.values_mut() {
        let mut renumbered: BTreeMap<Address, Vec<&Raw>> = BTreeMap::new();
        for (address, raw) in sheet.in_order().filter(|(address, _)| address.territory_id < 0) {
            if let Some(territory_id) = numbers.get(&address.territory_id) {
                let address = Address { territory_id: *territory_id, ..*address };
                renumbered.entry(address).or_default().push(raw);
            }
        }
        let renumbered: Vec<(Address, Raw)> = renumbered
            .into_iter()
            .filter_map(|(address, parts)| {
                let (first, others) = parts.split_first()?;
                Some((address, inspect::sum(first, others)))
            })
            .collect();
        sheet.remove_hidden();
        for (address, raw) in renumbered {
            sheet.insert(address, raw);
        }
    }
}

/// Sums figures as their producer shows them: a sum with a part that is withheld is withheld. The parts and what is
/// `lost` go. Gives the cells that pass nothing on: of indicators that do not add up, or beside a missing one.
#[must_use]
pub fn carry_open(
    figures: &mut Vec<(CellKey, Masked)>,
    (merged, lost): (&Mergers, &BTreeSet<i32>),
    additive: &HashSet<i32>,
) -> Vec<CellKey> {
    let before: HashMap<CellKey, Masked> = figures.iter().copied().collect();
    let ended: HashSet<i32> = merged.values().flatten().chain(lost).copied().collect();
    figures.retain(|(key, _)| !ended.contains(&key.address.territory_id));
    let mut left = Vec::new();
    for (one, parts) in merged {
        let lines: BTreeSet<CellKey> = before
            .keys()
            .filter(|key| parts.contains(&key.address.territory_id))
            .map(|key| CellKey { address: Address { territory_id: *one, ..key.address }, ..*key })
            .collect();
        for key in lines {
            let at = |part: &i32| CellKey { address: Address { territory_id: *part, ..key.address }, ..key };
            let found: Vec<Masked> = parts.iter().filter_map(|part| before.get(&at(part)).copied()).collect();
            if found.len() == parts.len() && additive.contains(&key.indicator_id) {
                figures.push((key, added(&found)));
            } else {
                left.extend(parts.iter().map(at).filter(|key| before.contains_key(key)));
            }
        }
    }
    left
}

/// A sum of figures; withheld where any of them is, by secrecy if one is by that.
fn added(parts: &[Masked]) -> Masked {
    let reasons = || parts.iter().filter_map(|part| part.outcome().err());
    let secret = reasons().find(|reason| *reason == Withheld::StatisticalSecrecy);
    match secret.or_else(|| reasons().next()) {
        Some(reason) => Masked::withheld(reason),
        None => Masked::shown(parts.iter().filter_map(|part| part.outcome().ok()).sum()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

    use entity::types::{Period, Withheld};

    use super::{carry_open, carry_sealed, renumber};
    use crate::secrecy::{Address, Masked, Raw, Sheet, table::CellKey};

    type Fault = Box<dyn std::error::Error>;

    fn at(territory_id: i32, breakdown_id: i32) -> Result<Address, Fault> {
        Ok(Address { territory_id, period: Period::year(2018)?, breakdown_id })
    }

    #[test]
    fn sums_are_sealed_with_their_contributors_and_what_the_largest_adds_at_most() -> Result<(), Fault> {
        let mut sheet = Sheet::default();
        sheet.insert(at(1, 0)?, Raw::seal(100.0, Some(4)).with_largest(Some(50.0)));
        sheet.insert(at(2, 0)?, Raw::seal(300.0, Some(6)).with_largest(Some(30.0)));
        sheet.insert(at(1, 7)?, Raw::seal(9.0, None));
        let mut sheets = BTreeMap::from([(5, sheet)]);
        let left = carry_sealed(&mut sheets, &BTreeMap::from([(3, vec![1, 2])]));
        assert_eq!(left, [CellKey { indicator_id: 5, address: at(1, 7)? }]);
        let sheet = sheets.get(&5).ok_or("no sheet")?;
        let sum = sheet.get(&at(3, 0)?).map(|raw| (raw.open(), raw.contributors(), raw.largest()));
        assert_eq!(sum, Some((400.0, Some(10), Some(35.0))));
        assert!(sheet.get(&at(3, 7)?).is_none(), "what is missing is not taken for zero");
        assert!(sheet.get(&at(1, 0)?).is_some());
        Ok(())
    }

    #[test]
    fn parts_get_the_numbers_of_the_later_geography() -> Result<(), Fault> {
        let mut sheet = Sheet::default();
        for (id, amount) in [(-1, 4.0), (-2, 5.0), (-3, 6.0), (1, 7.0)] {
            sheet.insert(at(id, 0)?, Raw::seal(amount, None));
        }
        let mut sheets = BTreeMap::from([(5, sheet)]);
        renumber(&mut sheets, &HashMap::from([(-1, -3), (-2, -3)]));
        let open = |id: i32| Some(sheets.get(&5)?.get(&at(id, 0).ok()?)?.open());
        assert_eq!([open(-1), open(-2), open(-3), open(1)], [None, None, Some(9.0), Some(7.0)]);
        Ok(())
    }

    #[test]
    fn a_sum_of_open_figures_is_withheld_with_any_of_them_and_rates_are_never_summed() -> Result<(), Fault> {
        let key = |indicator_id: i32, territory_id: i32| {
            Ok::<_, Fault>(CellKey { indicator_id, address: at(territory_id, 0)? })
        };
        let secret = Masked::withheld(Withheld::StatisticalSecrecy);
        let mut figures = vec![
            (key(1, 1)?, Masked::shown(40.0)),
            (key(1, 2)?, Masked::shown(2.5)),
            (key(2, 1)?, Masked::withheld(Withheld::NotCollected)),
            (key(2, 2)?, secret),
            (key(9, 1)?, Masked::shown(12.0)),
            (key(9, 2)?, Masked::shown(14.0)),
            (key(1, 4)?, Masked::shown(7.0)),
            (key(1, 8)?, Masked::shown(8.0)),
        ];
        let merged = BTreeMap::from([(3, vec![1, 2])]);
        let left = carry_open(&mut figures, (&merged, &BTreeSet::from([8])), &HashSet::from([1, 2]));
        assert_eq!(left, [key(9, 1)?, key(9, 2)?]);
        figures.sort_unstable_by_key(|(key, _)| *key);
        let expected =
            [(key(1, 3)?, Masked::shown(42.5)), (key(1, 4)?, Masked::shown(7.0)), (key(2, 3)?, secret)];
        assert_eq!(figures, expected);
        Ok(())
    }
}
