//! The parts of a JSON-stat dataset, read into compact lists: a tree would take many times the memory of its text.

use std::{fmt, fmt::Write, marker::PhantomData};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::cell::number;

/// Texts one after the other in one string, perhaps each for a place of its own.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    /// All texts.
    text: String,
    /// Where each one ends.
    ends: Vec<u32>,
    /// The place of each one and its order, by place, unless they are in order from 0.
    places: Option<Vec<(u64, u32)>>,
    /// Whether there is but one, for all places.
    single: bool,
}

impl Texts {
    /// How many there are.
    pub(crate) const fn len(&self) -> usize {
        self.ends.len()
    }

    /// No text for any place.
    pub(crate) fn none() -> Self {
        Self { places: Some(Vec::new()), ..Self::default() }
    }

    /// Whether there is but one, for all places.
    pub(crate) const fn is_single(&self) -> bool {
        self.single
    }

    /// The places that have a text, in order, each with its order in the document; none if all places have one.
    pub(crate) fn places(&self) -> Option<&[(u64, u32)]> {
        self.places.as_deref()
    }

    /// Whether there is no text at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text for a place.
    pub(crate) fn at(&self, place: u64) -> Option<&str> {
        if self.single {
            return self.get(0);
        }
        match &self.places {
            None => self.get(usize::try_from(place).ok()?),
            Some(places) => {
                let found = places.binary_search_by_key(&place, |(place, _)| *place).ok()?;
                self.get(places[found].1 as usize)
            }
        }
    }

    fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)? as usize;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        self.text.get(start..end)
    }

    fn push<E: Error>(&mut self, scalar: &Scalar) -> Result<(), E> {
        let written = match scalar {
            Scalar::Null => Ok(()),
            Scalar::Integer(integer) => write!(self.text, "{integer}"),
            Scalar::Float(float) => write!(self.text, "{}", number(*float)),
            Scalar::Text(text) => self.text.write_str(text),
        };
        written.map_err(|_error| E::custom("text"))?;
        self.ends.push(u32::try_from(self.text.len()).map_err(|_error| E::custom("length"))?);
        Ok(())
    }
}

/// A value or a status.
enum Scalar {
    Null,
    Integer(i128),
    Float(f64),
    Text(String),
}

struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a number, a text or null")
    }

    fn visit_unit<E>(self) -> Result<Scalar, E> {
        Ok(Scalar::Null)
    }

    fn visit_u64<E>(self, integer: u64) -> Result<Scalar, E> {
        Ok(Scalar::Integer(integer.into()))
    }

    fn visit_i64<E>(self, integer: i64) -> Result<Scalar, E> {
        Ok(Scalar::Integer(integer.into()))
    }

    fn visit_f64<E>(self, float: f64) -> Result<Scalar, E> {
        Ok(Scalar::Float(float))
    }

    fn visit_str<E>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct TextsVisitor;

impl<'de> Visitor<'de> for TextsVisitor {
    type Value = Texts;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list, an object or a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Texts, E> {
        let mut texts = Texts { single: true, ..Texts::default() };
        texts.push(&Scalar::Text(text.to_owned()))?;
        Ok(texts)
    }

    fn visit_unit<E>(self) -> Result<Texts, E> {
        Ok(Texts::none())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Texts, A::Error> {
        let mut texts = Texts::default();
        while let Some(scalar) = list.next_element::<Scalar>()? {
            texts.push(&scalar)?;
        }
        Ok(texts)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Texts, A::Error> {
        let (mut texts, mut places) = (Texts::default(), Vec::new());
        while let Some((key, scalar)) = object.next_entry::<String, Scalar>()? {
            let order = u32::try_from(places.len()).map_err(|_error| A::Error::custom("length"))?;
            places.push((key.parse::<u64>().map_err(|_error| A::Error::custom("place"))?, order));
            texts.push(&scalar)?;
        }
        places.sort_unstable();
        if places.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(A::Error::custom("twice"));
        }
        texts.places = Some(places);
        Ok(texts)
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextsVisitor)
    }
}

/// The entries of an object, in its order.
#[derive(Debug)]
pub(crate) struct Entries<V>(pub(crate) Vec<(String, V)>);

impl<V> Default for Entries<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

struct EntriesVisitor<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for EntriesVisitor<V> {
    type Value = Entries<V>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Entries<V>, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = object.next_entry()? {
            entries.push(entry);
        }
        Ok(Entries(entries))
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Entries<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor(PhantomData))
    }
}
