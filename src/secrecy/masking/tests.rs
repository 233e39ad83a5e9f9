//! What a release must not tell those who have read true numbers of what came before it, and who guess or do not guess that
//! numbers stayed the same.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;
use entity::types::{Breakdown, Period};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore as _, SeedableRng as _},
};

use crate::secrecy::{
    Address, Lot, Raw, Readers, Rule, Sheet, StoredRule,
    plan::{Earlier, Plan, Request},
    progress::Unwatched,
    table::{CellKey, Containment, Sums},
};

type Fault = Box<dyn std::error::Error>;

/// An indicator, a territory and an age: where a count is.
type Place = (i32, i32, i32);

const WHOLE: i32 = 10;
/// Of which some counts are small.
const SMALL: i32 = 21;
/// Which are not handed in with the whole, and all of which somebody has read.
const BESIDE: [i32; 2] = [22, 26];
/// Of which no count is small.
const LARGE: [i32; 3] = [23, 24, 25];
const ALL: i32 = 1;
/// Counted among all.
const SOME: i32 = 2;
const EVERY_AGE: i32 = 0;
const AGES: [i32; 4] = [1, 2, 3, 4];
const READER: i32 = 7;

/// Releases of one year, and who has read what of them.
#[derive(Default)]
struct Year {
    counts: BTreeMap<Place, i64>,
    /// What the first of those beside consists of, where it is told by that.
    parts: Vec<i32>,
    /// What was merged into the small one.
    merged: Vec<i32>,
    /// What its provider masks.
    sealed: Option<Place>,
    earlier: Vec<Earlier>,
}

impl Year {
    /// Counts by age, with what they add up to.
    fn count(&mut self, (indicator, territory, ages): (i32, i32, [i64; 4])) {
        for (age, count) in AGES.into_iter().zip(ages) {
            self.counts.insert((indicator, territory, age), count);
        }
    }

    /// Small counts, small ones beside, and large ones of the rest.
    fn count_all(&mut self, small: [i64; 4], beside: &[i32]) {
        self.count((ALL, SMALL, small));
        for territory in beside {
            self.count((ALL, *territory, [4, 4, 4, 4]));
        }
        for territory in LARGE {
            self.count((ALL, territory, [310, 420, 530, 640]));
        }
    }

    /// One count is corrected, and two others of it are read then: who takes them for unchanged and has read the first before knows
    /// the fourth.
    fn correct_and_read(&mut self, territories: &[i32]) -> Result<(), Fault> {
        self.counts.insert((ALL, SMALL, 1), 4);
        self.publish(territories)?;
        self.read(READER, (ALL, SMALL, 2))?;
        self.read(READER, (ALL, SMALL, 3))
    }

    /// Publishes the whole, which less all others and what was read beside it must not tell the fourth.
    fn expect_the_fourth_is_kept(mut self) -> Result<(), Fault> {
        let shown = self.publish(&with_whole())?;
        assert!(hidden(&shown, ALL, 4)? > 0, "the fourth is told");
        Ok(())
    }

    fn of(&self, (indicator, territory, age): Place) -> i64 {
        let lies_in = |of: &i32| match territory {
            WHOLE => !self.merged.contains(of),
            _ => *of == territory,
        };
        let is_of = |of: &Place| of.0 == indicator && lies_in(&of.1) && (age == EVERY_AGE || of.2 == age);
        self.counts.iter().filter(|(of, _)| is_of(of)).map(|(_, count)| count).sum()
    }

    /// Takes the last release back.
    fn withdraw(&mut self) -> Result<(), Fault> {
        self.earlier.last_mut().ok_or("nothing is published")?.stands = false;
        Ok(())
    }

    fn sheets(&self, territories: &[i32]) -> Result<BTreeMap<i32, Sheet>, Fault> {
        let mut sheets: BTreeMap<i32, Sheet> = BTreeMap::new();
        let indicators: HashSet<i32> = self.counts.keys().map(|(indicator, ..)| *indicator).collect();
        for indicator in indicators {
            for territory in territories {
                for age in [EVERY_AGE].into_iter().chain(AGES) {
                    let raw = Raw::seal(self.of((indicator, *territory, age)) as f64, None);
                    let is_sealed = self.sealed == Some((indicator, *territory, age));
                    let raw = if is_sealed { raw.withhold() } else { raw };
                    let place = key((indicator, *territory, age))?.address;
                    sheets.entry(indicator).or_default().insert(place, raw);
                }
            }
        }
        Ok(sheets)
    }

