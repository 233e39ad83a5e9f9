//! The root of subscriptions. Each happening is a request of its own, with the rights of its moment: it is executed with the
//! happening in its session, and tells it where it is what was subscribed to and this viewer's to know.

use async_graphql::{Context, Subscription as Subscriptions};
use entity::types::HappeningKind;
use futures_util::{Stream, stream};

use super::{
    codes,
    context::{InSession, Session},
    types::{Release, Study, UseRequest},
    words::StudyKind,
};
use crate::error::Refusal;

/// What can be waited for. Over WebSockets (graphql-transport-ws) or server-sent events.
pub struct Subscription;

/// What can be waited for. Over WebSockets (graphql-transport-ws) or server-sent events.
#[Subscriptions]
impl Subscription {
    /// Releases as they are published, at the end of their embargo where there is one.
    async fn release_published(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Codes of sources; all when absent.")] sources: Option<Vec<String>>,
    ) -> Result<impl Stream<Item = Release> + use<>, Refusal> {
        let session = context.session()?;
        let sources: Option<Vec<i32>> =
            sources.map(|sources| codes::sources(session, &sources)).transpose()?;
        let mut found = None;
        if let Some(reference) = happened(session, HappeningKind::ReleasePublished) {
            let mut releases = session.reading().releases().await?.iter();
            found = releases.find(|release| {
                let is_asked = sources.as_ref().is_none_or(|sources| sources.contains(&release.source_id));
                release.reference == reference && is_asked && !release.embargoed(session.viewer().now)
            });
        }
        Ok(told(found.cloned().map(Release)))
    }

    /// Studies as they are published, for those among whom they circulate.
    async fn study_published(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Kinds of studies; all when absent.")] kinds: Option<Vec<StudyKind>>,
    ) -> Result<impl Stream<Item = Study> + use<>, Refusal> {
        let session = context.session()?;
        let mut found = None;
        if let Some(reference) = happened(session, HappeningKind::StudyPublished) {
            let mut studies = session.reading().studies().await?.iter();
            found = studies.find(|study| {
                let kind = StudyKind::from(study.kind);
                study.reference == reference && kinds.as_ref().is_none_or(|kinds| kinds.contains(&kind))
            });
        }
        Ok(told(found.cloned().map(Study)))
    }

    /// Requests to use sources as they are made, decided, suspended, resumed, revoked or taken back: of one’s own partner,
    /// to one’s own provider, or all for the operator.
    async fn use_request_changed(
        &self,
        context: &Context<'_>,
    ) -> Result<impl Stream<Item = UseRequest> + use<>, Refusal> {
        let session = context.session()?;
        let mut found = None;
        if let Some(reference) = happened(session, HappeningKind::UseRequestChanged) {
            let mut requests = session.reading().use_requests().await?.into_iter();
            found = requests.find(|request| request.reference == reference);
        }
        Ok(told(found.map(|request| UseRequest(Box::new(request)))))
    }
}

/// The reference of what happened, where it is of a kind.
fn happened(session: &Session, kind: HappeningKind) -> Option<&str> {
    let happening = session.happening()?;
    (happening.kind == kind).then_some(happening.reference.as_str())
}

fn told<T>(found: Option<T>) -> impl Stream<Item = T> {
    stream::iter(found)
}
