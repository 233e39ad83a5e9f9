//! One operation, from what is asked for to what came of it, whatever brought it here.

use std::sync::Arc;

use async_graphql::Response as GraphqlResponse;
use tracing::Instrument as _;

use super::{answer::Manner, ask::Asked, persisted::Found, requests::Facts, served::Served};
use crate::{
    auth::Viewer,
    error::{Code, Refusal},
    graphql::{self, OperationKind, Prepared},
    store::{AccessEntry, Reading, Revision},
    telemetry::traces,
};

/// What an operation may be, where it came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Queries alone: by GET.
    Queries,
    /// Queries and mutations: by POST.
    Requests,
    /// Subscriptions too: where answers are streamed.
    Streams,
    /// Queries and subscriptions: where answers are streamed, by GET.
    StreamsByGet,
}

impl Takes {
    const fn mutations(self) -> bool {
        matches!(self, Self::Requests | Self::Streams)
    }

    const fn subscriptions(self) -> bool {
        matches!(self, Self::Streams | Self::StreamsByGet)
    }
}

/// An operation that may be executed, and what it was made of.
pub struct Ready {
    /// The document, parsed and counted.
    pub prepared: Prepared,
    found: Found,
}

/// An operation that was executed, and its record kept.
pub struct Ran {
    /// What the engine says.
    pub response: GraphqlResponse,
    /// What is said of it.
    pub facts: Facts,
    /// What was kept of it; none where it reached no partner data.
    pub entry: Option<AccessEntry>,
    /// What the operation was.
    pub kind: OperationKind,
    /// What it was read with.
    pub reading: Arc<Reading>,
}

/// Finds the document that a viewer asks for.
///
/// # Errors
///
/// Those of [`Persisted::document`](super::Persisted::document).
pub fn found(served: &Served, viewer: &Viewer, asked: &Asked) -> Result<Found, Refusal> {
    let has_token = viewer.identity().is_some();
    served.app.persisted.document(asked.query.as_deref(), asked.digest, has_token)
}

/// Whether a document that was answered before holds only what is taken here: by GET none that holds a mutation, whichever of its
/// operations is asked for.
pub fn takes_all(served: &Served, found: &Found, takes: Takes) -> bool {
    takes.mutations() || graphql::holds_queries_alone(&served.app.schema, &found.text)
}

/// Finds and prepares the document that a viewer asks for.
///
/// # Errors
///
/// Those of a document, and [`Code::SubscriptionNeedsStream`].
pub fn ready(served: &Served, viewer: &Viewer, asked: &Asked, takes: Takes) -> Result<Ready, Refusal> {
    prepared(served, viewer, found(served, viewer, asked)?, (asked, takes))
}

/// Prepares a document that was found.
///
/// # Errors
///
/// As [`ready`].
pub fn prepared(
    served: &Served,
    viewer: &Viewer,
    found: Found,
    (asked, takes): (&Asked, Takes),
) -> Result<Ready, Refusal> {
    let prepared = graphql::prepare(
        &served.app.schema,
        asked.request(&found.text),
        (takes.mutations(), takes.subscriptions()),
    )?;
    expect(served, viewer, &prepared, takes)?;
    Ok(Ready { prepared, found })
}

/// Checks what a document asks for against what may be asked here.
///
/// # Errors
///
/// [`Code::SubscriptionNeedsStream`], [`Code::IntrospectionClosed`].
pub fn expect(served: &Served, viewer: &Viewer, prepared: &Prepared, takes: Takes) -> Result<(), Refusal> {
    if prepared.introspects() {
        served.expect_introspection(viewer)?;
    }
    if prepared.kind() == OperationKind::Subscription && !takes.subscriptions() {
        return Err(Refusal::new(
            Code::SubscriptionNeedsStream,
            "Un abonnement se demande par WebSocket (graphql-transport-ws) ou avec « Accept: text/event-stream ».",
            "A subscription is asked for over a WebSocket (graphql-transport-ws) or with “Accept: text/event-stream”.",
        ));
    }
    Ok(())
}

/// Executes an operation for a viewer.
///
/// # Errors
///
/// [`Code::Unavailable`] where the record of what it reached cannot be kept, or too much is worked on.
pub async fn run(
    served: &Served,
    asker: (Viewer, Option<Revision>),
    ready: Ready,
    manner: Manner,
) -> Result<Ran, Refusal> {
    let Ready { prepared, found } = ready;
    let ran = execute(served, asker, prepared, manner).await?;
    // Kept once it fits the schema: what anybody sends is not stored for that.
    if let Some(digest) = found.keep.filter(|_| !graphql::failed_validation(&ran.response)) {
        served.app.persisted.keep(digest, found.text);
    }
    Ok(ran)
}

/// Executes a prepared document for a viewer.
///
/// # Errors
///
/// As [`run`].
pub async fn execute(
    served: &Served,
    (viewer, revision): (Viewer, Option<Revision>),
    prepared: Prepared,
    manner: Manner,
) -> Result<Ran, Refusal> {
    let _place = served.place()?;
    let (reading, session) = served.session(viewer, revision, manner);
    let kind = prepared.kind();
    let operation_name = prepared.operation_name().map(str::to_owned);
    let executed = graphql::execute(&served.app.schema, prepared, session);
    let response = executed.instrument(traces::part("execute")).await;
    let record = recorded(served, &reading, operation_name, &response);
    let (facts, entry) = record.instrument(traces::part("record")).await?;
    Ok(Ran { response, facts, entry, kind, reading })
}

/// Keeps the record of what an answer told, before it goes out.
///
/// # Errors
///
/// [`Code::Unavailable`].
pub async fn recorded(
    served: &Served,
    reading: &Reading,
    operation: Option<String>,
    response: &GraphqlResponse,
) -> Result<(Facts, Option<AccessEntry>), Refusal> {
    let entry = reading.reached(operation.clone());
    let mut facts = Facts { cost: graphql::cost_of(response), ..Facts::of(reading, operation) };
    for error in &response.errors {
        let code = error.extensions.as_ref().and_then(|extensions| extensions.get("code"));
        if let Some(async_graphql::Value::String(code)) = code
            && !facts.codes.contains(code)
        {
            facts.codes.push(code.clone());
        }
    }
    if let Some(entry) = &entry {
        (facts.shown, facts.withheld) = entry.told();
        served.app.access_log.write(entry.clone()).await.or(Err(Refusal::unavailable()))?;
    }
    Ok((facts, entry))
}
