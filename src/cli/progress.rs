//! Progress on a terminal as a bar, elsewhere as plain lines.

use std::{
    io::IsTerminal,
    sync::atomic::{AtomicU64, Ordering},
};

use indicatif::{ProgressBar, ProgressStyle};

use super::print;
use crate::demonstration::Progress;

/// A progress bar, or lines where nobody watches a terminal.
pub struct Bar {
    bar: ProgressBar,
    terminal: bool,
    tenth: AtomicU64,
}

impl Bar {
    /// A bar at its start.
    pub fn new() -> Self {
        let bar = ProgressBar::new(1);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent:>3} % {wide_msg}") {
            bar.set_style(style);
        }
        Self { bar, terminal: std::io::stderr().is_terminal(), tenth: AtomicU64::new(u64::MAX) }
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
        if self.tenth.swap(tenth, Ordering::Relaxed) != tenth {
            let _ = print::note(&format!("{:>3} % {message}", tenth * 10));
        }
    }
}
