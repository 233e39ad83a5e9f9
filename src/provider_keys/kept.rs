//! Keys of one provider, kept: when they are asked for again, and when they are no longer good.
//!
//! Whatever tokens come, the provider is asked by one request at a time, and no more often than the pauses here let.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use url::Url;

use super::fetch::FetchFault;
use crate::auth::providers::{KeySource, Later, PublicKeys};

/// For how long keys are good where nothing is said, and the bounds of what is said.
const GOOD_FOR: Duration = Duration::from_secs(3_600);
const SHORTEST: Duration = Duration::from_secs(300);
const LONGEST: Duration = Duration::from_secs(24 * 3_600);

/// For how long keys stay good while the provider is away.
const LAST: Duration = LONGEST;

/// Pause between two looks for a key that is not in the set, or for newer keys of a provider that is away.
const PAUSE: Duration = Duration::from_secs(30);

/// Pause between two tries while no key is known.
const RETRY: Duration = Duration::from_secs(2);

/// Tells the time; tests bring their own.
type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// Asks a provider.
pub trait Fetch: Send + Sync {
    /// The keys, at their known address, or where the provider says that they are.
    fn fetch(&self, known: Option<Url>) -> Later<'_, Result<Fetched, FetchFault>>;
}

/// Keys as they came.
pub struct Fetched {
    /// The keys.
    pub keys: PublicKeys,
    /// Where they were.
    pub address: Url,
    /// For how long they are good, as the answer says.
    pub good_for: Option<Duration>,
}

/// Keys of one provider, kept.
pub struct Kept(Arc<Inner>);

struct Inner {
    issuer: String,
    fetch: Box<dyn Fetch>,
    clock: Clock,
    state: Mutex<State>,
    /// Held by whoever asks the provider; the others wait for what comes of it.
    turn: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Default)]
struct State {
    known: Option<Known>,
    /// When a key was last looked for that was not in the set.
    looked_at: Option<Instant>,
    /// When the provider was last found away, since it last answered.
    failed_at: Option<Instant>,
}

struct Known {
    keys: Arc<PublicKeys>,
    address: Url,
    fetched_at: Instant,
    good_for: Duration,
}

/// Why a provider is asked.
enum Why {
    /// No keys are known, or they have grown old.
    Old,
    /// A key is not among these.
    Lacking(Arc<PublicKeys>),
}

impl Kept {
    /// Keys that nobody has asked for yet.
    pub fn new(issuer: String, fetch: Box<dyn Fetch>) -> Self {
        Self::with_clock(issuer, fetch, Arc::new(Instant::now))
    }

    fn with_clock(issuer: String, fetch: Box<dyn Fetch>, clock: Clock) -> Self {
        Self(Arc::new(Inner { issuer, fetch, clock, state: Mutex::default(), turn: Arc::default() }))
    }

    /// Asks the provider where that is wanted once it is our turn.
    async fn ask(&self, why: Why) {
        let inner = &self.0;
        let turn = Arc::clone(&inner.turn).lock_owned().await;
        let Some(address) = inner.begin(&why) else { return };
        let asking = Arc::clone(inner);
        // On its own, so that a caller who hangs up does not use up the one look that is let for the others.
        let asked = tokio::spawn(async move {
            asking.renew(address).await;
            drop(turn);
        });
        if let Err(cause) = asked.await {
            tracing::error!(%cause, issuer = inner.issuer, "asking a provider for its keys broke off");
        }
    }
}

impl KeySource for Kept {
    fn known(&self) -> Later<'_, Option<Arc<PublicKeys>>> {
        Box::pin(async move {
            let fresh = self.0.state().fresh((self.0.clock)());
            if fresh.is_none() {
                self.ask(Why::Old).await;
                return self.0.state().usable((self.0.clock)());
            }
            fresh
        })
    }

    fn after(&self, seen: Arc<PublicKeys>) -> Later<'_, Arc<PublicKeys>> {
        Box::pin(async move {
            self.ask(Why::Lacking(Arc::clone(&seen))).await;
            self.0.state().usable((self.0.clock)()).unwrap_or(seen)
        })
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing where the provider is not to be asked; else where its keys are, if that is known and good enough.
    fn begin(&self, why: &Why) -> Option<Option<Url>> {
        let now = (self.clock)();
        let mut state = self.state();
        if !state.wants(why, now) {
            return None;
        }
        match why {
            Why::Old => Some(None),
            Why::Lacking(_) => {
                state.looked_at = Some(now);
                let at_hand = state.known.as_ref().filter(|_| state.failed_at.is_none());
                Some(at_hand.map(|known| known.address.clone()))
            }
        }
    }

    async fn renew(&self, address: Option<Url>) {
        let fetched = self.fetch.fetch(address).await;
        let now = (self.clock)();
        let mut state = self.state();
        match fetched {
            Ok(Fetched { keys, address, good_for }) => {
                let good_for = good_for.unwrap_or(GOOD_FOR).clamp(SHORTEST, LONGEST);
                state.known = Some(Known { keys: Arc::new(keys), address, fetched_at: now, good_for });
                state.failed_at = None;
            }
            Err(cause) => {
                tracing::warn!(%cause, issuer = self.issuer, "a provider does not give its keys");
                state.failed_at = Some(now);
            }
        }
    }
}

impl State {
    /// The keys, where they have not grown old.
    fn fresh(&self, now: Instant) -> Option<Arc<PublicKeys>> {
        self.known
            .as_ref()
            .filter(|known| known.age(now) < known.good_for)
            .map(|known| Arc::clone(&known.keys))
    }

    /// The keys, where they are good though the provider may be away.
    fn usable(&self, now: Instant) -> Option<Arc<PublicKeys>> {
        self.known.as_ref().filter(|known| known.age(now) < LAST).map(|known| Arc::clone(&known.keys))
    }

    /// Whether the provider is to be asked: whoever waited for somebody else's turn finds that it was done.
    fn wants(&self, why: &Why, now: Instant) -> bool {
        let rested = |since: Option<Instant>, pause| {
            since.is_none_or(|since| now.saturating_duration_since(since) >= pause)
        };
        match why {
            Why::Old => {
                let pause = if self.usable(now).is_some() { PAUSE } else { RETRY };
                self.fresh(now).is_none() && rested(self.failed_at, pause)
            }
            Why::Lacking(seen) => {
                let same = self.known.as_ref().is_some_and(|known| Arc::ptr_eq(&known.keys, seen));
                same && rested(self.looked_at, PAUSE)
            }
        }
    }
}

impl Known {
    fn age(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.fetched_at)
    }
}

#[cfg(test)]
mod tests;
