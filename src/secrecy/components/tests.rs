//! Grants open what sums bind to nothing else, whatever the counts are.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use entity::types::{Breakdown, Period};

use super::Components;
use crate::secrecy::{
    Address, Lot, Opened, Proofs, Raw, Readers, Rule, Sheet, StoredRule,
    plan::{Earlier, Plan, Request},
    progress::Unwatched,
    table::{CellKey, Sums},
};

type Fault = Box<dyn std::error::Error>;

/// What everybody reads, by territory; nothing where it is masked.
type Read = BTreeMap<i32, Option<u64>>;

const WHOLE: i32 = 10;
const COMMUNE: i32 = 20;
const IRIS: [i32; 2] = [21, 22];
const OTHERS: [i32; 2] = [30, 31];

/// The whole of three communes, of which one has two IRIS.
fn sums() -> Sums {
    let communes = vec![COMMUNE, OTHERS[0], OTHERS[1]];
    Sums { sums: vec![(WHOLE, communes), (COMMUNE, IRIS.to_vec())], ..Sums::default() }
}

fn sheet(iris: [i64; 2], others: [i64; 2]) -> Result<BTreeMap<i32, Sheet>, Fault> {
    delivered(iris, others, &[])
}

/// The same without some territories, which were not delivered.
fn delivered(iris: [i64; 2], others: [i64; 2], missing: &[i32]) -> Result<BTreeMap<i32, Sheet>, Fault> {
    let period = Period::year(2024)?;
    let mut sheet = Sheet::default();
    let commune: i64 = iris.iter().sum();
    let counts = [(WHOLE, commune + others.iter().sum::<i64>()), (COMMUNE, commune)];
    let counts = counts.into_iter().chain(IRIS.into_iter().zip(iris)).chain(OTHERS.into_iter().zip(others));
    for (territory_id, count) in counts.filter(|(id, _)| !missing.contains(id)) {
        sheet.insert(Address { territory_id, period, breakdown_id: 0 }, Raw::seal(count as f64, None));
    }
    Ok(BTreeMap::from([(1, sheet)]))
}

/// What everybody reads of a release, and what it would open of some territories.
struct Seen {
    read: Read,
    shown: HashSet<CellKey>,
    opens: Opened,
}

/// Plans a release after those before it.
fn seen(sheets: &BTreeMap<i32, Sheet>, earlier: &[Earlier], granted: &Opened) -> Result<Option<Seen>, Fault> {
    let stored = StoredRule { code: "R", minimum_contributors: Some(5), ..StoredRule::default() };
    let rule = Rule::stored(stored, NaiveDate::default())?;
    let request = Request {
        sheets,
        breakdowns: &HashMap::from([(0, Breakdown::default())]),
        sums: &sums(),
        contained: &[],
        opens: true,
        rule: &rule,
        rates: &[],
        earlier,
        lot: Lot::drawn(7),
    };
    // What cannot be protected is no release.
    let Ok(plan) = Plan::make(&request, &Unwatched) else { return Ok(None) };
    let read = plan.figures().iter();
    let read = read.map(|(key, masked)| (key.address.territory_id, masked.columns().0.map(f64::to_bits)));
    let shown: HashSet<CellKey> =
        plan.figures().iter().filter(|(_, masked)| masked.is_shown()).map(|(key, _)| *key).collect();
    let components = Components::of(&request, &shown)?;
    assert_eq!(plan.components(), Some(&components));
    let kept: Components = serde_json::from_str(&serde_json::to_string(&components)?)?;
    assert_eq!(kept, components, "it is another one once it was kept");
    let mut opens = Opened::default();
    for (partner_id, territories) in granted.by_partner() {
        opens.open(partner_id, components.tellable(territories));
    }
    Ok(Some(Seen { read: read.collect(), shown, opens }))
}

/// The grants that are tried, one a partner.
fn grants() -> Opened {
    let all = [vec![COMMUNE], vec![IRIS[0]], vec![COMMUNE, IRIS[0], IRIS[1]], vec![COMMUNE, OTHERS[0]]];
    let more = [vec![OTHERS[0], OTHERS[1]], vec![COMMUNE, OTHERS[0], OTHERS[1]], vec![WHOLE]];
    (1..)
        .zip(all.into_iter().chain(more))
        .flat_map(|(partner, ids)| ids.into_iter().map(move |id| (partner, id)))
        .collect()
}

/// Every table of small counts of these places.
fn tables() -> impl Iterator<Item = ([i64; 2], [i64; 2])> {
    let counts = [1, 2, 3, 4, 7];
    let pairs =
        move || counts.into_iter().flat_map(move |one| counts.into_iter().map(move |other| [one, other]));
    let others = || [[3, 40], [40, 60], [2, 3]];
    pairs().flat_map(move |iris| others().into_iter().map(move |others| (iris, others)))
}

