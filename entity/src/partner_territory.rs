//! A territory of a partner’s own.

use sea_orm::entity::prelude::*;

/// A territory of a partner’s own.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partner_territory")]
pub struct Model {
    /// Partner.
    #[sea_orm(primary_key, auto_increment = false)]
    pub partner_id: i32,
    /// Territory.
    #[sea_orm(primary_key, auto_increment = false)]
    pub territory_id: i32,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
