//! What faces the network: statuses, persisted and registered documents, batches, caches, pages of other origins, how often
//! a caller may ask.

use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::app::{Answer, Caller, TestApp, sqlite, who};

const GRAPHQL: &str = "application/graphql-response+json";
const JSON: &str = "application/json";

fn post(app: &TestApp, caller: &Caller, accept: &str, body: &Value) -> Answer {
    let mut request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, JSON)
        .header(header::ACCEPT, accept)
        .header(header::ACCEPT_LANGUAGE, "en");
    if let Some(token) = app.token(caller) {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    app.send(request.body(Body::from(body.to_string())).unwrap())
}

fn get(app: &TestApp, query: &str, headers: &[(&str, &str)]) -> Answer {
    let query: String = query
        .bytes()
        .map(|byte| match byte {
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect();
    let mut request = Request::get(format!("/graphql?query={query}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.send(request.body(Body::empty()).unwrap())
}

fn media(answer: &Answer) -> &str {
    answer.headers[header::CONTENT_TYPE].to_str().unwrap().split(';').next().unwrap()
}

#[test]
fn statuses_are_those_of_the_draft_or_by_a_setting_those_of_before() {
    let (draft, legacy) = (sqlite(), sqlite().with_settings(|settings| settings.legacy_status = true));
    let public = who("public");
    let (good, partial) =
        ("{ viewer { subject } }", r#"{ viewer { subject } territory(code: "?") { name } }"#);
    let cases = [
        // Document, then the statuses and media types: draft for GraphQL and JSON, legacy for GraphQL and JSON.
        (json!({ "query": good }), [(200, GRAPHQL), (200, JSON), (200, GRAPHQL), (200, JSON)]),
        (json!({ "query": partial }), [(294, GRAPHQL), (200, JSON), (200, GRAPHQL), (200, JSON)]),
        (json!({ "query": "{" }), [(400, GRAPHQL), (400, GRAPHQL), (400, GRAPHQL), (200, JSON)]),
        (json!({ "query": "{ nothing }" }), [(422, GRAPHQL), (422, GRAPHQL), (400, GRAPHQL), (200, JSON)]),
        (
            json!({ "query": "query($a: String!) { territory(code: $a) { name } }" }),
            [(422, GRAPHQL), (422, GRAPHQL), (400, GRAPHQL), (200, JSON)],
        ),
        (json!({ "qeury": good }), [(422, GRAPHQL), (422, GRAPHQL), (400, GRAPHQL), (400, JSON)]),
        (
            json!({ "query": "query A { viewer { subject } } query B { viewer { subject } }" }),
            [(422, GRAPHQL), (422, GRAPHQL), (400, GRAPHQL), (200, JSON)],
        ),
    ];
    for (body, expected) in cases {
        for ((app, accept), expected) in
            [(draft, GRAPHQL), (draft, JSON), (&legacy, GRAPHQL), (&legacy, JSON)].into_iter().zip(expected)
        {
            let answer = post(app, public, accept, &body);
            assert_eq!((answer.status.as_u16(), media(&answer)), expected, "{accept} {body}");
            let answer = answer.json();
            let expects_data = expected.0 == 294 || body["query"] == good || body["query"] == partial;
            assert_eq!(answer.get("data").is_some(), expects_data, "{answer}");
        }
    }
}

#[test]
fn a_field_that_failed_is_null_and_never_missing() {
    let app = sqlite();
    let nullable = r#"{ territory(code: "?") { name } viewer { subject } }"#;
    let answer = app.ask(who("public"), nullable).json();
    assert_eq!(answer["data"], json!({ "territory": null, "viewer": { "subject": null } }));
    // What takes a right is null by itself, and takes nothing around it away.
    let answer =
        app.ask(who("analyst"), "{ partners(first: 1) { nodes { code referents { subject } } } }").json();
    assert_eq!(answer["data"]["partners"]["nodes"][0]["referents"], Value::Null);
    assert!(answer["data"]["partners"]["nodes"][0]["code"].is_string(), "{answer}");
    assert_eq!(answer["errors"][0]["path"], json!(["partners", "nodes", 0, "referents"]));
    let never_null = r#"{ viewer { subject } table(input: { indicators: ["NOPE"], rows: [TERRITORY], columns: [PERIOD], territories: { level: COMMUNE } }) { title } }"#;
    let answer = app.ask(who("public"), never_null).json();
    assert_eq!((answer.get("data"), &answer["errors"][0]["path"]), (Some(&Value::Null), &json!(["table"])));
}

#[test]
fn a_document_that_a_client_persisted_is_asked_for_by_its_digest() {
    let app = sqlite().with_settings(|_| ());
    let query = r#"{ territory(code: "21231") { name } }"#;
    let digest: String = Sha256::digest(query).iter().map(|byte| format!("{byte:02x}")).collect();
    let persisted = json!({ "persistedQuery": { "version": 1, "sha256Hash": digest } });
    let ask = |body: &Value| post(&app, who("public"), JSON, body);
    assert_eq!(ask(&json!({ "extensions": persisted })).code().as_deref(), Some("PERSISTED_QUERY_NOT_FOUND"));
    let wrong = json!({ "query": "{ viewer { subject } }", "extensions": persisted });
    assert_eq!(ask(&wrong).code().as_deref(), Some("REQUEST_INVALID"));
    let dijon = json!({ "territory": { "name": "Dijon" } });
    assert_eq!(ask(&json!({ "query": query, "extensions": persisted })).data(), dijon);
    assert_eq!(ask(&json!({ "extensions": persisted })).data(), dijon);
    assert_eq!(ask(&json!({ "documentId": format!("sha256:{digest}") })).data(), dijon);
    // What does not fit the schema is not kept.
    let bad = "{ nothing }";
    let digest: String = Sha256::digest(bad).iter().map(|byte| format!("{byte:02x}")).collect();
    let persisted = json!({ "persistedQuery": { "version": 1, "sha256Hash": digest } });
    assert_eq!(
        ask(&json!({ "query": bad, "extensions": persisted })).code().as_deref(),
        Some("VALIDATION_FAILED")
    );
    assert_eq!(ask(&json!({ "extensions": persisted })).code().as_deref(), Some("PERSISTED_QUERY_NOT_FOUND"));
}

#[test]
fn without_a_token_only_registered_documents_are_executed_where_there_are_any() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("dijon.graphql"), "{ territory(code: \"21231\") { name } }\n").unwrap();
    let app =
        sqlite().with_settings(|settings| settings.registered_documents = Some(folder.path().to_path_buf()));
    let known = json!({ "query": "{ territory(code: \"21231\") { name } }" });
    let other = json!({ "query": "{ territory(code: \"21231\") { code } }" });
    assert_eq!(post(&app, who("public"), JSON, &known).data()["territory"]["name"], "Dijon");
    let refused = post(&app, who("public"), JSON, &other);
    assert_eq!((refused.status.as_u16(), refused.code().as_deref()), (403, Some("DOCUMENT_NOT_REGISTERED")));
    assert_eq!(post(&app, who("analyst"), JSON, &other).data()["territory"]["code"], "21231");
}

#[test]
fn the_schema_is_told_to_whom_the_setting_says() {
    use observatoire::config::Introspection;
    let query = json!({ "query": "{ __schema { queryType { name } } }" });
    for (introspection, to_public, to_partners) in [
        (Introspection::Everyone, true, true),
        (Introspection::Partners, false, true),
        (Introspection::Nobody, false, false),
    ] {
        let app = sqlite().with_settings(|settings| settings.introspection = introspection);
        for (caller, told) in [("public", to_public), ("analyst", to_partners)] {
            let answer = post(&app, who(caller), JSON, &query);
            let expected = if told { None } else { Some("INTROSPECTION_CLOSED") };
            assert_eq!(answer.code().as_deref(), expected, "{introspection:?} {caller}");
            let typename = json!({ "query": "{ __typename }" });
            assert_eq!(post(&app, who(caller), JSON, &typename).data()["__typename"], "Query");
        }
    }
}

#[test]
fn a_batch_is_answered_in_its_order_where_it_is_taken_and_no_longer_than_that() {
    let app = sqlite().with_settings(|settings| settings.batch_limit = 3);
    let one = |code: &str| json!({ "query": format!("{{ territory(code: \"{code}\") {{ name }} }}") });
    let answer =
        post(&app, who("public"), JSON, &json!([one("21231"), { "query": "{" }, one("21003")])).json();
    assert_eq!(answer[0]["data"]["territory"]["name"], "Dijon");
    assert_eq!(answer[1]["errors"][0]["extensions"]["code"], "SYNTAX_INVALID");
    assert_eq!(answer[2]["data"]["territory"]["name"], "Ahuy");
    for body in [json!([]), json!([one("1"), one("2"), one("3"), one("4")])] {
        assert_eq!(post(&app, who("public"), JSON, &body).code().as_deref(), Some("BATCH_UNSUPPORTED"));
    }
    assert_eq!(
        post(sqlite(), who("public"), JSON, &json!([one("21231")])).code().as_deref(),
        Some("BATCH_UNSUPPORTED")
    );
}

#[test]
fn a_proxy_may_keep_public_answers_by_get_and_no_others() {
    let app = sqlite();
    let query = r#"{ territory(code: "21231") { name } }"#;
    let public = get(app, query, &[]);
    let tag = public.headers[header::ETAG].to_str().unwrap().to_owned();
    assert_eq!(public.headers[header::CACHE_CONTROL], "public, no-cache");
    let again = get(app, query, &[("If-None-Match", &tag)]);
    assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
    assert_eq!(again.headers[header::ETAG].to_str().unwrap(), tag);
    assert_eq!(get(app, query, &[("If-None-Match", "\"other\"")]).status, 200);
    // Each language and media type is another answer.
    let vary = public.headers[header::VARY].to_str().unwrap();
    for name in ["Authorization", "Accept", "Accept-Language"] {
        assert!(vary.split(", ").any(|known| known == name), "{vary}");
    }
    let bearer = format!("Bearer {}", app.token(who("analyst")).unwrap());
    for partner in [
        get(app, query, &[("Authorization", &bearer)]),
        get(app, query, &[("Authorization", &bearer), ("If-None-Match", &tag)]),
    ] {
        assert_eq!((partner.status.as_u16(), partner.headers.get(header::ETAG)), (200, None));
        assert_eq!(partner.headers[header::CACHE_CONTROL], "private, no-store");
    }
    let failed = get(app, "{ nothing }", &[]);
    assert!(failed.headers[header::CACHE_CONTROL].to_str().unwrap().contains("no-store"));
    let longer = sqlite().with_settings(|settings| settings.public_max_age = 60);
    assert_eq!(get(&longer, query, &[]).headers[header::CACHE_CONTROL], "public, max-age=60");
}

#[test]
fn pages_of_the_origins_that_are_set_may_ask_and_no_others() {
    let app =
        sqlite().with_settings(|settings| settings.origins = vec!["https://tableaux.example.fr".to_owned()]);
    let preflight = |app: &TestApp, origin: &str| {
        let request = Request::options("/graphql")
            .header(header::ORIGIN, origin)
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
            .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "authorization,content-type,x-purpose");
        app.send(request.body(Body::empty()).unwrap())
    };
    let allowed = preflight(&app, "https://tableaux.example.fr");
    assert_eq!(allowed.status, 200);
    assert_eq!(allowed.headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "https://tableaux.example.fr");
    let headers = allowed.headers[header::ACCESS_CONTROL_ALLOW_HEADERS].to_str().unwrap().to_owned();
    assert!(
        ["authorization", "content-type", "x-purpose"].iter().all(|name| headers.contains(name)),
        "{headers}"
    );
    for (app, origin) in [(&app, "https://ailleurs.example.fr"), (sqlite(), "https://tableaux.example.fr")] {
        assert!(
            preflight(app, origin).headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN).is_none(),
            "{origin}"
        );
    }
    let answer = get(&app, "{ viewer { subject } }", &[("Origin", "https://tableaux.example.fr")]);
    assert_eq!(answer.headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "https://tableaux.example.fr");
    assert!(answer.headers.get(header::ACCESS_CONTROL_ALLOW_CREDENTIALS).is_none());
}

#[test]
fn whoever_asks_too_often_waits_and_nobody_else_does() {
    let app = sqlite().with_settings(|settings| settings.rate_limit = 5);
    let ask = |caller: &str| post(&app, who(caller), JSON, &json!({ "query": "{ viewer { subject } }" }));
    for left in (0..5).rev() {
        let answer = ask("public");
        assert_eq!(answer.status, 200);
        assert_eq!(answer.headers["ratelimit"], format!("\"minute\";r={left};t=0").as_str());
        assert_eq!(answer.headers["ratelimit-policy"], "\"minute\";q=5;w=60");
    }
    let refused = ask("public");
    assert_eq!((refused.status.as_u16(), refused.code().as_deref()), (429, Some("RATE_LIMITED")));
    let wait: u64 = refused.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=13).contains(&wait), "{wait}");
    // A file counts like a question; a token counts by itself; a bad one counts as none.
    let file = app.send(Request::get("/export/csv").body(Body::empty()).unwrap());
    assert_eq!(file.status, 429);
    assert_eq!(ask("analyst").status, 200);
    let bad = get(&app, "{ viewer { subject } }", &[("Authorization", "Bearer none")]);
    assert_eq!(bad.status, 429);
    // Health is for those who watch over the server.
    assert_eq!(app.send(Request::get("/health/live").body(Body::empty()).unwrap()).status, 200);
}

