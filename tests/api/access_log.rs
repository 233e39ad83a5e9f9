//! Who reads which records of the log of access, and that they say what was told.

use serde_json::{Value, json};

use crate::support::app::{Caller, TestApp, everywhere, sqlite, who};

const SOURCE: &str = "source shown withheld refused unmasked explained searches levels { level territoryCount } territories territoryCount";

/// The records under a name of an operation, as a caller reads them.
fn records(app: &TestApp, caller: &Caller, filter: &str) -> Vec<Value> {
    let query = format!(
        "{{ accessLog(filter: {{ {filter} }}, first: 100) {{ totalCount nodes {{ number at subject client partner roles purpose operationName hash sources {{ {SOURCE} }} }} }} }}"
    );
    let list = app.ask(caller, &query).data()["accessLog"].take();
    let nodes = list["nodes"].as_array().unwrap().clone();
    assert_eq!(list["totalCount"], nodes.len());
    nodes
}

fn named(name: &str) -> String {
    format!("operationName: \"{name}\"")
}

fn codes(record: &Value) -> Vec<&str> {
    record["sources"].as_array().unwrap().iter().map(|source| source["source"].as_str().unwrap()).collect()
}

fn nodes(answer: &Value, field: &str) -> Vec<Value> {
    answer[field]["nodes"].as_array().unwrap().clone()
}

#[test]
fn a_record_counts_what_was_shown_and_what_was_withheld() {
    for app in everywhere() {
        let name = "CountsOfIris";
        let query = format!(
            r#"query {name} {{
                a: observations(filter: {{ indicators: ["PRE03"], level: IRIS, within: "21166", periods: ["2024"], dimensions: ["AGE"] }}, first: 30) {{ nodes {{ value withheld territory {{ code }} }} }}
                again: observations(filter: {{ indicators: ["PRE03"], level: IRIS, within: "21166", periods: ["2024"], dimensions: ["AGE"] }}, first: 20) {{ nodes {{ value }} }}
                open: observations(filter: {{ indicators: ["DEM01"] }}, first: 10) {{ nodes {{ value }} }}
            }}"#
        );
        let told = nodes(&app.ask(who("operator"), &query).data(), "a");
        let shown = told.iter().filter(|figure| !figure["value"].is_null()).count();
        assert!(shown > 0 && shown < told.len(), "{shown} of {}", told.len());
        let found = records(app, who("operator"), &named(name));
        let [record] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(record["subject"], "test-operator");
        assert_eq!(record["partner"], "GRAND-DIJON");
        assert_eq!(record["roles"], json!(["OPERATOR"]));
        assert_eq!(record["at"], "2026-11-23T10:00:00Z");
        assert_eq!(record["hash"].as_str().unwrap().len(), 64);
        let sources = record["sources"].as_array().unwrap();
        let [source] = sources.as_slice() else { panic!("{sources:?}") };
        assert_eq!(source["source"], "CAF-ALLOC");
        assert_eq!(source["shown"], shown);
        assert_eq!(source["withheld"], told.len() - shown);
        for none in ["refused", "unmasked", "explained", "searches"] {
            assert_eq!(source[none], 0, "{none}");
        }
        let mut places: Vec<&str> =
            told.iter().map(|figure| figure["territory"]["code"].as_str().unwrap()).collect();
        places.sort_unstable();
        places.dedup();
        assert_eq!(source["territories"], json!(places));
        assert_eq!(source["territoryCount"], places.len());
        assert_eq!(source["levels"], json!([{ "level": "IRIS", "territoryCount": places.len() }]));
    }
}

#[test]
fn what_a_grant_unmasks_and_what_is_explained_is_counted() {
    for app in everywhere() {
        let list = |name: &str, asked: &str| {
            format!(
                r#"query {name} {{ observations(filter: {{ indicators: ["PRE03"], level: IRIS, within: "21166", periods: ["2024"], dimensions: ["AGE"] }}, first: 60) {{ nodes {{ value {asked} }} }} }}"#
            )
        };
        let masked = nodes(
            &app.ask(who("operator"), &list("ExplainIris", "explanation { kind }")).data(),
            "observations",
        );
        let hidden = masked.iter().filter(|figure| figure["value"].is_null()).count();
        let record = records(app, who("operator"), &named("ExplainIris")).remove(0);
        let explained = masked.iter().filter(|figure| !figure["explanation"].is_null()).count();
        assert!(explained > 0);
        assert_eq!(record["sources"][0]["explained"], explained);
        let grantee = who("analyst with an unmasked grant");
        let _ = app.ask(grantee, &list("UnmaskIris", "")).data();
        let record = records(app, grantee, &named("UnmaskIris")).remove(0);
        assert_eq!(record["sources"][0]["unmasked"], hidden);
        assert_eq!(record["sources"][0]["shown"], masked.len());
        assert_eq!(record["purpose"], "URBAN_POLICY");
    }
}

