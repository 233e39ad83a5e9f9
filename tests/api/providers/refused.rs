//! Tokens that are refused: none is taken for another's, for a person's without a role, or for none.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Utc;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::{
    ask,
    played::{Key, Played},
    refused, trusting, viewer,
};
use crate::support::app::{issuer, sqlite, trust, who};

const UNTRUSTED: &str = "its signature is not trusted";
const MALFORMED: &str = "it is malformed";
const ORGANISATION: &str = "its organisation is unknown";

#[test]
fn a_token_of_another_algorithm_is_refused() {
    let (key, elliptic) = (Key::first("one"), Key::elliptic("two"));
    let played = Played::with(&[&key, &elliptic]);
    let app = trusting(&[played.issuer()]);
    let unsigned = |algorithm: &str| {
        let header = json!({ "alg": algorithm, "kid": "one" }).to_string();
        let (header, claims) =
            (URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(played.claims().to_string()));
        format!("{header}.{claims}.")
    };
    // The classic confusion: the public key, as whoever attacks has it, taken for a shared secret.
    let pem = include_str!("rsa-first-public.pem");
    let public = key.public();
    let modulus = URL_SAFE_NO_PAD.decode(public["n"].as_str().unwrap()).unwrap();
    let secrets =
        [pem.as_bytes().to_vec(), pem.trim().as_bytes().to_vec(), public.to_string().into_bytes(), modulus];
    for secret in secrets {
        for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            for kid in [Some("one".to_owned()), None] {
                let header = Header { kid, ..Header::new(algorithm) };
                let forged = encode(&header, &played.claims(), &EncodingKey::from_secret(&secret)).unwrap();
                refused(&ask(&app, &forged), UNTRUSTED, "a public key as a secret");
            }
        }
    }
    for none in ["none", "None", "NONE", ""] {
        refused(&ask(&app, &unsigned(none)), MALFORMED, none);
    }
    refused(&ask(&app, &unsigned("RS256")), UNTRUSTED, "no signature");
    // Not in the list, though the key could; and the key of another algorithm.
    let stranger = json!({ "alg": "RS512", "kid": "one" }).to_string();
    refused(&ask(&app, &key.token_of(&stranger, &played.claims().to_string())), UNTRUSTED, "RS512");
    let crossed = json!({ "alg": "RS256", "kid": "two" }).to_string();
    refused(&ask(&app, &key.token_of(&crossed, &played.claims().to_string())), UNTRUSTED, "the other's name");
    let crossed = json!({ "alg": "ES256", "kid": "one" }).to_string();
    refused(&ask(&app, &elliptic.token_of(&crossed, &played.claims().to_string())), UNTRUSTED, "the other's");
    assert_eq!(played.asked(), (1, 1), "none of these was worth a question");
}

#[test]
fn a_token_with_wrong_claims_is_refused() {
    let key = Key::first("one");
    let played = Played::with(&[&key]);
    let app = trusting(&[played.issuer()]);
    let now = Utc::now().timestamp();
    let (expired, early) = ("it has expired", "it is not valid yet");
    let (audience, role) = ("it is meant for another service", "it carries no role");
    let wrong = [
        ("aud", json!("elsewhere"), audience),
        ("aud", json!(["elsewhere"]), audience),
        ("aud", json!([]), audience),
        ("aud", Value::Null, MALFORMED),
        ("exp", json!(now - 60), expired),
        ("exp", Value::Null, MALFORMED),
        ("exp", json!("demain"), MALFORMED),
        ("nbf", json!(now + 60), early),
        ("nbf", json!("hier"), MALFORMED),
        ("iat", json!(now + 60), early),
        ("iat", Value::Null, MALFORMED),
        ("sub", Value::Null, MALFORMED),
        ("sub", json!(""), MALFORMED),
        ("iss", Value::Null, MALFORMED),
        ("iss", json!([played.issuer()]), MALFORMED),
        ("iss", json!(format!("{}/", played.issuer())), "its issuer is not trusted"),
        ("organisation", Value::Null, ORGANISATION),
        ("organisation", json!({ "code": "CCAS-DIJON" }), ORGANISATION),
        ("organisation", json!({ "code": "unknown" }), ORGANISATION),
        ("organisation", json!("siao-21"), ORGANISATION),
        ("groups", Value::Null, role),
        ("groups", json!([]), role),
        ("groups", json!(["intranet"]), role),
        // Our own words mean nothing where the settings have others.
        ("groups", json!(["ANALYST"]), role),
        ("groups", json!([1]), MALFORMED),
        // A role that does not fit the organisation.
        ("groups", json!(["observatoire-operateur"]), ORGANISATION),
        ("program", json!(""), MALFORMED),
    ];
    for (name, value, said) in wrong {
        let what = format!("{name}: {value}");
        refused(&ask(&app, &key.token(&played.changed(name, value))), said, &what);
    }
    let header = json!({ "alg": "RS256", "kid": "one", "crit": ["b64"], "b64": true }).to_string();
    refused(&ask(&app, &key.token_of(&header, &played.claims().to_string())), MALFORMED, "crit");
}

