//! The codes of issues: stable, for programs and for people who accept a warning by its name.

use serde::Serialize;

/// Whether an issue stops a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Severity {
    /// It does, until the file or the mapping is mended.
    Error,
    /// It does, unless somebody accepts it by its name.
    Warning,
}

macro_rules! codes {
    ($($(#[$meta:meta])* $variant:ident = $word:literal: $severity:ident),+ $(,)?) => {
        /// What an issue is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum IssueCode { $($(#[$meta])* $variant),+ }

        impl IssueCode {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable word.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Whether it stops a delivery.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity),+ }
            }
        }
    };
}

codes! {
    /// A code that no territory has.
    UnknownTerritory = "UNKNOWN_TERRITORY": Error,
    /// A territory that exists, but not in the delivery's vintage or generation.
    VintageMismatch = "VINTAGE_MISMATCH": Error,
    /// A territory finer than the indicator goes.
    LevelTooFine = "LEVEL_TOO_FINE": Error,
    /// A code that no indicator has.
    UnknownIndicator = "UNKNOWN_INDICATOR": Error,
    /// An indicator of another source.
    ForeignIndicator = "FOREIGN_INDICATOR": Error,
    /// A rate of a confidential source, which the observatory works out itself.
    DerivedIndicator = "DERIVED_INDICATOR": Error,
    /// A mapping that names no dimension of the catalogue.
    UnknownDimension = "UNKNOWN_DIMENSION": Error,
    /// A code that no category of the dimension has.
    UnknownCategory = "UNKNOWN_CATEGORY": Error,
    /// A dimension that the indicator does not have.
    ForeignDimension = "FOREIGN_DIMENSION": Error,
    /// Categories that exist, crossed as the catalogue does not cross them.
    UnusedBreakdown = "UNUSED_BREAKDOWN": Error,
    /// No period, or one outside of 2000 to 2035.
    UnknownPeriod = "UNKNOWN_PERIOD": Error,
    /// A period that has not begun when the file is handed in.
    PeriodAhead = "PERIOD_AHEAD": Warning,
    /// A period of another year than the release.
    PeriodOutsideRelease = "PERIOD_OUTSIDE_RELEASE": Error,
    /// A territory, indicator or period that is left empty.
    EmptyField = "EMPTY_FIELD": Error,
    /// A cell that has been read before.
    DuplicateCell = "DUPLICATE_CELL": Error,
    /// A text that is neither a number nor a known sign.
    NotANumber = "NOT_A_NUMBER": Error,
    /// A count below zero.
    NegativeCount = "NEGATIVE_COUNT": Error,
    /// A count that is not whole.
    FractionalCount = "FRACTIONAL_COUNT": Error,
    /// A cell that the provider of a confidential source has masked.
    Premasked = "PREMASKED": Error,
    /// Contributors or a largest share that cannot be.
    ContributorsContradict = "CONTRIBUTORS_CONTRADICT": Error,
    /// A fact that the source's rule needs and the file lacks.
    MissingFact = "MISSING_FACT": Error,
    /// A total that is not the sum of its parts.
    TotalDiffers = "TOTAL_DIFFERS": Error,
    /// A part larger than the indicator that it is a part of.
    MoreThanWhole = "MORE_THAN_WHOLE": Error,
    /// IRIS and neighbourhoods that cut them, without the parts.
    PartsMissing = "PARTS_MISSING": Error,
    /// A territory that is missing where its neighbours are there.
    MissingTerritory = "MISSING_TERRITORY": Warning,
    /// Ten times more or less than the last figure that was shown.
    MagnitudeJump = "MAGNITUDE_JUMP": Warning,
    /// Cells that do not pass into the later geography.
    NotCarried = "NOT_CARRIED": Warning,
    /// The same file, read the same way, has been published already.
    AlreadyDelivered = "ALREADY_DELIVERED": Warning,
    /// Columns that nothing uses.
    ColumnIgnored = "COLUMN_IGNORED": Warning,
    /// A mapping that names no column of the file.
    UnknownColumn = "UNKNOWN_COLUMN": Error,
    /// A mapping that names no source of the catalogue.
    UnknownSource = "UNKNOWN_SOURCE": Error,
    /// A year of which the observatory knows no geography.
    UnknownVintage = "UNKNOWN_VINTAGE": Error,
    /// A mapping that makes no sense.
    MappingInvalid = "MAPPING_INVALID": Error,
    /// A file without any row.
    NoRows = "NO_ROWS": Error,
    /// So many issues that the rest of the file was not read.
    TooManyIssues = "TOO_MANY_ISSUES": Error,
}

impl IssueCode {
    /// Whether it is about several rows together, and so may follow from what is wrong with one of them.
    #[must_use]
    pub(super) const fn follows(self) -> bool {
        matches!(
            self,
            Self::TotalDiffers
                | Self::MoreThanWhole
                | Self::PartsMissing
                | Self::MissingTerritory
                | Self::MagnitudeJump
                | Self::NotCarried
        )
    }
}

/// A word that is no code of an issue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no code of an issue")]
pub struct UnknownIssueCode(pub String);

impl std::str::FromStr for IssueCode {
    type Err = UnknownIssueCode;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().copied().find(|code| code.word() == word);
        found.ok_or_else(|| UnknownIssueCode(word.chars().take(40).collect()))
    }
}

impl std::fmt::Display for IssueCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.word())
    }
}

impl Serialize for IssueCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}
