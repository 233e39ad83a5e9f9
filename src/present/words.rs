//! Numbers, units and periods as French people print them, or English ones.

use entity::types::{Level, Period, PeriodKind, Purpose, Unit, Withheld};

use super::DerivedUnit;
use crate::{catalogue::Indicator, language::Language};

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

/// How figures are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Printing {
    /// Unit.
    pub unit: Unit,
    /// How many decimals.
    pub decimals: usize,
}

impl Printing {
    /// That of a unit.
    #[must_use]
    pub const fn of_unit(unit: Unit) -> Self {
        Self { unit, decimals: decimals(unit) }
    }

    /// That of an indicator: with the decimals that it is published with.
    #[must_use]
    pub fn of(indicator: &Indicator) -> Self {
        let unit = indicator.unit;
        Self { unit, decimals: indicator.decimals.unwrap_or(decimals(unit)) }
    }

    /// The least that figures differ by, as they are printed.
    #[must_use]
    pub fn finest(self) -> f64 {
        10_f64.powi(-i32::try_from(self.decimals).unwrap_or_default())
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

/// How many, as it is printed: `12 345`, `12,345`.
#[must_use]
pub fn count(count: usize, language: Language) -> String {
    number(f64::from(u32::try_from(count).unwrap_or(u32::MAX)), 0, language)
}

/// A figure with the sign of its unit where there is one: `12,5 %`, `21 340 €`.
#[must_use]
pub fn figure(value: f64, printing: Printing, language: Language) -> String {
    let number = number(value, printing.decimals, language);
    match (printing.unit, language) {
        (Unit::Percent, Language::French) => format!("{number}{NO_BREAK_SPACE}%"),
        (Unit::Percent, Language::English) => format!("{number}%"),
        (Unit::PerThousand, Language::French) => format!("{number}{NO_BREAK_SPACE}‰"),
        (Unit::PerThousand, Language::English) => format!("{number}‰"),
        (Unit::Euro, Language::French) => format!("{number}{NO_BREAK_SPACE}€"),
        // The sign of what is below nothing stands before that of the currency.
        (Unit::Euro, Language::English) => match number.strip_prefix(MINUS) {
            Some(number) => format!("{MINUS}€{number}"),
            None => format!("€{number}"),
        },
        _ => number,
    }
}

/// A number that was worked out, with the sign of its unit: `3,2 points` of per cent. A difference between figures has their
/// decimals, where they are given.
#[must_use]
pub fn derived(value: f64, unit: DerivedUnit, places: Option<usize>, language: Language) -> String {
    match unit {
        DerivedUnit::Plain(unit) => {
            let decimals = places.unwrap_or(decimals(unit));
            figure(value, Printing { unit, decimals }, language)
        }
        DerivedUnit::PercentagePoints => {
            let decimals = places.unwrap_or(decimals(Unit::Percent));
            let number = number(value, decimals, language);
            // As it is printed: 1,9 is singular in French.
            let scale = 10_f64.powi(i32::try_from(decimals).unwrap_or_default());
            let is_one = language == Language::French && (value.abs() * scale).round() / scale < 2.0;
            let word = if is_one { "point" } else { "points" };
            format!("{number}{NO_BREAK_SPACE}{word}")
        }
    }
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

/// A purpose in words, as it stands in a sentence.
#[must_use]
pub const fn purpose(purpose: Purpose, language: Language) -> &'static str {
    match purpose {
        Purpose::NeedsAnalysis => language.pick("analyse des besoins sociaux", "analysis of social needs"),
        Purpose::UrbanPolicy => language.pick("politique de la ville", "urban policy"),
        Purpose::ThematicStudy => language.pick("étude thématique", "thematic study"),
    }
}

/// A level of territory in words.
#[must_use]
pub const fn level(level: Level, language: Language) -> &'static str {
    match level {
        Level::Country => language.pick("Pays", "Country"),
        Level::Region => language.pick("Région", "Region"),
        Level::Department => language.pick("Département", "Department"),
        Level::Agglomeration => language.pick("Intercommunalité", "Group of communes"),
        Level::Commune => language.pick("Commune", "Commune"),
        Level::Iris => language.pick("IRIS", "IRIS"),
        Level::PriorityNeighbourhood => language.pick("Quartier prioritaire", "Priority neighbourhood"),
        Level::Remainder => language.pick("Hors quartier prioritaire", "Outside priority neighbourhoods"),
        Level::Zone => language.pick("Zone", "Zone"),
    }
}

/// Why a value is not shown, in so few words that they stand in a cell beside it.
#[must_use]
pub const fn withheld(reason: Withheld, language: Language) -> &'static str {
    match reason {
        Withheld::StatisticalSecrecy => language.pick("Secret statistique", "Statistical secrecy"),
        Withheld::OutOfScope => language.pick("Hors de votre périmètre", "Out of your scope"),
        Withheld::CharterNotSigned => language.pick("Charte non signée", "Charter not signed"),
        Withheld::NoReferent => language.pick("Pas de référent en exercice", "No current referent"),
        Withheld::PurposeNotDeclared => language.pick("Finalité non déclarée", "Purpose not declared"),
        Withheld::NoAgreement => language.pick("Ni convention ni accord", "No agreement or grant"),
        Withheld::TrainingMissing => language.pick("Formation manquante", "Training missing"),
        Withheld::Embargo => language.pick("Sous embargo", "Under embargo"),
        Withheld::NotCollected => language.pick("Non collecté", "Not collected"),
        Withheld::NotApplicable => language.pick("Sans objet", "Not applicable"),
        Withheld::NotSignificant => language.pick("Non significatif", "Not significant"),
    }
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

/// Periods as one says which: `2015–2023` where none between is missing, else both, or how many from when to when.
#[must_use]
pub fn periods(all: &[Period], language: Language) -> String {
    let mut sorted = all.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let in_a_row = sorted.windows(2).all(|pair| pair[0].following() == Some(pair[1]));
    let said = |at: &Period| period(*at, language);
    match (sorted.as_slice(), language) {
        ([], _) => String::new(),
        ([only], _) => said(only),
        ([first, .., last], _) if in_a_row => format!("{}–{}", said(first), said(last)),
        ([first, last], Language::French) => format!("{} et {}", said(first), said(last)),
        ([first, last], Language::English) => format!("{} and {}", said(first), said(last)),
        ([first, .., last], Language::French) => {
            // « du 1er trimestre au 3e », but « de 2015 à 2024 » and « d’avril à juin ».
            let from = match first.kind() {
                PeriodKind::Quarter(_) => "du ",
                PeriodKind::Month(4 | 8 | 10) => "d’",
                PeriodKind::Year | PeriodKind::Month(_) => "de ",
            };
            let to = if matches!(last.kind(), PeriodKind::Quarter(_)) { "au" } else { "à" };
            format!("{}\u{a0}périodes {from}{} {to} {}", sorted.len(), said(first), said(last))
        }
        ([first, .., last], Language::English) => {
            format!("{}\u{a0}periods from {} to {}", sorted.len(), said(first), said(last))
        }
    }
}

/// From the least of some values to the greatest, each with where it is; none of no value.
#[must_use]
pub fn span(values: &[(f64, String)], printing: Printing, language: Language) -> Option<String> {
    let said = |(value, place): &(f64, String)| {
        let figure = figure(*value, printing, language);
        if place.is_empty() { figure } else { format!("{figure} ({place})") }
    };
    let by_value = |(a, _): &&(f64, String), (b, _): &&(f64, String)| a.total_cmp(b);
    let (least, greatest) = (values.iter().min_by(by_value)?, values.iter().max_by(by_value)?);
    Some(match (values, language) {
        ([only], _) => said(only),
        (_, Language::French) => format!("de {} à {}", said(least), said(greatest)),
        (_, Language::English) => format!("from {} to {}", said(least), said(greatest)),
    })
}

/// What stands between the members of a list that have commas themselves.
#[must_use]
pub const fn between(language: Language) -> &'static str {
    language.pick("\u{202f}; ", "; ")
}

