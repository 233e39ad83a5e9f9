//! How much of a file is read, and which part.

/// What a file may hold at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file as it was sent.
    pub file_bytes: u64,
    /// Bytes of what an archive unpacks to.
    pub unpacked_bytes: u64,
    /// Bytes of all parts of a workbook once unpacked, and of a JSON document: both are held in memory.
    pub workbook_bytes: u64,
    /// Columns of a table.
    pub columns: usize,
    /// Bytes of one field, in UTF-8.
    pub field_bytes: usize,
    /// Rows of a table, without its header.
    pub rows: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 512 << 20,
            unpacked_bytes: 2 << 30,
            workbook_bytes: 256 << 20,
            columns: 400,
            field_bytes: 64 << 10,
            rows: 20_000_000,
        }
    }
}

/// How to read a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// What it may hold at most.
    pub limits: Limits,
    /// The sheet of a workbook to read; the first one if there is none here.
    pub sheet: Option<String>,
}
