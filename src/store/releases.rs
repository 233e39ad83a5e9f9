//! Releases: what is published of which source, and since when.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    release, release_opening,
    types::{Period, ReleaseState},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{Store, StoreError};

/// One publication of a source for one period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Number.
    pub id: i32,
    /// Reference.
    pub reference: String,
    /// Source.
    pub source_id: i32,
    /// Year that it describes.
    pub period: Period,
    /// Where it stands.
    pub state: ReleaseState,
    /// Year whose 1 January geography it uses.
    pub geography_vintage: i32,
    /// Day of publication.
    pub published_on: Option<NaiveDate>,
    /// Nobody without the right sees it before.
    pub embargo_until: Option<DateTime<Utc>>,
}

impl Release {
    /// Whether the release is still under embargo.
    #[must_use]
    pub fn embargoed(&self, now: DateTime<Utc>) -> bool {
        self.embargo_until.is_some_and(|until| now < until)
    }
}

impl Store {
    /// Every published release, in the order of numbers. One statement.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(super) async fn published_releases(&self) -> Result<Vec<Release>, StoreError> {
        let rows = release::Entity::find()
            .filter(release::Column::State.eq(ReleaseState::Published))
            .order_by_asc(release::Column::Id)
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(Release::from).collect())
    }
}

impl Store {
    /// Which territories' true numbers these releases open to holders of grants. One statement.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(super) async fn openings(&self, releases: &HashSet<i32>) -> Result<HashSet<(i32, i32)>, StoreError> {
        let rows = release_opening::Entity::find()
            .filter(release_opening::Column::ReleaseId.is_in(releases.iter().copied()))
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(|row| (row.release_id, row.territory_id)).collect())
    }
}

impl From<release::Model> for Release {
    fn from(row: release::Model) -> Self {
        Self {
            id: row.id,
            reference: row.reference,
            source_id: row.source_id,
            period: row.period,
            state: row.state,
            geography_vintage: row.geography_vintage,
            published_on: row.published_on,
            embargo_until: row.embargo_until,
        }
    }
}
