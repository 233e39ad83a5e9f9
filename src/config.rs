//! Settings: from `observatoire.toml`, then `OBSERVATOIRE_…` variables, then `DATABASE_URL`; checked once.

use std::{collections::HashSet, net::SocketAddr, path::PathBuf};

use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use serde::{Deserialize, Serialize};

use crate::{
    auth::providers::{ProviderSettings, Unfit},
    documents::Place,
};

mod environment;
mod network;
mod values;

use environment::AsWritten;
pub use network::Introspection;

/// Settings of a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Address to listen on. `OBSERVATOIRE_LISTEN`.
    #[serde(deserialize_with = "values::address")]
    pub listen: SocketAddr,
    /// Folder of the embedded database, the keys and the documents. `OBSERVATOIRE_DATA`.
    #[serde(deserialize_with = "values::text")]
    pub data: PathBuf,
    /// `sqlite://…` or `postgres://…`; an embedded SQLite file in `data` by default. `DATABASE_URL`.
    pub database_url: Option<DatabaseUrl>,
    /// The same database as the owner of its tables, where `database_url` names a role of PostgreSQL that cannot read the vault.
    /// `OBSERVATOIRE_OWNER_URL`.
    pub owner_url: Option<DatabaseUrl>,
    /// A copy of the same PostgreSQL database that follows it, for questions. `OBSERVATOIRE_REPLICA_URL`.
    pub replica_url: Option<DatabaseUrl>,
    /// Most connections to the database. `OBSERVATOIRE_CONNECTIONS`.
    pub connections: u32,
    /// `iss` of the tokens that are accepted. `OBSERVATOIRE_ISSUER`.
    #[serde(deserialize_with = "values::text")]
    pub issuer: String,
    /// `aud` of the tokens that are accepted. `OBSERVATOIRE_AUDIENCE`.
    #[serde(deserialize_with = "values::text")]
    pub audience: String,
    /// Largest body of a request, in bytes. `OBSERVATOIRE_BODY_LIMIT`.
    pub body_limit: usize,
    /// Largest file of a delivery over the API, in bytes. `OBSERVATOIRE_DELIVERY_LIMIT`.
    pub delivery_limit: u64,
    /// Where documents are kept: a folder, or `s3://bucket/prefix`; `documents` in `data` by default.
    /// `OBSERVATOIRE_DOCUMENTS`.
    pub documents: Option<String>,
    /// Largest document of a study, in bytes. `OBSERVATOIRE_DOCUMENT_LIMIT`.
    pub document_limit: u64,
    /// Folder of the operator’s own templates of profiles, beside those of the program. `OBSERVATOIRE_PROFILES`.
    #[serde(deserialize_with = "values::path")]
    pub profiles: Option<PathBuf>,
    /// Longest time for an answer, in seconds. `OBSERVATOIRE_TIME_LIMIT`.
    pub time_limit: u64,
    /// Days for which the records of access are kept. `OBSERVATOIRE_LOG_RETENTION_DAYS`.
    pub log_retention_days: u32,
    /// Whether answers bear the status codes of the time before the draft of 2026. `OBSERVATOIRE_LEGACY_STATUS`.
    #[serde(deserialize_with = "values::flag")]
    pub legacy_status: bool,
    /// Origins of the pages that may ask from a browser, as in `https://tableaux.example.fr`; `*` for all.
    /// `OBSERVATOIRE_ORIGINS`.
    #[serde(deserialize_with = "values::list")]
    pub origins: Vec<String>,
    /// Whether GraphiQL is served. `OBSERVATOIRE_GRAPHIQL`.
    #[serde(deserialize_with = "values::flag")]
    pub graphiql: bool,
    /// Who may ask for the schema. `OBSERVATOIRE_INTROSPECTION`.
    pub introspection: Introspection,
    /// Most operations of one request; 0 takes no batches. `OBSERVATOIRE_BATCH_LIMIT`.
    pub batch_limit: usize,
    /// Folder of the documents that callers without a token may send, and no others. `OBSERVATOIRE_REGISTERED_DOCUMENTS`.
    #[serde(deserialize_with = "values::path")]
    pub registered_documents: Option<PathBuf>,
    /// Requests a minute that a caller may make; 0 for any number. `OBSERVATOIRE_RATE_LIMIT`.
    pub rate_limit: u32,
    /// Whether a proxy in front says who asks (`X-Forwarded-For`). `OBSERVATOIRE_BEHIND_PROXY`.
    #[serde(deserialize_with = "values::flag")]
    pub behind_proxy: bool,
    /// Most connections at once. `OBSERVATOIRE_MOST_CONNECTIONS`.
    pub most_connections: usize,
    /// Most requests that are worked on at once. `OBSERVATOIRE_MOST_REQUESTS`.
    pub most_requests: usize,
    /// Seconds for which a proxy may give a public answer again without asking. `OBSERVATOIRE_PUBLIC_MAX_AGE`.
    pub public_max_age: u32,
    /// Memory for answers that may be given again, in MiB; 0 for none. `OBSERVATOIRE_KEPT_ANSWERS`.
    pub kept_answers: u32,
    /// Memory for published figures as they rest, masked, in MiB; 0 reads them of the database each time. `OBSERVATOIRE_KEPT_FIGURES`.
    pub kept_figures: u32,
    /// Whether lists are told breadth first; else the GraphQL engine tells them, slower. `OBSERVATOIRE_BREADTH_FIRST`.
    #[serde(deserialize_with = "values::flag")]
    pub breadth_first: bool,
    /// Address of the measures for Prometheus; none by default. `OBSERVATOIRE_METRICS_LISTEN`.
    #[serde(deserialize_with = "values::optional_address")]
    pub metrics_listen: Option<SocketAddr>,
    /// OpenID Connect providers whose tokens are accepted beside those of `issuer`; in the file alone.
    pub providers: Vec<ProviderSettings>,
}

