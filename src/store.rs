//! The database: one place for each subject's SQL.
//!
//! The connection is private to this room; whoever holds it could read anything. True numbers leave it
//! only as sealed [`Raw`](crate::secrecy::Raw)s, and only against a clearance ([`vault`]).

mod access_log;
mod agreements;
mod alone;
mod catalogue;
mod charter;
mod clients;
mod contributions;
mod deliveries;
mod events;
mod figures;
mod geography;
mod geometries;
mod happenings;
mod lifecycle;
pub mod loaders;
mod memory;
mod openings;
mod partners;
mod population;
mod programme;
mod publish;
mod reading;
mod releases;
mod replica;
mod revision;
mod rights;
mod roles;
mod setup;
mod standing;
mod studies;
mod study_writing;
mod tally;
mod tokens;
pub mod vault;
mod write;

use std::{sync::Arc, time::Duration};

use migration::{Migrator, MigratorTrait};
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction,
    DbBackend, DbErr, IsolationLevel, RuntimeErr, TransactionTrait as _, sqlx, sqlx::Connection as _,
};

pub use crate::access_log::Entry as AccessEntry;
pub use crate::secrecy::{Explanation, Why};
pub use access_log::{AccessFilter, AccessLog, AccessPage, NotWritten, Others, Own, Reach};
pub use alone::Alone;
pub use charter::{NewUseRequest, UseRequest};
pub use clients::{ThirdPartyClient, token_id};
pub use contributions::{Contributions, NewContribution};
pub use deliveries::{Delivery, Ended, Fault, Finding, Findings, Received, Work};
pub use events::{Attendance, Event, NewEvent};
pub use figures::{FigureFilter, FigureKey, FigureOrder, FigurePage, Position, Sort};
use figures::{FigureMemory, FigureRow, Published, Shape};
pub use geometries::Geometry;
pub use happenings::{Happening, Happenings};
pub use lifecycle::{Arrival, Dossier};
use memory::Memory;
pub use openings::OpeningState;
pub(crate) use openings::Unexamined;
pub use partners::{Agreement, Partner, Referent};
pub use programme::{NewPlannedStudy, PlannedStudy};
pub(crate) use publish::FigureSheet;
pub use reading::{DeliveryFile, Reading, Reference, Told};
pub use releases::Release;
use replica::Replica;
pub use revision::Revision;
pub use rights::Footing;
pub use roles::Separation;
pub use setup::{Stage, VAULT_KEY};
pub use studies::{Citation, Document, Study};
pub use study_writing::StudyDraft;
pub use tokens::TokenBearer;
pub use write::{Batch, Plain};

/// What counts statements in tests: called with each statement's SQL.
pub type Observer = Arc<dyn Fn(&str) + Send + Sync>;

/// A fault of the database. Its text is for the log, never for a caller.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or is away.
    #[error("database: {}", said(.0))]
    Database(DbErr),
    /// The role has not the rights.
    #[error(
        "{} : ce rôle n’a pas les droits ; donnez dans owner_url celui à qui sont les tables (docs/operating.md) / this role has not the rights: give in owner_url the one that owns the tables",
        said(.0)
    )]
    Denied(DbErr),
    /// A row does not make sense.
    #[error("inconsistent row: {0}")]
    Inconsistent(String),
    /// The database holds tables, and none of them is ours.
    #[error(
        "cette base contient les tables d’autre chose : nommez-en une vide, ou celle d’un observatoire / this database holds tables of something else: name one that is empty, or that of an observatory"
    )]
    Foreign,
    /// A sheet of the vault does not open.
    #[error(transparent)]
    Vault(#[from] crate::secrecy::Tampered),
}

impl StoreError {
    /// Whether the database is away or too busy, so that trying again helps.
    #[must_use]
    pub fn is_away(&self) -> bool {
        let Self::Database(cause) = self else { return false };
        match cause {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
            DbErr::Query(RuntimeErr::SqlxError(cause)) | DbErr::Exec(RuntimeErr::SqlxError(cause)) => {
                is_lost(cause)
            }
            _ => false,
        }
    }
}

impl From<DbErr> for StoreError {
    fn from(cause: DbErr) -> Self {
        if is_denied(&cause) { Self::Denied(cause) } else { Self::Database(cause) }
    }
}

/// PostgreSQL's code for a right that a role has not.
const DENIED: &str = "42501";

fn is_denied(cause: &DbErr) -> bool {
    match cause {
        DbErr::Query(RuntimeErr::SqlxError(cause)) | DbErr::Exec(RuntimeErr::SqlxError(cause)) => {
            matches!(&**cause, sqlx::Error::Database(fault) if fault.code().is_some_and(|code| code == DENIED))
        }
        _ => false,
    }
}

