//! Verifying the log as it stands in the database.

use chrono::{DateTime, Utc};
use entity::{access_chain, access_record, access_source};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};
use tokio::sync::mpsc;

use crate::{
    access_log::{Chain, Fault, Link, Verdict, Verifier},
    secrecy::Keyring,
    store::{Store, StoreError},
};

/// Records that are read at once.
const AT_ONCE: u64 = 4_000;

type Rows = (access_record::Model, Vec<access_source::Model>);

impl Store {
    /// Verifies the whole log against its chain, and against a link that somebody kept elsewhere; tells how far it has
    /// come. Gives where the chain begins and ends too.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`] when it cannot be read; a log that does not hold is no error, but a verdict.
    pub async fn verify_log(
        &self,
        keyring: &Keyring,
        kept: Option<Link>,
        progress: &(dyn Fn(u64, u64) + Send + Sync),
    ) -> Result<(Option<Chain>, Verdict), StoreError> {
        // Whatever is appended or removed meanwhile.
        let transaction = self.moment().await?;
        let row = access_chain::Entity::find().one(&transaction).await.or_else(unreadable)?;
        let Some(row) = row else {
            let nothing =
                access_record::Entity::find().one(&transaction).await.is_ok_and(|row| row.is_none());
            let mut verdict = Verdict::default();
            if !nothing || kept.is_some() {
                verdict.faults.push(Fault::NoEnds);
                verdict.fault_count = 1;
            }
            return Ok((None, verdict));
        };
        let chain = Chain::of(&row);
        let sealed = Chain::sealed(keyring, &row).is_some();
        let total = chain.last().number.abs_diff(chain.removed().number);
        let mut verifier = Verifier::new(keyring, &chain, sealed, kept);
        // Read ahead in a task of its own: reading takes as long as verifying.
        let (sender, mut parts) = mpsc::channel(2);
        let reader = tokio::spawn(read(transaction, sender));
        while let Some(part) = parts.recv().await {
            match part {
                Part::Records(rows) => {
                    rows.iter().for_each(|(record, sources)| verifier.take(record, sources));
                }
                Part::Unreadable(number) => verifier.take_unreadable(number),
                Part::Orphan(number) => verifier.take_orphan(number),
            }
            progress(verifier.so_far().records, total);
        }
        reader
            .await
            .or(Err(StoreError::Inconsistent("log of access: reading it was given up".to_owned())))??;
        Ok((Some(chain), verifier.finish()))
    }
}

/// A part of the log, in the order of numbers.
enum Part {
    /// Records.
    Records(Vec<Rows>),
    /// A record that stands there and cannot be read.
    Unreadable(i64),
    /// What a request reached, without its record, beyond all records.
    Orphan(i64),
}

