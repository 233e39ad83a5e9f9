//! What one request has been told of partner data: counted as it is told, never a value.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use entity::types::{Audience, Level, Withheld};
use foldhash::fast::RandomState;

use super::{FigureKey, Study, reading::Reference};
use crate::{
    access_log::{Counts, MOST_TERRITORIES, SourceAccess},
    secrecy::Disclosed,
};

/// How a figure was told. Of several times the last one counts: a grant unmasks what was told as masked before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Shown,
    Unmasked,
    Withheld,
    Refused,
}

impl Outcome {
    fn of(disclosed: Disclosed) -> Self {
        match disclosed.withheld() {
            None => Self::Shown,
            Some(
                Withheld::StatisticalSecrecy
                | Withheld::NotCollected
                | Withheld::NotApplicable
                | Withheld::NotSignificant,
            ) => Self::Withheld,
            Some(
                Withheld::OutOfScope
                | Withheld::TrainingMissing
                | Withheld::CharterNotSigned
                | Withheld::NoReferent
                | Withheld::PurposeNotDeclared
                | Withheld::NoAgreement
                | Withheld::Embargo,
            ) => Self::Refused,
        }
    }
}

/// What a request has been told of partner data.
#[derive(Default)]
pub(super) struct Tally(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    told: HashMap<FigureKey, Outcome, RandomState>,
    explained: HashSet<FigureKey>,
    /// By source: how many searches, and the territories that they looked through.
    searched: HashMap<i32, (u32, HashSet<i32>)>,
}

/// The source of an indicator, when it is not for everybody.
fn partner_source(reference: &Reference, indicator_id: i32) -> Option<i32> {
    let indicator = reference.catalogue.indicator_by_id(indicator_id)?;
    let source = reference.catalogue.source(indicator.source_id)?;
    (source.audience != Audience::Public).then_some(source.id)
}

impl Tally {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        // Counting cannot leave it half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Figures were told.
    pub fn told(&self, reference: &Reference, figures: impl Iterator<Item = (FigureKey, Disclosed)>) {
        let figures = figures.filter(|(key, _)| partner_source(reference, key.indicator_id).is_some());
        self.seen().told.extend(figures.map(|(key, disclosed)| (key, Outcome::of(disclosed))));
    }

    /// A grant unmasked a figure.
    pub fn unmasked(&self, key: FigureKey) {
        self.seen().told.entry(key).and_modify(|outcome| *outcome = Outcome::Unmasked);
    }

    /// Whether a grant unmasked a figure.
    pub fn has_unmasked(&self) -> bool {
        self.seen().told.values().any(|outcome| *outcome == Outcome::Unmasked)
    }

    /// Masks were explained.
    pub fn explained<'a>(&self, keys: impl Iterator<Item = &'a FigureKey>) {
        self.seen().explained.extend(keys.copied());
    }

    /// A search looked through the values of indicators in territories that the viewer is shown.
    pub fn searched(&self, reference: &Reference, places: impl Iterator<Item = (i32, i32)>) {
        let mut seen = self.seen();
        let mut sources = HashSet::new();
        for (indicator_id, territory_id) in places {
            if let Some(source_id) = partner_source(reference, indicator_id) {
                let (count, territories) = seen.searched.entry(source_id).or_default();
                *count += u32::from(sources.insert(source_id));
                territories.insert(territory_id);
            }
        }
    }

    /// What was reached, by source, in the order of codes.
    pub fn sources(&self, reference: &Reference) -> Vec<SourceAccess> {
        let seen = self.seen();
        let mut reached: BTreeMap<i32, (Counts, HashSet<i32, RandomState>)> = BTreeMap::new();
        for (key, outcome) in &seen.told {
            let Some(source_id) = partner_source(reference, key.indicator_id) else { continue };
            let (counts, territories) = reached.entry(source_id).or_default();
            let shown = matches!(outcome, Outcome::Shown | Outcome::Unmasked);
            counts.shown += u32::from(shown);
            counts.withheld += u32::from(!shown);
            counts.refused += u32::from(*outcome == Outcome::Refused);
            counts.unmasked += u32::from(*outcome == Outcome::Unmasked);
            counts.explained += u32::from(seen.explained.contains(key));
            territories.insert(key.territory_id);
        }
        for (source_id, (searches, searched)) in &seen.searched {
            let (counts, territories) = reached.entry(*source_id).or_default();
            counts.searches = *searches;
            territories.extend(searched);
        }
        let mut sources: Vec<SourceAccess> = reached
            .into_iter()
            .filter_map(|(source_id, (counts, territories))| {
                let source = reference.catalogue.source(source_id)?.code.clone();
                Some(describe(reference, source, counts, &territories))
            })
            .collect();
        sources.sort_by(|one, other| one.source.cmp(&other.source));
        sources
    }
}

/// The sources that are not for everybody and that a study uses, with its territories and no figure counted, in the order
/// of codes: what whoever opens one of its documents reaches.
pub(super) fn sources_of(reference: &Reference, study: &Study) -> Vec<SourceAccess> {
    let used: HashSet<i32> =
        study.indicators.iter().filter_map(|indicator| partner_source(reference, *indicator)).collect();
    let territories: HashSet<i32, RandomState> = study.territories.iter().copied().collect();
    let mut sources: Vec<SourceAccess> = used
        .into_iter()
        .filter_map(|source| reference.catalogue.source(source))
        .map(|source| describe(reference, source.code.clone(), Counts::default(), &territories))
        .collect();
    sources.sort_by(|one, other| one.source.cmp(&other.source));
    sources
}

fn describe(
    reference: &Reference,
    source: String,
    counts: Counts,
    territories: &HashSet<i32, RandomState>,
) -> SourceAccess {
    // Versions of a territory under one code are one territory.
    let mut places: Vec<(Level, &str)> = territories
        .iter()
        .filter_map(|id| reference.gazetteer.get(*id))
        .map(|place| (place.level, place.code.as_str()))
        .collect();
    places.sort_by(|(level, code), (other_level, other)| other_level.cmp(level).then(code.cmp(other)));
    places.dedup();
    let mut levels: BTreeMap<Level, u32> = BTreeMap::new();
    for (level, _) in &places {
        *levels.entry(*level).or_default() += 1;
    }
    SourceAccess {
        source,
        counts,
        levels: levels.into_iter().collect(),
        territories: places.iter().take(MOST_TERRITORIES).map(|(_, code)| (*code).to_owned()).collect(),
        territory_count: u32::try_from(places.len()).unwrap_or(u32::MAX),
    }
}
