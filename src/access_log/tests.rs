//! Tampering of every kind is found, and named.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    access_chain, access_record, access_source,
    types::{Level, Purpose, Role},
};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

use super::{Chain, Counts, Entry, Fault, Link, Record, SourceAccess, Verdict, Verifier, bounded};
use crate::secrecy::Keyring;

type Rows = (access_record::Model, Vec<access_source::Model>);

/// A log as it stands in a database.
#[derive(Clone)]
struct Log {
    chain: access_chain::Model,
    rows: Vec<Rows>,
}

fn keyring() -> Keyring {
    Keyring::new(&[7; 32])
}

fn start() -> DateTime<Utc> {
    "2026-11-23T10:00:00.123456789Z".parse().unwrap()
}

fn entry(number: u32) -> Entry {
    let source = |source: &str, shown| SourceAccess {
        source: source.to_owned(),
        counts: Counts { shown, withheld: 3, refused: 1, ..Counts::default() },
        levels: vec![(Level::Commune, 2), (Level::Iris, 1)],
        territories: vec!["212310101".to_owned(), "21166".to_owned(), "21231".to_owned()],
        territory_count: 3,
    };
    Entry {
        at: start() + TimeDelta::seconds(i64::from(number)),
        subject: format!("somebody-{}", number % 7),
        client: number.is_multiple_of(3).then(|| "dashboard".to_owned()),
        partner: "CCAS-DIJON".to_owned(),
        roles: vec![Role::Reader, Role::Analyst],
        purpose: number.is_multiple_of(2).then_some(Purpose::NeedsAnalysis),
        operation_name: Some("Besoins".to_owned()),
        sources: vec![source("CAF-ALLOC", number), source("CPAM", 0)],
    }
}

fn log(records: u32) -> Log {
    let mut chain = Chain::begin(&keyring(), start());
    let rows = (0..records).map(|number| chain.append(&keyring(), &entry(number))).collect();
    Log { chain: chain.row(&keyring()), rows }
}

fn verdict_against(log: &Log, kept: Option<Link>) -> Verdict {
    let keyring = keyring();
    let sealed = Chain::sealed(&keyring, &log.chain).is_some();
    let mut verifier = Verifier::new(&keyring, &Chain::of(&log.chain), sealed, kept);
    let mut rows: Vec<&Rows> = log.rows.iter().collect();
    rows.sort_by_key(|(record, _)| record.number);
    for (record, sources) in rows {
        verifier.take(record, sources);
    }
    verifier.finish()
}

fn verdict(log: &Log) -> Verdict {
    verdict_against(log, None)
}

fn first(log: &Log) -> Option<Fault> {
    verdict(log).faults.into_iter().next()
}

#[test]
fn what_nobody_touched_holds_and_reads_back() {
    for records in [0, 1, 2, 40] {
        let found = verdict(&log(records));
        assert!(found.holds(), "{found:?}");
        assert_eq!(found.records, u64::from(records));
    }
    let (record, sources) = log(1).rows.remove(0);
    let read = Record::read(record, sources);
    assert_eq!(read.entry.sources, entry(0).sources);
    assert_eq!(read.entry.roles, entry(0).roles);
    assert_eq!(read.entry.at.timestamp_micros(), start().timestamp_micros());
}

#[test]
fn another_key_makes_and_verifies_nothing() {
    let keyring = Keyring::new(&[8; 32]);
    let log = log(3);
    assert!(Chain::sealed(&keyring, &log.chain).is_none());
    let mut verifier = Verifier::new(&keyring, &Chain::of(&log.chain), true, None);
    verifier.take(&log.rows[0].0, &log.rows[0].1);
    assert_eq!(verifier.so_far().faults, [Fault::Altered(1)]);
}

