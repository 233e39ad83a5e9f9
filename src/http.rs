//! The network face: GraphQL over HTTP, files, GraphiQL, keys and health.

mod answer;
mod answers;
mod ask;
mod caching;
mod cors;
mod documents;
mod drawings;
mod events;
mod exports;
mod files;
mod graphiql;
mod live;
mod measures;
mod operation;
mod outgoing;
mod persisted;
mod rate;
mod requests;
mod routes;
mod serve;
mod served;
mod shares;
mod socket;
mod upload;

use std::sync::Arc;

use answer::Manner;
use axum::Router;
use chrono::{DateTime, Utc};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    auth::token::{ClientTokens, Links, Verifier},
    config::Settings,
    documents::Shelf,
    graphql::{Schema, context::Doors},
    present::profile::Templates,
    registrar::Registry,
    release::desk::Desk,
    store::{AccessLog, Happenings, Reference, Store},
};

pub use measures::Measures;
pub use persisted::{Persisted, RegisterError};
pub use serve::{Connections, Ending, serve};

/// Tells the time; tests bring their own.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// What every request needs.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub store: Store,
    /// What does not change while the server runs.
    pub reference: Arc<Reference>,
    /// Where deliveries are handed in and releases planned.
    pub desk: Desk,
    /// Where what reaches partner data is written down.
    pub access_log: AccessLog,
    /// Where documents of studies are kept.
    pub shelf: Shelf,
    /// Verifies tokens.
    pub verifier: Arc<Verifier>,
    /// Signs links to documents.
    pub links: Links,
    /// Signs tokens of programs of third parties.
    pub client_tokens: ClientTokens,
    /// Templates of profiles.
    pub templates: Arc<Templates>,
    /// Documents that are known by their digest.
    pub persisted: Arc<Persisted>,
    /// What happens in the observatory, as it happens.
    pub happenings: Happenings,
    /// Whether the server is about to end.
    pub ending: Ending,
    /// The schema.
    pub schema: Schema,
    /// Tells the time.
    pub clock: Clock,
}

impl App {
    /// What resolvers act through.
    #[must_use]
    pub fn doors(&self) -> Doors {
        Doors {
            desk: self.desk.clone(),
            registry: Registry::new(self.store.clone(), self.shelf.clone()),
            links: self.links.clone(),
            client_tokens: self.client_tokens.clone(),
            templates: Arc::clone(&self.templates),
        }
    }
}

/// The router with its limits.
pub fn router(app: App, settings: &Settings) -> Router {
    routes::router(app, settings).layer(CatchPanicLayer::custom(answer::panicked))
}
