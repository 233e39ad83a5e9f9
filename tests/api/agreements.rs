//! Agreements, trainings and contributions, told through the API alone: what a provider demands, who keeps it, and what
//! they read then.

use entity::types::{Purpose, Role};
use serde_json::{Value, json};

use crate::support::app::{Caller, TestApp, own};

const fn caller(name: &'static str, partner: &'static str, roles: &'static [Role]) -> Caller {
    Caller { name, partner: Some(partner), roles, purpose: Some(Purpose::UrbanPolicy), client: None }
}

const OPERATOR: Caller = caller("operator", "GRAND-DIJON", &[Role::Operator]);
const STEWARD: Caller = caller("steward", "CAF21", &[Role::Provider]);
const OTHER_STEWARD: Caller = caller("other steward", "CPAM21", &[Role::Provider]);
const ANALYST: Caller = caller("analyst", "CCAS-CHENOVE", &[Role::Analyst]);
const COLLEAGUE: Caller = caller("colleague", "CCAS-CHENOVE", &[Role::Analyst]);
const REFERENT: Caller = caller("referent", "CCAS-CHENOVE", &[Role::Referent]);
const ELSEWHERE: Caller = caller("analyst elsewhere", "CCAS-DIJON", &[Role::Analyst]);
const NEVER_SIGNED: Caller = caller("analyst who never signed", "COM-21515", &[Role::Analyst]);
const PUBLIC: Caller = Caller { name: "public", partner: None, roles: &[], purpose: None, client: None };

fn act(app: &TestApp, by: &Caller, field: &str, input: &str, selection: &str) -> Value {
    let query =
        format!("mutation {{ {field}(input: {{ {input} }}) {{ {selection} userErrors {{ code field }} }} }}");
    app.ask(by, &query).data()[field].take()
}

fn done(payload: &Value) {
    assert_eq!(payload["userErrors"], json!([]), "{payload}");
}

fn refused(payload: &Value, code: &str) {
    assert_eq!(payload["userErrors"][0]["code"], code, "{payload}");
}

/// Why the Caf's figure of Chenôve is withheld, and that of one of its neighbourhoods; nothing where it may be read.
fn withheld(app: &TestApp, by: &Caller) -> [String; 2] {
    ["21166", "QN21X003"].map(|code| {
        let query = format!(
            r#"{{ territory(code: "{code}") {{ observation(indicator: "PRE01", period: "2025") {{ withheld }} }} }}"#
        );
        let told = app.ask(by, &query).data()["territory"]["observation"]["withheld"].take();
        told.as_str().unwrap_or("").replace("STATISTICAL_SECRECY", "")
    })
}

