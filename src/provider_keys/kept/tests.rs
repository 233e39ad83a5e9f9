//! A provider that counts who asks, and a clock that is turned by hand.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
};

use std::time::{Duration, Instant};

use url::Url;

use super::{Fetch, FetchFault, Fetched, Kept, KeySource, Later, PublicKeys};

#[derive(Default)]
struct Played {
    asked: AtomicUsize,
    away: AtomicBool,
    good_for: Mutex<Option<Duration>>,
    addresses: Mutex<Vec<bool>>,
    seconds: AtomicU64,
}

impl Played {
    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    fn later(&self, seconds: u64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }
}

struct Door(Arc<Played>);

impl Fetch for Door {
    fn fetch(&self, known: Option<Url>) -> Later<'_, Result<Fetched, FetchFault>> {
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            self.0.asked.fetch_add(1, Ordering::SeqCst);
            self.0.addresses.lock().unwrap().push(known.is_some());
            if self.0.away.load(Ordering::SeqCst) {
                return Err(FetchFault::TooSlow);
            }
            let keys = PublicKeys::read(br#"{"keys": []}"#).unwrap();
            let good_for = *self.0.good_for.lock().unwrap();
            Ok(Fetched { keys, address: Url::parse("https://id.example.org/keys").unwrap(), good_for })
        })
    }
}

fn played() -> (Arc<Played>, Arc<Kept>) {
    let played = Arc::<Played>::default();
    let (start, hand) = (Instant::now(), Arc::clone(&played));
    let clock = Arc::new(move || start + Duration::from_secs(hand.seconds.load(Ordering::SeqCst)));
    let kept =
        Kept::with_clock("https://id.example.org".to_owned(), Box::new(Door(Arc::clone(&played))), clock);
    (played, Arc::new(kept))
}

/// Many callers at once.
async fn crowd<T: Send + 'static>(kept: &Arc<Kept>, ask: impl Fn(Arc<Kept>) -> Later<'static, T>) -> Vec<T> {
    let callers: Vec<_> = (0..200).map(|_| tokio::spawn(ask(Arc::clone(kept)))).collect();
    let mut answers = Vec::new();
    for caller in callers {
        answers.push(caller.await.unwrap());
    }
    answers
}

#[tokio::test]
async fn keys_are_asked_for_once_and_again_when_they_are_old() {
    let (played, kept) = played();
    let known =
        |kept: Arc<Kept>| -> Later<'static, bool> { Box::pin(async move { kept.known().await.is_some() }) };
    assert!(crowd(&kept, known).await.into_iter().all(|known| known));
    assert_eq!(played.asked(), 1);
    // Said, and the bounds of what is said.
    for (said, seconds) in [(None, 3_600), (Some(600), 600), (Some(0), 300), (Some(1 << 30), 24 * 3_600)] {
        *played.good_for.lock().unwrap() = said.map(Duration::from_secs);
        played.later(24 * 3_600);
        kept.known().await.unwrap();
        let before = played.asked();
        played.later(seconds - 1);
        kept.known().await.unwrap();
        assert_eq!(played.asked(), before, "{said:?}");
        played.later(1);
        kept.known().await.unwrap();
        assert_eq!(played.asked(), before + 1, "{said:?}");
    }
    assert!(played.addresses.lock().unwrap().iter().all(|known| !known), "discovered anew each time");
}

#[tokio::test]
async fn a_crowd_that_looks_for_a_key_makes_one_request_in_30_seconds() {
    let (played, kept) = played();
    let seen = kept.known().await.unwrap();
    let sought = Arc::clone(&seen);
    let look = move |kept: Arc<Kept>| -> Later<'static, bool> {
        let sought = Arc::clone(&sought);
        Box::pin(async move { Arc::ptr_eq(&kept.after(Arc::clone(&sought)).await, &sought) })
    };
    let same = crowd(&kept, look).await;
    assert!(same.into_iter().all(|same| !same), "whoever came meanwhile has what the one request brought");
    assert_eq!((played.asked(), played.addresses.lock().unwrap().last()), (2, Some(&true)));
    for _ in 0..3 {
        let seen = kept.known().await.unwrap();
        assert!(Arc::ptr_eq(&kept.after(Arc::clone(&seen)).await, &seen));
        played.later(9);
    }
    assert_eq!(played.asked(), 2);
    played.later(3);
    let seen = kept.known().await.unwrap();
    assert!(!Arc::ptr_eq(&kept.after(Arc::clone(&seen)).await, &seen));
    assert_eq!(played.asked(), 3);
}

#[tokio::test]
async fn a_caller_who_hangs_up_spoils_nothing_for_the_others() {
    let (played, kept) = played();
    let seen = kept.known().await.unwrap();
    let hasty = tokio::time::timeout(Duration::from_millis(1), kept.after(Arc::clone(&seen))).await;
    assert!(hasty.is_err());
    assert!(!Arc::ptr_eq(&kept.after(Arc::clone(&seen)).await, &seen));
    assert_eq!(played.asked(), 2);
}

#[tokio::test]
async fn a_provider_that_is_away_is_asked_after_pauses_and_its_keys_stay_good_for_a_day() {
    let (played, kept) = played();
    played.away(true);
    assert!(kept.known().await.is_none());
    assert!(kept.known().await.is_none());
    assert_eq!(played.asked(), 1);
    played.later(2);
    assert!(kept.known().await.is_none());
    assert_eq!(played.asked(), 2);
    played.away(false);
    played.later(2);
    let seen = kept.known().await.unwrap();
    played.away(true);
    // A key that it may have by now is looked for, in vain; where the keys are is found out anew after that.
    assert!(Arc::ptr_eq(&kept.after(Arc::clone(&seen)).await, &seen));
    played.later(3_600);
    for _ in 0..5 {
        assert!(Arc::ptr_eq(&kept.known().await.unwrap(), &seen));
    }
    assert_eq!(played.asked(), 5);
    played.later(30);
    assert!(kept.known().await.is_some());
    assert_eq!(played.asked(), 6);
    played.later(24 * 3_600 - 3_600 - 31);
    assert!(kept.known().await.is_some());
    played.later(1);
    assert!(kept.known().await.is_none());
    played.away(false);
    played.later(2);
    assert!(!Arc::ptr_eq(&kept.known().await.unwrap(), &seen));
}
