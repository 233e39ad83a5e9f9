//! What is measured, in memory: indicators, dimensions, breakdowns, sources and their rules.
//!
//! Loaded once; agreements and releases are not here, because rights change from one request to the next.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::types::{Audience, Breakdown, IndicatorCode, Level, Measure, PartnerCode, Period, Theme, Unit};

use crate::language::Language;

/// The indicator that counts inhabitants.
pub const POPULATION: &str = "DEM01";

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// French.
    pub french: String,
    /// English.
    pub english: String,
}

impl Text {
    /// A text in both languages, the French one as it is printed.
    #[must_use]
    pub fn new(french: &str, english: &str) -> Self {
        Self { french: Language::French.typeset(french), english: english.to_owned() }
    }

    /// The text in a language.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        language.pick(&self.french, &self.english)
    }
}

/// A rule of statistical secrecy.
#[derive(Clone, Debug, PartialEq)]
pub struct SecrecyRule {
    /// Number.
    pub id: i32,
    /// Code.
    pub code: String,
    /// Label.
    pub label: Text,
    /// Fewer units than this behind a cell mask it.
    pub minimum_contributors: Option<i32>,
    /// A contributor above this share, in per cent, masks the cell.
    pub dominance_percent: Option<f64>,
    /// Fewer inhabitants than this in a territory mask its cells.
    pub minimum_population: Option<i32>,
    /// Where the rule comes from and how sure it is.
    pub basis: Text,
    /// First day of the rule.
    pub effective_from: NaiveDate,
}

/// A source of data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Number.
    pub id: i32,
    /// Code.
    pub code: String,
    /// Label.
    pub label: Text,
    /// Who provides it.
    pub provider: PartnerCode,
    /// Whom it may reach.
    pub audience: Audience,
    /// Number of its rule.
    pub secrecy_rule_id: i32,
    /// True when its figures are generated for the demonstration.
    pub synthetic: bool,
}

/// A category of a dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Code of its dimension.
    pub dimension: String,
    /// Code within the dimension.
    pub code: String,
    /// Label.
    pub label: Text,
    /// Code of the category that it is part of.
    pub parent: Option<String>,
}

/// A dimension of breakdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dimension {
    /// Code.
    pub code: String,
    /// Label.
    pub label: Text,
    /// Categories in their order.
    pub categories: Vec<Category>,
}

/// A break in a series: what is measured, or how, changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeriesBreak {
    /// From this period on figures are not comparable with those before.
    pub period: Period,
    /// Why.
    pub reason: Text,
}

impl SeriesBreak {
    /// Whether the break comes after a period; it does not come after one during which it comes.
    #[must_use]
    pub const fn is_after(&self, period: Period) -> bool {
        period.months().1 < self.period.months().0
    }

    /// Whether a period is the first one of its length that is not comparable with those before.
    #[must_use]
    pub const fn opens(&self, period: Period) -> bool {
        period.months().0 <= self.period.months().0 && !self.is_after(period)
    }
}

/// An indicator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicator {
    /// Number; the key of figures.
    pub id: i32,
    /// Code.
    pub code: IndicatorCode,
    /// Label.
    pub label: Text,
    /// Definition.
    pub definition: Text,
    /// Theme.
    pub theme: Theme,
    /// Unit.
    pub unit: Unit,
    /// How it comes about.
    pub measure: Measure,
    /// Number of its source.
    pub source_id: i32,
    /// True when parts add up to the whole.
    pub additive: bool,
    /// Finest level at which it exists.
    pub finest_level: Level,
    /// Codes of its dimensions.
    pub dimensions: Vec<String>,
    /// Count above the line, and which category of it.
    pub numerator: Option<(IndicatorCode, Breakdown)>,
    /// The count that this one is a part of: every unit counted here is counted there too.
    pub part_of: Option<IndicatorCode>,
    /// Count below the line.
    pub denominator: Option<IndicatorCode>,
    /// What to beware of.
    pub precautions: Option<Text>,
    /// Decimals that its figures are published with, where they are not those of its unit.
    pub decimals: Option<usize>,
    /// Breaks in its series, in their order; those of the counts that a rate is worked out from among them.
    pub breaks: Vec<SeriesBreak>,
}

impl Indicator {
    /// The breaks on the two sides of which two periods lie, whichever comes first.
    pub fn breaks_between(&self, one: Period, other: Period) -> impl Iterator<Item = &SeriesBreak> {
        self.breaks.iter().filter(move |found| found.is_after(one) != found.is_after(other))
    }

    /// The break that a period is the first one after.
    #[must_use]
    pub fn break_at(&self, period: Period) -> Option<&SeriesBreak> {
        self.breaks.iter().find(|found| found.opens(period))
    }
}

/// What the catalogue is made from.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// Rules.
    pub rules: Vec<SecrecyRule>,
    /// Sources.
    pub sources: Vec<Source>,
    /// Dimensions in their order.
    pub dimensions: Vec<Dimension>,
    /// Indicators.
    pub indicators: Vec<Indicator>,
    /// Breakdowns in use, by number; 0 is the total.
    pub breakdowns: Vec<(i32, Breakdown)>,
}

/// The catalogue.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    rules: HashMap<i32, SecrecyRule>,
    sources: Vec<Source>,
    dimensions: Vec<Dimension>,
    indicators: Vec<Indicator>,
    /// Where indicators stand, by number: each figure that is told asks.
    positions: Vec<(i32, usize)>,
    breakdowns: HashMap<i32, Breakdown>,
    breakdown_ids: HashMap<Breakdown, i32>,
}

