//! How far a long work has come, written down while it lasts, so that every instance can tell.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::Utc;
use entity::types::WorkPhase;
use tokio::task::JoinHandle;

use crate::{
    secrecy::progress::{self, Phase},
    store::{Fault, Store, StoreError, Work},
};

/// Is told how far a work has come: its phase, so much done of so much.
pub trait Progress: Send + Sync {
    /// So much of a phase is done; a total of 0 where nobody knows.
    fn tell(&self, phase: WorkPhase, done: u64, total: u64);
}

/// How often it is written down; a sign of life even when nothing moves.
const BEAT: Duration = Duration::from_secs(1);

/// Writes down how far a work has come, until it is closed or dropped.
pub struct Logbook {
    store: Store,
    at: Arc<Mutex<Work>>,
    beat: JoinHandle<()>,
}

/// Where a work tells how far it has come.
pub struct Entry(Arc<Mutex<Work>>);

impl Progress for Entry {
    fn tell(&self, phase: WorkPhase, done: u64, total: u64) {
        let mut at = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (at.phase, at.done, at.total) = (phase, done, total);
    }
}

impl progress::Progress for Entry {
    fn at(&self, phase: Phase, done: u64, all: u64) {
        let phase = match phase {
            Phase::Laying => WorkPhase::LayingOut,
            Phase::Protecting | Phase::Insisting | Phase::Insiders => WorkPhase::Protecting,
            Phase::Improving => WorkPhase::Improving,
            Phase::Checking => WorkPhase::Proving,
        };
        self.tell(phase, done, all);
    }
}

impl Logbook {
    /// Begins to write down.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn open(store: &Store, reference: &str, phase: WorkPhase) -> Result<Self, StoreError> {
        let begins = Work::begins(reference.to_owned(), phase, Utc::now());
        store.note_work(&begins).await?;
        Ok(Self::keep(store, begins))
    }

    /// Begins to write down, unless somebody else is at the same work.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn claim(store: &Store, reference: &str, phase: WorkPhase) -> Result<Option<Self>, StoreError> {
        let begins = Work::begins(reference.to_owned(), phase, Utc::now());
        let batch = store.writing().await?;
        let claimed = batch.claim_work(&begins).await?;
        batch.commit().await?;
        Ok(claimed.then(|| Self::keep(store, begins)))
    }

    fn keep(store: &Store, begins: Work) -> Self {
        let at = Arc::new(Mutex::new(begins));
        let (seen, to) = (Arc::clone(&at), store.clone());
        let beat = tokio::spawn(async move {
            loop {
                tokio::time::sleep(BEAT).await;
                let now = seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
                // A beat that is missed, because another work holds the database, is made up for by the next one.
                let _ = to.note_work(&Work { touched_on: Utc::now(), ..now }).await;
            }
        });
        Self { store: store.clone(), at, beat }
    }

    /// Where the work tells how far it has come.
    #[must_use]
    pub fn entry(&self) -> Arc<Entry> {
        Arc::new(Entry(Arc::clone(&self.at)))
    }

    /// Writes down how it ended.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn close(self, fault: Option<Fault>) -> Result<(), StoreError> {
        self.beat.abort();
        let at = self.at.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let phase = if fault.is_some() { WorkPhase::Failed } else { WorkPhase::Done };
        let done = if fault.is_some() { at.done } else { at.total };
        self.store.note_work(&Work { phase, done, touched_on: Utc::now(), fault, ..at }).await
    }
}

impl Drop for Logbook {
    fn drop(&mut self) {
        self.beat.abort();
    }
}
