//! Rules, sources, dimensions, indicators.

use chrono::NaiveDate;
use entity::types::{Audience, IndicatorCode, Level, Measure, PartnerCode, Period, Theme, Unit};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub rule: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub code: String,
    pub label_fr: String,
    pub label_en: String,
    pub minimum_contributors: Option<i32>,
    pub dominance_percent: Option<f64>,
    pub minimum_population: Option<i32>,
    pub basis_fr: String,
    pub basis_en: String,
    pub effective_from: NaiveDate,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sources {
    pub source: Vec<Source>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub code: String,
    pub label_fr: String,
    pub label_en: String,
    pub provider: PartnerCode,
    pub audience: Audience,
    pub rule: String,
    pub synthetic: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dimensions {
    pub dimension: Vec<Dimension>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dimension {
    pub code: String,
    pub label_fr: String,
    pub label_en: String,
    pub category: Vec<Category>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    pub code: String,
    pub label_fr: String,
    pub label_en: String,
    pub parent: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicators {
    pub indicator: Vec<Indicator>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    pub code: IndicatorCode,
    pub label_fr: String,
    pub label_en: String,
    pub definition_fr: String,
    pub definition_en: String,
    pub theme: Theme,
    pub unit: Unit,
    pub measure: Measure,
    pub source: String,
    pub dimensions: Vec<String>,
    pub additive: bool,
    pub finest_level: Level,
    pub precautions_fr: Option<String>,
    pub precautions_en: Option<String>,
    /// Decimals that its figures are published with, where they are not those of its unit.
    pub decimals: Option<i32>,
    /// The count that this one is a part of.
    pub part_of: Option<String>,
    pub numerator: Option<String>,
    pub numerator_category: Option<NumeratorCategory>,
    pub denominator: Option<String>,
    #[serde(default)]
    pub series_break: Vec<SeriesBreak>,
}

/// A period from which figures are not comparable with those before.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriesBreak {
    pub period: Period,
    pub reason_fr: String,
    pub reason_en: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumeratorCategory {
    pub dimension: String,
    pub category: String,
}
