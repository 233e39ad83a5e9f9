//! Answers that are given again are those that would be worked out, for the same caller alone, and only until something changes.

use serde_json::{Value, json};

use crate::support::{
    app::{Answer, CALLERS, Caller, RUNTIME, TestApp, everywhere, own_with_counts, who},
    documents,
};

const RSA: &str = r#"query Again { territory(code: "21231") { name parent { name } observation(indicator: "PRE03", period: "2025") { value withheld } } }"#;

/// Two answers have the same bytes; where they differ, what stands there is shown.
fn expect_same(one: &Answer, other: &Answer, document: &str, caller: &Caller) {
    let (one, other) = (one.text(), other.text());
    let same = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let around = |text: &str| text.bytes().skip(same.saturating_sub(80)).take(240).collect::<Vec<u8>>();
    let shown = |text: &str| String::from_utf8_lossy(&around(text)).into_owned();
    assert!(one == other, "{document} {}, at {same}:\n{}\n{}", caller.name, shown(&one), shown(&other));
}

/// An instance that keeps nothing, and leaves every list to the engine.
fn plain(app: &TestApp) -> TestApp {
    app.with_settings(|settings| {
        (settings.kept_answers, settings.kept_figures, settings.breadth_first) = (0, 0, false);
    })
}

fn is_whole(answer: &Answer) -> bool {
    answer.status == 200 && answer.json().get("errors").is_none()
}

#[test]
fn what_is_given_again_is_what_would_be_worked_out() {
    for app in everywhere() {
        let app = app.with_settings(|settings| settings.kept_answers = 256);
        let plain = plain(&app);
        let mut compared = 0;
        for caller in CALLERS {
            for (name, text) in documents::all().into_iter().filter(|(_, text)| !text.contains("mutation")) {
                let [first, again, worked_out, once_more] =
                    [&app, &app, &plain, &plain].map(|app| app.ask(caller, &text));
                // The log of access is another one after each request, and links are signed by the second.
                if !is_whole(&worked_out) || worked_out.bytes != once_more.bytes {
                    continue;
                }
                expect_same(&first, &worked_out, &name, caller);
                expect_same(&again, &worked_out, &name, caller);
                compared += 1;
            }
        }
        assert!(compared > 10 * CALLERS.len(), "{compared}");
    }
}

#[test]
fn figures_in_memory_give_the_same_bytes_as_those_of_the_database_for_every_caller() {
    for app in everywhere() {
        let kept = app.with_settings(|settings| settings.kept_answers = 0);
        let plain = plain(app);
        let documents = || documents::all().into_iter().filter(|(_, text)| !text.contains("mutation"));
        // Whoever asks first has them brought into memory.
        for (_, text) in documents() {
            let _ = kept.ask(who("operator"), &text);
            kept.settle();
        }
        let mut compared = 0;
        for caller in CALLERS {
            for (name, text) in documents() {
                let [told, true_one, once_more] = [&kept, &plain, &plain].map(|app| app.ask(caller, &text));
                // Two connections are few for the longest of them.
                if is_whole(&true_one) && true_one.bytes == once_more.bytes {
                    expect_same(&told, &true_one, &name, caller);
                    compared += 1;
                }
            }
        }
        assert!(compared > 8 * CALLERS.len(), "{compared}");
        let (counted, statements) = app.counting_with_figures();
        let query = RSA.replace("Again", "Kept");
        let first = counted.ask(who("analyst"), &query);
        counted.settle();
        statements.lock().unwrap().clear();
        // Another question about the same indicator.
        let other = counted.ask(who("analyst"), &query.replace("2025", "2023"));
        assert!(is_whole(&first) && is_whole(&other), "{}", other.text());
        let statements = statements.lock().unwrap();
        assert!(!statements.iter().any(|sql| sql.contains("figure")), "{statements:?}");
    }
}

