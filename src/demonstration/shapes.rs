//! The schematic geometry: cells of communes, small cells inside them, outlines of neighbourhoods.

use geo::{MultiPolygon, Point, Polygon};

use super::files::places::{Commune, Neighbourhood};
use crate::geometry::{
    cells::{self, Site},
    overlay,
};

/// About 3 km around the outermost centroids.
const MARGIN_DEGREES: f64 = 0.027;

/// A smallest cell: an IRIS, or a commune that is not split.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    /// Position of its version of a commune.
    pub commune: usize,
    /// Number of the IRIS within the commune, from 1; none for a whole commune.
    pub iris: Option<usize>,
    pub outline: Polygon<f64>,
}

/// Every shape, in the order of the data files.
#[derive(Debug)]
pub(super) struct Shapes {
    pub communes: Vec<MultiPolygon<f64>>,
    pub cells: Vec<Cell>,
    pub neighbourhoods: Vec<Polygon<f64>>,
}

impl Shapes {
    pub fn draw(communes: &[Commune], neighbourhoods: &[Neighbourhood]) -> Self {
        let outlines = commune_cells(communes);
        let mut cells = Vec::new();
        for (position, (commune, outline)) in communes.iter().zip(&outlines).enumerate() {
            cells.extend(small_cells(position, commune, outline));
        }
        let outline = |neighbourhood: &Neighbourhood| {
            let centre = Point::new(neighbourhood.longitude, neighbourhood.latitude);
            cells::neighbourhood(centre, neighbourhood.radius_metres, neighbourhood.seed)
        };
        Self {
            communes: outlines.into_iter().map(|parts| overlay::union(&parts)).collect(),
            cells,
            neighbourhoods: neighbourhoods.iter().map(outline).collect(),
        }
    }
}

/// The cells of each version: one, grown around its centroid, or those of its predecessors.
fn commune_cells(communes: &[Commune]) -> Vec<Vec<Polygon<f64>>> {
    let first: Vec<&Commune> = communes.iter().filter(|commune| commune.predecessors.is_empty()).collect();
    let sites: Vec<Site> = first
        .iter()
        .map(|commune| Site { longitude: commune.longitude, latitude: commune.latitude })
        .collect();
    let grown = cells::grow(&sites, MARGIN_DEGREES);
    let cell_of = |code: &str| {
        let position = first.iter().position(|commune| commune.code == code)?;
        grown.get(position).cloned()
    };
    communes
        .iter()
        .map(|commune| {
            if commune.predecessors.is_empty() {
                cell_of(&commune.code).into_iter().collect()
            } else {
                commune.predecessors.split_whitespace().filter_map(cell_of).collect()
            }
        })
        .collect()
}

fn small_cells(position: usize, commune: &Commune, outline: &[Polygon<f64>]) -> Vec<Cell> {
    let seed = commune.code.bytes().fold(0, |seed, byte| seed * 10 + u64::from(byte % 10));
    match outline {
        [only] if commune.iris > 1 => cells::split(only, commune.iris, seed)
            .into_iter()
            .enumerate()
            .map(|(number, outline)| Cell { commune: position, iris: Some(number + 1), outline })
            .collect(),
        // A commune that is not split is never cut by a neighbourhood, so that one of its cells will do.
        cells => cells
            .iter()
            .take(1)
            .map(|outline| Cell { commune: position, iris: None, outline: outline.clone() })
            .collect(),
    }
}
