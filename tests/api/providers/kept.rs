//! Keys that change, and providers that are away, slow or wrong; without a restart, and without asking them often.

use std::{
    net::{Ipv4Addr, TcpListener},
    thread::sleep,
    time::{Duration, Instant},
};

use observatoire::provider_keys;

use super::{
    ask,
    played::{Conduct, Key, Played},
    question, refused, settings, trusting, unavailable, viewer,
};
use crate::support::app::{RUNTIME, issuer, who};

const UNTRUSTED: &str = "its signature is not trusted";

/// Waits until something is so, and fails where it never is.
fn within(done: &dyn Fn() -> bool, played: &Played) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", played.asked());
        sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_new_key_is_found_and_a_removed_one_refused() {
    let (first, second) = (Key::first("one"), Key::second("two"));
    let played = Played::with(&[&first]);
    let app = trusting(&[played.issuer()]);
    assert_eq!(viewer(&app, &first.token(&played.claims()))["subject"], "marie");
    played.show(&[&second]);
    // The provider is not asked at each token: the old key is good until somebody brings the new one, or for an hour.
    assert_eq!(viewer(&app, &first.token(&played.claims()))["subject"], "marie");
    assert_eq!(played.asked(), (1, 1));
    assert_eq!(viewer(&app, &second.token(&played.claims()))["subject"], "marie");
    refused(&ask(&app, &first.token(&played.claims())), UNTRUSTED, "a key that is gone");
    assert_eq!(played.asked(), (1, 2));
}

#[test]
fn a_thousand_unknown_keys_make_two_requests() {
    let key = Key::first("one");
    let played = Played::with(&[&key]);
    let app = trusting(&[played.issuer()]);
    let unknown = |number: usize| {
        let mut other = Key::second("two");
        other.name = format!("unknown-{number}");
        question(&other.token(&played.claims()), None)
    };
    // Half of them at once, before anything is known; then the others.
    for half in [0..500, 500..1_000] {
        for answer in app.send_together(half.map(unknown).collect()) {
            refused(&answer, UNTRUSTED, "an unknown key");
        }
    }
    let (documents, sets) = played.asked();
    assert!(documents == 1 && sets <= 2, "asked {documents} and {sets} times");
    assert_eq!(viewer(&app, &key.token(&played.claims()))["subject"], "marie");
}

#[test]
fn a_provider_that_is_away_stops_its_own_tokens_alone() {
    let key = Key::first("one");
    let (away, there) = (Played::with(&[&key]), Played::with(&[&key]));
    away.behave(Conduct::Away);
    let nobody = {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let app = trusting(&[away.issuer(), there.issuer(), &nobody]);
    unavailable(&ask(&app, &key.token(&away.claims())), "away");
    let mut claims = away.claims();
    claims["iss"] = nobody.into();
    unavailable(&ask(&app, &key.token(&claims)), "nobody listens");
    assert_eq!(viewer(&app, &key.token(&there.claims()))["subject"], "marie");
    assert_eq!(app.ask(who("analyst"), "{ viewer { subject } }").status, 200);
    // A crowd asks no more often.
    let crowd = (0..50).map(|_| question(&key.token(&away.claims()), None)).collect();
    for answer in app.send_together(crowd) {
        unavailable(&answer, "a crowd");
    }
    assert!(away.asked().0 <= 2, "{:?}", away.asked());
    away.behave(Conduct::Well);
    // It is asked again once a pause is over.
    within(&|| ask(&app, &key.token(&away.claims())).status == 200, &away);
    // Once its keys are known it may go again.
    away.behave(Conduct::Away);
    assert_eq!(viewer(&app, &key.token(&away.claims()))["subject"], "marie");
    refused(&ask(&app, &Key::second("two").token(&away.claims())), UNTRUSTED, "unknown, while it is away");
    assert_eq!(viewer(&app, &key.token(&away.claims()))["subject"], "marie");
}

#[test]
fn what_a_provider_may_not_answer_is_not_believed() {
    let key = Key::first("one");
    let conducts = [
        Conduct::Nonsense,
        Conduct::Endless,
        Conduct::OtherIssuer,
        Conduct::UnsafeKeys,
        Conduct::RedirectElsewhere,
    ];
    for conduct in conducts {
        let played = Played::with(&[&key]);
        let app = trusting(&[played.issuer()]);
        played.behave(conduct.clone());
        unavailable(&ask(&app, &key.token(&played.claims())), &format!("{conduct:?}"));
        let told = format!("{conduct:?}");
        assert!(played.asked().1 <= 1, "{told}: {:?}", played.asked());
    }
    let played = Played::with(&[&key]);
    played.behave(Conduct::RedirectHere);
    let app = trusting(&[played.issuer()]);
    assert_eq!(viewer(&app, &key.token(&played.claims()))["subject"], "marie");
}

#[test]
fn a_provider_that_never_answers_is_given_up() {
    let key = Key::first("one");
    let played = Played::with(&[&key]);
    played.behave(Conduct::Silent);
    let app = trusting(&[played.issuer()]);
    let crowd = (0..10).map(|_| question(&key.token(&played.claims()), None)).collect();
    for answer in app.send_together(crowd) {
        unavailable(&answer, "silent");
    }
    assert_eq!(played.asked(), (1, 0));
}

#[test]
fn keys_are_asked_for_at_start_until_they_come() {
    let key = Key::first("one");
    let played = Played::with(&[&key]);
    played.behave(Conduct::Away);
    let providers = provider_keys::open(&[settings(played.issuer())]).unwrap();
    let verifier = issuer().verifier().trusting(providers);
    RUNTIME.block_on(async { provider_keys::ask_at_start(&verifier) });
    within(&|| played.asked().0 > 0, &played);
    played.behave(Conduct::Well);
    within(&|| played.asked().1 == 1, &played);
}
