//! How far a work that takes a while has come.

use sea_orm::entity::prelude::*;

use crate::types::WorkPhase;

/// How far a work that takes a while has come.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "work")]
pub struct Model {
    /// Reference of the delivery or release that it is for.
    #[sea_orm(primary_key, auto_increment = false)]
    pub reference: String,
    /// What it is doing.
    pub phase: WorkPhase,
    /// So much of the phase is done.
    pub done: i64,
    /// So much there is to do in the phase; 0 where nobody knows.
    pub total: i64,
    /// When it last showed a sign of life.
    pub touched_on: DateTimeUtc,
    /// Why it was given up, as JSON: a code, a sentence in French and one in English.
    pub fault: Option<String>,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
