//! The public keys of a provider: what each may verify, and which one a token is verified with.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse},
};
use serde::Deserialize;

use crate::auth::token::TokenFault;

/// Lengths of an RSA key, in bytes: 2,048 to 4,096 bits.
const RSA_BYTES: std::ops::RangeInclusive<usize> = 256..=512;

/// A set of keys as it is sent (RFC 7517); a key of a kind that nobody here knows does not spoil the others.
#[derive(Deserialize)]
struct Sent {
    keys: Vec<serde_json::Value>,
}

/// A key, with what it may verify.
#[derive(Debug)]
struct PublicKey {
    identifier: Option<String>,
    algorithms: Vec<Algorithm>,
    key: DecodingKey,
}

/// The keys of a provider that verify signatures; never a shared secret.
#[derive(Debug)]
pub struct PublicKeys(Vec<PublicKey>);

impl PublicKeys {
    /// Reads a set of keys (JWKS); none when it is not one. Keys that verify nothing are left out.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let sent: Sent = serde_json::from_slice(bytes).ok()?;
        Some(Self(sent.keys.into_iter().filter_map(PublicKey::read).collect()))
    }

    /// The key that a token is verified with: the one that it names and that fits its algorithm; where it names none,
    /// the only one that fits.
    ///
    /// # Errors
    ///
    /// [`TokenFault::UnknownKey`]; [`TokenFault::Algorithm`] where the key that it names is for another algorithm.
    pub fn find(&self, identifier: Option<&str>, algorithm: Algorithm) -> Result<&DecodingKey, TokenFault> {
        let named = |key: &&PublicKey| identifier.is_none() || key.identifier.as_deref() == identifier;
        let mut fitting = self.0.iter().filter(named).filter(|key| key.algorithms.contains(&algorithm));
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => Ok(&only.key),
            (None, _) if identifier.is_some() && self.0.iter().any(|key| named(&key)) => {
                Err(TokenFault::Algorithm)
            }
            _ => Err(TokenFault::UnknownKey),
        }
    }
}

impl PublicKey {
    fn read(sent: serde_json::Value) -> Option<Self> {
        let key: Jwk = serde_json::from_value(sent).ok()?;
        let algorithms = algorithms(&key);
        if algorithms.is_empty() {
            return None;
        }
        Some(Self { key: DecodingKey::from_jwk(&key).ok()?, identifier: key.common.key_id, algorithms })
    }
}

/// What a key may verify: what its kind can, and no more than it says itself.
fn algorithms(key: &Jwk) -> Vec<Algorithm> {
    let common = &key.common;
    let signs = common.public_key_use.as_ref().is_none_or(|of| *of == PublicKeyUse::Signature);
    let verifies =
        common.key_operations.as_ref().is_none_or(|operations| operations.contains(&KeyOperations::Verify));
    if !signs || !verifies {
        return Vec::new();
    }
    let can: &[Algorithm] = match &key.algorithm {
        AlgorithmParameters::RSA(rsa) if length(&rsa.n).is_some_and(|bytes| RSA_BYTES.contains(&bytes)) => &[
            Algorithm::RS256,
            Algorithm::RS384,
            Algorithm::RS512,
            Algorithm::PS256,
            Algorithm::PS384,
            Algorithm::PS512,
        ],
        AlgorithmParameters::EllipticCurve(point) => {
            let lengths = [length(&point.x), length(&point.y)];
            match point.curve {
                EllipticCurve::P256 if lengths == [Some(32); 2] => &[Algorithm::ES256],
                EllipticCurve::P384 if lengths == [Some(48); 2] => &[Algorithm::ES384],
                _ => &[],
            }
        }
        AlgorithmParameters::OctetKeyPair(pair)
            if pair.curve == EllipticCurve::Ed25519 && length(&pair.x) == Some(32) =>
        {
            &[Algorithm::EdDSA]
        }
        _ => &[],
    };
    let says = |algorithm: &Algorithm| {
        common.key_algorithm.is_none_or(|only| only == KeyAlgorithm::from(*algorithm))
    };
    can.iter().copied().filter(says).collect()
}