/// Where the database is; its text may hold a password and is never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DatabaseUrl(String);

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("DatabaseUrl(…)")
    }
}

impl DatabaseUrl {
    /// The URL, for the driver alone.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Settings that do not make sense.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A value is missing, unknown or of the wrong kind.
    #[error(
        "réglages (observatoire.toml, variables OBSERVATOIRE_…) qui ne se lisent pas / settings that cannot be read: {0}"
    )]
    Read(Box<figment::Error>),
    /// A value is out of its range.
    #[error("réglages : {name} doit être {expected_in_french} / settings: {name} must be {expected}")]
    Range {
        /// Name of the setting.
        name: &'static str,
        /// What it must be, in French.
        expected_in_french: &'static str,
        /// What it must be, in English.
        expected: &'static str,
    },
}

impl SettingsError {
    /// A value that is out of its range.
    const fn range<T>(
        name: &'static str,
        expected_in_french: &'static str,
        expected: &'static str,
    ) -> Result<T, Self> {
        Err(Self::Range { name, expected_in_french, expected })
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data: PathBuf::from("data"),
            database_url: None,
            owner_url: None,
            replica_url: None,
            connections: 8,
            issuer: "observatoire".to_owned(),
            audience: "observatoire-api".to_owned(),
            body_limit: 256 * 1024,
            delivery_limit: 512 * 1024 * 1024,
            documents: None,
            document_limit: 50 * 1024 * 1024,
            profiles: None,
            time_limit: 20,
            log_retention_days: 1_095,
            legacy_status: false,
            origins: Vec::new(),
            graphiql: true,
            introspection: Introspection::Everyone,
            batch_limit: 0,
            registered_documents: None,
            rate_limit: 1_200,
            behind_proxy: false,
            most_connections: 1_024,
            most_requests: 256,
            public_max_age: 0,
            kept_answers: 64,
            kept_figures: 256,
            breadth_first: true,
            metrics_listen: None,
            providers: Vec::new(),
        }
    }
}

/// Variables of the same prefix that are no settings of a server: those of logs, of tests and of clients.
const OF_OTHERS: [&str; 12] = [
    "log",
    "log_format",
    "require_clients",
    "require_postgres",
    "fuzz_seed",
    "test_contours",
    "leak",
    "url",
    "token",
    "short_token",
    "purpose",
    "copy",
];

