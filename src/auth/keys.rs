//! The local issuer's key, as text in PEM.

use base64::{Engine, engine::general_purpose::STANDARD};
use jsonwebtoken::{
    Algorithm, EncodingKey, Header, encode,
    jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash},
};

use serde::Serialize;

use super::token::TokenFault;

/// PKCS #8 header of a bare Ed25519 private key (RFC 8410).
const ED25519_HEADER: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// The key that the local issuer signs with, and the set that verifies it.
#[derive(Clone)]
pub struct IssuerKey {
    /// Signs.
    pub signing: EncodingKey,
    /// RFC 7638 thumbprint, the `kid` of its tokens.
    pub identifier: String,
    /// Verifies; published at `/.well-known/jwks.json`.
    pub set: JwkSet,
}

impl IssuerKey {
    /// Writes 32 secret bytes as a private key in PEM.
    #[must_use]
    pub fn to_pem(secret: &[u8; 32]) -> String {
        let key = [ED25519_HEADER.as_slice(), secret].concat();
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(key))
    }

    /// Signs claims.
    ///
    /// # Errors
    ///
    /// [`TokenFault::Malformed`] when they cannot be written.
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, TokenFault> {
        let header = Header { kid: Some(self.identifier.clone()), ..Header::new(Algorithm::EdDSA) };
        encode(&header, claims, &self.signing).or(Err(TokenFault::Malformed))
    }

    /// Reads a private key in PEM; none when it is no Ed25519 key.
    #[must_use]
    pub fn from_pem(text: &str) -> Option<Self> {
        let signing = EncodingKey::from_ed_pem(text.as_bytes()).ok()?;
        let mut key = Jwk::from_encoding_key(&signing, Algorithm::EdDSA).ok()?;
        let identifier = key.thumbprint(ThumbprintHash::SHA256).ok()?;
        key.common.key_id = Some(identifier.clone());
        key.common.public_key_use = Some(PublicKeyUse::Signature);
        Some(Self { signing, identifier, set: JwkSet { keys: vec![key] } })
    }
}
