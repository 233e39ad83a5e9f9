//! Periods of a delivery: within the years that the observatory takes, and all of one year.

use entity::types::Period;

use super::{
    issue::{Detail, Issue, IssueCode},
    nearest::quotable,
};

/// Years that are taken.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2035;
/// First year of the priority neighbourhoods of 2024.
const SECOND_GENERATION: i32 = 2024;

/// Reads a period.
///
/// # Errors
///
/// [`IssueCode::UnknownPeriod`] for a malformed one, or one out of range.
pub(super) fn read(text: &str) -> Result<Period, Issue> {
    let read = Period::parse(text.trim()).ok().filter(|period| YEARS.contains(&period.calendar_year()));
    read.ok_or_else(|| {
        let detail = Detail::Unknown { name: quotable(text), nearest: Vec::new() };
        Issue::new(IssueCode::UnknownPeriod, detail)
    })
}

/// Holds a period against the year of the release.
///
/// # Errors
///
/// [`IssueCode::PeriodOutsideRelease`] for one of another year.
pub(super) fn of_release(period: Period, release: i32) -> Result<Period, Issue> {
    let inside = period.calendar_year() == release;
    inside
        .then_some(period)
        .ok_or_else(|| Issue::new(IssueCode::PeriodOutsideRelease, Detail::Year { release }))
}

/// The generation of the priority neighbourhoods of a year.
pub(super) const fn generation(year: i32) -> i32 {
    if year < SECOND_GENERATION { 2015 } else { 2024 }
}
