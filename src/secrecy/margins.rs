//! Which margins of crossings that nobody delivered are known, and whether they tell more together than each by itself.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::types::{Breakdown, Period};

use super::{
    Address,
    closure::{Closed, wider},
    decomposable::{Kept, decomposable},
    table::{Containment, LayError, Sums},
};

/// A place of the table: a territory in a period.
type Place = (i32, Period);

/// The dimensions by which numbers are known, by indicator and place.
#[derive(Clone, Debug, Default)]
pub(super) struct Margins {
    /// Zeros bind nothing, for all that they are divided into is zero: a place of zeros has no shape.
    shapes: BTreeMap<i32, HashMap<Place, BTreeSet<Kept>>>,
    /// Bits that stand for dimensions, the lowest.
    dimensions: u32,
}

impl Margins {
    /// What is known of every indicator, delivered or derived.
    pub fn of<'c, 's: 'c>(
        closed: impl IntoIterator<Item = (i32, &'c Closed<'s>)>,
        breakdowns: &BTreeMap<i32, &Breakdown>,
    ) -> Self {
        let categories = breakdowns.values().flat_map(|breakdown| breakdown.categories());
        let dimensions: BTreeSet<&str> = categories.map(|(dimension, _)| dimension).collect();
        let bits: HashMap<&str, u32> = dimensions.iter().copied().zip(0..).collect();
        let kept = |breakdown: &Breakdown| {
            let kept = breakdown.categories().filter_map(|(dimension, _)| bits.get(dimension));
            kept.fold(0, |all, at| all | bit(*at))
        };
        let by_breakdown: HashMap<i32, Kept> =
            breakdowns.iter().map(|(id, breakdown)| (*id, kept(breakdown))).collect();
        let mut margins = Self { shapes: BTreeMap::new(), dimensions: dimensions.len() as u32 };
        for (indicator_id, closed) in closed {
            let shapes = margins.shapes.entry(indicator_id).or_default();
            for (Address { territory_id, period, breakdown_id }, raw) in closed.all() {
                let known = shapes.entry((territory_id, period)).or_default();
                if raw.open() > 0.0 {
                    known.insert(by_breakdown.get(&breakdown_id).copied().unwrap_or_default());
                }
            }
        }
        margins
    }

    /// Whether the margins of every place say no more together than each by itself.
    ///
    /// # Errors
    ///
    /// [`LayError::Tangled`] with a place where they may.
    pub fn decomposable(&self, sums: &Sums, contained: &[Containment]) -> Result<(), LayError> {
        let mut divided: BTreeMap<i32, Vec<i32>> = BTreeMap::new();
        for (whole, parts) in sums.sums.iter().chain(&sums.mergers) {
            parts.iter().for_each(|part| divided.entry(*part).or_default().push(*whole));
        }
        let mut judged: HashMap<BTreeSet<Kept>, bool> = HashMap::new();
        let wholes = |id: i32| -> Vec<i32> {
            contained.iter().filter(|pair| pair.part_id == id).map(|pair| pair.whole_id).collect()
        };
        for parts in self.together(wholes) {
            let Some(indicator_id) = parts.first().copied() else { continue };
            let counts = Chain::of(&parts, wholes);
            // Counts and what they are parts of are one table: which part of it is a variable like any other.
            let places = || counts.0.iter().filter_map(|(id, _)| self.shapes.get(id)).flat_map(HashMap::keys);
            let periods: BTreeSet<Period> = places().map(|(_, period)| *period).collect();
            let periods: Vec<Chain<Period>> =
                periods.into_iter().map(|period| Chain::of(&[period], wider)).collect();
            let territories: BTreeSet<i32> =
                places().map(|(territory_id, _)| *territory_id).chain(divided.keys().copied()).collect();
            for territory_id in territories {
                let around = Chain::of(&[territory_id], |id| divided.get(&id).cloned().unwrap_or_default());
                for period in &periods {
                    let margins = self.around(&counts, &around, period);
                    let holds = judged.entry(margins).or_insert_with_key(|margins| {
                        margins.iter().all(|kept| *kept < TOO_MANY) && decomposable(margins.iter().copied())
                    });
                    if !*holds {
                        // The nearest one of which something was delivered, for that is to be mended.
                        let delivered = |id: &i32| {
                            let places = self.shapes.get(&indicator_id).into_iter().flat_map(HashMap::keys);
                            places.into_iter().any(|(known, _)| known == id)
                        };
                        let mut named = around.0.iter().map(|(id, _)| *id).filter(|id| *id >= 0);
                        let territory_id = named.find(delivered).unwrap_or(territory_id);
                        return Err(LayError::Tangled { indicator_id, territory_id });
                    }
                }
            }
        }
        Ok(())
    }

    /// Counts that are judged together: each alone, and any two parts of one whole, which say of each other how many units
    /// they may have in common.
    fn together(&self, wholes: impl Fn(i32) -> Vec<i32>) -> Vec<Vec<i32>> {
        let around = self.shapes.keys().map(|id| (*id, up(&[*id], &wholes)));
        let around: BTreeMap<i32, Vec<i32>> = around.collect();
        let mut found: Vec<Vec<i32>> = around.keys().map(|id| vec![*id]).collect();
        for (one, of_one) in &around {
            for (other, of_other) in around.range(one + 1..) {
                let apart = !of_one.contains(other) && !of_other.contains(one);
                let known = |whole: &&i32| of_other.contains(whole) && self.shapes.contains_key(whole);
                // Where nothing is known of what holds both, neither says anything of the other.
                if apart && of_one.iter().any(|whole| known(&whole)) {
                    found.push(vec![*one, *other]);
                }
            }
        }
        found
    }

    /// Every margin that binds the numbers of one place, with the variables that it keeps; none where they are zeros.
    fn around(
        &self,
        counts: &Chain<i32>,
        territories: &Chain<i32>,
        periods: &Chain<Period>,
    ) -> BTreeSet<Kept> {
        let mut margins = BTreeSet::new();
        for (indicator_id, of_count) in &counts.0 {
            let Some(places) = self.shapes.get(indicator_id) else { continue };
            for (territory_id, of_territory) in &territories.0 {
                for (period, of_period) in &periods.0 {
                    let Some(shapes) = places.get(&(*territory_id, *period)) else { continue };
                    if shapes.is_empty() {
                        return BTreeSet::new();
                    }
                    // One place after the other, above those of the dimensions.
                    let mut at = self.dimensions;
                    let mut place = 0;
                    for (kept, length) in [
                        (of_count, counts.0.len()),
                        (of_territory, territories.0.len()),
                        (of_period, periods.0.len()),
                    ] {
                        place |= shifted(*kept, at);
                        at += length as u32;
                    }
                    margins.extend(shapes.iter().map(|shape| shape | place));
                }
            }
        }
        margins
    }
}

