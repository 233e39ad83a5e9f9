//! `observatoire check`: whether a server would start with these settings and hold, in words, without changing anything.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use tokio::net::TcpListener;

use super::{Failure, print, setup};
use crate::{
    config::Settings,
    documents::Place,
    graphql,
    http::Persisted,
    keys,
    present::profile::Templates,
    provider_keys,
    store::{Separation, Stage, Store},
};

/// What came of the checks.
#[derive(Default)]
struct Found {
    lines: Vec<String>,
    faults: usize,
}

impl Found {
    fn good(&mut self, what: &str, said: impl std::fmt::Display) {
        self.lines.push(format!("bien       {what} : {said}"));
    }

    fn mind(&mut self, what: &str, said: impl std::fmt::Display) {
        self.lines.push(format!("attention  {what} : {said}"));
    }

    fn bad(&mut self, what: &str, said: impl std::fmt::Display) {
        self.faults += 1;
        self.lines.push(format!("à corriger {what} : {said}"));
    }
}

/// Checks the settings and all that they name; prints a line for each.
///
/// # Errors
///
/// A sentence that says how many things are to be mended, once all were looked at.
pub async fn run() -> Result<(), Failure> {
    let settings = Settings::read()?;
    let mut found = Found::default();
    found.good("réglages", "ils se lisent et leurs valeurs conviennent");
    addresses(&settings, &mut found).await;
    let store = database(&settings, &mut found).await;
    if let Some(store) = &store {
        filled(&settings, store, &mut found).await?;
    }
    documents(&settings, &mut found);
    registered(settings.registered_documents.as_deref(), &mut found);
    providers(&settings, &mut found).await;
    exposure(&settings, &mut found);
    print::text(&format!("{}\n", found.lines.join("\n")))?;
    match found.faults {
        0 => Ok(()),
        1 => Err("un point est à corriger".into()),
        many => Err(format!("{many} points sont à corriger").into()),
    }
}

async fn addresses(settings: &Settings, found: &mut Found) {
    let listen = Some(("listen", settings.listen));
    for (name, address) in listen.into_iter().chain(settings.metrics_listen.map(|at| ("metrics_listen", at)))
    {
        match TcpListener::bind(address).await {
            Ok(_) => found.good(name, format!("{address} est libre")),
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
                found.mind(name, format!("{address} est déjà prise, par ce serveur peut-être"));
            }
            Err(error) => found.bad(name, format!("{address} : {error}")),
        }
    }
}

/// The database, where there is one; a check makes none.
async fn database(settings: &Settings, found: &mut Found) -> Option<Store> {
    let place = settings.database_place();
    match settings.database_file().map(|file| file.try_exists()) {
        Some(Ok(false)) => {
            match missing_folder(settings) {
                Some(folder) => {
                    let said = format!("{place} : le dossier {} n’existe pas ; créez-le", folder.display());
                    found.bad("base de données", said);
                }
                None => found
                    .good("base de données", format!("{place} n’existe pas : le premier démarrage la crée")),
            }
            return None;
        }
        Some(Err(error)) => {
            found.bad("base de données", format!("{place} : {error}"));
            return None;
        }
        Some(Ok(true)) | None => {}
    }
    let store = match setup::open(settings, 1).await {
        Ok(store) => store,
        Err(error) => {
            found.bad("base de données", format!("{place} : {error}"));
            return None;
        }
    };
    match store.is_foreign().await {
        Ok(false) => {}
        Ok(true) => {
            found.bad(
                "base de données",
                format!("{place} contient les tables d’autre chose : choisissez-en une vide"),
            );
            return None;
        }
        Err(error) => {
            found.bad("base de données", format!("{place} : {error}"));
            return None;
        }
    }
    match store.pending().await {
        Ok(0) => found.good("base de données", format!("{place} répond, ses tables sont à jour")),
        Ok(steps) => {
            let said = format!(
                "{place} répond ; {steps} mises à jour des tables seront faites au démarrage : sauvegardez-la avant"
            );
            found.mind("base de données", said);
        }
        Err(error) => {
            let owner = if settings.owner_url.is_some() {
                "owner_url nomme-t-elle le rôle à qui sont les tables, et DATABASE_URL celui qui sert ?"
            } else {
                "si le rôle de DATABASE_URL n’est pas celui à qui sont les tables, donnez aussi owner_url"
            };
            found.bad("base de données", format!("{place} : {error} ; {owner} (docs/operating.md)"));
            return None;
        }
    }
    Some(store)
}

/// The folder of a database file that is named and not there: only those of the data folder are made.
fn missing_folder(settings: &Settings) -> Option<PathBuf> {
    settings.database_url.as_ref()?;
    let folder = settings.database_file()?.parent()?.to_path_buf();
    (!folder.as_os_str().is_empty() && !folder.is_dir()).then_some(folder)
}

