//! Tokens that open, for whom they say, in the provider's words; and that end when they are revoked.

use axum::{body::Body, http::Request};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{
    ask,
    played::{Key, Played},
    question, refused, settings, trusting, viewer,
};
use crate::support::app::{own_embedded, sqlite, today, who};

#[test]
fn a_good_token_opens_for_whom_it_says() {
    let (rsa, elliptic) = (Key::first("one"), Key::elliptic("two"));
    let played = Played::with(&[&rsa, &elliptic]);
    let app = trusting(&[played.issuer()]);
    let expected = json!({
        "subject": "marie", "client": null, "purpose": null, "roles": ["ANALYST"], "partner": { "code": "CCAS-DIJON" },
    });
    for key in [&rsa, &elliptic] {
        assert_eq!(viewer(&app, &key.token(&played.claims())), expected, "{}", key.name);
    }
    let several = played.changed("aud", json!(["elsewhere", "observatoire-api"]));
    assert_eq!(viewer(&app, &rsa.token(&several)), expected);
    let mut known_type = rsa.header();
    known_type.typ = Some("at+jwt".to_owned());
    let typed = rsa.token_of(&json!(known_type).to_string(), &played.claims().to_string());
    assert_eq!(viewer(&app, &typed), expected);
    let words = played.changed("groups", json!("observatoire-lecteur autre observatoire-analyste"));
    assert_eq!(viewer(&app, &rsa.token(&words))["roles"], json!(["READER", "ANALYST"]));
    // A program of a third party is one that says so in the claim of the settings.
    let program = played.changed("program", json!("tableau"));
    assert_eq!(viewer(&app, &rsa.token(&program))["client"], "tableau");
    // One request for the document and one for the keys, for all of these.
    assert_eq!(played.asked(), (1, 1));
    // Tokens of the local issuer are as good as before, and its keys alone are published.
    assert_eq!(app.ask(who("analyst"), "{ viewer { subject } }").status, 200);
    let published = app.send(Request::get("/.well-known/jwks.json").body(Body::empty()).unwrap()).json();
    assert_eq!(published["keys"].as_array().unwrap().len(), 1);
    assert_eq!(published["keys"][0]["kty"], "OKP");
}

#[test]
fn purposes_are_those_of_the_token_and_else_those_of_the_settings() {
    let key = Key::first("one");
    let played = Played::with(&[&key]);
    let app = trusting(&[played.issuer()]);
    let purpose = |claims: &Value, declared: &str| {
        let answer = app.send(question(&key.token(claims), Some(declared)));
        if answer.status == 200 { Ok(answer.data()["viewer"]["purpose"].take()) } else { Err(answer.code()) }
    };
    let not_allowed = Err(Some("PURPOSE_INVALID".to_owned()));
    assert_eq!(purpose(&played.claims(), "NEEDS_ANALYSIS"), Ok(json!("NEEDS_ANALYSIS")));
    assert_eq!(purpose(&played.claims(), "URBAN_POLICY"), not_allowed);
    let said = played.changed("purposes", json!(["URBAN_POLICY"]));
    assert_eq!(purpose(&said, "URBAN_POLICY"), Ok(json!("URBAN_POLICY")));
    assert_eq!(purpose(&said, "NEEDS_ANALYSIS"), not_allowed);
}

#[test]
fn a_token_without_the_name_of_a_key_is_good_where_only_one_fits() {
    let (first, second, elliptic) = (Key::first("one"), Key::second("two"), Key::elliptic("three"));
    let played = Played::with(&[&first, &elliptic]);
    let app = trusting(&[played.issuer()]);
    let nameless = |key: &Key| {
        let header = json!({ "alg": key.algorithm }).to_string();
        key.token_of(&header, &played.claims().to_string())
    };
    assert_eq!(viewer(&app, &nameless(&first))["subject"], "marie");
    assert_eq!(viewer(&app, &nameless(&elliptic))["subject"], "marie");
    // Another one in its place is looked for, as where keys have names.
    played.show(&[&second]);
    assert_eq!(viewer(&app, &nameless(&second))["subject"], "marie");
    let two = Played::with(&[&first, &second]);
    let app = trusting(&[two.issuer()]);
    let header = json!({ "alg": "RS256" }).to_string();
    let unsure = first.token_of(&header, &two.claims().to_string());
    refused(&ask(&app, &unsure), "signature", "one of two keys");
}

#[test]
fn what_is_revoked_is_refused_whoever_issued_it() {
    let key = Key::first("one");
    let played = Played::with(&[&key]);
    let own = own_embedded();
    let app = own.trusting(&[settings(played.issuer())]);
    let token = |subject: &str, issued_at: DateTime<Utc>| {
        let mut claims = played.changed("iat", json!(issued_at.timestamp()));
        claims["sub"] = json!(subject);
        claims["organisation"]["code"] = json!("chenove");
        key.token(&claims)
    };
    let (before, after) = (today() - TimeDelta::hours(1), today() + TimeDelta::seconds(31));
    assert_eq!(ask(&app, &token("marie", before)).status, 200);
    let act = r#"mutation { revokeTokens(input: { partner: "CCAS-CHENOVE", subject: "marie" }) { userErrors { code } } }"#;
    let done = app.ask(who("operator"), act).data();
    assert_eq!(done["revokeTokens"]["userErrors"], json!([]));
    refused(&ask(&app, &token("marie", before)), "revoked", "issued before");
    assert_eq!(ask(&app, &token("marie", after)).status, 200);
    assert_eq!(ask(&app, &token("paul", before)).status, 200);
    // A later start does not make a token younger than it is.
    let mut later = played.changed("iat", json!(before.timestamp()));
    later["nbf"] = json!(after.timestamp());
    later["organisation"]["code"] = json!("chenove");
    refused(&ask(&app, &key.token(&later)), "revoked", "issued before, valid from later on");
    assert_eq!(
        ask(sqlite(), &token("paul", before)).status,
        401,
        "where the provider is not in the settings"
    );
}
