//! Parquet.

use std::sync::Arc;

use parquet::{
    basic::Compression,
    data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type},
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};

use super::{error_with, fault, limited, outcome, table};
use crate::{Format, Limits, Options, ParquetDoubt, ReadFault};

pub(super) fn parquet(compression: Compression) -> Vec<u8> {
    let schema =
        "message m { required binary code (UTF8); optional int64 n; required double x; required boolean b;
        required int32 d (DATE); required int64 t (TIMESTAMP_MILLIS); required int32 m (DECIMAL(9,2));
        required binary raw; }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = Arc::new(WriterProperties::builder().set_compression(compression).build());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let texts = |texts: [&str; 3]| texts.map(ByteArray::from);
    let mut column = 0;
    while let Some(mut next) = group.next_column().unwrap() {
        match column {
            0 => next
                .typed::<ByteArrayType>()
                .write_batch(&texts(["01", "2A", "Zebulon"]), None, None)
                .map(|_| ()),
            1 => next.typed::<Int64Type>().write_batch(&[5, -7], Some(&[1, 0, 1]), None).map(|_| ()),
            2 => next.typed::<DoubleType>().write_batch(&[1.0, 0.1, 1e300], None, None).map(|_| ()),
            3 => next.typed::<BoolType>().write_batch(&[true, false, true], None, None).map(|_| ()),
            4 => next.typed::<Int32Type>().write_batch(&[0, 19_753, -1], None, None).map(|_| ()),
            5 => {
                next.typed::<Int64Type>().write_batch(&[0, 1_706_702_400_500, -1_000], None, None).map(|_| ())
            }
            6 => next.typed::<Int32Type>().write_batch(&[1_250, -5, 300], None, None).map(|_| ()),
            _ => next.typed::<ByteArrayType>().write_batch(&texts(["é", "", "z"]), None, None).map(|_| ()),
        }
        .unwrap();
        next.close().unwrap();
        column += 1;
    }
    group.close().unwrap();
    writer.into_inner().unwrap()
}

#[test]
fn values_become_canonical_text() {
    for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY] {
        let table = table(&parquet(compression));
        assert_eq!(table.format, Some(Format::Parquet));
        assert_eq!(table.columns, ["code", "n", "x", "b", "d", "t", "m", "raw"]);
        let rows: Vec<String> = table.rows.iter().map(|row| row.join("|")).collect();
        assert_eq!(
            rows,
            [
                "01|5|1|true|1970-01-01|1970-01-01T00:00:00|12.5|é",
                "2A||0.1|false|2024-01-31|2024-01-31T12:00:00.5|-0.05|",
                "Zebulon|-7|1e300|true|1969-12-31|1969-12-31T23:59:59|3|z",
            ]
        );
        assert_eq!(table.lines, [2, 3, 4]);
    }
}

#[test]
fn nested_and_repeated_columns_are_refused() {
    for schema in [
        "message m { required int32 a; repeated int32 Zebulon; }",
        "message m { required int32 a; required group Zebulon { required int32 x; } }",
    ] {
        let schema = Arc::new(parse_message_type(schema).unwrap());
        let writer = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap();
        assert_eq!(fault(&writer.into_inner().unwrap()), ("PARQUET", None, Some(2)));
    }
}

#[test]
fn limits_hold() {
    let bytes = parquet(Compression::SNAPPY);
    let code = |limits| error_with(&bytes, &limited(limits)).kind.code();
    assert_eq!(code(Limits { rows: 2, ..Limits::default() }), "TOO_MANY_ROWS");
    assert_eq!(code(Limits { columns: 7, ..Limits::default() }), "TOO_MANY_COLUMNS");
    assert_eq!(code(Limits { field_bytes: 6, ..Limits::default() }), "FIELD_TOO_LONG");
    assert_eq!(code(Limits { unpacked_bytes: 50, ..Limits::default() }), "TOO_LARGE");
    assert_eq!(outcome(&bytes, &Options::default()).unwrap().0.bytes, bytes.len() as u64);
}

#[test]
fn damaged_files_are_refused_and_never_break_the_reader() {
    let bytes = parquet(Compression::SNAPPY);
    assert_eq!(fault(&bytes[..bytes.len() - 5]).0, "PARQUET");
    assert_eq!(fault(b"PAR1").0, "PARQUET");
    assert_eq!(super::error(b"PAR1PAR1PAR1PAR1").kind, ReadFault::Parquet(ParquetDoubt::Broken));
    for at in 4..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x41;
        if let Err(error) = outcome(&damaged, &Options::default()) {
            assert!(!error.french().contains("Zebulon"));
        }
    }
}
