//! Purposes: what the charter lets data be used for.

use super::{UnknownWord, words};

words! {
    /// The three uses that the deliberation of 2014 names.
    Purpose {
        /// Analyse des besoins sociaux (art. R.123-1 CASF).
        NeedsAnalysis = "NEEDS_ANALYSIS",
        /// Observation and evaluation of the urban policy (politique de la ville).
        UrbanPolicy = "URBAN_POLICY",
        /// A thematic study.
        ThematicStudy = "THEMATIC_STUDY",
    }
}

/// A set of purposes, written `NEEDS_ANALYSIS URBAN_POLICY` in the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, sea_orm::DeriveValueType)]
#[sea_orm(value_type = "String")]
pub struct Purposes(u8);

impl Purposes {
    /// Every purpose.
    #[must_use]
    pub fn all() -> Self {
        Purpose::ALL.iter().copied().collect()
    }

    /// Whether the set holds the purpose.
    #[must_use]
    pub const fn contains(self, purpose: Purpose) -> bool {
        self.0 & (1 << purpose as u8) != 0
    }

    /// The purposes of the set, in the order of the vocabulary.
    pub fn iter(self) -> impl Iterator<Item = Purpose> {
        Purpose::ALL.iter().copied().filter(move |purpose| self.contains(*purpose))
    }
}

impl FromIterator<Purpose> for Purposes {
    fn from_iter<I: IntoIterator<Item = Purpose>>(purposes: I) -> Self {
        Self(purposes.into_iter().fold(0, |set, purpose| set | 1 << purpose as u8))
    }
}

impl std::fmt::Display for Purposes {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words: Vec<_> = self.iter().map(Purpose::word).collect();
        formatter.write_str(&words.join(" "))
    }
}

impl std::str::FromStr for Purposes {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split_whitespace().map(str::parse).collect()
    }
}

impl<'de> serde::Deserialize<'de> for Purposes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Purpose>::deserialize(deserializer)?.into_iter().collect())
    }
}
