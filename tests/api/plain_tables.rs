//! The engine on plain files, as the README shows it: a table is masked, its masks hold, and masks that do not are found.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_observatoire"));
    command.current_dir(folder).args(arguments).output().unwrap()
}

fn audited(folder: &Path) -> Output {
    let names = ["--cells", "cells.csv", "--relations", "relations.csv", "--status", "status.csv"];
    run(folder, &[&["audit"], &names[..], &["--minimum", "5"]].concat())
}

#[test]
fn a_table_is_masked_and_attacked_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("cells.csv"), "id,freq,published\ntotal,23,1\nwomen,3,1\nmen,20,1\n").unwrap();
    fs::write(folder.join("relations.csv"), "rel,cell,coef\nr1,total,-1\nr1,women,1\nr1,men,1\n").unwrap();
    let names = ["--cells", "cells.csv", "--relations", "relations.csv", "--out", "status.csv"];
    let planned = run(folder, &[&["plan"], &names[..], &["--minimum", "5"]].concat());
    assert!(planned.status.success(), "{}", String::from_utf8_lossy(&planned.stderr));
    let statuses = fs::read_to_string(folder.join("status.csv")).unwrap();
    assert!(statuses.contains("women,P"), "{statuses}");

    let held = audited(folder);
    assert!(held.status.success(), "{}", String::from_utf8_lossy(&held.stderr));
    assert!(String::from_utf8_lossy(&held.stdout).contains("sensibles 0 sur 1"));
    // Alone it is what is left of the total.
    fs::write(folder.join("status.csv"), "id,status\ntotal,V\nwomen,P\nmen,V\n").unwrap();
    let told = audited(folder);
    assert!(!told.status.success());
    assert!(String::from_utf8_lossy(&told.stdout).contains("sensibles 1 sur 1"));

    let without = run(folder, &["audit"]);
    let said = String::from_utf8_lossy(&without.stderr).into_owned();
    assert!(!without.status.success() && said.contains("--cells"), "{said}");
}
