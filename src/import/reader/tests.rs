//! Files of every kind, right and wrong.

mod archives;
mod delimited;
mod encodings;
mod faults;
mod hostile;
mod json;
mod messages;
mod parquets;
mod progress;
mod random;
mod values;
mod workbooks;

use std::{
    fs::File,
    io::{Cursor, Seek, SeekFrom, Write},
};

use crate::{Format, Header, Limits, Options, Read, ReadError, Record, Sink, Stop, read};

/// What no error may ever say.
const SECRET: &str = "Zebulon";

/// A sink that keeps what it receives, up to a number of rows.
#[derive(Debug, Default)]
struct Table {
    format: Option<Format>,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
    lines: Vec<u64>,
    most: Option<usize>,
}

impl Sink for Table {
    fn header(&mut self, header: &Header<'_>) -> Result<(), Stop> {
        self.format = Some(header.format);
        self.columns = header.columns.to_vec();
        if self.most == Some(0) { Err(Stop) } else { Ok(()) }
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), Stop> {
        self.rows.push(record.fields.iter().map(|field| (*field).to_owned()).collect());
        self.lines.push(record.line);
        if self.most == Some(self.rows.len()) { Err(Stop) } else { Ok(()) }
    }
}

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    file
}

fn outcome(bytes: &[u8], options: &Options) -> Result<(Read, Table), ReadError> {
    let mut table = Table::default();
    read(&mut file(bytes), options, &mut table, &mut |_, _| ()).map(|done| (done, table))
}

/// Reads what must be right.
fn table(bytes: &[u8]) -> Table {
    let (done, table) = outcome(bytes, &Options::default()).unwrap();
    assert_eq!(done.rows, table.rows.len() as u64);
    assert_eq!(Some(done.format), table.format);
    assert!(!done.stopped);
    table
}

/// Reads what must be wrong, and checks that nothing of it is told.
fn error_with(bytes: &[u8], options: &Options) -> ReadError {
    let error = outcome(bytes, options).unwrap_err();
    let said =
        [error.french(), error.english(), error.to_string(), error.kind.to_string(), format!("{error:?}")];
    for text in said {
        assert!(!text.contains(SECRET), "{text}");
    }
    error
}

fn error(bytes: &[u8]) -> ReadError {
    error_with(bytes, &Options::default())
}

/// The code, line and column of what must be wrong.
fn fault(bytes: &[u8]) -> (&'static str, Option<u64>, Option<usize>) {
    let error = error(bytes);
    (error.kind.code(), error.line, error.column)
}

fn limited(limits: Limits) -> Options {
    Options { limits, sheet: None }
}

fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn gzipped(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}
