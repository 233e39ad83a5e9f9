//! Synthetic deliveries, as providers would send them: files to try the import with.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::{Path, PathBuf},
};

use entity::types::{Breakdown, Level};

use super::{DemonstrationError, Material, ground::Parcel};

impl Material {
    /// Writes one file for each confidential source and the year: long CSV in our own words, with the parts of what
    /// neighbourhoods cut.
    pub(super) fn deliveries(
        &self,
        folder: &Path,
        year: i32,
        monthly: bool,
    ) -> Result<Vec<PathBuf>, DemonstrationError> {
        let mut confidential = self.confidential()?;
        let codes: HashMap<i32, &str> =
            self.places.all.iter().map(|place| (place.id, place.code.as_str())).collect();
        let breakdowns = self.catalogue.breakdowns();
        let mut written = Vec::new();
        for delivery in 0..confidential.deliveries() {
            let Some(drawn) = confidential.draw(delivery, year, monthly)? else { continue };
            let mut codes: HashMap<i32, String> =
                codes.iter().map(|(id, code)| (*id, (*code).to_owned())).collect();
            let parts: Vec<(i32, String)> =
                drawn.ground.parcels.iter().filter_map(|parcel| part(parcel, &codes)).collect();
            codes.extend(parts);
            let path = folder.join(format!("{}-{year}.csv", drawn.source));
            let file = Lines { codes: &codes, breakdowns: &breakdowns, drawn: &drawn };
            file.write(&path)
                .map_err(|error| DemonstrationError::Delivery(path.display().to_string(), error))?;
            written.push(path);
        }
        Ok(written)
    }
}

/// The number and the code of the part of an IRIS (or commune) inside a neighbourhood, where it is hidden.
fn part(parcel: &Parcel, codes: &HashMap<i32, String>) -> Option<(i32, String)> {
    let at = |level: Level| parcel.territories.iter().find(|(_, found)| *found == level).map(|(id, _)| *id);
    let zone = at(Level::PriorityNeighbourhood)?;
    let plot = at(Level::Iris).or(at(Level::Commune))?;
    (parcel.own < 0).then_some((parcel.own, format!("{}/{}", codes.get(&plot)?, codes.get(&zone)?)))
}

/// A delivery that was drawn: its counts by indicator, territory, period and breakdown.
pub(super) struct Drawn {
    pub source: String,
    pub ground: std::sync::Arc<super::ground::Ground>,
    /// Code of the indicator, territory, period, breakdown, count.
    pub counts: Vec<(String, i32, entity::types::Period, i32, u64)>,
}

struct Lines<'a> {
    codes: &'a HashMap<i32, String>,
    breakdowns: &'a HashMap<i32, Breakdown>,
    drawn: &'a Drawn,
}

impl Lines<'_> {
    fn write(&self, path: &Path) -> Result<(), csv::Error> {
        let of = |id: &i32| self.breakdowns.get(id).cloned().unwrap_or_default();
        let used: BTreeMap<i32, Breakdown> =
            self.drawn.counts.iter().map(|(_, _, _, id, _)| (*id, of(id))).collect();
        let dimensions: BTreeSet<&str> = used
            .values()
            .flat_map(|breakdown| breakdown.categories().map(|(dimension, _)| dimension))
            .collect();
        let mut writer = csv::WriterBuilder::new().delimiter(b';').from_path(path)?;
        writer.write_record(
            ["territory", "period", "indicator", "value"].into_iter().chain(dimensions.iter().copied()),
        )?;
        for (indicator, territory, period, breakdown, count) in &self.drawn.counts {
            // Parts that no delivery names: they follow from the others.
            let Some(code) = self.codes.get(territory) else { continue };
            let category = |dimension: &&str| {
                let known = used.get(breakdown)?;
                known.categories().find(|(other, _)| other == dimension).map(|(_, code)| code.to_owned())
            };
            let fixed = [code.clone(), period.to_string(), indicator.clone(), count.to_string()];
            writer.write_record(
                fixed.into_iter().chain(dimensions.iter().map(|one| category(one).unwrap_or_default())),
            )?;
        }
        Ok(writer.flush()?)
    }
}

/// Writes synthetic deliveries of a year into a folder; gives their places. `monthly` deliveries are seventeen times
/// as large: every month and quarter of the year beside it.
///
/// # Errors
///
/// [`DemonstrationError`] when the data files do not make sense or a file cannot be written.
pub fn write(folder: &Path, year: i32, monthly: bool) -> Result<Vec<PathBuf>, DemonstrationError> {
    Material::read()?.deliveries(folder, year, monthly)
}
