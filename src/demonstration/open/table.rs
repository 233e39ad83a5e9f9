//! Insee's file as it is: `;`, decimal comma, `s` for what statistical secrecy withholds.

use std::collections::BTreeMap;

use crate::demonstration::{
    catalogue::entry,
    error::{DemonstrationError, Entry},
    files,
};

/// The file's rows by commune.
#[derive(Debug)]
pub(in crate::demonstration) struct Table {
    rows: BTreeMap<String, BTreeMap<String, String>>,
}

const COMMUNE: &str = "CODGEO";

impl Table {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// [`DemonstrationError`] when it is no table, or a row has no commune.
    pub fn read() -> Result<Self, DemonstrationError> {
        let rows: Vec<BTreeMap<String, String>> = files::INSEE.csv(b';')?;
        let rows = rows.into_iter().map(|row| {
            let commune = row.get(COMMUNE).cloned();
            let commune = commune.ok_or_else(|| entry(files::INSEE, "a row").missing("column", COMMUNE))?;
            Ok((commune, row))
        });
        Ok(Self { rows: rows.collect::<Result<_, DemonstrationError>>()? })
    }

    /// Codes of the communes.
    pub fn communes(&self) -> impl Iterator<Item = &str> {
        self.rows.keys().map(String::as_str)
    }

    /// The number in a column, or none where secrecy withholds it.
    pub fn number(
        &self,
        commune: &str,
        column: &str,
        entry: Entry<'_>,
    ) -> Result<Option<f64>, DemonstrationError> {
        let row = self.rows.get(commune).ok_or_else(|| entry.missing("commune", commune))?;
        let text = row.get(column).ok_or_else(|| entry.missing("column", column))?;
        if text == "s" {
            return Ok(None);
        }
        let number = text.replace(',', ".").parse::<f64>().map_err(|error| entry.wrong(error))?;
        Ok(Some(number))
    }

    /// A number of people; it is never withheld.
    pub fn people(&self, commune: &str, column: &str) -> Result<u64, DemonstrationError> {
        let entry = entry(files::INSEE, commune);
        let people = self.number(commune, column, entry)?;
        people.map(|people| people.round() as u64).ok_or_else(|| entry.missing("number of people", column))
    }
}
