//! Files for machines and for offices, made of a table that a viewer was told: one row an observation, the number alone in
//! its column, its sign and the reason beside it.

mod csv;
mod json_stat;
mod ods;
mod parquet;
mod record;
mod sdmx_csv;
mod xlsx;

use std::{fs::File, io::BufWriter};

use chrono::{DateTime, Utc};
use entity::types::Purpose;

use crate::{
    auth::Viewer,
    language::Language,
    present::{Grid, Names},
};

/// The charter: deliberation of the CCAS of Dijon.
const CHARTER: &str = "39-2014";

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
    /// Apache Parquet.
    Parquet,
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Self] =
        &[Self::Csv, Self::CsvFrench, Self::Xlsx, Self::Ods, Self::JsonStat, Self::SdmxCsv, Self::Parquet];

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
            Self::Parquet => "parquet",
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
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }

    /// How the names of its files end.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv | Self::CsvFrench | Self::SdmxCsv => "csv",
            Self::Xlsx => "xlsx",
            Self::Ods => "ods",
            Self::JsonStat => "json",
            Self::Parquet => "parquet",
        }
    }
}

/// For whom a file was made and what they may use it for: the third commitment of the charter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Code of the partner; none for the public.
    pub partner: Option<String>,
    /// Purpose that was declared.
    pub purpose: Option<Purpose>,
    /// Reference of the charter.
    pub charter: &'static str,
    /// When.
    pub made_at: DateTime<Utc>,
}

impl Stamp {
    /// The stamp of what a viewer asks for now.
    #[must_use]
    pub fn of(viewer: &Viewer) -> Self {
        let identity = viewer.identity();
        Self {
            partner: identity.map(|identity| identity.partner.to_string()),
            purpose: identity.and_then(|identity| identity.purpose),
            charter: CHARTER,
            made_at: viewer.now,
        }
    }

    /// The stamp as headers of an answer, where the file itself has no place for it; none for the public.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, String)> {
        let partner = self.partner.clone().map(|partner| ("observatory-partner", partner));
        let charter = self.partner.is_some().then(|| ("observatory-charter", self.charter.to_owned()));
        let purpose = self.purpose.map(|purpose| ("observatory-purpose", purpose.word().to_owned()));
        partner.into_iter().chain(purpose).chain(charter)
    }

    /// The stamp in words.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let day = self.made_at.date_naive();
        let (charter, partner) = (self.charter, self.partner.as_deref());
        let purpose = self.purpose.map(Purpose::word);
        match (partner, language) {
            (None, Language::French) => format!("Extrait le {day}, données publiques."),
            (None, Language::English) => format!("Made on {day}, public data."),
            (Some(partner), Language::French) => {
                let purpose = purpose.map_or_else(String::new, |word| format!(", pour la finalité {word}"));
                format!(
                    "Extrait le {day} pour {partner}{purpose}. Usage propre, diffusion aux seuls signataires de la charte {charter}."
                )
            }
            (Some(partner), Language::English) => {
                let purpose = purpose.map_or_else(String::new, |word| format!(", for the purpose {word}"));
                format!(
                    "Made on {day} for {partner}{purpose}. Own use, circulation among the signatories of the charter {charter} only."
                )
            }
        }
    }
}

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
}

/// Writes a table into an empty file.
///
/// # Errors
///
/// [`ExportError`] where the file cannot be written; what is in it then is of no use.
pub fn write(format: Format, sheet: Sheet<'_>, file: &mut File) -> Result<(), ExportError> {
    match format {
        Format::Csv => Ok(csv::write(sheet, csv::Dialect::International, BufWriter::new(file))?),
        Format::CsvFrench => Ok(csv::write(sheet, csv::Dialect::French, BufWriter::new(file))?),
        Format::Xlsx => xlsx::write(sheet, file),
        Format::Ods => ods::write(sheet, file),
        Format::JsonStat => Ok(json_stat::write(sheet, BufWriter::new(file))?),
        Format::SdmxCsv => Ok(sdmx_csv::write(sheet, BufWriter::new(file))?),
        Format::Parquet => parquet::write(sheet, file),
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
