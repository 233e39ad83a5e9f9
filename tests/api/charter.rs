//! The charter at work, told through the API alone: from nothing to access, and back to none.

use entity::types::{Purpose, Role};
use serde_json::{Value, json};

use crate::support::app::{Caller, TestApp, own, own_with_counts, who};

const fn caller(name: &'static str, partner: &'static str, roles: &'static [Role]) -> Caller {
    Caller { name, partner: Some(partner), roles, purpose: Some(Purpose::UrbanPolicy), client: None }
}

const OPERATOR: Caller = caller("operator", "GRAND-DIJON", &[Role::Operator]);
const STEWARD: Caller = caller("steward", "CAF21", &[Role::Provider]);
const OTHER_STEWARD: Caller = caller("other steward", "CPAM21", &[Role::Provider]);
/// Of a commune that never signed.
const ANALYST: Caller = caller("analyst", "COM-21515", &[Role::Analyst]);
const REFERENT: Caller = caller("referent", "COM-21515", &[Role::Referent]);
const ELSEWHERE: Caller = caller("analyst elsewhere", "CCAS-DIJON", &[Role::Analyst]);

/// Does an act; gives the payload.
fn act(app: &TestApp, by: &Caller, field: &str, input: &str, selection: &str) -> Value {
    let query = format!(
        "mutation {{ {field}(input: {{ {input} }}) {{ {selection} userErrors {{ code message field }} }} }}"
    );
    app.ask(by, &query).data()[field].take()
}

fn done(payload: &Value) {
    assert_eq!(payload["userErrors"], json!([]), "{payload}");
}

fn refused(payload: &Value, code: &str) {
    assert_eq!(payload["userErrors"][0]["code"], code, "{payload}");
}

/// Why a figure of the Caf for the commune’s own territory is withheld; nothing when it is shown.
fn withheld(app: &TestApp, by: &Caller) -> Value {
    let query = r#"{ territory(code: "21515") { observation(indicator: "PRE01", period: "2025") { value withheld } } }"#;
    app.ask(by, query).data()["territory"]["observation"]["withheld"].take()
}

