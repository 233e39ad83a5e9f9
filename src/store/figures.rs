//! Figures: finding them by key, and searching them as one viewer may see them.
//!
//! The figures of a release never change once it is read, so that they are kept in memory as they rest, masked; what is not
//! there is read of the database, with the same outcome.

mod columns;
mod kept;
mod search;
mod sql;
#[cfg(test)]
mod tests;

use entity::types::Period;

use super::releases::Edition;
use crate::{
    catalogue::Catalogue,
    secrecy::{Address, Masked, table::CellKey},
};

pub(super) use kept::FigureMemory;

/// Which figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FigureKey {
    /// Indicator.
    pub indicator_id: i32,
    /// Territory.
    pub territory_id: i32,
    /// Period.
    pub period: Period,
    /// Breakdown; 0 is the total.
    pub breakdown_id: i32,
}

impl FigureKey {
    /// What the policy decides by: the indicator and the territory.
    #[must_use]
    pub const fn subject(&self) -> (i32, i32) {
        (self.indicator_id, self.territory_id)
    }

    /// Where the figure stands in its indicator's sheet.
    #[must_use]
    pub const fn address(&self) -> Address {
        Address { territory_id: self.territory_id, period: self.period, breakdown_id: self.breakdown_id }
    }
}

impl From<CellKey> for FigureKey {
    fn from(CellKey { indicator_id, address }: CellKey) -> Self {
        let Address { territory_id, period, breakdown_id } = address;
        Self { indicator_id, territory_id, period, breakdown_id }
    }
}

/// A figure as it rests: masked, not yet decided upon for a viewer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FigureRow {
    /// Which figure.
    pub key: FigureKey,
    /// In which release.
    pub release_id: i32,
    /// What everybody without a grant may see of it.
    pub masked: Masked,
}

/// A part of the figures that the viewer is shown, as the policy decided: everything else counts as
/// withheld when figures are filtered or ordered by value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Indicators that it holds for.
    pub indicators: Vec<i32>,
    /// Territories that it holds for; all when none.
    pub territories: Option<Vec<i32>>,
    /// Releases that it does not hold for.
    pub except_releases: Vec<i32>,
}

/// What is searched for. Empty lists find nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FigureFilter {
    /// Indicators.
    pub indicators: Vec<i32>,
    /// Territories.
    pub territories: Vec<i32>,
    /// Breakdowns.
    pub breakdowns: Vec<i32>,
    /// Periods; all when none.
    pub periods: Option<Vec<Period>>,
    /// First and last period.
    pub between: (Option<Period>, Option<Period>),
    /// Only figures that the viewer is shown, or only those that are withheld from them.
    pub shown: Option<bool>,
    /// Only values from here.
    pub at_least: Option<f64>,
    /// Only values up to here.
    pub at_most: Option<f64>,
}

impl FigureFilter {
    /// Whether what it finds depends on values.
    #[must_use]
    pub const fn looks_at_values(&self) -> bool {
        self.shown.is_some() || self.at_least.is_some() || self.at_most.is_some()
    }
}

/// What figures are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureOrder {
    /// Value as the viewer is shown it; withheld ones last in either direction.
    Value,
    /// Indicator.
    Indicator,
    /// Territory, by level, then code.
    Territory,
    /// Period.
    Period,
    /// Breakdown.
    Breakdown,
}

/// A key of order and its direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub by: FigureOrder,
    /// Largest first.
    pub descending: bool,
}

/// Where a figure stands in an order: one number for each key, as the viewer is shown it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    numbers: [f64; MOST_NUMBERS],
    length: usize,
}

/// Most numbers that a figure is ordered by: two for its value, one for each other key.
const MOST_NUMBERS: usize = 6;

impl Position {
    /// Where a figure stands in a whole order; `value` is what the viewer is shown.
    #[must_use]
    pub fn of(order: &[Sort], key: &FigureKey, value: Option<f64>) -> Self {
        let numbers = order.iter().flat_map(|sort| {
            let (first, second) = match sort.by {
                FigureOrder::Value => (if value.is_none() { 1.0 } else { 0.0 }, Some(value.unwrap_or(0.0))),
                FigureOrder::Indicator => (f64::from(key.indicator_id), None),
                FigureOrder::Territory => (f64::from(key.territory_id), None),
                FigureOrder::Period => (f64::from(key.period.number()), None),
                FigureOrder::Breakdown => (f64::from(key.breakdown_id), None),
            };
            std::iter::once(first).chain(second)
        });
        Self::read(numbers)
    }

    /// A position of these numbers; more than an order has are left out.
    #[must_use]
    pub fn read(numbers: impl Iterator<Item = f64>) -> Self {
        let mut position = Self { numbers: [0.0; MOST_NUMBERS], length: 0 };
        for (place, number) in position.numbers.iter_mut().zip(numbers) {
            *place = number;
            position.length += 1;
        }
        position
    }

    /// Its numbers, one for each key of its order and one more for a value.
    #[must_use]
    pub fn numbers(&self) -> &[f64] {
        self.numbers.get(..self.length).unwrap_or_default()
    }
}

impl std::fmt::Display for Position {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, number) in self.numbers().iter().enumerate() {
            if at > 0 {
                formatter.write_str(" ")?;
            }
            write!(formatter, "{number}")?;
        }
        Ok(())
    }
}

/// Which page of a search.
#[derive(Clone, Debug, PartialEq)]
pub struct FigurePage {
    /// Keys of order; ties are broken by indicator, territory, period and breakdown.
    pub order: Vec<Sort>,
    /// Only figures after this one.
    pub after: Option<Position>,
    /// Only figures before this one.
    pub before: Option<Position>,
    /// At most so many.
    pub limit: u64,
    /// Counted from the end.
    pub from_end: bool,
}

const TIES: [FigureOrder; 4] =
    [FigureOrder::Indicator, FigureOrder::Territory, FigureOrder::Period, FigureOrder::Breakdown];

impl FigurePage {
    /// The keys of order with the ties that make it total.
    #[must_use]
    pub fn full_order(&self) -> Vec<Sort> {
        let mut order = self.order.clone();
        for by in TIES {
            if !order.iter().any(|sort| sort.by == by) {
                order.push(Sort { by, descending: false });
            }
        }
        order
    }
}

/// What is read of the figures: an edition, and which of its releases may have an indicator.
#[derive(Clone, Copy)]
pub(super) struct Published<'a> {
    /// The edition.
    pub edition: &'a Edition,
    /// Sources of indicators.
    pub catalogue: &'a Catalogue,
}

impl Published<'_> {
    /// The releases that may have figures of an indicator.
    fn releases_of(&self, indicator_id: i32) -> impl Iterator<Item = i32> {
        let source = self.catalogue.indicator_by_id(indicator_id).map(|indicator| indicator.source_id);
        let releases = self.edition.releases.iter();
        releases.filter(move |release| Some(release.source_id) == source).map(|release| release.id)
    }
}
