//! Checks of a delivery as a whole: sums, parts, jumps, and what is missing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::types::Measure;

use super::{
    harvest::Harvest,
    issue::{Along, Detail, Issue, IssueCode, Subject},
    places::Places,
    presence::{Presence, tally},
    words::Words,
};
use crate::secrecy::{
    inspect::{self, HiddenRest, NotACount, SumKind},
    premasked,
    table::{CellKey, Containment, Sums},
};

/// Everything that is wrong with the delivery as a whole; hidden rests are filled in on the way.
pub(super) fn inspect(
    harvest: &mut Harvest,
    words: &Words<'_>,
    places: &Places<'_>,
    last: &HashMap<CellKey, f64>,
) -> Vec<Issue> {
    let confidential = words.demands.confidential;
    write_zeros(harvest, words);
    let rests = places.partition.rests.iter();
    let rests: Vec<HiddenRest<'_>> =
        rests.map(|rest| HiddenRest { id: rest.id, whole: rest.whole, parts: &rest.parts }).collect();
    let (refused, unknown) = derive(harvest, words, places, &rests);
    for key in &unknown {
        // What it is part of cannot add up, and that it is masked is said.
        harvest.damaged.insert((key.indicator_id, key.address.territory_id));
    }
    let of = Inspection { harvest, words, places };
    let refused = refused.into_iter().map(|key| (key, Along::Parts, None)).collect();
    let without_parts = if confidential { of.without_parts() } else { Vec::new() };
    let all = [
        of.premasked(&unknown),
        of.differences(refused),
        without_parts,
        of.counts(),
        of.wholes(),
        of.jumps(last),
        of.missing(),
    ];
    all.concat()
}

/// Rows of categories that have nobody are left out of extracts: beside other categories they are zeros, as everybody takes
/// them for.
fn write_zeros(harvest: &mut Harvest, words: &Words<'_>) {
    let catalogue = words.catalogue;
    let Harvest { sheets, premasked, unavailable, damaged, zeros, .. } = harvest;
    let is_count = |id| catalogue.indicator_by_id(id).is_some_and(|known| known.additive);
    // What the provider masked is there; what it has no number of, or could not be read, is no zero.
    let is_known = |key: &CellKey| {
        premasked.contains_key(key)
            || unavailable.contains(key)
            || damaged.contains(&(key.indicator_id, key.address.territory_id))
    };
    let written = inspect::write_zeros(sheets, catalogue.breakdowns(), is_count, is_known);
    *zeros = written.into_iter().collect();
}

