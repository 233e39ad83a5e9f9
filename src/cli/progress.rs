//! Progress on a terminal as a bar, elsewhere as plain lines.

use std::{
    io::IsTerminal,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

use super::print;
use crate::{
    demonstration::Progress,
    language::Language,
    secrecy::progress::{self, Phase},
};

/// A progress bar, or lines where nobody watches a terminal.
pub struct Bar {
    bar: ProgressBar,
    terminal: bool,
    line: Mutex<Option<Line>>,
}

/// The last line that was written.
struct Line {
    message: String,
    tenth: u64,
    at: Instant,
}

/// Lines come no faster than this, but for the last one.
const PAUSE: Duration = Duration::from_secs(1);

impl Bar {
    /// A bar at its start.
    pub fn new() -> Self {
        let bar = ProgressBar::new(1);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent:>3} % {wide_msg}") {
            bar.set_style(style);
        }
        Self { bar, terminal: std::io::stderr().is_terminal(), line: Mutex::new(None) }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Bar {
    fn step(&self, message: &str, done: u64, total: u64) {
        if self.terminal {
            self.bar.set_length(total);
            self.bar.set_position(done);
            self.bar.set_message(message.to_owned());
            return;
        }
        let tenth = done * 10 / total.max(1);
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let told = line.as_ref().is_some_and(|last| {
            let same = last.tenth == tenth && last.message == message;
            same || (tenth < 10 && last.at.elapsed() < PAUSE)
        });
        if !told {
            let _ = print::note(&format!("{:>3} % {message}", tenth * 10));
            *line = Some(Line { message: message.to_owned(), tenth, at: Instant::now() });
        }
    }
}

impl progress::Progress for Bar {
    fn at(&self, phase: Phase, done: u64, all: u64) {
        let (french, english) = phase.words();
        self.step(Language::French.pick(french, english), done, all);
    }
}
