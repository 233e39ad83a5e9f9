//! A person who is registered for a meeting, and perhaps was there.

use sea_orm::entity::prelude::*;

/// A person who is registered for a meeting, and perhaps was there.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_attendance")]
pub struct Model {
    /// Meeting.
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: i32,
    /// Whom the person is there for; a subject says who it is among a partner’s people alone.
    #[sea_orm(primary_key, auto_increment = false)]
    pub partner_id: i32,
    /// Subject of the person’s tokens.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: String,
    /// Whether the person was there.
    pub attended: bool,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
