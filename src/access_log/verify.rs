//! Verifying a chain, record after record.

use std::fmt;

use entity::{access_record, access_source};

use super::{Chain, Link, chain::hash};
use crate::secrecy::Keyring;

/// Most faults that are told one by one.
const MOST_FAULTS: usize = 20;

/// What is wrong with a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no row that says where the chain begins and ends.
    NoEnds,
    /// That row is not the one that was written.
    EndsAltered,
    /// The record is not the one that was written: edited, put in or moved.
    Altered(i64),
    /// Records are not there, from the first number to the second; the one after them cannot be checked.
    Missing(i64, i64),
    /// The record was never written where it stands.
    Added(i64),
    /// The record was written, and its hash is not the one that somebody kept.
    Replaced(i64),
    /// The log does not reach as far as what somebody kept.
    CutShort(i64),
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoEnds => formatter.write_str("le début et la fin de la chaîne ont été supprimés"),
            Self::EndsAltered => formatter.write_str("le début ou la fin de la chaîne a été modifié"),
            Self::Altered(number) => write!(
                formatter,
                "l’enregistrement {number} n’est pas celui qui a été écrit : modifié, inséré ou déplacé"
            ),
            Self::Missing(first, last) if first == last => {
                write!(formatter, "l’enregistrement {first} a été supprimé")
            }
            Self::Missing(first, last) => {
                write!(formatter, "les enregistrements {first} à {last} ont été supprimés")
            }
            Self::Added(number) => {
                write!(formatter, "l’enregistrement {number} a été inséré hors de la chaîne")
            }
            Self::Replaced(number) => {
                write!(formatter, "l’enregistrement {number} n’a pas l’empreinte qui a été conservée")
            }
            Self::CutShort(number) => {
                write!(
                    formatter,
                    "le journal ne va pas jusqu’à l’enregistrement {number}, qui a été conservé"
                )
            }
        }
    }
}

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Records that were read.
    pub records: u64,
    /// What is wrong, in the order of the chain; twenty at most.
    pub faults: Vec<Fault>,
    /// How many faults there are in all.
    pub fault_count: u64,
}

impl Verdict {
    /// Whether nothing is wrong.
    #[must_use]
    pub const fn holds(&self) -> bool {
        self.fault_count == 0
    }

    pub(super) fn add(&mut self, fault: Fault) {
        self.fault_count += 1;
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(fault);
        }
    }
}

/// Verifies a chain as its records come, in the order of their numbers.
pub struct Verifier<'a> {
    keyring: &'a Keyring,
    at: Link,
    /// After a gap nobody knows what the next record's hash holds.
    torn: bool,
    last: Link,
    kept: Option<Link>,
    verdict: Verdict,
}

impl<'a> Verifier<'a> {
    /// A verifier of a chain whose seal holds or not; `kept` is a link that somebody wrote down elsewhere.
    #[must_use]
    pub fn new(keyring: &'a Keyring, chain: &Chain, seal_holds: bool, kept: Option<Link>) -> Self {
        let mut verdict = Verdict::default();
        if !seal_holds {
            verdict.add(Fault::EndsAltered);
        }
        let (at, last) = (chain.removed().clone(), chain.last().clone());
        let mut verifier = Self { keyring, at, torn: false, last, kept, verdict };
        verifier.compare();
        verifier
    }

    /// Takes the next record.
    pub fn take(&mut self, record: &access_record::Model, sources: &[access_source::Model]) {
        if !self.reach(record.number) {
            return;
        }
        let torn = std::mem::take(&mut self.torn);
        if !torn && hash(self.keyring, &self.at.hash, record, sources) != record.hash {
            self.verdict.add(Fault::Altered(record.number));
        }
        self.at = Link { number: record.number, hash: record.hash.clone() };
        self.compare();
    }

    /// Takes a record that stands there and cannot be read.
    pub fn take_unreadable(&mut self, number: i64) {
        if self.reach(number) {
            self.verdict.add(Fault::Altered(number));
            self.at = Link { number, hash: Vec::new() };
            self.torn = true;
        }
    }

    /// Takes what a record reached where there is none. One that was removed is told as missing.
    pub fn take_orphan(&mut self, number: i64) {
        if number > self.last.number || number <= self.at.number {
            self.verdict.add(Fault::Added(number));
        }
    }

    /// Comes to a number; false when it lies outside of the chain.
    fn reach(&mut self, number: i64) -> bool {
        self.verdict.records += 1;
        let expected = self.at.number.saturating_add(1);
        if number < expected || number > self.last.number {
            self.verdict.add(Fault::Added(number));
            return false;
        }
        if number > expected {
            self.verdict.add(Fault::Missing(expected, number - 1));
            self.torn = true;
        }
        true
    }

    fn compare(&mut self) {
        if let Some(kept) = self.kept.take_if(|kept| kept.number == self.at.number)
            && kept.hash != self.at.hash
        {
            self.verdict.add(Fault::Replaced(kept.number));
        }
    }

    /// The record that it has come to.
    #[must_use]
    pub const fn at(&self) -> &Link {
        &self.at
    }

    /// What was found so far.
    #[must_use]
    pub const fn so_far(&self) -> &Verdict {
        &self.verdict
    }

    /// What was found, when all records were taken.
    #[must_use]
    pub fn finish(mut self) -> Verdict {
        if self.at.number < self.last.number {
            self.verdict.add(Fault::Missing(self.at.number.saturating_add(1), self.last.number));
        } else if self.at.hash != self.last.hash && !self.torn {
            let fault = Fault::Altered(self.last.number);
            if self.verdict.faults.last() != Some(&fault) {
                self.verdict.add(fault);
            }
        }
        if let Some(kept) = self.kept.filter(|kept| kept.number > self.last.number) {
            self.verdict.add(Fault::CutShort(kept.number));
        }
        self.verdict
    }
}
