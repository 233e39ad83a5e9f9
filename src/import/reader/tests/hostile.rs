//! Files made to exhaust the machine.

use std::{fs::File, io::Write};

use super::{Table, error_with, fault, gzipped, limited, workbooks, zipped};
use crate::{Limits, Options, ReadFault, Size, read};

const MIB: usize = 1 << 20;

fn tight() -> Options {
    limited(Limits { unpacked_bytes: 4 << 20, workbook_bytes: 1 << 20, ..Limits::default() })
}

fn size(bytes: &[u8]) -> Option<Size> {
    match error_with(bytes, &tight()).kind {
        ReadFault::TooLarge { size, .. } => Some(size),
        _ => None,
    }
}

#[test]
fn a_gzip_bomb_is_refused() {
    // A gigabyte of zeros
    let zeros = gzipped(&vec![0; MIB]).repeat(1024);
    assert_eq!(fault(&zeros).0, "NOT_A_TABLE");
    // The same of text that goes on and on
    let text = gzipped("a;b\n".repeat(MIB / 4).as_bytes()).repeat(1024);
    assert_eq!(size(&text), Some(Size::Unpacked));
}

#[test]
fn a_zip_bomb_is_refused() {
    let text = "a;b\n".repeat(3 * MIB / 2);
    let bytes = zipped(&[("a.csv", text.as_bytes())]);
    assert_eq!(size(&bytes), Some(Size::Unpacked));
    assert!(matches!(size(&lie(&bytes, text.len())), Some(Size::Unpacked) | None));
    let json = format!("{{\"x\":\"{}\"}}", "a".repeat(2 * MIB));
    assert_eq!(size(json.as_bytes()), Some(Size::Document));
}

/// The same archive, which declares that its largest entry unpacks to next to nothing.
fn lie(bytes: &[u8], length: usize) -> Vec<u8> {
    let declared = u32::try_from(length).unwrap().to_le_bytes();
    let mut bytes = bytes.to_vec();
    for at in 0..bytes.len() - 4 {
        if bytes[at..at + 4] == declared {
            bytes[at..at + 4].copy_from_slice(&9_u32.to_le_bytes());
        }
    }
    bytes
}

#[test]
fn a_workbook_bomb_is_refused_whatever_it_declares() {
    let rows = workbooks::header() + &" ".repeat(2 * MIB);
    let bytes = workbooks::xlsx(&rows);
    assert_eq!(size(&bytes), Some(Size::Workbook));
    let length = 2 * MIB + workbooks::header().len() + workbooks::frame();
    let lying = lie(&bytes, length);
    assert_ne!(lying, bytes);
    assert!(matches!(error_with(&lying, &tight()).kind.code(), "TOO_LARGE" | "ARCHIVE_BROKEN"));
}

#[test]
fn an_archive_of_very_many_entries_is_refused() {
    // Entries of the directory are 46 bytes and a name; they need no content to cost memory
    let mut bytes = zipped(&[("a.csv", b"a;b\n")]);
    let mut entry = b"PK\x01\x02".to_vec();
    entry.resize(46, 0);
    bytes.extend(entry.repeat(100_000));
    assert_eq!(fault(&bytes).0, "ARCHIVE_CONTENT");
}

#[test]
fn a_sparse_file_is_refused_at_once() {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"a;b\n").unwrap();
    file.set_len(10 << 30).unwrap();
    let error = refuse(&mut file);
    assert_eq!(error, ReadFault::TooLarge { size: Size::File, limit: 512 << 20 });
}

fn refuse(file: &mut File) -> ReadFault {
    let mut told = 0;
    let fault =
        read(file, &Options::default(), &mut Table::default(), &mut |_, _| told += 1).unwrap_err().kind;
    // Nothing was read
    assert_eq!(told, 0);
    fault
}

#[test]
fn a_quote_that_never_closes_takes_no_memory() {
    let text = format!("a;b\n1;\"{}", "x".repeat(8 * MIB));
    assert_eq!(fault(text.as_bytes()), ("FIELD_TOO_LONG", Some(2), Some(2)));
}

#[test]
fn nothing_but_separators_takes_no_memory() {
    assert_eq!(fault(";".repeat(8 * MIB).as_bytes()), ("TOO_MANY_COLUMNS", Some(1), None));
    let text = format!("a;b\n{}", ";".repeat(8 * MIB));
    assert_eq!(fault(text.as_bytes()), ("TOO_MANY_COLUMNS", Some(2), None));
    for blank in ["\n", " \n", " "] {
        assert_eq!(fault(blank.repeat(4 * MIB).as_bytes()).0, "NOT_A_TABLE");
    }
    let text = format!("a;b\n{}1;2", "\n".repeat(2 * MIB));
    assert_eq!(super::table(text.as_bytes()).lines, [2 * MIB as u64 + 2]);
}