#[test]
fn every_column_that_is_edited_is_found() {
    let edits: &[fn(&mut Rows)] = &[
        |(record, _)| record.at += TimeDelta::microseconds(1),
        |(record, _)| record.subject.push('x'),
        |(record, _)| record.client = Some(String::new()),
        |(record, _)| record.partner = "COM-21166".to_owned(),
        |(record, _)| record.roles = "READER".to_owned(),
        |(record, _)| record.purpose = None,
        |(record, _)| record.operation_name = None,
        |(record, _)| record.hash = vec![0; 32],
        |(_, sources)| sources[0].source = "CNAF".to_owned(),
        |(_, sources)| sources[0].shown += 1,
        |(_, sources)| sources[0].withheld += 1,
        |(_, sources)| sources[0].refused += 1,
        |(_, sources)| sources[0].unmasked += 1,
        |(_, sources)| sources[0].explained += 1,
        |(_, sources)| sources[0].searches += 1,
        |(_, sources)| sources[0].levels = "COMMUNE:2".to_owned(),
        |(_, sources)| sources[0].territories.clear(),
        |(_, sources)| sources[0].territory_count += 1,
        |(_, sources)| drop(sources.pop()),
        |(_, sources)| {
            sources.push(access_source::Model { source: "AUTRE".to_owned(), ..sources[0].clone() });
        },
    ];
    for (number, edit) in edits.iter().enumerate() {
        for at in [0, 4, 8] {
            let mut log = log(9);
            // The second record has a purpose and no client; all have an operation's name.
            log.rows[at].0.client = None;
            log.rows[at].0.purpose = Some("NEEDS_ANALYSIS".to_owned());
            let mut chain = Chain::begin(&keyring(), start());
            let mut rewritten = Vec::new();
            for row in &log.rows {
                let again = Entry::clone(&Record::read(row.0.clone(), row.1.clone()).entry);
                rewritten.push(chain.append(&keyring(), &again));
            }
            log = Log { chain: chain.row(&keyring()), rows: rewritten };
            assert!(verdict(&log).holds());
            edit(&mut log.rows[at]);
            let expected = Fault::Altered(i64::try_from(at).unwrap() + 1);
            assert_eq!(first(&log), Some(expected), "edit {number} at {at}");
        }
    }
}

#[test]
fn a_record_that_is_removed_is_named_wherever_it_stood() {
    for at in 0..9_usize {
        let mut log = log(9);
        log.rows.remove(at);
        let number = i64::try_from(at).unwrap() + 1;
        assert_eq!(verdict(&log).faults, [Fault::Missing(number, number)]);
    }
    let mut log = log(9);
    log.rows.drain(6..);
    assert_eq!(verdict(&log).faults, [Fault::Missing(7, 9)]);
    log.rows.clear();
    assert_eq!(verdict(&log).faults, [Fault::Missing(1, 9)]);
}

#[test]
fn a_record_that_is_put_in_is_named() {
    // In between: all that follow move up, and the last one falls off the end.
    let mut moved = log(6);
    for (record, sources) in moved.rows.iter_mut().skip(3) {
        record.number += 1;
        sources.iter_mut().for_each(|source| source.number += 1);
    }
    let (mut record, sources) = moved.rows[1].clone();
    record.number = 4;
    moved.rows.push((record, sources));
    assert_eq!(first(&moved), Some(Fault::Altered(4)));
    assert!(verdict(&moved).faults.contains(&Fault::Added(7)));
    // At the end, even with a hash that belongs to the chain.
    let mut longer = log(6);
    longer.rows.push(log(7).rows.remove(6));
    assert_eq!(verdict(&longer).faults, [Fault::Added(7)]);
    // Before the beginning.
    let mut earlier = log(6);
    let (mut record, sources) = earlier.rows[0].clone();
    record.number = 0;
    earlier.rows.push((record, sources));
    assert_eq!(verdict(&earlier).faults, [Fault::Added(0)]);
}

#[test]
fn two_records_that_changed_places_are_named() {
    let mut log = log(6);
    let (one, other) = (log.rows[1].0.clone(), log.rows[3].0.clone());
    log.rows[1].0 = access_record::Model { number: 2, ..other };
    log.rows[3].0 = access_record::Model { number: 4, ..one };
    assert_eq!(first(&log), Some(Fault::Altered(2)));
    assert!(verdict(&log).faults.contains(&Fault::Altered(4)));
}

#[test]
fn both_ends_are_under_a_seal() {
    let edits: &[fn(&mut access_chain::Model)] = &[
        |row| row.begun_on += TimeDelta::seconds(1),
        |row| row.removed_number += 1,
        |row| row.removed_hash[0] ^= 1,
        |row| row.removed_on = Some(start()),
        |row| row.last_number -= 1,
        |row| row.last_hash[0] ^= 1,
        |row| row.seal[0] ^= 1,
    ];
    for edit in edits {
        let mut log = log(6);
        edit(&mut log.chain);
        assert_eq!(first(&log), Some(Fault::EndsAltered));
    }
    // The records of the end taken away, and the row made to fit with what stands in the database.
    let mut shorter = log(6);
    shorter.rows.truncate(4);
    shorter.chain.last_number = 4;
    shorter.chain.last_hash = shorter.rows[3].0.hash.clone();
    assert_eq!(verdict(&shorter).faults, [Fault::EndsAltered]);
    // The same at the beginning.
    let mut later = log(6);
    let (removed, _) = later.rows.remove(0);
    later.chain.removed_number = 1;
    later.chain.removed_hash = removed.hash;
    assert_eq!(verdict(&later).faults, [Fault::EndsAltered]);
}

