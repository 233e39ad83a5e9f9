//! Every shape of a claim, and who it makes of a bearer.

use entity::types::{Purpose, Role};
use serde_json::{Value, json};

use super::{bearer, claim};
use crate::auth::{
    providers::ProviderSettings,
    token::{Bearer, TokenFault},
};

const NOW: u64 = 1_800_000_000;

fn settings(more: &str) -> ProviderSettings {
    toml::from_str(&format!("issuer = \"https://id.example.org\"\naudience = \"api\"\n{more}")).unwrap()
}

fn claims(more: &Value) -> Value {
    let mut claims =
        json!({ "sub": "one", "iat": NOW, "partner": "CCAS-DIJON", "roles": ["READER"], "azp": "portal" });
    claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    claims
}

fn said(more: &Value, settings_: &str) -> Result<Bearer, TokenFault> {
    bearer(&settings(settings_), &claims(more), None, NOW)
}

#[test]
fn partners_are_codes_or_words_of_a_map() {
    let partner =
        |more: Value, table: &str| said(&more, table).map(|bearer| bearer.identity.partner.to_string());
    assert_eq!(partner(json!({}), "").as_deref(), Ok("CCAS-DIJON"));
    assert_eq!(partner(json!({ "partner": ["CCAS-DIJON"] }), "").as_deref(), Ok("CCAS-DIJON"));
    let map = "partner_claim = \"organisation.code\"\npartners = { siao = \"CCAS-DIJON\" }";
    assert_eq!(partner(json!({ "organisation": { "code": "siao" } }), map).as_deref(), Ok("CCAS-DIJON"));
    // With a map nobody speaks for a partner that is not in it, by its code least of all.
    for other in
        [json!("other"), json!("CCAS-DIJON"), json!(["siao", "siao"]), json!([]), json!(1), Value::Null]
    {
        let refused = partner(json!({ "organisation": { "code": other } }), map);
        assert_eq!(refused, Err(TokenFault::Partner), "{other}");
    }
    assert_eq!(partner(json!({}), map), Err(TokenFault::Partner));
    assert_eq!(partner(json!({ "partner": "' OR 1=1" }), ""), Err(TokenFault::Partner));
}

#[test]
fn roles_are_words_or_words_of_a_map_and_there_is_one() {
    let roles = |more: Value, table: &str| said(&more, table).map(|bearer| bearer.identity.roles);
    let two = Ok(vec![Role::Reader, Role::Analyst]);
    assert_eq!(roles(json!({ "roles": ["ANALYST", "READER", "READER", "admin"] }), ""), two);
    assert_eq!(roles(json!({ "roles": "ANALYST  READER" }), ""), two);
    let map =
        "roles_claim = \"realm_access.roles\"\nroles = { \"obs lecteur\" = \"READER\", obs = \"ANALYST\" }";
    let held = |list: Value| json!({ "realm_access": { "roles": list } });
    assert_eq!(roles(held(json!(["obs", "obs lecteur", "OPERATOR"])), map), two);
    for none in [json!([]), json!(["OPERATOR"]), json!(""), Value::Null] {
        assert_eq!(roles(held(none.clone()), map), Err(TokenFault::Role), "{none}");
    }
    assert_eq!(roles(json!({}), map), Err(TokenFault::Role));
    for odd in [json!({ "a": 1 }), json!([1]), json!(1), json!([["READER"]])] {
        assert_eq!(roles(held(odd.clone()), map), Err(TokenFault::Malformed), "{odd}");
    }
}

#[test]
fn purposes_are_those_of_the_claim_and_else_those_of_the_settings() {
    let declared = |more: Value, table: &str| {
        let bearer = bearer(&settings(table), &claims(&more), Some(Purpose::NeedsAnalysis), NOW);
        bearer.map(|bearer| bearer.identity.purpose)
    };
    let good = Ok(Some(Purpose::NeedsAnalysis));
    let set = "purposes = [\"NEEDS_ANALYSIS\"]";
    assert_eq!(declared(json!({ "purposes": ["NEEDS_ANALYSIS", "other"] }), ""), good);
    assert_eq!(declared(json!({ "purposes": "URBAN_POLICY NEEDS_ANALYSIS" }), ""), good);
    assert_eq!(declared(json!({}), set), good);
    assert_eq!(declared(json!({}), ""), Err(TokenFault::Purpose));
    // A claim that is there counts, even where it allows nothing.
    assert_eq!(declared(json!({ "purposes": [] }), set), Err(TokenFault::Purpose));
    assert_eq!(declared(json!({ "purposes": 1 }), set), Err(TokenFault::Malformed));
    assert_eq!(said(&json!({}), "").unwrap().identity.purpose, None);
}

#[test]
fn a_program_of_a_third_party_is_named_by_the_claim_that_is_set_and_by_no_other() {
    let client = |more: Value, table: &str| said(&more, table).map(|bearer| bearer.identity.client);
    assert_eq!(client(json!({}), ""), Ok(None));
    let set = "client_claim = \"program\"";
    assert_eq!(client(json!({}), set), Ok(None));
    assert_eq!(client(json!({ "program": "dashboard" }), set), Ok(Some("dashboard".to_owned())));
    for odd in [json!(""), json!(1), json!(["dashboard"]), json!(true)] {
        assert_eq!(client(json!({ "program": odd }), set), Err(TokenFault::Malformed), "{odd}");
    }
}

#[test]
fn a_token_says_when_it_was_issued_and_by_the_earlier_of_two_moments() {
    let issued = |more: Value| said(&more, "").map(|bearer| bearer.issued_at.timestamp().cast_unsigned());
    assert_eq!(issued(json!({})), Ok(NOW));
    assert_eq!(issued(json!({ "iat": 1_700_000_000.75 })), Ok(1_700_000_000));
    assert_eq!(issued(json!({ "nbf": NOW - 5 })), Ok(NOW - 5));
    assert_eq!(issued(json!({ "iat": NOW - 5, "nbf": NOW })), Ok(NOW - 5));
    assert_eq!(issued(json!({ "iat": NOW + 30 })), Ok(NOW + 30));
    assert_eq!(issued(json!({ "iat": NOW + 31 })), Err(TokenFault::NotYetValid));
    for odd in [Value::Null, json!("1"), json!(-1), json!(1e300)] {
        assert_eq!(issued(json!({ "iat": odd })), Err(TokenFault::Malformed), "{odd}");
    }
    let mut none = claims(&json!({}));
    none.as_object_mut().unwrap().remove("iat");
    assert_eq!(bearer(&settings(""), &none, None, NOW), Err(TokenFault::Malformed));
}

#[test]
fn a_subject_is_a_text_of_a_length() {
    for odd in [json!(""), json!(" "), json!(1), Value::Null, json!("a".repeat(256))] {
        assert_eq!(said(&json!({ "sub": odd }), ""), Err(TokenFault::Malformed), "{odd}");
    }
}

#[test]
fn a_name_with_dots_is_tried_whole_first() {
    let claims = json!({ "https://a.org/b": 1, "c": { "d": { "e": 2 } }, "c.d": 3 });
    assert_eq!(claim(&claims, "https://a.org/b"), Some(&json!(1)));
    assert_eq!(claim(&claims, "c.d.e"), Some(&json!(2)));
    assert_eq!(claim(&claims, "c.d"), Some(&json!(3)));
    assert_eq!(claim(&claims, "c.d.e.f"), None);
}
