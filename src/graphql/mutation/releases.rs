//! Releases planned, published and withdrawn.

use std::time::Duration;

use async_graphql::{Context, InputObject, Object, SimpleObject};

use crate::{
    auth::Step,
    error::Refusal,
    graphql::{
        context::{InSession, Session},
        types::{Release, ReleaseReport, UserError},
    },
    release::refusal::OfficeError,
};

/// Which release is planned.
#[derive(InputObject)]
pub struct PlanReleaseInput {
    /// Its reference.
    pub reference: String,
}

/// A release with the plan of its secrecy.
#[derive(SimpleObject, Default)]
pub struct PlanReleasePayload {
    /// The release; null when it was not planned.
    pub release: Option<Release>,
    /// What the plan shows and masks; null while a large release is still being planned, see `Delivery.planning`.
    pub report: Option<ReleaseReport>,
    /// Why it was not planned.
    pub user_errors: Vec<UserError>,
}

/// Which release is published.
#[derive(InputObject)]
pub struct PublishReleaseInput {
    /// Its reference.
    pub reference: String,
}

/// A release that is published.
#[derive(SimpleObject, Default)]
pub struct PublishReleasePayload {
    /// The release; null when it was not published.
    pub release: Option<Release>,
    /// Why it was not published.
    pub user_errors: Vec<UserError>,
}

/// Which release is taken back.
#[derive(InputObject)]
pub struct WithdrawReleaseInput {
    /// Its reference.
    pub reference: String,
}

/// A release that is taken back.
#[derive(SimpleObject, Default)]
pub struct WithdrawReleasePayload {
    /// The release; null when it was not withdrawn.
    pub release: Option<Release>,
    /// Reference of the release that it had replaced, and that is read again; null where there is none, or where one since
    /// changed figures of it and brought others, which read together would tell what is masked.
    pub restored: Option<String>,
    /// Why it was not withdrawn.
    pub user_errors: Vec<UserError>,
}

/// How long an answer waits for a plan.
const PATIENCE: Duration = Duration::from_secs(10);

/// Releases planned, published and withdrawn.
#[derive(Default)]
pub struct Releases;

/// Releases planned, published and withdrawn.
#[Object]
impl Releases {
    /// Plans the secrecy of a staged release over the whole of it, together with all that readers have had of its
    /// source and period. A large one is planned while the answer comes back. For the operator, and the processor that the source’s agreement names.
    async fn plan_release(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which release.")] input: PlanReleaseInput,
    ) -> Result<PlanReleasePayload, Refusal> {
        let session = context.acting()?;
        let done = async {
            let office = admit(session, Step::Plan, &input.reference).await?;
            let report = session.desk().plan(&input.reference, session.viewer().now, PATIENCE).await?;
            Ok((office.dossier(&input.reference).await?, report))
        };
        Ok(match told(session, done.await)? {
            Ok((dossier, report)) => PlanReleasePayload {
                release: Some(Release(dossier.release)),
                report: report.map(ReleaseReport),
                user_errors: Vec::new(),
            },
            Err(error) => PlanReleasePayload { user_errors: vec![error], ..Default::default() },
        })
    }

    /// Publishes a release as it was planned, at once: every reader sees all of it, or what it replaces. For the
    /// operator.
    async fn publish_release(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which release.")] input: PublishReleaseInput,
    ) -> Result<PublishReleasePayload, Refusal> {
        let session = context.acting()?;
        let done = async {
            let office = admit(session, Step::Publish, &input.reference).await?;
            office.publish(&input.reference, session.viewer().now).await
        };
        Ok(match told(session, done.await)? {
            Ok(dossier) => {
                PublishReleasePayload { release: Some(Release(dossier.release)), user_errors: Vec::new() }
            }
            Err(error) => PublishReleasePayload { user_errors: vec![error], ..Default::default() },
        })
    }

    /// Takes a release back at once; what it replaced is read again where that is safe. For the operator.
    async fn withdraw_release(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which release.")] input: WithdrawReleaseInput,
    ) -> Result<WithdrawReleasePayload, Refusal> {
        let session = context.acting()?;
        let done = async {
            let office = admit(session, Step::Withdraw, &input.reference).await?;
            let restored = office.withdraw(&input.reference).await?;
            Ok((office.dossier(&input.reference).await?, restored))
        };
        Ok(match told(session, done.await)? {
            Ok((dossier, restored)) => WithdrawReleasePayload {
                release: Some(Release(dossier.release)),
                restored,
                user_errors: Vec::new(),
            },
            Err(error) => WithdrawReleasePayload { user_errors: vec![error], ..Default::default() },
        })
    }
}

async fn admit<'a>(
    session: &'a Session,
    step: Step,
    reference: &str,
) -> Result<crate::release::office::Office<'a>, OfficeError> {
    let leaves = async |source_id: i32| session.reading().leaves(source_id).await;
    session.desk().admit(leaves, step, reference).await
}

/// What the office did, or the user’s error; a fault of ours is a refusal.
fn told<T>(session: &Session, outcome: Result<T, OfficeError>) -> Result<Result<T, UserError>, Refusal> {
    session.anew();
    match outcome {
        Ok(done) => Ok(Ok(done)),
        Err(error) => match UserError::of(&error, session.language()) {
            Some(error) => Ok(Err(error)),
            None => {
                tracing::error!(cause = %error, "a release step failed");
                Err(Refusal::internal())
            }
        },
    }
}
