//! The connection of the log's writer, which holds it from one record to the next: a pool would ask whether it still answers
//! before each of them and after it, and nothing else could be written meanwhile.

use std::time::Instant;

use sea_orm::{
    DatabaseConnection, DbBackend,
    sqlx::{self, Connection as _, Postgres, Sqlite, pool::PoolConnection},
};

use crate::store::RESTED;

/// A connection of either database.
pub(super) enum Held {
    Postgres(PoolConnection<Postgres>),
    Sqlite(PoolConnection<Sqlite>),
}

impl Held {
    async fn ping(&mut self) -> Result<(), sqlx::Error> {
        match self {
            Self::Postgres(connection) => connection.ping().await,
            Self::Sqlite(connection) => connection.ping().await,
        }
    }
}

/// The connection, while it is held, and when it was used last.
#[derive(Default)]
pub(super) struct Line(Option<(Held, Instant)>);

impl Line {
    /// The connection that is held, or one of the pool.
    ///
    /// # Errors
    ///
    /// Those of connecting.
    pub(super) async fn take(&mut self, db: &DatabaseConnection) -> Result<Held, sqlx::Error> {
        if let Some((mut held, used)) = self.0.take()
            && (used.elapsed() < RESTED || held.ping().await.is_ok())
        {
            return Ok(held);
        }
        Ok(match db.get_database_backend() {
            DbBackend::Postgres => Held::Postgres(db.get_postgres_connection_pool().acquire().await?),
            _ => Held::Sqlite(db.get_sqlite_connection_pool().acquire().await?),
        })
    }

    /// Holds it until the next record.
    pub(super) fn keep(&mut self, held: Held) {
        self.0 = Some((held, Instant::now()));
    }

    /// Gives it back to the pool, which has no other.
    pub(super) fn hang_up(&mut self) {
        self.0 = None;
    }
}
