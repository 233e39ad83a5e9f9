//! Tokens of programs of third parties: each has an identifier, by which one alone is accepted of each program.

use chrono::{DateTime, Utc};
use jsonwebtoken::{EncodingKey, Header, encode};

use super::{Claims, Identity, Issuer, TokenFault, Trust};

/// Signs tokens of programs.
#[derive(Clone)]
pub struct ClientTokens {
    signing: EncodingKey,
    identifier: String,
    trust: Trust,
}

impl ClientTokens {
    /// Those of an issuer.
    #[must_use]
    pub fn of(issuer: &Issuer) -> Self {
        Self {
            signing: issuer.key.signing.clone(),
            identifier: issuer.key.identifier.clone(),
            trust: issuer.trust.clone(),
        }
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
        let header = Header { kid: Some(self.identifier.clone()), ..Header::new(super::Algorithm::EdDSA) };
        encode(&header, &claims, &self.signing).or(Err(TokenFault::Malformed))
    }
}
