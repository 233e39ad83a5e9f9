//! Logs, on the error stream, so that what a command prints is only what it was asked for; traces, where they are asked for.

pub mod traces;

use std::io::IsTerminal;

use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::{FilterExt as _, filter_fn},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// Starts logging; `OBSERVATOIRE_LOG` chooses what (`info` by default), as in `observatoire=debug`, and
/// `OBSERVATOIRE_LOG_FORMAT` how: `text`, or `json` with one object a line. Traces go to where the variables of OpenTelemetry
/// say, if they do.
///
/// # Errors
///
/// A sentence when a variable is set and cannot be read.
pub fn start() -> Result<(), String> {
    let chosen = std::env::var("OBSERVATOIRE_LOG").unwrap_or_else(|_| "warn,observatoire=info".to_owned());
    let filter = EnvFilter::builder().parse(&chosen).map_err(|error| {
        format!("OBSERVATOIRE_LOG = « {chosen} » : {error} ; attendu, par exemple : info, observatoire=debug")
    })?;
    // Spans are for traces: a line says by itself what it is about.
    let filter = filter.and(filter_fn(|told| !told.is_span()));
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match std::env::var("OBSERVATOIRE_LOG_FORMAT")
        .as_deref()
    {
        Err(_) | Ok("text") => {
            lines.with_target(false).with_ansi(std::io::stderr().is_terminal()).with_filter(filter).boxed()
        }
        Ok("json") => lines.json().flatten_event(true).with_span_list(false).with_filter(filter).boxed(),
        Ok(other) => {
            return Err(format!("OBSERVATOIRE_LOG_FORMAT = « {other} » ; attendu : text ou json"));
        }
    };
    // A second start, as in tests, keeps the first one.
    let _ = tracing_subscriber::registry().with(lines).with(traces::layer()?).try_init();
    Ok(())
}

/// Sends what is left of traces.
pub fn finish() {
    traces::finish();
}
