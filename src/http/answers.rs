//! Answers that were given and may be given again: to the same bearer of a token, for the same purpose, in the same language, as
//! long as nothing has changed that answers depend on. The record of access is written each time.

use std::sync::Arc;

use axum::body::Bytes;
use chrono::NaiveDate;
use moka::sync::Cache;

use super::{
    answer::{self, Manner},
    ask::Asked,
    operation::Ran,
    requests::Facts,
    served::Served,
};
use crate::{
    auth::{Identity, Viewer},
    error::Refusal,
    graphql::OperationKind,
    language::Language,
    store::{AccessEntry, Revision, Store},
};

/// Most bytes of documents of which is remembered that they were answered.
const MOST_TEXT: u64 = 8 << 20;

/// Longest question that is remembered, in bytes: what dashboards ask is shorter, and before a cache finds that it is full, some
/// hundreds of questions wait for their place in it.
const LONGEST_QUESTION: usize = 32 << 10;

/// Bytes from which on an answer makes the cache look at once whether it is full.
const LONG_ANSWER: usize = 64 << 10;

/// What a short text takes beside its letters, and what the cache takes for an answer, in bytes.
const OF_A_TEXT: usize = 64;

/// The largest part of the memory of answers that one of them may take.
const PART: u64 = 8;

/// All that an answer depends on. What the bearer of a token may have follows from who they are, the day and the revision.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    revision: Revision,
    embargoed: usize,
    day: NaiveDate,
    identity: Option<Identity>,
    language: Language,
    text: Arc<str>,
    operation_name: Option<String>,
    variables: String,
}

impl Question {
    /// What a viewer asks, of a revision.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub async fn new(
        store: &Store,
        viewer: &Viewer,
        revision: Revision,
        (asked, text): (&Asked, &Arc<str>),
        manner: Manner,
    ) -> Result<Self, Refusal> {
        let embargoed = store.embargoed_at(revision, viewer.now).await?;
        Ok(Self::of((revision, embargoed), viewer, (asked, text), manner))
    }

    /// The same where all that it depends on is known without asking the database.
    pub fn known(
        store: &Store,
        viewer: &Viewer,
        revision: Revision,
        asked: (&Asked, &Arc<str>),
        manner: Manner,
    ) -> Option<Self> {
        let embargoed = store.known_embargoed(revision, viewer.now)?;
        Some(Self::of((revision, embargoed), viewer, asked, manner))
    }

    fn of(
        (revision, embargoed): (Revision, usize),
        viewer: &Viewer,
        (asked, text): (&Asked, &Arc<str>),
        manner: Manner,
    ) -> Self {
        Self {
            revision,
            embargoed,
            day: viewer.today(),
            identity: viewer.identity().cloned(),
            language: manner.language,
            text: Arc::clone(text),
            operation_name: asked.operation_name.clone(),
            variables: serde_json::Value::Object(asked.variables.clone()).to_string(),
        }
    }

    /// Bytes that it takes, roughly.
    fn weight(&self) -> usize {
        let identity = self.identity.as_ref().map_or(0, |identity| {
            identity.subject.len() + identity.client.as_ref().map_or(0, String::len) + OF_A_TEXT
        });
        // The text of a document that was sent is of this question alone.
        let operation_name = self.operation_name.as_ref().map_or(0, String::len);
        size_of::<Self>() + self.text.len() + operation_name + self.variables.len() + identity + 2 * OF_A_TEXT
    }
}

/// An answer as it is given again.
#[derive(Debug)]
pub struct Answer {
    /// The body.
    pub body: Bytes,
    facts: Facts,
    entry: Option<AccessEntry>,
}

/// Answers that were given and may be given again.
#[derive(Clone)]
pub struct Answers {
    kept: Cache<Question, Arc<Answer>>,
    largest: usize,
    /// Documents that were answered without an error.
    answered: Cache<Arc<str>, ()>,
}

