//! What `run.py` measures with: a plain handler, and the program that asks.

use std::{io::Write as _, net::SocketAddr, path::PathBuf, process::ExitCode, time::Duration};

use clap::{Parser, Subcommand};

mod load;
mod plain;

/// That of the server that is compared.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Measures how fast an API answers.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answers each question with what one prepared statement of PostgreSQL says, and does nothing else.
    Plain {
        /// Address to listen on.
        #[arg(long)]
        listen: SocketAddr,
        /// Address of the database, `postgres://…`.
        #[arg(long)]
        database: String,
        /// Connections to the database.
        #[arg(long, default_value_t = 8)]
        connections: u32,
    },
    /// Sends bodies in turn, one request in flight a connection, and prints one line of JSON.
    Load {
        /// Where to, `http://…`.
        #[arg(long)]
        url: String,
        /// A file that is sent as a body; several are sent in turn.
        #[arg(long, required = true)]
        body: Vec<PathBuf>,
        /// A header, `name: value`.
        #[arg(long)]
        header: Vec<String>,
        /// A file with a token a line, which are shown in turn.
        #[arg(long)]
        tokens: Option<PathBuf>,
        /// Connections that are kept open.
        #[arg(long, default_value_t = 1)]
        connections: usize,
        /// For how long; in any case until each body was sent once.
        #[arg(long, default_value_t = 5.0)]
        seconds: f64,
        /// A folder for the first answer to each body, under the name of the body's file.
        #[arg(long)]
        save: Option<PathBuf>,
    },
}

/// What keeps the program from doing its work.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("{0}")]
    Load(#[from] load::LoadError),
    #[error("{0}")]
    Plain(#[from] plain::PlainError),
    #[error("the runtime did not start, or what was measured could not be written: {0}")]
    System(#[from] std::io::Error),
}

fn work(command: Command) -> Result<(), Trouble> {
    match command {
        Command::Plain { listen, database, connections } => {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            runtime.block_on(plain::serve(listen, &database, connections))?;
        }
        Command::Load { url, body, header, tokens, connections, seconds, save } => {
            let seconds = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::ZERO);
            // What asks takes as little as it can from what answers: a quarter of the processors.
            let threads = std::thread::available_parallelism().map_or(1, |cores| (cores.get() / 4).max(1));
            let runtime =
                tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()?;
            let load = load::Load::read(&url, &body, (&header, tokens.as_deref()), save)?;
            let measured = runtime.block_on(load.run(connections, seconds))?;
            let mut out = std::io::stdout().lock();
            writeln!(out, "{measured}")?;
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    match work(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            // Nobody is left to be told where this fails.
            let _ = writeln!(std::io::stderr(), "{trouble}");
            ExitCode::FAILURE
        }
    }
}
