//! What was read of the database and has not changed since: rights, agreements, releases, never a figure of the vault.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use entity::types::PartnerCode;

use super::{
    Agreement, Partner, Store, Study,
    geometries::Contours,
    loaders::Shared,
    releases::Edition,
    revision::{Kept, Revision, Watch},
    rights::Footing,
};
use crate::{
    auth::{Identity, SourceTerms},
    catalogue::Catalogue,
    geography::Gazetteer,
};

/// Most bearers of tokens whose rights are kept.
const MOST_BEARERS: usize = 2_000;
/// Days of which the terms of sources are kept: today, and yesterday while a request of it lasts.
const MOST_DAYS: usize = 4;

/// Who asks, as far as rights depend on it, and on which day.
type Bearer = (PartnerCode, String, Option<String>, NaiveDate);

fn bearer(identity: &Identity, day: NaiveDate) -> Bearer {
    (identity.partner.clone(), identity.subject.clone(), identity.client.clone(), day)
}

/// What was read of the database and has not changed since.
pub(super) struct Memory {
    pub(super) watch: Watch,
    footings: Kept<Bearer, Option<Footing>>,
    terms: Kept<NaiveDate, HashMap<i32, SourceTerms>>,
    editions: Kept<(), Edition>,
    partners: Kept<(), Vec<Partner>>,
    agreements: Kept<(), Vec<Agreement>>,
    studies: Kept<(), Vec<Arc<Study>>>,
    contours: Contours,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            watch: Watch::default(),
            footings: Kept::new(MOST_BEARERS),
            terms: Kept::new(MOST_DAYS),
            editions: Kept::new(1),
            partners: Kept::new(1),
            agreements: Kept::new(1),
            studies: Kept::new(1),
            contours: Contours::default(),
        }
    }
}

/// The store as it is at one revision, or later where it changes meanwhile.
impl Store {
    /// Where the bearer of a token stands on a day; none where there is no such organisation.
    ///
    /// # Errors
    ///
    /// [`StoreError`](super::StoreError).
    pub async fn footing_at(
        &self,
        revision: Revision,
        identity: &Identity,
        day: NaiveDate,
        gazetteer: &Gazetteer,
    ) -> Result<Arc<Option<Footing>>, Shared> {
        let read = self.footing(identity, day, gazetteer);
        Ok(self.memory.footings.or_read(revision, bearer(identity, day), read).await?)
    }

    /// The same where it is known already.
    pub fn known_footing(
        &self,
        revision: Revision,
        identity: &Identity,
        day: NaiveDate,
    ) -> Option<Arc<Option<Footing>>> {
        self.memory.footings.get(revision, &bearer(identity, day))
    }

    pub(super) async fn terms_at(
        &self,
        revision: Revision,
        catalogue: &Catalogue,
        day: NaiveDate,
    ) -> Result<Arc<HashMap<i32, SourceTerms>>, Shared> {
        let read = async {
            let agreements = self.agreements_at(revision).await?;
            Ok::<_, Shared>(super::rights::source_terms(&agreements, catalogue, day))
        };
        self.memory.terms.or_read(revision, day, read).await
    }

    pub(super) async fn current_at(&self, revision: Revision) -> Result<Arc<Edition>, Shared> {
        Ok(self.memory.editions.or_read(revision, (), self.current()).await?)
    }

    /// How many of the releases that are read are under embargo at a moment: at one revision, the same number says the same ones.
    ///
    /// # Errors
    ///
    /// [`StoreError`](super::StoreError).
    pub async fn embargoed_at(&self, revision: Revision, now: DateTime<Utc>) -> Result<usize, Shared> {
        Ok(self.current_at(revision).await?.embargoed(now))
    }

    /// The same where the releases are known already.
    pub fn known_embargoed(&self, revision: Revision, now: DateTime<Utc>) -> Option<usize> {
        Some(self.memory.editions.get(revision, &())?.embargoed(now))
    }

    pub(super) async fn partners_at(&self, revision: Revision) -> Result<Arc<Vec<Partner>>, Shared> {
        Ok(self.memory.partners.or_read(revision, (), self.partners()).await?)
    }

    pub(super) async fn agreements_at(&self, revision: Revision) -> Result<Arc<Vec<Agreement>>, Shared> {
        Ok(self.memory.agreements.or_read(revision, (), self.agreements()).await?)
    }

    pub(super) fn contours(&self) -> &Contours {
        &self.memory.contours
    }

    pub(super) async fn studies_at(&self, revision: Revision) -> Result<Arc<Vec<Arc<Study>>>, Shared> {
        let read = async { Ok::<_, Shared>(self.studies().await?.into_iter().map(Arc::new).collect()) };
        self.memory.studies.or_read(revision, (), read).await
    }
}
