//! What is written under the charter: signatures, referents, requests to use sources and what is granted of them. An
//! act reads where things stand and writes what it changes in one transaction that nobody else writes in.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    charter_signature, referent,
    types::{Level, Purposes, UseRequestState},
    use_grant, use_grant_territory, use_request, use_request_source, use_request_territory,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr,
};

use super::{Batch, Store, StoreError};
use crate::charter::{
    referents::Office,
    signature::Signature,
    use_request::{Grounds, Standing, Terms},
};

/// A partner's request to use sources of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UseRequest {
    /// Number.
    pub id: i32,
    /// Reference.
    pub reference: String,
    /// Who asks.
    pub partner_id: i32,
    /// Who decides.
    pub provider_id: i32,
    /// Subject of the token of the person who asked.
    pub subject: String,
    /// What is asked for.
    pub asked: Terms,
    /// Why.
    pub reason: String,
    /// When it was asked.
    pub requested_on: DateTime<Utc>,
    /// Where it stands.
    pub standing: Standing,
    /// When it was last decided on.
    pub decided_on: Option<DateTime<Utc>>,
    /// Why it was decided so.
    pub decision_reason: Option<String>,
    /// Why it is suspended, while it is.
    pub suspension_reason: Option<String>,
}

/// A request that is made.
#[derive(Clone, Debug)]
pub struct NewUseRequest {
    /// Who asks.
    pub partner_id: i32,
    /// Who decides.
    pub provider_id: i32,
    /// Subject of the token of the person who asks.
    pub subject: String,
    /// What is asked for.
    pub asked: Terms,
    /// Why.
    pub reason: String,
    /// When it is asked.
    pub requested_on: DateTime<Utc>,
}

impl Store {
    /// Every request, the newest first. Five statements.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(super) async fn use_requests(&self) -> Result<Vec<UseRequest>, StoreError> {
        // A request and its grant are of one moment, or one that is being revoked would be granted without a grant.
        let moment = self.moment().await?;
        let rows = use_request::Entity::find().order_by_desc(use_request::Column::Id).all(&moment).await?;
        let requests = compose(&moment, rows).await?;
        moment.commit().await?;
        Ok(requests)
    }
}

