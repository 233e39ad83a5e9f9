//! Codes that name things: territories, indicators, partners.

/// A text that is not a code of its kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("« {text} » n’est pas un {kind}")]
pub struct InvalidCode {
    /// What was read, cut to 40 characters.
    pub text: String,
    /// What it should have been, with the shape, in French.
    pub kind: &'static str,
    /// The same in English.
    pub kind_in_english: &'static str,
}

macro_rules! code {
    ($(#[$meta:meta])* $name:ident, $kind:literal, $english:literal, $lengths:expr, $allowed:expr) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sea_orm::DeriveValueType)]
        #[sea_orm(value_type = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// Reads a code; leading zeros and Corsica's letters are kept as they are.
            ///
            /// # Errors
            ///
            /// [`InvalidCode`] when the length or a character does not fit.
            pub fn parse(text: &str) -> Result<Self, InvalidCode> {
                let allowed: fn(char) -> bool = $allowed;
                if $lengths.contains(&text.len()) && text.chars().all(allowed) {
                    Ok(Self(text.into()))
                } else {
                    let text = text.chars().take(40).collect();
                    Err(InvalidCode { text, kind: $kind, kind_in_english: $english })
                }
            }

            /// The code as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidCode;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

code!(
    /// Code of a territory: `27` (region), `21`, `2A` (department), `242100410` (SIREN of an
    /// agglomeration), `21231` (commune), nine characters for an IRIS, eight for a priority neighbourhood.
    TerritoryCode,
    "code de territoire (2 à 16 chiffres, lettres majuscules ou tirets)",
    "code of a territory (2 to 16 digits, capital letters or hyphens)",
    (2..=16),
    |character| character.is_ascii_digit() || character.is_ascii_uppercase() || character == '-'
);

code!(
    /// Code of an indicator of the catalogue, such as `REV03`.
    IndicatorCode,
    "code d’indicateur (5 à 12 lettres majuscules ou chiffres)",
    "code of an indicator (5 to 12 capital letters or digits)",
    (5..=12),
    |character| character.is_ascii_digit() || character.is_ascii_uppercase()
);

code!(
    /// Code of a partner, such as `CCAS-DIJON`.
    PartnerCode,
    "code de partenaire (2 à 32 lettres majuscules, chiffres ou tirets)",
    "code of a partner (2 to 32 capital letters, digits or hyphens)",
    (2..=32),
    |character| character.is_ascii_digit() || character.is_ascii_uppercase() || character == '-'
);
