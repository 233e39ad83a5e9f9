//! A table with what the viewer was told in each cell.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Axis, Layout, notes, words};
use crate::{
    catalogue::{Catalogue, Indicator, SeriesBreak},
    geography::Gazetteer,
    language::Language,
    store::{FigureKey, Told},
};
use chrono::NaiveDate;

/// What the members of a table are called, and in which language.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// Indicators, dimensions, sources.
    pub catalogue: &'a Catalogue,
    /// Territories.
    pub gazetteer: &'a Gazetteer,
    /// Language.
    pub language: Language,
}

/// What a row or column stands for on one of its axes; on the axis of breakdowns one for each dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Axis.
    pub axis: Axis,
    /// Dimension, on the axis of breakdowns.
    pub dimension: Option<String>,
    /// Code; [`WHOLE`] where all categories of the dimension stand together.
    pub code: String,
    /// Label.
    pub label: String,
}

/// The code of all categories of a dimension together, as SDMX writes it.
pub const WHOLE: &str = "_T";

/// A table with what the viewer was told in each cell.
#[derive(Clone, Debug)]
pub struct Grid {
    layout: Layout,
    told: Vec<Told>,
}

impl Grid {
    /// Fills a layout; none where a figure of it was not told.
    #[must_use]
    pub fn new(layout: Layout, told: &HashMap<FigureKey, Told>) -> Option<Self> {
        let told: Option<Vec<Told>> = layout.keys().iter().map(|key| told.get(key).copied()).collect();
        Some(Self { layout, told: told? })
    }

    /// How the table is laid out.
    #[must_use]
    pub const fn layout(&self) -> &Layout {
        &self.layout
    }

    /// What the viewer was told, row by row.
    #[must_use]
    pub fn told(&self) -> &[Told] {
        &self.told
    }

    /// The rows, each with its cells.
    pub fn rows(&self) -> impl Iterator<Item = &[Told]> {
        self.told.chunks(self.layout.column_count().max(1))
    }

    /// The headers of every row, the outermost first.
    #[must_use]
    pub fn row_headers(&self, names: Names<'_>) -> Vec<Vec<Header>> {
        let (axes, namesakes) = (&self.layout.question().rows, self.namesakes(names));
        (0..self.layout.row_count()).map(|at| self.headers(axes, at, (names, &namesakes))).collect()
    }

    /// The headers of every column, the outermost first.
    #[must_use]
    pub fn column_headers(&self, names: Names<'_>) -> Vec<Vec<Header>> {
        let (axes, namesakes) = (&self.layout.question().columns, self.namesakes(names));
        (0..self.layout.column_count()).map(|at| self.headers(axes, at, (names, &namesakes))).collect()
    }

    /// The territories of the table that have the name of another one in it, such as neighbourhoods of two generations.
    fn namesakes(&self, names: Names<'_>) -> HashSet<i32> {
        let mut by_name: HashMap<&str, Vec<i32>> = HashMap::new();
        for id in &self.layout.members().territories {
            if let Some(found) = names.gazetteer.get(*id) {
                by_name.entry(found.name_in(names.language)).or_default().push(*id);
            }
        }
        by_name.into_values().filter(|ids| ids.len() > 1).flatten().collect()
    }

