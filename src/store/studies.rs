//! Studies and what they are about.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::{
    study, study_author, study_citation, study_document, study_indicator, study_territory, study_theme,
    types::{Audience, DocumentKind, StudyKind, StudyStatus, Theme},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QueryTrait};

use sha2::{Digest, Sha256};

use super::{Batch, FigureKey, Store, StoreError};

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
    /// The version that the operator has read and lets go to its group or audience.
    pub reviewed_version: Option<String>,
    /// Subject of the token of the person who drafted it.
    pub drafted_by: Option<String>,
    /// Numbers of the partners that wrote it.
    pub authors: Vec<i32>,
    /// Numbers of the partners who read it once it is submitted.
    pub group: Vec<i32>,
    /// Numbers of the territories that it is about.
    pub territories: Vec<i32>,
    /// Themes.
    pub themes: Vec<Theme>,
    /// Numbers of the indicators that it uses.
    pub indicators: Vec<i32>,
    /// Observations that it quotes, in order.
    pub citations: Vec<Citation>,
    /// Documents, in the order of attachment.
    pub documents: Vec<Document>,
}

/// A document of a study; its bytes are on the shelf, under its reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Reference, drawn at random.
    pub reference: String,
    /// Title.
    pub title: String,
    /// Name of the file.
    pub file_name: String,
    /// What it is.
    pub kind: DocumentKind,
    /// Size, in bytes.
    pub size: i64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub checksum: String,
    /// Numbers that its text says, one a line.
    pub numbers: String,
    /// Whether all that it says was read as text.
    pub read_whole: bool,
    /// Day of attachment.
    pub attached_on: NaiveDate,
}

impl Study {
    /// What it says and is about at this moment, in a word: another title, summary, citation, document or reader makes
    /// another version.
    #[must_use]
    pub fn version(&self) -> String {
        let files: Vec<_> = self
            .documents
            .iter()
            .map(|document| (&document.reference, &document.title, &document.file_name, &document.checksum))
            .collect();
        let said = (&self.reference, self.kind, &self.title, &self.summary, self.audience, files);
        let about = (&self.authors, &self.group, &self.territories, &self.themes, &self.indicators);
        let digest = Sha256::digest(format!("{said:?}{about:?}{:?}", self.citations));
        // All of it: whoever writes a study could find two texts of one shorter version.
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether the operator has read it as it stands.
    #[must_use]
    pub fn is_reviewed(&self) -> bool {
        self.reviewed_version.as_ref().is_some_and(|version| *version == self.version())
    }
}

/// An observation that a study quotes.
pub type Citation = FigureKey;

impl Store {
    /// Every study, in the order of references; the policy decides which of them exist for a viewer.
    /// Seven statements.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(super) async fn studies(&self) -> Result<Vec<Study>, StoreError> {
        studies(&self.db, None).await
    }

    /// Every document of every study, for whoever keeps them.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn documents(&self) -> Result<Vec<Document>, StoreError> {
        let rows =
            study_document::Entity::find().order_by_asc(study_document::Column::Id).all(&self.db).await?;
        Ok(rows.into_iter().map(document).collect())
    }
}

impl Batch {
    /// A study as it stands while nobody else writes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn study(&self, id: i32) -> Result<Option<Study>, StoreError> {
        Ok(studies(&self.transaction, Some(id)).await?.pop())
    }
}

/// Studies with what they are about; one of them alone where a number is given. In an order of their own, whatever the
/// database finds first: the version of a study is of all of it.
async fn studies(on: &impl ConnectionTrait, only: Option<i32>) -> Result<Vec<Study>, StoreError> {
    let rows = study::Entity::find().order_by_asc(study::Column::Reference);
    let rows = rows.apply_if(only, |rows, id| rows.filter(study::Column::Id.eq(id))).all(on).await?;
    let authors = study_author::Entity::find()
        .apply_if(only, |links, id| links.filter(study_author::Column::StudyId.eq(id)))
        .order_by_asc(study_author::Column::PartnerId)
        .all(on)
        .await?;
    let territories = study_territory::Entity::find()
        .apply_if(only, |links, id| links.filter(study_territory::Column::StudyId.eq(id)))
        .order_by_asc(study_territory::Column::TerritoryId)
        .all(on)
        .await?;
    let themes = study_theme::Entity::find()
        .apply_if(only, |links, id| links.filter(study_theme::Column::StudyId.eq(id)))
        .order_by_asc(study_theme::Column::Theme)
        .all(on)
        .await?;
    let indicators = study_indicator::Entity::find()
        .apply_if(only, |links, id| links.filter(study_indicator::Column::StudyId.eq(id)))
        .order_by_asc(study_indicator::Column::IndicatorId)
        .all(on)
        .await?;
    let citations = study_citation::Entity::find()
        .apply_if(only, |links, id| links.filter(study_citation::Column::StudyId.eq(id)))
        .order_by_asc(study_citation::Column::Position)
        .all(on)
        .await?;
    let documents = study_document::Entity::find()
        .apply_if(only, |links, id| links.filter(study_document::Column::StudyId.eq(id)))
        .order_by_asc(study_document::Column::Id)
        .all(on)
        .await?;
    let documents = grouped(documents.into_iter().map(|row| (row.study_id, document(row))));
    let (groups, authors): (Vec<_>, Vec<_>) = authors.into_iter().partition(|link| link.in_group);
    let [authors, groups] = [authors, groups]
        .map(|links| grouped(links.into_iter().map(|link| (link.study_id, link.partner_id))));
    let territories = grouped(territories.into_iter().map(|link| (link.study_id, link.territory_id)));
    let themes = grouped(themes.into_iter().map(|link| (link.study_id, link.theme)));
    let indicators = grouped(indicators.into_iter().map(|link| (link.study_id, link.indicator_id)));
    let citations = grouped(citations.into_iter().map(|link| (link.study_id, citation(&link))));
    let study = |row: study::Model| Study {
        id: row.id,
        reference: row.reference,
        kind: row.kind,
        title: row.title,
        summary: row.summary,
        status: row.status,
        audience: row.audience,
        published_on: row.published_on,
        reviewed_version: row.reviewed_version,
        drafted_by: row.drafted_by,
        authors: of(&authors, row.id),
        group: of(&groups, row.id),
        territories: of(&territories, row.id),
        themes: of(&themes, row.id),
        indicators: of(&indicators, row.id),
        citations: of(&citations, row.id),
        documents: of(&documents, row.id),
    };
    Ok(rows.into_iter().map(study).collect())
}

fn document(row: study_document::Model) -> Document {
    Document {
        reference: row.reference,
        title: row.title,
        file_name: row.file_name,
        kind: row.kind,
        size: row.size,
        checksum: row.checksum,
        numbers: row.numbers,
        read_whole: row.read_whole,
        attached_on: row.attached_on,
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
