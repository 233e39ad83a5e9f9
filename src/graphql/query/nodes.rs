//! The viewer, and anything by its identifier.

use async_graphql::{Context, ID, Object};

use crate::{
    error::{Code, Refusal},
    graphql::{
        context::{InSession, Session},
        cost,
        identifier::Identifier,
        types::{
            Agreement, Delivery, Event, Indicator, Node, Partner, Release, Source, Study, Territory,
            UseRequest, Viewer,
        },
    },
};

/// Most identifiers in one `nodes`.
const MOST_NODES: usize = 100;

/// The viewer, and anything by its identifier.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Who asks, for which partner and what for.
    async fn viewer(&self) -> Viewer {
        Viewer
    }

    /// Anything by its identifier; null when it is not there, or not this viewer's.
    async fn node(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The `id` of an answer.")] id: ID,
    ) -> Result<Option<Node>, Refusal> {
        find(context.session()?, Identifier::decode(&id)?).await
    }

    /// Several things by their identifiers, in the same order; 100 at most.
    #[graphql(complexity = "cost::times(ids.len().max(1), child_complexity)")]
    async fn nodes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The `id`s of answers.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>, Refusal> {
        if ids.len() > MOST_NODES {
            return Err(Refusal::new(
                Code::PageTooLarge,
                format!("{} identifiants demandés ; la limite est de {MOST_NODES}.", ids.len()),
                format!("{} identifiers were asked for; the limit is {MOST_NODES}.", ids.len()),
            ));
        }
        let session = context.session()?;
        let mut nodes = Vec::with_capacity(ids.len());
        for id in &ids {
            nodes.push(find(session, Identifier::decode(id)?).await?);
        }
        Ok(nodes)
    }
}

async fn find(session: &Session, identifier: Identifier) -> Result<Option<Node>, Refusal> {
    let catalogue = session.catalogue();
    let reading = session.reading();
    Ok(match identifier {
        Identifier::Territory(level, code, vintage) => {
            let found = session.gazetteer().find(&code, Some(level), vintage.day());
            found.map(|found| Node::Territory(Territory::in_vintage(found.id, vintage)))
        }
        Identifier::Indicator(code) => {
            catalogue.indicator(&code).map(|found| Node::Indicator(Indicator::new(found.id)))
        }
        Identifier::Source(code) => {
            catalogue.source_by_code(&code).map(|found| Node::Source(Source::new(found.id)))
        }
        Identifier::Study(reference) => {
            let mut studies = reading.studies().await?.iter();
            studies
                .find(|study| study.reference == reference)
                .map(|study| Node::Study(Box::new(Study(study.clone()))))
        }
        Identifier::Partner(code) => {
            let mut partners = reading.partners().await?.iter();
            partners
                .find(|partner| partner.code == code)
                .map(|partner| Node::Partner(Partner(partner.clone())))
        }
        Identifier::Release(reference) => {
            let mut releases = reading.releases().await?.iter();
            releases
                .find(|release| release.reference == reference)
                .map(|found| Node::Release(Release(found.clone())))
        }
        Identifier::Agreement(reference) => {
            let agreements = reading.agreements().await?.unwrap_or_default();
            let found = agreements.iter().find(|agreement| agreement.reference == reference);
            found.map(|agreement| Node::Agreement(Box::new(Agreement(agreement.clone()))))
        }
        Identifier::UseRequest(reference) => {
            let mut requests = reading.use_requests().await?.into_iter();
            let found = requests.find(|request| request.reference == reference);
            found.map(|request| Node::UseRequest(UseRequest(Box::new(request))))
        }
        Identifier::Event(reference) => {
            let mut events = reading.events().await?.into_iter();
            let found = events.find(|event| event.reference == reference);
            found.map(|event| Node::Event(Box::new(Event(event))))
        }
        Identifier::Delivery(reference) => {
            let mut files = reading.deliveries().await?.iter();
            let found = files.find(|file| file.delivery.reference == reference);
            found.map(|file| Node::Delivery(Delivery(Box::new(file.clone()))))
        }
    })
}
