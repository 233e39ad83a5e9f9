//! An organisation of the observatory.

use sea_orm::entity::prelude::*;

use crate::types::{PartnerCode, PartnerKind};

/// An organisation of the observatory.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partner")]
pub struct Model {
    /// Row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Code.
    pub code: PartnerCode,
    /// Name.
    pub name: String,
    /// What it is to the observatory.
    pub kind: PartnerKind,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
