//! Partners, signatures, referents, agreements, and grants with the requests that they answer.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use entity::{
    agreement, agreement_source, charter_signature, partner, partner_territory, referent,
    types::UseRequestState, use_grant, use_grant_territory, use_request, use_request_source,
    use_request_territory,
};

use super::{
    catalogue::{Catalogue, entry},
    error::{DemonstrationError, Entry},
    files::{
        self,
        charter::{Agreement, Agreements, Grant, Partner, Partners},
    },
    places::Places,
};
use crate::store::Batch;

/// Who is who; partners are numbered from 1 in the order of their file.
#[derive(Debug)]
pub(super) struct Charter {
    partners: Vec<Partner>,
    agreements: Vec<Agreement>,
    grants: Vec<Grant>,
    ids: HashMap<String, i32>,
}

impl Charter {
    /// Reads the data files.
    ///
    /// # Errors
    ///
    /// [`DemonstrationError`] when a file does not have its shape.
    pub fn read() -> Result<Self, DemonstrationError> {
        let partners = files::PARTNERS.toml::<Partners>()?.partner;
        let Agreements { agreement, grant } = files::AGREEMENTS.toml()?;
        let ids = partners.iter().map(|partner| partner.code.as_str().to_owned()).zip(1..).collect();
        Ok(Self { partners, agreements: agreement, grants: grant, ids })
    }

    /// The number of a partner.
    pub fn partner(&self, code: &str, entry: Entry<'_>) -> Result<i32, DemonstrationError> {
        self.ids.get(code).copied().ok_or_else(|| entry.missing("partner", code))
    }

    /// Writes everything.
    ///
    /// # Errors
    ///
    /// [`DemonstrationError`] when an entry names something that does not exist, or the database refuses.
    pub async fn write(
        &self,
        batch: &Batch,
        catalogue: &Catalogue,
        places: &Places,
    ) -> Result<(), DemonstrationError> {
        self.write_partners(batch, places).await?;
        self.write_agreements(batch, catalogue).await?;
        self.write_requests(batch, catalogue, places).await?;
        self.write_grants(batch, catalogue, places).await
    }

    async fn write_partners(&self, batch: &Batch, places: &Places) -> Result<(), DemonstrationError> {
        let (mut rows, mut territories) = (Vec::new(), Vec::new());
        for (id, partner) in (1..).zip(&self.partners) {
            let Partner { code, name, kind, .. } = partner;
            rows.push(partner::Model { id, code: code.clone(), name: name.clone(), kind: *kind });
            for territory in &partner.territories {
                let territory_id = places
                    .current(territory)
                    .ok_or_else(|| entry(files::PARTNERS, code.as_str()).missing("territory", territory))?;
                territories.push(partner_territory::Model { partner_id: id, territory_id });
            }
        }
        batch.insert::<partner::ActiveModel>(rows).await?;
        batch.insert::<partner_territory::ActiveModel>(territories).await?;
        batch.insert::<charter_signature::ActiveModel>(self.signatures()).await?;
        Ok(batch.insert::<referent::ActiveModel>(self.referents()).await?)
    }

    fn signatures(&self) -> impl Iterator<Item = charter_signature::Model> {
        let signed = (1..).zip(&self.partners);
        let signed = signed.filter_map(|(partner_id, partner)| Some((partner_id, partner.charter.as_ref()?)));
        (1..).zip(signed).map(|(id, (partner_id, signature))| charter_signature::Model {
            id,
            partner_id,
            signed_on: signature.signed_on,
            expires_on: signature.expires_on,
            withdrawn_on: signature.withdrawn_on,
        })
    }

    fn referents(&self) -> impl Iterator<Item = referent::Model> {
        let named = (1..)
            .zip(&self.partners)
            .flat_map(|(partner_id, partner)| partner.referents.iter().map(move |one| (partner_id, one)));
        (1..).zip(named).map(|(id, (partner_id, referent))| referent::Model {
            id,
            partner_id,
            subject: referent.subject.clone(),
            service: referent.service.clone(),
            from_date: referent.from,
            until_date: referent.until,
            ended_on: None,
        })
    }

