//! Public answers that a proxy may keep: under a tag of their bytes, so that asking again costs a line where nothing changed.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

/// Bytes of the digest that make a tag.
const TAG: usize = 18;

/// An answer that a proxy may keep for so many seconds; 0 has it ask each time, so that what is taken back is read no more.
pub async fn kept(answer: Response<Body>, asked: &HeaderMap, max_age: u32) -> Response<Body> {
    let (mut parts, body) = answer.into_parts();
    // Written already: it is in memory and has a length.
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return Response::from_parts(parts, Body::empty());
    };
    let digest = Sha256::digest(&bytes);
    // Weak: a proxy may compress what it keeps.
    let tag = format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(digest.get(..TAG).unwrap_or_default()));
    let lifetime = match max_age {
        0 => "public, no-cache".to_owned(),
        seconds => format!("public, max-age={seconds}"),
    };
    for (name, value) in [(header::ETAG, &tag), (header::CACHE_CONTROL, &lifetime)] {
        if let Ok(value) = HeaderValue::from_str(value) {
            parts.headers.insert(name, value);
        }
    }
    if !is_known(asked, &tag) {
        return Response::from_parts(parts, Body::from(bytes));
    }
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.remove(header::CONTENT_TYPE);
    Response::from_parts(parts, Body::empty())
}

/// Whether the asker has an answer of this tag already.
fn is_known(asked: &HeaderMap, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known.flat_map(|list| list.split(',')).any(|known| opaque(known) == opaque(tag) || known.trim() == "*")
}
