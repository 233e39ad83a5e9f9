//! Where what is answered.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{
        Path, Query, State, WebSocketUpgrade, rejection::PathRejection,
        ws::rejection::WebSocketUpgradeRejection,
    },
    http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header},
    middleware,
    response::{Html, IntoResponse, Json},
    routing::{any, get},
};

use super::{
    App, Manner, answer,
    answers::{Answer, Question},
    ask::{self, Asker, Operations},
    caching, cors, documents,
    drawings::{self, Kind},
    events, exports,
    files::Asked,
    graphiql,
    operation::{self, Ran, Takes},
    outgoing,
    persisted::Found,
    rate,
    requests::{self, Facts},
    served::Served,
    socket, upload,
};
use crate::{
    auth::token::Bearer,
    config::Settings,
    error::{Code, Refusal},
    graphql,
};

/// Longest time that a file may take to come in.
const LONGEST_UPLOAD: Duration = Duration::from_secs(1_800);

/// The routes, with the limits of the settings.
pub fn router(app: App, settings: &Settings) -> Router {
    let served = Arc::new(Served::new(app, settings));
    let mut asked = Router::new()
        .route("/graphql", any(graphql))
        .route("/documents/{reference}", get(document))
        .route("/export/{format}", get(export))
        .route("/chart/{format}", get(chart))
        .route("/map/{format}", get(map))
        .route("/profile/{format}", get(profile))
        .method_not_allowed_fallback(not_read)
        .layer(middleware::from_fn_with_state(served.rate.clone(), rate::limited));
    if let Some(layer) = cors::layer(&settings.origins) {
        asked = asked.layer(layer);
    }
    if settings.graphiql {
        // No page of another site frames it.
        let unframed = [(header::CONTENT_SECURITY_POLICY, "frame-ancestors 'none'")];
        asked = asked.route("/", get(move || async move { (unframed, Html(graphiql::PAGE)) }));
    }
    asked
        .route("/.well-known/jwks.json", get(keys))
        .fallback(nowhere)
        .layer(middleware::from_fn_with_state(
            (served.outgoing.clone(), served.rate.is_behind_proxy()),
            outgoing::bounded,
        ))
        .layer(middleware::from_fn(requests::told))
        .route("/health/live", get(|| async { "live\n" }))
        .route("/health/ready", get(ready))
        .with_state(served)
}

async fn keys(State(served): State<Arc<Served>>) -> impl IntoResponse {
    let cache = [(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"))];
    (cache, Json(served.app.verifier.keys().clone()))
}

async fn ready(State(served): State<Arc<Served>>) -> Response<Body> {
    match served.app.store.ping().await {
        Ok(()) => "ready\n".into_response(),
        Err(cause) => {
            tracing::warn!(%cause, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "2")], "database away\n").into_response()
        }
    }
}

async fn document(
    State(served): State<Arc<Served>>,
    asked: Result<Path<String>, PathRejection>,
    Query(parameters): Query<Vec<(String, String)>>,
    request: Request<Body>,
) -> Response<Body> {
    // Answered in its own media type; refusals are told in the language that is asked for.
    let (manner, _) = ask::manner(request.headers());
    let (parts, _) = request.into_parts();
    let link = parameters.iter().find(|(name, _)| name == "link").map(|(_, link)| link.as_str());
    let (reference, asked) = (named(asked), (&parts.method, &parts.headers));
    let found = within(served.time_limit, documents::download(&served.app, &reference, link, asked, manner));
    found.await.unwrap_or_else(|refusal| answer::problem(&refusal, manner))
}

/// What a path names; what is no text names nothing.
fn named(asked: Result<Path<String>, PathRejection>) -> String {
    asked.map_or_else(|_| String::new(), |Path(name)| name)
}

