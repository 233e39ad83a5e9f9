//! One line in the log and a few measures for every request: what was asked by whom, how long it took and what came of it;
//! never variables, tokens or values.

use std::time::Instant;

use axum::{
    body::Body,
    extract::{MatchedPath, Request},
    http::Response,
    middleware::Next,
};

use tracing::{Instrument as _, Span};

use crate::{error::Code, store::Reading, telemetry::traces};

/// What is known of a request once it is answered.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Name of the operation, where it has one.
    pub operation: Option<String>,
    /// Code of the caller's partner; none for the public.
    pub partner: Option<String>,
    /// What its document cost; nothing where none was measured.
    pub cost: Option<u64>,
    /// Figures of partner data that were shown.
    pub shown: u32,
    /// Figures of partner data that were withheld.
    pub withheld: u32,
    /// Codes of the errors, each once.
    pub codes: Vec<String>,
}

impl Facts {
    /// Of what a viewer asks for, under a name.
    #[must_use]
    pub fn of(reading: &Reading, operation: Option<String>) -> Self {
        let partner = reading.viewer().identity().map(|identity| identity.partner.to_string());
        Self { operation, partner, ..Self::default() }
    }

    /// Of a request that was refused.
    #[must_use]
    pub fn refused(code: Code) -> Self {
        Self { codes: vec![code.word().to_owned()], ..Self::default() }
    }

    /// Name of the operation, as long as it is logged.
    fn name(&self) -> Option<String> {
        self.operation.as_deref().map(|name| name.chars().take(LONGEST_NAME).collect())
    }

    /// Says them in the span of a request.
    fn record(&self, span: &Span, status: u16) {
        span.record("http.response.status_code", status);
        if status >= FAULTS {
            span.record("otel.status_code", "ERROR");
        }
        let texts = [
            ("graphql.operation.name", self.name()),
            ("observatory.partner", self.partner.clone()),
            ("error.type", (!self.codes.is_empty()).then(|| self.codes.join(" "))),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                span.record(name, text);
            }
        }
        let counts = [
            ("observatory.cost", self.cost),
            ("observatory.shown", (self.shown > 0).then_some(u64::from(self.shown))),
            ("observatory.withheld", (self.withheld > 0).then_some(u64::from(self.withheld))),
        ];
        for (name, count) in counts {
            if let Some(count) = count {
                span.record(name, count);
            }
        }
    }

    /// These, and those of another operation of the same request.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.operation = self.operation.or(other.operation);
        self.partner = self.partner.or(other.partner);
        self.cost = self.cost.or(other.cost).map(|_| self.cost.unwrap_or(0) + other.cost.unwrap_or(0));
        self.shown = self.shown.saturating_add(other.shown);
        self.withheld = self.withheld.saturating_add(other.withheld);
        for code in other.codes {
            if !self.codes.contains(&code) {
                self.codes.push(code);
            }
        }
        self
    }
}

/// Says of an answer on a stream what [`told`] says of a request.
pub fn streamed(facts: &Facts) {
    count(facts);
    tracing::info!(
        target: "observatoire::requests",
        operation = facts.name(),
        partner = facts.partner.as_deref(),
        cost = facts.cost,
        shown = (facts.shown > 0).then_some(facts.shown),
        withheld = (facts.withheld > 0).then_some(facts.withheld),
        codes = (!facts.codes.is_empty()).then(|| facts.codes.join(" ")),
        "answer on a stream"
    );
}

/// Adds an answer to the measures.
fn count(facts: &Facts) {
    metrics::counter!("observatoire_figures_total", "outcome" => "shown").increment(u64::from(facts.shown));
    metrics::counter!("observatoire_figures_total", "outcome" => "withheld")
        .increment(u64::from(facts.withheld));
    for code in &facts.codes {
        metrics::counter!("observatoire_errors_total", "code" => code.clone()).increment(1);
    }
}

/// From this status on it is a fault of ours.
const FAULTS: u16 = 500;

/// Longest name of an operation that is logged.
const LONGEST_NAME: usize = 80;

/// Answers, then says so.
pub async fn told(request: Request, next: Next) -> Response<Body> {
    let begun = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    // Paths that are none of ours are anybody's text.
    let route = route.unwrap_or_else(|| "none".to_owned());
    let span = traces::request(&method, &route, request.headers());
    let mut response = next.run(request).instrument(span.clone()).await;
    let facts = response.extensions_mut().remove::<Facts>().unwrap_or_default();
    let (status, seconds) = (response.status().as_u16(), begun.elapsed().as_secs_f64());
    let (labels, seconds_labels) =
        ([("route", route.clone()), ("status", status.to_string())], [("route", route.clone())]);
    metrics::counter!("observatoire_requests_total", &labels).increment(1);
    metrics::histogram!("observatoire_request_seconds", &seconds_labels).record(seconds);
    count(&facts);
    facts.record(&span, status);
    tracing::info!(
        target: "observatoire::requests",
        %method,
        route,
        status,
        milliseconds = (seconds * 1e6).round() / 1e3,
        operation = facts.name(),
        partner = facts.partner.as_deref(),
        cost = facts.cost,
        shown = (facts.shown > 0).then_some(facts.shown),
        withheld = (facts.withheld > 0).then_some(facts.withheld),
        codes = (!facts.codes.is_empty()).then(|| facts.codes.join(" ")),
        "request"
    );
    response
}