/// Statements of a second asking.
fn again(app: &TestApp, caller: &Caller, query: &str) -> Vec<String> {
    let (app, statements) = app.counting();
    let first = app.ask(caller, query);
    statements.lock().unwrap().clear();
    let second = app.ask(caller, query);
    assert_eq!(first.text(), second.text());
    let statements = statements.lock().unwrap();
    statements.clone()
}

#[test]
fn nothing_is_read_again_since_the_record_tells_the_revision_and_each_time_is_in_the_log() {
    for app in own_with_counts("given_again_log") {
        let statements = again(&app, who("analyst"), RSA);
        assert!(statements.is_empty(), "{statements:?}");
        let log = r#"{ accessLog(filter: { operationName: "Again" }, first: 10) { totalCount nodes { sources { shown } } } }"#;
        let log = app.ask(who("operator"), log).data();
        assert_eq!(log["accessLog"]["totalCount"], 2, "{log}");
        let shown = |at: usize| &log["accessLog"]["nodes"][at]["sources"][0]["shown"];
        assert_eq!((shown(0), shown(1)), (&json!(1), &json!(1)), "{log}");
    }
}

#[test]
fn numbers_that_a_grant_unmasks_are_not_remembered() {
    let query = r#"{ observations(filter: { indicators: ["PRE03"], level: IRIS, within: "21166", dimensions: ["AGE", "RSA_TYPE"], periods: ["2023"] }, first: 200) { nodes { value } } }"#;
    for app in everywhere() {
        let statements = again(app, who("analyst with an unmasked grant"), query);
        assert!(statements.iter().any(|sql| sql.contains("vault_sheet")), "{statements:?}");
    }
}

/// What a caller is told, by an instance that has told it before.
fn told(app: &TestApp, caller: &Caller, query: &str) -> Value {
    app.ask(caller, query).data()
}

#[test]
fn what_another_program_changes_counts_with_the_next_request() {
    use sea_orm::ConnectionTrait;
    for app in own_with_counts("given_again_changes") {
        let name = || told(&app, who("analyst"), r#"{ partner(code: "CCAS-DIJON") { name } }"#);
        let value = || told(&app, who("analyst"), RSA)["territory"]["observation"]["withheld"].clone();
        assert_eq!((name(), value()), (name(), Value::Null));
        let change = |sql: &str| {
            RUNTIME.block_on(async {
                let database = sea_orm::Database::connect(&app.url).await.unwrap();
                database.execute_unprepared(sql).await.unwrap();
            });
        };
        change("UPDATE partner SET name = 'CCAS renommé' WHERE code = 'CCAS-DIJON'");
        assert_eq!(name()["partner"]["name"], "CCAS renommé");
        change(
            "UPDATE charter_signature SET withdrawn_on = signed_on WHERE partner_id = (SELECT id FROM partner WHERE code = 'CCAS-DIJON')",
        );
        assert_eq!(value(), "CHARTER_NOT_SIGNED");
    }
}

#[test]
fn a_contour_that_is_no_json_is_none_and_takes_no_other_with_it() {
    use sea_orm::ConnectionTrait;
    let query =
        r#"{ bad: territory(code: "21231") { geometry } good: territory(code: "21166") { geometry } }"#;
    for app in own_with_counts("bad_contour") {
        RUNTIME.block_on(async {
            let database = sea_orm::Database::connect(&app.url).await.unwrap();
            let broken = "UPDATE territory_geometry SET geometry = '{\"type\":' WHERE territory_id = (SELECT id FROM territory WHERE code = '21231' AND level = 'COMMUNE')";
            assert_eq!(database.execute_unprepared(broken).await.unwrap().rows_affected(), 1);
        });
        for _ in 0..2 {
            let data = told(&app, who("analyst"), query);
            assert_eq!(data["bad"]["geometry"], Value::Null);
            assert_eq!(data["good"]["geometry"]["type"], "Polygon", "{data}");
        }
    }
}
