//! A source under an agreement.

use sea_orm::entity::prelude::*;

/// A source under an agreement.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agreement_source")]
pub struct Model {
    /// Agreement.
    #[sea_orm(primary_key, auto_increment = false)]
    pub agreement_id: i32,
    /// Source.
    #[sea_orm(primary_key, auto_increment = false)]
    pub source_id: i32,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
