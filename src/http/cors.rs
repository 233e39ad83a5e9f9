//! Pages of other origins: which may ask from a browser, with which headers, and what they may read of an answer.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::upload::PREFLIGHT;

/// Longest time for which a browser remembers what it may do.
const REMEMBERED: Duration = Duration::from_secs(3_600);

/// What pages of these origins may do; none where no origin is set. Tokens go in a header that a page sets itself, and no
/// cookie is ever read: nobody asks in somebody else's name.
#[must_use]
pub fn layer(origins: &[String]) -> Option<CorsLayer> {
    let allowed = match origins {
        [] => return None,
        any if any.iter().any(|origin| origin == "*") => AllowOrigin::any(),
        list => AllowOrigin::list(list.iter().filter_map(|origin| HeaderValue::from_str(origin).ok())),
    };
    let sent = [
        header::AUTHORIZATION,
        header::CONTENT_TYPE,
        header::ACCEPT,
        header::ACCEPT_LANGUAGE,
        header::IF_NONE_MATCH,
        HeaderName::from_static("x-purpose"),
        HeaderName::from_static(PREFLIGHT[0]),
        HeaderName::from_static(PREFLIGHT[1]),
        HeaderName::from_static(PREFLIGHT[2]),
    ];
    let read = [
        header::CONTENT_DISPOSITION,
        header::CONTENT_LANGUAGE,
        header::ETAG,
        header::RETRY_AFTER,
        header::WWW_AUTHENTICATE,
        HeaderName::from_static("ratelimit"),
        HeaderName::from_static("ratelimit-policy"),
        HeaderName::from_static("observatory-unmasked"),
    ];
    Some(
        CorsLayer::new()
            .allow_origin(allowed)
            .allow_methods([Method::GET, Method::HEAD, Method::POST])
            .allow_headers(sent)
            .expose_headers(read)
            .max_age(REMEMBERED)
            // Answers say so themselves, in one line: caches that read only the last one would mix languages up.
            .vary(Vec::<HeaderName>::new()),
    )
}
