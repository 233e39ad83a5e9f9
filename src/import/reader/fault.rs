//! What may be wrong with a file. Nothing here can hold the content of a cell.

use std::{fmt, io};

use crate::{
    doubt::{ArchiveDoubt, JsonDoubt, ParquetDoubt, Size, TableDoubt, WorkbookDoubt},
    table::Stop,
};

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadFault {
    /// Too many bytes.
    #[error("more than {limit} bytes")]
    TooLarge {
        /// Of what.
        size: Size,
        /// The most that there may be.
        limit: u64,
    },
    /// Too many rows.
    #[error("more than {limit} rows")]
    TooManyRows {
        /// The most that there may be.
        limit: u64,
    },
    /// Too many columns.
    #[error("more than {limit} columns")]
    TooManyColumns {
        /// The most that there may be.
        limit: usize,
    },
    /// A field that is too long.
    #[error("a field of more than {limit} bytes")]
    FieldTooLong {
        /// The most that there may be.
        limit: usize,
    },
    /// Nothing in it.
    #[error("nothing to read")]
    Empty,
    /// A column without a name.
    #[error("a column without a name")]
    NoHeader,
    /// Two columns of one name.
    #[error("a column name that appears twice")]
    DuplicateColumn,
    /// A row with another number of fields than the header.
    #[error("{found} fields where the header has {expected}")]
    RaggedRow {
        /// Fields of the header.
        expected: usize,
        /// Fields of the row.
        found: usize,
    },
    /// Bytes that are no text in the encoding of the file.
    #[error("bytes that are no text")]
    InvalidEncoding,
    /// A formula.
    #[error("a formula")]
    Formula {
        /// The place of the cell in its sheet, such as `B12`.
        cell: Option<String>,
    },
    /// A name in an archive that leads out of it.
    #[error("a name in the archive that leads out of it")]
    ArchivePath,
    /// An archive that holds something else than one file.
    #[error("an archive that is not of one readable file")]
    ArchiveContent(ArchiveDoubt),
    /// A damaged or truncated archive.
    #[error("a damaged archive")]
    ArchiveBroken,
    /// A workbook that cannot be read.
    #[error("a workbook that cannot be read")]
    Workbook(WorkbookDoubt),
    /// A Parquet file that cannot be read.
    #[error("a Parquet file that cannot be read")]
    Parquet(ParquetDoubt),
    /// A JSON document that is no JSON-stat dataset.
    #[error("not a JSON-stat dataset")]
    JsonStat(JsonDoubt),
    /// Something else than a table.
    #[error("not a table")]
    NotATable(TableDoubt),
    /// The file could not be read from the disk.
    #[error("input or output: {0}")]
    Io(io::ErrorKind),
}

impl ReadFault {
    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "TOO_LARGE",
            Self::TooManyRows { .. } => "TOO_MANY_ROWS",
            Self::TooManyColumns { .. } => "TOO_MANY_COLUMNS",
            Self::FieldTooLong { .. } => "FIELD_TOO_LONG",
            Self::Empty => "EMPTY",
            Self::NoHeader => "NO_HEADER",
            Self::DuplicateColumn => "DUPLICATE_COLUMN",
            Self::RaggedRow { .. } => "RAGGED_ROW",
            Self::InvalidEncoding => "INVALID_ENCODING",
            Self::Formula { .. } => "FORMULA",
            Self::ArchivePath => "ARCHIVE_PATH",
            Self::ArchiveContent(_) => "ARCHIVE_CONTENT",
            Self::ArchiveBroken => "ARCHIVE_BROKEN",
            Self::Workbook(_) => "WORKBOOK",
            Self::Parquet(_) => "PARQUET",
            Self::JsonStat(_) => "JSON_STAT",
            Self::NotATable(_) => "NOT_A_TABLE",
            Self::Io(_) => "IO",
        }
    }

    /// The error of this fault, at a line and a column, both from 1.
    pub(crate) fn at(self, line: u64, column: impl Into<Option<usize>>) -> ReadError {
        ReadError { kind: self, line: Some(line), column: column.into() }
    }

    /// Carries this fault through a reader.
    pub(crate) fn into_io(self) -> io::Error {
        io::Error::other(self)
    }

    /// The fault that a reader carried, or `otherwise` if the reader itself failed.
    pub(crate) fn from_io(error: &io::Error, otherwise: impl FnOnce(io::ErrorKind) -> Self) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()) {
            Some(fault) => fault.clone(),
            None => otherwise(error.kind()),
        }
    }
}

impl From<io::Error> for ReadFault {
    fn from(error: io::Error) -> Self {
        Self::from_io(&error, Self::Io)
    }
}

/// What is wrong with a file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// What is wrong.
    pub kind: ReadFault,
    /// The line, from 1: of the text, or the row of a sheet.
    pub line: Option<u64>,
    /// The column, from 1.
    pub column: Option<usize>,
}

impl From<ReadFault> for ReadError {
    fn from(kind: ReadFault) -> Self {
        Self { kind, line: None, column: None }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.english())
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.kind)
    }
}

/// Why reading ends before the end.
#[derive(Debug)]
pub(crate) enum Halt {
    /// The sink has seen enough.
    Stop,
    /// Something is wrong.
    Error(ReadError),
}

impl From<Stop> for Halt {
    fn from(_: Stop) -> Self {
        Self::Stop
    }
}

impl From<ReadError> for Halt {
    fn from(error: ReadError) -> Self {
        Self::Error(error)
    }
}

impl From<ReadFault> for Halt {
    fn from(fault: ReadFault) -> Self {
        Self::Error(fault.into())
    }
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Self {
        ReadFault::from(error).into()
    }
}
