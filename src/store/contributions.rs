//! What partners contributed to the urban policy: data and studies that the observatory has seen, and what was recorded.

use std::collections::{BTreeMap, HashMap};

use chrono::{Datelike, NaiveDate};
use entity::{
    contribution, release, study, study_author,
    types::{ContributionKind, StudyStatus},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{Batch, Store, StoreError};

/// How much was contributed, by partner, then by year and kind.
pub type Contributions = HashMap<i32, BTreeMap<(i32, ContributionKind), u32>>;

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
    /// What every partner has contributed; `providers` gives the partner that provides each source. Four statements.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(super) async fn contributions(
        &self,
        providers: &HashMap<i32, i32>,
    ) -> Result<Contributions, StoreError> {
        let mut found = Contributions::new();
        let mut count = |partner_id: i32, on: NaiveDate, kind: ContributionKind| {
            *found.entry(partner_id).or_default().entry((on.year(), kind)).or_default() += 1;
        };
        let releases = release::Entity::find().filter(release::Column::PublishedOn.is_not_null());
        for row in releases.all(&self.db).await? {
            if let (Some(provider), Some(on)) = (providers.get(&row.source_id), row.published_on) {
                count(*provider, on, ContributionKind::Data);
            }
        }
        let studies = study::Entity::find().filter(study::Column::Status.eq(StudyStatus::Published));
        let published: HashMap<i32, NaiveDate> = studies
            .all(&self.db)
            .await?
            .into_iter()
            .filter_map(|row| Some((row.id, row.published_on?)))
            .collect();
        for link in study_author::Entity::find().all(&self.db).await? {
            if let Some(on) = published.get(&link.study_id) {
                count(link.partner_id, *on, ContributionKind::Study);
            }
        }
        for row in contribution::Entity::find().all(&self.db).await? {
            count(row.partner_id, row.on_date, ContributionKind::Analysis);
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
