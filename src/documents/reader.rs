//! Documents are read by a process of their own: one that is made to take all memory, all time or to break its reader takes
//! nothing of the server's.

use std::{fs::File, path::PathBuf, process::Stdio, sync::Arc, time::Duration};

use entity::types::DocumentKind;
use serde::{Deserialize, Serialize};
use tokio::{process::Command, sync::Semaphore};

/// The command by which the program reads a document from its standard input.
pub const COMMAND: &str = "read-document";

/// Most address space of a reading, in bytes.
pub const MOST_MEMORY: u64 = 1 << 30;

/// Most numbers that are kept of a document; more are for a person to read.
pub const MOST_NUMBERS: usize = 500;

/// Longest time for reading what a document says; one that takes longer counts as not read.
const LONGEST_READING: Duration = Duration::from_secs(15);

/// Documents read at once.
const READERS: usize = 2;

/// What was read of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    /// Numbers that its text says, each once, as they are written.
    pub numbers: Vec<String>,
    /// Whether all that it says was read, as far as a machine can tell.
    pub whole: bool,
}

/// Reads documents.
#[derive(Clone)]
pub struct Reader {
    program: Arc<PathBuf>,
    turns: Arc<Semaphore>,
}

impl Reader {
    /// A reader that runs a program, `observatoire` itself.
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self { program: Arc::new(program), turns: Arc::new(Semaphore::new(READERS)) }
    }

    /// What a document says; nothing, and not whole, when it takes too much or goes wrong.
    pub async fn read(&self, file: File, kind: DocumentKind) -> Findings {
        let Ok(_turn) = self.turns.acquire().await else { return Findings::default() };
        let child = Command::new(self.program.as_path())
            .args([COMMAND, kind.word()])
            .env_clear()
            .stdin(Stdio::from(file))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn();
        let Ok(child) = child else { return Findings::default() };
        let output = tokio::time::timeout(LONGEST_READING, child.wait_with_output()).await;
        let read = output.ok().and_then(Result::ok).filter(|output| output.status.success());
        read.and_then(|output| serde_json::from_slice(&output.stdout).ok()).unwrap_or_default()
    }
}
