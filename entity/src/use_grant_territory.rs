//! A territory that a grant covers, with all that lies in it.

use sea_orm::entity::prelude::*;

/// A territory that a grant covers, with all that lies in it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "use_grant_territory")]
pub struct Model {
    /// Grant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub use_grant_id: i32,
    /// Territory.
    #[sea_orm(primary_key, auto_increment = false)]
    pub territory_id: i32,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
