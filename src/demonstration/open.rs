//! The open figures: Insee's file as figures that its producer has protected already.

mod formula;
pub(super) mod table;

use std::collections::BTreeMap;

use entity::types::{Breakdown, Period, ReleaseState, Withheld};

use super::{
    catalogue::{Catalogue, entry},
    error::{DemonstrationError, Entry},
    files::{
        self,
        figures::{Open as File, OpenFigure},
    },
    places::{AGGLOMERATION, Places},
};
use crate::{
    release::Staged,
    secrecy::{Address, Masked, table::CellKey},
    store::Release,
};
use table::Table;

/// The open figures as the data file describes them.
#[derive(Debug)]
pub(super) struct Open {
    file: File,
}

impl Open {
    /// Reads the data file.
    ///
    /// # Errors
    ///
    /// [`DemonstrationError`] when it does not have its shape.
    pub fn read() -> Result<Self, DemonstrationError> {
        Ok(Self { file: files::OPEN.toml()? })
    }

    /// The breakdowns of the open figures.
    ///
    /// # Errors
    ///
    /// [`DemonstrationError`] when a dimension or category does not exist.
    pub fn breakdowns(&self, catalogue: &Catalogue) -> Result<Vec<Breakdown>, DemonstrationError> {
        self.file.figure.iter().map(|figure| breakdown(figure, catalogue)).collect()
    }

    /// One release for each source and year, numbered from 1.
    ///
    /// # Errors
    ///
    /// [`DemonstrationError`] when a figure names something that does not exist.
    pub fn releases(
        &self,
        table: &Table,
        catalogue: &Catalogue,
        places: &Places,
    ) -> Result<Vec<Staged>, DemonstrationError> {
        let mut releases: BTreeMap<(i32, i32), Vec<(CellKey, Masked)>> = BTreeMap::new();
        for figure in &self.file.figure {
            let entry = entry(files::OPEN, &figure.indicator);
            let (_, indicator) = catalogue.indicator(&figure.indicator, entry)?;
            let (source_id, _) = catalogue.source(&indicator.source, entry)?;
            let cells = cells(figure, table, catalogue, places)?;
            releases.entry((source_id, figure.year)).or_default().extend(cells);
        }
        (1..)
            .zip(releases)
            .map(|(id, ((source_id, year), masked_by_producer))| {
                let facts = self.facts(id, source_id, year, catalogue)?;
                Ok(Staged { facts, sheets: BTreeMap::new(), masked_by_producer })
            })
            .collect()
    }

    fn facts(
        &self,
        id: i32,
        source_id: i32,
        year: i32,
        catalogue: &Catalogue,
    ) -> Result<Release, DemonstrationError> {
        let source = catalogue.source_code(source_id);
        Ok(Release {
            id,
            reference: format!("{source}-{year}-1"),
            source_id,
            period: period(year, entry(files::OPEN, source))?,
            state: ReleaseState::Staged,
            geography_vintage: self.file.vintage,
            published_on: Some(self.file.published_on),
            embargo_until: None,
        })
    }
}

pub(super) fn period(year: i32, entry: Entry<'_>) -> Result<Period, DemonstrationError> {
    Period::year(year).map_err(|error| entry.wrong(error))
}

fn breakdown(figure: &OpenFigure, catalogue: &Catalogue) -> Result<Breakdown, DemonstrationError> {
    let categories = figure.breakdown.iter().map(|(dimension, category)| (&**dimension, &**category));
    catalogue.breakdown(categories, entry(files::OPEN, &figure.indicator))
}

/// A figure for every commune, and for the agglomeration where the communes add up to it.
fn cells(
    figure: &OpenFigure,
    table: &Table,
    catalogue: &Catalogue,
    places: &Places,
) -> Result<Vec<(CellKey, Masked)>, DemonstrationError> {
    let entry = entry(files::OPEN, &figure.indicator);
    let (indicator_id, _) = catalogue.indicator(&figure.indicator, entry)?;
    let breakdown_id = catalogue.breakdown_id(&breakdown(figure, catalogue)?, entry)?;
    let period = period(figure.year, entry)?;
    let key = |code: &str| {
        let territory_id = places.current(code).ok_or_else(|| entry.missing("territory", code))?;
        let address = Address { territory_id, period, breakdown_id };
        Ok::<_, DemonstrationError>(CellKey { indicator_id, address })
    };
    let mut cells = Vec::new();
    for commune in table.communes() {
        let number = figure.formula.of_commune(table, commune, entry)?;
        cells.push((key(commune)?, masked(number)));
    }
    if let Some(number) = figure.formula.of_all(figure.whole, table, entry)? {
        cells.push((key(AGGLOMERATION)?, masked(Some(number))));
    }
    Ok(cells)
}

/// What Insee shows is shown; an `s` is withheld, and nobody here knows the number.
fn masked(number: Option<f64>) -> Masked {
    match number {
        Some(number) => Masked::from_columns(Some(number), None),
        None => Masked::withheld(Withheld::StatisticalSecrecy),
    }
}
