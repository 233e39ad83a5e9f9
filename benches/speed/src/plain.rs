//! The plain handler: one prepared statement a question, whose text is the answer. No caller, no rights, no masks.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::{get, post},
    serve::ListenerExt as _,
};
use serde::Deserialize;
use sqlx::{Connection as _, PgConnection, Postgres, postgres::PgArguments, query::QueryScalar};
use tokio::sync::Semaphore;

/// What keeps the handler from serving.
#[derive(Debug, thiserror::Error)]
pub enum PlainError {
    /// The database is not there.
    #[error("the database cannot be used: {0}")]
    Database(#[from] sqlx::Error),
    /// The address cannot be listened on.
    #[error("the address cannot be listened on: {0}")]
    Listening(#[from] io::Error),
}

/// What a question is about: identifiers of rows, and periods as the database has them.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct About {
    territories: Vec<i32>,
    indicators: Vec<i32>,
    periods: Vec<i32>,
    /// The reference after which studies begin.
    after: String,
}

/// One territory, several indicators, one value each.
const ONE_TERRITORY: &str = "
SELECT json_build_object('code', territory.code, 'name', territory.name, 'observations', (
    SELECT coalesce(json_agg(json_build_object(
        'indicator', indicator.code, 'period', observation.period, 'value', observation.value)), '[]')
    FROM peer.observation JOIN peer.indicator ON indicator.id = observation.indicator_id
    WHERE observation.territory_id = territory.id AND observation.indicator_id = ANY($2)
      AND observation.period = ANY($3) AND observation.breakdown_id = 0))::text
FROM peer.territory WHERE territory.id = ANY($1)";

/// One indicator, several territories and periods.
const SERIES: &str = "
SELECT coalesce(json_agg(json_build_object(
    'territory', territory.code, 'period', observation.period, 'value', observation.value)), '[]')::text
FROM peer.observation JOIN peer.territory ON territory.id = observation.territory_id
WHERE observation.indicator_id = ANY($2) AND observation.territory_id = ANY($1)
  AND observation.period = ANY($3) AND observation.breakdown_id = 0";

/// A territory, those in it and those in them, one value each.
const TREE: &str = "
SELECT json_build_object('code', root.code, 'name', root.name, 'value', (
    SELECT observation.value FROM peer.observation
    WHERE observation.territory_id = root.id AND observation.indicator_id = ANY($2)
      AND observation.period = ANY($3) AND observation.breakdown_id = 0), 'children', (
    SELECT coalesce(json_agg(json_build_object(
        'code', child.code, 'name', child.name, 'value', observation.value, 'children', coalesce(below.rows, '[]'))), '[]')
    FROM peer.territory child
    LEFT JOIN peer.observation ON observation.territory_id = child.id AND observation.indicator_id = ANY($2)
      AND observation.period = ANY($3) AND observation.breakdown_id = 0
    LEFT JOIN (
        SELECT leaf.parent_id, json_agg(json_build_object(
            'code', leaf.code, 'name', leaf.name, 'value', observation.value)) AS rows
        FROM peer.territory leaf
        LEFT JOIN peer.observation ON observation.territory_id = leaf.id AND observation.indicator_id = ANY($2)
          AND observation.period = ANY($3) AND observation.breakdown_id = 0
        WHERE leaf.level = 'IRIS' AND leaf.current
          AND leaf.parent_id IN (SELECT id FROM peer.territory WHERE parent_id = ANY($1))
        GROUP BY leaf.parent_id) below ON below.parent_id = child.id
    WHERE child.parent_id = root.id AND child.level = 'COMMUNE' AND child.current))::text
FROM peer.territory root WHERE root.id = ANY($1)";

/// Twenty studies with their indicators.
const STUDIES: &str = "
SELECT coalesce(json_agg(json_build_object(
    'reference', study.reference, 'title', study.title, 'kind', study.kind, 'publishedOn', study.published_on,
    'indicators', (
        SELECT coalesce(json_agg(json_build_object('code', indicator.code, 'label', indicator.label)), '[]')
        FROM peer.study_indicator JOIN peer.indicator ON indicator.id = study_indicator.indicator_id
        WHERE study_indicator.study_id = study.id)) ORDER BY study.reference), '[]')::text
FROM (SELECT * FROM peer.study WHERE reference > $1 ORDER BY reference LIMIT 20) study";

/// All territories of a level in others, with their contours, one value each.
const CONTOURS: &str = "
SELECT coalesce(json_agg(json_build_object(
    'code', territory.code, 'name', territory.name, 'geometry', territory.geometry, 'value', observation.value)), '[]')::text
FROM peer.territory
LEFT JOIN peer.observation ON observation.territory_id = territory.id AND observation.indicator_id = ANY($2)
  AND observation.period = ANY($3) AND observation.breakdown_id = 0
WHERE territory.parent_id = ANY($1) AND territory.level = 'IRIS' AND territory.current";

/// Why a request has no answer.
enum Refused {
    NotFound,
    Malformed(serde_json::Error),
    Database(sqlx::Error),
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND.into_response(),
            Self::Malformed(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
            // It stands on a machine of its own, and whoever measures wants to know.
            Self::Database(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
        }
    }
}

/// Connections that are handed from one request to the next. A pool of the driver would ask before and after each of them whether
/// it still answers.
struct Connections {
    idle: Mutex<Vec<PgConnection>>,
    places: Semaphore,
}

impl Connections {
    async fn open(database: &str, count: u32) -> Result<Self, sqlx::Error> {
        let mut idle = Vec::new();
        for _ in 0..count {
            idle.push(PgConnection::connect(database).await?);
        }
        Ok(Self { places: Semaphore::new(idle.len()), idle: Mutex::new(idle) })
    }

