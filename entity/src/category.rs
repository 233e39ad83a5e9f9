//! A category of a dimension.

use sea_orm::entity::prelude::*;

/// A category of a dimension.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "category")]
pub struct Model {
    /// Dimension.
    #[sea_orm(primary_key, auto_increment = false)]
    pub dimension: String,
    /// Code within the dimension.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// Order of display.
    pub position: i32,
    /// French label.
    pub label_fr: String,
    /// English label.
    pub label_en: String,
    /// Category that it is part of.
    pub parent: Option<String>,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
