//! What is around a document: bodies, media types, methods and headers that confuse, and those that a page of another site
//! can send without asking first.

use axum::{
    body::Body,
    http::{HeaderValue, Request, header},
};
use serde_json::json;

use super::{
    EVENTS, GRAPHQL, JSON, Way, ask, by_digest, code, digest, document, encoded, expect, expect_whole,
    persisting, send, start, told,
};
use crate::support::app::{Answer, TestApp, sqlite, who};

const GOOD: &str = r#"{"query":"{ __typename }"}"#;
/// An act that is done for nobody without a token; whoever executes it says so in its payload.
const ACT: &str = r#"mutation { signCharter(input: { partner: "COM-21515" }) { userErrors { code } } }"#;

/// That the act was executed, as far as it is.
fn expect_executed(answer: &Answer, what: &str) {
    let told = told(answer);
    assert_eq!(told["data"]["signCharter"]["userErrors"][0]["code"], "UNKNOWN", "{what}: {}", start(answer));
}

fn post(app: &TestApp, bytes: impl Into<Body>, headers: &[(&str, &str)], what: &str) -> Answer {
    let mut request = Request::post("/graphql");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(app, request.body(bytes.into()).unwrap(), what)
}

fn get(address: &str, headers: &[(&str, &str)], what: &str) -> Answer {
    let mut request = Request::get(address);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(sqlite(), request.body(Body::empty()).unwrap(), what)
}

/// A text with a part of it so many times.
fn nested(open: &str, inner: &str, close: &str) -> String {
    format!("{}{inner}{}", open.repeat(40_000), close.repeat(40_000))
}

