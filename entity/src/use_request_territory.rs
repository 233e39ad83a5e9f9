//! A territory that a request names; none for the partner’s own.

use sea_orm::entity::prelude::*;

/// A territory that a request names; none for the partner’s own.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "use_request_territory")]
pub struct Model {
    /// Request.
    #[sea_orm(primary_key, auto_increment = false)]
    pub use_request_id: i32,
    /// Territory.
    #[sea_orm(primary_key, auto_increment = false)]
    pub territory_id: i32,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
