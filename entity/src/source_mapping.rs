//! How the columns of the files of a source become ours, as somebody wrote it.

use sea_orm::entity::prelude::*;

/// How the columns of the files of a source become ours, as somebody wrote it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "source_mapping")]
pub struct Model {
    /// Source.
    #[sea_orm(primary_key, auto_increment = false)]
    pub source_id: i32,
    /// The mapping, as TOML.
    pub text: String,
    /// When a delivery last came with it.
    pub kept_on: DateTimeUtc,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
