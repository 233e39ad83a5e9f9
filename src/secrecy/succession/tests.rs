//! Numbers that change from one release to the next: readers keep every value, and are shown an older one again when a
//! release is taken back.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use entity::types::{Breakdown, Period};

use crate::secrecy::{
    Address, Lot, Proofs, Raw, Readers, Rule, Sheet, StoredRule, inspect,
    plan::{Earlier, Plan, Request, Unplannable},
    progress::Unwatched,
    table::{CellKey, Containment, LayError, Sums},
};

type Fault = Box<dyn std::error::Error>;

/// Indicator, territory, period, breakdown, count.
type Count = (i32, i32, &'static str, i32, f64);

const CONTAINED: [Containment; 1] = [Containment { part_id: 2, whole_id: 1 }];

fn sheets(counts: &[Count]) -> Result<BTreeMap<i32, Sheet>, Fault> {
    let mut sheets: BTreeMap<i32, Sheet> = BTreeMap::new();
    for (indicator_id, territory_id, period, breakdown_id, count) in counts {
        let address = Address {
            territory_id: *territory_id,
            period: Period::parse(period)?,
            breakdown_id: *breakdown_id,
        };
        sheets.entry(*indicator_id).or_default().insert(address, Raw::seal(*count, None));
    }
    Ok(sheets)
}

/// Commune 20 of the IRIS 21 and 22; neighbourhood 30 in the one division, 40 in the other.
fn sums(neighbourhood: i32) -> Sums {
    Sums { sums: vec![(20, vec![21, 22]), (neighbourhood, vec![-1, -2])], ..Sums::default() }
}

/// The total, and two ages.
fn ages() -> Result<HashMap<i32, Breakdown>, Fault> {
    let [young, old] = ["JEUNES", "AGES"].map(|age| Breakdown::of([("AGE", age)]));
    Ok(HashMap::from([(0, Breakdown::default()), (1, young?), (2, old?)]))
}

/// Publishes releases one after the other; gives what becomes of the last.
fn last(releases: &[(Sums, &[Count])]) -> Result<Result<(), Unplannable>, Fault> {
    let breakdowns = ages()?;
    let stored = StoredRule { code: "R", minimum_contributors: Some(5), ..StoredRule::default() };
    let rule = Rule::stored(stored, NaiveDate::default())?;
    let mut earlier = Vec::new();
    let mut outcome = Ok(());
    for (sums, counts) in releases {
        outcome?;
        let sheets_now = sheets(counts)?;
        let request = Request {
            sheets: &sheets_now,
            breakdowns: &breakdowns,
            sums,
            contained: &CONTAINED,
            opens: false,
            rule: &rule,
            rates: &[],
            earlier: &earlier,
            lot: Lot::drawn(1),
        };
        let planned = Plan::make(&request, &Unwatched).map(|plan| {
            let figures = plan.figures().iter().filter(|(_, masked)| masked.is_shown());
            figures.map(|(key, _)| *key).collect::<HashSet<CellKey>>()
        });
        outcome = match planned {
            Ok(shown) => {
                earlier.push(Earlier {
                    sheets: sheets(counts)?,
                    sums: sums.clone(),
                    shown,
                    proofs: Proofs::default(),
                    read: Readers::default(),
                    stands: true,
                });
                Ok(())
            }
            Err(fault) => Err(fault),
        };
    }
    Ok(outcome)
}

fn is_outdated(outcome: &Result<(), Unplannable>) -> bool {
    matches!(outcome, Err(Unplannable::Lay(LayError::Outdated { .. })))
}

#[test]
fn what_was_corrected_is_brought_again_with_what_it_binds() -> Result<(), Fault> {
    let now = || sums(30);
    let first: &[Count] = &[(1, 10, "2024-01", 0, 14.0), (1, 10, "2024-02", 0, 13.0)];
    let second: &[Count] = &[(1, 10, "2024-01", 0, 15.0)];
    // The second is taken back, and 14 is read again: 30 − 14 − 13 would tell the month that is masked.
    let quarter: &[Count] = &[(1, 10, "2024-03", 0, 3.0), (1, 10, "2024-Q1", 0, 30.0)];
    assert!(is_outdated(&last(&[(now(), first), (now(), second), (now(), quarter)])?));
    // In the other order the older value is the last.
    assert!(is_outdated(&last(&[(now(), second), (now(), first), (now(), quarter)])?));
    // Whoever brings the month again says which value holds, and the plan protects what follows from it.
    let whole: &[Count] = &[
        (1, 10, "2024-01", 0, 14.0),
        (1, 10, "2024-02", 0, 13.0),
        (1, 10, "2024-03", 0, 3.0),
        (1, 10, "2024-Q1", 0, 30.0),
    ];
    let outcome = last(&[(now(), first), (now(), second), (now(), whole)])?;
    assert!(!is_outdated(&outcome), "{outcome:?}");
    Ok(())
}

#[test]
fn a_part_and_a_whole_that_had_several_values_come_together() -> Result<(), Fault> {
    let now = || sums(30);
    let releases = |last_of: &'static [Count]| {
        [
            (now(), &[(1, 10, "2024", 0, 14.0)] as &[Count]),
            (now(), &[(1, 10, "2024", 0, 25.0)] as &[Count]),
            (now(), last_of),
        ]
    };
    assert!(is_outdated(&last(&releases(&[(2, 10, "2024", 0, 12.0)]))?));
    assert!(!is_outdated(&last(&releases(&[(1, 10, "2024", 0, 25.0), (2, 10, "2024", 0, 12.0)]))?));
    Ok(())
}

