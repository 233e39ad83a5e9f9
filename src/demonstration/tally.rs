//! Counts summed exactly up to every territory and every margin, and sealed.

use std::collections::BTreeMap;

use entity::types::{Level, Period, PeriodKind};

use super::{
    draw::Draws,
    ground::{Ground, Parcel},
    people::People,
    recipes::Recipe,
};
use crate::secrecy::{Address, Raw, Sheet};

/// An amount and how many contributors stand behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Amount {
    pub amount: u64,
    pub contributors: u64,
}

/// The amounts of one indicator and year, by territory and period, in the order of the recipe's margins.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub cells: BTreeMap<(i32, Period), Vec<Amount>>,
}

/// What a contributor to a canary counts for: see [`Raw::CANARY_UNIT`].
const CANARY_UNIT: u64 = Raw::CANARY_UNIT as u64;

/// Counts every recipe of a source on its ground; recipes of other sources are left out.
pub(super) fn count(
    recipes: &[Recipe],
    source_id: i32,
    ground: &Ground,
    people: &People,
    year: Period,
    canary: bool,
) -> BTreeMap<usize, Tally> {
    let mut tallies: BTreeMap<usize, Tally> = BTreeMap::new();
    for parcel in &ground.parcels {
        let mut counted: Vec<Vec<u64>> = Vec::with_capacity(recipes.len());
        for (position, recipe) in recipes.iter().enumerate() {
            if recipe.source_id != source_id {
                counted.push(Vec::new());
                continue;
            }
            let counts = recipe.counts(parcel, year.calendar_year(), people, &counted);
            tallies.entry(position).or_default().add(recipe, parcel, year, &counts, canary);
            counted.push(counts);
        }
    }
    tallies
}

/// Counts every recipe of a source month by month: each month is drawn by itself, and the quarters and the year are
/// sums of months. Parts nest in their wholes in every one of them.
pub(super) fn count_months(
    recipes: &[Recipe],
    source_id: i32,
    ground: &Ground,
    people: &People,
    year: i32,
) -> BTreeMap<usize, Tally> {
    let mut tallies: BTreeMap<usize, Tally> = BTreeMap::new();
    for month in 1..=MONTHS {
        let quarter = month.div_ceil(MONTHS / 4);
        let kinds = [PeriodKind::Year, PeriodKind::Quarter(quarter), PeriodKind::Month(month)];
        let periods: Vec<Period> =
            kinds.into_iter().filter_map(|kind| Period::new(year, kind).ok()).collect();
        for parcel in &ground.parcels {
            let name = parcel.name.text("month").number(u64::from(month));
            let drawn = Parcel { name, share: parcel.share / u64::from(MONTHS), ..parcel.clone() };
            let mut counted: Vec<Vec<u64>> = Vec::with_capacity(recipes.len());
            for (position, recipe) in recipes.iter().enumerate() {
                if recipe.source_id != source_id {
                    counted.push(Vec::new());
                    continue;
                }
                let counts = recipe.counts(&drawn, year, people, &counted);
                let amounts: Vec<Amount> =
                    counts.iter().map(|count| Amount { amount: *count, contributors: *count }).collect();
                let margins = margins(recipe, &amounts);
                for period in &periods {
                    tallies.entry(position).or_default().place(recipe, parcel, *period, &margins);
                }
                counted.push(counts);
            }
        }
    }
    tallies
}

const MONTHS: u8 = 12;

impl Tally {
    fn add(&mut self, recipe: &Recipe, parcel: &Parcel, year: Period, counts: &[u64], canary: bool) {
        let calendar = year.calendar_year();
        let name = parcel.name.number(u64::from(recipe.indicator_id.unsigned_abs()));
        let mut draws = name.text("canary").number(u64::from(calendar.unsigned_abs())).draws();
        let mut amounts = |counts: &[u64]| -> Vec<Amount> {
            counts.iter().map(|count| amount(*count, canary, &mut draws)).collect()
        };
        if recipe.quarters_from.is_none_or(|first| calendar < first) {
            let margins = margins(recipe, &amounts(counts));
            return self.place(recipe, parcel, year, &margins);
        }
        for (number, quarter) in (1..).zip(&recipe.quarters(parcel, counts)) {
            let margins = margins(recipe, &amounts(quarter));
            self.place(recipe, parcel, year, &margins);
            if let Ok(period) = Period::new(calendar, PeriodKind::Quarter(number)) {
                self.place(recipe, parcel, period, &margins);
            }
        }
    }

    /// Counts a parcel in its territories down to the indicator's finest level, and in itself when it is
    /// hidden and its parts are published.
    fn place(&mut self, recipe: &Recipe, parcel: &Parcel, period: Period, margins: &[Amount]) {
        let reached = |level: Level| level.is_reached_by(recipe.finest_level);
        let published = parcel.territories.iter().filter(|(_, level)| reached(*level)).map(|(id, _)| *id);
        let hidden = parcel.hidden.iter().copied().filter(|_| recipe.finest_level.is_below_commune());
        for territory_id in published.chain(hidden) {
            let cells = self.cells.entry((territory_id, period)).or_default();
            cells.resize(margins.len(), Amount::default());
            for (cell, amount) in cells.iter_mut().zip(margins) {
                cell.add(*amount);
            }
        }
    }

    /// Seals every amount. The contributors of a count are the count itself.
    pub fn seal(&self, recipe: &Recipe, canary: bool) -> Sheet {
        let mut sheet = Sheet::default();
        for ((territory_id, period), amounts) in &self.cells {
            for (breakdown_id, amount) in recipe.margins.iter().zip(amounts) {
                let address =
                    Address { territory_id: *territory_id, period: *period, breakdown_id: *breakdown_id };
                let contributors = canary.then(|| u32::try_from(amount.contributors).unwrap_or(u32::MAX));
                sheet.insert(address, Raw::seal(amount.amount as f64, contributors));
            }
        }
        sheet
    }
}

/// The finest amounts summed up to every margin.
fn margins(recipe: &Recipe, finest: &[Amount]) -> Vec<Amount> {
    let mut margins = vec![Amount::default(); recipe.margins.len()];
    for (amount, places) in finest.iter().zip(&recipe.counts_in) {
        for place in places {
            if let Some(margin) = margins.get_mut(*place) {
                margin.add(*amount);
            }
        }
    }
    margins
}

impl Amount {
    fn add(&mut self, other: Self) {
        self.amount += other.amount;
        self.contributors += other.contributors;
    }
}

fn amount(count: u64, canary: bool, draws: &mut Draws) -> Amount {
    let amount =
        if canary && count > 0 { count * CANARY_UNIT + draws.below(count * CANARY_UNIT / 2) } else { count };
    Amount { amount, contributors: count }
}