    fn headers(
        &self,
        axes: &[Axis],
        at: usize,
        (names, namesakes): (Names<'_>, &HashSet<i32>),
    ) -> Vec<Header> {
        let members = self.layout.members();
        let mut headers = Vec::new();
        for (axis, position) in self.layout.positions(axes, at) {
            match axis {
                Axis::Indicator => {
                    let id = members.indicators.get(position);
                    headers.extend(id.and_then(|id| names.indicator(*id)));
                }
                Axis::Territory => {
                    let id = members.territories.get(position);
                    headers.extend(id.and_then(|id| match namesakes.contains(id) {
                        true => names.namesake(*id),
                        false => names.territory(*id),
                    }));
                }
                Axis::Period => headers.extend(members.periods.get(position).map(|period| Header {
                    axis,
                    dimension: None,
                    code: period.to_string(),
                    label: words::period(*period, names.language),
                })),
                Axis::Breakdown => {
                    let id = members.breakdowns.get(position).copied().unwrap_or_default();
                    headers.extend(names.breakdown(id, &self.layout.question().dimensions));
                }
            }
        }
        headers
    }

    /// What the table shows, in a line: indicators, then what is the same in all cells.
    #[must_use]
    pub fn title(&self, names: Names<'_>) -> String {
        let members = self.layout.members();
        let labels: Vec<String> = members
            .indicators
            .iter()
            .filter_map(|id| names.indicator(*id))
            .map(|header| header.label)
            .collect();
        let subject = match labels.as_slice() {
            [_, _, _, _, ..] => match names.language {
                Language::French => format!("{} indicateurs", labels.len()),
                Language::English => format!("{} indicators", labels.len()),
            },
            _ => labels.join(", "),
        };
        let mut parts = vec![subject];
        if let [only] = members.territories.as_slice() {
            parts.extend(names.territory(*only).map(|header| header.label));
        }
        if let [only] = members.breakdowns.as_slice()
            && *only != 0
        {
            let categories = names.categories(*only);
            parts.push(categories.join(names.language.pick(", ", ", ")));
        }
        parts.push(words::periods(&members.periods, names.language));
        parts.retain(|part| !part.is_empty());
        parts.join("\u{a0}– ")
    }

    /// The indicators of the table.
    pub fn indicators<'a>(&self, catalogue: &'a Catalogue) -> impl Iterator<Item = &'a Indicator> {
        self.layout.members().indicators.iter().filter_map(|id| catalogue.indicator_by_id(*id))
    }

    /// The numbers of the sources of its indicators, in the order of the table.
    #[must_use]
    pub fn sources(&self, catalogue: &Catalogue) -> Vec<i32> {
        let mut seen = HashSet::new();
        let sources = self.indicators(catalogue).map(|indicator| indicator.source_id);
        sources.filter(|source| seen.insert(*source)).collect()
    }

    /// The labels of its sources.
    #[must_use]
    pub fn source_labels<'a>(&self, names: Names<'a>) -> Vec<&'a str> {
        let sources = self.sources(names.catalogue).into_iter();
        let known = sources.filter_map(|id| names.catalogue.source(id));
        known.map(|source| source.label.in_language(names.language)).collect()
    }

    /// Its sources in a line, as it stands under drawings.
    #[must_use]
    pub fn source_line(&self, names: Names<'_>) -> String {
        let word = names.language.pick("Source\u{a0}:", "Source:");
        format!("{word} {}", self.source_labels(names).join(words::between(names.language)))
    }

    /// The breaks in the series of its indicators on the two sides of which its periods lie.
    pub fn breaks<'a>(
        &self,
        catalogue: &'a Catalogue,
    ) -> impl Iterator<Item = (&'a Indicator, &'a SeriesBreak)> {
        let periods = &self.layout.members().periods;
        let spanned = move |found: &&'a SeriesBreak| {
            let lies = |before: bool| periods.iter().any(|period| found.is_after(*period) == before);
            lies(true) && lies(false)
        };
        self.indicators(catalogue).flat_map(move |indicator| {
            indicator.breaks.iter().filter(spanned).map(move |found| (indicator, found))
        })
    }

    /// What nobody may overlook in a drawing: true numbers that are opened to this viewer alone, what was carried from older
    /// territories, and breaks in series.
    #[must_use]
    pub fn warnings(&self, names: Names<'_>) -> Vec<String> {
        let is_opened = self.told.iter().any(|told| told.disclosed.is_opened());
        let opened = is_opened.then(|| notes::opened(names.language).to_owned());
        let is_carried = self.told.iter().any(|told| is_carried(told, names.gazetteer));
        let carried = is_carried.then(|| notes::carried(names.language).to_owned());
        opened.into_iter().chain(carried).chain(self.break_notes(names)).collect()
    }

    /// Breaks in words.
    fn break_notes(&self, names: Names<'_>) -> Vec<String> {
        let language = names.language;
        let note = |(indicator, found): (&Indicator, &SeriesBreak)| {
            let label = indicator.label.in_language(language);
            format!("{label}{}{}", language.pick("\u{a0}: ", ": "), notes::series_break(found, language))
        };
        self.breaks(names.catalogue).map(note).collect()
    }

    /// What stands under the table: what its signs mean, what was carried from older territories, where series break, what to
    /// beware of.
    #[must_use]
    pub fn notes(&self, names: Names<'_>) -> Vec<String> {
        let language = names.language;
        let mut all = sign_notes(&self.told, names);
        all.extend(self.warnings(names));
        let colon = language.pick("\u{a0}: ", ": ");
        for indicator in self.indicators(names.catalogue) {
            if let Some(precautions) = &indicator.precautions {
                let label = indicator.label.in_language(language);
                all.push(format!("{label}{colon}{}", precautions.in_language(language)));
            }
        }
        all
    }
}

