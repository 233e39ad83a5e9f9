//! Studies and what they are about.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::{
    study, study_author, study_citation, study_indicator, study_territory, study_theme,
    types::{Audience, StudyKind, StudyStatus, Theme},
};
use sea_orm::{EntityTrait, QueryOrder};

use super::{FigureKey, Store, StoreError};

/// A study with what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Study {
    /// Number.
    pub id: i32,
    /// Reference.
    pub reference: String,
    /// Kind.
    pub kind: StudyKind,
    /// Title.
    pub title: String,
    /// Summary.
    pub summary: Option<String>,
    /// Where it stands.
    pub status: StudyStatus,
    /// Whom it may reach.
    pub audience: Audience,
    /// Day of publication.
    pub published_on: Option<NaiveDate>,
    /// Numbers of the partners that wrote it.
    pub authors: Vec<i32>,
    /// Numbers of the territories that it is about.
    pub territories: Vec<i32>,
    /// Themes.
    pub themes: Vec<Theme>,
    /// Numbers of the indicators that it uses.
    pub indicators: Vec<i32>,
    /// Observations that it quotes, in order.
    pub citations: Vec<Citation>,
}

/// An observation that a study quotes.
pub type Citation = FigureKey;

impl Store {
    /// Every study, in the order of references; the policy decides which of them exist for a viewer.
    /// Six statements.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(super) async fn studies(&self) -> Result<Vec<Study>, StoreError> {
        let rows = study::Entity::find().order_by_asc(study::Column::Reference).all(&self.db).await?;
        let authors = study_author::Entity::find().all(&self.db).await?;
        let territories = study_territory::Entity::find().all(&self.db).await?;
        let themes = study_theme::Entity::find().all(&self.db).await?;
        let indicators = study_indicator::Entity::find().all(&self.db).await?;
        let citations = study_citation::Entity::find()
            .order_by_asc(study_citation::Column::Position)
            .all(&self.db)
            .await?;
        let authors = grouped(authors.into_iter().map(|link| (link.study_id, link.partner_id)));
        let territories = grouped(territories.into_iter().map(|link| (link.study_id, link.territory_id)));
        let themes = grouped(themes.into_iter().map(|link| (link.study_id, link.theme)));
        let indicators = grouped(indicators.into_iter().map(|link| (link.study_id, link.indicator_id)));
        let citations = grouped(citations.into_iter().map(|link| (link.study_id, citation(&link))));
        Ok(rows
            .into_iter()
            .map(|row| Study {
                id: row.id,
                reference: row.reference,
                kind: row.kind,
                title: row.title,
                summary: row.summary,
                status: row.status,
                audience: row.audience,
                published_on: row.published_on,
                authors: of(&authors, row.id),
                territories: of(&territories, row.id),
                themes: of(&themes, row.id),
                indicators: of(&indicators, row.id),
                citations: of(&citations, row.id),
            })
            .collect())
    }
}

fn citation(row: &study_citation::Model) -> Citation {
    FigureKey {
        indicator_id: row.indicator_id,
        territory_id: row.territory_id,
        period: row.period,
        breakdown_id: row.breakdown_id,
    }
}

fn grouped<T>(pairs: impl Iterator<Item = (i32, T)>) -> HashMap<i32, Vec<T>> {
    let mut groups: HashMap<i32, Vec<T>> = HashMap::new();
    for (key, value) in pairs {
        groups.entry(key).or_default().push(value);
    }
    groups
}

fn of<T: Clone>(groups: &HashMap<i32, Vec<T>>, key: i32) -> Vec<T> {
    groups.get(&key).cloned().unwrap_or_default()
}