#[test]
fn what_retention_removed_leaves_a_chain_that_holds() {
    let keyring = keyring();
    let mut log = log(9);
    let mut chain = Chain::sealed(&keyring, &log.chain).unwrap();
    let up_to = log.rows[4].0.clone();
    chain.remove(Link { number: 5, hash: up_to.hash }, start());
    log.rows.drain(..5);
    log.chain = chain.row(&keyring);
    assert!(verdict(&log).holds());
    log.rows.push(chain.append(&keyring, &entry(9)));
    log.chain = chain.row(&keyring);
    assert!(verdict(&log).holds());
    log.rows.remove(0);
    assert_eq!(verdict(&log).faults, [Fault::Missing(6, 6)]);
}

#[test]
fn an_older_copy_of_the_whole_log_is_found_by_what_was_kept_elsewhere() {
    let older = log(4);
    let newer = log(6);
    let kept = Link { number: 6, hash: newer.chain.last_hash.clone() };
    assert!(verdict_against(&newer, Some(kept.clone())).holds());
    assert!(verdict(&older).holds());
    assert_eq!(verdict_against(&older, Some(kept)).faults, [Fault::CutShort(6)]);
    let other = Link { number: 3, hash: vec![1; 32] };
    assert_eq!(verdict_against(&newer, Some(other)).faults, [Fault::Replaced(3)]);
}

#[test]
fn anything_that_chance_does_to_a_log_is_found() {
    let mut chance = ChaCha8Rng::seed_from_u64(20_261_124);
    let mut below = |limit: usize| usize::try_from(chance.next_u32()).unwrap() % limit;
    let whole = log(12);
    for _ in 0..3_000 {
        let mut log = whole.clone();
        for _ in 0..=below(3) {
            if log.rows.is_empty() {
                break;
            }
            let at = below(log.rows.len());
            let other = below(log.rows.len());
            match below(8) {
                0 => drop(log.rows.remove(at)),
                1 => log.rows[at].0.subject.push('x'),
                2 => log.rows[at].1[0].shown ^= 1 << below(31),
                3 => drop(log.rows[at].1.pop()),
                4 => log.rows[at].0.hash[below(32)] ^= 1 << below(8),
                5 => log.rows[at].0.number += 1 + i64::try_from(below(20)).unwrap(),
                6 => {
                    let number = log.rows[at].0.number;
                    log.rows[at].0.number = log.rows[other].0.number;
                    log.rows[other].0.number = number;
                }
                _ => {
                    let (mut record, sources) = log.rows[other].clone();
                    record.number = i64::try_from(below(40)).unwrap();
                    log.rows.push((record, sources));
                }
            }
            if log.rows.iter().any(|(_, sources)| sources.is_empty()) {
                break;
            }
        }
        log.rows.sort_by_key(|(record, _)| record.number);
        assert!(log.rows == whole.rows || !verdict(&log).holds(), "{:?}", log.rows);
    }
}

#[test]
fn texts_of_others_are_bounded_and_stay_apart() {
    assert_eq!(bounded("somebody"), "somebody");
    let (one, other) = (format!("{}1", "é".repeat(400)), format!("{}2", "é".repeat(400)));
    assert_eq!(bounded(&one).chars().count(), 255);
    assert_ne!(bounded(&one), bounded(&other));
    assert_ne!(bounded("some\0body"), bounded("somebody"));
    assert!(!bounded("some\0body").contains('\0'));
}

#[test]
fn what_an_entry_takes_grows_with_the_territories_that_it_names() {
    let mut large = entry(1);
    let before = large.weight();
    let codes = (0..50).map(|number| format!("2123101{number:02}"));
    large.sources[1].territories = codes.collect();
    // A text that is kept apart, and where it is.
    assert!(large.weight() > before + 40 * (24 + 9), "{before} {}", large.weight());
}
