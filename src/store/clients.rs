//! Programs of third parties that ask for partners: which token of each is accepted.

use std::collections::HashMap;

use chacha20poly1305::aead::{OsRng, rand_core::RngCore as _};
use chrono::{DateTime, Utc};
use entity::{third_party_client, types::Purposes};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use super::{Batch, Store, StoreError, tokens::last};

/// A program of a third party that asks for a partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThirdPartyClient {
    /// For whom it asks.
    pub partner_id: i32,
    /// Its name among the partner's.
    pub name: String,
    /// For what it may ask.
    pub purposes: Purposes,
    /// Identifier of the one token that is accepted of it.
    pub token_id: String,
    /// When that token was issued.
    pub issued_at: DateTime<Utc>,
    /// Subject of whoever had it issued.
    pub issued_by: String,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl ThirdPartyClient {
    /// Whether a token is the one that is accepted.
    #[must_use]
    pub fn accepts(&self, token_id: Option<&str>) -> bool {
        token_id == Some(self.token_id.as_str())
    }

    /// Whether it asks no more.
    #[must_use]
    pub const fn is_revoked(&self) -> bool {
        self.revoked_at.is_some()
    }

    /// Subject of its tokens: no name of a person has it, for it is no name of a program alone.
    #[must_use]
    pub fn subject(&self) -> String {
        format!("client:{}", self.name)
    }
}

impl From<third_party_client::Model> for ThirdPartyClient {
    fn from(row: third_party_client::Model) -> Self {
        let third_party_client::Model {
            partner_id,
            name,
            purposes,
            token_id,
            issued_at,
            issued_by,
            expires_at,
            revoked_at,
        } = row;
        Self { partner_id, name, purposes, token_id, issued_at, issued_by, expires_at, revoked_at }
    }
}

impl Store {
    /// The client of a partner by its name. One statement.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn third_party_client(
        &self,
        partner_id: i32,
        name: &str,
    ) -> Result<Option<ThirdPartyClient>, StoreError> {
        let row = third_party_client::Entity::find_by_id((partner_id, name.to_owned())).one(&self.db).await?;
        Ok(row.map(ThirdPartyClient::from))
    }

    /// The clients of partners, in the order of names, each with when its token was refused. Two statements.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(super) async fn third_party_clients(
        &self,
        partners: &[i32],
    ) -> Result<HashMap<i32, Vec<ThirdPartyClient>>, StoreError> {
        if partners.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = third_party_client::Entity::find()
            .filter(third_party_client::Column::PartnerId.is_in(partners.iter().copied()))
            .order_by_asc(third_party_client::Column::Name)
            .all(&self.db)
            .await?;
        let revocations = self.revocations(partners).await?;
        let mut found: HashMap<i32, Vec<ThirdPartyClient>> =
            partners.iter().map(|id| (*id, Vec::new())).collect();
        for client in rows.into_iter().map(ThirdPartyClient::from) {
            // Its token may be refused with others of the partner.
            let whose = (client.subject(), client.name.as_str());
            let refused = last(&revocations, client.partner_id, (&whose.0, Some(whose.1)));
            let refused = refused.filter(|at| client.issued_at <= *at);
            let revoked_at = client.revoked_at.or(refused);
            found.entry(client.partner_id).or_default().push(ThirdPartyClient { revoked_at, ..client });
        }
        Ok(found)
    }
}

impl Batch {
    /// The client of a partner by its name.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn third_party_client(
        &self,
        partner_id: i32,
        name: &str,
    ) -> Result<Option<ThirdPartyClient>, StoreError> {
        let found = third_party_client::Entity::find_by_id((partner_id, name.to_owned()));
        Ok(found.one(&self.transaction).await?.map(ThirdPartyClient::from))
    }

    /// Writes a client down, in place of what was written of it before.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn write_third_party_client(&self, client: &ThirdPartyClient) -> Result<(), StoreError> {
        third_party_client::Entity::delete_by_id((client.partner_id, client.name.clone()))
            .exec(&self.transaction)
            .await?;
        let row = third_party_client::Model {
            partner_id: client.partner_id,
            name: client.name.clone(),
            purposes: client.purposes,
            token_id: client.token_id.clone(),
            issued_at: client.issued_at,
            issued_by: client.issued_by.clone(),
            expires_at: client.expires_at,
            revoked_at: client.revoked_at,
        };
        third_party_client::Entity::insert(row.into_active_model())
            .exec_without_returning(&self.transaction)
            .await?;
        Ok(())
    }

    /// Says that a client is revoked.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn revoke_third_party_client(
        &self,
        client: &ThirdPartyClient,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let row = third_party_client::ActiveModel {
            partner_id: Set(client.partner_id),
            name: Set(client.name.clone()),
            revoked_at: Set(Some(at)),
            ..Default::default()
        };
        third_party_client::Entity::update(row).exec(&self.transaction).await?;
        Ok(())
    }
}

/// An identifier that no other token has.
#[must_use]
pub fn token_id() -> String {
    let mut bytes = [0; 16];
    OsRng.fill_bytes(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