/// Reads the whole log.
async fn read(transaction: DatabaseTransaction, parts: mpsc::Sender<Part>) -> Result<(), StoreError> {
    let mut after = i64::MIN;
    loop {
        let some = next(&transaction, after).await?;
        let Some(last) = some.last().and_then(Part::last) else { break };
        for part in some {
            if parts.send(part).await.is_err() {
                return Ok(());
            }
        }
        after = last;
    }
    for number in orphans(&transaction, after).await? {
        if parts.send(Part::Orphan(number)).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

impl Part {
    fn last(&self) -> Option<i64> {
        match self {
            Self::Records(rows) => rows.last().map(|(record, _)| record.number),
            Self::Unreadable(number) | Self::Orphan(number) => Some(*number),
        }
    }
}

/// The numbers of the next records.
async fn numbers(transaction: &DatabaseTransaction, after: i64) -> Result<Vec<i64>, StoreError> {
    Ok(access_record::Entity::find()
        .select_only()
        .column(access_record::Column::Number)
        .filter(access_record::Column::Number.gt(after))
        .order_by_asc(access_record::Column::Number)
        .limit(AT_ONCE)
        .into_tuple()
        .all(transaction)
        .await?)
}

/// The next records; nothing when there are none.
async fn next(transaction: &DatabaseTransaction, after: i64) -> Result<Vec<Part>, StoreError> {
    match rows(transaction, after, i64::MAX, AT_ONCE).await {
        Ok(rows) => return Ok(vec![Part::Records(rows)]),
        Err(StoreError::Database(cause) | StoreError::Denied(cause)) if !is_unreadable(&cause) => {
            return Err(cause.into());
        }
        Err(_) => {}
    }
    // A column holds what is not of its kind: found by reading the records one by one.
    let numbers = numbers(transaction, after).await?;
    let mut parts = Vec::with_capacity(numbers.len());
    for number in numbers {
        parts.push(match rows(transaction, number - 1, number, 1).await {
            Ok(rows) => Part::Records(rows),
            Err(StoreError::Database(cause) | StoreError::Denied(cause)) if !is_unreadable(&cause) => {
                return Err(cause.into());
            }
            Err(_) => Part::Unreadable(number),
        });
    }
    Ok(parts)
}

/// Numbers under which something was reached beyond all records.
async fn orphans(transaction: &DatabaseTransaction, after: i64) -> Result<Vec<i64>, StoreError> {
    Ok(access_source::Entity::find()
        .select_only()
        .column(access_source::Column::Number)
        .distinct()
        .filter(access_source::Column::Number.gt(after))
        .order_by_asc(access_source::Column::Number)
        .limit(100)
        .into_tuple()
        .all(transaction)
        .await?)
}

/// The records after a number up to another one, in order, at most so many. By position: looking a hundred thousand
/// rows up by the names of their columns takes longer than all the rest.
pub(super) async fn rows(
    connection: &impl ConnectionTrait,
    after: i64,
    last: i64,
    most: u64,
) -> Result<Vec<Rows>, StoreError> {
    use access_record::Column as Record;
    use access_source::Column as Source;
    let records: Vec<RecordRow> = access_record::Entity::find()
        .select_only()
        .columns([
            Record::Number,
            Record::At,
            Record::Subject,
            Record::Client,
            Record::Partner,
            Record::Roles,
            Record::Purpose,
            Record::OperationName,
            Record::Hash,
        ])
        .filter(Record::Number.gt(after))
        .filter(Record::Number.lte(last))
        .order_by_asc(Record::Number)
        .limit(most)
        .into_tuple()
        .all(connection)
        .await?;
    let Some(last) = records.last().map(|row| row.0) else { return Ok(Vec::new()) };
    let sources: Vec<SourceRow> = access_source::Entity::find()
        .select_only()
        .columns([Source::Number, Source::Source, Source::Levels, Source::Territories])
        .expr(Expr::cust(NUMBERS))
        .filter(Source::Number.gt(after))
        .filter(Source::Number.lte(last))
        .order_by_asc(Source::Number)
        .into_tuple()
        .all(connection)
        .await?;
    let sources = sources.into_iter().map(source).collect::<Result<Vec<_>, StoreError>>()?;
    let mut sources = sources.into_iter().peekable();
    let mut together = Vec::with_capacity(records.len());
    for row in records {
        let record = record(row);
        let mut reached = Vec::new();
        while let Some(source) = sources.next_if(|source| source.number <= record.number) {
            // What stands under no record is what is left of one that was removed.
            if source.number == record.number {
                reached.push(source);
            }
        }
        together.push((record, reached));
    }
    Ok(together)
}

type RecordRow =
    (i64, DateTime<Utc>, String, Option<String>, String, String, Option<String>, Option<String>, Vec<u8>);

fn record(row: RecordRow) -> access_record::Model {
    let (number, at, subject, client, partner, roles, purpose, operation_name, hash) = row;
    access_record::Model { number, at, subject, client, partner, roles, purpose, operation_name, hash }
}

type SourceRow = (i64, String, String, String, String);

/// The numbers of a source's row as one text: a value costs more to hand over than to read.
const NUMBERS: &str = "CAST(shown AS TEXT) || ' ' || CAST(withheld AS TEXT) || ' ' || CAST(refused AS TEXT) || ' ' || \
     CAST(unmasked AS TEXT) || ' ' || CAST(explained AS TEXT) || ' ' || CAST(searches AS TEXT) || ' ' || \
     CAST(territory_count AS TEXT)";

fn source(row: SourceRow) -> Result<access_source::Model, StoreError> {
    let (number, source, levels, territories, numbers) = row;
    let unread = || StoreError::Inconsistent(format!("log of access: numbers of record {number}"));
    let read: Option<Vec<i32>> = numbers.split(' ').map(|text| text.parse().ok()).collect();
    let read = read.and_then(|read| <[i32; 7]>::try_from(read).ok()).ok_or_else(unread)?;
    let [shown, withheld, refused, unmasked, explained, searches, territory_count] = read;
    Ok(access_source::Model {
        number,
        source,
        shown,
        withheld,
        refused,
        unmasked,
        explained,
        searches,
        levels,
        territories,
        territory_count,
    })
}

/// Whether a value was there and could not be read as what its column holds.
fn is_unreadable(cause: &DbErr) -> bool {
    match cause {
        DbErr::Type(_) | DbErr::TryIntoErr { .. } => true,
        DbErr::Query(cause) => cause.to_string().contains("decod"),
        _ => false,
    }
}

/// A row of ends that cannot be read is as good as none.
fn unreadable<T>(cause: DbErr) -> Result<Option<T>, DbErr> {
    if is_unreadable(&cause) { Ok(None) } else { Err(cause) }
}
