//! A dimension of breakdown.

use sea_orm::entity::prelude::*;

/// A dimension of breakdown.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dimension")]
pub struct Model {
    /// Code, such as `SEXE`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// Order of display.
    pub position: i32,
    /// French label.
    pub label_fr: String,
    /// English label.
    pub label_en: String,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
