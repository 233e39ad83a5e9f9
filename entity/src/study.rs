//! A study.

use sea_orm::entity::prelude::*;

use crate::types::{Audience, StudyKind, StudyStatus};

/// A study.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "study")]
pub struct Model {
    /// Row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Reference.
    pub reference: String,
    /// Kind.
    pub kind: StudyKind,
    /// Title.
    pub title: String,
    /// Summary.
    pub summary: Option<String>,
    /// Where it stands.
    pub status: StudyStatus,
    /// Whom it may reach.
    pub audience: Audience,
    /// Day of publication.
    pub published_on: Option<Date>,
    /// The version that the operator has read and lets go to its group or audience.
    pub reviewed_version: Option<String>,
    /// Subject of the token of the person who drafted it; none for those that came with the observatory.
    pub drafted_by: Option<String>,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
