//! Tokens that are forged, borrowed or worn out: refused with 401 wherever one can be shown, and never taken for none.

use axum::{
    body::Body,
    http::{Request, header},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD},
};
use chrono::Utc;
use entity::types::{PartnerCode, Purpose, Role};
use jsonwebtoken::{Algorithm, EncodingKey, Header, crypto::sign, encode};
use observatoire::auth::{
    Identity, IssuerKey,
    token::{Issuer, Links},
};
use serde_json::{Value, json};

use super::{EVENTS, GRAPHQL, Way, code, document, encoded, expect, expect_whole, send, start, told};
use crate::support::app::{issuer, sqlite, trust};

/// The key of the tests' issuer, and its name.
fn key() -> IssuerKey {
    IssuerKey::from_pem(&IssuerKey::to_pem(&[42; 32])).unwrap()
}

fn claims() -> Value {
    let now = Utc::now().timestamp();
    json!({
        "iss": trust().issuer, "aud": trust().audience, "sub": "somebody",
        "iat": now, "nbf": now - 1, "exp": now + 600,
        "partner": "CCAS-DIJON", "roles": ["ANALYST"], "purposes": ["NEEDS_ANALYSIS"],
    })
}

/// The header of a good token.
fn head() -> Value {
    json!({ "typ": "JWT", "alg": "EdDSA", "kid": key().identifier })
}

/// A header and claims as they are written, signed with the key of the issuer, whatever the header says.
fn signed(head: &str, claims: &str) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(head), URL_SAFE_NO_PAD.encode(claims));
    format!("{message}.{}", sign(message.as_bytes(), &key().signing, Algorithm::EdDSA).unwrap())
}

fn good() -> String {
    signed(&head().to_string(), &claims().to_string())
}

/// A token whose header has another member, or none where it is null.
fn headed(name: &str, value: Value) -> String {
    signed(&changed(head(), name, value).to_string(), &claims().to_string())
}

/// A token with another claim, or none where it is null.
fn claiming(name: &str, value: Value) -> String {
    signed(&head().to_string(), &changed(claims(), name, value).to_string())
}

fn changed(mut object: Value, name: &str, value: Value) -> Value {
    let members = object.as_object_mut().unwrap();
    match value {
        Value::Null => members.remove(name),
        value => members.insert(name.to_owned(), value),
    };
    object
}

/// A token with something more at the end of its claims, as it is written.
fn with_more(more: &str) -> String {
    let claims = claims().to_string();
    signed(&head().to_string(), &format!("{}, {more}}}", claims.strip_suffix('}').unwrap()))
}

/// A token that another key signed, by another algorithm.
fn encoded_with(algorithm: Algorithm, key_of: &EncodingKey) -> String {
    let header = Header { kid: Some(key().identifier), ..Header::new(algorithm) };
    encode(&header, &claims(), key_of).unwrap()
}

