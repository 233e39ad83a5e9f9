//! Tokens: a good one opens, a bad one is refused with 401 and never taken for none.

use axum::{
    body::Body,
    http::{Request, header},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{TimeDelta, Utc};
use entity::types::{PartnerCode, Purpose, Purposes, Role};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use observatoire::auth::{
    Identity, IssuerKey,
    token::{Issuer, Trust},
};
use serde_json::{Value, json};

use crate::support::app::{Answer, issuer, sqlite, trust, who};

fn identity() -> Identity {
    Identity {
        subject: "somebody".to_owned(),
        client: None,
        partner: PartnerCode::parse("CCAS-DIJON").unwrap(),
        roles: vec![Role::Analyst],
        purposes: [Purpose::NeedsAnalysis].into_iter().collect(),
        purpose: None,
    }
}

fn ask(authorization: &str, purpose: Option<&str>) -> Answer {
    let mut request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::AUTHORIZATION, authorization);
    if let Some(purpose) = purpose {
        request = request.header("X-Purpose", purpose);
    }
    sqlite().send(request.body(Body::from(r#"{"query":"{ viewer { subject purpose roles } }"}"#)).unwrap())
}

fn claims() -> Value {
    let now = Utc::now().timestamp();
    json!({
        "iss": trust().issuer, "aud": trust().audience, "sub": "somebody", "iat": now, "nbf": now - 1, "exp": now + 600,
        "partner": "CCAS-DIJON", "roles": ["ANALYST"], "purposes": ["NEEDS_ANALYSIS"],
    })
}

fn signed(claims: &Value, header: &Header) -> String {
    let key = EncodingKey::from_ed_pem(IssuerKey::to_pem(&[42; 32]).as_bytes()).unwrap();
    format!("Bearer {}", encode(header, claims, &key).unwrap())
}

fn header_of(kid: Option<&str>) -> Header {
    let known = IssuerKey::from_pem(&IssuerKey::to_pem(&[42; 32])).unwrap().identifier;
    Header { kid: Some(kid.map_or(known, str::to_owned)), ..Header::new(Algorithm::EdDSA) }
}

fn changed(name: &str, value: Value) -> String {
    let mut claims = claims();
    match value {
        Value::Null => claims.as_object_mut().unwrap().remove(name),
        value => claims.as_object_mut().unwrap().insert(name.to_owned(), value),
    };
    signed(&claims, &header_of(None))
}

#[test]
fn a_good_token_opens() {
    let answer = ask(&signed(&claims(), &header_of(None)), None);
    assert_eq!(
        answer.data()["viewer"],
        json!({ "subject": "somebody", "purpose": null, "roles": ["ANALYST"] })
    );
}

#[test]
fn a_bad_token_is_refused_and_never_anonymous() {
    let now = Utc::now().timestamp();
    let unsigned = |algorithm: &str| {
        let header =
            URL_SAFE_NO_PAD.encode(json!({ "alg": algorithm, "kid": header_of(None).kid }).to_string());
        format!("Bearer {header}.{}.", URL_SAFE_NO_PAD.encode(claims().to_string()))
    };
    let with_public_key = {
        // The classic confusion: the public key taken as a shared secret.
        let set = serde_json::to_string(sqlite_keys()).unwrap();
        let header = Header { kid: header_of(None).kid, ..Header::new(Algorithm::HS256) };
        format!("Bearer {}", encode(&header, &claims(), &EncodingKey::from_secret(set.as_bytes())).unwrap())
    };
    let other = Issuer::new(IssuerKey::from_pem(&IssuerKey::to_pem(&[9; 32])).unwrap(), trust());
    let stranger = other.issue(&identity(), Utc::now(), TimeDelta::hours(1)).unwrap();
    let elsewhere = Issuer::new(
        IssuerKey::from_pem(&IssuerKey::to_pem(&[42; 32])).unwrap(),
        Trust { audience: "autre".to_owned(), ..trust() },
    );
    let elsewhere = elsewhere.issue(&identity(), Utc::now(), TimeDelta::hours(1)).unwrap();
    let mut tampered = signed(&claims(), &header_of(None));
    let other = if tampered.as_bytes()[tampered.len() - 5] == b'_' { "A" } else { "_" };
    tampered.replace_range(tampered.len() - 5..tampered.len() - 4, other);
    let bad = [
        ("no scheme", "abc".to_owned()),
        ("another scheme", "Basic YTpi".to_owned()),
        ("empty", "Bearer ".to_owned()),
        ("no token", "Bearer abc".to_owned()),
        ("alg none", unsigned("none")),
        ("alg None", unsigned("None")),
        ("HS256 with the public key", with_public_key),
        ("another key", format!("Bearer {stranger}")),
        ("unknown kid", signed(&claims(), &header_of(Some("ailleurs")))),
        ("no kid", signed(&claims(), &Header::new(Algorithm::EdDSA))),
        ("tampered", tampered),
        ("expired", changed("exp", json!(now - 3_600))),
        ("no expiry", changed("exp", Value::Null)),
        ("expiry as text", changed("exp", json!("demain"))),
        ("not yet valid", changed("nbf", json!(now + 3_600))),
        ("no not-before", changed("nbf", Value::Null)),
        ("another issuer", changed("iss", json!("ailleurs"))),
        ("no issuer", changed("iss", Value::Null)),
        ("another audience", format!("Bearer {elsewhere}")),
        ("no audience", changed("aud", Value::Null)),
        ("no partner", changed("partner", Value::Null)),
        ("unknown partner", changed("partner", json!("CCAS-PARIS"))),
        ("malformed partner", changed("partner", json!("' OR 1=1"))),
        ("unknown role", changed("roles", json!(["ROI"]))),
        ("a role that does not fit", changed("roles", json!(["OPERATOR"]))),
    ];
    for (what, authorization) in bad {
        let answer = ask(&authorization, None);
        assert_eq!(answer.status, 401, "{what}: {}", answer.text());
        assert_eq!(answer.code().as_deref(), Some("TOKEN_INVALID"), "{what}");
        assert!(answer.headers.contains_key(header::WWW_AUTHENTICATE), "{what}");
    }
}

fn sqlite_keys() -> &'static jsonwebtoken::jwk::JwkSet {
    static KEYS: std::sync::OnceLock<jsonwebtoken::jwk::JwkSet> = std::sync::OnceLock::new();
    KEYS.get_or_init(|| issuer().verifier().keys().clone())
}

#[test]
fn a_purpose_is_declared_among_those_that_the_token_allows() {
    let token = signed(&claims(), &header_of(None));
    assert_eq!(ask(&token, Some("NEEDS_ANALYSIS")).data()["viewer"]["purpose"], "NEEDS_ANALYSIS");
    assert_eq!(ask(&token, Some("URBAN_POLICY")).code().as_deref(), Some("PURPOSE_INVALID"));
    assert_eq!(ask(&token, Some("CURIOSITY")).status, 403);
}

#[test]
fn two_tokens_or_two_purposes_are_refused() {
    let token = signed(&claims(), &header_of(None));
    let request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::AUTHORIZATION, &token)
        .header(header::AUTHORIZATION, &token);
    let answer = sqlite().send(request.body(Body::from(r#"{"query":"{ viewer { subject } }"}"#)).unwrap());
    assert_eq!(answer.status, 401);
    let request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::AUTHORIZATION, &token)
        .header("X-Purpose", "NEEDS_ANALYSIS")
        .header("X-Purpose", "URBAN_POLICY");
    let answer = sqlite().send(request.body(Body::from(r#"{"query":"{ viewer { subject } }"}"#)).unwrap());
    assert_eq!(answer.code().as_deref(), Some("PURPOSE_INVALID"));
}

#[test]
fn the_public_keys_are_published_and_hold_no_secret() {
    let answer = sqlite().send(Request::get("/.well-known/jwks.json").body(Body::empty()).unwrap());
    let keys = answer.json();
    let key = keys["keys"][0].as_object().unwrap();
    assert_eq!(key["kty"], "OKP");
    assert!(!key.contains_key("d"));
    assert_eq!(Some(key["kid"].as_str().unwrap()), header_of(None).kid.as_deref());
}

#[test]
fn all_purposes_are_open_to_a_token_that_names_them_all() {
    assert_eq!(Purposes::all().iter().count(), 3);
    let data = sqlite().ask(who("analyst for urban policy"), "{ viewer { purpose } }").data();
    assert_eq!(data["viewer"]["purpose"], "URBAN_POLICY");
}
