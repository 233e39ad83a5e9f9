//! Numbers that lie in a coarser one without a sum between them: a commune in January beside the agglomeration in the first
//! quarter. What is left is in no sum of the table.

use super::{Address, closure::Structure, nesting::Nesting, table::CellKey};

/// A number with a coarser one of the same indicator around it that no sum binds it to, with nothing in between.
pub(super) fn skipped(
    indicator_id: i32,
    known: &Nesting<'_, '_>,
    structure: &Structure<'_>,
) -> Option<CellKey> {
    let mut places: Vec<&Address> = known.addresses.get(&indicator_id)?.iter().collect();
    places.sort_unstable();
    let direct = |one: i32, other: i32| {
        structure.sums.iter().any(|(total, parts)| *total == other && parts.contains(&one))
    };
    // What is the sum of its parts is held by what holds them.
    let closed = known.closed.get(&indicator_id)?;
    let composed = |whole: &Address| {
        let there = |part: &i32| closed.get(&Address { territory_id: *part, ..*whole }).is_some();
        let mut sums = structure.sums.iter().filter(|(total, _)| *total == whole.territory_id);
        sums.any(|(_, parts)| parts.iter().all(there))
    };
    let loose = |address: &&Address| {
        let around = known.around(address);
        let around = around.iter().filter(|other| *other != *address && known.has(indicator_id, other));
        let around: Vec<&Address> = around.collect();
        around.iter().any(|coarser| {
            let territories = coarser.territory_id != address.territory_id;
            let differ =
                [territories, coarser.period != address.period, coarser.breakdown_id != address.breakdown_id];
            let bound = differ.iter().filter(|differs| **differs).count() == 1
                && (!territories || direct(address.territory_id, coarser.territory_id) || composed(address));
            !bound && !around.iter().any(|other| other != coarser && known.lies_in(other, coarser))
        })
    };
    let found = places.into_iter().find(loose);
    found.map(|address| CellKey { indicator_id, address: *address })
}
