//! From a template to a profile, in two readings: first the territory over all periods, which says what is the latest of
//! each line; then the territories beside it.

use std::collections::HashMap;

use entity::types::{Measure, Period, PeriodKind, Withheld};

use super::{Compared, Comparison, GapTrend, Line, Profile, Rank, Section, Template, TemplateLine};
use crate::{
    catalogue::{Catalogue, Indicator},
    geography::Gazetteer,
    present::{Axis, Base, Derivation, Derived, Grid, Layout, Members, Question},
    store::{FigureKey, Told},
};

/// Most periods of a series.
const LONGEST_SERIES: usize = 24;
/// A rank says little among fewer.
const FEWEST_RANKED: usize = 4;

/// Whom a profile is of, and beside whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Territory.
    pub territory_id: i32,
    /// Territories beside it.
    pub comparators: Vec<i32>,
    /// Territories of its level around it, with itself, among which it is ranked.
    pub peers: Vec<i32>,
}

/// Over which periods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Changes are told from this period on; as many years back as the template says by default.
    pub since: Option<Period>,
    /// Nothing later than this period.
    pub until: Option<Period>,
}

/// A line with the periods that its indicator has.
struct DraftLine<'a> {
    section: usize,
    line: &'a TemplateLine,
    breakdown_id: i32,
    periods: Vec<Period>,
}

/// A profile of which nothing has been read.
pub struct Draft<'a> {
    template: &'a Template,
    subject: Subject,
    span: Span,
    lines: Vec<DraftLine<'a>>,
    missing: Vec<i32>,
}

/// A profile whose lines have their periods.
pub struct Settled<'a> {
    template: &'a Template,
    subject: Subject,
    lines: Vec<SettledLine<'a>>,
    missing: Vec<i32>,
}

struct SettledLine<'a> {
    section: usize,
    line: &'a TemplateLine,
    breakdown_id: i32,
    /// Ascending; the last one is that of the profile.
    series: Vec<Period>,
}

impl<'a> Draft<'a> {
    /// A profile to be; `periods` are those of the indicators of the template that anybody has figures of.
    #[must_use]
    pub fn new(
        template: &'a Template,
        subject: Subject,
        span: Span,
        catalogue: &Catalogue,
        periods: &HashMap<i32, Vec<Period>>,
    ) -> Self {
        let (mut lines, mut missing) = (Vec::new(), Vec::new());
        for (section, of) in template.sections.iter().enumerate() {
            for line in &of.lines {
                let known = periods.get(&line.indicator_id).map(Vec::as_slice).unwrap_or_default();
                let periods = alike(known, span.until);
                match catalogue.breakdown_id(&line.breakdown) {
                    Some(breakdown_id) if !periods.is_empty() => {
                        lines.push(DraftLine { section, line, breakdown_id, periods });
                    }
                    _ => missing.push(line.indicator_id),
                }
            }
        }
        Self { template, subject, span, lines, missing }
    }

    /// The figures of the first reading.
    #[must_use]
    pub fn keys(&self) -> Vec<FigureKey> {
        let of = |line: &DraftLine<'_>| -> Vec<FigureKey> {
            let key = |period: &Period| FigureKey {
                indicator_id: line.line.indicator_id,
                territory_id: self.subject.territory_id,
                period: *period,
                breakdown_id: line.breakdown_id,
            };
            line.periods.iter().map(key).collect()
        };
        self.lines.iter().flat_map(of).collect()
    }

    /// The same with the latest period of each line, given what was told of [`keys`](Self::keys). A figure that nobody has,
    /// or that is under embargo, is not the latest one where there is another.
    #[must_use]
    pub fn settle(mut self, told: &HashMap<FigureKey, Told>) -> Settled<'a> {
        let mut lines = Vec::new();
        for draft in self.lines {
            let reason = |period: &Period| {
                let key = FigureKey {
                    indicator_id: draft.line.indicator_id,
                    territory_id: self.subject.territory_id,
                    period: *period,
                    breakdown_id: draft.breakdown_id,
                };
                told.get(&key).map_or(Some(Withheld::NotCollected), |told| told.disclosed.withheld())
            };
            let collected: Vec<Period> = draft
                .periods
                .iter()
                .copied()
                .filter(|period| reason(period) != Some(Withheld::NotCollected))
                .collect();
            let open = collected.iter().rev().find(|period| reason(period) != Some(Withheld::Embargo));
            let Some(latest) = open.or(collected.last()).copied() else {
                self.missing.push(draft.line.indicator_id);
                continue;
            };
            let from =
                self.span.since.map_or(latest.calendar_year() - self.template.years, Period::calendar_year);
            let mut series: Vec<Period> = collected
                .into_iter()
                .filter(|period| *period <= latest && period.calendar_year() >= from)
                .collect();
            if series.is_empty() {
                series.push(latest);
            }
            series.drain(..series.len().saturating_sub(LONGEST_SERIES));
            let DraftLine { section, line, breakdown_id, .. } = draft;
            lines.push(SettledLine { section, line, breakdown_id, series });
        }
        self.missing.sort_unstable();
        self.missing.dedup();
        // An indicator with some of its categories is not missing.
        self.missing.retain(|id| lines.iter().all(|line| line.line.indicator_id != *id));
        Settled { template: self.template, subject: self.subject, lines, missing: self.missing }
    }
}

