//! Being alone with a database: what changes its tables or fills it runs once, whichever instances start together.

use sea_orm::{ConnectionTrait, DatabaseConnection};

use super::{Connecting, Store, StoreError};

/// The lock of an observatory among those of other programs on the same PostgreSQL.
const LOCK: i64 = 0x6f62_7365_7276;

/// Nobody else prepares the database while this is held. On SQLite the folder is locked instead, by whoever opens it.
pub struct Alone(Option<DatabaseConnection>);

impl Store {
    /// Waits until nobody else prepares the database.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn alone(&self) -> Result<Alone, StoreError> {
        if !self.place.is_postgres() {
            return Ok(Alone(None));
        }
        // A connection of its own: the lock is the session's, and goes with it whatever happens.
        let db = self.place.open(1, Connecting::ASKING).await?;
        db.execute_unprepared(&format!("SELECT pg_advisory_lock({LOCK})")).await?;
        Ok(Alone(Some(db)))
    }
}

impl Alone {
    /// Lets others go on.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`]; the lock is gone with the connection all the same.
    pub async fn release(self) -> Result<(), StoreError> {
        match self.0 {
            None => Ok(()),
            Some(db) => Ok(db.close().await?),
        }
    }
}
