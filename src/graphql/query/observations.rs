//! Observations.

use async_graphql::{Context, Object};

use crate::{
    error::Refusal,
    graphql::{
        context::InSession,
        cost,
        filter::{ObservationFilter, ObservationOrder, Search},
        paging::{Counted, Paging},
        types::Observation,
    },
};

/// Observations.
#[derive(Default)]
pub struct ObservationQuery;

#[Object]
impl ObservationQuery {
    /// What this viewer is told of the figures that fit a filter. Filters and orders look only at what
    /// this viewer is shown.
    #[graphql(complexity = "cost::search(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "the paging arguments of Relay, a filter and an order")]
    async fn observations(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which figures.")] filter: ObservationFilter,
        #[graphql(desc = "Keys of order, 4 at most; by indicator, territory and period by default.")]
        order_by: Option<Vec<ObservationOrder>>,
        #[graphql(desc = "At most so many from the start; 500 at most.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; 500 at most.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Counted<Observation>, Refusal> {
        let session = context.session()?;
        let search = Search::new(session, &filter, order_by.unwrap_or_default())?;
        search.page(session, &Paging { first, after, last, before }).await
    }
}
