//! An observation that a study quotes.

use sea_orm::entity::prelude::*;

use crate::types::Period;

/// An observation that a study quotes.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "study_citation")]
pub struct Model {
    /// Study.
    #[sea_orm(primary_key, auto_increment = false)]
    pub study_id: i32,
    /// Order.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// Indicator.
    pub indicator_id: i32,
    /// Territory.
    pub territory_id: i32,
    /// Period.
    pub period: Period,
    /// Breakdown.
    pub breakdown_id: i32,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
