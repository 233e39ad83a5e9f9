//! An agreement (convention) between the agglomeration and a provider.

use sea_orm::entity::prelude::*;

use crate::types::{Level, Purposes};

/// An agreement (convention) between the agglomeration and a provider.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agreement")]
pub struct Model {
    /// Row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Reference.
    pub reference: String,
    /// Provider.
    pub provider_id: i32,
    /// Finest level that it opens.
    pub finest_level: Level,
    /// Below this level a signatory sees only its own territories.
    pub own_territories_below: Option<Level>,
    /// Purposes that it covers.
    pub purposes: Purposes,
    /// First day.
    pub from_date: Date,
    /// Last day.
    pub until_date: Date,
    /// Firm that may handle the deliveries.
    pub processor_id: Option<i32>,
    /// Below the commune, only for people who have attended a training in so many months.
    pub training_months: Option<i32>,
    /// When it was ended before its last day.
    pub ended_on: Option<DateTimeUtc>,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
