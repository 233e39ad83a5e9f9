//! What comes out of a file, and who receives it.

/// What a file turned out to be, once unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Delimited text.
    Csv,
    /// Delimited text whose first columns are those of SDMX-CSV, 1.0 or 2.0.
    SdmxCsv,
    /// A workbook of Excel.
    Xlsx,
    /// A workbook of `OpenDocument`.
    Ods,
    /// Apache Parquet.
    Parquet,
    /// A JSON-stat 2.0 dataset.
    JsonStat,
}

/// The header of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    /// What the file turned out to be.
    pub format: Format,
    /// The names of its columns, without the spaces around them: all different, none empty.
    pub columns: &'a [String],
}

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// Where it is, from 1: the line where it begins, the row of a sheet, or its ordinal plus 1 elsewhere.
    pub line: u64,
    /// Its fields, as many as there are columns.
    pub fields: &'a [&'a str],
}

/// The sink has seen enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop;

/// Receives a table.
pub trait Sink {
    /// Receives the header, once, before any row.
    ///
    /// # Errors
    /// [`Stop`] to read no further.
    fn header(&mut self, header: &Header<'_>) -> Result<(), Stop>;

    /// Receives one row.
    ///
    /// # Errors
    /// [`Stop`] to read no further.
    fn record(&mut self, record: &Record<'_>) -> Result<(), Stop>;
}

/// A file that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// What it turned out to be.
    pub format: Format,
    /// Rows that the sink received, the one that it stopped at included.
    pub rows: u64,
    /// Bytes of the table once unpacked; fewer if the sink stopped before the end of a text.
    pub bytes: u64,
    /// Whether the sink had seen enough before the end.
    pub stopped: bool,
}
