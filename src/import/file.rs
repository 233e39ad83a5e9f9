//! A file of a provider, read and checked in one run.

use std::{collections::HashMap, fs::File, io::Read as _, io::Seek as _};

use delivery_reader::{Header, Options, ReadError, Record, Sink, Stop};
use sha2::{Digest, Sha256};

use super::{Checked, Checker, Context, Mapping, Subjects};
use crate::secrecy::table::CellKey;

/// A file that was read to its end and checked.
pub struct Examined {
    /// What was found and delivered.
    pub checked: Checked,
    /// SHA-256 of the file, in hexadecimal; none where it could not be read a second time.
    pub digest: Option<String>,
}

struct Rows<'c, 'a>(&'c mut Checker<'a>);

impl Sink for Rows<'_, '_> {
    fn header(&mut self, header: &Header<'_>) -> Result<(), Stop> {
        self.0.header(header.columns);
        Ok(())
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), Stop> {
        self.0.row(record.line, record.fields);
        if self.0.is_hopeless() { Err(Stop) } else { Ok(()) }
    }
}

/// Reads a file and checks it, to its end unless far too much is wrong with it; `progress` is told how many bytes of how many are
/// read, `last` gives the figures that the source shows last of what the file has numbers of.
///
/// # Errors
///
/// [`ReadError`] when the file is no table, or over a limit; what `last` fails with.
pub fn examine<E: From<ReadError>>(
    file: &mut File,
    options: &Options,
    context: Context<'_>,
    mapping: Mapping,
    progress: &mut dyn FnMut(u64, u64),
    last: impl FnOnce(&Subjects) -> Result<HashMap<CellKey, f64>, E>,
) -> Result<Examined, E> {
    let mut checker = Checker::new(context, mapping);
    delivery_reader::read(file, options, &mut Rows(&mut checker), progress)?;
    let last = last(&checker.subjects())?;
    Ok(Examined { checked: checker.finish(&last), digest: digest(file).ok() })
}

/// Digest of a file that was just read.
fn digest(file: &mut File) -> std::io::Result<String> {
    file.rewind()?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()),
            read => digest.update(buffer.get(..read).unwrap_or_default()),
        }
    }
}