impl Batch {
    /// The signatures of a partner, each with its number.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn signatures_of(&self, partner_id: i32) -> Result<Vec<(i32, Signature)>, StoreError> {
        let rows = charter_signature::Entity::find()
            .filter(charter_signature::Column::PartnerId.eq(partner_id))
            .order_by_asc(charter_signature::Column::Id)
            .all(&self.transaction)
            .await?;
        let signature = |row: charter_signature::Model| {
            let charter_signature::Model { id, signed_on, expires_on, withdrawn_on, .. } = row;
            (id, Signature { signed_on, expires_on, withdrawn_on })
        };
        Ok(rows.into_iter().map(signature).collect())
    }

    /// Writes a signature.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn add_signature(
        &self,
        partner_id: i32,
        signature: Signature,
    ) -> Result<(), StoreError> {
        use charter_signature::{ActiveModel, Column, Entity};
        let last = Entity::find().order_by_desc(Column::Id).one(&self.transaction).await?;
        let row = ActiveModel {
            id: Set(last.map_or(0, |row| row.id) + 1),
            partner_id: Set(partner_id),
            signed_on: Set(signature.signed_on),
            expires_on: Set(signature.expires_on),
            withdrawn_on: Set(signature.withdrawn_on),
        };
        Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// Ends a signature.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn end_signature(&self, id: i32, day: NaiveDate) -> Result<(), StoreError> {
        use charter_signature::{Column, Entity};
        let update = Entity::update_many().col_expr(Column::WithdrawnOn, Expr::value(day));
        update.filter(Column::Id.eq(id)).exec(&self.transaction).await?;
        Ok(())
    }

    /// The referents that a partner has had, each with the number of the office.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn offices_of(&self, partner_id: i32) -> Result<Vec<(i32, Office)>, StoreError> {
        let rows = referent::Entity::find()
            .filter(referent::Column::PartnerId.eq(partner_id))
            .order_by_asc(referent::Column::Id)
            .all(&self.transaction)
            .await?;
        let office = |row: referent::Model| {
            let referent::Model { id, subject, from_date, until_date, ended_on, .. } = row;
            (id, Office { subject, from: from_date, until: until_date, ended: ended_on.is_some() })
        };
        Ok(rows.into_iter().map(office).collect())
    }

    /// Writes that somebody is designated.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn add_office(
        &self,
        partner_id: i32,
        office: Office,
        service: String,
    ) -> Result<(), StoreError> {
        use referent::{ActiveModel, Column, Entity};
        let last = Entity::find().order_by_desc(Column::Id).one(&self.transaction).await?;
        let row = ActiveModel {
            id: Set(last.map_or(0, |row| row.id) + 1),
            partner_id: Set(partner_id),
            subject: Set(office.subject),
            service: Set(service),
            from_date: Set(office.from),
            until_date: Set(office.until),
            ended_on: Set(None),
        };
        Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// Ends an office at once.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn end_office(&self, id: i32, now: DateTime<Utc>) -> Result<(), StoreError> {
        use referent::{Column, Entity};
        let update = Entity::update_many().col_expr(Column::EndedOn, Expr::value(now));
        update.filter(Column::Id.eq(id)).exec(&self.transaction).await?;
        Ok(())
    }

    /// A request by its reference.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn use_request(&self, reference: &str) -> Result<Option<UseRequest>, StoreError> {
        let found = use_request::Entity::find().filter(use_request::Column::Reference.eq(reference));
        let rows = found.all(&self.transaction).await?;
        Ok(compose(&self.transaction, rows).await?.into_iter().next())
    }

    /// Writes a request, under the next free number and reference.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn add_use_request(&self, new: NewUseRequest) -> Result<String, StoreError> {
        let on = &self.transaction;
        let last = use_request::Entity::find().order_by_desc(use_request::Column::Id).one(on).await?;
        let id = last.map_or(0, |row| row.id) + 1;
        let reference = format!("DEMANDE-{id:06}");
        let row = use_request::ActiveModel {
            id: Set(id),
            reference: Set(reference.clone()),
            partner_id: Set(new.partner_id),
            provider_id: Set(new.provider_id),
            subject: Set(new.subject),
            finest_level: Set(new.asked.finest_level),
            purposes: Set(new.asked.purposes),
            unmasked: Set(new.asked.unmasked),
            until_date: Set(new.asked.until),
            reason: Set(new.reason),
            requested_on: Set(new.requested_on),
            state: Set(UseRequestState::Requested),
            decided_on: Set(None),
            decision_reason: Set(None),
            suspension_reason: Set(None),
        };
        use_request::Entity::insert(row).exec_without_returning(on).await?;
        for source_id in new.asked.sources {
            let row = use_request_source::ActiveModel { use_request_id: Set(id), source_id: Set(source_id) };
            use_request_source::Entity::insert(row).exec_without_returning(on).await?;
        }
        for territory_id in new.asked.territories {
            let row = use_request_territory::ActiveModel {
                use_request_id: Set(id),
                territory_id: Set(territory_id),
            };
            use_request_territory::Entity::insert(row).exec_without_returning(on).await?;
        }
        Ok(reference)
    }

    /// Writes where a request stands now, and what it opens from now on.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn settle_use_request(
        &self,
        before: &UseRequest,
        (standing, grounds): (&Standing, &Grounds),
        reason: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let on = &self.transaction;
        let state = match standing {
            Standing::Requested => UseRequestState::Requested,
            Standing::Granted { .. } => UseRequestState::Granted,
            Standing::Refused => UseRequestState::Refused,
            Standing::Withdrawn => UseRequestState::Withdrawn,
            Standing::Revoked => UseRequestState::Revoked,
        };
        let request = use_request::Entity::update_many()
            .col_expr(use_request::Column::State, Expr::value(state))
            .filter(use_request::Column::Id.eq(before.id));
        let request = match (&before.standing, standing) {
            // What the steward decided, and why, stands through a suspension.
            (Standing::Granted { .. }, Standing::Granted { .. }) => {
                request.col_expr(use_request::Column::SuspensionReason, Expr::value(reason))
            }
            _ => request
                .col_expr(use_request::Column::DecidedOn, Expr::value(now))
                .col_expr(use_request::Column::DecisionReason, Expr::value(reason))
                .col_expr(use_request::Column::SuspensionReason, Expr::value(None::<String>)),
        };
        request.exec(on).await?;
        match (&before.standing, standing) {
            (Standing::Requested, Standing::Granted { terms, .. }) => {
                self.open_use(before, (terms, grounds), now.date_naive()).await
            }
            (_, Standing::Granted { suspended, .. }) => {
                use_grant::Entity::update_many()
                    .col_expr(use_grant::Column::Suspended, Expr::value(*suspended))
                    .filter(use_grant::Column::UseRequestId.eq(before.id))
                    .exec(on)
                    .await?;
                Ok(())
            }
            _ => {
                use_grant::Entity::update_many()
                    .col_expr(use_grant::Column::EndedOn, Expr::value(now))
                    .filter(use_grant::Column::UseRequestId.eq(before.id))
                    .filter(use_grant::Column::EndedOn.is_null())
                    .exec(on)
                    .await?;
                Ok(())
            }
        }
    }

    /// Ends what was granted under an agreement: a request of which nothing is left is revoked.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn end_uses_under(
        &self,
        agreement_id: i32,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        use use_grant::{Column, Entity};
        let on = &self.transaction;
        let open = Entity::find().filter(Column::EndedOn.is_null());
        let under = open.clone().filter(Column::AgreementId.eq(agreement_id)).all(on).await?;
        Entity::update_many()
            .col_expr(Column::EndedOn, Expr::value(now))
            .filter(Column::AgreementId.eq(agreement_id))
            .filter(Column::EndedOn.is_null())
            .exec(on)
            .await?;
        let asked: BTreeSet<i32> = under.iter().filter_map(|grant| grant.use_request_id).collect();
        let left = open.filter(Column::UseRequestId.is_in(asked.clone())).all(on).await?;
        let over = |id: &i32| !left.iter().any(|grant| grant.use_request_id == Some(*id));
        use_request::Entity::update_many()
            .col_expr(use_request::Column::State, Expr::value(UseRequestState::Revoked))
            .col_expr(use_request::Column::DecidedOn, Expr::value(now))
            .col_expr(use_request::Column::DecisionReason, Expr::value(reason))
            .filter(use_request::Column::Id.is_in(asked.into_iter().filter(over)))
            .exec(on)
            .await?;
        Ok(())
    }

    /// One grant for each source.
    async fn open_use(
        &self,
        of: &UseRequest,
        (terms, grounds): (&Terms, &Grounds),
        today: NaiveDate,
    ) -> Result<(), StoreError> {
        let on = &self.transaction;
        let last = use_grant::Entity::find().order_by_desc(use_grant::Column::Id).one(on).await?;
        for (id, source_id) in (last.map_or(0, |row| row.id) + 1..).zip(&terms.sources) {
            let row = use_grant::ActiveModel {
                id: Set(id),
                reference: Set(format!("{}-{source_id}", of.reference)),
                partner_id: Set(of.partner_id),
                source_id: Set(*source_id),
                finest_level: Set(terms.finest_level),
                purposes: Set(terms.purposes),
                from_date: Set(today),
                until_date: Set(terms.until),
                unmasked: Set(terms.unmasked),
                use_request_id: Set(Some(of.id)),
                suspended: Set(false),
                agreement_id: Set(grounds.get(source_id).copied()),
                ended_on: Set(None),
            };
            use_grant::Entity::insert(row).exec_without_returning(on).await?;
            for territory_id in &terms.territories {
                let row = use_grant_territory::ActiveModel {
                    use_grant_id: Set(id),
                    territory_id: Set(*territory_id),
                };
                use_grant_territory::Entity::insert(row).exec_without_returning(on).await?;
            }
        }
        Ok(())
    }
}

