//! Meetings of the signatories, who was there, and what partners contribute.

use std::collections::BTreeSet;

use async_graphql::{Context, InputObject, Object, SimpleObject};

use crate::{
    charter::Given,
    error::Refusal,
    graphql::{
        codes,
        context::{InSession, Session},
        scalars::Date,
        types::{CharterError, Event, GivenAs as _, Partner, Undone},
        words::EventKind,
    },
    store::NewEvent,
};

/// A meeting that is scheduled.
#[derive(InputObject)]
pub struct ScheduleEventInput {
    /// What it is for.
    kind: EventKind,
    /// Title, 200 characters at most.
    title: String,
    /// Agenda, 20,000 characters at most.
    #[graphql(default)]
    agenda: String,
    /// Day.
    held_on: Date,
    /// References of the studies that it is about.
    #[graphql(default)]
    studies: Vec<String>,
}

/// Which meeting one registers for.
#[derive(InputObject)]
pub struct RegisterForEventInput {
    /// Reference of the meeting.
    reference: String,
}

/// Who was at a meeting.
#[derive(InputObject)]
pub struct RecordAttendanceInput {
    /// Reference of the meeting.
    reference: String,
    /// Code of the partner.
    partner: String,
    /// Subjects of the tokens of its people who were there; never names.
    subjects: Vec<String>,
    /// Whether they were there; false corrects what was recorded.
    #[graphql(default = true)]
    attended: bool,
}

/// What a partner contributed.
#[derive(InputObject)]
pub struct RecordContributionInput {
    /// Code of the partner.
    partner: String,
    /// What, 200 characters at most.
    title: String,
    /// When.
    contributed_on: Date,
}

/// A meeting that was scheduled.
#[derive(SimpleObject, Default)]
pub struct ScheduleEventPayload {
    /// The meeting; null when it was not done.
    pub event: Option<Event>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// A meeting that one is registered for.
#[derive(SimpleObject, Default)]
pub struct RegisterForEventPayload {
    /// The meeting; null when it was not done.
    pub event: Option<Event>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// A meeting that people were at.
#[derive(SimpleObject, Default)]
pub struct RecordAttendancePayload {
    /// The meeting; null when it was not done.
    pub event: Option<Event>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// A contribution that was recorded.
#[derive(SimpleObject, Default)]
pub struct RecordContributionPayload {
    /// Who contributed; null when it was not done.
    pub partner: Option<Partner>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// Meetings of the signatories, who was there, and what partners contribute.
#[derive(Default)]
pub struct Events;

/// Meetings of the signatories, who was there, and what partners contribute.
#[Object]
impl Events {
    /// Schedules a workshop or a training. For the operator.
    async fn schedule_event(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The meeting.")] input: ScheduleEventInput,
    ) -> Result<ScheduleEventPayload, Refusal> {
        let session = context.acting()?;
        let studies = session.reading().studies().await?;
        let number = |reference: &String| {
            let found = studies.iter().find(|study| study.reference == *reference);
            found.map(|study| study.id).ok_or_else(|| codes::unknown(reference)).given_as(Given::Studies)
        };
        let done = async {
            let new = NewEvent {
                kind: input.kind.into(),
                title: input.title,
                agenda: input.agenda,
                on: input.held_on.read().given_as(Given::HeldOn)?,
                studies: input.studies.iter().map(number).collect::<Result<BTreeSet<i32>, _>>()?,
            };
            Ok::<_, Undone>(session.registrar().schedule(new).await?)
        };
        let done = done.await;
        let (event, user_errors) = told(session, done, None).await?;
        Ok(ScheduleEventPayload { event, user_errors })
    }

    /// Registers whoever asks for a meeting. For people who read for a signatory.
    async fn register_for_event(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which meeting.")] input: RegisterForEventInput,
    ) -> Result<RegisterForEventPayload, Refusal> {
        let session = context.acting()?;
        let done = session.registrar().register(&input.reference).await.map(|()| input.reference);
        let (event, user_errors) = told(session, done, Some(Given::Reference)).await?;
        Ok(RegisterForEventPayload { event, user_errors })
    }

    /// Records who of a partner was at a meeting, registered or not; a training opens what demands one with the next
    /// request. For the operator.
    async fn record_attendance(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who was where.")] input: RecordAttendanceInput,
    ) -> Result<RecordAttendancePayload, Refusal> {
        let session = context.acting()?;
        let done = match codes::partner(&input.partner) {
            Ok(code) => {
                session.registrar().attended(&input.reference, &code, (&input.subjects, input.attended)).await
            }
            Err(unknown) => Err(unknown.into()),
        };
        let done = done.map(|()| input.reference);
        let (event, user_errors) = told(session, done, Some(Given::Partner)).await?;
        Ok(RecordAttendancePayload { event, user_errors })
    }

    /// Records an analysis, or something else that a partner contributed to the urban policy and that the observatory does
    /// not see by itself, as it sees data and studies. For the partner’s analysts and referents, and the operator.
    async fn record_contribution(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who contributed what.")] input: RecordContributionInput,
    ) -> Result<RecordContributionPayload, Refusal> {
        let session = context.acting()?;
        let done = async {
            let code = codes::partner(&input.partner)?;
            let on = input.contributed_on.read().given_as(Given::ContributedOn)?;
            Ok::<_, Undone>(session.registrar().contribute(&code, &input.title, on).await?)
        };
        Ok(match CharterError::sort(done.await, session.language(), Some(Given::Partner))? {
            Ok(partner) => {
                session.anew();
                RecordContributionPayload { partner: Some(Partner(partner)), ..Default::default() }
            }
            Err(error) => RecordContributionPayload { user_errors: vec![error], ..Default::default() },
        })
    }
}

/// The meeting after an act, or the user’s error.
async fn told(
    session: &Session,
    done: Result<String, impl Into<Undone>>,
    with: Option<Given>,
) -> Result<(Option<Event>, Vec<CharterError>), Refusal> {
    match CharterError::sort(done, session.language(), with)? {
        Ok(reference) => {
            let mut events = session.anew().reading().events().await?.into_iter();
            Ok((events.find(|event| event.reference == reference).map(Event), Vec::new()))
        }
        Err(error) => Ok((None, vec![error])),
    }
}
