//! A version of a territory: one row for each stretch of time in which code, level and extent stay the same.

use sea_orm::entity::prelude::*;

use crate::types::{Level, TerritoryCode};

/// A version of a territory: one row for each stretch of time in which code, level and extent stay the same.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "territory")]
pub struct Model {
    /// Position in the gazetteer.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Level.
    pub level: Level,
    /// Official code, or a made-up one when `official` is false.
    pub code: TerritoryCode,
    /// Name with its accents.
    pub name: String,
    /// Name in English, where it is another one: that of what is made up.
    pub name_en: Option<String>,
    /// First day, where known.
    pub valid_from: Option<Date>,
    /// Last day, when it has ended.
    pub valid_to: Option<Date>,
    /// Generation of the priority neighbourhoods, 2015 or 2024.
    pub generation: Option<i32>,
    /// False when the code and contour are made up for the demonstration.
    pub official: bool,
    /// Degrees, WGS 84.
    pub longitude: Option<f64>,
    /// Degrees, WGS 84.
    pub latitude: Option<f64>,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
