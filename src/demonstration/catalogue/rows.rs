//! The rows of the catalogue.

use entity::{
    breakdown, category, dimension, indicator, secrecy_rule, series_break, source, types::Breakdown,
};

use super::{Catalogue, entry};
use crate::{
    demonstration::{
        error::DemonstrationError,
        files::{
            self,
            catalogue::{Indicator, Rule, Source},
        },
    },
    store::Batch,
};

impl Catalogue {
    /// Writes the catalogue.
    ///
    /// # Errors
    ///
    /// [`DemonstrationError`] when an entry names something that does not exist, or the database refuses.
    pub async fn write(&self, batch: &Batch) -> Result<(), DemonstrationError> {
        let rules = (1..).zip(&self.rules).map(|(id, rule)| rule_row(id, rule));
        batch.insert::<secrecy_rule::ActiveModel>(rules).await?;
        let sources: Result<Vec<_>, _> =
            (1..).zip(&self.sources).map(|(id, source)| self.source_row(id, source)).collect();
        batch.insert::<source::ActiveModel>(sources?).await?;
        self.write_dimensions(batch).await?;
        let indicators: Result<Vec<_>, _> =
            self.indicators().map(|(id, indicator)| self.indicator_row(id, indicator)).collect();
        batch.insert::<indicator::ActiveModel>(indicators?).await?;
        let breaks = self.indicators().flat_map(|(id, indicator)| {
            indicator.series_break.iter().map(move |found| series_break::Model {
                indicator_id: id,
                period: found.period,
                reason_fr: found.reason_fr.clone(),
                reason_en: found.reason_en.clone(),
            })
        });
        batch.insert::<series_break::ActiveModel>(breaks).await?;
        let breakdowns =
            self.breakdowns.iter().map(|(key, id)| breakdown::Model { id: *id, key: key.clone() });
        Ok(batch.insert::<breakdown::ActiveModel>(breakdowns).await?)
    }

    async fn write_dimensions(&self, batch: &Batch) -> Result<(), DemonstrationError> {
        let dimensions = (1..).zip(&self.dimensions).map(|(position, dimension)| dimension::Model {
            code: dimension.code.clone(),
            position,
            label_fr: dimension.label_fr.clone(),
            label_en: dimension.label_en.clone(),
        });
        batch.insert::<dimension::ActiveModel>(dimensions).await?;
        let categories = self.dimensions.iter().flat_map(|dimension| {
            (1..).zip(&dimension.category).map(|(position, category)| category::Model {
                dimension: dimension.code.clone(),
                code: category.code.clone(),
                position,
                label_fr: category.label_fr.clone(),
                label_en: category.label_en.clone(),
                parent: category.parent.clone(),
            })
        });
        Ok(batch.insert::<category::ActiveModel>(categories).await?)
    }

    fn source_row(&self, id: i32, source: &Source) -> Result<source::Model, DemonstrationError> {
        let (secrecy_rule_id, _) = self.rule(&source.rule, entry(files::SOURCES, &source.code))?;
        Ok(source::Model {
            id,
            code: source.code.clone(),
            label_fr: source.label_fr.clone(),
            label_en: source.label_en.clone(),
            provider: source.provider.clone(),
            audience: source.audience,
            secrecy_rule_id,
            synthetic: source.synthetic,
        })
    }

    fn indicator_row(&self, id: i32, indicator: &Indicator) -> Result<indicator::Model, DemonstrationError> {
        let entry = entry(files::INDICATORS, indicator.code.as_str());
        let (source_id, _) = self.source(&indicator.source, entry)?;
        for dimension in &indicator.dimensions {
            self.dimension(dimension, entry)?;
        }
        for part in indicator.numerator.iter().chain(&indicator.denominator).chain(&indicator.part_of) {
            self.indicator(part, entry)?;
        }
        Ok(indicator::Model {
            id,
            code: indicator.code.clone(),
            label_fr: indicator.label_fr.clone(),
            label_en: indicator.label_en.clone(),
            definition_fr: indicator.definition_fr.clone(),
            definition_en: indicator.definition_en.clone(),
            theme: indicator.theme,
            unit: indicator.unit,
            measure: indicator.measure,
            source_id,
            additive: indicator.additive,
            finest_level: indicator.finest_level,
            dimensions: indicator.dimensions.join(" "),
            numerator: indicator.numerator.clone(),
            numerator_breakdown: self.numerator_breakdown(indicator)?,
            denominator: indicator.denominator.clone(),
            part_of: indicator.part_of.clone(),
            precautions_fr: indicator.precautions_fr.clone(),
            precautions_en: indicator.precautions_en.clone(),
            decimals: indicator.decimals,
        })
    }

    /// Which category of the numerator a rate means; the total when it means all of it.
    pub fn numerator_breakdown(&self, indicator: &Indicator) -> Result<Breakdown, DemonstrationError> {
        let meant = indicator.numerator_category.as_ref();
        let categories = meant.map(|meant| (meant.dimension.as_str(), meant.category.as_str()));
        self.breakdown(categories, entry(files::INDICATORS, indicator.code.as_str()))
    }
}

fn rule_row(id: i32, rule: &Rule) -> secrecy_rule::Model {
    secrecy_rule::Model {
        id,
        code: rule.code.clone(),
        label_fr: rule.label_fr.clone(),
        label_en: rule.label_en.clone(),
        minimum_contributors: rule.minimum_contributors,
        dominance_percent: rule.dominance_percent,
        minimum_population: rule.minimum_population,
        basis_fr: rule.basis_fr.clone(),
        basis_en: rule.basis_en.clone(),
        effective_from: rule.effective_from,
    }
}