/// Years where there are some, else quarters, else months, not later than a period; the last ones, ascending.
fn alike(known: &[Period], until: Option<Period>) -> Vec<Period> {
    let rank = |period: &Period| match period.kind() {
        PeriodKind::Year => 0,
        PeriodKind::Quarter(_) => 1,
        PeriodKind::Month(_) => 2,
    };
    let kind = known.iter().map(rank).min();
    let early = |period: &Period| until.is_none_or(|until| period.calendar_year() <= until.calendar_year());
    let mut found: Vec<Period> =
        known.iter().copied().filter(|period| Some(rank(period)) == kind && early(period)).collect();
    found.sort_unstable();
    found.dedup();
    found.drain(..found.len().saturating_sub(2 * LONGEST_SERIES));
    found
}

impl SettledLine<'_> {
    fn periods(&self) -> (Option<Period>, Option<Period>) {
        (self.series.first().copied(), self.series.last().copied())
    }

    /// A table of territories on its rows and periods on its columns; none where a figure of it was not told.
    fn grid(&self, territories: &[i32], periods: &[Period], told: &HashMap<FigureKey, Told>) -> Option<Grid> {
        let question = Question {
            rows: vec![Axis::Territory],
            columns: vec![Axis::Period],
            members: Members {
                indicators: vec![self.line.indicator_id],
                territories: territories.to_vec(),
                periods: periods.to_vec(),
                breakdowns: vec![self.breakdown_id],
            },
            dimensions: self.line.breakdown.categories().map(|(dimension, _)| dimension.to_owned()).collect(),
        };
        Grid::new(Layout::new(question, usize::MAX).ok()?, told)
    }
}

