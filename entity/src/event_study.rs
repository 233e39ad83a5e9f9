//! A study that a meeting is about.

use sea_orm::entity::prelude::*;

/// A study that a meeting is about.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_study")]
pub struct Model {
    /// Meeting.
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: i32,
    /// Study.
    #[sea_orm(primary_key, auto_increment = false)]
    pub study_id: i32,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
