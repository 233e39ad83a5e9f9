//! Every encoding.

use super::{error, fault, table};
use crate::ReadFault;

const TEXT: &str = "Commune;Œuvre\nSaint-Étienne;12 €\nL’Haÿ;…\n";

fn check(bytes: &[u8]) {
    let table = table(bytes);
    assert_eq!(table.columns, ["Commune", "Œuvre"]);
    assert_eq!(table.rows, [["Saint-Étienne", "12 €"], ["L’Haÿ", "…"]]);
}

fn wide(text: &str, big: bool) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

#[test]
fn unicode_with_and_without_a_mark() {
    check(TEXT.as_bytes());
    check(format!("\u{feff}{TEXT}").as_bytes());
    check(&wide(TEXT, true));
    check(&wide(TEXT, false));
}

#[test]
fn windows_1252_is_what_is_no_utf_8() {
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(TEXT);
    check(&bytes);
}

#[test]
fn one_late_byte_decides_for_the_whole_file() {
    let mut bytes = b"a;b\n".to_vec();
    bytes.extend("é;1\n".repeat(60_000).as_bytes());
    assert_eq!(table(&bytes).rows[59_999][0], "é");
    bytes.extend(b"\xE9;1\n");
    let late = table(&bytes);
    assert_eq!(late.rows[0][0], "Ã©");
    assert_eq!(late.rows[60_000][0], "é");
}

#[test]
fn pieces_may_cut_letters() {
    for shift in 0..4 {
        let text = format!(
            "{};b\n{}\n",
            "a".repeat(shift + 1),
            format!("{};1\n", "😀".repeat(300)).repeat(100).trim_end()
        );
        let plain = table(text.as_bytes());
        assert_eq!(plain.rows.len(), 100);
        assert!(plain.rows.iter().all(|row| row[0] == "😀".repeat(300)));
        assert_eq!(table(&wide(&text, false)).rows, plain.rows);
    }
}

#[test]
fn what_a_mark_declares_must_hold() {
    assert_eq!(fault(b"\xEF\xBB\xBFa;b\n1;2\nZebulon;\xE9\n"), ("INVALID_ENCODING", Some(3), None));
    assert_eq!(fault(b"\xEF\xBB\xBFa;\xE9\n"), ("INVALID_ENCODING", Some(1), None));
    let mut bytes = b"\xEF\xBB\xBFa;b\n".to_vec();
    bytes.extend(b"1;2\r\n".repeat(50_000));
    bytes.extend(b"Zebulon;\xFF");
    assert_eq!(fault(&bytes), ("INVALID_ENCODING", Some(50_002), None));
    // Half of a pair, then half of a letter
    let mut bytes = wide("a;b\n1;", false);
    bytes.extend([0x00, 0xD8, 0x31, 0x00]);
    assert_eq!(fault(&bytes), ("INVALID_ENCODING", Some(2), None));
    let mut bytes = wide("a;b\n1;2", true);
    bytes.push(0);
    assert_eq!(error(&bytes).kind, ReadFault::InvalidEncoding);
}

#[test]
fn utf_16_without_a_mark_is_no_table() {
    let bytes = &wide("a;b\n1;2\n", false)[2..];
    assert_eq!(fault(bytes).0, "NOT_A_TABLE");
}

#[test]
fn bytes_without_a_letter_in_windows_1252_are_refused() {
    assert_eq!(fault(b"a;b\n1;\xE9\n2;Zebulon\x81\n"), ("INVALID_ENCODING", Some(3), None));
}
