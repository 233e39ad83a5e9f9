//! Where what is answered.

use std::{path::PathBuf, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Path, Query, State, rejection::PathRejection},
    http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header},
    response::{Html, IntoResponse, Json},
    routing::{any, get},
};

use super::{
    App, Manner, answer, ask, documents,
    drawings::{self, Kind},
    exports,
    files::{Asked, Turns},
    graphiql, upload,
};
use crate::{
    auth::{
        Action, Viewer,
        policy::{self, Sends},
    },
    config::Settings,
    error::{Code, Refusal},
    graphql::{
        self,
        context::{Doors, Session},
    },
    registrar::Registry,
    store::Reading,
};

/// Longest time that a file may take to come in, and longest silence meanwhile.
const LONGEST_UPLOAD: Duration = Duration::from_secs(1_800);
const LONGEST_SILENCE: Duration = Duration::from_secs(30);

#[derive(Clone)]
struct Served {
    app: App,
    body_limit: usize,
    time_limit: Duration,
    uploads: upload::Limits,
    folder: Arc<PathBuf>,
    turns: Turns,
}

/// The routes, with the limits of the settings.
pub fn router(app: App, settings: &Settings) -> Router {
    let time_limit = Duration::from_secs(settings.time_limit);
    Router::new()
        .route("/", get(|| async { Html(graphiql::PAGE) }))
        .route("/graphql", any(graphql))
        .route("/documents/{reference}", get(document))
        .route("/export/{format}", get(export))
        .route("/chart/{format}", get(chart))
        .route("/map/{format}", get(map))
        .route("/profile/{format}", get(profile))
        .route("/.well-known/jwks.json", get(keys))
        .route("/health/live", get(|| async { "live\n" }))
        .route("/health/ready", get(ready))
        .with_state(Served {
            app,
            body_limit: settings.body_limit,
            time_limit,
            uploads: upload::Limits {
                document: settings.body_limit,
                file: settings.delivery_limit,
                silence: LONGEST_SILENCE,
            },
            folder: Arc::new(settings.data.clone()),
            turns: Turns::default(),
        })
}

async fn keys(State(served): State<Served>) -> impl IntoResponse {
    let cache = [(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"))];
    (cache, Json(served.app.verifier.keys().clone()))
}

async fn ready(State(served): State<Served>) -> Response<Body> {
    match served.app.store.ping().await {
        Ok(()) => "ready\n".into_response(),
        Err(cause) => {
            tracing::warn!(%cause, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "2")], "database away\n").into_response()
        }
    }
}

async fn document(
    State(served): State<Served>,
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
    State(served): State<Served>,
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
    State(served): State<Served>,
    asked: Result<Path<String>, PathRejection>,
    Query(parameters): Query<Vec<(String, String)>>,
    request: Request<Body>,
) -> Response<Body> {
    drawing(&served, Kind::Chart, &named(asked), &parameters, request).await
}

async fn map(
    State(served): State<Served>,
    asked: Result<Path<String>, PathRejection>,
    Query(parameters): Query<Vec<(String, String)>>,
    request: Request<Body>,
) -> Response<Body> {
    drawing(&served, Kind::Map, &named(asked), &parameters, request).await
}

async fn profile(
    State(served): State<Served>,
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
    State(served): State<Served>,
    Query(parameters): Query<Vec<(String, String)>>,
    request: Request<Body>,
) -> Response<Body> {
    let (manner, refusal) = ask::manner(request.headers());
    let outcome = match refusal {
        Some(refusal) => Err(refusal),
        None => match upload::is_multipart(request.headers()) {
            Err(refusal) => Err(refusal),
            Ok(true) => uploaded(&served, request, manner).await,
            Ok(false) => within(served.time_limit, answered(&served, &parameters, request, manner)).await,
        },
    };
    outcome.unwrap_or_else(|refusal| answer::refused(&refusal, manner))
}

/// Giving up drops what was asked, and its statements with it.
async fn within<T>(limit: Duration, asked: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refusal> {
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
    let uploads = match policy::sends(&viewer) {
        Some(Sends::Deliveries) => served.uploads,
        Some(Sends::Documents) => upload::Limits { file: served.app.shelf.limit, ..served.uploads },
        None => return Err(Refusal::forbidden(Action::HandInDeliveries.scope())),
    };
    let asked = upload::read(&parts.headers, body, &served.folder, uploads);
    let asked = within(LONGEST_UPLOAD, asked).await?;
    // Rights are those of the moment at which the file is there, not at which it began to come.
    let viewer = within(served.time_limit, ask::viewer(&served.app, &parts.headers)).await?;
    let prepared = graphql::prepare(asked, false)?;
    within(served.time_limit, executed(served, viewer, prepared, manner)).await
}

async fn executed(
    served: &Served,
    viewer: Viewer,
    prepared: graphql::Prepared,
    manner: Manner,
) -> Result<Response<Body>, Refusal> {
    let app = &served.app;
    let reading = Arc::new(Reading::new(app.store.clone(), app.reference.clone(), viewer));
    let registry = Registry::new(app.store.clone(), app.shelf.clone());
    let doors = Doors {
        desk: app.desk.clone(),
        registry,
        links: app.links.clone(),
        templates: Arc::clone(&app.templates),
    };
    let session = Session::new(Arc::clone(&reading), doors, manner.language);
    let operation_name = prepared.operation_name().map(str::to_owned);
    let response = graphql::execute(&app.schema, prepared, session).await;
    // No answer goes out before its record is kept.
    if let Some(entry) = reading.reached(operation_name) {
        app.access_log.write(entry).await.or(Err(Refusal::unavailable()))?;
    }
    Ok(answer::executed(&response, manner))
}

fn method() -> Refusal {
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
    let asked = match parts.method {
        Method::GET => ask::from_parameters(parameters)?,
        Method::POST => {
            ask::content_type(&parts.headers)?;
            ask::from_body(&read(body, &parts.headers, served.body_limit).await?)?
        }
        _ => return Err(method()),
    };
    let viewer = ask::viewer(&served.app, &parts.headers).await?;
    let prepared = graphql::prepare(asked, parts.method == Method::GET)?;
    executed(served, viewer, prepared, manner).await
}

async fn read(body: Body, headers: &HeaderMap, limit: usize) -> Result<Vec<u8>, Refusal> {
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
