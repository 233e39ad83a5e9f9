//! Agreements concluded and ended, each by whoever the policy lets do it.

use chrono::NaiveDate;
use entity::types::PartnerCode;

use super::{Registrar, RegistrarError};
use crate::{
    auth::policy::{self, CharterAct},
    charter::{
        CharterRefusal, Given,
        agreement::{self, AgreementDraft},
        use_request::{Grounds, Terms},
    },
    store::Agreement,
};

impl Registrar<'_> {
    /// Concludes an agreement of a provider with the agglomeration; gives its reference. It is in force with the next
    /// request.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`].
    pub async fn conclude(
        &self,
        provider: &PartnerCode,
        draft: AgreementDraft,
    ) -> Result<String, RegistrarError> {
        let act = |provider_id| CharterAct::ConcludeAgreement { provider_id };
        let provider = self.admitted(provider, act).await?;
        draft.conclude(provider.id, self.today())?;
        let batch = self.store.writing().await?;
        let reference = batch.add_agreement(provider.id, draft).await?;
        batch.commit().await?;
        Ok(reference)
    }

    /// Ends an agreement: what it opened is closed with the next request, and the uses that were granted under it are over.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`].
    pub async fn end_agreement(&self, reference: &str) -> Result<(), RegistrarError> {
        let batch = self.store.writing().await?;
        let found = batch.agreement(reference).await?.ok_or(CharterRefusal::Unknown)?;
        if !policy::acts(self.viewer, CharterAct::EndAgreement { provider_id: found.provider_id }) {
            return Err(CharterRefusal::Unknown.into());
        }
        agreement::end(found.ended_on.is_some(), found.until_date, self.today())?;
        batch.end_agreement(found.id, self.viewer.now).await?;
        let reason = format!("La convention {reference} a pris fin.");
        batch.end_uses_under(found.id, &reason, self.viewer.now).await?;
        Ok(batch.commit().await?)
    }
}

/// The agreement that each source of a use stands on: one in force that lasts as long and opens as much.
///
/// # Errors
///
/// [`CharterRefusal::WiderThanAgreement`] where a source has no such agreement, with what goes too far.
pub(super) fn grounds(
    agreements: &[Agreement],
    terms: &Terms,
    today: NaiveDate,
) -> Result<Grounds, (CharterRefusal, Given)> {
    let of = |source: &i32| {
        let covering = covering(agreements, (*source, terms), today);
        covering.map(|id| (*source, id)).map_err(|given| (CharterRefusal::WiderThanAgreement, given))
    };
    terms.sources.iter().map(of).collect()
}

/// The first agreement in force that covers a source of a use; else what goes too far.
fn covering(
    agreements: &[Agreement],
    (source, terms): (i32, &Terms),
    today: NaiveDate,
) -> Result<i32, Given> {
    let mut too_far = Given::Sources;
    for agreement in agreements {
        if !agreement.in_force(today) || !agreement.sources.contains(&source) {
            continue;
        }
        match beyond(terms, agreement) {
            None => return Ok(agreement.id),
            Some(given) => too_far = given,
        }
    }
    Err(too_far)
}

/// What of a use goes further than an agreement; none where the agreement covers it.
fn beyond(terms: &Terms, agreement: &Agreement) -> Option<Given> {
    match () {
        () if !terms.purposes.iter().all(|purpose| agreement.purposes.contains(purpose)) => {
            Some(Given::Purposes)
        }
        () if !terms.finest_level.is_reached_by(agreement.finest_level) => Some(Given::FinestLevel),
        () if terms.until > agreement.until => Some(Given::Until),
        () => None,
    }
}
