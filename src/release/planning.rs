//! A release that is being planned, written down while it lasts: the command line and the server plan no release beside
//! each other, and both tell how far they are.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use entity::types::{ReleaseState, WorkPhase};

use super::{
    logbook::Logbook,
    office::{Office, expect},
    refusal::OfficeError,
    report::Report,
};
use crate::{
    language::Language,
    secrecy::progress::{Phase, Progress},
    store::{Fault, Store, Work},
};

/// A plan that has begun.
pub struct Planning {
    logbook: Logbook,
    reference: String,
}

/// Somebody who plans gives a sign of life each second; after so many without one they are gone.
const SIGNS: u32 = 4;
const BETWEEN_SIGNS: Duration = Duration::from_secs(1);

impl Planning {
    /// Begins to plan a release.
    ///
    /// # Errors
    ///
    /// [`OfficeError::Unknown`], [`OfficeError::State`], or [`OfficeError::Busy`] while somebody else plans it.
    pub async fn begin(store: &Store, reference: &str) -> Result<Self, OfficeError> {
        let dossier = store.dossier(reference).await?;
        let dossier = dossier.ok_or_else(|| OfficeError::Unknown(reference.to_owned()))?;
        expect(&dossier, &[ReleaseState::Staged, ReleaseState::Planned])?;
        let logbook = Logbook::claim(store, reference, WorkPhase::Waiting).await?;
        let logbook = logbook.ok_or_else(|| OfficeError::Busy(reference.to_owned()))?;
        Ok(Self { logbook, reference: reference.to_owned() })
    }

    /// Begins to plan a release; where somebody else seems to plan it, waits a few seconds for their sign of life. The
    /// same step taken again after a kill goes on like that.
    ///
    /// # Errors
    ///
    /// As [`Self::begin`].
    pub async fn begin_again(store: &Store, reference: &str) -> Result<Self, OfficeError> {
        if let Some(before) = at_work(store, reference).await? {
            for _ in 0..SIGNS {
                tokio::time::sleep(BETWEEN_SIGNS).await;
                let now = at_work(store, reference).await?;
                if now.is_some_and(|now| now.touched_on != before.touched_on) {
                    return Err(OfficeError::Busy(reference.to_owned()));
                }
            }
            store.note_work(&Work { phase: WorkPhase::Failed, ..before }).await?;
        }
        Self::begin(store, reference).await
    }

    /// Plans the release, and writes down how it ended. `watched` is told how far it is.
    ///
    /// # Errors
    ///
    /// [`OfficeError`].
    pub async fn go(
        self,
        office: &Office<'_>,
        now: DateTime<Utc>,
        watched: Arc<dyn Progress>,
    ) -> Result<Report, OfficeError> {
        let both = Both { logged: self.logbook.entry(), watched };
        let outcome = office.plan(&self.reference, now, Arc::new(both)).await;
        let fault = outcome.as_ref().err().map(|error| Fault {
            code: error.word().to_owned(),
            french: error.told(Language::French),
            english: error.told(Language::English),
        });
        if let Err(cause) = self.logbook.close(fault).await {
            tracing::error!(%cause, "how a plan ended was not written down");
        }
        outcome
    }
}

/// The plan of a release that has not ended, as far as anybody knows.
async fn at_work(store: &Store, reference: &str) -> Result<Option<Work>, OfficeError> {
    let works = store.works(&[reference.to_owned()]).await?;
    Ok(works.into_iter().find(|work| !work.has_ended()))
}

/// Progress for the logbook and for whoever watches.
struct Both {
    logged: Arc<dyn Progress>,
    watched: Arc<dyn Progress>,
}

impl Progress for Both {
    fn at(&self, phase: Phase, done: u64, all: u64) {
        self.logged.at(phase, done, all);
        self.watched.at(phase, done, all);
    }
}
