//! Uses of a provider’s sources: asked for, decided, suspended, revoked.

use std::{
    collections::{BTreeSet, HashSet},
    time::Duration,
};

use async_graphql::{Context, Enum, InputObject, Object, SimpleObject};
use chrono::NaiveDate;
use entity::types::Purposes;

use crate::{
    charter::{Given, use_request::Terms},
    error::Refusal,
    graphql::{
        codes,
        context::{InSession, Session},
        scalars::Date,
        types::{CharterError, GivenAs as _, Undone, UseRequest},
        words::{Level, Purpose},
    },
    registrar::{RegistrarError, UseDecision},
};

/// What is asked of a provider.
#[derive(InputObject)]
pub struct RequestUseInput {
    /// Codes of the sources, all of one provider.
    sources: Vec<String>,
    /// Finest level.
    finest_level: Level,
    /// Codes of the territories, with all that lies in them; the partner’s own where none are named.
    #[graphql(default)]
    territories: Vec<String>,
    /// What for.
    purposes: Vec<Purpose>,
    /// Whether true numbers are asked for.
    #[graphql(default = false)]
    unmasked: bool,
    /// Why.
    reason: String,
    /// Last day.
    until: Date,
}

/// What the steward decides.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum UseVerdict {
    /// Granted, as asked for or more narrowly.
    Grant,
    /// Refused, with a reason.
    Refuse,
}

/// What a steward decides of a request.
#[derive(InputObject)]
pub struct DecideUseInput {
    /// Reference of the request.
    reference: String,
    /// The decision.
    verdict: UseVerdict,
    /// Only these of the sources.
    sources: Option<Vec<String>>,
    /// No finer than this level.
    finest_level: Option<Level>,
    /// Only these of the territories.
    territories: Option<Vec<String>>,
    /// Only these of the purposes.
    purposes: Option<Vec<Purpose>>,
    /// Whether true numbers are opened; as asked for where it is not said.
    unmasked: Option<bool>,
    /// Last day, no later than asked for.
    until: Option<Date>,
    /// Why; a refusal has a reason.
    reason: Option<String>,
}

/// Which use ends.
#[derive(InputObject)]
pub struct RevokeUseInput {
    /// Reference of the request.
    reference: String,
    /// Why.
    reason: String,
}

/// Which request is taken back.
#[derive(InputObject)]
pub struct TakeBackUseInput {
    /// Reference of the request.
    reference: String,
}

/// Which use is suspended.
#[derive(InputObject)]
pub struct SuspendUseInput {
    /// Reference of the request.
    reference: String,
    /// Why.
    reason: String,
}

/// Which use goes on.
#[derive(InputObject)]
pub struct ResumeUseInput {
    /// Reference of the request.
    reference: String,
}

/// A request that was made.
#[derive(SimpleObject, Default)]
pub struct RequestUsePayload {
    /// The request; null when it was not done.
    pub use_request: Option<UseRequest>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// A request that was decided.
#[derive(SimpleObject, Default)]
pub struct DecideUsePayload {
    /// The request; null when it was not done.
    pub use_request: Option<UseRequest>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// A use that was revoked.
#[derive(SimpleObject, Default)]
pub struct RevokeUsePayload {
    /// The request; null when it was not done.
    pub use_request: Option<UseRequest>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// A request that was taken back.
#[derive(SimpleObject, Default)]
pub struct TakeBackUsePayload {
    /// The request; null when it was not done.
    pub use_request: Option<UseRequest>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// A use that is suspended.
#[derive(SimpleObject, Default)]
pub struct SuspendUsePayload {
    /// The request; null when it was not done.
    pub use_request: Option<UseRequest>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// A use that goes on.
#[derive(SimpleObject, Default)]
pub struct ResumeUsePayload {
    /// The request; null when it was not done.
    pub use_request: Option<UseRequest>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// How long an answer waits for the releases that a grant is to open.
const PATIENCE: Duration = Duration::from_secs(5);

/// Uses of a provider’s sources: asked for, decided, suspended, revoked.
#[derive(Default)]
pub struct Uses;

/// Uses of a provider’s sources: asked for, decided, suspended, revoked.
#[Object]
impl Uses {
    /// Asks a provider for the use of its sources, for one’s own partner. For an analyst or referent of a partner that has
    /// signed the charter and has a referent.
    async fn request_use(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is asked for.")] input: RequestUseInput,
    ) -> Result<RequestUsePayload, Refusal> {
        let session = context.acting()?;
        let done = async {
            let asked = Terms {
                sources: codes::sources(session, &input.sources).given_as(Given::Sources)?,
                finest_level: input.finest_level.into(),
                territories: codes::territories(session, &input.territories).given_as(Given::Territories)?,
                purposes: purposes(&input.purposes),
                unmasked: input.unmasked,
                until: input.until.read().given_as(Given::Until)?,
            };
            let ids: Vec<i32> = asked.sources.iter().copied().collect();
            let terms = session.reading().terms_of(&ids).await.map_err(Refusal::from)?.unwrap_or_default();
            Ok::<_, Undone>(session.registrar().request_use(asked, &terms, &input.reason).await?)
        };
        let (use_request, user_errors) = told(session, done.await, None).await?;
        Ok(RequestUsePayload { use_request, user_errors })
    }

