//! Observatories of one year: made once for each kind of database, and copied for each test that has one of its own.

use std::{fs, path::Path, sync::OnceLock};

use observatoire::{
    demonstration::{self, Options, Silent},
    keys,
    secrecy::Keyring,
    store::Store,
};
use sea_orm::{ConnectionTrait, Database};

use super::{
    app::{Canary, RUNTIME, filled},
    postgres,
};

/// An observatory that is copied.
pub struct Model {
    url: String,
    /// The cells of it that are masked, and the numbers behind them.
    pub canaries: Vec<Canary>,
    _folder: Option<tempfile::TempDir>,
}

const fn one_year(canary: bool) -> Options {
    Options { first_year: 2025, last_year: 2025, canary }
}

/// The address of the embedded database of a folder.
pub fn embedded_in(folder: &Path) -> String {
    format!("sqlite://{}?mode=rwc", folder.join("observatoire.db").display())
}

/// The model on SQLite, with canaries in place of counts or without.
pub fn embedded(canary: bool) -> &'static Model {
    static MODELS: [OnceLock<Model>; 2] = [const { OnceLock::new() }; 2];
    MODELS[usize::from(canary)].get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let (url, whole) = (embedded_in(folder.path()), folder.path().join("model.db"));
        let canaries = RUNTIME.block_on(async {
            let canaries = filled(&url, &one_year(canary)).await;
            let database = Database::connect(&url).await.unwrap();
            database.execute_unprepared(&format!("VACUUM INTO '{}'", whole.display())).await.unwrap();
            canaries
        });
        Model { url: whole.display().to_string(), canaries, _folder: Some(folder) }
    })
}

/// The model on PostgreSQL.
pub fn on_postgres(canary: bool) -> &'static Model {
    static MODELS: [OnceLock<Model>; 2] = [const { OnceLock::new() }; 2];
    MODELS[usize::from(canary)].get_or_init(|| {
        let url = postgres::server().and_then(|server| server.create_database("model")).unwrap();
        let canaries = RUNTIME.block_on(filled(&url, &one_year(canary)));
        Model { url, canaries, _folder: None }
    })
}

impl Model {
    /// Copies an embedded model into a folder.
    pub fn copy_into(&self, folder: &Path) {
        fs::copy(&self.url, folder.join("observatoire.db")).unwrap();
    }

    /// Copies a model on PostgreSQL; its address.
    pub fn copy_as(&self, name: &str) -> String {
        let server = postgres::server().unwrap();
        server.create_database_from_template(name, &self.url).unwrap()
    }
}

/// Founds an observatory of one year for the program itself: its database, and its keys in the data folder.
pub fn found(data: &Path, url: &str) {
    let keyring: Keyring = keys::new_vault(&data.join("keys")).unwrap();
    RUNTIME.block_on(async {
        let store = Store::connect(url, 2).await.unwrap();
        store.migrate().await.unwrap();
        demonstration::build(&store, &keyring, &one_year(false), &Silent).await.unwrap();
    });
}
