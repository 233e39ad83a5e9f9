//! Deliveries that were handed in.

use async_graphql::{Context, Object};

use crate::{
    auth::Action,
    error::Refusal,
    graphql::{
        context::InSession,
        cost,
        guard::{Requires, scope},
        paging::{self, Counted, Paging},
        types::Delivery,
    },
};

/// Deliveries that were handed in.
#[derive(Default)]
pub struct DeliveryQuery;

#[Object]
impl DeliveryQuery {
    /// A delivery by its reference; null when it is not there, or not of a source that the viewer hands in.
    #[graphql(
        guard = "Requires(Action::HandInDeliveries)",
        directive = scope::apply(Action::HandInDeliveries.scope().to_owned())
    )]
    async fn delivery(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Reference, such as `LIVRAISON-000012`.")] reference: String,
    ) -> Result<Option<Delivery>, Refusal> {
        let mut files = context.session()?.reading().deliveries().await?.iter();
        let found = files.find(|file| file.delivery.reference == reference);
        Ok(found.cloned().map(|file| Delivery(Box::new(file))))
    }

    /// Deliveries of the sources that the viewer hands in, the newest first.
    #[graphql(
        guard = "Requires(Action::HandInDeliveries)",
        directive = scope::apply(Action::HandInDeliveries.scope().to_owned()),
        complexity = "cost::page(first, last, child_complexity)"
    )]
    async fn deliveries(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "At most so many from the start; 500 at most.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; 500 at most.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Counted<Delivery>, Refusal> {
        let files = context.session()?.reading().deliveries().await?.iter();
        let item = |file: &crate::store::DeliveryFile| {
            (file.delivery.reference.clone(), Delivery(Box::new(file.clone())))
        };
        paging::page("deliveries", files.map(item).collect(), &Paging { first, after, last, before })
    }
}
