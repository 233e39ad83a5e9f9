//! What is worked out from the figures of a table: differences, shares, ranks. One part that is withheld withholds the
//! result, so that nothing here tells more than the figures that the viewer sees.

use std::collections::{HashMap, HashSet};

use entity::types::{Period, Unit};

use super::Grid;
use crate::{
    catalogue::Catalogue,
    geography::Gazetteer,
    secrecy::Disclosed,
    store::{FigureKey, Told},
};

/// What is worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Derivation {
    /// Difference from the period before in the table, or from a base period; in the unit of the figure, in percentage
    /// points where that is per cent.
    Difference,
    /// The same in per cent of the earlier figure.
    Growth,
    /// Share of the whole, in per cent: of the figure without breakdown where the table is broken down, else of the
    /// reference territory.
    Share,
    /// Rank among the territories of the same level in the table, the largest first; those withheld have none and do not
    /// count.
    Rank,
    /// Difference from the reference territory, in the same unit as the other difference.
    Gap,
    /// Per cent of the figure of the reference territory.
    Ratio,
}

/// What is worked out for one cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Derived {
    /// The number, or why there is none.
    pub disclosed: Disclosed,
    /// Its unit.
    pub unit: DerivedUnit,
    /// Whether it compares periods on the two sides of a break in the series. It is told all the same, as statistical
    /// offices do, for a reader may want the size of the break; it never goes without this flag.
    pub across_break: bool,
}

/// The unit of what is worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DerivedUnit {
    /// A unit that figures have too.
    Plain(Unit),
    /// What one percentage is more than another: 3 points more is not 3 per cent more.
    PercentagePoints,
}

impl DerivedUnit {
    /// That of the difference of two figures.
    const fn of_difference(unit: Unit) -> Self {
        match unit {
            Unit::Percent => Self::PercentagePoints,
            other => Self::Plain(other),
        }
    }
}

impl Derivation {
    /// The figure that a cell is compared with: the period before, the whole or the reference territory. None where there
    /// is no such figure.
    fn other(self, grid: &Grid, key: FigureKey, base: Base) -> Option<FigureKey> {
        match self {
            Self::Difference | Self::Growth => {
                let periods = &grid.layout().members().periods;
                let same_kind = |period: &Period| {
                    std::mem::discriminant(&period.kind()) == std::mem::discriminant(&key.period.kind())
                };
                let alike = periods.iter().copied().filter(same_kind);
                let before = match base.period {
                    Some(period) => Some(period).filter(same_kind),
                    None => alike.filter(|period| *period < key.period).max(),
                };
                before.map(|period| FigureKey { period, ..key })
            }
            Self::Share if key.breakdown_id != 0 => Some(FigureKey { breakdown_id: 0, ..key }),
            Self::Share | Self::Gap | Self::Ratio => {
                base.territory_id.map(|territory_id| FigureKey { territory_id, ..key })
            }
            Self::Rank => None,
        }
    }

