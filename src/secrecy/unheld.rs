//! Counts that are known more finely than what they are parts of. A part at a place is held by the whole at that place, and
//! by its own total: both are sums or containments that bind it. Where neither is known, parts of several places, periods or
//! categories add up under the whole of all of them, and no relation of the table says so.

use std::collections::BTreeMap;

use super::{
    Address, inspect,
    nesting::Nesting,
    table::{CellKey, Containment},
};

/// A part that nothing holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unheld {
    /// The part.
    pub part: CellKey,
    /// What it is a part of, known more coarsely.
    pub whole_id: i32,
    /// Another part of the whole that is divided alike.
    pub beside: Option<i32>,
}

/// All that an indicator is a part of, the nearest first.
pub(super) fn wholes(indicator_id: i32, contained: &[Containment]) -> Vec<i32> {
    let mut found = vec![indicator_id];
    let next = |id: i32| contained.iter().find(|pair| pair.part_id == id).map(|pair| pair.whole_id);
    while let Some(whole) = found.last().copied().and_then(next).filter(|whole| !found.contains(whole)) {
        found.push(whole);
    }
    found.remove(0);
    found
}

/// The first part that nothing holds: neither its own total nor the whole at its place; or, of two parts of one whole
/// which are divided alike, the one whose whole is not.
pub(super) fn unheld(known: &Nesting<'_, '_>, contained: &[Containment]) -> Option<Unheld> {
    let wholes: BTreeMap<i32, Vec<i32>> =
        known.closed.keys().map(|id| (*id, wholes(*id, contained))).collect();
    let alone = wholes.iter().find_map(|(part_id, wholes)| known.without_total(*part_id, wholes));
    alone.or_else(|| known.divided_alike(&wholes))
}

/// Along what an address lies in a coarser one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Along<'a> {
    Territories,
    Periods,
    Categories(&'a str),
}

/// A whole and along what it is divided by a part, but not by itself.
type Undivided<'a> = (CellKey, Along<'a>);

impl<'k> Nesting<'k, '_> {
    /// Whether a number may be a part of another one: it is not more.
    fn fits(&self, part: &CellKey, whole: &CellKey) -> bool {
        let raw = |key: &CellKey| self.closed.get(&key.indicator_id).and_then(|of| of.get(&key.address));
        raw(part).zip(raw(whole)).is_some_and(|(part, whole)| inspect::rest(whole, &[part]).is_some())
    }

    /// A part beside a whole that is known more coarsely, with nothing in between.
    fn without_total(&self, part_id: i32, wholes: &[i32]) -> Option<Unheld> {
        let chain: Vec<i32> = std::iter::once(part_id).chain(wholes.iter().copied()).collect();
        let mut places: Vec<&Address> = self.addresses.get(&part_id)?.iter().collect();
        places.sort_unstable();
        for address in places {
            let part = CellKey { indicator_id: part_id, address: *address };
            // What holds it at its place is bound to what is known more coarsely by itself.
            let not_there: Vec<i32> =
                wholes.iter().copied().take_while(|whole| !self.has(*whole, address)).collect();
            if not_there.is_empty() {
                continue;
            }
            let around = self.around(address);
            for (at, whole_id) in (1..).zip(not_there) {
                let known =
                    around.iter().filter(|coarser| *coarser != address && self.has(whole_id, coarser));
                for coarser in known {
                    let whole = CellKey { indicator_id: whole_id, address: *coarser };
                    let mut within = around.iter().filter(|between| self.lies_in(between, coarser));
                    let held = within.any(|between| {
                        let counts = chain.iter().take(at + 1);
                        let mut counts = counts.map(|id| CellKey { indicator_id: *id, address: *between });
                        counts.any(|key| {
                            key != part && key != whole && self.has(key.indicator_id, &key.address)
                        })
                    });
                    if !held && self.fits(&part, &whole) {
                        return Some(Unheld { part, whole_id, beside: None });
                    }
                }
            }
        }
        None
    }

    /// Two parts of one whole that are divided along the same, while the whole is not: the larger of both counts at each
    /// place, and their sum.
    fn divided_alike(&self, wholes: &BTreeMap<i32, Vec<i32>>) -> Option<Unheld> {
        let mut divided: BTreeMap<(i32, i32), BTreeMap<Undivided<'k>, CellKey>> = BTreeMap::new();
        for (one, of_one) in wholes {
            for (other, of_other) in wholes.range(one + 1..) {
                if of_one.contains(other) || of_other.contains(one) {
                    continue;
                }
                let Some(at) = of_one.iter().position(|whole| of_other.contains(whole)) else { continue };
                let common = of_one.get(at..).unwrap_or_default();
                let Some(nearest) = common.first() else { continue };
                for id in [one, other] {
                    divided.entry((*id, *nearest)).or_insert_with(|| self.undivided(*id, common));
                }
                let (Some(first), Some(second)) =
                    (divided.get(&(*one, *nearest)), divided.get(&(*other, *nearest)))
                else {
                    continue;
                };
                if let Some((whole, part)) = first.iter().find_map(|((whole, along), part)| {
                    second.contains_key(&(*whole, along.clone())).then_some((whole, part))
                }) {
                    return Some(Unheld { part: *part, whole_id: whole.indicator_id, beside: Some(*other) });
                }
            }
        }
        None
    }

    /// The nearest wholes that a part divides and no whole does, with what divides them.
    fn undivided(&self, part_id: i32, wholes: &[i32]) -> BTreeMap<Undivided<'k>, CellKey> {
        let mut found = BTreeMap::new();
        let held = |address: &Address| wholes.iter().any(|whole| self.has(*whole, address));
        for address in self.addresses.get(&part_id).into_iter().flatten().filter(|address| !held(address)) {
            let part = CellKey { indicator_id: part_id, address: *address };
            let known: Vec<Address> =
                self.around(address).into_iter().filter(|coarser| held(coarser)).collect();
            let nearest = known.iter().filter(|coarser| {
                !known.iter().any(|other| other != *coarser && self.lies_in(other, coarser))
            });
            for coarser in nearest {
                let along = self.along(address, coarser).into_iter();
                let along = along.filter(|(_, narrowed)| !narrowed.is_some_and(|narrowed| held(&narrowed)));
                for (along, _) in along {
                    for whole_id in wholes.iter().copied().filter(|whole| self.has(*whole, coarser)) {
                        let whole = CellKey { indicator_id: whole_id, address: *coarser };
                        if self.fits(&part, &whole) {
                            found.entry((whole, along.clone())).or_insert(part);
                        }
                    }
                }
            }
        }
        found
    }

    /// Along what an address lies in a coarser one, each with the coarser one narrowed along that alone.
    fn along(&self, address: &Address, coarser: &Address) -> Vec<(Along<'k>, Option<Address>)> {
        let mut found = Vec::new();
        if address.territory_id != coarser.territory_id {
            let narrowed = Address { territory_id: address.territory_id, ..*coarser };
            found.push((Along::Territories, Some(narrowed)));
        }
        if address.period != coarser.period {
            found.push((Along::Periods, Some(Address { period: address.period, ..*coarser })));
        }
        let of = |id: i32| self.categories.get(&id).cloned().unwrap_or_default();
        let wide = of(coarser.breakdown_id);
        for category in of(address.breakdown_id).difference(&wide) {
            let narrowed = wide.iter().copied().chain([*category]).collect();
            let narrowed = self.by_categories.get(&narrowed).copied();
            let narrowed = narrowed.map(|breakdown_id| Address { breakdown_id, ..*coarser });
            found.push((Along::Categories(category.0), narrowed));
        }
        found
    }
}