#[test]
fn what_contradicts_a_figure_that_readers_have_comes_with_its_new_value() -> Result<(), Fault> {
    let now = || sums(30);
    let first: &[Count] = &[(1, 21, "2024", 0, 14.0)];
    // The new state: 21 counts 15 now, which nobody is told, and 22 is masked.
    let second: &[Count] = &[(1, 20, "2024", 0, 31.0), (1, 22, "2024", 0, 16.0)];
    assert!(is_outdated(&last(&[(now(), first), (now(), second)])?));
    // The categories of 21 add up to another total than the one that readers have.
    let ages: &[Count] = &[(1, 21, "2024", 1, 5.0), (1, 21, "2024", 2, 10.0)];
    assert!(is_outdated(&last(&[(now(), first), (now(), ages)])?));
    let with_total: &[Count] = &[(1, 21, "2024", 0, 15.0), (1, 21, "2024", 1, 5.0), (1, 21, "2024", 2, 10.0)];
    assert!(!is_outdated(&last(&[(now(), first), (now(), with_total)])?));
    Ok(())
}

#[test]
fn one_period_follows_one_division_into_neighbourhoods() -> Result<(), Fault> {
    let first: &[Count] = &[(1, 30, "2024-01", 0, 14.0), (1, 30, "2024-02", 0, 13.0)];
    let other: &[Count] = &[(1, 40, "2024-03", 0, 3.0), (1, 40, "2024-Q1", 0, 30.0)];
    let outcome = last(&[(sums(30), first), (sums(40), other)])?;
    assert!(
        matches!(
            outcome,
            Err(Unplannable::Lay(LayError::OtherDivision { indicator_id: 1, territory_id: 30 }))
        ),
        "{outcome:?}"
    );
    let same: &[Count] = &[(1, 30, "2024-03", 0, 13.0), (1, 30, "2024-Q1", 0, 40.0)];
    let outcome = last(&[(sums(30), first), (sums(30), same)])?;
    assert!(!matches!(outcome, Err(Unplannable::Lay(LayError::OtherDivision { .. }))), "{outcome:?}");
    Ok(())
}

#[test]
fn what_follows_from_a_figure_of_several_values_is_bound_like_it() -> Result<(), Fault> {
    let now = || sums(30);
    let months: &[Count] =
        &[(1, 10, "2024-01", 0, 14.0), (1, 10, "2024-02", 0, 13.0), (1, 10, "2024-03", 0, 3.0)];
    let wrong: &[Count] =
        &[(1, 10, "2024-01", 0, 15.0), (1, 10, "2024-02", 0, 13.0), (1, 10, "2024-03", 0, 3.0)];
    // The first quarter is in no file: 130 − 30 − 30 − 40 − 14 − 13 is the month that is masked.
    let year: &[Count] = &[
        (1, 10, "2024", 0, 130.0),
        (1, 10, "2024-Q2", 0, 30.0),
        (1, 10, "2024-Q3", 0, 30.0),
        (1, 10, "2024-Q4", 0, 40.0),
    ];
    assert!(is_outdated(&last(&[(now(), months), (now(), wrong), (now(), year)])?));
    assert!(is_outdated(&last(&[(now(), wrong), (now(), months), (now(), year)])?));
    // A wrong total of categories that was taken back, and a part of the right one.
    let ages: &[Count] = &[(1, 21, "2024", 1, 10.0), (1, 21, "2024", 2, 20.0)];
    let wrong: &[Count] = &[(1, 21, "2024", 1, 20.0), (1, 21, "2024", 2, 20.0)];
    let part: &[Count] = &[(2, 21, "2024", 0, 27.0)];
    assert!(is_outdated(&last(&[(now(), ages), (now(), wrong), (now(), ages), (now(), part)])?));
    Ok(())
}