#[test]
fn a_search_that_looks_through_values_is_recorded_even_when_it_shows_none() {
    for app in everywhere() {
        let ask = |name: &str, filter: &str| {
            let query = format!(
                r#"query {name} {{ observations(filter: {{ indicators: ["PRE03"], territories: ["21231", "21166"] {filter} }}, first: 0) {{ totalCount }} }}"#
            );
            let _ = app.ask(who("analyst"), &query).data();
            records(app, who("analyst"), &named(name))
        };
        let found = ask("CountAbove", ", atLeast: 10");
        assert_eq!(found[0]["sources"][0]["searches"], 2, "the page and the count");
        assert_eq!(found[0]["sources"][0]["shown"], 0);
        assert_eq!(found[0]["sources"][0]["territories"], json!(["21166", "21231"]));
        assert!(ask("CountAll", "").is_empty(), "how many figures there are says nothing of values");
    }
}

#[test]
fn public_data_and_the_public_leave_no_record() {
    for app in everywhere() {
        let open = r#"query OnlyOpen { territory(code: "21231") { population { value } observation(indicator: "REV03") { value } } }"#;
        let _ = app.ask(who("analyst"), open).data();
        assert!(records(app, who("operator"), &named("OnlyOpen")).is_empty());
        let closed = r#"query NotTheirs { territory(code: "21231") { observation(indicator: "PRE03", period: "2023") { value withheld } } }"#;
        let _ = app.ask(who("public"), closed).data();
        assert!(records(app, who("operator"), &named("NotTheirs")).is_empty());
        // Somebody with a token who is refused is in the log.
        let _ = app.ask(who("analyst who never signed"), closed).data();
        let found = records(app, who("operator"), &named("NotTheirs"));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["sources"][0]["refused"], 1);
        assert_eq!(found[0]["sources"][0]["shown"], 0);
    }
}

#[test]
fn the_operator_reads_all_a_provider_what_is_its_own_a_person_their_own() {
    for app in everywhere() {
        let name = "TwoProviders";
        let query = format!(
            r#"query {name} {{ observations(filter: {{ indicators: ["PRE03", "EMP02"], territories: ["21231"] }}, first: 40) {{ nodes {{ value indicator {{ source {{ code }} }} }} }} }}"#
        );
        let told = nodes(&app.ask(who("analyst"), &query).data(), "observations");
        let other = told
            .iter()
            .map(|figure| figure["indicator"]["source"]["code"].as_str().unwrap())
            .find(|code| *code != "CAF-ALLOC")
            .unwrap()
            .to_owned();
        let _ = app.ask(who("third-party dashboard"), &query).data();

        let all = records(app, who("operator"), &named(name));
        assert_eq!(all.len(), 2);
        assert!(all.iter().all(|record| codes(record).len() == 2));
        let theirs = records(app, who("provider"), &named(name));
        assert_eq!(theirs.len(), 2, "a provider reads what others reached of its sources");
        assert!(theirs.iter().all(|record| codes(record) == ["CAF-ALLOC"]), "{theirs:?}");
        let of_other = format!("{}, source: \"{other}\"", named(name));
        assert!(records(app, who("provider"), &of_other).is_empty(), "another provider’s source is found");
        assert_eq!(records(app, who("operator"), &of_other).len(), 2);
        let own = records(app, who("analyst"), &named(name));
        assert_eq!(own.len(), 1);
        assert_eq!(codes(&own[0]).len(), 2);
        let through = records(app, who("third-party dashboard"), &named(name));
        assert_eq!(through.len(), 1);
        assert_eq!(through[0]["client"], "dashboard");
        for nobody in ["reader", "referent", "processor", "analyst who never signed"] {
            assert!(records(app, who(nobody), &named(name)).is_empty(), "{nobody}");
        }
        let own_only = format!("{}, own: true", named(name));
        assert!(records(app, who("operator"), &own_only).is_empty());
        assert!(records(app, who("provider"), &own_only).is_empty());
        let refused = app.ask(who("public"), "{ accessLog { totalCount } }");
        assert_eq!(refused.code().as_deref(), Some("FORBIDDEN"));
    }
}