#[test]
fn a_claim_that_is_there_twice_is_refused() {
    let key = Key::first("one");
    let played = Played::with(&[&key]);
    let app = trusting(&[played.issuer()]);
    let header = json!(key.header()).to_string();
    let claims = played.claims().to_string();
    let open = claims.strip_suffix('}').unwrap();
    let issuer = played.issuer();
    let twice = [
        r#""groups": ["observatoire-operateur"]"#.to_owned(),
        r#""gro\u0075ps": ["observatoire-lecteur"]"#.to_owned(),
        r#""organisation": { "code": "chenove" }"#.to_owned(),
        r#""other": { "code": "chenove", "code": "siao-21" }"#.to_owned(),
        r#""aud": "observatoire-api""#.to_owned(),
        r#""exp": 9999999999"#.to_owned(),
        r#""sub": "paul""#.to_owned(),
        format!(r#""iss": "{issuer}""#),
        r#""azp": "other""#.to_owned(),
    ];
    assert_eq!(viewer(&app, &key.token_of(&header, &format!("{open}, \"more\": 1}}")))["subject"], "marie");
    for more in twice {
        let token = key.token_of(&header, &format!("{open}, {more}}}"));
        refused(&ask(&app, &token), MALFORMED, &more);
    }
}

#[test]
fn nobody_signs_for_another_issuer() {
    // Both call their keys by the same name.
    let (key, other_key) = (Key::first("one"), Key::second("one"));
    let (one, other) = (Played::with(&[&key]), Played::with(&[&other_key]));
    let app = trusting(&[one.issuer(), other.issuer()]);
    assert_eq!(viewer(&app, &key.token(&one.claims()))["subject"], "marie");
    assert_eq!(viewer(&app, &other_key.token(&other.claims()))["subject"], "marie");
    refused(&ask(&app, &other_key.token(&one.claims())), UNTRUSTED, "one's token with the other's key");
    refused(&ask(&app, &key.token(&other.claims())), UNTRUSTED, "the other's token with one's key");

    // Nor for the local issuer, nor that one for a provider.
    let mut ours = one.claims();
    ours["iss"] = json!(trust().issuer);
    ours["nbf"] = ours["iat"].clone();
    ours["partner"] = json!("CCAS-DIJON");
    ours["roles"] = json!(["ANALYST"]);
    refused(&ask(&app, &key.token(&ours)), UNTRUSTED, "the local issuer's token with a provider's key");
    let local = sqlite().token(who("analyst")).unwrap();
    let [header, claims, _] = local.split('.').collect::<Vec<_>>()[..] else { panic!("{local}") };
    let mut claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    let mut header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    claims["iss"] = json!(one.issuer());
    let local =
        EncodingKey::from_ed_pem(observatoire::auth::IssuerKey::to_pem(&[42; 32]).as_bytes()).unwrap();
    let forged = encode(&header, &claims, &local).unwrap();
    refused(&ask(&app, &forged), UNTRUSTED, "a provider's token with the local key");
    header.kid = Some("one".to_owned());
    let forged = encode(&header, &claims, &local).unwrap();
    refused(&ask(&app, &forged), UNTRUSTED, "a provider's token with the local key under its name");
    // An issuer that nobody trusts is asked for nothing.
    let stranger = Played::with(&[&key]);
    refused(&ask(&app, &key.token(&stranger.claims())), "its issuer is not trusted", "a stranger");
    assert_eq!(stranger.asked(), (0, 0));
    assert_eq!(issuer().verifier().providers().len(), 0);
}
