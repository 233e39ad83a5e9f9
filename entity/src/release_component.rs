//! Which masked figures of a release sums bind to one another.

use sea_orm::entity::prelude::*;

/// Which masked figures of a release sums bind to one another: what somebody is told of true numbers is decided by it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "release_component")]
pub struct Model {
    /// Release.
    #[sea_orm(primary_key, auto_increment = false)]
    pub release_id: i32,
    /// Territories of its groups, as JSON.
    pub components: String,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
