//! Bearer tokens: issuing for the embedded default, and verifying; those of providers are verified in [`super::providers`].

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entity::types::{PartnerCode, Purpose, Purposes, Role};
use jsonwebtoken::{
    Algorithm, DecodingKey, Header, Validation, dangerous::insecure_decode_claims, decode, decode_header,
    errors::ErrorKind, jwk::JwkSet,
};
use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Identity, IssuerKey, providers::Provider};

mod client;
mod link;

pub use client::ClientTokens;
pub use link::Links;

/// How many seconds two clocks may differ.
pub const LEEWAY_SECONDS: u64 = 30;

/// Most tokens of which is remembered that their signature is good.
const MOST_VERIFIED: u64 = 10_000;

/// The only algorithms that are accepted of the local issuer, whatever a token's header says.
const ALGORITHMS: &[Algorithm] = &[Algorithm::EdDSA];

/// Who may issue tokens and for whom they must be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    /// Expected `iss`.
    pub issuer: String,
    /// Expected `aud`.
    pub audience: String,
}

/// What a token carries.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    partner: String,
    roles: Vec<Role>,
    #[serde(default)]
    purposes: Vec<Purpose>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    purpose: Option<Purpose>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
}

/// Who a token says that it is from: read before anything is verified, to know with whose keys, and for nothing else.
#[derive(Deserialize)]
struct Issued {
    iss: String,
}

/// Why a token was not accepted. The request is refused; it is never answered as if it had no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// Not a token, or claims are missing or of the wrong shape.
    #[error("malformed")]
    Malformed,
    /// Signed with something else than a pinned algorithm.
    #[error("algorithm")]
    Algorithm,
    /// The header names no key of ours.
    #[error("key")]
    UnknownKey,
    /// The signature does not fit.
    #[error("signature")]
    Signature,
    /// From another issuer.
    #[error("issuer")]
    Issuer,
    /// Meant for somebody else.
    #[error("audience")]
    Audience,
    /// No longer valid.
    #[error("expired")]
    Expired,
    /// Not yet valid.
    #[error("not yet valid")]
    NotYetValid,
    /// The partner does not exist, or a role does not fit it.
    #[error("partner")]
    Partner,
    /// It was issued before the tokens of its bearer were revoked.
    #[error("revoked")]
    Revoked,
    /// It is not the one that is accepted of its client.
    #[error("client")]
    Client,
    /// It carries no role of ours.
    #[error("role")]
    Role,
    /// The keys of the provider that it is from cannot be had.
    #[error("keys away")]
    Unavailable,
    /// The request declares a purpose that the token does not allow.
    #[error("purpose")]
    Purpose,
}

/// Who presents a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// Who it is.
    pub identity: Identity,
    /// When the token was issued, to the second.
    pub issued_at: DateTime<Utc>,
    /// Identifier of the token, where it has one.
    pub token_id: Option<String>,
}

impl Bearer {
    /// Whether the token was issued before a revocation, as far as two clocks tell.
    #[must_use]
    pub fn is_revoked(&self, revoked_at: DateTime<Utc>) -> bool {
        self.issued_at <= revoked_at + TimeDelta::seconds(LEEWAY_SECONDS.cast_signed())
    }
}

/// Verifies tokens: those of the local issuer against a set of keys, those of providers with theirs.
#[derive(Clone)]
pub struct Verifier {
    issuer: String,
    keys: JwkSet,
    validation: Validation,
    providers: Arc<[Provider]>,
    /// What tokens of the local issuer say whose signature was found good, by their SHA-256: its keys stay the same.
    verified: Cache<[u8; 32], Arc<Claims>>,
}

impl Verifier {
    /// A verifier that trusts one issuer, for one audience, with these keys.
    #[must_use]
    pub fn new(keys: JwkSet, trust: &Trust) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.algorithms = ALGORITHMS.to_vec();
        validation.leeway = LEEWAY_SECONDS;
        validation.validate_nbf = true;
        validation.set_issuer(&[&trust.issuer]);
        validation.set_audience(&[&trust.audience]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        let verified = Cache::new(MOST_VERIFIED);
        Self { issuer: trust.issuer.clone(), keys, validation, providers: Arc::new([]), verified }
    }

    /// The same verifier, which accepts the tokens of these providers as well.
    #[must_use]
    pub fn trusting(self, providers: Vec<Provider>) -> Self {
        Self { providers: providers.into(), ..self }
    }

    /// The providers whose tokens are accepted.
    #[must_use]
    pub fn providers(&self) -> &[Provider] {
        &self.providers
    }

    /// The public keys of the local issuer, for `/.well-known/jwks.json`.
    #[must_use]
    pub const fn keys(&self) -> &JwkSet {
        &self.keys
    }

