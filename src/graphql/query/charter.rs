//! What is done under the charter.

use async_graphql::{Context, InputObject, Object};

use crate::{
    error::Refusal,
    graphql::{
        context::InSession,
        paging::{self, Counted, Paging},
        types::{Charter, Event, UseRequest},
        words::{EventKind, UseRequestState},
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

/// What is done under the charter.
#[derive(Default)]
pub struct CharterQuery;

#[Object]
impl CharterQuery {
    /// Requests to use sources, the newest first: of one’s own partner, to one’s own provider, or all for the operator.
    #[graphql(complexity = "paging::cost(first, last, child_complexity)")]
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
    #[graphql(complexity = "paging::cost(first, last, child_complexity)")]
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
}