#[test]
fn the_log_is_filtered_and_paged_without_a_gap() {
    for app in everywhere() {
        for number in 0..7 {
            let partner = if number % 2 == 0 { "analyst" } else { "referent" };
            let query = r#"query Paged { territory(code: "21231") { observation(indicator: "PRE03", period: "2023") { value } } }"#;
            let _ = app.ask(who(partner), query).data();
        }
        let operator = who("operator");
        let whole = records(app, operator, &named("Paged"));
        assert_eq!(whole.len(), 7);
        let numbers: Vec<i64> = whole.iter().map(|record| record["number"].as_i64().unwrap()).collect();
        assert!(numbers.is_sorted_by(|newer, older| newer > older), "{numbers:?}");
        let page = |arguments: &str| {
            let query = format!(
                "{{ accessLog(filter: {{ operationName: \"Paged\" }}, {arguments}) {{ nodes {{ number }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
            );
            app.ask(operator, &query).data()["accessLog"].take()
        };
        for (length, next, cursor, more) in [
            ("first", "after", "endCursor", "hasNextPage"),
            ("last", "before", "startCursor", "hasPreviousPage"),
        ] {
            let (mut found, mut from) = (Vec::new(), String::new());
            loop {
                let some = page(&format!("{length}: 2{from}"));
                let part: Vec<i64> = some["nodes"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|node| node["number"].as_i64().unwrap())
                    .collect();
                if length == "first" {
                    found.extend(part);
                } else {
                    found.splice(0..0, part).for_each(drop);
                }
                if some["pageInfo"][more] == false {
                    break;
                }
                from = format!(", {next}: {}", some["pageInfo"][cursor]);
            }
            assert_eq!(found, numbers, "{length}");
        }
        let paged = named("Paged");
        assert_eq!(records(app, operator, &format!("{paged}, partner: \"CCAS-CHENOVE\"")).len(), 3);
        assert_eq!(records(app, operator, &format!("{paged}, subject: \"test-analyst\"")).len(), 4);
        assert_eq!(records(app, operator, &format!("{paged}, purpose: URBAN_POLICY")).len(), 0);
        assert_eq!(records(app, operator, &format!("{paged}, until: \"2026-11-23T10:00:00Z\"")).len(), 0);
        assert_eq!(records(app, operator, &format!("{paged}, from: \"2026-11-23T10:00:00Z\"")).len(), 7);
        for filter in ["source: \"NOPE\"", "partner: \"NOPE\"", "partner: \"é\""] {
            let query = format!("{{ accessLog(filter: {{ {filter} }}) {{ totalCount }} }}");
            assert_eq!(app.ask(operator, &query).code().as_deref(), Some("CODE_UNKNOWN"), "{filter}");
        }
        let bad = app.ask(operator, "{ accessLog(after: \"YWNjZXNzfHg\") { totalCount } }");
        assert_eq!(bad.code().as_deref(), Some("CURSOR_INVALID"));
    }
}

#[test]
fn without_its_record_an_answer_is_not_given() {
    use sea_orm::ConnectionTrait;
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("log.db").display());
    let app = sqlite().logging_to(&url);
    let closed = r#"query Away { territory(code: "21231") { observation(indicator: "PRE03", period: "2023") { value } } }"#;
    assert_eq!(app.ask(who("analyst"), closed).status, 200);
    crate::support::app::RUNTIME.block_on(async {
        let database = sea_orm::Database::connect(&url).await.unwrap();
        database.execute_unprepared("DROP TABLE access_source").await.unwrap();
    });
    let refused = app.ask(who("analyst"), closed);
    assert_eq!(refused.status, 503);
    assert_eq!(refused.code().as_deref(), Some("UNAVAILABLE"));
    assert!(refused.json().get("data").is_none(), "{}", refused.text());
    let open = r#"{ territory(code: "21231") { population { value } } }"#;
    assert_eq!(app.ask(who("analyst"), open).status, 200, "public data needs no record");
}
