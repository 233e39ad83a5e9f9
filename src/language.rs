//! The two languages of the observatory, how a request asks for one, and how French is set.
//!
//! What people read from the API and in files goes through [`Language::typeset`]; what is written on a terminal has plain
//! spaces, for it is searched and copied from.

/// A language that people are answered in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// French, unless asked otherwise.
    #[default]
    French,
    /// English.
    English,
}

impl Language {
    /// Picks the language from an `Accept-Language` header; French when neither is asked for.
    #[must_use]
    pub fn negotiate(header: Option<&str>) -> Self {
        let asked = accept_language::intersection(
            header.unwrap_or_default(),
            &["fr", "en", "fr-FR", "en-GB", "en-US"],
        );
        match asked.first() {
            Some(language) if language.starts_with("en") => Self::English,
            _ => Self::French,
        }
    }

    /// The text in this language, out of a pair.
    #[must_use]
    pub const fn pick<'a>(self, french: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::French => french,
            Self::English => english,
        }
    }

    /// A text as it is printed in this language. French has no break before `:`, `;`, `?`, `!`, `%` and within « », so that no
    /// line begins with a sign; what stands close to letters, such as code, is left as it is.
    #[must_use]
    pub fn typeset(self, text: &str) -> String {
        if self == Self::English {
            return text.to_owned();
        }
        let letters: Vec<char> = text.chars().collect();
        let letter = |at: Option<usize>| at.and_then(|at| letters.get(at)).copied();
        let is_tied = |at: usize| {
            let (sign, after) = (letter(at.checked_add(1)), letter(at.checked_add(2)));
            let is_high = matches!(sign, Some(':' | ';' | '?' | '!' | '%' | '»'));
            letter(at.checked_sub(1)) == Some('«') || is_high && !after.is_some_and(char::is_alphanumeric)
        };
        let tied =
            |(at, letter): (usize, &char)| if *letter == ' ' && is_tied(at) { '\u{a0}' } else { *letter };
        letters.iter().enumerate().map(tied).collect()
    }

    /// The tag for `Content-Language`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        self.pick("fr", "en")
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn french_comes_first_and_english_when_preferred() {
        assert_eq!(Language::negotiate(None), Language::French);
        assert_eq!(Language::negotiate(Some("de, es")), Language::French);
        assert_eq!(Language::negotiate(Some("en-GB,en;q=0.8,fr;q=0.5")), Language::English);
        assert_eq!(Language::negotiate(Some("fr;q=0.9,en;q=0.4")), Language::French);
    }

    #[test]
    fn no_line_of_french_begins_with_a_sign() {
        let said = |text| Language::French.typeset(text);
        assert_eq!(
            said("« Non » : 60 % ; et après ?"),
            "«\u{a0}Non\u{a0}»\u{a0}: 60\u{a0}%\u{a0}; et après\u{a0}?"
        );
        assert_eq!(said("Déjà\u{a0}: oui, sûr !"), "Déjà\u{a0}: oui, sûr\u{a0}!");
        assert_eq!(said("code :name, %d, {a: b}, http://x"), "code :name, %d, {a: b}, http://x");
        assert_eq!(said(" "), " ");
        assert_eq!(Language::English.typeset("a : b"), "a : b");
    }
}
