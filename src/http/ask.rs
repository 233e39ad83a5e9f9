//! Reading a request: who asks, in which manner, and what.

use std::collections::HashMap;

use async_graphql::{Request, Variables};
use axum::http::{HeaderMap, header};
use chrono::{DateTime, Utc};
use entity::types::Purpose;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    App,
    answer::{Manner, Media},
};
use crate::{
    auth::{
        Caller, Viewer,
        token::{Bearer, TokenFault},
    },
    error::{Code, Refusal},
    language::Language,
};

/// The body of a POST.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    query: String,
    #[serde(default)]
    operation_name: Option<String>,
    #[serde(default)]
    variables: Option<serde_json::Map<String, serde_json::Value>>,
    #[serde(default)]
    #[expect(
        dead_code,
        reason = "must be an object when present, as the protocol says; nothing reads it yet"
    )]
    extensions: Option<serde_json::Map<String, serde_json::Value>>,
}

/// The manner that a request asks for, with the refusal when there is none that we can answer in.
pub fn manner(headers: &HeaderMap) -> (Manner, Option<Refusal>) {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let language = Language::negotiate(text(header::ACCEPT_LANGUAGE));
    let media = Media::negotiate(text(header::ACCEPT));
    let private = headers.contains_key(header::AUTHORIZATION);
    let refusal = media.is_none().then(|| {
        Refusal::new(
            Code::NotAcceptable,
            "L’API répond en application/graphql-response+json ou application/json.",
            "The API answers in application/graphql-response+json or application/json.",
        )
    });
    (Manner { media: media.unwrap_or_default(), language, private }, refusal)
}

/// Who asks. A token that is present and bad is refused; it is never taken for none.
pub async fn viewer(app: &App, headers: &HeaderMap) -> Result<Viewer, Refusal> {
    let now = (app.clock)();
    let mut authorizations = headers.get_all(header::AUTHORIZATION).iter();
    let Some(authorization) = authorizations.next() else {
        return match headers.get("x-purpose") {
            Some(_) => Err(Refusal::new(
                Code::PurposeInvalid,
                "Une finalité (X-Purpose) se déclare avec un jeton d’accès : présentez-le d’abord.",
                "A purpose (X-Purpose) is declared with an access token: present it first.",
            )),
            None => Ok(Viewer { caller: Caller::Public, now }),
        };
    };
    let text = authorization.to_str().ok().filter(|_| authorizations.next().is_none());
    let token = text
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let (_, token) = token.ok_or_else(|| token_refused(TokenFault::Malformed))?;
    let bearer = app.verifier.verify(token.trim(), declared(headers)?).map_err(token_refused)?;
    known(app, bearer, now).await
}

/// The viewer that a bearer is, where their organisation stands today.
pub async fn known(app: &App, bearer: Bearer, now: DateTime<Utc>) -> Result<Viewer, Refusal> {
    let gazetteer = &app.reference.gazetteer;
    let identity = &bearer.identity;
    let membership =
        app.store.membership((&identity.partner, &identity.subject), now.date_naive(), gazetteer).await?;
    let membership = membership.ok_or_else(|| token_refused(TokenFault::Partner))?;
    if identity.roles.iter().any(|role| !role.fits(membership.kind)) {
        return Err(token_refused(TokenFault::Partner));
    }
    let revoked_at = app.store.tokens_revoked_at(membership.partner_id, identity).await?;
    if revoked_at.is_some_and(|revoked_at| bearer.is_revoked(revoked_at)) {
        return Err(token_refused(TokenFault::Revoked));
    }
    Ok(Viewer { caller: Caller::Known { identity: bearer.identity, membership }, now })
}

fn declared(headers: &HeaderMap) -> Result<Option<Purpose>, Refusal> {
    let mut purposes = headers.get_all("x-purpose").iter();
    let Some(purpose) = purposes.next() else { return Ok(None) };
    let word = purpose.to_str().ok().filter(|_| purposes.next().is_none());
    word.and_then(|word| word.trim().parse().ok()).map(Some).ok_or_else(purpose_invalid)
}

fn purpose_invalid() -> Refusal {
    Refusal::new(
        Code::PurposeInvalid,
        "La finalité déclarée (X-Purpose) doit être l’une de NEEDS_ANALYSIS, URBAN_POLICY, THEMATIC_STUDY, et figurer parmi celles que votre jeton autorise.",
        "The declared purpose (X-Purpose) must be one of NEEDS_ANALYSIS, URBAN_POLICY, THEMATIC_STUDY, and among those that your token allows.",
    )
}

