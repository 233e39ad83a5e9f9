//! Bad input gets a clear refusal with a code: never a 500, never a panic.

use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::json;

use crate::support::app::{Answer, TestApp, everywhere, own_embedded, sqlite, who};

fn post(app: &TestApp, content_type: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post("/graphql").header(header::CONTENT_TYPE, content_type);
    app.send(request.body(body.into()).unwrap())
}

#[test]
fn bad_arguments_are_refused_by_name() {
    let cases = [
        (r#"territory(code: "dijon") { id }"#, "CODE_INVALID"),
        (r#"territory(code: "21231", asOf: "hier") { id }"#, "DATE_INVALID"),
        (r#"territory(code: "21231", asOf: "2010-01-01") { id }"#, "DATE_INVALID"),
        (r#"territories(filter: { within: "99999" }) { totalCount }"#, "CODE_UNKNOWN"),
        (r#"indicator(code: "x") { id }"#, "CODE_INVALID"),
        (r#"territory(code: "21231") { observation(indicator: "ZZZ99") { value } }"#, "CODE_UNKNOWN"),
        (
            r#"territory(code: "21231") { observation(indicator: "DEM01", period: "2021-Q9") { value } }"#,
            "PERIOD_INVALID",
        ),
        (
            r#"territory(code: "21231") { observation(indicator: "EMP02", breakdown: [{ dimension: "SEXE", category: "X" }]) { value } }"#,
            "BREAKDOWN_INVALID",
        ),
        (
            r#"territory(code: "21231") { observation(indicator: "EMP02", breakdown: [{ dimension: "SEXE", category: "F" }, { dimension: "SEXE", category: "M" }]) { value } }"#,
            "BREAKDOWN_INVALID",
        ),
        (r#"observations(filter: { indicators: [] }) { totalCount }"#, "FILTER_INVALID"),
        (
            r#"observations(filter: { indicators: ["DEM01"], territories: ["99999"] }) { totalCount }"#,
            "CODE_UNKNOWN",
        ),
        (
            r#"observations(filter: { indicators: ["DEM01"], breakdown: [], dimensions: [] }) { totalCount }"#,
            "FILTER_INVALID",
        ),
        (
            r#"observations(filter: { indicators: ["DEM01"], dimensions: ["RIEN"] }) { totalCount }"#,
            "BREAKDOWN_INVALID",
        ),
        (
            r#"observations(filter: { indicators: ["DEM01"] }, first: 100000) { totalCount }"#,
            "PAGE_TOO_LARGE",
        ),
        (r#"territories(first: -1) { totalCount }"#, "PAGING_INVALID"),
        (r#"territories(first: 1, last: 1) { totalCount }"#, "PAGING_INVALID"),
        (r#"territories(after: "nimporte") { totalCount }"#, "CURSOR_INVALID"),
        (r#"node(id: "21231") { id }"#, "IDENTIFIER_INVALID"),
        (r#"indicators(filter: { source: "RIEN" }) { totalCount }"#, "CODE_UNKNOWN"),
        (r#"releases(filter: { source: "RIEN" }) { totalCount }"#, "CODE_UNKNOWN"),
        (r#"partner(code: "é !") { id }"#, "CODE_INVALID"),
        (
            r#"territory(code: "21231") { observation(indicator: "EMP02", breakdown: [{ dimension: "GIR", category: "GIR_1" }]) { breakdown { code } } }"#,
            "BREAKDOWN_INVALID",
        ),
    ];
    for app in everywhere() {
        for (field, code) in cases {
            let answer = app.ask(who("public"), &format!("{{ {field} }}"));
            assert_eq!(answer.status, 200, "{field}");
            assert_eq!(answer.code().as_deref(), Some(code), "{field}: {}", answer.text());
            let english = app.ask_with(who("public"), &json!({ "query": format!("{{ {field} }}") }), "en");
            assert_ne!(
                english.json()["errors"][0]["message"],
                answer.json()["errors"][0]["message"],
                "{field}"
            );
        }
    }
}

#[test]
fn a_cursor_of_another_list_is_refused() {
    for app in everywhere() {
        let data = app.ask(who("public"), "{ indicators(first: 1) { pageInfo { endCursor } } }").data();
        let cursor = data["indicators"]["pageInfo"]["endCursor"].as_str().unwrap();
        for list in ["territories", "sources", "studies", "partners", "releases"] {
            let answer =
                app.ask(who("public"), &format!("{{ {list}(after: \"{cursor}\") {{ totalCount }} }}"));
            assert_eq!(answer.code().as_deref(), Some("CURSOR_INVALID"), "{list}");
        }
    }
}

#[test]
fn bad_documents_are_refused_before_anything_is_executed() {
    let app = sqlite();
    let bomb: String =
        (0..30).map(|at| format!(" fragment f{at} on Query {{ ...f{0} ...f{0} }}", at + 1)).collect();
    let deep =
        format!("{{ territory(code: \"21231\") {} {} }}", "{ parent ".repeat(30) + "{ id }", "}".repeat(30));
    let cases = [
        ("{ territory(code: ".to_owned(), "SYNTAX_INVALID", 400),
        (String::new(), "SYNTAX_INVALID", 400),
        ("{ nothing }".to_owned(), "VALIDATION_FAILED", 422),
        ("{ territories(filter: { level: QUARTIER }) { totalCount } }".to_owned(), "VALIDATION_FAILED", 422),
        ("{ territory(code: 21231) { id } }".to_owned(), "VALIDATION_FAILED", 422),
        ("{ ...a } fragment a on Query { ...a }".to_owned(), "VALIDATION_FAILED", 422),
        (format!("{{ ...f0 }} {bomb} fragment f30 on Query {{ __typename }}"), "TOO_COMPLEX", 422),
        (deep, "TOO_COMPLEX", 422),
        ("{ a: territories(first: 500) { nodes { children(first: 500) { nodes { children(first: 500) { totalCount } } } } } }".to_owned(), "TOO_COMPLEX", 422),
    ];
    for (query, code, status) in cases {
        let body = json!({ "query": query }).to_string();
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/graphql-response+json");
        let answer = app.send(request.body(Body::from(body)).unwrap());
        assert_eq!(answer.code().as_deref(), Some(code), "{query}");
        assert_eq!(answer.status, status, "{query}: {}", answer.text());
    }
}

#[test]
fn what_does_not_fit_the_schema_is_said_in_the_language_of_the_caller() {
    let app = sqlite();
    for (body, french) in [
        (json!({ "query": "{ nothing }" }), "Le type « Query » n’a pas de champ « nothing »."),
        (
            json!({ "query": "query($a: Int) { viewer { subject } }", "variables": { "a": "x" } }),
            "La variable « $a » est déclarée, et ne sert pas.",
        ),
        (
            json!({ "query": "query($a: String!) { territory(code: $a) { id } }", "variables": { "a": 5 } }),
            "La valeur de « code » ne convient pas : il en faut une du type « String ».",
        ),
        (
            json!({ "query": "{ territories(filter: { level: QUARTIER }) { totalCount } }" }),
            "La valeur de « filter.level » ne convient pas : l’énumération « TerritoryLevel » n’a pas de mot « QUARTIER ».",
        ),
    ] {
        let said = |language: &str| {
            let answer = app.ask_with(who("public"), &body, language);
            assert_eq!(answer.code().as_deref(), Some("VALIDATION_FAILED"), "{body}");
            answer.json()["errors"][0]["message"].as_str().unwrap().to_owned()
        };
        assert_eq!(said("fr").replace('\u{a0}', " "), french);
        assert_ne!(said("en"), said("fr"));
    }
}

#[test]
fn bad_requests_get_the_status_that_fits() {
    let app = sqlite();
    let json = "application/json";
    let good = r#"{"query":"{ viewer { subject } }"}"#;
    assert_eq!(post(app, json, "{").code().as_deref(), Some("BAD_REQUEST"));
    assert_eq!(post(app, json, "{").status, 400);
    for shape in
        [r#"{"variables":{}}"#, r#"{"query":7}"#, r#"{"query":"{ viewer { subject } }","variables":[]}"#]
    {
        let answer = post(app, json, shape);
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_deref()),
            (422, Some("REQUEST_INVALID")),
            "{shape}"
        );
    }
    assert_eq!(post(app, json, vec![0xff, 0xfe]).status, 400);
    assert_eq!(post(app, json, format!("[{good},{good}]")).code().as_deref(), Some("BATCH_UNSUPPORTED"));
    assert_eq!(post(app, "text/plain", good).status, 415);
    let form = post(app, "multipart/form-data; boundary=x", good);
    assert_eq!(form.code().as_deref(), Some("PREFLIGHT_REQUIRED"), "a form of another site");
    assert_eq!(post(app, "application/json; charset=latin1", good).status, 415);
    assert_eq!(post(app, "application/json; charset=evilutf-8", good).status, 415);
    assert_eq!(post(app, "application/json; charset=\"UTF-8\"", good).status, 200);
    assert_eq!(post(app, json, format!(r#"{{"query":"{}"}}"#, " ".repeat(1_000_000))).status, 413);
    assert_eq!(post(app, "application/json; charset=utf-8", good).status, 200);
    for (method, status) in [("PUT", 405), ("DELETE", 405), ("PATCH", 405)] {
        let request = Request::builder().method(method).uri("/graphql").body(Body::empty()).unwrap();
        let answer = app.send(request);
        assert_eq!(answer.status, status);
        assert_eq!(answer.headers[header::ALLOW], "GET, POST");
    }
    let request =
        Request::post("/graphql").header(header::CONTENT_TYPE, json).header(header::ACCEPT, "text/html");
    assert_eq!(app.send(request.body(Body::from(good)).unwrap()).status, 406);
}

#[test]
fn a_query_by_get_is_answered_and_anything_else_is_not() {
    let app = sqlite();
    let get = |uri: &str| app.send(Request::get(uri).body(Body::empty()).unwrap());
    assert_eq!(get("/graphql?query=%7B%20viewer%20%7B%20subject%20%7D%20%7D").status, 200);
    assert_eq!(get("/graphql?query=mutation%20%7B%20a%20%7D").code().as_deref(), Some("GET_MUST_QUERY"));
    assert_eq!(get("/graphql?query=mutation%20%7B%20a%20%7D").status, 405);
    assert_eq!(get("/graphql").status, 422);
    assert_eq!(get("/graphql?query=%7Ba%7D&query=%7Bb%7D").status, 422);
    assert_eq!(get("/graphql?query=%7B%20viewer%20%7B%20subject%20%7D%20%7D&variables=7").status, 422);
}

#[test]
fn an_answer_is_never_kept_by_a_shared_cache() {
    for app in everywhere() {
        for caller in ["public", "analyst"] {
            let answer = app.ask(who(caller), "{ viewer { subject } }");
            assert!(answer.headers[header::CACHE_CONTROL].to_str().unwrap().contains("no-store"));
            assert!(answer.headers[header::VARY].to_str().unwrap().contains("Authorization"));
        }
    }
}

#[test]
fn filters_that_contradict_themselves_are_refused_and_not_answered_with_nothing() {
    for app in everywhere() {
        let cases = [
            (r#"from: "2023", to: "2020""#, "FILTER_INVALID"),
            ("atLeast: 5, atMost: 1", "FILTER_INVALID"),
            (r#"asOf: "2018-01-01""#, "DATE_INVALID"),
            (r#"dimensions: ["AGE", "AGE"]"#, "BREAKDOWN_INVALID"),
            (r#"dimensions: ["SEXE"]"#, "BREAKDOWN_INVALID"),
        ];
        for (filter, code) in cases {
            let query = format!(
                r#"{{ observations(filter: {{ indicators: ["PRE03"], {filter} }}) {{ totalCount }} }}"#
            );
            assert_eq!(app.ask(who("operator"), &query).code().as_deref(), Some(code), "{filter}");
        }
    }
}

#[test]
fn a_cursor_is_good_for_its_own_filter_alone() {
    for app in everywhere() {
        let query = |indicator: &str, level: &str, after: &str| {
            format!(
                r#"{{ observations(filter: {{ indicators: ["{indicator}"], level: {level} }}, first: 2 {after}) {{ pageInfo {{ endCursor }} nodes {{ value }} }} }}"#
            )
        };
        let data = app.ask(who("operator"), &query("PRE03", "COMMUNE", "")).data();
        let after = format!("after: {}", data["observations"]["pageInfo"]["endCursor"]);
        let same = app.ask(who("operator"), &query("PRE03", "COMMUNE", &after)).data();
        assert_eq!(same["observations"]["nodes"].as_array().unwrap().len(), 2);
        for (indicator, level) in [("PRE01", "COMMUNE"), ("PRE03", "IRIS")] {
            let answer = app.ask(who("operator"), &query(indicator, level, &after));
            assert_eq!(answer.code().as_deref(), Some("CURSOR_INVALID"), "{indicator} {level}");
        }
    }
}

#[test]
fn a_variable_without_the_value_that_it_needs_is_refused_by_name() {
    let app = sqlite();
    for (kind, field) in [
        ("String!", "territory(code: $v) { name }"),
        ("Boolean!", "viewer { subject @include(if: $v) }"),
        ("[ID!]!", "nodes(ids: $v) { id }"),
    ] {
        for variables in [json!({}), json!({ "v": null })] {
            let body = json!({ "query": format!("query($v: {kind}) {{ {field} }}"), "variables": variables });
            let answer = app.ask_with(who("public"), &body, "en");
            assert_eq!(answer.code().as_deref(), Some("VALIDATION_FAILED"), "{kind}");
            assert!(answer.text().contains("$v"), "{}", answer.text());
        }
    }
    let number = json!({ "query": "query($p: Period) { territory(code: \"21231\") { population(period: $p) { value } } }", "variables": { "p": 2022 } });
    assert_eq!(app.ask_with(who("public"), &number, "en").code().as_deref(), Some("VALIDATION_FAILED"));
}

#[test]
fn keys_come_in_the_order_of_the_query() {
    let app = sqlite();
    let query = r#"{ rsa: territory(code: "21231") { name observation(indicator: "PRE03") { note value } } ahuy: territory(code: "21003") { level name } viewer { subject } sources(first: 2) { nodes { label code } } }"#;
    let text = app.ask(who("analyst"), query).text();
    let places: Vec<usize> =
        ["\"rsa\"", "\"note\"", "\"value\"", "\"ahuy\"", "\"viewer\"", "\"sources\"", "\"label\""]
            .iter()
            .map(|key| text.find(key).unwrap())
            .collect();
    assert!(places.is_sorted(), "{text}");
}

/// Where the values of arguments stand in a document, those inside of lists and objects included.
fn values(text: &str) -> Vec<std::ops::Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut open = 0_usize;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'(' => open += 1,
            b')' => open -= 1,
            b':' if open > 0 => {
                let start = at + 1 + text[at + 1..].len() - text[at + 1..].trim_start().len();
                let mut depth = 0_i32;
                let mut quoted = false;
                let length = text[start..].bytes().position(|byte| {
                    match byte {
                        b'"' => quoted = !quoted,
                        b'[' | b'{' if !quoted => depth += 1,
                        b']' | b'}' | b')' if !quoted => depth -= 1,
                        b',' | b' ' | b'\n' if !quoted && depth == 0 => return true,
                        _ => {}
                    }
                    depth < 0 || (depth == 0 && matches!(byte, b']' | b'}'))
                });
                let length = length.unwrap_or(text.len() - start);
                let closes = matches!(bytes[start], b'[' | b'{');
                found.push(start..start + length + usize::from(closes));
            }
            _ => {}
        }
    }
    found
}

#[test]
fn whatever_stands_in_an_argument_it_is_never_a_fault_of_ours() {
    // What some of these arguments do is done: not to the observatory that other tests share.
    let app = own_embedded();
    let strange = [
        "null",
        "true",
        "7",
        "-1",
        "2147483648",
        "1e400",
        "1.5",
        "\"\"",
        "\"é ’\\u0000\"",
        "\"-1\"",
        "\"9999\"",
        "\"0000\"",
        "\"2023\"",
        "RIEN",
        "[]",
        "[[]]",
        "[null]",
        "{}",
        "{ a: 1 }",
        "[{}]",
        "$absent",
    ];
    let mut tried = 0;
    for (name, text) in crate::support::documents::all() {
        for (at, range) in values(&text).into_iter().enumerate() {
            // A quarter of them at each place, others at the next.
            for value in strange.iter().skip(at % 4).step_by(4) {
                let query = format!("{}{value}{}", &text[..range.start], &text[range.end..]);
                let answer = app.ask(who("operator"), &query);
                let faults = answer.text();
                assert!(!answer.status.is_server_error(), "{name}, {value} at {range:?}: {faults}");
                assert!(!faults.contains("\"INTERNAL\""), "{name}, {value} at {range:?}: {faults}");
                tried += 1;
            }
        }
    }
    assert!(tried > 250, "only {tried} arguments were tried");
}
