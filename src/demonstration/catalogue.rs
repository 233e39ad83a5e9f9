//! The catalogue: rules, sources, dimensions, indicators, and the breakdowns in use.

mod rows;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::types::Breakdown;

use super::{
    error::{DemonstrationError, Entry},
    files::{
        self, File,
        catalogue::{Dimension, Dimensions, Indicator, Indicators, Rule, Rules, Source, Sources},
    },
};

/// The catalogue as the data files have it; everything is numbered from 1 in their order.
#[derive(Debug)]
pub(super) struct Catalogue {
    rules: Vec<Rule>,
    sources: Vec<Source>,
    dimensions: Vec<Dimension>,
    indicators: Vec<Indicator>,
    breakdowns: BTreeMap<Breakdown, i32>,
}

/// The entry under a name, with its number.
fn find<T>(entries: &[T], is_it: impl Fn(&T) -> bool) -> Option<(i32, &T)> {
    (1..).zip(entries).find(|(_, entry)| is_it(entry))
}

impl Catalogue {
    /// Reads the data files.
    ///
    /// # Errors
    ///
    /// [`DemonstrationError`] when a file does not have its shape.
    pub fn read() -> Result<Self, DemonstrationError> {
        Ok(Self {
            rules: files::RULES.toml::<Rules>()?.rule,
            sources: files::SOURCES.toml::<Sources>()?.source,
            dimensions: files::DIMENSIONS.toml::<Dimensions>()?.dimension,
            indicators: files::INDICATORS.toml::<Indicators>()?.indicator,
            breakdowns: BTreeMap::new(),
        })
    }

    pub fn rule(&self, code: &str, entry: Entry<'_>) -> Result<(i32, &Rule), DemonstrationError> {
        find(&self.rules, |rule| rule.code == code).ok_or_else(|| entry.missing("rule", code))
    }

    pub fn source(&self, code: &str, entry: Entry<'_>) -> Result<(i32, &Source), DemonstrationError> {
        find(&self.sources, |source| source.code == code).ok_or_else(|| entry.missing("source", code))
    }

    /// The code of a source; empty when there is none of that number.
    pub fn source_code(&self, id: i32) -> &str {
        let numbered = (1..).zip(&self.sources).find(|(number, _)| *number == id);
        numbered.map_or("", |(_, source)| &source.code)
    }

    pub fn indicator(&self, code: &str, entry: Entry<'_>) -> Result<(i32, &Indicator), DemonstrationError> {
        find(&self.indicators, |indicator| indicator.code.as_str() == code)
            .ok_or_else(|| entry.missing("indicator", code))
    }

    pub fn indicators(&self) -> impl Iterator<Item = (i32, &Indicator)> {
        (1..).zip(&self.indicators)
    }

    pub fn dimension(&self, code: &str, entry: Entry<'_>) -> Result<&Dimension, DemonstrationError> {
        let found = self.dimensions.iter().find(|dimension| dimension.code == code);
        found.ok_or_else(|| entry.missing("dimension", code))
    }

    /// A breakdown whose dimensions and categories all exist.
    pub fn breakdown<'a>(
        &self,
        categories: impl IntoIterator<Item = (&'a str, &'a str)>,
        entry: Entry<'_>,
    ) -> Result<Breakdown, DemonstrationError> {
        let categories: Vec<(&str, &str)> = categories.into_iter().collect();
        for (dimension, category) in &categories {
            let known = self.dimension(dimension, entry)?;
            if !known.category.iter().any(|known| known.code == *category) {
                return Err(entry.missing("category", category));
            }
        }
        Breakdown::of(categories).map_err(|error| entry.wrong(error))
    }

    /// Numbers the breakdowns in use, in the order in which people read them: the total, which is 0, then by
    /// how many dimensions they cross, and by the order of dimensions and categories.
    pub fn number_breakdowns(&mut self, used: impl IntoIterator<Item = Breakdown>) {
        let mut used: BTreeSet<Breakdown> = used.into_iter().collect();
        used.insert(Breakdown::default());
        let mut in_order: Vec<Breakdown> = used.into_iter().collect();
        in_order.sort_by_cached_key(|breakdown| {
            let places: Vec<_> =
                breakdown.categories().map(|(dimension, code)| self.place(dimension, code)).collect();
            (places.len(), places)
        });
        self.breakdowns = in_order.into_iter().zip(0..).collect();
    }

    /// Where a category stands among the dimensions and in its own.
    fn place(&self, dimension: &str, code: &str) -> Option<(usize, usize)> {
        let at = self.dimensions.iter().position(|known| known.code == dimension)?;
        let categories = &self.dimensions.get(at)?.category;
        Some((at, categories.iter().position(|known| known.code == code)?))
    }

    /// The number of a breakdown in use.
    pub fn breakdown_id(&self, breakdown: &Breakdown, entry: Entry<'_>) -> Result<i32, DemonstrationError> {
        let id = self.breakdowns.get(breakdown).copied();
        id.ok_or_else(|| entry.missing("breakdown in use", breakdown.as_str()))
    }

    /// Breakdowns in use by number.
    pub fn breakdowns(&self) -> HashMap<i32, Breakdown> {
        self.breakdowns.iter().map(|(breakdown, id)| (*id, breakdown.clone())).collect()
    }
}

/// The entry of a file, for messages.
pub(super) fn entry(file: File, name: &str) -> Entry<'_> {
    Entry { file: file.name, name }
}
