//! Revisions of what answers depend on: a row for each change, counted by triggers; old ones are removed.

use sea_orm::entity::prelude::*;

/// A change of what answers depend on.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "revision")]
pub struct Model {
    /// Number.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// By chance, made by the database: as many changes of another history have another one.
    pub mark: i64,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
