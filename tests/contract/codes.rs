//! Every error code is in the README.

use observatoire::error::Code;

#[test]
fn every_code_is_documented_with_its_status() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    for code in Code::ALL {
        // An error of a field has no status of its own: the answer is that of the others.
        let of_request = format!("| `{}` | {} |", code.word(), code.status());
        let of_field = format!("| `{}` | of a field |", code.word());
        let field = matches!(code.status(), 400 | 403);
        let documented = readme.contains(&of_request) || (field && readme.contains(&of_field));
        assert!(documented, "the README has no row {of_request}");
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
