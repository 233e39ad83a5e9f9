//! What a delivery is held against.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::{catalogue::Catalogue, geography::Gazetteer};

/// What a delivery is held against.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Every version of every territory.
    pub gazetteer: &'a Gazetteer,
    /// Indicators, dimensions, breakdowns, sources and rules.
    pub catalogue: &'a Catalogue,
    /// Year of the release; that of the mapping or of the first row where it is not said.
    pub year: Option<i32>,
    /// The day on which it is handed in: later periods are told.
    pub today: NaiveDate,
}

/// What a delivery has numbers of: what is shown of anything else is nothing to compare it with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subjects {
    /// Indicators.
    pub indicators: BTreeSet<i32>,
    /// Territories.
    pub territories: BTreeSet<i32>,
}
