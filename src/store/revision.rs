//! Which revision of the database is read: what was read once is read again when, and only when, it changed.
//!
//! Every change of what answers depend on is counted by the database itself, in the transaction that makes it. Whoever asks is
//! told the revision by a statement that began after they asked, be it the one that writes their record of access: what was
//! acknowledged before is in it, whichever instance or command did it. Those who ask at the same time share the statement.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{
        Arc, Mutex as Lock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use entity::revision::{Column, Entity};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, QueryFilter, QuerySelect,
    TransactionTrait as _, sea_query::Expr,
};
use tokio::sync::{Mutex, Notify};

use super::{Store, StoreError, loaders::Shared};

/// Most changes that are kept, since each request counts them; what is older is removed.
const MOST_KEPT: i64 = 400;
/// Changes that are kept when others are removed.
const KEPT: i64 = 100;

/// A revision of what answers depend on: the same one says that nothing has changed. The last change that is there with its mark,
/// which no change of another history has, and how many there are, for those that began earlier may end later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Revision {
    pub(super) last: i64,
    pub(super) mark: i64,
    pub(super) count: i64,
    /// How often the database was found to have lost changes: what was known before is of another one.
    epoch: u64,
}

impl Revision {
    /// Whether a database says the same of itself.
    pub(super) const fn is(self, other: Self) -> bool {
        self.last == other.last && self.mark == other.mark && self.count == other.count
    }
}

/// What was asked last, and by which of the statements.
type Told = (u64, Result<Revision, Shared>);

/// Shares one statement among those who ask at the same time.
#[derive(Default)]
pub(super) struct Watch {
    begun: AtomicU64,
    told: Mutex<Option<Told>>,
    /// The one that was told last, for whoever is told later whether it still holds.
    last: Lock<Option<Revision>>,
    /// How often the last change was an earlier one than before: the database lost some.
    epoch: AtomicU64,
    /// Whether figures are to be forgotten for it.
    went_back: AtomicBool,
    /// Told when there are more changes than are kept.
    crowded: Notify,
}

impl Watch {
    /// The revision that is read now of a database, always the same one.
    pub(super) async fn ask(&self, db: &DatabaseConnection) -> Result<Revision, Shared> {
        let before = self.begun.load(Ordering::SeqCst);
        let mut told = self.told.lock().await;
        if let Some((statement, revision)) = &*told
            && *statement > before
        {
            return revision.clone();
        }
        let statement = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let mut revision = read(db).await.map_err(Arc::new);
        if let Ok(now) = &mut revision {
            let before = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
            let lost = match before.filter(|before| !now.is(*before)) {
                Some(before) => has_lost(db, before).await.map_err(Arc::new)?,
                None => false,
            };
            if lost {
                self.epoch.fetch_add(1, Ordering::SeqCst);
                self.went_back.store(true, Ordering::SeqCst);
            }
            now.epoch = self.epoch.load(Ordering::SeqCst);
            if now.count > MOST_KEPT {
                self.crowded.notify_one();
            }
            *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(*now);
        }
        *told = Some((statement, revision.clone()));
        revision
    }
}

/// Whether a change that a database had is there no more: an older copy was restored, and may have gone on since. Where it is so long
/// past that it may have been removed, it counts as lost.
async fn has_lost(db: &impl ConnectionTrait, before: Revision) -> Result<bool, StoreError> {
    let found: Option<i64> = Entity::find()
        .select_only()
        .column(Column::Mark)
        .filter(Column::Id.eq(before.last))
        .into_tuple()
        .one(db)
        .await?;
    Ok(before.last > 0 && found != Some(before.mark))
}

/// The mark of the last change.
pub(super) const LAST_MARK: &str = "(SELECT mark FROM revision ORDER BY id DESC LIMIT 1)";

/// The revision of a database.
///
/// # Errors
///
/// [`StoreError::Database`].
pub(super) async fn read(db: &impl ConnectionTrait) -> Result<Revision, StoreError> {
    let row: Option<(Option<i64>, Option<i64>, i64)> = Entity::find()
        .select_only()
        .column_as(Column::Id.max(), "last")
        .column_as(Expr::cust(LAST_MARK), "mark")
        .column_as(Column::Id.count(), "count")
        .into_tuple()
        .one(db)
        .await?;
    let (last, mark, count) = row.unwrap_or_default();
    Ok(Revision { last: last.unwrap_or_default(), mark: mark.unwrap_or_default(), count, epoch: 0 })
}