/// Requests with what they name and what is granted of them.
async fn compose(
    on: &impl ConnectionTrait,
    rows: Vec<use_request::Model>,
) -> Result<Vec<UseRequest>, StoreError> {
    let ids: Vec<i32> = rows.iter().map(|row| row.id).collect();
    let of = |ids: &[i32]| ids.to_vec();
    let mut sources: BTreeMap<i32, BTreeSet<i32>> = BTreeMap::new();
    for link in use_request_source::Entity::find()
        .filter(use_request_source::Column::UseRequestId.is_in(of(&ids)))
        .all(on)
        .await?
    {
        sources.entry(link.use_request_id).or_default().insert(link.source_id);
    }
    let mut territories: BTreeMap<i32, BTreeSet<i32>> = BTreeMap::new();
    for link in use_request_territory::Entity::find()
        .filter(use_request_territory::Column::UseRequestId.is_in(of(&ids)))
        .all(on)
        .await?
    {
        territories.entry(link.use_request_id).or_default().insert(link.territory_id);
    }
    let grants =
        use_grant::Entity::find().filter(use_grant::Column::UseRequestId.is_in(of(&ids))).all(on).await?;
    let grant_ids: Vec<i32> = grants.iter().map(|grant| grant.id).collect();
    let mut granted: BTreeMap<i32, BTreeSet<i32>> = BTreeMap::new();
    for link in use_grant_territory::Entity::find()
        .filter(use_grant_territory::Column::UseGrantId.is_in(grant_ids))
        .all(on)
        .await?
    {
        granted.entry(link.use_grant_id).or_default().insert(link.territory_id);
    }
    let request = |row: use_request::Model| {
        let theirs: Vec<&use_grant::Model> = grants
            .iter()
            .filter(|grant| grant.use_request_id == Some(row.id) && grant.ended_on.is_none())
            .collect();
        let standing = match row.state {
            UseRequestState::Requested => Standing::Requested,
            UseRequestState::Refused => Standing::Refused,
            UseRequestState::Withdrawn => Standing::Withdrawn,
            UseRequestState::Revoked => Standing::Revoked,
            UseRequestState::Granted | UseRequestState::Suspended | UseRequestState::Expired => {
                let first = theirs.first().ok_or_else(|| {
                    StoreError::Inconsistent(format!("{} is granted without a grant", row.reference))
                })?;
                let terms = terms(
                    theirs.iter().map(|grant| grant.source_id).collect(),
                    (first.finest_level, first.purposes, first.unmasked, first.until_date),
                    granted.get(&first.id).cloned().unwrap_or_default(),
                );
                Standing::Granted { terms, suspended: first.suspended }
            }
        };
        Ok(UseRequest {
            asked: terms(
                sources.remove(&row.id).unwrap_or_default(),
                (row.finest_level, row.purposes, row.unmasked, row.until_date),
                territories.remove(&row.id).unwrap_or_default(),
            ),
            id: row.id,
            reference: row.reference,
            partner_id: row.partner_id,
            provider_id: row.provider_id,
            subject: row.subject,
            reason: row.reason,
            requested_on: row.requested_on,
            standing,
            decided_on: row.decided_on,
            decision_reason: row.decision_reason,
            suspension_reason: row.suspension_reason,
        })
    };
    rows.into_iter().map(request).collect()
}

fn terms(
    sources: BTreeSet<i32>,
    (finest_level, purposes, unmasked, until): (Level, Purposes, bool, NaiveDate),
    territories: BTreeSet<i32>,
) -> Terms {
    Terms { sources, finest_level, territories, purposes, unmasked, until }
}
