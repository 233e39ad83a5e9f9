//! What the database says of itself: whether it holds an observatory, and under which vault key.

use entity::setting;
use migration::{Migrator, MigratorTrait as _, SchemaManager};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait as _, DbBackend, EntityName as _, EntityTrait,
    QueryFilter, Statement, sea_query::OnConflict,
};

use super::{Store, StoreError};
use crate::secrecy::Keyring;

/// What a database holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Tables, nothing in them.
    Empty,
    /// An observatory.
    Ready,
}

const CONTENT: &str = "content";
/// The setting that says which key the vault was filled under.
pub const VAULT_KEY: &str = "vault-key";

/// The table that says which steps were done.
pub(super) const STEPS: &str = "seaql_migrations";

/// Whatever somebody has made: tables, views, types; but for those of the database itself and of its extensions.
const MADE_IN_SQLITE: &str = "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite~_%' ESCAPE '~' AND tbl_name <> 'seaql_migrations' LIMIT 1";
const MADE_IN_POSTGRES: &str = "SELECT name FROM (
        SELECT oid, relname AS name FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c')
        UNION ALL
        SELECT oid, typname FROM pg_type
        WHERE typnamespace = current_schema()::regnamespace AND typtype IN ('e', 'd', 'r')
    ) AS made
    WHERE name <> 'seaql_migrations' AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = made.oid AND deptype = 'e') LIMIT 1";

impl Store {
    /// What the database holds.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn stage(&self) -> Result<Stage, StoreError> {
        Ok(if self.setting(CONTENT).await?.is_some() { Stage::Ready } else { Stage::Empty })
    }

    /// Whether there are tables to hold something.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn has_tables(&self) -> Result<bool, StoreError> {
        self.has_table(setting::Entity.table_name()).await
    }

    /// Whether there is a table of this name.
    pub(super) async fn has_table(&self, name: &str) -> Result<bool, StoreError> {
        let backend = self.office.get_database_backend();
        if backend != DbBackend::Postgres {
            return Ok(SchemaManager::new(&self.office).has_table(name).await?);
        }
        // The standard's views hide what a role may not read: it would look as if nothing were there.
        let there =
            Statement::from_sql_and_values(backend, "SELECT to_regclass($1) IS NOT NULL", [name.into()]);
        let row = self.office.query_one_raw(there).await?;
        Ok(row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default())
    }

    /// Whether something is there, and it is not ours.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn is_foreign(&self) -> Result<bool, StoreError> {
        let backend = self.office.get_database_backend();
        if self.has_table(STEPS).await? {
            // Others keep their steps in a table of the same name.
            let steps = format!("SELECT version FROM {STEPS}");
            let rows = match self.office.query_all_raw(Statement::from_string(backend, steps)).await {
                Ok(rows) => rows,
                Err(error) => {
                    let error = StoreError::from(error);
                    if matches!(error, StoreError::Denied(_)) {
                        return Err(error);
                    }
                    self.ping().await?;
                    return Ok(true);
                }
            };
            let done = rows.iter().map(|row| row.try_get("", "version"));
            let done: Vec<String> = done.collect::<Result<_, _>>()?;
            let first = Migrator::migrations().first().map(|step| step.name().to_owned());
            if !done.is_empty() {
                return Ok(first.is_some_and(|first| !done.contains(&first)));
            }
        }
        let made = if backend == DbBackend::Postgres { MADE_IN_POSTGRES } else { MADE_IN_SQLITE };
        Ok(self.office.query_one_raw(Statement::from_string(backend, made)).await?.is_some())
    }

    /// Folds what was written beside an SQLite file into it, so that nothing large is left there by a regular end. Where others
    /// read meanwhile, some of it stays.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn fold(&self) -> Result<(), StoreError> {
        if self.office.get_database_backend() == DbBackend::Sqlite {
            self.office.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        }
        Ok(())
    }

    /// A setting by name.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        let row = setting::Entity::find().filter(setting::Column::Name.eq(name)).one(&self.db).await?;
        Ok(row.map(|row| row.value))
    }
}

impl super::Batch {
    /// Says that the database now holds an observatory, its vault filled under this key.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn declare_content(&self, what: &str, keyring: &Keyring) -> Result<(), StoreError> {
        self.set(VAULT_KEY, keyring.fingerprint()).await?;
        self.set(CONTENT, what).await
    }

    /// Sets a setting.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn set(&self, name: &str, value: &str) -> Result<(), StoreError> {
        let row = setting::ActiveModel { name: Set(name.to_owned()), value: Set(value.to_owned()) };
        let conflict =
            OnConflict::column(setting::Column::Name).update_column(setting::Column::Value).to_owned();
        setting::Entity::insert(row).on_conflict(conflict).exec_without_returning(&self.transaction).await?;
        Ok(())
    }
}
