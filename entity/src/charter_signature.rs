//! A partner’s signature of the charter.

use sea_orm::entity::prelude::*;

/// A partner’s signature of the charter.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "charter_signature")]
pub struct Model {
    /// Row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Who signed.
    pub partner_id: i32,
    /// First day in force.
    pub signed_on: Date,
    /// Last day in force, when it ends by itself.
    pub expires_on: Option<Date>,
    /// First day no longer in force, after withdrawal.
    pub withdrawn_on: Option<Date>,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
