//! Grants of true numbers that come after a release: it is examined whether it may open them, and opens them or keeps them
//! closed. Its masks stay as they are.

use std::{collections::HashSet, sync::Arc};

use chrono::{DateTime, Utc};
use entity::types::{ReleaseState, WorkPhase};

use super::{
    logbook::Logbook,
    office::{Office, expect, find},
    refusal::OfficeError,
};
use crate::{
    secrecy::{Opened, plan::Unplannable, progress::Progress, reopening::Standing},
    store::{Batch, Dossier, Openings, Store, Unexamined},
};

impl Office<'_> {
    /// Examines every release that is read for every grant that it has not thought of. Says how many were examined. Several
    /// may do so at once: each release is examined by one of them, and one that somebody plans waits.
    ///
    /// # Errors
    ///
    /// [`OfficeError`].
    pub async fn examine(&self, now: DateTime<Utc>) -> Result<usize, OfficeError> {
        let mut examined = 0;
        let mut failed: HashSet<String> = HashSet::new();
        // What was granted meanwhile is seen too; what somebody else is at, or cannot be examined, is left.
        while let Some(next) = next(self.store, self, &failed).await? {
            let Some(logbook) = Logbook::claim(self.store, &next.reference, WorkPhase::Waiting).await? else {
                failed.insert(next.reference);
                continue;
            };
            let outcome = self.examine_one(&next, now, logbook.entry()).await;
            logbook.close(None).await?;
            match outcome {
                Ok(()) => examined += 1,
                Err(cause) => {
                    tracing::error!(%cause, release = next.reference, "a grant was not examined");
                    failed.insert(next.reference);
                }
            }
        }
        Ok(examined)
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
        let (known, granted) = (material.inputs.known.clone(), material.inputs.granted.to(next.partner_id));
        let all = known.and(&granted);
        let batch = self.store.writing().await?;
        let standing = Standing {
            shown: batch.shown_keys(facts.id).await?,
            proofs: batch.proofs_of(self.keyring, facts.id).await?,
        };
        let is_last = batch.is_last_shown(&facts).await?;
        batch.commit().await?;
        // One that is read again, after a later one was taken back, is not examined beside that: the next delivery is planned
        // with all.
        // That a release is closed must not say that its counts are such as would be told: others are closed by lot.
        let by_lot = material.inputs.lot.closes(next.partner_id);
        let holds = is_last && all.covers(&granted) && !by_lot && {
            let against = all.clone();
            let examined =
                tokio::task::spawn_blocking(move || material.holds(&standing, &against, progress.as_ref()));
            match examined.await.or(Err(OfficeError::Interrupted))? {
                Ok(holds) => holds,
                // Counts that are no table any more, by rules that came later, are proved by nothing.
                Err(Unplannable::Unproved(cause)) => {
                    tracing::error!(%cause, reference, "an examination is not proved");
                    false
                }
                Err(_) => false,
            }
        };
        let batch = self.store.writing().await?;
        let dossier = find(&batch, reference).await?;
        expect(&dossier, &[ReleaseState::Published])?;
        if batch.changed_since(&facts, edition).await? || self.read_of(&batch, &dossier).await? != known {
            // Another one came between: it is examined again.
            return Ok(());
        }
        let openings = if holds {
            Openings { open: granted, closed: Opened::default() }
        } else {
            // What is open stays open: it was read.
            Openings {
                open: Opened::default(),
                closed: granted.without(&batch.opened_by(&[facts.id]).await?),
            }
        };
        batch.open_release(facts.id, &openings).await?;
        batch.commit().await?;
        Ok(())
    }

    /// Whether the plan of a release has thought of all true numbers that may have been read of what came before.
    pub(super) async fn knows_who_has_read(
        &self,
        batch: &Batch,
        dossier: &Dossier,
    ) -> Result<bool, OfficeError> {
        let own = batch.opened_by(&[dossier.release.id]).await?;
        Ok(own.covers(&self.read_of(batch, dossier).await?))
    }

    /// True numbers that may have been read of a release, once it is read, and of those that came before.
    pub(super) async fn read_of(&self, batch: &Batch, dossier: &Dossier) -> Result<Opened, OfficeError> {
        let before = batch.shown_before(&dossier.release).await?;
        let mut ids: Vec<i32> = before.iter().map(|before| before.release.id).collect();
        if dossier.release.state == ReleaseState::Published {
            ids.push(dossier.release.id);
        }
        Ok(batch.opened_by(&ids).await?)
    }
}

/// The first release to examine that did not fail.
async fn next(
    store: &Store,
    office: &Office<'_>,
    failed: &HashSet<String>,
) -> Result<Option<Unexamined>, OfficeError> {
    let mut waiting = store.unexamined(office.gazetteer).await?.into_iter();
    Ok(waiting.find(|waiting| !failed.contains(&waiting.reference)))
}
