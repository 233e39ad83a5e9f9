//! What is said of a fault, in English.

use crate::{
    doubt::{ArchiveDoubt, JsonDoubt, ParquetDoubt, Size, TableDoubt, WorkbookDoubt},
    fault::ReadFault,
    message::{Sentence, bytes},
};

/// What is wrong, and what to do.
pub(crate) fn sentence(fault: &ReadFault) -> Sentence {
    match fault {
        ReadFault::TooLarge { size, limit } => {
            let subject = match size {
                Size::File => "the file",
                Size::Unpacked => "the unpacked content",
                Size::Workbook => "the unpacked workbook",
                Size::Document => "the JSON document",
            };
            let limit = bytes(*limit, "MiB", "bytes");
            Sentence::new(
                format!("{subject} exceeds {limit}"),
                "send it in several parts, or as CSV or Parquet",
            )
        }
        ReadFault::TooManyRows { limit } => {
            Sentence::new(format!("the table has more than {limit} rows"), "send it in several files")
        }
        ReadFault::TooManyColumns { limit } => Sentence::new(
            format!("the table has more than {limit} columns"),
            "remove the columns that are not needed, or lay the data out in rows",
        ),
        ReadFault::FieldTooLong { limit } => Sentence::new(
            format!("a field exceeds {limit} bytes"),
            "check that the quotes close, or shorten this field",
        ),
        ReadFault::Empty => Sentence::new("there is nothing to read", "send a table with a header line"),
        ReadFault::NoHeader => Sentence::new(
            "a column has no name",
            "name each column on the first line, or remove the empty columns",
        ),
        ReadFault::DuplicateColumn => Sentence::new(
            "the name of this column is already that of another one",
            "give each column a name of its own",
        ),
        ReadFault::RaggedRow { expected, found } => Sentence::new(
            format!("the row has not as many fields as the header ({found} rather than {expected})"),
            "check the separators and the quotes",
        ),
        ReadFault::InvalidEncoding => {
            Sentence::new("bytes are no text in the encoding of the file", "save it again as UTF-8")
        }
        ReadFault::Formula { .. } => Sentence::new("a cell holds a formula", "replace it with its value"),
        ReadFault::ArchivePath => Sentence::new(
            "a name in the archive leads out of it",
            "make the archive again from one file, without a path",
        ),
        ReadFault::ArchiveContent(doubt) => {
            let what = match doubt {
                ArchiveDoubt::Empty => "the archive holds no file",
                ArchiveDoubt::Several => "the archive holds several files",
                ArchiveDoubt::Nested => "the archive holds an archive",
                ArchiveDoubt::Encrypted => "the archive is protected by a password",
                ArchiveDoubt::Method => "the archive is compressed in a way that is not read",
            };
            Sentence::new(what, "send one file for each zip or gzip archive, without a password")
        }
        ReadFault::ArchiveBroken => {
            Sentence::new("the archive is damaged or incomplete", "make it again and send it again")
        }
        ReadFault::Workbook(doubt) => match doubt {
            WorkbookDoubt::Broken => Sentence::new(
                "the workbook is damaged or protected by a password",
                "save it again, without a password",
            ),
            WorkbookDoubt::NoSheet => {
                Sentence::new("the workbook has no such sheet", "check the name of the sheet")
            }
            WorkbookDoubt::Order => Sentence::new(
                "cells of the workbook are out of order",
                "open it in a spreadsheet and save it again",
            ),
        },
        ReadFault::Parquet(doubt) => {
            let what = match doubt {
                ParquetDoubt::Broken => "the Parquet file is damaged",
                ParquetDoubt::Nested => "a column of the Parquet file is nested or repeated",
                ParquetDoubt::Codec => "a column of the Parquet file is compressed in a way that is not read",
                ParquetDoubt::Type => "a value of the Parquet file is of a type that is not read",
            };
            Sentence::new(what, "write it with plain columns and Snappy compression")
        }
        ReadFault::JsonStat(doubt) => {
            let what = match doubt {
                JsonDoubt::Malformed => "the document is no well-formed JSON-stat",
                JsonDoubt::NotADataset => "the JSON document is no JSON-stat 2.0 dataset",
                JsonDoubt::Dimensions => "the dimensions of the JSON-stat dataset do not fit together",
                JsonDoubt::Cells => {
                    "the values or statuses of the JSON-stat dataset do not fit its dimensions"
                }
            };
            Sentence::new(what, "export a response of class “dataset” again, or a CSV")
        }
        ReadFault::NotATable(doubt) => {
            let what = match doubt {
                TableDoubt::Separator => "the first line has no semicolon, comma or tab",
                TableDoubt::Control => "the file holds control characters",
                TableDoubt::Quotes => "quotes do not close at the end of their field",
                TableDoubt::Document => "the file is not of a format that is read",
            };
            Sentence::new(what, "send a CSV, an XLSX or ODS workbook, a Parquet file or a JSON-stat dataset")
        }
        ReadFault::Io(_) => Sentence::new("the file could not be read", "send it again"),
    }
}
