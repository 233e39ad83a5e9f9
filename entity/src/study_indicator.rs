//! Indicators that a study uses.

use sea_orm::entity::prelude::*;

/// Indicators that a study uses.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "study_indicator")]
pub struct Model {
    /// Study.
    #[sea_orm(primary_key, auto_increment = false)]
    pub study_id: i32,
    /// Indicator.
    #[sea_orm(primary_key, auto_increment = false)]
    pub indicator_id: i32,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
