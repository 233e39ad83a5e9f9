//! Periods of a delivery: within the years that the observatory takes, and all of one year.

use chrono::NaiveDate;
use entity::types::{Period, PeriodKind};

use super::{
    issue::{Detail, Issue, IssueCode},
    nearest::{Shape, shaped},
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
        let name = shaped(text, Shape::Period);
        let detail = Detail::Unknown { name, nearest: Vec::new(), more: false };
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

/// Whether a period begins after a day: nobody can have counted it yet.
pub(super) fn is_ahead(period: Period, today: NaiveDate) -> bool {
    let month = match period.kind() {
        PeriodKind::Year => 1,
        PeriodKind::Quarter(quarter) => u32::from(quarter) * 3 - 2,
        PeriodKind::Month(month) => u32::from(month),
    };
    NaiveDate::from_ymd_opt(period.calendar_year(), month, 1).is_some_and(|begins| begins > today)
}

/// The generation of the priority neighbourhoods of a year.
pub(super) const fn generation(year: i32) -> i32 {
    if year < SECOND_GENERATION { 2015 } else { 2024 }
}
