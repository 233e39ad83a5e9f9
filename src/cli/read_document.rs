//! Reads a document for the server, in a process of its own whose memory and time have an end.

use std::{fs::File, io::Write as _, os::fd::AsFd as _};

use entity::types::DocumentKind;

use super::Failure;
use crate::{
    charter::study,
    documents::{self, Findings, MOST_MEMORY, MOST_NUMBERS},
};

/// Longest time of the processor, in seconds.
const MOST_SECONDS: u64 = 15;

/// Reads the document that is the standard input, and prints what it says as JSON.
///
/// # Errors
///
/// [`Failure`].
pub fn run(kind: DocumentKind) -> Result<(), Failure> {
    rlimit::Resource::AS.set(MOST_MEMORY, MOST_MEMORY)?;
    rlimit::Resource::CPU.set(MOST_SECONDS, MOST_SECONDS)?;
    let mut file = File::from(std::io::stdin().as_fd().try_clone_to_owned()?);
    let said = documents::said(&mut file, kind).map_err(std::io::Error::other)?;
    let mut numbers = study::said(&said.text);
    let whole = said.whole && numbers.len() <= MOST_NUMBERS;
    numbers.truncate(MOST_NUMBERS);
    let findings = serde_json::to_vec(&Findings { numbers, whole }).map_err(std::io::Error::other)?;
    std::io::stdout().write_all(&findings)?;
    Ok(())
}
