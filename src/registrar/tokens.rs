//! Tokens of a partner, revoked by its referent.

use entity::types::PartnerCode;

use super::{About as _, Registrar, RegistrarError};
use crate::{
    auth::policy::CharterAct,
    charter::{CharterRefusal, Given},
    store::Partner,
};

/// Longest name of a subject or client, in characters.
const LONGEST_NAME: usize = 1_000;

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
        // An empty name is a slip of the hand: it would be nobody's, and revoke nothing. Any other is taken letter by
        // letter, as issuers write it: a name that was mended would be somebody else's.
        let named = |name: Option<&str>| match name {
            Some(name) if name.trim().is_empty() => Err(CharterRefusal::NothingNamed),
            Some(name) if name.chars().count() > LONGEST_NAME => Err(CharterRefusal::TooLong),
            name => Ok(name.map(str::to_owned)),
        };
        let subject = named(subject).about(Given::Subject)?;
        let client = named(client).about(Given::Client)?;
        let batch = self.store.writing().await?;
        let whose = (subject.as_deref(), client.as_deref());
        batch.revoke_tokens(partner.id, whose, (self.viewer.now, &identity.subject)).await?;
        batch.commit().await?;
        Ok(partner)
    }
}
