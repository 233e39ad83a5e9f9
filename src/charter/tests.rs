//! Ten thousand histories drawn at random, with time moving: after every step, what each caller may see is what a
//! reference of a few lines says, which reads the history itself and shares nothing with the state machines.

use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

use chrono::{NaiveDate, TimeDelta};
use entity::types::{Audience, Level, PartnerCode, PartnerKind, Purpose, Purposes, Role, Withheld};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

use super::{
    CharterRefusal,
    referents::{Leaving, Office},
    signature::Signature,
    use_request::{Act, Standing, Terms},
};
use crate::auth::{
    Access, AgreementTerms, Caller, GrantTerms, Identity, Membership, SourceTerms, Viewer,
    policy::{self, Place},
};

const HISTORIES: u64 = 10_000;
const STEPS: usize = 14;
const PARTNERS: [i32; 2] = [10, 11];
const SUBJECTS: [&str; 2] = ["anne", "marc"];
const SOURCE: i32 = 1;
const PLACE: i32 = 100;

/// What was done, and when: all that the reference knows.
#[derive(Clone, Debug)]
enum Done {
    Signed { who: usize, expires: Option<NaiveDate> },
    Withdrew { who: usize },
    Designated { who: usize, subject: &'static str, until: Option<NaiveDate> },
    Left { who: usize, subject: &'static str },
    Granted { request: usize, who: usize, unmasked: bool, until: NaiveDate },
    Suspended { request: usize },
    Resumed { request: usize },
    Over { request: usize },
    Agreed,
    Disagreed,
}

#[derive(Default)]
struct World {
    signatures: [Vec<Signature>; 2],
    offices: [Vec<Office>; 2],
    /// Who asked, what for, where it stands, and the agreement that it was granted under.
    requests: Vec<(usize, Terms, Standing, i32)>,
    /// The agreement in force, and how many there have been.
    agreement: Option<i32>,
    agreements: i32,
    history: Vec<(NaiveDate, Done)>,
}

struct Chance(ChaCha8Rng);

impl Chance {
    fn below(&mut self, bound: u32) -> usize {
        (self.0.next_u32() % bound) as usize
    }

    fn day(&mut self, today: NaiveDate) -> NaiveDate {
        today + TimeDelta::days(i64::from(self.0.next_u32() % 40) - 5)
    }
}

fn start() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default()
}

impl World {
    /// Tries something; what is refused changes nothing.
    fn step(&mut self, chance: &mut Chance, today: NaiveDate) -> Result<(), CharterRefusal> {
        let who = chance.below(2);
        let subject = SUBJECTS[chance.below(2)];
        match chance.below(11) {
            0 => {
                let expires = (chance.below(2) == 0).then(|| chance.day(today));
                self.signatures[who].push(Signature::sign(&self.signatures[who], expires, today)?);
                self.history.push((today, Done::Signed { who, expires }));
            }
            1 => {
                let (at, ended) = Signature::withdraw(&self.signatures[who], today)?;
                self.signatures[who][at] = ended;
                self.history.push((today, Done::Withdrew { who }));
            }
            2 => {
                let until = (chance.below(2) == 0).then(|| chance.day(today));
                self.offices[who].push(Office::designate(&self.offices[who], subject, until, today)?);
                self.history.push((today, Done::Designated { who, subject, until }));
            }
            3 => {
                let leaving = if chance.below(2) == 0 { Leaving::Succeeded } else { Leaving::Suspending };
                let at = Office::end(&self.offices[who], subject, leaving, today)?;
                self.offices[who][at].ended = true;
                self.history.push((today, Done::Left { who, subject }));
            }
            4 | 5 => {
                let asked = Terms {
                    sources: BTreeSet::from([SOURCE]),
                    finest_level: Level::Iris,
                    territories: BTreeSet::from([PLACE]),
                    purposes: Purposes::all(),
                    unmasked: chance.below(2) == 0,
                    until: chance.day(today),
                };
                self.requests.push((who, asked, Standing::Requested, 0));
            }
            6 => {
                let agreed = self.agreement.is_none();
                self.agreements += i32::from(agreed);
                self.agreement = agreed.then_some(self.agreements);
                self.history.push((today, if agreed { Done::Agreed } else { Done::Disagreed }));
            }
            _ => self.decide(chance, today)?,
        }
        Ok(())
    }

