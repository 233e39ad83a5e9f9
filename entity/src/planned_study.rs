//! A study of the programme.

use sea_orm::entity::prelude::*;

use crate::types::StudyKind;

/// A study of the programme: planned, and perhaps begun or dropped.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "planned_study")]
pub struct Model {
    /// Row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Reference.
    pub reference: String,
    /// Kind of study.
    pub kind: StudyKind,
    /// Title.
    pub title: String,
    /// Who leads it.
    pub partner_id: i32,
    /// Last day on which it is in time.
    pub due_on: Date,
    /// The study that it became.
    pub study_id: Option<i32>,
    /// Day on which it was dropped.
    pub dropped_on: Option<Date>,
    /// Why it was dropped.
    pub drop_reason: Option<String>,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
