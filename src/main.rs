//! The `observatoire` command.

use std::process::ExitCode;

/// Least memory resident and least time on large answers, as measured.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    observatoire::cli::run()
}
