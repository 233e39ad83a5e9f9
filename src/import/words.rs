//! Words of a file as indicators and breakdowns of the catalogue.

use std::collections::{BTreeMap, HashMap};

use entity::types::{Breakdown, IndicatorCode};

use super::{
    issue::{Detail, Issue, IssueCode, Subject},
    nearest::{Shape, nearest, quotable, shaped},
    rules::Demands,
};
use crate::catalogue::{Catalogue, Indicator, Source};

/// A problem of a breakdown, with its dimension where it has one.
pub(super) type Misfit<'t> = (Option<&'t str>, Issue);

/// Words that stand for the total of a dimension: none, and those of SDMX for a total and for what does not apply.
const TOTALS: [&str; 3] = ["", "_T", "_Z"];

/// Words of a file as indicators and breakdowns of the catalogue.
pub(super) struct Words<'a> {
    pub catalogue: &'a Catalogue,
    pub source: &'a Source,
    pub demands: Demands,
    indicators: BTreeMap<String, String>,
    codes: BTreeMap<String, BTreeMap<String, String>>,
    categories: HashMap<(&'a str, &'a str), &'a str>,
    found: HashMap<String, Result<&'a Indicator, Issue>>,
}

impl<'a> Words<'a> {
    pub fn new(
        catalogue: &'a Catalogue,
        source: &'a Source,
        indicators: BTreeMap<String, String>,
        codes: BTreeMap<String, BTreeMap<String, String>>,
    ) -> Self {
        let demands = Demands::of(source, catalogue);
        let categories = catalogue.dimensions().iter().flat_map(|dimension| {
            let codes = dimension.categories.iter().map(|category| category.code.as_str());
            codes.map(|code| ((dimension.code.as_str(), code), code))
        });
        let categories = categories.collect();
        Self { catalogue, source, demands, indicators, codes, categories, found: HashMap::new() }
    }

    /// Holds the translations against the catalogue: each must lead to something that exists.
    pub fn check_translations(&self) -> Vec<Issue> {
        let indicators = self.indicators.values().filter_map(|code| self.our_indicator(code).err());
        let mut issues: Vec<Issue> = indicators.collect();
        for (dimension, codes) in &self.codes {
            match self.dimension(dimension) {
                Ok(()) => {
                    let named = codes.values().filter(|code| !TOTALS.contains(&code.trim()));
                    issues.extend(named.filter_map(|code| self.category(dimension, code).err()));
                }
                Err(issue) => issues.push(issue),
            }
        }
        issues
    }

    /// Whether the catalogue has a dimension.
    ///
    /// # Errors
    ///
    /// [`IssueCode::UnknownDimension`] with those that come near.
    pub fn dimension(&self, code: &str) -> Result<(), Issue> {
        if self.catalogue.dimension(code).is_some() {
            return Ok(());
        }
        let of_source = self.catalogue.indicators().iter().filter(|known| known.source_id == self.source.id);
        let known = of_source.flat_map(|known| known.dimensions.iter().map(String::as_str));
        Err(unknown(IssueCode::UnknownDimension, code, known))
    }

