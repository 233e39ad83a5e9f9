//! Short-lived links to documents: who asked for one, for which document, until when, signed.
//!
//! A link is good for one document alone and never for the API. Rights are decided again when it is used: it says who
//! asks, not what they may have.

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use serde::{Deserialize, Serialize};

use super::{ALGORITHMS, Bearer, Claims, Identity, Issuer, IssuerKey, TokenFault, Trust, fault};

/// How long a link is good for.
const LIFETIME: TimeDelta = TimeDelta::minutes(5);

/// What a link carries: what a token does, and the document.
#[derive(Serialize, Deserialize)]
struct LinkClaims {
    #[serde(flatten)]
    bearer: Claims,
    document: String,
}

/// Signs links and opens them.
#[derive(Clone)]
pub struct Links {
    key: IssuerKey,
    trust: Trust,
}

impl Links {
    /// The links of an issuer; not its tokens: they are meant for another audience.
    #[must_use]
    pub fn of(issuer: &Issuer) -> Self {
        let trust =
            Trust { audience: format!("{}/documents", issuer.trust.audience), ..issuer.trust.clone() };
        Self { key: issuer.key.clone(), trust }
    }

    /// Signs a link to a document for somebody, and tells until when it is good.
    ///
    /// # Errors
    ///
    /// [`TokenFault::Malformed`] when the identity cannot be written as claims.
    pub fn sign(
        &self,
        identity: &Identity,
        document: &str,
        now: DateTime<Utc>,
    ) -> Result<(String, DateTime<Utc>), TokenFault> {
        let until = now + LIFETIME;
        let bearer = Claims::of(identity, &self.trust, now, until);
        let claims = LinkClaims { bearer, document: document.to_owned() };
        Ok((self.key.sign(&claims)?, until))
    }

    /// Who a link to a document was signed for.
    ///
    /// # Errors
    ///
    /// [`TokenFault`] for a link that is not ours, for another document, or past its time.
    pub fn open(&self, link: &str, document: &str, now: DateTime<Utc>) -> Result<Bearer, TokenFault> {
        let header = decode_header(link).or(Err(TokenFault::Malformed))?;
        if !ALGORITHMS.contains(&header.alg) || header.crit.is_some() {
            return Err(TokenFault::Algorithm);
        }
        let key = header.kid.and_then(|kid| self.key.set.find(&kid)).ok_or(TokenFault::UnknownKey)?;
        let key = DecodingKey::from_jwk(key).or(Err(TokenFault::UnknownKey))?;
        let mut validation = Validation::new(super::Algorithm::EdDSA);
        validation.set_issuer(&[&self.trust.issuer]);
        validation.set_audience(&[&self.trust.audience]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        // The time is the server's, as for all that a viewer may do.
        validation.validate_exp = false;
        let claims =
            decode::<LinkClaims>(link, &key, &validation).map_err(|error| fault(error.kind()))?.claims;
        if claims.document != document {
            return Err(TokenFault::Audience);
        }
        if claims.bearer.exp <= now.timestamp() {
            return Err(TokenFault::Expired);
        }
        claims.bearer.bearer(None)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{SubsecRound as _, TimeDelta, Utc};
    use entity::types::{PartnerCode, Purpose, Purposes, Role};

    use super::{Identity, Issuer, Links, TokenFault, Trust};
    use crate::auth::IssuerKey;

    fn issuer(secret: u8) -> Issuer {
        let key = IssuerKey::from_pem(&IssuerKey::to_pem(&[secret; 32])).unwrap();
        Issuer::new(key, Trust { issuer: "observatoire".to_owned(), audience: "api".to_owned() })
    }

    #[tokio::test]
    async fn a_link_is_good_for_one_document_and_for_minutes_and_never_as_a_token() {
        let identity = Identity {
            subject: "demo".to_owned(),
            client: None,
            partner: PartnerCode::parse("CCAS-DIJON").unwrap(),
            roles: vec![Role::Reader],
            purposes: Purposes::all(),
            purpose: Some(Purpose::NeedsAnalysis),
        };
        let (ours, theirs) = (issuer(1), issuer(2));
        let links = Links::of(&ours);
        let now = Utc::now();
        let (link, until) = links.sign(&identity, "one", now).unwrap();
        assert_eq!(until - now, TimeDelta::minutes(5));
        assert_eq!(
            links.open(&link, "one", now),
            Ok(super::Bearer { identity: identity.clone(), issued_at: now.trunc_subsecs(0), token_id: None })
        );
        assert_eq!(links.open(&link, "other", now), Err(TokenFault::Audience));
        assert_eq!(links.open(&link, "one", until), Err(TokenFault::Expired));
        assert_eq!(Links::of(&theirs).open(&link, "one", now), Err(TokenFault::UnknownKey));
        assert_eq!(ours.verifier().verify(&link, None).await, Err(TokenFault::Audience));
        let token = ours.issue(&identity, now, TimeDelta::hours(1)).unwrap();
        assert!(links.open(&token, "one", now).is_err());
        let (head, tail) = link.rsplit_once('.').unwrap();
        let forged = format!("{head}.{}", tail.chars().rev().collect::<String>());
        assert!(links.open(&forged, "one", now).is_err());
    }
}