/// What is shown in the place of a token; a new one is a line.
fn forged() -> Vec<(&'static str, String)> {
    let now = Utc::now().timestamp();
    let token = good();
    let parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let unsigned = |algorithm: &str| {
        let head = URL_SAFE_NO_PAD.encode(changed(head(), "alg", json!(algorithm)).to_string());
        format!("{head}.{}.", parts[1])
    };
    let bearer = |token: &str| format!("Bearer {token}");
    let rsa = EncodingKey::from_rsa_pem(include_bytes!("../providers/rsa-first.pem")).unwrap();
    let elliptic = EncodingKey::from_ec_pem(include_bytes!("../providers/ec.pem")).unwrap();
    let other = Issuer::new(IssuerKey::from_pem(&IssuerKey::to_pem(&[9; 32])).unwrap(), trust());
    let public = serde_json::to_value(other.verifier().keys()).unwrap()["keys"][0].take();
    let theirs = {
        let other = IssuerKey::from_pem(&IssuerKey::to_pem(&[9; 32])).unwrap();
        let head = changed(head(), "jwk", public);
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(head.to_string()), parts[1]);
        format!("{message}.{}", sign(message.as_bytes(), &other.signing, Algorithm::EdDSA).unwrap())
    };
    // The two last bits of a signature have four more beside them, which are nothing.
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let last = letters.find(token.chars().last().unwrap()).unwrap();
    let respelt = format!("{}{}", &token[..token.len() - 1], &letters[last + 1..last + 2]);
    let mut all: Vec<(&'static str, String)> = [
        // Algorithms.
        ("alg none", unsigned("none")),
        ("alg None", unsigned("None")),
        ("alg NONE", unsigned("NONE")),
        ("alg without a name", unsigned("")),
        ("EdDSA without a signature", unsigned("EdDSA")),
        ("no alg", headed("alg", Value::Null)),
        ("an alg that is a list", headed("alg", json!(["EdDSA"]))),
        ("another name for the algorithm", headed("alg", json!("eddsa"))),
        ("RS256 over a signature of EdDSA", headed("alg", json!("RS256"))),
        ("ES256 over a signature of EdDSA", headed("alg", json!("ES256"))),
        ("HS256 over a signature of EdDSA", headed("alg", json!("HS256"))),
        ("a key of RSA", encoded_with(Algorithm::RS256, &rsa)),
        ("a key of RSA, the other way", encoded_with(Algorithm::PS256, &rsa)),
        ("a key on another curve", encoded_with(Algorithm::ES256, &elliptic)),
        // Keys.
        ("another key", theirs),
        ("no kid", headed("kid", Value::Null)),
        ("an empty kid", headed("kid", json!(""))),
        ("another kid", headed("kid", json!("other"))),
        ("a kid that is a path", headed("kid", json!("../../keys/issuer-ed25519.pem"))),
        ("a kid that is an empty file", headed("kid", json!("/dev/null"))),
        ("a kid that is a statement", headed("kid", json!("x' UNION SELECT 'a' --"))),
        ("a kid with a NUL", headed("kid", json!(format!("{}\u{0}", key().identifier)))),
        ("a kid of 100,000 letters", headed("kid", json!("a".repeat(100_000)))),
        ("a kid that is a number", headed("kid", json!(1))),
        ("a kid that is a list", headed("kid", json!([key().identifier]))),
        ("what must be understood", headed("crit", json!(["exp"]))),
        ("a header that is no object", signed("[]", &claims().to_string())),
        ("a header that is twice itself", signed(&format!("{0}{0}", head()), &claims().to_string())),
        (
            "an alg twice",
            signed(&head().to_string().replacen('{', r#"{"alg":"none","#, 1), &claims().to_string()),
        ),
        // Times.
        ("expired", claiming("exp", json!(now - 60))),
        ("expired long ago", claiming("exp", json!(0))),
        ("expired before all time", claiming("exp", json!(-1))),
        ("no expiry", claiming("exp", Value::Null)),
        ("an expiry that is a text", claiming("exp", json!((now + 600).to_string()))),
        ("an expiry that is true", claiming("exp", json!(true))),
        ("an expiry that is a list", claiming("exp", json!([now + 600]))),
        ("an expiry without end", claiming("exp", json!(1e30))),
        ("of the future", claiming("nbf", json!(now + 3_600))),
        ("no beginning", claiming("nbf", Value::Null)),
        ("a beginning that is a text", claiming("nbf", json!("0"))),
        ("no time of issue", claiming("iat", Value::Null)),
        ("a time of issue before all time", claiming("iat", json!(i64::MIN))),
        // Whose and for whom.
        ("another issuer", claiming("iss", json!("other"))),
        ("an issuer of another spelling", claiming("iss", json!(trust().issuer.to_uppercase()))),
        ("an issuer that is a list", claiming("iss", json!([trust().issuer]))),
        ("no issuer", claiming("iss", Value::Null)),
        ("another audience", claiming("aud", json!("other"))),
        ("the audience of links", claiming("aud", json!(format!("{}/documents", trust().audience)))),
        ("no audience", claiming("aud", Value::Null)),
        ("an empty audience", claiming("aud", json!(""))),
        ("an audience that is an object", claiming("aud", json!({ "a": trust().audience }))),
        ("no subject", claiming("sub", Value::Null)),
        ("a subject that is a number", claiming("sub", json!(1))),
        ("no partner", claiming("partner", Value::Null)),
        ("a partner that is not there", claiming("partner", json!("CCAS-PARIS"))),
        ("a partner that is a statement", claiming("partner", json!("' OR '1'='1"))),
        ("a partner that is a list", claiming("partner", json!(["CCAS-DIJON", "GRAND-DIJON"]))),
        ("no roles", claiming("roles", Value::Null)),
        ("roles that are a text", claiming("roles", json!("ANALYST"))),
        ("a role that is not there", claiming("roles", json!(["ANALYST", "ROOT"]))),
        ("a role of another spelling", claiming("roles", json!(["analyst"]))),
        ("a role that does not fit the partner", claiming("roles", json!(["OPERATOR"]))),
        ("purposes that are a text", claiming("purposes", json!("NEEDS_ANALYSIS"))),
        ("a purpose that is not there", claiming("purposes", json!(["CURIOSITY"]))),
        ("a client that is a number", claiming("client", json!(1))),
        // Claims that are there twice.
        ("the expiry twice", with_more(&format!("\"exp\": {}", now + 900))),
        ("the issuer twice", with_more(&format!("\"iss\": \"{}\"", trust().issuer))),
        ("the audience twice", with_more(&format!("\"aud\": \"{}\"", trust().audience))),
        ("the subject twice", with_more(r#""sub": "agent-0013""#)),
        ("the partner twice", with_more(r#""partner": "GRAND-DIJON""#)),
        ("the roles twice", with_more(r#""roles": ["READER"]"#)),
        ("the roles twice, once escaped", with_more(r#""ro\u006ces": ["READER"]"#)),
        // Spelling.
        ("no token", String::new()),
        ("one letter", "a".to_owned()),
        ("two dots", "..".to_owned()),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("four parts", format!("{token}.{}", parts[2])),
        ("five parts", format!("{token}.{}.{}", parts[1], parts[2])),
        ("a space inside", token.replacen('.', " .", 1)),
        ("padding", format!("{token}==")),
        ("another letter for nothing", respelt),
        ("other letters", format!("{}.{}.{}", parts[0], parts[1], STANDARD.encode(&parts[2]))),
        ("padded claims", format!("{}.{}.{}", parts[0], URL_SAFE.encode("{}"), parts[2])),
        (
            "claims of another token",
            format!(
                "{}.{}.{}",
                parts[0],
                URL_SAFE_NO_PAD.encode(claims().to_string().replacen("ANALYST", "OPERATOR", 1)),
                parts[2]
            ),
        ),
        ("claims that are no JSON", signed(&head().to_string(), "claims")),
        ("claims that are a list", signed(&head().to_string(), "[]")),
        ("claims 10,000 lists deep", with_more(&format!("\"a\": {}", "[".repeat(10_000)))),
        ("200,000 letters", "a".repeat(200_000)),
        ("100,000 dots", ".".repeat(100_000)),
        ("two tokens in one", format!("{token}, Bearer {token}")),
    ]
    .map(|(what, token)| (what, bearer(&token)))
    .into();
    // The classic confusion: the public key, in whatever form it is had, taken for a shared secret.
    let set = serde_json::to_value(issuer().verifier().keys()).unwrap();
    let letters = set["keys"][0]["x"].as_str().unwrap().to_owned();
    let bytes = URL_SAFE_NO_PAD.decode(&letters).unwrap();
    let secrets = [
        set.to_string().into_bytes(),
        set["keys"][0].to_string().into_bytes(),
        letters.into_bytes(),
        bytes,
        key().identifier.into_bytes(),
    ];
    for secret in secrets {
        for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            let token = encoded_with(algorithm, &EncodingKey::from_secret(&secret));
            all.push(("the public key as a secret", bearer(&token)));
        }
    }
    all.extend([
        ("another scheme", format!("Basic {}", STANDARD.encode("operator:operator"))),
        ("a good token under another scheme", format!("Token {token}")),
        ("no scheme", token.clone()),
        ("a tab", format!("Bearer\t{token}")),
        ("a scheme alone", "Bearer".to_owned()),
    ]);
    all
}

/// The question of who asks.
fn question() -> Value {
    document("{ viewer { subject roles } }")
}

#[test]
fn what_is_forged_is_refused_wherever_it_is_shown() {
    let bearer = format!("Bearer {}", good());
    for way in [Way::Body, Way::Address, Way::Events, Way::EventsByAddress] {
        let request = way.request(&question(), &[("Authorization", &bearer)]).unwrap();
        let answer = send(sqlite(), request, "a good one");
        assert_eq!(told(&answer)["data"]["viewer"]["subject"], "somebody", "{}", start(&answer));
    }
    for (what, authorization) in forged() {
        for way in [Way::Body, Way::Address, Way::Events, Way::EventsByAddress] {
            let request = way.request(&question(), &[("Authorization", &authorization)]).unwrap();
            let answer = send(sqlite(), request, what);
            expect_whole(&answer, "TOKEN_INVALID", what);
            assert!(answer.headers.contains_key(header::WWW_AUTHENTICATE), "{what}");
        }
        for path in
            ["/export/csv?indicators=DEM01&level=COMMUNE", "/documents/0123456789abcdef0123456789abcdef"]
        {
            let request =
                Request::get(path).header("Authorization", &authorization).header("Accept-Language", "en");
            let answer = send(sqlite(), request.body(Body::empty()).unwrap(), what);
            expect(&answer, "TOKEN_INVALID", what);
            assert_eq!(answer.status, 401, "{what}: {path}");
        }
        // Before a file that comes with it is read.
        let request = Request::post("/graphql")
            .header("Content-Type", "multipart/form-data; boundary=x")
            .header("GraphQL-Require-Preflight", "1")
            .header("Accept", GRAPHQL)
            .header("Authorization", &authorization);
        let answer = send(sqlite(), request.body(Body::from("no file")).unwrap(), what);
        expect_whole(&answer, "TOKEN_INVALID", what);
    }
}

#[test]
fn a_forged_token_asks_nothing_of_the_database_unless_its_signature_is_good() {
    let (app, statements) = sqlite().counting();
    for (what, authorization) in forged() {
        // Those of a partner that is not there, or a role that does not fit it, are signed well: they are looked up.
        if what.contains("partner") {
            continue;
        }
        let request = Way::Body.request(&question(), &[("Authorization", &authorization)]).unwrap();
        expect_whole(&send(&app, request, what), "TOKEN_INVALID", what);
        let asked = std::mem::take(&mut *statements.lock().unwrap());
        assert!(asked.is_empty(), "{what}: {asked:?}");
    }
}

#[test]
fn the_scheme_is_of_any_case_and_there_is_one_token_in_one_place() {
    let token = good();
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let authorization = format!("{scheme} {token}");
        let request = Way::Body.request(&question(), &[("authorization", &authorization)]).unwrap();
        let answer = send(sqlite(), request, scheme);
        assert_eq!(told(&answer)["data"]["viewer"]["subject"], "somebody", "{scheme}: {}", start(&answer));
    }
    let bearer = format!("Bearer {token}");
    for (first, second) in [
        (bearer.as_str(), bearer.as_str()),
        (bearer.as_str(), "Bearer none"),
        ("Basic YTpi", bearer.as_str()),
    ] {
        for way in [Way::Body, Way::Address, Way::Events, Way::EventsByAddress] {
            let headers = [("Authorization", first), ("Authorization", second)];
            let request = way.request(&question(), &headers).unwrap();
            expect_whole(&send(sqlite(), request, "two tokens"), "TOKEN_INVALID", "two tokens");
        }
    }
    // A token anywhere else is none.
    let query = encoded("{ viewer { subject } }");
    for name in ["access_token", "token", "authorization", "Authorization", "jwt", "bearer"] {
        for accept in [GRAPHQL, EVENTS] {
            let address = format!("/graphql?query={query}&{name}={}", encoded(&bearer));
            let request = Request::get(address).header("Accept", accept).body(Body::empty()).unwrap();
            let answer = send(sqlite(), request, name);
            assert_eq!(told(&answer)["data"], json!({ "viewer": { "subject": null } }), "{name}");
        }
    }
    for name in [
        "Cookie",
        "X-Authorization",
        "X-Access-Token",
        "Proxy-Authorization",
        "X-Forwarded-User",
        "X-Partner",
    ] {
        let request = Way::Body.request(&document("{ viewer { subject } }"), &[(name, &bearer)]).unwrap();
        let answer = send(sqlite(), request, name);
        assert_eq!(told(&answer)["data"], json!({ "viewer": { "subject": null } }), "{name}");
    }
    let members = json!({
        "query": "{ viewer { subject } }", "authorization": bearer, "extensions": { "authorization": bearer }
    });
    let answer = send(sqlite(), Way::Body.request(&members, &[]).unwrap(), "in the body");
    assert_eq!(told(&answer)["data"], json!({ "viewer": { "subject": null } }));
    // A form of another site sends no token, and its own member is none.
    let form = Request::post("/graphql").header("Content-Type", "application/x-www-form-urlencoded");
    let body = format!("access_token={}&query={query}", encoded(&token));
    let answer = send(sqlite(), form.body(Body::from(body)).unwrap(), "a form");
    expect(&answer, "CONTENT_TYPE_UNSUPPORTED", "a form");
}

#[test]
fn a_link_is_no_token_and_a_token_is_no_link() {
    let identity = Identity {
        subject: "somebody".to_owned(),
        client: None,
        partner: PartnerCode::parse("CCAS-DIJON").unwrap(),
        roles: vec![Role::Analyst],
        purposes: [Purpose::NeedsAnalysis].into_iter().collect(),
        purpose: None,
    };
    let document = "0123456789abcdef0123456789abcdef";
    let (link, _) = Links::of(&issuer()).sign(&identity, document, Utc::now()).unwrap();
    let bearer = format!("Bearer {link}");
    let request = Way::Body.request(&question(), &[("Authorization", &bearer)]).unwrap();
    expect_whole(&send(sqlite(), request, "a link"), "TOKEN_INVALID", "a link");
    for (what, shown) in [
        ("a token", good()),
        ("nothing", String::new()),
        ("a path", "../../etc/passwd".to_owned()),
        ("20 times a link", link.repeat(20)),
        ("a link without its signature", link.rsplit_once('.').unwrap().0.to_owned() + "."),
        ("a link to another document", link),
    ] {
        let path = format!("/documents/ffffffffffffffffffffffffffffffff?link={}", encoded(&shown));
        let request = Request::get(path).header("Accept-Language", "en").body(Body::empty()).unwrap();
        let answer = send(sqlite(), request, what);
        assert_eq!((answer.status.as_u16(), code(&answer).as_deref()), (404, Some("NOT_FOUND")), "{what}");
    }
}

#[test]
fn the_purpose_of_a_request_is_one_that_its_token_allows() {
    let bearer = format!("Bearer {}", good());
    for purpose in
        ["URBAN_POLICY", "needs_analysis", "NEEDS_ANALYSIS,URBAN_POLICY", "", "*", "../NEEDS_ANALYSIS"]
    {
        let headers = [("Authorization", bearer.as_str()), ("X-Purpose", purpose)];
        for way in [Way::Body, Way::Address, Way::Events, Way::EventsByAddress] {
            let answer = send(sqlite(), way.request(&question(), &headers).unwrap(), purpose);
            expect_whole(&answer, "PURPOSE_INVALID", purpose);
        }
    }
}
