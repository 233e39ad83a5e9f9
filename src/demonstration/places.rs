//! The territories of the demonstration: which there are, how they hang together, and their shapes.

mod drafts;
mod rows;

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::types::{Level, TerritoryCode};
use geo::{MultiPolygon, Polygon};

use super::{
    error::DemonstrationError,
    files::{
        self,
        places::{Commune, Neighbourhood, Neighbourhoods},
    },
    shapes::Shapes,
};
use crate::geography::Vintage;

/// One version of a territory.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub id: i32,
    /// What the data files call it: its code, with the first day where a code has several versions.
    pub key: String,
    pub level: Level,
    pub code: TerritoryCode,
    pub name: String,
    /// Name in English, where it is another one.
    pub name_en: Option<String>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    pub generation: Option<i32>,
    pub official: bool,
    pub centroid: Option<(f64, f64)>,
    pub shape: Option<MultiPolygon<f64>>,
    /// Keys of the territories that it lies in directly.
    pub parents: Vec<String>,
}

/// A smallest cell of the geography, from which every other territory is made.
#[derive(Clone, Debug)]
pub(super) struct Plot {
    /// Code of the IRIS, or of the commune that is not split.
    pub code: String,
    pub commune: Commune,
    pub commune_id: i32,
    pub iris_id: Option<i32>,
    pub outline: Polygon<f64>,
}

/// A priority neighbourhood.
#[derive(Clone, Debug)]
pub(super) struct Zone {
    pub id: i32,
    pub file: Neighbourhood,
    pub outline: Polygon<f64>,
}

/// Every territory.
#[derive(Debug)]
pub(super) struct Places {
    pub all: Vec<Place>,
    pub plots: Vec<Plot>,
    pub zones: Vec<Zone>,
    ids: HashMap<String, i32>,
}

/// Code of the agglomeration.
pub(super) const AGGLOMERATION: &str = "242100410";

impl Places {
    /// Reads the data files and draws the shapes.
    ///
    /// # Errors
    ///
    /// [`DemonstrationError`] when a file does not make sense.
    pub fn read() -> Result<Self, DemonstrationError> {
        let communes: Vec<Commune> = files::COMMUNES.csv(b',')?;
        let neighbourhoods = files::NEIGHBOURHOODS.toml::<Neighbourhoods>()?.neighbourhood;
        let shapes = Shapes::draw(&communes, &neighbourhoods);
        let all = drafts::places(&communes, &neighbourhoods, &shapes)?;
        let ids: HashMap<String, i32> = all.iter().map(|place| (place.key.clone(), place.id)).collect();
        let id = |key: &str| ids.get(key).copied().unwrap_or_default();
        let plots = shapes
            .cells
            .into_iter()
            .filter_map(|cell| {
                let commune = communes.get(cell.commune)?.clone();
                let key = drafts::commune_key(&commune);
                let code = cell.iris.map_or_else(|| key.clone(), |iris| drafts::iris_code(&commune, iris));
                let iris_id = cell.iris.map(|_| id(&code));
                Some(Plot { code, commune_id: id(&key), commune, iris_id, outline: cell.outline })
            })
            .collect();
        let zones = neighbourhoods
            .into_iter()
            .zip(shapes.neighbourhoods)
            .map(|(file, outline)| Zone { id: id(&file.code), file, outline })
            .collect();
        Ok(Self { all, plots, zones, ids })
    }

    /// The number of a territory by its key.
    pub fn id(&self, key: &str) -> Option<i32> {
        self.ids.get(key).copied()
    }

    /// The number of the latest version under a code, or of a neighbourhood as `QPV2015:Name`.
    pub fn current(&self, reference: &str) -> Option<i32> {
        if let Some((generation, name)) = reference.strip_prefix("QPV").and_then(|rest| rest.split_once(':'))
        {
            let generation: i32 = generation.parse().ok()?;
            let zone = self
                .zones
                .iter()
                .find(|zone| zone.file.generation == generation && zone.file.name == name)?;
            return Some(zone.id);
        }
        let versions = self.all.iter().filter(|place| place.code.as_str() == reference);
        versions.max_by_key(|place| place.valid_from).map(|place| place.id)
    }

    /// The number of what is left of a commune outside its neighbourhoods of a generation.
    pub fn remainder(&self, commune: &Commune, generation: i32) -> Option<i32> {
        self.id(&drafts::remainder_code(&commune.code, generation))
    }

    /// The plots of a vintage.
    pub fn plots_in(&self, vintage: Vintage) -> impl Iterator<Item = &Plot> {
        let day = vintage.day();
        self.plots.iter().filter(move |plot| {
            plot.commune.valid_from.is_none_or(|first| first <= day)
                && plot.commune.valid_to.is_none_or(|last| day <= last)
        })
    }

    /// Levels by number.
    pub fn levels(&self) -> HashMap<i32, Level> {
        self.all.iter().map(|place| (place.id, place.level)).collect()
    }
}
