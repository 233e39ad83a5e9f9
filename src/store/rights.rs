//! Where an organisation stands today. Read anew for each request, so that every change counts on the next one.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    charter_signature, partner, partner_territory, referent,
    types::{PartnerCode, PartnerKind},
    use_grant, use_grant_territory,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use super::{Agreement, Store, StoreError, ThirdPartyClient, partners};
use crate::{
    auth::{AgreementTerms, GrantTerms, Identity, Membership, SourceTerms},
    catalogue::Catalogue,
    geography::Gazetteer,
};

/// Where the bearer of a token stands.
#[derive(Clone, Debug)]
pub struct Footing {
    /// Where their organisation stands.
    pub membership: Arc<Membership>,
    /// When tokens like theirs were last revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// The program of a third party that asks, where the partner has let one of this name.
    pub client: Option<ThirdPartyClient>,
}

impl Store {
    /// Where the bearer of a token stands on a day; none when there is no such organisation.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub(super) async fn footing(
        &self,
        identity: &Identity,
        day: NaiveDate,
        gazetteer: &Gazetteer,
    ) -> Result<Option<Footing>, StoreError> {
        let membership = self.membership((&identity.partner, &identity.subject), day, gazetteer).await?;
        let Some(membership) = membership else { return Ok(None) };
        let revoked_at = self.tokens_revoked_at(membership.partner_id, identity).await?;
        let client = match &identity.client {
            Some(name) => self.third_party_client(membership.partner_id, name).await?,
            None => None,
        };
        Ok(Some(Footing { membership: Arc::new(membership), revoked_at, client }))
    }

    /// Where an organisation and somebody of it stand on a day; none when there is no such organisation. At most seven
    /// statements.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn membership(
        &self,
        (code, subject): (&PartnerCode, &str),
        day: NaiveDate,
        gazetteer: &Gazetteer,
    ) -> Result<Option<Membership>, StoreError> {
        let Some(row) =
            partner::Entity::find().filter(partner::Column::Code.eq(code.clone())).one(&self.db).await?
        else {
            return Ok(None);
        };
        let signed = charter_signature::Entity::find()
            .filter(charter_signature::Column::PartnerId.eq(row.id))
            .filter(partners::signed_on(day))
            .count(&self.db)
            .await?;
        let referents = referent::Entity::find()
            .filter(referent::Column::PartnerId.eq(row.id))
            .filter(partners::in_office(day))
            .all(&self.db)
            .await?;
        let own = partner_territory::Entity::find()
            .filter(partner_territory::Column::PartnerId.eq(row.id))
            .all(&self.db)
            .await?;
        let territories = gazetteer.closure(own.iter().map(|link| link.territory_id));
        let grants = self.grants(row.id, day, gazetteer, own.iter().map(|link| link.territory_id)).await?;
        Ok(Some(Membership {
            partner_id: row.id,
            code: row.code,
            kind: row.kind,
            signed: signed > 0,
            referent: !referents.is_empty(),
            office: referents.iter().any(|referent| referent.subject == subject),
            territories,
            grants,
            trained_on: self.trained_on(subject, row.id, day).await?,
        }))
    }

    /// The subjects of a partner's referents on a day.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn subjects_in_office(
        &self,
        code: &PartnerCode,
        day: NaiveDate,
    ) -> Result<Vec<String>, StoreError> {
        let partner = partner::Entity::find()
            .select_only()
            .column(partner::Column::Id)
            .filter(partner::Column::Code.eq(code.clone()))
            .into_query();
        let referents = referent::Entity::find()
            .filter(referent::Column::PartnerId.in_subquery(partner))
            .filter(partners::in_office(day))
            .order_by_asc(referent::Column::Subject);
        Ok(referents.all(&self.db).await?.into_iter().map(|row| row.subject).collect())
    }

    /// What a partner is to the observatory; none when there is no such partner.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn partner_kind(&self, code: &PartnerCode) -> Result<Option<PartnerKind>, StoreError> {
        let row =
            partner::Entity::find().filter(partner::Column::Code.eq(code.clone())).one(&self.db).await?;
        Ok(row.map(|row| row.kind))
    }

    async fn grants(
        &self,
        partner_id: i32,
        day: NaiveDate,
        gazetteer: &Gazetteer,
        own: impl Iterator<Item = i32> + Clone,
    ) -> Result<Vec<GrantTerms>, StoreError> {
        let in_force = use_grant::Entity::find()
            .filter(use_grant::Column::PartnerId.eq(partner_id))
            .filter(use_grant::Column::FromDate.lte(day))
            .filter(use_grant::Column::UntilDate.gte(day))
            .filter(use_grant::Column::Suspended.eq(false))
            .filter(use_grant::Column::EndedOn.is_null())
            .filter(use_grant::Column::AgreementId.in_subquery(partners::agreements_on(day)));
        let links = use_grant_territory::Entity::find()
            .filter(
                use_grant_territory::Column::UseGrantId
                    .in_subquery(in_force.clone().select_only().column(use_grant::Column::Id).into_query()),
            )
            .all(&self.db)
            .await?;
        let mut territories: HashMap<i32, Vec<i32>> = HashMap::new();
        for link in links {
            territories.entry(link.use_grant_id).or_default().push(link.territory_id);
        }
        Ok(in_force
            .all(&self.db)
            .await?
            .into_iter()
            .filter_map(|row| Some((row.agreement_id?, row)))
            .map(|(agreement_id, row)| GrantTerms {
                source_id: row.source_id,
                agreement_id,
                finest_level: row.finest_level,
                purposes: row.purposes,
                // A grant that names no territory is for the partner's own.
                territories: match territories.remove(&row.id) {
                    Some(named) => gazetteer.closure(named),
                    None => gazetteer.closure(own.clone()),
                },
                unmasked: row.unmasked,
            })
            .collect())
    }
}

/// The terms of every source on a day, by source.
pub(super) fn source_terms(
    agreements: &[Agreement],
    catalogue: &Catalogue,
    day: NaiveDate,
) -> HashMap<i32, SourceTerms> {
    let terms = |source_id: i32| {
        agreements
            .iter()
            .filter(|agreement| agreement.in_force(day) && agreement.sources.contains(&source_id))
            .map(|agreement| AgreementTerms {
                id: agreement.id,
                finest_level: agreement.finest_level,
                own_territories_below: agreement.own_territories_below,
                purposes: agreement.purposes,
                processor_id: agreement.processor_id,
                training_months: agreement.training_months,
            })
            .collect()
    };
    let sources = catalogue.sources().iter().map(|source| {
        let terms = SourceTerms {
            source_id: source.id,
            audience: source.audience,
            provider: source.provider.clone(),
            agreements: terms(source.id),
        };
        (source.id, terms)
    });
    sources.collect()
}
