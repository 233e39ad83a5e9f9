//! Parameters of an address: read one by one, what is wrong with them told together.

use std::ops::RangeInclusive;

use async_graphql::resolver_utils::EnumType;

use crate::{
    error::{Code, Refusal},
    graphql::{
        filter::CategoryInput,
        layout::{PeriodSelection, TerritorySelection},
        scalars::{Date, Period},
    },
    language::Language,
};

/// Most letters of what a caller wrote that are said back.
const MOST_LETTERS: usize = 40;

/// Most faults that are told at once.
const MOST_FAULTS: usize = 5;

/// What was expected, in French and in English.
pub type Expected<'a> = (&'a str, &'a str);

/// The parameters of an address, out of those that it may have.
pub struct Parameters<'a> {
    names: &'static [&'static str],
    given: Vec<(&'a str, &'a str)>,
    /// In French and in English.
    faults: Vec<(String, String)>,
}

impl<'a> Parameters<'a> {
    /// The parameters of an address that may have these.
    pub fn new(parameters: &'a [(String, String)], names: &'static [&'static str]) -> Self {
        let mut read = Self { names, given: Vec::new(), faults: Vec::new() };
        for (name, value) in parameters {
            let quoted = quoted(name);
            if !names.contains(&name.as_str()) {
                read.fault(
                    format!("Le paramètre «\u{a0}{quoted}\u{a0}» n’existe pas."),
                    format!("There is no parameter “{quoted}”."),
                );
            } else if read.given.iter().any(|(known, _)| known == name) {
                read.fault(
                    format!("Le paramètre «\u{a0}{quoted}\u{a0}» est répété\u{a0}: une liste s’écrit avec des virgules."),
                    format!("The parameter “{quoted}” is repeated: lists have commas."),
                );
            } else {
                read.given.push((name, value));
            }
        }
        read
    }

    fn fault(&mut self, french: String, english: String) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push((french, english));
        }
    }

    fn wrong(&mut self, name: &str, value: &str, (french, english): Expected<'_>) {
        let value = quoted(value);
        self.fault(
            format!("Le paramètre «\u{a0}{name}\u{a0}» ne peut valoir «\u{a0}{value}\u{a0}»\u{a0}: attendu, {french}."),
            format!("The parameter “{name}” cannot be “{value}”: expected {english}."),
        );
    }

    /// Says that a parameter is missing.
    pub fn missing(&mut self, name: &str, (french, english): Expected<'_>) {
        self.fault(
            format!("Le paramètre «\u{a0}{name}\u{a0}» manque\u{a0}: {french}."),
            format!("The parameter “{name}” is missing: {english}."),
        );
    }

    /// A text; what is empty is not there.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.given
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| *value)
            .filter(|it| !it.is_empty())
    }

    /// A list with commas.
    pub fn list(&self, name: &str) -> Option<Vec<String>> {
        Some(self.text(name)?.split(',').map(|part| part.trim().to_owned()).collect())
    }

    /// A text that some function reads.
    fn read<T>(
        &mut self,
        name: &str,
        expected: Expected<'_>,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(name)?;
        let value = read(text);
        if value.is_none() {
            self.wrong(name, text, expected);
        }
        value
    }

    /// A list of texts that some function reads.
    fn each<T>(
        &mut self,
        name: &str,
        expected: Expected<'_>,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let mut all = Vec::new();
        for part in self.list(name)? {
            match read(&part) {
                Some(value) => all.push(value),
                None => self.wrong(name, &part, expected),
            }
        }
        Some(all)
    }

    /// `true` or `false`, which it is by itself.
    pub fn flag(&mut self, name: &str) -> bool {
        let read = |text: &str| text.parse::<bool>().ok();
        self.read(name, ("true ou false", "true or false"), read).unwrap_or_default()
    }

    /// A whole number.
    pub fn whole(&mut self, name: &str) -> Option<i32> {
        self.read(name, ("un nombre entier", "a whole number"), |text| text.parse().ok())
    }

    /// A whole number within bounds.
    pub fn within(&mut self, name: &str, bounds: &RangeInclusive<i32>) -> Option<i32> {
        let (least, most) = (bounds.start(), bounds.end());
        let french = format!("un nombre entier de {least} à {most}");
        let english = format!("a whole number from {least} to {most}");
        self.read(name, (&french, &english), |text| {
            text.parse().ok().filter(|number| bounds.contains(number))
        })
    }

    /// Numbers with decimal points, with commas between them.
    pub fn numbers(&mut self, name: &str) -> Option<Vec<f64>> {
        let read = |text: &str| text.parse().ok().filter(|number: &f64| number.is_finite());
        self.each(name, ("des nombres à point décimal", "numbers with decimal points"), read)
    }

    /// A word of a vocabulary.
    pub fn word<E: EnumType>(&mut self, name: &str) -> Option<E> {
        let all = vocabulary::<E>();
        self.read(name, (&all.0, &all.1), parse)
    }

    /// Words of a vocabulary.
    pub fn words<E: EnumType>(&mut self, name: &str) -> Option<Vec<E>> {
        let all = vocabulary::<E>();
        self.each(name, (&all.0, &all.1), parse)
    }

    /// A word of a vocabulary that must be there.
    pub fn needed<E: EnumType>(&mut self, name: &str) -> Option<E> {
        if self.text(name).is_none() {
            let all = vocabulary::<E>();
            self.missing(name, (&all.0, &all.1));
        }
        self.word(name)
    }

    /// Categories, each written `SEXE:F`.
    pub fn categories(&mut self, name: &str) -> Option<Vec<CategoryInput>> {
        let expected =
            ("une dimension et une modalité, comme SEXE:F", "a dimension and a category, like SEXE:F");
        self.each(name, expected, |text| {
            let (dimension, category) = text.split_once(':')?;
            Some(CategoryInput { dimension: dimension.to_owned(), category: category.to_owned() })
        })
    }

    /// The language of the words, where the address names one.
    pub fn language(&mut self) -> Option<Language> {
        let languages = [Language::French, Language::English];
        let read = |text: &str| languages.into_iter().find(|language| language.tag() == text);
        self.read("language", ("fr ou en", "fr or en"), read)
    }

    /// Which territories.
    pub fn territories(&mut self) -> TerritorySelection {
        TerritorySelection {
            codes: self.list("territories"),
            level: self.word("level"),
            within: self.text("within").map(str::to_owned),
            as_of: self.text("asOf").map(Date::written),
        }
    }

    /// Which periods.
    pub fn periods(&mut self) -> PeriodSelection {
        PeriodSelection {
            periods: self.list("periods").map(|all| all.iter().map(|text| Period::written(text)).collect()),
            from: self.text("from").map(Period::written),
            to: self.text("to").map(Period::written),
            latest: self.whole("latest"),
        }
    }

    /// Whether all of it could be read.
    ///
    /// # Errors
    ///
    /// [`Code::BadRequest`], with what is wrong, the values that are, and every parameter that there is.
    pub fn finish(self) -> Result<(), Refusal> {
        if self.faults.is_empty() {
            return Ok(());
        }
        let (french, english): (Vec<String>, Vec<String>) = self.faults.into_iter().unzip();
        let names = self.names.join(", ");
        Err(Refusal::new(
            Code::BadRequest,
            format!("{} Paramètres\u{a0}: {names}.", french.join(" ")),
            format!("{} Parameters: {names}.", english.join(" ")),
        ))
    }
}

/// What a caller wrote, short enough to be said back, and without letters that move what stands around them.
fn quoted(text: &str) -> String {
    let plain = |letter: char| {
        let moves =
            matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}');
        if letter.is_control() || moves { '\u{fffd}' } else { letter }
    };
    let mut letters = text.chars().map(plain);
    let mut short: String = letters.by_ref().take(MOST_LETTERS).collect();
    if letters.next().is_some() {
        short.push('…');
    }
    short
}

fn parse<E: EnumType>(text: &str) -> Option<E> {
    E::items().iter().find(|item| item.name == text).map(|item| item.value)
}

/// The word for a value.
pub fn word<E: EnumType>(value: E) -> Option<String> {
    E::items().iter().find(|item| item.value == value).map(|item| item.name.to_owned())
}

/// Every word of a vocabulary, as what is expected.
fn vocabulary<E: EnumType>() -> (String, String) {
    let words: Vec<&str> = E::items().iter().map(|item| item.name).collect();
    let words = words.join(", ");
    (format!("l’un de {words}"), format!("one of {words}"))
}