impl Catalogue {
    /// Builds the catalogue; indicators and sources come out in the order of their codes.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let mut catalogue = Self {
            rules: parts.rules.into_iter().map(|rule| (rule.id, rule)).collect(),
            sources: parts.sources,
            dimensions: parts.dimensions,
            indicators: parts.indicators,
            positions: Vec::new(),
            breakdown_ids: parts.breakdowns.iter().map(|(id, key)| (key.clone(), *id)).collect(),
            breakdowns: parts.breakdowns.into_iter().collect(),
        };
        catalogue.sources.sort_by(|a, b| a.code.cmp(&b.code));
        catalogue.indicators.sort_by(|a, b| a.code.cmp(&b.code));
        let indicators = catalogue.indicators.iter().enumerate();
        catalogue.positions = indicators.map(|(position, indicator)| (indicator.id, position)).collect();
        catalogue.positions.sort_unstable();
        catalogue.break_rates();
        catalogue
    }

    /// A rate breaks where one of its counts does.
    fn break_rates(&mut self) {
        let of_counts: Vec<Vec<SeriesBreak>> = self
            .indicators
            .iter()
            .map(|indicator| {
                let numerator = indicator.numerator.as_ref().map(|(code, _)| code);
                let counts = numerator.into_iter().chain(&indicator.denominator);
                counts
                    .filter_map(|code| self.indicator(code))
                    .flat_map(|count| count.breaks.clone())
                    .collect()
            })
            .collect();
        for (indicator, breaks) in self.indicators.iter_mut().zip(of_counts) {
            indicator.breaks.extend(breaks);
            indicator.breaks.sort_by_key(|found| found.period);
            indicator.breaks.dedup();
        }
    }

    /// Every indicator, in the order of codes.
    #[must_use]
    pub fn indicators(&self) -> &[Indicator] {
        &self.indicators
    }

    /// An indicator by code.
    #[must_use]
    pub fn indicator(&self, code: &IndicatorCode) -> Option<&Indicator> {
        self.indicators
            .binary_search_by(|indicator| indicator.code.cmp(code))
            .ok()
            .and_then(|at| self.indicators.get(at))
    }

    /// An indicator by number.
    #[must_use]
    pub fn indicator_by_id(&self, id: i32) -> Option<&Indicator> {
        let at = self.positions.binary_search_by_key(&id, |(known, _)| *known).ok()?;
        self.indicators.get(self.positions.get(at)?.1)
    }

    /// Every source, in the order of codes.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// A source by number.
    #[must_use]
    pub fn source(&self, id: i32) -> Option<&Source> {
        self.sources.iter().find(|source| source.id == id)
    }

    /// A source by code.
    #[must_use]
    pub fn source_by_code(&self, code: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.code == code)
    }

    /// A rule by number.
    #[must_use]
    pub fn rule(&self, id: i32) -> Option<&SecrecyRule> {
        self.rules.get(&id)
    }

    /// Every dimension.
    #[must_use]
    pub fn dimensions(&self) -> &[Dimension] {
        &self.dimensions
    }

    /// A dimension by its code.
    #[must_use]
    pub fn dimension(&self, code: &str) -> Option<&Dimension> {
        self.dimensions.iter().find(|dimension| dimension.code == code)
    }

    /// A category by the codes of its dimension and its own.
    #[must_use]
    pub fn category(&self, dimension: &str, code: &str) -> Option<&Category> {
        self.dimension(dimension)?.categories.iter().find(|category| category.code == code)
    }

    /// Breakdowns in use, by number.
    #[must_use]
    pub const fn breakdowns(&self) -> &HashMap<i32, Breakdown> {
        &self.breakdowns
    }

    /// The number of a breakdown, when it is in use.
    #[must_use]
    pub fn breakdown_id(&self, breakdown: &Breakdown) -> Option<i32> {
        self.breakdown_ids.get(breakdown).copied()
    }

    /// The numbers of the breakdowns over exactly these dimensions.
    #[must_use]
    pub fn breakdowns_over(&self, dimensions: &[&str]) -> Vec<i32> {
        let over = |breakdown: &Breakdown| {
            breakdown.categories().count() == dimensions.len()
                && breakdown.categories().all(|(dimension, _)| dimensions.contains(&dimension))
        };
        let mut ids: Vec<i32> =
            self.breakdowns.iter().filter(|(_, key)| over(key)).map(|(id, _)| *id).collect();
        ids.sort_unstable();
        ids
    }
}

#[cfg(test)]
mod tests {
    use entity::types::Period;

    use super::{SeriesBreak, Text};

    #[test]
    fn a_period_during_which_a_series_breaks_is_the_first_after_it() {
        let read = |text: &str| Period::parse(text).unwrap();
        let reason = Text { french: String::new(), english: String::new() };
        let at = |text: &str| SeriesBreak { period: read(text), reason: reason.clone() };
        for (broken, before, first, later) in [
            ("2021", "2020", "2021", "2022"),
            ("2021", "2020-Q4", "2021-Q1", "2021-Q2"),
            ("2021", "2020-12", "2021-01", "2021-12"),
            ("2021-07", "2020", "2021", "2022"),
            ("2021-07", "2021-Q2", "2021-Q3", "2021-Q4"),
            ("2021-Q3", "2021-06", "2021-07", "2021-08"),
        ] {
            let found = at(broken);
            let told =
                [before, first, later].map(|text| (found.is_after(read(text)), found.opens(read(text))));
            assert_eq!(told, [(true, false), (false, true), (false, false)], "{broken}");
        }
    }
}