    /// Verifies a token; `declared` is the purpose that the request itself declares, if it does.
    ///
    /// # Errors
    ///
    /// [`TokenFault`] for any token that is present and not good.
    pub async fn verify(&self, token: &str, declared: Option<Purpose>) -> Result<Bearer, TokenFault> {
        let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        if let Some(known) = self.verified.get(&digest)
            && known.is_current(Utc::now().timestamp())
        {
            return known.bearer(declared);
        }
        let header = decode_header(token).or(Err(TokenFault::Malformed))?;
        // Extensions that must be understood: we understand none (RFC 7515, section 4.1.11).
        if header.crit.is_some() {
            return Err(TokenFault::Malformed);
        }
        let Issued { iss: issuer } = insecure_decode_claims(token).or(Err(TokenFault::Malformed))?;
        if issuer == self.issuer {
            let claims = Arc::new(self.local(token, header)?);
            self.verified.insert(digest, Arc::clone(&claims));
            return claims.bearer(declared);
        }
        let provider = self.providers.iter().find(|provider| provider.issuer() == issuer);
        provider.ok_or(TokenFault::Issuer)?.verify(token, &header, declared).await
    }

    /// Verifies a token that says it is the local issuer's.
    fn local(&self, token: &str, header: Header) -> Result<Claims, TokenFault> {
        if !ALGORITHMS.contains(&header.alg) {
            return Err(TokenFault::Algorithm);
        }
        let key = header.kid.and_then(|kid| self.keys.find(&kid)).ok_or(TokenFault::UnknownKey)?;
        let key = DecodingKey::from_jwk(key).or(Err(TokenFault::UnknownKey))?;
        Ok(decode::<Claims>(token, &key, &self.validation).map_err(|error| fault(error.kind()))?.claims)
    }
}

impl Claims {
    fn of(identity: &Identity, trust: &Trust, now: DateTime<Utc>, until: DateTime<Utc>) -> Self {
        Self {
            iss: trust.issuer.clone(),
            aud: trust.audience.clone(),
            sub: identity.subject.clone(),
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: until.timestamp(),
            partner: identity.partner.to_string(),
            roles: identity.roles.clone(),
            purposes: identity.purposes.iter().collect(),
            purpose: identity.purpose,
            client: identity.client.clone(),
            jti: None,
        }
    }

    /// Whether it is valid at a moment, in seconds of Unix time, as far as the clock alone tells; in doubt it is not.
    const fn is_current(&self, now: i64) -> bool {
        self.nbf <= now && now < self.exp
    }

    fn bearer(&self, declared: Option<Purpose>) -> Result<Bearer, TokenFault> {
        // Not from a future that the other claim denies: nothing would revoke it.
        let issued_at = DateTime::from_timestamp(self.iat.min(self.nbf), 0).ok_or(TokenFault::Malformed)?;
        Ok(Bearer { identity: self.identity(declared)?, issued_at, token_id: self.jti.clone() })
    }

    fn identity(&self, declared: Option<Purpose>) -> Result<Identity, TokenFault> {
        let allowed: Purposes = self.purposes.iter().copied().chain(self.purpose).collect();
        if declared.is_some_and(|purpose| !allowed.contains(purpose)) {
            return Err(TokenFault::Purpose);
        }
        Ok(Identity {
            partner: PartnerCode::parse(&self.partner).or(Err(TokenFault::Partner))?,
            subject: self.sub.clone(),
            client: self.client.clone(),
            roles: self.roles.clone(),
            purposes: allowed,
            purpose: declared.or(self.purpose),
        })
    }
}

/// The fault that a library of tokens found.
pub(super) fn fault(kind: &ErrorKind) -> TokenFault {
    match kind {
        ErrorKind::InvalidSignature => TokenFault::Signature,
        ErrorKind::InvalidAlgorithm | ErrorKind::UnsupportedAlgorithm => TokenFault::Algorithm,
        ErrorKind::ExpiredSignature => TokenFault::Expired,
        ErrorKind::ImmatureSignature => TokenFault::NotYetValid,
        ErrorKind::InvalidIssuer => TokenFault::Issuer,
        ErrorKind::InvalidAudience => TokenFault::Audience,
        _ => TokenFault::Malformed,
    }
}

/// Issues tokens with the local key: the embedded default, for trials and small installations.
pub struct Issuer {
    key: IssuerKey,
    trust: Trust,
}

impl Issuer {
    /// An issuer with a key.
    #[must_use]
    pub const fn new(key: IssuerKey, trust: Trust) -> Self {
        Self { key, trust }
    }

    /// A verifier of this issuer's tokens.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        Verifier::new(self.key.set.clone(), &self.trust)
    }

    /// Issues a token, valid from `now` for `lifetime`.
    ///
    /// # Errors
    ///
    /// [`TokenFault::Malformed`] when the identity cannot be written as claims.
    pub fn issue(
        &self,
        identity: &Identity,
        now: DateTime<Utc>,
        lifetime: TimeDelta,
    ) -> Result<String, TokenFault> {
        let claims = Claims::of(identity, &self.trust, now, now + lifetime);
        self.key.sign(&claims)
    }
}
