//! Contours, read only when somebody asks for them.

use std::collections::HashMap;

use entity::territory_geometry;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::OnConflict};

use super::{Batch, Store, StoreError};

/// The contour of a territory.
#[derive(Clone, Debug, PartialEq)]
pub struct Geometry {
    /// RFC 7946 geometry as JSON text.
    pub text: String,
    /// West, south, east, north, in degrees.
    pub bounding_box: [f64; 4],
    /// Whether it is drawn, not measured.
    pub schematic: bool,
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
        Ok(rows
            .into_iter()
            .map(|row| {
                let bounding_box = [row.west, row.south, row.east, row.north];
                (row.territory_id, Geometry { text: row.geometry, bounding_box, schematic: row.schematic })
            })
            .collect())
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
