//! Where what is answered.

use std::time::Duration;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header},
    response::{Html, IntoResponse, Json},
    routing::{any, get},
};

use super::{App, Manner, answer, ask, graphiql};
use crate::{
    config::Settings,
    error::{Code, Refusal},
    graphql::{self, context::Session},
    release::office::Desk,
    store::Reading,
};

#[derive(Clone)]
struct Served {
    app: App,
    body_limit: usize,
    time_limit: Duration,
}

/// The routes, with the limits of the settings.
pub fn router(app: App, settings: &Settings) -> Router {
    let time_limit = Duration::from_secs(settings.time_limit);
    Router::new()
        .route("/", get(|| async { Html(graphiql::PAGE) }))
        .route("/graphql", any(graphql))
        .route("/.well-known/jwks.json", get(keys))
        .route("/health/live", get(|| async { "live\n" }))
        .route("/health/ready", get(ready))
        .with_state(Served { app, body_limit: settings.body_limit, time_limit })
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

async fn graphql(
    State(served): State<Served>,
    Query(parameters): Query<Vec<(String, String)>>,
    request: Request<Body>,
) -> Response<Body> {
    let (manner, refusal) = ask::manner(request.headers());
    let outcome = match refusal {
        Some(refusal) => Err(refusal),
        // Giving up drops the execution, and its statements with it.
        None => tokio::time::timeout(served.time_limit, answered(&served, &parameters, request, manner))
            .await
            .unwrap_or_else(|_| Err(Refusal::timed_out())),
    };
    outcome.unwrap_or_else(|refusal| answer::refused(&refusal, manner))
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
        _ => {
            return Err(Refusal::new(
                Code::MethodNotAllowed,
                "L’API s’interroge par POST, ou par GET pour les lectures.",
                "The API is asked by POST, or by GET for queries.",
            ));
        }
    };
    let viewer = ask::viewer(&served.app, &parts.headers).await?;
    let prepared = graphql::prepare(asked, parts.method == Method::GET)?;
    let app = &served.app;
    let reading = Reading::new(app.store.clone(), app.reference.clone(), viewer);
    let desk = Desk::new(app.store.clone(), app.reference.clone());
    let session = Session::new(reading, desk, manner.language);
    let response = graphql::execute(&app.schema, prepared, session).await;
    Ok(answer::executed(&response, manner))
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
