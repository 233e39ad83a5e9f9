//! How wide text is, without a font at hand: the widths of a plain sans serif, a little generous.

/// How much wider bold letters are.
pub const BOLD: f64 = 1.12;

/// The width of a text, in units of its size.
#[must_use]
pub fn width(text: &str) -> f64 {
    text.chars().map(letter).sum()
}

fn letter(letter: char) -> f64 {
    match letter {
        '\u{202f}' => 0.2,
        'i' | 'j' | 'l' | 'î' | 'ï' | '\'' | '’' | '.' | ',' | ':' | ';' | '!' => 0.3,
        'I' | 'Î' | 'Ï' => 0.36,
        ' ' | '\u{a0}' | 'f' | 't' | '(' | ')' | '-' | '/' | '[' | ']' => 0.39,
        'r' => 0.42,
        'b' | 'd' | 'g' | 'h' | 'n' | 'o' | 'p' | 'q' | 'u' | 'ô' | 'ö' | 'ù' | 'û' | 'ü' => 0.62,
        'A'..='C' | 'E' | 'F' | 'J'..='L' | 'P' | 'R'..='T' | 'V' | 'X'..='Z' => 0.7,
        'À' | 'Â' | 'Ä' | 'Ç' | 'É' | 'È' | 'Ê' | 'Ë' | 'Ÿ' | '#' => 0.7,
        'D' | 'G' | 'H' | 'N' | 'O' | 'Q' | 'U' | 'Ô' | 'Ö' | 'Ù' | 'Û' | 'Ü' | '&' | '…' => 0.8,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | 'œ' | 'æ' => 0.95,
        'Œ' | 'Æ' | '—' => 1.0,
        '‰' => 1.2,
        _ => 0.6,
    }
}

/// A text in lines that are at most so wide, in units of its size; cut between words, and after the hyphens of a word that
/// is longer than a line. What is longer still has a line to itself.
#[must_use]
pub fn wrap(text: &str, widest: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if width(word) > widest {
            lines.extend(at_hyphens(word, widest));
            continue;
        }
        match lines.last_mut() {
            Some(line) if width(line) + width(" ") + width(word) <= widest => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The parts of a long word, as many in a line as fit.
fn at_hyphens(word: &str, widest: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in word.split_inclusive('-') {
        match lines.last_mut() {
            Some(line) if width(line) + width(part) <= widest => line.push_str(part),
            _ => lines.push(part.to_owned()),
        }
    }
    lines
}

/// The part of what is left of a cut text that is its end: what tells labels apart often stands there.
const END: f64 = 0.4;

/// A text that is at most so wide, its middle cut out with an ellipsis.
#[must_use]
pub fn cut(text: &str, widest: f64) -> String {
    if width(text) <= widest {
        return text.to_owned();
    }
    let room = (widest - width("…")).max(0.0);
    let end = fitting(text.chars().rev(), room * END);
    let end: String = end.chars().rev().collect();
    let start = fitting(text.chars(), room - width(&end));
    format!("{}…{}", start.trim_end(), end.trim_start())
}

/// As many letters as fit.
fn fitting(letters: impl Iterator<Item = char>, room: f64) -> String {
    let mut left = room;
    letters
        .take_while(|next| {
            left -= letter(*next);
            left >= 0.0
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{cut, width, wrap};

    #[test]
    fn lines_are_no_wider_than_they_may_be() {
        let text = "Allocataires percevant le revenu de solidarité active par commune de résidence";
        for line in wrap(text, 20.0) {
            assert!(width(&line) <= 20.0, "{line}");
        }
        assert_eq!(wrap(text, 20.0).join(" "), text);
        assert_eq!(wrap("à Marsannay-la-Côte", 9.0), ["à", "Marsannay-la-", "Côte"]);
        assert!(width(&cut(text, 10.0)) <= 10.0);
        assert_eq!(cut("Dijon – IRIS fictif 12", 8.0), "Dijon – I…tif 12");
        assert_eq!(cut("Dijon", 10.0), "Dijon");
    }
}
