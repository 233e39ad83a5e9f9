//! Subscriptions: who is told of what happens, and that nobody is told for longer than they may know.

use std::pin::Pin;

use axum::{
    body::{Body, Bytes},
    http::{Request, StatusCode},
};
use chrono::TimeDelta;
use entity::types::{Purpose, Role};
use futures_util::{Stream, StreamExt as _};
use serde_json::{Value, json};

use crate::{
    acts::published,
    support::app::{Caller, RUNTIME, TestApp, own, today, who},
};

const fn caller(name: &'static str, partner: &'static str, roles: &'static [Role]) -> Caller {
    Caller { name, partner: Some(partner), roles, purpose: Some(Purpose::UrbanPolicy), client: None }
}

const ANALYST: Caller = caller("analyst", "CCAS-CHENOVE", &[Role::Analyst]);
const ELSEWHERE: Caller = caller("analyst elsewhere", "CCAS-DIJON", &[Role::Analyst]);
const STEWARD: Caller = caller("steward", "CAF21", &[Role::Provider]);

/// Server-sent events of one subscription.
struct Events {
    stream: Pin<Box<dyn Stream<Item = Bytes> + Send>>,
    text: String,
}

impl Events {
    fn of(app: &TestApp, by: &Caller, query: &str) -> Self {
        Self::with(app, app.token(by), query)
    }

    /// With a token; begun, so that nothing that happens from now on is missed.
    fn with(app: &TestApp, token: Option<String>, query: &str) -> Self {
        let mut request = Request::post("/graphql")
            .header("Content-Type", "application/json")
            .header("Accept", "text/event-stream");
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let body = Body::from(json!({ "query": query }).to_string());
        let response = app.stream(request.body(body).unwrap());
        assert_eq!(response.status(), StatusCode::OK);
        let stream = response.into_body().into_data_stream().map(Result::unwrap);
        let mut events = Self { stream: Box::pin(stream), text: String::new() };
        events.read();
        events
    }

    /// The next event; none when the subscription is over.
    fn next(&mut self) -> Option<Value> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                match event.strip_prefix("event: next\ndata: ") {
                    Some(json) => return Some(serde_json::from_str(json).unwrap()),
                    None if event.starts_with(':') => continue,
                    None => {
                        assert_eq!(event, "event: complete\ndata:");
                        return None;
                    }
                }
            }
            if !self.read() {
                return None;
            }
        }
    }

    /// Reads on; false at the end.
    fn read(&mut self) -> bool {
        let bytes = RUNTIME.block_on(self.stream.next());
        let bytes = bytes.inspect(|bytes| self.text.push_str(std::str::from_utf8(bytes).unwrap()));
        bytes.is_some()
    }

    /// What the next event tells of a field.
    fn told(&mut self, field: &str) -> Value {
        let event = self.next().unwrap();
        assert!(event.get("errors").is_none(), "{event}");
        event["data"][field].clone()
    }
}

/// Does something that must be done.
fn act(app: &TestApp, by: &Caller, field: &str, input: &str, selection: &str) -> Value {
    let input = app.reading_over(field, input);
    let query =
        format!("mutation {{ {field}(input: {{ {input} }}) {{ {selection} userErrors {{ code }} }} }}");
    let payload = app.ask(by, &query).data()[field].take();
    assert_eq!(payload["userErrors"], json!([]), "{field}");
    payload
}

fn publish_study(app: &TestApp, audience: &str) -> String {
    let study = format!("study: {{ kind: THEMATIC, title: \"Besoins\", audience: {audience} }}");
    let drafted = act(app, &ANALYST, "draftStudy", &study, "study { reference }");
    let reference = drafted["study"]["reference"].as_str().unwrap().to_owned();
    let this = format!("reference: \"{reference}\"");
    act(app, &ANALYST, "submitStudy", &this, "");
    act(app, who("operator"), "publishStudy", &this, "");
    reference
}

fn ask_for_use(app: &TestApp, by: &Caller, territory: &str) -> String {
    let asked = format!(
        "sources: [\"CAF-ALLOC\"], finestLevel: IRIS, territories: [\"{territory}\"], purposes: [URBAN_POLICY], reason: \"étude\", until: \"2028-06-30\""
    );
    let made = act(app, by, "requestUse", &asked, "useRequest { reference }");
    made["useRequest"]["reference"].as_str().unwrap().to_owned()
}

