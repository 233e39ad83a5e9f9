//! Logs, on the error stream, so that what a command prints is only what it was asked for.

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// Starts logging; `OBSERVATOIRE_LOG` chooses what (`info` by default), as in `observatoire=debug`, and
/// `OBSERVATOIRE_LOG_FORMAT` how: `text`, or `json` with one object a line.
///
/// # Errors
///
/// A sentence when a variable is set and cannot be read.
pub fn start() -> Result<(), String> {
    let chosen = std::env::var("OBSERVATOIRE_LOG").unwrap_or_else(|_| "warn,observatoire=info".to_owned());
    let filter = EnvFilter::builder().parse(&chosen).map_err(|error| {
        format!("OBSERVATOIRE_LOG = « {chosen} » : {error} ; attendu, par exemple : info, observatoire=debug")
    })?;
    let lines = fmt::layer().with_writer(std::io::stderr);
    let registry = tracing_subscriber::registry().with(filter);
    // A second start, as in tests, keeps the first one.
    let _ = match std::env::var("OBSERVATOIRE_LOG_FORMAT").as_deref() {
        Err(_) | Ok("text") => {
            let lines = lines.with_target(false).with_ansi(std::io::stderr().is_terminal());
            registry.with(lines).try_init()
        }
        Ok("json") => registry.with(lines.json().flatten_event(true).with_span_list(false)).try_init(),
        Ok(other) => {
            return Err(format!("OBSERVATOIRE_LOG_FORMAT = « {other} » ; attendu : text ou json"));
        }
    };
    Ok(())
}