    fn decide(&mut self, chance: &mut Chance, today: NaiveDate) -> Result<(), CharterRefusal> {
        if self.requests.is_empty() {
            return Ok(());
        }
        let request = chance.below(self.requests.len() as u32);
        let (who, asked, standing, _) = &self.requests[request];
        let who = *who;
        let unmasked = chance.below(2) == 0;
        let until = chance.day(today);
        let (act, done) = match chance.below(7) {
            // Nobody grants what no agreement covers.
            0 | 1 if self.agreement.is_none() => return Err(CharterRefusal::WiderThanAgreement),
            0 | 1 => {
                let terms = Terms { unmasked, until, ..asked.clone() };
                (Act::Grant(terms), Some(Done::Granted { request, who, unmasked, until }))
            }
            2 => (Act::Refuse, None),
            3 => (Act::Suspend, Some(Done::Suspended { request })),
            4 => (Act::Resume, Some(Done::Resumed { request })),
            5 => (Act::Revoke, Some(Done::Over { request })),
            _ => (Act::Withdraw, Some(Done::Over { request })),
        };
        let after = standing.after(act, asked, today)?;
        if matches!(done, Some(Done::Granted { .. })) {
            self.requests[request].3 = self.agreements;
        }
        self.requests[request].2 = after;
        self.history.extend(done.map(|done| (today, done)));
        Ok(())
    }

    fn viewer(&self, who: usize, today: NaiveDate) -> Option<Viewer> {
        let grants = self.requests.iter().filter(|(by, ..)| *by == who);
        let grants = grants.filter_map(|(_, _, standing, under)| Some((*under, standing.opens(today)?)));
        let grants = grants.map(|(agreement_id, terms)| GrantTerms {
            source_id: SOURCE,
            agreement_id,
            finest_level: terms.finest_level,
            purposes: terms.purposes,
            territories: terms.territories.iter().copied().collect(),
            unmasked: terms.unmasked,
        });
        let code = PartnerCode::parse(["CCAS-A", "CCAS-B"][who]).ok()?;
        let membership = Membership {
            partner_id: PARTNERS[who],
            code: code.clone(),
            kind: PartnerKind::Ccas,
            signed: self.signatures[who].iter().any(|signature| signature.in_force(today)),
            referent: self.offices[who].iter().any(|office| office.held(today)),
            territories: HashSet::new(),
            grants: grants.collect(),
            office: false,
            trained_on: None,
        };
        let identity = Identity {
            subject: "agent".to_owned(),
            client: None,
            partner: code,
            roles: vec![Role::Analyst],
            purposes: Purposes::all(),
            purpose: Some(Purpose::NeedsAnalysis),
        };
        let now = today.and_hms_opt(12, 0, 0)?.and_utc();
        Some(Viewer { caller: Caller::Known { identity, membership: Arc::new(membership) }, now })
    }
}

/// What a partner's analyst may see of a figure of a source for grantees, by the history alone.
fn reference(history: &[(NaiveDate, Done)], who: usize, today: NaiveDate) -> &'static str {
    let mut signed = None;
    let mut referents: Vec<(&str, NaiveDate)> = Vec::new();
    let mut grants: Vec<(usize, bool, NaiveDate, bool)> = Vec::new();
    for (_, done) in history {
        match done {
            Done::Signed { who: by, expires } if *by == who => {
                signed = Some(expires.unwrap_or(NaiveDate::MAX));
            }
            Done::Withdrew { who: by } if *by == who => signed = None,
            Done::Designated { who: by, subject, until } if *by == who => {
                referents.retain(|(known, _)| known != subject);
                referents.push((subject, until.unwrap_or(NaiveDate::MAX)));
            }
            Done::Left { who: by, subject } if *by == who => referents.retain(|(known, _)| known != subject),
            Done::Granted { request, who: by, unmasked, until } if *by == who => {
                grants.push((*request, *unmasked, *until, true));
            }
            Done::Suspended { request } | Done::Resumed { request } => {
                let on = matches!(done, Done::Resumed { .. });
                grants.iter_mut().filter(|grant| grant.0 == *request).for_each(|grant| grant.3 = on);
            }
            Done::Over { request } => grants.retain(|grant| grant.0 != *request),
            Done::Agreed => {}
            Done::Disagreed => grants.clear(),
            _ => {}
        }
    }
    let open = |unmasked: bool| grants.iter().any(|grant| grant.3 && today <= grant.2 && grant.1 == unmasked);
    match () {
        () if signed.is_none_or(|last| last < today) => "not signed",
        () if !referents.iter().any(|(_, last)| today <= *last) => "no referent",
        () if open(true) => "true numbers",
        () if open(false) => "masked numbers",
        () => "no agreement",
    }
}

