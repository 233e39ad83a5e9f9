//! How open figures are read and confidential ones drawn.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Open {
    pub published_on: NaiveDate,
    pub vintage: i32,
    pub figure: Vec<OpenFigure>,
}

#[derive(Debug, Deserialize)]
pub struct OpenFigure {
    pub indicator: String,
    pub year: i32,
    /// Whether the communes add up to the agglomeration.
    #[serde(default)]
    pub whole: bool,
    #[serde(default)]
    pub breakdown: BTreeMap<String, String>,
    #[serde(flatten)]
    pub formula: Formula,
}

/// How a figure comes from columns of the file.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Formula {
    /// The column, rounded to the unit.
    Count(String),
    /// The column as it stands.
    AsIs(String),
    /// One count less another.
    Difference { of: String, less: String },
    /// A count, less another where one is named, in per cent of a third.
    Percent { of: String, less: Option<String>, over: String },
    /// Mean yearly change in per cent.
    Growth { to: String, from: String, years: u8 },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipes {
    pub delivery: Vec<Delivery>,
    pub recipe: Vec<Recipe>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    pub source: String,
    /// Month and day of publication, in the following year.
    pub published: String,
    /// Embargo of the last year's release.
    pub embargo_of_last: Option<DateTime<Utc>>,
    /// The only commune that the source covers, when it is one.
    pub commune: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    pub indicator: String,
    pub of: String,
    /// Per mille of what it is drawn from.
    pub share: u64,
    /// Factor inside priority neighbourhoods, per mille.
    pub poverty: u64,
    /// First year of quarterly figures.
    pub quarters_from: Option<i32>,
    #[serde(default)]
    pub weights: BTreeMap<String, BTreeMap<String, u64>>,
}
