//! Where every partner stands with the commitments of the charter.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entity::types::{Audience, EventKind, PartnerKind};

use super::{
    Contributions, Event, Partner, Reading,
    contributions::{self, Contribution},
    loaders::Shared,
};
use crate::{auth::policy, charter::standing::Facts};

impl Reading {
    /// What the signatories' meetings are; none for those who are not among them.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`](super::StoreError::Database).
    pub async fn events(&self) -> Result<Vec<Event>, Shared> {
        if !policy::among_signatories(self.viewer()) {
            return Ok(Vec::new());
        }
        let mut events = self.all_events().await?.to_vec();
        for event in &mut events {
            let attended = |found: &super::Attendance| {
                policy::attendance(self.viewer(), found.partner_id, &found.subject)
            };
            event.attendances.retain(attended);
        }
        Ok(events)
    }

    async fn all_events(&self) -> Result<&[Event], Shared> {
        Ok(self.events.get_or_try_init(|| Box::pin(self.store().events())).await?)
    }

    /// What every partner has contributed, as far as it exists for this viewer; nothing for those who are not among the
    /// signatories.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`](super::StoreError::Database).
    pub async fn contributions(&self) -> Result<Contributions, Shared> {
        if !policy::among_signatories(self.viewer()) {
            return Ok(Contributions::new());
        }
        let exist: HashSet<i32> = self.studies().await?.iter().map(|study| study.id).collect();
        let theirs = self.all_contributions().await?.iter().filter(|one| match one.study_id {
            Some(study) => exist.contains(&study),
            None => true,
        });
        Ok(contributions::counted(theirs))
    }

    async fn all_contributions(&self) -> Result<&[Contribution], Shared> {
        let partners = self.partners().await?;
        let by_code: HashMap<_, i32> = partners.iter().map(|partner| (&partner.code, partner.id)).collect();
        let sources = self.catalogue().sources().iter();
        let providers =
            sources.filter_map(|source| Some((source.id, *by_code.get(&source.provider)?))).collect();
        let load = || Box::pin(self.store().contributions(&providers, self.viewer().now));
        Ok(self.contributions.get_or_try_init(load).await?)
    }

    /// What is known today of the partners whose standing is this viewer's to read, by number.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`](super::StoreError::Database).
    pub async fn standings(&self) -> Result<&HashMap<i32, Facts>, Shared> {
        self.standings.get_or_try_init(|| Box::pin(self.stand())).await
    }

    async fn stand(&self) -> Result<HashMap<i32, Facts>, Shared> {
        let today = self.viewer().today();
        let partners: Vec<&Partner> = self.partners().await?.iter().collect();
        let theirs: Vec<&Partner> =
            partners.into_iter().filter(|partner| policy::standing(self.viewer(), partner.id)).collect();
        if theirs.is_empty() {
            return Ok(HashMap::new());
        }
        let ids: Vec<i32> = theirs.iter().map(|partner| partner.id).collect();
        let signatures = self.store().signatures(&ids, today).await?;
        let referents = self.store().referents(&ids, today).await?;
        let agreements = self.store().agreements().await?;
        let in_force: Vec<_> = agreements.iter().filter(|agreement| agreement.in_force(today)).collect();
        let contributions = contributions::counted(self.all_contributions().await?.iter());
        let events = self.all_events().await?;
        let last = |kind: EventKind, partner_id: i32| -> Option<NaiveDate> {
            let of = events.iter().filter(|event| event.kind == kind && event.on <= today);
            let there = of.filter(|event| {
                event.attendances.iter().any(|one| one.partner_id == partner_id && one.attended)
            });
            there.map(|event| event.on).max()
        };
        let uncovered = |partner: &Partner| {
            let own = self.catalogue().sources().iter().filter(|source| source.provider == partner.code);
            let confidential = own.filter(|source| source.audience != Audience::Public);
            let covered = |id: i32| in_force.iter().any(|agreement| agreement.sources.contains(&id));
            confidential.filter(|source| !covered(source.id)).count()
        };
        let facts = |partner: &Partner| Facts {
            kind: partner.kind,
            signed: signatures.contains_key(&partner.id),
            referent: referents.contains_key(&partner.id),
            without_agreement: uncovered(partner),
            // Whoever provides answers for its own sources alone.
            any_agreement: partner.kind == PartnerKind::Provider || !in_force.is_empty(),
            contributed: contributions
                .get(&partner.id)
                .and_then(|by_year| by_year.keys().map(|(year, _)| *year).max()),
            workshop: last(EventKind::Workshop, partner.id),
            training: last(EventKind::Training, partner.id),
        };
        Ok(theirs.into_iter().map(|partner| (partner.id, facts(partner))).collect())
    }
}