fn token_refused(fault: TokenFault) -> Refusal {
    let (french, english) = match fault {
        TokenFault::Purpose => return purpose_invalid(),
        TokenFault::Expired => ("il a expiré", "it has expired"),
        TokenFault::NotYetValid => ("il n’est pas encore valable", "it is not valid yet"),
        TokenFault::Issuer => ("son émetteur n’est pas reconnu", "its issuer is not trusted"),
        TokenFault::Audience => ("il est destiné à un autre service", "it is meant for another service"),
        TokenFault::Partner => (
            "son organisme est inconnu, ou son rôle ne lui convient pas",
            "its organisation is unknown, or a role does not fit it",
        ),
        TokenFault::Revoked => (
            "il a été révoqué ; un nouveau jeton, émis au moins 30 secondes après, sera accepté",
            "it has been revoked; a new one that is issued at least 30 seconds after that will be accepted",
        ),
        TokenFault::Malformed => ("il est mal formé", "it is malformed"),
        TokenFault::Algorithm | TokenFault::UnknownKey | TokenFault::Signature => {
            ("sa signature n’est pas reconnue", "its signature is not trusted")
        }
    };
    Refusal::new(
        Code::TokenInvalid,
        format!("Le jeton d’accès est refusé : {french}."),
        format!("The access token is refused: {english}."),
    )
}

/// Checks the media type of a body.
pub fn content_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let text = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = text.split(';').map(str::trim);
    let json = parts.next().is_some_and(|media| media.eq_ignore_ascii_case("application/json"));
    let utf8 = parts.all(|part| {
        let part = part.to_ascii_lowercase();
        part.strip_prefix("charset=").is_none_or(|charset| charset.trim_matches('"') == "utf-8")
    });
    if json && utf8 {
        return Ok(());
    }
    Err(Refusal::new(
        Code::ContentTypeUnsupported,
        "Envoyez la requête en application/json, encodée en UTF-8.",
        "Send the request as application/json, in UTF-8.",
    ))
}

/// Reads the body of a POST.
pub fn from_body(bytes: &[u8]) -> Result<Request, Refusal> {
    let raw: &RawValue = serde_json::from_slice(bytes).map_err(|error| {
        Refusal::new(
            Code::BadRequest,
            format!(
                "Le corps de la requête n’est pas du JSON (ligne {}, colonne {}).",
                error.line(),
                error.column()
            ),
            format!(
                "The body of the request is not JSON (line {}, column {}).",
                error.line(),
                error.column()
            ),
        )
    })?;
    if raw.get().trim_start().starts_with('[') {
        return Err(Refusal::new(
            Code::BatchUnsupported,
            "Une seule opération par requête : regroupez plusieurs champs dans un même document.",
            "One operation a request: put several fields into one document.",
        ));
    }
    let body: Body = serde_json::from_str(raw.get()).ok().ok_or_else(shape)?;
    let variables = body.variables.map(serde_json::Value::Object).unwrap_or_default();
    Ok(request(body.query, body.operation_name, Variables::from_json(variables)))
}

fn shape() -> Refusal {
    Refusal::new(
        Code::BadRequest,
        "Attendu : un objet JSON avec « query » (texte), et au besoin « operationName » (texte), « variables » et « extensions » (objets).",
        "Expected: a JSON object with “query” (a text), and where needed “operationName” (a text), “variables” and “extensions” (objects).",
    )
}

/// Reads the parameters of a GET.
pub fn from_parameters(parameters: &[(String, String)]) -> Result<Request, Refusal> {
    let mut known: HashMap<&str, &str> = HashMap::new();
    for (name, value) in parameters {
        if known.insert(name, value).is_some() {
            return Err(shape());
        }
    }
    let query = known.get("query").ok_or_else(shape)?;
    let object = |name: &str| match known.get(name).filter(|text| !text.is_empty()) {
        None => Ok(serde_json::Map::new()),
        Some(text) => {
            serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text).ok().ok_or_else(shape)
        }
    };
    let _ = object("extensions")?;
    let variables = Variables::from_json(serde_json::Value::Object(object("variables")?));
    let operation = known.get("operationName").filter(|name| !name.is_empty()).map(|name| (*name).to_owned());
    Ok(request((*query).to_owned(), operation, variables))
}

fn request(query: String, operation: Option<String>, variables: Variables) -> Request {
    let request = Request::new(query).variables(variables);
    match operation {
        Some(name) => request.operation_name(name),
        None => request,
    }
}