#[test]
fn zeros_that_are_left_out_beside_other_categories_are_written() -> Result<(), Fault> {
    let by = |age, kind| Breakdown::of([("AGE", age), ("TYPE", kind)]);
    let crossed = [by("J", "S")?, by("J", "M")?, by("A", "S")?, by("A", "M")?];
    let breakdowns: HashMap<i32, Breakdown> = (1..).zip(crossed).collect();
    let mut written = sheets(&[(1, 21, "2024", 1, 28.0), (2, 21, "2024", 1, 5.0), (1, 22, "2024", 4, 0.0)])?;
    // The count 2 is none; of 22 one category was masked by whoever delivers it.
    let masked = |key: &CellKey| key.address.territory_id == 22 && key.address.breakdown_id == 3;
    let zeros = inspect::write_zeros(&mut written, &breakdowns, |id| id == 1, masked);
    let there = |indicator: i32, territory_id: i32| {
        let all = written.get(&indicator).into_iter().flat_map(Sheet::in_order);
        let all = all.filter(|(address, _)| address.territory_id == territory_id);
        all.map(|(address, raw)| (address.breakdown_id, raw.open())).collect::<Vec<_>>()
    };
    assert_eq!(there(1, 21), [(1, 28.0), (2, 0.0), (3, 0.0), (4, 0.0)]);
    assert_eq!(there(1, 22), [(1, 0.0), (2, 0.0), (4, 0.0)]);
    assert_eq!((there(2, 21), zeros.len()), (vec![(1, 5.0)], 5));
    Ok(())
}

#[test]
fn a_category_that_is_told_once_and_has_no_number_another_time_is_no_zero() -> Result<(), Fault> {
    let now = || sums(30);
    let one: &[Count] = &[(1, 21, "2024", 1, 28.0)];
    let both: &[Count] = &[(1, 21, "2024", 1, 28.0), (1, 21, "2024", 2, 10.0)];
    assert!(!is_outdated(&last(&[(now(), both), (now(), one)])?));
    // A zero that was written is another value.
    let with_zero: &[Count] = &[(1, 21, "2024", 1, 28.0), (1, 21, "2024", 2, 0.0)];
    let part: &[Count] = &[(2, 21, "2024", 0, 25.0)];
    assert!(is_outdated(&last(&[(now(), with_zero), (now(), both), (now(), part)])?));
    assert!(!is_outdated(&last(&[(now(), both), (now(), with_zero)])?));
    Ok(())
}

#[test]
fn an_older_release_is_read_again_where_newer_ones_only_changed_or_only_added() -> Result<(), Fault> {
    let older: &[Count] = &[(1, 10, "2024", 0, 20.0)];
    let stands = |newer: &[Count]| -> Result<bool, Fault> {
        Ok(inspect::may_stand_again(&[sheets(older)?], &sheets(newer)?))
    };
    assert!(stands(&[(1, 10, "2024", 0, 30.0)])?, "only changed");
    assert!(stands(&[(1, 10, "2024", 0, 20.0), (2, 10, "2024", 0, 18.0)])?, "only added");
    // What was read before the older one was read too.
    let before = [sheets(older)?, sheets(&[(1, 20, "2024", 0, 90.0)])?];
    let newer = sheets(&[(1, 10, "2024", 0, 30.0), (2, 10, "2024", 0, 18.0)])?;
    assert!(!inspect::may_stand_again(&before, &newer));
    // A figure of which the newer one told the only number, though it had another one that was masked.
    let before = [sheets(&[(2, 10, "2024", 0, 3.0)])?, sheets(&[(1, 10, "2024", 0, 40.0)])?];
    let newer = sheets(&[(1, 10, "2024", 0, 60.0), (2, 10, "2024", 0, 38.0)])?;
    assert!(!inspect::may_stand_again(&before, &newer));
    // A category of which the older one has no number is no zero there: what the newer one told of it is all that is known.
    let before = [sheets(&[(2, 21, "2024", 1, 12.0), (1, 21, "2024", 1, 30.0), (1, 21, "2024", 2, 40.0)])?];
    let newer = [
        (2, 21, "2024", 1, 12.0),
        (2, 21, "2024", 2, 38.0),
        (1, 21, "2024", 1, 30.0),
        (1, 21, "2024", 2, 60.0),
    ];
    assert!(!inspect::may_stand_again(&before, &sheets(&newer)?));
    // A zero that the older one wrote is a number of it.
    let before = [sheets(&[(1, 21, "2024", 1, 28.0), (1, 21, "2024", 2, 0.0)])?];
    let newer = sheets(&[(1, 21, "2024", 1, 28.0), (1, 21, "2024", 2, 10.0), (2, 21, "2024", 0, 25.0)])?;
    assert!(!inspect::may_stand_again(&before, &newer));
    // 20 holds again, and 18 is in nobody's way: two are in the one and not in the other.
    assert!(!stands(&[(1, 10, "2024", 0, 30.0), (2, 10, "2024", 0, 18.0)])?);
    Ok(())
}

#[test]
fn parts_of_several_releases_that_are_more_than_their_whole_come_together() -> Result<(), Fault> {
    let now = || sums(30);
    let month: &[Count] = &[(1, 10, "2024-01", 0, 20.0)];
    let quarter: &[Count] = &[(1, 10, "2024-Q1", 0, 18.0)];
    assert!(is_outdated(&last(&[(now(), month), (now(), quarter)])?));
    let whole: &[Count] = &[(1, 10, "2024", 0, 20.0)];
    let part: &[Count] = &[(2, 10, "2024", 0, 25.0)];
    assert!(is_outdated(&last(&[(now(), whole), (now(), part)])?));
    assert!(is_outdated(&last(&[(now(), part), (now(), whole)])?));
    Ok(())
}
