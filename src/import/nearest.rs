//! The names that come nearest to one that is not known.

/// How many names are suggested.
const SUGGESTED: usize = 3;
/// The longest name that is quoted.
const LONGEST: usize = 40;

/// The names that come nearest, at most three, as far as they come near at all.
pub(super) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let wanted: Vec<char> = name.to_uppercase().chars().take(LONGEST).collect();
    let bound = (wanted.len() / 2).max(1);
    let mut near: Vec<(usize, &str)> = known
        .into_iter()
        .filter(|other| other.len().abs_diff(wanted.len()) <= bound + LONGEST / 4)
        .map(|other| (distance(&wanted, &other.to_uppercase().chars().collect::<Vec<_>>()), other))
        .filter(|(distance, _)| *distance <= bound)
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(SUGGESTED).map(|(_, other)| other.to_owned()).collect()
}

/// How many letters must be put in, taken out or changed.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, letter) in (1..).zip(one) {
        let mut last = above;
        let mut next = Vec::with_capacity(row.len());
        next.push(above);
        for (pair, candidate) in row.windows(2).zip(other) {
            let (diagonal, over) = (pair.first().copied(), pair.last().copied());
            let changed = diagonal.unwrap_or_default() + usize::from(letter != candidate);
            last = changed.min(over.unwrap_or_default() + 1).min(last + 1);
            next.push(last);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

/// A text of the file as a name that may be quoted: never one that reads as a value, with a unit or without, which
/// a shifted or swapped column would otherwise bring into a message.
pub(super) fn quotable(text: &str) -> Option<String> {
    let text = text.trim();
    let quoted = delivery_reader::value(text).is_err() && !is_amount(text);
    quoted.then(|| text.chars().filter(|letter| !letter.is_control()).take(LONGEST).collect())
}

/// A kind of code, by its shape. A word of the file is quoted only where it has the shape of the code that its column
/// should hold: any other word may be a value or somebody's name in a shifted column.
#[derive(Clone, Copy)]
pub(super) enum Shape<'a> {
    /// Five digits or more with a few capitals, such as `21231X009`, `QN21X001`, or a part; never digits alone, which a
    /// count has too.
    Territory,
    /// The letters of an indicator that is known and one or two digits.
    Indicator(&'a [&'a str]),
    /// A year of this century and a part of it, such as `2024-13`.
    Period,
}

/// A word of the file, where it has the shape of a code.
pub(super) fn shaped(text: &str, shape: Shape<'_>) -> Option<String> {
    let text = text.trim();
    let count = |test: fn(&char) -> bool| text.chars().filter(test).count();
    let (digits, capitals) = (count(char::is_ascii_digit), count(char::is_ascii_uppercase));
    let fits = match shape {
        Shape::Territory => {
            let others = text.chars().all(|letter| letter.is_ascii_alphanumeric() || "/-".contains(letter));
            let capital = text.chars().filter(char::is_ascii_alphabetic).count() == capitals;
            let begins = text.starts_with(|first: char| first.is_ascii_digit())
                || ["QN", "QP"].iter().any(|prefix| text.starts_with(prefix));
            let corsican = text.starts_with("2A") || text.starts_with("2B");
            let enough = digits >= 5 || (corsican && digits == 4);
            others && capital && begins && enough && (1..=4).contains(&capitals)
        }
        Shape::Indicator(known) => {
            let letters: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
            let upper = letters.to_ascii_uppercase();
            let rest = text.len() - letters.len();
            letters.len() == 3
                && (1..=2).contains(&rest)
                && digits == rest
                && known.iter().any(|code| code.starts_with(&upper))
        }
        Shape::Period => {
            let part =
                text.strip_prefix("20").map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
            part.is_some_and(|part| {
                let numbered = part.trim_start_matches(['-', '/', 'Q', 'T', 'M']);
                text.len() <= LONGEST_PERIOD
                    && numbered.len() < part.len()
                    && numbered.len() <= 2
                    && numbered.chars().all(|letter| letter.is_ascii_digit())
            })
        }
    };
    (fits && text.len() <= LONGEST).then(|| text.to_owned())
}

/// The longest text that is quoted as a period, `2024-Q12`.
const LONGEST_PERIOD: usize = 8;

