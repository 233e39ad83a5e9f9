//! What is said of faults.

use std::io::ErrorKind;

use crate::{ArchiveDoubt, JsonDoubt, ParquetDoubt, ReadError, ReadFault, Size, TableDoubt, WorkbookDoubt};

fn faults() -> Vec<ReadFault> {
    let sizes = [Size::File, Size::Unpacked, Size::Workbook, Size::Document];
    let archives = [
        ArchiveDoubt::Empty,
        ArchiveDoubt::Several,
        ArchiveDoubt::Nested,
        ArchiveDoubt::Encrypted,
        ArchiveDoubt::Method,
    ];
    let workbooks = [WorkbookDoubt::Broken, WorkbookDoubt::NoSheet, WorkbookDoubt::Order];
    let parquets = [ParquetDoubt::Broken, ParquetDoubt::Nested, ParquetDoubt::Codec, ParquetDoubt::Type];
    let jsons = [JsonDoubt::Malformed, JsonDoubt::NotADataset, JsonDoubt::Dimensions, JsonDoubt::Cells];
    let tables = [TableDoubt::Separator, TableDoubt::Control, TableDoubt::Quotes, TableDoubt::Document];
    let mut faults = vec![
        ReadFault::TooManyRows { limit: 5 },
        ReadFault::TooManyColumns { limit: 5 },
        ReadFault::FieldTooLong { limit: 5 },
        ReadFault::Empty,
        ReadFault::NoHeader,
        ReadFault::DuplicateColumn,
        ReadFault::RaggedRow { expected: 3, found: 2 },
        ReadFault::InvalidEncoding,
        ReadFault::Formula { cell: None },
        ReadFault::Formula { cell: Some("B12".to_owned()) },
        ReadFault::ArchivePath,
        ReadFault::ArchiveBroken,
        ReadFault::Io(ErrorKind::PermissionDenied),
    ];
    faults.extend(sizes.map(|size| ReadFault::TooLarge { size, limit: 512 << 20 }));
    faults.extend(archives.map(ReadFault::ArchiveContent));
    faults.extend(workbooks.map(ReadFault::Workbook));
    faults.extend(parquets.map(ReadFault::Parquet));
    faults.extend(jsons.map(ReadFault::JsonStat));
    faults.extend(tables.map(ReadFault::NotATable));
    faults
}

#[test]
fn sentences_are_well_formed_and_all_different() {
    let places = [(None, None), (Some(12), None), (Some(12), Some(3)), (None, Some(3))];
    let mut seen = std::collections::HashSet::new();
    for kind in faults() {
        for (line, column) in places {
            let error = ReadError { kind: kind.clone(), line, column };
            for text in [error.french(), error.english()] {
                assert!(text.ends_with('.') && text.starts_with(char::is_uppercase), "{text}");
                assert_eq!(text.matches(". ").count(), 0, "{text}");
                if matches!(kind, ReadFault::Formula { cell: Some(_) }) {
                    assert!(text.contains("B12"));
                } else {
                    let says_line = ["Line 12", "Ligne 12"].iter().any(|place| text.starts_with(place));
                    assert_eq!(line.is_some(), says_line, "{text}");
                    assert!(seen.insert(text));
                }
            }
            let french = error.french();
            assert!(!french.contains('\''), "{french}");
            for sign in [':', ';', '?', '!', '»'] {
                assert_eq!(
                    french.matches(sign).count(),
                    french.matches(&format!("\u{a0}{sign}")).count(),
                    "{french}"
                );
            }
            assert_eq!(error.to_string(), error.english());
        }
    }
}

#[test]
fn codes_are_stable() {
    let mut codes: Vec<&str> = faults().iter().map(ReadFault::code).collect();
    codes.dedup();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(
        codes,
        [
            "ARCHIVE_BROKEN",
            "ARCHIVE_CONTENT",
            "ARCHIVE_PATH",
            "DUPLICATE_COLUMN",
            "EMPTY",
            "FIELD_TOO_LONG",
            "FORMULA",
            "INVALID_ENCODING",
            "IO",
            "JSON_STAT",
            "NOT_A_TABLE",
            "NO_HEADER",
            "PARQUET",
            "RAGGED_ROW",
            "TOO_LARGE",
            "TOO_MANY_COLUMNS",
            "TOO_MANY_ROWS",
            "WORKBOOK",
        ]
    );
}

#[test]
fn a_sentence_in_each_language() {
    let error =
        ReadError { kind: ReadFault::RaggedRow { expected: 3, found: 2 }, line: Some(12), column: None };
    assert_eq!(
        error.french(),
        "Ligne 12\u{a0}: la ligne n’a pas autant de champs que l’en-tête (2 au lieu de 3)\u{a0}; vérifiez les séparateurs et les guillemets."
    );
    assert_eq!(
        error.english(),
        "Line 12: the row has not as many fields as the header (2 rather than 3); check the separators and the quotes."
    );
    let error = ReadError::from(ReadFault::TooLarge { size: Size::File, limit: 512 << 20 });
    assert!(error.french().starts_with("Le fichier dépasse 512\u{a0}Mio\u{a0};"));
}