/// How many bytes a text in base64url holds.
fn length(text: &str) -> Option<usize> {
    URL_SAFE_NO_PAD.decode(text).ok().map(|bytes| bytes.len())
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use jsonwebtoken::Algorithm;
    use serde_json::{Value, json};

    use super::PublicKeys;
    use crate::auth::token::TokenFault;

    fn rsa(bytes: usize) -> Value {
        json!({ "kty": "RSA", "n": URL_SAFE_NO_PAD.encode(vec![0xd5; bytes]), "e": "AQAB" })
    }

    fn with(mut key: Value, more: &Value) -> Value {
        key.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        key
    }

    fn found(keys: &[Value], identifier: Option<&str>, algorithm: Algorithm) -> Result<(), TokenFault> {
        let keys = PublicKeys::read(json!({ "keys": keys }).to_string().as_bytes()).unwrap();
        keys.find(identifier, algorithm).map(|_| ())
    }

    #[test]
    fn a_key_verifies_what_its_kind_can_and_what_it_says() {
        let point = URL_SAFE_NO_PAD.encode([7; 32]);
        let ec = json!({ "kty": "EC", "crv": "P-256", "x": point, "y": point });
        let ed = json!({ "kty": "OKP", "crv": "Ed25519", "x": point });
        let good = [
            (rsa(256), Algorithm::RS256),
            (rsa(512), Algorithm::PS512),
            (
                with(rsa(256), &json!({ "use": "sig", "alg": "RS256", "key_ops": ["verify"] })),
                Algorithm::RS256,
            ),
            (ec.clone(), Algorithm::ES256),
            (ed.clone(), Algorithm::EdDSA),
        ];
        for (key, algorithm) in good {
            assert_eq!(found(std::slice::from_ref(&key), None, algorithm), Ok(()), "{key}");
        }
        let secret = json!({ "kty": "oct", "k": point });
        let bad = [
            (rsa(128), Algorithm::RS256),
            (rsa(1_024), Algorithm::RS256),
            (rsa(256), Algorithm::ES256),
            (rsa(256), Algorithm::HS256),
            (with(rsa(256), &json!({ "use": "enc" })), Algorithm::RS256),
            (with(rsa(256), &json!({ "alg": "RS512" })), Algorithm::RS256),
            (with(rsa(256), &json!({ "alg": "RSA-OAEP-256" })), Algorithm::RS256),
            (with(rsa(256), &json!({ "alg": "HS256" })), Algorithm::HS256),
            (with(rsa(256), &json!({ "key_ops": ["encrypt"] })), Algorithm::RS256),
            (ec.clone(), Algorithm::ES384),
            (with(ec, &json!({ "x": "AAAA" })), Algorithm::ES256),
            (with(ed, &json!({ "x": "AAAA" })), Algorithm::EdDSA),
            (secret.clone(), Algorithm::HS256),
            (with(secret, &json!({ "use": "sig", "alg": "HS256" })), Algorithm::HS256),
            (json!({ "kty": "EC", "crv": "secp256k1", "x": point, "y": point }), Algorithm::ES256),
            (json!({ "kty": "AKP", "alg": "ML-DSA-44", "pub": point }), Algorithm::EdDSA),
            (json!("nonsense"), Algorithm::RS256),
        ];
        for (key, algorithm) in bad {
            let refused = found(std::slice::from_ref(&key), None, algorithm);
            assert_eq!(refused, Err(TokenFault::UnknownKey), "{key}");
        }
    }

    #[test]
    fn a_token_names_its_key_or_only_one_fits() {
        let named = |name: &str| with(rsa(256), &json!({ "kid": name }));
        let two = [named("a"), named("b"), json!({ "kty": "later" })];
        assert_eq!(found(&two, Some("a"), Algorithm::RS256), Ok(()));
        assert_eq!(found(&two, Some("c"), Algorithm::RS256), Err(TokenFault::UnknownKey));
        assert_eq!(found(&two, Some("a"), Algorithm::ES256), Err(TokenFault::Algorithm));
        assert_eq!(found(&two, None, Algorithm::RS256), Err(TokenFault::UnknownKey));
        assert_eq!(found(&two[..1], None, Algorithm::RS256), Ok(()));
        assert_eq!(
            found(&[named("a"), named("a")], Some("a"), Algorithm::RS256),
            Err(TokenFault::UnknownKey)
        );
        assert_eq!(found(&[], None, Algorithm::RS256), Err(TokenFault::UnknownKey));
        for nonsense in ["", "[]", "{}", r#"{"keys": {}}"#, "<html>"] {
            assert!(PublicKeys::read(nonsense.as_bytes()).is_none(), "{nonsense}");
        }
    }
}
