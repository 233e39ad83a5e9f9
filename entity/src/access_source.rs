//! What a request reached of one source.

use sea_orm::entity::prelude::*;

/// What a request reached of one source; never a value.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_source")]
pub struct Model {
    /// Number of the record.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// Code of the source.
    #[sea_orm(primary_key, auto_increment = false)]
    pub source: String,
    /// Values that were shown.
    pub shown: i32,
    /// Figures whose value was withheld.
    pub withheld: i32,
    /// Those of them that the policy withheld.
    pub refused: i32,
    /// Those of the shown that a grant unmasked.
    pub unmasked: i32,
    /// Masks that were explained.
    pub explained: i32,
    /// Searches that looked through values.
    pub searches: i32,
    /// Levels with how many territories of each, such as `COMMUNE:3 IRIS:12`.
    pub levels: String,
    /// Codes of territories, separated by spaces; not all of them where there are many.
    pub territories: String,
    /// How many territories.
    pub territory_count: i32,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
