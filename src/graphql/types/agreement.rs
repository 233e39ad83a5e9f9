//! Agreements with providers.

use async_graphql::{Context, ID, Object};

use super::{Partner, Source};
use crate::{
    error::Refusal,
    graphql::{
        context::InSession,
        cost,
        identifier::Identifier,
        scalars::{Date, DateTime},
        words::{Level, Purpose},
    },
    store,
};

/// An agreement (convention) between the agglomeration and a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement(pub store::Agreement);

/// An agreement (convention) between the agglomeration and a provider.
#[Object]
impl Agreement {
    /// Opaque identifier.
    pub async fn id(&self) -> ID {
        Identifier::Agreement(self.0.reference.clone()).encode()
    }

    /// Reference.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// The provider.
    async fn provider(&self, context: &Context<'_>) -> Result<Partner, Refusal> {
        Partner::by_id(context.session()?, self.0.provider_id).await?.ok_or_else(Refusal::internal)
    }

    /// Sources that it covers.
    #[graphql(complexity = "cost::times(4, child_complexity)")]
    async fn sources(&self) -> Vec<Source> {
        self.0.sources.iter().map(|id| Source::new(*id)).collect()
    }

    /// Finest level that it opens.
    async fn finest_level(&self) -> Level {
        self.0.finest_level.into()
    }

    /// Below this level a signatory sees only its own territories; null when it may see all.
    async fn own_territories_below(&self) -> Option<Level> {
        self.0.own_territories_below.map(Level::from)
    }

    /// Purposes that it covers.
    async fn purposes(&self) -> Vec<Purpose> {
        self.0.purposes.iter().map(Purpose::from).collect()
    }

    /// First day.
    async fn from(&self) -> Date {
        self.0.from.into()
    }

    /// Last day.
    async fn until(&self) -> Date {
        self.0.until.into()
    }

    /// Below the commune, only for people who have attended a training in so many months; null when none is demanded.
    async fn training_months(&self) -> Option<u32> {
        self.0.training_months
    }

    /// When it was ended before its last day.
    async fn ended_on(&self) -> Option<DateTime> {
        self.0.ended_on.map(DateTime::from)
    }

    /// The firm that may handle the deliveries.
    async fn processor(&self, context: &Context<'_>) -> Result<Option<Partner>, Refusal> {
        match self.0.processor_id {
            Some(id) => Partner::by_id(context.session()?, id).await,
            None => Ok(None),
        }
    }
}