/// Parts and all that they are parts of, each with the variables that tell it from the rest of what it lies in: its own
/// and those of all that hold it.
struct Chain<T>(Vec<(T, Kept)>);

impl<T: Copy + PartialEq> Chain<T> {
    fn of(parts: &[T], wholes: impl Fn(T) -> Vec<T>) -> Self {
        let chain = up(parts, &wholes);
        let position = |whole: T| (0..).zip(&chain).find(|(_, other)| **other == whole).map(|(at, _)| at);
        let kept = |part: T| {
            let above = up(&[part], &wholes).into_iter().filter_map(position);
            above.fold(0, |all, at| all | bit(at))
        };
        Self(chain.iter().map(|part| (*part, kept(*part))).collect())
    }
}

/// Parts, then all that they lie in.
fn up<T: Copy + PartialEq>(parts: &[T], wholes: &impl Fn(T) -> Vec<T>) -> Vec<T> {
    let mut found = parts.to_vec();
    let mut next = 0;
    while let Some(part) = found.get(next).copied() {
        for whole in wholes(part) {
            if !found.contains(&whole) {
                found.push(whole);
            }
        }
        next += 1;
    }
    found
}

/// Stands for variables that have no bit left: margins that keep it are taken for tangled.
const TOO_MANY: Kept = 1 << (Kept::BITS - 1);

fn shifted(kept: Kept, by: u32) -> Kept {
    match kept {
        0 => 0,
        kept if kept.leading_zeros() > by => kept << by,
        _ => TOO_MANY,
    }
}

fn bit(at: u32) -> Kept {
    shifted(1, at)
}

#[cfg(test)]
mod tests;
