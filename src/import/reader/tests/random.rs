//! Random tables, written and read back, and compared with another reader.

use super::{outcome, table};
use crate::Options;

/// Numbers that look random, the same on every machine.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end
    }
}

const LETTERS: [&str; 16] =
    ["a", "Z", "0", "é", "😀", " ", "\u{a0}", ";", ",", "\t", "\"", "\"\"", "\n", "\r\n", "=", "’"];

fn field(chance: &mut Chance) -> String {
    let length = chance.below(7);
    let text: String = (0..length).map(|_| LETTERS[chance.below(LETTERS.len())]).collect();
    if text.trim_start().starts_with('=') { format!("x{text}") } else { text }
}

fn write(rows: &[Vec<String>], separator: u8, chance: &mut Chance) -> Vec<u8> {
    let ending = if chance.below(2) == 0 { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
    let style = if chance.below(2) == 0 { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
    let mut writer = csv::WriterBuilder::new()
        .delimiter(separator)
        .terminator(ending)
        .quote_style(style)
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}

#[test]
fn tables_are_read_as_they_were_written() {
    let mut chance = Chance(7);
    for round in 0..400 {
        let columns = 2 + chance.below(5);
        let names: Vec<String> = (0..columns).map(|index| format!("c{index}")).collect();
        let mut rows = vec![names];
        let count = chance.below(30);
        rows.extend((0..count).map(|_| (0..columns).map(|_| field(&mut chance)).collect()));
        let separator = [b';', b',', b'\t'][chance.below(3)];
        let bytes = write(&rows, separator, &mut chance);
        let read = table(&bytes);
        assert_eq!(read.columns, rows[0], "round {round}");
        assert_eq!(read.rows, rows[1..], "round {round}");
        let mut sorted = read.lines.clone();
        sorted.dedup();
        assert_eq!(sorted, read.lines);
        for (line, row) in read.lines.iter().zip(&read.rows) {
            assert_eq!(*line, line_of(&bytes, separator, row, *line), "round {round}");
        }
    }
}

/// The line where another reader, begun at that line, finds the row.
fn line_of(bytes: &[u8], separator: u8, row: &[String], line: u64) -> u64 {
    let start =
        bytes.split_inclusive(|byte| *byte == b'\n').take(line as usize - 1).map(<[u8]>::len).sum::<usize>();
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).has_headers(false).from_reader(&bytes[start..]);
    let first = reader.records().next().unwrap().unwrap();
    if first.iter().eq(row.iter()) { line } else { 0 }
}

#[test]
fn random_bytes_never_break_the_reader() {
    let mut chance = Chance(11);
    let signs = b"a;,\t\"\n\r=0 \xE9\xC3\xA9\0";
    for _ in 0..3_000 {
        let length = chance.below(60);
        let bytes: Vec<u8> = (0..length).map(|_| signs[chance.below(signs.len())]).collect();
        if let Err(error) = outcome(&bytes, &Options::default()) {
            assert!(!error.french().is_empty());
        }
    }
}
