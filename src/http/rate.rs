//! How often a caller may ask: so many requests a minute, spread as the caller likes, told in the headers of every answer.

use std::{
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    body::Body,
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Response, header},
    middleware::Next,
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};
use sha2::{Digest as _, Sha256};

use super::{answer, ask, shares::counted};
use crate::{
    auth::token::Verifier,
    config::Settings,
    error::{Code, Refusal},
};

/// Who is counted: the bearer of a good token, or an address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Caller {
    Token([u8; 32]),
    Address(Option<IpAddr>),
}

type Limiter = RateLimiter<Caller, DashMapStateStore<Caller>, DefaultClock, StateInformationMiddleware>;

/// The limit of a server.
#[derive(Clone)]
pub struct Rate {
    limiter: Option<Arc<Limiter>>,
    asked: Arc<AtomicU64>,
    a_minute: u32,
    behind_proxy: bool,
    verifier: Arc<Verifier>,
}

/// After how many requests callers who have been quiet are forgotten.
const FORGOTTEN_EVERY: u64 = 10_000;

impl Rate {
    /// The limit of the settings; 0 is none.
    #[must_use]
    pub fn new(settings: &Settings, verifier: Arc<Verifier>) -> Self {
        let limiter = NonZeroU32::new(settings.rate_limit).map(|a_minute| {
            let limiter = RateLimiter::dashmap(Quota::per_minute(a_minute));
            Arc::new(limiter.with_middleware::<StateInformationMiddleware>())
        });
        Self {
            limiter,
            asked: Arc::default(),
            a_minute: settings.rate_limit,
            behind_proxy: settings.behind_proxy,
            verifier,
        }
    }

    /// Bad tokens are counted by the address that they come from: there are as many as anybody likes.
    async fn caller(&self, headers: &HeaderMap, peer: Option<SocketAddr>) -> Caller {
        if let Some(token) = ask::bearer(headers)
            && self.verifier.verify(token, None).await.is_ok()
        {
            return Caller::Token(Sha256::digest(token.as_bytes()).into());
        }
        Caller::Address(self.address(headers, peer).map(counted))
    }

    /// The address that asks.
    pub fn address(&self, headers: &HeaderMap, peer: Option<SocketAddr>) -> Option<IpAddr> {
        address(headers, peer, self.behind_proxy)
    }

    /// Whether a proxy says who asks.
    pub const fn is_behind_proxy(&self) -> bool {
        self.behind_proxy
    }
}

/// The address that asks: the one at the other end, or that which a proxy in front saw.
pub fn address(headers: &HeaderMap, peer: Option<SocketAddr>, behind_proxy: bool) -> Option<IpAddr> {
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back();
    let forwarded = forwarded.filter(|_| behind_proxy).and_then(|value| value.to_str().ok());
    // The last address is the one that the proxy in front saw itself.
    let forwarded = forwarded.and_then(|list| list.rsplit(',').next()?.trim().parse().ok());
    forwarded.or(peer.map(|peer| peer.ip()))
}

/// How many requests are left of this minute.
#[derive(Clone, Copy, Debug)]
pub struct Left(u32);

impl Rate {
    /// Counts a request.
    ///
    /// # Errors
    ///
    /// [`Code::RateLimited`], which says when the next one may come.
    pub async fn count(
        &self,
        headers: &HeaderMap,
        peer: Option<SocketAddr>,
    ) -> Result<Option<Left>, Refusal> {
        self.counted(headers, peer).await.map_err(|wait| too_many(self.a_minute, wait))
    }

    /// The same; seconds to wait when there is none left.
    async fn counted(&self, headers: &HeaderMap, peer: Option<SocketAddr>) -> Result<Option<Left>, u64> {
        let Some(limiter) = &self.limiter else { return Ok(None) };
        let caller = self.caller(headers, peer).await;
        if self.asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(FORGOTTEN_EVERY) {
            limiter.retain_recent();
        }
        match limiter.check_key(&caller) {
            Ok(snapshot) => Ok(Some(Left(snapshot.remaining_burst_capacity()))),
            Err(until) => {
                metrics::counter!("observatoire_rate_limited_total").increment(1);
                Err(until.wait_time_from(DefaultClock::default().now()).as_secs() + 1)
            }
        }
    }
}

/// Who sent a request, as the connection says.
pub fn peer(request: &Request) -> Option<SocketAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer)
}

/// Lets a request through, or says when the next one may come.
pub async fn limited(State(rate): State<Rate>, request: Request, next: Next) -> Response<Body> {
    let (mut response, left, wait) = match rate.counted(request.headers(), peer(&request)).await {
        Ok(None) => return next.run(request).await,
        Ok(Some(Left(left))) => (next.run(request).await, left, None),
        Err(wait) => {
            let (manner, _) = ask::manner(request.headers());
            let refusal = too_many(rate.a_minute, wait);
            let is_graphql = request.uri().path() == "/graphql";
            let response = if is_graphql {
                answer::refused(&refusal, manner)
            } else {
                answer::problem(&refusal, manner)
            };
            (response, 0, Some(wait))
        }
    };
    let headers = response.headers_mut();
    let mut insert = |name: HeaderName, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    };
    insert(HeaderName::from_static("ratelimit-policy"), format!("\"minute\";q={};w=60", rate.a_minute));
    insert(
        HeaderName::from_static("ratelimit"),
        format!("\"minute\";r={left};t={}", wait.unwrap_or_default()),
    );
    if let Some(wait) = wait {
        insert(header::RETRY_AFTER, wait.to_string());
    }
    response
}

fn too_many(a_minute: u32, wait: u64) -> Refusal {
    Refusal::new(
        Code::RateLimited,
        format!(
            "Vous avez fait plus de {a_minute} requêtes en une minute : attendez {wait} s avant la suivante."
        ),
        format!("You have made more than {a_minute} requests in a minute: wait {wait} s before the next."),
    )
}
