//! Reading a request: who asks, in which manner, and what.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Request, Variables};
use axum::http::{HeaderMap, HeaderValue, header};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use entity::types::Purpose;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    App,
    answer::{Manner, Media},
    persisted::Digest,
};
use crate::{
    auth::{
        Caller, Membership, Viewer,
        token::{Bearer, TokenFault},
    },
    error::{Code, Refusal},
    graphql::strictness,
    language::Language,
    store::{Footing, Revision},
};

/// The body of a POST.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    #[serde(default)]
    query: Option<String>,
    #[serde(default)]
    document_id: Option<String>,
    #[serde(default)]
    operation_name: Option<String>,
    #[serde(default)]
    variables: Option<Object>,
    #[serde(default)]
    extensions: Option<Object>,
}

type Object = serde_json::Map<String, serde_json::Value>;

/// An operation that is asked for, before its document is known.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The text of the document, where it was sent.
    pub query: Option<String>,
    /// The digest of the document, where one was sent.
    pub digest: Option<Digest>,
    /// Which of its operations.
    pub operation_name: Option<String>,
    /// Variables.
    pub variables: Object,
}

impl Asked {
    fn new(
        query: Option<String>,
        document_id: Option<&str>,
        operation_name: Option<String>,
        (variables, extensions): (Object, &Object),
    ) -> Result<Self, Refusal> {
        let persisted = match extensions.get("persistedQuery") {
            None | Some(serde_json::Value::Null) => None,
            Some(said) if said["version"] == 1 => Some(said["sha256Hash"].as_str().ok_or_else(shape)?),
            Some(_) => return Err(shape()),
        };
        let digest = match (persisted, document_id) {
            (Some(_), Some(_)) => return Err(shape()),
            (said, other) => {
                said.or(other).map(|text| Digest::parse(text).ok_or_else(unknown_digest)).transpose()?
            }
        };
        if variables.values().any(names_file) {
            return Err(strictness::file());
        }
        Ok(Self { query, digest, operation_name, variables })
    }

    /// The request for the engine, with the text of its document.
    #[must_use]
    pub fn request(&self, text: &str) -> Request {
        let variables = Variables::from_json(serde_json::Value::Object(self.variables.clone()));
        let request = Request::new(text).variables(variables);
        match &self.operation_name {
            Some(name) => request.operation_name(name),
            None => request,
        }
    }
}

fn names_file(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(text) => strictness::stands_for_file(text),
        serde_json::Value::Array(items) => items.iter().any(names_file),
        serde_json::Value::Object(fields) => fields.values().any(names_file),
        _ => false,
    }
}

/// What a body asks for.
pub enum Operations {
    /// One operation.
    One(Asked),
    /// Several, to be answered in a list.
    Batch(Vec<Asked>),
}

/// The manner that a request asks for, with the refusal when there is none that we can answer in.
pub fn manner(headers: &HeaderMap) -> (Manner, Option<Refusal>) {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let language = Language::negotiate(text(header::ACCEPT_LANGUAGE));
    // A list may stand in several lines.
    let accepts = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let accepts = accepts.collect::<Vec<_>>().join(",");
    let media = Media::negotiate(Some(&accepts));
    let private = headers.contains_key(header::AUTHORIZATION);
    let refusal = media.is_none().then(|| {
        Refusal::new(
            Code::NotAcceptable,
            "L’API répond en application/graphql-response+json ou application/json.",
            "The API answers in application/graphql-response+json or application/json.",
        )
    });
    (Manner { media: media.unwrap_or_default(), language, private, legacy: false }, refusal)
}

/// Who asks, and what is read at that moment.
pub struct Asker {
    /// Who asks.
    pub viewer: Viewer,
    /// The revision that their rights were read of; none for the public, of whom nothing is read.
    pub revision: Option<Revision>,
}

/// Whose token a request shows, before it is known where they stand; none without a token. One that is present and bad is refused;
/// it is never taken for none.
pub async fn verified(app: &App, headers: &HeaderMap) -> Result<Option<Bearer>, Refusal> {
    let mut authorizations = headers.get_all(header::AUTHORIZATION).iter();
    let Some(authorization) = authorizations.next() else {
        return match headers.get("x-purpose") {
            Some(_) => Err(Refusal::new(
                Code::PurposeInvalid,
                "Une finalité (X-Purpose) se déclare avec un jeton d’accès : présentez-le d’abord.",
                "A purpose (X-Purpose) is declared with an access token: present it first.",
            )),
            None => Ok(None),
        };
    };
    let token = token_of(authorization).filter(|_| authorizations.next().is_none());
    let token = token.ok_or_else(|| not_shown(authorization))?;
    app.verifier.verify(token, declared(headers)?).await.map(Some).map_err(token_refused)
}

