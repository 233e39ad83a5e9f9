//! What a delivery is held against.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::{catalogue::Catalogue, geography::Gazetteer, secrecy::table::CellKey};

/// What a delivery is held against.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Every version of every territory.
    pub gazetteer: &'a Gazetteer,
    /// Indicators, dimensions, breakdowns, sources and rules.
    pub catalogue: &'a Catalogue,
    /// The figures that the last release of the source shows.
    pub last: &'a HashMap<CellKey, f64>,
    /// Year of the release; that of the mapping or of the first row where it is not said.
    pub year: Option<i32>,
    /// The day on which it is handed in: later periods are told.
    pub today: NaiveDate,
}