impl Store {
    /// The revision that is read now.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn revision(&self) -> Result<Revision, Shared> {
        let revision = self.memory.watch.ask(&self.db).await?;
        if self.memory.watch.went_back.swap(false, Ordering::SeqCst) {
            self.figures.forget();
        }
        Ok(revision)
    }

    /// The revision that was read last, which may have passed since: nobody is told anything on it before a record of access was
    /// [written at it](super::AccessLog::write_at).
    pub fn last_revision(&self) -> Option<Revision> {
        *self.memory.watch.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until there are more records of changes than are kept.
    pub async fn revisions_crowd(&self) {
        self.memory.watch.crowded.notified().await;
    }

    /// Removes the records of changes that are long past, when there are many.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn shorten_revisions(&self) -> Result<(), StoreError> {
        let Revision { last, count, .. } = read(&self.db).await?;
        if count > MOST_KEPT {
            let transaction = self.office.begin().await?;
            // Who is counting at this moment would be counted twice or not at all: then it is for the next time.
            if self.office.get_database_backend() == DbBackend::Postgres {
                let alone = "LOCK TABLE revision IN SHARE ROW EXCLUSIVE MODE NOWAIT";
                if let Err(busy) = transaction.execute_unprepared(alone).await {
                    tracing::debug!(%busy, "old revisions are removed another time");
                    return Ok(());
                }
            }
            Entity::delete_many().filter(Column::Id.lte(last - KEPT)).exec(&transaction).await?;
            // The last one moves too, so that no revision comes a second time.
            transaction.execute_unprepared("INSERT INTO revision DEFAULT VALUES").await?;
            transaction.commit().await?;
        }
        Ok(())
    }
}

/// What was read at one revision, by what it was asked for; forgotten with the next one. It never holds a true number.
pub struct Kept<K, V> {
    most: usize,
    known: Lock<(Revision, HashMap<K, Arc<V>>)>,
}

impl<K: Eq + Hash, V> Kept<K, V> {
    /// Keeps so many at most.
    pub fn new(most: usize) -> Self {
        Self { most, known: Lock::default() }
    }

