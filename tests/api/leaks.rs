//! No true value of a masked cell is in any answer, error or log line.
//!
//! The demonstration of the tests carries canaries: amounts so large and odd that none can be taken for
//! anything else. Everything that comes back is searched for them, cursors and identifiers decoded.

use std::collections::{HashMap, HashSet};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::support::{
    app::{CALLERS, Caller, Canary, TestApp, everywhere, log, who},
    documents,
};

/// Every run of digits in some bytes.
fn numbers(bytes: &[u8]) -> impl Iterator<Item = &str> {
    bytes
        .split(|byte| !byte.is_ascii_digit())
        .filter(|run| run.len() > 5)
        .filter_map(|run| std::str::from_utf8(run).ok())
}

/// Every text that is base 64, decoded.
fn decoded(bytes: &[u8]) -> Vec<u8> {
    let is_text = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let runs = bytes.split(|byte| !is_text(byte)).filter(|run| run.len() > 7);
    runs.filter_map(|run| URL_SAFE_NO_PAD.decode(run).ok())
        .flat_map(|mut text| {
            text.push(b' ');
            text
        })
        .collect()
}

struct Search {
    canaries: HashMap<String, Canary>,
    /// Territories of the partner that has the unmasked grant.
    granted: HashSet<String>,
}

impl Search {
    fn over(app: &TestApp) -> Self {
        assert!(app.canaries.len() > 1_000, "only {} masked cells", app.canaries.len());
        let canaries = app.canaries.iter().map(|canary| (canary.amount.clone(), canary.clone())).collect();
        let mut granted = HashSet::from(["21166".to_owned()]);
        for day in ["2023-06-01", "2025-06-01"] {
            let query = format!(
                r#"{{ territories(filter: {{ within: "21166", asOf: "{day}" }}, first: 100) {{ nodes {{ code }} }} }}"#
            );
            let data = app.ask(who("public"), &query).data();
            granted.extend(
                data["territories"]["nodes"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|node| node["code"].as_str().unwrap().to_owned()),
            );
        }
        Self { canaries, granted }
    }

    fn found(&self, bytes: &[u8]) -> Vec<&Canary> {
        let decoded = decoded(bytes);
        let found: HashSet<&str> = numbers(bytes).chain(numbers(&decoded)).collect();
        found.into_iter().filter_map(|number| self.canaries.get(number)).collect()
    }

    /// Fails for a canary that the caller has no grant for.
    fn check(&self, caller: &Caller, bytes: &[u8], what: &str) {
        for canary in self.found(bytes) {
            let granted = caller.name == "analyst with an unmasked grant"
                && canary.source == "CAF-ALLOC"
                && self.granted.contains(&canary.territory);
            assert!(
                granted,
                "{} learns a masked cell of {} {} from {what}",
                caller.name, canary.indicator, canary.territory
            );
        }
    }
}

/// Questions for each indicator and level: every crossing, every order, filters that close in on values.
fn battery(app: &TestApp) -> Vec<String> {
    let data = app.ask(who("operator"), "{ indicators(first: 500) { nodes { code measure periods dimensions { code } source { synthetic } } } }").data();
    let mut queries = Vec::new();
    for indicator in data["indicators"]["nodes"].as_array().unwrap() {
        if indicator["source"]["synthetic"] != true || indicator["periods"].as_array().unwrap().is_empty() {
            continue;
        }
        let code = indicator["code"].as_str().unwrap();
        let dimensions: Vec<&str> = indicator["dimensions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|dimension| dimension["code"].as_str().unwrap())
            .collect();
        for subset in subsets(&dimensions) {
            for level in ["COMMUNE", "IRIS", "PRIORITY_NEIGHBOURHOOD", "REMAINDER"] {
                let filter =
                    format!("indicators: [\"{code}\"], level: {level}, dimensions: {}", json!(subset));
                queries.push(format!(
                    "{{ a: observations(filter: {{ {filter} }}, orderBy: [{{ field: VALUE }}], first: 250) {{ ...P }} b: observations(filter: {{ {filter} }}, orderBy: [{{ field: VALUE, direction: DESCENDING }}], last: 250) {{ ...P }} c: observations(filter: {{ {filter}, atMost: 4000000 }}, first: 100) {{ ...P }} d: observations(filter: {{ {filter}, shown: false }}, first: 100) {{ ...P }} }} fragment P on ObservationConnection {{ totalCount pageInfo {{ startCursor endCursor hasNextPage }} edges {{ cursor node {{ value withheld symbol confStatus note }} }} }}"
                ));
            }
        }
    }
    assert!(queries.len() > 100);
    queries
}

fn subsets<'a>(of: &[&'a str]) -> Vec<Vec<&'a str>> {
    (0..1_u32 << of.len())
        .map(|bits| {
            of.iter().enumerate().filter(|(at, _)| bits & (1 << at) != 0).map(|(_, code)| *code).collect()
        })
        .collect()
}

