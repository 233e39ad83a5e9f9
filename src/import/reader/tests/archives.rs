//! Zip and gzip around a file.

use std::io::{Cursor, Write};

use super::{Table, error, fault, file, gzipped, outcome, parquets, table, workbooks, zipped};
use crate::{ArchiveDoubt, Format, Options, ReadFault, read};

const TEXT: &[u8] = b"a;b\n01;\xE9\n";

fn doubt(bytes: &[u8]) -> ReadFault {
    error(bytes).kind
}

#[test]
fn one_file_is_read_out_of_its_archive() {
    for bytes in [gzipped(TEXT), zipped(&[("x/données.csv", TEXT)]), zipped(&[("n.bin", TEXT)])] {
        let (done, table) = outcome(&bytes, &Options::default()).unwrap();
        assert_eq!(table.rows, [["01", "é"]]);
        assert_eq!(done.bytes, TEXT.len() as u64);
    }
    let mut two = gzipped(&TEXT[..5]);
    two.extend(gzipped(&TEXT[5..]));
    assert_eq!(table(&two).rows, [["01", "é"]]);
}

#[test]
fn every_format_may_be_packed() {
    let json = br#"{"class":"dataset","id":["y"],"size":[1],"dimension":{"y":{"category":{"index":["1"]}}},"value":[5]}"#;
    let parquet = parquets::parquet(parquet::basic::Compression::SNAPPY);
    let xlsx = workbooks::xlsx(&workbooks::header());
    let ods = workbooks::ods(
        r#"<table:table-row><table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell></table:table-row>"#,
    );
    for (content, format) in [
        (&json[..], Format::JsonStat),
        (&parquet, Format::Parquet),
        (&xlsx, Format::Xlsx),
        (&ods, Format::Ods),
    ] {
        for packed in [content.to_vec(), gzipped(content), zipped(&[("x", content)])] {
            let (done, table) = outcome(&packed, &Options::default()).unwrap();
            assert_eq!(table.format, Some(format));
            assert_eq!(done.bytes, content.len() as u64);
        }
    }
}

#[test]
fn names_that_lead_out_are_refused() {
    for name in ["../x", "a/../../x", "/etc/x", "C:x", "c:/x", "a\\b", "..\\x", ".."] {
        let bytes = zipped(&[("placeholder-name", TEXT)]);
        // The writer may clean names, so the name is put in afterwards, filled up to its length
        let filled = format!("{name}{}", "z".repeat("placeholder-name".len() - name.len()));
        let bytes = replace(&bytes, b"placeholder-name", filled.as_bytes());
        assert_eq!(doubt(&bytes), ReadFault::ArchivePath, "{name}");
    }
    assert_eq!(doubt(&zipped(&[("x.csv", TEXT), ("y/../../z", TEXT)])), ReadFault::ArchivePath);
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for at in 0..bytes.len() - from.len() {
        if bytes[at..].starts_with(from) {
            bytes[at..at + to.len()].copy_from_slice(to);
        }
    }
    bytes
}

#[test]
fn archives_of_none_of_several_and_of_archives_are_refused() {
    let content = |doubt| ReadFault::ArchiveContent(doubt);
    assert_eq!(doubt(&zipped(&[])), content(ArchiveDoubt::Empty));
    assert_eq!(doubt(&zipped(&[("a.csv", TEXT), ("b.csv", TEXT)])), content(ArchiveDoubt::Several));
    let nested = content(ArchiveDoubt::Nested);
    let zip = zipped(&[("a.csv", TEXT)]);
    for bytes in [
        gzipped(&gzipped(TEXT)),
        gzipped(&zip),
        zipped(&[("a.zip", &zip)]),
        zipped(&[("a.gz", &gzipped(TEXT))]),
        zipped(&[("a.zip", &zipped(&[("a", TEXT), ("b", TEXT)]))]),
    ] {
        assert_eq!(doubt(&bytes), nested);
    }
}

#[test]
fn directories_do_not_count() {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    archive.add_directory("data", options).unwrap();
    archive.start_file("data/x.csv", options).unwrap();
    archive.write_all(TEXT).unwrap();
    assert_eq!(table(&archive.finish().unwrap().into_inner()).rows.len(), 1);
}

#[test]
fn truncated_and_damaged_archives_are_refused() {
    let text = format!("a;b\n{}", (0..5_000).map(|row| format!("{row};Zebulon\n")).collect::<String>());
    let gzip = gzipped(text.as_bytes());
    for length in [10, 20, gzip.len() / 2, gzip.len() - 9, gzip.len() - 4, gzip.len() - 1] {
        assert_eq!(fault(&gzip[..length]).0, "ARCHIVE_BROKEN", "{length}");
    }
    let mut damaged = gzip.clone();
    let last = damaged.len() - 6;
    damaged[last] ^= 1;
    assert_eq!(fault(&damaged).0, "ARCHIVE_BROKEN");
    let zip = zipped(&[("a.csv", text.as_bytes())]);
    for length in [10, zip.len() / 2, zip.len() - 10] {
        assert_eq!(fault(&zip[..length]).0, "ARCHIVE_BROKEN", "{length}");
    }
    let mut damaged = zip.clone();
    damaged[60] ^= 0xFF;
    assert_eq!(fault(&damaged).0, "ARCHIVE_BROKEN");
}

#[test]
fn damage_anywhere_never_breaks_the_reader() {
    let xlsx = workbooks::xlsx(&workbooks::header());
    for bytes in [zipped(&[("a.csv", TEXT)]), gzipped(TEXT), xlsx] {
        for at in (0..bytes.len()).step_by(3) {
            let mut damaged = bytes.clone();
            damaged[at] = damaged[at].wrapping_add(85);
            let mut table = Table::default();
            if let Err(error) = read(&mut file(&damaged), &Options::default(), &mut table, &mut |_, _| ()) {
                assert!(!error.english().is_empty());
            }
        }
    }
}

/// The same archive, with another value where its two headers have it: at these places of them.
fn patched(bytes: &[u8], local: usize, central: usize, value: u8) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for at in 0..bytes.len() - 4 {
        match &bytes[at..at + 4] {
            b"PK\x03\x04" => bytes[at + local] = value,
            b"PK\x01\x02" => bytes[at + central] = value,
            _ => (),
        }
    }
    bytes
}

#[test]
fn protected_and_unknown_archives_are_refused() {
    let zip = zipped(&[("a.csv", TEXT)]);
    assert_eq!(doubt(&patched(&zip, 6, 8, 1)), ReadFault::ArchiveContent(ArchiveDoubt::Encrypted));
    assert_eq!(doubt(&patched(&zip, 8, 10, 12)), ReadFault::ArchiveContent(ArchiveDoubt::Method));
}
