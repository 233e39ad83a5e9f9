//! Code that must not compile does not.
//!
//! Each case is a module that the crate takes in under `graphql`, where resolvers live, and that the
//! compiler must refuse at every marked line with the marked error. A control case that does what
//! resolvers may do must compile, so that no case fails for another reason.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{collections::BTreeSet, path::Path, process::Command};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Compiles the crate with a case and gives the errors as (line, code), or what the compiler said.
fn compile(case: &str) -> Result<BTreeSet<(usize, String)>, String> {
    // What cargo tells a test about its package makes build scripts that look at it run again, here and then
    // in the next build outside: the compiler must find the very environment that a person's cargo has.
    let told =
        |name: &String| ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"].iter().any(|of| name.starts_with(of));
    let mut command = Command::new(env!("CARGO"));
    for (name, _) in std::env::vars().filter(|(name, _)| told(name)) {
        command.env_remove(name);
    }
    let output = command
        .args(["rustc", "--lib", "--profile", "check", "--locked", "--message-format", "json", "--quiet"])
        .args(["--", "--cfg", "observatoire_leak"])
        .env("OBSERVATOIRE_LEAK", case)
        .current_dir(ROOT)
        .output()
        .unwrap();
    let mut errors = BTreeSet::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(message) = serde_json::from_str::<serde_json::Value>(line) else { continue };
        let message = &message["message"];
        if message["level"] != "error" || message["code"].is_null() {
            continue;
        }
        let spans = message["spans"].as_array().unwrap();
        let here = spans.iter().find(|span| {
            span["is_primary"] == true
                && span["file_name"].as_str().is_some_and(|name| name.contains("tests/leaks/"))
        });
        let Some(here) = here else { return Err(format!("an error elsewhere: {}", message["rendered"])) };
        errors.insert((
            here["line_start"].as_u64().unwrap() as usize,
            message["code"]["code"].as_str().unwrap().to_owned(),
        ));
    }
    if output.status.success() != errors.is_empty() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(errors)
}

/// The marks of a case: `//~ E0624` at the end of each line that must be refused.
fn marks(case: &str) -> BTreeSet<(usize, String)> {
    let text = std::fs::read_to_string(Path::new(ROOT).join(format!("tests/leaks/{case}.rs"))).unwrap();
    let lines = text.lines().enumerate();
    lines.filter_map(|(at, line)| Some((at + 1, line.split_once("//~ ")?.1.trim().to_owned()))).collect()
}

#[test]
fn what_must_not_compile_does_not() {
    assert_eq!(compile("allowed"), Ok(BTreeSet::new()), "the control case must compile");
    for case in ["forge", "names", "privacy", "types"] {
        let marks = marks(case);
        assert!(!marks.is_empty());
        assert_eq!(compile(case), Ok(marks), "{case}");
    }
}
