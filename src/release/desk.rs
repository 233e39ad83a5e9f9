//! The desk in front of the office: whoever has no leave from the policy does not get in, and what takes long goes on
//! behind it.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use entity::types::WorkPhase;
use tokio::{sync::Semaphore, task::JoinHandle, time::timeout};

use super::{
    intake::{Intake, IntakeError, Parcel},
    logbook::Logbook,
    office::Office,
    opening::Examined,
    planning::Planning,
    refusal::OfficeError,
    report::Report,
};
use crate::{
    auth::{Step, StepLeave},
    secrecy::progress::Unwatched,
    store::{Delivery, Reference, Store, StoreError},
};

/// Deliveries that may wait for their turn.
const WAITING: usize = 8;
/// How often is looked whether something was granted elsewhere.
const BETWEEN_EXAMINATIONS: Duration = Duration::from_secs(30);

/// The desk in front of the office of an observatory.
#[derive(Clone)]
pub struct Desk {
    store: Store,
    reference: Arc<Reference>,
    /// One delivery is checked at a time, so that memory is bounded.
    turn: Arc<Semaphore>,
    /// Places for those that are checked or wait.
    places: Arc<Semaphore>,
    /// One release is planned at a time: a plan opens all that was shown before, and takes memory.
    planning: Arc<Semaphore>,
    /// Releases that cannot be examined, of which the log was told: it is tried again and again, and told once.
    unexamined: Arc<Mutex<HashSet<String>>>,
}

/// Why the desk does not take a file.
#[derive(Debug, thiserror::Error)]
pub enum NotReceived {
    /// The source is unknown, or not one that the caller may hand in.
    #[error("no source {0}")]
    Source(String),
    /// Too many deliveries wait.
    #[error("too many deliveries wait")]
    Crowded,
    /// The intake.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// The database.
    #[error(transparent)]
    Shared(#[from] Arc<StoreError>),
}

impl Desk {
    /// A desk over an observatory.
    #[must_use]
    pub fn new(store: Store, reference: Arc<Reference>) -> Self {
        let places = Arc::new(Semaphore::new(WAITING));
        Self {
            store,
            reference,
            turn: Arc::new(Semaphore::new(1)),
            places,
            planning: Arc::new(Semaphore::new(1)),
            unexamined: Arc::default(),
        }
    }

    /// The release under a reference, and the office, for whoever has the leave to take the step with it; without
    /// it, a release that is there is as one that never was, but to whoever plans it.
    ///
    /// # Errors
    ///
    /// [`OfficeError::Unknown`], [`OfficeError::NotYours`].
    pub async fn admit(
        &self,
        leaves: impl AsyncFnOnce(i32) -> Result<Vec<StepLeave>, Arc<StoreError>>,
        step: Step,
        reference: &str,
    ) -> Result<Office<'_>, OfficeError> {
        let unknown = || OfficeError::Unknown(reference.chars().take(80).collect());
        let dossier = self.store.dossier(reference).await?.ok_or_else(unknown)?;
        let source_id = dossier.release.source_id;
        let leaves = leaves(source_id).await.map_err(OfficeError::Shared)?;
        let may = |step: Step| leaves.iter().any(|leave| leave.covers(step, source_id));
        if !may(step) {
            // Whoever takes another step with the release knows that it is there.
            return Err(if Step::ALL.into_iter().any(may) {
                OfficeError::NotYours(dossier.release.reference)
            } else {
                unknown()
            });
        }
        Ok(Office::over(&self.store, &self.reference))
    }

