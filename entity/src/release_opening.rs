//! A territory whose true numbers a release opens to a partner by grant, or does not.

use sea_orm::entity::prelude::*;

/// A territory whose true numbers a release opens to a partner by grant, or does not: its secrecy plan has thought of it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "release_opening")]
pub struct Model {
    /// Release.
    #[sea_orm(primary_key, auto_increment = false)]
    pub release_id: i32,
    /// Partner.
    #[sea_orm(primary_key, auto_increment = false)]
    pub partner_id: i32,
    /// Territory.
    #[sea_orm(primary_key, auto_increment = false)]
    pub territory_id: i32,
    /// Whether they are open; where not, the partner, or several together, would work out what they may not see.
    pub open: bool,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
