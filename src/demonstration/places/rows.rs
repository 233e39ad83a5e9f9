//! The rows of the gazetteer.

use entity::{territory, territory_membership, territory_overlap, territory_succession};
use geo::MultiPolygon;

use super::{Place, Places};
use crate::{
    geometry::{geojson_text, overlay},
    store::{Batch, Geometry, StoreError},
};

/// Below this share of a neighbourhood, a piece is a sliver and no overlap, as in [`overlay::atoms`].
const SLIVER: f64 = 0.02;

impl Places {
    /// Writes every territory with its shape.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn write(&self, batch: &Batch) -> Result<(), StoreError> {
        batch.insert::<territory::ActiveModel>(self.all.iter().map(row)).await?;
        batch.insert::<territory_membership::ActiveModel>(self.memberships()).await?;
        batch.insert::<territory_succession::ActiveModel>(self.successions()).await?;
        batch.insert::<territory_overlap::ActiveModel>(self.overlaps()).await?;
        for place in &self.all {
            let Some(shape) = &place.shape else { continue };
            let Some(bounding_box) = geojson_text::bounding_box(shape) else { continue };
            let text = geojson_text::multi_polygon_text(shape);
            batch.replace_geometry(place.id, Geometry { text, bounding_box, schematic: true }).await?;
        }
        Ok(())
    }

    fn memberships(&self) -> impl Iterator<Item = territory_membership::Model> {
        self.all.iter().flat_map(|place| {
            let parents = place.parents.iter().filter_map(|parent| self.id(parent));
            parents.map(|parent_id| territory_membership::Model { child_id: place.id, parent_id })
        })
    }

    fn successions(&self) -> Vec<territory_succession::Model> {
        let mut rows = Vec::new();
        for plot in self.plots.iter().filter(|plot| plot.iris_id.is_none()) {
            let Some(effective_on) = plot.commune.valid_from else { continue };
            for predecessor in plot.commune.predecessors.split_whitespace() {
                let Some(predecessor_id) = self.id(predecessor) else { continue };
                let successor_id = plot.commune_id;
                rows.push(territory_succession::Model { predecessor_id, successor_id, effective_on });
            }
        }
        rows
    }

    /// Neighbourhoods and IRIS cut each other; so do a neighbourhood that spans communes and these.
    fn overlaps(&self) -> Vec<territory_overlap::Model> {
        let mut rows = Vec::new();
        for zone in &self.zones {
            let outline = MultiPolygon::new(vec![zone.outline.clone()]);
            let irises = self
                .plots
                .iter()
                .filter_map(|plot| Some((plot.iris_id?, MultiPolygon::new(vec![plot.outline.clone()]))));
            let spans = zone.file.communes.len() > 1;
            let communes = zone.file.communes.iter().filter(|_| spans).filter_map(|code| {
                let id = self.current(code)?;
                Some((id, self.all.iter().find(|place| place.id == id)?.shape.clone()?))
            });
            for (other_id, other) in irises.chain(communes) {
                rows.extend(both_ways((zone.id, &outline), (other_id, &other)).into_iter().flatten());
            }
        }
        rows
    }
}

fn both_ways(
    (zone_id, zone): (i32, &MultiPolygon<f64>),
    (other_id, other): (i32, &MultiPolygon<f64>),
) -> Option<[territory_overlap::Model; 2]> {
    let share = |from: &MultiPolygon<f64>, to: &MultiPolygon<f64>| {
        let shares = overlay::area_shares(std::slice::from_ref(from), std::slice::from_ref(to));
        shares.first().map(|share| share.share)
    };
    let of_zone = share(zone, other).filter(|share| *share >= SLIVER)?;
    let of_other = share(other, zone)?;
    Some([
        territory_overlap::Model { territory_id: zone_id, other_id, area_share: of_zone },
        territory_overlap::Model { territory_id: other_id, other_id: zone_id, area_share: of_other },
    ])
}

fn row(place: &Place) -> territory::Model {
    territory::Model {
        id: place.id,
        level: place.level,
        code: place.code.clone(),
        name: place.name.clone(),
        name_en: place.name_en.clone(),
        valid_from: place.valid_from,
        valid_to: place.valid_to,
        generation: place.generation,
        official: place.official,
        longitude: place.centroid.map(|(longitude, _)| longitude),
        latitude: place.centroid.map(|(_, latitude)| latitude),
    }
}
