//! Partners and their referents.

use async_graphql::{Context, ID, Object};

use super::{
    Territory, ThirdPartyClient,
    standing::{CommitmentStanding, ContributionCount},
};
use crate::{
    auth::{Action, policy},
    error::Refusal,
    geography::Vintage,
    graphql::{
        context::{InSession, Session},
        cost,
        guard::{holds, scope},
        identifier::Identifier,
        scalars::{Date, DateTime},
        words::{ContributionKind, PartnerKind},
    },
    store,
};

/// An organisation of the observatory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partner(pub store::Partner);

impl Partner {
    /// The partner of a number.
    ///
    /// # Errors
    ///
    /// An internal refusal when the store fails.
    pub async fn by_id(session: &Session, id: i32) -> Result<Option<Self>, Refusal> {
        let partners = session.reading().partners().await?;
        Ok(partners.iter().find(|partner| partner.id == id).cloned().map(Self))
    }
}

/// An organisation of the observatory.
#[Object]
impl Partner {
    /// Opaque identifier.
    pub async fn id(&self) -> ID {
        Identifier::Partner(self.0.code.clone()).encode()
    }

    /// Code, such as `CCAS-DIJON`.
    async fn code(&self) -> &str {
        self.0.code.as_str()
    }

    /// Name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it is to the observatory.
    async fn kind(&self) -> PartnerKind {
        self.0.kind.into()
    }

    /// Its own territories.
    #[graphql(complexity = "cost::times(3, child_complexity)")]
    async fn territories(&self) -> Vec<Territory> {
        self.0.territories.iter().map(|id| Territory::in_vintage(*id, Vintage::LATEST)).collect()
    }

    /// Day of its signature of the charter, when one is in force today.
    async fn charter_signed_on(&self, context: &Context<'_>) -> Result<Option<Date>, Refusal> {
        Ok(context.session()?.signatures.load_one(self.0.id).await?.map(Date::from))
    }

    /// Where it stands with the commitments of the charter that concern it; null unless it is one’s own, or for the
    /// operator.
    #[graphql(complexity = "cost::times(8, child_complexity)")]
    async fn standing(&self, context: &Context<'_>) -> Result<Option<Vec<CommitmentStanding>>, Refusal> {
        let session = context.session()?;
        let facts = session.standings.load_one(self.0.id).await?;
        Ok(facts.map(|facts| CommitmentStanding::of(session, &facts)))
    }

    /// What it contributed to the urban policy, the latest year first; null for those who read for no signatory.
    #[graphql(complexity = "cost::times(10, child_complexity)")]
    async fn contributions(&self, context: &Context<'_>) -> Result<Option<Vec<ContributionCount>>, Refusal> {
        let session = context.session()?;
        if !policy::among_signatories(session.viewer()) {
            return Ok(None);
        }
        let counts = session.contributed.load_one(self.0.id).await?.unwrap_or_default();
        let count =
            |((year, kind), count)| ContributionCount { year, kind: ContributionKind::from(kind), count };
        Ok(Some(counts.into_iter().rev().map(count).collect()))
    }

    /// Who has asked for figures of a source that is not public with its tokens, the latest 200 first; null unless the viewer
    /// may revoke them: a referent of one’s own organisation, and the operator.
    #[graphql(complexity = "cost::times(50, child_complexity)")]
    async fn token_bearers(&self, context: &Context<'_>) -> Result<Option<Vec<TokenBearer>>, Refusal> {
        let bearers = context.session()?.bearers.load_one(self.0.id).await?;
        Ok(bearers.map(|bearers| bearers.into_iter().map(TokenBearer).collect()))
    }

    /// Programs of third parties that ask for it, in the order of names; null unless the viewer may revoke them: a referent of
    /// one’s own organisation, and the operator.
    #[graphql(complexity = "cost::times(10, child_complexity)")]
    async fn clients(&self, context: &Context<'_>) -> Result<Option<Vec<ThirdPartyClient>>, Refusal> {
        let clients = context.session()?.clients.load_one(self.0.id).await?;
        Ok(clients.map(|clients| clients.into_iter().map(ThirdPartyClient).collect()))
    }

    /// Who answers for its agents today. A referent sees those of their own organisation, the operator all.
    #[graphql(directive = scope::apply(Action::ReadReferents.scope().to_owned()))]
    async fn referents(&self, context: &Context<'_>) -> Result<Option<Vec<Referent>>, Refusal> {
        if !holds(context, Action::ReadReferents)? {
            return Ok(None);
        }
        let referents = context.session()?.referents.load_one(self.0.id).await?;
        Ok(Some(referents.unwrap_or_default().into_iter().map(Referent).collect()))
    }
}

/// Somebody who has asked with tokens of a partner.
pub struct TokenBearer(store::TokenBearer);

/// Somebody who has asked with tokens of a partner.
#[Object]
impl TokenBearer {
    /// Subject of the tokens; never a name.
    async fn subject(&self) -> &str {
        &self.0.subject
    }

    /// Third-party client; null for a person.
    async fn client(&self) -> Option<&str> {
        self.0.client.as_deref()
    }

    /// When they last asked, among the records that are kept.
    async fn last_asked_at(&self) -> DateTime {
        self.0.last_asked_at.into()
    }

    /// How many requests of theirs are on record.
    async fn requests(&self) -> i32 {
        i32::try_from(self.0.requests).unwrap_or(i32::MAX)
    }

    /// Tokens that were issued until then are refused; null where none were revoked.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime::from)
    }
}

/// A person who answers for a partner's agents.
pub struct Referent(store::Referent);

/// A person who answers for a partner's agents.
#[Object]
impl Referent {
    /// Subject of the person's tokens; never a name.
    async fn subject(&self) -> &str {
        &self.0.subject
    }

    /// Service.
    async fn service(&self) -> &str {
        &self.0.service
    }

    /// First day.
    async fn from(&self) -> Date {
        self.0.from.into()
    }

    /// Last day, when it is set.
    async fn until(&self) -> Option<Date> {
        self.0.until.map(Date::from)
    }
}