    /// Publishes the counts of some territories as they are now: what everybody reads.
    fn publish(&mut self, territories: &[i32]) -> Result<HashSet<CellKey>, Fault> {
        let stored = StoredRule { code: "R", minimum_contributors: Some(5), ..StoredRule::default() };
        let ages = AGES.map(|age| Breakdown::of([("AGE", format!("A{age}").as_str())]));
        let breakdowns = ages.into_iter().collect::<Result<Vec<_>, _>>()?;
        let breakdowns = [Breakdown::default()].into_iter().chain(breakdowns);
        let [beside, another] = BESIDE;
        let all = if self.parts.is_empty() { vec![SMALL, beside, another] } else { vec![SMALL, beside] };
        let mut sums = vec![(WHOLE, [&all[..], &LARGE].concat())];
        sums.extend((!self.parts.is_empty()).then(|| (beside, self.parts.clone())));
        let mut sums = Sums { sums, ..Sums::default() };
        if !self.merged.is_empty() {
            sums.mergers.push((SMALL, self.merged.clone()));
            let is_new = territories.contains(&SMALL);
            sums.hidden.extend(self.merged.iter().filter(|_| is_new));
        }
        let sheets = self.sheets(territories)?;
        let plan = Plan::make(
            &Request {
                sheets: &sheets,
                breakdowns: &(0..).zip(breakdowns).collect(),
                sums: &sums,
                contained: &[Containment { part_id: SOME, whole_id: ALL }],
                opens: false,
                rule: &Rule::stored(stored, NaiveDate::default())?,
                rates: &[],
                earlier: &self.earlier,
                lot: Lot::drawn(1),
            },
            &Unwatched,
        )?;
        let shown = plan.figures().iter().filter(|(_, masked)| masked.is_shown()).map(|(key, _)| *key);
        let shown: HashSet<CellKey> = shown.collect();
        let proofs = plan.proofs().clone();
        self.earlier.push(Earlier {
            sheets,
            sums,
            shown: shown.clone(),
            proofs,
            read: Readers::default(),
            stands: true,
        });
        Ok(shown)
    }

    /// Has a partner read a true number of the last release.
    fn read(&mut self, partner: i32, place: Place) -> Result<(), Fault> {
        let last = self.earlier.last_mut().ok_or("nothing is published")?;
        last.read.note(partner, key(place)?);
        Ok(())
    }

    /// The same of all numbers of what lies beside.
    fn read_beside(&mut self, partner: i32) -> Result<(), Fault> {
        let last = self.earlier.last_mut().ok_or("nothing is published")?;
        for (indicator_id, sheet) in &last.sheets {
            let all = sheet.in_order();
            let is_beside = |id: &i32| BESIDE.contains(id) || self.parts.contains(id);
            for (address, _) in all.filter(|(at, _)| is_beside(&at.territory_id)) {
                last.read.note(partner, CellKey { indicator_id: *indicator_id, address: *address });
            }
        }
        Ok(())
    }
}

fn key((indicator_id, territory_id, breakdown_id): Place) -> Result<CellKey, Fault> {
    let address = Address { territory_id, period: Period::year(2024)?, breakdown_id };
    Ok(CellKey { indicator_id, address })
}

/// Of a count of the whole and of its large parts, how many are not shown: with all of them, and what lies beside, the small one
/// is told.
fn hidden(shown: &HashSet<CellKey>, indicator: i32, age: i32) -> Result<usize, Fault> {
    let mut hidden = 0;
    for territory in [WHOLE].into_iter().chain(LARGE) {
        hidden += usize::from(!shown.contains(&key((indicator, territory, age))?));
    }
    Ok(hidden)
}

/// What is handed in first.
fn before() -> Vec<i32> {
    [&[SMALL][..], &BESIDE].concat()
}

/// The whole, and its parts but those beside.
fn with_whole() -> Vec<i32> {
    [&[WHOLE, SMALL][..], &LARGE].concat()
}