/// Bodies that are refused; a new one is a line.
fn bodies() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    const BAD: &str = "BAD_REQUEST";
    const OTHER: &str = "REQUEST_INVALID";
    let text = |text: &str| text.as_bytes().to_vec();
    let wide =
        |text: &str, order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let around = |before: &[u8], after: &[u8]| [before, GOOD.as_bytes(), after].concat();
    let persisted = |hash: &str| {
        format!(r#"{{"extensions":{{"persistedQuery":{{"version":1,"sha256Hash":"{hash}"}}}}}}"#).into_bytes()
    };
    vec![
        ("nothing", text(""), BAD),
        ("spaces", text("   "), BAD),
        ("a list that stays open", text(&"[".repeat(200_000)), BAD),
        ("objects that stay open", text(&r#"{"a":"#.repeat(40_000)), BAD),
        ("something after the end", around(b"", b"{}"), BAD),
        ("a NUL after the end", around(b"", b"\0"), BAD),
        ("a NUL in a text", text("{\"query\":\"{ __typename \0}\"}"), BAD),
        ("the end of a line in a text", text("{\"query\":\"{ __typename \n}\"}"), BAD),
        ("a mark of the order of bytes", around(b"\xef\xbb\xbf", b""), BAD),
        ("UTF-16, little end first", wide(GOOD, u16::to_le_bytes), BAD),
        ("UTF-16, big end first", wide(GOOD, u16::to_be_bytes), BAD),
        ("bytes that are no UTF-8", b"{\"query\":\"{ __typename } # \xff\xfe\"}".to_vec(), BAD),
        ("a slash in too many bytes", b"{\"query\":\"{ __typename } # \xc0\xaf\"}".to_vec(), BAD),
        ("half of a pair as UTF-8", b"{\"query\":\"{ __typename } # \xed\xa0\x80\"}".to_vec(), BAD),
        ("a letter that is cut off", b"{\"query\":\"{ __typename } # \xe2\x82\"}".to_vec(), BAD),
        ("other quotes", text("{'query':'{ __typename }'}"), BAD),
        ("a comment", text(r#"{"query":"{ __typename }"/* */}"#), BAD),
        ("no number", text(r#"{"query":"{ __typename }","variables":{"a":NaN}}"#), BAD),
        ("a form", text("query=%7B%20__typename%20%7D"), BAD),
        ("a document", text("{ __typename }"), BAD),
        ("null", text("null"), OTHER),
        ("a number", text("7"), OTHER),
        ("a text", text(r#""{ __typename }""#), OTHER),
        ("an empty object", text("{}"), OTHER),
        ("the document twice", text(r#"{"query":"{ __typename }","query":"{ viewer { subject } }"}"#), OTHER),
        (
            "the document twice, once escaped",
            text(r#"{"query":"{ __typename }","qu\u0065ry":"{ a }"}"#),
            OTHER,
        ),
        ("variables twice", text(r#"{"query":"{ __typename }","variables":{},"variables":{"a":1}}"#), OTHER),
        (
            "the operation twice",
            text(r#"{"query":"query A { __typename }","operationName":"A","operationName":"B"}"#),
            OTHER,
        ),
        ("extensions twice", text(r#"{"query":"{ __typename }","extensions":{},"extensions":{}}"#), OTHER),
        ("a document that is a list", text(r#"{"query":["{ __typename }"]}"#), OTHER),
        ("variables that are a text", text(r#"{"query":"{ __typename }","variables":"{}"}"#), OTHER),
        ("variables that are a list", text(r#"{"query":"{ __typename }","variables":[]}"#), OTHER),
        ("an operation that is a number", text(r#"{"query":"{ __typename }","operationName":1}"#), OTHER),
        ("half of a pair in the document", text(r#"{"query":"{ __typename } # \ud800"}"#), OTHER),
        (
            "the other half in a variable",
            text(r#"{"query":"{ __typename }","variables":{"a":"\udc00"}}"#),
            OTHER,
        ),
        ("half of a pair in a name", text(r#"{"query":"{ __typename }","variables":{"\ud800":1}}"#), OTHER),
        (
            "a pair in the wrong order",
            text(r#"{"query":"{ __typename }","variables":{"a":"\udc00\ud800"}}"#),
            OTHER,
        ),
        ("a number out of range", text(r#"{"query":"{ __typename }","variables":{"a":1e999}}"#), OTHER),
        (
            "a number of 100,000 digits",
            text(&format!(r#"{{"query":"{{ __typename }}","variables":{{"a":{}}}}}"#, "9".repeat(100_000))),
            OTHER,
        ),
        (
            "variables 40,000 lists deep",
            text(&format!(r#"{{"query":"{{ __typename }}","variables":{{"a":{}}}}}"#, nested("[", "", "]"))),
            OTHER,
        ),
        (
            "extensions 40,000 lists deep",
            text(&format!(r#"{{"query":"{{ __typename }}","extensions":{{"a":{}}}}}"#, nested("[", "", "]"))),
            OTHER,
        ),
        ("40,000 objects", text(&nested(r#"{"a":"#, "1", "}")), OTHER),
        ("a digest that is too short", persisted("0123"), OTHER),
        ("a digest that is none", persisted(&"x".repeat(64)), OTHER),
        ("a digest of 100,000 digits", persisted(&"0".repeat(100_000)), OTHER),
        (
            "a digest that leads elsewhere",
            persisted("../../../../../../../../../../../../../../../../../../etc/passwd"),
            OTHER,
        ),
        ("an identifier that leads elsewhere", text(r#"{"documentId":"../../etc/passwd"}"#), OTHER),
        (
            "two digests",
            text(&format!(
                r#"{{"documentId":"{0}","extensions":{{"persistedQuery":{{"version":1,"sha256Hash":"{0}"}}}}}}"#,
                "0".repeat(64)
            )),
            OTHER,
        ),
        (
            "another version of digests",
            text(r#"{"query":"{ __typename }","extensions":{"persistedQuery":{"version":2}}}"#),
            OTHER,
        ),
        (
            "a digest that is a list",
            text(r#"{"query":"{ __typename }","extensions":{"persistedQuery":[]}}"#),
            OTHER,
        ),
        (
            "the digest of another document",
            text(
                &json!({ "query": "{ __typename }", "documentId": digest("{ viewer { subject } }") })
                    .to_string(),
            ),
            OTHER,
        ),
        (
            "a digest that nobody sent a document for",
            text(&json!({ "documentId": digest("never") }).to_string()),
            "PERSISTED_QUERY_NOT_FOUND",
        ),
        ("40,000 lists", text(&nested("[", "", "]")), "BATCH_UNSUPPORTED"),
        ("300,000 bytes", around(&[b' '; 300_000], b""), "BODY_TOO_LARGE"),
        ("a NUL in the document", text(r#"{"query":"{ __typename \u0000 }"}"#), "SYNTAX_INVALID"),
    ]
}

#[test]
fn bodies_that_confuse_are_refused_and_read_nothing() {
    let (app, statements) = sqlite().counting();
    for (what, bytes, code) in bodies() {
        let answer = post(&app, bytes.clone(), &[("Content-Type", JSON), ("Accept", GRAPHQL)], what);
        expect_whole(&answer, code, what);
        let streamed = post(&app, bytes, &[("Content-Type", JSON), ("Accept", EVENTS)], what);
        expect(&streamed, code, what);
        let asked = std::mem::take(&mut *statements.lock().unwrap());
        assert!(asked.is_empty(), "{what}: {asked:?}");
    }
    // What is not read may be as deep as it likes.
    let deep = format!(r#"{{"query":"{{ __typename }}","other":{}}}"#, nested("[", "", "]"));
    let answer = post(&app, deep, &[("Content-Type", JSON)], "another member");
    assert_eq!(told(&answer)["data"]["__typename"], "Query");
    // Of a variable that is there twice the last one counts, and only that one.
    let twice = r#"{"query":"query($a: String!) { territory(code: $a) { name } }","variables":{"a":"21231","a":"21003"}}"#;
    let answer = post(&app, twice, &[("Content-Type", JSON)], "a variable twice");
    assert_eq!(told(&answer)["data"]["territory"]["name"], "Ahuy");
    // A length that is not that of the body.
    let longer = post(&app, GOOD, &[("Content-Type", JSON), ("Content-Length", "999999999")], "longer");
    expect_whole(&longer, "BODY_TOO_LARGE", "longer");
}

/// What a page of another site can send without asking first, and what looks like JSON and is not; a new one is a line.
const OTHER_TYPES: &[(&str, &[&str])] = &[
    ("none", &[]),
    ("an empty one", &[""]),
    ("a text", &["text/plain"]),
    ("a text that names JSON", &["text/plain; application/json"]),
    ("a text whose letters are JSON", &["text/plain; charset=application/json"]),
    ("a text, then JSON", &["text/plain", "application/json"]),
    ("a form", &["application/x-www-form-urlencoded"]),
    ("another multipart", &["multipart/mixed; boundary=x"]),
    ("JSON as a text", &["text/json"]),
    ("JavaScript", &["application/javascript"]),
    ("more than JSON", &["application/jsonx"]),
    ("less than JSON", &["application/"]),
    ("a suffix", &["application/vnd.api+json"]),
    ("a document", &["application/graphql"]),
    ("the type of answers", &["application/graphql-response+json"]),
    ("two in one", &["application/json, text/plain"]),
    ("Latin-1", &["application/json; charset=iso-8859-1"]),
    ("Latin-1 in quotes", &["application/json;charset=\"latin1\""]),
    ("UTF-16", &["application/json; charset=utf-16"]),
    ("UTF-7", &["application/json; charset=utf-7"]),
    ("UTF-8 without its hyphen", &["application/json; charset=utf8"]),
    ("the end of another name", &["application/json; charset=evilutf-8"]),
    ("two character sets", &["application/json; charset=utf-8; charset=utf-16"]),
    ("two character sets, the good one last", &["application/json; charset=utf-16; charset=utf-8"]),
    ("a space in the type", &["application /json"]),
];

#[test]
fn a_page_of_another_site_makes_nothing_happen() {
    let (app, statements) = sqlite().counting();
    let act = document(ACT).to_string();
    for (what, types) in OTHER_TYPES {
        for accept in [GRAPHQL, JSON, "*/*", EVENTS] {
            for body in [GOOD, act.as_str()] {
                let mut headers = vec![("Accept", accept), ("Origin", "https://ailleurs.example.fr")];
                headers.extend(types.iter().map(|kind| ("Content-Type", *kind)));
                let answer = post(&app, body.to_owned(), &headers, what);
                expect_whole(&answer, "CONTENT_TYPE_UNSUPPORTED", what);
                let allowed = answer.headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN);
                assert!(allowed.is_none(), "{what}");
            }
        }
    }
    let kind = "multipart/form-data; boundary=x";
    for kind in
        [kind, " multipart/form-data; boundary=x", "Multipart/Form-Data; boundary=x", "multipart/form-data"]
    {
        for preflight in [None, Some("")] {
            let mut headers = vec![("Content-Type", kind), ("Accept", GRAPHQL)];
            headers.extend(preflight.map(|value| ("GraphQL-Require-Preflight", value)));
            let answer = post(&app, act.clone(), &headers, kind);
            expect_whole(&answer, "PREFLIGHT_REQUIRED", kind);
            headers[1] = ("Accept", EVENTS);
            expect(&post(&app, act.clone(), &headers, kind), "CONTENT_TYPE_UNSUPPORTED", kind);
        }
    }
    let asked = std::mem::take(&mut *statements.lock().unwrap());
    assert!(asked.is_empty(), "{asked:?}");
}

#[test]
fn an_address_asks_for_queries_and_does_nothing() {
    let subscription = "subscription { releasePublished { reference } }";
    let named = ACT.replacen("mutation", "mutation B", 1);
    let beside = json!({ "query": format!("query A {{ __typename }} {named}"), "operationName": "A" });
    for (what, body) in [
        ("an act", document(ACT)),
        (
            "an act with a name",
            json!({ "query": ACT.replacen("mutation", "mutation A", 1), "operationName": "A" }),
        ),
        ("an act beside a query", beside),
        ("a subscription", document(subscription)),
    ] {
        let around: [&[(&str, &str)]; 4] = [
            &[],
            &[("X-HTTP-Method-Override", "POST")],
            &[("X-HTTP-Method", "POST"), ("X-Method-Override", "POST")],
            &[("Content-Type", JSON)],
        ];
        for headers in around {
            let answer = send(sqlite(), Way::Address.request(&body, headers).unwrap(), what);
            expect_whole(&answer, "GET_MUST_QUERY", what);
            assert_eq!(answer.headers[header::ALLOW], "GET, POST", "{what}");
        }
    }
    // Nor by the digest of what somebody sent by POST.
    let app = sqlite().with_settings(|_| ());
    let act = document(ACT);
    expect_executed(&ask(&app, Way::Body, &persisting(&act), "to be kept").unwrap(), "to be kept");
    expect_executed(&ask(&app, Way::Body, &by_digest(&act), "kept").unwrap(), "kept");
    expect_whole(&ask(&app, Way::Address, &by_digest(&act), "kept").unwrap(), "GET_MUST_QUERY", "kept");
}

#[test]
fn an_address_does_nothing_where_answers_are_streamed_either() {
    // A page of another site sends this by `EventSource`, and browsers that look ahead send it again.
    let app = sqlite().with_settings(|_| ());
    let act = document(ACT);
    let named = ACT.replacen("mutation", "mutation A", 1);
    let beside = json!({ "query": format!("query B {{ __typename }} {named}"), "operationName": "B" });
    for body in [&act, &beside] {
        let answer = ask(&app, Way::EventsByAddress, body, "an act").unwrap();
        expect(&answer, "GET_MUST_QUERY", "an act");
    }
    expect_executed(&ask(&app, Way::Body, &persisting(&act), "to be kept").unwrap(), "to be kept");
    expect(&ask(&app, Way::EventsByAddress, &by_digest(&act), "kept").unwrap(), "GET_MUST_QUERY", "kept");
}

#[test]
fn a_request_is_of_the_method_that_it_was_sent_with() {
    for method in ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "QUERY"] {
        for accept in [GRAPHQL, EVENTS] {
            let request = Request::builder().method(method).uri("/graphql").header("Accept", accept);
            let request = request.header("Content-Type", JSON).header("X-HTTP-Method-Override", "POST");
            let answer = send(sqlite(), request.body(Body::from(GOOD)).unwrap(), method);
            expect_whole(&answer, "METHOD_NOT_ALLOWED", method);
            assert_eq!(answer.headers[header::ALLOW], "GET, POST", "{method}");
        }
    }
    let head = Request::head("/graphql?query=%7B__typename%7D").body(Body::empty()).unwrap();
    assert_eq!(sqlite().send(head).status, 405);
    for name in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
        let answer = post(sqlite(), GOOD, &[("Content-Type", JSON), (name, "DELETE")], name);
        assert_eq!(told(&answer)["data"]["__typename"], "Query", "{name}");
    }
}

#[test]
fn what_stands_in_the_address_and_what_in_the_body_are_not_mixed() {
    let good = encoded("{ __typename }");
    // A GET has no body that counts.
    for (address, expected) in
        [("/graphql".to_owned(), Some("REQUEST_INVALID")), (format!("/graphql?query={good}"), None)]
    {
        for body in [GOOD.to_owned(), document(ACT).to_string()] {
            let request = Request::get(&address).header("Content-Type", JSON).header("Accept", GRAPHQL);
            let answer = send(sqlite(), request.body(Body::from(body)).unwrap(), &address);
            assert_eq!(code(&answer).as_deref(), expected, "{address}: {}", start(&answer));
        }
    }
    // A POST has no address that counts.
    for (body, expected) in [("", Some("BAD_REQUEST")), ("{}", Some("REQUEST_INVALID")), (GOOD, None)] {
        let act = encoded(ACT);
        for address in [format!("/graphql?query={act}"), format!("/graphql?query={act}&_method=GET")] {
            let request = Request::post(&address).header("Content-Type", JSON).header("Accept", GRAPHQL);
            let answer = send(sqlite(), request.body(Body::from(body)).unwrap(), &address);
            assert_eq!(code(&answer).as_deref(), expected, "{body}: {}", start(&answer));
        }
    }
    for (what, parameters) in [
        ("the document twice", format!("query={good}&query={good}")),
        ("anything twice", format!("query={good}&a=1&a=1")),
        ("variables that are a list", format!("query={good}&variables=%5B%5D")),
        ("variables that are no JSON", format!("query={good}&variables=%7B")),
        ("variables 1,000 lists deep", format!("query={good}&variables=%7B%22a%22:{}", "%5B".repeat(1_000))),
        ("extensions that are a number", format!("query={good}&extensions=7")),
        ("no digest", "documentId=..%2F..%2Fetc%2Fpasswd".to_owned()),
        ("a list in the name", format!("query[]={good}")),
    ] {
        let answer = get(&format!("/graphql?{parameters}"), &[("Accept", GRAPHQL)], what);
        expect_whole(&answer, "REQUEST_INVALID", what);
        expect(&get(&format!("/graphql?{parameters}"), &[("Accept", EVENTS)], what), "REQUEST_INVALID", what);
    }
    for parameters in ["query=%FF%FE", "query=%00", "query=%", "query=%C0%AF"] {
        let answer = get(&format!("/graphql?{parameters}"), &[("Accept", GRAPHQL)], parameters);
        expect_whole(&answer, "SYNTAX_INVALID", parameters);
    }
}

#[test]
fn headers_that_are_very_long_cost_what_they_weigh() {
    let many = |of: &str| vec![of; 10_000].join(", ");
    let url = "/graphql?query=%7B__typename%7D";
    let accept = |value: &str, what: &str| get(url, &[("Accept", value)], what);
    for (what, value) in [
        ("JSON last", format!("{}, {JSON}", many("text/html;q=0.9"))),
        ("JSON 10,000 times", many("application/json;q=0.1")),
        ("weights that are none", format!("{}, {JSON}", many("application/json;q=NaN"))),
        ("100,000 parameters", format!("{JSON}{}", ";a=b".repeat(100_000))),
    ] {
        let answer = accept(&value, what);
        assert_eq!(answer.status, 200, "{what}: {}", start(&answer));
    }
    for (what, value) in [
        ("10,000 others", many("text/html")),
        ("10,000 that are refused", many("application/json;q=0")),
        ("weights that are none", many("application/json;q=NaN")),
        ("commas", ",".repeat(100_000)),
        ("one of 100,000 letters", "a".repeat(100_000)),
        ("events, but not first", format!("text/html, {EVENTS}")),
    ] {
        expect_whole(&accept(&value, what), "NOT_ACCEPTABLE", what);
    }
    let first = get(url, &[], "a tag");
    let tag = first.headers[header::ETAG].to_str().unwrap().to_owned();
    for (what, value, expected) in [
        ("10,000 tags", many("\"a\""), 200),
        ("10,000 weak marks", "W/".repeat(10_000), 200),
        ("the tag after 10,000 others", format!("{}, {tag}", many("\"a\"")), 304),
        ("quotes", "\"".repeat(100_000), 200),
    ] {
        assert_eq!(get(url, &[("If-None-Match", &value)], what).status, expected, "{what}");
    }
    for (name, value, expected) in [
        ("Accept-Language", many("fr;q=0.1"), None),
        ("Cookie", many("a=b"), None),
        ("X-Forwarded-For", many("127.0.0.1"), None),
        ("Origin", "h".repeat(100_000), None),
        ("X-Purpose", "A".repeat(100_000), Some("PURPOSE_INVALID")),
        ("Authorization", format!("Bearer {}", "A".repeat(100_000)), Some("TOKEN_INVALID")),
        ("Authorization", format!("Bearer {}", ".".repeat(100_000)), Some("TOKEN_INVALID")),
    ] {
        let answer = get(url, &[(name, &value)], name);
        assert_eq!(code(&answer).as_deref(), expected, "{name}: {}", start(&answer));
    }
    for (name, expected) in [
        ("Accept", None),
        ("Accept-Language", None),
        ("If-None-Match", None),
        ("X-Purpose", Some("PURPOSE_INVALID")),
        ("Authorization", Some("TOKEN_INVALID")),
        ("Content-Type", Some("CONTENT_TYPE_UNSUPPORTED")),
    ] {
        // Bytes that are no text.
        let bytes = HeaderValue::from_bytes(b"\xff\xfe").unwrap();
        let mut request = Request::post("/graphql").body(Body::from(GOOD)).unwrap();
        request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
        request.headers_mut().insert(header::HeaderName::try_from(name).unwrap(), bytes);
        let answer = send(sqlite(), request, name);
        assert_eq!(code(&answer).as_deref(), expected, "{name}: {}", start(&answer));
    }
}

#[test]
fn a_text_that_looks_like_a_file_is_no_fault_of_ours() {
    let staging = "mutation($file: Upload!) { stageDelivery(input: { file: $file, source: \"CAF-ALLOC\", checkOnly: true }) { userErrors { code } } }";
    for text in [
        "#__graphql_file__:0",
        "#__graphql_file__:7",
        "#__graphql_file__:a",
        "#__graphql_file__:",
        "#__graphql_file__:-1",
        "#__graphql_file__:99999999999999999999",
    ] {
        let literal =
            staging.replacen("($file: Upload!)", "", 1).replacen("$file", &format!("\"{text}\""), 1);
        for body in [json!({ "query": staging, "variables": { "file": text } }), document(literal)] {
            for caller in ["public", "operator"] {
                let token = sqlite().token(who(caller)).map(|token| format!("Bearer {token}"));
                let headers: Vec<_> = token.iter().map(|token| ("Authorization", token.as_str())).collect();
                for way in [Way::Body, Way::Events] {
                    let answer = send(sqlite(), way.request(&body, &headers).unwrap(), text);
                    assert!(!answer.status.is_server_error(), "{text} ({way:?}): {}", start(&answer));
                    let code = code(&answer);
                    assert!(
                        code.as_ref().is_some_and(|code| code != "INTERNAL"),
                        "{text} ({way:?}): {}",
                        start(&answer)
                    );
                }
            }
        }
    }
}
