//! The programme of studies.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::{
    planned_study,
    types::{PartnerKind, PlannedStudyState, StudyKind, StudyStatus},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};

use super::{Batch, Partner, Reading, Store, StoreError, Study, loaders::Shared};
use crate::{
    auth::policy,
    charter::programme::{Candidate, Facts, Obligation, obligation},
};

/// A study of the programme, as whoever asks may know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedStudy {
    /// Reference.
    pub reference: String,
    /// Kind of study.
    pub kind: StudyKind,
    /// Title; none where nobody planned it and a rule asks for it.
    pub title: Option<String>,
    /// Whether a rule asks for it.
    pub required: bool,
    /// Number of the partner that leads it.
    pub partner_id: i32,
    /// Last day on which it is in time.
    pub due_on: NaiveDate,
    /// Where it stands.
    pub state: PlannedStudyState,
    /// Number of the study that it became, where that exists for whoever asks.
    pub study_id: Option<i32>,
    /// Why it was dropped.
    pub drop_reason: Option<String>,
}

/// A study that is planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPlannedStudy {
    /// Kind of study.
    pub kind: StudyKind,
    /// Title.
    pub title: String,
    /// Number of the partner that leads it.
    pub partner_id: i32,
    /// Last day on which it is in time.
    pub due_on: NaiveDate,
}

impl Reading {
    /// The programme, what is due first: what was planned, and what rules ask of signatories. Who plans what a rule asks for
    /// has it once, as planned, and it stays what the rule asks for. None of it for those among whom studies do not
    /// circulate. What is not theirs of studies does not show in it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn programme(&self) -> Result<Vec<PlannedStudy>, Shared> {
        if !policy::among_signatories(self.viewer()) {
            return Ok(Vec::new());
        }
        let today = self.viewer().today();
        let rows = self.store().planned_studies().await?;
        let studies: HashMap<i32, &Study> =
            self.studies().await?.iter().map(|study| (study.id, &**study)).collect();
        let mut found: Vec<PlannedStudy> = rows.iter().map(|row| told(row, &studies, today)).collect();
        let partners = self.partners().await?;
        let ids: Vec<i32> = partners.iter().map(|partner| partner.id).collect();
        let signed = self.store().signatures(&ids, today).await?;
        for partner in partners.iter().filter(|partner| signed.contains_key(&partner.id)) {
            let Some(owed) = obligation(partner.kind, today) else { continue };
            let study = self.fulfils(&owed, (partner, partners), studies.values().copied());
            match planning(&owed, partner, &mut found) {
                Some(entry) => require(entry, study, today),
                None => found.push(required(&owed, partner, study, today)),
            }
        }
        found.sort_by(|one, other| (one.due_on, &one.reference).cmp(&(other.due_on, &other.reference)));
        Ok(found)
    }

    /// The study by which a partner did what it owes, as far as it can be told: the first that was published, or the latest
    /// that is being written.
    fn fulfils<'s>(
        &self,
        owed: &Obligation,
        (partner, partners): (&Partner, &[Partner]),
        studies: impl Iterator<Item = &'s Study>,
    ) -> Option<&'s Study> {
        let territories = self.gazetteer().closure(partner.territories.iter().copied());
        let with_it = |author: &i32| {
            let own_commune = |other: &Partner| {
                let inside = other.territories.iter().all(|territory| territories.contains(territory));
                other.id == *author && other.kind == PartnerKind::Commune && inside
            };
            *author == partner.id || partners.iter().any(own_commune)
        };
        let meets = |study: &&Study| {
            let own = study.authors.contains(&partner.id) && study.authors.iter().all(with_it);
            let Study { kind, status, published_on, .. } = **study;
            owed.is_met_by(&Candidate { kind, title: &study.title, status, published_on, own })
        };
        let (published, others): (Vec<&Study>, Vec<&Study>) =
            studies.filter(meets).partition(|study| study.status == StudyStatus::Published);
        let first = published.into_iter().min_by_key(|study| (study.published_on, study.id));
        first.or_else(|| others.into_iter().max_by_key(|study| study.id))
    }
}

fn told(row: &planned_study::Model, studies: &HashMap<i32, &Study>, today: NaiveDate) -> PlannedStudy {
    let study = row.study_id.and_then(|id| studies.get(&id));
    let facts = Facts {
        due_on: row.due_on,
        study: study.map(|study| study.status),
        dropped: row.dropped_on.is_some(),
    };
    PlannedStudy {
        reference: row.reference.clone(),
        kind: row.kind,
        title: Some(row.title.clone()),
        required: false,
        partner_id: row.partner_id,
        due_on: row.due_on,
        state: facts.state(today),
        study_id: study.map(|study| study.id),
        drop_reason: row.drop_reason.clone(),
    }
}

