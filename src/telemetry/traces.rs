//! Traces of requests for whoever runs the server, sent by OTLP (HTTP, protobuf) to where the standard variables of
//! OpenTelemetry say: `OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_SERVICE_NAME`, `OTEL_TRACES_SAMPLER`… Nothing is sent where none of
//! them names a place.
//!
//! A span says what the line of the log says of a request: never variables, tokens or values.

use std::sync::OnceLock;

use axum::http::{HeaderMap, HeaderName, Method};
use opentelemetry::{KeyValue, global, propagation::Extractor, trace::TracerProvider as _};
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::{Resource, propagation::TraceContextPropagator, trace::SdkTracerProvider};
use tracing::{Span, field::Empty};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::{Layer, filter::filter_fn, registry::LookupSpan};

/// Target of all spans.
const TARGET: &str = "observatoire::traces";
/// What the server is called where `OTEL_SERVICE_NAME` says nothing.
const SERVICE: &str = "observatoire";
/// Where traces go to.
const PLACES: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];

static PROVIDER: OnceLock<SdkTracerProvider> = OnceLock::new();

/// What sends traces; none where nobody asks for them.
///
/// # Errors
///
/// A sentence when a variable is set and cannot be read.
pub(super) fn layer<S>() -> Result<Option<impl Layer<S>>, String>
where
    S: tracing::Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
{
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let Some(place) = PLACES.into_iter().find(|name| is_set(name)) else { return Ok(None) };
    let provider = provider().map_err(|fault| format!("{place} : {fault}"))?;
    let tracer = PROVIDER.get_or_init(|| provider).tracer(SERVICE);
    global::set_text_map_propagator(TraceContextPropagator::new());
    let layer = tracing_opentelemetry::layer().with_tracer(tracer).with_location(false).with_threads(false);
    Ok(Some(layer.with_filter(filter_fn(|told| told.is_span() && told.target() == TARGET))))
}

fn provider() -> Result<SdkTracerProvider, String> {
    // Others may have named it before: it is the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // It has a runtime of its own, which is not made within another one.
    let exporter = std::thread::spawn(|| SpanExporter::builder().with_http().build()).join();
    let exporter = exporter.or(Err("panic"))?.map_err(|fault| fault.to_string())?;
    let resource =
        Resource::builder().with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
    let resource = match std::env::var_os("OTEL_SERVICE_NAME") {
        Some(_) => resource,
        None => resource.with_service_name(SERVICE),
    };
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource.build()).build())
}

/// Sends what is left.
pub(super) fn finish() {
    if let Some(provider) = PROVIDER.get()
        && let Err(fault) = provider.shutdown()
    {
        tracing::warn!(%fault, "the last traces were not sent");
    }
}

/// The span of a request, within that of whoever asks where they name one (`traceparent`).
#[must_use]
pub fn request(method: &Method, route: &str, headers: &HeaderMap) -> Span {
    let span = tracing::info_span!(
        target: TARGET,
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = %method,
        http.route = route,
        http.response.status_code = Empty,
        graphql.operation.name = Empty,
        observatory.partner = Empty,
        observatory.cost = Empty,
        observatory.shown = Empty,
        observatory.withheld = Empty,
        error.type = Empty,
    );
    if !span.is_disabled() {
        let parent = global::get_text_map_propagator(|propagator| propagator.extract(&Headers(headers)));
        let _ = span.set_parent(parent);
    }
    span
}

/// The span of a part of a request.
#[must_use]
pub fn part(name: &'static str) -> Span {
    tracing::info_span!(target: TARGET, "part", otel.name = name)
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}
