//! A copy of the database that follows it. It is read only where it has the same revision, so that it never shows anybody what
//! was before: neither rights that have ended, nor a release that is withdrawn, nor one's own act undone.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use super::{
    Connecting, Place, Store, StoreError,
    revision::{Revision, Watch},
};

/// Longest wait for the copy to say its revision: who waits longer is answered sooner by the database itself.
const PATIENCE: Duration = Duration::from_millis(500);
/// For how long a copy that failed is left alone.
const REST: Duration = Duration::from_secs(10);

/// A copy of the database that follows it.
pub(super) struct Replica {
    db: DatabaseConnection,
    watch: Watch,
    rests_until: Mutex<Option<Instant>>,
}

impl Replica {
    fn rests(&self) -> bool {
        let until = *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }

    fn rest(&self, why: &dyn std::fmt::Display) {
        tracing::warn!(cause = %why, "the replica is left alone for a while; the database itself is read");
        *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + REST);
    }

    async fn is_at(&self, revision: Revision) -> bool {
        if self.rests() {
            return false;
        }
        match tokio::time::timeout(PATIENCE, self.watch.ask(&self.db)).await {
            Ok(Ok(there)) => there.is(revision),
            Ok(Err(cause)) => {
                self.rest(&cause);
                false
            }
            Err(late) => {
                self.rest(&late);
                false
            }
        }
    }
}

impl Store {
    /// The same database, with a copy of it that is read where it has caught up. It need not be there yet.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`] when the address makes no sense.
    pub async fn beside(self, replica: &str, connections: u32) -> Result<Self, StoreError> {
        let place = Place { url: replica.to_owned(), observer: None };
        let db = place.open(connections, Connecting::FOLLOWING).await?;
        let replica = Replica { db, watch: Watch::default(), rests_until: Mutex::default() };
        Ok(Self { replica: Some(Arc::new(replica)), ..self })
    }

    /// Reads what is there at a revision, or later: of the copy where there is one that has caught up, else of the database
    /// itself, as after a fault of the copy.
    ///
    /// # Errors
    ///
    /// Those of reading the database itself.
    pub(super) async fn at<T, F>(&self, revision: Revision, read: impl Fn(Self) -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let Some(replica) = &self.replica else { return read(self.clone()).await };
        if replica.is_at(revision).await {
            match read(Self { db: replica.db.clone(), ..self.clone() }).await {
                Ok(found) => {
                    metrics::counter!("observatoire_replica_total", "read" => "replica").increment(1);
                    return Ok(found);
                }
                Err(cause) => replica.rest(&cause),
            }
        }
        metrics::counter!("observatoire_replica_total", "read" => "primary").increment(1);
        read(self.clone()).await
    }

    /// Whether the database itself follows another one, so that nothing is written there.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn is_standby(&self) -> Result<bool, StoreError> {
        is_standby(&self.db).await
    }

    /// Whether the copy follows another database; that it is one where there is no copy.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`] of the copy.
    pub async fn replica_is_standby(&self) -> Result<bool, StoreError> {
        match &self.replica {
            Some(replica) => is_standby(&replica.db).await,
            None => Ok(true),
        }
    }

    /// Whether the copy answers and has caught up; none where there is no copy.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`] of the copy, or of the database itself.
    pub async fn replica_has_caught_up(&self) -> Result<Option<bool>, StoreError> {
        let Some(replica) = &self.replica else { return Ok(None) };
        let there = super::revision::read(&replica.db).await?;
        Ok(Some(there.is(super::revision::read(&self.db).await?)))
    }
}

async fn is_standby(db: &DatabaseConnection) -> Result<bool, StoreError> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(false);
    }
    let statement = Statement::from_string(DbBackend::Postgres, "SELECT pg_is_in_recovery() AS standby");
    let row = db.query_one_raw(statement).await?;
    Ok(row.map(|row| row.try_get("", "standby")).transpose()?.unwrap_or_default())
}
