//! The confidential releases: which there are, what binds their figures, and their sheets.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use chrono::NaiveDate;

use super::{
    catalogue::{Catalogue, entry},
    deliveries::Drawn,
    error::DemonstrationError,
    files::{self, catalogue::Indicator, figures::Delivery},
    ground::Ground,
    open::period,
    people::People,
    places::Places,
    recipes::Recipes,
    tally,
};
use crate::{
    geography::Vintage,
    release::Staged,
    secrecy::{Rule, StoredRule, plan::Rate, table::Containment},
    store::Release,
};
use entity::types::{Breakdown, ReleaseState, Unit};

/// What the confidential releases are made from.
pub(super) struct Confidential<'a> {
    catalogue: &'a Catalogue,
    places: &'a Places,
    people: People,
    recipes: Recipes,
    grounds: HashMap<(i32, i32, Option<String>), Arc<Ground>>,
    /// Sources of which grants open true numbers to somebody.
    opened: HashSet<String>,
}

/// What a release is planned with.
pub(super) struct Inputs {
    pub ground: Arc<Ground>,
    pub rule: Rule,
    pub rates: Vec<Rate>,
    pub contained: Vec<Containment>,
    pub opens: bool,
}

/// The first year whose figures stand in the geography of 2020 and later.
const FIRST_AFTER_MERGER: i32 = 2019;
/// The first year of the neighbourhoods of 2024.
const FIRST_OF_SECOND_GENERATION: i32 = 2024;

/// Year of the geography and generation of the neighbourhoods for the figures of a year.
fn geography(year: i32) -> (i32, i32) {
    let vintage = if year < FIRST_AFTER_MERGER { 2019 } else { year.clamp(2020, Vintage::LATEST.year()) };
    (vintage, if year < FIRST_OF_SECOND_GENERATION { 2015 } else { 2024 })
}

impl<'a> Confidential<'a> {
    pub fn new(
        catalogue: &'a Catalogue,
        places: &'a Places,
        people: People,
        recipes: Recipes,
        opened: HashSet<String>,
    ) -> Self {
        Self { catalogue, places, people, recipes, grounds: HashMap::new(), opened }
    }

    pub fn deliveries(&self) -> usize {
        self.recipes.deliveries.len()
    }

    /// Draws one delivery of a year, with what it is planned with.
    ///
    /// # Errors
    ///
    /// [`DemonstrationError`] when something that the delivery names does not exist.
    pub fn stage(
        &mut self,
        delivery: usize,
        (id, year, last): (i32, i32, bool),
        canary: bool,
    ) -> Result<Option<(Staged, Inputs)>, DemonstrationError> {
        let Some(delivery) = self.recipes.deliveries.get(delivery) else { return Ok(None) };
        let facts = self.facts(delivery, (id, year, last))?;
        let entry = entry(files::RECIPES, &delivery.source);
        let (source_id, source) = self.catalogue.source(&delivery.source, entry)?;
        let (_, rule) = self.catalogue.rule(&source.rule, entry)?;
        let stored = StoredRule {
            code: &rule.code,
            minimum_contributors: rule.minimum_contributors,
            dominance_percent: rule.dominance_percent,
            minimum_population: rule.minimum_population,
        };
        let day = facts.published_on.unwrap_or_default();
        let rule = Rule::stored(stored, day).map_err(|error| entry.wrong(error))?;
        let opens = self.opened.contains(&delivery.source);
        let rates = self.rates(&delivery.source)?;
        // Canaries are drawn one by one: a part may be more than its whole.
        let contained = if canary { Vec::new() } else { self.contained()? };
        let (vintage, generation) = geography(year);
        let vintage = Vintage::of_year(vintage).map_err(|error| entry.wrong(error))?;
        let key = (vintage.year().min(2020), generation, delivery.commune.clone());
        let ground = self.grounds.entry(key).or_insert_with(|| {
            Arc::new(Ground::survey(self.places, vintage, generation, delivery.commune.as_deref()))
        });
        let ground = Arc::clone(ground);
        let recipes = &self.recipes.recipes;
        let tallies = tally::count(recipes, source_id, &ground, &self.people, facts.period, canary);
        let sheets: BTreeMap<i32, _> = tallies
            .iter()
            .filter_map(|(position, tally)| {
                let recipe = recipes.get(*position)?;
                Some((recipe.indicator_id, tally.seal(recipe, canary)))
            })
            .collect();
        let staged = Staged { facts, sheets, masked_by_producer: Vec::new() };
        Ok(Some((staged, Inputs { ground, rule, rates, contained, opens })))
    }

