//! The vault: sheets of true numbers, locked. Its table is known to this file alone.

use std::collections::{BTreeMap, HashMap, HashSet};

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::{Batch, Store, StoreError};
use crate::{
    auth::{Clearance, ExplainLeave},
    secrecy::{
        Explanations, Keyring, LockedExplanations, LockedProofs, LockedSheet, Proofs, Sheet, SheetLabel,
    },
};

/// The table; private, so that nobody else can name it.
mod sheets {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "vault_sheet")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub release_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub indicator_id: i32,
        pub locked: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The table of explanations; private like the other one.
mod explanations {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "vault_explanation")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub release_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub indicator_id: i32,
        pub locked: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The table of proofs; private like the others.
mod proofs {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "vault_proof")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub release_id: i32,
        pub locked: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A sheet that somebody asks for.
pub(super) struct SheetRequest<'a> {
    /// What lets them.
    pub clearance: &'a Clearance,
    /// The source that the sheet's indicator comes from.
    pub source_id: i32,
    /// Which sheet.
    pub label: SheetLabel,
}

impl Store {
    /// Sheets of true numbers, sealed, each for the holder of a clearance for its source; a sheet that is asked
    /// for with another source's clearance is not read. One statement.
    ///
    /// # Errors
    ///
    /// [`StoreError::Vault`] when a sheet does not open under the keyring.
    pub(super) async fn sheets(
        &self,
        keyring: &Keyring,
        asked: &[SheetRequest<'_>],
    ) -> Result<HashMap<SheetLabel, Sheet>, StoreError> {
        let covered = asked.iter().filter(|request| request.clearance.source_id() == request.source_id);
        let labels: HashSet<SheetLabel> = covered.map(|request| request.label).collect();
        if labels.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = sheets::Entity::find()
            .filter(sheets::Column::ReleaseId.is_in(labels.iter().map(|label| label.release_id)))
            .filter(sheets::Column::IndicatorId.is_in(labels.iter().map(|label| label.indicator_id)))
            .all(&self.office)
            .await?;
        let mut found = HashMap::with_capacity(labels.len());
        for row in rows {
            let label = SheetLabel { release_id: row.release_id, indicator_id: row.indicator_id };
            if labels.contains(&label) {
                found.insert(label, LockedSheet::from_bytes(row.locked).unlock(keyring, label)?);
            }
        }
        Ok(found)
    }

    /// Why figures are masked, for whoever may ask that; by release and indicator. One statement.
    ///
    /// # Errors
    ///
    /// [`StoreError::Vault`] when they do not open under the keyring.
    pub(super) async fn explanations(
        &self,
        _leave: &ExplainLeave,
        keyring: &Keyring,
        labels: &HashSet<SheetLabel>,
    ) -> Result<HashMap<SheetLabel, Explanations>, StoreError> {
        let rows = explanations::Entity::find()
            .filter(explanations::Column::ReleaseId.is_in(labels.iter().map(|label| label.release_id)))
            .filter(explanations::Column::IndicatorId.is_in(labels.iter().map(|label| label.indicator_id)))
            .all(&self.office)
            .await?;
        let mut found = HashMap::with_capacity(labels.len());
        for row in rows {
            let label = SheetLabel { release_id: row.release_id, indicator_id: row.indicator_id };
            if labels.contains(&label) {
                found.insert(label, LockedExplanations::from_bytes(row.locked).unlock(keyring, label)?);
            }
        }
        Ok(found)
    }
}

impl Batch {
    /// Every sheet of a release, sealed.
    ///
    /// # Errors
    ///
    /// [`StoreError::Vault`] when one does not open under the keyring.
    pub(super) async fn all_sheets(
        &self,
        keyring: &Keyring,
        release_id: i32,
    ) -> Result<BTreeMap<i32, Sheet>, StoreError> {
        let rows = sheets::Entity::find()
            .filter(sheets::Column::ReleaseId.eq(release_id))
            .all(&self.transaction)
            .await?;
        rows.into_iter()
            .map(|row| {
                let label = SheetLabel { release_id, indicator_id: row.indicator_id };
                Ok((row.indicator_id, LockedSheet::from_bytes(row.locked).unlock(keyring, label)?))
            })
            .collect()
    }

    /// Puts what proves the plan of a release into the vault, in place of what was there.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn deposit_proofs(
        &self,
        keyring: &Keyring,
        release_id: i32,
        proofs: &Proofs,
    ) -> Result<(), StoreError> {
        proofs::Entity::delete_by_id(release_id).exec(&self.transaction).await?;
        let row = proofs::ActiveModel {
            release_id: Set(release_id),
            locked: Set(proofs.lock(keyring, release_id)?.into_bytes()),
        };
        proofs::Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// What proved the plan of a release; nothing where it is not kept.
    ///
    /// # Errors
    ///
    /// [`StoreError::Vault`] when it does not open under the keyring.
    pub(crate) async fn proofs_of(&self, keyring: &Keyring, release_id: i32) -> Result<Proofs, StoreError> {
        let row = proofs::Entity::find_by_id(release_id).one(&self.transaction).await?;
        let opened = row.map(|row| LockedProofs::from_bytes(row.locked).unlock(keyring, release_id));
        Ok(opened.transpose()?.unwrap_or_default())
    }

    /// Takes the explanations of a release out of the vault.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(super) async fn forget_explanations(&self, release_id: i32) -> Result<(), StoreError> {
        explanations::Entity::delete_many()
            .filter(explanations::Column::ReleaseId.eq(release_id))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }

    /// Puts what explains the masks of an indicator into the vault.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`], for instance when it is there already.
    pub(crate) async fn deposit_explanations(
        &self,
        keyring: &Keyring,
        label: SheetLabel,
        explained: &Explanations,
    ) -> Result<(), StoreError> {
        let row = explanations::ActiveModel {
            release_id: Set(label.release_id),
            indicator_id: Set(label.indicator_id),
            locked: Set(explained.lock(keyring, label)?.into_bytes()),
        };
        explanations::Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// Puts a sheet into the vault.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`], for instance when the sheet is there already.
    pub async fn deposit(
        &self,
        keyring: &Keyring,
        label: SheetLabel,
        sheet: &Sheet,
    ) -> Result<(), StoreError> {
        let row = sheets::ActiveModel {
            release_id: Set(label.release_id),
            indicator_id: Set(label.indicator_id),
            locked: Set(sheet.lock(keyring, label)?.into_bytes()),
        };
        sheets::Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(())
    }
}
