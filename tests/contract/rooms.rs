//! Who may import whom, and the README's map, held against the code.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A room, the rooms that it may import, and whether it may use the database's crates.
const ROOMS: &[(&str, &[&str], bool)] = &[
    ("access_log", &["secrecy"], false),
    ("auth", &[], false),
    ("catalogue", &["language"], false),
    ("charter", &["language"], false),
    (
        "cli",
        &[
            "access_log",
            "auth",
            "catalogue",
            "charter",
            "config",
            "demonstration",
            "documents",
            "geography",
            "geometry",
            "graphql",
            "http",
            "import",
            "keys",
            "language",
            "present",
            "provider_keys",
            "release",
            "secrecy",
            "store",
            "telemetry",
        ],
        false,
    ),
    ("config", &["auth", "documents"], false),
    ("demonstration", &["geography", "geometry", "release", "secrecy", "store"], false),
    ("documents", &[], false),
    ("error", &["language"], false),
    ("export", &["auth", "catalogue", "geography", "language", "present", "store"], false),
    ("geography", &["language"], false),
    ("geometry", &[], false),
    (
        "graphql",
        &[
            "access_log",
            "auth",
            "catalogue",
            "charter",
            "error",
            "export",
            "geography",
            "import",
            "language",
            "present",
            "registrar",
            "release",
            "store",
        ],
        false,
    ),
    (
        "http",
        &[
            "auth",
            "config",
            "documents",
            "error",
            "export",
            "graphql",
            "language",
            "present",
            "registrar",
            "release",
            "store",
            "telemetry",
        ],
        false,
    ),
    ("import", &["catalogue", "geography", "language", "secrecy"], false),
    ("keys", &["auth", "secrecy"], false),
    ("language", &[], false),
    ("present", &["catalogue", "geography", "language", "secrecy", "store"], false),
    ("provider_keys", &["auth"], false),
    ("registrar", &["auth", "charter", "documents", "store"], false),
    ("release", &["auth", "catalogue", "geography", "import", "language", "secrecy", "store"], false),
    ("secrecy", &["auth"], false),
    ("store", &["access_log", "auth", "catalogue", "charter", "geography", "secrecy"], true),
    ("telemetry", &[], false),
];

/// What a room may not even name, with the reason.
const NEVER: &[(&str, &str, &str)] = &[
    ("graphql", "Masked", "resolvers see what a viewer is told, never what rests"),
    ("graphql", "Raw", "resolvers never see a true number"),
    ("graphql", "Store,", "resolvers get a viewer's reading, never the store"),
    ("graphql", "vault", "resolvers never reach the vault"),
    ("http", "Raw", "the network face never sees a true number"),
    ("documents", "tracing", "what a document says is never logged"),
    ("http", "Masked", "the network face never sees what rests"),
    ("present", "Masked", "what is shown is made of what a viewer is told"),
    ("present", "Raw", "what is shown is made of what a viewer is told"),
    ("present", "Store,", "what is shown is made of what a viewer is told"),
    ("export", "Masked", "files are made of what a viewer is told"),
    ("export", "Raw", "files are made of what a viewer is told"),
    ("export", "Store,", "files are made of what a viewer is told"),
    ("import", "tracing", "a delivery is never logged"),
    ("import", "tokio", "the check of a delivery is pure"),
    ("secrecy", "tokio", "secrecy is pure"),
    ("secrecy", "tracing", "secrecy never logs"),
    ("auth", "tokio", "the policy is pure"),
    ("auth", "reqwest", "where keys of providers come from is somebody else's"),
    ("charter", "tokio", "the state machines are pure"),
    ("charter", "tracing", "the state machines are pure"),
    ("access_log", "tokio", "the chain is pure"),
    ("access_log", "Disclosed", "the log never holds a value"),
];

pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// The code of a file without its tests and comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

fn sources() -> BTreeMap<String, String> {
    let source = Path::new(ROOT).join("src");
    let mut rooms: BTreeMap<String, String> = BTreeMap::new();
    let is_test = |path: &Path| {
        path.components().any(|part| matches!(part.as_os_str().to_str(), Some("tests" | "tests.rs")))
    };
    for path in files(&source) {
        let relative = path.strip_prefix(&source).unwrap();
        if is_test(relative) {
            continue;
        }
        let room = relative
            .components()
            .next()
            .unwrap()
            .as_os_str()
            .to_string_lossy()
            .trim_end_matches(".rs")
            .to_owned();
        rooms.entry(room).or_default().push_str(&code(&path));
    }
    rooms
}

/// The rooms that a code names after `crate::`, grouped imports included.
fn imported(code: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for after in code.split("crate::").skip(1) {
        if let Some(group) = after.strip_prefix('{') {
            let (mut depth, mut word, mut at_start) = (1, String::new(), true);
            for letter in group.chars() {
                match letter {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
                if depth == 1 && letter == ',' {
                    rooms.insert(std::mem::take(&mut word));
                    at_start = true;
                } else if at_start && (letter.is_alphanumeric() || letter == '_') {
                    word.push(letter);
                } else if at_start && !word.is_empty() {
                    rooms.insert(std::mem::take(&mut word));
                    at_start = false;
                }
            }
            if !word.is_empty() {
                rooms.insert(word);
            }
        } else {
            rooms.insert(
                after.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect(),
            );
        }
    }
    rooms
}

#[test]
fn rooms_import_only_what_they_may() {
    let sources = sources();
    let names: BTreeSet<&str> = ROOMS.iter().map(|(room, ..)| *room).collect();
    let known: BTreeSet<&str> =
        sources.keys().map(String::as_str).filter(|room| !["main", "lib"].contains(room)).collect();
    assert_eq!(known, names, "every folder or file of src is a room of this table");
    for (room, allowed, database) in ROOMS {
        let code = &sources[*room];
        for other in imported(code).iter().filter(|other| names.contains(other.as_str()) && other != room) {
            assert!(allowed.contains(&other.as_str()), "{room} may not import {other}");
        }
        for other in *allowed {
            assert!(
                imported(code).contains(*other),
                "{room} no longer imports {other}: take it out of the table"
            );
        }
        for crate_name in ["sea_orm", "migration"] {
            assert!(
                *database || !code.contains(&format!("{crate_name}::")),
                "{room} may not use {crate_name}"
            );
        }
    }
}

#[test]
fn rooms_do_not_name_what_is_not_theirs() {
    let sources = sources();
    for (room, name, reason) in NEVER {
        let named = sources[*room]
            .split(|letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == ','))
            .any(|word| word == *name);
        assert!(!named, "{room} names {name}: {reason}");
    }
}

#[test]
fn the_tables_rows_are_made_of_types_without_graphql() {
    for path in files(&Path::new(ROOT).join("entity/src")) {
        let code = code(&path);
        assert!(!code.contains("async_graphql"), "{}", path.display());
        assert!(!code.contains("vault"), "{}: the vault's table is the store's alone", path.display());
    }
}

#[test]
fn the_map_in_the_readme_is_the_code() {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let map =
        readme.split("<!-- map -->").nth(1).expect("the README has a map between two <!-- map --> lines");
    let named: BTreeSet<&str> = map
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next())
        .filter(|name| name.ends_with('/') || name.ends_with(".rs"))
        .collect();
    let real: BTreeSet<String> = ROOMS
        .iter()
        .map(|(room, ..)| {
            let folder = Path::new(ROOT).join("src").join(room);
            if folder.is_dir() { format!("{room}/") } else { format!("{room}.rs") }
        })
        .collect();
    assert_eq!(named, real.iter().map(String::as_str).collect::<BTreeSet<_>>());
}
