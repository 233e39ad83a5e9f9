//! A provider’s prior agreement to one partner’s use of a source.

use sea_orm::entity::prelude::*;

use crate::types::{Level, Purposes};

/// A provider’s prior agreement to one partner’s use of a source.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "use_grant")]
pub struct Model {
    /// Row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Reference.
    pub reference: String,
    /// To whom.
    pub partner_id: i32,
    /// Which source.
    pub source_id: i32,
    /// Finest level.
    pub finest_level: Level,
    /// For what.
    pub purposes: Purposes,
    /// First day.
    pub from_date: Date,
    /// Last day.
    pub until_date: Date,
    /// True when it opens true values within its territories.
    pub unmasked: bool,
    /// Request that it answers; without one nobody sees, suspends or revokes it.
    pub use_request_id: Option<i32>,
    /// Whether the operator has suspended it.
    pub suspended: bool,
    /// Agreement with the provider that it stands on, and ends with; without one it opens nothing.
    pub agreement_id: Option<i32>,
    /// When it was revoked or taken back, or its agreement was ended.
    pub ended_on: Option<DateTimeUtc>,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
