//! What everybody reads: a figure as its release’s secrecy plan lets it be shown.

use sea_orm::entity::prelude::*;

use crate::types::{Level, Period, Withheld};

/// What everybody reads: a figure as its release’s secrecy plan lets it be shown.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "figure")]
pub struct Model {
    /// Release.
    #[sea_orm(primary_key, auto_increment = false)]
    pub release_id: i32,
    /// Indicator.
    #[sea_orm(primary_key, auto_increment = false)]
    pub indicator_id: i32,
    /// Territory.
    #[sea_orm(primary_key, auto_increment = false)]
    pub territory_id: i32,
    /// Period.
    #[sea_orm(primary_key, auto_increment = false)]
    pub period: Period,
    /// Breakdown; 0 the total.
    #[sea_orm(primary_key, auto_increment = false)]
    pub breakdown_id: i32,
    /// Level of the territory, for filters.
    pub level: Level,
    /// The figure, in the indicator’s unit; none exactly when `withheld` is set.
    pub shown: Option<f64>,
    /// Why it is not shown.
    pub withheld: Option<Withheld>,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
