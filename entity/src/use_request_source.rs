//! A source that a request names.

use sea_orm::entity::prelude::*;

/// A source that a request names.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "use_request_source")]
pub struct Model {
    /// Request.
    #[sea_orm(primary_key, auto_increment = false)]
    pub use_request_id: i32,
    /// Source.
    #[sea_orm(primary_key, auto_increment = false)]
    pub source_id: i32,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