    /// Decides on a request: grants it as it is or more narrowly, or refuses it. For the provider’s steward; nobody decides
    /// on their own request.
    async fn decide_use(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The decision.")] input: DecideUseInput,
    ) -> Result<DecideUsePayload, Refusal> {
        let session = context.acting()?;
        let narrowed = match narrowed(session, &input) {
            Ok(narrowed) => narrowed,
            Err(undone) => {
                let (use_request, user_errors) = told(session, Err(undone), None).await?;
                return Ok(DecideUsePayload { use_request, user_errors });
            }
        };
        let within = match &input.territories {
            Some(_) => asked_of(session, &input.reference).await?,
            None => HashSet::new(),
        };
        let decide = |request: &crate::store::UseRequest| match input.verdict {
            UseVerdict::Refuse => UseDecision::Refuse,
            UseVerdict::Grant => UseDecision::Grant {
                terms: Terms {
                    sources: narrowed.sources.unwrap_or_else(|| request.asked.sources.clone()),
                    finest_level: input.finest_level.map_or(request.asked.finest_level, Into::into),
                    territories: narrowed.territories.unwrap_or_else(|| request.asked.territories.clone()),
                    purposes: input.purposes.as_deref().map_or(request.asked.purposes, purposes),
                    unmasked: input.unmasked.unwrap_or(request.asked.unmasked),
                    until: narrowed.until.unwrap_or(request.asked.until),
                },
                within,
            },
        };
        let done = settle(session, &input.reference, input.reason.as_deref(), decide).await;
        if done.is_ok() && input.verdict == UseVerdict::Grant {
            session.desk().examine(session.viewer().now, PATIENCE).await;
        }
        let (use_request, user_errors) = told(session, done, Some(Given::Reference)).await?;
        Ok(DecideUsePayload { use_request, user_errors })
    }

    /// Revokes what was granted: it is closed with the next request. For the provider’s steward.
    async fn revoke_use(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which use ends.")] input: RevokeUseInput,
    ) -> Result<RevokeUsePayload, Refusal> {
        let session = context.acting()?;
        let done = settle(session, &input.reference, Some(&input.reason), |_| UseDecision::Revoke).await;
        let (use_request, user_errors) = told(session, done, Some(Given::Reference)).await?;
        Ok(RevokeUsePayload { use_request, user_errors })
    }

    /// Takes a request back, granted or not. For who asked.
    async fn take_back_use(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which request.")] input: TakeBackUseInput,
    ) -> Result<TakeBackUsePayload, Refusal> {
        let session = context.acting()?;
        let done = settle(session, &input.reference, None, |_| UseDecision::TakeBack).await;
        let (use_request, user_errors) = told(session, done, Some(Given::Reference)).await?;
        Ok(TakeBackUsePayload { use_request, user_errors })
    }

    /// Suspends what was granted, with the next request. For the operator, who cannot grant in the provider’s place.
    async fn suspend_use(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which use.")] input: SuspendUseInput,
    ) -> Result<SuspendUsePayload, Refusal> {
        let session = context.acting()?;
        let done = settle(session, &input.reference, Some(&input.reason), |_| UseDecision::Suspend).await;
        let (use_request, user_errors) = told(session, done, Some(Given::Reference)).await?;
        Ok(SuspendUsePayload { use_request, user_errors })
    }

    /// Lets a use go on that the operator suspended. For the operator.
    async fn resume_use(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which use.")] input: ResumeUseInput,
    ) -> Result<ResumeUsePayload, Refusal> {
        let session = context.acting()?;
        let done = settle(session, &input.reference, None, |_| UseDecision::Resume).await;
        let (use_request, user_errors) = told(session, done, Some(Given::Reference)).await?;
        Ok(ResumeUsePayload { use_request, user_errors })
    }
}

struct Narrowed {
    sources: Option<BTreeSet<i32>>,
    territories: Option<BTreeSet<i32>>,
    until: Option<NaiveDate>,
}

fn narrowed(session: &Session, input: &DecideUseInput) -> Result<Narrowed, Undone> {
    let sources = input.sources.as_deref().map(|named| codes::sources(session, named)).transpose();
    let territories =
        input.territories.as_deref().map(|named| codes::territories(session, named)).transpose();
    let until = input.until.as_ref().map(Date::read).transpose();
    Ok(Narrowed {
        sources: sources.given_as(Given::Sources)?,
        territories: territories.given_as(Given::Territories)?,
        until: until.given_as(Given::Until)?,
    })
}

/// All territories that lie in those that a request asks for; none where the caller sees no such request.
async fn asked_of(session: &Session, reference: &str) -> Result<HashSet<i32>, Refusal> {
    let requests = session.reading().use_requests().await?;
    let Some(request) = requests.into_iter().find(|request| request.reference == reference) else {
        return Ok(HashSet::new());
    };
    let mut roots: Vec<i32> = request.asked.territories.iter().copied().collect();
    if roots.is_empty() {
        let own = session.reading().partners().await?.iter().find(|partner| partner.id == request.partner_id);
        roots.extend(own.into_iter().flat_map(|partner| partner.territories.iter().copied()));
    }
    Ok(session.gazetteer().closure(roots))
}

async fn settle(
    session: &Session,
    reference: &str,
    reason: Option<&str>,
    decide: impl FnOnce(&crate::store::UseRequest) -> UseDecision,
) -> Result<String, RegistrarError> {
    session.registrar().settle(reference, reason, decide).await?;
    Ok(reference.to_owned())
}

/// The request after an act, or the user’s error.
async fn told(
    session: &Session,
    done: Result<String, impl Into<Undone>>,
    with: Option<Given>,
) -> Result<(Option<UseRequest>, Vec<CharterError>), Refusal> {
    match CharterError::sort(done, session.language(), with)? {
        Ok(reference) => {
            let mut requests = session.anew().reading().use_requests().await?.into_iter();
            let found = requests.find(|request| request.reference == reference);
            Ok((found.map(|request| UseRequest(Box::new(request))), Vec::new()))
        }
        Err(error) => Ok((None, vec![error])),
    }
}

fn purposes(purposes: &[Purpose]) -> Purposes {
    purposes.iter().map(|purpose| entity::types::Purpose::from(*purpose)).collect()
}
