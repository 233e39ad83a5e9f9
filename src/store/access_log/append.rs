//! Appending to the log: in one round trip where nobody else has written since, under a lock otherwise; where a revision is
//! expected, only while the database is at it.

use chrono::{DateTime, Utc};
use entity::{access_chain, access_record, access_source};
use sea_orm::{
    ActiveModelTrait as _, DbErr, EntityTrait, IntoActiveModel as _, RuntimeErr, TransactionTrait as _,
    sqlx::{self, AssertSqlSafe, Connection as _, PgConnection, SqliteConnection},
};

use super::{
    broken, expect_end, expect_known,
    line::{Held, Line},
    locked, rewrite,
};
use crate::{
    access_log::{Chain, Entry},
    secrecy::Keyring,
    store::{Revision, Store, StoreError, revision},
};

/// Rows in one statement: below what SQLite takes (32,766 values, twelve a row at most).
const ROWS_A_STATEMENT: usize = 2_000;

/// After how many records the end of the chain is looked at whole, by whoever knows it.
const LOOKED_AT_EVERY: i64 = 1_000;

/// Records up to which SQLite keeps a prepared statement for so many.
const FEW: usize = 4;

/// Rows that are appended, and how they move the end of the chain.
struct Appended {
    before: access_chain::Model,
    after: access_chain::Model,
    records: Vec<access_record::Model>,
    sources: Vec<access_source::Model>,
}

impl Appended {
    /// What comes after the end of a chain, which becomes the new one.
    fn to(chain: &mut Chain, keyring: &Keyring, entries: &[&Entry]) -> Self {
        let before = chain.row(keyring);
        let (records, sources): (Vec<_>, Vec<_>) =
            entries.iter().map(|entry| chain.append(keyring, entry)).unzip();
        let sources = sources.into_iter().flatten().collect();
        Self { before, after: chain.row(keyring), records, sources }
    }
}

impl Store {
    /// Appends records to the chain, all or none of them, and gives the chain as they left it; none where the database is not at
    /// the revision that is expected, so that nothing was appended. `known` is how this writer left the chain the last time:
    /// where it still ends there, one round trip does.
    ///
    /// # Errors
    ///
    /// [`StoreError::Inconsistent`] when the end of the chain was touched.
    pub(super) async fn append_to_log(
        &self,
        line: &mut Line,
        keyring: &Keyring,
        entries: &[&Entry],
        (known, expected): (Option<&Chain>, Option<Revision>),
    ) -> Result<Option<Chain>, StoreError> {
        if let Some(known) = known {
            let mut chain = known.clone();
            let appended = Appended::to(&mut chain, keyring, entries);
            // Now and then the end is looked at whole; so it is where too much comes for one statement.
            let is_due = known.last().number / LOOKED_AT_EVERY != chain.last().number / LOOKED_AT_EVERY;
            if !is_due && appended.sources.len() <= ROWS_A_STATEMENT {
                match self.append_at_once(line, appended, expected).await {
                    Ok(true) => return Ok(Some(chain)),
                    Ok(false) => {}
                    Err(cause) if cause.is_away() => return Err(cause),
                    // Under the lock it is said what is wrong.
                    Err(cause) => tracing::debug!(%cause, "records were not appended at once"),
                }
            }
        }
        line.hang_up();
        self.append_under_lock(keyring, entries, (known, expected)).await
    }

    /// Whether the chain ended where it was known to end, with a last record of the same hash, and the revision was the one that is
    /// expected, so that all was appended.
    async fn append_at_once(
        &self,
        line: &mut Line,
        appended: Appended,
        expected: Option<Revision>,
    ) -> Result<bool, StoreError> {
        let done = async {
            let mut held = line.take(&self.db).await?;
            let done = match &mut held {
                Held::Postgres(connection) => to_postgres(connection, appended, expected).await,
                Held::Sqlite(connection) => to_sqlite(connection, appended, expected).await,
            };
            // One on which something failed is looked at by the pool before it is used again.
            if done.is_ok() {
                line.keep(held);
            }
            done
        };
        done.await.map_err(|cause| DbErr::Exec(RuntimeErr::SqlxError(cause.into())).into())
    }

