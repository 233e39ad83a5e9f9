//! Commands in a place where nothing is, and what a check says of it.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

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
