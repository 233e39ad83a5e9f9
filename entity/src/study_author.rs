//! Who wrote a study.

use sea_orm::entity::prelude::*;

/// Who wrote a study.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "study_author")]
pub struct Model {
    /// Study.
    #[sea_orm(primary_key, auto_increment = false)]
    pub study_id: i32,
    /// Partner.
    #[sea_orm(primary_key, auto_increment = false)]
    pub partner_id: i32,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
