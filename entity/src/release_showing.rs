//! In which editions a release is read.

use sea_orm::entity::prelude::*;

/// In which editions a release is read.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "release_showing")]
pub struct Model {
    /// Release.
    #[sea_orm(primary_key, auto_increment = false)]
    pub release_id: i32,
    /// First edition.
    #[sea_orm(primary_key, auto_increment = false)]
    pub from_edition: i32,
    /// First edition that no longer shows it; none while it is shown.
    pub until_edition: Option<i32>,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
