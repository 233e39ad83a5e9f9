//! Dates and times as ISO 8601 text.

const DAY: i64 = 86_400_000_000_000;

/// The date that is this many days after 1970-01-01.
pub(crate) fn date(days: i64) -> String {
    // Days from the first of March of year 0, in eras of 400 years: leap days come last in a year
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The time of day that is this many nanoseconds after midnight.
pub(crate) fn time(nanoseconds: i64) -> String {
    let seconds = nanoseconds / 1_000_000_000;
    let whole = format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match nanoseconds % 1_000_000_000 {
        0 => whole,
        part => format!("{whole}.{part:09}").trim_end_matches('0').to_owned(),
    }
}

/// The moment that is this many units after 1970-01-01, `per_day` of which make a day.
pub(crate) fn moment(units: i64, per_day: i64) -> String {
    let (days, part) = (units.div_euclid(per_day), units.rem_euclid(per_day));
    format!("{}T{}", date(days), time(part * (DAY / per_day)))
}

#[cfg(test)]
mod tests {
    use super::{date, moment, time};

    #[test]
    fn days_are_counted_over_leap_years() {
        for (days, text) in [
            (0, "1970-01-01"),
            (59, "1970-03-01"),
            (789, "1972-02-29"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (-25_509, "1900-02-28"),
            (-25_508, "1900-03-01"),
            (-719_528, "0000-01-01"),
        ] {
            assert_eq!(date(days), text);
        }
    }

    #[test]
    fn times_have_no_more_digits_than_they_need() {
        assert_eq!(time(0), "00:00:00");
        assert_eq!(time(3_661_000_000_001), "01:01:01.000000001");
        assert_eq!(moment(-1, 1_000 * 86_400), "1969-12-31T23:59:59.999");
        assert!(!moment(i64::MIN, 86_400_000).is_empty());
    }
}
