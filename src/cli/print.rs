//! What the command prints: results on the standard stream, everything else on the error stream.

use std::{
    error::Error,
    io::{self, Write},
    process::ExitCode,
};

use crate::{language::Language, present::words};

/// Prints a result.
pub fn text(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // The reader has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}

/// How many, in French: `12 345`.
pub fn count(count: usize) -> String {
    words::count(count, Language::French)
}

/// How many of what, in French, where two are the first to have the plural: `1 document`, `12 345 documents`.
pub fn several(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", words::count(count, Language::French), if count < 2 { one } else { many })
}

/// Prints a line for whoever watches.
pub fn note(line: &str) -> io::Result<()> {
    writeln!(io::stderr().lock(), "{line}")
}

/// Prints what went wrong with its causes, and gives the exit code that says so.
pub fn failure(error: &(dyn Error + 'static)) -> ExitCode {
    let mut line = format!("observatoire : {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !line.contains(&text) {
            line.push_str(&format!(" – {text}"));
        }
        cause = error.source();
    }
    let _ = note(&line);
    ExitCode::FAILURE
}
