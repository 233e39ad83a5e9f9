//! Which cells of a sheet add up to which: territories, categories of a dimension, and periods.

use std::collections::{BTreeMap, HashMap};

use entity::types::{Breakdown, Period, PeriodKind};

use super::{
    Address,
    engine::{CellIndex, Relation, Table},
};

/// Where each cell of a sheet is.
pub(super) type Index = BTreeMap<Address, CellIndex>;

/// A total of which some parts were delivered and others were not.
pub(super) struct Incomplete {
    /// The total.
    pub total: Address,
    /// The parts that are there.
    pub parts: Vec<Address>,
    /// The territories that are not; none where periods are missing.
    pub absent: Vec<i32>,
}

/// Binds a total to its parts.
pub(super) fn relate(table: &mut Table, total: CellIndex, parts: impl IntoIterator<Item = CellIndex>) {
    let terms: Vec<_> = std::iter::once((total, -1)).chain(parts.into_iter().map(|part| (part, 1))).collect();
    if terms.len() > 1 {
        table.relations.push(Relation { terms });
    }
}

/// Binds territories to those that they are divided into, wherever all of them are there.
pub(super) fn relate_territories(table: &mut Table, index: &Index, sums: &[(i32, Vec<i32>)]) {
    for (period, breakdown_id) in lines(index) {
        let at = |territory_id: i32| index.get(&Address { territory_id, period, breakdown_id }).copied();
        for (total, parts) in sums {
            let found: Option<Vec<CellIndex>> = parts.iter().map(|part| at(*part)).collect();
            if let (Some(total), Some(parts)) = (at(*total), found) {
                relate(table, total, parts);
            }
        }
    }
}

/// Binds totals to the categories of each dimension; a category that is not there is a zero.
pub(super) fn relate_breakdowns(table: &mut Table, index: &Index, breakdowns: &HashMap<i32, Breakdown>) {
    for (total, parts) in by_dimension(index, breakdowns).into_values().flatten() {
        relate(table, total, parts);
    }
}

/// Totals and their categories, by dimension.
pub(super) fn by_dimension<'b>(
    index: &Index,
    breakdowns: &'b HashMap<i32, Breakdown>,
) -> BTreeMap<&'b str, Vec<(CellIndex, Vec<CellIndex>)>> {
    let by_key: HashMap<&Breakdown, i32> = breakdowns.iter().map(|(id, key)| (key, *id)).collect();
    let mut lines: BTreeMap<(&str, Address), Vec<CellIndex>> = BTreeMap::new();
    for (address, cell) in index {
        let Some(breakdown) = breakdowns.get(&address.breakdown_id) else { continue };
        for (dimension, _) in breakdown.categories() {
            let rest = breakdown.categories().filter(|(other, _)| *other != dimension);
            let Ok(rest) = Breakdown::of(rest) else { continue };
            if let Some(&breakdown_id) = by_key.get(&rest) {
                lines.entry((dimension, Address { breakdown_id, ..*address })).or_default().push(*cell);
            }
        }
    }
    let mut found: BTreeMap<&str, Vec<(CellIndex, Vec<CellIndex>)>> = BTreeMap::new();
    for ((dimension, total), parts) in lines {
        if let Some(total) = index.get(&total) {
            found.entry(dimension).or_default().push((*total, parts));
        }
    }
    found
}

/// Binds years to their quarters and quarters to their months, wherever all of them are there; months stand for a
/// quarter that is not.
pub(super) fn relate_periods(table: &mut Table, index: &Index) {
    for (address, total) in index {
        let (parts, complete) = parts_of_period(index, address);
        if complete {
            let parts = parts.iter().filter_map(|part| index.get(part).copied());
            relate(table, *total, parts);
        }
    }
}

/// Totals of territories and of periods of which some parts are there and others are not.
pub(super) fn incomplete(index: &Index, sums: &[(i32, Vec<i32>)]) -> Vec<Incomplete> {
    let mut found = Vec::new();
    for (period, breakdown_id) in lines(index) {
        let at = |territory_id: i32| Address { territory_id, period, breakdown_id };
        for (total, all) in sums.iter().filter(|(total, _)| index.contains_key(&at(*total))) {
            let (there, absent): (Vec<i32>, Vec<i32>) =
                all.iter().partition(|part| index.contains_key(&at(**part)));
            if !there.is_empty() && !absent.is_empty() {
                let parts = there.into_iter().map(at).collect();
                found.push(Incomplete { total: at(*total), parts, absent });
            }
        }
    }
    for address in index.keys() {
        let (parts, complete) = parts_of_period(index, address);
        if !parts.is_empty() && !complete {
            found.push(Incomplete { total: *address, parts, absent: Vec::new() });
        }
    }
    found
}

/// The quarters or months of a period that are there, and whether they are all of it.
fn parts_of_period(index: &Index, whole: &Address) -> (Vec<Address>, bool) {
    let at = |kind: PeriodKind| {
        let period = Period::new(whole.period.calendar_year(), kind).ok()?;
        Some(Address { period, ..*whole }).filter(|address| index.contains_key(address))
    };
    let months = |quarter: u8| -> (Vec<Address>, bool) {
        let all = quarter * 3 - 2..=quarter * 3;
        let found: Vec<Address> = all.filter_map(|month| at(PeriodKind::Month(month))).collect();
        let complete = found.len() == MONTHS_OF_QUARTER;
        (found, complete)
    };
    match whole.period.kind() {
        PeriodKind::Month(_) => (Vec::new(), false),
        PeriodKind::Quarter(quarter) => months(quarter),
        PeriodKind::Year => (1..=4).fold((Vec::new(), true), |(mut parts, complete), quarter| {
            let (found, all) =
                at(PeriodKind::Quarter(quarter)).map_or_else(|| months(quarter), |whole| (vec![whole], true));
            parts.extend(found);
            (parts, complete && all)
        }),
    }
}

/// How many months a quarter has.
const MONTHS_OF_QUARTER: usize = 3;

/// Periods and breakdowns of a sheet.
fn lines(index: &Index) -> Vec<(Period, i32)> {
    let mut lines: Vec<(Period, i32)> =
        index.keys().map(|address| (address.period, address.breakdown_id)).collect();
    lines.sort_unstable();
    lines.dedup();
    lines
}
