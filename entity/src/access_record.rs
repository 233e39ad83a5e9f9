//! A request that reached partner data.

use sea_orm::entity::prelude::*;

/// A request that reached partner data; never a value. Kept as text, so that the chain's hash is that of what stands here.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_record")]
pub struct Model {
    /// Number, without a gap.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// When it was asked.
    pub at: DateTimeUtc,
    /// Subject of the token.
    pub subject: String,
    /// The third-party dashboard that asked.
    pub client: Option<String>,
    /// Code of the partner that it was asked for.
    pub partner: String,
    /// Roles, separated by spaces.
    pub roles: String,
    /// Declared purpose.
    pub purpose: Option<String>,
    /// Name of the operation.
    pub operation_name: Option<String>,
    /// Hash of the record before it and of this one, keyed.
    pub hash: Vec<u8>,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
