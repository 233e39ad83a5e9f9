//! Deliveries handed in over the API: who may, what comes back, and that no value of a file ever does.

use std::{collections::BTreeSet, path::Path, process::Command};

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use crate::support::app::{Answer, BOUNDARY, CALLERS, Caller, TestApp, log, multipart, own, receiving, who};

const MUTATION: &str = "mutation ($input: StageDeliveryInput!) { stageDelivery(input: $input) {
    delivery { id reference state fileName rows accepted progress { phase fault }
      issueCounts { code severity count } issues(first: 500) { nodes { code severity line column message } }
      release { reference state } }
    userErrors { code message field } } }";

/// A multipart request with a file; the input's other fields as JSON.
fn parts(mut input: Value, name: &str, file: &[u8]) -> Vec<u8> {
    input["file"] = Value::Null;
    let operations = json!({ "query": MUTATION, "variables": { "input": input } });
    multipart(&operations, "variables.input.file", name, file)
}

fn send(app: &TestApp, caller: &Caller, body: Vec<u8>, preflight: bool) -> Answer {
    let mut request = Request::post("/graphql")
        .header("Content-Type", format!("multipart/form-data; boundary={BOUNDARY}"))
        .header("Accept-Language", "en");
    if preflight {
        request = request.header("GraphQL-Require-Preflight", "1");
    }
    if let Some(token) = app.token(caller) {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    app.send(request.body(Body::from(body)).unwrap())
}

/// Hands a file in and waits until it has been looked at.
fn hand_in(app: &TestApp, caller: &Caller, input: Value, name: &str, file: &[u8]) -> Value {
    let mut payload = send(app, caller, parts(input, name, file), true).data()["stageDelivery"].take();
    while payload["delivery"]["state"] == "RECEIVED" {
        let reference = payload["delivery"]["reference"].as_str().unwrap().to_owned();
        let query = format!(
            r#"{{ delivery(reference: "{reference}") {{ reference state release {{ reference }} issueCounts {{ code count }} issues(first: 500) {{ nodes {{ code line message }} }} }} }}"#
        );
        payload["delivery"] = app.ask(caller, &query).data()["delivery"].take();
    }
    payload
}

/// The synthetic deliveries of a year, as the command writes them.
fn synthetic(folder: &Path) -> Vec<u8> {
    let done = Command::new(env!("CARGO_BIN_EXE_observatoire"))
        .args(["demo", "--year", "2026", "--deliveries", folder.to_str().unwrap()])
        .env("OBSERVATOIRE_DATA", folder)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    std::fs::read(folder.join("CD21-FSL-2026.csv")).unwrap()
}

#[test]
fn a_processor_hands_in_plans_and_follows_a_delivery_on_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let file = synthetic(folder.path());
    for app in receiving() {
        let processor = who("processor");
        let input = json!({ "source": "CD21-FSL", "accept": ["MAGNITUDE_JUMP"] });
        let refused = hand_in(app, processor, json!({ "source": "CD21-FSL" }), "a.csv", &file);
        assert_eq!(refused["delivery"]["state"], "REFUSED", "a warning that nobody accepted");
        let checked = hand_in(
            app,
            processor,
            json!({ "source": "CD21-FSL", "checkOnly": true, "accept": ["MAGNITUDE_JUMP"] }),
            "a.csv",
            &file,
        );
        assert_eq!(checked["delivery"]["state"], "CHECKED", "{}", checked["delivery"]["issueCounts"]);
        assert!(checked["delivery"]["release"].is_null());
        let staged = hand_in(app, processor, input, "../../etc/fsl 2026.csv", &file);
        let delivery = &staged["delivery"];
        assert_eq!(delivery["state"], "STAGED", "{}", delivery["issueCounts"]);
        let reference = delivery["reference"].as_str().unwrap();
        let release = delivery["release"]["reference"].as_str().unwrap();
        let plan = format!(
            r#"mutation {{ planRelease(input: {{ reference: "{release}" }}) {{ report {{ total {{ shown }} }} userErrors {{ code }} }} }}"#
        );
        let planned = app.ask(processor, &plan).data();
        assert_eq!(planned["planRelease"]["userErrors"], json!([]), "{planned}");
        let follow = format!(
            r#"{{ delivery(reference: "{reference}") {{ id fileName state rows progress {{ phase done total interrupted fault }} planning {{ phase }} release {{ state }} report {{ total {{ shown masked }} }} }} }}"#
        );
        let seen = app.ask(processor, &follow).data()["delivery"].take();
        assert_eq!(seen["fileName"], "fsl 2026.csv", "a path is no name");
        assert_eq!(seen["progress"]["phase"], "DONE");
        assert_eq!(seen["planning"]["phase"], "DONE");
        assert_eq!(seen["release"]["state"], "PLANNED");
        assert!(seen["report"]["total"]["shown"].as_i64().unwrap() > 0);
        let node = format!(r#"{{ node(id: {}) {{ ... on Delivery {{ reference }} }} }}"#, seen["id"]);
        assert_eq!(app.ask(processor, &node).data()["node"]["reference"], reference);
        // What is another provider's, or nobody's to hand in, does not exist.
        for caller in CALLERS {
            let sees = ["processor", "operator"].contains(&caller.name);
            let node = app.ask(caller, &node).data()["node"].take();
            assert_eq!(node.is_null(), !sees, "{}", caller.name);
            let answer = app.ask(caller, &follow);
            match caller.name {
                "processor" | "operator" => assert!(!answer.data()["delivery"].is_null()),
                "provider" => assert!(answer.data()["delivery"].is_null()),
                _ => assert_eq!(answer.code().as_deref(), Some("FORBIDDEN"), "{}", caller.name),
            }
        }
        let withdraw = format!(
            r#"mutation {{ withdrawRelease(input: {{ reference: "{release}" }}) {{ userErrors {{ code }} }} }}"#
        );
        assert_eq!(app.ask(who("operator"), &withdraw).data()["withdrawRelease"]["userErrors"], json!([]));
    }
}

/// Callers who write studies.
const WRITERS: [&str; 5] = [
    "analyst",
    "analyst for urban policy",
    "analyst without purpose",
    "referent",
    "analyst with an unmasked grant",
];

#[test]
fn who_may_not_hand_in_is_told_so_and_a_form_of_another_site_is_no_request() {
    for app in receiving() {
        let body =
            || parts(json!({ "source": "CD21-FSL", "checkOnly": true }), "a.csv", b"territory;value\n");
        for caller in CALLERS {
            let answer = send(app, caller, body(), true);
            match caller.name {
                "processor" | "operator" => assert!(answer.data()["stageDelivery"]["delivery"].is_object()),
                "provider" => {
                    let payload = answer.data()["stageDelivery"].take();
                    assert_eq!(payload["userErrors"][0]["code"], "SOURCE_UNKNOWN", "{payload}");
                    let never = parts(json!({ "source": "CD21-XYZ" }), "a.csv", b"territory;value\n");
                    let never = send(app, caller, never, true).data()["stageDelivery"].take();
                    let swapped = payload.to_string().replace("CD21-FSL", "CD21-XYZ");
                    assert_eq!(never.to_string(), swapped, "not there and not yours are alike");
                }
                _ => {
                    // Those who write studies may send documents, so that the field refuses them and not the request.
                    let status = if WRITERS.contains(&caller.name) { 200 } else { 403 };
                    assert_eq!(answer.status.as_u16(), status, "{}", caller.name);
                    assert_eq!(answer.code().as_deref(), Some("FORBIDDEN"), "{}", caller.name);
                }
            }
            let answer = send(app, caller, body(), false);
            assert_eq!(answer.code().as_deref(), Some("PREFLIGHT_REQUIRED"), "{}", caller.name);
        }
    }
}

#[test]
fn a_request_that_is_no_multipart_request_is_refused_whole() {
    let app = &receiving()[0];
    let operator = who("operator");
    let whole = parts(json!({ "source": "CD21-FSL", "checkOnly": true }), "a.csv", b"territory;value\n");
    let text = String::from_utf8(whole.clone()).unwrap();
    let pieces: Vec<&str> = text.split(&format!("--{BOUNDARY}")).collect();
    let joined = |order: &[usize]| {
        let mut body: String = order.iter().map(|at| format!("--{BOUNDARY}{}", pieces[*at])).collect();
        body.push_str(&format!("--{BOUNDARY}--\r\n"));
        body.into_bytes()
    };
    for (name, body) in [
        ("nothing", Vec::new()),
        ("the file first", joined(&[3, 1, 2])),
        ("no file", joined(&[1, 2])),
        ("two files", joined(&[1, 2, 3, 3])),
        ("cut short", whole[..whole.len() - 30].to_vec()),
        ("a variable that is none", text.replace("variables.input.file", "variables.0.9").into_bytes()),
    ] {
        let answer = send(app, operator, body, true);
        let code = answer.code();
        let refused = ["BAD_REQUEST", "VALIDATION_FAILED"].contains(&code.as_deref().unwrap_or_default());
        assert!(refused, "{name}: {}", answer.text());
    }
    for file in ["#__graphql_file__:0", "#__graphql_file__:7"] {
        let body =
            json!({ "query": MUTATION, "variables": { "input": { "source": "CD21-FSL", "file": file } } });
        assert_eq!(
            app.ask_with(operator, &body, "en").code().as_deref(),
            Some("VALIDATION_FAILED"),
            "{file}"
        );
    }
    let large = parts(json!({ "source": "x".repeat(300_000) }), "a.csv", b"");
    assert_eq!(send(app, operator, large, true).code().as_deref(), Some("BODY_TOO_LARGE"));
    let unreadable =
        hand_in(app, operator, json!({ "source": "CD21-FSL" }), "a.csv.gz", b"\x1f\x8b\x08broken");
    assert_eq!(unreadable["delivery"]["state"], "FAILED", "{unreadable}");
    assert!(unreadable["delivery"]["progress"]["fault"].is_string(), "{unreadable}");
}

/// A file in which everything is wrong, with a number of its own in every cell.
fn faulty(file: &[u8]) -> (String, BTreeSet<String>) {
    let text = String::from_utf8(file.to_vec()).unwrap();
    let mut lines = text.lines();
    let header = lines.next().unwrap();
    let separator = if header.contains(';') { ';' } else { ',' };
    let at = header.split(separator).position(|column| column == "value").unwrap();
    let mut faulty = format!("{header}\n");
    let mut values = BTreeSet::new();
    for (number, line) in lines.enumerate() {
        let mut fields: Vec<String> = line.split(separator).map(str::to_owned).collect();
        let value = (7_000_003 + 9_973 * number).to_string();
        // What cannot be read is not added up: the last lines are readable, and add up to nothing.
        let broken = number < 100;
        fields[at] = match number % 7 {
            0 if broken => format!("-{value}"),
            1 if broken => format!("{value}.5"),
            2 if broken => format!("{value}x"),
            _ => value.clone(),
        };
        if broken && number % 11 == 3 {
            fields[0] = "99999".to_owned();
        }
        values.insert(value);
        faulty.push_str(&fields.join(&separator.to_string()));
        faulty.push('\n');
    }
    (faulty, values)
}

#[test]
fn no_value_of_a_refused_file_is_in_the_answer_the_log_or_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let (file, values) = faulty(&synthetic(folder.path()));
    assert!(values.len() > 400);
    for app in receiving() {
        let before = log().len();
        let payload =
            hand_in(app, who("operator"), json!({ "source": "CD21-FSL" }), "b.csv", file.as_bytes());
        let delivery = &payload["delivery"];
        assert_eq!(delivery["state"], "REFUSED", "{payload}");
        let codes: BTreeSet<&str> = delivery["issueCounts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|count| count["code"].as_str().unwrap())
            .collect();
        for code in
            ["UNKNOWN_TERRITORY", "NOT_A_NUMBER", "NEGATIVE_COUNT", "FRACTIONAL_COUNT", "TOTAL_DIFFERS"]
        {
            assert!(codes.contains(code), "{code} is missing in {codes:?}");
        }
        let kept = app.kept_of_deliveries();
        assert!(kept.contains("NEGATIVE_COUNT"), "the search looks where findings are");
        let logged = String::from_utf8_lossy(&log()[before..]).into_owned();
        let answer = payload.to_string();
        for value in &values {
            assert!(!answer.contains(value.as_str()), "the answer has {value}");
            assert!(!kept.contains(value.as_str()), "the database has {value}");
            assert!(!logged.contains(value.as_str()), "the log has {value}");
        }
    }
}

/// A plan binds what is as it was, so that its report tells whether a number that was handed in is the true one.
#[test]
fn who_does_not_provide_a_source_cannot_ask_the_vault_by_planning_guesses() {
    let file = b"territory;period;indicator;value\n21231;2025;LOG06;7\n";
    let accept = json!(["MAGNITUDE_JUMP", "MISSING_TERRITORY"]);
    for app in receiving() {
        for by in ["processor", "operator"] {
            let caller = who(by);
            let input = json!({ "source": "CD21-FSL", "accept": accept });
            let staged = hand_in(app, caller, input, "guess.csv", file);
            assert_eq!(staged["delivery"]["state"], "STAGED", "{}", staged["delivery"]["issueCounts"]);
            let release = staged["delivery"]["release"]["reference"].as_str().unwrap();
            let plan = format!(
                r#"mutation {{ planRelease(input: {{ reference: "{release}" }}) {{ report {{ total {{ shown }} }} userErrors {{ code }} }} }}"#
            );
            let planned = app.ask(caller, &plan).data()["planRelease"].take();
            assert_eq!(
                planned,
                json!({ "report": null, "userErrors": [{ "code": "NOT_THE_PROVIDERS" }] }),
                "{by}"
            );
        }
    }
}

#[test]
fn a_file_handed_in_again_is_the_same_delivery_until_it_is_published_and_then_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let file = synthetic(folder.path());
    for app in own("deliveries_again") {
        let operator = who("operator");
        let hand = |input: Value| {
            let mut input = input;
            let mut accepted = vec![json!("MAGNITUDE_JUMP")];
            accepted.extend(input["accept"].as_array().cloned().unwrap_or_default());
            input["accept"] = json!(accepted);
            hand_in(&app, operator, input, "fsl.csv", &file)
        };
        let kept = json!({ "source": "CD21-FSL", "keptMapping": true });
        assert_eq!(hand(kept.clone())["userErrors"][0]["code"], "MAPPING_INVALID", "none is kept yet");
        let vintage = observatoire::geography::Vintage::LATEST.year();
        let mapping = format!("source = \"CD21-FSL\"\nvintage = {vintage}\n");
        let first = hand(json!({ "mapping": mapping }));
        assert_eq!(first["delivery"]["state"], "STAGED", "{first}");
        let release = &first["delivery"]["release"]["reference"];
        let again = hand(kept.clone());
        assert_eq!(again["delivery"]["release"]["reference"], *release, "{again}");
        assert_ne!(again["delivery"]["reference"], first["delivery"]["reference"]);
        let other = hand(json!({ "source": "CD21-APA", "keptMapping": true }));
        assert_eq!(other["userErrors"][0]["code"], "MAPPING_INVALID", "each source keeps its own");
        for step in ["planRelease", "publishRelease"] {
            let step = format!(
                "mutation {{ step: {step}(input: {{ reference: {release} }}) {{ userErrors {{ code }} }} }}"
            );
            assert_eq!(app.ask(operator, &step).data()["step"]["userErrors"], json!([]));
        }
        let refused = hand(kept);
        assert_eq!(refused["delivery"]["state"], "REFUSED");
        let counts = &refused["delivery"]["issueCounts"];
        assert!(counts.to_string().contains("ALREADY_DELIVERED"), "{counts}");
        let accepted =
            hand(json!({ "source": "CD21-FSL", "keptMapping": true, "accept": ["ALREADY_DELIVERED"] }));
        assert_eq!(accepted["delivery"]["state"], "STAGED", "{accepted}");
        assert_ne!(accepted["delivery"]["release"]["reference"], *release);
    }
}