    /// What was read for a key at a revision.
    pub fn get(&self, revision: Revision, key: &K) -> Option<Arc<V>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 == revision { known.1.get(key).map(Arc::clone) } else { None }
    }

    /// Keeps what was read after a revision was told.
    pub fn keep(&self, revision: Revision, key: K, value: Arc<V>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 != revision || known.1.len() >= self.most {
            *known = (revision, HashMap::new());
        }
        known.1.insert(key, value);
    }

    /// What is known for a key at a revision, read where it is not.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn or_read<E>(
        &self,
        revision: Revision,
        key: K,
        read: impl Future<Output = Result<V, E>>,
    ) -> Result<Arc<V>, E> {
        if let Some(known) = self.get(revision, &key) {
            return Ok(known);
        }
        let value = Arc::new(read.await?);
        self.keep(revision, key, Arc::clone(&value));
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeSet,
        sync::{Arc, atomic::Ordering},
    };

    use sea_orm::{ConnectionTrait, FromQueryResult, Statement};

    use super::{Kept, Revision};
    use crate::store::Store;

    type Fault = Box<dyn std::error::Error>;

    /// Tables whose changes are not counted, each with why.
    const NOT_COUNTED: &[(&str, &str)] = &[
        ("access_chain", "the log of access is read anew each time"),
        ("access_record", "the log of access is read anew each time"),
        ("access_source", "the log of access is read anew each time"),
        ("figure", "releases say which figures are read, and are counted"),
        ("happening", "read by those who wait alone"),
        ("release_reading", "what was read opens nothing"),
        ("revision", "counts"),
        ("seaql_migrations", "read while nobody else reads"),
        ("sqlite_sequence", "of the database itself"),
        ("vault_explanation", "answers from the vault are not remembered"),
        ("vault_proof", "answers from the vault are not remembered"),
        ("vault_sheet", "answers from the vault are not remembered"),
        ("work", "works under way are read anew each time"),
    ];

    #[derive(FromQueryResult)]
    struct Named {
        name: String,
    }

    async fn names(store: &Store, query: &str) -> Result<BTreeSet<String>, Fault> {
        let statement = Statement::from_string(store.db.get_database_backend(), query);
        let rows = Named::find_by_statement(statement).all(&store.db).await?;
        Ok(rows.into_iter().map(|row| row.name).collect())
    }

    #[tokio::test]
    async fn every_table_is_counted_or_named_with_its_reason() -> Result<(), Fault> {
        let store = Store::connect("sqlite::memory:", 1).await?;
        store.migrate().await?;
        let tables = names(&store, "SELECT name FROM sqlite_master WHERE type = 'table'").await?;
        let counted = "SELECT tbl_name AS name FROM sqlite_master WHERE type = 'trigger' GROUP BY tbl_name HAVING COUNT(*) = 3";
        let mut counted = names(&store, counted).await?;
        // Written alone when its number changes.
        counted.insert("edition".to_owned());
        let not_counted: BTreeSet<String> = NOT_COUNTED.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert!(counted.is_disjoint(&not_counted));
        assert_eq!(&counted | &not_counted, tables);
        Ok(())
    }

    #[tokio::test]
    async fn each_change_makes_another_revision_and_nothing_else_does() -> Result<(), Fault> {
        let store = Store::connect("sqlite::memory:", 1).await?;
        store.migrate().await?;
        let first = store.revision().await?;
        assert_eq!(first, store.revision().await?);
        store.writing().await?.commit().await?;
        assert_eq!(first, store.revision().await?, "a lock is no change");
        for statement in [
            "INSERT INTO setting (name, value) VALUES ('a', 'b')",
            "UPDATE setting SET value = 'c'",
            "DELETE FROM setting",
            "UPDATE edition SET number = number + 1",
        ] {
            let before = store.revision().await?;
            store.db.execute_unprepared(statement).await?;
            assert_ne!(before, store.revision().await?, "{statement}");
        }
        Ok(())
    }

    /// A database with a change, and its revision.
    async fn changed() -> Result<(Store, Revision), Fault> {
        let store = Store::connect("sqlite::memory:", 1).await?;
        store.migrate().await?;
        store.db.execute_unprepared("UPDATE edition SET number = number + 1").await?;
        let first = store.revision().await?;
        assert!(!store.memory.watch.went_back.load(Ordering::SeqCst));
        Ok((store, first))
    }

    /// Takes the last change away, as an older copy that is restored does.
    async fn restore(store: &Store) -> Result<(), Fault> {
        store.db.execute_unprepared("DELETE FROM revision WHERE id = (SELECT MAX(id) FROM revision)").await?;
        Ok(())
    }

    /// Changes it until it has as many changes as it had, and expects it to be another one all the same.
    async fn expect_another(store: &Store, first: Revision) -> Result<(), Fault> {
        let other = format!("INSERT INTO revision (id) VALUES ({})", first.last);
        store.db.execute_unprepared(&other).await?;
        let again = store.memory.watch.ask(&store.db).await?;
        assert_eq!((again.last, again.count), (first.last, first.count));
        assert!(!again.is(first) && again != first, "{again:?} is of another database");
        assert!(store.memory.watch.went_back.load(Ordering::SeqCst));
        Ok(())
    }

    #[tokio::test]
    async fn a_database_that_lost_changes_has_figures_read_anew() -> Result<(), Fault> {
        let (store, first) = changed().await?;
        restore(&store).await?;
        let less = store.memory.watch.ask(&store.db).await?;
        assert!(less.last < first.last);
        // Others go on with what was restored.
        expect_another(&store, first).await?;
        store.revision().await?;
        assert!(!store.memory.watch.went_back.load(Ordering::SeqCst), "noted once");
        Ok(())
    }

    #[tokio::test]
    async fn as_many_changes_of_another_history_are_another_revision() -> Result<(), Fault> {
        let (store, first) = changed().await?;
        // Restored, and changed as often, before anybody asks.
        restore(&store).await?;
        expect_another(&store, first).await
    }

    #[tokio::test]
    async fn more_changes_of_another_history_are_noticed() -> Result<(), Fault> {
        let (store, first) = changed().await?;
        restore(&store).await?;
        for id in [first.last, first.last + 1] {
            store.db.execute_unprepared(&format!("INSERT INTO revision (id) VALUES ({id})")).await?;
        }
        let further = store.memory.watch.ask(&store.db).await?;
        assert!(further.last > first.last && further.epoch > first.epoch, "{first:?} {further:?}");
        assert!(store.memory.watch.went_back.load(Ordering::SeqCst));
        store.revision().await?;
        store.db.execute_unprepared("UPDATE edition SET number = number + 1").await?;
        assert_eq!(store.revision().await?.epoch, further.epoch, "the same history goes on");
        Ok(())
    }

    #[tokio::test]
    async fn a_shorter_list_of_changes_is_another_revision() -> Result<(), Fault> {
        let store = Store::connect("sqlite::memory:", 1).await?;
        store.migrate().await?;
        for _ in 0..=super::MOST_KEPT {
            store.db.execute_unprepared("UPDATE edition SET number = number + 1").await?;
        }
        let before = store.revision().await?;
        store.shorten_revisions().await?;
        let after = store.revision().await?;
        assert!(after.last > before.last && after.count == super::KEPT + 1, "{before:?} {after:?}");
        Ok(())
    }

    #[test]
    fn what_was_kept_is_forgotten_with_the_next_revision() {
        let (first, next) =
            (Revision { last: 1, ..Revision::default() }, Revision { last: 2, ..Revision::default() });
        let kept: Kept<&str, u8> = Kept::new(2);
        kept.keep(first, "a", Arc::new(1));
        assert_eq!(kept.get(first, &"a").as_deref(), Some(&1));
        assert_eq!(kept.get(next, &"a"), None);
        kept.keep(next, "b", Arc::new(2));
        assert_eq!((kept.get(next, &"a"), kept.get(next, &"b").as_deref()), (None, Some(&2)));
    }
}
