//! A break in the series of an indicator.

use sea_orm::entity::prelude::*;

use crate::types::Period;

/// A break in the series of an indicator.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "series_break")]
pub struct Model {
    /// Indicator.
    #[sea_orm(primary_key, auto_increment = false)]
    pub indicator_id: i32,
    /// From when its figures are not comparable with those before.
    #[sea_orm(primary_key, auto_increment = false)]
    pub period: Period,
    /// Why, in French.
    pub reason_fr: String,
    /// The same in English.
    pub reason_en: String,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
