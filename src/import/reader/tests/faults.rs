//! Each fault of delimited text: its code, its line and its column.

use super::{error, error_with, fault, limited};
use crate::{Limits, ReadFault, TableDoubt};

#[test]
fn nothing_is_empty() {
    for bytes in [&b""[..], b"\n\n", b"\xEF\xBB\xBF", b"\xEF\xBB\xBF\r\n", b"  \n"] {
        assert_eq!(fault(bytes), ("EMPTY", None, None), "{bytes:?}");
    }
}

#[test]
fn headers_have_names_that_differ() {
    assert_eq!(fault(b"Zebulon;;c\n"), ("NO_HEADER", Some(1), Some(2)));
    assert_eq!(fault(b"\n Zebulon;b;Zebulon \n"), ("DUPLICATE_COLUMN", Some(2), Some(3)));
}

#[test]
fn ragged_rows_have_a_line() {
    for row in ["Zebulon", "Zebulon;2;3", "Zebulon;2;"] {
        let text = format!("a;b\r\n1;\"x\r\ny\"\r\n{row}\r\n");
        assert_eq!(fault(text.as_bytes()), ("RAGGED_ROW", Some(4), None), "{row}");
    }
}

#[test]
fn formulas_have_a_place() {
    for field in ["=Zebulon", "  =1", "+=Zebulon", "@Zebulon", "\"=\"\"01\"\"\"", "@élan"] {
        let text = format!("a;b\n1;2\n3;{field}\n");
        assert_eq!(fault(text.as_bytes()), ("FORMULA", Some(3), Some(2)), "{field}");
    }
    assert_eq!(fault(b"a;=b\n"), ("FORMULA", Some(1), Some(2)));
}

#[test]
fn limits_have_codes() {
    let bytes = b"a;b;c\n1;2;3\n4;5;Zebulon\n";
    let of = |limits| {
        let error = error_with(bytes, &limited(limits));
        (error.kind.code(), error.line, error.column)
    };
    assert_eq!(of(Limits { rows: 1, ..Limits::default() }), ("TOO_MANY_ROWS", Some(3), None));
    assert_eq!(of(Limits { columns: 2, ..Limits::default() }), ("TOO_MANY_COLUMNS", Some(1), None));
    assert_eq!(of(Limits { field_bytes: 6, ..Limits::default() }), ("FIELD_TOO_LONG", Some(3), Some(3)));
    assert_eq!(of(Limits { file_bytes: 9, ..Limits::default() }), ("TOO_LARGE", None, None));
    let exact =
        Limits { rows: 2, columns: 3, field_bytes: 7, file_bytes: bytes.len() as u64, ..Limits::default() };
    assert!(super::outcome(bytes, &limited(exact)).is_ok());
}

#[test]
fn other_files_are_no_tables() {
    let doubt = |bytes: &[u8]| match error(bytes).kind {
        ReadFault::NotATable(doubt) => doubt,
        other => panic!("{other:?}"),
    };
    assert_eq!(doubt(b"Zebulon\n1\n"), TableDoubt::Separator);
    assert_eq!(doubt(b"a|b\n1|2\n"), TableDoubt::Separator);
    for bytes in [
        &b"%PDF-1.7\n"[..],
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1...",
        b"<!DOCTYPE html><p>",
        b" <?xml a;b",
        b"7z\xBC\xAF\x27\x1C",
    ] {
        assert_eq!(doubt(bytes), TableDoubt::Document);
    }
    assert_eq!(doubt(b"a;b\n1;\x002\n"), TableDoubt::Control);
    assert_eq!(doubt(b"\x01\x02Zebulon"), TableDoubt::Control);
    assert_eq!(doubt(b"a;b\n1;\"Zebulon\n2;3\n"), TableDoubt::Quotes);
    assert_eq!(doubt(b"a;b\n1;\"Zeb\"ulon\n"), TableDoubt::Quotes);
    assert_eq!(fault(b"a;b\n1;2\n1;\"Zeb\"ulon\n"), ("NOT_A_TABLE", Some(3), Some(2)));
    assert_eq!(fault(b"a;b\n1;2\n1;\x07\n"), ("NOT_A_TABLE", Some(3), None));
}