async fn export(
    State(served): State<Arc<Served>>,
    asked: Result<Path<String>, PathRejection>,
    Query(parameters): Query<Vec<(String, String)>>,
    request: Request<Body>,
) -> Response<Body> {
    let (manner, _) = ask::manner(request.headers());
    let (parts, _) = request.into_parts();
    let (method, headers) = (&parts.method, &parts.headers);
    let asked = Asked { format: &named(asked), parameters: &parameters, method, headers };
    let answer = exports::answer(&served.app, &served.turns, asked, (&served.folder, manner));
    within(served.time_limit, answer).await.unwrap_or_else(|refusal| answer::problem(&refusal, manner))
}

async fn chart(
    State(served): State<Arc<Served>>,
    asked: Result<Path<String>, PathRejection>,
    Query(parameters): Query<Vec<(String, String)>>,
    request: Request<Body>,
) -> Response<Body> {
    drawing(&served, Kind::Chart, &named(asked), &parameters, request).await
}

async fn map(
    State(served): State<Arc<Served>>,
    asked: Result<Path<String>, PathRejection>,
    Query(parameters): Query<Vec<(String, String)>>,
    request: Request<Body>,
) -> Response<Body> {
    drawing(&served, Kind::Map, &named(asked), &parameters, request).await
}

async fn profile(
    State(served): State<Arc<Served>>,
    asked: Result<Path<String>, PathRejection>,
    Query(parameters): Query<Vec<(String, String)>>,
    request: Request<Body>,
) -> Response<Body> {
    drawing(&served, Kind::Profile, &named(asked), &parameters, request).await
}

async fn drawing(
    served: &Served,
    kind: Kind,
    format: &str,
    parameters: &[(String, String)],
    request: Request<Body>,
) -> Response<Body> {
    let (manner, _) = ask::manner(request.headers());
    let (parts, _) = request.into_parts();
    let asked = Asked { format, parameters, method: &parts.method, headers: &parts.headers };
    let answer = drawings::answer(&served.app, &served.turns, asked, (kind, manner));
    within(served.time_limit, answer).await.unwrap_or_else(|refusal| answer::problem(&refusal, manner))
}

async fn graphql(
    State(served): State<Arc<Served>>,
    Query(parameters): Query<Vec<(String, String)>>,
    socket: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    request: Request<Body>,
) -> Response<Body> {
    if let Ok(upgrade) = socket {
        let from = (rate::peer(&request), request.extensions().get().cloned());
        return socket::upgraded(served, upgrade, request.headers().clone(), from);
    }
    if events::is_asked_for(request.headers()) {
        return Box::pin(events::answer(served, &parameters, request)).await;
    }
    let (manner, refusal) = served.manner(request.headers());
    let outcome = match refusal {
        Some(refusal) => Err(refusal),
        None => match upload::is_multipart(request.headers()) {
            Err(refusal) => Err(refusal),
            Ok(true) => Box::pin(uploaded(&served, request, manner)).await,
            Ok(false) => within(served.time_limit, answered(&served, &parameters, request, manner)).await,
        },
    };
    outcome.unwrap_or_else(|refusal| answer::refused(&refusal, manner))
}

/// Giving up drops what was asked, and its statements with it.
pub async fn within<T>(
    limit: Duration,
    asked: impl Future<Output = Result<T, Refusal>>,
) -> Result<T, Refusal> {
    tokio::time::timeout(limit, asked).await.unwrap_or_else(|_| Err(Refusal::timed_out()))
}