#[test]
fn a_processor_reads_nothing_of_what_another_one_handed_in() {
    let file = |value: u32| format!("territory;period;indicator;value\n21003;2031;PRE01;{value}\n");
    let input = |only_check: bool| {
        json!({
            "source": "CAF-ALLOC",
            "checkOnly": only_check,
            "accept": ["MISSING_TERRITORY", "PERIOD_AHEAD", "MAGNITUDE_JUMP"],
        })
    };
    for app in receiving() {
        let (provider, processor) = (who("provider"), who("processor"));
        let handed_in = hand_in(app, provider, input(false), "caf.csv", file(40).as_bytes());
        let delivery = &handed_in["delivery"];
        assert_eq!(delivery["state"], "STAGED", "{handed_in}");
        let release = delivery["release"]["reference"].as_str().unwrap();
        let reference = delivery["reference"].as_str().unwrap();
        let ask = format!(
            r#"{{ delivery(reference: "{reference}") {{ reference }} deliveries(last: 500) {{ nodes {{ reference }} }} }}"#
        );
        for (caller, reads) in [("provider", true), ("operator", true), ("processor", false)] {
            let data = app.ask(who(caller), &ask).data();
            assert_eq!(!data["delivery"].is_null(), reads, "{caller}");
            let nodes = data["deliveries"]["nodes"].as_array().unwrap();
            assert_eq!(nodes.iter().any(|node| node["reference"] == reference), reads, "{caller}");
        }
        // A guess that is right is told like one that is wrong, and is no delivery that is there already.
        let said = |value: u32| {
            let checked = hand_in(app, processor, input(true), "caf.csv", file(value).as_bytes());
            checked["delivery"]["issueCounts"].clone()
        };
        assert_eq!(said(40), said(41));
        let guessed = hand_in(app, processor, input(false), "caf.csv", file(40).as_bytes());
        assert_ne!(guessed["delivery"]["release"]["reference"], release, "{guessed}");
        // How many masks are there for themselves is told to the operator alone.
        let plan = format!(
            r#"mutation {{ planRelease(input: {{ reference: "{release}" }}) {{ report {{ total {{ shown sensitive }} revised exposedToInsiders }} userErrors {{ code }} }} }}"#
        );
        let planned = app.ask(processor, &plan).data()["planRelease"]["report"].take();
        for told in [&planned["total"]["sensitive"], &planned["revised"], &planned["exposedToInsiders"]] {
            assert!(told.is_null(), "{planned}");
        }
        assert!(planned["total"]["shown"].is_number(), "{planned}");
        let planned = app.ask(who("operator"), &plan).data();
        assert!(planned["planRelease"]["report"]["total"]["sensitive"].is_number(), "{planned}");
        let releases = [release, guessed["delivery"]["release"]["reference"].as_str().unwrap()];
        for release in releases {
            let withdraw = format!(
                r#"mutation {{ withdrawRelease(input: {{ reference: "{release}" }}) {{ userErrors {{ code }} }} }}"#
            );
            assert_eq!(
                app.ask(who("operator"), &withdraw).data()["withdrawRelease"]["userErrors"],
                json!([])
            );
        }
    }
}
