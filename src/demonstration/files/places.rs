//! Communes and priority neighbourhoods.

use chrono::NaiveDate;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
pub struct Commune {
    pub code: String,
    pub name: String,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    pub longitude: f64,
    pub latitude: f64,
    /// How many IRIS the demonstration splits it into; 1 leaves it whole.
    pub iris: usize,
    /// Codes of the versions that it came from, separated by spaces.
    pub predecessors: String,
    /// Its share of the people of its latest successor, per ten thousand.
    pub part: u64,
    /// Code of that successor, or its own.
    pub successor: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Neighbourhoods {
    pub neighbourhood: Vec<Neighbourhood>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Neighbourhood {
    pub generation: i32,
    pub code: String,
    pub name: String,
    /// Codes of the communes that it lies in.
    pub communes: Vec<String>,
    pub longitude: f64,
    pub latitude: f64,
    pub radius_metres: f64,
    pub seed: u64,
}
