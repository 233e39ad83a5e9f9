//! Names that lead elsewhere: identifiers and cursors that nobody was given, paths, names of files.

use axum::{
    body::Body,
    http::{Request, header},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD},
};
use entity::types::{Purpose, Role};
use serde_json::json;

use super::{GRAPHQL, WAYS, Way, ask, code, expect, expect_whole, send, start, told};
use crate::support::app::{
    Answer, BOUNDARY, Caller, TestApp, everywhere, multipart, own_embedded, sqlite, who,
};

/// A text as identifiers and cursors are written.
fn opaque(text: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// Identifiers that nobody was given; a new one is a line.
fn forged() -> Vec<(&'static str, String)> {
    let good = opaque("territory:COMMUNE:21231:2021");
    vec![
        ("nothing", String::new()),
        ("a code", "21231".to_owned()),
        ("a number", "1".to_owned()),
        ("a path", "../../etc/passwd".to_owned()),
        ("a statement", "' OR '1'='1".to_owned()),
        ("no kind", opaque("21231")),
        ("a kind alone", opaque("territory")),
        ("no code", opaque("territory:COMMUNE")),
        ("no vintage", opaque("territory:COMMUNE:21231")),
        ("a vintage of before", opaque("territory:COMMUNE:21231:1800")),
        ("a vintage that is a text", opaque("territory:COMMUNE:21231:now")),
        ("a vintage out of range", opaque("territory:COMMUNE:21231:99999999999")),
        ("something more", opaque("territory:COMMUNE:21231:2021:more")),
        ("a level of another spelling", opaque("territory:commune:21231:2021")),
        ("a pattern", opaque("territory:COMMUNE:%:2021")),
        ("a kind of another spelling", opaque("TERRITORY:COMMUNE:21231:2021")),
        ("another kind", opaque("user:1")),
        ("a partner that is a statement", opaque("partner:' OR 1=1 --")),
        ("an indicator that is a path", opaque("indicator:../..")),
        ("an indicator with the end of a line", opaque("indicator:PRE03\n")),
        ("an indicator with a NUL", opaque("indicator:PRE03\0")),
        ("bytes that are no text", opaque(b"study:\xff\xfe")),
        ("padding", format!("{good}==")),
        ("twice written", opaque(&good)),
        ("cut off", good[..good.len() - 1].to_owned()),
        ("a letter more", format!("{good}A")),
        ("small letters", good.to_lowercase()),
        ("a space before", format!(" {good}")),
        ("the end of a line after", format!("{good}\n")),
        ("another letter for nothing", format!("{}R", &good[..good.len() - 1])),
        ("the other alphabet", STANDARD.encode("study:???>>>")),
        ("the padded alphabet", URL_SAFE.encode("study:ABCD")),
        ("100,000 letters", "A".repeat(100_000)),
    ]
}

#[test]
fn an_identifier_that_nobody_was_given_is_refused() {
    let app = sqlite().with_settings(|settings| settings.batch_limit = 2);
    for (what, id) in forged() {
        let one = json!({ "query": "query($id: ID!) { node(id: $id) { id } }", "variables": { "id": id } });
        let several = json!({ "query": "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", "variables": { "ids": [id, id] } });
        for body in [one, several] {
            for way in WAYS {
                let Some(answer) = ask(&app, way, &body, what) else { continue };
                expect(&answer, "IDENTIFIER_INVALID", what);
            }
        }
    }
}

#[test]
fn an_identifier_of_what_is_not_there_or_of_another_kind_names_nothing() {
    for app in everywhere() {
        for text in [
            "partner:21231",
            "indicator:21231",
            "study:",
            "study:' OR 1=1 --",
            "source:*",
            "release:%",
            "release:CAF-ALLOC",
            "agreement:' OR ''='",
            "delivery:../../etc/passwd",
            "use-request:%00",
            "event:\0",
            "study:study:study:",
        ] {
            for caller in ["public", "analyst"] {
                let query = format!("{{ node(id: \"{}\") {{ id __typename }} }}", opaque(text));
                let data = app.ask(who(caller), &query).data();
                assert_eq!(data, json!({ "node": null }), "{text}, {caller}");
            }
        }
    }
}

#[test]
fn a_cursor_that_nobody_was_given_is_refused_or_is_a_place_in_its_list() {
    for app in everywhere() {
        let ask = |list: &str, cursor: &str| {
            let body = json!({
                "query": format!("query($at: String) {{ {list} {{ totalCount }} }}"), "variables": { "at": cursor }
            });
            ask(app, Way::Body, &body, list).unwrap()
        };
        for list in ["territories", "indicators", "sources", "studies", "partners", "releases"] {
            let others = ["", "territory|", "accessLog|1", "observations|1 1 1 1"].map(opaque);
            let own = ["", "|", "|' OR 1=1 --", "|-1", "|99999999999999999999", "|\0", "||", "|%"]
                .map(|key| opaque(format!("{list}{key}")));
            let spelt = ["", "%", "a", "../..", "' OR '1'='1", "AAAA", "\u{e9}"].map(str::to_owned);
            let padded = [URL_SAFE.encode(format!("{list}|a")) + "=", "A".repeat(100_000)];
            for cursor in others.iter().chain(&own).chain(&spelt).chain(&padded) {
                for paging in ["after: $at", "before: $at", "last: 1, before: $at"] {
                    let answer = ask(&format!("{list}({paging})"), cursor);
                    expect(&answer, "CURSOR_INVALID", &format!("{list}, {cursor:.40}"));
                }
            }
        }
    }
}

#[test]
fn a_place_among_figures_is_numbers_of_its_own_list() {
    let list = "observations(filter: { indicators: [\"PRE03\"], level: COMMUNE }, first: 2, after: $at)";
    for app in everywhere() {
        let bearer = format!("Bearer {}", app.token(who("operator")).unwrap());
        let after = |cursor: Option<&str>| {
            let body = json!({
                "query": format!("query($at: String) {{ {list} {{ pageInfo {{ endCursor }} }} }}"),
                "variables": { "at": cursor },
            });
            let request = Way::Body.request(&body, &[("Authorization", &bearer)]).unwrap();
            send(app, request, cursor.unwrap_or("the start"))
        };
        let given = told(&after(None))["data"]["observations"]["pageInfo"]["endCursor"].take();
        let given = URL_SAFE_NO_PAD.decode(given.as_str().unwrap()).unwrap();
        let given = String::from_utf8(given).unwrap();
        let (name, key) = given.split_once('|').unwrap();
        let all = |place: &str| key.split(' ').map(|_| place).collect::<Vec<_>>().join(" ");
        for forged in
            ["", "a", "' OR 1=1 --", &all("NaN"), &all("inf"), &format!("{key} 1"), &format!("{key}x")]
        {
            expect(&after(Some(&opaque(format!("{name}|{forged}")))), "CURSOR_INVALID", forged);
        }
        expect(&after(Some(&opaque(format!("observations|{key}")))), "CURSOR_INVALID", "another list");
        // Any other numbers are a place, before or after all figures where they are none of theirs.
        for place in ["-1", "0.5", "1e308", "-1e308", "99999999999"] {
            let answer = after(Some(&opaque(format!("{name}|{}", all(place)))));
            assert!(!answer.status.is_server_error(), "{place}: {}", start(&answer));
            assert_eq!(code(&answer), None, "{place}: {}", start(&answer));
        }
    }
}

/// Paths that lead elsewhere, as they stand in an address.
const PATHS: &[&str] = &[
    "..",
    "%2e%2e",
    "..%2f..%2f..%2fetc%2fpasswd",
    "..%5c..%5cwindows%5cwin.ini",
    "%252e%252e%252fetc%252fpasswd",
    "%2fetc%2fpasswd",
    "....%2f%2f....%2f%2fetc",
    "%c0%ae%c0%ae%c0%af",
    "%00",
    "csv%00",
    "csv%0d%0aX-Other:%20a",
    "%ff%fe",
    "file:%2f%2f%2fetc%2fpasswd",
    "http:%2f%2f169.254.169.254%2f",
    "0123456789abcdef0123456789abcdef%2f..%2f..",
    "0123456789abcdef0123456789abcdef.pdf",
    "'%20OR%20'1'='1",
    "*",
    "CON",
    "vault.key",
    "%7B%7B7*7%7D%7D",
];

#[test]
fn a_path_leads_to_nothing_but_what_is_named() {
    let token = format!("Bearer {}", sqlite().token(who("operator")).unwrap());
    for path in PATHS.iter().map(|path| (*path).to_owned()).chain(["a".repeat(50_000)]) {
        for room in ["documents", "export", "chart", "map", "profile"] {
            for authorization in [None, Some(token.as_str())] {
                let address = format!("/{room}/{path}");
                let mut request = Request::get(&address).header("Accept-Language", "en");
                if let Some(authorization) = authorization {
                    request = request.header(header::AUTHORIZATION, authorization);
                }
                let answer = send(sqlite(), request.body(Body::empty()).unwrap(), &address);
                expect_nothing(&answer, &address);
                assert_eq!(code(&answer).as_deref(), Some("NOT_FOUND"), "{address:.80}: {}", start(&answer));
            }
        }
    }
    // What is not one name is no address of ours.
    for address in [
        "/documents/../../etc/passwd",
        "/documents/",
        "/export/../graphql",
        "/documents/a/b",
        "//graphql",
        "/graphql/",
        "/graphql/..",
        "/GRAPHQL",
        "/.well-known/../health/live",
        "/.env",
        "/.git/config",
        "/metrics",
        "/data/keys/vault.key",
        "/observatoire.toml",
        "/debug/pprof",
        "/%2e%2e/data/keys/vault.key",
    ] {
        let request = Request::get(address).header(header::AUTHORIZATION, &token);
        let answer = send(sqlite(), request.body(Body::empty()).unwrap(), address);
        expect_nothing(&answer, address);
    }
}

fn expect_nothing(answer: &Answer, address: &str) {
    assert_eq!(answer.status, 404, "{address:.80}: {}", start(answer));
    let text = answer.text();
    assert!(!text.contains("root:") && !text.contains("PRIVATE KEY"), "{address:.80}: {}", start(answer));
    assert!(!answer.headers.contains_key("x-other"), "{address:.80}");
}

#[test]
fn parameters_of_addresses_are_refused_by_name() {
    let many = "REV02,".repeat(5_000);
    let deep = "%5B".repeat(10_000);
    for (address, expected) in [
        ("/export/csv".to_owned(), None),
        ("/export/csv?indicators=REV02&indicators=REV03&level=COMMUNE".to_owned(), Some("BAD_REQUEST")),
        (format!("/export/csv?indicators={many}&level=COMMUNE"), Some("FILTER_INVALID")),
        (format!("/export/csv?indicators={deep}&level=COMMUNE"), None),
        ("/export/csv?indicators='%20OR%201=1&level=COMMUNE".to_owned(), None),
        ("/export/csv?other=../../etc/passwd".to_owned(), Some("BAD_REQUEST")),
        (
            "/chart/svg?kind=BAR&indicators=REV03&level=COMMUNE&periods=2021&width=999999999999".to_owned(),
            None,
        ),
        ("/chart/png?kind=BAR&indicators=REV03&level=COMMUNE&periods=2021&width=-1".to_owned(), None),
        ("/profile/html?territory=%3Cscript%3E".to_owned(), None),
        ("/profile/html?territory=21231&template=..%2F..%2Fetc%2Fpasswd".to_owned(), None),
        ("/map/svg?indicator=%3Cscript%3E&level=COMMUNE".to_owned(), None),
    ] {
        let request = Request::get(&address).header("Accept-Language", "en").body(Body::empty()).unwrap();
        let answer = send(sqlite(), request, &address);
        let code = code(&answer);
        assert!(answer.status.is_client_error(), "{address:.80}: {} {}", answer.status, start(&answer));
        assert!(code.is_some(), "{address:.80}: {}", start(&answer));
        assert!(expected.is_none() || code.as_deref() == expected, "{address:.80}: {}", start(&answer));
        let kind = answer.headers[header::CONTENT_TYPE].to_str().unwrap();
        // What was sent comes back as data, never as a page.
        assert!(kind.starts_with("application/problem+json"), "{address:.80}: {kind}");
    }
}

const AUTHOR: Caller = Caller {
    name: "author",
    partner: Some("CCAS-DIJON"),
    roles: &[Role::Analyst],
    purpose: Some(Purpose::NeedsAnalysis),
    client: None,
};

/// The smallest picture.
const PICTURE: &[u8] = include_bytes!("../acts/point.png");

/// Sends the bytes of a multipart request.
fn hand_in(app: &TestApp, caller: &Caller, kind: &str, bytes: Vec<u8>, what: &str) -> Answer {
    let mut request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, kind)
        .header("GraphQL-Require-Preflight", "1")
        .header(header::ACCEPT, GRAPHQL)
        .header(header::ACCEPT_LANGUAGE, "en");
    if let Some(token) = app.token(caller) {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    send(app, request.body(Body::from(bytes)).unwrap(), what)
}

#[test]
fn the_name_of_a_file_is_a_name_and_leads_nowhere() {
    let app = own_embedded();
    let drafted = "mutation { draftStudy(input: { study: { kind: THEMATIC, title: \"Besoins\", audience: SIGNATORIES } }) { study { reference } userErrors { code } } }";
    let study = app.ask(&AUTHOR, drafted).data()["draftStudy"]["study"]["reference"].take();
    let attach = "mutation ($file: Upload!, $study: String!) { attachDocument(input: { study: $study, title: \"Rapport\", file: $file }) { document { reference fileName } userErrors { code } } }";
    let operations = json!({ "query": attach, "variables": { "file": null, "study": study } });
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let mut taken = 0;
    for (at, name) in [
        "../../../../etc/passwd",
        "/etc/cron.d/observatoire",
        "C:/Windows/win.ini",
        "....//....//point.png",
        "%2e%2e%2fpoint.png",
        "point.png/../../../vault.key",
        "$(id).png",
        "'; DROP TABLE study; --.png",
        "<script>alert(1)</script>.png",
        "{{7*7}}.png",
        "\u{202e}gnp.exe",
        "\u{e9}t\u{e9}.png",
        ".htaccess",
        "..",
    ]
    .into_iter()
    .enumerate()
    {
        // A file is known once in a study: each is another one.
        let mut file = PICTURE.to_vec();
        file.extend_from_slice(&[at as u8 + 1; 3]);
        let body = multipart(&operations, "variables.file", name, &file);
        let answer = hand_in(&app, &AUTHOR, &kind, body, name);
        assert!(!answer.status.is_server_error(), "{name}: {}", start(&answer));
        let payload = told(&answer)["data"]["attachDocument"].take();
        let Some(kept) = payload["document"]["fileName"].as_str() else {
            // Refused for its own reason, which is one that clients can read.
            let is_told = payload["userErrors"][0]["code"].is_string() || code(&answer).is_some();
            assert!(is_told, "{name}: {}", start(&answer));
            continue;
        };
        taken += 1;
        assert!(!kept.contains(['/', '\\']) && !kept.contains(char::is_control), "{name}: {kept}");
        let path = format!("/documents/{}", payload["document"]["reference"].as_str().unwrap());
        let token = format!("Bearer {}", app.token(&AUTHOR).unwrap());
        let request = Request::get(&path).header(header::AUTHORIZATION, token).body(Body::empty()).unwrap();
        // The bytes are the author's own: only what is said of them is looked at.
        let answer = app.send(request);
        assert_eq!((answer.status.as_u16(), &answer.bytes), (200, &file), "{name}");
        let disposition = answer.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert!(disposition.starts_with("attachment; filename=\""), "{name}: {disposition}");
        assert!(!disposition.contains(['/', '\\', '<', '\r', '\n']), "{name}: {disposition}");
        assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{name}");
    }
    assert!(taken > 5, "only {taken} names were taken");
}

/// A part of a multipart request.
fn part(name: &str, text: &str) -> String {
    format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
}

#[test]
fn a_multipart_request_that_is_none_is_refused() {
    const QUERY: &str = r#"{"query":"mutation ($file: Upload!) { attachDocument(input: { study: \"none\", title: \"a\", file: $file }) { userErrors { code } } }","variables":{"file":null}}"#;
    const MAP: &str = r#"{"0":["variables.file"]}"#;
    let end = format!("--{BOUNDARY}--\r\n");
    let operations = part("operations", QUERY);
    let file = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"0\"; filename=\"a.png\"\r\n\r\na\r\n"
    );
    let with_map = |map: &str| format!("{operations}{}{file}{end}", part("map", map));
    let with_operations = |text: &str| format!("{}{}{file}{end}", part("operations", text), part("map", MAP));
    let map = part("map", MAP);
    let deep = format!(r#"{{"query":"{{ __typename }}","variables":{{"file":{}}}}}"#, "[".repeat(50_000));
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let bad = "BAD_REQUEST";
    for (what, bytes, code) in [
        ("nothing", String::new(), bad),
        ("an end alone", end.clone(), bad),
        ("no map", format!("{operations}{file}{end}"), bad),
        ("no file", format!("{operations}{map}{end}"), bad),
        ("the map first", format!("{map}{operations}{file}{end}"), bad),
        ("the file first", format!("{file}{operations}{map}{end}"), bad),
        ("two files", format!("{operations}{map}{file}{file}{end}"), bad),
        ("10,000 parts", format!("{operations}{map}{file}{}{end}", part("a", "b").repeat(10_000)), bad),
        ("no end", format!("{operations}{map}{file}"), bad),
        ("a map that is a list", with_map("[]"), bad),
        ("an empty map", with_map("{}"), bad),
        ("a map to two places", with_map(r#"{"0":["variables.file","variables.other"]}"#), bad),
        ("a map of two files", with_map(r#"{"0":["variables.file"],"1":["variables.file"]}"#), bad),
        (
            "a map of 10,000 letters",
            with_map(&format!(r#"{{"0":["{}"]}}"#, "a".repeat(10_000))),
            "BODY_TOO_LARGE",
        ),
        ("operations that are a list", with_operations(&format!("[{QUERY}]")), "BATCH_UNSUPPORTED"),
        ("operations that are no JSON", with_operations("{"), bad),
        ("operations 50,000 lists deep", with_operations(&deep), bad),
        (
            "operations with the document twice",
            with_operations(r#"{"query":"{ a }","query":"{ b }"}"#),
            "REQUEST_INVALID",
        ),
        ("operations of 300,000 bytes", with_operations(&" ".repeat(300_000)), "BODY_TOO_LARGE"),
        (
            "a bomb of lists in the document",
            with_operations(&json!({ "query": format!("{{ a(b: {}) }}", "[".repeat(1_000)) }).to_string()),
            "TOO_COMPLEX",
        ),
        (
            "a subscription",
            with_operations(r#"{"query":"subscription { releasePublished { reference } }"}"#),
            "SUBSCRIPTION_NEEDS_STREAM",
        ),
    ] {
        let answer = hand_in(sqlite(), &AUTHOR, &kind, bytes.clone().into_bytes(), what);
        expect(&answer, code, what);
        assert!(told(&answer).get("data").is_none(), "{what}: {}", start(&answer));
        // Whoever may bring no file is told so, whatever the file is.
        expect(&hand_in(sqlite(), who("public"), &kind, bytes.into_bytes(), what), "FORBIDDEN", what);
    }
    let good = with_map(MAP);
    for kind in [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=other",
        "multipart/form-data-other; boundary=x-boundary-x",
        &format!("multipart/form-data; boundary={}", "a".repeat(100_000)),
    ] {
        let answer = hand_in(sqlite(), &AUTHOR, kind, good.clone().into_bytes(), kind);
        expect_whole(&answer, "BAD_REQUEST", "a boundary");
    }
    // A place for the file that is no variable is none.
    for place in
        ["variables", "variables.", "query", "__proto__.file", "variables.file.0.a", "variables.other", ""]
    {
        let answer = hand_in(
            sqlite(),
            &AUTHOR,
            &kind,
            with_map(&json!({ "0": [place] }).to_string()).into_bytes(),
            place,
        );
        expect(&answer, "VALIDATION_FAILED", place);
    }
}
