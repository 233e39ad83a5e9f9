//! Who wrote a study, or reads it before it is published.

use sea_orm::entity::prelude::*;

/// Who wrote a study, or reads it before it is published.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "study_author")]
pub struct Model {
    /// Study.
    #[sea_orm(primary_key, auto_increment = false)]
    pub study_id: i32,
    /// Partner.
    #[sea_orm(primary_key, auto_increment = false)]
    pub partner_id: i32,
    /// Of its study group: reads it once it is submitted, and is no author.
    pub in_group: bool,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
