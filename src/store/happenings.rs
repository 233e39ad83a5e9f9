//! What happens, told to those who wait for it: written in the transaction of the act itself, so that it is told if and only
//! if the act is done, and read again by every instance.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{happening, types::HappeningKind};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder,
    sqlx::postgres::PgListener,
};
use tokio::{
    sync::{Mutex, broadcast},
    time::{sleep, timeout},
};

use super::{Batch, Store, StoreError};

/// How long after another one an act may still be told: as long as its transaction may take to be there.
const LATE: TimeDelta = TimeDelta::seconds(60);
/// How often instances look where the database does not call them.
const EVERY: Duration = Duration::from_millis(500);
/// How often they look where it does.
const EVERY_CALLED: Duration = Duration::from_secs(5);
/// The channel on which PostgreSQL calls.
const CHANNEL: &str = "observatoire_happening";
/// How long what happened is kept.
const KEPT: TimeDelta = TimeDelta::days(2);
/// Most happenings that wait for somebody who does not come for them.
const MOST_WAITING: usize = 1_024;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// What.
    pub kind: HappeningKind,
    /// Reference of what it happened to.
    pub reference: String,
}

impl Batch {
    /// Tells those who wait for it what happens with this transaction; not before a moment, where one is given.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn tell(
        &self,
        kind: HappeningKind,
        reference: &str,
        not_before: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        let now = Utc::now();
        let row = happening::ActiveModel {
            kind: Set(kind),
            reference: Set(reference.to_owned()),
            due_at: Set(not_before.map_or(now, |moment| moment.max(now))),
            ..Default::default()
        };
        happening::Entity::insert(row).exec_without_returning(&self.transaction).await?;
        if self.transaction.get_database_backend() == DbBackend::Postgres {
            // Heard when the transaction is there.
            self.transaction.execute_unprepared(&format!("NOTIFY {CHANNEL}")).await?;
        }
        happening::Entity::delete_many()
            .filter(happening::Column::DueAt.lt(now - KEPT))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }
}

/// Numbers of what was told, with when it was due.
type Seen = HashMap<i64, DateTime<Utc>>;

/// What happens in the observatory, as it happens. Nothing is asked of the database while nobody waits.
#[derive(Clone)]
pub struct Happenings {
    store: Store,
    told: Arc<Mutex<Option<broadcast::Sender<Happening>>>>,
}

impl Happenings {
    /// Those of a database.
    #[must_use]
    pub fn of(store: &Store) -> Self {
        Self { store: store.clone(), told: Arc::default() }
    }

    /// What happens from now on.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn wait(&self) -> Result<broadcast::Receiver<Happening>, StoreError> {
        let mut told = self.told.lock().await;
        if let Some(sender) = &*told {
            return Ok(sender.subscribe());
        }
        let (sender, receiver) = broadcast::channel(MOST_WAITING);
        // What was there before is no news.
        let mut seen = Seen::new();
        self.store.news(&mut seen).await?;
        *told = Some(sender);
        tokio::spawn(self.clone().watch(seen));
        Ok(receiver)
    }

    /// Looks as long as somebody waits.
    async fn watch(self, mut seen: Seen) {
        let mut calls = self.store.calls().await;
        loop {
            match &mut calls {
                Some(listener) => {
                    // Embargoes end without a call; a connection that is lost is made anew meanwhile.
                    let _ = timeout(EVERY_CALLED, listener.recv()).await;
                }
                None => sleep(EVERY).await,
            }
            let news = self.store.news(&mut seen).await;
            let mut told = self.told.lock().await;
            let Some(sender) = told.as_ref().filter(|sender| sender.receiver_count() > 0) else {
                *told = None;
                return;
            };
            match news {
                Ok(news) => news.into_iter().for_each(|happening| {
                    // Whoever is gone is told nothing.
                    let _ = sender.send(happening);
                }),
                // Away for a while: what happens meanwhile is read when it is back.
                Err(cause) => tracing::warn!(%cause, "what happens cannot be read"),
            }
        }
    }
}

impl Store {
    /// What PostgreSQL calls on when something happens; none where nobody calls.
    async fn calls(&self) -> Option<PgListener> {
        if !self.place.is_postgres() {
            return None;
        }
        let mut listener = PgListener::connect(&self.place.url).await.ok()?;
        listener.listen(CHANNEL).await.ok()?;
        Some(listener)
    }

    /// What is due and was not seen, in its order.
    async fn news(&self, seen: &mut Seen) -> Result<Vec<Happening>, StoreError> {
        let now = Utc::now();
        // As far back as what was seen last: a database that was away for long loses nothing.
        let last = seen.values().max().copied().unwrap_or(now).min(now);
        let rows = happening::Entity::find()
            .filter(happening::Column::DueAt.gt(last - LATE))
            .filter(happening::Column::DueAt.lte(now))
            .order_by_asc(happening::Column::DueAt)
            .order_by_asc(happening::Column::Id)
            .all(&self.db)
            .await?;
        seen.retain(|_, due_at| *due_at > last - LATE - LATE);
        let news = rows.into_iter().filter(|row| seen.insert(row.id, row.due_at).is_none());
        Ok(news.map(|row| Happening { kind: row.kind, reference: row.reference }).collect())
    }
}
