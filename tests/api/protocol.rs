//! What speaks to the server by protocols that others wrote down, with the packages of those who did: audits, clients, a
//! compiler. The programs are in `tests/protocol`; each prints a list of what it checked.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    path::PathBuf,
    process::{Command, Stdio},
    sync::OnceLock,
};

use chrono::{TimeDelta, Utc};
use observatoire::auth::token::LEEWAY_SECONDS;
use serde_json::{Value, json};

use crate::{
    acts::published,
    clients::tools,
    examples,
    support::app::{TestApp, own_embedded, sqlite, who},
};

/// Whose token the programs have.
const WHO: &str = "third-party dashboard";

/// Audits of GraphQL over HTTP that recommend what its text of 2026 no longer does: 400 where it is 422 by now, and 200 for
/// failures to whoever takes plain JSON.
const OUTDATED: [&str; 22] = [
    "423L", "LKJ0", "LKJ1", "LKJ2", "LKJ3", "6C00", "6C01", "6C02", "6C03", "4760", "4761", "4762", "4763",
    "58B0", "58B1", "58B2", "58B3", "3E3A", "572B", "FDE2", "7B9B", "86EE",
];

/// How many audits there are.
const AUDITS: usize = 61;

/// The folder of the programs with their packages; none where they cannot be run.
fn folder() -> Option<PathBuf> {
    static FOLDER: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    tools::ready("JavaScript, for protocols,", FOLDER.get_or_init(tools::protocols).clone())
}

/// A program that asks an observatory.
fn program(app: &TestApp, folder: PathBuf, name: &str) -> Command {
    let mut command = Command::new("node");
    command
        .current_dir(folder)
        .arg(name)
        .env("OBSERVATOIRE_URL", format!("http://{}", app.listen()))
        .env("OBSERVATOIRE_TOKEN", app.token(who(WHO)).unwrap())
        .env("NO_PROXY", "127.0.0.1");
    command
}

/// The list that a program prints.
pub fn printed(command: &mut Command) -> Vec<Value> {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What was said of each check, once all have passed.
pub fn passed(checks: &[Value]) -> BTreeMap<String, Value> {
    let failed: Vec<&Value> = checks.iter().filter(|check| check["passed"] != true).collect();
    assert!(failed.is_empty() && !checks.is_empty(), "{failed:#?}");
    let said = |check: &Value| (check["name"].as_str().unwrap().to_owned(), check["said"].clone());
    checks.iter().map(said).collect()
}

/// What was said of each check by a program that waits for a publication; it is made once the program says that it waits.
fn passed_with_a_publication(app: &TestApp, command: &mut Command) -> (BTreeMap<String, Value>, String) {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let (mut waits, mut rest) = (String::new(), String::new());
    output.read_line(&mut waits).unwrap();
    assert_eq!(waits, "subscribed\n");
    let reference = published(app);
    output.read_to_string(&mut rest).unwrap();
    assert!(child.wait().unwrap().success(), "{rest}");
    let checks: Vec<Value> = serde_json::from_str(&rest).unwrap();
    (passed(&checks), reference)
}

/// The audits that do not hold, by their identifiers. No more than what is recommended may be among them.
fn audited(app: &TestApp) -> Option<Vec<String>> {
    let audits = printed(&mut program(app, folder()?, "http.mjs"));
    assert_eq!(audits.len(), AUDITS);
    let failed: Vec<&Value> = audits.iter().filter(|audit| audit["status"] != "ok").collect();
    for audit in &failed {
        let _ = writeln!(std::io::stderr(), "{audit}");
        assert_ne!(audit["status"], "error", "{audit}");
    }
    Some(failed.iter().map(|audit| audit["id"].as_str().unwrap().to_owned()).collect())
}

/// What the API tells by itself of an example.
fn told(name: &str) -> Value {
    numbers(sqlite().ask_with(who(WHO), &examples::named(name), "en").data())
}

/// The same, with numbers as JavaScript has them: 16 and 16.0 are one.
fn numbers(value: Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(items) => Value::Array(items.into_iter().map(numbers).collect()),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, value)| (name, numbers(value))).collect())
        }
        other => other,
    }
}

/// The examples as a client prints them are as the API tells them, what is withheld included.
fn are_told(said: &BTreeMap<String, Value>, printed: &[(&str, &str)]) {
    for (name, example) in printed {
        let told = told(example);
        assert!(told.to_string().contains("STATISTICAL_SECRECY"), "nothing is withheld in {example}");
        assert_eq!(numbers(said[*name].clone()), told, "{name}");
    }
}

#[test]
fn what_graphql_over_http_demands_and_recommends_holds() {
    let Some(failed) = audited(sqlite()) else { return };
    assert_eq!(failed, OUTDATED);
    let legacy = sqlite().with_settings(|settings| settings.legacy_status = true);
    assert_eq!(audited(&legacy), Some(Vec::new()));
}

#[test]
fn the_protocol_over_web_sockets_holds() {
    let Some(folder) = folder() else { return };
    let app = own_embedded();
    let mut command = program(&app, folder, "socket.mjs");
    // Good for a few seconds, those included that two clocks may differ.
    let until = Utc::now() + TimeDelta::seconds(10 - LEEWAY_SECONDS.cast_signed());
    let short = app.token_between(who(WHO), until - TimeDelta::minutes(1), until).unwrap();
    command.env("OBSERVATOIRE_SHORT_TOKEN", short);
    let (said, reference) = passed_with_a_publication(&app, &mut command);
    for name in [
        "a publication is delivered to the client of graphql-ws",
        "a subscription that the client completed is told nothing more, another one is",
    ] {
        assert_eq!(said[name], reference.as_str(), "{name}");
    }
    assert!(said.contains_key("4403: a token that expires while a subscription runs"));
}

#[test]
fn the_protocol_over_server_sent_events_holds() {
    let Some(folder) = folder() else { return };
    let app = own_embedded();
    let mut command = program(&app, folder, "events.mjs");
    let (said, reference) = passed_with_a_publication(&app, &mut command);
    assert_eq!(said["a publication is delivered to the client of graphql-sse"], reference.as_str());
}

#[test]
fn relay_compiles_documents_and_follows_pages_and_identifiers() {
    let Some(folder) = folder() else { return };
    let mut compiler = Command::new("node");
    compiler.current_dir(folder.join("relay"));
    compiler.args(["../node_modules/relay-compiler/cli.js", "relay.config.json"]);
    tools::run(&mut compiler).unwrap();
    passed(&printed(&mut program(sqlite(), folder, "relay/pages.mjs")));
}

#[test]
fn apollo_prints_what_is_told_and_asks_by_hashes() {
    let Some(folder) = folder() else { return };
    let said = passed(&printed(&mut program(sqlite(), folder, "apollo.mjs")));
    are_told(
        &said,
        &[
            ("observations", "observations"),
            ("table", "table"),
            ("persisted: the hash alone is not found, then the document comes with it", "table"),
            ("persisted: then the hash alone is answered, by GET", "table"),
        ],
    );
    assert_eq!(said["what does not fit the schema is an error of GraphQL"], "VALIDATION_FAILED");
}

#[test]
fn urql_prints_what_is_told() {
    let Some(folder) = folder() else { return };
    let said = passed(&printed(&mut program(sqlite(), folder, "urql.mjs")));
    are_told(&said, &[("observations", "observations"), ("table", "table"), ("by GET", "table")]);
    assert_eq!(said["what does not fit the schema is an error of GraphQL"], "VALIDATION_FAILED");
}
