//! Deliveries that came in, and how far long works have come.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    delivery, delivery_finding, release, source_mapping,
    types::{DeliveryState, WorkPhase},
    work,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};
use serde::{Deserialize, Serialize};

use super::{Batch, Dossier, Store, StoreError};

/// A file that a provider or processor handed in; never a value of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Number.
    pub id: i32,
    /// Reference.
    pub reference: String,
    /// Source.
    pub source_id: i32,
    /// Partner that handed it in; none for the command line.
    pub partner_id: Option<i32>,
    /// Where it stands.
    pub state: DeliveryState,
    /// Name of the file.
    pub file_name: String,
    /// When it came.
    pub received_on: DateTime<Utc>,
    /// When it was staged, refused or given up.
    pub ended_on: Option<DateTime<Utc>>,
    /// Codes of the warnings that were accepted.
    pub accepted: Vec<String>,
    /// Rows that were read.
    pub rows: Option<i64>,
    /// Release that it became.
    pub release_id: Option<i32>,
}

/// What is wrong with a delivery: places and names, never values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    /// A hundred of each code at most.
    pub findings: Vec<Finding>,
    /// How many there are of each code.
    pub counts: Vec<(String, u64)>,
}

impl Findings {
    /// Whether there is nothing to say.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }
}

/// One thing that is wrong with a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable code.
    pub code: String,
    /// Line of the file.
    pub line: Option<u64>,
    /// Column, by name.
    pub column: Option<String>,
    /// In French.
    pub french: String,
    /// In English.
    pub english: String,
}

/// What a delivery says of itself when it comes.
#[derive(Clone, Debug)]
pub struct Received {
    /// Source.
    pub source_id: i32,
    /// Partner that handed it in; none for the command line.
    pub partner_id: Option<i32>,
    /// Name of the file.
    pub file_name: String,
    /// When it came.
    pub received_on: DateTime<Utc>,
    /// Codes of the warnings that are accepted.
    pub accepted: Vec<String>,
}

/// How a delivery ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Where it stands now.
    pub state: DeliveryState,
    /// When.
    pub ended_on: DateTime<Utc>,
    /// Rows that were read.
    pub rows: Option<u64>,
    /// What is wrong with it.
    pub findings: Findings,
    /// Release that it became.
    pub release_id: Option<i32>,
}

/// How far a work that takes a while has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// Reference of the delivery or release that it is for.
    pub reference: String,
    /// What it is doing.
    pub phase: WorkPhase,
    /// So much of the phase is done.
    pub done: u64,
    /// So much there is to do in the phase; 0 where nobody knows.
    pub total: u64,
    /// When it last showed a sign of life.
    pub touched_on: DateTime<Utc>,
    /// Why it was given up.
    pub fault: Option<Fault>,
}

/// Why a work was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Stable code.
    pub code: String,
    /// In French.
    pub french: String,
    /// In English.
    pub english: String,
}

impl Work {
    /// Without a sign of life for so long, a work that is not done was interrupted.
    pub const SILENCE: TimeDelta = TimeDelta::seconds(20);

    /// A work that begins.
    #[must_use]
    pub const fn begins(reference: String, phase: WorkPhase, now: DateTime<Utc>) -> Self {
        Self { reference, phase, done: 0, total: 0, touched_on: now, fault: None }
    }

    /// Whether it has ended, one way or the other.
    #[must_use]
    pub const fn has_ended(&self) -> bool {
        matches!(self.phase, WorkPhase::Done | WorkPhase::Failed)
    }

    /// Whether whoever did it is gone: nothing of it was kept, and it can be begun again.
    #[must_use]
    pub fn interrupted(&self, now: DateTime<Utc>) -> bool {
        !self.has_ended() && now - self.touched_on > Self::SILENCE
    }
}

