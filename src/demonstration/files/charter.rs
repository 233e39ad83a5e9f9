//! Partners, agreements, grants.

use chrono::NaiveDate;
use entity::types::{Level, PartnerCode, PartnerKind, Purposes};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partners {
    pub partner: Vec<Partner>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partner {
    pub code: PartnerCode,
    pub name: String,
    pub kind: PartnerKind,
    pub territories: Vec<String>,
    pub charter: Option<Signature>,
    pub referents: Vec<Referent>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    pub signed_on: NaiveDate,
    pub expires_on: Option<NaiveDate>,
    /// Day of withdrawal: the first day no longer in force.
    pub withdrawn_on: Option<NaiveDate>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Referent {
    pub subject: String,
    pub service: String,
    pub from: NaiveDate,
    pub until: Option<NaiveDate>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreements {
    pub agreement: Vec<Agreement>,
    pub grant: Vec<Grant>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    pub reference: String,
    pub provider: String,
    pub sources: Vec<String>,
    pub finest_level: Level,
    pub own_territories_below: Option<Level>,
    pub purposes: Purposes,
    pub from: NaiveDate,
    pub until: NaiveDate,
    pub processor: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    pub reference: String,
    pub partner: String,
    pub source: String,
    pub finest_level: Level,
    pub territories: Vec<String>,
    pub purposes: Purposes,
    pub from: NaiveDate,
    pub until: NaiveDate,
    pub unmasked: bool,
    /// Subject of the token of the person who asked for it.
    pub subject: String,
    pub asked_on: NaiveDate,
    pub reason: String,
}
