//! What is done under the charter.

use async_graphql::{Context, InputObject, Object};
use chrono::Datelike as _;

use crate::{
    error::Refusal,
    graphql::{
        codes,
        context::InSession,
        cost,
        paging::{self, Counted, Paging},
        types::{Charter, Event, PlannedStudy, UseRequest},
        words::{EventKind, PlannedStudyState, StudyKind, UseRequestState},
    },
};

/// Which requests.
#[derive(Clone, Debug, Default, InputObject)]
pub struct UseRequestFilter {
    /// Only those that stand so today.
    state: Option<UseRequestState>,
}

/// Which meetings.
#[derive(Clone, Debug, Default, InputObject)]
pub struct EventFilter {
    /// Only these.
    kind: Option<EventKind>,
}

/// Which studies of the programme.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ProgrammeFilter {
    /// Only those that are due in this year.
    year: Option<i32>,
    /// Only those that this partner leads, by its code.
    leader: Option<String>,
    /// Only of this kind.
    kind: Option<StudyKind>,
    /// Only those that stand so today.
    state: Option<PlannedStudyState>,
}

/// What is done under the charter.
#[derive(Default)]
pub struct CharterQuery;

#[Object]
impl CharterQuery {
    /// Requests to use sources, the newest first: of one’s own partner, to one’s own provider, or all for the operator.
    #[graphql(complexity = "cost::page(first, last, child_complexity)")]
    async fn use_requests(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which requests.")] filter: Option<UseRequestFilter>,
        #[graphql(desc = "At most so many from the start; 500 at most.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; 500 at most.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Counted<UseRequest>, Refusal> {
        let session = context.session()?;
        let today = session.viewer().today();
        let state = filter.unwrap_or_default().state.map(entity::types::UseRequestState::from);
        let requests = session.reading().use_requests().await?.into_iter();
        let fitting =
            requests.filter(|request| state.is_none_or(|state| request.standing.state(today) == state));
        let items =
            fitting.map(|request| (request.reference.clone(), UseRequest(Box::new(request)))).collect();
        paging::page("use requests", items, &Paging { first, after, last, before })
    }

    /// The charter, and where partners stand with it.
    async fn charter(&self) -> Charter {
        Charter
    }

    /// Meetings of the signatories, the latest first; none for those who read for no signatory.
    #[graphql(complexity = "cost::page(first, last, child_complexity)")]
    async fn events(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which meetings.")] filter: Option<EventFilter>,
        #[graphql(desc = "At most so many from the start; 500 at most.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; 500 at most.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Counted<Event>, Refusal> {
        let kind = filter.unwrap_or_default().kind.map(entity::types::EventKind::from);
        let events = context.session()?.reading().events().await?.into_iter();
        let fitting = events.filter(|event| kind.is_none_or(|kind| event.kind == kind));
        let items = fitting.map(|event| (event.reference.clone(), Event(event))).collect();
        paging::page("events", items, &Paging { first, after, last, before })
    }

    /// The programme of studies, what is due first: what was planned, and what rules ask of signatories; none for those who
    /// read for no signatory.
    #[graphql(complexity = "cost::page(first, last, child_complexity)")]
    async fn programme(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which studies.")] filter: Option<ProgrammeFilter>,
        #[graphql(desc = "At most so many from the start; 500 at most.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; 500 at most.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Counted<PlannedStudy>, Refusal> {
        let ProgrammeFilter { year, leader, kind, state } = filter.unwrap_or_default();
        let reading = context.session()?.reading();
        let leader = match leader {
            Some(code) => {
                let mut partners = reading.partners().await?.iter();
                let found = partners.find(|partner| partner.code.as_str() == code);
                Some(found.ok_or_else(|| codes::unknown(&code))?.id)
            }
            None => None,
        };
        let (kind, state) =
            (kind.map(entity::types::StudyKind::from), state.map(entity::types::PlannedStudyState::from));
        let programme = reading.programme().await?.into_iter();
        let fitting = programme.filter(|planned| {
            year.is_none_or(|year| planned.due_on.year() == year)
                && leader.is_none_or(|leader| planned.partner_id == leader)
                && kind.is_none_or(|kind| planned.kind == kind)
                && state.is_none_or(|state| planned.state == state)
        });
        let items = fitting.map(|planned| (planned.reference.clone(), PlannedStudy(planned))).collect();
        paging::page("programme", items, &Paging { first, after, last, before })
    }
}
