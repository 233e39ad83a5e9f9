//! Searching figures in memory as the database would.

use std::{
    cmp::Ordering,
    collections::{BTreeSet, HashSet},
};

use super::{
    FigureFilter, FigureKey, FigureOrder, FigurePage, FigureRow, Position, Shape, Sort,
    columns::{Cell, Columns},
};

/// The figures of an indicator in a release.
pub(super) struct Part<'a> {
    pub indicator_id: i32,
    pub release_id: i32,
    pub columns: &'a Columns,
}

/// A part of the figures that the viewer is shown, as it is looked up.
struct Shown<'a> {
    shape: &'a Shape,
    territories: Option<HashSet<i32>>,
}

/// What is searched for.
pub(super) struct Searched<'a> {
    filter: &'a FigureFilter,
    territories: BTreeSet<i32>,
    breakdowns: HashSet<i32>,
    shown: Vec<Shown<'a>>,
}

/// A figure that fits, with its value as the viewer is shown it.
type Found = (FigureRow, Option<f64>);

impl<'a> Searched<'a> {
    /// What fits a filter, for a viewer who is shown so much.
    pub fn new(filter: &'a FigureFilter, shapes: &'a [Shape]) -> Self {
        let shown = |shape: &'a Shape| Shown {
            shape,
            territories: shape.territories.as_ref().map(|all| all.iter().copied().collect()),
        };
        Self {
            filter,
            territories: filter.territories.iter().copied().collect(),
            breakdowns: filter.breakdowns.iter().copied().collect(),
            shown: shapes.iter().map(shown).collect(),
        }
    }

    /// How many figures fit.
    pub fn count(&self, parts: &[Part<'_>]) -> u64 {
        let mut count = 0;
        self.each(parts, |_| count += 1);
        count
    }

    /// A page of the figures that fit, in order, and one more when there are more.
    pub fn page(&self, parts: &[Part<'_>], page: &FigurePage) -> Vec<FigureRow> {
        let order = page.full_order();
        let mut found: Vec<Found> = Vec::new();
        self.each(parts, |one| {
            let position = |edge: &Option<Position>| edge.as_ref().map(|edge| against(&order, &one, edge));
            let after = position(&page.after).is_none_or(Ordering::is_gt);
            let before = position(&page.before).is_none_or(Ordering::is_lt);
            if after && before {
                found.push(one);
            }
        });
        let most = usize::try_from(page.limit.saturating_add(1)).unwrap_or(usize::MAX);
        let compare = |one: &Found, other: &Found| {
            let ordering = between(&order, one, other);
            if page.from_end { ordering.reverse() } else { ordering }
        };
        if found.len() > most {
            found.select_nth_unstable_by(most, compare);
            found.truncate(most);
        }
        found.sort_unstable_by(compare);
        if page.from_end {
            found.reverse();
        }
        found.into_iter().map(|(row, _)| row).collect()
    }

    /// Tells each figure that fits.
    fn each(&self, parts: &[Part<'_>], mut told: impl FnMut(Found)) {
        for part in parts {
            if !part.columns.periods().iter().any(|period| self.wants(*period)) {
                continue;
            }
            let shown: Vec<&Shown<'_>> = self.shown.iter().filter(|shown| shown.holds_for(part)).collect();
            for &territory_id in &self.territories {
                let cells = part.columns.of(territory_id);
                if cells.is_empty() {
                    continue;
                }
                let is_shown = shown.iter().any(|shown| {
                    shown.territories.as_ref().is_none_or(|territories| territories.contains(&territory_id))
                });
                for cell in cells {
                    if self.wants(cell.period) && self.breakdowns.contains(&cell.breakdown_id) {
                        let value = if is_shown { cell.masked.columns().0 } else { None };
                        if self.fits(value) {
                            told((row(part, territory_id, cell), value));
                        }
                    }
                }
            }
        }
    }

    fn wants(&self, period: entity::types::Period) -> bool {
        let (first, last) = self.filter.between;
        self.filter.periods.as_ref().is_none_or(|periods| periods.contains(&period))
            && first.is_none_or(|first| period >= first)
            && last.is_none_or(|last| period <= last)
    }

    /// Whether a value is what is searched for, as the viewer is shown it.
    fn fits(&self, value: Option<f64>) -> bool {
        let within = |bound: Option<f64>, holds: fn(f64, f64) -> bool| {
            bound.is_none_or(|bound| value.is_some_and(|value| holds(value, bound)))
        };
        self.filter.shown.is_none_or(|shown| shown == value.is_some())
            && within(self.filter.at_least, |value, least| value >= least)
            && within(self.filter.at_most, |value, most| value <= most)
    }
}

impl Shown<'_> {
    fn holds_for(&self, part: &Part<'_>) -> bool {
        self.shape.indicators.contains(&part.indicator_id)
            && !self.shape.except_releases.contains(&part.release_id)
    }
}

fn row(part: &Part<'_>, territory_id: i32, cell: &Cell) -> FigureRow {
    let Cell { period, breakdown_id, masked } = *cell;
    let key = FigureKey { indicator_id: part.indicator_id, territory_id, period, breakdown_id };
    FigureRow { key, release_id: part.release_id, masked }
}

/// What a figure is ordered by, as [`FigurePage::position`] has it, with whether the largest comes first.
fn keys(order: &[Sort], (row, value): &Found) -> impl Iterator<Item = (f64, bool)> {
    let (key, value) = (row.key, *value);
    order.iter().flat_map(move |sort| {
        let number = |number: i32| [Some((f64::from(number), sort.descending)), None];
        match sort.by {
            FigureOrder::Value => [
                Some((if value.is_none() { 1.0 } else { 0.0 }, false)),
                Some((value.unwrap_or(0.0), sort.descending)),
            ],
            FigureOrder::Indicator => number(key.indicator_id),
            FigureOrder::Territory => number(key.territory_id),
            FigureOrder::Period => number(key.period.number()),
            FigureOrder::Breakdown => number(key.breakdown_id),
        }
        .into_iter()
        .flatten()
    })
}

/// The first difference decides.
fn decide(pairs: impl Iterator<Item = ((f64, bool), f64)>) -> Ordering {
    pairs
        .map(|((one, descending), other)| {
            let ordering = one.partial_cmp(&other).unwrap_or(Ordering::Equal);
            if descending { ordering.reverse() } else { ordering }
        })
        .find(|ordering| ordering.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn between(order: &[Sort], one: &Found, other: &Found) -> Ordering {
    decide(keys(order, one).zip(keys(order, other).map(|(number, _)| number)))
}

fn against(order: &[Sort], one: &Found, edge: &Position) -> Ordering {
    decide(keys(order, one).zip(edge.0.iter().copied()))
}
