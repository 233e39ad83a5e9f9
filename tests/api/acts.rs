//! Every act under the charter, by every caller, in every state: what comes of it is a reviewed table.

use std::{
    collections::{BTreeMap, HashMap},
    sync::atomic::{AtomicUsize, Ordering},
};

use axum::{body::Body, http::Request};
use entity::types::{Purpose, Role};
use serde_json::{Value, json};

use crate::support::app::{BOUNDARY, Caller, TestApp, multipart, own_embedded};

const fn caller(name: &'static str, partner: &'static str, roles: &'static [Role]) -> Caller {
    Caller { name, partner: Some(partner), roles, purpose: Some(Purpose::UrbanPolicy), client: None }
}

const ANALYST: Caller = caller("analyst", "CCAS-CHENOVE", &[Role::Analyst]);
const REFERENT: Caller = caller("its referent", "CCAS-CHENOVE", &[Role::Referent]);
const STEWARD: Caller = caller("steward", "CAF21", &[Role::Provider]);
const OPERATOR: Caller = caller("operator", "GRAND-DIJON", &[Role::Operator]);
const PROCESSOR: Caller = caller("processor", "COMPAS-TIS", &[Role::Processor]);

const CALLERS: [Caller; 11] = [
    Caller { name: "public", partner: None, roles: &[], purpose: None, client: None },
    ANALYST,
    caller("its reader", "CCAS-CHENOVE", &[Role::Reader]),
    REFERENT,
    caller("analyst elsewhere", "CCAS-DIJON", &[Role::Analyst]),
    caller("referent elsewhere", "CCAS-DIJON", &[Role::Referent]),
    caller("analyst who never signed", "COM-21515", &[Role::Analyst]),
    STEWARD,
    caller("other steward", "CPAM21", &[Role::Provider]),
    PROCESSOR,
    OPERATOR,
];

/// What comes of an act: the new state of what it is about, or the code of its refusal.
fn act(app: &TestApp, by: &Caller, field: &str, input: &str, selection: &str) -> (Value, String) {
    let input = app.reading_over(field, input);
    let query =
        format!("mutation {{ {field}(input: {{ {input} }}) {{ {selection} userErrors {{ code field }} }} }}");
    let answer = app.ask(by, &query);
    if let Some(code) = answer.code() {
        return (Value::Null, code);
    }
    let payload = answer.data()[field].take();
    let outcome = payload["userErrors"][0]["code"].as_str().unwrap_or("done").to_owned();
    (payload, outcome)
}