#[test]
fn who_does_not_know_what_stayed_the_same_is_not_told_by_what_comes() -> Result<(), Fault> {
    let mut year = Year::default();
    year.count_all([2, 3, 4, 4], &BESIDE);
    year.publish(&before())?;
    year.read(READER, (ALL, SMALL, 1))?;
    year.correct_and_read(&before())?;
    year.read_beside(READER)?;
    year.expect_the_fourth_is_kept()
}

#[test]
fn who_does_not_know_what_is_left_of_a_total_is_not_told_by_what_comes() -> Result<(), Fault> {
    let mut year = Year::default();
    year.count((ALL, SMALL, [4, 45, 52, 38]));
    year.count((SOME, SMALL, [2, 14, 15, 12]));
    for territory in BESIDE {
        year.count((ALL, territory, [41, 35, 42, 33]));
        year.count((SOME, territory, [4, 4, 4, 4]));
    }
    for territory in LARGE {
        year.count((ALL, territory, [610, 720, 830, 940]));
        year.count((SOME, territory, [110, 120, 130, 140]));
    }
    year.publish(&before())?;
    year.read(READER, (ALL, SMALL, 1))?;
    year.read(READER, (SOME, SMALL, 1))?;
    // One more in both: who takes the others, two of four, for two of five knows the three.
    year.counts.insert((ALL, SMALL, 1), 5);
    year.counts.insert((SOME, SMALL, 1), 3);
    year.publish(&before())?;
    year.read(READER, (ALL, SMALL, 1))?;
    year.read_beside(READER)?;
    let shown = year.publish(&with_whole())?;
    assert!(
        hidden(&shown, SOME, 1)? > 0,
        "the whole less all others and what was read beside it tells the three"
    );
    Ok(())
}

#[test]
fn what_one_works_out_alone_is_kept_from_those_who_do_not() -> Result<(), Fault> {
    let mut year = Year::default();
    // 14 = 11 and three that are one at least: who has read both knows the three; who has read one of them knows that one.
    year.count_all([11, 1, 1, 1], &BESIDE);
    let other = READER + 1;
    year.publish(&before())?;
    year.read(READER, (ALL, SMALL, EVERY_AGE))?;
    year.read(READER, (ALL, SMALL, 1))?;
    year.read(other, (ALL, SMALL, 2))?;
    year.read_beside(other)?;
    let shown = year.publish(&[&[WHOLE][..], &LARGE].concat())?;
    for age in [3, 4] {
        assert!(hidden(&shown, ALL, age)? > 0, "the whole tells the other one's reader what the first knows");
    }
    Ok(())
}

#[test]
fn a_figure_of_a_release_that_stands_is_known_though_one_since_was_taken_back() -> Result<(), Fault> {
    let mut year = Year::default();
    year.count_all([2, 3, 4, 4], &BESIDE);
    year.publish(&before())?;
    year.read(READER, (ALL, SMALL, 1))?;
    year.read_beside(READER)?;
    year.correct_and_read(&before())?;
    // What lies beside is what was read in the first release again.
    year.withdraw()?;
    year.expect_the_fourth_is_kept()
}

#[test]
fn what_follows_from_figures_that_were_carried_over_is_known_like_them() -> Result<(), Fault> {
    let mut year = Year::default();
    // What lies beside is told by its parts alone: what it counts follows.
    let parts = [31, 32, 33];
    year.count_all([2, 3, 4, 4], &parts);
    year.parts = parts.to_vec();
    let before = [&[SMALL][..], &parts].concat();
    year.publish(&before)?;
    year.read(READER, (ALL, SMALL, 1))?;
    year.correct_and_read(&before)?;
    year.read_beside(READER)?;
    year.expect_the_fourth_is_kept()
}

#[test]
fn what_its_provider_masks_now_is_not_told_to_be_the_number_that_was_shown_before() -> Result<(), Fault> {
    let all = [with_whole(), BESIDE.to_vec()].concat();
    // Everything comes again, or all but the whole, which is carried over.
    for again in [&all[..], &all[1..]] {
        let mut year = Year::default();
        year.count_all([12, 20, 31, 17], &BESIDE);
        for territory in BESIDE {
            year.count((ALL, territory, [41, 35, 42, 33]));
        }
        let shown = year.publish(&all)?;
        assert_eq!(hidden(&shown, ALL, 1)?, 0);
        year.sealed = Some((ALL, SMALL, 1));
        let shown = year.publish(again)?;
        let hidden =
            again.iter().map(|territory| key((ALL, *territory, 1))).collect::<Result<Vec<_>, _>>()?;
        let hidden = hidden.iter().filter(|key| !shown.contains(*key)).count();
        assert!(hidden > 1, "the whole less all others tells that it is the twelve of before");
    }
    Ok(())
}

