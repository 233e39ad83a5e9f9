//! Programs of third parties that ask for a partner: its referent issues, renews and revokes their tokens.

use axum::{body::Body, http::Request};
use entity::types::{Purpose, Role};
use serde_json::{Value, json};

use crate::support::app::{Answer, CALLERS, Caller, TestApp, own};

const fn caller(name: &'static str, partner: &'static str, roles: &'static [Role]) -> Caller {
    Caller { name, partner: Some(partner), roles, purpose: Some(Purpose::NeedsAnalysis), client: None }
}

const REFERENT: Caller = caller("referent", "CCAS-CHENOVE", &[Role::Referent]);
const ANALYST: Caller = caller("analyst", "CCAS-CHENOVE", &[Role::Analyst]);
const ELSEWHERE: Caller = caller("referent elsewhere", "CCAS-DIJON", &[Role::Referent]);
const OPERATOR: Caller = caller("operator", "GRAND-DIJON", &[Role::Operator]);

const THIS: &str = r#"partner: "CCAS-CHENOVE", client: "tableau-de-bord""#;

fn act(app: &TestApp, by: &Caller, field: &str, input: &str, selection: &str) -> Value {
    let query =
        format!("mutation {{ {field}(input: {{ {input} }}) {{ {selection} userErrors {{ code field }} }} }}");
    app.ask(by, &query).data()[field].take()
}

/// Asks with a token as it was given, for a purpose.
fn ask(app: &TestApp, token: &str, purpose: &str) -> Answer {
    let query = r#"{ viewer { client } territory(code: "21166") { observation(indicator: "PRE01", period: "2025") { value withheld } } }"#;
    let request = Request::post("/graphql")
        .header("Content-Type", "application/json")
        .header("X-Purpose", purpose)
        .header("Authorization", format!("Bearer {token}"));
    app.send(request.body(Body::from(json!({ "query": query }).to_string())).unwrap())
}

fn listed(app: &TestApp, by: &Caller) -> Value {
    let query = r#"{ partner(code: "CCAS-CHENOVE") { clients { name purposes issuedBy revokedAt } } }"#;
    app.ask(by, query).data()["partner"]["clients"].take()
}