#[test]
fn whoever_has_a_network_of_addresses_is_counted_as_one() {
    let app = sqlite().with_settings(|settings| {
        settings.rate_limit = 2;
        settings.behind_proxy = true;
    });
    let ask = |address: &str| get(&app, "{ viewer { subject } }", &[("X-Forwarded-For", address)]).status;
    assert_eq!(ask("2001:db8:1:2::1"), 200);
    assert_eq!(ask("2001:db8:1:2:ffff::2"), 200);
    assert_eq!(ask("2001:db8:1:2:3:4:5:6"), 429);
    assert_eq!(ask("2001:db8:1:3::1"), 200, "another network");
    // What stands for an address of the fourth version is that one.
    let fourth = ["::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1"].map(|address| ask(address).as_u16());
    assert_eq!(fourth, [200, 200, 429]);
    assert_eq!(ask("192.0.2.2"), 200);
}

#[test]
fn a_subscription_needs_a_stream() {
    let query = "subscription { releasePublished { reference } }";
    let answer = post(sqlite(), who("public"), JSON, &json!({ "query": query }));
    assert_eq!(answer.code().as_deref(), Some("SUBSCRIPTION_NEEDS_STREAM"));
    assert_eq!(get(sqlite(), query, &[]).code().as_deref(), Some("GET_MUST_QUERY"));
    let two = "subscription { releasePublished { reference } studyPublished { reference } }";
    let answer = post(sqlite(), who("public"), JSON, &json!({ "query": two }));
    assert_eq!(answer.code().as_deref(), Some("VALIDATION_FAILED"));
}
