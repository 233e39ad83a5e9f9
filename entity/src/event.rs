//! A meeting of the signatories.

use sea_orm::entity::prelude::*;

use crate::types::EventKind;

/// A meeting of the signatories.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    /// Row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Reference.
    pub reference: String,
    /// What it is for.
    pub kind: EventKind,
    /// Title.
    pub title: String,
    /// Agenda.
    pub agenda: String,
    /// Day.
    pub on_date: Date,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