#[test]
fn a_commune_signs_designates_and_reads_and_loses_it_all_with_the_next_request() {
    for app in own("charter_signed") {
        let other = app.another_instance();
        assert_eq!(withheld(&app, &ANALYST), "CHARTER_NOT_SIGNED");
        let partner = r#"partner: "COM-21515""#;
        // Not anybody signs for it: to others it is as one that is not there.
        for by in [&ANALYST, &ELSEWHERE, &STEWARD] {
            refused(&act(&app, by, "signCharter", partner, ""), "UNKNOWN");
            refused(&act(&app, by, "signCharter", r#"partner: "NOBODY""#, ""), "UNKNOWN");
        }
        // A referent is whoever is in office, not whoever a token calls one.
        refused(&act(&app, &REFERENT, "signCharter", partner, ""), "UNKNOWN");
        done(&act(&app, &OPERATOR, "signCharter", partner, "partner { charterSignedOn }"));
        refused(&act(&app, &OPERATOR, "signCharter", partner, ""), "ALREADY_SIGNED");
        assert_eq!(withheld(&other, &ANALYST), "NO_REFERENT", "on the other instance too");
        let person = format!(r#"{partner}, subject: "test-referent", service: "CCAS""#);
        refused(&act(&app, &REFERENT, "designateReferent", &person, ""), "UNKNOWN");
        done(&act(&app, &OPERATOR, "designateReferent", &person, ""));
        refused(&act(&app, &REFERENT, "designateReferent", &person, ""), "ALREADY_REFERENT");
        let open = withheld(&other, &ANALYST);
        assert!(open.is_null() || open == "STATISTICAL_SECRECY", "{open}");
        let leaves = format!(r#"{partner}, subject: "test-referent""#);
        refused(&act(&app, &REFERENT, "endReferent", &leaves, ""), "LAST_REFERENT");
        let suspends = format!("{leaves}, suspendAccess: true");
        done(&act(&app, &REFERENT, "endReferent", &suspends, ""));
        assert_eq!(withheld(&other, &ANALYST), "NO_REFERENT");
        // The token still says so; the office is over.
        refused(&act(&app, &REFERENT, "withdrawFromCharter", partner, ""), "UNKNOWN");
        done(&act(&app, &OPERATOR, "designateReferent", &person, ""));
        done(&act(&app, &REFERENT, "withdrawFromCharter", partner, ""));
        assert_eq!(withheld(&other, &ANALYST), "CHARTER_NOT_SIGNED");
        refused(&act(&app, &REFERENT, "withdrawFromCharter", partner, ""), "NOT_SIGNED");
    }
}

/// Why a figure of a neighbourhood of Dijon is withheld from somebody of Chenôve.
fn elsewhere(app: &TestApp) -> Value {
    let query = r#"{ territory(code: "21231X004") { observation(indicator: "PRE01", period: "2025") { withheld } } }"#;
    app.ask(&ASKS, query).data()["territory"]["observation"]["withheld"].take()
}

const ASKS: Caller = caller("asks", "CCAS-CHENOVE", &[Role::Analyst]);

#[test]
fn a_provider_opens_exactly_what_it_grants_and_closes_it_with_the_next_request() {
    for app in own("charter_uses") {
        let other = app.another_instance();
        assert_eq!(
            elsewhere(&app),
            "OUT_OF_SCOPE",
            "below the commune a signatory reads its own territories"
        );
        let asked = r#"sources: ["CAF-ALLOC"], finestLevel: IRIS, territories: ["21231"], purposes: [URBAN_POLICY], reason: "étude", until: "2027-06-30""#;
        refused(&act(&app, &STEWARD, "requestUse", asked, ""), "UNKNOWN");
        refused(&act(&app, &ANALYST, "requestUse", asked, ""), "NOT_SIGNED");
        let past = asked.replace("2027-06-30", "2020-06-30");
        refused(&act(&app, &ASKS, "requestUse", &past, ""), "DAY_PAST");
        let silent = asked.replace("étude", " ");
        refused(&act(&app, &ASKS, "requestUse", &silent, ""), "REASON_MISSING");
        let wide = asked.replace(r#"["CAF-ALLOC"]"#, r#"["CAF-ALLOC", "FT-DEFM"]"#);
        refused(&act(&app, &ASKS, "requestUse", &wide, ""), "SOURCE_ELSEWHERE");
        let payload =
            act(&app, &ASKS, "requestUse", asked, "useRequest { id reference state granted { until } }");
        done(&payload);
        assert_eq!(payload["useRequest"]["state"], "REQUESTED");
        assert_eq!(elsewhere(&app), "OUT_OF_SCOPE", "asking opens nothing");
        let reference = payload["useRequest"]["reference"].as_str().unwrap();
        let this = format!(r#"reference: "{reference}""#);
        // Whoever it does not concern cannot tell it from one that was never made, by reference or by identifier.
        let node = format!(
            r#"{{ node(id: {}) {{ id }} useRequests {{ nodes {{ reference }} }} }}"#,
            payload["useRequest"]["id"]
        );
        for by in [&ELSEWHERE, &OTHER_STEWARD] {
            let grant = |which: &str| act(&app, by, "decideUse", &format!("{which}, verdict: GRANT"), "");
            assert_eq!(grant(&this), grant(r#"reference: "DEMANDE-999999""#));
            refused(&grant(&this), "UNKNOWN");
            let seen = app.ask(by, &node).data();
            assert!(seen["node"].is_null() && !seen.to_string().contains(reference), "{}: {seen}", by.name);
        }
        let grant = format!("{this}, verdict: GRANT");
        for by in [&ASKS, &OPERATOR] {
            refused(&act(&app, by, "decideUse", &grant, ""), "UNKNOWN");
        }
        refused(&act(&app, &STEWARD, "decideUse", &format!("{this}, verdict: REFUSE"), ""), "REASON_MISSING");
        refused(
            &act(&app, &STEWARD, "decideUse", &format!("{grant}, unmasked: true"), ""),
            "WIDER_THAN_ASKED",
        );
        refused(&act(&app, &STEWARD, "suspendUse", &format!(r#"{this}, reason: "?""#), ""), "UNKNOWN");
        refused(&act(&app, &OPERATOR, "suspendUse", &format!(r#"{this}, reason: "?""#), ""), "NOT_GRANTED");
        let elsewhere_too = format!(r#"{grant}, territories: ["21231X004", "21166"]"#);
        refused(&act(&app, &STEWARD, "decideUse", &elsewhere_too, ""), "WIDER_THAN_ASKED");
        // Less than the commune that was asked for.
        let narrowed =
            format!(r#"{grant}, reason: "pour l’étude", until: "2027-03-31", territories: ["21231X004"]"#);
        let payload =
            act(&app, &STEWARD, "decideUse", &narrowed, "useRequest { state granted { until unmasked } }");
        assert_eq!(payload["useRequest"]["granted"], json!({ "until": "2027-03-31", "unmasked": false }));
        let open = elsewhere(&other);
        assert!(open.is_null() || open == "STATISTICAL_SECRECY", "{open}");
        refused(&act(&app, &STEWARD, "decideUse", &grant, ""), "ALREADY_DECIDED");
        let why = format!(r#"{this}, reason: "contrôle""#);
        let reasons = "useRequest { decisionReason suspensionReason }";
        let suspended = act(&app, &OPERATOR, "suspendUse", &why, reasons);
        assert_eq!(
            suspended["useRequest"],
            json!({ "decisionReason": "pour l’étude", "suspensionReason": "contrôle" })
        );
        refused(&act(&app, &OPERATOR, "suspendUse", &why, ""), "ALREADY_SUSPENDED");
        assert_eq!(elsewhere(&other), "OUT_OF_SCOPE", "suspended");
        let resumed = act(&app, &OPERATOR, "resumeUse", &this, reasons);
        assert_eq!(
            resumed["useRequest"],
            json!({ "decisionReason": "pour l’étude", "suspensionReason": null })
        );
        refused(&act(&app, &OPERATOR, "resumeUse", &this, ""), "NOT_SUSPENDED");
        assert_ne!(elsewhere(&other), "OUT_OF_SCOPE");
        refused(&act(&app, &OPERATOR, "revokeUse", &why, ""), "UNKNOWN");
        done(&act(&app, &STEWARD, "revokeUse", &why, "useRequest { state }"));
        assert_eq!(elsewhere(&other), "OUT_OF_SCOPE", "revoked");
        refused(&act(&app, &STEWARD, "revokeUse", &why, ""), "NOT_GRANTED");
        refused(&act(&app, &ASKS, "takeBackUse", &this, ""), "ALREADY_DECIDED");
    }
}

#[test]
fn a_use_ends_with_the_agreement_that_it_was_granted_under_and_no_other_brings_it_back() {
    for app in own("charter_agreements") {
        let asked = r#"sources: ["CAF-ALLOC"], finestLevel: IRIS, territories: ["21231"], purposes: [URBAN_POLICY], reason: "étude", until: "2027-06-30""#;
        let request = |until: &str| {
            let asked = asked.replace("2027-06-30", until);
            act(&app, &ASKS, "requestUse", &asked, "useRequest { reference }")
        };
        refused(&request("2029-01-01"), "WIDER_THAN_AGREEMENT");
        let state = |payload: &Value| {
            let query = "{ useRequests { nodes { reference state decisionReason } } }";
            let listed = app.ask(&ASKS, query).data()["useRequests"]["nodes"].take();
            let mut listed = listed.as_array().unwrap().clone().into_iter();
            listed.find(|one| one["reference"] == payload["useRequest"]["reference"]).unwrap()
        };
        let decide = |payload: &Value| {
            let grant = format!("reference: {}, verdict: GRANT", payload["useRequest"]["reference"]);
            act(&app, &STEWARD, "decideUse", &grant, "")
        };
        let (granted, waiting) = (request("2027-06-30"), request("2027-06-30"));
        done(&decide(&granted));
        assert_ne!(elsewhere(&app), "OUT_OF_SCOPE");
        done(&act(&app, &OPERATOR, "endAgreement", r#"reference: "CONV-2024-CAF21""#, ""));
        assert_eq!(elsewhere(&app), "NO_AGREEMENT");
        assert_eq!(state(&granted)["state"], "REVOKED");
        assert!(state(&granted)["decisionReason"].as_str().unwrap().contains("CONV-2024-CAF21"));
        refused(&decide(&waiting), "WIDER_THAN_AGREEMENT");
        let terms = r#"provider: "CAF21", sources: ["CAF-ALLOC"], finestLevel: IRIS, ownTerritoriesBelow: COMMUNE, purposes: [URBAN_POLICY], from: "2026-01-01", until: "2027-12-31""#;
        done(&act(&app, &STEWARD, "concludeAgreement", terms, ""));
        assert_eq!(elsewhere(&app), "OUT_OF_SCOPE", "what was granted before is not granted again");
        done(&decide(&waiting));
        assert_ne!(elsewhere(&app), "OUT_OF_SCOPE");
    }
}

#[test]
fn acts_of_one_document_see_what_the_ones_before_them_changed() {
    for app in own("charter_documents") {
        let conclude = r#"concludeAgreement(input: { provider: "CAF21", sources: ["CAF-ALLOC"], finestLevel: COMMUNE, purposes: [URBAN_POLICY], from: "2026-01-01", until: "2027-12-31" }) { agreement { sources { code agreement { reference } } } }"#;
        let end = r#"endAgreement(input: { reference: "CONV-2024-CAF21" }) { agreement { sources { code agreement { reference } } } }"#;
        let both = app.ask(&STEWARD, &format!("mutation {{ {end} {conclude} }}")).data();
        assert_eq!(
            both["endAgreement"]["agreement"]["sources"],
            json!([{ "code": "CAF-ALLOC", "agreement": null }])
        );
        assert_ne!(both["concludeAgreement"]["agreement"]["sources"][0]["agreement"], Value::Null);
        let study = r#"draftStudy(input: { study: { kind: THEMATIC, title: "Besoins", audience: SIGNATORIES } }) { study { reference } }"#;
        let reference =
            app.ask(&ASKS, &format!("mutation {{ {study} }}")).data()["draftStudy"]["study"]["reference"]
                .clone();
        let this = format!("reference: {reference}");
        let submit =
            format!("submitStudy(input: {{ {this} }}) {{ study {{ status }} userErrors {{ code }} }}");
        let revise = format!(
            r#"updateStudy(input: {{ {this}, study: {{ kind: THEMATIC, title: "Besoins", audience: SIGNATORIES }} }}) {{ study {{ status }} }}"#
        );
        let told = app.ask(&ASKS, &format!("mutation {{ a: {submit} {revise} b: {submit} }}")).data();
        let submitted = json!({ "study": { "status": "SUBMITTED" }, "userErrors": [] });
        assert_eq!((&told["a"], &told["b"]), (&submitted, &submitted));
        assert_eq!(told["updateStudy"]["study"]["status"], "DRAFT");
    }
}

#[test]
fn what_the_demonstration_granted_is_seen_suspended_and_revoked_like_any_other_use() {
    for app in own("charter_granted") {
        let grantee = who("analyst with an unmasked grant");
        let masked = || {
            let query = r#"{ observations(filter: { indicators: ["PRE03"], level: IRIS, within: "21166", periods: ["2025"], dimensions: ["AGE", "RSA_TYPE"] }, first: 200) { nodes { withheld } } }"#;
            let told = app.ask(grantee, query).data()["observations"]["nodes"].to_string();
            told.contains("STATISTICAL_SECRECY")
        };
        let listed = |by: &Caller, filter: &str| {
            let query = format!("{{ useRequests{filter} {{ nodes {{ reference state }} }} }}");
            app.ask(by, &query).data()["useRequests"]["nodes"].take()
        };
        let granted = json!([{ "reference": "ACCORD-2026-COM-21166-CAF", "state": "GRANTED" }]);
        assert_eq!((listed(grantee, ""), listed(&STEWARD, "")), (granted.clone(), granted));
        assert_eq!(
            listed(&OPERATOR, "(filter: { state: EXPIRED })"),
            json!([{ "reference": "ACCORD-2023-COM-21231-ALD", "state": "EXPIRED" }])
        );
        let this = r#"reference: "ACCORD-2026-COM-21166-CAF""#;
        let why = format!(r#"{this}, reason: "contrôle""#);
        assert!(!masked());
        done(&act(&app, &OPERATOR, "suspendUse", &why, ""));
        assert!(masked(), "suspended");
        done(&act(&app, &OPERATOR, "resumeUse", this, ""));
        assert!(!masked());
        done(&act(&app, &STEWARD, "revokeUse", &why, "useRequest { state }"));
        assert!(masked(), "revoked");
    }
}

/// Whether releases open what was granted to who asks, once it was examined.
fn opened(app: &TestApp) -> Vec<Value> {
    app.examine_grants();
    let query = "{ useRequests(filter: { state: GRANTED }) { nodes { openings { release { source { code } } state explanation } } } }";
    let data = app.ask(&ASKS, query).data();
    let granted = data["useRequests"]["nodes"].as_array().unwrap().iter();
    granted.flat_map(|request| request["openings"].as_array().unwrap().clone()).collect()
}

#[test]
fn true_numbers_that_are_granted_are_read_in_the_releases_that_are_there_already() {
    for app in own_with_counts("charter_openings") {
        let other = app.another_instance();
        let masked = |app: &TestApp, by: &Caller| {
            let query = r#"{ observations(filter: { indicators: ["PRE03"], level: IRIS, within: "21166", periods: ["2025"], dimensions: ["AGE", "RSA_TYPE"] }, first: 200) { nodes { withheld } } }"#;
            let told = app.ask(by, query).data()["observations"]["nodes"].take();
            assert!(told.as_array().is_some_and(|told| told.len() > 20), "{told}");
            told.to_string().contains("STATISTICAL_SECRECY")
        };
        assert!(masked(&app, &ASKS));
        let asked = r#"sources: ["CAF-ALLOC"], finestLevel: IRIS, purposes: [URBAN_POLICY], unmasked: true, reason: "étude", until: "2027-06-30""#;
        let payload = act(&app, &ASKS, "requestUse", asked, "useRequest { reference openings { state } }");
        done(&payload);
        assert_eq!(payload["useRequest"]["openings"], json!([]), "nothing is granted yet");
        let this = format!("reference: {}", payload["useRequest"]["reference"]);
        let grant = format!("{this}, verdict: GRANT");
        done(&act(&app, &STEWARD, "decideUse", &grant, ""));
        let openings = opened(&app);
        assert!(!openings.is_empty());
        for opening in openings {
            let source = &opening["release"]["source"]["code"];
            assert_eq!((&opening["state"], source), (&json!("OPEN"), &json!("CAF-ALLOC")));
            assert!(
                opening["explanation"].as_str().is_some_and(|told| told.contains("se lisent")),
                "{opening}"
            );
        }
        assert!(!masked(&app, &ASKS) && !masked(&other, &ASKS));
        let elsewhere = Caller { partner: Some("CCAS-DIJON"), ..ASKS };
        let query = r#"{ observations(filter: { indicators: ["PRE03"], level: COMMUNE, within: "21166", periods: ["2025"], dimensions: ["AGE", "RSA_TYPE"] }, first: 200) { nodes { value withheld note } } }"#;
        let told = app.ask(&elsewhere, query).data().to_string();
        assert!(
            !told.contains("ouvert"),
            "a number is opened to somebody to whom it was not granted: {told}"
        );
        let why = format!(r#"{this}, reason: "contrôle""#);
        done(&act(&app, &STEWARD, "revokeUse", &why, "useRequest { state openings { state } }"));
        assert!(masked(&app, &ASKS) && masked(&other, &ASKS), "revoked");
    }
}

#[test]
fn a_refusal_names_the_input_that_is_at_fault_and_says_what_is_missing() {
    for app in own("charter_inputs") {
        let told = |by: &Caller, field: &str, input: &str| {
            let error = act(&app, by, field, input, "")["userErrors"][0].take();
            let input = error["field"][1].as_str().unwrap_or("none").to_owned();
            (error["code"].as_str().unwrap().to_owned(), input, error["message"].as_str().unwrap().to_owned())
        };
        let at = |by: &Caller, field: &str, input: &str| {
            let (code, input, _) = told(by, field, input);
            format!("{code} {input}")
        };
        let asked = r#"sources: ["CAF-ALLOC"], finestLevel: IRIS, territories: ["21231"], purposes: [URBAN_POLICY], reason: "étude", until: "2027-06-30""#;
        for (from, to, expected) in [
            (r#"["CAF-ALLOC"]"#, "[]", "NOTHING_NAMED sources"),
            ("[URBAN_POLICY]", "[]", "NOTHING_NAMED purposes"),
            (r#"["CAF-ALLOC"]"#, r#"["CAF-ALLOC", "FT-DEFM"]"#, "SOURCE_ELSEWHERE sources"),
            (r#"["CAF-ALLOC"]"#, r#"["CAF-ALLOC", "RIEN"]"#, "CODE_UNKNOWN sources"),
            (r#"["21231"]"#, r#"["99999"]"#, "CODE_UNKNOWN territories"),
            ("2027-06-30", "30 juin", "DATE_INVALID until"),
            ("étude", " ", "REASON_MISSING reason"),
            ("2027-06-30", "2020-06-30", "DAY_PAST until"),
            ("2027-06-30", "2029-01-01", "WIDER_THAN_AGREEMENT until"),
            (r#"["CAF-ALLOC"]"#, r#"["BAILLEURS-PARC"]"#, "WIDER_THAN_AGREEMENT sources"),
        ] {
            assert_eq!(at(&ASKS, "requestUse", &asked.replace(from, to)), expected);
        }
        assert_eq!(at(&STEWARD, "requestUse", asked), "UNKNOWN none");
        let (_, _, message) = told(&ASKS, "requestUse", &asked.replace("[URBAN_POLICY]", "[]"));
        assert!(message.contains("finalité") && !message.contains("formation"), "{message}");
        let made = act(&app, &ASKS, "requestUse", asked, "useRequest { reference }");
        let grant = format!("reference: {}, verdict: GRANT", made["useRequest"]["reference"]);
        for (narrowed, expected) in [
            (r#"until: "2027-12-31""#, "WIDER_THAN_ASKED until"),
            (r#"until: "2020-12-31""#, "DAY_PAST until"),
            ("unmasked: true", "WIDER_THAN_ASKED unmasked"),
            ("purposes: []", "NOTHING_NAMED purposes"),
            ("sources: []", "NOTHING_NAMED sources"),
            (r#"sources: ["RIEN"]"#, "CODE_UNKNOWN sources"),
            (r#"until: "demain""#, "DATE_INVALID until"),
            (r#"territories: ["21166"]"#, "WIDER_THAN_ASKED territories"),
        ] {
            assert_eq!(at(&STEWARD, "decideUse", &format!("{grant}, {narrowed}")), expected);
        }
        let person = r#"partner: "COM-21515", subject: " ", service: "CCAS""#;
        assert_eq!(at(&OPERATOR, "designateReferent", person), "NOTHING_NAMED subject");
        assert_eq!(
            at(&OPERATOR, "signCharter", r#"partner: "COM-21515", expiresOn: "2020-01-01""#),
            "DAY_PAST expiresOn"
        );
        let terms = r#"provider: "CAF21", sources: ["CAF-ALLOC"], finestLevel: IRIS, purposes: [URBAN_POLICY], from: "2026-01-01", until: "2027-12-31""#;
        for (from, to, expected) in [
            (r#"["CAF-ALLOC"]"#, "[]", "NOTHING_NAMED sources"),
            (r#"["CAF-ALLOC"]"#, r#"["FT-DEFM"]"#, "SOURCE_ELSEWHERE sources"),
            ("2027-12-31", "2025-12-31", "DAYS_REVERSED until"),
            ("[URBAN_POLICY]", "[URBAN_POLICY], trainingMonths: 0", "NOTHING_NAMED trainingMonths"),
            ("CAF21", "CPAM21", "UNKNOWN provider"),
            (r#"["CAF-ALLOC"]"#, r#"["RIEN"]"#, "CODE_UNKNOWN sources"),
            ("2026-01-01", "01/01/2026", "DATE_INVALID from"),
        ] {
            assert_eq!(at(&STEWARD, "concludeAgreement", &terms.replace(from, to)), expected);
        }
        let query = format!(
            r#"mutation {{ concludeAgreement(input: {{ {terms}, processor: "CCAS-DIJON" }}) {{ userErrors {{ code message }} }} }}"#
        );
        let refused = app.ask(&STEWARD, &query).data()["concludeAgreement"]["userErrors"][0].take();
        assert_eq!(refused["code"], "CODE_UNKNOWN");
        assert!(refused["message"].as_str().unwrap().contains("sous-traitant"), "{refused}");
        let meeting = r#"kind: WORKSHOP, title: " ", heldOn: "2026-12-01""#;
        assert_eq!(at(&OPERATOR, "scheduleEvent", meeting), "TITLE_MISSING title");
        assert_eq!(at(&STEWARD, "scheduleEvent", meeting), "UNKNOWN none");
        let plan = r#"kind: THEMATIC, title: "Isolement", leader: "CCAS-DIJON", dueOn: "2027-06-30""#;
        for (from, to, expected) in [
            ("Isolement", " ", "TITLE_MISSING title"),
            ("2027-06-30", "2020-06-30", "DAY_PAST dueOn"),
            ("CCAS-DIJON", "NOBODY", "UNKNOWN leader"),
        ] {
            assert_eq!(at(&OPERATOR, "planStudy", &plan.replace(from, to)), expected);
        }
    }
}