fn seen(viewer: &Viewer, agreement: Option<i32>) -> &'static str {
    let agreement = agreement.map(|id| AgreementTerms {
        id,
        finest_level: Level::Iris,
        own_territories_below: None,
        purposes: Purposes::all(),
        processor_id: None,
        training_months: None,
    });
    let Ok(provider) = PartnerCode::parse("PROV") else { return "?" };
    let source = SourceTerms {
        source_id: SOURCE,
        audience: Audience::Grantees,
        provider,
        agreements: agreement.into_iter().collect(),
    };
    let place = Place { territory_id: PLACE, level: Level::Iris, embargoed: false };
    match policy::figure(viewer, &source, place) {
        Access::Cleared(_) => "true numbers",
        Access::Shown => "masked numbers",
        Access::Refused(Withheld::CharterNotSigned) => "not signed",
        Access::Refused(Withheld::NoReferent) => "no referent",
        Access::Refused(Withheld::NoAgreement) => "no agreement",
        Access::Refused(_) => "?",
    }
}

#[test]
fn after_every_step_of_ten_thousand_histories_each_caller_sees_what_the_history_says() {
    let mut met = BTreeSet::new();
    for seed in 0..HISTORIES {
        let mut chance = Chance(ChaCha8Rng::seed_from_u64(seed));
        let (mut world, mut today) = (World::default(), start());
        for _ in 0..STEPS {
            // A refusal is an answer too: nothing has changed then.
            let before = world.history.len();
            let refused = world.step(&mut chance, today).is_err();
            assert!(!refused || world.history.len() == before);
            for who in 0..2 {
                let viewer = world.viewer(who, today);
                let seen = viewer.as_ref().map_or("?", |viewer| seen(viewer, world.agreement));
                let expected = reference(&world.history, who, today);
                assert_eq!(seen, expected, "history {seed}, {today}: {:?}", world.history);
                met.insert(seen);
            }
            today += TimeDelta::days(i64::from(chance.0.next_u32() % 12));
        }
    }
    assert_eq!(met.len(), 5, "the histories reach every outcome: {met:?}");
}

#[test]
fn every_act_in_every_state_gives_a_state_or_a_refusal_of_its_own() {
    let today = start();
    let asked = Terms {
        sources: BTreeSet::from([SOURCE]),
        finest_level: Level::Iris,
        territories: BTreeSet::new(),
        purposes: Purposes::all(),
        unmasked: false,
        until: today,
    };
    let states = [
        Standing::Requested,
        Standing::Granted { terms: asked.clone(), suspended: false },
        Standing::Granted { terms: asked.clone(), suspended: true },
        Standing::Refused,
        Standing::Withdrawn,
        Standing::Revoked,
    ];
    let acts: [(&str, Act); 9] = [
        ("grant", Act::Grant(asked.clone())),
        ("grant wider", Act::Grant(Terms { unmasked: true, ..asked.clone() })),
        ("grant longer", Act::Grant(Terms { until: today + TimeDelta::days(1), ..asked.clone() })),
        (
            "grant named territories",
            Act::Grant(Terms { territories: BTreeSet::from([PLACE]), ..asked.clone() }),
        ),
        ("refuse", Act::Refuse),
        ("take back", Act::Withdraw),
        ("revoke", Act::Revoke),
        ("suspend", Act::Suspend),
        ("resume", Act::Resume),
    ];
    let mut table = String::new();
    for state in &states {
        for (name, act) in &acts {
            let after = match state.after(act.clone(), &asked, today) {
                Ok(after) => after.state(today).word(),
                Err(refusal) => refusal.word(),
            };
            table.push_str(&format!("{:<10} {name:<24} {after}\n", state.state(today).word()));
        }
    }
    insta::assert_snapshot!(table);
}
