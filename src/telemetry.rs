//! Logs, on the error stream, so that what a command prints is only what it was asked for.

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// Starts logging; `OBSERVATOIRE_LOG` chooses what (`info` by default), as in `observatoire=debug`.
pub fn start() {
    let filter = EnvFilter::try_from_env("OBSERVATOIRE_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,observatoire=info"));
    // A second start, as in tests, keeps the first one.
    let _ = tracing_subscriber::registry()
        .with(filter)
        .with(fmt::layer().with_writer(std::io::stderr).with_target(false))
        .try_init();
}
