//! The eight commitments of the charter, one scenario each, told through the API alone: a commune that never signed comes to
//! what a commitment opens, and is back at nothing.

use axum::{body::Body, http::Request};
use chrono::{DateTime, TimeDelta, Utc};
use entity::types::{Purpose, Role};
use serde_json::{Value, json};

use crate::support::app::{Caller, TestApp, own_embedded, today, who};

const fn caller(name: &'static str, partner: &'static str, roles: &'static [Role]) -> Caller {
    Caller { name, partner: Some(partner), roles, purpose: Some(Purpose::UrbanPolicy), client: None }
}

const OPERATOR: Caller = caller("operator", "GRAND-DIJON", &[Role::Operator]);
const STEWARD: Caller = caller("steward", "CAF21", &[Role::Provider]);
const ANALYST: Caller = caller("analyst", "COM-21515", &[Role::Analyst]);
const REFERENT: Caller = caller("referent", "COM-21515", &[Role::Referent]);
const AUTHOR: Caller = caller("author", "CCAS-DIJON", &[Role::Analyst]);
const PARTNER: &str = r#"partner: "COM-21515""#;

/// An observatory, and what is done and read in it.
struct Scene(TestApp);

impl Scene {
    fn new() -> Self {
        Self(own_embedded())
    }

    fn act(&self, by: &Caller, field: &str, input: &str, selection: &str) -> Value {
        let input = self.0.reading_over(field, input);
        let query = format!(
            "mutation {{ {field}(input: {{ {input} }}) {{ {selection} userErrors {{ code message }} }} }}"
        );
        self.0.ask(by, &query).data()[field].take()
    }

    fn done(&self, by: &Caller, field: &str, input: &str) {
        let payload = self.act(by, field, input, "");
        assert_eq!(payload["userErrors"], json!([]), "{field}");
    }

    fn refused(&self, by: &Caller, field: &str, input: &str) -> String {
        let payload = self.act(by, field, input, "");
        payload["userErrors"][0]["code"].as_str().unwrap_or("done").to_owned()
    }

    /// The reference of what an act made.
    fn made(&self, by: &Caller, field: &str, input: &str, what: &str) -> String {
        let payload = self.act(by, field, input, &format!("{what} {{ reference }}"));
        payload[what]["reference"].as_str().unwrap_or_else(|| panic!("{field}: {payload}")).to_owned()
    }

    /// Why a figure is withheld; nothing where it is read, or masked for everybody alike.
    fn withheld(&self, by: &Caller, territory: &str) -> String {
        let query = format!(
            r#"{{ territory(code: "{territory}") {{ observation(indicator: "PRE01", period: "2025") {{ withheld }} }} }}"#
        );
        let told = self.0.ask(by, &query).data()["territory"]["observation"]["withheld"].take();
        told.as_str().unwrap_or("").replace("STATISTICAL_SECRECY", "")
    }

