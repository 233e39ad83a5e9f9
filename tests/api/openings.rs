//! True numbers are told where nothing binds them to what the reader may not have as they ask.

use serde_json::Value;

use crate::support::app::{Caller, RUNTIME, TestApp, own_with_counts, who};

/// How many figures of a level within Chenôve are withheld from a caller, and why.
fn withheld(app: &TestApp, caller: &Caller, level: &str) -> Vec<String> {
    let query = format!(
        r#"{{ observations(filter: {{ indicators: ["PRE03"], level: {level}, within: "21166", dimensions: ["AGE", "RSA_TYPE"], periods: ["2025"] }}, first: 250) {{ nodes {{ withheld }} }} }}"#
    );
    let data = app.ask(caller, &query).data();
    let nodes = data["observations"]["nodes"].as_array().unwrap();
    nodes.iter().filter_map(|node| node["withheld"].as_str().map(str::to_owned)).collect()
}

fn masked(app: &TestApp, caller: &Caller, level: &str) -> usize {
    withheld(app, caller, level).iter().filter(|reason| *reason == "STATISTICAL_SECRECY").count()
}

/// How many territories of releases partners have read true numbers of.
fn readings(app: &TestApp) -> usize {
    use sea_orm::EntityTrait;
    RUNTIME.block_on(async {
        let database = sea_orm::Database::connect(&app.url).await.unwrap();
        entity::release_reading::Entity::find().all(&database).await.unwrap().len()
    })
}

fn change(app: &TestApp, sql: &str) {
    use sea_orm::ConnectionTrait;
    RUNTIME.block_on(async {
        let database = sea_orm::Database::connect(&app.url).await.unwrap();
        database.execute_unprepared(sql).await.unwrap();
    });
}

#[test]
fn a_part_is_not_told_without_what_sums_bind_it_to() {
    let grantee = who("analyst with an unmasked grant");
    for app in own_with_counts("openings") {
        change(&app, "UPDATE use_grant SET suspended = TRUE WHERE unmasked");
        let everybody = masked(&app, grantee, "IRIS");
        assert!(everybody > 0, "{:?}", withheld(&app, grantee, "IRIS"));
        change(&app, "UPDATE use_grant SET suspended = FALSE WHERE unmasked");
        assert_eq!(readings(&app), 0);
        assert_eq!(masked(&app, grantee, "IRIS"), 0);
        let read = readings(&app);
        assert!(read > 0, "what was read is not written down");
        assert_eq!(masked(&app, grantee, "IRIS"), 0);
        assert_eq!(readings(&app), read, "the same is written down twice");
        // One of the parts that add up to the commune: it would tell of the others.
        change(
            &app,
            "INSERT INTO use_grant_territory (use_grant_id, territory_id) \
             SELECT use_grant.id, (SELECT MIN(id) FROM territory WHERE code LIKE '21166%' AND level = 'IRIS') \
             FROM use_grant WHERE unmasked",
        );
        assert_eq!(masked(&app, grantee, "IRIS"), everybody);
        assert_eq!(readings(&app), read);
    }
}

#[test]
fn what_a_release_opens_is_not_said_before_its_embargo_ends() {
    let states = |app: &TestApp| -> Vec<Value> {
        let query = "{ useRequests(first: 50) { nodes { openings { state } } } }";
        let data = app.ask(who("operator"), query).data();
        let nodes = data["useRequests"]["nodes"].as_array().unwrap();
        let openings = nodes.iter().flat_map(|node| node["openings"].as_array().unwrap());
        openings.map(|opening| opening["state"].clone()).collect()
    };
    for app in own_with_counts("openings_embargo") {
        let before = states(&app);
        assert!(before.iter().any(|state| state == "OPEN"), "{before:?}");
        change(&app, "UPDATE release SET embargo_until = '2099-01-01T00:00:00+00:00'");
        let embargoed = states(&app);
        assert_eq!(embargoed.len(), before.len());
        assert!(embargoed.iter().all(|state| state == "AWAITED"), "{embargoed:?}");
    }
}
