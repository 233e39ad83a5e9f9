//! Issues as texts, in French and English: where, what, and what helps.

use super::{Issue, Subject, sentence::sentence};
use crate::language::Language;

impl Issue {
    /// The issue as a French sentence: where, what, and what helps.
    #[must_use]
    pub fn french(&self) -> String {
        self.message(Language::French)
    }

    /// The issue as an English sentence: where, what, and what helps.
    #[must_use]
    pub fn english(&self) -> String {
        self.message(Language::English)
    }

    /// The issue as a sentence in a language.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let (french, english) = sentence(self.code);
        let sentence = language.pick(french, english);
        let place = self.place(language);
        let colon = language.pick(" : ", ": ");
        let hint = self.detail.hint(language);
        let gap = if hint.is_empty() { "" } else { " " };
        if place.is_empty() {
            format!("{sentence}{gap}{hint}")
        } else {
            format!("{place}{colon}{sentence}{gap}{hint}")
        }
    }

    fn place(&self, language: Language) -> String {
        let line = self.line.map(|line| format!("{} {line}", language.pick("ligne", "line")));
        let column = self
            .column
            .as_ref()
            .map(|name| format!("{} {}", language.pick("colonne", "column"), quoted(name, language)));
        let subject = self.subject.codes();
        let subject = (!subject.is_empty()).then(|| subject.join(" · "));
        [line, column, subject].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

impl Subject {
    fn codes(&self) -> Vec<&str> {
        let all = [&self.territory, &self.indicator, &self.period, &self.breakdown];
        all.into_iter().flatten().map(String::as_str).collect()
    }
}

/// A name between the quotation marks of the language.
pub(super) fn quoted(name: &str, language: Language) -> String {
    match language {
        Language::French => format!("« {name} »"),
        Language::English => format!("“{name}”"),
    }
}