    /// The text that a statement makes. A connection on which one failed is not handed on.
    async fn text(
        &self,
        statement: QueryScalar<'_, Postgres, String, PgArguments>,
    ) -> Result<String, sqlx::Error> {
        let _place = self.places.acquire().await.ok().ok_or(sqlx::Error::PoolClosed)?;
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let mut connection = idle().pop().ok_or(sqlx::Error::PoolClosed)?;
        let text = statement.fetch_one(&mut connection).await?;
        idle().push(connection);
        Ok(text)
    }
}

async fn answer(
    State(connections): State<Arc<Connections>>,
    Path(question): Path<String>,
    body: Bytes,
) -> Result<impl IntoResponse, Refused> {
    let About { territories, indicators, periods, after } =
        serde_json::from_slice(&body).map_err(Refused::Malformed)?;
    // Each connection prepares a statement once and keeps it.
    let statement = match question.as_str() {
        "a" => sqlx::query_scalar(ONE_TERRITORY).bind(territories).bind(indicators).bind(periods),
        "b" | "f" => sqlx::query_scalar(SERIES).bind(territories).bind(indicators).bind(periods),
        "c" => sqlx::query_scalar(TREE).bind(territories).bind(indicators).bind(periods),
        "d" => sqlx::query_scalar(STUDIES).bind(after),
        "e" => sqlx::query_scalar(CONTOURS).bind(territories).bind(indicators).bind(periods),
        _ => return Err(Refused::NotFound),
    };
    let text = connections.text(statement).await.map_err(Refused::Database)?;
    Ok(([(CONTENT_TYPE, "application/json")], text))
}

/// Serves until the process is asked to end.
///
/// # Errors
///
/// [`PlainError`] where the database is not there or the address cannot be had.
pub async fn serve(listen: SocketAddr, database: &str, connections: u32) -> Result<(), PlainError> {
    let connections = Arc::new(Connections::open(database, connections).await?);
    let router = Router::new()
        .route("/ready", get(|| async { "ready" }))
        .route("/{question}", post(answer))
        .with_state(connections);
    let listener = tokio::net::TcpListener::bind(listen).await?.tap_io(|stream| {
        // An answer does not wait for more of itself.
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router).await?;
    Ok(())
}
