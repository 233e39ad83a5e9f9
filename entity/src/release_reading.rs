//! A territory of which a partner has read true numbers of a release, under a grant.

use sea_orm::entity::prelude::*;

/// A territory of which a partner has read true numbers of a release, under a grant: corrections are planned against it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "release_reading")]
pub struct Model {
    /// Release.
    #[sea_orm(primary_key, auto_increment = false)]
    pub release_id: i32,
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
