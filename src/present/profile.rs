//! Profiles: what is known of one territory beside others, section by section. Everything in them is what the viewer was
//! told, or worked out from it; one part that is withheld withholds the result.

mod draft;
mod html;
mod sheets;
mod spark;
mod template;
mod trend;

use entity::types::Period;

use super::{
    Derived, DerivedUnit, Grid, Names, notes,
    words::{self, Printing},
};
use crate::{
    catalogue::{Indicator, Text},
    language::Language,
    store::Told,
};

pub use draft::{Draft, Settled, Span, Subject};
pub use template::{Side, Template, TemplateError, TemplateLine, TemplateSection, Templates};
pub use trend::GapTrend;

/// The portrait of a territory.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Title of its template.
    pub title: Text,
    /// Territory.
    pub territory_id: i32,
    /// Territories beside it, in the order of the columns.
    pub comparators: Vec<i32>,
    /// Territories that it was to be compared with, of which nobody has a figure.
    pub silent: Vec<i32>,
    /// Sections.
    pub sections: Vec<Section>,
    /// Numbers of the indicators of the template of which nobody has a figure of this territory.
    pub missing: Vec<i32>,
}

/// A section of a profile.
#[derive(Clone, Debug)]
pub struct Section {
    /// Title.
    pub title: Text,
    /// Lines.
    pub lines: Vec<Line>,
}

/// A line of a profile: one indicator, or one category of it.
#[derive(Clone, Debug)]
pub struct Line {
    /// What is told of the territory, at the latest period that it has.
    pub told: Told,
    /// The same since a period, up to the latest: one row.
    pub series: Grid,
    /// Difference of a rate, growth of a count in per cent, since the first period of the series; none where there is one
    /// period alone.
    pub change: Option<Derived>,
    /// Rank among the territories of its level around it.
    pub rank: Option<Rank>,
    /// Beside each comparator.
    pub comparisons: Vec<Comparison>,
}

/// A rank, the largest figure first, among the figures that are shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rank {
    /// The rank, or why there is none.
    pub rank: Derived,
    /// Among how many shown figures.
    pub among: usize,
}

/// A territory beside another one.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// What is told of the other one.
    pub told: Told,
    /// How it is compared.
    pub measure: Compared,
}

/// How a figure is compared with that of another territory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Compared {
    /// Rates, medians and the like: the gap now and at the first period of the series, and whether it closes.
    Gap {
        /// Difference from the other territory.
        now: Derived,
        /// The same at the first period of the series.
        before: Option<Derived>,
        /// Where it goes.
        trend: Option<GapTrend>,
    },
    /// Counts, within a territory that holds this one: the share of it.
    Share(Derived),
    /// Counts of a territory beside it: the figures alone.
    Beside,
}

impl Line {
    /// The first period of its series, where there is more than one.
    #[must_use]
    pub fn since(&self) -> Option<Period> {
        let first = self.series.told().first()?.key.period;
        (first != self.told.key.period).then_some(first)
    }

    /// The first period of its series after each break.
    fn breaks(&self, names: Names<'_>) -> Vec<Period> {
        let told = self.series.told();
        let found: Vec<_> = self.series.breaks(names.catalogue).map(|(_, found)| found).collect();
        let first = |found: &&crate::catalogue::SeriesBreak| {
            told.iter().map(|told| told.key.period).find(|period| !found.is_after(*period))
        };
        found.iter().filter_map(first).collect()
    }

    /// What it is of.
    #[must_use]
    pub fn indicator<'a>(&self, names: Names<'a>) -> Option<&'a Indicator> {
        names.catalogue.indicator_by_id(self.told.key.indicator_id)
    }

    /// What it is called: the indicator, and the categories.
    #[must_use]
    pub fn label(&self, names: Names<'_>) -> String {
        let label = self.indicator(names).map_or("", |found| found.label.in_language(names.language));
        let categories = names.categories(self.told.key.breakdown_id);
        if categories.is_empty() {
            return label.to_owned();
        }
        format!("{label}{}{}", names.language.pick("\u{a0}: ", ": "), categories.join(", "))
    }
}

impl Profile {
    /// Its title: that of the template, and the territory.
    #[must_use]
    pub fn title(&self, names: Names<'_>) -> String {
        let territory = names.gazetteer.get(self.territory_id).map_or("", |found| found.name.as_str());
        format!("{}\u{a0}– {territory}", self.title.in_language(names.language))
    }

