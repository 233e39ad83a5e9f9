//! An indicator of the catalogue.

use sea_orm::entity::prelude::*;

use crate::types::{Breakdown, IndicatorCode, Level, Measure, Theme, Unit};

/// An indicator of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "indicator")]
pub struct Model {
    /// Row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Code, such as `REV03`.
    pub code: IndicatorCode,
    /// French label.
    pub label_fr: String,
    /// English label.
    pub label_en: String,
    /// French definition.
    pub definition_fr: String,
    /// English definition.
    pub definition_en: String,
    /// Theme.
    pub theme: Theme,
    /// Unit.
    pub unit: Unit,
    /// How it comes about.
    pub measure: Measure,
    /// Source.
    pub source_id: i32,
    /// True when parts add up to the whole.
    pub additive: bool,
    /// Finest level at which it exists.
    pub finest_level: Level,
    /// Codes of its dimensions, separated by spaces.
    pub dimensions: String,
    /// Code of the count above the line.
    pub numerator: Option<String>,
    /// Category of the numerator that is meant.
    pub numerator_breakdown: Breakdown,
    /// Code of the count below the line.
    pub denominator: Option<String>,
    /// Code of the count that this one is a part of: every unit counted here is counted there.
    pub part_of: Option<String>,
    /// What to beware of, in French.
    pub precautions_fr: Option<String>,
    /// The same in English.
    pub precautions_en: Option<String>,
    /// Decimals that its figures are published with, where they are not those of its unit.
    pub decimals: Option<i32>,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
