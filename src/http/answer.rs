//! Answers: the media type that was asked for, the status that fits, errors with codes.

use std::any::Any;

use async_graphql::Response as GraphqlResponse;
use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
};
use serde_json::json;

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
        let mut best: Option<(f32, Self)> = None;
        for part in accept.split(',') {
            let mut pieces = part.split(';').map(str::trim);
            let media = match pieces.next().map(str::to_ascii_lowercase).as_deref() {
                Some("application/graphql-response+json") => Self::GraphqlResponse,
                Some("application/json" | "application/*" | "*/*") => Self::Json,
                _ => continue,
            };
            let weight =
                pieces.find_map(|piece| piece.strip_prefix("q=")).map_or(Some(1.0), |text| text.parse().ok());
            let Some(weight) = weight.filter(|weight: &f32| *weight > 0.0) else { continue };
            if best.is_none_or(|(known, _)| weight > known) {
                best = Some((weight, media));
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

/// How an answer is written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner {
    /// In which media type.
    pub media: Media,
    /// In which language.
    pub language: Language,
    /// Whether the caller showed a token: then no cache may keep the answer.
    pub private: bool,
}

fn response(status: StatusCode, manner: Manner, body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(manner.media.name()));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(manner.language.tag()));
    let cache = if manner.private { "private, no-store" } else { "no-store" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers
        .insert(header::VARY, HeaderValue::from_static("Authorization, Accept, Accept-Language, X-Purpose"));
    response
}

/// The answer to a request that was not executed.
pub fn refused(refusal: &Refusal, manner: Manner) -> Response<Body> {
    let mut extensions = json!({ "code": refusal.code.word() });
    if let Some(scope) = refusal.requires {
        extensions["requires"] = json!(scope);
    }
    let body =
        json!({ "errors": [{ "message": refusal.message(manner.language), "extensions": extensions }] });
    let document_fault =
        matches!(refusal.code, Code::SyntaxInvalid | Code::ValidationFailed | Code::TooComplex);
    let status = match manner.media {
        Media::Json if document_fault => StatusCode::OK,
        _ => StatusCode::from_u16(refusal.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
    };
    let mut response = response(status, manner, body.to_string().into_bytes());
    if refusal.code == Code::TokenInvalid {
        let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    if matches!(refusal.code, Code::Unavailable | Code::TimedOut) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    }
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
    }
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

/// The answer to a request that was executed.
pub fn executed(answer: &GraphqlResponse, manner: Manner) -> Response<Body> {
    let invalid = graphql::failed_validation(answer);
    let status = if manner.media == Media::GraphqlResponse && invalid {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    // What was never executed has no data, not even null.
    let written = if invalid {
        serde_json::to_vec(&json!({ "errors": answer.errors }))
    } else {
        serde_json::to_vec(answer)
    };
    match written {
        Ok(body) if body.len() > LARGEST_ANSWER => refused(&graphql::limits::too_costly(), manner),
        Ok(body) => response(status, manner, body),
        Err(cause) => {
            tracing::error!(%cause, "an answer cannot be written");
            refused(&Refusal::internal(), manner)
        }
    }
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
    }
}