/// Fills in hidden rests and what the provider masked, as far as they follow from each other. Gives wholes that are
/// less than their parts, and masked cells that do not follow.
fn derive(
    harvest: &mut Harvest,
    words: &Words<'_>,
    places: &Places<'_>,
    rests: &[HiddenRest<'_>],
) -> (Vec<CellKey>, BTreeSet<CellKey>) {
    let catalogue = words.catalogue;
    let counts = catalogue.indicators().iter().filter(|known| known.measure == Measure::Count);
    let counts = counts.map(|known| known.id).collect();
    let sums = Sums { sums: places.partition.sums.clone(), ..Sums::default() };
    let mut unknown: BTreeSet<CellKey> = harvest.premasked.keys().copied().collect();
    loop {
        let refused = inspect::derive_rests(&mut harvest.sheets, rests);
        inspect::derive_shares(&mut harvest.sheets, &places.partition.shares);
        let left = premasked::derive(&mut harvest.sheets, &unknown, (&sums, catalogue.breakdowns()), &counts);
        if left.len() == unknown.len() {
            return (refused, left);
        }
        unknown = left;
    }
}

struct Inspection<'i, 'a> {
    harvest: &'i Harvest,
    words: &'i Words<'a>,
    places: &'i Places<'a>,
}

impl Inspection<'_, '_> {
    fn subject(&self, key: &CellKey) -> Subject {
        let breakdown = self.words.catalogue.breakdowns().get(&key.address.breakdown_id);
        Subject {
            period: Some(key.address.period.to_string()),
            breakdown: breakdown.filter(|known| !known.is_total()).map(ToString::to_string),
            ..self.pair(key.indicator_id, key.address.territory_id)
        }
    }

    fn pair(&self, indicator_id: i32, territory_id: i32) -> Subject {
        let indicator = self.words.catalogue.indicator_by_id(indicator_id);
        Subject {
            territory: self.places.code(territory_id),
            indicator: indicator.map(|indicator| indicator.code.to_string()),
            ..Subject::default()
        }
    }

    fn cell(&self, code: IssueCode, detail: Detail, key: &CellKey) -> Issue {
        let issue =
            Issue::new(code, detail).at(self.harvest.lines.get(key).copied()).about(self.subject(key));
        match self.harvest.column(key) {
            Some(column) => issue.within(column),
            None => issue,
        }
    }

    /// Counts that are none, and contributors that contradict them; not those of what was derived, which follow.
    fn counts(&self) -> Vec<Issue> {
        let sheets = &self.harvest.sheets;
        let delivered = |key: &CellKey| self.harvest.lines.contains_key(key);
        let wrong = inspect::negative_or_fractional(sheets).into_iter();
        let wrong = wrong.filter(|(key, _)| delivered(key)).map(|(key, why)| {
            let code = match why {
                NotACount::Negative => IssueCode::NegativeCount,
                NotACount::Fractional => IssueCode::FractionalCount,
            };
            self.cell(code, Detail::None, &key)
        });
        let indicators = self.words.catalogue.indicators().iter();
        let counts = indicators.filter(|known| known.measure == Measure::Count).map(|known| known.id);
        let contradict = inspect::contributors_that_contradict(sheets, &counts.collect()).into_iter();
        let contradict = contradict
            .filter(delivered)
            .map(|key| self.cell(IssueCode::ContributorsContradict, Detail::None, &key));
        wrong.chain(contradict).collect()
    }

    /// Masks of the provider behind which nobody here knows what to protect.
    fn premasked(&self, unknown: &BTreeSet<CellKey>) -> Vec<Issue> {
        let told = unknown.iter().map(|key| {
            let issue = self.cell(IssueCode::Premasked, Detail::Premasked, key);
            match self.harvest.premasked.get(key) {
                Some(column) => issue.within(column),
                None => issue,
            }
        });
        told.collect()
    }

    /// Totals that differ from their parts, and parts that are larger than their wholes.
    fn wholes(&self) -> Vec<Issue> {
        let catalogue = self.words.catalogue;
        let sums = Sums { sums: self.places.partition.sums.clone(), ..Sums::default() };
        let differ = inspect::sums_that_differ(&self.harvest.sheets, &sums, catalogue.breakdowns());
        let differ = differ.into_iter().map(|found| {
            let along = match found.kind {
                SumKind::Territories => Along::Territories,
                SumKind::Categories => Along::Categories,
                SumKind::Periods => Along::Periods,
            };
            (CellKey { indicator_id: found.indicator_id, address: found.address }, along, found.dimension)
        });
        let mut issues = self.differences(differ.collect());
        let contained: Vec<Containment> = catalogue
            .indicators()
            .iter()
            .filter_map(|part| {
                let whole = catalogue.indicator(part.part_of.as_ref()?)?;
                Some(Containment { part_id: part.id, whole_id: whole.id })
            })
            .collect();
        for (key, whole_id) in inspect::larger_than_whole(&self.harvest.sheets, &contained) {
            let whole = catalogue.indicator_by_id(whole_id).map(|whole| whole.code.to_string());
            let detail = Detail::Whole { indicator: whole.unwrap_or_default() };
            issues.push(self.cell(IssueCode::MoreThanWhole, detail, &key));
        }
        issues
    }

    /// One issue for each indicator, territory and kind of sum. Where a row of the territory could not be read its
    /// categories and quarters cannot add up, and that has been said.
    fn differences(&self, found: Vec<(CellKey, Along, Option<String>)>) -> Vec<Issue> {
        let said = |key: &CellKey, along: Along| {
            let place = (key.indicator_id, key.address.territory_id);
            along != Along::Territories && self.harvest.damaged.contains(&place)
        };
        let mut by_line: BTreeMap<(u64, i32), CellKey> = BTreeMap::new();
        // What was derived adds up where what was delivered does.
        let found = found.into_iter().filter(|(key, along, _)| !said(key, *along)).filter_map(
            |(key, along, dimension)| {
                let line = self.harvest.lines.get(&key).copied();
                // A zero that was left out stands on no line, and must add up all the same.
                if line.is_none() && !self.harvest.zeros.contains(&key) {
                    return None;
                }
                let of = (key.indicator_id, key.address.territory_id, along, dimension);
                if let Some(line) = line {
                    by_line.entry((line, of.0)).or_insert(key);
                }
                Some((of, line))
            },
        );
        tally(found)
            .into_iter()
            .map(|((indicator_id, territory_id, along, dimension), (cells, line))| {
                let issue = Issue::new(IssueCode::TotalDiffers, Detail::Sum { along, dimension, cells })
                    .at(line)
                    .about(self.pair(indicator_id, territory_id));
                let first = line.and_then(|line| by_line.get(&(line, indicator_id)));
                match first.and_then(|key| self.harvest.column(key)) {
                    Some(column) => issue.within(column),
                    None => issue,
                }
            })
            .collect()
    }

    fn jumps(&self, last: &HashMap<CellKey, f64>) -> Vec<Issue> {
        let found = inspect::jumps(&self.harvest.sheets, &self.harvest.masked, last);
        found.iter().map(|key| self.cell(IssueCode::MagnitudeJump, Detail::None, key)).collect()
    }

    fn missing(&self) -> Vec<Issue> {
        let missing = Presence::of(self.harvest).missing(&self.places.partition);
        missing
            .into_iter()
            .filter(|(place, _)| !self.harvest.damaged.contains(place))
            .map(|((indicator_id, territory_id), cells)| {
                Issue::new(IssueCode::MissingTerritory, Detail::Cells { cells })
                    .about(self.pair(indicator_id, territory_id))
            })
            .collect()
    }

    fn without_parts(&self) -> Vec<Issue> {
        let found = Presence::of(self.harvest).without_parts(&self.places.partition.parts);
        found
            .into_iter()
            .map(|((indicator_id, inside, neighbourhood), cells)| {
                let neighbourhood = self.places.code(neighbourhood).unwrap_or_default();
                Issue::new(IssueCode::PartsMissing, Detail::Cut { neighbourhood, cells })
                    .about(self.pair(indicator_id, inside))
            })
            .collect()
    }
}
