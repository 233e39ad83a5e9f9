//! What a file is, by its first bytes.

/// How much of the beginning is looked at.
pub(crate) const HEAD: usize = 4096;

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Compressed by gzip.
    Gzip,
    /// A zip archive: of one file, or a workbook.
    Zip,
    /// Parquet.
    Parquet,
    /// JSON.
    Json,
    /// A document, an image or an archive that is never read.
    Foreign,
    /// Perhaps delimited text.
    Text,
}

/// Beginnings of documents, databases and archives that are not read.
const FOREIGN: &[&[u8]] = &[
    b"%PDF-",
    b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
    b"SQLite format 3\0",
    b"7z\xBC\xAF\x27\x1C",
    b"Rar!\x1A\x07",
    b"\xFD7zXZ\0",
    b"\x28\xB5\x2F\xFD",
    b"BZh91AY&SY",
    b"{\\rtf",
    b"\x89PNG",
    b"GIF8",
    b"\xFF\xD8\xFF",
    b"ARROW1\0\0",
    b"\x7FELF",
];

/// Beginnings of marked-up documents, in lower case.
const MARKUP: &[&[u8]] = &[b"<?xml", b"<!doctype", b"<html", b"<table", b"<svg", b"<!--"];

/// What the beginning of a file says that it is.
pub(crate) fn kind(head: &[u8]) -> Kind {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let is_markup =
        |start: &&[u8]| text.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start));
    if head.starts_with(b"\x1F\x8B") {
        Kind::Gzip
    } else if [&b"PK\x03\x04"[..], b"PK\x05\x06", b"PK\x07\x08"].iter().any(|magic| head.starts_with(magic)) {
        Kind::Zip
    } else if head.starts_with(b"PAR1") || head.starts_with(b"PARE") {
        Kind::Parquet
    } else if FOREIGN.iter().any(|start| head.starts_with(start)) || MARKUP.iter().any(is_markup) {
        Kind::Foreign
    } else if text.starts_with(b"{") {
        Kind::Json
    } else {
        Kind::Text
    }
}
