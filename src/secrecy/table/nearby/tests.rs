use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use entity::types::{Breakdown, Period};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

use super::super::{Laid, LayError, Sums, lay};
use crate::secrecy::{Address, Opened, Raw, Rule, Sheet, StoredRule};

type Fault = Box<dyn std::error::Error>;

/// Country 1, regions 2 and 3, communes 21 to 23 and 31, neighbourhoods and a rest that divide 21 in another way.
fn country() -> Sums {
    let sums = vec![
        (1, vec![2, 3]),
        (2, vec![21, 22, 23]),
        (3, vec![31, 32]),
        (21, vec![211, 212]),
        (21, vec![213, 214]),
        (211, vec![-1, -2]),
        (212, vec![-3]),
        (213, vec![-1]),
        (214, vec![-2, -3]),
        (31, vec![311, 312]),
    ];
    Sums { sums, mergers: vec![(41, vec![31, 32])], hidden: HashSet::from([41, 22]), ..Sums::default() }
}

fn totals(sums: &Sums) -> Vec<i32> {
    sums.sums.iter().chain(&sums.mergers).map(|(total, _)| *total).collect()
}

#[test]
fn what_lies_beside_and_above_what_is_known_is_left_out() {
    let near = |known: &[i32]| country().near(&known.iter().copied().collect());
    assert_eq!(totals(&near(&[21, 22])), [2, 21, 21, 211, 212, 213, 214], "regions are of nothing known");
    assert_eq!(near(&[21, 22]).hidden, HashSet::from([22]));
    assert_eq!(totals(&near(&[-1])), [21, 21, 211, 212, 213, 214]);
    assert_eq!(totals(&near(&[311])), [31], "the rest of the region says nothing of it");
    assert_eq!(totals(&near(&[31])), [3, 31, 41]);
    assert_eq!(totals(&near(&[1])).len(), 11, "all is in the country");
    assert_eq!(totals(&near(&[99])), [0; 0]);
    assert_eq!(
        totals(&near(&[21, 31])),
        [2, 3, 21, 21, 211, 212, 213, 214, 31, 41],
        "the country alone is not known"
    );
    assert_eq!(totals(&near(&[2, 21, 31])).len(), 11, "a region beside all the others");
}

/// Territories by chance: those of each level in wholes of up to four, which may be divided once more by another line, with the
/// amount of each; and some that are no more.
fn territories(chance: &mut ChaCha8Rng) -> (Sums, BTreeMap<i32, f64>) {
    let mut below = |end: u32| (chance.next_u32() % end) as i32;
    let mut amounts: BTreeMap<i32, f64> = (1..=12 + below(30)).map(|id| (id, f64::from(below(30)))).collect();
    let mut sums = Sums::default();
    let mut level: Vec<i32> = amounts.keys().copied().collect();
    let mut next = 100;
    let mut add = |parts: Vec<i32>, is_hidden: bool| {
        next += 1;
        let id = if is_hidden { -next } else { next };
        amounts.insert(id, parts.iter().filter_map(|part| amounts.get(part)).sum());
        (id, parts)
    };
    for _ in 0..4 {
        let mut above = Vec::new();
        let mut left = level.as_slice();
        while !left.is_empty() {
            let (parts, others) = left.split_at(left.len().min(1 + below(4) as usize));
            left = others;
            let whole = add(parts.to_vec(), below(6) == 0);
            above.push(whole.0);
            if parts.len() > 2 && below(3) == 0 {
                let (one, other) = parts.split_at(1 + below(parts.len() as u32 - 1) as usize);
                let halves = [add(one.to_vec(), false), add(other.to_vec(), below(3) == 0)];
                sums.sums.push((whole.0, halves.iter().map(|(id, _)| *id).collect()));
                sums.sums.extend(halves);
            }
            sums.sums.push(whole);
        }
        level = above;
    }
    for _ in 0..below(3) {
        let parts: BTreeSet<i32> = (0..2).map(|_| 1 + below(12)).collect();
        let gone = add(parts.into_iter().collect(), false);
        sums.hidden.insert(gone.0);
        let list = if below(2) == 0 { &mut sums.mergers } else { &mut sums.divided };
        list.push(gone);
    }
    (sums, amounts)
}

fn told(laid: Result<Laid, LayError>) -> String {
    match laid {
        Ok(laid) => {
            let own: BTreeSet<_> = laid.own.iter().collect();
            let Laid { table, keys, gaps, contradicted, dropped, rests_elsewhere, .. } = &laid;
            format!("{table:?} {keys:?} {gaps:?} {own:?} {contradicted:?} {dropped:?} {rests_elsewhere:?}")
        }
        Err(cause) => format!("{cause:?}"),
    }
}

#[test]
fn a_table_is_the_same_without_what_lies_beside_it() -> Result<(), Fault> {
    let stored = StoredRule {
        code: "R",
        minimum_contributors: Some(5),
        minimum_population: Some(20),
        ..StoredRule::default()
    };
    let breakdowns = HashMap::from([(0, Breakdown::default())]);
    let (mut left_out, mut laid, mut refused) = (0, 0, 0);
    for seed in 0..4_000 {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        let (sums, amounts) = territories(&mut chance);
        let inhabitants = amounts.iter().map(|(id, amount)| (*id, *amount as u64 * 3)).collect();
        let rule = Rule::stored(stored, NaiveDate::default())?.with_inhabitants(inhabitants);
        // Some territories near to one another.
        let ids: Vec<i32> = amounts.keys().copied().collect();
        let from = chance.next_u32() as usize % ids.len();
        let among = ids.iter().cycle().skip(from).take(2 + chance.next_u32() as usize % 12);
        let mut sheet = Sheet::default();
        let period = Period::year(2024)?;
        for id in among {
            if chance.next_u32() % 4 > 0 {
                let amount = amounts.get(id).copied().unwrap_or_default();
                sheet.insert(
                    Address { territory_id: *id, period, breakdown_id: 0 },
                    Raw::seal_units(amount, None),
                );
            }
        }
        let known: HashSet<i32> = sheet.territories().collect();
        let sheets = BTreeMap::from([(1, sheet)]);
        let lay = |sums: &Sums| {
            let opened = Opened::from_iter(known.iter().filter(|id| **id % 3 == 0).map(|id| (1, *id)));
            told(lay(&sheets, &HashSet::new(), &breakdowns, sums, &[], (&opened, &rule)))
        };
        let near = sums.clone().near(&known);
        let (of_all, of_near) = (lay(&sums), lay(&near));
        assert_eq!(of_all, of_near, "seed {seed}: {sums:?} near {known:?} is {near:?}");
        left_out += sums.sums.len() - near.sums.len();
        if of_all.contains("cells") { laid += 1 } else { refused += 1 }
    }
    assert!(
        left_out > 10_000 && laid > 1_000 && refused > 100,
        "{left_out} left out, {laid} laid, {refused} refused"
    );
    Ok(())
}
