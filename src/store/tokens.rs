//! Tokens: who has asked with those of a partner, and which are refused.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{access_record, partner, token_revocation};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Order,
};

use super::{Batch, Store, StoreError};
use crate::auth::Identity;

/// Most bearers of a partner that are listed, those who asked last first.
const MOST_BEARERS: usize = 200;
/// Most of all partners together.
const MOST_ROWS: u64 = 5_000;

/// Somebody who has asked for figures of a source that is not public, with tokens of a partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenBearer {
    /// Subject of the tokens.
    pub subject: String,
    /// Third-party client.
    pub client: Option<String>,
    /// When they last asked, among the records that are kept.
    pub last_asked_at: DateTime<Utc>,
    /// How many requests of theirs are on record.
    pub requests: i64,
    /// Tokens that were issued until then are refused.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Records of one bearer, together.
#[derive(FromQueryResult)]
struct Asked {
    partner: String,
    subject: String,
    client: Option<String>,
    last_asked_at: DateTime<Utc>,
    requests: i64,
}

impl Store {
    /// When the tokens of a bearer were last revoked. One statement.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn tokens_revoked_at(
        &self,
        partner_id: i32,
        identity: &Identity,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let rows = self.revocations(&[partner_id]).await?;
        Ok(last(&rows, partner_id, (&identity.subject, identity.client.as_deref())))
    }

    /// Who has asked with tokens of partners, the latest first. Three statements.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(super) async fn token_bearers(
        &self,
        partners: &[i32],
    ) -> Result<HashMap<i32, Vec<TokenBearer>>, StoreError> {
        use access_record::Column;
        if partners.is_empty() {
            return Ok(HashMap::new());
        }
        let of_these = partner::Column::Id.is_in(partners.iter().copied());
        let named = partner::Entity::find().filter(of_these).all(&self.db).await?;
        let ids: HashMap<&str, i32> = named.iter().map(|row| (row.code.as_str(), row.id)).collect();
        let revocations = self.revocations(partners).await?;
        let rows: Vec<Asked> = access_record::Entity::find()
            .select_only()
            .column(Column::Partner)
            .column(Column::Subject)
            .column(Column::Client)
            .column_as(Column::At.max(), "last_asked_at")
            .column_as(Column::Number.count(), "requests")
            .filter(Column::Partner.is_in(ids.keys().copied()))
            .group_by(Column::Partner)
            .group_by(Column::Subject)
            .group_by(Column::Client)
            .order_by(Column::At.max(), Order::Desc)
            .limit(MOST_ROWS)
            .into_model()
            .all(&self.db)
            .await?;
        let mut found: HashMap<i32, Vec<TokenBearer>> = partners.iter().map(|id| (*id, Vec::new())).collect();
        for Asked { partner, subject, client, last_asked_at, requests } in rows {
            let Some(id) = ids.get(partner.as_str()).copied() else { continue };
            let revoked_at = last(&revocations, id, (&subject, client.as_deref()));
            let bearers = found.entry(id).or_default();
            if bearers.len() < MOST_BEARERS {
                bearers.push(TokenBearer { subject, client, last_asked_at, requests, revoked_at });
            }
        }
        Ok(found)
    }

    pub(super) async fn revocations(
        &self,
        partners: &[i32],
    ) -> Result<Vec<token_revocation::Model>, StoreError> {
        let of_partners = token_revocation::Column::PartnerId.is_in(partners.iter().copied());
        Ok(token_revocation::Entity::find().filter(of_partners).all(&self.db).await?)
    }
}

/// When tokens of a subject and client were last revoked.
pub(super) fn last(
    rows: &[token_revocation::Model],
    partner_id: i32,
    (subject, client): (&str, Option<&str>),
) -> Option<DateTime<Utc>> {
    let concerns = |row: &&token_revocation::Model| {
        row.partner_id == partner_id
            && row.subject.as_deref().is_none_or(|revoked| revoked == subject)
            && row.client.as_deref().is_none_or(|revoked| client == Some(revoked))
    };
    rows.iter().filter(concerns).map(|row| row.revoked_at).max()
}

impl Batch {
    /// Refuses the tokens of a partner that were issued until a moment; takes the place of what was revoked before of the
    /// same subject and client.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn revoke_tokens(
        &self,
        partner_id: i32,
        (subject, client): (Option<&str>, Option<&str>),
        (revoked_at, revoked_by): (DateTime<Utc>, &str),
    ) -> Result<(), StoreError> {
        use token_revocation::{ActiveModel, Column, Entity};
        let same = |column: Column, value: Option<&str>| match value {
            Some(value) => column.eq(value),
            None => column.is_null(),
        };
        let before = Condition::all()
            .add(Column::PartnerId.eq(partner_id))
            .add(same(Column::Subject, subject))
            .add(same(Column::Client, client));
        Entity::delete_many().filter(before).exec(&self.transaction).await?;
        let last = Entity::find().order_by_desc(Column::Id).one(&self.transaction).await?;
        let row = ActiveModel {
            id: Set(last.map_or(0, |row| row.id) + 1),
            partner_id: Set(partner_id),
            subject: Set(subject.map(str::to_owned)),
            client: Set(client.map(str::to_owned)),
            revoked_at: Set(revoked_at),
            revoked_by: Set(revoked_by.to_owned()),
        };
        Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(())
    }
}
