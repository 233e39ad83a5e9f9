//! The programme of studies: planned, moved, begun and dropped.

use async_graphql::{Context, InputObject, Object, SimpleObject};

use super::studies::found;
use crate::{
    charter::{CharterRefusal, Given},
    error::Refusal,
    graphql::{
        codes,
        context::{InSession, Session},
        scalars::Date,
        types::{CharterError, GivenAs as _, PlannedStudy, Undone},
        words::StudyKind,
    },
};

/// A study that is planned.
#[derive(InputObject)]
pub struct PlanStudyInput {
    /// Kind of study.
    kind: StudyKind,
    /// Title, 200 characters at most.
    title: String,
    /// Code of the partner that leads it.
    leader: String,
    /// Last day on which it is in time.
    due_on: Date,
}

/// A study of the programme that is moved.
#[derive(InputObject)]
pub struct ReschedulePlannedStudyInput {
    /// Reference in the programme.
    reference: String,
    /// Last day on which it is in time from now on.
    due_on: Date,
}

/// Which study a study of the programme became.
#[derive(InputObject)]
pub struct LinkPlannedStudyInput {
    /// Reference in the programme.
    reference: String,
    /// Reference of the study.
    study: String,
}

/// A study of the programme that is dropped.
#[derive(InputObject)]
pub struct DropPlannedStudyInput {
    /// Reference in the programme.
    reference: String,
    /// Why.
    reason: String,
}

/// A study that was planned.
#[derive(SimpleObject, Default)]
pub struct PlanStudyPayload {
    /// The study in the programme; null when it was not done.
    pub planned_study: Option<PlannedStudy>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// A study of the programme that was moved.
#[derive(SimpleObject, Default)]
pub struct ReschedulePlannedStudyPayload {
    /// The study in the programme; null when it was not done.
    pub planned_study: Option<PlannedStudy>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// A study of the programme that was begun.
#[derive(SimpleObject, Default)]
pub struct LinkPlannedStudyPayload {
    /// The study in the programme; null when it was not done.
    pub planned_study: Option<PlannedStudy>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// A study of the programme that was dropped.
#[derive(SimpleObject, Default)]
pub struct DropPlannedStudyPayload {
    /// The study in the programme; null when it was not done.
    pub planned_study: Option<PlannedStudy>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// The programme of studies: planned, moved, begun and dropped.
#[derive(Default)]
pub struct Programme;

/// The programme of studies: planned, moved, begun and dropped.
#[Object]
impl Programme {
    /// Puts a study into the programme. For the operator, and a referent of the partner that leads it.
    async fn plan_study(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The study.")] input: PlanStudyInput,
    ) -> Result<PlanStudyPayload, Refusal> {
        let session = context.acting()?;
        let what = (input.kind.into(), input.title.as_str());
        let done = async {
            let code = codes::partner(&input.leader)?;
            let due_on = input.due_on.read().given_as(Given::DueOn)?;
            Ok::<_, Undone>(session.registrar().plan_study(&code, what, due_on).await?)
        };
        let (planned_study, user_errors) = told(session, done.await, Given::Leader).await?;
        Ok(PlanStudyPayload { planned_study, user_errors })
    }

    /// Moves the last day of a study of the programme. For the operator, and a referent of the partner that leads it.
    async fn reschedule_planned_study(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which study, and until when.")] input: ReschedulePlannedStudyInput,
    ) -> Result<ReschedulePlannedStudyPayload, Refusal> {
        let session = context.acting()?;
        let done = async {
            let due_on = input.due_on.read().given_as(Given::DueOn)?;
            session.registrar().reschedule_study(&input.reference, due_on).await?;
            Ok::<_, Undone>(input.reference.clone())
        };
        let (planned_study, user_errors) = told(session, done.await, Given::Reference).await?;
        Ok(ReschedulePlannedStudyPayload { planned_study, user_errors })
    }

    /// Says which study a study of the programme became. For those who write studies for the partner that leads it.
    async fn link_planned_study(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which study became which.")] input: LinkPlannedStudyInput,
    ) -> Result<LinkPlannedStudyPayload, Refusal> {
        let session = context.acting()?;
        let done = match found(session, &input.study).await? {
            Some(study) => session.registrar().link_study(&input.reference, &study).await,
            None => Err((CharterRefusal::Unknown, Given::Study).into()),
        };
        let (planned_study, user_errors) =
            told(session, done.map(|()| input.reference), Given::Reference).await?;
        Ok(LinkPlannedStudyPayload { planned_study, user_errors })
    }

    /// Drops a study of the programme. For the operator, and a referent of the partner that leads it.
    async fn drop_planned_study(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which study, and why.")] input: DropPlannedStudyInput,
    ) -> Result<DropPlannedStudyPayload, Refusal> {
        let session = context.acting()?;
        let done = session.registrar().drop_study(&input.reference, &input.reason).await;
        let (planned_study, user_errors) =
            told(session, done.map(|()| input.reference), Given::Reference).await?;
        Ok(DropPlannedStudyPayload { planned_study, user_errors })
    }
}

/// The study of the programme after an act, or the user’s error.
async fn told(
    session: &Session,
    done: Result<String, impl Into<Undone>>,
    with: Given,
) -> Result<(Option<PlannedStudy>, Vec<CharterError>), Refusal> {
    match CharterError::sort(done, session.language(), Some(with))? {
        Ok(reference) => {
            let mut programme = session.anew().reading().programme().await?.into_iter();
            Ok((programme.find(|planned| planned.reference == reference).map(PlannedStudy), Vec::new()))
        }
        Err(error) => Ok((None, vec![error])),
    }
}
