//! Every error code is in the README.

use observatoire::error::Code;

#[test]
fn every_code_is_documented_with_its_status() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    for code in Code::ALL {
        let row = format!("| `{}` |", code.word());
        assert!(readme.contains(&row), "the README has no row {row}");
    }
    let rows = readme.lines().filter(|line| {
        line.starts_with("| `")
            && line.contains("` | ")
            && Code::ALL.iter().any(|code| line.contains(code.word()))
    });
    assert_eq!(rows.count(), Code::ALL.len());
}

#[test]
fn codes_are_distinct_words() {
    let words: std::collections::BTreeSet<&str> = Code::ALL.iter().map(|code| code.word()).collect();
    assert_eq!(words.len(), Code::ALL.len());
}
