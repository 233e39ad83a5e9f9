//! Vintages: the geography of 1 January of a year.

use chrono::{Datelike, NaiveDate};

use super::Territory;

/// First year whose geography the observatory knows.
pub const FIRST_VINTAGE: i32 = 2019;
/// Last year whose geography the observatory knows; later days are answered with it.
pub const LAST_VINTAGE: i32 = 2026;

/// The geography of 1 January of a year, among those that the observatory knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Vintage(i32);

/// A day or year before the first vintage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the observatory's geography starts on 1 January {FIRST_VINTAGE}")]
pub struct VintageUnknown;

impl Vintage {
    /// The latest vintage.
    pub const LATEST: Self = Self(LAST_VINTAGE);
    /// The earliest that is known.
    pub const EARLIEST: Self = Self(FIRST_VINTAGE);

    /// The vintage of a year.
    ///
    /// # Errors
    ///
    /// [`VintageUnknown`] outside of what the observatory knows.
    pub fn of_year(year: i32) -> Result<Self, VintageUnknown> {
        (FIRST_VINTAGE..=LAST_VINTAGE).contains(&year).then_some(Self(year)).ok_or(VintageUnknown)
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.0
    }

    /// Its 1 January.
    #[must_use]
    pub fn day(self) -> NaiveDate {
        NaiveDate::from_yo_opt(self.0, 1).unwrap_or_default()
    }

    /// The vintage in which a version that is valid on `day` is seen: that of the day's year when the
    /// version was there on its 1 January, else the first in which it was.
    ///
    /// # Errors
    ///
    /// [`VintageUnknown`] before the first vintage.
    pub fn seen_on(day: NaiveDate, territory: &Territory) -> Result<Self, VintageUnknown> {
        if day.year() < FIRST_VINTAGE {
            return Err(VintageUnknown);
        }
        let year = Self(day.year().min(LAST_VINTAGE));
        Ok(if territory.exists_in(year) { year } else { territory.last_vintage() })
    }
}
