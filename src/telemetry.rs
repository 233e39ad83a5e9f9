//! Logs, on the error stream, so that what a command prints is only what it was asked for.

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// Starts logging; `OBSERVATOIRE_LOG` chooses what (`info` by default), as in `observatoire=debug`.
///
/// # Errors
///
/// A sentence when the variable is set and cannot be read.
pub fn start() -> Result<(), String> {
    let chosen = std::env::var("OBSERVATOIRE_LOG").unwrap_or_else(|_| "warn,observatoire=info".to_owned());
    let filter = EnvFilter::builder().parse(&chosen).map_err(|error| {
        format!("OBSERVATOIRE_LOG = « {chosen} » : {error} ; attendu, par exemple : info, observatoire=debug")
    })?;
    // A second start, as in tests, keeps the first one.
    let _ = tracing_subscriber::registry()
        .with(filter)
        .with(
            fmt::layer()
                .with_writer(std::io::stderr)
                .with_target(false)
                .with_ansi(std::io::stderr().is_terminal()),
        )
        .try_init();
    Ok(())
}
