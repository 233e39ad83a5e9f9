//! What is wrong with the numbers of a delivery, without a word about the numbers: keys come out, never amounts.

use std::collections::{BTreeMap, HashMap, HashSet};

use entity::types::{Breakdown, Period};

use super::{
    Address, Masked, Raw, Sheet,
    engine::{CellIndex, Table},
    left_out::LeftOut,
    raw::WHOLE,
    relations::{self, Incomplete, Index},
    table::{CellKey, Containment, Sums},
    unheld::wholes,
};

/// Along what a total differs from its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SumKind {
    /// The territories that it is divided into.
    Territories,
    /// The categories of a dimension.
    Categories,
    /// The quarters of the year, and the months of a quarter.
    Periods,
}

/// A total that is not the sum of its parts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Difference {
    /// Indicator.
    pub indicator_id: i32,
    /// Where the total stands.
    pub address: Address,
    /// Along what its parts are.
    pub kind: SumKind,
    /// The dimension, where its parts are categories.
    pub dimension: Option<String>,
}

/// Why an amount is no count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotACount {
    /// It is less than zero, or no number.
    Negative,
    /// It is not whole.
    Fractional,
}

/// A hidden territory that is what is left of another one when parts are taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HiddenRest<'a> {
    /// Its number.
    pub id: i32,
    /// The territory that it is left of.
    pub whole: i32,
    /// What is taken away.
    pub parts: &'a [i32],
}

/// How many times more or less than last time is a jump.
const JUMP: f64 = 10.0;
/// Sums of whole numbers are exact; what is not whole is found on its own.
const EXACT: f64 = 1e-6;
/// Shares come in whole per cent at worst.
const SHARE_ROUNDING: f64 = 0.5 + EXACT;

fn cells(sheets: &BTreeMap<i32, Sheet>) -> impl Iterator<Item = (CellKey, &Raw)> {
    sheets.iter().flat_map(|(&indicator_id, sheet)| {
        sheet.in_order().map(move |(address, raw)| (CellKey { indicator_id, address: *address }, raw))
    })
}