#[test]
fn what_a_grant_opens_is_the_same_for_all_tables_that_are_read_alike() -> Result<(), Fault> {
    let mut known: BTreeMap<Read, Opened> = BTreeMap::new();
    let (mut open, mut closed) = (0, 0);
    for (iris, others) in tables() {
        let Some(seen) = seen(&sheet(iris, others)?, &[], &grants())? else { continue };
        for (partner, territories) in grants().by_partner() {
            let is_open = seen.opens.covers(&territories.iter().map(|id| (partner, *id)).collect());
            if is_open { open += 1 } else { closed += 1 }
        }
        let before = known.entry(seen.read).or_insert_with(|| seen.opens.clone());
        assert_eq!(before, &seen.opens, "{iris:?} {others:?}");
    }
    assert!(open > 20 && closed > 20 && known.len() > 10, "{open} {closed} {}", known.len());
    Ok(())
}

/// Of what nobody is shown, too: whether it is sensitive says how large it is.
#[test]
fn what_was_not_delivered_decides_nothing_by_what_it_is() -> Result<(), Fault> {
    for missing in [&[OTHERS[1]][..], &[IRIS[1]], &OTHERS, &[COMMUNE]] {
        let mut known: BTreeMap<Read, Opened> = BTreeMap::new();
        let mut alike = 0;
        for one in 1..=7 {
            for other in 1..=7 {
                // Totals of the same size, so that many tables are read alike.
                for (iris, others) in [([one, 9 - one], [other, 8 - other]), ([3, one], [12 - one, other])] {
                    let sheets = delivered(iris, others, missing)?;
                    let Some(seen) = seen(&sheets, &[], &grants())? else { continue };
                    alike += usize::from(known.contains_key(&seen.read));
                    let opens = known.entry(seen.read).or_insert_with(|| seen.opens.clone());
                    assert_eq!(opens, &seen.opens, "{iris:?} {others:?} without {missing:?}");
                }
            }
        }
        assert!(alike > 0, "{missing:?}: no two tables are read alike");
    }
    Ok(())
}

#[test]
fn whoever_is_told_what_a_grant_opens_excludes_nothing_of_what_it_is_not_for() -> Result<(), Fault> {
    // All tables that are read alike, with what each has where.
    let mut alike: BTreeMap<Read, Vec<BTreeMap<i32, i64>>> = BTreeMap::new();
    let mut opened: BTreeMap<Read, Opened> = BTreeMap::new();
    for (iris, others) in tables() {
        let Some(seen) = seen(&sheet(iris, others)?, &[], &grants())? else { continue };
        let commune: i64 = iris.iter().sum();
        let counts = [(WHOLE, commune + others.iter().sum::<i64>()), (COMMUNE, commune)];
        let counts =
            counts.into_iter().chain(IRIS.into_iter().zip(iris)).chain(OTHERS.into_iter().zip(others));
        alike.entry(seen.read.clone()).or_default().push(counts.collect());
        opened.insert(seen.read, seen.opens);
    }
    let mut told_of = 0;
    for (read, tables) in &alike {
        let masked = |id: &i32| read.get(id).is_some_and(Option::is_none);
        for (_, territories) in opened.get(read).into_iter().flat_map(Opened::by_partner) {
            let told: Vec<i32> = territories.iter().copied().filter(masked).collect();
            let left: Vec<i32> = read.keys().copied().filter(|id| masked(id) && !told.contains(id)).collect();
            let of = |table: &BTreeMap<i32, i64>, ids: &[i32]| -> Vec<i64> {
                ids.iter().filter_map(|id| table.get(id).copied()).collect()
            };
            let all: BTreeSet<Vec<i64>> = tables.iter().map(|table| of(table, &left)).collect();
            let mut beside: BTreeMap<Vec<i64>, BTreeSet<Vec<i64>>> = BTreeMap::new();
            for table in tables {
                beside.entry(of(table, &told)).or_default().insert(of(table, &left));
            }
            for (told, left) in beside {
                told_of += 1;
                assert_eq!(left, all, "{read:?} {territories:?} {told:?}");
            }
        }
    }
    assert!(told_of > 50, "{told_of}");
    Ok(())
}

#[test]
fn what_was_read_before_binds_a_correction_whether_it_has_changed_or_not() -> Result<(), Fault> {
    let mut known: BTreeMap<_, Opened> = BTreeMap::new();
    let before = sheet([2, 2], [3, 40])?;
    let Some(first) = seen(&before, &[], &Opened::default())? else { return Err("no plan".into()) };
    for iris in [[2, 2], [1, 3], [3, 1], [2, 1]] {
        for others in [[3, 40], [4, 40], [3, 41]] {
            let earlier = [Earlier {
                sheets: sheet([2, 2], [3, 40])?,
                sums: sums(),
                shown: first.shown.clone(),
                proofs: Proofs::default(),
                read: Readers::default(),
                stands: true,
            }];
            let Some(seen) = seen(&sheet(iris, others)?, &earlier, &grants())? else { continue };
            let opens = known.entry(seen.read).or_insert_with(|| seen.opens.clone());
            assert_eq!(opens, &seen.opens, "{iris:?} {others:?}");
        }
    }
    assert!(known.len() > 1);
    Ok(())
}