    /// Receives a file for whoever has the leave to hand it in. It is checked and staged behind the desk; after some
    /// patience its record is given, however far it has come.
    ///
    /// # Errors
    ///
    /// [`NotReceived`].
    pub async fn receive(
        &self,
        leave: impl AsyncFnOnce(i32) -> Result<Option<StepLeave>, Arc<StoreError>>,
        parcel: Parcel,
        now: DateTime<Utc>,
        patience: Duration,
    ) -> Result<Delivery, NotReceived> {
        let code = &parcel.mapping.source;
        let unknown = || NotReceived::Source(code.chars().take(80).collect());
        let source_id = self.reference.catalogue.source_by_code(code).ok_or_else(unknown)?.id;
        leave(source_id).await?.filter(|leave| leave.covers(Step::Stage, source_id)).ok_or_else(unknown)?;
        let place = Arc::clone(&self.places).try_acquire_owned().or(Err(NotReceived::Crowded))?;
        let intake = Intake::new(self.store.clone(), Arc::clone(&self.reference));
        let delivery = intake.receive(&parcel, now).await?;
        let logbook = Logbook::open(&self.store, &delivery.reference, WorkPhase::Waiting).await;
        let logbook = logbook.map_err(IntakeError::Store)?;
        let (turn, taken) = (Arc::clone(&self.turn), delivery.clone());
        let work: JoinHandle<()> = tokio::spawn(async move {
            let _place = place;
            let _turn = turn.acquire_owned().await;
            let outcome = intake.take(Some(&taken), parcel, logbook.entry()).await;
            let fault = outcome.err().map(|error| error.fault());
            if let Err(cause) = logbook.close(fault).await {
                tracing::error!(%cause, "how a delivery ended was not written down");
            }
        });
        let _ = timeout(patience, work).await;
        let record = self.store.delivery(&delivery.reference).await.map_err(IntakeError::Store)?;
        Ok(record.unwrap_or(delivery))
    }

    /// Examines whether releases that are read may open what was granted since, behind the desk, for so long as some patience
    /// lasts before it goes on alone.
    pub async fn examine(&self, now: DateTime<Utc>, patience: Duration) {
        let desk = self.clone();
        let work = tokio::spawn(async move {
            let _turn = Arc::clone(&desk.planning).acquire_owned().await;
            match Office::over(&desk.store, &desk.reference).examine(now).await {
                Ok(examined) => desk.tell(&examined),
                Err(cause) => tracing::error!(%cause, "grants were not examined"),
            }
        });
        let _ = timeout(patience, work).await;
    }

    /// Tells the log of each release that cannot be examined, once until it can.
    fn tell(&self, examined: &Examined) {
        let mut told = self.unexamined.lock().unwrap_or_else(PoisonError::into_inner);
        told.retain(|reference| examined.left.contains_key(reference));
        for (reference, cause) in &examined.left {
            if let Some(cause) = cause
                && told.insert(reference.clone())
            {
                tracing::error!(%cause, release = reference, "a grant was not examined; it is tried again");
            }
        }
    }

    /// Examines what was granted while nobody looked, at once and again and again: what was interrupted is taken up.
    pub async fn watch_grants(self) {
        loop {
            self.examine(Utc::now(), Duration::MAX).await;
            tokio::time::sleep(BETWEEN_EXAMINATIONS).await;
        }
    }

    /// Plans a release behind the desk; after some patience there is a report, or none yet.
    ///
    /// # Errors
    ///
    /// [`OfficeError`], [`OfficeError::Busy`] while it is being planned.
    pub async fn plan(
        &self,
        reference: &str,
        now: DateTime<Utc>,
        patience: Duration,
    ) -> Result<Option<Report>, OfficeError> {
        let planning = Planning::begin(&self.store, reference).await?;
        let desk = self.clone();
        let work = tokio::spawn(async move {
            let _turn = Arc::clone(&desk.planning).acquire_owned().await;
            let office = Office::over(&desk.store, &desk.reference);
            planning.go(&office, now, Arc::new(Unwatched)).await
        });
        match timeout(patience, work).await {
            Err(_) => Ok(None),
            Ok(ended) => ended.or(Err(OfficeError::Interrupted))?.map(Some),
        }
    }
}
