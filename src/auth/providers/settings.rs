//! What an operator says of a provider: whom it is believed about, and which of its words mean what.

use std::collections::BTreeMap;

use entity::types::{PartnerCode, Purpose, Role};
use jsonwebtoken::{Algorithm, AlgorithmFamily};
use serde::{Deserialize, Serialize};

use super::address;

/// A provider of tokens, `[[providers]]` in `observatoire.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSettings {
    /// `iss` of its tokens, to the letter: an https address (http on the loopback alone).
    pub issuer: String,
    /// `aud` of the tokens that are meant for us, or one of several.
    pub audience: String,
    /// Algorithms of signatures that are accepted: RS…, PS…, ES256, ES384, EdDSA; never of a shared secret.
    #[serde(default = "algorithms")]
    pub algorithms: Vec<Algorithm>,
    /// The claim that says the partner; `organisation.code` is `code` in `organisation`.
    #[serde(default = "partner_claim")]
    pub partner_claim: String,
    /// The provider's word of a partner → its code; without any the words are the codes.
    #[serde(default)]
    pub partners: BTreeMap<String, String>,
    /// The claim that says the roles: a list, or words with spaces between them.
    #[serde(default = "roles_claim")]
    pub roles_claim: String,
    /// The provider's word of a role → ours; without any the words are ours. Other words give nothing.
    #[serde(default)]
    pub roles: BTreeMap<String, Role>,
    /// The claim that says the purposes which a request may declare, in our words: a list, or words with spaces.
    #[serde(default = "purposes_claim")]
    pub purposes_claim: String,
    /// The purposes of a token without that claim; without any it may declare none.
    #[serde(default)]
    pub purposes: Vec<Purpose>,
    /// The claim that names the third-party program that asks; without it every token is a person's.
    #[serde(default)]
    pub client_claim: Option<String>,
}

fn algorithms() -> Vec<Algorithm> {
    vec![Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA]
}

fn partner_claim() -> String {
    "partner".to_owned()
}

fn roles_claim() -> String {
    "roles".to_owned()
}

fn purposes_claim() -> String {
    "purposes".to_owned()
}

/// A setting of a provider that does not make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// Name of the setting.
    pub name: &'static str,
    /// What it must be, in French.
    pub expected_in_french: &'static str,
    /// What it must be, in English.
    pub expected: &'static str,
}

impl ProviderSettings {
    /// The first setting that does not make sense.
    #[must_use]
    pub fn unfit(&self) -> Option<Unfit> {
        let unfit = |name, expected_in_french, expected| Some(Unfit { name, expected_in_french, expected });
        if address::read(&self.issuer).is_none_or(|issuer| issuer.query().is_some()) {
            return unfit(
                "providers.issuer",
                "une adresse https (http seulement en boucle locale), sans paramètres",
                "an https address (http on the loopback alone), without parameters",
            );
        }
        if self.audience.trim().is_empty() {
            return unfit("providers.audience", "un nom, non vide", "a name, not empty");
        }
        let shared = |algorithm: &Algorithm| algorithm.family() == AlgorithmFamily::Hmac;
        if self.algorithms.is_empty() || self.algorithms.iter().any(shared) {
            return unfit(
                "providers.algorithms",
                "une liste d’algorithmes à clé publique (RS256, ES256, EdDSA…), non vide",
                "a list of algorithms with public keys (RS256, ES256, EdDSA…), not empty",
            );
        }
        let claims = [&self.partner_claim, &self.roles_claim, &self.purposes_claim];
        if claims.into_iter().chain(&self.client_claim).any(|claim| claim.trim().is_empty()) {
            return unfit(
                "providers.…_claim",
                "le nom d’une information du jeton, non vide",
                "the name of a claim, not empty",
            );
        }
        if self.partners.values().any(|code| PartnerCode::parse(code).is_err()) {
            return unfit(
                "providers.partners",
                "une table vers des codes de partenaires",
                "a table to codes of partners",
            );
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::ProviderSettings;

    const LEAST: &str = "issuer = \"https://id.example.org\"\naudience = \"api\"\n";

    fn read(more: &str) -> Result<ProviderSettings, toml::de::Error> {
        toml::from_str(&format!("{LEAST}{more}"))
    }

    #[test]
    fn settings_that_make_sense_are_read() {
        assert_eq!(read("").unwrap().unfit(), None);
        let all = "algorithms = [\"PS256\"]\npartner_claim = \"a.b\"\npurposes = [\"NEEDS_ANALYSIS\"]\n\
            client_claim = \"azp\"\npartners = { x = \"CCAS-DIJON\" }\nroles = { y = \"READER\" }";
        assert_eq!(read(all).unwrap().unfit(), None);
    }

    #[test]
    fn settings_that_make_none_are_named() {
        let named = |more: &str| read(more).unwrap().unfit().map(|unfit| unfit.name);
        for list in ["[\"HS256\"]", "[\"RS256\", \"HS512\"]", "[]"] {
            assert_eq!(named(&format!("algorithms = {list}")), Some("providers.algorithms"), "{list}");
        }
        assert_eq!(named("roles_claim = \"\""), Some("providers.…_claim"));
        assert_eq!(named("client_claim = \" \""), Some("providers.…_claim"));
        assert_eq!(named("partners = { x = \"' OR 1=1\" }"), Some("providers.partners"));
        for issuer in ["http://id.example.org", "id.example.org", "https://id.example.org?a=b"] {
            let settings = ProviderSettings { issuer: issuer.to_owned(), ..read("").unwrap() };
            assert_eq!(settings.unfit().map(|unfit| unfit.name), Some("providers.issuer"), "{issuer}");
        }
        for unreadable in
            ["algorithms = [\"none\"]", "roles = { y = \"ROI\" }", "other = 1", "purposes = [\"ALL\"]"]
        {
            assert!(read(unreadable).is_err(), "{unreadable}");
        }
    }
}