impl From<delivery::Model> for Delivery {
    fn from(row: delivery::Model) -> Self {
        let words = |text: &Option<String>| -> Vec<String> {
            text.iter().flat_map(|codes| codes.split(' ')).map(str::to_owned).collect()
        };
        Self {
            accepted: words(&row.accepted),
            id: row.id,
            reference: row.reference,
            source_id: row.source_id,
            partner_id: row.partner_id,
            state: row.state,
            file_name: row.file_name,
            received_on: row.received_on,
            ended_on: row.ended_on,
            rows: row.rows,
            release_id: row.release_id,
        }
    }
}

impl From<work::Model> for Work {
    fn from(row: work::Model) -> Self {
        Self {
            reference: row.reference,
            phase: row.phase,
            done: row.done.unsigned_abs(),
            total: row.total.unsigned_abs(),
            touched_on: row.touched_on,
            fault: row.fault.and_then(|text| serde_json::from_str(&text).ok()),
        }
    }
}

impl Store {
    /// Keeps a mapping with its source: the next file may be read with it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn keep_mapping(
        &self,
        source_id: i32,
        text: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        use source_mapping::{ActiveModel, Column, Entity};
        let row = ActiveModel { source_id: Set(source_id), text: Set(text.to_owned()), kept_on: Set(now) };
        let again =
            OnConflict::column(Column::SourceId).update_columns([Column::Text, Column::KeptOn]).to_owned();
        Entity::insert(row).on_conflict(again).exec_without_returning(&self.office).await?;
        Ok(())
    }

    /// The mapping that is kept with a source, as TOML.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn kept_mapping(&self, source_id: i32) -> Result<Option<String>, StoreError> {
        let row = source_mapping::Entity::find_by_id(source_id).one(&self.db).await?;
        Ok(row.map(|row| row.text))
    }

    /// Deliveries of some sources, the newest first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(super) async fn deliveries(&self, sources: &[i32]) -> Result<Vec<Delivery>, StoreError> {
        let rows = delivery::Entity::find()
            .filter(delivery::Column::SourceId.is_in(sources.iter().copied()))
            .order_by_desc(delivery::Column::Id)
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(Delivery::from).collect())
    }

    /// A delivery by its reference.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn delivery(&self, reference: &str) -> Result<Option<Delivery>, StoreError> {
        let found = delivery::Entity::find().filter(delivery::Column::Reference.eq(reference));
        Ok(found.one(&self.db).await?.map(Delivery::from))
    }

    /// What is wrong with each of these deliveries; nothing for one that is right.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(super) async fn findings(&self, ids: &[i32]) -> Result<HashMap<i32, Findings>, StoreError> {
        let found = delivery_finding::Entity::find()
            .filter(delivery_finding::Column::DeliveryId.is_in(ids.iter().copied()));
        let read = |row: delivery_finding::Model| {
            let unread = || StoreError::Inconsistent(format!("findings of delivery {}", row.delivery_id));
            Ok((row.delivery_id, serde_json::from_str(&row.findings).ok().ok_or_else(unread)?))
        };
        found.all(&self.db).await?.into_iter().map(read).collect()
    }

    /// Releases in any state, by number.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(super) async fn dossiers_of(&self, ids: &[i32]) -> Result<HashMap<i32, Dossier>, StoreError> {
        let found = release::Entity::find().filter(release::Column::Id.is_in(ids.iter().copied()));
        Ok(found.all(&self.db).await?.into_iter().map(|row| (row.id, Dossier::from(row))).collect())
    }

    /// Ends a delivery of which nothing is kept.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn end_delivery(&self, id: i32, ended: &Ended) -> Result<(), StoreError> {
        end(&self.db, id, ended).await
    }

    /// How far the works for these deliveries and releases have come.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn works(&self, references: &[String]) -> Result<Vec<Work>, StoreError> {
        let found = work::Entity::find().filter(work::Column::Reference.is_in(references.iter().cloned()));
        Ok(found.all(&self.db).await?.into_iter().map(Work::from).collect())
    }

    /// Writes down how far a work has come.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn note_work(&self, at: &Work) -> Result<(), StoreError> {
        note(at, &self.db).await
    }
}

