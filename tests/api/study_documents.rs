//! Documents of studies: attached, held until they are read, downloaded by whoever the study is for, and nobody else's.

use std::io::Write as _;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use entity::types::{Purpose, Role};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::support::app::{Answer, BOUNDARY, Caller, LARGEST_DOCUMENT, TestApp, multipart, own, who};

const fn caller(name: &'static str, partner: &'static str, roles: &'static [Role]) -> Caller {
    Caller { name, partner: Some(partner), roles, purpose: Some(Purpose::NeedsAnalysis), client: None }
}

const AUTHOR: Caller = caller("author", "CCAS-DIJON", &[Role::Analyst]);
const ELSEWHERE: Caller = caller("analyst elsewhere", "CCAS-CHENOVE", &[Role::Analyst]);
const READER: Caller = caller("reader", "COM-21166", &[Role::Reader]);
const ITS_REFERENT: Caller = caller("its referent", "COM-21166", &[Role::Referent]);
const NEVER: &str = "0123456789abcdef0123456789abcdef";

/// An ODT document that says a text, with another part.
fn document(text: &str, part: &str) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let content = format!("<d><p>{text}</p></d>");
    for (name, content) in [
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", content.as_str()),
        (part, "x"),
    ] {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn checksum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn attach(app: &TestApp, by: &Caller, study: &str, (name, file): (&str, &[u8])) -> Answer {
    let query = "mutation ($file: Upload!, $study: String!) {
        attachDocument(input: { study: $study, title: \"Rapport\", file: $file }) {
            study { status documents { reference } }
            document { reference title fileName kind mediaType size checksum attachedOn url link { url expiresAt } }
            userErrors { code message } } }";
    let operations = json!({ "query": query, "variables": { "file": null, "study": study } });
    let mut request = Request::post("/graphql")
        .header("Content-Type", format!("multipart/form-data; boundary={BOUNDARY}"))
        .header("GraphQL-Require-Preflight", "1");
    if let Some(token) = app.token(by) {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    app.send(request.body(Body::from(multipart(&operations, "variables.file", name, file))).unwrap())
}

fn attached(app: &TestApp, study: &str, name: &str, file: &[u8]) -> Value {
    attach(app, &AUTHOR, study, (name, file)).data()["attachDocument"].take()
}

fn act(app: &TestApp, by: &Caller, field: &str, input: &str) -> Value {
    let input = app.reading_over(field, input);
    let query = format!(
        "mutation {{ {field}(input: {{ {input} }}) {{ study {{ reference status }} userErrors {{ code message }} }} }}"
    );
    app.ask(by, &query).data()[field].take()
}

fn codes(payload: &Value) -> Vec<&str> {
    payload["userErrors"].as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect()
}

fn draft(app: &TestApp) -> String {
    let study = r#"study: { kind: THEMATIC, title: "Pauvreté", audience: SIGNATORIES, territories: ["21231"], indicators: ["PRE03"], citations: [{ indicator: "REV03", territory: "21231", period: "2021" }] }"#;
    act(app, &AUTHOR, "draftStudy", study)["study"]["reference"].as_str().unwrap().to_owned()
}

/// The value of the figure that the study cites, as it is written.
fn cited(app: &TestApp) -> String {
    let query =
        r#"{ territory(code: "21231") { observation(indicator: "REV03", period: "2021") { value } } }"#;
    let value = app.ask(who("public"), query).data()["territory"]["observation"]["value"].take();
    value.to_string().replace('.', ",")
}

/// Downloads by a path, with a token where somebody asks.
fn get(app: &TestApp, by: Option<&Caller>, path: &str) -> Answer {
    let mut request = Request::get(path).header("Accept-Language", "en");
    if let Some(token) = by.and_then(|by| app.token(by)) {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    app.send(request.body(Body::empty()).unwrap())
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap()
}

/// The link to the only document of a study, for somebody.
fn link(app: &TestApp, by: &Caller, study: &str) -> Value {
    let query =
        format!(r#"{{ study(reference: "{study}") {{ documents {{ link {{ url expiresAt }} }} }} }}"#);
    app.ask(by, &query).data()["study"]["documents"][0]["link"].take()
}

#[test]
fn a_document_is_what_its_content_says_and_only_authors_attach_it() {
    for app in own("study_documents") {
        let study = draft(&app);
        let text = document("Une étude", "styles.xml");
        for by in [&READER, who("public")] {
            assert_eq!(attach(&app, by, &study, ("a.odt", &text)).code().as_deref(), Some("FORBIDDEN"));
        }
        // To whoever writes studies elsewhere it is as one that never was; so it is to those who hand deliveries in.
        for by in [&ELSEWHERE, who("operator"), who("provider")] {
            let here = attach(&app, by, &study, ("a.odt", &text)).json();
            assert_eq!(here["data"]["attachDocument"]["userErrors"][0]["code"], "UNKNOWN", "{}", by.name);
            assert_eq!(here, attach(&app, by, "ETUDE-999999", ("a.odt", &text)).json(), "{}", by.name);
        }
        let payload = attached(&app, &study, "C:\\études\\rapport.pdf", &text);
        let told = &payload["document"];
        assert_eq!(
            json!([
                told["title"],
                told["fileName"],
                told["kind"],
                told["mediaType"],
                told["size"],
                told["checksum"]
            ]),
            json!([
                "Rapport",
                "rapport.pdf",
                "ODT",
                "application/vnd.oasis.opendocument.text",
                text.len(),
                checksum(&text)
            ])
        );
        for (bytes, code) in [
            (b"Du texte".to_vec(), "DOCUMENT_KIND"),
            (Vec::new(), "DOCUMENT_KIND"),
            (document("Une étude", "Basic/Standard/Module1.xml"), "DOCUMENT_PROGRAMS"),
        ] {
            let refused = attached(&app, &study, "a.odt", &bytes);
            assert_eq!((codes(&refused), &refused["document"]), (vec![code], &Value::Null));
        }
        let large = vec![0; LARGEST_DOCUMENT as usize + 1];
        let refused = attach(&app, &AUTHOR, &study, ("a.png", &large));
        assert_eq!(
            (refused.status, refused.code().as_deref()),
            (StatusCode::PAYLOAD_TOO_LARGE, Some("BODY_TOO_LARGE"))
        );

        // What was submitted and gets or loses a document is a draft again.
        let this = format!(r#"reference: "{study}""#);
        act(&app, &AUTHOR, "submitStudy", &this);
        let second = attached(&app, &study, "b.odt", &document("Annexe", "styles.xml"));
        assert_eq!(second["study"]["status"], "DRAFT");
        act(&app, &AUTHOR, "submitStudy", &this);
        let reference = second["document"]["reference"].as_str().unwrap();
        let path = second["document"]["url"].as_str().unwrap();
        assert_eq!(get(&app, Some(&AUTHOR), path).status, StatusCode::OK);
        let input = format!(r#"study: "{study}", document: "{reference}""#);
        assert_eq!(codes(&act(&app, &ELSEWHERE, "detachDocument", &input)), ["UNKNOWN"]);
        let taken_off = act(&app, &AUTHOR, "detachDocument", &input);
        assert_eq!((codes(&taken_off), &taken_off["study"]["status"]), (vec![], &json!("DRAFT")));
        assert_eq!(get(&app, Some(&AUTHOR), path).status, StatusCode::NOT_FOUND);
        assert_eq!(codes(&act(&app, &AUTHOR, "detachDocument", &input)), ["UNKNOWN"]);
    }
}

#[test]
fn a_document_that_says_more_than_is_cited_holds_the_publication_until_it_was_read() {
    for app in own("study_documents_read") {
        let study = draft(&app);
        let this = format!(r#"reference: "{study}""#);
        let supported = document(&format!("Le taux est de {} %.", cited(&app)), "styles.xml");
        attached(&app, &study, "a.odt", &supported);
        let telling = document("À Ahuy, 743 foyers.", "styles.xml");
        attached(&app, &study, "b.odt", &telling);
        // A picture may say anything.
        let scan = document("Voir l’image.", "Pictures/1.png");
        attached(&app, &study, "c.odt", &scan);
        act(&app, &AUTHOR, "submitStudy", &this);
        let publish = |accepted: &[&[u8]]| {
            let checksums: Vec<String> = accepted.iter().map(|bytes| checksum(bytes)).collect();
            let input = format!("{this}, acceptedDocuments: {checksums:?}");
            act(&app, who("operator"), "publishStudy", &input)
        };
        let held = publish(&[]);
        assert_eq!(codes(&held), ["DOCUMENT_UNREAD", "DOCUMENT_UNREAD", "DOCUMENT_UNREAD"], "{held}");
        let told = held["userErrors"].to_string();
        assert!(
            told.contains("743") && told.contains(&checksum(&telling)) && told.contains(&checksum(&scan))
        );
        let of = |bytes: &[u8]| {
            let errors = held["userErrors"].as_array().unwrap().iter();
            let messages = errors.map(|error| error["message"].as_str().unwrap().to_owned());
            messages.into_iter().find(|message| message.contains(&checksum(bytes))).unwrap()
        };
        // What a machine reads helps whoever reads it over; it vouches for nothing.
        assert!(of(&supported).ends_with("(lu par la machine)."), "{}", of(&supported));
        assert!(of(&telling).ends_with("(lu par la machine\u{a0}; 743)."), "{}", of(&telling));
        assert!(of(&scan).ends_with("(lu en partie par la machine)."), "{}", of(&scan));
        assert_eq!(codes(&publish(&[&telling, &supported])), ["DOCUMENT_UNREAD"]);
        assert_eq!(codes(&publish(&[&telling, &scan, &supported])), Vec::<&str>::new());
        let input = format!(r#"study: "{study}", document: "{NEVER}""#);
        assert_eq!(codes(&act(&app, &AUTHOR, "detachDocument", &input)), ["STUDY_STATE"]);
        assert_eq!(codes(&attached(&app, &study, "d.odt", &telling)), ["STUDY_STATE"]);
    }
}

#[test]
fn a_document_is_had_by_whoever_its_study_is_for_and_for_all_others_it_never_was() {
    for app in own("study_documents_had") {
        let other = app.another_instance();
        let study = draft(&app);
        let this = format!(r#"reference: "{study}""#);
        let bytes = document("Une étude.", "styles.xml");
        let payload = attached(&app, &study, "Étude d’août.odt", &bytes);
        let path = payload["document"]["url"].as_str().unwrap().to_owned();
        let reference = payload["document"]["reference"].as_str().unwrap().to_owned();
        let never = |by: Option<&Caller>| {
            let (here, there) = (get(&other, by, &path), get(&other, by, &format!("/documents/{NEVER}")));
            assert_eq!(here.status, StatusCode::NOT_FOUND);
            assert_eq!((here.text(), &here.headers), (there.text(), &there.headers));
            assert_eq!(here.json()["code"], "NOT_FOUND");
        };
        let not_theirs =
            [who("public"), who("processor"), who("analyst who never signed"), who("analyst who withdrew")];
        for by in [&READER, &ELSEWHERE, who("provider")].into_iter().chain(not_theirs) {
            never(Some(by));
        }
        never(None);
        act(&app, &AUTHOR, "submitStudy", &this);
        never(Some(&READER));
        assert_eq!(get(&other, Some(who("operator")), &path).bytes, bytes, "who publishes reads it first");
        let read = format!("{this}, acceptedDocuments: [{:?}]", checksum(&bytes).to_uppercase());
        assert_eq!(codes(&act(&app, who("operator"), "publishStudy", &read)), Vec::<&str>::new());

        let had = get(&other, Some(&READER), &path);
        assert_eq!((had.status, &had.bytes), (StatusCode::OK, &bytes));
        assert_eq!(header(&had, "observatory-partner"), "COM-21166");
        assert_eq!(header(&had, "observatory-purpose"), "NEEDS_ANALYSIS");
        assert_eq!(header(&had, "observatory-charter"), "39-2014");
        assert_eq!(header(&had, "content-type"), "application/vnd.oasis.opendocument.text");
        assert_eq!(header(&had, "x-content-type-options"), "nosniff");
        assert!(header(&had, "content-disposition").contains("filename*=UTF-8''%C3%89tude"));
        assert!(header(&had, "repr-digest").starts_with("sha-256=:"));
        assert!(header(&had, "cache-control").contains("no-store"));
        let aimless = Caller { purpose: None, ..READER };
        let refused = get(&other, Some(&aimless), &path);
        assert_eq!(
            (refused.status, &refused.json()["code"]),
            (StatusCode::FORBIDDEN, &json!("PURPOSE_INVALID"))
        );
        for by in not_theirs {
            never(Some(by));
        }

        // A link is good without a token, for this document alone, and for nobody who may no more.
        assert_eq!(link(&app, &aimless, &study), Value::Null);
        let signed = link(&app, &READER, &study)["url"].as_str().unwrap().to_owned();
        let had = get(&other, None, &signed);
        assert_eq!((had.status, &had.bytes), (StatusCode::OK, &bytes));
        assert_eq!(header(&had, "observatory-partner"), "COM-21166");
        assert_eq!(get(&other, None, &signed.replace(&reference, NEVER)).status, StatusCode::NOT_FOUND);
        assert_eq!(get(&other, None, &format!("{signed}x")).status, StatusCode::NOT_FOUND);
        assert_eq!(get(&other, Some(&READER), &signed).status, StatusCode::BAD_REQUEST);
        let token = signed.split_once("link=").unwrap().1;
        let request = Request::get(&path).header("Authorization", format!("Bearer {token}"));
        let answer = app.send(request.body(Body::empty()).unwrap());
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "a link is no token");

        // A program of the partner has links as its readers do, until it is revoked.
        let issue = r#"mutation { issueClient(input: { partner: "COM-21166", client: "intranet", purposes: [NEEDS_ANALYSIS], until: "2027-06-30" }) { token userErrors { code } } }"#;
        let program = app.ask(&ITS_REFERENT, issue).data()["issueClient"]["token"].take();
        let query = format!(r#"{{ study(reference: "{study}") {{ documents {{ link {{ url }} }} }} }}"#);
        let request = Request::post("/graphql")
            .header("Content-Type", "application/json")
            .header("X-Purpose", "NEEDS_ANALYSIS")
            .header("Authorization", format!("Bearer {}", program.as_str().unwrap()));
        let answer = app.send(request.body(Body::from(json!({ "query": query }).to_string())).unwrap());
        let its = answer.data()["study"]["documents"][0]["link"]["url"].as_str().unwrap().to_owned();
        assert_eq!(get(&other, None, &its).bytes, bytes);
        let revoke = r#"mutation { revokeClient(input: { partner: "COM-21166", client: "intranet" }) { userErrors { code } } }"#;
        assert_eq!(app.ask(&ITS_REFERENT, revoke).data()["revokeClient"]["userErrors"], json!([]));
        assert_eq!(get(&other, None, &its).status, StatusCode::UNAUTHORIZED);
        assert_eq!(get(&other, None, &signed).bytes, bytes, "the links of others are good");

        // The log keeps who opened what.
        let query = "{ accessLog(first: 100) { nodes { subject partner purpose operationName } } }";
        let records = app.ask(who("operator"), query).data()["accessLog"]["nodes"].to_string();
        assert!(records.contains(&format!("document {study} ")), "{records}");

        let leave =
            r#"mutation { withdrawFromCharter(input: { partner: "COM-21166" }) { userErrors { code } } }"#;
        assert_eq!(app.ask(&ITS_REFERENT, leave).data()["withdrawFromCharter"]["userErrors"], json!([]));
        never(Some(&READER));
        assert_eq!(get(&other, None, &signed).status, StatusCode::NOT_FOUND);
        act(&app, &AUTHOR, "withdrawStudy", &this);
        never(Some(&ELSEWHERE));
    }
}

/// A PDF of a page whose font maps four thousand million codes: 900 bytes that a reader may take for ever to unfold.
fn endless() -> Vec<u8> {
    let map = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CMapName /X def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<00000000> <FFFFFFFF>",
        "endcodespacerange",
        "1 beginbfrange",
        "<00000000> <FFFFFFFF> <0041>",
        "endbfrange",
        "endcmap",
        "CMapName currentdict /CMap defineresource pop",
        "end",
        "end\n",
    ]
    .join("\n");
    let page = "BT /F1 24 Tf 20 100 Td (x) Tj ET";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{page}\nendstream", page.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{map}\nendstream", map.len()),
    ];
    let mut file = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        places.push(file.len());
        file.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let table = file.len();
    file.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1));
    for place in places {
        file.push_str(&format!("{place:010} 00000 n \n"));
    }
    file.push_str(&format!(
        "trailer << /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n",
        objects.len() + 1
    ));
    file.into_bytes()
}

#[test]
fn a_document_that_never_ends_takes_nothing_of_the_server_and_is_not_taken_for_read() {
    let app = own("study_documents_endless").remove(0);
    let study = draft(&app);
    let payload = attached(&app, &study, "a.pdf", &endless());
    assert_eq!(codes(&payload), Vec::<&str>::new(), "{payload}");
    let this = format!(r#"reference: "{study}""#);
    act(&app, &AUTHOR, "submitStudy", &this);
    let held = act(&app, who("operator"), "publishStudy", &this);
    assert_eq!(codes(&held), ["DOCUMENT_UNREAD"]);
    assert!(held.to_string().contains("lu en partie par la machine"), "{held}");
}
