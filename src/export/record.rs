//! One observation as a row: codes, labels, what was told.

use entity::types::{Audience, Period};

use super::Sheet;
use crate::{
    catalogue::{Indicator, Source},
    geography::Territory,
    present::{self, Header},
    store::Told,
};

/// One observation as a row.
pub struct Record<'a> {
    /// Indicator.
    pub indicator: &'a Indicator,
    /// Its source.
    pub source: &'a Source,
    /// Territory.
    pub territory: &'a Territory,
    /// Period.
    pub period: Period,
    /// One for each dimension of the table.
    pub categories: Vec<Header>,
    /// What was told.
    pub told: &'a Told,
    /// SDMX `CL_OBS_STATUS`.
    pub observation_status: &'static str,
}

impl Record<'_> {
    /// Insee's sign where there is no number.
    pub fn symbol(&self) -> &'static str {
        self.told.disclosed.symbol().unwrap_or_default()
    }

    /// The reason where there is no number.
    pub fn withheld(&self) -> &'static str {
        self.told.disclosed.withheld().map_or("", |reason| reason.word())
    }

    /// SDMX `CL_CONF_STATUS`.
    pub fn confidentiality(&self) -> &'static str {
        let audience: Audience = self.source.audience;
        self.told.disclosed.confidentiality(audience)
    }
}

impl<'a> Sheet<'a> {
    /// The dimensions by which the table is broken down.
    pub fn dimensions(self) -> &'a [String] {
        &self.grid.layout().question().dimensions
    }

    /// Every observation of the table, row by row.
    pub fn records(self) -> impl Iterator<Item = Record<'a>> {
        let names = self.names;
        self.grid.told().iter().filter_map(move |told| {
            let indicator = names.catalogue.indicator_by_id(told.key.indicator_id)?;
            Some(Record {
                indicator,
                source: names.catalogue.source(indicator.source_id)?,
                territory: names.gazetteer.get(told.key.territory_id)?,
                period: told.key.period,
                categories: names.breakdown(told.key.breakdown_id, self.dimensions()),
                told,
                observation_status: present::observation_status(told, names.gazetteer),
            })
        })
    }

    /// The labels of the sources of the table.
    pub fn sources(self) -> Vec<&'a str> {
        let catalogue = self.names.catalogue;
        let ids = self.grid.sources(catalogue).into_iter();
        let labels = ids.filter_map(|id| catalogue.source(id));
        labels.map(|source| source.label.in_language(self.names.language)).collect()
    }
}
