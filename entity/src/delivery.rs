//! A file that a provider or processor handed in.

use sea_orm::entity::prelude::*;

use crate::types::DeliveryState;

/// A file that a provider or processor handed in; never a value of it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery")]
pub struct Model {
    /// Row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Reference.
    pub reference: String,
    /// Source.
    pub source_id: i32,
    /// Partner that handed it in; none for the command line.
    pub partner_id: Option<i32>,
    /// Where it stands.
    pub state: DeliveryState,
    /// Name of the file.
    pub file_name: String,
    /// When it came.
    pub received_on: DateTimeUtc,
    /// When it was staged, refused or given up.
    pub ended_on: Option<DateTimeUtc>,
    /// Codes of the warnings that were accepted, separated by spaces.
    pub accepted: Option<String>,
    /// Rows that were read.
    pub rows: Option<i64>,
    /// Release that it became.
    pub release_id: Option<i32>,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