    async fn append_under_lock(
        &self,
        keyring: &Keyring,
        entries: &[&Entry],
        (known, expected): (Option<&Chain>, Option<Revision>),
    ) -> Result<Option<Chain>, StoreError> {
        let transaction = self.db.begin().await?;
        let mut chain = locked(&transaction, keyring).await?;
        if known.is_some_and(|known| chain.last().number < known.last().number) {
            return Err(broken("its end has moved back"));
        }
        if let Some(expected) = expected
            && !revision::read(&transaction).await?.is(expected)
        {
            return Ok(None);
        }
        if let Some(known) = known {
            expect_known(&transaction, &chain, known).await?;
        }
        expect_end(&transaction, &chain, keyring).await?;
        let Appended { records, sources, .. } = Appended::to(&mut chain, keyring, entries);
        for rows in records.chunks(ROWS_A_STATEMENT) {
            let rows = rows.iter().cloned().map(|row| row.into_active_model().reset_all());
            access_record::Entity::insert_many(rows).exec_without_returning(&transaction).await?;
        }
        for rows in sources.chunks(ROWS_A_STATEMENT) {
            let rows = rows.iter().cloned().map(|row| row.into_active_model().reset_all());
            access_source::Entity::insert_many(rows).exec_without_returning(&transaction).await?;
        }
        rewrite(&transaction, &chain, keyring).await?;
        transaction.commit().await?;
        Ok(Some(chain))
    }
}

