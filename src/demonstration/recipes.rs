//! How many: synthetic counts for one parcel, year and indicator at the finest crossing of its dimensions.
//! Whole numbers throughout, so that every machine draws the same.

mod axes;
mod prepare;

use entity::types::Level;

use super::{
    draw::{Draws, Name},
    ground::Parcel,
    people::People,
};
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
const MICRO: u64 = 1_000_000;

impl Recipe {
    /// The counts of one parcel in one year, by finest crossing; `earlier` are those of the recipes before.
    ///
    /// Chance is drawn for a place, not for a year: a year differs from the one before by its drift alone.
    pub fn counts(&self, parcel: &Parcel, year: i32, people: &People, earlier: &[Vec<u64>]) -> Vec<u64> {
        let drift = self.drift(parcel.plot, year);
        let poverty = if parcel.inside { self.poverty } else { MILLE };
        let draws = self.name.and(parcel.name).draws();
        match &self.origin {
            Origin::Population => {
                let people = people.of(&parcel.commune, year) * parcel.share;
                self.out_of_people(draws, people, poverty, drift)
            }
            Origin::Nested { parent, groups } => {
                let parents = earlier.get(*parent).map(Vec::as_slice).unwrap_or_default();
                self.out_of_counts(draws, (parents, groups), poverty, drift)
            }
        }
    }

    /// A few per cent up or down a year, on the way from 1,000 in 2014.
    fn drift(&self, plot: Name, year: i32) -> u64 {
        let mut draws = self.name.and(plot).text("drift").draws();
        (2015..=year)
            .fold(MILLE, |drift, _| (drift + draws.between(0, 50)).saturating_sub(25).clamp(700, 1_400))
    }

    fn out_of_people(&self, mut draws: Draws, people: u64, poverty: u64, drift: u64) -> Vec<u64> {
        let local = draws.between(750, 1_300);
        // People in millionths, then five factors in per mille, then the weights.
        let expected =
            u128::from(people) * [self.share, poverty, local, drift].map(u128::from).iter().product::<u128>();
        let unit = u128::from(self.weight_unit) * u128::from(MILLE).pow(5);
        self.weights
            .iter()
            .map(|weight| {
                let own = draws.between(600, 1_400);
                let micro = expected * u128::from(*weight) / unit * u128::from(own);
                ((micro + u128::from(draws.below(MICRO))) / u128::from(MICRO)) as u64
            })
            .collect()
    }

    fn out_of_counts(
        &self,
        mut draws: Draws,
        (parents, groups): (&[u64], &[Group]),
        poverty: u64,
        drift: u64,
    ) -> Vec<u64> {
        let local = draws.between(850, 1_150);
        let share = (self.share * poverty * local / MILLE * drift / MILLE / MILLE).min(MILLE);
        let mut counts = vec![0; self.weights.len()];
        for group in groups {
            let parent: u64 = group.parents.iter().filter_map(|crossing| parents.get(*crossing)).sum();
            // Chance stays below a whole, so that a part is never more than what it is a part of.
            let part = (parent * share + draws.below(MILLE)) / MILLE;
            let weights: Vec<u64> = group
                .children
                .iter()
                .map(|child| {
                    self.weights.get(*child).copied().unwrap_or_default() * draws.between(700, 1_300)
                })
                .collect();
            for (child, count) in group.children.iter().zip(spread(part, &weights, &mut draws)) {
                if let Some(place) = counts.get_mut(*child) {
                    *place = count;
                }
            }
        }
        counts
    }

    /// The year's counts as its quarters.
    pub fn quarters(&self, parcel: &Parcel, counts: &[u64]) -> [Vec<u64>; 4] {
        let mut draws = self.name.and(parcel.name).text("quarters").draws();
        let mut quarters: [Vec<u64>; 4] = Default::default();
        for count in counts {
            let weights = [(); 4].map(|()| draws.between(700, 1_300));
            for (quarter, part) in quarters.iter_mut().zip(spread(*count, &weights, &mut draws)) {
                quarter.push(part);
            }
        }
        quarters
    }
}

/// Shares a count out by weight; the parts add up to it exactly.
fn spread(count: u64, weights: &[u64], draws: &mut Draws) -> Vec<u64> {
    let all: u64 = weights.iter().sum::<u64>().max(1);
    let chance = draws.below(all);
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
            let parts = spread(count, &[310, 1, 200, 489], &mut Name::of("test").number(count).draws());
            assert_eq!(parts.iter().sum::<u64>(), count);
        }
    }
}