/// Whether a word stands in the plural after a count: from two on in French, after all but one in English.
#[must_use]
pub const fn is_plural(count: usize, language: Language) -> bool {
    match language {
        Language::French => count > 1,
        Language::English => count != 1,
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
    use std::collections::BTreeSet;

    use entity::types::{Level, Period, Purpose, Unit, Withheld};

    use super::{
        Printing, count, derived, figure, is_plural, level, number, period, periods, purpose, span, withheld,
    };
    use crate::{
        language::Language::{English, French},
        present::{
            DerivedUnit,
            tests::fixture::{LONG_TERM, material},
        },
    };

    const fn of(unit: Unit) -> Printing {
        Printing::of_unit(unit)
    }

    #[test]
    fn figures_have_the_decimals_that_they_are_published_with() {
        let whole = Printing { unit: Unit::Percent, decimals: 0 };
        let mut indicator = material().catalogue.indicator_by_id(LONG_TERM).unwrap().clone();
        assert_eq!(Printing::of(&indicator), of(Unit::Percent));
        indicator.decimals = Some(0);
        assert_eq!(Printing::of(&indicator), whole);
        assert_eq!(figure(28.0, whole, French), "28\u{a0}%");
        assert_eq!((whole.finest(), of(Unit::Percent).finest()), (1.0, 0.1));
        let points = |value, places| derived(value, DerivedUnit::PercentagePoints, places, French);
        assert_eq!(points(13.0, Some(0)), "13\u{a0}points");
        assert_eq!(points(1.0, Some(0)), "1\u{a0}point");
        assert_eq!(points(1.94, None), "1,9\u{a0}point");
        assert_eq!(points(1.96, None), "2,0\u{a0}points");
    }

    #[test]
    fn numbers_are_printed_as_people_read_them() {
        assert_eq!(number(1_234_567.891, 1, French), "1\u{202f}234\u{202f}567,9");
        assert_eq!(number(1_234_567.891, 1, English), "1,234,567.9");
        assert_eq!(number(-12.0, 0, French), "\u{2212}12");
        assert_eq!(number(-0.04, 1, French), "0,0", "no minus before nothing");
        assert_eq!(number(999.0, 0, French), "999");
        assert_eq!(number(-1.25, 1, French), "\u{2212}1,3");
        assert_eq!(figure(12.54, of(Unit::Percent), French), "12,5\u{a0}%");
        assert_eq!(figure(21_340.0, of(Unit::Euro), English), "€21,340");
        assert_eq!(figure(-5_150.0, of(Unit::Euro), English), "\u{2212}€5,150");
        assert_eq!(
            (count(20_000, French), count(20_000, English)),
            ("20\u{202f}000".to_owned(), "20,000".to_owned())
        );
        assert_eq!(figure(159_941.0, of(Unit::Persons), French), "159\u{202f}941");
    }

    #[test]
    fn periods_are_printed_as_people_say_them() {
        let read = |text| Period::parse(text).unwrap();
        assert_eq!(period(read("2021-Q1"), French), "1er trimestre 2021");
        assert_eq!(period(read("2021-Q3"), French), "3e trimestre 2021");
        assert_eq!(period(read("2021-08"), French), "août 2021");
        assert_eq!(period(read("2021-08"), English), "August 2021");
    }

    #[test]
    fn only_periods_in_a_row_are_said_with_a_dash() {
        let said = |texts: &[&str], language| {
            let all: Vec<Period> = texts.iter().map(|text| Period::parse(text).unwrap()).collect();
            periods(&all, language)
        };
        assert_eq!(said(&[], French), "");
        assert_eq!(said(&["2015", "2015"], French), "2015");
        assert_eq!(said(&["2016", "2015"], French), "2015–2016");
        assert_eq!(said(&["2024", "2015"], French), "2015 et 2024");
        assert_eq!(said(&["2024", "2015"], English), "2015 and 2024");
        assert_eq!(said(&["2015", "2016", "2017"], English), "2015–2017");
        assert_eq!(said(&["2015", "2016", "2024"], French), "3\u{a0}périodes de 2015 à 2024");
        assert_eq!(said(&["2015", "2016", "2024"], English), "3\u{a0}periods from 2015 to 2024");
        assert_eq!(
            said(&["2021-Q1", "2021-Q2", "2022-Q4"], French),
            "3\u{a0}périodes du 1er trimestre 2021 au 4e trimestre 2022"
        );
        assert_eq!(
            said(&["2021-08", "2021-09", "2022-10"], French),
            "3\u{a0}périodes d’août 2021 à octobre 2022"
        );
        assert_eq!(said(&["2021-Q4", "2022-Q1"], English), "Q4 2021–Q1 2022");
    }

    #[test]
    fn a_span_says_where_its_ends_are() {
        let values = |of: &[(f64, &str)]| -> Vec<(f64, String)> {
            of.iter().map(|(value, place)| (*value, (*place).to_owned())).collect()
        };
        let three = values(&[(8.0, "Daix"), (6.0, "Ahuy"), (7.0, "Ouges")]);
        let said = span(&three, of(Unit::Percent), French);
        assert_eq!(said.as_deref(), Some("de 6,0\u{a0}% (Ahuy) à 8,0\u{a0}% (Daix)"));
        assert_eq!(span(&values(&[(5.0, "")]), of(Unit::Count), English).as_deref(), Some("5"));
        assert_eq!(span(&[], of(Unit::Count), English), None);
    }

    #[test]
    fn vocabularies_have_words_for_people() {
        for language in [French, English] {
            let mut said: Vec<&str> =
                Withheld::ALL.iter().map(|reason| withheld(*reason, language)).collect();
            said.extend(Purpose::ALL.iter().map(|word| purpose(*word, language)));
            said.extend(Level::ALL.iter().map(|word| level(*word, language)));
            assert!(said.iter().all(|words| !words.contains('_') && *words == words.trim()), "{said:?}");
            assert_eq!(said.iter().collect::<BTreeSet<_>>().len(), said.len(), "two mean the same: {said:?}");
        }
    }

    #[test]
    fn nothing_and_one_are_singular_in_french() {
        assert_eq!([0, 1, 2].map(|count| is_plural(count, French)), [false, false, true]);
        assert_eq!([0, 1, 2].map(|count| is_plural(count, English)), [true, false, true]);
    }
}
