//! `observatoire contours`: real contours in place of schematic ones.

use std::{collections::HashSet, path::PathBuf};

use chrono::NaiveDate;
use clap::Args;
use entity::types::{Level, TerritoryCode};

use super::{Failure, print, setup, values};
use crate::{
    config::Settings,
    geography::{Gazetteer, Territory, Vintage},
    geometry::{
        contours::{self, Contour},
        geojson_text,
    },
    store::Geometry,
};

/// Which contours.
#[derive(Args)]
pub struct Arguments {
    /// Fichier GeoJSON (FeatureCollection, WGS 84). / GeoJSON file.
    file: PathBuf,
    /// Niveau des territoires du fichier. / Level of the territories in the file.
    #[arg(long, default_value = "COMMUNE")]
    level: Level,
    /// Jour de la géographie du fichier ; le dernier millésime par défaut. / Day of the file's geography.
    #[arg(long, value_name = "DAY", value_parser = values::day)]
    as_of: Option<NaiveDate>,
    /// Propriété qui porte le code ; « code », « INSEE_COM »… par défaut. / Property that holds the code.
    #[arg(long)]
    code_property: Option<String>,
}

/// Most faults that are printed one by one.
const MOST_FAULTS: usize = 40;

/// Loads contours, all or none.
pub async fn run(settings: &Settings, arguments: Arguments) -> Result<(), Failure> {
    let store = setup::existing(settings).await?;
    let gazetteer = store.gazetteer().await?;
    let text = std::fs::read_to_string(&arguments.file)
        .map_err(|error| format!("{} : {error}", arguments.file.display()))?;
    let properties: Vec<&str> = arguments.code_property.as_deref().into_iter().collect();
    let read = contours::read(&text, &properties);
    let read = read.map_err(|faults| report(faults.iter().map(contours::ContourFault::french)))?;
    let day = arguments.as_of.unwrap_or_else(|| Vintage::LATEST.day());
    let known = known(&gazetteer, &read, arguments.level, day)?;
    let batch = store.batch().await?;
    let count = known.len();
    let loaded: HashSet<i32> = known.iter().map(|(territory_id, _)| *territory_id).collect();
    let left: Vec<&Territory> = gazetteer
        .all()
        .iter()
        .filter(|territory| {
            territory.level == arguments.level
                && territory.exists_in(Vintage::LATEST)
                && !loaded.contains(&territory.id)
        })
        .collect();
    for (territory_id, geometry) in known {
        batch.replace_geometry(territory_id, geometry).await?;
    }
    batch.commit().await?;
    let loaded = print::several(count, "contour chargé", "contours chargés");
    print::note(&format!("{loaded}, tous ceux du fichier."))?;
    let left: Vec<String> = left
        .iter()
        .map(|territory| format!("{} {}", territory.code, territory.name))
        .take(MOST_FAULTS)
        .collect();
    if !left.is_empty() {
        print::note(&format!(
            "Gardent leur contour schématique, au niveau {} du dernier millésime : {}",
            arguments.level,
            left.join(", ")
        ))?;
    }
    Ok(())
}

/// The contours with the territories that they belong to; every code that is unknown is named.
fn known(
    gazetteer: &Gazetteer,
    contours: &[Contour],
    level: Level,
    day: NaiveDate,
) -> Result<Vec<(i32, Geometry)>, Failure> {
    let mut known = Vec::new();
    let mut unknown = Vec::new();
    for contour in contours {
        let code = TerritoryCode::parse(&contour.code).ok();
        let found = code.and_then(|code| gazetteer.find(&code, Some(level), day));
        match (found, geojson_text::bounding_box(&contour.geometry)) {
            (Some(found), Some(bounding_box)) => {
                let text = geojson_text::multi_polygon_text(&contour.geometry);
                known.push((found.id, Geometry { text, bounding_box, schematic: false }));
            }
            _ => unknown
                .push(format!("{} : aucun territoire de niveau {level} n’a ce code au {day}", contour.code)),
        }
    }
    if unknown.is_empty() { Ok(known) } else { Err(report(unknown.into_iter())) }
}

fn report(faults: impl Iterator<Item = String>) -> Failure {
    let faults: Vec<String> = faults.collect();
    let mut text = format!("rien n’est chargé, {} :", print::several(faults.len(), "défaut", "défauts"));
    for fault in faults.iter().take(MOST_FAULTS) {
        text.push_str("\n  ");
        text.push_str(fault);
    }
    if faults.len() > MOST_FAULTS {
        let others = print::several(faults.len() - MOST_FAULTS, "autre", "autres");
        text.push_str(&format!("\n  … et {others}"));
    }
    text.into()
}
