//! SDMX-CSV 2.0: lines end as in RFC 4180, whose rules it takes over but for the separator; a field that is empty has no value.
//!
//! # Citations
//!
//! SDMX Technical Working Group, *SDMX-CSV data and metadata message format 2.0.0* (SDMX 3.0); RFC 4180, *Common format and
//! MIME type for comma-separated values (CSV) files*.

use std::io::{self, Write};

use super::Sheet;

/// Who maintains the dataflow.
pub const AGENCY: &str = "OBSERVATOIRE";
/// The dataflow that every table is a part of; its dimensions are those of the table.
pub const DATAFLOW: &str = "OBSERVATOIRE:OBSERVATIONS(1.0)";

/// Writes a table, one row an observation.
///
/// # Errors
///
/// Those of the writer.
pub fn write(sheet: Sheet<'_>, out: impl Write) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    let mut columns = vec!["STRUCTURE", "STRUCTURE_ID", "ACTION", "INDICATOR", "REF_AREA", "TIME_PERIOD"];
    columns.extend(sheet.dimensions().iter().map(String::as_str));
    columns.extend(["OBS_VALUE", "OBS_STATUS", "CONF_STATUS", "UNIT_MEASURE", "WITHHELD"]);
    writer.write_record(&columns).map_err(io::Error::other)?;
    for record in sheet.records() {
        let mut fields = vec![
            "dataflow".to_owned(),
            DATAFLOW.to_owned(),
            "I".to_owned(),
            record.indicator.code.to_string(),
            record.territory.code.to_string(),
            record.period.to_string(),
        ];
        fields.extend(record.categories.iter().map(|category| category.code.clone()));
        fields.extend([
            record.told.disclosed.value().map_or_else(String::new, |value| value.to_string()),
            record.observation_status.to_owned(),
            record.confidentiality().to_owned(),
            record.indicator.unit.word().to_owned(),
            record.withheld().to_owned(),
        ]);
        writer.write_record(&fields).map_err(io::Error::other)?;
    }
    writer.flush()
}
