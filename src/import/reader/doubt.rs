//! The finer kinds of what may be wrong with a file.

/// Which size is too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// That of the file as it was sent.
    File,
    /// That of what it unpacks to.
    Unpacked,
    /// That of the parts of a workbook, once unpacked.
    Workbook,
    /// That of a JSON document.
    Document,
}

/// What is wrong with the content of an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveDoubt {
    /// It holds no file.
    Empty,
    /// It holds several files.
    Several,
    /// It holds an archive.
    Nested,
    /// It is protected by a password.
    Encrypted,
    /// It is compressed in a way that is not read.
    Method,
}

/// What is wrong with a workbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkbookDoubt {
    /// It is damaged, or protected by a password.
    Broken,
    /// It has no sheet, or not the one that was asked for.
    NoSheet,
    /// Its rows or its cells are not in order.
    Order,
}

/// What is wrong with a Parquet file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParquetDoubt {
    /// It is damaged.
    Broken,
    /// A column is nested or repeated.
    Nested,
    /// A column is compressed in a way that is not read.
    Codec,
    /// A value is of a type that has no text.
    Type,
}

/// What is wrong with a JSON document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonDoubt {
    /// It is no JSON, or its parts are not of the types that JSON-stat says.
    Malformed,
    /// It is not of class `dataset`.
    NotADataset,
    /// `id`, `size` and `dimension` do not fit together.
    Dimensions,
    /// `value` or `status` do not fit the sizes.
    Cells,
}

/// Why a file is no table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableDoubt {
    /// Its first line has no separator.
    Separator,
    /// It holds control characters: it is no text, or of an unknown encoding.
    Control,
    /// Quotes that do not close, or that close before the end of their field.
    Quotes,
    /// It is a document of another kind.
    Document,
}