impl Settings {
    /// Reads and checks the settings.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] naming the setting that is wrong.
    pub fn read() -> Result<Self, SettingsError> {
        let variables = Env::prefixed("OBSERVATOIRE_").ignore(&OF_OTHERS);
        let figment = Figment::from(Serialized::defaults(Self::default()))
            .merge(Toml::file("observatoire.toml"))
            .merge(AsWritten(variables))
            .merge(Env::raw().only(&["DATABASE_URL"]));
        let settings: Self = figment.extract().map_err(|error| SettingsError::Read(Box::new(error)))?;
        settings.check()
    }

    fn check(self) -> Result<Self, SettingsError> {
        let range = SettingsError::range;
        if self.data.as_os_str().is_empty() {
            return range(
                "data",
                "un dossier : « . » pour celui où l’on est",
                "a folder: “.” for the one where one is",
            );
        }
        if self.connections == 0 || self.connections > 200 {
            return range("connections", "entre 1 et 200", "between 1 and 200");
        }
        if self.body_limit < 1_024 || self.body_limit > 16 * 1024 * 1024 {
            return range("body_limit", "entre 1 Kio et 16 Mio", "between 1 KiB and 16 MiB");
        }
        if self.delivery_limit < 1_024 || self.delivery_limit > 2_000_000_000 {
            return range("delivery_limit", "entre 1 Kio et 2 Go", "between 1 KiB and 2 GB");
        }
        if self.document_limit < 1_024 || self.document_limit > 500_000_000 {
            return range("document_limit", "entre 1 Kio et 500 Mo", "between 1 KiB and 500 MB");
        }
        if self.documents.as_ref().is_some_and(|place| Place::read(place).is_none()) {
            return range(
                "documents",
                "le chemin d’un dossier, ou s3://seau/préfixe",
                "the path of a folder, or s3://bucket/prefix",
            );
        }
        if self.time_limit == 0 || self.time_limit > 300 {
            return range("time_limit", "entre 1 et 300 secondes", "between 1 and 300 seconds");
        }
        if self.log_retention_days == 0 || self.log_retention_days > 36_500 {
            return range("log_retention_days", "entre 1 et 36 500 jours", "between 1 and 36,500 days");
        }
        self.check_network()?;
        if self.issuer.trim().is_empty() || self.audience.trim().is_empty() {
            return range("issuer, audience", "un nom, non vide", "a name, not empty");
        }
        if let Some(Unfit { name, expected_in_french, expected }) =
            self.providers.iter().find_map(ProviderSettings::unfit)
        {
            return range(name, expected_in_french, expected);
        }
        let mut issuers = HashSet::from([self.issuer.as_str()]);
        if !self.providers.iter().all(|provider| issuers.insert(&provider.issuer)) {
            return range(
                "providers.issuer",
                "propre à chaque fournisseur, et autre que « issuer »",
                "one for each provider, and another than “issuer”",
            );
        }
        let known = |url: &DatabaseUrl| {
            // Each connection would have a database in memory of its own.
            ["sqlite://", "postgres:", "postgresql:"].iter().any(|scheme| url.reveal().starts_with(scheme))
                && !url.reveal().contains(":memory:")
        };
        if self.database_url.as_ref().is_some_and(|url| !known(url)) {
            return range("database_url", "sqlite://… ou postgres://…", "sqlite://… or postgres://…");
        }
        let is_postgres = |url: &DatabaseUrl| url.reveal().starts_with("postgres");
        for (name, url) in [("owner_url", &self.owner_url), ("replica_url", &self.replica_url)] {
            let Some(url) = url else { continue };
            if !is_postgres(url) || !self.database_url.as_ref().is_some_and(is_postgres) {
                return range(
                    name,
                    "postgres://…, à côté d’un DATABASE_URL vers la même base PostgreSQL",
                    "postgres://…, beside a DATABASE_URL to the same PostgreSQL database",
                );
            }
        }
        Ok(self)
    }

