//! A territory comes after another (merger, split, change of code).

use sea_orm::entity::prelude::*;

/// A territory comes after another (merger, split, change of code).
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "territory_succession")]
pub struct Model {
    /// Before.
    #[sea_orm(primary_key, auto_increment = false)]
    pub predecessor_id: i32,
    /// After.
    #[sea_orm(primary_key, auto_increment = false)]
    pub successor_id: i32,
    /// First day of the successor.
    pub effective_on: Date,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
