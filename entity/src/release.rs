//! One publication of a source for one period.

use sea_orm::entity::prelude::*;

use crate::types::{Period, ReleaseState};

/// One publication of a source for one period.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "release")]
pub struct Model {
    /// Row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Reference.
    pub reference: String,
    /// Source.
    pub source_id: i32,
    /// Year that it describes.
    pub period: Period,
    /// Where it stands.
    pub state: ReleaseState,
    /// Year whose 1 January geography it uses.
    pub geography_vintage: i32,
    /// Day of publication.
    pub published_on: Option<Date>,
    /// Nobody without the right sees it before.
    pub embargo_until: Option<DateTimeUtc>,
    /// When it was staged.
    pub staged_on: Option<DateTimeUtc>,
    /// Generation of the priority neighbourhoods that it counts.
    pub generation: Option<i32>,
    /// Rows of the file that it came in.
    pub rows: Option<i32>,
    /// Name of that file.
    pub file_name: Option<String>,
    /// Its mark under the vault key, in hexadecimal: never a plain digest, which could be guessed at.
    pub digest: Option<String>,
    /// Codes of the warnings that were accepted, separated by spaces.
    pub accepted: Option<String>,
    /// What its plan shows and masks, as JSON: counts only.
    pub report: Option<String>,
    /// Edition that its plan knew.
    pub planned_edition: Option<i32>,
    /// How many true numbers partners had read when it was planned.
    pub planned_readings: Option<i32>,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
