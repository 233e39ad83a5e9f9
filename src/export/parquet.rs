//! Parquet: the same rows, in groups, compressed with Snappy; what is not there is null.

use std::{fs::File, sync::Arc};

use parquet::{
    basic::Compression,
    data_type::{ByteArray, ByteArrayType, DoubleType},
    file::{metadata::KeyValue, properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};

use super::{ExportError, Sheet, record::Record};
use crate::{language::Language, present::words};

/// Rows of a group: what is held at once.
const ROWS: usize = 20_000;

/// The columns before those of the dimensions.
const BEFORE: [&str; 6] = ["indicator", "indicator_label", "territory", "territory_label", "level", "period"];

/// Where the sign and the reason stand, counted from the number.
const OPTIONAL: [usize; 2] = [1, 2];

/// Writes a table; its stamp, title and sources are the file's own metadata.
///
/// # Errors
///
/// [`ExportError::Parquet`].
pub fn write(sheet: Sheet<'_>, file: &mut File) -> Result<(), ExportError> {
    let mut columns: Vec<String> = BEFORE.map(str::to_owned).to_vec();
    columns.extend(sheet.dimensions().iter().cloned());
    let texts_before = columns.len();
    let mut schema = String::from("message observations {\n");
    for column in &columns {
        schema.push_str(&format!("required binary {column} (STRING);\n"));
    }
    schema.push_str("optional double value;\n");
    for column in ["symbol", "withheld"] {
        schema.push_str(&format!("optional binary {column} (STRING);\n"));
    }
    for column in ["unit", "source", "observation_status"] {
        schema.push_str(&format!("required binary {column} (STRING);\n"));
    }
    schema.push('}');
    let language = sheet.names.language;
    let (title, stamp) = (sheet.grid.title(sheet.names), sheet.stamp.text(language));
    let sources = sheet.sources().join(words::between(language));
    let metadata = [("title", title), ("stamp", stamp), ("sources", sources)];
    let metadata = metadata.map(|(key, value)| KeyValue::new(key.to_owned(), value)).to_vec();
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_key_value_metadata(Some(metadata))
        .build();
    let mut writer =
        SerializedFileWriter::new(file, Arc::new(parse_message_type(&schema)?), Arc::new(properties))?;
    let mut records = sheet.records().peekable();
    while records.peek().is_some() {
        let rows: Vec<Record<'_>> = records.by_ref().take(ROWS).collect();
        let mut group = writer.next_row_group()?;
        let mut at = 0;
        while let Some(mut column) = group.next_column()? {
            if at == texts_before {
                let values: Vec<f64> = rows.iter().filter_map(|row| row.told.disclosed.value()).collect();
                let levels: Vec<i16> =
                    rows.iter().map(|row| i16::from(row.told.disclosed.value().is_some())).collect();
                column.typed::<DoubleType>().write_batch(&values, Some(&levels), None)?;
            } else {
                let texts: Vec<Option<String>> =
                    rows.iter().map(|row| text(row, (at, texts_before), language)).collect();
                let levels: Vec<i16> = texts.iter().map(|text| i16::from(text.is_some())).collect();
                // Columns in which a text always stands have no levels.
                let levels = OPTIONAL.contains(&at.wrapping_sub(texts_before)).then_some(levels.as_slice());
                let texts: Vec<ByteArray> =
                    texts.into_iter().flatten().map(|text| ByteArray::from(text.into_bytes())).collect();
                column.typed::<ByteArrayType>().write_batch(&texts, levels, None)?;
            }
            column.close()?;
            at += 1;
        }
        group.close()?;
    }
    writer.close()?;
    Ok(())
}

/// What stands in a column of texts; nothing where there is a number and so no sign and no reason.
fn text(row: &Record<'_>, (column, value): (usize, usize), language: Language) -> Option<String> {
    let told = row.told.disclosed;
    Some(match column {
        0 => row.indicator.code.to_string(),
        1 => row.indicator.label.in_language(language).to_owned(),
        2 => row.territory.code.to_string(),
        3 => row.territory.name_in(language).to_owned(),
        4 => row.territory.level.word().to_owned(),
        5 => row.period.to_string(),
        column if column < value => {
            let category = row.categories.get(column - BEFORE.len());
            category.map(|category| category.code.clone()).unwrap_or_default()
        }
        column => match column - value {
            1 => told.symbol()?.to_owned(),
            2 => told.withheld()?.word().to_owned(),
            3 => row.indicator.unit.word().to_owned(),
            4 => row.source.code.clone(),
            _ => row.observation_status.to_owned(),
        },
    })
}