async fn note(at: &Work, on: &impl ConnectionTrait) -> Result<(), StoreError> {
    let row = work::ActiveModel {
        reference: Set(at.reference.clone()),
        phase: Set(at.phase),
        done: Set(i64::try_from(at.done).unwrap_or(i64::MAX)),
        total: Set(i64::try_from(at.total).unwrap_or(i64::MAX)),
        touched_on: Set(at.touched_on),
        fault: Set(at.fault.as_ref().and_then(|fault| serde_json::to_string(fault).ok())),
    };
    let mut conflict = OnConflict::column(work::Column::Reference);
    conflict.update_columns([
        work::Column::Phase,
        work::Column::Done,
        work::Column::Total,
        work::Column::TouchedOn,
        work::Column::Fault,
    ]);
    work::Entity::insert(row).on_conflict(conflict).exec_without_returning(on).await?;
    Ok(())
}

impl Batch {
    /// Writes a work down that begins, unless somebody is at it: nobody else writes meanwhile, so that of two who begin at
    /// once one does.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn claim_work(&self, begins: &Work) -> Result<bool, StoreError> {
        let found = work::Entity::find_by_id(begins.reference.clone()).one(&self.transaction).await?;
        let taken = found
            .map(Work::from)
            .is_some_and(|work| !work.has_ended() && !work.interrupted(begins.touched_on));
        if !taken {
            note(begins, &self.transaction).await?;
        }
        Ok(!taken)
    }

    /// The partner that handed in the file of a release over the API; none for one that came by the command line or
    /// with the observatory.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn handed_in_by(&self, release_id: i32) -> Result<Option<i32>, StoreError> {
        let found = delivery::Entity::find().filter(delivery::Column::ReleaseId.eq(release_id));
        Ok(found.one(&self.transaction).await?.and_then(|row| row.partner_id))
    }

    /// Writes the row of a delivery that has come, under the next free number and reference.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn receive_delivery(&self, received: Received) -> Result<Delivery, StoreError> {
        let last =
            delivery::Entity::find().order_by_desc(delivery::Column::Id).one(&self.transaction).await?;
        let id = last.map_or(0, |row| row.id) + 1;
        let row = delivery::Model {
            id,
            reference: format!("LIVRAISON-{id:06}"),
            source_id: received.source_id,
            partner_id: received.partner_id,
            state: DeliveryState::Received,
            file_name: received.file_name,
            received_on: received.received_on,
            ended_on: None,
            accepted: (!received.accepted.is_empty()).then(|| received.accepted.join(" ")),
            rows: None,
            release_id: None,
        };
        let active: delivery::ActiveModel = row.clone().into();
        delivery::Entity::insert(active).exec_without_returning(&self.transaction).await?;
        Ok(Delivery::from(row))
    }

    /// Ends a delivery in the transaction that stages it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn end_delivery(&self, id: i32, ended: &Ended) -> Result<(), StoreError> {
        end(&self.transaction, id, ended).await
    }
}

async fn end(on: &impl ConnectionTrait, id: i32, ended: &Ended) -> Result<(), StoreError> {
    delivery::Entity::update_many()
        .col_expr(delivery::Column::State, Expr::value(ended.state))
        .col_expr(delivery::Column::EndedOn, Expr::value(ended.ended_on))
        .col_expr(delivery::Column::Rows, Expr::value(ended.rows.and_then(|rows| i64::try_from(rows).ok())))
        .col_expr(delivery::Column::ReleaseId, Expr::value(ended.release_id))
        .filter(delivery::Column::Id.eq(id))
        .exec(on)
        .await?;
    if let Some(findings) = serde_json::to_string(&ended.findings).ok().filter(|_| !ended.findings.is_empty())
    {
        let row = delivery_finding::ActiveModel { delivery_id: Set(id), findings: Set(findings) };
        delivery_finding::Entity::insert(row).exec_without_returning(on).await?;
    }
    Ok(())
}
