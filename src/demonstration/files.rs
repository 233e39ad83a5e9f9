//! The demonstration's data files as typed structures.

pub(super) mod catalogue;
pub(super) mod charter;
pub(super) mod figures;
pub(super) mod places;
pub(super) mod studies;

use serde::de::DeserializeOwned;

use super::error::DemonstrationError;

/// A data file that is compiled in.
#[derive(Clone, Copy, Debug)]
pub(super) struct File {
    pub name: &'static str,
    text: &'static str,
}

macro_rules! files {
    ($($constant:ident = $name:literal),+ $(,)?) => {
        $(pub(super) const $constant: File = File { name: $name, text: include_str!(concat!("data/", $name)) };)+
    };
}

files! {
    RULES = "rules.toml",
    SOURCES = "sources.toml",
    DIMENSIONS = "dimensions.toml",
    INDICATORS = "indicators.toml",
    PARTNERS = "partners.toml",
    AGREEMENTS = "agreements.toml",
    STUDIES = "studies.toml",
    NEIGHBOURHOODS = "neighbourhoods.toml",
    RECIPES = "recipes.toml",
    OPEN = "open.toml",
    COMMUNES = "communes.csv",
    INSEE = "insee-comparateur-dijon.csv",
}

impl File {
    fn broken(self, problem: &impl std::fmt::Display) -> DemonstrationError {
        DemonstrationError::File { file: self.name, problem: problem.to_string() }
    }

    /// The file as TOML.
    pub fn toml<T: DeserializeOwned>(self) -> Result<T, DemonstrationError> {
        toml::from_str(self.text).map_err(|error| self.broken(&error))
    }

    /// The rows of the file as CSV with a header; lines that begin with `#` are comments.
    pub fn csv<T: DeserializeOwned>(self, delimiter: u8) -> Result<Vec<T>, DemonstrationError> {
        csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .comment(Some(b'#'))
            .from_reader(self.text.as_bytes())
            .deserialize()
            .collect::<Result<_, _>>()
            .map_err(|error| self.broken(&error))
    }
}