    /// The indicator of a word of the file.
    ///
    /// # Errors
    ///
    /// What [`Self::our_indicator`] says, and [`IssueCode::EmptyField`].
    pub fn indicator(&mut self, text: &str) -> Result<&'a Indicator, Issue> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Issue::new(IssueCode::EmptyField, Detail::None));
        }
        if let Some(found) = self.found.get(text) {
            return found.clone();
        }
        let found = self.our_indicator(self.indicators.get(text).map_or(text, String::as_str));
        if found.is_ok() || self.found.len() < REMEMBERED {
            self.found.insert(text.to_owned(), found.clone());
        }
        found
    }

    /// The indicator under a code of ours.
    ///
    /// # Errors
    ///
    /// [`IssueCode::UnknownIndicator`], [`IssueCode::ForeignIndicator`], or [`IssueCode::DerivedIndicator`] for
    /// what does not add up in a confidential source.
    pub fn our_indicator(&self, code: &str) -> Result<&'a Indicator, Issue> {
        let found = IndicatorCode::parse(code).ok().and_then(|code| self.catalogue.indicator(&code));
        let Some(indicator) = found else {
            let of_source = self.catalogue.indicators().iter().filter(|known| {
                known.source_id == self.source.id && (known.additive || !self.demands.confidential)
            });
            let known = of_source.map(|known| known.code.as_str());
            return Err(unknown(IssueCode::UnknownIndicator, code, known));
        };
        let about = |issue: Issue| {
            issue.about(Subject { indicator: Some(indicator.code.to_string()), ..Subject::default() })
        };
        if indicator.source_id != self.source.id {
            let source = self.catalogue.source(indicator.source_id);
            let code = source.map(|source| source.code.clone()).unwrap_or_default();
            return Err(about(Issue::new(IssueCode::ForeignIndicator, Detail::Source { code })));
        }
        if self.demands.confidential && !indicator.additive {
            return Err(about(Issue::new(IssueCode::DerivedIndicator, Detail::None)));
        }
        Ok(indicator)
    }

    /// The breakdown of an indicator by categories in the words of the file; each problem with its dimension.
    ///
    /// # Errors
    ///
    /// [`IssueCode::UnknownCategory`], [`IssueCode::ForeignDimension`] and [`IssueCode::UnusedBreakdown`].
    pub fn breakdown<'t>(
        &self,
        indicator: Option<&Indicator>,
        pairs: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Result<(i32, Breakdown), Vec<Misfit<'t>>> {
        let mut issues = Vec::new();
        let mut categories: Vec<(&str, &str)> = Vec::new();
        for (dimension, text) in pairs {
            let text = text.trim();
            let translated = self.codes.get(dimension).and_then(|codes| codes.get(text));
            let code = translated.map_or(text, String::as_str);
            if TOTALS.contains(&code) {
                continue;
            }
            match self.category(dimension, code) {
                Ok(category) => categories.push((dimension, category)),
                Err(issue) => issues.push((Some(dimension), issue)),
            }
            let foreign = |known: &Indicator| !known.dimensions.iter().any(|known| known == dimension);
            if let Some(known) = indicator.filter(|known| foreign(known)) {
                let names = Detail::Names { names: known.dimensions.clone() };
                issues.push((Some(dimension), Issue::new(IssueCode::ForeignDimension, names)));
            }
        }
        if !issues.is_empty() {
            return Err(issues);
        }
        let breakdown = Breakdown::of(categories).unwrap_or_default();
        match self.catalogue.breakdown_id(&breakdown) {
            Some(id) => Ok((id, breakdown)),
            None => {
                let subject = Subject { breakdown: Some(breakdown.to_string()), ..Subject::default() };
                Err(vec![(None, Issue::new(IssueCode::UnusedBreakdown, Detail::None).about(subject))])
            }
        }
    }

    fn category(&self, dimension: &str, code: &str) -> Result<&'a str, Issue> {
        self.categories.get(&(dimension, code)).copied().ok_or_else(|| {
            let known = self.catalogue.dimension(dimension).map_or(&[][..], |known| &known.categories);
            let codes: Vec<&str> = known.iter().map(|category| category.code.as_str()).collect();
            let near = nearest(code, codes.iter().copied());
            let all = || codes.iter().map(|code| (*code).to_owned()).collect();
            let nearest = if near.is_empty() || codes.len() <= FEW { all() } else { near };
            Issue::new(IssueCode::UnknownCategory, Detail::Unknown { name: None, nearest, more: false })
        })
    }
}

/// So many words are remembered, unless they mean something: a column of other things has no end of them.
const REMEMBERED: usize = 1_000;
/// So few categories are all named.
const FEW: usize = 12;

/// A name that the mapping or the file says and that means nothing.
pub(super) fn unknown<'n>(code: IssueCode, name: &str, known: impl IntoIterator<Item = &'n str>) -> Issue {
    let known: Vec<&str> = known.into_iter().collect();
    let near = nearest(name, known.iter().copied());
    // The mapping's own words are nobody's, the file's may be.
    let quoted = match code {
        IssueCode::UnknownIndicator => shaped(name, Shape::Indicator(&known)),
        // The issue names the column already.
        IssueCode::UnknownColumn => None,
        _ => quotable(name),
    };
    let more = near.is_empty() && known.len() > FEW;
    let nearest =
        if near.is_empty() { known.iter().take(FEW).map(|name| (*name).to_owned()).collect() } else { near };
    Issue::new(code, Detail::Unknown { name: quoted, nearest, more })
}
