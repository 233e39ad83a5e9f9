//! CSV and SDMX-CSV that are right.

use super::{Table, file, outcome, table};
use crate::{Format, Options, read};

#[test]
fn separators_are_found_outside_of_quotes() {
    for (text, columns) in [
        ("a;b\n1;2\n", vec!["a", "b"]),
        ("a,b\n1,2\n", vec!["a", "b"]),
        ("a\tb\n1\t2\n", vec!["a", "b"]),
        ("\"a,x,y\";b\n1;2\n", vec!["a,x,y", "b"]),
        ("Code;Libellé, en clair, long\n1;2\n", vec!["Code", "Libellé, en clair, long"]),
        ("\"a;\n;x\",b\n1,2\n", vec!["a;\n;x", "b"]),
    ] {
        assert_eq!(table(text.as_bytes()).columns, columns, "{text}");
    }
}

#[test]
fn names_are_trimmed_and_fields_are_not() {
    let table = table(b" a ; b\n 1 ;2 \n");
    assert_eq!(table.columns, ["a", "b"]);
    assert_eq!(table.rows, [[" 1 ", "2 "]]);
}

#[test]
fn quotes_hold_separators_quotes_and_line_breaks() {
    let table = table(b"a;b\r\n\"x;\"\"y\"\"\";\"1\r\n2\n3\"\r\n01;\r\n\"\";z");
    assert_eq!(table.rows, [["x;\"y\"", "1\r\n2\n3"], ["01", ""], ["", "z"]]);
    assert_eq!(table.lines, [2, 5, 6]);
}

#[test]
fn lines_are_those_of_an_editor() {
    for (text, lines) in [
        ("a;b\n1;2\n3;4\n", vec![2, 3]),
        ("a;b\r\n1;2\r\n3;4", vec![2, 3]),
        ("a;b\r1;2\r3;4\r", vec![2, 3]),
        ("\n\na;b\n\n1;2\n\n\n3;4\n\n", vec![5, 8]),
        ("\r\n\r\na;b\r\n\r\n1;2\r\n\r\n\r\n3;4\r\n\r\n", vec![5, 8]),
        ("a;\"\n\"\n1;2\n3;4\n", vec![3, 4]),
    ] {
        let text = text.replace("\"\n\"", "\"b\nc\"");
        assert_eq!(table(text.as_bytes()).lines, lines, "{text:?}");
    }
}

#[test]
fn a_header_alone_is_a_table_without_rows() {
    let (done, table) = outcome(b"a;b", &Options::default()).unwrap();
    assert_eq!((done.rows, done.bytes, table.columns.len()), (0, 3, 2));
}

#[test]
fn sdmx_is_told_by_its_first_columns() {
    for (text, format) in [
        ("STRUCTURE,STRUCTURE_ID,ACTION,GEO,OBS_VALUE\nDATAFLOW,FR1:X(1.0),I,01,5\n", Format::SdmxCsv),
        ("STRUCTURE[;],STRUCTURE_ID,GEO[],OBS_VALUE\nDATAFLOW,FR1:X(1.0),01;02,5\n", Format::SdmxCsv),
        ("STRUCTURE;STRUCTURE_ID;GEO;OBS_VALUE\nDATAFLOW;FR1:X(1.0);01;5\n", Format::SdmxCsv),
        ("DATAFLOW,GEO,OBS_VALUE\nFR1:X(1.0),01,5\n", Format::SdmxCsv),
        ("GEO,DATAFLOW,OBS_VALUE\n01,FR1:X(1.0),5\n", Format::Csv),
        ("STRUCTURE,GEO,OBS_VALUE\nx,01,5\n", Format::Csv),
    ] {
        let table = table(text.as_bytes());
        assert_eq!(table.format, Some(format), "{text}");
        assert_eq!(table.rows.len(), 1);
    }
}

#[test]
fn the_sink_may_stop() {
    for most in 0..3 {
        let mut table = Table { most: Some(most), ..Table::default() };
        let mut file = file(b"a;b\n1;2\n3;4\n\"never closed");
        let done = read(&mut file, &Options::default(), &mut table, &mut |_, _| ()).unwrap();
        assert!(done.stopped);
        assert_eq!(done.rows, most as u64);
        assert_eq!(done.format, Format::Csv);
    }
}

#[test]
fn text_that_only_looks_odd_is_no_formula() {
    let table = table("a;b\n-5;+5\n@;@1\na=b;+ =\n".as_bytes());
    assert_eq!(table.rows.len(), 3);
}