/// What only a database that holds an observatory can tell.
async fn filled(settings: &Settings, store: &Store, found: &mut Found) -> Result<(), Failure> {
    // Tables that are not there yet hold nothing.
    if !matches!(store.stage().await, Ok(Stage::Ready)) {
        found.mind("contenu", "la base est vide : le premier démarrage y crée la démonstration");
        return Ok(());
    }
    match store.separation().await {
        Ok(Some(Separation::Apart)) => found.good("rôles de PostgreSQL", "celui qui sert ne lit pas le coffre"),
        Ok(Some(Separation::Together)) if settings.owner_url.is_some() => found.bad(
            "rôles de PostgreSQL",
            "celui de DATABASE_URL lit le coffre : donnez-lui un rôle qui ne possède pas les tables (docs/operating.md)",
        ),
        Ok(Some(Separation::Together)) => found.mind(
            "rôles de PostgreSQL",
            "celui qui sert lit aussi le coffre : owner_url les sépare (docs/operating.md)",
        ),
        Ok(None) => {}
        Err(error) => found.bad("rôles de PostgreSQL", error),
    }
    match store.is_standby().await {
        Ok(true) => found.bad(
            "base de données",
            "c’est un réplica, où rien ne s’écrit : DATABASE_URL nomme la base elle-même, replica_url son réplica",
        ),
        Ok(false) => {}
        Err(error) => found.bad("base de données", error),
    }
    match store.replica_has_caught_up().await {
        Ok(Some(_)) if matches!(store.replica_is_standby().await, Ok(false)) => found.mind(
            "réplica (replica_url)",
            "cette base ne suit aucune autre : une adresse recopiée de DATABASE_URL ne soulage rien",
        ),
        Ok(Some(true)) => found.good("réplica (replica_url)", "il répond et suit la base"),
        Ok(Some(false)) => {
            found.mind(
                "réplica (replica_url)",
                "il répond et n’a pas rattrapé la base, qui est lue à sa place",
            );
        }
        Ok(None) => {}
        Err(error) => {
            let said = format!(
                "il ne répond pas, ou n’est pas une copie de cette base ; elle est lue à sa place ({error})"
            );
            found.mind("réplica (replica_url)", said);
        }
    }
    match setup::keyring(settings, store).await {
        Ok(_) => found.good("clé du coffre", "c’est celle de cette base"),
        Err(error) => found.bad("clé du coffre", error),
    }
    let folder = settings.keys();
    if !keys::has_issuer(&folder) {
        let said = format!(
            "elle n’est pas dans {} : le démarrage en crée une autre, et les jetons émis avant sont refusés",
            folder.display()
        );
        found.mind("clé des jetons", said);
    } else if let Err(error) = keys::issuer(&folder) {
        found.bad("clé des jetons", error);
    } else {
        found.good("clé des jetons", folder.display());
    }
    let templates = Templates::read(settings.profiles.as_deref(), &store.catalogue().await?);
    match templates {
        Ok(templates) => {
            found
                .good("modèles de portraits", print::several(templates.all().count(), "se lit", "se lisent"));
        }
        Err(error) => found.bad("modèles de portraits", error),
    }
    Ok(())
}

fn documents(settings: &Settings, found: &mut Found) {
    let data = settings.data.display();
    // Where it is to be made, it is the nearest folder above it that is written to.
    let above =
        settings.data.ancestors().map(|above| if above == Path::new("") { Path::new(".") } else { above });
    let there = above.into_iter().find(|above| !matches!(above.try_exists(), Ok(false)));
    let is_there = there == Some(settings.data.as_path());
    match there.map(tempfile::tempfile_in) {
        Some(Ok(_)) if is_there => found.good("dossier", format!("{data} s’écrit")),
        Some(Ok(_)) => found.good("dossier", format!("{data} sera créé")),
        Some(Err(error)) => {
            found.bad("dossier", format!("{data} : {error} (OBSERVATOIRE_DATA en choisit un autre)"));
        }
        None => found.bad("dossier", format!("{data} n’est dans aucun dossier")),
    }
    if !is_there {
        return;
    }
    if let Place::Folder(folder) = settings.documents_place()
        && !folder.exists()
    {
        found.good("documents des études", format!("{} sera créé", folder.display()));
        return;
    }
    match setup::shelf(settings) {
        Ok(_) => found.good("documents des études", "leur dépôt s’ouvre"),
        Err(error) => found.bad("documents des études", error),
    }
}

/// Registered documents that the parser or the limits refuse could never be asked for.
fn registered(folder: Option<&Path>, found: &mut Found) {
    let Some(folder) = folder else { return };
    let persisted = match Persisted::read(Some(folder)) {
        Ok(persisted) => persisted,
        Err(error) => return found.bad("documents enregistrés", error),
    };
    let texts: BTreeMap<_, _> = persisted.registered_texts().map(|text| (text.trim_end(), ())).collect();
    let refused = texts.keys().filter_map(|text| graphql::check_document(text).err());
    let refused: Vec<String> = refused.map(|refusal| refusal.french).collect();
    match refused.first() {
        None => found.good("documents enregistrés", print::several(texts.len(), "se lit", "se lisent")),
        Some(first) => {
            found.bad(
                "documents enregistrés",
                format!("{} ; le premier : {first}", print::several(refused.len(), "refusé", "refusés")),
            );
        }
    }
}

async fn providers(settings: &Settings, found: &mut Found) {
    let providers = match provider_keys::open(&settings.providers) {
        Ok(providers) => providers,
        Err(error) => return found.bad("fournisseurs d’identité", error),
    };
    for provider in providers {
        if provider.is_ready().await {
            found.good("fournisseur d’identité", format!("{} donne ses clés", provider.issuer()));
        } else {
            let said = format!("{} ne donne pas ses clés (le journal dit pourquoi)", provider.issuer());
            found.bad("fournisseur d’identité", said);
        }
    }
}

/// What is fine on one's own machine and is looked at twice on a network.
fn exposure(settings: &Settings, found: &mut Found) {
    if settings.listen.ip().is_loopback() {
        return;
    }
    found.mind(
        "réseau",
        "le serveur parle HTTP sans chiffrement : mettez devant lui un mandataire qui chiffre",
    );
    if !settings.behind_proxy {
        found.mind(
            "behind_proxy",
            "derrière un mandataire, tous les appelants sans jeton comptent pour un seul",
        );
    }
    if settings.graphiql {
        found.mind("graphiql", "sa page est servie à tout le monde");
    }
}
