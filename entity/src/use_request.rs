//! A partner’s request to use sources of a provider.

use sea_orm::entity::prelude::*;

use crate::types::{Level, Purposes, UseRequestState};

/// A partner’s request to use sources of a provider.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "use_request")]
pub struct Model {
    /// Row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Reference.
    pub reference: String,
    /// Who asks.
    pub partner_id: i32,
    /// Who decides.
    pub provider_id: i32,
    /// Subject of the token of the person who asked.
    pub subject: String,
    /// Finest level that is asked for.
    pub finest_level: Level,
    /// For what.
    pub purposes: Purposes,
    /// Whether true values are asked for.
    pub unmasked: bool,
    /// Last day.
    pub until_date: Date,
    /// Why.
    pub reason: String,
    /// When it was asked.
    pub requested_on: DateTimeUtc,
    /// Where it stands; that it has expired is told by the day, that it is suspended by the grant.
    pub state: UseRequestState,
    /// When it was last decided on.
    pub decided_on: Option<DateTimeUtc>,
    /// Why it was decided so.
    pub decision_reason: Option<String>,
    /// Why it is suspended, while it is.
    pub suspension_reason: Option<String>,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
