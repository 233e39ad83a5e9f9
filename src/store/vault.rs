//! The vault: sheets of true numbers, locked. Its table is known to this file alone.

use sea_orm::{ActiveValue::Set, EntityTrait};

use super::{Batch, Store, StoreError};
use crate::{
    auth::Clearance,
    secrecy::{Keyring, LockedSheet, Sheet, SheetLabel},
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

impl Store {
    /// A sheet of true numbers, sealed, for the holder of a clearance for its source.
    ///
    /// # Errors
    ///
    /// [`StoreError::Vault`] when the sheet does not open under the keyring.
    pub(super) async fn sheet(
        &self,
        keyring: &Keyring,
        clearance: &Clearance,
        source_id: i32,
        label: SheetLabel,
    ) -> Result<Option<Sheet>, StoreError> {
        if clearance.source_id() != source_id {
            return Ok(None);
        }
        let row = sheets::Entity::find_by_id((label.release_id, label.indicator_id)).one(&self.db).await?;
        row.map(|row| Ok(LockedSheet::from_bytes(row.locked).unlock(keyring, label)?)).transpose()
    }
}

impl Batch {
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
