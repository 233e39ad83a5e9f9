//! Two roles of PostgreSQL: one serves, and cannot read the vault; the other owns the tables, and changes them.

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::{Store, StoreError};

/// Tables that the serving role writes: it keeps the log of access, and nothing else.
const WRITTEN: &str = "access_chain, access_record, access_source";

/// Whether who serves can read the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separation {
    /// It cannot.
    Apart,
    /// It can.
    Together,
}

impl Store {
    /// Whether the role that serves can read the vault; none where the database knows no roles.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn separation(&self) -> Result<Option<Separation>, StoreError> {
        if self.db.get_database_backend() != DbBackend::Postgres {
            return Ok(None);
        }
        let question = "SELECT BOOL_OR(has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE') \
             OR pg_has_role(c.relowner, 'MEMBER')) AS reads \
             FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') \
             AND c.relname LIKE 'vault\\_%'";
        let statement = Statement::from_string(DbBackend::Postgres, question);
        let row = self.db.query_one_raw(statement).await?;
        let reads: Option<bool> = row.map(|row| row.try_get("", "reads")).transpose()?.flatten();
        Ok(Some(if reads == Some(false) { Separation::Apart } else { Separation::Together }))
    }

    /// Gives the role that serves what it needs and nothing of the vault, where there are two.
    pub(super) async fn separate(&self) -> Result<(), StoreError> {
        let Some(serving) = self.name_of_another_role().await? else { return Ok(()) };
        let schema = name(&self.office, "SELECT current_schema()::text AS name").await?;
        let (serving, schema) = (quoted(&serving), quoted(&schema));
        let vault = self.vault_tables().await?;
        let mut statements = vec![
            format!("GRANT USAGE ON SCHEMA {schema} TO {serving}"),
            format!("GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {serving}"),
            format!("GRANT INSERT, UPDATE, DELETE ON {WRITTEN} TO {serving}"),
        ];
        statements
            .extend(vault.iter().map(|table| format!("REVOKE ALL ON {} FROM {serving}", quoted(table))));
        // All or nothing: at no moment may it read the vault.
        self.office.execute_unprepared(&format!("BEGIN; {}; COMMIT", statements.join("; "))).await?;
        Ok(())
    }

    /// The name of the role that serves, where it is not the one that owns the tables.
    async fn name_of_another_role(&self) -> Result<Option<String>, StoreError> {
        if self.db.get_database_backend() != DbBackend::Postgres {
            return Ok(None);
        }
        let question = "SELECT current_user::text AS name";
        let (serving, owner) = (name(&self.db, question).await?, name(&self.office, question).await?);
        Ok((serving != owner).then_some(serving))
    }

    async fn vault_tables(&self) -> Result<Vec<String>, StoreError> {
        let question = "SELECT tablename::text AS name FROM pg_tables \
             WHERE schemaname = current_schema() AND tablename LIKE 'vault\\_%'";
        let rows = self.office.query_all_raw(Statement::from_string(DbBackend::Postgres, question)).await?;
        let names = rows.iter().map(|row| row.try_get("", "name"));
        Ok(names.collect::<Result<_, _>>()?)
    }
}

async fn name(db: &impl ConnectionTrait, question: &str) -> Result<String, StoreError> {
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, question)).await?;
    let row = row.ok_or_else(|| StoreError::Inconsistent(question.to_owned()))?;
    Ok(row.try_get("", "name")?)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
