//! Requests to use sources of a provider.

use async_graphql::{Context, ID, Object};

use super::{Partner, Release, Source, Territory};
use crate::{
    charter::use_request::{Standing, Terms},
    error::Refusal,
    geography::Vintage,
    graphql::{
        context::InSession,
        cost,
        identifier::Identifier,
        scalars::{Date, DateTime},
        words::{Level, Purpose, UseOpeningState, UseRequestState},
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

    /// Which of the releases that are read open the true numbers that were granted, in the order of releases; empty where none
    /// were.
    #[graphql(complexity = "cost::times(10, child_complexity)")]
    async fn openings(&self, context: &Context<'_>) -> Result<Vec<UseOpening>, Refusal> {
        let Standing::Granted { terms, .. } = &self.0.standing else { return Ok(Vec::new()) };
        let reading = context.session()?.reading();
        let state = self.0.standing.state(reading.viewer().today());
        if !terms.unmasked || state != entity::types::UseRequestState::Granted {
            return Ok(Vec::new());
        }
        let openings = reading.openings(self.0.partner_id, terms).await?;
        Ok(openings.into_iter().map(|(release, state)| UseOpening { release, state }).collect())
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

    /// Why the operator has suspended it; null while it is not suspended.
    async fn suspension_reason(&self) -> Option<&str> {
        self.0.suspension_reason.as_deref()
    }
}

/// Whether a release opens the true numbers that a partner was granted.
pub struct UseOpening {
    release: store::Release,
    state: store::OpeningState,
}

/// Whether a release opens the true numbers that a partner was granted.
#[Object]
impl UseOpening {
    /// The release.
    async fn release(&self) -> Release {
        Release(self.release.clone())
    }

    /// Whether it opens them.
    async fn state(&self) -> UseOpeningState {
        self.state.into()
    }

    /// The same in a sentence, with what to do.
    async fn explanation(&self, context: &Context<'_>) -> Result<String, Refusal> {
        let language = context.session()?.language();
        Ok(language.typeset(match self.state {
            store::OpeningState::Open => language.pick(
                "Les chiffres exacts accordés se lisent dans cette diffusion.",
                "The true numbers that were granted are read in this release.",
            ),
            store::OpeningState::Closed => language.pick(
                "Des chiffres exacts accordés restent masqués dans cette diffusion : des sommes les lient à d’autres chiffres masqués, qui n’ont pas été accordés et s’en déduiraient peut-être. Un accord pour tout ce qu’elles lient (le territoire entier, avec ses IRIS et ses quartiers) les ouvre.",
                "True numbers that were granted stay masked in this release: sums bind them to other masked figures that were not granted, and that might follow from them. A grant for all that they bind (the whole territory, with its IRIS and neighbourhoods) opens them.",
            ),
            store::OpeningState::Awaited => language.pick(
                "Le serveur n’a pas encore examiné si cette diffusion peut ouvrir les chiffres exacts accordés, ce qui peut prendre quelques minutes, ou bien elle est sous embargo.",
                "The server has not examined yet whether this release may open the true numbers that were granted, which may take a few minutes, or it is under embargo.",
            ),
        }))
    }
}

/// What a use reaches.
pub struct UseTerms(Terms);

/// What a use reaches.
#[Object]
impl UseTerms {
    /// Sources.
    #[graphql(complexity = "cost::times(4, child_complexity)")]
    async fn sources(&self) -> Vec<Source> {
        self.0.sources.iter().map(|id| Source::new(*id)).collect()
    }

    /// Finest level.
    async fn finest_level(&self) -> Level {
        self.0.finest_level.into()
    }

    /// Territories, with all that lies in them; empty for the partner’s own.
    #[graphql(complexity = "cost::times(10, child_complexity)")]
    async fn territories(&self) -> Vec<Territory> {
        self.0.territories.iter().map(|id| Territory::in_vintage(*id, Vintage::LATEST)).collect()
    }

    /// What for.
    async fn purposes(&self) -> Vec<Purpose> {
        self.0.purposes.iter().map(Purpose::from).collect()
    }

    /// Whether true numbers are opened, wherever no sum binds them to masked figures that were not granted: see
    /// `UseRequest.openings`.
    async fn unmasked(&self) -> bool {
        self.0.unmasked
    }

    /// Last day.
    async fn until(&self) -> Date {
        self.0.until.into()
    }
}
