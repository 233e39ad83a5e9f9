//! The program that asks: connections that are kept, one request in flight on each.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Method, Request, StatusCode, Uri,
    client::conn::http1::{SendRequest, handshake},
    header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, HeaderValue},
};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::{net::TcpStream, task::JoinSet};

/// What keeps the load from being made.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// An address that is not `http://host:port/path`.
    #[error("`{0}` is not an address that can be asked: http://host:port/path")]
    Address(String),
    /// A header that is not `name: value`.
    #[error("`{0}` is not a header: name: value")]
    Header(String),
    /// A file that could not be read or written.
    #[error("{}: {why}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        why: io::Error,
    },
    /// A connection's task ended before its time.
    #[error("a connection ended before its time: {0}")]
    Task(#[from] tokio::task::JoinError),
    /// Nothing was answered at all.
    #[error("nothing was answered: {0}")]
    Nothing(String),
}

/// Why one request has no good answer.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("no connection: {0}")]
    Connection(#[from] io::Error),
    #[error("no whole answer: {0}")]
    Answer(#[from] hyper::Error),
    #[error("the request cannot be written: {0}")]
    Request(#[from] hyper::http::Error),
    #[error("status {status}: {text}")]
    Status { status: StatusCode, text: String },
    #[error("{0} bytes, not as many as the first answer to the same body")]
    Changed(usize),
}

/// A body that is sent, and what the first answer to it was.
struct Question {
    path: PathBuf,
    body: Bytes,
    answer: OnceLock<Bytes>,
}

/// What is sent where.
pub struct Load {
    uri: Uri,
    address: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// Shown in turn, one a request.
    tokens: Vec<HeaderValue>,
    questions: Vec<Question>,
    save: Option<PathBuf>,
    /// How many requests were begun: the next body.
    begun: AtomicUsize,
}

/// What one connection saw.
#[derive(Default)]
struct Seen {
    microseconds: Vec<u32>,
    errors: usize,
    fault: Option<String>,
}

fn read(path: &Path) -> Result<Bytes, LoadError> {
    std::fs::read(path).map(Bytes::from).map_err(|why| LoadError::File { path: path.to_owned(), why })
}

impl Load {
    /// Reads the bodies from their files.
    ///
    /// # Errors
    ///
    /// [`LoadError`] where the address or a header makes no sense, or a file cannot be read.
    pub fn read(
        url: &str,
        bodies: &[PathBuf],
        (headers, tokens): (&[String], Option<&Path>),
        save: Option<PathBuf>,
    ) -> Result<Self, LoadError> {
        let address = || LoadError::Address(url.to_owned());
        let uri: Uri = url.parse().ok().ok_or_else(address)?;
        let host = uri.authority().filter(|_| uri.scheme_str() == Some("http")).ok_or_else(address)?;
        let place = format!("{}:{}", host.host(), host.port_u16().unwrap_or(80));
        let mut all = vec![(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        for text in [format!("{HOST}: {host}")].iter().chain(headers) {
            let wrong = || LoadError::Header(text.clone());
            let (name, value) = text.split_once(':').ok_or_else(wrong)?;
            let name = name.trim().parse().ok().ok_or_else(wrong)?;
            all.push((name, value.trim().parse().ok().ok_or_else(wrong)?));
        }
        let tokens = tokens.map(read).transpose()?.unwrap_or_default();
        let tokens = String::from_utf8_lossy(&tokens);
        let shown = |token: &str| {
            format!("Bearer {token}").parse().ok().ok_or_else(|| LoadError::Header(token.to_owned()))
        };
        let tokens = tokens.lines().map(shown).collect::<Result<_, LoadError>>()?;
        let question =
            |path: &PathBuf| Ok(Question { path: path.clone(), body: read(path)?, answer: OnceLock::new() });
        let questions = bodies.iter().map(question).collect::<Result<_, LoadError>>()?;
        Ok(Self { uri, address: place, headers: all, tokens, questions, save, begun: AtomicUsize::new(0) })
    }

    /// Asks over so many connections for so long, and until each body was sent once; one line of JSON that says how it went.
    ///
    /// # Errors
    ///
    /// [`LoadError`] where nothing was answered at all, or the first answers could not be saved.
    pub async fn run(self, connections: usize, time: Duration) -> Result<serde_json::Value, LoadError> {
        let load = Arc::new(self);
        let began = Instant::now();
        let mut tasks = JoinSet::new();
        for _ in 0..connections.max(1) {
            tasks.spawn(Arc::clone(&load).connection(began, time));
        }
        let mut all = Seen::default();
        while let Some(seen) = tasks.join_next().await {
            let seen = seen?;
            all.microseconds.extend(seen.microseconds);
            all.errors += seen.errors;
            all.fault = all.fault.or(seen.fault);
        }
        let seconds = began.elapsed().as_secs_f64();
        if all.microseconds.is_empty() {
            return Err(LoadError::Nothing(all.fault.unwrap_or_else(|| "no time".to_owned())));
        }
        load.write()?;
        let times = &mut all.microseconds;
        times.sort_unstable();
        let at = |share: usize| times.get((times.len() * share / 100).min(times.len() - 1)).copied();
        Ok(json!({
            "requests": times.len(),
            "errors": all.errors,
            "seconds": seconds,
            "p50_us": at(50),
            "p99_us": at(99),
            "max_us": at(100),
            "fault": all.fault,
        }))
    }

    /// One connection. It is opened again where it is lost; that is an error.
    async fn connection(self: Arc<Self>, began: Instant, time: Duration) -> Seen {
        let mut seen = Seen::default();
        let mut sender = None;
        loop {
            let turn = self.begun.fetch_add(1, Ordering::Relaxed);
            if began.elapsed() >= time && turn >= self.questions.len() {
                return seen;
            }
            let Some(question) = self.questions.get(turn % self.questions.len()) else { return seen };
            let asked = Instant::now();
            let token = self.tokens.get(turn % self.tokens.len().max(1));
            match self.ask(&mut sender, question, token).await {
                Ok(()) => {
                    seen.microseconds.push(u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
                }
                Err(fault) => {
                    seen.errors += 1;
                    seen.fault.get_or_insert_with(|| format!("{}: {fault}", question.path.display()));
                    if !matches!(fault, Fault::Status { .. } | Fault::Changed(_)) {
                        sender = None;
                        // What is not there yet, or no longer, is not asked without end.
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                }
            }
        }
    }

    async fn ask(
        &self,
        sender: &mut Option<SendRequest<Full<Bytes>>>,
        question: &Question,
        token: Option<&HeaderValue>,
    ) -> Result<(), Fault> {
        let sender = match sender {
            Some(sender) => sender,
            none => {
                let stream = TcpStream::connect(&self.address).await?;
                stream.set_nodelay(true)?;
                let (open, connection) = handshake(TokioIo::new(stream)).await?;
                // Its faults are those of the requests.
                tokio::spawn(connection);
                none.insert(open)
            }
        };
        let path = self.uri.path_and_query().map_or("/", |path| path.as_str());
        let mut request = Request::builder().method(Method::POST).uri(path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, token);
        }
        sender.ready().await?;
        let answer = sender.send_request(request.body(Full::new(question.body.clone()))?).await?;
        let status = answer.status();
        let bytes = answer.into_body().collect().await?.to_bytes();
        if status != StatusCode::OK {
            let text = String::from_utf8_lossy(&bytes).chars().take(300).collect();
            return Err(Fault::Status { status, text });
        }
        // Rows may come in another order where none is asked for: the first answers are compared row by row elsewhere.
        let first = question.answer.get_or_init(|| bytes.clone());
        if first.len() == bytes.len() { Ok(()) } else { Err(Fault::Changed(bytes.len())) }
    }

    /// Writes the first answers under the names of their bodies.
    fn write(&self) -> Result<(), LoadError> {
        let Some(folder) = &self.save else { return Ok(()) };
        for question in &self.questions {
            let (Some(answer), Some(name)) = (question.answer.get(), question.path.file_name()) else {
                continue;
            };
            let path = folder.join(name);
            std::fs::write(&path, answer).map_err(|why| LoadError::File { path: path.clone(), why })?;
        }
        Ok(())
    }
}