#[test]
fn whoever_may_read_it_is_told_that_a_release_is_published() {
    for app in own("told_releases") {
        let query = "subscription { releasePublished{ reference state source { code } } }";
        let of_source =
            "subscription { releasePublished(sources: [\"CAF-ALLOC\"]) { reference } }".to_owned();
        // Another instance, over the same database.
        let other = app.another_instance();
        let mut all = [
            Events::of(&app, who("public"), query),
            Events::of(&other, &ANALYST, query),
            Events::of(&app, &STEWARD, &of_source),
        ];
        let reference = published(&app);
        for events in &mut all {
            assert_eq!(events.told("releasePublished")["reference"], reference.as_str());
        }
        let unknown = "subscription { releasePublished(sources: [\"NOPE\"]) { reference } }";
        let mut refused = Events::of(&app, who("public"), unknown);
        assert_eq!(refused.next().unwrap()["errors"][0]["extensions"]["code"], "CODE_UNKNOWN");
        assert!(refused.next().is_none());
    }
}

#[test]
fn what_happens_to_many_at_once_is_told_to_each_in_turn() {
    for app in own("told_in_turn") {
        // One is answered at a time.
        let app = app.with_settings(|settings| settings.most_requests = 1);
        let query = "subscription { releasePublished { reference } }";
        let mut all: Vec<Events> = (0..4).map(|_| Events::of(&app, who("public"), query)).collect();
        let reference = published(&app);
        let reads = all.iter_mut().map(|events| async { events.stream.next().await });
        let told = RUNTIME.block_on(futures_util::future::join_all(reads));
        for bytes in told {
            let text = String::from_utf8(bytes.unwrap().to_vec()).unwrap();
            assert!(text.contains(&reference), "{text}");
        }
    }
}

#[test]
fn a_study_is_told_of_to_its_audience() {
    for app in own("told_studies") {
        let query = "subscription { studyPublished{ reference title } }";
        let of_kind = "subscription { studyPublished(kinds: [NEEDS_ANALYSIS]) { reference } }";
        let mut signatory = Events::of(&app, &ELSEWHERE, query);
        let mut public = Events::of(&app, who("public"), query);
        let mut other_kind = Events::of(&app, &ELSEWHERE, of_kind);
        let (confidential, open) = (publish_study(&app, "SIGNATORIES"), publish_study(&app, "PUBLIC"));
        assert_eq!(signatory.told("studyPublished")["reference"], confidential.as_str());
        assert_eq!(signatory.told("studyPublished")["reference"], open.as_str());
        // The first that the public hears of is the second one.
        assert_eq!(public.told("studyPublished")["reference"], open.as_str());
        let needs = "study: { kind: NEEDS_ANALYSIS, title: \"Besoins\", audience: PUBLIC }";
        let drafted = act(&app, &ANALYST, "draftStudy", needs, "study { reference }");
        let this = format!("reference: {}", drafted["study"]["reference"]);
        act(&app, &ANALYST, "submitStudy", &this, "");
        act(&app, who("operator"), "publishStudy", &this, "");
        assert_eq!(other_kind.told("studyPublished")["reference"], drafted["study"]["reference"]);
    }
}

#[test]
fn a_request_is_told_of_to_those_who_ask_decide_and_operate() {
    for app in own("told_requests") {
        let query = "subscription { useRequestChanged{ reference state } }";
        let mut all = [&ANALYST, &STEWARD, who("operator")].map(|by| Events::of(&app, by, query));
        let mut elsewhere = Events::of(&app, &ELSEWHERE, query);
        let reference = ask_for_use(&app, &ANALYST, "21166");
        let this = format!("reference: \"{reference}\"");
        act(&app, &STEWARD, "decideUse", &format!("{this}, verdict: GRANT"), "");
        for events in &mut all {
            // Two acts, each told as things stand when it is told.
            let told = [events.told("useRequestChanged"), events.told("useRequestChanged")];
            assert!(told.iter().all(|told| told["reference"] == reference.as_str()));
            assert_eq!(told[1]["state"], "GRANTED");
        }
        let own = ask_for_use(&app, &ELSEWHERE, "21231");
        assert_eq!(elsewhere.told("useRequestChanged")["reference"], own.as_str());
    }
}

#[test]
fn a_revoked_token_hears_of_nothing_that_happens_after_that() {
    for app in own("told_no_more") {
        let token = app.token_of(&ANALYST, today() - TimeDelta::hours(1));
        let mut events = Events::with(&app, token, "subscription { studyPublished{ reference } }");
        let whose = format!("partner: \"CCAS-CHENOVE\", subject: \"{}\"", ANALYST.subject());
        act(&app, who("operator"), "revokeTokens", &whose, "");
        let study = "study: { kind: THEMATIC, title: \"Besoins\", audience: PUBLIC }";
        let drafted = act(&app, &ELSEWHERE, "draftStudy", study, "study { reference }");
        let this = format!("reference: {}", drafted["study"]["reference"]);
        act(&app, &ELSEWHERE, "submitStudy", &this, "");
        act(&app, who("operator"), "publishStudy", &this, "");
        let event = events.next().unwrap();
        assert_eq!(event["errors"][0]["extensions"]["code"], "TOKEN_INVALID", "{event}");
        assert!(event.get("data").is_none() && events.next().is_none());
    }
}
