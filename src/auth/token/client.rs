//! Tokens of programs of third parties: each has an identifier, by which one alone is accepted of each program.

use chrono::{DateTime, Utc};

use super::{Claims, Identity, Issuer, IssuerKey, TokenFault, Trust};

/// Signs tokens of programs.
#[derive(Clone)]
pub struct ClientTokens {
    key: IssuerKey,
    trust: Trust,
}

impl ClientTokens {
    /// Those of an issuer.
    #[must_use]
    pub fn of(issuer: &Issuer) -> Self {
        Self { key: issuer.key.clone(), trust: issuer.trust.clone() }
    }

    /// Signs the token of a program, valid from `now` until a moment.
    ///
    /// # Errors
    ///
    /// [`TokenFault::Malformed`] when the identity cannot be written as claims.
    pub fn sign(
        &self,
        identity: &Identity,
        token_id: &str,
        (now, until): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<String, TokenFault> {
        let claims =
            Claims { jti: Some(token_id.to_owned()), ..Claims::of(identity, &self.trust, now, until) };
        self.key.sign(&claims)
    }
}
