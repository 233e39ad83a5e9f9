//! Tokens of OpenID Connect providers: a good one opens, a bad one is refused, and no token makes us ask a provider often.

mod good;
mod kept;
mod played;
mod real;
mod refused;

use axum::{
    body::Body,
    http::{Request, header},
};
use observatoire::auth::providers::ProviderSettings;
use serde_json::Value;

use crate::support::app::{Answer, TestApp, sqlite};

/// Settings of a provider whose words are not ours.
fn settings(issuer: &str) -> ProviderSettings {
    let file = format!(
        "issuer = \"{issuer}\"\n\
         audience = \"observatoire-api\"\n\
         partner_claim = \"organisation.code\"\n\
         purposes = [\"NEEDS_ANALYSIS\"]\n\
         roles_claim = \"groups\"\n\
         client_claim = \"program\"\n\
         [partners]\n\
         \"siao-21\" = \"CCAS-DIJON\"\n\
         \"chenove\" = \"CCAS-CHENOVE\"\n\
         \"unknown\" = \"CCAS-PARIS\"\n\
         [roles]\n\
         \"observatoire-analyste\" = \"ANALYST\"\n\
         \"observatoire-lecteur\" = \"READER\"\n\
         \"observatoire-operateur\" = \"OPERATOR\"\n"
    );
    toml::from_str(&file).unwrap()
}

/// The observatory, which accepts the tokens of these issuers as well.
fn trusting(issuers: &[&str]) -> TestApp {
    let settings: Vec<ProviderSettings> = issuers.iter().map(|issuer| settings(issuer)).collect();
    sqlite().trusting(&settings)
}

/// A question of who asks, with a token.
fn question(token: &str, purpose: Option<&str>) -> Request<Body> {
    let mut request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT_LANGUAGE, "en")
        .header(header::AUTHORIZATION, format!("Bearer {token}"));
    if let Some(purpose) = purpose {
        request = request.header("X-Purpose", purpose);
    }
    let query = r#"{"query":"{ viewer { subject client purpose roles partner { code } } }"}"#;
    request.body(Body::from(query)).unwrap()
}

fn ask(app: &TestApp, token: &str) -> Answer {
    app.send(question(token, None))
}

/// What the answer to a good token says of its bearer.
fn viewer(app: &TestApp, token: &str) -> Value {
    ask(app, token).data()["viewer"].take()
}

/// That a token is refused, and what is said of it.
fn refused(answer: &Answer, said: &str, what: &str) {
    assert_eq!((answer.status.as_u16(), answer.code().as_deref()), (401, Some("TOKEN_INVALID")), "{what}");
    assert!(answer.text().contains(said), "{what}: {}", answer.text());
}

/// That the keys cannot be had, for which the token is not to blame.
fn unavailable(answer: &Answer, what: &str) {
    let told = (answer.status.as_u16(), answer.code());
    assert_eq!(told, (503, Some("UNAVAILABLE".to_owned())), "{what}: {}", answer.text());
    assert!(answer.headers.contains_key(header::RETRY_AFTER), "{what}");
}
