//! The observatory's vocabulary as types: whatever is parsed once is valid everywhere after.

mod charter;
mod code;
mod delivery;
mod geography;
mod happening;
mod period;
mod purpose;
mod statistic;
mod study;

pub use charter::{Commitment, ContributionKind, EventKind, PartnerKind, Role, UseRequestState};
pub use code::{IndicatorCode, InvalidCode, PartnerCode, TerritoryCode};
pub use delivery::{DeliveryState, WorkPhase};
pub use geography::Level;
pub use happening::HappeningKind;
pub use period::{InvalidPeriod, Period, PeriodKind};
pub use purpose::{Purpose, Purposes};
pub use statistic::{Audience, Breakdown, InvalidBreakdown, Measure, ReleaseState, Theme, Unit, Withheld};
pub use study::{DocumentKind, PlannedStudyState, StudyKind, StudyStatus};

/// A word that the vocabulary does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("« {word} » n’est pas une valeur de {vocabulary} : {}", accepted.join(", "))]
pub struct UnknownWord {
    /// What was read.
    pub word: String,
    /// Name of the vocabulary.
    pub vocabulary: &'static str,
    /// The words that it has.
    pub accepted: &'static [&'static str],
}

/// An enumeration whose values are written as words, in data files and in the database alike.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sea_orm::DeriveValueType)]
        #[sea_orm(value_type = "String")]
        pub enum $name { $($(#[$variant_meta])* $variant),+ }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that stands for the value in files, the database and the API.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.word())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::types::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::types::UnknownWord {
                        word: word.to_owned(),
                        vocabulary: stringify!($name),
                        accepted: &[$($word),+],
                    }),
                }
            }
        }

        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                word.parse().map_err(serde::de::Error::custom)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }
    };
}
use words;
