//! Discovery: the document in which a provider says where its keys are (OpenID Connect Discovery 1.0).

use serde::Deserialize;
use url::Url;

use super::address;

/// What of the document concerns us.
#[derive(Deserialize)]
struct Document {
    issuer: String,
    jwks_uri: String,
}

/// A document that does not say where the keys of the provider are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryFault {
    /// The issuer has no such document.
    #[error("the issuer is no address")]
    Issuer,
    /// It cannot be read.
    #[error("the document of discovery cannot be read")]
    Unreadable,
    /// It is that of another issuer.
    #[error("the document of discovery is that of another issuer")]
    OtherIssuer,
    /// The keys are where somebody may change them on the way.
    #[error("the keys are at no https address")]
    KeysAddress,
}

/// Where the document of an issuer is.
///
/// # Errors
///
/// [`DiscoveryFault::Issuer`].
pub fn address(issuer: &str) -> Result<Url, DiscoveryFault> {
    let text = format!("{}/.well-known/openid-configuration", issuer.strip_suffix('/').unwrap_or(issuer));
    address::read(&text).ok_or(DiscoveryFault::Issuer)
}

/// Where the keys of an issuer are, as its document says.
///
/// # Errors
///
/// [`DiscoveryFault`].
pub fn keys_address(document: &[u8], issuer: &str) -> Result<Url, DiscoveryFault> {
    let document: Document = serde_json::from_slice(document).or(Err(DiscoveryFault::Unreadable))?;
    if document.issuer != issuer {
        return Err(DiscoveryFault::OtherIssuer);
    }
    let keys = address::read(&document.jwks_uri).ok_or(DiscoveryFault::KeysAddress)?;
    // A provider that is elsewhere sends us to no door of this machine.
    let at_home = address(issuer).is_ok_and(|issuer| address::is_loopback(&issuer));
    if address::is_loopback(&keys) && !at_home {
        return Err(DiscoveryFault::KeysAddress);
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::{DiscoveryFault, address, keys_address};

    #[test]
    fn the_document_is_below_the_issuer_and_its_own() {
        let issuer = "https://id.example.org/realms/agglo";
        let expected = "https://id.example.org/realms/agglo/.well-known/openid-configuration";
        assert_eq!(address(issuer).unwrap().as_str(), expected);
        assert_eq!(address(&format!("{issuer}/")).unwrap().as_str(), expected);
        let told = |issuer: &str, keys: &str| {
            let document = format!(r#"{{"issuer": "{issuer}", "jwks_uri": "{keys}", "other": 1}}"#);
            keys_address(document.as_bytes(), "https://id.example.org/realms/agglo")
        };
        assert_eq!(
            told(issuer, "https://keys.example.org/a").unwrap().as_str(),
            "https://keys.example.org/a"
        );
        for other in ["https://id.example.org/realms/agglo/", "https://id.example.org", "http://127.0.0.1"] {
            assert_eq!(told(other, "https://keys.example.org"), Err(DiscoveryFault::OtherIssuer), "{other}");
        }
        for keys in ["http://keys.example.org", "http://127.0.0.1/a", "https://localhost/a", "file:///a", "a"]
        {
            assert_eq!(told(issuer, keys), Err(DiscoveryFault::KeysAddress), "{keys}");
        }
        for document in ["", "[]", "{}", "nonsense", r#"{"issuer": 1, "jwks_uri": 2}"#] {
            assert_eq!(keys_address(document.as_bytes(), issuer), Err(DiscoveryFault::Unreadable));
        }
        let document = br#"{"issuer": "http://localhost:1", "jwks_uri": "http://127.0.0.1:2/keys"}"#;
        assert!(keys_address(document, "http://localhost:1").is_ok());
    }
}
