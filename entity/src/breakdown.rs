//! A breakdown in use, so that figures carry a number rather than a text.

use sea_orm::entity::prelude::*;

use crate::types::Breakdown;

/// A breakdown in use, so that figures carry a number rather than a text.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "breakdown")]
pub struct Model {
    /// Row; 0 is the total.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Canonical text.
    pub key: Breakdown,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