/// What was merged, counted before and after the correction that is read last.
fn merge(reads: &[&[i32]], counts: &[[i64; 2]], now: [i64; 2]) -> Result<(), Fault> {
    let merged = [41, 42];
    let mut year = Year { merged: merged.to_vec(), ..Year::default() };
    year.count_all([4, 4, 4, 4], &BESIDE);
    let before = [&merged[..], &BESIDE].concat();
    for (read, counts) in reads.iter().zip(counts) {
        for (part, count) in merged.into_iter().zip(*counts) {
            year.count((ALL, part, [count; 4]));
        }
        year.publish(&before)?;
        for (part, age) in read.iter().flat_map(|part| AGES.map(|age| (*part, age))) {
            year.read(READER, (ALL, part, age))?;
        }
    }
    year.read_beside(READER)?;
    for (part, count) in merged.into_iter().zip(now) {
        year.count((ALL, part, [count; 4]));
    }
    let shown = year.publish(&[with_whole(), merged.to_vec()].concat())?;
    for age in AGES {
        let hidden = hidden(&shown, ALL, age)?;
        assert!(hidden > 0, "the whole less all others and what was read beside it tells the four");
    }
    Ok(())
}

#[test]
fn who_does_not_take_parts_for_unchanged_does_not_know_what_they_were_merged_into() -> Result<(), Fault> {
    // One and three were read, and are two and two now.
    merge(&[&[41, 42]], &[[1, 3]], [2, 2])
}

#[test]
fn parts_that_never_stood_together_add_up_to_nothing_that_anybody_knows() -> Result<(), Fault> {
    // The one of the first release and the three of the second are four, as the two and the two are now.
    merge(&[&[41], &[42]], &[[1, 2], [2, 3]], [2, 2])
}

#[test]
fn the_same_figures_again_are_refused_to_nobody() -> Result<(), Fault> {
    let mut year = Year::default();
    year.count((ALL, SMALL, [4, 45, 52, 38]));
    year.count((SOME, SMALL, [2, 14, 15, 12]));
    year.publish(&[SMALL])?;
    // Two others follow: who takes both figures for unchanged knows them before they come again.
    year.read(READER, (ALL, SMALL, 1))?;
    year.read(READER, (SOME, SMALL, 1))?;
    year.publish(&[SMALL])?;
    Ok(())
}

#[test]
fn the_same_figures_again_are_refused_to_nobody_however_many_have_read_some() -> Result<(), Fault> {
    let all = [&[SMALL][..], &BESIDE, &LARGE].concat();
    let places = [&[WHOLE][..], &all].concat();
    let mut again = 0;
    for (readers, seed) in [3, 5].into_iter().flat_map(|readers| (0..12).map(move |seed| (readers, seed))) {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        let mut one_of = |some: &[i64]| some[chance.next_u32() as usize % some.len()];
        let mut year = Year::default();
        for territory in &all {
            year.count((ALL, *territory, [(); 4].map(|()| one_of(&[1, 2, 3, 4, 4, 6, 9]))));
        }
        // Some tables hold too little for a first plan.
        let Ok(shown) = year.publish(&places) else { continue };
        for reader in 0..readers {
            // Of five masked figures as many as this.
            let some = one_of(&[1, 2, 3, 5]);
            for place in places.iter().flat_map(|place| AGES.map(|age| (ALL, *place, age))) {
                if !shown.contains(&key(place)?) && one_of(&[0, 1, 2, 3, 4]) < some {
                    year.read(reader, place)?;
                }
            }
        }
        year.publish(&places).map_err(|error| format!("{readers} readers, seed {seed}: {error}"))?;
        again += 1;
    }
    assert!(again > 12, "{again} releases only: this shows little");
    Ok(())
}