    /// The figures that it compares with; not all of them need stand in the table.
    #[must_use]
    pub fn needed(self, grid: &Grid, base: Base) -> Vec<FigureKey> {
        let mut keys: Vec<FigureKey> =
            grid.told().iter().filter_map(|told| self.other(grid, told.key, base)).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Works it out for every cell, row by row. `others` holds what [`needed`](Self::needed) named.
    #[must_use]
    pub fn of(
        self,
        grid: &Grid,
        base: Base,
        others: &HashMap<FigureKey, Told>,
        (catalogue, gazetteer): (&Catalogue, &Gazetteer),
    ) -> Vec<Derived> {
        let ranks = if self == Self::Rank { ranks(grid, gazetteer) } else { HashMap::new() };
        // Of a balance, which is below nothing in places, nothing is a share.
        let below = |told: &&Told| told.disclosed.value().is_some_and(|value| value < 0.0);
        let all = grid.told().iter().chain(others.values());
        let balances: HashSet<i32> = all.filter(below).map(|told| told.key.indicator_id).collect();
        let derived = |told: &Told| {
            let indicator = catalogue.indicator_by_id(told.key.indicator_id);
            let unit = indicator.map_or(Unit::Count, |indicator| indicator.unit);
            let additive = indicator.is_some_and(|indicator| indicator.additive);
            let compared = self.other(grid, told.key, base);
            let across_break = indicator.zip(compared).is_some_and(|(indicator, other)| {
                indicator.breaks_between(told.key.period, other.period).next().is_some()
            });
            let other = compared.and_then(|key| others.get(&key));
            let with = |combine: fn(f64, f64) -> Option<f64>| match other {
                Some(other) => told.disclosed.with(other.disclosed, combine),
                None => Disclosed::NOT_APPLICABLE,
            };
            let percent = DerivedUnit::Plain(Unit::Percent);
            let (disclosed, unit) = match self {
                Self::Difference | Self::Gap => {
                    (with(|here, there| Some(tidy(here - there))), DerivedUnit::of_difference(unit))
                }
                Self::Growth => (with(|here, there| per_cent(here - there, there)), percent),
                Self::Ratio => (with(per_cent), percent),
                Self::Share
                    if additive
                        && is_part(told.key, base, gazetteer)
                        && !balances.contains(&told.key.indicator_id) =>
                {
                    (with(share), percent)
                }
                Self::Share => (Disclosed::NOT_APPLICABLE, percent),
                Self::Rank => {
                    let rank = ranks.get(&told.key).copied();
                    (told.disclosed.with(told.disclosed, |_, _| rank), DerivedUnit::Plain(Unit::Count))
                }
            };
            Derived { disclosed, unit, across_break }
        };
        grid.told().iter().map(derived).collect()
    }
}

/// What figures are compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Base {
    /// Base period of differences; the one before in the table when none.
    pub period: Option<Period>,
    /// Reference territory.
    pub territory_id: Option<i32>,
}

/// Whether a figure is a part of what it is a share of: a category, or a territory within the reference.
fn is_part(key: FigureKey, base: Base, gazetteer: &Gazetteer) -> bool {
    key.breakdown_id != 0
        || base.territory_id.is_some_and(|whole| {
            key.territory_id == whole
                || gazetteer.ancestors(key.territory_id).iter().any(|territory| territory.id == whole)
        })
}

/// A difference without what binary fractions leave: 0.59 less 0.44 is 0.15.
fn tidy(difference: f64) -> f64 {
    const FINEST: f64 = 1e9;
    if difference.abs() < 1e6 { (difference * FINEST).round() / FINEST } else { difference }
}

/// What is more than its whole is no part of it.
fn share(part: f64, whole: f64) -> Option<f64> {
    per_cent(part, whole).filter(|share| *share <= 100.0)
}

fn per_cent(part: f64, whole: f64) -> Option<f64> {
    (whole != 0.0).then(|| 100.0 * part / whole)
}

/// The rank of each figure that is shown, among the territories of its level that the table shows beside it; equal
/// figures share the better rank.
fn ranks(grid: &Grid, gazetteer: &Gazetteer) -> HashMap<FigureKey, f64> {
    let mut groups: HashMap<_, Vec<(f64, FigureKey)>> = HashMap::new();
    for told in grid.told() {
        let Some(value) = told.disclosed.value() else { continue };
        let Some(level) = gazetteer.get(told.key.territory_id).map(|territory| territory.level) else {
            continue;
        };
        let group = (told.key.indicator_id, told.key.period, told.key.breakdown_id, level);
        groups.entry(group).or_default().push((value, told.key));
    }
    let mut ranks = HashMap::new();
    for group in groups.values_mut() {
        group.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        let mut rank = 0.0;
        for (at, (value, key)) in group.iter().enumerate() {
            if at == 0 || group.get(at - 1).is_none_or(|(before, _)| before != value) {
                rank = (at + 1) as f64;
            }
            ranks.insert(*key, rank);
        }
    }
    ranks
}