impl Answers {
    /// With so many bytes of memory; none keeps nothing.
    #[must_use]
    pub fn new(bytes: u64) -> Self {
        let weight = |question: &Question, answer: &Arc<Answer>| {
            u32::try_from(question.weight() + answer.weight()).unwrap_or(u32::MAX)
        };
        let kept = Cache::builder().max_capacity(bytes).weigher(weight).build();
        let length = |text: &Arc<str>, (): &()| u32::try_from(text.len() + 4 * OF_A_TEXT).unwrap_or(u32::MAX);
        let answered = Cache::builder().max_capacity(bytes.min(MOST_TEXT)).weigher(length).build();
        Self { kept, largest: usize::try_from(bytes / PART).unwrap_or(usize::MAX), answered }
    }

    /// Whether a document was answered before, for whomever.
    pub fn has_answered(&self, text: &Arc<str>) -> bool {
        self.answered.contains_key(text)
    }

    /// Notes that a document was answered.
    pub fn note(&self, text: Arc<str>) {
        if text.len() <= LONGEST_QUESTION {
            self.answered.insert(text, ());
        }
    }

    /// The answer that was given to a question.
    pub fn get(&self, question: &Question) -> Option<Arc<Answer>> {
        self.kept.get(question)
    }

    /// Keeps the answer to a question where it is whole and lasts: a query's, without a number that a grant unmasked.
    pub fn keep(&self, question: Question, ran: &Ran) -> Option<Bytes> {
        let lasting = ran.kind == OperationKind::Query
            && ran.response.is_ok()
            && self.largest > 0
            && ran.reading.is_lasting();
        if !lasting {
            return None;
        }
        let body = Bytes::from(answer::written(&ran.response).ok()?);
        if body.len() <= self.largest && question.weight() <= LONGEST_QUESTION {
            let (facts, entry) = (ran.facts.clone(), ran.entry.clone());
            self.kept.insert(question, Arc::new(Answer { body: body.clone(), facts, entry }));
            if body.len() > LONG_ANSWER {
                self.kept.run_pending_tasks();
            }
        }
        Some(body)
    }
}

impl Answer {
    /// Tells the answer once more: it counts as if it had been worked out, and is in the log of access.
    ///
    /// # Errors
    ///
    /// [`Code::Unavailable`](crate::error::Code::Unavailable) where the record cannot be kept, or too much is worked on.
    pub async fn again(&self, served: &Served, viewer: &Viewer) -> Result<Facts, Refusal> {
        let _place = served.place()?;
        if let Some(entry) = self.entry(viewer) {
            served.app.access_log.write(entry).await.or(Err(Refusal::unavailable()))?;
        }
        Ok(self.facts.clone())
    }

    /// The same on what was read last: told only where its record says that this still holds, in one way to the database. None
    /// where it does not hold, or where no record is kept that could say so.
    ///
    /// # Errors
    ///
    /// As [`again`](Self::again).
    pub async fn if_still(
        &self,
        served: &Served,
        (viewer, revision): (&Viewer, Revision),
    ) -> Result<Option<Facts>, Refusal> {
        let Some(entry) = self.entry(viewer) else { return Ok(None) };
        let _place = served.place()?;
        let holds = served.app.access_log.write_at(entry, revision).await.or(Err(Refusal::unavailable()))?;
        Ok(holds.then(|| self.facts.clone()))
    }

    /// Bytes that it takes, roughly.
    fn weight(&self) -> usize {
        let facts = self.facts.codes.len() * OF_A_TEXT + 2 * OF_A_TEXT;
        size_of::<Self>() + self.body.len() + facts + self.entry.as_ref().map_or(0, AccessEntry::weight)
    }

    fn entry(&self, viewer: &Viewer) -> Option<AccessEntry> {
        self.entry.as_ref().map(|entry| AccessEntry { at: viewer.now, ..entry.clone() })
    }
}