/// What a database says of a fault, without the driver's place in PostgreSQL's own source.
fn said(cause: &DbErr) -> String {
    match cause {
        DbErr::Conn(RuntimeErr::SqlxError(cause))
        | DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause)) => match &**cause {
            sqlx::Error::Database(fault) => fault.message().to_owned(),
            _ => cause.to_string(),
        },
        _ => cause.to_string(),
    }
}

/// Whether a statement met a database that ends, begins, or has no place: those that were under way when PostgreSQL was
/// stopped are told so as they run.
fn is_lost(cause: &sqlx::Error) -> bool {
    match cause {
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(cause) => cause.code().is_some_and(|code| {
            ["57P", "08"].iter().any(|class| code.starts_with(class)) || BUSY.contains(&&*code)
        }),
        _ => false,
    }
}

/// A connection that was not used for so long is asked whether it still answers before it is used: the database may have been
/// started anew meanwhile.
const RESTED: Duration = Duration::from_millis(50);

/// Most connections of the vault's owner.
const MOST_OF_OFFICE: u32 = 8;

/// PostgreSQL's codes for too many connections, and for a lock that was not had in time.
const BUSY: [&str; 2] = ["53300", "55P03"];

/// The database of an observatory.
#[derive(Clone)]
pub struct Store {
    /// For whoever asks: on PostgreSQL with a role of its own it cannot read the vault, and writes the log of access alone.
    db: DatabaseConnection,
    /// For the vault, and for all that changes something.
    office: DatabaseConnection,
    /// A copy that follows the database.
    replica: Option<Arc<Replica>>,
    place: Arc<Place>,
    memory: Arc<Memory>,
    figures: Arc<FigureMemory>,
}

/// Where the database is, to connect once more; the text may hold a password and is never printed.
struct Place {
    url: String,
    observer: Option<Observer>,
}

impl Store {
    /// Connects to `sqlite://…` or `postgres://…`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`] when the database cannot be reached.
    pub async fn connect(url: &str, connections: u32) -> Result<Self, StoreError> {
        Self::connect_observed(url, connections, None).await
    }

    /// Connects, and reports each statement to an observer.
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    pub async fn connect_observed(
        url: &str,
        connections: u32,
        observer: Option<Observer>,
    ) -> Result<Self, StoreError> {
        let place = Arc::new(Place { url: url.to_owned(), observer });
        let db = place.open(connections, Connecting::ASKING).await?;
        Ok(Self {
            office: db.clone(),
            db,
            replica: None,
            place,
            memory: Arc::default(),
            figures: Arc::default(),
        })
    }

    /// Connects with two roles of PostgreSQL: one for whoever asks, which cannot read the vault, and its owner.
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    pub async fn connect_apart(url: &str, owner: &str, connections: u32) -> Result<Self, StoreError> {
        let store = Self::connect(url, connections).await?;
        let place = Place { url: owner.to_owned(), observer: None };
        Ok(Self {
            office: place.open(connections.clamp(1, MOST_OF_OFFICE), Connecting::ASKING).await?,
            ..store
        })
    }

    /// The same database over one connection of its own, on which what is committed outlives even a loss of power.
    async fn lasting(&self) -> Result<Self, StoreError> {
        let db = self.place.open(1, Connecting::LOGGING).await?;
        Ok(Self { office: db.clone(), db, replica: None, ..self.clone() })
    }

    /// Brings the tables up to date.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`] when a step fails; steps before it stay done. [`StoreError::Foreign`] where others' tables are.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        if self.is_foreign().await? {
            return Err(StoreError::Foreign);
        }
        Migrator::up(&self.office, None).await?;
        self.separate().await
    }

    /// How many steps the tables lack to be up to date.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn pending(&self) -> Result<usize, StoreError> {
        // Asking the migrator makes its table where there is none.
        if !self.has_table(setup::STEPS).await? {
            return Ok(Migrator::migrations().len());
        }
        Ok(Migrator::get_pending_migrations(&self.office).await?.len())
    }

    /// Whether the database answers.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`] when it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        Ok(self.db.execute_unprepared("SELECT 1").await.map(|_| ())?)
    }
}

impl Store {
    /// One moment of the database, whatever is written meanwhile.
    async fn moment(&self) -> Result<DatabaseTransaction, DbErr> {
        match self.db.get_database_backend() {
            DbBackend::Postgres => {
                let (level, mode) = (IsolationLevel::RepeatableRead, AccessMode::ReadOnly);
                self.db.begin_with_config(Some(level), Some(mode)).await
            }
            _ => self.db.begin().await,
        }
    }
}