    /// Every line.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.sections.iter().flat_map(|section| &section.lines)
    }

    /// Whether a line has a rank.
    fn has_ranks(&self) -> bool {
        self.lines().any(|line| line.rank.is_some())
    }

    /// Everything that was told in it.
    pub fn told(&self) -> impl Iterator<Item = &Told> {
        self.lines().flat_map(|line| {
            let others = line.comparisons.iter().map(|comparison| &comparison.told);
            line.series.told().iter().chain(others)
        })
    }

    /// Numbers of its sources, in the order in which they first stand.
    #[must_use]
    pub fn sources(&self, names: Names<'_>) -> Vec<i32> {
        let mut sources = Vec::new();
        for indicator in self.lines().filter_map(|line| line.indicator(names)) {
            if !sources.contains(&indicator.source_id) {
                sources.push(indicator.source_id);
            }
        }
        sources
    }

    /// What stands under it: what its signs mean, what to beware of, what is missing.
    #[must_use]
    pub fn notes(&self, names: Names<'_>) -> Vec<String> {
        let mut notes: Vec<String> = Vec::new();
        let signs = super::grid::sign_notes(self.told(), names);
        let all = signs.into_iter().chain(self.lines().flat_map(|line| line.series.notes(names)));
        for note in all {
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        let missing: Vec<&str> = self
            .missing
            .iter()
            .filter_map(|id| names.catalogue.indicator_by_id(*id))
            .map(|indicator| indicator.label.in_language(names.language))
            .collect();
        if self.has_ranks() {
            notes.push(
                names
                    .language
                    .pick(
                        "Rang\u{a0}: du chiffre le plus élevé (1er) au plus faible, parmi les territoires de même niveau autour dont le chiffre est montré.",
                        "Rank: from the highest figure (1) to the lowest, among the territories of the same level around whose figure is shown.",
                    )
                    .to_owned(),
            );
        }
        let silent: Vec<String> =
            self.silent.iter().filter_map(|id| names.territory(*id)).map(|header| header.label).collect();
        if !silent.is_empty() {
            let list = silent.join(", ");
            notes.push(match names.language {
                Language::French => format!("Sans aucune donnée ici, donc sans colonne\u{a0}: {list}."),
                Language::English => format!("Without any figure here, so without a column: {list}."),
            });
        }
        if !missing.is_empty() {
            let list = missing.join(names.language.pick("\u{a0}; ", "; "));
            notes.push(match names.language {
                Language::French => format!("Sans donnée pour ce territoire dans ces années\u{a0}: {list}."),
                Language::English => format!("Without figures of this territory in these years: {list}."),
            });
        }
        notes
    }
}

/// What is printed of a figure: its number with the unit’s sign, or Insee’s sign for a number that is not shown.
fn printed(told: &Told, names: Names<'_>) -> String {
    let printing = names.catalogue.indicator_by_id(told.key.indicator_id).map(Printing::of);
    match (told.disclosed.value(), printing) {
        (Some(value), Some(printing)) => words::figure(value, printing, names.language),
        _ => told.disclosed.symbol().unwrap_or_default().to_owned(),
    }
}

/// The same of something worked out of a figure, with a plus where it is above nothing and a sign is asked for. Points of per
/// cent have the decimals of the figures that they lie between.
fn printed_derived(derived: &Derived, told: &Told, signed: bool, names: Names<'_>) -> String {
    match derived.disclosed.value() {
        Some(value) => {
            let indicator = names.catalogue.indicator_by_id(told.key.indicator_id);
            let is_difference = derived.unit == DerivedUnit::PercentagePoints;
            let places = indicator.filter(|_| is_difference).map(|found| Printing::of(found).decimals);
            let text = words::derived(value, derived.unit, places, names.language);
            if signed && value > 0.0 { format!("+{text}") } else { text }
        }
        None => derived.disclosed.symbol().unwrap_or_default().to_owned(),
    }
}

/// Why a figure is not shown, in a few words, where its sign stands for other reasons too.
fn reason(told: &Told, names: Names<'_>) -> &'static str {
    let reason = told.disclosed.withheld().and_then(|reason| notes::reason(reason, names.language));
    reason.unwrap_or_default()
}
