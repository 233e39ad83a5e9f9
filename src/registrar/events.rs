//! Meetings scheduled and attended, and contributions recorded, each by whoever the policy lets do it.

use chrono::NaiveDate;
use entity::types::PartnerCode;

use super::{About as _, MOST_ITEMS, Registrar, RegistrarError};
use crate::{
    auth::policy::{self, CharterAct},
    charter::{CharterRefusal, Given, event, text},
    store::{Attendance, NewContribution, NewEvent, Partner},
};

impl Registrar<'_> {
    /// Schedules a meeting; gives its reference.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`].
    pub async fn schedule(&self, new: NewEvent) -> Result<String, RegistrarError> {
        if !policy::acts(self.viewer, CharterAct::HoldEvent) {
            return Err(CharterRefusal::Unknown.into());
        }
        let title = title(&new.title).about(Given::Title)?;
        let agenda = text::text(&new.agenda).about(Given::Agenda)?.to_owned();
        let new = NewEvent { title, agenda, ..new };
        if new.studies.len() > MOST_ITEMS {
            return Err((CharterRefusal::TooLong, Given::Studies).into());
        }
        let batch = self.store.writing().await?;
        let reference = batch.add_event(new).await?;
        batch.commit().await?;
        Ok(reference)
    }

    /// Registers whoever asks for a meeting.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`].
    pub async fn register(&self, reference: &str) -> Result<(), RegistrarError> {
        let (Some(member), Some(identity)) = (self.viewer.membership(), self.viewer.identity()) else {
            return Err(CharterRefusal::Unknown.into());
        };
        if !policy::acts(self.viewer, CharterAct::AttendEvent) {
            return Err(CharterRefusal::Unknown.into());
        }
        let batch = self.store.writing().await?;
        let found = batch.event(reference).await?.ok_or(CharterRefusal::Unknown)?;
        let subject = identity.subject.clone();
        let registered = batch.is_registered(found.id, (member.partner_id, &subject)).await?;
        event::register(found.on_date, registered, self.today())?;
        let attendance = Attendance { subject, partner_id: member.partner_id, attended: false };
        batch.add_attendance(found.id, attendance).await?;
        Ok(batch.commit().await?)
    }

    /// Records who of a partner was at a meeting, registered or not; or was not, after all.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`]; [`CharterRefusal::NothingNamed`] without anybody.
    pub async fn attended(
        &self,
        reference: &str,
        partner: &PartnerCode,
        (subjects, there): (&[String], bool),
    ) -> Result<(), RegistrarError> {
        let partner = self.admitted(partner, |_| CharterAct::HoldEvent).await?;
        if subjects.len() > MOST_ITEMS {
            return Err((CharterRefusal::TooLong, Given::Subjects).into());
        }
        let subjects = subjects.iter().map(|subject| text::line(subject)).collect::<Result<Vec<_>, _>>();
        let subjects = subjects.about(Given::Subjects)?;
        if subjects.is_empty() || subjects.contains(&"") {
            return Err((CharterRefusal::NothingNamed, Given::Subjects).into());
        }
        let batch = self.store.writing().await?;
        let found = batch.event(reference).await?.ok_or(CharterRefusal::Unknown).about(Given::Reference)?;
        event::attend(found.on_date, self.today()).about(Given::Reference)?;
        for subject in subjects {
            // A subject is somebody for a partner: the same one of another partner is somebody else.
            if batch.is_registered(found.id, (partner.id, subject)).await? {
                batch.mark_attended(found.id, (partner.id, subject), there).await?;
            } else if there {
                let subject = subject.to_owned();
                let attendance = Attendance { subject, partner_id: partner.id, attended: true };
                batch.add_attendance(found.id, attendance).await?;
            }
        }
        Ok(batch.commit().await?)
    }

    /// Records what a partner contributed and the observatory does not see by itself.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`].
    pub async fn contribute(
        &self,
        partner: &PartnerCode,
        title: &str,
        on: NaiveDate,
    ) -> Result<Partner, RegistrarError> {
        let act = |partner_id| CharterAct::RecordContribution { partner_id };
        let partner = self.admitted(partner, act).await?;
        let Some(identity) = self.viewer.identity() else { return Err(CharterRefusal::Unknown.into()) };
        let title = self::title(title).about(Given::Title)?;
        if on > self.today() {
            return Err((CharterRefusal::DayAhead, Given::ContributedOn).into());
        }
        let new =
            NewContribution { partner_id: partner.id, title, on, recorded_by: identity.subject.clone() };
        let batch = self.store.writing().await?;
        batch.add_contribution(new).await?;
        batch.commit().await?;
        Ok(partner)
    }
}

fn title(words: &str) -> Result<String, CharterRefusal> {
    match text::line(words)? {
        "" => Err(CharterRefusal::TitleMissing),
        title => Ok(title.to_owned()),
    }
}
