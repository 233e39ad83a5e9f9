//! Something that a partner contributed to the urban policy and that the observatory does not see by itself.

use sea_orm::entity::prelude::*;

/// Something that a partner contributed to the urban policy and that the observatory does not see by itself.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contribution")]
pub struct Model {
    /// Row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Who contributed.
    pub partner_id: i32,
    /// What.
    pub title: String,
    /// When.
    pub on_date: Date,
    /// Subject of the token of the person who recorded it.
    pub recorded_by: String,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