/// Who asks: the bearer of a token where they stand now, or the public.
pub async fn asker(app: &App, bearer: Option<Bearer>) -> Result<Asker, Refusal> {
    let now = (app.clock)();
    match bearer {
        Some(bearer) => standing_now(app, bearer, now, false).await,
        None => Ok(Asker { viewer: Viewer { caller: Caller::Public, now }, revision: None }),
    }
}

/// The bearer of a token where they stood at the revision that was read last, if that is known without asking the database and
/// they may be answered: whether it still holds, the record of what they are told decides.
pub fn known(app: &App, bearer: &Bearer) -> Option<(Viewer, Revision)> {
    let now = (app.clock)();
    let revision = app.store.last_revision()?;
    let footing = app.store.known_footing(revision, &bearer.identity, now.date_naive())?;
    let membership = standing(footing.as_ref().as_ref(), bearer, false).ok()?;
    let caller = Caller::Known { identity: bearer.identity.clone(), membership };
    Some((Viewer { caller, now }, revision))
}

/// Who asks, as [`verified`] and [`asker`] say.
pub async fn viewer(app: &App, headers: &HeaderMap) -> Result<Viewer, Refusal> {
    Ok(asker(app, verified(app, headers).await?).await?.viewer)
}

/// The token that a request shows, whether it is good or not.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    token_of(headers.get(header::AUTHORIZATION)?)
}

/// When the token of a request expires, as it says itself.
pub fn expiry(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    let claims = URL_SAFE_NO_PAD.decode(bearer(headers)?.split('.').nth(1)?).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
    DateTime::from_timestamp(claims["exp"].as_i64()?, 0)
}

/// The refusal of a token that has expired.
pub fn expired() -> Refusal {
    token_refused(TokenFault::Expired)
}

