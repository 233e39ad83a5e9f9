//! Where the chain of the log of access begins and ends.

use sea_orm::entity::prelude::*;

/// Where the chain of the log of access begins and ends: one row, under a seal.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_chain")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// When the log was begun.
    pub begun_on: DateTimeUtc,
    /// Number of the last record that retention removed; 0 while it has removed none.
    pub removed_number: i64,
    /// Its hash.
    pub removed_hash: Vec<u8>,
    /// When retention last removed records.
    pub removed_on: Option<DateTimeUtc>,
    /// Number of the last record.
    pub last_number: i64,
    /// Its hash.
    pub last_hash: Vec<u8>,
    /// Seal of all of this.
    pub seal: Vec<u8>,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
