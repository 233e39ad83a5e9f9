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

/// A word of the file as a name that may be quoted: a code, or one that comes near to a name that is known. Any other
/// word may be somebody's name in a shifted column.
pub(super) fn quotable_word(text: &str, near: &[String]) -> Option<String> {
    quotable(text).filter(|word| !near.is_empty() || is_coded(word))
}

/// Whether a text has a digit, as codes have and names of people have not.
pub(super) fn is_coded(text: &str) -> bool {
    text.contains(|letter: char| letter.is_ascii_digit())
}

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
    use super::{distance, nearest, quotable};

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
