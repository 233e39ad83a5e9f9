//! What is tried against servers of GraphQL: documents that explode, bodies that confuse, tokens that are forged, names that
//! lead elsewhere. Each is refused with its code whichever way it comes, before it has taken anything of the database, and no
//! answer tells what the server is made of.

mod bodies;
mod documents;
mod names;
mod schema;
mod tokens;

use axum::{
    body::Body,
    http::{Request, header},
};
use observatoire::error::Code;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::app::{Answer, TestApp};

const GRAPHQL: &str = "application/graphql-response+json";
const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

/// Longest address that a request can have, in bytes, with room for what is around the document.
const LONGEST_ADDRESS: usize = 60_000;

/// Longest answer that refuses something, in bytes: errors are counted and sentences cut, whatever was sent.
const LONGEST_REFUSAL: usize = 32 * 1024;

/// What no answer holds, in small letters: parts of programs, statements, places on a machine, and words that help to guess.
const INSIDES: [&str; 20] = [
    "src/",
    ".rs:",
    "panicked",
    "thread '",
    "stack backtrace",
    "unwrap()",
    "select *",
    "insert into",
    " where id",
    "sqlx",
    "sea_orm",
    "sqlite",
    "postgres",
    "async_graphql",
    "serde",
    "tokio",
    "alloc::",
    "core::",
    "option<",
    "did you mean",
];

/// Something that is tried: what it is, what is asked, and the code with which it is refused.
type Tried = (&'static str, Value, &'static str);

/// The body that asks a document.
fn document(text: impl Into<String>) -> Value {
    json!({ "query": text.into() })
}

/// A way for a document to come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// In the body of a POST.
    Body,
    /// In the address of a GET.
    Address,
    /// In the body of a POST that asks for events.
    Events,
    /// In the address of a GET that asks for events, as a page does with `EventSource`.
    EventsByAddress,
    /// The first of two operations of one request.
    Batch,
}

const WAYS: [Way; 5] = [Way::Body, Way::Address, Way::Events, Way::EventsByAddress, Way::Batch];

impl Way {
    /// A request that asks a body in this way; none where no address is as long.
    fn request(self, body: &Value, headers: &[(&str, &str)]) -> Option<Request<Body>> {
        let by_address = matches!(self, Self::Address | Self::EventsByAddress);
        let accept = match self {
            Self::Events | Self::EventsByAddress => EVENTS,
            Self::Body | Self::Address | Self::Batch => GRAPHQL,
        };
        let (mut request, bytes) = if by_address {
            let address = address(body);
            if address.len() > LONGEST_ADDRESS {
                return None;
            }
            (Request::get(address), Vec::new())
        } else {
            let body = match self {
                Self::Batch => json!([body, { "query": "{ __typename }" }]),
                _ => body.clone(),
            };
            let request = Request::post("/graphql").header(header::CONTENT_TYPE, JSON);
            (request, body.to_string().into_bytes())
        };
        request = request.header(header::ACCEPT, accept).header(header::ACCEPT_LANGUAGE, "en");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Some(request.body(Body::from(bytes)).unwrap())
    }
}

/// The address of a GET that asks what a body does.
fn address(body: &Value) -> String {
    let parameters = body.as_object().unwrap().iter().map(|(name, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        format!("{name}={}", encoded(&text))
    });
    format!("/graphql?{}", parameters.collect::<Vec<_>>().join("&"))
}

/// A text as a part of an address.
fn encoded(text: &str) -> String {
    let letter = |byte: u8| match byte {
        b' ' => "+".to_owned(),
        byte if byte.is_ascii_alphanumeric() || b"_.-".contains(&byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(letter).collect()
}

/// The digest under which a document is known, in hexadecimal digits.
fn digest(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The same body, with its document to be kept under its digest.
fn persisting(body: &Value) -> Value {
    let mut body = body.clone();
    let digest = digest(body["query"].as_str().unwrap());
    body["extensions"] = json!({ "persistedQuery": { "version": 1, "sha256Hash": digest } });
    body
}

/// The same body, with the digest in the place of its document.
fn by_digest(body: &Value) -> Value {
    let mut body = persisting(body);
    body.as_object_mut().unwrap().remove("query");
    body
}

/// Sends a request, and looks at what its answer gives away.
fn send(app: &TestApp, request: Request<Body>, what: &str) -> Answer {
    let answer = app.send(request);
    let text = answer.text().to_lowercase();
    for inside in INSIDES {
        assert!(!text.contains(inside), "{what}: the answer says {inside:?}: {}", start(&answer));
    }
    for (name, value) in &answer.headers {
        let value = String::from_utf8_lossy(value.as_bytes()).to_lowercase();
        assert!(!INSIDES.iter().any(|inside| value.contains(inside)), "{what}: {name}: {value}");
    }
    answer
}

/// Asks a body in a way; none where it cannot be asked so.
fn ask(app: &TestApp, way: Way, body: &Value, what: &str) -> Option<Answer> {
    way.request(body, &[]).map(|request| send(app, request, what))
}

/// The start of an answer, for what is said of it.
fn start(answer: &Answer) -> String {
    answer.text().chars().take(600).collect()
}

/// What an answer tells, the first where it tells several, of events or of operations; null where it tells nothing.
fn told(answer: &Answer) -> Value {
    let text = answer.text();
    let event = text.split("\n\n").find_map(|event| event.strip_prefix("event: next\ndata: "));
    let value: Value = serde_json::from_str(event.unwrap_or(&text)).unwrap_or_default();
    match value {
        Value::Array(mut all) if !all.is_empty() => all.swap_remove(0),
        value => value,
    }
}

/// The code that an answer is refused with, whatever its media type.
fn code(answer: &Answer) -> Option<String> {
    let told = told(answer);
    let code = told["errors"][0]["extensions"]["code"].as_str().or_else(|| told["code"].as_str());
    code.map(str::to_owned)
}

/// The status that the documentation gives a code.
fn status(code: &str) -> u16 {
    Code::ALL.iter().find(|known| known.word() == code).unwrap().status()
}

/// That an answer refuses something: with a code, in few bytes, and as no fault of ours.
fn expect(answer: &Answer, expected: &str, what: &str) {
    assert_eq!(code(answer).as_deref(), Some(expected), "{what}: {}", start(answer));
    assert!(answer.bytes.len() <= LONGEST_REFUSAL, "{what}: refused in {} bytes", answer.bytes.len());
}

/// The same, of what is refused before anything is executed: with the status of the code and without data.
fn expect_whole(answer: &Answer, expected: &str, what: &str) {
    expect(answer, expected, what);
    assert_eq!(answer.status.as_u16(), status(expected), "{what}: {}", start(answer));
    assert!(told(answer).get("data").is_none(), "{what}: {}", start(answer));
}