/// One statement, which is its own transaction: without the end that is expected nothing is written.
const APPEND: &str = "
WITH ended AS (
    UPDATE access_chain SET last_number = $1, last_hash = $2, seal = $3
    WHERE id = 1 AND seal = $4 AND removed_number = $5 AND removed_hash = $6 AND last_number = $7 AND last_hash = $8
        AND EXISTS (SELECT 1 FROM access_record WHERE number = $7 AND hash = $8)
        AND ($29::bigint IS NULL OR (
            SELECT (COALESCE(MAX(revision.id), 0), COUNT(*), COALESCE((SELECT mark FROM revision ORDER BY id DESC LIMIT 1), 0)) = ($29, $30, $31)
            FROM revision
        ))
    RETURNING id
), recorded AS (
    INSERT INTO access_record (number, at, subject, client, partner, roles, purpose, operation_name, hash)
    SELECT record.* FROM ended, unnest(
        $9::bigint[], $10::timestamptz[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::bytea[]
    ) AS record
), reached AS (
    INSERT INTO access_source (
        number, source, shown, withheld, refused, unmasked, explained, searches, levels, territories, territory_count
    )
    SELECT source.* FROM ended, unnest(
        $18::bigint[], $19::text[], $20::int[], $21::int[], $22::int[], $23::int[], $24::int[], $25::int[], $26::text[], $27::text[],
        $28::int[]
    ) AS source
)
SELECT id FROM ended";

async fn to_postgres(
    connection: &mut PgConnection,
    appended: Appended,
    expected: Option<Revision>,
) -> Result<bool, sqlx::Error> {
    let Appended { before, after, records, sources } = appended;
    // Over few records any index is as good as another: it is planned anew whenever there are twice as many.
    if before.last_number.max(1).ilog2() != after.last_number.max(1).ilog2() {
        connection.clear_cached_statements().await?;
    }
    let mut query = sqlx::query(APPEND)
        .bind(after.last_number)
        .bind(after.last_hash)
        .bind(after.seal)
        .bind(before.seal)
        .bind(before.removed_number)
        .bind(before.removed_hash)
        .bind(before.last_number)
        .bind(before.last_hash);
    let at: Vec<DateTime<Utc>> = records.iter().map(|row| row.at).collect();
    let numbers: Vec<i64> = records.iter().map(|row| row.number).collect();
    query = query.bind(numbers).bind(at);
    let text = |of: fn(&access_record::Model) -> Option<&str>| -> Vec<Option<String>> {
        records.iter().map(|row| of(row).map(str::to_owned)).collect()
    };
    query = query
        .bind(text(|row| Some(&row.subject)))
        .bind(text(|row| row.client.as_deref()))
        .bind(text(|row| Some(&row.partner)))
        .bind(text(|row| Some(&row.roles)))
        .bind(text(|row| row.purpose.as_deref()))
        .bind(text(|row| row.operation_name.as_deref()));
    let hashes: Vec<Vec<u8>> = records.iter().map(|row| row.hash.clone()).collect();
    query = query.bind(hashes);
    let numbers: Vec<i64> = sources.iter().map(|row| row.number).collect();
    let text = |of: fn(&access_source::Model) -> &String| -> Vec<String> {
        sources.iter().map(|row| of(row).clone()).collect()
    };
    let count = |of: fn(&access_source::Model) -> i32| -> Vec<i32> { sources.iter().map(of).collect() };
    query = query
        .bind(numbers)
        .bind(text(|row| &row.source))
        .bind(count(|row| row.shown))
        .bind(count(|row| row.withheld))
        .bind(count(|row| row.refused))
        .bind(count(|row| row.unmasked))
        .bind(count(|row| row.explained))
        .bind(count(|row| row.searches))
        .bind(text(|row| &row.levels))
        .bind(text(|row| &row.territories))
        .bind(count(|row| row.territory_count))
        .bind(expected.map(|revision| revision.last))
        .bind(expected.map(|revision| revision.count))
        .bind(expected.map(|revision| revision.mark));
    Ok(!query.fetch_all(connection).await?.is_empty())
}

/// So many rows of so many values.
fn rows(count: usize, values: usize) -> String {
    let row = format!("({})", vec!["?"; values].join(", "));
    vec![row; count].join(", ")
}

/// Several statements that are sent as one, which spares a turn of the driver's thread for each of them.
async fn to_sqlite(
    connection: &mut SqliteConnection,
    appended: Appended,
    expected: Option<Revision>,
) -> Result<bool, sqlx::Error> {
    let Appended { before, after, records, sources } = appended;
    let reached = match sources.len() {
        0 => String::new(),
        count => format!(
            "INSERT INTO access_source (number, source, shown, withheld, refused, unmasked, explained, searches, levels, territories, territory_count)
             SELECT * FROM (VALUES {}) WHERE changes() > 0;",
            rows(count, 11)
        ),
    };
    // What follows the first of them is of no effect where that one changed nothing: another writer may have left the very end
    // that this one would, with the same record.
    let text = format!(
        "BEGIN IMMEDIATE;
         UPDATE access_chain SET last_number = ?, last_hash = ?, seal = ?
         WHERE id = 1 AND seal = ? AND removed_number = ? AND removed_hash = ? AND last_number = ? AND last_hash = ?
             AND EXISTS (SELECT 1 FROM access_record WHERE number = ? AND hash = ?)
             AND (? IS NULL OR (
                 SELECT COALESCE(MAX(revision.id), 0), COUNT(*), COALESCE((SELECT mark FROM revision ORDER BY id DESC LIMIT 1), 0)
                 FROM revision
             ) = (?, ?, ?))
         RETURNING id;
         INSERT INTO access_record (number, at, subject, client, partner, roles, purpose, operation_name, hash)
         SELECT * FROM (VALUES {}) WHERE changes() > 0;
         {reached}
         COMMIT",
        rows(records.len(), 9)
    );
    let few = records.len() <= FEW;
    let mut query = sqlx::query(AssertSqlSafe(text))
        .persistent(few)
        .bind(after.last_number)
        .bind(after.last_hash)
        .bind(after.seal)
        .bind(before.seal)
        .bind(before.removed_number)
        .bind(before.removed_hash)
        .bind(before.last_number)
        .bind(before.last_hash.clone())
        .bind(before.last_number)
        .bind(before.last_hash)
        .bind(expected.map(|revision| revision.last))
        .bind(expected.map(|revision| revision.last))
        .bind(expected.map(|revision| revision.count))
        .bind(expected.map(|revision| revision.mark));
    for row in records {
        query = query
            .bind(row.number)
            .bind(row.at)
            .bind(row.subject)
            .bind(row.client)
            .bind(row.partner)
            .bind(row.roles)
            .bind(row.purpose)
            .bind(row.operation_name)
            .bind(row.hash);
    }
    for row in sources {
        query = query
            .bind(row.number)
            .bind(row.source)
            .bind(row.shown)
            .bind(row.withheld)
            .bind(row.refused)
            .bind(row.unmasked)
            .bind(row.explained)
            .bind(row.searches)
            .bind(row.levels)
            .bind(row.territories)
            .bind(row.territory_count);
    }
    // The connection is that of the writer alone: what fails is taken back there.
    match query.fetch_all(&mut *connection).await {
        Ok(ended) => Ok(!ended.is_empty()),
        Err(cause) => {
            // A full disk has taken it back by itself.
            let _ = sqlx::query("ROLLBACK").execute(&mut *connection).await;
            Err(cause)
        }
    }
}
