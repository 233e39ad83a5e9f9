//! Studies with their links and citations.

use entity::{
    study, study_author, study_citation, study_indicator, study_territory, study_theme, types::Breakdown,
};

use super::{
    catalogue::{Catalogue, entry},
    charter::Charter,
    error::{DemonstrationError, Entry},
    files::{
        self,
        studies::{Citation, Studies as File, Study},
    },
    places::Places,
};
use crate::store::Batch;

/// The studies, numbered from 1 in the order of their file.
#[derive(Debug)]
pub(super) struct Studies(Vec<Study>);

#[derive(Default)]
struct Links {
    authors: Vec<study_author::Model>,
    territories: Vec<study_territory::Model>,
    themes: Vec<study_theme::Model>,
    indicators: Vec<study_indicator::Model>,
    citations: Vec<study_citation::Model>,
}

impl Studies {
    /// Reads the data file.
    ///
    /// # Errors
    ///
    /// [`DemonstrationError`] when it does not have its shape.
    pub fn read() -> Result<Self, DemonstrationError> {
        Ok(Self(files::STUDIES.toml::<File>()?.study))
    }

    /// The breakdowns that citations name.
    ///
    /// # Errors
    ///
    /// [`DemonstrationError`] when a dimension or category does not exist.
    pub fn breakdowns(&self, catalogue: &Catalogue) -> Result<Vec<Breakdown>, DemonstrationError> {
        let cited = self.0.iter().flat_map(|study| study.citations.iter().map(move |cited| (study, cited)));
        cited
            .map(|(study, citation)| breakdown(citation, catalogue, entry(files::STUDIES, &study.reference)))
            .collect()
    }

    /// Writes the studies.
    ///
    /// # Errors
    ///
    /// [`DemonstrationError`] when one names something that does not exist, or the database refuses.
    pub async fn write(
        &self,
        batch: &Batch,
        catalogue: &Catalogue,
        charter: &Charter,
        places: &Places,
    ) -> Result<(), DemonstrationError> {
        let mut links = Links::default();
        for (id, study) in (1..).zip(&self.0) {
            links.add(id, study, catalogue, charter, places)?;
        }
        batch.insert::<study::ActiveModel>((1..).zip(&self.0).map(|(id, study)| row(id, study))).await?;
        batch.insert::<study_author::ActiveModel>(links.authors).await?;
        batch.insert::<study_territory::ActiveModel>(links.territories).await?;
        batch.insert::<study_theme::ActiveModel>(links.themes).await?;
        batch.insert::<study_indicator::ActiveModel>(links.indicators).await?;
        Ok(batch.insert::<study_citation::ActiveModel>(links.citations).await?)
    }
}

impl Links {
    fn add(
        &mut self,
        study_id: i32,
        study: &Study,
        catalogue: &Catalogue,
        charter: &Charter,
        places: &Places,
    ) -> Result<(), DemonstrationError> {
        let entry = entry(files::STUDIES, &study.reference);
        let territory = |name: &String| places.current(name).ok_or_else(|| entry.missing("territory", name));
        for author in &study.authors {
            let partner_id = charter.partner(author, entry)?;
            self.authors.push(study_author::Model { study_id, partner_id, in_group: false });
        }
        for name in &study.territories {
            self.territories.push(study_territory::Model { study_id, territory_id: territory(name)? });
        }
        self.themes.extend(study.themes.iter().map(|theme| study_theme::Model { study_id, theme: *theme }));
        for code in &study.indicators {
            let (indicator_id, _) = catalogue.indicator(code, entry)?;
            self.indicators.push(study_indicator::Model { study_id, indicator_id });
        }
        for (position, citation) in (1..).zip(&study.citations) {
            let cut = breakdown(citation, catalogue, entry)?;
            self.citations.push(study_citation::Model {
                study_id,
                position,
                indicator_id: catalogue.indicator(&citation.indicator, entry)?.0,
                territory_id: territory(&citation.territory)?,
                period: citation.period,
                breakdown_id: catalogue.breakdown_id(&cut, entry)?,
            });
        }
        Ok(())
    }
}

fn breakdown(
    citation: &Citation,
    catalogue: &Catalogue,
    entry: Entry<'_>,
) -> Result<Breakdown, DemonstrationError> {
    let categories = citation.breakdown.iter();
    catalogue.breakdown(categories.map(|(dimension, category)| (&**dimension, &**category)), entry)
}

fn row(id: i32, study: &Study) -> study::Model {
    study::Model {
        id,
        reference: study.reference.clone(),
        kind: study.kind,
        title: study.title.clone(),
        summary: study.summary.clone(),
        status: study.status,
        audience: study.audience,
        published_on: study.published_on,
        reviewed_version: None,
        drafted_by: None,
    }
}
