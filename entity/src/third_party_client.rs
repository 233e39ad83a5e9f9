//! A program of a third party that asks for a partner.

use sea_orm::entity::prelude::*;

use crate::types::Purposes;

/// A program of a third party that asks for a partner, with a token that the partner's referent had issued.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "third_party_client")]
pub struct Model {
    /// For whom it asks.
    #[sea_orm(primary_key, auto_increment = false)]
    pub partner_id: i32,
    /// Its name among the partner's.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// For what it may ask.
    pub purposes: Purposes,
    /// Identifier of the one token that is accepted of it.
    pub token_id: String,
    /// When that token was issued.
    pub issued_at: DateTimeUtc,
    /// Subject of whoever had it issued.
    pub issued_by: String,
    /// Until when it is good.
    pub expires_at: DateTimeUtc,
    /// When it was revoked; the name is not given again.
    pub revoked_at: Option<DateTimeUtc>,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