    /// Where the database is: as set, or the embedded file in the data folder.
    #[must_use]
    pub fn database(&self) -> DatabaseUrl {
        self.database_url.clone().unwrap_or_else(|| {
            DatabaseUrl(format!("sqlite://{}?mode=rwc", self.data.join("observatoire.db").display()))
        })
    }

    /// The file of an embedded database; none for a database elsewhere.
    #[must_use]
    pub fn database_file(&self) -> Option<PathBuf> {
        self.database_place().strip_prefix("sqlite://").map(PathBuf::from)
    }

    /// Where the database is, in words, without user and password.
    #[must_use]
    pub fn database_place(&self) -> String {
        let database = self.database();
        let text = database.reveal();
        let text = text.split_once('?').map_or(text, |(place, _)| place);
        match (text.split_once("://"), text.rsplit_once('@')) {
            (Some((scheme, _)), Some((_, place))) => format!("{scheme}://{place}"),
            _ => text.to_owned(),
        }
    }

    /// Where documents are kept.
    #[must_use]
    pub fn documents_place(&self) -> Place {
        let set = self.documents.as_deref().and_then(Place::read);
        set.unwrap_or_else(|| Place::Folder(self.data.join("documents")))
    }

    /// Folder of the keys.
    #[must_use]
    pub fn keys(&self) -> PathBuf {
        self.data.join("keys")
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::{OF_OTHERS, Settings, SettingsError};

    /// Names of variables in all files under a path.
    fn variables(path: &Path, found: &mut BTreeSet<String>) {
        if path.is_dir() {
            for entry in fs::read_dir(path).unwrap() {
                variables(&entry.unwrap().path(), found);
            }
        } else if let Ok(text) = fs::read_to_string(path) {
            let is_name = |character: &char| character.is_ascii_uppercase() || *character == '_';
            let names = text.split("OBSERVATOIRE_").skip(1);
            found.extend(
                names
                    .map(|rest| rest.chars().take_while(is_name).collect())
                    .filter(|name: &String| !name.is_empty()),
            );
        }
    }

    // A server that is started by a test, or beside a client, is not stopped by what those are told.
    #[test]
    fn every_variable_that_is_named_anywhere_is_a_setting_or_somebody_elses() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut found = BTreeSet::new();
        for place in [".ci", "README.md", "deploy", "docs", "examples", "src", "tests"] {
            assert!(root.join(place).exists(), "{place}");
            variables(&root.join(place), &mut found);
        }
        let settings = serde_json::to_value(Settings::default()).unwrap();
        let unknown: Vec<&String> = found
            .iter()
            .filter(|name| {
                let name = name.to_lowercase();
                settings.get(&name).is_none() && !OF_OTHERS.contains(&name.as_str())
            })
            .collect();
        assert!(unknown.is_empty(), "{unknown:?}");
        assert!(found.len() > OF_OTHERS.len(), "{found:?}");
    }

    fn checked(file: &str) -> Result<Settings, SettingsError> {
        let providers: toml::Table = toml::from_str(file).unwrap();
        let providers = providers["providers"].clone().try_into().unwrap();
        Settings { providers, ..Settings::default() }.check()
    }

    #[test]
    fn providers_have_an_issuer_each_and_another_than_ours() {
        let provider =
            |issuer: &str| format!("[[providers]]\nissuer = \"{issuer}\"\naudience = \"observatoire-api\"\n");
        let (one, other) = (provider("https://id.example.org/a"), provider("https://id.example.org/b"));
        assert_eq!(checked(&format!("{one}{other}")).unwrap().providers.len(), 2);
        let twice = checked(&format!("{one}{one}")).unwrap_err().to_string();
        assert!(twice.contains("providers.issuer"), "{twice}");
        let unsafe_address = checked(&provider("http://id.example.org")).unwrap_err().to_string();
        assert!(unsafe_address.contains("https"), "{unsafe_address}");
        let ours = Settings { issuer: "https://id.example.org/a".to_owned(), ..checked(&one).unwrap() };
        assert!(ours.check().is_err());
    }
}
