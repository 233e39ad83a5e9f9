//! Which territories there are.

use chrono::NaiveDate;
use entity::types::{Level, TerritoryCode};
use geo::{MultiPolygon, Polygon};

use super::{AGGLOMERATION, Place};
use crate::{
    demonstration::{
        error::{DemonstrationError, Entry},
        files::{
            self,
            places::{Commune, Neighbourhood},
        },
        shapes::Shapes,
    },
    geometry::{geojson_text, overlay},
};

/// Every territory, numbered in the order of display: level, code, first day.
pub(super) fn places(
    communes: &[Commune],
    neighbourhoods: &[Neighbourhood],
    shapes: &Shapes,
) -> Result<Vec<Place>, DemonstrationError> {
    let mut all = wide(shapes)?;
    for (commune, shape) in communes.iter().zip(&shapes.communes) {
        all.push(of_commune(commune, shape)?);
    }
    all.extend(irises(communes, shapes)?);
    for (neighbourhood, outline) in neighbourhoods.iter().zip(&shapes.neighbourhoods) {
        all.push(of_neighbourhood(neighbourhood, outline)?);
    }
    all.extend(remainders(communes, neighbourhoods, shapes)?);
    all.sort_by(|a, b| (a.level, &a.code, a.valid_from).cmp(&(b.level, &b.code, b.valid_from)));
    for (place, id) in all.iter_mut().zip(1..) {
        place.id = id;
    }
    Ok(all)
}

pub(super) fn commune_key(commune: &Commune) -> String {
    match commune.valid_from {
        Some(first) => format!("{}@{first}", commune.code),
        None => commune.code.clone(),
    }
}

pub(super) fn iris_code(commune: &Commune, number: usize) -> String {
    format!("{}X{number:03}", commune.code)
}

pub(super) fn remainder_code(commune: &str, generation: i32) -> String {
    format!("{commune}-HQ{:02}", generation % 100)
}

fn place(
    file: &'static str,
    level: Level,
    key: &str,
    name: &str,
    parents: &[&str],
) -> Result<Place, DemonstrationError> {
    let code = key.split_once('@').map_or(key, |(code, _)| code);
    Ok(Place {
        id: 0,
        key: key.to_owned(),
        level,
        code: TerritoryCode::parse(code).map_err(|error| Entry { file, name: key }.wrong(error))?,
        name: name.to_owned(),
        name_en: None,
        valid_from: None,
        valid_to: None,
        generation: None,
        official: true,
        centroid: None,
        shape: None,
        parents: parents.iter().map(|parent| (*parent).to_owned()).collect(),
    })
}

fn drawn(place: Place, shape: MultiPolygon<f64>) -> Place {
    let centroid =
        place.centroid.or_else(|| geojson_text::centre(&shape).map(|point| (point.x(), point.y())));
    Place { centroid, shape: Some(shape), ..place }
}

fn wide(shapes: &Shapes) -> Result<Vec<Place>, DemonstrationError> {
    let file = files::COMMUNES.name;
    let cells: Vec<Polygon<f64>> = shapes.cells.iter().map(|cell| cell.outline.clone()).collect();
    let agglomeration = place(file, Level::Agglomeration, AGGLOMERATION, "Dijon Métropole", &["21"])?;
    Ok(vec![
        place(file, Level::Country, "FR", "France", &[])?,
        place(file, Level::Region, "27", "Bourgogne-Franche-Comté", &["FR"])?,
        place(file, Level::Department, "21", "Côte-d’Or", &["27"])?,
        drawn(agglomeration, overlay::union(&cells)),
    ])
}

fn of_commune(commune: &Commune, shape: &MultiPolygon<f64>) -> Result<Place, DemonstrationError> {
    let key = commune_key(commune);
    let named = place(files::COMMUNES.name, Level::Commune, &key, &commune.name, &[AGGLOMERATION])?;
    Ok(Place {
        valid_from: commune.valid_from,
        valid_to: commune.valid_to,
        centroid: Some((commune.longitude, commune.latitude)),
        shape: Some(shape.clone()),
        ..named
    })
}

fn irises(communes: &[Commune], shapes: &Shapes) -> Result<Vec<Place>, DemonstrationError> {
    let mut places = Vec::new();
    for cell in &shapes.cells {
        let (Some(commune), Some(number)) = (communes.get(cell.commune), cell.iris) else { continue };
        let name = format!("{} – IRIS fictif {number}", commune.name);
        let key = iris_code(commune, number);
        let iris = place(files::COMMUNES.name, Level::Iris, &key, &name, &[&commune_key(commune)])?;
        let shape = MultiPolygon::new(vec![cell.outline.clone()]);
        let name_en = Some(format!("{} – fictitious IRIS {number}", commune.name));
        places.push(drawn(Place { name_en, official: false, ..iris }, shape));
    }
    Ok(places)
}

fn of_neighbourhood(
    neighbourhood: &Neighbourhood,
    outline: &Polygon<f64>,
) -> Result<Place, DemonstrationError> {
    let parent = match neighbourhood.communes.as_slice() {
        [only] => only,
        _ => AGGLOMERATION,
    };
    let level = Level::PriorityNeighbourhood;
    let named =
        place(files::NEIGHBOURHOODS.name, level, &neighbourhood.code, &neighbourhood.name, &[parent])?;
    let place = of_generation(named, neighbourhood.generation);
    Ok(drawn(place, MultiPolygon::new(vec![outline.clone()])))
}

/// The first generation ran from 2015 to 2023, the second has run since 2024.
fn of_generation(place: Place, generation: i32) -> Place {
    let valid_to = if generation == 2015 { NaiveDate::from_ymd_opt(2023, 12, 31) } else { None };
    Place {
        valid_from: NaiveDate::from_ymd_opt(generation, 1, 1),
        valid_to,
        generation: Some(generation),
        official: false,
        ..place
    }
}

fn remainders(
    communes: &[Commune],
    neighbourhoods: &[Neighbourhood],
    shapes: &Shapes,
) -> Result<Vec<Place>, DemonstrationError> {
    let mut generations: Vec<i32> =
        neighbourhoods.iter().map(|neighbourhood| neighbourhood.generation).collect();
    generations.sort_unstable();
    generations.dedup();
    let mut places = Vec::new();
    for generation in generations {
        let of_it: Vec<(&Neighbourhood, &Polygon<f64>)> = neighbourhoods
            .iter()
            .zip(&shapes.neighbourhoods)
            .filter(|(neighbourhood, _)| neighbourhood.generation == generation)
            .collect();
        let outlines: Vec<Polygon<f64>> = of_it.iter().map(|(_, outline)| (*outline).clone()).collect();
        for (commune, shape) in communes.iter().zip(&shapes.communes) {
            if !of_it.iter().any(|(neighbourhood, _)| neighbourhood.communes.contains(&commune.code)) {
                continue;
            }
            let name = format!("{} hors quartiers prioritaires ({generation})", commune.name);
            let key = remainder_code(&commune.code, generation);
            let parents = [commune_key(commune)];
            let rest = place(
                files::NEIGHBOURHOODS.name,
                Level::Remainder,
                &key,
                &name,
                &parents.each_ref().map(String::as_str),
            )?;
            let name_en = format!("{} outside priority neighbourhoods ({generation})", commune.name);
            let rest = of_generation(Place { name_en: Some(name_en), ..rest }, generation);
            places.push(drawn(rest, overlay::remainder(shape, &outlines)));
        }
    }
    Ok(places)
}
