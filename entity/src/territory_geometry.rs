//! Contour of a territory, apart from its row because it is large and seldom asked.

use sea_orm::entity::prelude::*;

/// Contour of a territory, apart from its row because it is large and seldom asked.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "territory_geometry")]
pub struct Model {
    /// Territory.
    #[sea_orm(primary_key, auto_increment = false)]
    pub territory_id: i32,
    /// RFC 7946 geometry as JSON text.
    pub geometry: String,
    /// Degrees.
    pub west: f64,
    /// Degrees.
    pub south: f64,
    /// Degrees.
    pub east: f64,
    /// Degrees.
    pub north: f64,
    /// Whether it is drawn, not measured.
    pub schematic: bool,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
