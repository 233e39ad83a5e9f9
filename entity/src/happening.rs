//! Something that happened, for those who wait for it.

use sea_orm::entity::prelude::*;

use crate::types::HappeningKind;

/// Something that happened, for those who wait for it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "happening")]
pub struct Model {
    /// Number.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// What happened.
    pub kind: HappeningKind,
    /// Reference of what it happened to.
    pub reference: String,
    /// When those who wait are told: at the end of an embargo, where there is one.
    pub due_at: DateTimeUtc,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
