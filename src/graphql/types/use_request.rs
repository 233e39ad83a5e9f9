//! Requests to use sources of a provider.

use async_graphql::{Context, ID, Object};

use super::{Partner, Source, Territory};
use crate::{
    charter::use_request::{Standing, Terms},
    error::Refusal,
    geography::Vintage,
    graphql::{
        context::InSession,
        identifier::Identifier,
        scalars::{Date, DateTime},
        words::{Level, Purpose, UseRequestState},
    },
    store,
};

/// A partner’s request to use sources of a provider; for those who asked, those who decide, and the operator.
#[derive(Clone)]
pub struct UseRequest(pub Box<store::UseRequest>);

/// A partner’s request to use sources of a provider; for those who asked, those who decide, and the operator.
#[Object]
impl UseRequest {
    /// Opaque identifier.
    pub async fn id(&self) -> ID {
        Identifier::UseRequest(self.0.reference.clone()).encode()
    }

    /// Reference.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// Who asks.
    async fn partner(&self, context: &Context<'_>) -> Result<Partner, Refusal> {
        Partner::by_id(context.session()?, self.0.partner_id).await?.ok_or_else(Refusal::internal)
    }

    /// Who decides.
    async fn provider(&self, context: &Context<'_>) -> Result<Partner, Refusal> {
        Partner::by_id(context.session()?, self.0.provider_id).await?.ok_or_else(Refusal::internal)
    }

    /// Subject of the token of the person who asked; never a name.
    async fn subject(&self) -> &str {
        &self.0.subject
    }

    /// What is asked for.
    async fn asked(&self) -> UseTerms {
        UseTerms(self.0.asked.clone())
    }

    /// What is granted, perhaps less than asked for; null where nothing is.
    async fn granted(&self) -> Option<UseTerms> {
        match &self.0.standing {
            Standing::Granted { terms, .. } => Some(UseTerms(terms.clone())),
            _ => None,
        }
    }

    /// Why.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// When it was asked.
    async fn requested_on(&self) -> DateTime {
        self.0.requested_on.into()
    }

    /// Where it stands today.
    async fn state(&self, context: &Context<'_>) -> Result<UseRequestState, Refusal> {
        Ok(self.0.standing.state(context.session()?.viewer().today()).into())
    }

    /// When it was last decided on.
    async fn decided_on(&self) -> Option<DateTime> {
        self.0.decided_on.map(DateTime::from)
    }

    /// Why it was decided so.
    async fn decision_reason(&self) -> Option<&str> {
        self.0.decision_reason.as_deref()
    }
}

/// What a use reaches.
pub struct UseTerms(Terms);

/// What a use reaches.
#[Object]
impl UseTerms {
    /// Sources.
    #[graphql(complexity = "4 * child_complexity")]
    async fn sources(&self) -> Vec<Source> {
        self.0.sources.iter().map(|id| Source::new(*id)).collect()
    }

    /// Finest level.
    async fn finest_level(&self) -> Level {
        self.0.finest_level.into()
    }

    /// Territories, with all that lies in them; empty for the partner’s own.
    #[graphql(complexity = "10 * child_complexity")]
    async fn territories(&self) -> Vec<Territory> {
        self.0.territories.iter().map(|id| Territory::in_vintage(*id, Vintage::LATEST)).collect()
    }

    /// What for.
    async fn purposes(&self) -> Vec<Purpose> {
        self.0.purposes.iter().map(Purpose::from).collect()
    }

    /// Whether true numbers are opened. They are in releases whose secrecy plan has thought of the grant: those that are
    /// planned after it.
    async fn unmasked(&self) -> bool {
        self.0.unmasked
    }

    /// Last day.
    async fn until(&self) -> Date {
        self.0.until.into()
    }
}