#[test]
fn a_referent_issues_renews_and_revokes_the_token_of_a_program() {
    for app in own("third_parties") {
        let other = app.another_instance();
        let input = format!(r#"{THIS}, purposes: [NEEDS_ANALYSIS], until: "2027-06-30""#);
        let issued = act(&app, &REFERENT, "issueClient", &input, "client { name purposes expiresAt } token");
        assert_eq!(issued["userErrors"], json!([]), "{issued}");
        assert_eq!(
            issued["client"],
            json!({ "name": "tableau-de-bord", "purposes": ["NEEDS_ANALYSIS"], "expiresAt": "2027-07-01T00:00:00Z" })
        );
        let first = issued["token"].as_str().unwrap().to_owned();
        let answer = ask(&other, &first, "NEEDS_ANALYSIS");
        assert_eq!(answer.status, 200, "{}", answer.json());
        let data = answer.data();
        assert_eq!(data["viewer"]["client"], "tableau-de-bord");
        assert_eq!(data["territory"]["observation"]["withheld"], Value::Null, "{data}");
        assert_eq!(ask(&app, &first, "URBAN_POLICY").code().as_deref(), Some("PURPOSE_INVALID"));
        // A program is nobody: it issues nothing itself, and what it is called is not given twice.
        let again = act(&app, &REFERENT, "issueClient", &input, "token");
        assert_eq!(
            (&again["token"], &again["userErrors"][0]["code"]),
            (&Value::Null, &json!("CLIENT_THERE"))
        );
        assert_eq!(again["userErrors"][0]["field"], json!(["input", "client"]));
        let renewed =
            act(&app, &REFERENT, "rotateClient", &format!(r#"{THIS}, until: "2027-09-30""#), "token");
        let second = renewed["token"].as_str().unwrap().to_owned();
        assert_eq!(
            ask(&other, &first, "NEEDS_ANALYSIS").code().as_deref(),
            Some("TOKEN_INVALID"),
            "it was replaced"
        );
        assert_eq!(ask(&other, &second, "NEEDS_ANALYSIS").status, 200);
        // A token of that name that nobody had issued here is none.
        let forged =
            Caller { client: Some("tableau-de-bord"), ..caller("forged", "CCAS-CHENOVE", &[Role::Reader]) };
        let token = app.token(&forged).unwrap();
        assert_eq!(ask(&app, &token, "NEEDS_ANALYSIS").code().as_deref(), Some("TOKEN_INVALID"));
        // Refused with all tokens of the partner, which is said; another one is good at once, for it is of the same clock.
        let all =
            act(&app, &REFERENT, "revokeTokens", r#"partner: "CCAS-CHENOVE", client: "tableau-de-bord""#, "");
        assert_eq!(all["userErrors"], json!([]));
        assert_eq!(ask(&other, &second, "NEEDS_ANALYSIS").code().as_deref(), Some("TOKEN_INVALID"));
        assert!(listed(&app, &REFERENT)[0]["revokedAt"].is_string());
        let revoked = act(&app, &OPERATOR, "revokeClient", THIS, "client { revokedAt }");
        assert!(revoked["client"]["revokedAt"].is_string(), "{revoked}");
        assert_eq!(
            ask(&other, &second, "NEEDS_ANALYSIS").code().as_deref(),
            Some("TOKEN_INVALID"),
            "revoked"
        );
        let mine = listed(&app, &REFERENT);
        assert_eq!(mine.as_array().map(Vec::len), Some(1));
        assert_eq!(
            (&mine[0]["issuedBy"], &mine[0]["name"]),
            (&json!("agent-0018"), &json!("tableau-de-bord"))
        );
        assert_eq!(listed(&app, &OPERATOR), mine);
        for by in CALLERS.iter().filter(|by| by.name != "operator" && by.partner != Some("CCAS-CHENOVE")) {
            assert_eq!(listed(&app, by), Value::Null, "{}", by.name);
        }
        assert_eq!((listed(&app, &ANALYST), listed(&app, &ELSEWHERE)), (Value::Null, Value::Null));
    }
}

/// A token that is told once is not lost because another act of the same document names what is not there.
#[test]
fn what_is_wrong_with_one_act_takes_nothing_from_the_others_of_its_document() {
    for app in own("third_party_documents") {
        let document = format!(
            r#"mutation {{
                first: issueClient(input: {{ {THIS}, purposes: [NEEDS_ANALYSIS], until: "2027-06-30" }}) {{ token userErrors {{ code field }} }}
                second: requestUse(input: {{ sources: ["RIEN"], finestLevel: IRIS, purposes: [NEEDS_ANALYSIS], reason: "étude", until: "2027-06-30" }}) {{ userErrors {{ code field }} }}
                third: rotateClient(input: {{ {THIS}, until: "30/06/2027" }}) {{ token userErrors {{ code field }} }}
                fourth: draftStudy(input: {{ study: {{ kind: THEMATIC, title: "Étude", audience: SIGNATORIES, territories: ["21231"], citations: [{{ indicator: "REV03", territory: "21231", period: "deux mille" }}] }} }}) {{ userErrors {{ code field }} }}
            }}"#
        );
        let answer = app.ask(&REFERENT, &document);
        assert_eq!(answer.json()["errors"], Value::Null, "{}", answer.json());
        let data = answer.data();
        assert_eq!(ask(&app, data["first"]["token"].as_str().unwrap(), "NEEDS_ANALYSIS").status, 200);
        let told = |act: &str| data[act]["userErrors"][0].clone();
        assert_eq!(told("second"), json!({ "code": "CODE_UNKNOWN", "field": ["input", "sources"] }));
        assert_eq!(told("third"), json!({ "code": "DATE_INVALID", "field": ["input", "until"] }));
        let cited = json!({ "code": "PERIOD_INVALID", "field": ["input", "study", "citations"] });
        assert_eq!(told("fourth"), cited);
    }
}

#[test]
fn a_token_of_a_program_is_good_for_a_year_at_most_and_for_a_name_and_a_purpose() {
    for app in own("third_party_limits") {
        let code = |field: &str, input: &str| {
            let told = act(&app, &REFERENT, field, input, "");
            let error = &told["userErrors"][0];
            format!("{} {}", error["code"].as_str().unwrap(), error["field"][1].as_str().unwrap())
        };
        let issue = |client: &str, purposes: &str, until: &str| {
            code(
                "issueClient",
                &format!(
                    r#"partner: "CCAS-CHENOVE", client: "{client}", purposes: [{purposes}], until: "{until}""#
                ),
            )
        };
        assert_eq!(issue("bord", "NEEDS_ANALYSIS", "2020-01-01"), "DAY_PAST until");
        assert_eq!(issue("bord", "NEEDS_ANALYSIS", "2029-01-01"), "TOKEN_TOO_LONG until");
        assert_eq!(issue(" ", "NEEDS_ANALYSIS", "2027-01-01"), "CLIENT_NAME client");
        assert_eq!(issue("bord", "", "2027-01-01"), "NOTHING_NAMED purposes");
        let unknown = r#"partner: "CCAS-CHENOVE", client: "inconnu""#;
        assert_eq!(code("revokeClient", unknown), "UNKNOWN client");
        assert_eq!(code("rotateClient", &format!(r#"{unknown}, until: "2027-01-01""#)), "UNKNOWN client");
        let theirs = r#"partner: "CCAS-DIJON", client: "bord""#;
        assert_eq!(code("revokeClient", theirs), "UNKNOWN partner");
    }
}
