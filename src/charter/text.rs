//! What people write under the charter: titles, names of services, reasons, agendas.

use super::CharterRefusal;

/// Longest line, in characters.
pub const LONGEST_LINE: usize = 200;
/// Longest text, in characters.
pub const LONGEST_TEXT: usize = 20_000;

/// A line, such as a title: without the blanks around it.
///
/// # Errors
///
/// [`CharterRefusal::TooLong`] over [`LONGEST_LINE`]; [`CharterRefusal::TextUnreadable`] with more than one line, or with
/// characters that are not shown as they stand.
pub fn line(text: &str) -> Result<&str, CharterRefusal> {
    fit(text, LONGEST_LINE, |_| false)
}

/// A text of any number of lines, such as an agenda: without the blanks around it.
///
/// # Errors
///
/// [`CharterRefusal::TooLong`] over [`LONGEST_TEXT`]; [`CharterRefusal::TextUnreadable`] with characters that are not shown
/// as they stand.
pub fn text(text: &str) -> Result<&str, CharterRefusal> {
    fit(text, LONGEST_TEXT, |character| matches!(character, '\n' | '\r' | '\t'))
}

fn fit(text: &str, longest: usize, allowed: impl Fn(char) -> bool) -> Result<&str, CharterRefusal> {
    let text = text.trim();
    if text.chars().count() > longest {
        return Err(CharterRefusal::TooLong);
    }
    let hidden = |character: char| (character.is_control() && !allowed(character)) || is_unseen(character);
    if text.chars().any(hidden) { Err(CharterRefusal::TextUnreadable) } else { Ok(text) }
}

/// What turns the direction of writing round, or is not seen at all: a reader sees another text than the one that is there.
fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0E}' | '\u{FFA0}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::{CharterRefusal, LONGEST_LINE, line, text};

    #[test]
    fn what_is_not_shown_as_it_stands_is_refused() {
        assert_eq!(
            line("  Besoins des aînés, « 2026 » – n° 3 🏠 "),
            Ok("Besoins des aînés, « 2026 » – n° 3 🏠")
        );
        assert_eq!(text("un\n\tdeux\r\n"), Ok("un\n\tdeux"));
        for hidden in [
            "un\ndeux",
            "nul\0",
            "\u{1b}[31mrouge",
            "gauche\u{202E}droite",
            "\u{2066}x\u{2069}",
            "x\u{85}y",
            "4\u{200B}7",
            "\u{E0034}x",
        ] {
            assert_eq!(line(hidden), Err(CharterRefusal::TextUnreadable), "{hidden:?}");
        }
        assert_eq!(text("nul\0"), Err(CharterRefusal::TextUnreadable));
        assert_eq!(line(&"é".repeat(LONGEST_LINE)), Ok("é".repeat(LONGEST_LINE).as_str()));
        assert_eq!(line(&"é".repeat(LONGEST_LINE + 1)), Err(CharterRefusal::TooLong));
    }
}
