//! Loading the catalogue.

use std::collections::HashMap;

use entity::{
    breakdown, category, dimension, indicator, secrecy_rule, series_break, source, types::IndicatorCode,
};
use sea_orm::{EntityTrait, QueryOrder};

use super::{Store, StoreError};
use crate::catalogue::{
    Catalogue, Category, Dimension, Indicator, Parts, SecrecyRule, SeriesBreak, Source, Text,
};

impl Store {
    /// Reads indicators with the breaks in their series, dimensions, breakdowns, sources and rules.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`], or [`StoreError::Inconsistent`] for an indicator whose parts make no sense.
    pub async fn catalogue(&self) -> Result<Catalogue, StoreError> {
        let rules = secrecy_rule::Entity::find().all(&self.db).await?;
        let sources = source::Entity::find().all(&self.db).await?;
        let dimensions =
            dimension::Entity::find().order_by_asc(dimension::Column::Position).all(&self.db).await?;
        let categories =
            category::Entity::find().order_by_asc(category::Column::Position).all(&self.db).await?;
        let indicators = indicator::Entity::find().all(&self.db).await?;
        let breakdowns = breakdown::Entity::find().all(&self.db).await?;
        let mut breaks: HashMap<i32, Vec<SeriesBreak>> = HashMap::new();
        for row in series_break::Entity::find().all(&self.db).await? {
            breaks.entry(row.indicator_id).or_default().push(row.into());
        }
        let indicator = |row: indicator::Model| {
            let breaks = breaks.remove(&row.id).unwrap_or_default();
            read_indicator(row, breaks)
        };
        Ok(Catalogue::new(Parts {
            rules: rules.into_iter().map(SecrecyRule::from).collect(),
            sources: sources.into_iter().map(Source::from).collect(),
            dimensions: dimensions.into_iter().map(|row| with_categories(row, &categories)).collect(),
            indicators: indicators.into_iter().map(indicator).collect::<Result<_, _>>()?,
            breakdowns: breakdowns.into_iter().map(|row| (row.id, row.key)).collect(),
        }))
    }
}

fn with_categories(row: dimension::Model, categories: &[category::Model]) -> Dimension {
    let of_dimension = categories.iter().filter(|category| category.dimension == row.code);
    Dimension {
        categories: of_dimension.cloned().map(Category::from).collect(),
        label: Text::new(&row.label_fr, &row.label_en),
        code: row.code,
    }
}

impl From<category::Model> for Category {
    fn from(row: category::Model) -> Self {
        Self {
            dimension: row.dimension,
            code: row.code,
            label: Text::new(&row.label_fr, &row.label_en),
            parent: row.parent,
        }
    }
}

impl From<secrecy_rule::Model> for SecrecyRule {
    fn from(row: secrecy_rule::Model) -> Self {
        Self {
            id: row.id,
            code: row.code,
            label: Text::new(&row.label_fr, &row.label_en),
            minimum_contributors: row.minimum_contributors,
            dominance_percent: row.dominance_percent,
            minimum_population: row.minimum_population,
            basis: Text::new(&row.basis_fr, &row.basis_en),
            effective_from: row.effective_from,
        }
    }
}

impl From<source::Model> for Source {
    fn from(row: source::Model) -> Self {
        Self {
            id: row.id,
            code: row.code,
            label: Text::new(&row.label_fr, &row.label_en),
            provider: row.provider,
            audience: row.audience,
            secrecy_rule_id: row.secrecy_rule_id,
            synthetic: row.synthetic,
        }
    }
}

impl From<series_break::Model> for SeriesBreak {
    fn from(row: series_break::Model) -> Self {
        Self { period: row.period, reason: Text::new(&row.reason_fr, &row.reason_en) }
    }
}

fn read_indicator(row: indicator::Model, breaks: Vec<SeriesBreak>) -> Result<Indicator, StoreError> {
    let code = |text: String| {
        IndicatorCode::parse(&text).map_err(|error| StoreError::Inconsistent(error.to_string()))
    };
    let numerator = row.numerator.map(code).transpose()?;
    let precautions = row.precautions_fr.zip(row.precautions_en);
    Ok(Indicator {
        id: row.id,
        code: row.code,
        label: Text::new(&row.label_fr, &row.label_en),
        definition: Text::new(&row.definition_fr, &row.definition_en),
        theme: row.theme,
        unit: row.unit,
        measure: row.measure,
        source_id: row.source_id,
        additive: row.additive,
        finest_level: row.finest_level,
        dimensions: row.dimensions.split_whitespace().map(str::to_owned).collect(),
        numerator: numerator.map(|code| (code, row.numerator_breakdown)),
        part_of: row.part_of.map(code).transpose()?,
        denominator: row.denominator.map(code).transpose()?,
        precautions: precautions.map(|(french, english)| Text::new(&french, &english)),
        decimals: row.decimals.and_then(|decimals| usize::try_from(decimals).ok()),
        breaks,
    })
}
