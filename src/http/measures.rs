//! Measures of the running server, in the text that Prometheus reads, on an address of their own.

use std::net::SocketAddr;

use axum::{Router, http::header, response::IntoResponse, routing::get};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;

/// Bounds of the classes of durations, in seconds.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 20.0];

/// Measures that are taken from now on.
#[derive(Clone)]
pub struct Measures(PrometheusHandle);

impl Measures {
    /// Begins to measure.
    ///
    /// # Errors
    ///
    /// A sentence when something measures already.
    pub fn begin() -> Result<Self, String> {
        let builder = PrometheusBuilder::new().set_buckets(&SECONDS).map_err(|error| error.to_string())?;
        let handle = builder.install_recorder().map_err(|error| error.to_string())?;
        for (name, help) in DESCRIBED {
            metrics::describe_counter!(*name, *help);
        }
        metrics::describe_gauge!("observatoire_kept_figures_bytes", "Memory of figures as they rest");
        Ok(Self(handle))
    }

    /// The measures as they stand.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.run_upkeep();
        self.0.render()
    }

    /// Answers whoever reads them, at `/metrics`.
    ///
    /// # Errors
    ///
    /// Those of the address.
    pub async fn serve(self, address: SocketAddr) -> std::io::Result<()> {
        let listener = TcpListener::bind(address).await?;
        let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
        let router =
            Router::new().route("/metrics", get(move || async move { (kind, self.text()).into_response() }));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(())
    }
}

/// What is counted.
const DESCRIBED: &[(&str, &str)] = &[
    ("observatoire_requests_total", "Requests by route and status"),
    ("observatoire_errors_total", "Errors by code"),
    ("observatoire_figures_total", "Figures of partner data told, shown or withheld"),
    ("observatoire_rate_limited_total", "Requests over the limit of a caller"),
    ("observatoire_overloaded_total", "Requests refused because too many were worked on"),
    ("observatoire_connections_refused_total", "Connections over the limit"),
    (
        "observatoire_replica_total",
        "Readings of figures and contours, of the replica or of the database itself",
    ),
];
