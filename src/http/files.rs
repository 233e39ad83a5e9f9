//! Files that are made when somebody asks for them: whose turn it is, the record of it, and how an answer describes them.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{App, ask, requests::Facts};
use crate::{
    error::{Code, Refusal},
    export::{Contours, ExportError, Stamp},
    graphql::context::Session,
    language::Language,
    store::Reading,
};

/// Files made at once for the public, and as many for partners; others wait.
const MAKERS: usize = 2;

/// Most who wait in a line: whoever would not be served in time is told so at once.
const MOST_WAITING: usize = 16;

/// The turns of all files: one line for the public, and one for partners, whom it does not hold up.
#[derive(Clone, Default)]
pub struct Turns {
    public: Line,
    partners: Line,
}

#[derive(Clone)]
struct Line {
    makers: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Default for Line {
    fn default() -> Self {
        Self {
            makers: Arc::new(Semaphore::new(MAKERS)),
            waiting: Arc::new(Semaphore::new(MAKERS + MOST_WAITING)),
        }
    }
}

/// A place in a line, and a turn.
struct Turn {
    _maker: OwnedSemaphorePermit,
    _place: OwnedSemaphorePermit,
}

impl Line {
    async fn turn(&self) -> Result<Turn, Refusal> {
        let place = Arc::clone(&self.waiting).try_acquire_owned().or(Err(busy()))?;
        let maker = Arc::clone(&self.makers).acquire_owned().await.or(Err(Refusal::unavailable()))?;
        Ok(Turn { _maker: maker, _place: place })
    }
}

fn busy() -> Refusal {
    Refusal::new(
        Code::Unavailable,
        "Trop de fichiers sont demandés en même temps\u{a0}: redemandez celui-ci dans quelques secondes.",
        "Too many files are asked for at once: ask for this one again in a few seconds.",
    )
}

/// What is asked for: the format, the parameters of the address, with which method and headers.
pub struct Asked<'a> {
    /// Name of the format.
    pub format: &'a str,
    /// Parameters of the address.
    pub parameters: &'a [(String, String)],
    /// Method.
    pub method: &'a Method,
    /// Headers.
    pub headers: &'a HeaderMap,
}

/// A file that is being made, for one viewer.
pub struct Making {
    /// What it is read through.
    pub session: Session,
    reading: Arc<Reading>,
    turn: Turn,
}

impl Making {
    /// Finds out who asks, and waits for a turn: reading takes as long as writing.
    ///
    /// # Errors
    ///
    /// Those of a token, and [`Code::Unavailable`] where too many wait.
    pub async fn begin(
        app: &App,
        turns: &Turns,
        headers: &HeaderMap,
        language: Language,
    ) -> Result<Self, Refusal> {
        let viewer = ask::viewer(app, headers).await?;
        let line = if viewer.identity().is_some() { &turns.partners } else { &turns.public };
        let reading = Arc::new(Reading::new(app.store.clone(), app.reference.clone(), viewer));
        let session = Session::new(Arc::clone(&reading), Arc::new(app.doors()), language);
        let turn = line.turn().await?;
        Ok(Self { session, reading, turn })
    }

    /// The contours of territories, by number.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub async fn contours(&self, territories: &[i32]) -> Result<Contours, Refusal> {
        Ok(self.reading.contours(territories).await?)
    }

    /// Keeps the record of what was read, under a name, then writes the file where nobody else waits for it.
    ///
    /// # Errors
    ///
    /// [`Code::Unavailable`] where the record cannot be kept: nothing goes out then.
    pub async fn write<T: Send + 'static>(
        self,
        app: &App,
        name: String,
        write: impl FnOnce(&Reading, &Stamp) -> Result<T, ExportError> + Send + 'static,
    ) -> Result<(Result<T, ExportError>, (Stamp, Facts)), Refusal> {
        let entry = self.reading.reached(Some(name.clone()));
        let mut facts = Facts::of(&self.reading, Some(name));
        if let Some(entry) = entry {
            (facts.shown, facts.withheld) = entry.told();
            app.access_log.write(entry).await.or(Err(Refusal::unavailable()))?;
        }
        let stamp =
            Stamp::of(self.reading.viewer(), (self.reading.has_reached(), self.reading.has_told_unmasked()));
        let (reading, turn) = (self.reading, self.turn);
        let written = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            (write(&reading, &stamp), (stamp, facts))
        });
        written.await.or(Err(Refusal::internal()))
    }
}

/// A file that could not be written: the cause goes to the log.
pub fn failed(cause: &ExportError) -> Refusal {
    tracing::error!(%cause, "a file could not be written");
    Refusal::internal()
}

/// What an answer says of a file.
pub struct Described<'a> {
    /// Last word of its name, and how the name ends.
    pub name: (&'a str, &'a str),
    /// Media type.
    pub media_type: &'static str,
    /// Language of its words.
    pub language: Language,
    /// For whom it was made.
    pub stamp: &'a Stamp,
    /// How long it is, in bytes.
    pub length: u64,
}

impl Described<'_> {
    /// Says it.
    pub fn insert(&self, headers: &mut HeaderMap) {
        let mut insert = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        let partner = self.stamp.partner.as_deref().map_or_else(String::new, |partner| format!("-{partner}"));
        let day = self.stamp.made_at.date_naive();
        let (word, extension) = self.name;
        // A format that says no more than how the name ends is none of its words.
        let word = if word == extension { self.language.pick("tableau", "table") } else { word };
        let name = format!("observatoire{partner}-{day}-{word}.{extension}");
        insert(header::CONTENT_TYPE, self.media_type);
        insert(header::CONTENT_LENGTH, &self.length.to_string());
        insert(header::CONTENT_DISPOSITION, &format!("attachment; filename=\"{name}\""));
        insert(header::CACHE_CONTROL, "private, no-store");
        insert(header::CONTENT_LANGUAGE, self.language.tag());
        insert(header::VARY, "Accept-Language, Authorization, X-Purpose, Origin");
        insert(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        for (name, value) in self.stamp.headers() {
            insert(HeaderName::from_static(name), &value);
        }
    }
}

/// There is no such format; these there are.
pub fn unknown_format(formats: impl Iterator<Item = &'static str>) -> Refusal {
    let formats = formats.collect::<Vec<_>>().join(", ");
    Refusal::new(
        Code::NotFound,
        format!("Ce format n’existe pas. Formats\u{a0}: {formats}."),
        format!("There is no such format. Formats: {formats}."),
    )
}