    async fn write_agreements(&self, batch: &Batch, catalogue: &Catalogue) -> Result<(), DemonstrationError> {
        let (mut rows, mut sources) = (Vec::new(), Vec::new());
        for (id, agreement) in (1..).zip(&self.agreements) {
            let entry = entry(files::AGREEMENTS, &agreement.reference);
            for source in &agreement.sources {
                let (source_id, _) = catalogue.source(source, entry)?;
                sources.push(agreement_source::Model { agreement_id: id, source_id });
            }
            let processor = agreement.processor.as_ref();
            rows.push(agreement::Model {
                id,
                reference: agreement.reference.clone(),
                provider_id: self.partner(&agreement.provider, entry)?,
                finest_level: agreement.finest_level,
                own_territories_below: agreement.own_territories_below,
                purposes: agreement.purposes,
                from_date: agreement.from,
                until_date: agreement.until,
                processor_id: processor.map(|code| self.partner(code, entry)).transpose()?,
                training_months: None,
                ended_on: None,
            });
        }
        batch.insert::<agreement::ActiveModel>(rows).await?;
        Ok(batch.insert::<agreement_source::ActiveModel>(sources).await?)
    }

    /// Sources of which grants open true numbers.
    #[must_use]
    pub fn opened(&self) -> HashSet<String> {
        self.grants.iter().filter(|grant| grant.unmasked).map(|grant| grant.source.clone()).collect()
    }

    /// The agreement that a grant stands on, and its row.
    fn covering(&self, grant: &Grant, entry: Entry<'_>) -> Result<(i32, &Agreement), DemonstrationError> {
        let covers = |(_, agreement): &(i32, &Agreement)| {
            let days = agreement.from <= grant.from && grant.until <= agreement.until;
            days && agreement.sources.contains(&grant.source)
        };
        let found = (1..).zip(&self.agreements).find(covers);
        found.ok_or_else(|| entry.missing("agreement for", &grant.source))
    }

    /// The requests that were granted, each under the number and the reference of its grant.
    async fn write_requests(
        &self,
        batch: &Batch,
        catalogue: &Catalogue,
        places: &Places,
    ) -> Result<(), DemonstrationError> {
        let (mut rows, mut sources, mut territories) = (Vec::new(), Vec::new(), Vec::new());
        for (id, grant) in (1..).zip(&self.grants) {
            let entry = entry(files::AGREEMENTS, &grant.reference);
            let (_, agreement) = self.covering(grant, entry)?;
            rows.push(use_request::Model {
                id,
                reference: grant.reference.clone(),
                partner_id: self.partner(&grant.partner, entry)?,
                provider_id: self.partner(&agreement.provider, entry)?,
                subject: grant.subject.clone(),
                finest_level: grant.finest_level,
                purposes: grant.purposes,
                unmasked: grant.unmasked,
                until_date: grant.until,
                reason: grant.reason.clone(),
                requested_on: midnight(grant.asked_on),
                state: UseRequestState::Granted,
                decided_on: Some(midnight(grant.from)),
                decision_reason: None,
                suspension_reason: None,
            });
            let (source_id, _) = catalogue.source(&grant.source, entry)?;
            sources.push(use_request_source::Model { use_request_id: id, source_id });
            for territory_id in named(grant, places, entry)? {
                territories.push(use_request_territory::Model { use_request_id: id, territory_id });
            }
        }
        batch.insert::<use_request::ActiveModel>(rows).await?;
        batch.insert::<use_request_source::ActiveModel>(sources).await?;
        Ok(batch.insert::<use_request_territory::ActiveModel>(territories).await?)
    }

    async fn write_grants(
        &self,
        batch: &Batch,
        catalogue: &Catalogue,
        places: &Places,
    ) -> Result<(), DemonstrationError> {
        let (mut rows, mut territories) = (Vec::new(), Vec::new());
        for (id, grant) in (1..).zip(&self.grants) {
            let entry = entry(files::AGREEMENTS, &grant.reference);
            for territory_id in named(grant, places, entry)? {
                territories.push(use_grant_territory::Model { use_grant_id: id, territory_id });
            }
            let (agreement_id, _) = self.covering(grant, entry)?;
            rows.push(use_grant::Model {
                id,
                reference: grant.reference.clone(),
                partner_id: self.partner(&grant.partner, entry)?,
                source_id: catalogue.source(&grant.source, entry)?.0,
                finest_level: grant.finest_level,
                purposes: grant.purposes,
                from_date: grant.from,
                until_date: grant.until,
                unmasked: grant.unmasked,
                use_request_id: Some(id),
                suspended: false,
                agreement_id: Some(agreement_id),
                ended_on: None,
            });
        }
        batch.insert::<use_grant::ActiveModel>(rows).await?;
        Ok(batch.insert::<use_grant_territory::ActiveModel>(territories).await?)
    }
}

/// The territories that a grant names; none for the partner's own.
fn named(grant: &Grant, places: &Places, entry: Entry<'_>) -> Result<Vec<i32>, DemonstrationError> {
    let number =
        |territory: &String| places.current(territory).ok_or_else(|| entry.missing("territory", territory));
    grant.territories.iter().map(number).collect()
}

/// The instant at which a day begins.
fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}
