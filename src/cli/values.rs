//! Days and instants of the command line; what is written otherwise is told the form that is expected.

use chrono::{DateTime, NaiveDate, Utc};

/// Reads a day.
pub fn day(text: &str) -> Result<NaiveDate, String> {
    let expected = "attendu : un jour, tel que 2026-11-01 / expected: a day such as 2026-11-01";
    text.trim().parse().ok().ok_or_else(|| expected.to_owned())
}

/// Reads an instant, with its offset from UTC.
pub fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    let expected = "attendu : un instant et son décalage, tel que 2026-12-01T09:00:00+01:00 / expected: an instant with its offset such as 2026-12-01T09:00:00+01:00";
    text.trim().parse().ok().ok_or_else(|| expected.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{day, instant};

    #[test]
    fn what_is_no_day_or_instant_is_told_what_is_expected() {
        assert!(day("2026-11-01").is_ok() && instant("2026-12-01T09:00:00+01:00").is_ok());
        for told in [day("hier").err(), instant("demain").err(), instant("2026-12-01").err()] {
            let told = told.unwrap_or_default();
            assert!(told.contains("attendu") && told.contains("expected"), "{told}");
        }
    }
}
