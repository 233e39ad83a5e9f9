//! The pages for integrators and operators: their queries are answered, their commands, settings, codes and measures are there.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use observatoire::error::Code;
use serde_json::json;

use crate::support::app::{sqlite, who};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const PAGES: [&str; 2] = ["docs/network.md", "docs/operating.md"];

fn read(path: impl AsRef<Path>) -> String {
    let path = Path::new(ROOT).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The fenced blocks of a language, each with the line above it.
fn blocks(page: &str, language: &str) -> Vec<(String, String)> {
    let (mut found, mut above) = (Vec::new(), String::new());
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(said) = line.strip_prefix("```") {
            let text: String =
                lines.by_ref().take_while(|line| *line != "```").flat_map(|line| [line, "\n"]).collect();
            if said == language {
                found.push((above.clone(), text));
            }
        }
        line.clone_into(&mut above);
    }
    found
}

/// The words of letters, digits and underscores that begin in a certain way.
fn words<'t>(text: &'t str, start: &str) -> BTreeSet<&'t str> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    words.filter(|word| word.starts_with(start) && word.len() > start.len()).collect()
}

#[test]
fn the_queries_of_the_pages_are_answered_without_errors() {
    let mut asked = 0;
    for (above, query) in PAGES.iter().flat_map(|page| blocks(&read(page), "graphql")) {
        let named = above.strip_prefix("<!-- caller: ").and_then(|rest| rest.strip_suffix(" -->"));
        let answer = sqlite().ask_with(who(named.unwrap_or("public")), &json!({ "query": query }), "en");
        if query.starts_with("subscription") {
            assert_eq!(answer.code().as_deref(), Some(Code::SubscriptionNeedsStream.word()), "{query}");
        } else {
            let _ = answer.data();
        }
        asked += 1;
    }
    assert!(asked > 3);
}

#[test]
fn the_commands_of_the_pages_are_there_with_their_options() {
    let mut run = 0;
    for (_, text) in PAGES.iter().flat_map(|page| blocks(&read(page), "sh")) {
        let pieces = text.lines().map(|line| line.split(" #").next().unwrap_or_default());
        for piece in pieces.flat_map(|line| line.split(['|', ';', '('])) {
            // After settings for that command alone.
            let mut parts =
                piece.split_whitespace().skip_while(|part| part.contains('=') && !part.starts_with('-'));
            if parts.next() != Some("observatoire") {
                continue;
            }
            let (options, names): (Vec<&str>, Vec<&str>) = parts.partition(|part| part.starts_with("--"));
            let is_name = |part: &&&str| part.bytes().all(|byte| byte.is_ascii_lowercase());
            let names: Vec<&str> = names.iter().take_while(is_name).copied().collect();
            let mut command = Command::new(env!("CARGO_BIN_EXE_observatoire"));
            let output = command.args(&names).arg("--help").output().unwrap();
            assert!(output.status.success() && !names.is_empty(), "{piece}");
            let help = String::from_utf8(output.stdout).unwrap();
            // A name that is none of a command would be taken for an argument, or refused.
            assert!(help.contains(&format!(" {}", names.join(" "))), "{piece}");
            for option in options {
                let known = help.split([' ', '\n', '=']).any(|word| word == option);
                assert!(known, "{piece}: {option}");
            }
            run += 1;
        }
    }
    assert!(run > 5);
}

#[test]
fn the_settings_of_the_pages_are_those_of_the_readme() {
    let readme = read("README.md");
    let table = readme.split("\n## Settings\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let known = words(table, "OBSERVATOIRE_");
    for page in PAGES {
        for name in words(&read(page), "OBSERVATOIRE_") {
            assert!(known.contains(name), "{page}: {name}");
        }
    }
    // The column of the limits that says what sets them.
    let settings: BTreeSet<&str> =
        table.lines().filter_map(|row| row.strip_prefix("| `")?.split('`').next()).collect();
    let network = read(PAGES[0]);
    let mut limits = 0;
    for row in network.lines().filter(|row| row.starts_with("| ") && row.split(" | ").count() == 4) {
        let cell = row.split(" | ").nth(2).unwrap_or_default();
        for name in cell.split('`').skip(1).step_by(2) {
            assert!(settings.contains(name), "{name}: {row}");
            limits += 1;
        }
    }
    assert!(limits > 5);
}

#[test]
fn the_codes_in_the_tables_of_the_pages_are_codes() {
    let codes: BTreeSet<&str> = Code::ALL.iter().map(|code| code.word()).collect();
    for page in PAGES {
        let text = read(page);
        let mut found = 0;
        for row in text.lines().filter(|line| line.starts_with('|')) {
            for word in row.split('`').skip(1).step_by(2).filter(|word| word.contains('_')) {
                if word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') {
                    assert!(codes.contains(word), "{page}: {word}");
                    found += 1;
                }
            }
        }
        assert!(found > 0, "{page}");
    }
}

#[test]
fn the_measures_of_the_page_are_those_of_the_code() {
    fn code(folder: &Path) -> String {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries
            .map(|path| match path.extension() {
                _ if path.is_dir() => code(&path),
                Some(extension) if extension == "rs" => fs::read_to_string(&path).unwrap(),
                _ => String::new(),
            })
            .collect()
    }
    let code = code(&Path::new(ROOT).join("src/http"));
    let quoted: String = code
        .split('"')
        .filter(|text| text.starts_with("observatoire_"))
        .flat_map(|text| [text, " "])
        .collect();
    let page = read(PAGES[1]);
    assert_eq!(words(&page, "observatoire_"), words(&quoted, "observatoire_"));
}