/// What a partner planned of what it owes: what has begun as far as whoever asks may know, or what is due first.
fn planning<'f>(
    owed: &Obligation,
    partner: &Partner,
    found: &'f mut [PlannedStudy],
) -> Option<&'f mut PlannedStudy> {
    let plans = |entry: &&mut PlannedStudy| {
        let title = entry.title.as_deref();
        entry.partner_id == partner.id
            && entry.state != PlannedStudyState::Dropped
            && title.is_some_and(|title| owed.is_planned_by(entry.kind, title, entry.due_on))
    };
    let first = |entry: &&mut PlannedStudy| (entry.study_id.is_none(), entry.due_on, entry.reference.clone());
    found.iter_mut().filter(plans).min_by_key(first)
}

/// What was planned is what a rule asks for: as long as nobody said which study it became, it is the one that can be told.
fn require(entry: &mut PlannedStudy, study: Option<&Study>, today: NaiveDate) {
    entry.required = true;
    if entry.study_id.is_none() {
        let facts = Facts { due_on: entry.due_on, study: study.map(|study| study.status), dropped: false };
        entry.state = facts.state(today);
        entry.study_id = study.map(|study| study.id);
    }
}

fn required(owed: &Obligation, partner: &Partner, study: Option<&Study>, today: NaiveDate) -> PlannedStudy {
    let facts = Facts { due_on: owed.due_on, study: study.map(|study| study.status), dropped: false };
    PlannedStudy {
        reference: format!("{}-{}-{}", owed.kind, owed.due_on.format("%Y"), partner.code),
        kind: owed.kind,
        title: None,
        required: true,
        partner_id: partner.id,
        due_on: owed.due_on,
        state: facts.state(today),
        study_id: study.map(|study| study.id),
        drop_reason: None,
    }
}

impl Store {
    async fn planned_studies(&self) -> Result<Vec<planned_study::Model>, StoreError> {
        Ok(planned_study::Entity::find().order_by_asc(planned_study::Column::Id).all(&self.db).await?)
    }
}

impl Batch {
    /// Writes a study into the programme, under the next free number and reference.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn plan_study(&self, new: NewPlannedStudy) -> Result<String, StoreError> {
        use planned_study::{ActiveModel, Column, Entity, Model};
        let last = Entity::find().order_by_desc(Column::Id).one(&self.transaction).await?;
        let id = last.map_or(0, |row| row.id) + 1;
        let reference = format!("PROGRAMME-{id:06}");
        let row = Model {
            id,
            reference: reference.clone(),
            kind: new.kind,
            title: new.title,
            partner_id: new.partner_id,
            due_on: new.due_on,
            study_id: None,
            dropped_on: None,
            drop_reason: None,
        };
        self.insert::<ActiveModel>([row]).await?;
        Ok(reference)
    }

    /// A study of the programme by its reference, with where the study that it became stands.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn planned_study(
        &self,
        reference: &str,
    ) -> Result<Option<(planned_study::Model, Option<StudyStatus>)>, StoreError> {
        let found = planned_study::Entity::find().filter(planned_study::Column::Reference.eq(reference));
        let Some(row) = found.one(&self.transaction).await? else { return Ok(None) };
        let status = match row.study_id {
            Some(id) => Some(self.study_status(id).await?),
            None => None,
        };
        Ok(Some((row, status)))
    }

    /// Moves the last day of a study of the programme.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn reschedule_study(&self, id: i32, due_on: NaiveDate) -> Result<(), StoreError> {
        let set = planned_study::Entity::update_many();
        let set = set.col_expr(planned_study::Column::DueOn, Expr::value(due_on));
        set.filter(planned_study::Column::Id.eq(id)).exec(&self.transaction).await?;
        Ok(())
    }

    /// Says which study a study of the programme became.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn link_study(&self, id: i32, study_id: i32) -> Result<(), StoreError> {
        let set = planned_study::Entity::update_many();
        let set = set.col_expr(planned_study::Column::StudyId, Expr::value(study_id));
        set.filter(planned_study::Column::Id.eq(id)).exec(&self.transaction).await?;
        Ok(())
    }

    /// Drops a study of the programme.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn drop_study(&self, id: i32, on: NaiveDate, reason: &str) -> Result<(), StoreError> {
        let set = planned_study::Entity::update_many();
        let set = set
            .col_expr(planned_study::Column::DroppedOn, Expr::value(on))
            .col_expr(planned_study::Column::DropReason, Expr::value(reason));
        set.filter(planned_study::Column::Id.eq(id)).exec(&self.transaction).await?;
        Ok(())
    }
}
