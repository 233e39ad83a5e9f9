//! A source of data and whom it may reach.

use sea_orm::entity::prelude::*;

use crate::types::{Audience, PartnerCode};

/// A source of data and whom it may reach.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "source")]
pub struct Model {
    /// Row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Code, such as `CAF-ALLOC`.
    pub code: String,
    /// French label.
    pub label_fr: String,
    /// English label.
    pub label_en: String,
    /// Who provides it.
    pub provider: PartnerCode,
    /// Whom it may reach.
    pub audience: Audience,
    /// Its rule of secrecy.
    pub secrecy_rule_id: i32,
    /// True when the figures are generated for the demonstration.
    pub synthetic: bool,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
