//! CSV, French and international.

use std::io::{self, Write};

use super::{Sheet, record::Record};

/// Which separators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Commas and points.
    International,
    /// Semicolons and decimal commas, with a byte order mark.
    French,
}

/// By it spreadsheets know that a file is UTF-8.
pub const BYTE_ORDER_MARK: char = '\u{feff}';

/// The columns before those of the dimensions, and after them.
const BEFORE: [&str; 6] = ["indicator", "indicator_label", "territory", "territory_label", "level", "period"];
const AFTER: [&str; 7] =
    ["value", "symbol", "withheld", "withheld_label", "unit", "source", "observation_status"];

/// Writes a table, one row an observation.
///
/// # Errors
///
/// Those of the writer.
pub fn write(sheet: Sheet<'_>, dialect: Dialect, mut out: impl Write) -> io::Result<()> {
    let delimiter = match dialect {
        Dialect::International => b',',
        Dialect::French => {
            write!(out, "{BYTE_ORDER_MARK}")?;
            b';'
        }
    };
    let mut writer =
        csv::WriterBuilder::new().delimiter(delimiter).terminator(csv::Terminator::CRLF).from_writer(out);
    let dimensions = sheet.dimensions().iter().flat_map(|code| [code.clone(), format!("{code}_label")]);
    let columns = BEFORE.into_iter().map(str::to_owned).chain(dimensions);
    let columns: Vec<String> = columns.chain(AFTER.into_iter().map(str::to_owned)).collect();
    writer.write_record(&columns).map_err(io::Error::other)?;
    for record in sheet.records() {
        writer.write_record(fields(&record, sheet, dialect)).map_err(io::Error::other)?;
    }
    writer.flush()
}

fn fields(record: &Record<'_>, sheet: Sheet<'_>, dialect: Dialect) -> Vec<String> {
    let language = sheet.names.language;
    let mut fields = vec![
        record.indicator.code.to_string(),
        record.indicator.label.in_language(language).to_owned(),
        record.territory.code.to_string(),
        record.territory.name_in(language).to_owned(),
        record.territory.level.word().to_owned(),
        record.period.to_string(),
    ];
    for category in &record.categories {
        fields.extend([category.code.clone(), category.label.clone()]);
    }
    let value = record.told.disclosed.value().map_or_else(String::new, |value| match dialect {
        Dialect::International => value.to_string(),
        Dialect::French => value.to_string().replace('.', ","),
    });
    fields.extend([
        value,
        record.symbol().to_owned(),
        record.withheld().to_owned(),
        record.reason(language).to_owned(),
        record.indicator.unit.word().to_owned(),
        record.source.code.clone(),
        record.observation_status.to_owned(),
    ]);
    fields
}
