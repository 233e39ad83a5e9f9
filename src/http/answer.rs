//! Answers: the media type that was asked for, the status that fits, errors with codes.

use std::any::Any;

use async_graphql::Response as GraphqlResponse;
use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, Response, StatusCode, header},
};
use serde_json::{Value, json};

use super::requests::Facts;
use crate::{
    error::{Code, Refusal},
    graphql,
    language::Language,
};

/// A media type that we answer in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Media {
    /// `application/graphql-response+json`: the status tells what happened.
    #[default]
    GraphqlResponse,
    /// `application/json`: 200 for every well-formed GraphQL request, as older clients expect.
    Json,
}

impl Media {
    /// Chooses from an `Accept` header; none when it asks for something else only.
    pub fn negotiate(accept: Option<&str>) -> Option<Self> {
        let Some(accept) = accept.filter(|text| !text.trim().is_empty()) else { return Some(Self::Json) };
        let all: Vec<(String, f32)> = accept.split(',').filter_map(weighed).collect();
        let is_refused = |name: &str| all.iter().any(|(media, weight)| media == name && *weight <= 0.0);
        let mut best: Option<(f32, Self)> = None;
        for (media, weight) in all.iter().filter(|(_, weight)| *weight > 0.0) {
            let media = match media.as_str() {
                GRAPHQL => Self::GraphqlResponse,
                // Any, but what is refused by name.
                "application/*" | "*/*" if is_refused(JSON) && !is_refused(GRAPHQL) => Self::GraphqlResponse,
                "application/*" | "*/*" if is_refused(JSON) => continue,
                JSON | "application/*" | "*/*" => Self::Json,
                _ => continue,
            };
            if best.is_none_or(|(known, _)| *weight > known) {
                best = Some((*weight, media));
            }
        }
        best.map(|(_, media)| media)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }
}

const GRAPHQL: &str = "application/graphql-response+json";
const JSON: &str = "application/json";

/// A media type of an `Accept` header in small letters, and how much it is wished for.
pub fn weighed(part: &str) -> Option<(String, f32)> {
    let part = part.to_ascii_lowercase();
    let mut pieces = part.split(';').map(str::trim);
    let media = pieces.next()?.to_owned();
    let weight = pieces.find_map(|piece| piece.strip_prefix("q="));
    Some((media, weight.map_or(Some(1.0), |weight| weight.trim().parse().ok())?))
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner {
    /// In which media type.
    pub media: Media,
    /// In which language.
    pub language: Language,
    /// Whether the caller showed a token: then no cache may keep the answer.
    pub private: bool,
    /// Whether the status is that of the time before the draft of 2026.
    pub legacy: bool,
}

/// Data beside errors, in the draft of 2026.
const PARTIAL_SUCCESS: u16 = 294;

impl Manner {
    /// The status of an answer of which nothing was executed.
    fn refused(self, code: Code) -> StatusCode {
        let of_document = matches!(code, Code::SyntaxInvalid | Code::ValidationFailed | Code::TooComplex);
        let status = match code.status() {
            // Whoever asks for plain JSON was told so in the body alone.
            _ if self.legacy && self.media == Media::Json && of_document => 200,
            422 if self.legacy => 400,
            status => status,
        };
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The status of an answer with data, which may be null.
    fn executed(self, has_errors: bool) -> StatusCode {
        let partial = has_errors && !self.legacy && self.media == Media::GraphqlResponse;
        let status = if partial { PARTIAL_SUCCESS } else { 200 };
        StatusCode::from_u16(status).unwrap_or(StatusCode::OK)
    }

    /// The media type of an answer: what is no success says that it is GraphQL’s all the same, not a proxy’s.
    fn media_type(self, status: StatusCode) -> &'static str {
        match self.media {
            Media::Json if !status.is_success() && !self.legacy => Media::GraphqlResponse.name(),
            media => media.name(),
        }
    }
}

fn response(status: StatusCode, manner: Manner, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(manner.media_type(status)));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(manner.language.tag()));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let cache = if manner.private { "private, no-store" } else { "no-store" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(
        header::VARY,
        HeaderValue::from_static("Authorization, Accept, Accept-Language, X-Purpose, Origin"),
    );
    response
}

/// The body of an answer to a request that was not executed.
#[must_use]
pub fn refusal(refusal: &Refusal, language: Language) -> Value {
    let mut extensions = json!({ "code": refusal.code.word() });
    if let Some(scope) = refusal.requires {
        extensions["requires"] = json!(scope);
    }
    json!({ "errors": [{ "message": refusal.message(language), "extensions": extensions }] })
}