    fn join(&self) {
        self.done(&OPERATOR, "signCharter", PARTNER);
        let person = format!(r#"{PARTNER}, subject: "{}", service: "Cohésion""#, REFERENT.subject());
        self.done(&OPERATOR, "designateReferent", &person);
    }

    /// Leaves, and reads nothing of the partners any more.
    fn leave(&self) {
        self.done(&REFERENT, "withdrawFromCharter", PARTNER);
        assert_eq!(self.withheld(&ANALYST, "21515"), "CHARTER_NOT_SIGNED");
    }

    /// The provider grants the commune what lies below another one.
    fn granted(&self) -> String {
        let asked = r#"sources: ["CAF-ALLOC"], finestLevel: IRIS, territories: ["21231"], purposes: [URBAN_POLICY], reason: "étude", until: "2027-06-30""#;
        let request = self.made(&ANALYST, "requestUse", asked, "useRequest");
        self.done(&STEWARD, "decideUse", &format!(r#"reference: "{request}", verdict: GRANT"#));
        request
    }
}

const NEIGHBOURHOOD: &str = "21231X004";

#[test]
fn the_first_source_data_are_used_with_the_prior_agreement_of_who_provides_them() {
    let scene = Scene::new();
    assert_eq!(scene.withheld(&ANALYST, NEIGHBOURHOOD), "CHARTER_NOT_SIGNED");
    scene.join();
    assert_eq!(scene.withheld(&ANALYST, NEIGHBOURHOOD), "OUT_OF_SCOPE");
    let request = scene.granted();
    assert_eq!(scene.withheld(&ANALYST, NEIGHBOURHOOD), "");
    scene.done(&STEWARD, "revokeUse", &format!(r#"reference: "{request}", reason: "fin de l’étude""#));
    assert_eq!(scene.withheld(&ANALYST, NEIGHBOURHOOD), "OUT_OF_SCOPE");
    scene.done(&STEWARD, "endAgreement", r#"reference: "CONV-2024-CAF21""#);
    assert_eq!(scene.withheld(&ANALYST, "21515"), "NO_AGREEMENT");
    scene.leave();
}

#[test]
fn the_second_statistical_secrecy_holds_for_figures_and_for_what_studies_say() {
    let scene = Scene::new();
    scene.join();
    let search = r#"{ observations(filter: { indicators: ["PRE03"], periods: ["2025"], level: COMMUNE, dimensions: ["AGE"] }, first: 500) { nodes { value withheld territory { code } breakdown { dimension code } } } }"#;
    let found = scene.0.ask(&ANALYST, search).data()["observations"]["nodes"].take();
    let masked = found.as_array().unwrap().iter().find(|figure| figure["withheld"] == "STATISTICAL_SECRECY");
    let masked = masked.unwrap();
    assert_eq!(masked["value"], Value::Null);
    let study = |summary: &str, cited: &str| {
        format!(
            r#"study: {{ kind: THEMATIC, title: "Minima sociaux", summary: "{summary}", audience: SIGNATORIES, citations: [{cited}] }}"#
        )
    };
    let cite = |indicator: &str, territory: &str, period: &str, breakdown: &str| {
        format!(r#"{{ indicator: "{indicator}", territory: "{territory}", period: "{period}" {breakdown} }}"#)
    };
    let category = &masked["breakdown"][0];
    let breakdown =
        format!("breakdown: [{{ dimension: {}, category: {} }}]", category["dimension"], category["code"]);
    let hidden = cite("PRE03", masked["territory"]["code"].as_str().unwrap(), "2025", &breakdown);
    let reference = scene.made(&ANALYST, "draftStudy", &study("Peu de foyers.", &hidden), "study");
    let this = format!(r#"reference: "{reference}""#);
    scene.done(&ANALYST, "submitStudy", &this);
    assert_eq!(scene.refused(&OPERATOR, "publishStudy", &this), "CITATION_WITHHELD");
    let telling = study("Trois foyers, soit 743 personnes.", &cite("PRE01", "21231", "2025", ""));
    scene.done(&ANALYST, "updateStudy", &format!("{this}, {telling}"));
    scene.done(&ANALYST, "submitStudy", &this);
    assert_eq!(scene.refused(&OPERATOR, "publishStudy", &this), "NUMBER_UNSUPPORTED");
    let fit = study("Des foyers.", &cite("PRE01", "21231", "2025", ""));
    scene.done(&ANALYST, "updateStudy", &format!("{this}, {fit}"));
    scene.done(&ANALYST, "submitStudy", &this);
    scene.done(&OPERATOR, "publishStudy", &this);
    scene.leave();
    let after = scene.0.ask(&ANALYST, search).data()["observations"]["nodes"].take();
    assert!(after.as_array().unwrap().iter().all(|figure| figure["value"].is_null()));
}

#[test]
fn the_third_data_are_for_the_own_use_of_the_collectivity_and_each_use_says_what_for() {
    let scene = Scene::new();
    scene.join();
    let aimless = Caller { purpose: None, ..ANALYST };
    assert_eq!(scene.withheld(&aimless, "21515"), "PURPOSE_NOT_DECLARED");
    assert_eq!(scene.withheld(&ANALYST, "21515"), "");
    let log = "{ accessLog(first: 5) { nodes { subject partner purpose sources { source } } } }";
    let records = scene.0.ask(&OPERATOR, log).data()["accessLog"]["nodes"].take();
    let of_commune = records.as_array().unwrap().iter().filter(|record| record["partner"] == "COM-21515");
    let purposes: Vec<&Value> = of_commune.map(|record| &record["purpose"]).collect();
    assert_eq!(purposes, [&json!("URBAN_POLICY"), &Value::Null], "the latest first");
    scene.leave();
}

#[test]
fn the_fourth_studies_circulate_among_the_signatories_and_nobody_else() {
    let scene = Scene::new();
    let study = r#"study: { kind: THEMATIC, title: "Isolement", audience: SIGNATORIES }"#;
    let reference = scene.made(&AUTHOR, "draftStudy", study, "study");
    let this = format!(r#"reference: "{reference}""#);
    scene.done(&AUTHOR, "submitStudy", &this);
    scene.done(&OPERATOR, "publishStudy", &this);
    let read = |reference: &str| {
        let query = format!(r#"{{ study(reference: "{reference}") {{ title }} studies {{ totalCount }} }}"#);
        scene.0.ask(&ANALYST, &query)
    };
    let (hidden, never) = (read(&reference), read("ETUDE-999999"));
    assert_eq!(hidden.bytes, never.bytes, "byte for byte");
    scene.join();
    assert_eq!(read(&reference).data()["study"]["title"], "Isolement");
    scene.leave();
    assert_eq!(read(&reference).bytes, hidden.bytes);
    assert_eq!(read("ETUDE-999999").bytes, hidden.bytes);
}

#[test]
fn the_fifth_partners_contribute_to_the_urban_policy_and_it_opens_nothing() {
    let scene = Scene::new();
    let contribution = format!(r#"{PARTNER}, title: "Lecture partagée", contributedOn: "2026-11-20""#);
    assert_eq!(scene.refused(&ANALYST, "recordContribution", &contribution), "UNKNOWN");
    scene.join();
    let counted = || {
        let query = r#"{ partner(code: "COM-21515") { contributions { year kind count } } }"#;
        scene.0.ask(&ANALYST, query).data()["partner"]["contributions"].take()
    };
    assert_eq!(counted(), json!([]));
    let before = [scene.withheld(&ANALYST, "21515"), scene.withheld(&ANALYST, NEIGHBOURHOOD)];
    scene.done(&ANALYST, "recordContribution", &contribution);
    assert_eq!(counted(), json!([{ "year": 2026, "kind": "ANALYSIS", "count": 1 }]));
    assert_eq!([scene.withheld(&ANALYST, "21515"), scene.withheld(&ANALYST, NEIGHBOURHOOD)], before);
    scene.leave();
    assert_eq!(counted(), Value::Null);
}

#[test]
fn the_sixth_referents_answer_for_their_people_and_end_their_tokens() {
    let scene = Scene::new();
    scene.done(&OPERATOR, "signCharter", PARTNER);
    assert_eq!(scene.withheld(&ANALYST, "21515"), "NO_REFERENT");
    let person = format!(r#"{PARTNER}, subject: "{}", service: "Cohésion""#, REFERENT.subject());
    scene.done(&OPERATOR, "designateReferent", &person);
    let ask = |issued_at: DateTime<Utc>| {
        let request = Request::post("/graphql")
            .header("Content-Type", "application/json")
            .header("Authorization", format!("Bearer {}", scene.0.token_of(&ANALYST, issued_at).unwrap()));
        let query = json!({ "query": "{ viewer { subject } }" }).to_string();
        scene.0.send(request.body(Body::from(query)).unwrap()).status.as_u16()
    };
    let before = today() - TimeDelta::hours(1);
    assert_eq!(ask(before), 200);
    scene.done(&REFERENT, "revokeTokens", &format!(r#"{PARTNER}, subject: "{}""#, ANALYST.subject()));
    assert_eq!((ask(before), ask(today() + TimeDelta::minutes(1))), (401, 200));
    let leaves = format!(r#"{PARTNER}, subject: "{}""#, REFERENT.subject());
    assert_eq!(scene.refused(&REFERENT, "endReferent", &leaves), "LAST_REFERENT");
    assert_eq!(scene.withheld(&ANALYST, "21515"), "");
    scene.done(&REFERENT, "endReferent", &format!("{leaves}, suspendAccess: true"));
    assert_eq!(scene.withheld(&ANALYST, "21515"), "NO_REFERENT");
}

#[test]
fn the_seventh_partners_meet_in_workshops_and_read_in_groups() {
    let scene = Scene::new();
    let workshop =
        r#"kind: WORKSHOP, title: "Analyse partagée", agenda: "Lecture des données", heldOn: "2026-11-23""#;
    let reference = scene.made(&OPERATOR, "scheduleEvent", workshop, "event");
    let study =
        r#"study: { kind: THEMATIC, title: "Isolement", audience: SIGNATORIES, studyGroup: ["COM-21515"] }"#;
    let draft = scene.made(&AUTHOR, "draftStudy", study, "study");
    let this = format!(r#"reference: "{draft}""#);
    assert_eq!(scene.refused(&AUTHOR, "submitStudy", &this), "REVIEW_MISSING");
    scene.done(&OPERATOR, "reviewStudy", &this);
    scene.done(&AUTHOR, "submitStudy", &this);
    let seen = || {
        let query = format!(r#"{{ events {{ totalCount }} study(reference: "{draft}") {{ status }} }}"#);
        scene.0.ask(&ANALYST, &query).data()
    };
    let nothing = json!({ "events": { "totalCount": 0 }, "study": null });
    assert_eq!(seen(), nothing);
    let this = format!(r#"reference: "{reference}""#);
    assert_eq!(scene.refused(&ANALYST, "registerForEvent", &this), "UNKNOWN");
    scene.join();
    assert_eq!(seen()["study"], json!({ "status": "SUBMITTED" }));
    scene.done(&ANALYST, "registerForEvent", &this);
    let there = format!(r#"{this}, {PARTNER}, subjects: ["{}"]"#, ANALYST.subject());
    scene.done(&OPERATOR, "recordAttendance", &there);
    let standing = r#"{ partner(code: "COM-21515") { standing { commitment kept } } }"#;
    let kept = scene.0.ask(&ANALYST, standing).data()["partner"]["standing"].to_string();
    assert!(kept.contains(r#""commitment":"WORKSHOPS","kept":true"#), "{kept}");
    scene.leave();
    assert_eq!(seen(), nothing);
}

#[test]
fn the_eighth_people_are_trained_before_they_read_the_finest_levels() {
    let scene = Scene::new();
    scene.done(&STEWARD, "endAgreement", r#"reference: "CONV-2024-CAF21""#);
    let terms = r#"provider: "CAF21", sources: ["CAF-ALLOC"], finestLevel: IRIS, ownTerritoriesBelow: COMMUNE, purposes: [URBAN_POLICY], from: "2026-01-01", until: "2027-12-31", trainingMonths: 24"#;
    scene.done(&STEWARD, "concludeAgreement", terms);
    scene.join();
    scene.granted();
    assert_eq!(scene.withheld(&ANALYST, NEIGHBOURHOOD), "TRAINING_MISSING");
    let training = r#"kind: TRAINING, title: "Lire une donnée masquée", heldOn: "2026-11-23""#;
    let reference = scene.made(&OPERATOR, "scheduleEvent", training, "event");
    let there = format!(r#"reference: "{reference}", {PARTNER}, subjects: ["{}"]"#, ANALYST.subject());
    scene.done(&OPERATOR, "recordAttendance", &there);
    assert_eq!(scene.withheld(&ANALYST, NEIGHBOURHOOD), "");
    scene.done(&OPERATOR, "recordAttendance", &format!("{there}, attended: false"));
    assert_eq!(scene.withheld(&ANALYST, NEIGHBOURHOOD), "TRAINING_MISSING");
    scene.leave();
    assert_eq!(scene.withheld(who("public"), NEIGHBOURHOOD), "CHARTER_NOT_SIGNED");
}