/// Totals that differ from their parts, along the very relations that a plan is made with: what passes here adds
/// up there.
#[must_use]
pub fn sums_that_differ(
    sheets: &BTreeMap<i32, Sheet>,
    sums: &Sums,
    breakdowns: &HashMap<i32, Breakdown>,
) -> Vec<Difference> {
    let mut found = Vec::new();
    for (&indicator_id, sheet) in sheets {
        let (addresses, amounts): (Vec<Address>, Vec<f64>) =
            sheet.in_order().map(|(address, raw)| (*address, raw.open())).unzip();
        let index: Index = addresses.iter().copied().zip(0..).collect();
        let amount = |cell: CellIndex| amounts.get(cell as usize).copied().unwrap_or_default();
        let mut hold = |kind: SumKind, dimension: Option<&str>, relate: &dyn Fn(&mut Table)| {
            let mut table = Table::default();
            relate(&mut table);
            for relation in table.relations {
                let sum: f64 = relation.terms.iter().map(|(cell, by)| amount(*cell) * *by as f64).sum();
                let total = relation.terms.first().and_then(|(total, _)| addresses.get(*total as usize));
                if sum.abs() > EXACT {
                    let dimension = dimension.map(str::to_owned);
                    found.extend(total.map(|address| Difference {
                        indicator_id,
                        address: *address,
                        kind,
                        dimension,
                    }));
                }
            }
        };
        hold(SumKind::Territories, None, &|table| relations::relate_territories(table, &index, &sums.sums));
        hold(SumKind::Periods, None, &|table| relations::relate_periods(table, &index));
        for (dimension, narrowed) in relations::by_dimension(&index, breakdowns) {
            hold(SumKind::Categories, Some(dimension), &|table| {
                narrowed
                    .iter()
                    .for_each(|(total, parts)| relations::relate(table, *total, parts.iter().copied()));
            });
        }
        for Incomplete { total, parts, absent } in relations::incomplete(&index, &sums.sums) {
            let at = |address: &Address| index.get(address).map_or(0.0, |cell| amount(*cell));
            // A rest that could not be derived has been told.
            let told = absent.iter().any(|territory| *territory < 0);
            if !told && parts.iter().map(at).sum::<f64>() > at(&total) + EXACT {
                let kind = if absent.is_empty() { SumKind::Periods } else { SumKind::Territories };
                found.push(Difference { indicator_id, address: total, kind, dimension: None });
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Cells that are more than the same cell of what theirs is a part of, the nearest that is there, with its indicator.
#[must_use]
pub fn larger_than_whole(sheets: &BTreeMap<i32, Sheet>, contained: &[Containment]) -> Vec<(CellKey, i32)> {
    let mut found = Vec::new();
    for (part_id, part) in sheets {
        let wholes = wholes(*part_id, contained);
        for (address, raw) in part.in_order() {
            let mut there = wholes.iter().filter_map(|id| Some((*id, sheets.get(id)?.get(address)?)));
            if let Some((whole_id, _)) = there.next().filter(|(_, whole)| raw.open() > whole.open()) {
                found.push((CellKey { indicator_id: *part_id, address: *address }, whole_id));
            }
        }
    }
    found
}

/// Cells whose amounts are no counts.
#[must_use]
pub fn negative_or_fractional(sheets: &BTreeMap<i32, Sheet>) -> Vec<(CellKey, NotACount)> {
    cells(sheets)
        .filter_map(|(key, raw)| match raw.open() {
            amount if !amount.is_finite() || amount < 0.0 => Some((key, NotACount::Negative)),
            amount if amount.fract() != 0.0 => Some((key, NotACount::Fractional)),
            _ => None,
        })
        .collect()
}

/// Cells of these indicators (counts) behind which more units are said to stand than they count, or none; and of any
/// indicator those whose largest contributor is said to add less than all of them do on average.
#[must_use]
pub fn contributors_that_contradict(sheets: &BTreeMap<i32, Sheet>, counts: &HashSet<i32>) -> Vec<CellKey> {
    let contradict = |key: &CellKey, raw: &Raw| {
        raw.contributors().is_some_and(|contributors| {
            let more = counts.contains(&key.indicator_id) && f64::from(contributors) > raw.open();
            let least = WHOLE / f64::from(contributors.max(1));
            let little =
                raw.open() > 0.0 && raw.largest().is_some_and(|share| share + SHARE_ROUNDING < least);
            more || little || (contributors == 0 && raw.open() > 0.0)
        })
    };
    cells(sheets).filter(|(key, raw)| contradict(key, raw)).map(|(key, _)| key).collect()
}

/// Whether an older release may be read again after a newer one was taken back, with what readers have had up to the older
/// one, oldest first and the older one last. A newer one that changed a figure of these, and told others that the older one
/// does not bring, is never planned for that: what it told, beside what holds again, may tell what either of them masks.
#[must_use]
pub fn may_stand_again(up_to_older: &[BTreeMap<i32, Sheet>], newer: &BTreeMap<i32, Sheet>) -> bool {
    let within = |sheets: &BTreeMap<i32, Sheet>, key: &CellKey| {
        sheets.get(&key.indicator_id).and_then(|sheet| sheet.get(&key.address)).map(Raw::open)
    };
    let before = |key: &CellKey| up_to_older.iter().rev().find_map(|sheets| within(sheets, key));
    let by_older = |key: &CellKey| up_to_older.last().and_then(|older| within(older, key));
    let differs = |key: &CellKey, raw: &Raw| before(key) != Some(raw.open());
    let changed = cells(newer).any(|(key, raw)| before(&key).is_some() && differs(&key, raw));
    // Readers may have been shown no other number of a figure than the newer one's.
    let told = cells(newer).any(|(key, raw)| by_older(&key).is_none() && differs(&key, raw));
    !(changed && told)
}

/// Writes the zeros of counts that a delivery leaves out beside other categories of the same dimension; gives where.
pub fn write_zeros(
    sheets: &mut BTreeMap<i32, Sheet>,
    breakdowns: &HashMap<i32, Breakdown>,
    is_count: impl Fn(i32) -> bool,
    is_known: impl Fn(&CellKey) -> bool,
) -> Vec<CellKey> {
    LeftOut::of(breakdowns).write_zeros(sheets, is_count, is_known)
}

/// Cells that are ten times more or less than the last figure that was shown of the same indicator, place,
/// breakdown and part of the year.
#[must_use]
pub fn jumps(
    sheets: &BTreeMap<i32, Sheet>,
    masked: &[(CellKey, Masked)],
    last: &HashMap<CellKey, f64>,
) -> Vec<CellKey> {
    let place = |key: &CellKey| {
        let Address { territory_id, period, breakdown_id } = key.address;
        (key.indicator_id, territory_id, breakdown_id, period.kind())
    };
    let mut latest: HashMap<_, (Period, f64)> = HashMap::new();
    for (key, shown) in last {
        let found = latest.entry(place(key)).or_insert((key.address.period, *shown));
        if found.0 < key.address.period {
            *found = (key.address.period, *shown);
        }
    }
    let open = masked.iter().filter_map(|(key, masked)| Some((*key, masked.columns().0?)));
    cells(sheets)
        .map(|(key, raw)| (key, raw.open()))
        .chain(open)
        .filter(|(key, now)| latest.get(&place(key)).is_some_and(|(_, before)| is_jump(*before, *now)))
        .map(|(key, _)| key)
        .collect()
}

/// From nothing to something is no jump; from ten to nothing is one.
fn is_jump(before: f64, now: f64) -> bool {
    let (before, now) = (before.abs(), now.abs());
    before > 0.0 && (now >= before * JUMP || (before >= JUMP && now <= before / JUMP))
}

/// Fills hidden rests: each whole without its parts, wherever all of them are there. Where the parts are more than
/// the whole nothing is filled in, and the whole's key comes out.
#[must_use]
pub fn derive_rests(sheets: &mut BTreeMap<i32, Sheet>, rests: &[HiddenRest<'_>]) -> Vec<CellKey> {
    let by_whole: HashMap<i32, &HiddenRest<'_>> = rests.iter().map(|rest| (rest.whole, rest)).collect();
    let mut refused = Vec::new();
    for (&indicator_id, sheet) in sheets {
        let mut derived = Vec::new();
        for (address, whole) in sheet.in_order() {
            let Some(rest) = by_whole.get(&address.territory_id) else { continue };
            let at = |territory_id: i32| Address { territory_id, ..*address };
            let parts: Option<Vec<&Raw>> = rest.parts.iter().map(|part| sheet.get(&at(*part))).collect();
            match parts.map(|parts| difference(whole, &parts)) {
                Some(Some(raw)) => derived.push((at(rest.id), raw)),
                Some(None) => refused.push(CellKey { indicator_id, address: *address }),
                None => {}
            }
        }
        for (address, raw) in derived {
            sheet.insert(address, raw);
        }
    }
    refused
}

/// Fills hidden numbers that are sums of others, wherever all of those are there.
pub fn derive_shares(sheets: &mut BTreeMap<i32, Sheet>, shares: &[(i32, Vec<i32>)]) {
    for sheet in sheets.values_mut() {
        let mut derived = Vec::new();
        for (id, parts) in shares {
            let Some((first, others)) = parts.split_first() else { continue };
            for (address, start) in sheet.in_order().filter(|(address, _)| address.territory_id == *first) {
                let at = |territory_id: i32| Address { territory_id, ..*address };
                let others: Option<Vec<&Raw>> = others.iter().map(|part| sheet.get(&at(*part))).collect();
                if let Some(others) = others {
                    derived.push((at(*id), sum(start, &others)));
                }
            }
        }
        for (address, raw) in derived {
            sheet.insert(address, raw);
        }
    }
}

/// A sum, sealed.
pub(super) fn sum(first: &Raw, others: &[&Raw]) -> Raw {
    let amount = first.open() + others.iter().map(|part| part.open()).sum::<f64>();
    let counted = others.iter().try_fold(first.contributors(), |sum, part| {
        Some(sum.zip(part.contributors()).map(|(one, other)| one.saturating_add(other)))
    });
    // Whoever is the largest of all adds in each part no more than the largest there.
    let largest: Option<f64> =
        std::iter::once(first).chain(others.iter().copied()).map(Raw::largest_amount).sum();
    Raw::seal(amount, counted.flatten()).with_largest(share(largest, amount))
}

/// How many numbers a delivery gives otherwise than the one before.
#[must_use]
pub fn revised(sheets: &BTreeMap<i32, Sheet>, before: &BTreeMap<i32, Sheet>) -> usize {
    let differs = |key: &CellKey, now: &Raw| {
        let old = before.get(&key.indicator_id).and_then(|sheet| sheet.get(&key.address));
        old.is_some_and(|old| old.open().total_cmp(&now.open()).is_ne())
    };
    cells(sheets).filter(|(key, now)| differs(key, now)).count()
}

/// What an amount is at most of a total, in per cent.
fn share(part: Option<f64>, total: f64) -> Option<f64> {
    part.filter(|_| total > 0.0).map(|part| (part * WHOLE / total).min(WHOLE))
}

/// What is left of a whole without its parts, with no fewer contributors behind it than can be; nothing when the parts
/// are more than it. Units that stand behind several parts make less of theirs: one is left at least.
pub(super) fn rest(whole: &Raw, parts: &[&Raw]) -> Option<Raw> {
    difference(whole, parts).or_else(|| {
        let amount = whole.open() - parts.iter().map(|part| part.open()).sum::<f64>();
        (amount >= 0.0).then(|| Raw::seal(amount, Some(u32::from(amount > 0.0))))
    })
}

/// A whole without its parts; nothing when they are more than it.
fn difference(whole: &Raw, parts: &[&Raw]) -> Option<Raw> {
    let amount = whole.open() - parts.iter().map(|part| part.open()).sum::<f64>();
    let counted: Option<Vec<u32>> = parts.iter().map(|part| part.contributors()).collect();
    let contributors = match (whole.contributors(), counted) {
        (Some(all), Some(parts)) => Some(parts.into_iter().try_fold(all, u32::checked_sub)?),
        _ => None,
    };
    // Whoever is the largest of the rest adds no more to it than the largest of the whole does there.
    let largest = share(whole.largest_amount(), amount);
    (amount >= 0.0).then(|| Raw::seal(amount, contributors).with_largest(largest))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap, HashSet};

    use entity::types::{Breakdown, Period};

    use super::{
        HiddenRest, NotACount, SumKind, contributors_that_contradict, derive_rests, derive_shares, jumps,
        larger_than_whole, negative_or_fractional, revised, sums_that_differ,
    };
    use crate::secrecy::{
        Address, Masked, Raw, Sheet,
        table::{CellKey, Containment, Sums},
    };

    type Fault = Box<dyn std::error::Error>;

    fn address(territory_id: i32, period: &str, breakdown_id: i32) -> Result<Address, Fault> {
        Ok(Address { territory_id, period: period.parse::<Period>()?, breakdown_id })
    }

    fn sheet(cells: &[(i32, &str, i32, f64)]) -> Result<Sheet, Fault> {
        let mut sheet = Sheet::default();
        for (territory, period, breakdown, amount) in cells {
            sheet.insert(address(*territory, period, *breakdown)?, Raw::seal(*amount, None));
        }
        Ok(sheet)
    }

    #[test]
    fn a_total_is_held_against_its_territories_categories_and_periods() -> Result<(), Fault> {
        let breakdowns = HashMap::from([
            (0, Breakdown::default()),
            (1, Breakdown::of([("SEXE", "F")])?),
            (2, Breakdown::of([("SEXE", "M")])?),
        ]);
        let sums = Sums { sums: vec![(1, vec![2, 3]), (4, vec![5, 6])], ..Sums::default() };
        let sheets = BTreeMap::from([(
            9,
            sheet(&[
                (1, "2024", 0, 10.0),
                (2, "2024", 0, 4.0),
                (3, "2024", 0, 5.0),
                (2, "2024", 1, 1.0),
                (2, "2024", 2, 2.0),
                (4, "2024", 0, 8.0),
                (5, "2024", 0, 1.0),
                (4, "2024-Q1", 0, 2.0),
                (4, "2024-Q2", 0, 2.0),
                (4, "2024-Q3", 0, 2.0),
                (4, "2024-Q4", 0, 3.0),
            ])?,
        )]);
        let found = sums_that_differ(&sheets, &sums, &breakdowns);
        let kinds: Vec<_> = found.iter().map(|found| (found.address.territory_id, found.kind)).collect();
        assert_eq!(
            kinds,
            [(1, SumKind::Territories), (2, SumKind::Categories), (4, SumKind::Periods)],
            "a sum of which a part is missing binds nothing"
        );
        Ok(())
    }

    #[test]
    fn numbers_that_changed_are_counted_and_those_that_came_or_went_are_not() -> Result<(), Fault> {
        let of = |cells: &[(i32, &str, i32, f64)]| Ok::<_, Fault>(BTreeMap::from([(9, sheet(cells)?)]));
        let before = of(&[(1, "2024", 0, 10.0), (2, "2024", 0, 4.0), (3, "2024", 0, 6.0)])?;
        let now = of(&[(1, "2024", 0, 11.0), (2, "2024", 0, 4.0), (4, "2024", 0, 7.0)])?;
        assert_eq!((revised(&now, &before), revised(&now, &now)), (1, 0));
        Ok(())
    }

    #[test]
    fn months_are_parts_of_their_quarter_and_stand_for_one_that_is_not_there() -> Result<(), Fault> {
        let month = |territory: i32, month: u8, amount: f64| (territory, format!("2024-{month:02}"), amount);
        let mut cells: Vec<(i32, String, f64)> = vec![
            (1, "2024-Q1".to_owned(), 7.0),
            (2, "2024".to_owned(), 12.0),
            (2, "2024-Q1".to_owned(), 4.0),
            (3, "2024".to_owned(), 12.0),
        ];
        cells.extend((1..=3).map(|of| month(1, of, 2.0)));
        cells.extend((4..=12).map(|of| month(2, of, 1.0)));
        cells.extend((1..=11).map(|of| month(3, of, 1.0)));
        // Months that are there and more than the quarter.
        cells.push((4, "2024-Q1".to_owned(), 5.0));
        cells.extend((1..=2).map(|of| month(4, of, 3.0)));
        let cells: Vec<(i32, &str, i32, f64)> = cells
            .iter()
            .map(|(territory, period, amount)| (*territory, period.as_str(), 0, *amount))
            .collect();
        let sheets = BTreeMap::from([(9, sheet(&cells)?)]);
        let found = sums_that_differ(&sheets, &Sums::default(), &HashMap::from([(0, Breakdown::default())]));
        let places: Vec<_> = found.iter().map(|found| (found.address.territory_id, found.kind)).collect();
        assert_eq!(
            places,
            [(1, SumKind::Periods), (2, SumKind::Periods), (4, SumKind::Periods)],
            "a month that is missing binds nothing"
        );
        Ok(())
    }

    #[test]
    fn parts_are_held_against_their_whole_and_counts_must_be_counts() -> Result<(), Fault> {
        let sheets = BTreeMap::from([
            (1, sheet(&[(1, "2024", 0, 10.0), (2, "2024", 0, -1.0), (4, "2024", 0, 9.0)])?),
            (2, sheet(&[(1, "2024", 0, 11.0), (3, "2024", 0, 0.5)])?),
            (3, sheet(&[(4, "2024", 0, 12.0)])?),
        ]);
        let contained = [(2, 1), (3, 2)].map(|(part_id, whole_id)| Containment { part_id, whole_id });
        let key = |indicator_id, territory| {
            Ok::<_, Fault>(CellKey { indicator_id, address: address(territory, "2024", 0)? })
        };
        assert_eq!(larger_than_whole(&sheets, &contained), [(key(2, 1)?, 1), (key(3, 4)?, 1)]);
        let wrong = [(key(1, 2)?, NotACount::Negative), (key(2, 3)?, NotACount::Fractional)];
        assert_eq!(negative_or_fractional(&sheets), wrong);
        Ok(())
    }

    #[test]
    fn contributors_cannot_be_more_than_a_count_nor_none_behind_something() -> Result<(), Fault> {
        let mut counted = Sheet::default();
        for (territory, contributors) in [(1, 4), (2, 6), (3, 0)] {
            counted.insert(address(territory, "2024", 0)?, Raw::seal(5.0, Some(contributors)));
        }
        let found = contributors_that_contradict(&BTreeMap::from([(1, counted)]), &HashSet::from([1]));
        assert_eq!(found.iter().map(|key| key.address.territory_id).collect::<Vec<_>>(), [2, 3]);
        Ok(())
    }

    #[test]
    fn the_largest_of_several_cannot_add_less_than_each_does_on_average() -> Result<(), Fault> {
        let mut sheet = Sheet::default();
        for (territory, contributors, share) in [(1, 3, 33.0), (2, 3, 32.0), (3, 1, 100.0), (4, 1, 60.0)] {
            let raw = Raw::seal(900.0, Some(contributors)).with_largest(Some(share));
            sheet.insert(address(territory, "2024", 0)?, raw);
        }
        let found = contributors_that_contradict(&BTreeMap::from([(1, sheet)]), &HashSet::new());
        assert_eq!(found.iter().map(|key| key.address.territory_id).collect::<Vec<_>>(), [2, 4]);
        Ok(())
    }

    #[test]
    fn the_largest_share_of_what_is_derived_is_never_below_what_it_can_be() -> Result<(), Fault> {
        let of = |amount: f64, share: f64| Raw::seal(amount, None).with_largest(Some(share));
        let mut sheet = Sheet::default();
        for (territory, raw) in [(1, of(100.0, 40.0)), (-1, of(20.0, 50.0)), (-2, of(30.0, 10.0))] {
            sheet.insert(address(territory, "2024", 0)?, raw);
        }
        let mut sheets = BTreeMap::from([(1, sheet)]);
        assert!(derive_rests(&mut sheets, &[HiddenRest { id: -3, whole: 1, parts: &[-1, -2] }]).is_empty());
        derive_shares(&mut sheets, &[(-4, vec![-1, -2])]);
        let largest = |id: i32| -> Result<Option<f64>, Fault> {
            let address = address(id, "2024", 0)?;
            Ok(sheets.get(&1).and_then(|all| all.get(&address)).and_then(Raw::largest))
        };
        // Of the whole one adds 40 at most, all of it perhaps outside of the parts; of the parts 10 and 3.
        assert_eq!((largest(-3)?, largest(-4)?), (Some(80.0), Some(26.0)));
        Ok(())
    }

    #[test]
    fn a_jump_is_tenfold_against_the_latest_figure_of_the_place() -> Result<(), Fault> {
        let key = |territory, period| {
            Ok::<_, Fault>(CellKey { indicator_id: 1, address: address(territory, period, 0)? })
        };
        let last = HashMap::from([
            (key(1, "2022")?, 5.0),
            (key(1, "2023")?, 50.0),
            (key(2, "2023")?, 30.0),
            (key(3, "2023")?, 0.0),
        ]);
        let sheets =
            BTreeMap::from([(1, sheet(&[(1, "2024", 0, 60.0), (2, "2024", 0, 3.0), (3, "2024", 0, 90.0)])?)]);
        assert_eq!(jumps(&sheets, &[], &last), [key(2, "2024")?]);
        let open = [(key(1, "2024")?, Masked::from_columns(Some(500.0), None))];
        assert_eq!(jumps(&BTreeMap::new(), &open, &last), [key(1, "2024")?]);
        Ok(())
    }

    #[test]
    fn the_rest_of_an_iris_is_filled_in_and_never_negative() -> Result<(), Fault> {
        let mut sheets = BTreeMap::from([(
            1,
            sheet(&[(1, "2024", 0, 10.0), (-1, "2024", 0, 4.0), (2, "2024", 0, 3.0), (-2, "2024", 0, 4.0)])?,
        )]);
        let rests =
            [HiddenRest { id: -3, whole: 1, parts: &[-1] }, HiddenRest { id: -4, whole: 2, parts: &[-2] }];
        let refused = derive_rests(&mut sheets, &rests);
        assert_eq!(refused.iter().map(|key| key.address.territory_id).collect::<Vec<_>>(), [2]);
        let rest = |id| {
            Ok::<_, Fault>(
                sheets.get(&1).and_then(|all| Some(all.get(&address(id, "2024", 0).ok()?)?.open())),
            )
        };
        assert_eq!((rest(-3)?, rest(-4)?), (Some(6.0), None));
        Ok(())
    }
}
