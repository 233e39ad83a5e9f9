//! Grants of true numbers that come after a release: it is examined which of its figures are bound to one another, by what
//! everybody sees of it alone. What somebody is told is decided by that as they ask. Its masks stay as they are.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use entity::types::{ReleaseState, WorkPhase};

use super::{
    logbook::Logbook,
    office::{Office, expect, find},
    refusal::OfficeError,
};
use crate::{
    secrecy::{
        Components,
        progress::{Phase, Progress},
    },
    store::Unexamined,
};

/// What an examination did.
#[derive(Debug, Default)]
pub struct Examined {
    /// How many releases were examined.
    pub done: usize,
    /// Those that were left, by reference: with why they cannot be examined, or none where somebody else is at them.
    pub left: BTreeMap<String, Option<OfficeError>>,
}

impl Office<'_> {
    /// Examines every release that is read, of a source of which true numbers are granted, and that was not examined yet. Several
    /// may do so at once: each release is examined by one of them, and one that somebody plans waits.
    ///
    /// # Errors
    ///
    /// [`OfficeError`].
    pub async fn examine(&self, now: DateTime<Utc>) -> Result<Examined, OfficeError> {
        let Examined { mut done, mut left } = Examined::default();
        // What was granted meanwhile is seen too; what somebody else is at, or cannot be examined, is left.
        while let Some(next) = next(self, &left, now).await? {
            let Some(logbook) = Logbook::claim(self.store, &next.reference, WorkPhase::Waiting).await? else {
                left.insert(next.reference, None);
                continue;
            };
            let outcome = self.examine_one(&next, now, logbook.entry()).await;
            logbook.close(None).await?;
            match outcome {
                Ok(()) => done += 1,
                Err(cause) => {
                    left.insert(next.reference, Some(cause));
                }
            }
        }
        Ok(Examined { done, left })
    }

    async fn examine_one(
        &self,
        next: &Unexamined,
        now: DateTime<Utc>,
        progress: Arc<dyn Progress>,
    ) -> Result<(), OfficeError> {
        let reference = next.reference.as_str();
        let (material, _, edition) = self.material(reference, &[ReleaseState::Published], now).await?;
        let facts = material.staged.facts.clone();
        let batch = self.store.writing().await?;
        let shown = batch.shown_keys(facts.id).await?;
        let is_last = batch.is_last_shown(&facts).await?;
        batch.commit().await?;
        progress.at(Phase::Checking, 0, 1);
        let components = tokio::task::spawn_blocking(move || material.components(&shown)).await;
        let components = components.or(Err(OfficeError::Interrupted))?;
        progress.at(Phase::Checking, 1, 1);
        let batch = self.store.writing().await?;
        let dossier = find(&batch, reference).await?;
        expect(&dossier, &[ReleaseState::Published])?;
        if batch.changed_since(&facts, edition).await? {
            // Another one came between: it is examined again.
            return Ok(());
        }
        // One that is read again, after a later one was taken back, opens nothing beside that. Nor do counts that are no table
        // any more, by rules that came later.
        let components = components.ok().filter(|_| is_last).unwrap_or_else(Components::closed);
        batch.keep_components(facts.id, &components).await?;
        batch.commit().await?;
        Ok(())
    }
}

/// The first release to examine that was not left.
async fn next(
    office: &Office<'_>,
    left: &BTreeMap<String, Option<OfficeError>>,
    now: DateTime<Utc>,
) -> Result<Option<Unexamined>, OfficeError> {
    let mut waiting = office.store.unexamined(office.gazetteer, now.date_naive()).await?.into_iter();
    Ok(waiting.find(|waiting| !left.contains_key(&waiting.reference)))
}
