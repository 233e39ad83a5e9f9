//! A territory lies in another.

use sea_orm::entity::prelude::*;

/// A territory lies in another.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "territory_membership")]
pub struct Model {
    /// The part.
    #[sea_orm(primary_key, auto_increment = false)]
    pub child_id: i32,
    /// The whole.
    #[sea_orm(primary_key, auto_increment = false)]
    pub parent_id: i32,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