/// Whether a text is a number with a word or sign after it (`12 foyers`, `8 %`): codes go on with a capital, a dash
/// or an underscore (`21231X001`, `25_39`), and ages say that they are ages.
fn is_amount(text: &str) -> bool {
    let part_of_number =
        |letter: char| letter.is_ascii_digit() || letter.is_whitespace() || ".,+".contains(letter);
    let rest = text.trim_start_matches('-').trim_start_matches(part_of_number);
    let numeric = text.trim_start_matches(['-', '+']).starts_with(|letter: char| letter.is_ascii_digit());
    // A part is an IRIS or a commune and a neighbourhood: nobody's fraction or pair of numbers.
    let part = rest.split_once('/').is_some_and(|(_, after)| after.starts_with(char::is_uppercase));
    let code = rest.starts_with(|letter: char| letter.is_uppercase() || "_-".contains(letter)) || part;
    let pair = text.contains('/')
        && !text.split('/').next_back().is_some_and(|last| last.starts_with(char::is_uppercase));
    // `<5`, `(12)`, `n12`: a number with something before it.
    let marked = text.starts_with(|letter: char| !letter.is_alphanumeric() || letter.is_lowercase())
        && text.contains(|letter: char| letter.is_ascii_digit());
    marked || pair || (numeric && !code && !rest.starts_with("ans") && !rest.starts_with('à'))
}

#[cfg(test)]
mod tests {
    use super::{Shape, distance, nearest, quotable, shaped};

    #[test]
    fn near_names_come_first_and_far_ones_not_at_all() {
        let known = ["PRE01", "PRE03", "EMP02", "LOG06"];
        assert_eq!(nearest("PRE1", known), ["PRE01", "PRE03"]);
        assert_eq!(nearest("pre03", known).first().map(String::as_str), Some("PRE03"));
        assert!(nearest("ZZZZZZ", known).is_empty());
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        assert_eq!(distance(&letters("chien"), &letters("niche")), 4);
    }

    #[test]
    fn words_of_the_file_are_quoted_only_where_they_have_the_shape_of_a_code() {
        let indicator = Shape::Indicator(&["PRE01", "EMP02"]);
        for (text, shape) in [
            ("21231X009", Shape::Territory),
            ("212310101/QN02101M", Shape::Territory),
            ("QN21X009", Shape::Territory),
            ("2A0041", Shape::Territory),
            ("21231-HQ15", Shape::Territory),
            ("PRE99", indicator),
            ("pre1", indicator),
            ("2024-13", Shape::Period),
            ("2024-Q5", Shape::Period),
            ("2024T1", Shape::Period),
        ] {
            assert_eq!(shaped(text, shape).as_deref(), Some(text));
        }
        for text in [
            "12345",
            "123456789",
            "3 FOYERS",
            "4 Hommes",
            "3-4",
            "3_",
            "3X",
            "3 -",
            "Total: 3",
            "Effectif 3",
            "HOMMES:3",
            "N=3",
            "M. Dupont né 1975-03-12",
            "Durand 1975",
            "FAURE",
            "MARTIN",
            "MARTIN84",
            "F1984",
            "1951-03-12",
            "84-03",
            "1984-03",
            "2024",
            "12 rue X",
            "LI",
            "FOY3",
            "",
        ] {
            for shape in [Shape::Territory, indicator, Shape::Period] {
                assert_eq!(shaped(text, shape), None, "{text}");
            }
        }
    }

    #[test]
    fn what_could_be_a_value_is_not_quoted() {
        assert_eq!(quotable("1 234"), None);
        assert_eq!(quotable("s"), None);
        for amount in ["37/2", "21231X001/987654", "57 foyers", "57%", "8 %", "-3 x", "1 234,5 €", "57foyers"]
        {
            assert_eq!(quotable(amount), None, "{amount}");
        }
        for name in [
            "25_39",
            "212310101/QN02101M",
            "0-24",
            "21231X009",
            "25 à 39 ans",
            "60 ans et plus",
            "Moins de 25 ans",
            "2024-13",
        ] {
            assert_eq!(quotable(name).as_deref(), Some(name));
        }
        assert_eq!(quotable(" PRE3 "), Some("PRE3".to_owned()));
    }
}