/// What connections are opened for.
#[derive(Clone, Copy)]
struct Connecting {
    /// Whether they are opened as they are needed.
    lazily: bool,
    /// SQLite's promise: with `NORMAL` the last transactions may go with the power, never with the process.
    synchronous: &'static str,
    /// Settings of PostgreSQL: how it plans what it is asked often, and how transactions are apart.
    plans: &'static [(&'static str, &'static str)],
}

/// What transactions here are written for, whatever the database has as its own.
const ISOLATION: (&str, &str) = ("default_transaction_isolation", "read committed");
/// What was acknowledged outlives a crash, whatever the database has as its own: a record of access, a revocation.
const LASTING: (&str, &str) = ("synchronous_commit", "on");

impl Connecting {
    /// Whatever is asked. A plan for any lists of territories reads whole tables where one for these finds their rows: 197 ms
    /// against 0.5 for 94 of 86,000. Compiling a plan takes longer than most take.
    const ASKING: Self = Self {
        lazily: false,
        synchronous: "NORMAL",
        plans: &[("plan_cache_mode", "force_custom_plan"), ("jit", "off"), ISOLATION, LASTING],
    };
    /// The same of a copy, which need not be there yet.
    const FOLLOWING: Self = Self { lazily: true, ..Self::ASKING };
    /// Records of access, which outlive a loss of power; always the same statement, which takes longer to plan than to do. Without
    /// whole tables the smallest plan has a cost for which PostgreSQL would compile it: 60 ms.
    const LOGGING: Self = Self {
        lazily: false,
        synchronous: "FULL",
        plans: &[
            ("plan_cache_mode", "force_generic_plan"),
            ("enable_seqscan", "off"),
            ("jit", "off"),
            ISOLATION,
            LASTING,
            // Ends by itself before the writer gives up, which would leave it waiting there and open another connection.
            ("lock_timeout", "4500"),
        ],
    };
}

impl Place {
    fn is_postgres(&self) -> bool {
        self.url.starts_with("postgres")
    }

    /// Why PostgreSQL is not reached: a pool tries until its time is over, and tells that alone.
    async fn cause(&self) -> Option<DbErr> {
        if !self.is_postgres() {
            return None;
        }
        let fault = sqlx::PgConnection::connect(&self.url).await.err()?;
        Some(DbErr::Conn(RuntimeErr::SqlxError(fault.into())))
    }

    /// Opens connections.
    async fn open(
        &self,
        connections: u32,
        Connecting { lazily, synchronous, plans }: Connecting,
    ) -> Result<DatabaseConnection, StoreError> {
        let mut options = ConnectOptions::new(&self.url);
        options
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(5))
            .connect_timeout(Duration::from_secs(10))
            .connect_lazy(lazily)
            .sqlx_logging(false);
        // What was used a moment ago still answers: asking each time would make two ways of one.
        options.test_before_acquire_if_idle_for(RESTED);
        options.map_sqlx_postgres_opts(move |postgres| postgres.options(plans.iter().copied()));
        options.map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .create_if_missing(true)
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", synchronous)
                .pragma("foreign_keys", "ON")
                .pragma("busy_timeout", "10000")
                .pragma("temp_store", "MEMORY")
                // A mebibyte for each connection: what is asked often is in our memory, and the file in the system's.
                .pragma("cache_size", "-1024")
                // Lists of codes make many statements of one: those that are asked often are few.
                .statement_cache_capacity(32)
                // Rows that are read ahead: with the usual fifty, long lists wait for one another at every turn.
                .row_buffer_size(1_000)
        });
        options.map_sqlx_sqlite_pool_opts(|pool| {
            // A full disk has SQLite take a transaction back by itself; to the driver it goes on, and what is written after it
            // would be kept by nobody. Such a connection is given up; asking first lets a rollback that waits be done.
            pool.test_before_acquire(false).before_acquire(|connection, _| {
                Box::pin(async move {
                    connection.ping().await?;
                    Ok(!connection.is_in_transaction())
                })
            })
        });
        let mut db = match Database::connect(options).await {
            Ok(db) => db,
            Err(fault) => return Err(self.cause().await.unwrap_or(fault).into()),
        };
        if let Some(observer) = self.observer.clone() {
            db.set_metric_callback(move |info| observer(&info.statement.sql));
        }
        Ok(db)
    }
}

#[cfg(test)]
mod tests {
    use super::{Connecting, ISOLATION, LASTING};

    #[test]
    fn what_is_acknowledged_lasts_whatever_the_database_has_as_its_own() {
        for connecting in [Connecting::ASKING, Connecting::FOLLOWING, Connecting::LOGGING] {
            assert!([ISOLATION, LASTING].iter().all(|setting| connecting.plans.contains(setting)));
        }
        assert_eq!(Connecting::LOGGING.synchronous, "FULL");
    }
}
