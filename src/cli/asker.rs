//! The whole server without a socket, and an analyst of a signatory who asks it: for the gallery and for measures.

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    http::{Request, StatusCode, header},
};
use chrono::{TimeDelta, Utc};
use entity::types::{PartnerCode, Purpose, Purposes, Role};
use serde_json::Value;
use tower::ServiceExt as _;

use super::{Failure, serve, setup, token};
use crate::{auth::Identity, config::Settings, http, language::Language};

/// Most bytes of an answer.
const MOST_BYTES: usize = 256 << 20;

/// An analyst who asks, with the rights and masks that they have.
pub struct Asker {
    router: Router,
    bearer: String,
}

impl Asker {
    /// Opens the observatory of these settings.
    ///
    /// # Errors
    ///
    /// What keeps the server from starting.
    pub async fn open(settings: &Settings) -> Result<Self, Failure> {
        let store = setup::existing(settings).await?;
        let issuer = token::issuer(settings)?;
        let app = serve::app(settings, store, &issuer).await?;
        let identity = Identity {
            subject: "gallery".to_owned(),
            client: None,
            partner: PartnerCode::parse("CCAS-DIJON")?,
            roles: vec![Role::Analyst],
            purposes: Purposes::all(),
            purpose: Some(Purpose::NeedsAnalysis),
        };
        let token = issuer.issue(&identity, Utc::now(), TimeDelta::hours(1))?;
        Ok(Self { router: http::router(app, settings), bearer: format!("Bearer {token}") })
    }

    /// A GraphQL request with its document and variables.
    ///
    /// # Errors
    ///
    /// Never, for requests that are well formed.
    pub fn query(&self, body: &Value, language: Language) -> Result<Request<Body>, Failure> {
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT_LANGUAGE, language.tag())
            .header(header::AUTHORIZATION, &self.bearer)
            .body(Body::from(body.to_string()))?;
        Ok(request)
    }

    /// A request for a file at a path.
    ///
    /// # Errors
    ///
    /// Where that is no path.
    pub fn file(&self, path: &str) -> Result<Request<Body>, Failure> {
        Ok(Request::get(path).header(header::AUTHORIZATION, &self.bearer).body(Body::empty())?)
    }

    /// Asks; gives the status and all of the answer.
    ///
    /// # Errors
    ///
    /// Where the answer breaks off, or is too long.
    pub async fn ask(&self, request: Request<Body>) -> Result<(StatusCode, Bytes), Failure> {
        let answer = self.router.clone().oneshot(request).await?;
        let status = answer.status();
        Ok((status, to_bytes(answer.into_body(), MOST_BYTES).await?))
    }
}
