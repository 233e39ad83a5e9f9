//! The programme of studies: planned, moved, begun and dropped.

use chrono::NaiveDate;
use entity::types::{PartnerCode, StudyKind};

use super::{About as _, Registrar, RegistrarError};
use crate::{
    auth::policy::{self, CharterAct},
    charter::{CharterRefusal, Given, programme::Facts, study::StudyAct, text},
    store::{Batch, NewPlannedStudy, Study},
};

impl Registrar<'_> {
    /// Puts a study that a partner leads into the programme; gives its reference.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`].
    pub async fn plan_study(
        &self,
        leader: &PartnerCode,
        (kind, title): (StudyKind, &str),
        due_on: NaiveDate,
    ) -> Result<String, RegistrarError> {
        let partner = self.admitted(leader, |partner_id| CharterAct::PlanStudy { partner_id }).await?;
        if !partner.kind.signs() {
            return Err(CharterRefusal::Unknown.into());
        }
        let title = text::line(title).about(Given::Title)?;
        if title.is_empty() {
            return Err((CharterRefusal::TitleMissing, Given::Title).into());
        }
        self.expect_ahead(due_on)?;
        let batch = self.store.writing().await?;
        let new = NewPlannedStudy { kind, title: title.to_owned(), partner_id: partner.id, due_on };
        let reference = batch.plan_study(new).await?;
        batch.commit().await?;
        Ok(reference)
    }

    /// Moves the last day of a study of the programme.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`].
    pub async fn reschedule_study(&self, reference: &str, due_on: NaiveDate) -> Result<(), RegistrarError> {
        let batch = self.store.writing().await?;
        let act = |partner_id| CharterAct::PlanStudy { partner_id };
        let (id, _) = self.open_entry(&batch, reference, act).await?;
        self.expect_ahead(due_on)?;
        batch.reschedule_study(id, due_on).await?;
        Ok(batch.commit().await?)
    }

    /// Drops a study of the programme.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`].
    pub async fn drop_study(&self, reference: &str, reason: &str) -> Result<(), RegistrarError> {
        let batch = self.store.writing().await?;
        let act = |partner_id| CharterAct::PlanStudy { partner_id };
        let (id, _) = self.open_entry(&batch, reference, act).await?;
        let reason = text::text(reason).about(Given::Reason)?;
        if reason.is_empty() {
            return Err((CharterRefusal::ReasonMissing, Given::Reason).into());
        }
        batch.drop_study(id, self.today(), reason).await?;
        Ok(batch.commit().await?)
    }

    /// Says which study a study of the programme became, for those who write for the partner that leads it.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`].
    pub async fn link_study(&self, reference: &str, study: &Study) -> Result<(), RegistrarError> {
        self.expect_author(study).about(Given::Study)?;
        let batch = self.store.writing().await?;
        let act = |partner_id| CharterAct::WriteStudy { partner_id };
        let (id, (kind, partner_id)) = self.open_entry(&batch, reference, act).await?;
        if study.kind != kind || !study.authors.contains(&partner_id) {
            return Err((CharterRefusal::StudyUnfit, Given::Study).into());
        }
        // What was taken back is no study of a programme any more.
        StudyAct::Withdraw.after(batch.study_status(study.id).await?).about(Given::Study)?;
        batch.link_study(id, study.id).await?;
        Ok(batch.commit().await?)
    }

    /// What is there under a reference, still open, and the viewer's: its number, kind and leader.
    async fn open_entry(
        &self,
        batch: &Batch,
        reference: &str,
        act: impl Fn(i32) -> CharterAct,
    ) -> Result<(i32, (StudyKind, i32)), RegistrarError> {
        let (row, study) = batch.planned_study(reference).await?.ok_or(CharterRefusal::Unknown)?;
        if !policy::acts(self.viewer, act(row.partner_id)) {
            return Err(CharterRefusal::Unknown.into());
        }
        let facts = Facts { due_on: row.due_on, study, dropped: row.dropped_on.is_some() };
        facts.expect_open(self.today())?;
        Ok((row.id, (row.kind, row.partner_id)))
    }

    fn expect_ahead(&self, due_on: NaiveDate) -> Result<(), RegistrarError> {
        if due_on < self.today() { Err((CharterRefusal::DayPast, Given::DueOn).into()) } else { Ok(()) }
    }
}
