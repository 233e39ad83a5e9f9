//! The two languages of the observatory and how a request asks for one.

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
}