/// One line an act and state: each outcome, and whose it is.
fn table<'a>(
    acts: &[(&'a str, &str)],
    states: &[&'a str],
    mut outcome: impl FnMut(&str, &str, &str, &Caller) -> String,
) -> String {
    let mut table = String::new();
    for (act, input) in acts {
        for state in states {
            let mut by_outcome: BTreeMap<String, Vec<&str>> = BTreeMap::new();
            for by in &CALLERS {
                by_outcome.entry(outcome(act, input, state, by)).or_default().push(by.name);
            }
            table.push_str(&format!("{act} {input}, {state}\n"));
            for (outcome, who) in by_outcome {
                table.push_str(&format!("    {outcome}: {}\n", who.join(", ")));
            }
        }
    }
    table
}

/// A request for the use of sources, in a state.
fn request(app: &TestApp, state: &str) -> String {
    if state == "NEVER MADE" {
        return "DEMANDE-999999".to_owned();
    }
    let asked = r#"sources: ["CAF-ALLOC"], finestLevel: IRIS, territories: ["21231"], purposes: [URBAN_POLICY], reason: "étude", until: "2028-06-30""#;
    let (made, _) = act(app, &ANALYST, "requestUse", asked, "useRequest { reference }");
    let reference = made["useRequest"]["reference"].as_str().unwrap().to_owned();
    let this = format!(r#"reference: "{reference}""#);
    let why = format!(r#"{this}, reason: "contrôle""#);
    let go = |by: &Caller, field: &str, input: &str| {
        assert_eq!(act(app, by, field, input, "").1, "done", "{field} towards {state}");
    };
    if ["GRANTED", "SUSPENDED", "REVOKED"].contains(&state) {
        go(&STEWARD, "decideUse", &format!("{this}, verdict: GRANT"));
    }
    match state {
        "SUSPENDED" => go(&OPERATOR, "suspendUse", &why),
        "REVOKED" => go(&STEWARD, "revokeUse", &why),
        "REFUSED" => go(&STEWARD, "decideUse", &format!("{why}, verdict: REFUSE")),
        "WITHDRAWN" => go(&ANALYST, "takeBackUse", &this),
        _ => {}
    }
    reference
}

/// A study, in a state.
fn study(app: &TestApp, state: &str) -> String {
    if state == "NEVER WRITTEN" {
        return "ETUDE-999999".to_owned();
    }
    let (made, _) = act(app, &ANALYST, "draftStudy", STUDY, "study { reference }");
    let reference = made["study"]["reference"].as_str().unwrap().to_owned();
    let this = format!(r#"reference: "{reference}""#);
    let go = |by: &Caller, field: &str| {
        assert_eq!(act(app, by, field, &this, "").1, "done", "{field} towards {state}");
    };
    if ["SUBMITTED", "PUBLISHED", "WITHDRAWN"].contains(&state) {
        go(&ANALYST, "submitStudy");
    }
    if ["PUBLISHED", "WITHDRAWN"].contains(&state) {
        go(&OPERATOR, "publishStudy");
    }
    if state == "WITHDRAWN" {
        go(&OPERATOR, "withdrawStudy");
    }
    reference
}

const STUDY: &str = r#"study: { kind: THEMATIC, title: "Besoins", audience: SIGNATORIES }"#;

/// Puts a partner where a state says that it stands.
fn settle(app: &TestApp, state: &str) {
    let partner = r#"partner: "CCAS-CHENOVE""#;
    let signed = if state.starts_with("signed") { "signCharter" } else { "withdrawFromCharter" };
    act(app, &OPERATOR, signed, partner, "");
    let query = r#"{ partners { nodes { code referents { subject } } } }"#;
    let listed = app.ask(&OPERATOR, query).data();
    let ours = listed["partners"]["nodes"].as_array().unwrap().iter();
    let ours = ours.filter(|known| known["code"] == "CCAS-CHENOVE");
    for referent in ours.flat_map(|known| known["referents"].as_array().unwrap()) {
        let input = format!("{partner}, subject: {}, suspendAccess: true", referent["subject"]);
        act(app, &OPERATOR, "endReferent", &input, "");
    }
    for subject in ["agent-0018", "benoît"].into_iter().filter(|subject| state.contains(subject)) {
        let input = format!(r#"{partner}, subject: "{subject}", service: "CCAS""#);
        assert_eq!(act(app, &OPERATOR, "designateReferent", &input, "").1, "done", "{state}");
    }
}

#[test]
fn what_comes_of_every_act_in_every_state_is_what_was_reviewed() {
    let app = own_embedded();
    let uses = table(
        &[(
            "requestUse",
            r#"sources: ["CAF-ALLOC"], finestLevel: IRIS, purposes: [URBAN_POLICY], reason: "étude", until: "2028-06-30""#,
        )],
        &["anew"],
        |field, input, _, by| act(&app, by, field, input, "").1,
    ) + &table(
        &[
            ("decideUse", "verdict: GRANT"),
            ("decideUse", "verdict: REFUSE, reason: \"non\""),
            ("decideUse", "verdict: REFUSE"),
            ("revokeUse", "reason: \"fin\""),
            ("takeBackUse", ""),
            ("suspendUse", "reason: \"contrôle\""),
            ("resumeUse", ""),
        ],
        &["NEVER MADE", "REQUESTED", "GRANTED", "SUSPENDED", "REFUSED", "WITHDRAWN", "REVOKED"],
        |field, input, state, by| {
            let this = format!("reference: \"{}\" {input}", request(&app, state));
            act(&app, by, field, &this, "").1
        },
    );
    insta::assert_snapshot!("acts_uses", uses);
    let studies =
        table(&[("draftStudy", STUDY)], &["anew"], |field, input, _, by| act(&app, by, field, input, "").1)
            + &table(
                &[
                    ("updateStudy", STUDY),
                    ("submitStudy", ""),
                    ("reviewStudy", ""),
                    ("publishStudy", ""),
                    ("withdrawStudy", ""),
                ],
                &["NEVER WRITTEN", "DRAFT", "SUBMITTED", "PUBLISHED", "WITHDRAWN"],
                |field, input, state, by| {
                    let this = format!("reference: \"{}\" {input}", study(&app, state));
                    act(&app, by, field, &this, "").1
                },
            );
    insta::assert_snapshot!("acts_studies", studies);
    let people = table(
        &[
            ("signCharter", ""),
            ("withdrawFromCharter", ""),
            ("designateReferent", "subject: \"agent-0018\", service: \"CCAS\""),
            ("endReferent", "subject: \"agent-0018\""),
            ("endReferent", "subject: \"agent-0018\", suspendAccess: true"),
        ],
        &[
            "withdrawn",
            "withdrawn, agent-0018",
            "signed",
            "signed, agent-0018",
            "signed, agent-0018 and benoît",
        ],
        |field, input, state, by| {
            settle(&app, state);
            act(&app, by, field, &format!("partner: \"CCAS-CHENOVE\" {input}"), "").1
        },
    );
    insta::assert_snapshot!("acts_people", people);
}

const TERMS: &str = r#"sources: ["CAF-ALLOC"], finestLevel: IRIS, ownTerritoriesBelow: COMMUNE, purposes: [URBAN_POLICY], from: "2026-01-01", until: "2027-12-31""#;

/// An agreement of the Caf, in a state.
fn agreement(app: &TestApp, state: &str) -> String {
    if state == "NEVER CONCLUDED" {
        return "CONVENTION-999999".to_owned();
    }
    let terms = format!(r#"provider: "CAF21", {TERMS}"#);
    let (made, _) = act(app, &STEWARD, "concludeAgreement", &terms, "agreement { reference }");
    let reference = made["agreement"]["reference"].as_str().unwrap().to_owned();
    if state == "ENDED" {
        let this = format!(r#"reference: "{reference}""#);
        assert_eq!(act(app, &STEWARD, "endAgreement", &this, "").1, "done");
    }
    reference
}

/// A meeting, in a state.
fn meeting(app: &TestApp, state: &str) -> String {
    let day = match state {
        "NEVER SCHEDULED" => return "RENCONTRE-999999".to_owned(),
        "AHEAD" => "2026-11-24",
        "TODAY" => "2026-11-23",
        _ => "2026-11-22",
    };
    let input = format!(r#"kind: WORKSHOP, title: "Lecture partagée", heldOn: "{day}""#);
    let (made, _) = act(app, &OPERATOR, "scheduleEvent", &input, "event { reference }");
    made["event"]["reference"].as_str().unwrap().to_owned()
}

/// A program of a third party, in a state; each has a name of its own.
fn program(app: &TestApp, state: &str) -> String {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let name = format!("programme-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let this = format!(r#"partner: "CCAS-CHENOVE", client: "{name}""#);
    if state != "NEVER ISSUED" {
        let input = format!(r#"{this}, purposes: [NEEDS_ANALYSIS], until: "2027-06-30""#);
        assert_eq!(act(app, &REFERENT, "issueClient", &input, "").1, "done", "{state}");
    }
    if state == "REVOKED" {
        assert_eq!(act(app, &REFERENT, "revokeClient", &this, "").1, "done");
    }
    this
}

/// A study of the programme, in a state, and the study that it may become.
fn planned(app: &TestApp, state: &str) -> (String, String) {
    if state == "NEVER PLANNED" {
        return ("PROGRAMME-999999".to_owned(), study(app, "DRAFT"));
    }
    let input = r#"kind: THEMATIC, title: "Besoins", leader: "CCAS-CHENOVE", dueOn: "2027-06-30""#;
    let (made, _) = act(app, &OPERATOR, "planStudy", input, "plannedStudy { reference }");
    let reference = made["plannedStudy"]["reference"].as_str().unwrap().to_owned();
    let become_one = study(app, if state == "DONE" { "PUBLISHED" } else { "DRAFT" });
    let this = format!(r#"reference: "{reference}""#);
    let step = match state {
        "UNDERWAY" | "DONE" => {
            Some((&ANALYST, "linkPlannedStudy", format!(r#"{this}, study: "{become_one}""#)))
        }
        "DROPPED" => Some((&OPERATOR, "dropPlannedStudy", format!(r#"{this}, reason: "budget""#))),
        _ => None,
    };
    if let Some((by, field, input)) = step {
        assert_eq!(act(app, by, field, &input, "").1, "done", "{state}");
    }
    (reference, become_one)
}

#[test]
fn what_comes_of_agreements_meetings_and_the_programme_in_every_state_is_what_was_reviewed() {
    let app = own_embedded();
    let anew = |field: &str, input: &str, _: &str, by: &Caller| act(&app, by, field, input, "").1;
    let agreements =
        table(&[("concludeAgreement", &format!(r#"provider: "CAF21", {TERMS}"#))], &["anew"], anew)
            + &table(
                &[("endAgreement", "")],
                &["NEVER CONCLUDED", "IN FORCE", "ENDED"],
                |field, _, state, by| {
                    act(&app, by, field, &format!(r#"reference: "{}""#, agreement(&app, state)), "").1
                },
            );
    insta::assert_snapshot!("acts_agreements", agreements);
    let meetings = table(
        &[
            ("scheduleEvent", r#"kind: WORKSHOP, title: "Lecture partagée", heldOn: "2026-12-01""#),
            (
                "recordContribution",
                r#"partner: "CCAS-CHENOVE", title: "Lecture partagée", contributedOn: "2026-11-23""#,
            ),
            ("revokeTokens", r#"partner: "CCAS-CHENOVE", subject: "personne""#),
        ],
        &["anew"],
        anew,
    ) + &table(
        &[("registerForEvent", ""), ("recordAttendance", r#"partner: "CCAS-CHENOVE", subjects: ["agent"]"#)],
        &["NEVER SCHEDULED", "AHEAD", "TODAY", "OVER"],
        |field, input, state, by| {
            act(&app, by, field, &format!(r#"reference: "{}" {input}"#, meeting(&app, state)), "").1
        },
    );
    insta::assert_snapshot!("acts_meetings", meetings);
    let programs = table(
        &[
            ("issueClient", r#"purposes: [NEEDS_ANALYSIS], until: "2027-06-30""#),
            ("rotateClient", r#"until: "2027-06-30""#),
            ("revokeClient", ""),
        ],
        &["NEVER ISSUED", "ISSUED", "REVOKED"],
        |field, input, state, by| act(&app, by, field, &format!("{} {input}", program(&app, state)), "").1,
    );
    insta::assert_snapshot!("acts_programs", programs);
    let programme = table(
        &[("planStudy", r#"kind: THEMATIC, title: "Besoins", leader: "CCAS-CHENOVE", dueOn: "2027-06-30""#)],
        &["anew"],
        anew,
    ) + &table(
        &[
            ("reschedulePlannedStudy", r#"dueOn: "2027-12-31""#),
            ("linkPlannedStudy", ""),
            ("dropPlannedStudy", r#"reason: "budget""#),
        ],
        &["NEVER PLANNED", "PLANNED", "UNDERWAY", "DONE", "DROPPED"],
        |field, input, state, by| {
            let (reference, study) = planned(&app, state);
            let study =
                if field == "linkPlannedStudy" { format!(r#"study: "{study}""#) } else { String::new() };
            act(&app, by, field, &format!(r#"reference: "{reference}" {study} {input}"#), "").1
        },
    );
    insta::assert_snapshot!("acts_programme", programme);
}

/// What comes of an act that brings a file.
fn bring(
    app: &TestApp,
    by: &Caller,
    (field, mut input): (&str, Value),
    selection: &str,
    (name, file): (&str, &[u8]),
) -> (Value, String) {
    let mut input_type = field.to_owned();
    input_type[..1].make_ascii_uppercase();
    let query = format!(
        "mutation ($input: {input_type}Input!) {{ {field}(input: $input) {{ {selection} userErrors {{ code }} }} }}"
    );
    input["file"] = Value::Null;
    let operations = json!({ "query": query, "variables": { "input": input } });
    let mut request = Request::post("/graphql")
        .header("Content-Type", format!("multipart/form-data; boundary={BOUNDARY}"))
        .header("GraphQL-Require-Preflight", "1");
    if let Some(token) = app.token(by) {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    let body = multipart(&operations, "variables.input.file", name, file);
    let answer = app.send(request.body(Body::from(body)).unwrap());
    if let Some(code) = answer.code() {
        return (Value::Null, code);
    }
    let payload = answer.data()[field].take();
    let outcome = payload["userErrors"][0]["code"].as_str().unwrap_or("done").to_owned();
    (payload, outcome)
}

/// The smallest picture.
const PICTURE: &[u8] = include_bytes!("acts/point.png");

#[test]
fn what_comes_of_documents_in_every_state_is_what_was_reviewed() {
    let app = own_embedded();
    let attach = |by: &Caller, study: &str| {
        let input = json!({ "study": study, "title": "Plan" });
        bring(&app, by, ("attachDocument", input), "document { reference }", ("plan.png", PICTURE))
    };
    let states = ["NEVER WRITTEN", "DRAFT", "SUBMITTED", "PUBLISHED", "WITHDRAWN"];
    let attached =
        table(&[("attachDocument", "")], &states, |_, _, state, by| attach(by, &study(&app, state)).1);
    let detached =
        table(&[("detachDocument", "")], &["NEVER ATTACHED", "ATTACHED"], |field, _, state, by| {
            let study = study(&app, "DRAFT");
            let reference = match state {
                "ATTACHED" => {
                    attach(&ANALYST, &study).0["document"]["reference"].as_str().unwrap().to_owned()
                }
                _ => "0123456789abcdef0123456789abcdef".to_owned(),
            };
            act(&app, by, field, &format!(r#"study: "{study}", document: "{reference}""#), "").1
        });
    insta::assert_snapshot!("acts_documents", attached + &detached);
}

/// Releases of one figure, each of another year, in the state that is asked for; used again until an act changes them.
struct Releases<'a> {
    app: &'a TestApp,
    years: Vec<u16>,
    there: HashMap<&'static str, String>,
}

impl Releases<'_> {
    fn hand_in(&self, by: &Caller, year: u16) -> (Value, String) {
        let file = format!("territory;period;indicator;value\n21231;{year};PRE01;16250\n");
        let accept = ["MISSING_TERRITORY", "PERIOD_AHEAD", "MAGNITUDE_JUMP"];
        let input = json!({ "source": "CAF-ALLOC", "accept": accept });
        let selection = "delivery { reference state release { reference } issueCounts { code } }";
        let file = ("un.csv", file.as_bytes());
        let (mut payload, outcome) = bring(self.app, by, ("stageDelivery", input), selection, file);
        while payload["delivery"]["state"] == "RECEIVED" {
            let query = format!(
                "{{ delivery(reference: {}) {{ reference state release {{ reference }} issueCounts {{ code }} }} }}",
                payload["delivery"]["reference"]
            );
            payload["delivery"] = self.app.ask(by, &query).data()["delivery"].take();
        }
        (payload, outcome)
    }

    fn of(&mut self, state: &'static str) -> String {
        if state == "NEVER HANDED IN" {
            return "CAF-ALLOC-2025-99".to_owned();
        }
        if let Some(reference) = self.there.get(state) {
            return reference.clone();
        }
        let year = self.years.pop().unwrap();
        let delivery = self.hand_in(&PROCESSOR, year).0["delivery"].take();
        let reference = delivery["release"]["reference"].as_str().unwrap_or_else(|| panic!("{delivery}"));
        let this = format!(r#"reference: "{reference}""#);
        let steps: &[&str] = match state {
            "PLANNED" => &["planRelease"],
            "PUBLISHED" => &["planRelease", "publishRelease"],
            "WITHDRAWN" => &["planRelease", "publishRelease", "withdrawRelease"],
            _ => &[],
        };
        for field in steps {
            assert_eq!(act(self.app, &OPERATOR, field, &this, "").1, "done", "{field} towards {state}");
        }
        self.there.insert(state, reference.to_owned());
        reference.to_owned()
    }
}

/// The reference of a release that is published here and now.
pub fn published(app: &TestApp) -> String {
    Releases { app, years: vec![2024], there: HashMap::new() }.of("PUBLISHED")
}

#[test]
fn what_comes_of_releases_in_every_state_is_what_was_reviewed() {
    let app = own_embedded();
    let mut releases = Releases { app: &app, years: (2000..2025).collect(), there: HashMap::new() };
    let handed_in = table(&[("stageDelivery", "")], &["anew"], |_, _, _, by| releases.hand_in(by, 2026).1);
    let acts = [("planRelease", ""), ("publishRelease", ""), ("withdrawRelease", "")];
    let states = ["NEVER HANDED IN", "STAGED", "PLANNED", "PUBLISHED", "WITHDRAWN"];
    let steps = table(&acts, &states, |field, _, state, by| {
        let state = states.into_iter().find(|known| *known == state).unwrap();
        let this = format!(r#"reference: "{}""#, releases.of(state));
        let outcome = act(&app, by, field, &this, "").1;
        if outcome == "done" {
            releases.there.remove(state);
        }
        outcome
    });
    insta::assert_snapshot!("acts_releases", handed_in + &steps);
}

#[test]
fn every_mutation_is_in_a_table() {
    let app = own_embedded();
    let query = "{ __schema { mutationType { fields { name } } } }";
    let schema = app.ask(&OPERATOR, query).data();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api/snapshots");
    let tables: String = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().contains("__acts_")))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    for field in schema["__schema"]["mutationType"]["fields"].as_array().unwrap() {
        let name = field["name"].as_str().unwrap();
        let is_told = tables.lines().any(|line| line.starts_with(&format!("{name} ")));
        assert!(is_told, "{name} is in no table");
    }
}
