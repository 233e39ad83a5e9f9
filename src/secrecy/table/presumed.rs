//! Categories that are not there are taken for zeros. Where a number that comes otherwise says more, they are none: what is
//! left would tell them, and what is known beside them.

use std::collections::{BTreeSet, HashMap};

use entity::types::Breakdown;

use super::{CellKey, Laid, Notes};
use crate::secrecy::{
    Address,
    closure::dimensions,
    engine::CellIndex,
    relations::{Index, by_dimension},
};

/// A total that is more than those of the categories of a dimension that are there, while others are not.
pub(super) fn short_of_total(
    laid: &Laid,
    index: &Index,
    breakdowns: &HashMap<i32, Breakdown>,
) -> Option<Address> {
    let dimensions = dimensions(breakdowns.values());
    let value = |cell: CellIndex| laid.table.cells.get(cell as usize).map_or(0, |cell| cell.value);
    let mut lines = by_dimension(index, breakdowns).into_iter().flat_map(|(dimension, lines)| {
        let all = dimensions.get(dimension).map_or(0, BTreeSet::len);
        lines.into_iter().filter(move |(_, parts)| parts.len() < all)
    });
    let short =
        lines.find(|(total, parts)| value(*total) > parts.iter().map(|part| value(*part)).sum::<i64>());
    short.and_then(|(total, _)| laid.keys.get(total as usize)).map(|key| key.address)
}

/// A number that follows only where categories that are not there are zeros, in a sum that does not hold with it.
pub(super) fn belied(laid: &Laid, notes: &Notes) -> Option<CellKey> {
    let presumed = |at: &CellIndex| notes.presumed.contains(at);
    let wrong = laid.table.relations.iter().filter(|relation| !laid.adds_up(relation));
    let mut wrong = wrong.flat_map(|relation| &relation.terms).map(|(at, _)| at);
    wrong.find(|at| presumed(at)).and_then(|at| laid.keys.get(*at as usize)).copied()
}
