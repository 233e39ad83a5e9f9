//! Tokens of a partner, revoked by its referent.

use entity::types::PartnerCode;

use super::{Registrar, RegistrarError};
use crate::{
    auth::policy::CharterAct,
    charter::{CharterRefusal, text},
    store::Partner,
};

impl Registrar<'_> {
    /// Revokes the tokens of a partner that were issued until now: of somebody, of a third-party client, of both together, or
    /// all where neither is named. They are refused from the next request on.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`].
    pub async fn revoke_tokens(
        &self,
        code: &PartnerCode,
        (subject, client): (Option<&str>, Option<&str>),
    ) -> Result<Partner, RegistrarError> {
        let partner = self.admitted(code, |partner_id| CharterAct::RevokeTokens { partner_id }).await?;
        let Some(identity) = self.viewer.identity() else { return Err(CharterRefusal::Unknown.into()) };
        // An empty name is a slip of the hand: it would be nobody's, and revoke nothing.
        let named = |name: Option<&str>| match name.map(str::trim) {
            Some("") => Err(CharterRefusal::NothingNamed),
            Some(name) => Ok(Some(text::line(name)?.to_owned())),
            None => Ok(None),
        };
        let (subject, client) = (named(subject)?, named(client)?);
        let batch = self.store.writing().await?;
        let whose = (subject.as_deref(), client.as_deref());
        batch.revoke_tokens(partner.id, whose, (self.viewer.now, &identity.subject)).await?;
        batch.commit().await?;
        Ok(partner)
    }
}
