//! One dimension of a JSON-stat dataset.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::dataset_parts::Entries;

/// A dimension: the codes of its categories.
#[derive(Debug, Default)]
pub(crate) struct Dimension(Category);

/// The categories of a dimension.
#[derive(Debug, Default)]
struct Category {
    index: Option<Index>,
    label: Vec<String>,
}

/// The codes of the categories: in order, or each with its place.
#[derive(Debug)]
enum Index {
    List(Vec<String>),
    Object(Vec<(String, u64)>),
}

impl Dimension {
    /// The codes, in order; none if their places are not those from 0 on, or if a code appears twice.
    pub(crate) fn codes(&self) -> Option<Vec<&str>> {
        let codes: Vec<&str> = match &self.0.index {
            Some(Index::List(codes)) => codes.iter().map(String::as_str).collect(),
            Some(Index::Object(entries)) => {
                let mut sorted: Vec<&(String, u64)> = entries.iter().collect();
                sorted.sort_unstable_by_key(|(_, place)| *place);
                let in_order = sorted.iter().zip(0..).all(|((_, place), order)| *place == order);
                in_order.then(|| sorted.iter().map(|(code, _)| code.as_str()).collect())?
            }
            // A dimension of one category may have no index but its label
            None if self.0.label.len() == 1 => self.0.label.iter().map(String::as_str).collect(),
            None => return None,
        };
        let mut sorted = codes.clone();
        sorted.sort_unstable();
        sorted.windows(2).all(|pair| pair[0] != pair[1]).then_some(codes)
    }
}

struct DimensionVisitor;

impl<'de> Visitor<'de> for DimensionVisitor {
    type Value = Dimension;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a dimension")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Dimension, A::Error> {
        let mut dimension = Dimension::default();
        while let Some(key) = object.next_key::<String>()? {
            if key == "category" {
                dimension.0 = object.next_value()?;
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        Ok(dimension)
    }
}

impl<'de> Deserialize<'de> for Dimension {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(DimensionVisitor)
    }
}

struct CategoryVisitor;

impl<'de> Visitor<'de> for CategoryVisitor {
    type Value = Category;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("categories")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Category, A::Error> {
        let mut category = Category::default();
        while let Some(key) = object.next_key::<String>()? {
            match key.as_str() {
                "index" => category.index = Some(object.next_value()?),
                "label" => {
                    let labels = object.next_value::<Entries<IgnoredAny>>()?;
                    category.label = labels.0.into_iter().map(|(code, _)| code).collect();
                }
                _ => {
                    object.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(category)
    }
}

impl<'de> Deserialize<'de> for Category {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(CategoryVisitor)
    }
}

struct IndexVisitor;

impl<'de> Visitor<'de> for IndexVisitor {
    type Value = Index;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list or an object of codes")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Index, A::Error> {
        let mut codes = Vec::new();
        while let Some(code) = list.next_element()? {
            codes.push(code);
        }
        Ok(Index::List(codes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Index, A::Error> {
        let mut codes = Vec::new();
        while let Some(entry) = object.next_entry()? {
            codes.push(entry);
        }
        Ok(Index::Object(codes))
    }
}

impl<'de> Deserialize<'de> for Index {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IndexVisitor)
    }
}
