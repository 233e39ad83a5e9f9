//! A person who answers for a partner’s agents.

use sea_orm::entity::prelude::*;

/// A person who answers for a partner’s agents.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "referent")]
pub struct Model {
    /// Row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Partner.
    pub partner_id: i32,
    /// Subject of the person’s tokens.
    pub subject: String,
    /// Service.
    pub service: String,
    /// First day.
    pub from_date: Date,
    /// Last day.
    pub until_date: Option<Date>,
    /// When the office was ended before that.
    pub ended_on: Option<DateTimeUtc>,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
