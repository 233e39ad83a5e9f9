//! Periods as in ISO 8601, reduced precision: a year, a quarter, a month.

/// A text that is not a period.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("« {text} » n’est pas une période : attendu AAAA, AAAA-Qn ou AAAA-MM")]
pub struct InvalidPeriod {
    /// What was read, cut to 40 characters.
    pub text: String,
}

/// How long a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeriodKind {
    /// A calendar year.
    Year,
    /// A quarter, 1 to 4.
    Quarter(u8),
    /// A month, 1 to 12.
    Month(u8),
}

/// A year between 1800 and 2200, or one of its quarters or months.
///
/// Kept as one number, year × 100 + part (0 the year, 1–4 quarters, 21–32 months), so that
/// a year sorts before its quarters and those before its months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sea_orm::DeriveValueType)]
pub struct Period(i32);

impl Period {
    /// The earliest period that there is.
    pub const EARLIEST: Self = Self(180_000);

    /// The year itself.
    ///
    /// # Errors
    ///
    /// [`InvalidPeriod`] outside 1800–2200.
    pub fn year(year: i32) -> Result<Self, InvalidPeriod> {
        Self::new(year, PeriodKind::Year)
    }

    /// A period of a year.
    ///
    /// # Errors
    ///
    /// [`InvalidPeriod`] when the year or the part is out of range.
    pub fn new(year: i32, kind: PeriodKind) -> Result<Self, InvalidPeriod> {
        let part = match kind {
            PeriodKind::Year => Some(0),
            PeriodKind::Quarter(quarter @ 1..=4) => Some(i32::from(quarter)),
            PeriodKind::Month(month @ 1..=12) => Some(20 + i32::from(month)),
            PeriodKind::Quarter(_) | PeriodKind::Month(_) => None,
        };
        match part {
            Some(part) if (1800..=2200).contains(&year) => Ok(Self(year * 100 + part)),
            _ => Err(InvalidPeriod { text: year.to_string() }),
        }
    }

    /// Reads `2021`, `2021-Q3` or `2021-07`.
    ///
    /// # Errors
    ///
    /// [`InvalidPeriod`] for anything else.
    pub fn parse(text: &str) -> Result<Self, InvalidPeriod> {
        let invalid = || InvalidPeriod { text: text.chars().take(40).collect() };
        let digits = |part: &str, length: usize| {
            (part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))
                .then(|| part.parse::<i32>().ok())
                .flatten()
                .ok_or_else(invalid)
        };
        let (year, kind) = match text.split_once('-') {
            None => (digits(text, 4)?, PeriodKind::Year),
            Some((year, part)) => match part.strip_prefix('Q') {
                Some(quarter) => (digits(year, 4)?, PeriodKind::Quarter(digits(quarter, 1)? as u8)),
                None => (digits(year, 4)?, PeriodKind::Month(digits(part, 2)? as u8)),
            },
        };
        Self::new(year, kind).ok().ok_or_else(invalid)
    }

    /// The calendar year that the period is, or belongs to.
    #[must_use]
    pub const fn calendar_year(self) -> i32 {
        self.0 / 100
    }

    /// The period of the same length that follows; none after the last year that there is.
    #[must_use]
    pub fn following(self) -> Option<Self> {
        let year = self.calendar_year();
        let (year, kind) = match self.kind() {
            PeriodKind::Year => (year + 1, PeriodKind::Year),
            PeriodKind::Quarter(4) => (year + 1, PeriodKind::Quarter(1)),
            PeriodKind::Quarter(quarter) => (year, PeriodKind::Quarter(quarter + 1)),
            PeriodKind::Month(12) => (year + 1, PeriodKind::Month(1)),
            PeriodKind::Month(month) => (year, PeriodKind::Month(month + 1)),
        };
        Self::new(year, kind).ok()
    }

    /// How long the period is.
    #[must_use]
    pub const fn kind(self) -> PeriodKind {
        match (self.0 % 100) as u8 {
            0 => PeriodKind::Year,
            quarter @ 1..=4 => PeriodKind::Quarter(quarter),
            month => PeriodKind::Month(month - 20),
        }
    }

    /// The period that a [`number`](Self::number) stands for.
    #[must_use]
    pub fn from_number(number: i32) -> Option<Self> {
        let kind = match (number % 100) as u8 {
            0 => PeriodKind::Year,
            quarter @ 1..=4 => PeriodKind::Quarter(quarter),
            month @ 21..=32 => PeriodKind::Month(month - 20),
            _ => return None,
        };
        Self::new(number / 100, kind).ok()
    }

    /// The sortable number that stands for the period in the database and in cursors.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }

    /// Its first and its last month, counted from January of the year 0.
    #[must_use]
    pub const fn months(self) -> (i32, i32) {
        let january = self.calendar_year() * 12;
        match self.kind() {
            PeriodKind::Year => (january, january + 11),
            PeriodKind::Quarter(quarter) => {
                let last = january + quarter as i32 * 3 - 1;
                (last - 2, last)
            }
            PeriodKind::Month(month) => (january + month as i32 - 1, january + month as i32 - 1),
        }
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.kind() {
            PeriodKind::Year => write!(formatter, "{:04}", self.calendar_year()),
            PeriodKind::Quarter(quarter) => write!(formatter, "{:04}-Q{quarter}", self.calendar_year()),
            PeriodKind::Month(month) => write!(formatter, "{:04}-{month:02}", self.calendar_year()),
        }
    }
}

impl std::str::FromStr for Period {
    type Err = InvalidPeriod;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl<'de> serde::Deserialize<'de> for Period {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Period;

    #[test]
    fn a_period_reads_back_as_it_was_written() {
        for text in ["2021", "2021-Q3", "2021-07", "1999-12"] {
            assert_eq!(Period::parse(text).map(|period| period.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn a_malformed_period_is_refused() {
        for text in [
            "",
            "21",
            "2021-Q5",
            "2021-Q0",
            "2021-13",
            "2021-00",
            "2021-7",
            "2021Q3",
            "+021",
            "2021-Q",
            "9999",
            "２０２１",
        ] {
            assert!(Period::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_year_sorts_before_its_quarters() {
        assert!(Period::parse("2021").ok() < Period::parse("2021-Q1").ok());
    }

    #[test]
    fn periods_of_any_length_are_measured_in_months() {
        let months = |text| Period::parse(text).map(Period::months);
        assert_eq!(months("2021"), Ok((2021 * 12, 2021 * 12 + 11)));
        assert_eq!(months("2021-Q1"), Ok((2021 * 12, 2021 * 12 + 2)));
        assert_eq!(months("2021-Q4"), Ok((2021 * 12 + 9, 2021 * 12 + 11)));
        assert_eq!(months("2021-12"), Ok((2021 * 12 + 11, 2021 * 12 + 11)));
    }
}
