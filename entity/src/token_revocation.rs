//! Tokens of a partner that are refused.

use sea_orm::entity::prelude::*;

/// Tokens of a partner that are refused, of somebody, of a third-party client, or all.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "token_revocation")]
pub struct Model {
    /// Row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Whose tokens.
    pub partner_id: i32,
    /// Subject of the tokens; all subjects where there is none.
    pub subject: Option<String>,
    /// Third-party client of the tokens; all tokens, with a client or without, where there is none.
    pub client: Option<String>,
    /// Those that were issued until then are refused.
    pub revoked_at: DateTimeUtc,
    /// Subject of whoever revoked them.
    pub revoked_by: String,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
