//! How many: synthetic counts for one parcel, year and indicator at the finest crossing of its dimensions.
//! Whole numbers throughout, so that every machine draws the same.

mod axes;
mod prepare;

use entity::types::Level;

use super::{draw::Name, ground::Parcel, people::People};
pub(super) use axes::Axes;
pub(super) use prepare::{Recipes, margins};

/// A recipe, with everything that names something looked up.
#[derive(Debug)]
pub(super) struct Recipe {
    pub indicator_id: i32,
    pub source_id: i32,
    pub finest_level: Level,
    pub quarters_from: Option<i32>,
    /// Numbers of the breakdowns of every margin, the finest crossings among them.
    pub margins: Vec<i32>,
    /// For each finest crossing, the positions of the margins that it counts in.
    pub counts_in: Vec<Vec<usize>>,
    name: Name,
    origin: Origin,
    /// Per mille of what it is drawn from.
    share: u64,
    /// Factor inside a priority neighbourhood, per mille.
    poverty: u64,
    /// Weight of each finest crossing, and what the weights of a group add up to without chance.
    weights: Vec<u64>,
    weight_unit: u64,
}

#[derive(Debug)]
enum Origin {
    Population,
    /// Part of an earlier recipe's counts.
    Nested {
        parent: usize,
        groups: Vec<Group>,
    },
}

/// The crossings of the parent that these crossings of the child are a part of.
#[derive(Debug)]
struct Group {
    parents: Vec<usize>,
    children: Vec<usize>,
}

/// A whole in the arithmetic of shares.
const MILLE: u64 = 1_000;
/// How fine an expected count is before chance rounds it.
const MICRO: u128 = 1_000_000;

impl Recipe {
    /// The counts of one parcel in one year, by finest crossing; `earlier` are those of the recipes before.
    pub fn counts(&self, parcel: &Parcel, year: i32, people: &People, earlier: &[Vec<u64>]) -> Vec<u64> {
        let name = self.named(parcel.name);
        let drift = self.drift(parcel.plot, year);
        match &self.origin {
            Origin::Population => self.from_people(parcel, name, drift, people.of(&parcel.commune, year)),
            Origin::Nested { parent, groups } => {
                let parents = earlier.get(*parent).map(Vec::as_slice).unwrap_or_default();
                self.from_counts(parcel, name, drift, parents, groups)
            }
        }
    }

    fn named(&self, place: Name) -> Name {
        // What is drawn for a place and an indicator depends on both.
        self.name.number(place.below(u64::MAX))
    }

    /// A few per cent up or down a year, on the way from 1,000 in 2014.
    fn drift(&self, plot: Name, year: i32) -> u64 {
        let name = self.named(plot).text("drift");
        let step = |year: i32| name.number(u64::from(year.unsigned_abs())).between(0, 50);
        let mut drift: u64 = MILLE;
        for year in 2015..=year {
            drift = (drift + step(year)).saturating_sub(25).clamp(700, 1_400);
        }
        drift
    }

    fn from_people(&self, parcel: &Parcel, name: Name, drift: u64, people: u64) -> Vec<u64> {
        let local = name.text("local").between(750, 1_300);
        let poverty = if parcel.inside { self.poverty } else { MILLE };
        // People in millionths, then five factors in per mille, then the weights.
        let expected = u128::from(people * parcel.share)
            * [self.share, poverty, local, drift].map(u128::from).iter().product::<u128>();
        let unit = u128::from(self.weight_unit) * u128::from(MILLE).pow(5);
        (0_u64..)
            .zip(&self.weights)
            .map(|(crossing, weight)| {
                let name = name.number(crossing);
                let own = name.text("own").between(600, 1_400);
                let micro = expected * u128::from(*weight) / unit * u128::from(own);
                ((micro + u128::from(name.text("chance").below(MICRO as u64))) / MICRO) as u64
            })
            .collect()
    }

    fn from_counts(
        &self,
        parcel: &Parcel,
        name: Name,
        drift: u64,
        parents: &[u64],
        groups: &[Group],
    ) -> Vec<u64> {
        let local = name.text("local").between(850, 1_150);
        let poverty = if parcel.inside { self.poverty } else { MILLE };
        let share = (self.share * poverty * local / MILLE * drift / MILLE / MILLE).min(MILLE);
        let mut counts = vec![0; self.weights.len()];
        for (number, group) in (0_u64..).zip(groups) {
            let name = name.text("group").number(number);
            let parent: u64 = group.parents.iter().filter_map(|crossing| parents.get(*crossing)).sum();
            // Chance stays below a whole, so that a part is never more than what it is a part of.
            let part = (parent * share + name.below(MILLE)) / MILLE;
            let weights: Vec<u64> = group
                .children
                .iter()
                .map(|child| {
                    let weight = self.weights.get(*child).copied().unwrap_or_default();
                    weight * name.text("own").number(*child as u64).between(700, 1_300)
                })
                .collect();
            for (child, count) in group.children.iter().zip(spread(part, &weights, name)) {
                if let Some(place) = counts.get_mut(*child) {
                    *place = count;
                }
            }
        }
        counts
    }

    /// The year's count of a crossing as its quarters.
    pub fn quarters(&self, parcel: &Parcel, year: i32, crossing: usize, count: u64) -> [u64; 4] {
        let name = self.named(parcel.name).text("quarters").number(crossing as u64);
        let weights = [1, 2, 3, 4].map(|quarter| name.number(quarter).between(700, 1_300));
        let parts = spread(count, &weights, name.number(u64::from(year.unsigned_abs())));
        let mut quarters = [0; 4];
        quarters.iter_mut().zip(parts).for_each(|(quarter, part)| *quarter = part);
        quarters
    }
}

/// Shares a count out by weight; the parts add up to it exactly.
fn spread(count: u64, weights: &[u64], name: Name) -> Vec<u64> {
    let all: u64 = weights.iter().sum::<u64>().max(1);
    let chance = name.text("spread").below(all);
    let (mut reached, mut given) = (0, 0);
    weights
        .iter()
        .map(|weight| {
            reached += weight;
            let until = (u128::from(count) * u128::from(reached) + u128::from(chance)) / u128::from(all);
            let part = until as u64 - given;
            given = until as u64;
            part
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Name, spread};

    #[test]
    fn a_count_that_is_shared_out_adds_up_again() {
        for count in [0, 1, 2, 7, 100, 12_345] {
            let parts = spread(count, &[310, 1, 200, 489], Name::of("test").number(count));
            assert_eq!(parts.iter().sum::<u64>(), count);
        }
    }
}