impl Settled<'_> {
    /// The figures of the second reading: the series again, the territories beside it at its ends, and its peers.
    #[must_use]
    pub fn keys(&self) -> Vec<FigureKey> {
        let mut keys = Vec::new();
        for line in &self.lines {
            let key = |territory_id: i32, period: Period| FigureKey {
                indicator_id: line.line.indicator_id,
                territory_id,
                period,
                breakdown_id: line.breakdown_id,
            };
            keys.extend(line.series.iter().map(|period| key(self.subject.territory_id, *period)));
            let (first, last) = line.periods();
            let ends = first.into_iter().chain(last);
            keys.extend(ends.flat_map(|period| {
                self.subject.comparators.iter().map(move |territory| key(*territory, period))
            }));
            let peers = self.subject.peers.iter();
            keys.extend(last.into_iter().flat_map(|period| peers.clone().map(move |id| key(*id, period))));
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The profile, given what was told of [`keys`](Self::keys); none where a figure of it was not told.
    #[must_use]
    pub fn profile(
        &self,
        told: &HashMap<FigureKey, Told>,
        facts: (&Catalogue, &Gazetteer),
    ) -> Option<Profile> {
        let mut sections: Vec<Section> = self
            .template
            .sections
            .iter()
            .map(|section| Section { title: section.title.clone(), lines: Vec::new() })
            .collect();
        for settled in &self.lines {
            let line = self.line(settled, told, facts)?;
            if let Some(section) = sections.get_mut(settled.section) {
                section.lines.push(line);
            }
        }
        sections.retain(|section| !section.lines.is_empty());
        let mut comparators = self.subject.comparators.clone();
        let silent = silent(&comparators, &mut sections);
        comparators.retain(|id| !silent.contains(id));
        Some(Profile {
            title: self.template.title.clone(),
            territory_id: self.subject.territory_id,
            comparators,
            silent,
            sections,
            missing: self.missing.clone(),
        })
    }

    fn line(
        &self,
        settled: &SettledLine<'_>,
        told: &HashMap<FigureKey, Told>,
        facts: (&Catalogue, &Gazetteer),
    ) -> Option<Line> {
        let (catalogue, gazetteer) = facts;
        let indicator = catalogue.indicator_by_id(settled.line.indicator_id)?;
        let series = settled.grid(&[self.subject.territory_id], &settled.series, told)?;
        let (first, last) = settled.periods();
        let (first, last) = (first?, last?);
        let since = (first != last).then_some(first);
        let change = since.and_then(|since| {
            let base = Base { period: Some(since), territory_id: None };
            change(indicator).of(&series, base, told, facts).last().copied()
        });
        let ends: Vec<Period> = since.into_iter().chain([last]).collect();
        let own = settled.grid(&[self.subject.territory_id], &ends, told)?;
        let beside = |other: &i32| -> Option<Comparison> {
            let base = Base { period: None, territory_id: Some(*other) };
            let key = FigureKey { territory_id: *other, ..own.told().last()?.key };
            let compared = |derivation: Derivation| derivation.of(&own, base, told, facts);
            let measure = if indicator.additive {
                let around = gazetteer.ancestors(self.subject.territory_id);
                let is_around = around.iter().any(|territory| territory.id == *other);
                // Of a balance, which is below nothing in places, nothing is a share.
                if is_around && !self.is_balance(settled, told) {
                    // Of the same category there: a share of all categories would be another one.
                    Compared::Share(compared(Derivation::Ratio).last().copied()?)
                } else {
                    Compared::Beside
                }
            } else {
                let gaps = compared(Derivation::Gap);
                let (now, before) = (gaps.last().copied()?, since.and(gaps.first().copied()));
                // What was measured before a break is something else.
                let broken = change.is_some_and(|change| change.across_break);
                let before_now = before.filter(|_| !broken);
                Compared::Gap { now, before, trend: trend(before_now, now, settled.line, indicator) }
            };
            Some(Comparison { told: *told.get(&key)?, measure })
        };
        let comparisons = self.subject.comparators.iter().map(beside).collect::<Option<Vec<_>>>()?;
        Some(Line {
            told: *series.told().last()?,
            rank: self.rank(settled, last, told, facts),
            series,
            change,
            comparisons,
        })
    }

    /// Whether a figure that is shown of a line is below nothing.
    fn is_balance(&self, settled: &SettledLine<'_>, told: &HashMap<FigureKey, Told>) -> bool {
        let of_line = |key: &FigureKey| {
            key.indicator_id == settled.line.indicator_id && key.breakdown_id == settled.breakdown_id
        };
        let mut shown =
            told.iter().filter(|(key, _)| of_line(key)).filter_map(|(_, told)| told.disclosed.value());
        shown.any(|value| value < 0.0)
    }

    /// Its rank among its peers, where enough of them are shown.
    fn rank(
        &self,
        settled: &SettledLine<'_>,
        last: Period,
        told: &HashMap<FigureKey, Told>,
        facts: (&Catalogue, &Gazetteer),
    ) -> Option<Rank> {
        let grid = settled.grid(&self.subject.peers, &[last], told)?;
        let among = grid.told().iter().filter(|told| told.disclosed.value().is_some()).count();
        let at = self.subject.peers.iter().position(|id| *id == self.subject.territory_id)?;
        let ranks = Derivation::Rank.of(&grid, Base::default(), told, facts);
        (among >= FEWEST_RANKED).then_some(Rank { rank: *ranks.get(at)?, among })
    }
}

/// The comparators of which nobody has a figure of any line; takes them out of the lines.
fn silent(comparators: &[i32], sections: &mut [Section]) -> Vec<i32> {
    let says = |at: usize| {
        let lines = sections.iter().flat_map(|section| &section.lines);
        let told = lines.filter_map(move |line| line.comparisons.get(at));
        told.map(|comparison| comparison.told.disclosed.withheld())
            .any(|reason| reason != Some(Withheld::NotCollected))
    };
    let kept: Vec<bool> = (0..comparators.len()).map(says).collect();
    for line in sections.iter_mut().flat_map(|section| &mut section.lines) {
        let mut kept = kept.iter();
        line.comparisons.retain(|_| kept.next().copied().unwrap_or_default());
    }
    comparators.iter().zip(kept).filter(|(_, kept)| !kept).map(|(id, _)| *id).collect()
}

/// Counts and amounts grow by a part of themselves; everything else changes by a difference.
const fn change(indicator: &Indicator) -> Derivation {
    match indicator.measure {
        Measure::Count | Measure::Amount => Derivation::Growth,
        Measure::Rate | Measure::Ratio | Measure::Median | Measure::Mean | Measure::Index => {
            Derivation::Difference
        }
    }
}

fn trend(
    before: Option<Derived>,
    now: Derived,
    line: &TemplateLine,
    indicator: &Indicator,
) -> Option<GapTrend> {
    let (before, now) = (before?.disclosed.value()?, now.disclosed.value()?);
    Some(GapTrend::of(before, now, indicator.unit, line.unfavourable))
}
