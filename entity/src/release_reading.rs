//! A true number of a release that a partner has read, under a grant.

use sea_orm::entity::prelude::*;

use crate::types::Period;

/// A true number of a release that a partner has read, under a grant: corrections are planned against it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "release_reading")]
pub struct Model {
    /// Release.
    #[sea_orm(primary_key, auto_increment = false)]
    pub release_id: i32,
    /// Partner.
    #[sea_orm(primary_key, auto_increment = false)]
    pub partner_id: i32,
    /// Indicator.
    #[sea_orm(primary_key, auto_increment = false)]
    pub indicator_id: i32,
    /// Territory.
    #[sea_orm(primary_key, auto_increment = false)]
    pub territory_id: i32,
    /// Period.
    #[sea_orm(primary_key, auto_increment = false)]
    pub period: Period,
    /// Breakdown; 0 is the total.
    #[sea_orm(primary_key, auto_increment = false)]
    pub breakdown_id: i32,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
