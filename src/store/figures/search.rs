//! Searching figures in memory as the database would.

use std::{
    cmp::Ordering,
    collections::{BTreeSet, HashSet},
};

use super::{
    FigureFilter, FigureKey, FigureOrder, FigurePage, FigureRow, MOST_NUMBERS, Position, Shape, Sort,
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

    /// About how many figures are looked at.
    pub fn looked_at(&self, parts: &[Part<'_>]) -> usize {
        parts.iter().map(|part| part.columns.among(self.territories.len())).sum()
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
        let edge = |edge: &Option<Position>| {
            edge.as_ref().map(|position| signed(&order, position.numbers().iter().copied()))
        };
        let (after, before) = (edge(&page.after), edge(&page.before));
        let most = usize::try_from(page.limit.saturating_add(1)).unwrap_or(usize::MAX);
        let compare = |(one, _): &(Rank, FigureRow), (other, _): &(Rank, FigureRow)| {
            let ordering = between(one, other);
            if page.from_end { ordering.reverse() } else { ordering }
        };
        // What is on no page is not kept until the end.
        let keep = |found: &mut Vec<(Rank, FigureRow)>| {
            if found.len() > most {
                found.select_nth_unstable_by(most, compare);
                found.truncate(most);
            }
        };
        let mut found: Vec<(Rank, FigureRow)> = Vec::new();
        self.each(parts, |(row, value)| {
            let rank = rank(&order, &row.key, value);
            if after.is_none_or(|after| between(&rank, &after).is_gt())
                && before.is_none_or(|before| between(&rank, &before).is_lt())
            {
                found.push((rank, row));
                if found.len() > most.saturating_mul(2).saturating_add(SPARE) {
                    keep(&mut found);
                }
            }
        });
        keep(&mut found);
        found.sort_unstable_by(compare);
        if page.from_end {
            found.reverse();
        }
        found.into_iter().map(|(_, row)| row).collect()
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

/// Figures beyond a page, and as many again, that are held before those that are on none are let go.
const SPARE: usize = 1_024;

/// What a figure is ordered by, as [`FigurePage::position`] has it, with the sign that lets the smallest come first.
type Rank = [f64; MOST_NUMBERS];

/// Whether the largest of each number comes first.
fn descending(order: &[Sort]) -> impl Iterator<Item = bool> {
    order.iter().flat_map(|sort| match sort.by {
        FigureOrder::Value => [Some(false), Some(sort.descending)].into_iter().flatten(),
        _ => [Some(sort.descending), None].into_iter().flatten(),
    })
}

fn signed(order: &[Sort], numbers: impl Iterator<Item = f64>) -> Rank {
    let mut rank = [0.0; MOST_NUMBERS];
    for ((place, number), descending) in rank.iter_mut().zip(numbers).zip(descending(order)) {
        *place = if descending { -number } else { number };
    }
    rank
}

fn rank(order: &[Sort], key: &FigureKey, value: Option<f64>) -> Rank {
    let mut rank = [0.0; MOST_NUMBERS];
    let mut places = rank.iter_mut();
    let mut put = |number: f64, descending: bool| {
        if let Some(place) = places.next() {
            *place = if descending { -number } else { number };
        }
    };
    for sort in order {
        let number = match sort.by {
            FigureOrder::Value => {
                put(if value.is_none() { 1.0 } else { 0.0 }, false);
                value.unwrap_or(0.0)
            }
            FigureOrder::Indicator => f64::from(key.indicator_id),
            FigureOrder::Territory => f64::from(key.territory_id),
            FigureOrder::Period => f64::from(key.period.number()),
            FigureOrder::Breakdown => f64::from(key.breakdown_id),
        };
        put(number, sort.descending);
    }
    rank
}

/// The first number that differs decides.
fn between(one: &Rank, other: &Rank) -> Ordering {
    one.partial_cmp(other).unwrap_or(Ordering::Equal)
}
