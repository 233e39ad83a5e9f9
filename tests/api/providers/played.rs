//! A provider on the loopback, played: it tells where its keys are, shows them, counts who asks, and misbehaves when told.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{Response, header},
    routing::get,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Utc;
use jsonwebtoken::{
    Algorithm, EncodingKey, Header,
    crypto::sign,
    jwk::{Jwk, PublicKeyUse},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::app::RUNTIME;

/// A key that signs, under a name.
#[derive(Clone)]
pub struct Key {
    pub name: String,
    pub algorithm: Algorithm,
    signing: EncodingKey,
}

impl Key {
    pub fn first(name: &str) -> Self {
        Self::rsa(name, include_bytes!("rsa-first.pem"))
    }

    pub fn second(name: &str) -> Self {
        Self::rsa(name, include_bytes!("rsa-second.pem"))
    }

    fn rsa(name: &str, pem: &[u8]) -> Self {
        let signing = EncodingKey::from_rsa_pem(pem).unwrap();
        Self { name: name.to_owned(), algorithm: Algorithm::RS256, signing }
    }

    pub fn elliptic(name: &str) -> Self {
        let signing = EncodingKey::from_ec_pem(include_bytes!("ec.pem")).unwrap();
        Self { name: name.to_owned(), algorithm: Algorithm::ES256, signing }
    }

    /// As a provider shows it.
    pub fn public(&self) -> Value {
        let mut key = Jwk::from_encoding_key(&self.signing, self.algorithm).unwrap();
        key.common.key_id = Some(self.name.clone());
        key.common.public_key_use = Some(PublicKeyUse::Signature);
        serde_json::to_value(key).unwrap()
    }

    /// A header that names the key.
    pub fn header(&self) -> Header {
        Header { kid: Some(self.name.clone()), ..Header::new(self.algorithm) }
    }

    /// A token with these claims.
    pub fn token(&self, claims: &Value) -> String {
        self.token_of(&json!(self.header()).to_string(), &claims.to_string())
    }

    /// A token of a header and claims as they are written.
    pub fn token_of(&self, header: &str, claims: &str) -> String {
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        format!("{message}.{}", sign(message.as_bytes(), &self.signing, self.algorithm).unwrap())
    }
}

/// How a provider behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conduct {
    Well,
    Away,
    Silent,
    Nonsense,
    Endless,
    OtherIssuer,
    UnsafeKeys,
    RedirectHere,
    RedirectElsewhere,
}

struct Stage {
    issuer: String,
    conduct: Mutex<Conduct>,
    keys: Mutex<Vec<Value>>,
    documents: AtomicUsize,
    sets: AtomicUsize,
}

/// A provider that is played.
pub struct Played {
    stage: Arc<Stage>,
}

impl Played {
    /// Begins with these keys.
    pub fn with(keys: &[&Key]) -> Self {
        RUNTIME.block_on(async {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            let issuer = format!("http://{}/realms/agglo", listener.local_addr().unwrap());
            let stage = Arc::new(Stage {
                issuer,
                conduct: Mutex::new(Conduct::Well),
                keys: Mutex::default(),
                documents: AtomicUsize::new(0),
                sets: AtomicUsize::new(0),
            });
            let router = Router::new()
                .route("/realms/agglo/.well-known/openid-configuration", get(document))
                .route("/keys", get(set))
                .route("/moved", get(set))
                .with_state(Arc::clone(&stage));
            tokio::spawn(async move { axum::serve(listener, router).await });
            let played = Self { stage };
            played.show(keys);
            played
        })
    }

    pub fn issuer(&self) -> &str {
        &self.stage.issuer
    }

    /// Shows these keys and no others from now on.
    pub fn show(&self, keys: &[&Key]) {
        *self.stage.keys.lock().unwrap() = keys.iter().map(|key| key.public()).collect();
    }

    pub fn behave(&self, conduct: Conduct) {
        *self.stage.conduct.lock().unwrap() = conduct;
    }

    /// How often the document and the keys were asked for.
    pub fn asked(&self) -> (usize, usize) {
        (self.stage.documents.load(Ordering::SeqCst), self.stage.sets.load(Ordering::SeqCst))
    }

    /// Claims of an analyst, in the words of the provider.
    pub fn claims(&self) -> Value {
        let now = Utc::now().timestamp();
        json!({
            "iss": self.issuer(), "aud": "observatoire-api", "sub": "marie", "iat": now, "exp": now + 600,
            "organisation": { "code": "siao-21" }, "groups": ["observatoire-analyste", "intranet"], "azp": "portal",
        })
    }

    /// The claims with another value of one, or without it where that is null.
    pub fn changed(&self, name: &str, value: Value) -> Value {
        let mut claims = self.claims();
        match value {
            Value::Null => claims.as_object_mut().unwrap().remove(name),
            value => claims.as_object_mut().unwrap().insert(name.to_owned(), value),
        };
        claims
    }
}

fn answer(body: impl Into<Body>) -> Response<Body> {
    Response::builder().header(header::CONTENT_TYPE, "application/json").body(body.into()).unwrap()
}

fn redirected(to: &str) -> Response<Body> {
    Response::builder().status(302).header(header::LOCATION, to).body(Body::empty()).unwrap()
}

/// What is answered whatever is asked, where the conduct says so.
async fn misbehaved(conduct: &Conduct) -> Option<Response<Body>> {
    match conduct {
        Conduct::Away => Some(Response::builder().status(503).body(Body::empty()).unwrap()),
        Conduct::Silent => std::future::pending().await,
        Conduct::Nonsense => Some(answer("<html>")),
        Conduct::Endless => Some(answer(vec![b' '; 600 * 1024])),
        _ => None,
    }
}

async fn document(State(stage): State<Arc<Stage>>) -> Response<Body> {
    stage.documents.fetch_add(1, Ordering::SeqCst);
    let conduct = stage.conduct.lock().unwrap().clone();
    if let Some(answer) = misbehaved(&conduct).await {
        return answer;
    }
    let issuer = match conduct {
        Conduct::OtherIssuer => format!("{}/", stage.issuer),
        _ => stage.issuer.clone(),
    };
    let here = stage.issuer.strip_suffix("/realms/agglo").unwrap();
    let keys = match conduct {
        Conduct::UnsafeKeys => "http://id.example.org/keys".to_owned(),
        _ => format!("{here}/keys"),
    };
    answer(json!({ "issuer": issuer, "jwks_uri": keys, "token_endpoint": "/token" }).to_string())
}

async fn set(State(stage): State<Arc<Stage>>, uri: axum::http::Uri) -> Response<Body> {
    stage.sets.fetch_add(1, Ordering::SeqCst);
    let conduct = stage.conduct.lock().unwrap().clone();
    if let Some(answer) = misbehaved(&conduct).await {
        return answer;
    }
    match conduct {
        Conduct::RedirectHere if uri.path() == "/keys" => return redirected("/moved"),
        // The same machine by another name is another host.
        Conduct::RedirectElsewhere if uri.path() == "/keys" => {
            let here = stage.issuer.strip_suffix("/realms/agglo").unwrap();
            return redirected(&format!("{}/moved", here.replace("127.0.0.1", "localhost")));
        }
        _ => {}
    }
    let keys = stage.keys.lock().unwrap().clone();
    answer(json!({ "keys": keys }).to_string())
}
