//! Files for machines, for offices and for print, made of what a viewer was told: tables with one row an observation, the
//! number alone in its column, its sign and the reason beside it; charts and maps as they are drawn.

mod csv;
mod drawing;
mod geo_json;
mod json_stat;
mod ods;
mod parquet;
mod picture;
mod record;
mod sdmx_csv;
mod sdmx_json;
mod stamp;
#[cfg(test)]
mod tests;
mod xlsx;

use std::{collections::HashMap, fs::File, io::BufWriter, sync::Arc};

use crate::{
    language::Language,
    present::{Grid, Names},
    store::Geometry,
};
pub use drawing::{Drawing, DrawingFormat, Subject, draw};
pub use picture::{About, LARGEST, Page, SCALE, pdf, png};
pub use stamp::Stamp;

/// A format of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Commas and decimal points (RFC 4180), UTF-8.
    Csv,
    /// Semicolons and decimal commas, UTF-8 with a byte order mark, as French spreadsheets open it.
    CsvFrench,
    /// Office Open XML, numbers as numbers, notes and sources on a sheet of their own.
    Xlsx,
    /// OpenDocument, the same without the layout of the table.
    Ods,
    /// JSON-stat 2.0.
    JsonStat,
    /// SDMX-CSV 2.0.
    SdmxCsv,
    /// SDMX-JSON 2.0.
    SdmxJson,
    /// Apache Parquet.
    Parquet,
    /// GeoJSON (RFC 7946), the figures with the contours of their territories.
    GeoJson,
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Self] = &[
        Self::Csv,
        Self::CsvFrench,
        Self::Xlsx,
        Self::Ods,
        Self::JsonStat,
        Self::SdmxCsv,
        Self::SdmxJson,
        Self::Parquet,
        Self::GeoJson,
    ];

    /// Its name in addresses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::CsvFrench => "csv-fr",
            Self::Xlsx => "xlsx",
            Self::Ods => "ods",
            Self::JsonStat => "json-stat",
            Self::SdmxCsv => "sdmx-csv",
            Self::SdmxJson => "sdmx-json",
            Self::Parquet => "parquet",
            Self::GeoJson => "geojson",
        }
    }

    /// The format of a name.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.word() == word)
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv | Self::CsvFrench => "text/csv; charset=utf-8; header=present",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Ods => "application/vnd.oasis.opendocument.spreadsheet",
            Self::JsonStat => "application/json",
            Self::SdmxCsv => "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8",
            Self::SdmxJson => "application/vnd.sdmx.data+json; version=2.0.0",
            Self::Parquet => "application/vnd.apache.parquet",
            Self::GeoJson => "application/geo+json",
        }
    }

    /// How the names of its files end.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv | Self::CsvFrench | Self::SdmxCsv => "csv",
            Self::Xlsx => "xlsx",
            Self::Ods => "ods",
            Self::JsonStat | Self::SdmxJson => "json",
            Self::Parquet => "parquet",
            Self::GeoJson => "geojson",
        }
    }

    /// Whether it holds the contours of the territories.
    #[must_use]
    pub const fn has_contours(self) -> bool {
        matches!(self, Self::GeoJson)
    }
}

/// Contours of territories, by number.
pub type Contours = HashMap<i32, Arc<Geometry>>;

/// What is written: a table, what its members are called, and for whom.
#[derive(Clone, Copy)]
pub struct Sheet<'a> {
    /// Table.
    pub grid: &'a Grid,
    /// Names, and the language of the labels.
    pub names: Names<'a>,
    /// For whom.
    pub stamp: &'a Stamp,
}

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The disk, most often.
    #[error("the file could not be written: {0}")]
    File(#[from] std::io::Error),
    /// A workbook.
    #[error("the workbook could not be written: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// Parquet.
    #[error("the Parquet file could not be written: {0}")]
    Parquet(#[from] ::parquet::errors::ParquetError),
    /// JSON.
    #[error("the JSON could not be written: {0}")]
    Json(#[from] serde_json::Error),
    /// A drawing that is no SVG.
    #[error("the drawing could not be read: {0}")]
    Svg(#[from] resvg::usvg::Error),
    /// PNG.
    #[error("the PNG file could not be written: {0}")]
    Png(#[from] ::png::EncodingError),
    /// PDF.
    #[error("the PDF file could not be written: {0}")]
    Pdf(#[from] krilla::error::KrillaError),
    /// A picture of more pixels than [`LARGEST`].
    #[error("a picture of {0} × {1} pixels is too large")]
    TooLarge(u32, u32),
    /// A format that this has no place in: a chart has no shapes.
    #[error("this cannot be had as {0}")]
    Unfit(&'static str),
}

/// Writes a table into an empty file, with the contours where the [format has them](Format::has_contours).
///
/// # Errors
///
/// [`ExportError`] where the file cannot be written; what is in it then is of no use.
pub fn write(
    format: Format,
    sheet: Sheet<'_>,
    contours: &Contours,
    file: &mut File,
) -> Result<(), ExportError> {
    match format {
        Format::Csv => Ok(csv::write(sheet, csv::Dialect::International, BufWriter::new(file))?),
        Format::CsvFrench => Ok(csv::write(sheet, csv::Dialect::French, BufWriter::new(file))?),
        Format::Xlsx => xlsx::write(sheet, file),
        Format::Ods => ods::write(sheet, file),
        Format::JsonStat => Ok(json_stat::write(sheet, BufWriter::new(file))?),
        Format::SdmxCsv => Ok(sdmx_csv::write(sheet, BufWriter::new(file))?),
        Format::SdmxJson => Ok(sdmx_json::write(sheet, BufWriter::new(file))?),
        Format::Parquet => parquet::write(sheet, file),
        Format::GeoJson => Ok(geo_json::write(sheet, contours, BufWriter::new(file))?),
    }
}

/// The table as CSV in a text: French with semicolons, English with commas.
///
/// # Errors
///
/// [`ExportError::File`].
pub fn csv_text(sheet: Sheet<'_>) -> Result<String, ExportError> {
    let dialect = match sheet.names.language {
        Language::French => csv::Dialect::French,
        Language::English => csv::Dialect::International,
    };
    let mut bytes = Vec::new();
    csv::write(sheet, dialect, &mut bytes)?;
    let text = String::from_utf8(bytes).map_err(std::io::Error::other)?;
    Ok(text.trim_start_matches(csv::BYTE_ORDER_MARK).to_owned())
}

/// The table as JSON-stat 2.0.
#[must_use]
pub fn json_stat(sheet: Sheet<'_>) -> serde_json::Value {
    json_stat::dataset(sheet)
}
