//! Studies: drafted by partners, submitted, published by the operator, withdrawn. What a study says is held against what
//! it cites.

use entity::types::StudyStatus;

use super::CharterRefusal;

/// What is done with a study.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StudyAct {
    /// Its authors write it anew: what was submitted is a draft again.
    Revise,
    /// Its authors hand it to the operator.
    Submit,
    /// The operator reads it, and lets its group read it.
    Review,
    /// The operator publishes it.
    Publish,
    /// Its authors or the operator take it back, for good.
    Withdraw,
}

impl StudyAct {
    /// Every act.
    pub const ALL: [Self; 5] = [Self::Revise, Self::Submit, Self::Review, Self::Publish, Self::Withdraw];

    /// Where a study stands after the act.
    ///
    /// # Errors
    ///
    /// [`CharterRefusal::StudyState`].
    pub const fn after(self, status: StudyStatus) -> Result<StudyStatus, CharterRefusal> {
        match (self, status) {
            (Self::Revise, StudyStatus::Draft | StudyStatus::Submitted) => Ok(StudyStatus::Draft),
            (Self::Submit, StudyStatus::Draft) => Ok(StudyStatus::Submitted),
            (Self::Review, StudyStatus::Draft) => Ok(StudyStatus::Draft),
            (Self::Review, StudyStatus::Submitted) => Ok(StudyStatus::Submitted),
            (Self::Publish, StudyStatus::Submitted) => Ok(StudyStatus::Published),
            (Self::Withdraw, StudyStatus::Draft | StudyStatus::Submitted | StudyStatus::Published) => {
                Ok(StudyStatus::Withdrawn)
            }
            _ => Err(CharterRefusal::StudyState),
        }
    }
}

/// Numbers of a text that no cited figure shows, each as it is written: whoever publishes reads them again. The vault is
/// not asked: an answer that depends on what is withheld would tell it to whoever writes guesses.
///
/// A number is supported when a shown figure, rounded to as many decimals, is equal to it, or when it is the year of a
/// period that is cited. Digits of other scripts and numerals of other shapes never are. Words are not read.
#[must_use]
pub fn unsupported(text: &str, shown: &[f64], years: &[i32]) -> Vec<String> {
    let is_year = |number: &Written| years.iter().any(|year| number.written == year.to_string());
    let mut found: Vec<String> = numbers(text)
        .into_iter()
        .filter(|number| !shown.iter().any(|value| number.is(*value)) && !is_year(number))
        .map(|number| number.written)
        .chain(foreign_digits(text))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Numbers of a text, each once, as they are written.
#[must_use]
pub fn said(text: &str) -> Vec<String> {
    let written = numbers(text).into_iter().map(|number| number.written);
    let mut found: Vec<String> = written.chain(foreign_digits(text)).collect();
    found.sort();
    found.dedup();
    found
}

/// Runs of digits that are not 0 to 9: full width, raised, of another script, Roman numerals of their own.
fn foreign_digits(text: &str) -> impl Iterator<Item = String> {
    let foreign = |letter: char| letter.is_numeric() && !letter.is_ascii_digit();
    text.split(move |letter| !foreign(letter)).filter(|run| !run.is_empty()).map(str::to_owned)
}

/// A number of a text.
struct Written {
    written: String,
    amount: f64,
    decimals: i32,
}

impl Written {
    fn is(&self, value: f64) -> bool {
        let scale = 10_f64.powi(self.decimals);
        let (value, amount) = ((value.abs() * scale).round(), (self.amount * scale).round());
        (value - amount).abs() < HALF
    }
}

/// Whole numbers differ by more than this.
const HALF: f64 = 0.5;

/// Spaces that divide thousands.
const SPACES: [char; 3] = [' ', '\u{a0}', '\u{202f}'];

fn numbers(text: &str) -> Vec<Written> {
    let letters: Vec<char> = text.chars().collect();
    let digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
    let group = |at: usize| (at..at + 3).all(digit) && !digit(at + 3);
    let mut found = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        if !digit(at) {
            at += 1;
            continue;
        }
        let begins = at;
        while digit(at) {
            at += 1;
        }
        // Thousands only after one to three digits: "2024 120" are two numbers.
        if at - begins <= 3 {
            while letters.get(at).is_some_and(|space| SPACES.contains(space)) && group(at + 1) {
                at += 4;
            }
        }
        let mut plain: String = letters[begins..at].iter().filter(|letter| letter.is_ascii_digit()).collect();
        let mut decimals = 0;
        if letters.get(at).is_some_and(|mark| [',', '.'].contains(mark)) && digit(at + 1) {
            plain.push('.');
            at += 1;
            while digit(at) {
                plain.extend(letters.get(at));
                decimals += 1;
                at += 1;
            }
        }
        let written = letters[begins..at].iter().collect();
        found.extend(plain.parse().ok().map(|amount| Written { written, amount, decimals }));
    }
    found
}

#[cfg(test)]
mod tests {
    use entity::types::StudyStatus;

    use super::{CharterRefusal, StudyAct, unsupported};

    #[test]
    fn a_study_goes_from_draft_to_submitted_to_published_and_is_withdrawn_for_good() {
        use StudyStatus::{Draft, Published, Submitted, Withdrawn};
        let expected = [
            (Draft, [Some(Draft), Some(Submitted), Some(Draft), None, Some(Withdrawn)]),
            (Submitted, [Some(Draft), None, Some(Submitted), Some(Published), Some(Withdrawn)]),
            (Published, [None, None, None, None, Some(Withdrawn)]),
            (Withdrawn, [None, None, None, None, None]),
        ];
        for (status, after) in expected {
            for (act, after) in StudyAct::ALL.into_iter().zip(after) {
                assert_eq!(act.after(status), after.ok_or(CharterRefusal::StudyState), "{status:?} {act:?}");
            }
        }
    }

    #[test]
    fn numbers_are_read_as_the_french_write_them() {
        let shown = [1_234.0, 12.46, 57.0, -3.0];
        for text in [
            "1 234 foyers",
            "1\u{a0}234 foyers, soit 12,5 %",
            "1\u{202f}234 et 1234",
            "12.46 %, 12,5 % ou 12 %",
            "57\u{a0}%.",
            "une baisse de 3",
            "aucun nombre",
        ] {
            assert_eq!(unsupported(text, &shown, &[]), [""; 0], "{text}");
        }
        assert_eq!(unsupported("4 foyers sur 57, en 2024 120 ménages", &shown, &[]), ["120", "2024", "4"]);
        assert_eq!(unsupported("12,4 % et 12,47 %", &shown, &[]), ["12,4", "12,47"]);
        assert_eq!(unsupported("1 234 567", &shown, &[]), ["1 234 567"]);
        assert_eq!(unsupported("5,", &shown, &[]), ["5"]);
        assert_eq!(unsupported("57 foyers en 2023, 2 023 en 2022", &shown, &[2023]), ["2 023", "2022"]);
        for text in ["\u{ff15}\u{ff17}", "\u{665}\u{667}", "\u{2075}\u{2077}", "\u{1d7d3}", "\u{216b}", "½"]
        {
            assert_eq!(unsupported(&format!("{text} foyers"), &shown, &[]), [text]);
        }
    }
}
