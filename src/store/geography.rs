//! Loading the gazetteer.

use entity::{territory, territory_membership, territory_overlap, territory_succession};
use sea_orm::EntityTrait;

use super::{Store, StoreError};
use crate::geography::{Gazetteer, Parts, Territory};

impl Store {
    /// Reads every territory and how they hang together.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn gazetteer(&self) -> Result<Gazetteer, StoreError> {
        let territories = territory::Entity::find().all(&self.db).await?;
        let memberships = territory_membership::Entity::find().all(&self.db).await?;
        let successions = territory_succession::Entity::find().all(&self.db).await?;
        let overlaps = territory_overlap::Entity::find().all(&self.db).await?;
        Ok(Gazetteer::new(Parts {
            territories: territories.into_iter().map(Territory::from).collect(),
            memberships: memberships.into_iter().map(|row| (row.child_id, row.parent_id)).collect(),
            successions: successions.into_iter().map(|row| (row.predecessor_id, row.successor_id)).collect(),
            overlaps: overlaps
                .into_iter()
                .map(|row| (row.territory_id, row.other_id, row.area_share))
                .collect(),
        }))
    }
}

impl From<territory::Model> for Territory {
    fn from(row: territory::Model) -> Self {
        Self {
            id: row.id,
            level: row.level,
            code: row.code,
            name: row.name,
            name_en: row.name_en,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            generation: row.generation,
            official: row.official,
            centroid: row.longitude.zip(row.latitude),
        }
    }
}
