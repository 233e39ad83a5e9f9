//! A named rule of statistical secrecy, with where it comes from.

use sea_orm::entity::prelude::*;

/// A named rule of statistical secrecy, with where it comes from.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "secrecy_rule")]
pub struct Model {
    /// Row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Code, such as `CAF-5`.
    pub code: String,
    /// French label.
    pub label_fr: String,
    /// English label.
    pub label_en: String,
    /// Fewer units than this behind a cell mask it.
    pub minimum_contributors: Option<i32>,
    /// A contributor above this share masks the cell.
    pub dominance_percent: Option<f64>,
    /// Territories with fewer units are not described at all.
    pub minimum_population: Option<i32>,
    /// Where the rule comes from and how sure it is, in French.
    pub basis_fr: String,
    /// The same in English.
    pub basis_en: String,
    /// First day of the rule.
    pub effective_from: Date,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