#[test]
fn no_document_tells_any_caller_a_masked_value() {
    for app in everywhere() {
        let search = Search::over(app);
        for caller in CALLERS {
            for (name, text) in documents::all() {
                let answer = app.ask(caller, &text);
                // A file that somebody may not hand in is refused before it is read.
                let refused = text.contains("$file: Upload!") && answer.status == 403;
                assert!(refused || answer.status == 200, "{name}: {}", answer.text());
                search.check(caller, &answer.bytes, &name);
            }
        }
    }
}

#[test]
fn no_search_tells_any_caller_a_masked_value() {
    for app in everywhere() {
        let search = Search::over(app);
        let battery = battery(app);
        let mut shown = 0;
        for (at, query) in battery.iter().enumerate() {
            // Each question is asked by some callers in turn; the second database answers every fourth.
            if app.backend != "sqlite" && at % 4 != 0 {
                continue;
            }
            for (number, caller) in CALLERS.iter().enumerate() {
                if caller.name == "operator" || at % 7 == number % 7 {
                    let answer = app.ask(caller, query);
                    search.check(caller, &answer.bytes, query);
                    shown += answer.text().matches("\"withheld\":null").count();
                }
            }
        }
        assert!(shown > 3_000, "only {shown} values were shown: the search proves nothing");
    }
}

#[test]
fn the_grantee_is_told_true_values_so_the_search_does_find_them() {
    for app in everywhere() {
        let search = Search::over(app);
        let query = r#"{ observations(filter: { indicators: ["PRE03"], level: IRIS, within: "21166", dimensions: ["AGE", "RSA_TYPE"] }, first: 400) { nodes { value } } }"#;
        let answer = app.ask(who("analyst with an unmasked grant"), query);
        assert!(!search.found(&answer.bytes).is_empty());
    }
}

#[test]
fn an_order_by_value_or_a_condition_never_depends_on_what_is_masked() {
    // Masked rows come last in the order of their keys, whatever their true values and the direction.
    for app in everywhere() {
        for caller in ["operator", "analyst with an unmasked grant"] {
            for direction in ["ASCENDING", "DESCENDING"] {
                let query = format!(
                    r#"{{ observations(filter: {{ indicators: ["PRE03"], level: IRIS, within: "21166", periods: ["2024"], dimensions: ["AGE", "RSA_TYPE"] }}, orderBy: [{{ field: VALUE, direction: {direction} }}], first: 400) {{ edges {{ cursor node {{ territory {{ code }} breakdown {{ code }} }} }} }} }}"#
                );
                let data = app.ask(who(caller), &query).data();
                let tail: Vec<(String, String)> = data["observations"]["edges"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter(|edge| cursor(edge).split_once('|').is_some_and(|(_, key)| key.starts_with('1')))
                    .map(|edge| (edge["node"]["territory"]["code"].to_string(), cursor(edge)))
                    .collect();
                assert!(tail.len() > 5);
                assert!(tail.is_sorted_by_key(|(territory, _)| territory.clone()), "{tail:?}");
                assert!(
                    tail.iter().all(|(_, cursor)| cursor.contains("|1 0 ")),
                    "a cursor carries a masked value"
                );
            }
        }
    }
}

fn cursor(edge: &Value) -> String {
    let bytes = URL_SAFE_NO_PAD.decode(edge["cursor"].as_str().unwrap()).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn no_error_and_no_log_line_holds_a_masked_value() {
    for app in everywhere() {
        let search = Search::over(app);
        let operator = who("operator");
        for query in [
            "{ observations(filter: { indicators: [] }) { totalCount } }",
            r#"{ observations(filter: { indicators: ["PRE03"] }, first: 100000) { totalCount } }"#,
            r#"{ observations(filter: { indicators: ["PRE03"] }, after: "b2JzZXJ2YXRpb25zfDEgMg") { totalCount } }"#,
            r#"{ observations(filter: { indicators: ["PRE03"], periods: ["2023-13"] }) { totalCount } }"#,
            "{ nothing }",
        ] {
            search.check(operator, &app.ask(operator, query).bytes, query);
        }
        // Ask something that reads masked rows, so that the log has had its chance.
        let _ = app.ask(operator, &battery(app)[0]);
        let log = log().clone();
        assert!(log.len() > 1_000, "nothing was logged: the search proves nothing");
        assert!(search.found(&log).is_empty(), "a log line holds a masked value");
    }
}

#[test]
fn the_log_of_access_holds_no_masked_value_even_of_what_a_grant_opens() {
    for app in everywhere() {
        let search = Search::over(app);
        for caller in CALLERS {
            for query in battery(app).iter().step_by(40) {
                let _ = app.ask(caller, query);
            }
        }
        let (kept, records) = app.kept_of_accesses();
        assert!(records > 20, "only {records} records: the search proves nothing");
        assert!(search.found(kept.as_bytes()).is_empty(), "the log of access holds a masked value");
    }
}