/// The answer to a request that was not executed.
pub fn refused(refused: &Refusal, manner: Manner) -> Response<Body> {
    let status = manner.refused(refused.code);
    let body = refusal(refused, manner.language).to_string().into_bytes();
    let mut response = response(status, manner, body);
    if refused.code == Code::TokenInvalid {
        let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    if matches!(refused.code, Code::Unavailable | Code::TimedOut) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    }
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
    }
    response.extensions_mut().insert(Facts::refused(refused.code));
    response
}

/// The answer to a request outside GraphQL that is refused: problem details (RFC 9457) with our code.
pub fn problem(refusal: &Refusal, manner: Manner) -> Response<Body> {
    let status = StatusCode::from_u16(refusal.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = json!({
        "type": "about:blank",
        "title": status.canonical_reason(),
        "status": status.as_u16(),
        "detail": refusal.message(manner.language),
        "code": refusal.code.word(),
    });
    let mut told = refused(refusal, manner);
    *told.status_mut() = status;
    *told.body_mut() = Body::from(body.to_string());
    told.headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json; charset=utf-8"));
    told
}

/// Longest answer, in bytes.
const LARGEST_ANSWER: usize = 16 << 20;

/// What was executed, as a client reads it: what the document was refused for has no data, not even null.
///
/// # Errors
///
/// [`Code::TooComplex`] when it is too long, [`Code::Internal`].
pub fn written(answer: &GraphqlResponse) -> Result<Vec<u8>, Refusal> {
    match graphql::written::answer(answer) {
        Ok(body) if body.len() > LARGEST_ANSWER => Err(graphql::limits::too_long()),
        Ok(body) => Ok(body),
        Err(cause) => {
            tracing::error!(%cause, "an answer cannot be written");
            Err(Refusal::internal())
        }
    }
}

/// The answer to a request that was executed.
pub fn executed(answer: &GraphqlResponse, manner: Manner) -> Response<Body> {
    let status = if graphql::failed_validation(answer) {
        manner.refused(Code::ValidationFailed)
    } else {
        manner.executed(answer.is_err())
    };
    match written(answer) {
        Ok(body) => response(status, manner, body),
        Err(refusal) => refused(&refusal, manner),
    }
}

/// The answer to a request that was executed without an error, as it is written.
pub fn whole(body: Bytes, manner: Manner) -> Response<Body> {
    response(manner.executed(false), manner, body)
}

/// The answers to several operations, in their order.
pub fn batch(answers: &[Result<GraphqlResponse, Refusal>], manner: Manner) -> Response<Body> {
    let mut body = vec![b'['];
    let mut failed = false;
    for (at, answer) in answers.iter().enumerate() {
        let written = match answer {
            Ok(answer) => written(answer),
            Err(refusal) => Err(refusal.clone()),
        };
        failed |= answer.as_ref().map_or(true, GraphqlResponse::is_err) || written.is_err();
        if at > 0 {
            body.push(b',');
        }
        body.extend(
            written.unwrap_or_else(|refused| refusal(&refused, manner.language).to_string().into_bytes()),
        );
    }
    body.push(b']');
    if body.len() > LARGEST_ANSWER {
        return refused(&graphql::limits::too_long(), manner);
    }
    response(manner.executed(failed), manner, body)
}

/// The answer when something panicked: logged by the runtime, told as an internal error.
pub fn panicked(_: Box<dyn Any + Send + 'static>) -> Response<Body> {
    tracing::error!("a request panicked");
    refused(&Refusal::internal(), Manner::default())
}

#[cfg(test)]
mod tests {
    use super::Media;

    #[test]
    fn the_media_type_that_is_asked_for_is_chosen() {
        assert_eq!(Media::negotiate(None), Some(Media::Json));
        assert_eq!(Media::negotiate(Some("*/*")), Some(Media::Json));
        let both = "application/graphql-response+json, application/json;q=0.9";
        assert_eq!(Media::negotiate(Some(both)), Some(Media::GraphqlResponse));
        assert_eq!(
            Media::negotiate(Some("application/json;q=0.1, application/graphql-response+json;q=0.5")),
            Some(Media::GraphqlResponse)
        );
        assert_eq!(Media::negotiate(Some("text/html")), None);
        assert_eq!(Media::negotiate(Some("application/json;q=0")), None);
        assert_eq!(Media::negotiate(Some("application/json; Q=0")), None);
        let but = "*/*, Application/JSON;q=0";
        assert_eq!(Media::negotiate(Some(but)), Some(Media::GraphqlResponse));
        assert_eq!(Media::negotiate(Some(&format!("{but}, application/graphql-response+json;q=0"))), None);
    }
}