/// What the signs among these figures mean.
#[must_use]
pub fn sign_notes<'a>(told: impl IntoIterator<Item = &'a Told>, names: Names<'_>) -> Vec<String> {
    let language = names.language;
    let reason = |told: &Told| {
        let reason = told.disclosed.withheld()?;
        Some((told.disclosed.symbol()?, notes::note(reason, language)))
    };
    let reasons: BTreeSet<(&str, &str)> = told.into_iter().filter_map(reason).collect();
    let colon = language.pick("\u{a0}: ", ": ");
    reasons.into_iter().map(|(symbol, note)| format!("{symbol}{colon}{note}")).collect()
}

impl<'a> Names<'a> {
    /// The header of an indicator.
    #[must_use]
    pub fn indicator(self, id: i32) -> Option<Header> {
        let found = self.catalogue.indicator_by_id(id)?;
        let label = found.label.in_language(self.language).to_owned();
        Some(Header { axis: Axis::Indicator, dimension: None, code: found.code.to_string(), label })
    }

    /// The header of a territory.
    #[must_use]
    pub fn territory(self, id: i32) -> Option<Header> {
        let found = self.gazetteer.get(id)?;
        let (code, label) = (found.code.to_string(), found.name_in(self.language).to_owned());
        Some(Header { axis: Axis::Territory, dimension: None, code, label })
    }

    /// The header of a territory beside another one of the same name: with its generation, or its code.
    #[must_use]
    pub fn namesake(self, id: i32) -> Option<Header> {
        let header = self.territory(id)?;
        let generation = self.gazetteer.get(id)?.generation;
        let apart = generation.map_or_else(|| header.code.clone(), |year| year.to_string());
        Some(Header { label: format!("{} ({apart})", header.label), ..header })
    }

    /// The headers of a breakdown, one for each of these dimensions.
    #[must_use]
    pub fn breakdown(self, id: i32, dimensions: &[String]) -> Vec<Header> {
        let breakdown = self.catalogue.breakdowns().get(&id);
        let header = |dimension: &String| {
            let mut categories = breakdown.iter().flat_map(|breakdown| breakdown.categories());
            let category = categories
                .find(|(of, _)| of == dimension)
                .and_then(|(_, code)| self.catalogue.category(dimension, code));
            let (code, label) = match category {
                Some(found) => (found.code.clone(), found.label.in_language(self.language).to_owned()),
                None => (WHOLE.to_owned(), self.language.pick("Ensemble", "All").to_owned()),
            };
            Header { axis: Axis::Breakdown, dimension: Some(dimension.clone()), code, label }
        };
        dimensions.iter().map(header).collect()
    }

    /// The labels of the categories of a breakdown.
    #[must_use]
    pub fn categories(self, id: i32) -> Vec<String> {
        let breakdown = self.catalogue.breakdowns().get(&id);
        let categories = breakdown.iter().flat_map(|breakdown| breakdown.categories());
        categories
            .filter_map(|(dimension, code)| self.catalogue.category(dimension, code))
            .map(|category| category.label.in_language(self.language).to_owned())
            .collect()
    }
}

/// Whether a value is shown of a territory that was formed out of others after the period.
#[must_use]
pub fn is_carried(told: &Told, gazetteer: &Gazetteer) -> bool {
    let formed = gazetteer.get(told.key.territory_id).and_then(|territory| territory.valid_from);
    let first_day = NaiveDate::from_ymd_opt(told.key.period.calendar_year(), 1, 1);
    told.disclosed.value().is_some()
        && formed.zip(first_day).is_some_and(|(formed, first)| formed > first)
        && gazetteer.predecessors(told.key.territory_id).next().is_some()
}

/// The break that a shown value is the first one after.
#[must_use]
pub fn break_at<'a>(told: &Told, catalogue: &'a Catalogue) -> Option<&'a SeriesBreak> {
    told.disclosed.value()?;
    catalogue.indicator_by_id(told.key.indicator_id)?.break_at(told.key.period)
}

/// SDMX `CL_OBS_STATUS` of what the viewer was told: D where it was carried, B where it is the first after a break.
#[must_use]
pub fn observation_status(told: &Told, (catalogue, gazetteer): (&Catalogue, &Gazetteer)) -> &'static str {
    if is_carried(told, gazetteer) {
        return "D";
    }
    break_at(told, catalogue).map_or_else(|| told.disclosed.observation_status(), |_| "B")
}
