//! Documents of studies: downloaded with a token, or with a link that was signed for somebody. What is not theirs reads
//! like what never was.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Response, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{App, Manner, ask};
use crate::{
    auth::Viewer,
    error::{Code, Refusal},
    export::Stamp,
    store::{Document, Reading},
};

/// Answers a document, byte for byte as it was attached.
///
/// # Errors
///
/// [`Code::NotFound`] for what is not there or not theirs, [`Code::PurposeInvalid`] where a purpose must be declared.
pub async fn download(
    app: &App,
    reference: &str,
    link: Option<&str>,
    (method, headers): (&Method, &HeaderMap),
    manner: Manner,
) -> Result<Response<Body>, Refusal> {
    let viewer = who(app, reference, link, headers).await?;
    let reading = Reading::new(app.store.clone(), app.reference.clone(), viewer);
    let (study, document) = reading.document(reference).await?.ok_or_else(not_found)?;
    if !reading.may_open(study) {
        return Err(Refusal::new(
            Code::PurposeInvalid,
            "Ce document se lit pour une finalité : déclarez-la (X-Purpose : NEEDS_ANALYSIS, URBAN_POLICY ou THEMATIC_STUDY).",
            "This document is read for a purpose: declare it (X-Purpose: NEEDS_ANALYSIS, URBAN_POLICY or THEMATIC_STUDY).",
        ));
    }
    let bytes = app.shelf.bytes(reference, document.checksum.clone()).await.map_err(|cause| {
        tracing::error!(%cause, "a document is not on the shelf");
        Refusal::unavailable()
    })?;
    // Nothing goes out before its record is kept.
    if let Some(entry) = reading.opened(study, document) {
        app.access_log.write(entry).await.or(Err(Refusal::unavailable()))?;
    }
    let body = if method == Method::HEAD { Body::empty() } else { Body::from_stream(bytes) };
    let mut response = Response::new(body);
    describe(response.headers_mut(), document, reading.viewer(), manner);
    Ok(response)
}

/// Who asks: the bearer of the token, or whoever the link was signed for.
async fn who(app: &App, reference: &str, link: Option<&str>, headers: &HeaderMap) -> Result<Viewer, Refusal> {
    let Some(link) = link else { return ask::viewer(app, headers).await };
    if headers.contains_key(header::AUTHORIZATION) {
        return Err(Refusal::new(
            Code::BadRequest,
            "Un jeton ou un lien signé, pas les deux.",
            "A token or a signed link, not both.",
        ));
    }
    let now = (app.clock)();
    // A link that is not good reads like a document that is not there, whatever it is for.
    let bearer = app.links.open(link, reference, now).or(Err(not_found()))?;
    ask::known_by_link(app, bearer, now).await
}

fn not_found() -> Refusal {
    Refusal::new(
        Code::NotFound,
        "Il n’y a pas de document à cette adresse, ou il ne vous est pas destiné, ou son lien a expiré.",
        "There is no document at this address, or it is not for you, or its link has expired.",
    )
}

fn describe(headers: &mut HeaderMap, document: &Document, viewer: &Viewer, manner: Manner) {
    let mut insert = |name: HeaderName, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    };
    insert(header::CONTENT_TYPE, document.kind.media_type().to_owned());
    insert(header::CONTENT_LENGTH, document.size.to_string());
    insert(header::CONTENT_DISPOSITION, disposition(document));
    insert(header::ETAG, format!("\"{}\"", document.checksum));
    insert(HeaderName::from_static("repr-digest"), format!("sha-256=:{}:", base64(&document.checksum)));
    insert(header::CACHE_CONTROL, "private, no-store".to_owned());
    insert(header::CONTENT_LANGUAGE, manner.language.tag().to_owned());
    insert(header::VARY, "Authorization, X-Purpose, Origin".to_owned());
    // Opened by the browser it runs nothing and is taken for nothing else.
    insert(header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned());
    insert(header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'".to_owned());
    insert(header::REFERRER_POLICY, "no-referrer".to_owned());
    for (name, value) in Stamp::of(viewer, (true, false)).headers() {
        insert(HeaderName::from_static(name), value);
    }
}

/// The name under which a browser keeps it (RFC 6266 and 8187), which ends as its kind does.
fn disposition(document: &Document) -> String {
    let extension = document.kind.extension();
    let stem = document.file_name.rsplit_once('.').map_or(document.file_name.as_str(), |(stem, _)| stem);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._ ".contains(&byte);
    let ascii: String = stem
        .chars()
        .map(|letter| if letter.is_ascii() && plain(letter as u8) { letter } else { '_' })
        .collect();
    let encoded: String = stem
        .bytes()
        .map(|byte| match byte {
            byte if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect();
    format!("attachment; filename=\"{ascii}.{extension}\"; filename*=UTF-8''{encoded}.{extension}")
}

fn base64(checksum: &str) -> String {
    let pair = |at: usize| checksum.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Vec<u8> = (0..checksum.len()).step_by(2).filter_map(pair).collect();
    STANDARD.encode(bytes)
}
