//! One observation as a row: codes, labels, what was told.

use entity::types::{Audience, Period};

use super::Sheet;
use crate::{
    catalogue::{Indicator, Source},
    geography::Territory,
    language::Language,
    present::{self, Header, words},
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
    /// What stands before the number in spreadsheets: codes and labels, those of the categories last.
    pub fn texts(&self, language: Language) -> Vec<String> {
        let mut texts = vec![
            self.indicator.code.to_string(),
            self.indicator.label.in_language(language).to_owned(),
            self.territory.code.to_string(),
            self.territory.name_in(language).to_owned(),
            words::level(self.territory.level, language).to_owned(),
            self.period.to_string(),
        ];
        for category in &self.categories {
            texts.extend([category.code.clone(), category.label.clone()]);
        }
        texts
    }

    /// What stands after the number in spreadsheets: its sign, the reason in words and as a code, the unit, the source, the
    /// status.
    pub fn texts_after(&self, language: Language) -> [&str; 6] {
        let unit = words::unit(self.indicator.unit, language).unwrap_or_default();
        [
            self.symbol(),
            self.reason(language),
            self.withheld(),
            unit,
            self.source.code.as_str(),
            self.observation_status,
        ]
    }

    /// Insee's sign where there is no number.
    pub fn symbol(&self) -> &'static str {
        self.told.disclosed.symbol().unwrap_or_default()
    }

    /// The reason in words where there is no number.
    pub fn reason(&self, language: Language) -> &'static str {
        self.told.disclosed.withheld().map_or("", |reason| words::withheld(reason, language))
    }

    /// The code of the reason where there is no number.
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

    /// The columns of spreadsheets: codes and labels, the value, its sign, the reason in words and as a code, the unit, the
    /// source, the status.
    pub fn columns(self) -> Vec<String> {
        let language = self.names.language;
        let (before, after) = match language {
            Language::French => (
                ["Indicateur", "Libellé", "Territoire", "Nom du territoire", "Niveau", "Période"],
                ["Valeur", "Signe", "Motif", "Code du motif", "Unité", "Source", "Statut"],
            ),
            Language::English => (
                ["Indicator", "Label", "Territory", "Territory name", "Level", "Period"],
                ["Value", "Symbol", "Reason", "Code of the reason", "Unit", "Source", "Status"],
            ),
        };
        let mut columns = before.map(str::to_owned).to_vec();
        for code in self.dimensions() {
            let dimension = self.names.catalogue.dimension(code);
            let label = dimension.map_or(code.as_str(), |found| found.label.in_language(language));
            columns.extend([code.clone(), label.to_owned()]);
        }
        columns.extend(after.map(str::to_owned));
        columns
    }

    /// What stands under the table: notes, sources, for whom it was made.
    pub fn remarks(self) -> Vec<String> {
        let language = self.names.language;
        let colon = language.pick("\u{a0}: ", ": ");
        let mut lines = self.grid.notes(self.names);
        lines.extend(self.sources().into_iter().map(|label| format!("Source{colon}{label}")));
        lines.push(self.stamp.text(language));
        lines
    }

    /// Every observation of the table, row by row.
    pub fn records(self) -> impl Iterator<Item = Record<'a>> {
        self.grid.told().iter().filter_map(move |told| self.record(told))
    }

    /// One observation of the table.
    pub fn record(self, told: &'a Told) -> Option<Record<'a>> {
        let names = self.names;
        let indicator = names.catalogue.indicator_by_id(told.key.indicator_id)?;
        Some(Record {
            indicator,
            source: names.catalogue.source(indicator.source_id)?,
            territory: names.gazetteer.get(told.key.territory_id)?,
            period: told.key.period,
            categories: names.breakdown(told.key.breakdown_id, self.dimensions()),
            told,
            observation_status: present::observation_status(told, (names.catalogue, names.gazetteer)),
        })
    }

    /// The labels of the sources of the table.
    pub fn sources(self) -> Vec<&'a str> {
        self.grid.source_labels(self.names)
    }
}
