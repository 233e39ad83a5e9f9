//! Territories that cut one another: numbers of both say something of the piece that they have in common and of what either has
//! alone. Where that piece is known it is bound like all others; where it is not, nothing tells how narrowly they bind it.

use std::collections::BTreeMap;

use super::{
    Address,
    closure::{Closed, Structure},
    groups::comparable,
};

/// A territory that is known beside one that cuts it, without the piece that they have in common: of an indicator, and the
/// indicators of one chain of containment with it.
pub(super) fn uncut(own: &Closed<'_>, chain: &[&Closed<'_>], structure: &Structure<'_>) -> Option<Address> {
    let mut wholes: BTreeMap<i32, Vec<i32>> = BTreeMap::new();
    for (whole, parts) in structure.sums.iter().filter(|(whole, _)| *whole >= 0) {
        for part in parts.iter().filter(|part| **part < 0) {
            wholes.entry(*part).or_default().push(*whole);
        }
    }
    wholes.retain(|_, wholes| wholes.len() > 1);
    if wholes.is_empty() {
        return None;
    }
    let by_territory: Vec<BTreeMap<i32, Vec<Address>>> =
        chain.iter().map(|closed| positive(closed)).collect();
    let mine = positive(own);
    for (piece, wholes) in wholes {
        let has =
            |closed: &Closed<'_>, at: &Address| closed.get(&Address { territory_id: piece, ..*at }).is_some();
        let without = wholes.iter().flat_map(|whole| mine.get(whole)).flatten();
        for one in without.filter(|one| !has(own, one)) {
            let others = wholes.iter().filter(|whole| **whole != one.territory_id);
            for other in others {
                for (closed, known) in chain.iter().zip(&by_territory) {
                    let beside = known.get(other).into_iter().flatten();
                    let mut beside = beside.filter(|found| !has(closed, found));
                    if beside.any(|found| comparable(one, found, structure)) {
                        return Some(*one);
                    }
                }
            }
        }
    }
    None
}

/// Where numbers that are no zeros are known.
fn positive(closed: &Closed<'_>) -> BTreeMap<i32, Vec<Address>> {
    let mut found: BTreeMap<i32, Vec<Address>> = BTreeMap::new();
    for (address, raw) in closed.all() {
        if raw.open() > 0.0 {
            found.entry(address.territory_id).or_default().push(address);
        }
    }
    found
}
