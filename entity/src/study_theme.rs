//! Themes of a study.

use sea_orm::entity::prelude::*;

use crate::types::Theme;

/// Themes of a study.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "study_theme")]
pub struct Model {
    /// Study.
    #[sea_orm(primary_key, auto_increment = false)]
    pub study_id: i32,
    /// Theme.
    #[sea_orm(primary_key, auto_increment = false)]
    pub theme: Theme,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
