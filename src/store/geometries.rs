//! Contours, read only when somebody asks for them.

use std::{collections::HashMap, sync::Arc};

use entity::territory_geometry;
use moka::sync::Cache;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::OnConflict};

use super::{Batch, Revision, Store, StoreError};

/// The contour of a territory.
#[derive(Clone, Debug, PartialEq)]
pub struct Geometry {
    /// RFC 7946 geometry as JSON text, without a space.
    pub text: String,
    /// West, south, east, north, in degrees.
    pub bounding_box: [f64; 4],
    /// Whether it is drawn, not measured.
    pub schematic: bool,
}

/// Most bytes of contours that are kept in memory.
const MOST_BYTES: u64 = 32 << 20;

/// Contours that were read, each at a revision; none where a territory has none.
pub(super) struct Contours(Cache<(Revision, i32), Option<Arc<Geometry>>>);

impl Default for Contours {
    fn default() -> Self {
        let weight = |_: &(Revision, i32), contour: &Option<Arc<Geometry>>| {
            let text = contour.as_ref().map_or(0, |contour| contour.text.len());
            u32::try_from(text + size_of::<Geometry>()).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(MOST_BYTES).weigher(weight).build())
    }
}

impl Contours {
    /// Those of these territories that are known, by number, and the territories of which nothing is.
    pub fn get(&self, revision: Revision, territories: &[i32]) -> (HashMap<i32, Arc<Geometry>>, Vec<i32>) {
        let (mut found, mut unknown) = (HashMap::with_capacity(territories.len()), Vec::new());
        for territory_id in territories {
            match self.0.get(&(revision, *territory_id)) {
                Some(Some(contour)) => drop(found.insert(*territory_id, contour)),
                Some(None) => {}
                None => unknown.push(*territory_id),
            }
        }
        (found, unknown)
    }

    /// Keeps what was read of these territories, and gives it.
    pub fn keep(
        &self,
        revision: Revision,
        territories: &[i32],
        read: HashMap<i32, Geometry>,
    ) -> HashMap<i32, Arc<Geometry>> {
        let read: HashMap<i32, Arc<Geometry>> =
            read.into_iter().map(|(territory_id, contour)| (territory_id, Arc::new(contour))).collect();
        for territory_id in territories {
            self.0.insert((revision, *territory_id), read.get(territory_id).map(Arc::clone));
        }
        read
    }
}

impl Store {
    /// The contours of these territories, by number; those without one are missing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(super) async fn geometries(&self, territories: &[i32]) -> Result<HashMap<i32, Geometry>, StoreError> {
        let rows = territory_geometry::Entity::find()
            .filter(territory_geometry::Column::TerritoryId.is_in(territories.iter().copied()))
            .all(&self.db)
            .await?;
        let geometry = |row: territory_geometry::Model| {
            let bounding_box = [row.west, row.south, row.east, row.north];
            Some((
                row.territory_id,
                Geometry { text: written(&row)?, bounding_box, schematic: row.schematic },
            ))
        };
        Ok(rows.into_iter().filter_map(geometry).collect())
    }
}

/// The text of a contour as it stands in answers, whatever wrote the row; none where it is no JSON, as if there were no contour.
fn written(row: &territory_geometry::Model) -> Option<String> {
    let read: Result<serde_json::Value, _> = serde_json::from_str(&row.geometry);
    match read {
        Ok(json) => Some(json.to_string()),
        Err(cause) => {
            tracing::error!(territory = row.territory_id, %cause, "a contour is no JSON");
            None
        }
    }
}

impl Batch {
    /// Replaces the contour of a territory.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn replace_geometry(&self, territory_id: i32, geometry: Geometry) -> Result<(), StoreError> {
        let [west, south, east, north] = geometry.bounding_box;
        let row = territory_geometry::ActiveModel {
            territory_id: Set(territory_id),
            geometry: Set(geometry.text),
            west: Set(west),
            south: Set(south),
            east: Set(east),
            north: Set(north),
            schematic: Set(geometry.schematic),
        };
        let columns = [
            territory_geometry::Column::Geometry,
            territory_geometry::Column::West,
            territory_geometry::Column::South,
            territory_geometry::Column::East,
            territory_geometry::Column::North,
            territory_geometry::Column::Schematic,
        ];
        let conflict =
            OnConflict::column(territory_geometry::Column::TerritoryId).update_columns(columns).to_owned();
        territory_geometry::Entity::insert(row)
            .on_conflict(conflict)
            .exec_without_returning(&self.transaction)
            .await?;
        Ok(())
    }
}
