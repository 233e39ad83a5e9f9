//! Numbers, units and periods as French people print them, or English ones.

use entity::types::{Period, PeriodKind, Unit};

use crate::language::Language;

/// Between thousands in French: a narrow space that does not break.
const NARROW_SPACE: char = '\u{202f}';
/// Before a per cent sign in French.
const NO_BREAK_SPACE: char = '\u{a0}';
/// U+2212, as wide as a plus; a hyphen is no minus.
const MINUS: char = '\u{2212}';

/// How many decimals figures of a unit are printed with.
#[must_use]
pub const fn decimals(unit: Unit) -> usize {
    match unit {
        Unit::Persons | Unit::Households | Unit::Dwellings | Unit::Euro | Unit::Count => 0,
        Unit::Percent | Unit::PerThousand | Unit::Index => 1,
        Unit::Ratio => 2,
    }
}

/// A number with so many decimals: `1 234,5` with a narrow space, or `1,234.5`.
#[must_use]
pub fn number(value: f64, decimals: usize, language: Language) -> String {
    // Halves are rounded away from nothing, as people and spreadsheets do.
    let scale = 10_f64.powi(i32::try_from(decimals).unwrap_or_default());
    let text = format!("{:.decimals$}", (value.abs() * scale).round() / scale);
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let (thousands, point) = match language {
        Language::French => (NARROW_SPACE, ','),
        Language::English => (',', '.'),
    };
    let mut written = String::new();
    if value < 0.0 && text.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
        written.push(MINUS);
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            written.push(thousands);
        }
        written.push(digit);
    }
    if !fraction.is_empty() {
        written.push(point);
        written.push_str(fraction);
    }
    written
}

/// A figure with the sign of its unit where there is one: `12,5 %`, `21 340 €`.
#[must_use]
pub fn figure(value: f64, unit: Unit, language: Language) -> String {
    let number = number(value, decimals(unit), language);
    match (unit, language) {
        (Unit::Percent, Language::French) => format!("{number}{NO_BREAK_SPACE}%"),
        (Unit::Percent, Language::English) => format!("{number}%"),
        (Unit::PerThousand, Language::French) => format!("{number}{NO_BREAK_SPACE}‰"),
        (Unit::PerThousand, Language::English) => format!("{number}‰"),
        (Unit::Euro, Language::French) => format!("{number}{NO_BREAK_SPACE}€"),
        (Unit::Euro, Language::English) => format!("€{number}"),
        _ => number,
    }
}

/// A number that was worked out, with the sign of its unit.
#[must_use]
pub fn derived(value: f64, unit: Unit, language: Language) -> String {
    figure(value, unit, language)
}

/// A unit in words, as it stands beside an axis or under a title; nothing for a number without a unit.
#[must_use]
pub const fn unit(unit: Unit, language: Language) -> Option<&'static str> {
    Some(match unit {
        Unit::Persons => language.pick("personnes", "persons"),
        Unit::Households => language.pick("ménages", "households"),
        Unit::Dwellings => language.pick("logements", "dwellings"),
        Unit::Euro => language.pick("euros", "euros"),
        Unit::Percent => "%",
        Unit::PerThousand => "‰",
        Unit::Index => language.pick("indice", "index"),
        Unit::Ratio => language.pick("rapport", "ratio"),
        Unit::Count => language.pick("nombre", "number"),
    })
}

/// A period as it is printed: `2021`, `3e trimestre 2021`, `juillet 2021`.
#[must_use]
pub fn period(period: Period, language: Language) -> String {
    let year = period.calendar_year();
    match (period.kind(), language) {
        (PeriodKind::Year, _) => year.to_string(),
        (PeriodKind::Quarter(1), Language::French) => format!("1er trimestre {year}"),
        (PeriodKind::Quarter(quarter), Language::French) => format!("{quarter}e trimestre {year}"),
        (PeriodKind::Quarter(quarter), Language::English) => format!("Q{quarter} {year}"),
        (PeriodKind::Month(month), _) => format!("{} {year}", month_name(month, language)),
    }
}

/// A range of periods, or one of them: `2015-2023` with a dash.
#[must_use]
pub fn periods(all: &[Period], language: Language) -> String {
    match (all.iter().min(), all.iter().max()) {
        (Some(first), Some(last)) if first != last => {
            format!("{}–{}", period(*first, language), period(*last, language))
        }
        (Some(only), _) => period(*only, language),
        _ => String::new(),
    }
}

const fn month_name(month: u8, language: Language) -> &'static str {
    match month {
        1 => language.pick("janvier", "January"),
        2 => language.pick("février", "February"),
        3 => language.pick("mars", "March"),
        4 => language.pick("avril", "April"),
        5 => language.pick("mai", "May"),
        6 => language.pick("juin", "June"),
        7 => language.pick("juillet", "July"),
        8 => language.pick("août", "August"),
        9 => language.pick("septembre", "September"),
        10 => language.pick("octobre", "October"),
        11 => language.pick("novembre", "November"),
        _ => language.pick("décembre", "December"),
    }
}

#[cfg(test)]
mod tests {
    use entity::types::{Period, Unit};

    use super::{figure, number, period, periods};
    use crate::language::Language::{English, French};

    #[test]
    fn numbers_are_printed_as_people_read_them() {
        assert_eq!(number(1_234_567.891, 1, French), "1\u{202f}234\u{202f}567,9");
        assert_eq!(number(1_234_567.891, 1, English), "1,234,567.9");
        assert_eq!(number(-12.0, 0, French), "\u{2212}12");
        assert_eq!(number(-0.04, 1, French), "0,0", "no minus before nothing");
        assert_eq!(number(999.0, 0, French), "999");
        assert_eq!(number(-1.25, 1, French), "\u{2212}1,3");
        assert_eq!(figure(12.54, Unit::Percent, French), "12,5\u{a0}%");
        assert_eq!(figure(21_340.0, Unit::Euro, English), "€21,340");
        assert_eq!(figure(159_941.0, Unit::Persons, French), "159\u{202f}941");
    }

    #[test]
    fn periods_are_printed_as_people_say_them() {
        let read = |text| Period::parse(text).unwrap();
        assert_eq!(period(read("2021-Q1"), French), "1er trimestre 2021");
        assert_eq!(period(read("2021-Q3"), French), "3e trimestre 2021");
        assert_eq!(period(read("2021-08"), French), "août 2021");
        assert_eq!(period(read("2021-08"), English), "August 2021");
        assert_eq!(periods(&[read("2023"), read("2015")], French), "2015–2023");
    }
}
