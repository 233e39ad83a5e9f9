//! Two territories that cut each other without nesting.

use sea_orm::entity::prelude::*;

/// Two territories that cut each other without nesting.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "territory_overlap")]
pub struct Model {
    /// One territory.
    #[sea_orm(primary_key, auto_increment = false)]
    pub territory_id: i32,
    /// The other.
    #[sea_orm(primary_key, auto_increment = false)]
    pub other_id: i32,
    /// Share of the first one’s area that lies in the other, 0 to 1.
    pub area_share: f64,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
