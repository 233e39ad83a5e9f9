//! Settings of what faces the network.

use serde::{Deserialize, Serialize};

use super::{Settings, SettingsError};

/// Who may ask for the schema over the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Introspection {
    /// Everybody.
    Everyone,
    /// Whoever has a token.
    Partners,
    /// Nobody: clients bring `schema.graphql`.
    Nobody,
}

impl Settings {
    /// # Errors
    ///
    /// [`SettingsError::Range`].
    pub(super) fn check_network(&self) -> Result<(), SettingsError> {
        if !self.origins.iter().all(|origin| is_origin(origin)) {
            return SettingsError::range(
                "origins",
                "une liste d’origines, comme [\"https://tableaux.example.fr\"], sans chemin, ou [\"*\"]",
                "a list of origins such as [\"https://dashboards.example.org\"], without a path, or [\"*\"]",
            );
        }
        if self.batch_limit > 50 {
            return SettingsError::range("batch_limit", "entre 0 et 50", "between 0 and 50");
        }
        if self.rate_limit > 1_000_000 {
            return SettingsError::range(
                "rate_limit",
                "entre 0 (sans limite) et 1 000 000 de requêtes par minute",
                "between 0 (no limit) and 1,000,000 requests a minute",
            );
        }
        if self.most_connections == 0 || self.most_connections > 100_000 {
            return SettingsError::range("most_connections", "entre 1 et 100 000", "between 1 and 100,000");
        }
        if self.most_requests == 0 || self.most_requests > 10_000 {
            return SettingsError::range("most_requests", "entre 1 et 10 000", "between 1 and 10,000");
        }
        if self.public_max_age > 86_400 {
            return SettingsError::range(
                "public_max_age",
                "entre 0 et 86 400 secondes",
                "between 0 and 86,400 seconds",
            );
        }
        if self.kept_answers > 16_384 {
            return SettingsError::range("kept_answers", "entre 0 et 16 384 Mio", "between 0 and 16,384 MiB");
        }
        if self.kept_figures > 65_536 {
            return SettingsError::range("kept_figures", "entre 0 et 65 536 Mio", "between 0 and 65,536 MiB");
        }
        if self.registered_documents.as_ref().is_some_and(|folder| !folder.is_dir()) {
            return SettingsError::range(
                "registered_documents",
                "un dossier qui existe, de documents .graphql",
                "a folder that is there, of .graphql documents",
            );
        }
        if self.metrics_listen.is_some_and(|address| address == self.listen) {
            return SettingsError::range(
                "metrics_listen",
                "une autre adresse que listen",
                "another address than listen",
            );
        }
        Ok(())
    }
}

fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    text == "*" || host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ', '*']))
}

#[cfg(test)]
mod tests {
    use super::is_origin;

    #[test]
    fn origins_have_a_scheme_and_a_host_and_nothing_after() {
        for good in ["*", "https://tableaux.example.fr", "http://127.0.0.1:3000"] {
            assert!(is_origin(good), "{good}");
        }
        for bad in ["tableaux.example.fr", "https://", "https://a.fr/", "https://*.a.fr", "null", ""] {
            assert!(!is_origin(bad), "{bad}");
        }
    }
}
