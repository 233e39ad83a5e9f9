//! Bringing a database to life: tables, and the demonstration where there is nothing.

use std::fs::{File, TryLockError};

use super::{Failure, print, progress::Bar};
use crate::{
    config::Settings,
    demonstration::{self, Options},
    documents::Shelf,
    keys,
    secrecy::Keyring,
    store::{Alone, Stage, Store, StoreError, VAULT_KEY},
};

/// Connects with the roles of the settings.
pub async fn open(settings: &Settings, connections: u32) -> Result<Store, StoreError> {
    let url = settings.database();
    let store = match &settings.owner_url {
        Some(owner) => Store::connect_apart(url.reveal(), owner.reveal(), connections).await?,
        None => Store::connect(url.reveal(), connections).await?,
    };
    let store = store.keeping_figures(u64::from(settings.kept_figures) << 20);
    match &settings.replica_url {
        Some(replica) => store.beside(replica.reveal(), connections).await,
        None => Ok(store),
    }
}

/// Connects, with the tables up to date; alone with the database until that is let go.
async fn connect(settings: &Settings) -> Result<(Store, Alone), Failure> {
    let named = |error| format!("base de données {} (DATABASE_URL) : {error}", settings.database_place());
    let store = open(settings, settings.connections).await.map_err(named)?;
    let alone = store.alone().await.map_err(named)?;
    store.migrate().await?;
    Ok((store, alone))
}

/// Holds the data folder for this process until it is dropped, so that two first starts do not build over one
/// another; the second waits, and says so.
fn hold(settings: &Settings) -> Result<File, Failure> {
    let named =
        |error| format!("{} : {error} (OBSERVATOIRE_DATA choisit un autre dossier)", settings.data.display());
    keys::create_private_folder(&settings.data).map_err(named)?;
    let lock = File::create(settings.data.join("observatoire.lock")).map_err(named)?;
    if let Err(TryLockError::WouldBlock) = lock.try_lock() {
        print::note("Un autre processus prépare cette base ; attente de sa fin…")?;
        lock.lock().map_err(named)?;
    }
    Ok(lock)
}

/// Connects to a database that holds an observatory; builds the demonstration where there is nothing.
pub async fn ready(settings: &Settings) -> Result<Store, Failure> {
    let _held = hold(settings)?;
    let (store, alone) = connect(settings).await?;
    if store.stage().await? == Stage::Empty {
        build(&store, &new_keys(settings)?).await?;
    }
    alone.release().await?;
    Ok(store)
}

/// Connects to a database that holds an observatory, for a command that makes none: in an empty place it says so and leaves
/// nothing behind.
pub async fn existing(settings: &Settings) -> Result<Store, Failure> {
    let nothing = || {
        let file = settings.database_file().and_then(|file| std::path::absolute(file).ok());
        let place = file.map_or_else(|| settings.database_place(), |file| file.display().to_string());
        format!(
            "il n’y a pas d’observatoire dans {place} (OBSERVATOIRE_DATA ou DATABASE_URL en choisissent un autre ; observatoire serve ou observatoire demo le créent)"
        )
    };
    if settings.database_file().is_some_and(|file| matches!(file.try_exists(), Ok(false))) {
        return Err(nothing().into());
    }
    let named = |error| format!("base de données {} (DATABASE_URL) : {error}", settings.database_place());
    let store = open(settings, settings.connections).await.map_err(named)?;
    // Tables that are not there hold nothing.
    if !store.has_tables().await.map_err(named)? {
        return Err(nothing().into());
    }
    let _held = hold(settings)?;
    let alone = store.alone().await.map_err(named)?;
    store.migrate().await?;
    let stage = store.stage().await?;
    alone.release().await?;
    if stage == Stage::Empty { Err(nothing().into()) } else { Ok(store) }
}

/// The key of the database's vault; another key than the one that it was filled under is refused.
pub async fn keyring(settings: &Settings, store: &Store) -> Result<Keyring, Failure> {
    let keyring = keys::vault(&settings.keys())?;
    if store.setting(VAULT_KEY).await?.is_some_and(|known| known != keyring.fingerprint()) {
        return Err(format!(
            "{} : cette clé n’est pas celle du coffre de cette base ; remettez la bonne (sauvegarde), ou choisissez \
             une autre base (OBSERVATOIRE_DATA ou DATABASE_URL)",
            settings.keys().join("vault.key").display()
        )
        .into());
    }
    Ok(keyring)
}

/// `observatoire demo`.
pub async fn demonstration(settings: &Settings) -> Result<(), Failure> {
    let _held = hold(settings)?;
    let (store, _alone) = connect(settings).await?;
    if store.stage().await? == Stage::Ready {
        return Err("cette base contient déjà un observatoire ; choisissez-en une autre (OBSERVATOIRE_DATA ou DATABASE_URL)".into());
    }
    build(&store, &new_keys(settings)?).await
}

/// The keys of a new observatory: that of its vault, and that which signs its tokens.
fn new_keys(settings: &Settings) -> Result<Keyring, Failure> {
    keys::issuer(&settings.keys())?;
    Ok(keys::new_vault(&settings.keys())?)
}

async fn build(store: &Store, keyring: &Keyring) -> Result<(), Failure> {
    let bar = Bar::new();
    let report = demonstration::build(store, keyring, &Options::default(), &bar).await?;
    store.fold().await?;
    bar.finish();
    print::note(&format!("Observatoire de démonstration créé : {report}."))?;
    Ok(())
}

/// `observatoire migrate`.
pub async fn migrate(settings: &Settings) -> Result<(), Failure> {
    let _held = hold(settings)?;
    connect(settings).await?;
    print::note("Les tables sont à jour.")?;
    Ok(())
}

/// Where documents of studies are kept.
pub fn shelf(settings: &Settings) -> Result<Shelf, Failure> {
    let place = settings.documents_place();
    let shelf = Shelf::open(&place, settings.document_limit, keys::create_private_folder);
    // The program reads them itself, in a process of its own.
    shelf
        .map(|shelf| match std::env::current_exe() {
            Ok(program) => shelf.read_by(program),
            Err(_) => shelf,
        })
        .map_err(|error| format!("documents (OBSERVATOIRE_DOCUMENTS) : {error}").into())
}