    /// Draws the counts of one delivery of a year, for a file; `monthly` as many as there can be, with those of every
    /// month and quarter.
    ///
    /// # Errors
    ///
    /// As [`stage`](Self::stage).
    pub fn draw(
        &mut self,
        delivery: usize,
        year: i32,
        monthly: bool,
    ) -> Result<Option<Drawn>, DemonstrationError> {
        let Some(delivery) = self.recipes.deliveries.get(delivery) else { return Ok(None) };
        let entry = entry(files::RECIPES, &delivery.source);
        let (source_id, _) = self.catalogue.source(&delivery.source, entry)?;
        let (vintage, generation) = geography(year);
        let vintage = Vintage::of_year(vintage).map_err(|error| entry.wrong(error))?;
        let ground = Ground::survey(self.places, vintage, generation, delivery.commune.as_deref());
        let recipes = &self.recipes.recipes;
        let tallies = if monthly {
            tally::count_months(recipes, source_id, &ground, &self.people, year)
        } else {
            tally::count(recipes, source_id, &ground, &self.people, period(year, entry)?, false)
        };
        let mut counts = Vec::new();
        for (position, tally) in &tallies {
            let Some(recipe) = recipes.get(*position) else { continue };
            let code = self.catalogue.indicators().find(|(id, _)| *id == recipe.indicator_id);
            let Some((_, indicator)) = code else { continue };
            for ((territory_id, period), amounts) in &tally.cells {
                for (breakdown_id, amount) in recipe.margins.iter().zip(amounts) {
                    let code = indicator.code.as_str().to_owned();
                    counts.push((code, *territory_id, *period, *breakdown_id, amount.amount));
                }
            }
        }
        Ok(Some(Drawn { source: delivery.source.clone(), ground: Arc::new(ground), counts }))
    }

    fn facts(
        &self,
        delivery: &Delivery,
        (id, year, last): (i32, i32, bool),
    ) -> Result<Release, DemonstrationError> {
        let entry = entry(files::RECIPES, &delivery.source);
        let published = format!("{}-{}", year + 1, delivery.published);
        let published = published.parse::<NaiveDate>().map_err(|error| entry.wrong(error))?;
        Ok(Release {
            id,
            reference: format!("{}-{year}-1", delivery.source),
            source_id: self.catalogue.source(&delivery.source, entry)?.0,
            period: period(year, entry)?,
            state: ReleaseState::Staged,
            geography_vintage: geography(year).0,
            published_on: Some(published),
            embargo_until: delivery.embargo_of_last.filter(|_| last),
        })
    }

    /// Which counts are parts of which.
    fn contained(&self) -> Result<Vec<Containment>, DemonstrationError> {
        let parts =
            self.catalogue.indicators().filter_map(|(id, part)| Some((id, part, part.part_of.as_ref()?)));
        parts
            .map(|(part_id, part, whole)| {
                let (whole_id, _) =
                    self.catalogue.indicator(whole, entry(files::INDICATORS, part.code.as_str()))?;
                Ok(Containment { part_id, whole_id })
            })
            .collect()
    }

    /// The rates of a source whose two counts are drawn.
    fn rates(&self, source: &str) -> Result<Vec<Rate>, DemonstrationError> {
        let mut rates = Vec::new();
        for (indicator_id, indicator) in self.catalogue.indicators() {
            if indicator.source == source
                && let Some(rate) = self.rate(indicator_id, indicator)?
            {
                rates.push(rate);
            }
        }
        Ok(rates)
    }

    fn rate(&self, indicator_id: i32, indicator: &Indicator) -> Result<Option<Rate>, DemonstrationError> {
        let entry = entry(files::INDICATORS, indicator.code.as_str());
        let (Some(above), Some(below)) = (&indicator.numerator, &indicator.denominator) else {
            return Ok(None);
        };
        let meant = self.catalogue.numerator_breakdown(indicator)?;
        let mut breakdowns = Vec::new();
        for breakdown in self.cuts(indicator)? {
            let narrowed = Breakdown::of(breakdown.categories().chain(meant.categories()))
                .map_err(|error| entry.wrong(error))?;
            let id = self.catalogue.breakdown_id(&breakdown, entry)?;
            breakdowns.push((id, self.catalogue.breakdown_id(&narrowed, entry)?, id));
        }
        Ok(Some(Rate {
            indicator_id,
            numerator_id: self.catalogue.indicator(above, entry)?.0,
            denominator_id: self.catalogue.indicator(below, entry)?.0,
            breakdowns,
            factor: if indicator.unit == Unit::PerThousand { 1_000.0 } else { 100.0 },
        }))
    }

    /// The total of a rate, and its breakdown by its dimension.
    fn cuts(&self, indicator: &Indicator) -> Result<Vec<Breakdown>, DemonstrationError> {
        let entry = entry(files::INDICATORS, indicator.code.as_str());
        let mut cuts = vec![Breakdown::default()];
        for code in &indicator.dimensions {
            for category in &self.catalogue.dimension(code, entry)?.category {
                cuts.push(self.catalogue.breakdown([(code.as_str(), category.code.as_str())], entry)?);
            }
        }
        Ok(cuts)
    }
}
