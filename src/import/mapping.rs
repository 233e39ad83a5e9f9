//! A mapping: how the columns and words of a provider's file become ours. It is kept with the source.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How the columns and words of a file become ours.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Code of the source.
    pub source: String,
    /// One cell a row, or one column a cell.
    #[serde(default)]
    pub layout: Layout,
    /// Year whose 1 January geography the codes of territories use.
    pub vintage: i32,
    /// Year of a later geography that the figures are carried into; none leaves them where they are.
    pub carry_to: Option<i32>,
    /// Generation of the priority neighbourhoods; by the period where it is not said.
    pub generation: Option<i32>,
    /// Period of every row.
    pub fixed_period: Option<String>,
    /// Indicator of every row.
    pub fixed_indicator: Option<String>,
    /// Names of columns; without them a long file is in our own words, or in those of SDMX-CSV.
    pub columns: Option<Columns>,
    /// The provider's word for an indicator, and our code.
    #[serde(default)]
    pub indicators: BTreeMap<String, String>,
    /// By dimension, the provider's word for a category, and our code.
    #[serde(default)]
    pub codes: BTreeMap<String, BTreeMap<String, String>>,
    /// What each column of a wide file holds.
    #[serde(default)]
    pub wide: Vec<Wide>,
}

/// The shape of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// One cell a row.
    #[default]
    Long,
    /// One territory a row, one column a cell.
    Wide,
}

/// Names of the columns of a file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// Codes of territories.
    pub territory: String,
    /// Periods.
    pub period: Option<String>,
    /// Indicators.
    pub indicator: Option<String>,
    /// Values.
    pub value: Option<String>,
    /// Units behind the cell.
    pub contributors: Option<String>,
    /// The largest contributor's share, in per cent.
    pub largest: Option<String>,
    /// Our code of a dimension, and the column of its categories.
    #[serde(default)]
    pub dimensions: BTreeMap<String, String>,
}

impl Columns {
    /// Every name of a column.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let Self { territory, period, indicator, value, contributors, largest, dimensions } = self;
        let optional = [period, indicator, value, contributors, largest].into_iter().flatten();
        std::iter::once(territory).chain(optional).chain(dimensions.values()).map(String::as_str)
    }
}

/// What one column of a wide file holds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Wide {
    /// Name of the column.
    pub column: String,
    /// Our code of the indicator.
    pub indicator: String,
    /// Period; the fixed period of the mapping where it is not said.
    pub period: Option<String>,
    /// Our codes of dimensions and categories; the total without.
    #[serde(default)]
    pub breakdown: BTreeMap<String, String>,
}

/// A mapping file that does not have its shape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the mapping cannot be read: {}", self.english())]
pub struct MappingUnreadable {
    /// Line and column, where they are known.
    place: Option<(usize, usize)>,
    /// What the reader of TOML says, in its own English.
    said: String,
}

/// The longest that is told of what the reader of TOML says, in characters.
const LONGEST_SAID: usize = 300;

impl MappingUnreadable {
    fn of(text: &str, error: &toml::de::Error) -> Self {
        // What is missing from the whole is nowhere.
        let before = error.span().filter(|span| span.start > 0).and_then(|span| text.get(..span.start));
        let place = before.map(|before| {
            let line = before.rsplit('\n').next().unwrap_or_default();
            (before.matches('\n').count() + 1, line.chars().count() + 1)
        });
        Self { place, said: error.message().chars().take(LONGEST_SAID).collect() }
    }

    /// Where and why, in French; what only the reader of TOML can say is quoted.
    #[must_use]
    pub fn french(&self) -> String {
        let place = self.place.map(|(line, column)| format!("ligne {line}, colonne {column} : "));
        let why = match (self.named("missing field "), self.named("unknown field ")) {
            (Some(name), _) => format!("il manque « {name} »"),
            (_, Some(name)) => format!("rien ne s’y appelle « {name} »"),
            _ => format!("ce n’est pas la forme attendue (en anglais : « {} »)", self.said),
        };
        format!("{}{why}", place.unwrap_or_default())
    }

    /// Where and why, in English.
    #[must_use]
    pub fn english(&self) -> String {
        let place = self.place.map(|(line, column)| format!("line {line}, column {column}: "));
        format!("{}{}", place.unwrap_or_default(), self.said)
    }

    /// The name that the reader of TOML quotes after these words.
    fn named(&self, words: &str) -> Option<&str> {
        let (name, _) = self.said.strip_prefix(words)?.strip_prefix('`')?.split_once('`')?;
        Some(name)
    }
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    ///
    /// [`MappingUnreadable`] says where and why it does not have its shape.
    pub fn read(text: &str) -> Result<Self, MappingUnreadable> {
        toml::from_str(text).map_err(|error| MappingUnreadable::of(text, &error))
    }

    /// The mapping of a file in our own words, or in those of SDMX-CSV, for which nobody wrote one.
    #[must_use]
    pub fn own_words(source: &str, vintage: i32) -> Self {
        Self {
            source: source.to_owned(),
            layout: Layout::Long,
            vintage,
            carry_to: None,
            generation: None,
            fixed_period: None,
            fixed_indicator: None,
            columns: None,
            indicators: BTreeMap::new(),
            codes: BTreeMap::new(),
            wide: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Mapping;

    #[test]
    fn what_is_wrong_with_a_mapping_is_said_in_french_and_english() {
        let refused = |text: &str| {
            let fault = Mapping::read(text).err();
            fault.map(|fault| (fault.french(), fault.english())).unwrap_or_default()
        };
        let (french, english) = refused("source = \"CAF-ALLOC\"\n");
        assert!(french.ends_with("il manque « vintage »"), "{french}");
        assert!(english.ends_with("missing field `vintage`"), "{english}");
        let (french, _) = refused("source = \"CAF-ALLOC\"\nvintage = 2026\nannee = 3\n");
        assert!(french.contains("« annee »"), "{french}");
        let (french, english) = refused("source = \"CAF-ALLOC\"\nvintage = \"neuf\"\n");
        assert!(french.starts_with("ligne 2, colonne 11 : "), "{french}");
        assert!(english.starts_with("line 2, column 11: "), "{english}");
    }
}
