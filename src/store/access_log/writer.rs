//! Writing the log: one writer, many requests a transaction, and no answer before its record is kept.

use std::{sync::Arc, time::Duration};

use sea_orm::{DbErr, RuntimeErr, sqlx};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use super::line::Line;
use crate::{
    access_log::{Chain, Entry},
    store::{Reference, Revision, Store, StoreError},
};

/// Records that wait for the writer; further requests wait for a place.
const WAITING: usize = 1_024;
/// Most records of one transaction.
const MOST_AT_ONCE: usize = 256;
/// Longest time that an answer waits for its record.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// Longest time that the writer waits for the database, whose answer may never come: a network that swallows it says nothing. What
/// is written later nevertheless is a record too many.
const LONGEST_APPEND: Duration = Duration::from_secs(5);

/// The log of access, for whoever has a record to write.
#[derive(Clone)]
pub struct AccessLog {
    waiting: mpsc::Sender<Waiting>,
}

struct Waiting {
    entry: Entry,
    /// The revision at which alone it is to be written.
    at: Option<Revision>,
    /// Told whether it was.
    written: oneshot::Sender<bool>,
}

impl Waiting {
    fn acknowledge(self) {
        // Whoever has given up meanwhile gets no answer: a record too many does no harm.
        let _ = self.written.send(true);
    }

    fn decline(self) {
        let _ = self.written.send(false);
    }
}

/// A record that was not written; its answer must not be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the record of an access was not written")]
pub struct NotWritten;

impl AccessLog {
    /// Begins the log where there is none, and starts its writer, which stops when nobody holds the log any more.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn start(store: &Store, reference: Arc<Reference>) -> Result<Self, StoreError> {
        // A connection of its own: neither a crowd of readers nor a smaller promise of theirs is in its way.
        let store = store.lasting().await?;
        store.begin_log(&reference.keyring, chrono::Utc::now()).await?;
        let (waiting, records) = mpsc::channel(WAITING);
        let writer = Writer { store, reference, line: Line::default(), known: None };
        tokio::spawn(write(writer, records));
        Ok(Self { waiting })
    }

    /// Writes a record. It is kept when this returns.
    ///
    /// # Errors
    ///
    /// [`NotWritten`] when it was not, within some seconds; the cause is in the server's log.
    pub async fn write(&self, entry: Entry) -> Result<(), NotWritten> {
        self.wait(entry, None).await.map(|_| ())
    }

    /// Writes a record if the database is still at a revision, which the statement that writes it tells: whether it was, and the
    /// record is kept.
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write).
    pub async fn write_at(&self, entry: Entry, revision: Revision) -> Result<bool, NotWritten> {
        self.wait(entry, Some(revision)).await
    }

    async fn wait(&self, entry: Entry, at: Option<Revision>) -> Result<bool, NotWritten> {
        let (written, answer) = oneshot::channel();
        let written = async {
            self.waiting.send(Waiting { entry, at, written }).await.or(Err(NotWritten))?;
            answer.await.or(Err(NotWritten))
        };
        timeout(LONGEST_WAIT, written).await.unwrap_or(Err(NotWritten))
    }
}

/// The one writer of a server.
struct Writer {
    store: Store,
    reference: Arc<Reference>,
    line: Line,
    /// How it left the chain.
    known: Option<Chain>,
}

async fn write(mut writer: Writer, mut records: mpsc::Receiver<Waiting>) {
    let mut some = Vec::with_capacity(MOST_AT_ONCE);
    while records.recv_many(&mut some, MOST_AT_ONCE).await > 0 {
        // Whoever has given up gets no answer, and leaves no record.
        some.retain(|waiting| !waiting.written.is_closed());
        // Those that expect an earlier revision than the last of them does ask anew.
        let expected = some.iter().rev().find_map(|waiting| waiting.at);
        some.extract_if(.., |waiting| waiting.at.is_some() && waiting.at != expected)
            .for_each(Waiting::decline);
        if let Ok(false) = writer.append(&mut some, expected).await {
            some.extract_if(.., |waiting| waiting.at.is_some()).for_each(Waiting::decline);
            let _ = writer.append(&mut some, None).await;
        }
        some.clear();
    }
}

impl Writer {
    /// Appends what waits where the database is at the revision that is expected, and acknowledges it: whether it was.
    async fn append(
        &mut self,
        some: &mut Vec<Waiting>,
        expected: Option<Revision>,
    ) -> Result<bool, StoreError> {
        let together: Vec<&Entry> = some.iter().map(|waiting| &waiting.entry).collect();
        let appended = self.append_all(&together, expected).await;
        match &appended {
            Ok(true) => some.drain(..).for_each(Waiting::acknowledge),
            Ok(false) => {}
            // One that the database does not take must not keep back the others.
            Err(cause) if some.len() > 1 && !cause.is_away() => {
                for waiting in some.drain(..) {
                    match self.append_all(&[&waiting.entry], waiting.at).await {
                        Ok(true) => waiting.acknowledge(),
                        Ok(false) => waiting.decline(),
                        Err(_) => {}
                    }
                }
            }
            Err(_) => {}
        }
        // Whatever state a transaction that failed left it in: the next one begins on another connection.
        if appended.is_err()
            && let Ok(anew) = self.store.lasting().await
        {
            (self.store, self.line) = (anew, Line::default());
        }
        appended
    }

    async fn append_all(
        &mut self,
        entries: &[&Entry],
        expected: Option<Revision>,
    ) -> Result<bool, StoreError> {
        if entries.is_empty() {
            return Ok(true);
        }
        let Self { store, reference, line, known } = self;
        let appended = store.append_to_log(line, &reference.keyring, entries, (known.as_ref(), expected));
        let appended = timeout(LONGEST_APPEND, appended).await.unwrap_or_else(|late| {
            Err(DbErr::Conn(RuntimeErr::SqlxError(sqlx::Error::Io(late.into()).into())).into())
        });
        match appended {
            Ok(Some(chain)) => {
                *known = Some(chain);
                Ok(true)
            }
            Ok(None) => Ok(false),
            Err(cause) => {
                tracing::error!(%cause, records = entries.len(), "records of access were not written");
                Err(cause)
            }
        }
    }
}
