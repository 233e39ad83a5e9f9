//! The resolvers' only door: the session of a request. Nothing else is ever put into or taken from the context.

use std::{
    any::TypeId,
    collections::HashMap,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use async_graphql::{Context, dataloader::DataLoader};

use super::batching::Queue;
use crate::{
    auth::{
        Viewer,
        token::{ClientTokens, Links},
    },
    catalogue::Catalogue,
    error::Refusal,
    export::Stamp,
    geography::Gazetteer,
    language::Language,
    present::profile::Templates,
    registrar::{Registrar, Registry},
    release::desk::Desk,
    store::{
        FigureKey, Happening, Reading, StoreError, Told,
        loaders::{
            Clients, Contributed, DeliveryFindings, Figures, Geometries, Masks, Periods, Referents, Shared,
            Signatures, Standings, TokenBearers,
        },
    },
};

/// What a request changes something through, signs links with, and makes profiles by.
pub struct Doors {
    /// Where releases are staged, planned, published and withdrawn.
    pub desk: Desk,
    /// Where acts under the charter are registered.
    pub registry: Registry,
    /// Signs links to documents.
    pub links: Links,
    /// Signs tokens of programs of third parties.
    pub client_tokens: ClientTokens,
    /// Templates of profiles.
    pub templates: Arc<Templates>,
}

/// One request: who asks, in which language, and the loaders that serve it.
pub struct Session {
    reading: Arc<Reading>,
    doors: Arc<Doors>,
    language: Language,
    happening: Option<Happening>,
    depth_first: AtomicBool,
    /// Whether what is asked of lists can be told breadth first, by place in the document and type.
    sets: Mutex<HashMap<(usize, TypeId), bool>>,
    queue: Queue,
    figures: DataLoader<Figures>,
    /// Why figures are masked.
    pub masks: DataLoader<Masks>,
    /// What is wrong with deliveries.
    pub findings: DataLoader<DeliveryFindings>,
    /// Contours.
    pub geometries: DataLoader<Geometries>,
    /// Periods of indicators.
    pub periods: DataLoader<Periods>,
    /// Referents of partners.
    pub referents: DataLoader<Referents>,
    /// Who has asked with the tokens of partners.
    pub bearers: DataLoader<TokenBearers>,
    /// Programs of third parties that ask for partners.
    pub clients: DataLoader<Clients>,
    /// Signatures of partners.
    pub signatures: DataLoader<Signatures>,
    /// Where partners stand with the commitments.
    pub standings: DataLoader<Standings>,
    /// What partners contributed.
    pub contributed: DataLoader<Contributed>,
    /// The session that took this one's place, once something was about to change or has changed.
    next: OnceLock<Box<Session>>,
}

impl Session {
    /// Opens a session; loaders are built anew, so that nothing is shared between viewers.
    #[must_use]
    pub fn new(reading: Arc<Reading>, doors: Arc<Doors>, language: Language) -> Self {
        Self::with(reading, doors, language, Queue::default())
    }

    fn with(reading: Arc<Reading>, doors: Arc<Doors>, language: Language, queue: Queue) -> Self {
        Self {
            next: OnceLock::new(),
            figures: queue.loader(Figures(Arc::clone(&reading))),
            masks: queue.loader(Masks(Arc::clone(&reading))),
            findings: queue.loader(DeliveryFindings(Arc::clone(&reading))),
            geometries: queue.loader(Geometries(Arc::clone(&reading))),
            periods: queue.loader(Periods(Arc::clone(&reading))),
            referents: queue.loader(Referents(Arc::clone(&reading))),
            bearers: queue.loader(TokenBearers(Arc::clone(&reading))),
            clients: queue.loader(Clients(Arc::clone(&reading))),
            signatures: queue.loader(Signatures(Arc::clone(&reading))),
            standings: queue.loader(Standings(Arc::clone(&reading))),
            contributed: queue.loader(Contributed(Arc::clone(&reading))),
            queue,
            reading,
            doors,
            language,
            happening: None,
            depth_first: AtomicBool::new(false),
            sets: Mutex::default(),
        }
    }

    /// The same for something that happened.
    #[must_use]
    pub fn happening_now(self, happening: Happening) -> Self {
        Self { happening: Some(happening), ..self }
    }

    /// What happened, where that is why the request is made.
    #[must_use]
    pub const fn happening(&self) -> Option<&Happening> {
        self.happening.as_ref()
    }

    /// The session of the same request that has read nothing yet: what was read before an act is not what is there after
    /// it. Acts follow one another, so that nobody else is reading meanwhile.
    pub fn anew(&self) -> &Self {
        let last = self.last();
        let next = || {
            let reading = Arc::new(last.reading.anew());
            let next = Self::with(reading, Arc::clone(&last.doors), last.language, last.queue());
            next.depth_first.store(!last.is_breadth_first(), Ordering::Relaxed);
            Box::new(next)
        };
        last.next.get_or_init(next)
    }

    fn last(&self) -> &Self {
        let mut last = self;
        while let Some(next) = last.next.get() {
            last = next;
        }
        last
    }

    /// Whether lists are told breadth first.
    pub(super) fn is_breadth_first(&self) -> bool {
        !self.depth_first.load(Ordering::Relaxed)
    }

    /// What was found out of a selection set of the document, once.
    pub(super) fn once_of_a_set(&self, set: (usize, TypeId), find: impl FnOnce() -> bool) -> bool {
        let mut sets = self.sets.lock().unwrap_or_else(PoisonError::into_inner);
        *sets.entry(set).or_insert_with(find)
    }

    /// Leaves all that is still to be told to the engine.
    pub fn go_depth_first(&self) {
        self.depth_first.store(true, Ordering::Relaxed);
    }

    /// Where its loaders wait for their turn.
    pub(super) fn queue(&self) -> Queue {
        self.queue.clone()
    }

    /// The viewer's reading of the store.
    #[must_use]
    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    /// Where releases are staged, planned, published and withdrawn.
    #[must_use]
    pub fn desk(&self) -> &Desk {
        &self.doors.desk
    }

    /// Where acts under the charter are registered, for this viewer.
    #[must_use]
    pub fn registrar(&self) -> Registrar<'_> {
        self.doors.registry.registrar(self.viewer())
    }

    /// Signs links to documents, for some minutes from now on.
    #[must_use]
    pub fn links(&self) -> &Links {
        self.reading.note_changing();
        &self.doors.links
    }

    /// For whom what is made now is made, to the second.
    #[must_use]
    pub fn stamp(&self) -> Stamp {
        self.reading.note_changing();
        Stamp::of(self.viewer(), (self.reading.has_reached(), self.reading.has_told_unmasked()))
    }

    /// Signs tokens of programs of third parties.
    #[must_use]
    pub fn client_tokens(&self) -> &ClientTokens {
        &self.doors.client_tokens
    }

    /// Templates of profiles.
    #[must_use]
    pub fn templates(&self) -> &Templates {
        &self.doors.templates
    }

    /// Who asks.
    #[must_use]
    pub fn viewer(&self) -> &Viewer {
        self.reading.viewer()
    }

    /// In which language.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// Territories.
    #[must_use]
    pub fn gazetteer(&self) -> &Gazetteer {
        self.reading.gazetteer()
    }

    /// Indicators, sources, rules.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        self.reading.catalogue()
    }

    /// What this viewer is told of a figure.
    ///
    /// # Errors
    ///
    /// An internal refusal when the store fails.
    pub async fn figure(&self, key: FigureKey) -> Result<Told, Refusal> {
        self.figures.load_one(key).await?.ok_or_else(Refusal::internal)
    }

    /// What this viewer is told of figures.
    ///
    /// # Errors
    ///
    /// As [`figure`](Self::figure).
    pub async fn figures(&self, keys: &[FigureKey]) -> Result<HashMap<FigureKey, Told>, Refusal> {
        Ok(self.figures.load_many(keys.iter().copied()).await?)
    }
}

impl From<Shared> for Refusal {
    /// The cause goes to the log and never to the caller.
    fn from(cause: Shared) -> Self {
        tracing::error!(%cause, "the store failed");
        if cause.is_away() { Self::unavailable() } else { Self::internal() }
    }
}

impl From<StoreError> for Refusal {
    fn from(cause: StoreError) -> Self {
        Self::from(Arc::new(cause))
    }
}

/// How resolvers reach their session.
pub trait InSession<'a> {
    /// The session of the request.
    ///
    /// # Errors
    ///
    /// An internal refusal when the request was executed without one.
    fn session(&self) -> Result<&'a Session, Refusal>;

    /// The session of a request that is about to change something, which has read nothing yet.
    ///
    /// # Errors
    ///
    /// As [`session`](Self::session).
    fn acting(&self) -> Result<&'a Session, Refusal> {
        Ok(self.session()?.anew())
    }
}

impl<'a> InSession<'a> for Context<'a> {
    fn session(&self) -> Result<&'a Session, Refusal> {
        let first = self.data::<Session>().map_err(|error| {
            tracing::error!(?error, "a request was executed without a session");
            Refusal::internal()
        })?;
        Ok(first.last())
    }
}
