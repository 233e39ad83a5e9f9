//! Parquet, by rows.

use std::fs::File;

use parquet::{
    basic::{Compression, Repetition},
    data_type::Decimal,
    file::{
        metadata::{ParquetMetaData, RowGroupMetaData},
        reader::FileReader,
        serialized_reader::SerializedFileReader,
    },
    record::{Field, Row},
};

use crate::{
    cell::number,
    date::{date, moment, time},
    doubt::{ParquetDoubt, Size},
    fault::{Halt, ReadError, ReadFault},
    gate::Gate,
    meter::Meter,
    options::Limits,
    page,
    table::Format,
    workbook::guarded,
};

/// Rows between two signs of life.
const PACE: u64 = 1 << 12;

/// Reads a Parquet file.
pub(crate) fn read(file: &File, meter: &Meter<'_>, limits: &Limits, gate: &mut Gate<'_>) -> Result<(), Halt> {
    let reader =
        guarded(broken(), || SerializedFileReader::new(file.try_clone()?).map_err(|_error| broken()))?;
    let metadata = reader.metadata();
    let names = columns(metadata)?;
    if names.len() > limits.columns {
        return Err(ReadFault::TooManyColumns { limit: limits.columns }.at(1, None).into());
    }
    let rows = u64::try_from(metadata.file_metadata().num_rows()).map_err(|_error| broken())?;
    if rows > limits.rows {
        return Err(ReadFault::TooManyRows { limit: limits.rows }.into());
    }
    guarded(broken(), || weigh(file, metadata, limits))?;
    gate.header(Format::Parquet, 1, &names.iter().map(String::as_str).collect::<Vec<_>>())?;
    let mut iterator = guarded(broken(), || reader.get_row_iter(None).map_err(|_error| broken()))?;
    while let Some(row) = guarded(broken(), || iterator.next().transpose().map_err(|_error| broken()))? {
        let line = gate.rows() + 2;
        let texts = texts(&row, line)?;
        gate.record(line, &texts.iter().map(String::as_str).collect::<Vec<_>>())?;
        if gate.rows().is_multiple_of(PACE) {
            meter.at(gate.rows(), rows);
        }
    }
    if gate.rows() == rows { Ok(()) } else { Err(broken().into()) }
}

const fn broken() -> ReadFault {
    ReadFault::Parquet(ParquetDoubt::Broken)
}

/// The names of the columns, all of them plain.
fn columns(metadata: &ParquetMetaData) -> Result<Vec<String>, ReadError> {
    let fields = metadata.file_metadata().schema_descr().root_schema().get_fields();
    if let Some(index) = fields.iter().position(|field| {
        let info = field.get_basic_info();
        !field.is_primitive() || (info.has_repetition() && info.repetition() == Repetition::REPEATED)
    }) {
        return Err(ReadError { column: Some(index + 1), ..ReadFault::Parquet(ParquetDoubt::Nested).into() });
    }
    Ok(fields.iter().map(|field| field.name().to_owned()).collect())
}

/// Refuses columns that are compressed in a way that is not read, or whose pages unpack to too much.
fn weigh(file: &File, metadata: &ParquetMetaData, limits: &Limits) -> Result<(), ReadFault> {
    let columns = || metadata.row_groups().iter().flat_map(RowGroupMetaData::columns);
    if columns()
        .any(|column| !matches!(column.compression(), Compression::UNCOMPRESSED | Compression::SNAPPY))
    {
        return Err(ReadFault::Parquet(ParquetDoubt::Codec));
    }
    let too_large = ReadFault::TooLarge { size: Size::Unpacked, limit: limits.unpacked_bytes };
    columns()
        .try_fold(0_u64, |sum, column| {
            let (from, length) = column.byte_range();
            let sum = sum.saturating_add(page::unpacked(file, from, length, limits.workbook_bytes)?);
            if sum > limits.unpacked_bytes { Err(too_large.clone()) } else { Ok(sum) }
        })
        .map(|_| ())
}

fn texts(row: &Row, line: u64) -> Result<Vec<String>, ReadError> {
    row.get_column_iter()
        .enumerate()
        .map(|(index, (_, field))| text(field).map_err(|fault| fault.at(line, index + 1)))
        .collect()
}

fn text(field: &Field) -> Result<String, ReadFault> {
    Ok(match field {
        Field::Null => String::new(),
        Field::Bool(boolean) => boolean.to_string(),
        Field::Byte(integer) => integer.to_string(),
        Field::Short(integer) => integer.to_string(),
        Field::Int(integer) => integer.to_string(),
        Field::Long(integer) => integer.to_string(),
        Field::UByte(integer) => integer.to_string(),
        Field::UShort(integer) => integer.to_string(),
        Field::UInt(integer) => integer.to_string(),
        Field::ULong(integer) => integer.to_string(),
        Field::Float16(float) => number(f64::from(*float)),
        Field::Float(float) => single(*float),
        Field::Double(float) => number(*float),
        Field::Decimal(value) => decimal(value)?,
        Field::Str(text) => text.clone(),
        // Older writers do not say that bytes are text
        Field::Bytes(bytes) => {
            std::str::from_utf8(bytes.data()).map_err(|_error| ReadFault::InvalidEncoding)?.to_owned()
        }
        Field::Date(days) => date(i64::from(*days)),
        Field::TimeMillis(millis) => time(i64::from(*millis) * 1_000_000),
        Field::TimeMicros(micros) => time(micros.saturating_mul(1_000)),
        Field::TimestampMillis(millis) => moment(*millis, 86_400_000),
        Field::TimestampMicros(micros) => moment(*micros, 86_400_000_000),
        Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => {
            return Err(ReadFault::Parquet(ParquetDoubt::Nested));
        }
    })
}

/// A decimal: an integer of at most 16 bytes, the highest first, and where its sign goes.
fn decimal(value: &Decimal) -> Result<String, ReadFault> {
    let unread = || ReadFault::Parquet(ParquetDoubt::Type);
    let (bytes, scale) = (value.data(), usize::try_from(value.scale()).map_err(|_error| unread())?);
    if bytes.is_empty() || bytes.len() > 16 || scale > 38 {
        return Err(unread());
    }
    let first = if bytes[0] >= 0x80 { -1_i128 } else { 0 };
    let unscaled = bytes.iter().fold(first, |sum, byte| (sum << 8) | i128::from(*byte));
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale + 1);
    let (whole, part) = digits.split_at(digits.len() - scale);
    let part = part.trim_end_matches('0');
    let sign = if unscaled < 0 { "-" } else { "" };
    Ok(if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") })
}

/// A number of single precision, by its own shortest text.
fn single(float: f32) -> String {
    if (1e-7..1e17).contains(&float.abs()) { float.to_string() } else { number(f64::from(float)) }
}
