//! Programs of third parties that ask for a partner: issued, renewed and revoked by its referent.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use entity::types::{PartnerCode, Purposes};

use super::{About as _, Registrar, RegistrarError};
use crate::{
    auth::policy::CharterAct,
    charter::{CharterRefusal, Given, text},
    store::{Partner, ThirdPartyClient, token_id},
};

/// Whether something may be the name of a program: of letters that look like no others, so that nobody takes one program for
/// another.
fn is_name(name: &str) -> bool {
    let fits =
        |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || b"-._".contains(&letter);
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(fits)
}

/// Longest name of a program.
const LONGEST_NAME: usize = 60;
/// Longest life of a token of a program, in days.
const LONGEST_LIFE: u64 = 366;

impl Registrar<'_> {
    /// Writes a program of a third party down, whose token is then to be signed.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`].
    pub async fn issue_client(
        &self,
        code: &PartnerCode,
        name: &str,
        (purposes, until): (Purposes, NaiveDate),
    ) -> Result<(Partner, ThirdPartyClient), RegistrarError> {
        let partner = self.admitted(code, |partner_id| CharterAct::IssueClient { partner_id }).await?;
        let name = text::line(name).about(Given::Client)?;
        if !is_name(name) {
            return Err((CharterRefusal::ClientName, Given::Client).into());
        }
        if purposes.iter().next().is_none() {
            return Err((CharterRefusal::NothingNamed, Given::Purposes).into());
        }
        let client = self.token_of(&partner, name, purposes, self.life(until)?)?;
        let batch = self.store.writing().await?;
        if batch.third_party_client(partner.id, name).await?.is_some() {
            return Err((CharterRefusal::ClientThere, Given::Client).into());
        }
        batch.write_third_party_client(&client).await?;
        batch.commit().await?;
        Ok((partner, client))
    }

    /// Gives a program another token; the one before is refused from the next request on.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`].
    pub async fn rotate_client(
        &self,
        code: &PartnerCode,
        name: &str,
        until: NaiveDate,
    ) -> Result<(Partner, ThirdPartyClient), RegistrarError> {
        let partner = self.admitted(code, |partner_id| CharterAct::IssueClient { partner_id }).await?;
        let expires_at = self.life(until)?;
        let batch = self.store.writing().await?;
        let before = batch.third_party_client(partner.id, name.trim()).await?;
        let before = before.ok_or((CharterRefusal::Unknown, Given::Client))?;
        if before.revoked_at.is_some() {
            return Err((CharterRefusal::ClientRevoked, Given::Client).into());
        }
        let client = self.token_of(&partner, &before.name, before.purposes, expires_at)?;
        batch.write_third_party_client(&client).await?;
        batch.commit().await?;
        Ok((partner, client))
    }

    /// Revokes a program: its token is refused from the next request on, and its name is not given again.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`].
    pub async fn revoke_client(
        &self,
        code: &PartnerCode,
        name: &str,
    ) -> Result<(Partner, ThirdPartyClient), RegistrarError> {
        let partner = self.admitted(code, |partner_id| CharterAct::RevokeTokens { partner_id }).await?;
        let batch = self.store.writing().await?;
        let before = batch.third_party_client(partner.id, name.trim()).await?;
        let before = before.ok_or((CharterRefusal::Unknown, Given::Client))?;
        if before.revoked_at.is_some() {
            return Err((CharterRefusal::ClientRevoked, Given::Client).into());
        }
        batch.revoke_third_party_client(&before, self.viewer.now).await?;
        batch.commit().await?;
        let revoked_at = Some(self.viewer.now);
        Ok((partner, ThirdPartyClient { revoked_at, ..before }))
    }

    /// The end of the last day of a token.
    fn life(&self, until: NaiveDate) -> Result<DateTime<Utc>, RegistrarError> {
        let today = self.today();
        if until < today {
            return Err((CharterRefusal::DayPast, Given::Until).into());
        }
        if today.checked_add_days(Days::new(LONGEST_LIFE)).is_some_and(|last| until > last) {
            return Err((CharterRefusal::TokenTooLong, Given::Until).into());
        }
        let next = until.checked_add_days(Days::new(1)).unwrap_or(until);
        Ok(next.and_time(NaiveTime::MIN).and_utc())
    }

    fn token_of(
        &self,
        partner: &Partner,
        name: &str,
        purposes: Purposes,
        expires_at: DateTime<Utc>,
    ) -> Result<ThirdPartyClient, RegistrarError> {
        let Some(identity) = self.viewer.identity() else { return Err(CharterRefusal::Unknown.into()) };
        Ok(ThirdPartyClient {
            partner_id: partner.id,
            name: name.to_owned(),
            purposes,
            token_id: token_id(),
            issued_at: self.viewer.now,
            issued_by: identity.subject.clone(),
            expires_at,
            revoked_at: None,
        })
    }
}
