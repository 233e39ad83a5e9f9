//! Partners, their referents, and the agreements with providers.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    agreement, agreement_source, charter_signature, partner, partner_territory, referent,
    types::{Level, PartnerCode, PartnerKind, Purposes},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::SelectStatement,
};

use super::{Batch, Store, StoreError};

/// An organisation of the observatory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partner {
    /// Number.
    pub id: i32,
    /// Code.
    pub code: PartnerCode,
    /// Name.
    pub name: String,
    /// What it is to the observatory.
    pub kind: PartnerKind,
    /// Numbers of its own territories.
    pub territories: Vec<i32>,
}

/// A person who answers for a partner's agents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referent {
    /// Subject of the person's tokens.
    pub subject: String,
    /// Service.
    pub service: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: Option<NaiveDate>,
}

/// An agreement between the agglomeration and a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Number.
    pub id: i32,
    /// Reference.
    pub reference: String,
    /// Provider.
    pub provider_id: i32,
    /// Sources that it covers.
    pub sources: Vec<i32>,
    /// Finest level that it opens.
    pub finest_level: Level,
    /// Below this level a signatory sees only its own territories.
    pub own_territories_below: Option<Level>,
    /// What for.
    pub purposes: Purposes,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
    /// Firm that may handle the deliveries.
    pub processor_id: Option<i32>,
    /// Below the commune, only for people who have attended a training in so many months.
    pub training_months: Option<u32>,
    /// When it was ended before its last day.
    pub ended_on: Option<DateTime<Utc>>,
}

impl Agreement {
    /// Whether the agreement is in force on a day.
    #[must_use]
    pub fn in_force(&self, day: NaiveDate) -> bool {
        self.ended_on.is_none() && self.from <= day && day <= self.until
    }
}

/// Rows of the agreements in force on a day.
pub(super) fn agreements_on(day: NaiveDate) -> SelectStatement {
    use agreement::Column;
    agreement::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::EndedOn.is_null())
        .filter(Column::FromDate.lte(day))
        .filter(Column::UntilDate.gte(day))
        .into_query()
}

/// Signatures of the charter in force on a day: signed by then, not expired before it, not withdrawn by it.
pub(super) fn signed_on(day: NaiveDate) -> Condition {
    use charter_signature::Column;
    Condition::all()
        .add(Column::SignedOn.lte(day))
        .add(Condition::any().add(Column::ExpiresOn.is_null()).add(Column::ExpiresOn.gte(day)))
        .add(Condition::any().add(Column::WithdrawnOn.is_null()).add(Column::WithdrawnOn.gt(day)))
}

/// Referents who hold office on a day.
pub(super) fn in_office(day: NaiveDate) -> Condition {
    use referent::Column;
    Condition::all()
        .add(Column::FromDate.lte(day))
        .add(Column::EndedOn.is_null())
        .add(Condition::any().add(Column::UntilDate.is_null()).add(Column::UntilDate.gte(day)))
}

impl Batch {
    /// Every agreement, in the order of references, while nobody else writes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn agreements(&self) -> Result<Vec<Agreement>, StoreError> {
        agreements(&self.transaction).await
    }

    /// The number of a partner by its code.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn partner_number(&self, code: &PartnerCode) -> Result<Option<i32>, StoreError> {
        let found = partner::Entity::find().filter(partner::Column::Code.eq(code.clone()));
        Ok(found.one(&self.transaction).await?.map(|row| row.id))
    }
}

impl Store {
    /// A partner by its code.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(crate) async fn partner(&self, code: &PartnerCode) -> Result<Option<Partner>, StoreError> {
        Ok(self.partners().await?.into_iter().find(|partner| partner.code == *code))
    }

    /// Every partner, in the order of codes. Two statements.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn partners(&self) -> Result<Vec<Partner>, StoreError> {
        let rows = partner::Entity::find().order_by_asc(partner::Column::Code).all(&self.db).await?;
        let links = partner_territory::Entity::find().all(&self.db).await?;
        let mut territories: HashMap<i32, Vec<i32>> = HashMap::new();
        for link in links {
            territories.entry(link.partner_id).or_default().push(link.territory_id);
        }
        Ok(rows
            .into_iter()
            .map(|row| Partner {
                id: row.id,
                code: row.code,
                name: row.name,
                kind: row.kind,
                territories: territories.remove(&row.id).unwrap_or_default(),
            })
            .collect())
    }

    /// Referents in office on a day, by partner. One statement.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(super) async fn referents(
        &self,
        partners: &[i32],
        day: NaiveDate,
    ) -> Result<HashMap<i32, Vec<Referent>>, StoreError> {
        let rows = referent::Entity::find()
            .filter(referent::Column::PartnerId.is_in(partners.iter().copied()))
            .filter(in_office(day))
            .order_by_asc(referent::Column::Id)
            .all(&self.db)
            .await?;
        let mut referents: HashMap<i32, Vec<Referent>> = HashMap::new();
        for row in rows {
            referents.entry(row.partner_id).or_default().push(Referent {
                subject: row.subject,
                service: row.service,
                from: row.from_date,
                until: row.until_date,
            });
        }
        Ok(referents)
    }

    /// Which of these partners have signed, with the signature in force on a day. One statement.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(super) async fn signatures(
        &self,
        partners: &[i32],
        day: NaiveDate,
    ) -> Result<HashMap<i32, NaiveDate>, StoreError> {
        let rows = charter_signature::Entity::find()
            .filter(charter_signature::Column::PartnerId.is_in(partners.iter().copied()))
            .filter(signed_on(day))
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(|row| (row.partner_id, row.signed_on)).collect())
    }

    /// Every agreement, in the order of references. Two statements.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(super) async fn agreements(&self) -> Result<Vec<Agreement>, StoreError> {
        agreements(&self.db).await
    }
}

async fn agreements(on: &impl ConnectionTrait) -> Result<Vec<Agreement>, StoreError> {
    let rows = agreement::Entity::find().order_by_asc(agreement::Column::Reference).all(on).await?;
    let links = agreement_source::Entity::find().all(on).await?;
    Ok(rows
        .into_iter()
        .map(|row| Agreement {
            sources: links
                .iter()
                .filter(|link| link.agreement_id == row.id)
                .map(|link| link.source_id)
                .collect(),
            id: row.id,
            reference: row.reference,
            provider_id: row.provider_id,
            finest_level: row.finest_level,
            own_territories_below: row.own_territories_below,
            purposes: row.purposes,
            from: row.from_date,
            until: row.until_date,
            processor_id: row.processor_id,
            training_months: row.training_months.and_then(|months| u32::try_from(months).ok()),
            ended_on: row.ended_on,
        })
        .collect())
}
