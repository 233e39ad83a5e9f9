//! Writing the log: one writer, many requests a transaction, and no answer before its record is kept.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use crate::{
    access_log::{Chain, Entry},
    store::{Reference, Store, StoreError},
};

/// Records that wait for the writer; further requests wait for a place.
const WAITING: usize = 1_024;
/// Most records of one transaction.
const MOST_AT_ONCE: usize = 256;
/// Longest time that an answer waits for its record.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// The log of access, for whoever has a record to write.
#[derive(Clone)]
pub struct AccessLog {
    waiting: mpsc::Sender<Waiting>,
}

struct Waiting {
    entry: Entry,
    kept: oneshot::Sender<()>,
}

impl Waiting {
    fn acknowledge(self) {
        // Whoever has given up meanwhile gets no answer: a record too many does no harm.
        let _ = self.kept.send(());
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
        tokio::spawn(write(store, reference, records));
        Ok(Self { waiting })
    }

    /// Writes a record. It is kept when this returns.
    ///
    /// # Errors
    ///
    /// [`NotWritten`] when it was not, within some seconds; the cause is in the server's log.
    pub async fn write(&self, entry: Entry) -> Result<(), NotWritten> {
        let (kept, answer) = oneshot::channel();
        let written = async {
            self.waiting.send(Waiting { entry, kept }).await.or(Err(NotWritten))?;
            answer.await.or(Err(NotWritten))
        };
        timeout(LONGEST_WAIT, written).await.unwrap_or(Err(NotWritten))
    }
}

async fn write(mut store: Store, reference: Arc<Reference>, mut records: mpsc::Receiver<Waiting>) {
    let (mut some, mut known) = (Vec::with_capacity(MOST_AT_ONCE), None);
    while records.recv_many(&mut some, MOST_AT_ONCE).await > 0 {
        // Whoever has given up gets no answer, and leaves no record.
        some.retain(|waiting| !waiting.kept.is_closed());
        let together: Vec<&Entry> = some.iter().map(|waiting| &waiting.entry).collect();
        let appended = append(&store, &reference, &together, &mut known).await;
        let failed = appended.is_err();
        match appended {
            Ok(()) => some.drain(..).for_each(Waiting::acknowledge),
            // One that the database does not take must not keep back the others.
            Err(cause) if some.len() > 1 && !cause.is_away() => {
                for waiting in some.drain(..) {
                    if append(&store, &reference, &[&waiting.entry], &mut known).await.is_ok() {
                        waiting.acknowledge();
                    }
                }
            }
            Err(_) => some.clear(),
        }
        // Whatever state a transaction that failed left it in: the next one begins on another connection.
        if failed && let Ok(anew) = store.lasting().await {
            store = anew;
        }
    }
}

async fn append(
    store: &Store,
    reference: &Reference,
    entries: &[&Entry],
    known: &mut Option<Chain>,
) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    match store.append_to_log(&reference.keyring, entries, known.as_ref()).await {
        Ok(chain) => {
            *known = Some(chain);
            Ok(())
        }
        Err(cause) => {
            tracing::error!(%cause, records = entries.len(), "records of access were not written");
            Err(cause)
        }
    }
}
