//! Commands in a place where nothing is, and what a check says of it.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use sea_orm::{ConnectionTrait, Database, Statement};

use crate::support::{app::RUNTIME, model};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A command whose data folder is `data` in a folder.
fn run(folder: &Path, data: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_observatoire"));
    command.current_dir(folder).args(arguments).env_remove("DATABASE_URL");
    command.env("OBSERVATOIRE_DATA", data).env("OBSERVATOIRE_LISTEN", "127.0.0.1:0");
    command.env("OBSERVATOIRE_REGISTERED_DOCUMENTS", Path::new(ROOT).join("examples"));
    command.output().unwrap()
}

#[test]
fn a_command_that_needs_an_observatory_makes_none() {
    let folder = tempfile::tempdir().unwrap();
    let examples = Path::new(ROOT).join("examples");
    for arguments in [
        &["log", "verify"][..],
        &["token", "--partner", "CCAS-DIJON", "--role", "READER"],
        &["release", "list"],
        &["documents"],
        &["profiles"],
        &["contours", "communes.geojson"],
        &["gallery", "--examples", examples.to_str().unwrap()],
    ] {
        let ended = run(folder.path(), "data", arguments);
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(
            !ended.status.success() && said.contains("il n’y a pas d’observatoire"),
            "{arguments:?}: {said}"
        );
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
        assert!(left.is_empty(), "{arguments:?} left {left:?}");
    }
}

#[test]
fn a_check_takes_documents_with_variables_and_no_folder_that_cannot_be_made() {
    let folder = tempfile::tempdir().unwrap();
    let checked = run(folder.path(), "data", &["check"]);
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    let documents = fs::read_dir(Path::new(ROOT).join("examples")).unwrap();
    let is_document = |path: &Path| path.extension().is_some_and(|extension| extension == "graphql");
    let documents = documents.filter(|entry| is_document(&entry.as_ref().unwrap().path())).count();
    assert!(checked.status.success() && said.contains(&format!("{documents} se lisent")), "{said}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "a check makes nothing");
    // Below a file there is no folder, whoever asks.
    fs::write(folder.path().join("file"), "").unwrap();
    let checked = run(folder.path(), "file/data", &["check"]);
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(!checked.status.success() && said.contains("à corriger dossier"), "{said}");
}

/// Names of the tables of an embedded database, after something was done to it.
fn tables(folder: &Path, done: &str) -> Vec<String> {
    RUNTIME.block_on(async {
        let database = Database::connect(model::embedded_in(folder)).await.unwrap();
        database.execute_unprepared(done).await.unwrap();
        let names = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
        let names = Statement::from_string(database.get_database_backend(), names);
        let rows = database.query_all_raw(names).await.unwrap();
        rows.iter().map(|row| row.try_get("", "name").unwrap()).collect()
    })
}

#[test]
fn a_database_of_something_else_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    // There, and empty: nothing is made of it by looking.
    assert!(tables(folder.path(), "SELECT 1").is_empty());
    let checked = run(folder.path(), ".", &["check"]);
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    assert!(tables(folder.path(), "SELECT 1").is_empty());
    assert_eq!(tables(folder.path(), "CREATE TABLE partner (x INT)"), ["partner"]);
    for arguments in [&["check"][..], &["demo"], &["migrate"], &["serve"]] {
        let ended = run(folder.path(), ".", arguments);
        let said = String::from_utf8_lossy(&[ended.stdout, ended.stderr].concat()).into_owned();
        let is_said = said.contains("tables d’autre chose") || said.contains("tables of something else");
        assert!(!ended.status.success() && is_said, "{arguments:?}: {said}");
        assert_eq!(tables(folder.path(), "SELECT 1"), ["partner"], "{arguments:?}");
    }
}

#[test]
fn views_of_others_and_their_steps_are_theirs_too() {
    let step = "CREATE TABLE seaql_migrations (version TEXT, applied_at INT); INSERT INTO seaql_migrations VALUES ('m1', 1)";
    let none = "CREATE TABLE seaql_migrations (version TEXT, applied_at INT); CREATE TABLE other (x INT)";
    let others = "CREATE TABLE seaql_migrations (x INT)";
    for made in ["CREATE VIEW partner AS SELECT 1 AS x", step, none, others] {
        let folder = tempfile::tempdir().unwrap();
        let before = tables(folder.path(), made);
        for arguments in [&["check"][..], &["migrate"]] {
            let ended = run(folder.path(), ".", arguments);
            let said = String::from_utf8_lossy(&[ended.stdout, ended.stderr].concat()).into_owned();
            let is_said = said.contains("tables d’autre chose") || said.contains("tables of something else");
            assert!(!ended.status.success() && is_said, "{made}: {arguments:?}: {said}");
            assert_eq!(tables(folder.path(), "SELECT 1"), before, "{made}: {arguments:?}");
        }
    }
}

#[test]
fn a_folder_without_a_name_and_a_database_that_nobody_shares_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let unnamed = run(folder.path(), "", &["check"]);
    let said = String::from_utf8_lossy(&[unnamed.stdout, unnamed.stderr].concat()).into_owned();
    assert!(!unnamed.status.success() && said.contains("data"), "{said}");
    let mut command = Command::new(env!("CARGO_BIN_EXE_observatoire"));
    command.current_dir(folder.path()).arg("check").env("OBSERVATOIRE_DATA", ".");
    let memory = command.env("DATABASE_URL", "sqlite::memory:").output().unwrap();
    let said = String::from_utf8_lossy(&[memory.stdout, memory.stderr].concat()).into_owned();
    assert!(!memory.status.success() && said.contains("database_url"), "{said}");
}