/// A request that brings a file: who may not hand one in is told so before the file is read.
async fn uploaded(
    served: &Served,
    request: Request<Body>,
    manner: Manner,
) -> Result<Response<Body>, Refusal> {
    let (parts, body) = request.into_parts();
    if parts.method != Method::POST {
        return Err(method());
    }
    let viewer = within(served.time_limit, ask::viewer(&served.app, &parts.headers)).await?;
    let uploads = served.uploads_of(&viewer)?;
    let asked = upload::read(&parts.headers, body, &served.folder, uploads);
    let request = within(LONGEST_UPLOAD, asked).await?;
    // Rights are those of the moment at which the file is there, not at which it began to come.
    let viewer = within(served.time_limit, ask::viewer(&served.app, &parts.headers)).await?;
    let prepared = graphql::prepare(&served.app.schema, request, (true, false))?;
    operation::expect(served, &viewer, &prepared, Takes::Requests)?;
    let ran = operation::execute(served, (viewer, None), prepared, manner);
    let Ran { response, facts, .. } = within(served.time_limit, ran).await?;
    Ok(with(answer::executed(&response, manner), facts))
}

fn with(mut response: Response<Body>, facts: Facts) -> Response<Body> {
    response.extensions_mut().insert(facts);
    response
}

/// An address where nothing is.
async fn nowhere(headers: HeaderMap) -> Response<Body> {
    let refusal = Refusal::new(
        Code::NotFound,
        "Il n’y a rien à cette adresse\u{a0}: l’API est à /graphql, les fichiers à /export, /chart, /map et /profile, suivis d’un format.",
        "There is nothing at this address: the API is at /graphql, files are at /export, /chart, /map and /profile, followed by a format.",
    );
    answer::problem(&refusal, ask::manner(&headers).0)
}

/// A file that is asked for by another method than those that read.
async fn not_read(headers: HeaderMap) -> Response<Body> {
    let refusal =
        Refusal::new(Code::MethodNotAllowed, "Cette adresse se lit par GET.", "This address is read by GET.");
    let mut answer = answer::problem(&refusal, ask::manner(&headers).0);
    answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    answer
}

/// Another method than those of the protocol.
pub fn method() -> Refusal {
    Refusal::new(
        Code::MethodNotAllowed,
        "L’API s’interroge par POST, ou par GET pour les lectures.",
        "The API is asked by POST, or by GET for queries.",
    )
}

async fn answered(
    served: &Served,
    parameters: &[(String, String)],
    request: Request<Body>,
    manner: Manner,
) -> Result<Response<Body>, Refusal> {
    let (parts, body) = request.into_parts();
    let (operations, takes) = match parts.method {
        Method::GET => (Operations::One(ask::from_parameters(parameters)?), Takes::Queries),
        Method::POST => {
            ask::content_type(&parts.headers)?;
            let body = read(body, &parts.headers, served.body_limit).await?;
            (ask::from_body(&body, served.batch_limit)?, Takes::Requests)
        }
        _ => return Err(method()),
    };
    let bearer = ask::verified(&served.app, &parts.headers).await?;
    if let (Operations::One(asked), Some(bearer)) = (&operations, &bearer)
        && let Some(answer) = at_once(served, bearer, (asked, takes), manner).await?
    {
        return Ok(answer);
    }
    let asker = ask::asker(&served.app, bearer).await?;
    match operations {
        Operations::One(asked) => {
            let (mut answer, is_whole) = one(served, asker, (&asked, takes), manner).await?;
            if takes == Takes::Queries && is_whole && !manner.private {
                answer = caching::kept(answer, &parts.headers, served.public_max_age).await;
            }
            Ok(answer)
        }
        Operations::Batch(all) => {
            let (mut answers, mut facts) = (Vec::with_capacity(all.len()), Facts::default());
            // One after the other, each as if it had come alone: what one changes the next one reads.
            for asked in &all {
                let viewer = ask::viewer(&served.app, &parts.headers).await?;
                let ran = match operation::ready(served, &viewer, asked, takes) {
                    Ok(ready) => Box::pin(operation::run(served, (viewer, None), ready, manner)).await,
                    Err(refusal) => Err(refusal),
                };
                let (answer, told) = match ran {
                    Ok(Ran { response, facts, .. }) => (Ok(response), facts),
                    Err(refusal) => (Err(refusal.clone()), Facts::refused(refusal.code)),
                };
                answers.push(answer);
                facts = facts.and(told);
            }
            Ok(with(answer::batch(&answers, manner), facts))
        }
    }
}

