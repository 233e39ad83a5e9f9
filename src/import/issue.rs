//! A problem of a delivery: a code, where it is, and what helps to mend it, never a value of the file.

mod code;
mod hint;
mod list;
mod sentence;
mod text;

pub use code::{IssueCode, Severity};
pub use list::Issues;

use serde::Serialize;

/// A problem of a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// Whether it stops the delivery.
    pub severity: Severity,
    /// What it is.
    pub code: IssueCode,
    /// Line of the file; none when it is about the file or its mapping.
    pub line: Option<u64>,
    /// Column of the file, by name.
    pub column: Option<String>,
    /// What it is about.
    pub subject: Box<Subject>,
    /// What helps to mend it.
    pub detail: Detail,
}

/// What an issue is about, by codes, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// Territory, or a part as `IRIS/NEIGHBOURHOOD`.
    pub territory: Option<String>,
    /// Indicator.
    pub indicator: Option<String>,
    /// Period.
    pub period: Option<String>,
    /// Breakdown, as `DIMENSION=CATEGORY;…`.
    pub breakdown: Option<String>,
}

/// What helps to mend an issue: names, years and counts of cells, never a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Detail {
    /// Nothing more.
    #[default]
    None,
    /// A name that means nothing.
    Unknown {
        /// What was read; none where it might be a value that stands in the wrong column.
        name: Option<String>,
        /// The names that come nearest, or all where there are few.
        nearest: Vec<String>,
        /// Whether there are more names, of which none comes near.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        more: bool,
    },
    /// A territory of another vintage or generation.
    Vintage {
        /// The year that the delivery says.
        asked: i32,
        /// The years in which the code exists.
        exists: Vec<i32>,
    },
    /// The release's year, which the row does not belong to.
    Year {
        /// Year of the release.
        release: i32,
    },
    /// The line that came first.
    First {
        /// Its number.
        line: u64,
    },
    /// A total and its parts.
    Sum {
        /// Along what they are its parts.
        along: Along,
        /// The dimension, where the parts are its categories.
        dimension: Option<String>,
        /// How many cells of the total differ.
        cells: usize,
    },
    /// What it is more than: an indicator.
    Whole {
        /// Code of the whole.
        indicator: String,
    },
    /// How many cells.
    Cells {
        /// How many.
        cells: usize,
    },
    /// The other half of a pair, and how many cells.
    Cut {
        /// Code of the neighbourhood.
        neighbourhood: String,
        /// How many cells.
        cells: usize,
    },
    /// The finest level of the indicator.
    Finest {
        /// Its word.
        level: &'static str,
    },
    /// The source whose indicator it is.
    Source {
        /// Its code.
        code: String,
    },
    /// Several names.
    Names {
        /// The names.
        names: Vec<String>,
    },
    /// A fact that the rule needs.
    Fact {
        /// Which.
        fact: Fact,
    },
    /// What to do about a cell that the provider masked.
    Premasked,
    /// Why cells do not pass into a later geography, and how many.
    Carried {
        /// Why.
        why: CarryFault,
        /// How many cells.
        cells: usize,
    },
    /// Why a mapping makes no sense.
    Mapping {
        /// Why.
        fault: MappingFault,
    },
}

/// Along what parts add up to a total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Along {
    /// Territories.
    Territories,
    /// Categories of a dimension.
    Categories,
    /// Quarters of the year, and months of a quarter.
    Periods,
    /// Parts of an IRIS inside of neighbourhoods.
    Parts,
}

/// A fact that a rule of secrecy may need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Fact {
    /// How many units stand behind a cell.
    Contributors,
    /// The share of the largest of them.
    LargestShare,
}

/// Why cells do not pass into a later geography.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CarryFault {
    /// A rate, a median or another figure that no sum gives.
    Rate,
    /// A territory that was split, or nothing came after.
    Split,
    /// A cell of another territory that it merged with is missing.
    Incomplete,
}

/// Why a mapping makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MappingFault {
    /// Neither a column of periods nor a fixed period, or both.
    Period,
    /// Neither a column of indicators nor a fixed indicator, or both.
    Indicator,
    /// A long layout without a column of values.
    Value,
    /// A wide layout without `[[wide]]`, or with what belongs to a long one.
    Wide,
    /// `[[wide]]` in a long layout.
    Long,
    /// A vintage to carry into that is unknown, or no later one.
    CarryTo,
    /// A generation other than 2015 and 2024.
    Generation,
    /// A column that the file has twice.
    ColumnTwice,
}

impl Issue {
    /// An issue about the whole file.
    #[must_use]
    pub fn new(code: IssueCode, detail: Detail) -> Self {
        Self { severity: code.severity(), code, line: None, column: None, subject: Box::default(), detail }
    }

    /// The same, at a line.
    #[must_use]
    pub fn at(self, line: impl Into<Option<u64>>) -> Self {
        Self { line: line.into(), ..self }
    }

    /// The same, in a column.
    #[must_use]
    pub fn within(self, column: &str) -> Self {
        Self { column: Some(column.to_owned()), ..self }
    }

    /// The same, about something.
    #[must_use]
    pub fn about(self, subject: Subject) -> Self {
        Self { subject: Box::new(subject), ..self }
    }
}
