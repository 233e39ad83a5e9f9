//! Meetings of the signatories, and who is registered for them.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::{event, event_attendance, event_study, types::EventKind};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};

use super::{Batch, Store, StoreError};

/// A meeting of the signatories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Number.
    pub id: i32,
    /// Reference.
    pub reference: String,
    /// What it is for.
    pub kind: EventKind,
    /// Title.
    pub title: String,
    /// Agenda.
    pub agenda: String,
    /// Day.
    pub on: NaiveDate,
    /// Numbers of the studies that it is about.
    pub studies: BTreeSet<i32>,
    /// Who is registered, in the order of subjects; the same subject of two partners is two people.
    pub attendances: Vec<Attendance>,
}

/// Somebody who is registered for a meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendance {
    /// Subject of the person's tokens.
    pub subject: String,
    /// Whom the person is there for.
    pub partner_id: i32,
    /// Whether the person was there.
    pub attended: bool,
}

/// A meeting that is scheduled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// What it is for.
    pub kind: EventKind,
    /// Title.
    pub title: String,
    /// Agenda.
    pub agenda: String,
    /// Day.
    pub on: NaiveDate,
    /// Numbers of the studies that it is about.
    pub studies: BTreeSet<i32>,
}

impl Store {
    /// Every meeting, the latest first. Three statements.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(super) async fn events(&self) -> Result<Vec<Event>, StoreError> {
        use event::Column;
        let rows = event::Entity::find().order_by_desc(Column::OnDate).order_by_desc(Column::Id);
        let rows = rows.all(&self.db).await?;
        let studies = event_study::Entity::find().all(&self.db).await?;
        let ordered = event_attendance::Entity::find()
            .order_by_asc(event_attendance::Column::Subject)
            .order_by_asc(event_attendance::Column::PartnerId);
        let attendances = ordered.all(&self.db).await?;
        let event = |row: event::Model| Event {
            studies: studies
                .iter()
                .filter(|link| link.event_id == row.id)
                .map(|link| link.study_id)
                .collect(),
            attendances: attendances
                .iter()
                .filter(|link| link.event_id == row.id)
                .map(|link| Attendance {
                    subject: link.subject.clone(),
                    partner_id: link.partner_id,
                    attended: link.attended,
                })
                .collect(),
            id: row.id,
            reference: row.reference,
            kind: row.kind,
            title: row.title,
            agenda: row.agenda,
            on: row.on_date,
        };
        Ok(rows.into_iter().map(event).collect())
    }

    /// The last day up to `day` on which somebody attended a training for a partner. One statement.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(super) async fn trained_on(
        &self,
        subject: &str,
        partner_id: i32,
        day: NaiveDate,
    ) -> Result<Option<NaiveDate>, StoreError> {
        use event_attendance::Column;
        let attended = event_attendance::Entity::find()
            .select_only()
            .column(Column::EventId)
            .filter(Column::Subject.eq(subject))
            .filter(Column::PartnerId.eq(partner_id))
            .filter(Column::Attended.eq(true));
        let last = event::Entity::find()
            .filter(event::Column::Id.in_subquery(sea_orm::QueryTrait::into_query(attended)))
            .filter(event::Column::Kind.eq(EventKind::Training))
            .filter(event::Column::OnDate.lte(day))
            .order_by_desc(event::Column::OnDate)
            .one(&self.db)
            .await?;
        Ok(last.map(|row| row.on_date))
    }
}

impl Batch {
    /// Writes a meeting, under the next free number and reference.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn add_event(&self, new: NewEvent) -> Result<String, StoreError> {
        let last = event::Entity::find().order_by_desc(event::Column::Id).one(&self.transaction).await?;
        let id = last.map_or(0, |row| row.id) + 1;
        let reference = format!("RENCONTRE-{id:06}");
        let row = event::Model {
            id,
            reference: reference.clone(),
            kind: new.kind,
            title: new.title,
            agenda: new.agenda,
            on_date: new.on,
        };
        self.insert::<event::ActiveModel>([row]).await?;
        let studies = new.studies.into_iter().map(|study_id| event_study::Model { event_id: id, study_id });
        self.insert::<event_study::ActiveModel>(studies).await?;
        Ok(reference)
    }

    /// A meeting by its reference.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn event(&self, reference: &str) -> Result<Option<event::Model>, StoreError> {
        let found = event::Entity::find().filter(event::Column::Reference.eq(reference));
        Ok(found.one(&self.transaction).await?)
    }

    /// Whether somebody of a partner is registered for a meeting.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn is_registered(
        &self,
        event_id: i32,
        (partner_id, subject): (i32, &str),
    ) -> Result<bool, StoreError> {
        let row = event_attendance::Entity::find_by_id((event_id, partner_id, subject.to_owned()));
        Ok(row.one(&self.transaction).await?.is_some())
    }

    /// Writes that somebody is registered, or was there.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn add_attendance(
        &self,
        event_id: i32,
        attendance: Attendance,
    ) -> Result<(), StoreError> {
        let Attendance { subject, partner_id, attended } = attendance;
        let row = event_attendance::Model { event_id, subject, partner_id, attended };
        self.insert::<event_attendance::ActiveModel>([row]).await
    }

    /// Writes whether somebody of a partner who is registered was there.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn mark_attended(
        &self,
        event_id: i32,
        (partner_id, subject): (i32, &str),
        attended: bool,
    ) -> Result<(), StoreError> {
        use event_attendance::{Column, Entity};
        let update = Entity::update_many().col_expr(Column::Attended, Expr::value(attended));
        let of = update
            .filter(Column::EventId.eq(event_id))
            .filter(Column::PartnerId.eq(partner_id))
            .filter(Column::Subject.eq(subject));
        of.exec(&self.transaction).await?;
        Ok(())
    }
}