/// The answer to one operation as it was given before, where the record of it tells that nothing has changed since what was read
/// last: nothing else is asked of the database.
async fn at_once(
    served: &Served,
    bearer: &Bearer,
    (asked, takes): (&ask::Asked, Takes),
    manner: Manner,
) -> Result<Option<Response<Body>>, Refusal> {
    let store = &served.app.store;
    let Some((viewer, revision)) = ask::known(&served.app, bearer) else { return Ok(None) };
    // What is wrong with it is told by whoever answers it anew.
    let Ok(found) = operation::found(served, &viewer, asked) else { return Ok(None) };
    if !served.answers.has_answered(&found.text) || !operation::takes_all(served, &found, takes) {
        return Ok(None);
    }
    let question = Question::known(store, &viewer, revision, (asked, &found.text), manner);
    let Some(known) = question.and_then(|question| served.answers.get(&question)) else { return Ok(None) };
    let Some(facts) = known.if_still(served, (&viewer, revision)).await? else { return Ok(None) };
    Ok(Some(given(served, &known, found, (facts, manner))))
}

/// An answer that is given again; its document is kept where the client asked for that.
fn given(served: &Served, known: &Answer, found: Found, (facts, manner): (Facts, Manner)) -> Response<Body> {
    if let Some(digest) = found.keep {
        served.app.persisted.keep(digest, found.text);
    }
    with(answer::whole(known.body.clone(), manner), facts)
}

/// The answer to one operation, and whether it is whole: as it was given before, where nothing has changed since.
async fn one(
    served: &Served,
    Asker { viewer, revision }: Asker,
    (asked, takes): (&ask::Asked, Takes),
    manner: Manner,
) -> Result<(Response<Body>, bool), Refusal> {
    let found = operation::found(served, &viewer, asked)?;
    let text = Arc::clone(&found.text);
    // Of a document that was never answered nothing is read before it was measured.
    let is_known = served.answers.has_answered(&text) && operation::takes_all(served, &found, takes);
    let revision = match revision {
        None if is_known => Some(served.app.store.revision().await?),
        revision => revision,
    };
    if let Some(revision) = revision.filter(|_| is_known) {
        let question = Question::new(&served.app.store, &viewer, revision, (asked, &text), manner).await?;
        if let Some(known) = served.answers.get(&question) {
            let facts = known.again(served, &viewer).await?;
            return Ok((given(served, &known, found, (facts, manner)), true));
        }
    }
    let ready = operation::prepared(served, &viewer, found, (asked, takes))?;
    // Apart, so that what is given again does not carry it along.
    let ran = Box::pin(operation::run(served, (viewer, revision), ready, manner)).await?;
    let kept = match revision {
        // What is kept was read after the revision was.
        Some(revision) => {
            let viewer = ran.reading.viewer();
            let question = Question::new(&served.app.store, viewer, revision, (asked, &text), manner).await?;
            served.answers.keep(question, &ran)
        }
        None => None,
    };
    if ran.response.is_ok() && ran.reading.has_read() {
        served.answers.note(text);
    }
    let answer = match kept {
        Some(body) => answer::whole(body, manner),
        None => answer::executed(&ran.response, manner),
    };
    Ok((with(answer, ran.facts), ran.response.is_ok()))
}

/// The bytes of a body, within a limit.
pub async fn read(body: Body, headers: &HeaderMap, limit: usize) -> Result<Vec<u8>, Refusal> {
    let too_large = || {
        Refusal::new(
            Code::BodyTooLarge,
            format!("Le corps de la requête dépasse la limite de {limit} octets."),
            format!("The body of the request is over the limit of {limit} bytes."),
        )
    };
    let announced =
        headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    to_bytes(body, limit).await.ok().map(Vec::from).ok_or_else(too_large)
}