fn token_of(authorization: &HeaderValue) -> Option<&str> {
    let (scheme, token) = authorization.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The refusal of a header that shows no token.
fn not_shown(authorization: &HeaderValue) -> Refusal {
    if token_of(authorization).is_some() {
        // There are several of them.
        return token_refused(TokenFault::Malformed);
    }
    Refusal::new(
        Code::TokenInvalid,
        "L’en-tête « Authorization » ne montre pas de jeton : écrivez « Bearer », une espace, puis le jeton.",
        "The header “Authorization” shows no token: write “Bearer”, a space, then the token.",
    )
}

/// The viewer for whom a link was signed, where their organisation stands today.
pub async fn known_by_link(app: &App, bearer: Bearer, now: DateTime<Utc>) -> Result<Viewer, Refusal> {
    Ok(standing_now(app, bearer, now, true).await?.viewer)
}

/// The bearer of a token where their organisation stands today.
async fn standing_now(
    app: &App,
    bearer: Bearer,
    now: DateTime<Utc>,
    by_link: bool,
) -> Result<Asker, Refusal> {
    let gazetteer = &app.reference.gazetteer;
    let revision = app.store.revision().await?;
    let footing = app.store.footing_at(revision, &bearer.identity, now.date_naive(), gazetteer).await?;
    let membership = standing(footing.as_ref().as_ref(), &bearer, by_link).map_err(token_refused)?;
    let caller = Caller::Known { identity: bearer.identity, membership };
    Ok(Asker { viewer: Viewer { caller, now }, revision: Some(revision) })
}

/// Whether the bearer of a token is taken, with what was read of where they stand.
fn standing(
    footing: Option<&Footing>,
    bearer: &Bearer,
    by_link: bool,
) -> Result<Arc<Membership>, TokenFault> {
    let Some(Footing { membership, revoked_at, client }) = footing else {
        return Err(TokenFault::Partner);
    };
    if bearer.identity.roles.iter().any(|role| !role.fits(membership.kind)) {
        return Err(TokenFault::Partner);
    }
    let is_revoked = match client {
        // A link lives for minutes, and is of a token that was accepted.
        Some(client) if client.is_revoked() || !(by_link || client.accepts(bearer.token_id.as_deref())) => {
            return Err(TokenFault::Client);
        }
        // Issued here, by the clock that revokes.
        Some(client) => revoked_at.is_some_and(|revoked_at| client.issued_at <= revoked_at),
        None => revoked_at.is_some_and(|revoked_at| bearer.is_revoked(revoked_at)),
    };
    if is_revoked { Err(TokenFault::Revoked) } else { Ok(Arc::clone(membership)) }
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

fn provider_away() -> Refusal {
    Refusal::new(
        Code::Unavailable,
        "Le fournisseur d’identité qui a émis ce jeton ne répond pas et ses clés ne sont pas connues : réessayez dans quelques secondes.",
        "The identity provider that issued this token does not answer and its keys are not known: try again in a few seconds.",
    )
}

fn token_refused(fault: TokenFault) -> Refusal {
    let (french, english) = match fault {
        TokenFault::Purpose => return purpose_invalid(),
        TokenFault::Unavailable => return provider_away(),
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
        TokenFault::Client => (
            "le référent de l’organisme a donné un autre jeton à ce programme, ou l’a révoqué",
            "the referent of the organisation gave this program another token, or revoked it",
        ),
        TokenFault::Role => {
            ("il ne porte aucun rôle de l’observatoire", "it carries no role of the observatory")
        }
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
    let mut all = headers.get_all(header::CONTENT_TYPE).iter();
    let text = all.next().filter(|_| all.next().is_none()).and_then(|value| value.to_str().ok());
    let text = text.unwrap_or_default();
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

/// Reads the body of a POST: one operation, or a list of at most so many.
pub fn from_body(bytes: &[u8], batch_limit: usize) -> Result<Operations, Refusal> {
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
    if !raw.get().trim_start().starts_with('[') {
        return one(raw).map(Operations::One);
    }
    let all: Vec<&RawValue> = serde_json::from_str(raw.get()).ok().ok_or_else(shape)?;
    if all.is_empty() || all.len() > batch_limit {
        return Err(batch(batch_limit));
    }
    all.into_iter().map(one).collect::<Result<_, _>>().map(Operations::Batch)
}

/// Reads one operation.
pub fn one(raw: &RawValue) -> Result<Asked, Refusal> {
    // Whoever reads objects by the order of their members takes lists for some.
    if !raw.get().starts_with('{') {
        return Err(shape());
    }
    let body: Body = serde_json::from_str(raw.get()).ok().ok_or_else(shape)?;
    let objects = (body.variables.unwrap_or_default(), &body.extensions.unwrap_or_default());
    Asked::new(body.query, body.document_id.as_deref(), body.operation_name, objects)
}

fn batch(limit: usize) -> Refusal {
    if limit == 0 {
        return Refusal::new(
            Code::BatchUnsupported,
            "Une seule opération par requête : regroupez plusieurs champs dans un même document.",
            "One operation a request: put several fields into one document.",
        );
    }
    Refusal::new(
        Code::BatchUnsupported,
        format!("Entre 1 et {limit} opérations par requête."),
        format!("Between 1 and {limit} operations a request."),
    )
}

fn shape() -> Refusal {
    Refusal::new(
        Code::RequestInvalid,
        "Attendu : un objet JSON avec « query » (texte), et au besoin « operationName » (texte), « variables » et « extensions » (objets).",
        "Expected: a JSON object with “query” (a text), and where needed “operationName” (a text), “variables” and “extensions” (objects).",
    )
}

fn unknown_digest() -> Refusal {
    Refusal::new(
        Code::RequestInvalid,
        "L’empreinte d’un document est une empreinte SHA-256 : 64 chiffres hexadécimaux, précédés de « sha256: » dans « documentId ».",
        "The digest of a document is SHA-256: 64 hexadecimal digits, after “sha256:” in “documentId”.",
    )
}

/// Reads the parameters of a GET.
pub fn from_parameters(parameters: &[(String, String)]) -> Result<Asked, Refusal> {
    let mut known: HashMap<&str, &str> = HashMap::new();
    for (name, value) in parameters {
        if known.insert(name, value).is_some() {
            return Err(shape());
        }
    }
    let object = |name: &str| match known.get(name).filter(|text| !text.is_empty()) {
        None => Ok(Object::new()),
        Some(text) => serde_json::from_str::<Object>(text).ok().ok_or_else(shape),
    };
    let text = |name: &str| known.get(name).filter(|text| !text.is_empty()).map(|text| (*text).to_owned());
    let query = known.get("query").map(|text| (*text).to_owned());
    let document_id = text("documentId");
    Asked::new(
        query,
        document_id.as_deref(),
        text("operationName"),
        (object("variables")?, &object("extensions")?),
    )
}
