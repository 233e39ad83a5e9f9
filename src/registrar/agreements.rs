//! Agreements concluded and ended, each by whoever the policy lets do it.

use entity::types::PartnerCode;

use super::{Registrar, RegistrarError};
use crate::{
    auth::policy::{self, CharterAct},
    charter::{
        CharterRefusal,
        agreement::{self, AgreementDraft},
    },
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

    /// Ends an agreement: what it opened is closed with the next request.
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
        Ok(batch.commit().await?)
    }
}
