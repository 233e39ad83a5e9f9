//! From the data file to recipes: names looked up, crossings laid out, mistakes told.

use std::collections::BTreeMap;

use entity::types::Breakdown;

use super::{Axes, Group, Origin, Recipe, axes::choices};
use crate::demonstration::{
    catalogue::{Catalogue, entry},
    draw::Name,
    error::{DemonstrationError, Entry},
    files::{
        self,
        figures::{Delivery, Recipe as Entered, Recipes as File},
    },
};

/// The recipes in the order of the file, and the deliveries.
#[derive(Debug)]
pub(in crate::demonstration) struct Recipes {
    pub recipes: Vec<Recipe>,
    pub deliveries: Vec<Delivery>,
}

const POPULATION: &str = "POPULATION";

/// The breakdowns of every margin of the recipes' indicators, before they are numbered.
///
/// # Errors
///
/// [`DemonstrationError`] when the data file does not have its shape or names what does not exist.
pub(in crate::demonstration) fn margins(catalogue: &Catalogue) -> Result<Vec<Breakdown>, DemonstrationError> {
    let mut used = Vec::new();
    for entered in &files::RECIPES.toml::<File>()?.recipe {
        let entry = entry(files::RECIPES, &entered.indicator);
        let axes = axes(entered, catalogue, entry)?;
        for position in 0..axes.len() {
            for choice in choices(&axes.crossing(position)) {
                used.push(catalogue.breakdown(choice, entry)?);
            }
        }
    }
    Ok(used)
}

fn axes(entered: &Entered, catalogue: &Catalogue, entry: Entry<'_>) -> Result<Axes, DemonstrationError> {
    let (_, indicator) = catalogue.indicator(&entered.indicator, entry)?;
    let mut axes = Axes::default();
    for code in &indicator.dimensions {
        let dimension = catalogue.dimension(code, entry)?;
        let categories = dimension.category.iter().map(|category| category.code.clone()).collect();
        axes.dimensions.push((code.clone(), categories));
    }
    Ok(axes)
}

impl Recipes {
    /// Reads the data file, once the catalogue has its breakdowns numbered.
    ///
    /// # Errors
    ///
    /// [`DemonstrationError`] when it does not have its shape or names what does not exist.
    pub fn read(catalogue: &Catalogue) -> Result<Self, DemonstrationError> {
        let file: File = files::RECIPES.toml()?;
        let mut known: Vec<(String, Axes)> = Vec::new();
        let mut recipes = Vec::new();
        for entered in &file.recipe {
            let entry = entry(files::RECIPES, &entered.indicator);
            let axes = axes(entered, catalogue, entry)?;
            recipes.push(recipe(entered, &axes, &known, catalogue, entry)?);
            known.push((entered.indicator.clone(), axes));
        }
        Ok(Self { recipes, deliveries: file.delivery })
    }
}

fn recipe(
    entered: &Entered,
    axes: &Axes,
    known: &[(String, Axes)],
    catalogue: &Catalogue,
    entry: Entry<'_>,
) -> Result<Recipe, DemonstrationError> {
    let (indicator_id, indicator) = catalogue.indicator(&entered.indicator, entry)?;
    let (source_id, _) = catalogue.source(&indicator.source, entry)?;
    let (origin, inherited) = origin(entered, axes, known, entry)?;
    let weighed: Vec<&str> = axes
        .dimensions
        .iter()
        .map(|(code, _)| code.as_str())
        .filter(|code| !inherited.iter().any(|other| other == code))
        .collect();
    if let Some(code) = entered.weights.keys().find(|code| !weighed.contains(&code.as_str())) {
        return Err(entry.missing("dimension to weigh", code));
    }
    let weights = (0..axes.len())
        .map(|position| weight(&axes.crossing(position), &weighed, &entered.weights, entry))
        .collect::<Result<_, _>>()?;
    let (margins, counts_in) = margins_of(axes, catalogue, entry)?;
    Ok(Recipe {
        indicator_id,
        source_id,
        finest_level: indicator.finest_level,
        quarters_from: entered.quarters_from,
        margins,
        counts_in,
        name: Name::of("recipe").text(&entered.indicator),
        origin,
        share: entered.share,
        poverty: entered.poverty,
        weights,
        weight_unit: weighed.iter().map(|_| super::MILLE).product(),
    })
}

/// Where the counts come from, and the dimensions that come with it.
fn origin(
    entered: &Entered,
    axes: &Axes,
    known: &[(String, Axes)],
    entry: Entry<'_>,
) -> Result<(Origin, Vec<String>), DemonstrationError> {
    if entered.of == POPULATION {
        return Ok((Origin::Population, Vec::new()));
    }
    let parent = known.iter().position(|(code, _)| *code == entered.of);
    let missing = || entry.missing("earlier recipe", &entered.of);
    let parent = parent.ok_or_else(missing)?;
    let (_, of) = known.get(parent).ok_or_else(missing)?;
    let shared = |axes: &Axes, other: &Axes, position: usize| -> String {
        let pairs = axes.crossing(position);
        let mut kept: Vec<(&str, &str)> =
            pairs.into_iter().filter(|(dimension, _)| other.has(dimension)).collect();
        kept.sort_unstable();
        format!("{kept:?}")
    };
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let empty = || Group { parents: Vec::new(), children: Vec::new() };
    for position in 0..of.len() {
        groups.entry(shared(of, axes, position)).or_insert_with(empty).parents.push(position);
    }
    for position in 0..axes.len() {
        groups.entry(shared(axes, of, position)).or_insert_with(empty).children.push(position);
    }
    let inherited = axes.dimensions.iter().map(|(code, _)| code.clone()).filter(|code| of.has(code));
    Ok((Origin::Nested { parent, groups: groups.into_values().collect() }, inherited.collect()))
}

fn weight(
    crossing: &[(&str, &str)],
    weighed: &[&str],
    weights: &BTreeMap<String, BTreeMap<String, u64>>,
    entry: Entry<'_>,
) -> Result<u64, DemonstrationError> {
    let mut product = 1;
    for (dimension, category) in crossing.iter().filter(|(dimension, _)| weighed.contains(dimension)) {
        let weights = weights.get(*dimension).ok_or_else(|| entry.missing("weights of", dimension))?;
        if weights.values().sum::<u64>() != super::MILLE {
            return Err(entry.wrong(format!("weights of {dimension} do not add up to 1000")));
        }
        product *= weights.get(*category).ok_or_else(|| entry.missing("weight of", category))?;
    }
    Ok(product)
}

type Margins = (Vec<i32>, Vec<Vec<usize>>);

fn margins_of(axes: &Axes, catalogue: &Catalogue, entry: Entry<'_>) -> Result<Margins, DemonstrationError> {
    let mut margins: Vec<i32> = Vec::new();
    let mut counts_in = Vec::new();
    for position in 0..axes.len() {
        let mut places = Vec::new();
        for choice in choices(&axes.crossing(position)) {
            let id = catalogue.breakdown_id(&catalogue.breakdown(choice, entry)?, entry)?;
            let place = margins.iter().position(|known| *known == id).unwrap_or(margins.len());
            if place == margins.len() {
                margins.push(id);
            }
            places.push(place);
        }
        counts_in.push(places);
    }
    Ok((margins, counts_in))
}