/// Whether a partner keeps a commitment, as somebody reads it.
fn keeps(app: &TestApp, by: &Caller, partner: &str, commitment: &str) -> Option<bool> {
    let query = format!(r#"{{ partner(code: "{partner}") {{ standing {{ commitment kept }} }} }}"#);
    let told = app.ask(by, &query).data()["partner"]["standing"].take();
    let mut found = told.as_array()?.iter().filter(|one| one["commitment"] == commitment);
    found.next().and_then(|one| one["kept"].as_bool())
}

const TERMS: &str = r#"provider: "CAF21", sources: ["CAF-ALLOC"], finestLevel: IRIS, ownTerritoriesBelow: COMMUNE, purposes: [URBAN_POLICY], from: "2026-01-01", until: "2027-12-31""#;

#[test]
fn what_a_provider_agreed_to_ends_with_the_next_request_and_opens_again_as_it_says() {
    for app in own("agreements") {
        let other = app.another_instance();
        let open = ["", ""].map(str::to_owned);
        assert_eq!(withheld(&app, &ANALYST), open);
        let this = r#"reference: "CONV-2024-CAF21""#;
        for by in [&ANALYST, &OTHER_STEWARD, &PUBLIC] {
            refused(&act(&app, by, "endAgreement", this, ""), "UNKNOWN");
            refused(&act(&app, by, "endAgreement", r#"reference: "CONVENTION-999999""#, ""), "UNKNOWN");
        }
        let ended = act(&app, &OPERATOR, "endAgreement", this, "agreement { endedOn }");
        done(&ended);
        assert!(ended["agreement"]["endedOn"].is_string());
        refused(&act(&app, &STEWARD, "endAgreement", this, ""), "AGREEMENT_OVER");
        assert_eq!(withheld(&other, &ANALYST), ["NO_AGREEMENT", "NO_AGREEMENT"].map(str::to_owned));
        assert_eq!(keeps(&app, &STEWARD, "CAF21", "PRIOR_AGREEMENT"), Some(false));
        // Nobody agrees in the provider's place.
        for by in [&OPERATOR, &OTHER_STEWARD, &ANALYST] {
            refused(&act(&app, by, "concludeAgreement", TERMS, ""), "UNKNOWN");
        }
        let with = |change: &str, to: &str| {
            let terms = TERMS.replace(change, to);
            assert_ne!(terms, TERMS);
            act(&app, &STEWARD, "concludeAgreement", &terms, "")
        };
        refused(&with(r#"["CAF-ALLOC"]"#, r#"["FT-DEFM"]"#), "SOURCE_ELSEWHERE");
        refused(&with("[URBAN_POLICY]", "[]"), "NOTHING_NAMED");
        refused(&with("2026-01-01", "2028-01-01"), "DAYS_REVERSED");
        refused(&with("2027-12-31", "2026-01-02"), "DAY_PAST");
        assert_eq!(withheld(&other, &ANALYST), ["NO_AGREEMENT", "NO_AGREEMENT"].map(str::to_owned));
        let concluded = act(
            &app,
            &STEWARD,
            "concludeAgreement",
            &format!("{TERMS}, trainingMonths: 24"),
            "agreement { reference trainingMonths until sources { code } }",
        );
        done(&concluded);
        assert_eq!(concluded["agreement"]["trainingMonths"], 24);
        assert_eq!(keeps(&app, &STEWARD, "CAF21", "PRIOR_AGREEMENT"), Some(true));
        assert_eq!(withheld(&other, &ANALYST), ["", "TRAINING_MISSING"].map(str::to_owned));
    }
}

#[test]
fn a_training_opens_the_finest_levels_to_who_was_there_and_to_nobody_else() {
    for app in own("trainings") {
        done(&act(&app, &STEWARD, "endAgreement", r#"reference: "CONV-2024-CAF21""#, ""));
        done(&act(&app, &STEWARD, "concludeAgreement", &format!("{TERMS}, trainingMonths: 24"), ""));
        let title = r#"kind: TRAINING, title: "Lire une donnée masquée", heldOn: "2026-11-23""#;
        for by in [&ANALYST, &STEWARD, &PUBLIC] {
            refused(&act(&app, by, "scheduleEvent", title, ""), "UNKNOWN");
        }
        let of = |title: &str| {
            let scheduled = act(&app, &OPERATOR, "scheduleEvent", title, "event { id reference heldOn }");
            done(&scheduled);
            scheduled["event"].clone()
        };
        refused(
            &act(&app, &OPERATOR, "scheduleEvent", &title.replace("Lire une donnée masquée", " "), ""),
            "TITLE_MISSING",
        );
        let today = of(title);
        let ahead = of(&title.replace("2026-11-23", "2026-12-01"));
        let over = of(&title.replace("2026-11-23", "2026-11-22"));
        let this = |event: &Value| format!("reference: {}", event["reference"]);
        let register = |by: &Caller, event: &Value| act(&app, by, "registerForEvent", &this(event), "");
        done(&register(&ANALYST, &today));
        refused(&register(&ANALYST, &today), "ALREADY_REGISTERED");
        refused(&register(&ANALYST, &over), "EVENT_OVER");
        for by in [&NEVER_SIGNED, &STEWARD, &PUBLIC] {
            refused(&register(by, &today), "UNKNOWN");
            let hidden = format!("{{ node(id: {}) {{ id }} events {{ totalCount }} }}", today["id"]);
            assert_eq!(app.ask(by, &hidden).data(), json!({ "node": null, "events": { "totalCount": 0 } }));
        }
        // Registered is not yet trained.
        assert_eq!(withheld(&app, &ANALYST), ["", "TRAINING_MISSING"].map(str::to_owned));
        let there = |event: &Value, subjects: &str| {
            let input = format!(r#"{}, partner: "CCAS-CHENOVE", subjects: {subjects}"#, this(event));
            act(&app, &OPERATOR, "recordAttendance", &input, "event { attendances { subject attended } }")
        };
        refused(&there(&ahead, r#"["test-analyst"]"#), "EVENT_AHEAD");
        refused(&there(&today, "[]"), "NOTHING_NAMED");
        let own = format!(r#"{}, partner: "CCAS-CHENOVE", subjects: ["test-analyst"]"#, this(&today));
        refused(&act(&app, &ANALYST, "recordAttendance", &own, ""), "UNKNOWN");
        assert_eq!(keeps(&app, &ANALYST, "CCAS-CHENOVE", "TRAINING"), Some(false));
        done(&there(&today, r#"["test-analyst"]"#));
        assert_eq!(withheld(&app.another_instance(), &ANALYST), ["", ""].map(str::to_owned));
        assert_eq!(withheld(&app, &COLLEAGUE), ["", "TRAINING_MISSING"].map(str::to_owned));
        assert_eq!(keeps(&app, &ANALYST, "CCAS-CHENOVE", "TRAINING"), Some(true));
        done(&there(&today, r#"["test-analyst"], attended: false"#));
        assert_eq!(withheld(&app, &ANALYST), ["", "TRAINING_MISSING"].map(str::to_owned), "corrected");
        done(&there(&today, r#"["test-analyst"]"#));
        refused(&there(&today, r#"["gauche\u202Edroite"]"#), "TEXT_UNREADABLE");
        // Of others who were there only their referent and the operator read.
        let listed = |by: &Caller| {
            let nodes = app.ask(by, "{ events { nodes { reference attendances { subject } } } }").data();
            let nodes = nodes["events"]["nodes"].as_array().unwrap().clone();
            let found = nodes.iter().find(|event| event["reference"] == today["reference"]);
            found.unwrap()["attendances"].as_array().unwrap().len()
        };
        assert_eq!([&ANALYST, &COLLEAGUE, &REFERENT, &ELSEWHERE, &OPERATOR].map(listed), [1, 0, 1, 0, 1]);
        // A training of one partner is none of another's.
        let trained = caller("analyst", "CCAS-DIJON", &[Role::Analyst]);
        let query = r#"{ territory(code: "21231X004") { observation(indicator: "PRE01", period: "2025") { withheld } } }"#;
        let told = || app.ask(&trained, query).data()["territory"]["observation"]["withheld"].take();
        assert_eq!(told(), "TRAINING_MISSING");
        // The same subject of another partner is somebody else, who registers and is recorded for themselves.
        done(&register(&trained, &today));
        refused(&register(&trained, &today), "ALREADY_REGISTERED");
        assert_eq!([&trained, &ANALYST, &OPERATOR].map(listed), [1, 1, 2]);
        assert_eq!(told(), "TRAINING_MISSING", "registered is not trained");
        let elsewhere = format!(r#"{}, partner: "CCAS-DIJON", subjects: ["test-analyst"]"#, this(&today));
        done(&act(&app, &OPERATOR, "recordAttendance", &elsewhere, ""));
        assert_ne!(told(), "TRAINING_MISSING");
        done(&there(&today, r#"["test-analyst"], attended: false"#));
        assert_ne!(told(), "TRAINING_MISSING", "what is corrected of one partner’s person");
    }
}

#[test]
fn contributions_are_counted_by_partner_and_year_and_gate_nothing() {
    for app in own("contributions") {
        let counted = |by: &Caller, partner: &str| {
            let query =
                format!(r#"{{ partner(code: "{partner}") {{ contributions {{ year kind count }} }} }}"#);
            app.ask(by, &query).data()["partner"]["contributions"].take()
        };
        let input =
            r#"partner: "CCAS-CHENOVE", title: "Lecture partagée des besoins", contributedOn: "2026-11-23""#;
        for by in [&ELSEWHERE, &STEWARD, &PUBLIC, &NEVER_SIGNED] {
            refused(&act(&app, by, "recordContribution", input, ""), "UNKNOWN");
        }
        refused(
            &act(&app, &ANALYST, "recordContribution", &input.replace("11-23", "11-24"), ""),
            "DAY_AHEAD",
        );
        let before = counted(&ELSEWHERE, "CCAS-CHENOVE");
        assert!(!before.to_string().contains("ANALYSIS"), "{before}");
        done(&act(&app, &ANALYST, "recordContribution", input, "partner { code }"));
        let after = counted(&ELSEWHERE, "CCAS-CHENOVE");
        assert_eq!(after[0], json!({ "year": 2026, "kind": "ANALYSIS", "count": 1 }));
        assert!(counted(&ELSEWHERE, "CAF21").to_string().contains(r#""kind":"DATA""#));
        assert!(counted(&PUBLIC, "CAF21").is_null() && counted(&STEWARD, "CAF21").is_null());
        assert_eq!(keeps(&app, &OPERATOR, "CCAS-CHENOVE", "URBAN_POLICY"), Some(true));
        assert_eq!(keeps(&app, &ELSEWHERE, "CCAS-CHENOVE", "URBAN_POLICY"), None, "another's standing");
        assert_eq!(keeps(&app, &PUBLIC, "CCAS-CHENOVE", "URBAN_POLICY"), None);
        let network = app.ask(&OPERATOR, "{ charter { standings { partner { code } } } }").data();
        let own = app.ask(&ANALYST, "{ charter { standings { partner { code } } } }").data();
        assert!(network["charter"]["standings"].as_array().unwrap().len() > 10);
        assert_eq!(own["charter"]["standings"], json!([{ "partner": { "code": "CCAS-CHENOVE" } }]));
    }
}
