//! Fields under one key, conditions and nulls as the specification has them, to the letter.

use axum::{body::Body, http::Request};

use crate::support::app::{everywhere, own_embedded, who};

/// An answer without what it costs.
fn without_cost(text: &str) -> String {
    match text.split_once(r#","extensions":{"cost":{"#) {
        Some((before, after)) => {
            let after = after.split_once("}}").map_or("", |(_, after)| after);
            format!("{before}{after}")
        }
        None => text.to_owned(),
    }
}

/// What a document is answered on each database alike, without what it costs.
fn told(document: &str) -> String {
    let mut told: Vec<String> = Vec::new();
    for app in everywhere() {
        told.push(without_cost(&app.ask(who("public"), document).text()));
    }
    assert!(told.iter().all(|text| Some(text) == told.first()), "{document}: {told:?}");
    told.swap_remove(0)
}

#[test]
fn what_several_selections_of_a_key_ask_is_told_as_one() {
    let commune = r#"territory(code: "21231")"#;
    let document = format!(
        "{{ {commune} {{ name }} ...q a: __typename ... on Query {{ {commune} {{ code }} }} }} fragment q on Query {{ {commune} {{ level }} }}"
    );
    assert_eq!(
        told(&document),
        r#"{"data":{"territory":{"name":"Dijon","level":"COMMUNE","code":"21231"},"a":"Query"}}"#
    );
    // Within lists of lists too.
    let table = r#"table(input: { rows: [TERRITORY], columns: [PERIOD], indicators: ["DEM01"], territories: { codes: ["21231"] }, periods: { periods: ["2022"] } })"#;
    let together = told(&format!("{{ {table} {{ cells {{ value period }} }} }}"));
    let apart = told(&format!("{{ {table} {{ cells {{ value }} }} {table} {{ cells {{ period }} }} }}"));
    assert!(together.contains(r#""value":"#) && together.contains(r#""period":"#), "{together}");
    assert_eq!(together, apart);
}

#[test]
fn keys_that_the_server_needs_for_itself_are_nobodys() {
    assert_eq!(told("{ __nothing: __typename }"), r#"{"data":{"__nothing":"Query"}}"#);
    let document = r#"{ territory(code: "21231") { __nothing: observation(indicator: "PRE03", period: "2023") { withheld } } }"#;
    assert_eq!(told(document), r#"{"data":{"territory":{"__nothing":{"withheld":"CHARTER_NOT_SIGNED"}}}}"#);
    let refused = told(r#"{ ·: __typename }"#);
    assert!(refused.contains("SYNTAX_INVALID"), "{refused}");
}

#[test]
fn an_object_of_which_nothing_is_asked_is_there() {
    for app in everywhere() {
        let ids = app
            .ask(
                who("public"),
                r#"{ territory(code: "21231") { id } indicators(first: 1) { nodes { id } } }"#,
            )
            .data();
        let (territory, indicator) = (&ids["territory"]["id"], &ids["indicators"]["nodes"][0]["id"]);
        let text = |document: &str| without_cost(&app.ask(who("public"), document).text());
        assert_eq!(
            text(&format!("{{ node(id: {territory}) {{ ... on Study {{ title }} }} }}")),
            r#"{"data":{"node":{}}}"#
        );
        let document = format!(
            "{{ nodes(ids: [{indicator}, {territory}]) {{ ... on Territory {{ name x: id }} x: id ... on Indicator {{ code }} }} }}"
        );
        let expected = format!(r#"{{"data":{{"nodes":[{{"x":{indicator},"code":"#);
        let answer = text(&document);
        assert!(answer.starts_with(&expected), "{answer}");
        assert!(answer.contains(&format!(r#"{{"name":"Dijon","x":{territory}}}"#)), "{answer}");
    }
}

#[test]
fn what_fails_is_null_and_what_is_around_it_is_there() {
    let failed = told(r#"{ territory(code: "21231") { population(period: "x") { value } } }"#);
    assert!(failed.starts_with(r#"{"data":{"territory":{"population":null}},"errors":["#), "{failed}");
    let failed = told(r#"{ node(id: "xx") { id } }"#);
    assert!(failed.contains(r#""data":{"node":null}"#), "{failed}");
    let twice = told(
        r#"{ territory(code: "21231") { name } territory(code: "21231") { population(period: "x") { value } code } }"#,
    );
    assert!(
        twice.contains(r#""data":{"territory":{"name":"Dijon","population":null,"code":"21231"}}"#),
        "{twice}"
    );
}

#[test]
fn errors_come_in_the_order_of_the_document() {
    let failing = "{ territories(first: 4, filter: { level: COMMUNE }) { nodes { b: population(period: \"x\") { value } a: population(period: \"y\") { value } } } }";
    let first = told(failing);
    let paths: Vec<usize> = (0..4)
        .flat_map(|at| ["b", "a"].map(|key| format!(r#""path":["territories","nodes",{at},"{key}"]"#)))
        .filter_map(|path| first.find(&path))
        .collect();
    assert_eq!(paths.len(), 8, "{first}");
    assert_eq!(first, told(failing));
}

#[test]
fn documents_that_hold_too_much_or_say_two_things_are_refused() {
    let many = vec![r#""""#; 26_000].join(",");
    let list = (0..60).map(|at| {
        format!(
            r#"a{at}: observation(indicator: "PRE03", breakdown: [{}]) {{ value }}"#,
            r#"{ dimension: "AGE", category: "F" }"#.repeat(40)
        )
    });
    let list = list.collect::<Vec<_>>().join(" ");
    for (document, code) in [
        (format!("{{ a: nodes(ids: [{many}]) {{ id }} b: nodes(ids: [{many}]) {{ id }} }}"), "TOO_COMPLEX"),
        (format!("{{ territories(first: 500) {{ nodes {{ {list} }} }} }}"), "TOO_COMPLEX"),
        (r#"{ a: territory(code: "21231") { name } ...g } fragment g on Query { a: territory(code: "21166") { n: name } }"#.to_owned(), "VALIDATION_FAILED"),
        ("query ($b: Boolean) { a: __typename @skip(if: $b) }".to_owned(), "VALIDATION_FAILED"),
        ("{ a: __typename @skip(if: false) @skip(if: true) }".to_owned(), "VALIDATION_FAILED"),
    ] {
        for app in everywhere() {
            let answer = app.ask(who("public"), &document);
            let short: String = document.chars().take(120).collect();
            assert_eq!(answer.code().as_deref(), Some(code), "{short}: {}", answer.text());
        }
    }
    assert_eq!(told("query ($b: Boolean! = true) { a: __typename @skip(if: $b) }"), r#"{"data":{}}"#);
}

#[test]
fn a_document_with_a_mutation_is_not_read_by_get_though_it_was_answered_by_post() {
    let app = own_embedded();
    let document = "query Q { __typename } mutation M { __typename }";
    let post = || {
        let body = serde_json::json!({ "query": document, "operationName": "Q" }).to_string();
        app.send(
            Request::post("/graphql")
                .header("content-type", "application/json")
                .body(Body::from(body))
                .unwrap(),
        )
    };
    for _ in 0..3 {
        assert_eq!(post().data()["__typename"], "Query");
    }
    let address = "/graphql?operationName=Q&query=query%20Q%20%7B%20__typename%20%7D%20mutation%20M%20%7B%20__typename%20%7D";
    for _ in 0..2 {
        let got = app.send(
            Request::get(address)
                .header("accept", "application/graphql-response+json")
                .body(Body::empty())
                .unwrap(),
        );
        assert_eq!(
            (got.status, got.code().as_deref()),
            (axum::http::StatusCode::METHOD_NOT_ALLOWED, Some("GET_MUST_QUERY")),
            "{}",
            got.text()
        );
    }
}
