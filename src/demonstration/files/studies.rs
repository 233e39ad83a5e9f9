//! Studies.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::types::{Audience, Period, StudyKind, StudyStatus, Theme};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Studies {
    pub study: Vec<Study>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Study {
    pub reference: String,
    pub kind: StudyKind,
    pub title: String,
    pub summary: Option<String>,
    pub status: StudyStatus,
    pub audience: Audience,
    pub authors: Vec<String>,
    pub territories: Vec<String>,
    pub themes: Vec<Theme>,
    pub indicators: Vec<String>,
    #[serde(default)]
    pub citations: Vec<Citation>,
    pub published_on: Option<NaiveDate>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    pub indicator: String,
    pub territory: String,
    pub period: Period,
    #[serde(default)]
    pub breakdown: BTreeMap<String, String>,
}
