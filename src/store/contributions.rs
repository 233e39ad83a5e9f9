//! What partners contributed to the urban policy: data and studies that the observatory has seen, and what was recorded.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use entity::{
    contribution, release, study, study_author,
    types::{ContributionKind, ReleaseState, StudyStatus},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};

use super::{Batch, Store, StoreError};

/// How much was contributed, by partner, then by year and kind.
pub type Contributions = HashMap<i32, BTreeMap<(i32, ContributionKind), u32>>;

/// Something that a partner contributed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// Who contributed.
    pub partner_id: i32,
    /// When.
    pub on: NaiveDate,
    /// What kind of thing.
    pub kind: ContributionKind,
    /// The study, where it is one.
    pub study_id: Option<i32>,
}

/// How much of it there is.
pub fn counted<'a>(all: impl Iterator<Item = &'a Contribution>) -> Contributions {
    let mut found = Contributions::new();
    for one in all {
        *found.entry(one.partner_id).or_default().entry((one.on.year(), one.kind)).or_default() += 1;
    }
    found
}

/// Something that a partner contributed and that the observatory does not see by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewContribution {
    /// Who contributed.
    pub partner_id: i32,
    /// What.
    pub title: String,
    /// When.
    pub on: NaiveDate,
    /// Subject of the token of the person who records it.
    pub recorded_by: String,
}

impl Store {
    /// What every partner has contributed: releases that have reached readers and that nobody has taken back, studies that
    /// are published, and what was recorded. `providers` gives the partner that provides each source. Four statements.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(super) async fn contributions(
        &self,
        providers: &HashMap<i32, i32>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Contribution>, StoreError> {
        let mut found = Vec::new();
        let mut add = |partner_id: i32, on: NaiveDate, kind: ContributionKind, study_id: Option<i32>| {
            found.push(Contribution { partner_id, on, kind, study_id });
        };
        let reached = Condition::any()
            .add(release::Column::EmbargoUntil.is_null())
            .add(release::Column::EmbargoUntil.lte(now));
        let releases = release::Entity::find()
            .filter(release::Column::State.is_in([ReleaseState::Published, ReleaseState::Superseded]))
            .filter(reached);
        for row in releases.all(&self.db).await? {
            if let (Some(provider), Some(on)) = (providers.get(&row.source_id), row.published_on) {
                add(*provider, on, ContributionKind::Data, None);
            }
        }
        let studies = study::Entity::find().filter(study::Column::Status.eq(StudyStatus::Published));
        let published: HashMap<i32, NaiveDate> = studies
            .all(&self.db)
            .await?
            .into_iter()
            .filter_map(|row| Some((row.id, row.published_on?)))
            .collect();
        let written = study_author::Entity::find().filter(study_author::Column::InGroup.eq(false));
        for link in written.all(&self.db).await? {
            if let Some(on) = published.get(&link.study_id) {
                add(link.partner_id, *on, ContributionKind::Study, Some(link.study_id));
            }
        }
        for row in contribution::Entity::find().all(&self.db).await? {
            add(row.partner_id, row.on_date, ContributionKind::Analysis, None);
        }
        Ok(found)
    }
}

impl Batch {
    /// Writes a contribution.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn add_contribution(&self, new: NewContribution) -> Result<(), StoreError> {
        use contribution::{Column, Entity};
        let last = Entity::find().order_by_desc(Column::Id).one(&self.transaction).await?;
        let row = contribution::Model {
            id: last.map_or(0, |row| row.id) + 1,
            partner_id: new.partner_id,
            title: new.title,
            on_date: new.on,
            recorded_by: new.recorded_by,
        };
        self.insert::<contribution::ActiveModel>([row]).await
    }
}
