//! The pages of `docs/`: their programs are the files that the tests run, and their links lead somewhere.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs");

/// Files that a page need not show: what tools write, and settings that explain nothing.
const NOT_SHOWN: [&str; 4] = [".gitignore", ".npmrc", "package-lock.json", "tsconfig.json"];

/// Folders that tools make.
const MADE: [&str; 5] = ["node_modules", "dist", "gql", ".venv", "__pycache__"];

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy();
        if path.is_dir() && !MADE.contains(&name.as_ref()) {
            found.extend(files(&path));
        } else if path.is_file() && !NOT_SHOWN.contains(&name.as_ref()) {
            found.push(path);
        }
    }
    found
}

/// The fenced blocks of a page that name a file in a comment right above, by the name.
fn blocks(page: &str) -> BTreeMap<String, String> {
    let mut blocks = BTreeMap::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let named = line.strip_prefix("<!-- clients/").and_then(|rest| rest.strip_suffix(" -->"));
        let Some(name) = named else { continue };
        let fence = lines.next().unwrap_or_default();
        assert!(fence.starts_with("```"), "{name}: no block below its name");
        let text: String =
            lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
        assert!(blocks.insert(name.to_owned(), text).is_none(), "{name} is shown twice");
    }
    blocks
}

#[test]
fn the_page_of_clients_shows_the_programs_that_are_run() {
    let folder = Path::new(DOCS).join("clients");
    let page = fs::read_to_string(Path::new(DOCS).join("clients.md")).unwrap();
    let name = |path: &Path| path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned();
    let programs: BTreeMap<String, String> =
        files(&folder).iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect();
    let shown = blocks(&page);
    assert!(shown.len() > 10);
    for (name, program) in &programs {
        assert_eq!(shown.get(name), Some(program), "docs/clients.md does not show clients/{name} as it is");
    }
    for name in shown.keys() {
        assert!(programs.contains_key(name), "docs/clients.md shows clients/{name}, which is not there");
    }
}

#[test]
fn the_pages_lead_to_what_is_there() {
    for path in files(Path::new(DOCS)) {
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let page = fs::read_to_string(&path).unwrap();
        for link in page.split("](").skip(1).map(|rest| rest.split([')', '#']).next().unwrap()) {
            let there = link.is_empty()
                || link.starts_with("https://")
                || path.parent().is_some_and(|folder| folder.join(link).exists());
            assert!(there, "{}: {link}", path.display());
        }
    }
}
