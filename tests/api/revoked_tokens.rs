//! Referents see who has asked with the tokens of their organisation, and revoke them.

use axum::{body::Body, http::Request};
use chrono::{DateTime, TimeDelta, Utc};
use entity::types::{Purpose, Role};
use serde_json::{Value, json};

use crate::support::app::{Answer, CALLERS, Caller, TestApp, own, today, who};

const fn caller(name: &'static str, roles: &'static [Role], client: Option<&'static str>) -> Caller {
    Caller { name, partner: Some("CCAS-CHENOVE"), roles, purpose: Some(Purpose::NeedsAnalysis), client }
}

const ANALYST: Caller = caller("analyst", &[Role::Analyst], None);
const OTHER: Caller = caller("another analyst", &[Role::Analyst], None);
const DASHBOARD: Caller = caller("dashboard", &[Role::Reader], Some("dashboard"));
const REFERENT: Caller = caller("referent", &[Role::Referent], None);

/// Asks with a token of a moment.
fn ask(app: &TestApp, by: &Caller, issued_at: DateTime<Utc>) -> Answer {
    let token = app.token_of(by, issued_at).unwrap();
    let query =
        r#"{ territory(code: "21166") { observation(indicator: "PRE03", period: "2025") { value } } }"#;
    let request = Request::post("/graphql")
        .header("Content-Type", "application/json")
        .header("Authorization", format!("Bearer {token}"));
    app.send(request.body(Body::from(json!({ "query": query }).to_string())).unwrap())
}

fn revoke(app: &TestApp, by: &Caller, whose: &str) -> Value {
    let query = format!(
        "mutation {{ revokeTokens(input: {{ partner: \"CCAS-CHENOVE\" {whose} }}) {{ partner {{ code }} userErrors {{ code }} }} }}"
    );
    app.ask(by, &query).data()["revokeTokens"].take()
}

fn bearers(app: &TestApp, by: &Caller) -> Value {
    let query = r#"{ partner(code: "CCAS-CHENOVE") { tokenBearers { subject client requests revokedAt } } }"#;
    app.ask(by, query).data()["partner"]["tokenBearers"].take()
}

#[test]
fn a_referent_sees_and_ends_the_tokens_of_their_own_organisation() {
    for app in own("revoked_tokens") {
        let other = app.another_instance();
        let (before, after) = (today() - TimeDelta::hours(1), today() + TimeDelta::seconds(31));
        for by in [&ANALYST, &OTHER, &DASHBOARD] {
            assert_eq!(ask(&app, by, before).status, 200, "{}", by.name);
        }
        for by in CALLERS.iter().chain([&ANALYST]) {
            let theirs = ["operator", "referent"].contains(&by.name);
            assert_eq!(bearers(&app, by).is_null(), !theirs, "{}", by.name);
            if !theirs && by.partner.is_some() {
                let refused = json!({ "partner": null, "userErrors": [{ "code": "UNKNOWN" }] });
                assert_eq!(revoke(&app, by, ""), refused, "{}", by.name);
            }
        }
        let told = bearers(&app, &REFERENT);
        for (subject, client) in [
            ("test-analyst", Value::Null),
            ("test-another-analyst", Value::Null),
            ("test-dashboard", json!("dashboard")),
        ] {
            let entry = json!({ "subject": subject, "client": client, "requests": 1, "revokedAt": null });
            assert!(told.as_array().unwrap().contains(&entry), "{told}");
        }

        // Somebody's, in every instance from the next request on; a new one is good.
        assert_eq!(revoke(&app, &REFERENT, ", subject: \" \"")["userErrors"][0]["code"], "NOTHING_NAMED");
        let done = json!({ "partner": { "code": "CCAS-CHENOVE" }, "userErrors": [] });
        assert_eq!(revoke(&app, &REFERENT, ", subject: \"test-analyst\""), done);
        let refused = ask(&other, &ANALYST, before);
        assert_eq!((refused.status.as_u16(), refused.code().as_deref()), (401, Some("TOKEN_INVALID")));
        assert_eq!(ask(&other, &ANALYST, today() + TimeDelta::seconds(29)).status, 401, "clocks differ");
        assert_eq!(ask(&other, &ANALYST, after).status, 200);
        assert_eq!(ask(&other, &OTHER, before).status, 200);
        assert_eq!(ask(&other, &DASHBOARD, before).status, 200);
        // A client's.
        assert_eq!(revoke(&app, &REFERENT, ", client: \"dashboard\""), done);
        assert_eq!(ask(&other, &DASHBOARD, before).status, 401);
        assert_eq!(ask(&other, &OTHER, before).status, 200);
        assert_eq!(ask(&other, &Caller { client: Some("other"), ..DASHBOARD }, before).status, 200);
        let told = bearers(&app, &REFERENT);
        let revoked = told.as_array().unwrap().iter().filter(|entry| entry["revokedAt"].is_string());
        assert_eq!(revoked.count(), 2, "{told}");
        // All of them; those of other partners stay.
        assert_eq!(revoke(&app, who("operator"), ""), done);
        assert_eq!(ask(&other, &OTHER, before).status, 401);
        assert_eq!(ask(&other, &Caller { client: Some("other"), ..DASHBOARD }, before).status, 401);
        assert_eq!(ask(&other, who("analyst"), before).status, 200);
    }
}
