//! What is written of studies: drafts, and where they stand.

use chacha20poly1305::aead::{OsRng, rand_core::RngCore as _};
use chrono::NaiveDate;
use entity::{
    study, study_author, study_citation, study_document, study_indicator, study_territory, study_theme,
    types::{Audience, StudyKind, StudyStatus, Theme},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use super::{Batch, Citation, Document, StoreError};

/// What a study says and is about, as its authors write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StudyDraft {
    /// Kind.
    pub kind: StudyKind,
    /// Title.
    pub title: String,
    /// Summary.
    pub summary: Option<String>,
    /// Whom it may reach.
    pub audience: Audience,
    /// Numbers of the partners that write it beside the one that drafts it.
    pub authors: Vec<i32>,
    /// Numbers of the partners who read it once it is submitted.
    pub group: Vec<i32>,
    /// Numbers of the territories that it is about.
    pub territories: Vec<i32>,
    /// Themes.
    pub themes: Vec<Theme>,
    /// Numbers of the indicators that it uses, those of its citations among them.
    pub indicators: Vec<i32>,
    /// Observations that it quotes, in order.
    pub citations: Vec<Citation>,
}

impl Batch {
    /// Writes a new study down as a draft of a partner, by the subject of who drafts it; gives its reference.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn add_study(
        &self,
        (partner_id, subject): (i32, &str),
        draft: StudyDraft,
    ) -> Result<String, StoreError> {
        let last = study::Entity::find().order_by_desc(study::Column::Id).one(&self.transaction).await?;
        let id = last.map_or(0, |row| row.id) + 1;
        let reference = format!("ETUDE-{}", random_code());
        let row = study::Model {
            id,
            reference: reference.clone(),
            kind: draft.kind,
            title: draft.title.clone(),
            summary: draft.summary.clone(),
            status: StudyStatus::Draft,
            audience: draft.audience,
            published_on: None,
            reviewed_version: None,
            drafted_by: Some(subject.to_owned()),
        };
        self.insert::<study::ActiveModel>([row]).await?;
        self.insert::<study_author::ActiveModel>([study_author::Model {
            study_id: id,
            partner_id,
            in_group: false,
        }])
        .await?;
        self.add_subjects(id, draft).await?;
        Ok(reference)
    }

    /// Writes anew what a study says and is about; whoever wrote it stays an author.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn rewrite_study(&self, id: i32, draft: StudyDraft) -> Result<(), StoreError> {
        let on = &self.transaction;
        let row = study::ActiveModel {
            id: Set(id),
            kind: Set(draft.kind),
            title: Set(draft.title.clone()),
            summary: Set(draft.summary.clone()),
            audience: Set(draft.audience),
            reviewed_version: Set(None),
            ..Default::default()
        };
        study::Entity::update(row).exec(on).await?;
        study_territory::Entity::delete_many()
            .filter(study_territory::Column::StudyId.eq(id))
            .exec(on)
            .await?;
        study_theme::Entity::delete_many().filter(study_theme::Column::StudyId.eq(id)).exec(on).await?;
        study_indicator::Entity::delete_many()
            .filter(study_indicator::Column::StudyId.eq(id))
            .exec(on)
            .await?;
        study_citation::Entity::delete_many().filter(study_citation::Column::StudyId.eq(id)).exec(on).await?;
        self.add_subjects(id, draft).await
    }

    /// Writes a document of a study down; its bytes are on the shelf already.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn add_document(&self, study_id: i32, document: Document) -> Result<(), StoreError> {
        let last = study_document::Entity::find().order_by_desc(study_document::Column::Id);
        let id = last.one(&self.transaction).await?.map_or(0, |row| row.id) + 1;
        let Document { reference, title, file_name, kind, size, checksum, numbers, read_whole, attached_on } =
            document;
        let row = study_document::Model {
            id,
            study_id,
            reference,
            title,
            file_name,
            kind,
            size,
            checksum,
            numbers,
            read_whole,
            attached_on,
        };
        self.insert::<study_document::ActiveModel>([row]).await
    }

    /// Takes a document of a study off the list; whether it was there.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn remove_document(&self, study_id: i32, reference: &str) -> Result<bool, StoreError> {
        let removed = study_document::Entity::delete_many()
            .filter(study_document::Column::StudyId.eq(study_id))
            .filter(study_document::Column::Reference.eq(reference))
            .exec(&self.transaction)
            .await?;
        Ok(removed.rows_affected > 0)
    }

    async fn add_subjects(&self, study_id: i32, draft: StudyDraft) -> Result<(), StoreError> {
        study_author::Entity::delete_many()
            .filter(study_author::Column::StudyId.eq(study_id))
            .filter(study_author::Column::InGroup.eq(true))
            .exec(&self.transaction)
            .await?;
        let there: Vec<i32> = study_author::Entity::find()
            .select_only()
            .column(study_author::Column::PartnerId)
            .filter(study_author::Column::StudyId.eq(study_id))
            .into_tuple()
            .all(&self.transaction)
            .await?;
        let authors = distinct(draft.authors).into_iter();
        let authors: Vec<i32> = authors.filter(|partner_id| !there.contains(partner_id)).collect();
        // Authors read it all the same.
        let group = distinct(draft.group).into_iter();
        let group: Vec<i32> = group.filter(|id| !there.contains(id) && !authors.contains(id)).collect();
        for (partners, in_group) in [(authors, false), (group, true)] {
            let links = partners.into_iter();
            let links = links.map(|partner_id| study_author::Model { study_id, partner_id, in_group });
            self.insert::<study_author::ActiveModel>(links).await?;
        }
        let territories = distinct(draft.territories).into_iter();
        self.insert::<study_territory::ActiveModel>(
            territories.map(|territory_id| study_territory::Model { study_id, territory_id }),
        )
        .await?;
        let themes = distinct(draft.themes).into_iter();
        self.insert::<study_theme::ActiveModel>(themes.map(|theme| study_theme::Model { study_id, theme }))
            .await?;
        let cited = draft.citations.iter().map(|citation| citation.indicator_id);
        let indicators = distinct(draft.indicators.iter().copied().chain(cited).collect()).into_iter();
        self.insert::<study_indicator::ActiveModel>(
            indicators.map(|indicator_id| study_indicator::Model { study_id, indicator_id }),
        )
        .await?;
        let citations = (0..).zip(draft.citations).map(|(position, cited)| study_citation::Model {
            study_id,
            position,
            indicator_id: cited.indicator_id,
            territory_id: cited.territory_id,
            period: cited.period,
            breakdown_id: cited.breakdown_id,
        });
        self.insert::<study_citation::ActiveModel>(citations).await
    }

    /// Where a study stands, read where nobody else writes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`], [`StoreError::Inconsistent`] when it is gone.
    pub(crate) async fn study_status(&self, id: i32) -> Result<StudyStatus, StoreError> {
        let row = study::Entity::find_by_id(id).one(&self.transaction).await?;
        row.map(|row| row.status).ok_or_else(|| StoreError::Inconsistent(format!("study {id}")))
    }

    /// Writes down which version of a study the operator has read.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn set_reviewed_version(&self, id: i32, version: &str) -> Result<(), StoreError> {
        study::Entity::update_many()
            .col_expr(study::Column::ReviewedVersion, Expr::value(version))
            .filter(study::Column::Id.eq(id))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }

    /// Writes where a study stands from now on.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn set_study_status(
        &self,
        id: i32,
        status: StudyStatus,
        published_on: Option<NaiveDate>,
    ) -> Result<(), StoreError> {
        study::Entity::update_many()
            .col_expr(study::Column::Status, Expr::value(status))
            .col_expr(study::Column::PublishedOn, Expr::value(published_on))
            .filter(study::Column::Id.eq(id))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }
}

/// Eight letters and digits that nobody takes for one another, drawn at random: a reference tells nothing of how many
/// others there are.
fn random_code() -> String {
    const LETTERS: [char; 32] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K',
        'M', 'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
    ];
    let mut bytes = [0; 8];
    OsRng.fill_bytes(&mut bytes);
    bytes.iter().map(|byte| LETTERS[usize::from(byte % 32)]).collect()
}

fn distinct<T: Ord>(mut all: Vec<T>) -> Vec<T> {
    all.sort_unstable();
    all.dedup();
    all
}
