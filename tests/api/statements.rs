//! The number of SQL statements of a query does not grow with its lists.

use crate::support::{
    app::{everywhere, who},
    documents,
};

fn query(length: u32) -> String {
    format!(
        r#"{{
        territories(filter: {{ within: "242100410" }}, first: {length}) {{ nodes {{
            geometry
            parent {{ name }}
            population {{ value release {{ reference }} }}
            a: observation(indicator: "PRE03", period: "2023") {{ value note }}
            b: observation(indicator: "EMP02", period: "2024", breakdown: [{{ dimension: "SEXE", category: "F" }}]) {{ value }}
            studies(first: {length}) {{ nodes {{ title citations {{ value }} authors {{ name charterSignedOn }} }} }}
        }} }}
        indicators(first: {length}) {{ nodes {{ periods source {{ provider {{ name }} agreement {{ reference }} }} }} }}
        partners(first: {length}) {{ nodes {{ charterSignedOn referents {{ subject }} territories {{ name }} }} }}
        observations(filter: {{ indicators: ["PRE01"], level: IRIS }}, first: {length}) {{ totalCount nodes {{ value territory {{ name }} release {{ source {{ code }} }} }} }}
    }}"#
    )
}

#[test]
fn a_longer_list_takes_no_more_statements() {
    for app in everywhere() {
        let (app, statements) = app.counting();
        let count = |text: &str| {
            statements.lock().unwrap().clear();
            let answer = app.ask(who("operator"), text);
            assert!(answer.json().get("errors").is_none(), "{}", answer.text());
            statements.lock().unwrap().len()
        };
        let short = count(&query(2));
        let long = count(&query(50));
        assert!(short > 5, "statements are not counted");
        assert!(
            long <= short + 4,
            "{short} statements for lists of 2, {long} for lists of 50:\n{}",
            statements.lock().unwrap().join("\n")
        );
    }
}

#[test]
fn no_document_takes_more_than_forty_statements() {
    for app in everywhere() {
        let (app, statements) = app.counting();
        for (name, text) in documents::all() {
            statements.lock().unwrap().clear();
            let _ = app.ask(who("operator"), &text);
            let count = statements.lock().unwrap().len();
            assert!(count <= 40, "{name}: {count} statements");
        }
    }
}

#[test]
fn true_numbers_that_a_grant_opens_take_no_more_statements_in_longer_lists() {
    for app in everywhere() {
        let (app, statements) = app.counting();
        let count = |periods: &str| {
            statements.lock().unwrap().clear();
            let query = format!(
                r#"{{ observations(filter: {{ indicators: ["PRE03"], level: IRIS, within: "21166", dimensions: ["AGE", "RSA_TYPE"], periods: [{periods}] }}, first: 200) {{ totalCount nodes {{ value }} }} }}"#
            );
            let data = app.ask(who("analyst with an unmasked grant"), &query).data();
            let statements = statements.lock().unwrap();
            assert!(statements.iter().any(|sql| sql.contains("vault_sheet")), "nothing is opened");
            // Those of the log depend on who else writes to it.
            let of_others = statements.iter().filter(|sql| !sql.contains("access_"));
            (data["observations"]["totalCount"].as_u64().unwrap(), of_others.count())
        };
        // What is read for the first time is written down.
        let all = r#""2018", "2019", "2020", "2021", "2022", "2023", "2024""#;
        count(all);
        let (few, short) = count(r#""2023""#);
        let (many, long) = count(all);
        assert!(many > few, "{few} {many}");
        assert_eq!(short, long, "{:?}", statements.lock().unwrap());
    }
}
