//! Dominance and the p% rule against fractions that are compared by their continued form, and protections
//! against a search for the least total that is safe.

use std::cmp::Ordering;

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

use super::super::{Boundary, Day, Dominance, Estimate, Facts, NamedRule, Percent, Rule, RuleSet};
use crate::Protection;

fn below(chance: &mut ChaCha8Rng, end: u32) -> u32 {
    chance.next_u32() % end
}

/// Compares two fractions digit by digit of their continued form: no product of theirs is ever made.
fn compare(one: (i64, i64), other: (i64, i64)) -> Ordering {
    let (whole, rest) = (one.0 / one.1, one.0 % one.1);
    let (other_whole, other_rest) = (other.0 / other.1, other.0 % other.1);
    whole.cmp(&other_whole).then_with(|| match (rest, other_rest) {
        (0, 0) => Ordering::Equal,
        (0, _) => Ordering::Less,
        (_, 0) => Ordering::Greater,
        _ => compare((other.1, other_rest), (one.1, rest)),
    })
}

fn protection(rule: impl Into<Rule>, parts: &[i64]) -> Option<Protection> {
    let set = RuleSet::new([NamedRule::new("rule", rule).unwrap()]).unwrap();
    let total = parts.iter().sum();
    let count = Some(parts.len() as u64);
    let facts = Facts { contributors: count, largest: Some(parts), ..Facts::of(total) };
    set.judge(&facts, Day(0)).unwrap().protection()
}

/// The parts of a cell, largest first: few, often equal, some of them 0.
fn draw(chance: &mut ChaCha8Rng) -> Vec<i64> {
    let count = 1 + below(chance, 6);
    let most = [3, 20, 400][below(chance, 3) as usize];
    let mut parts: Vec<i64> = (0..count).map(|_| i64::from(below(chance, most))).collect();
    parts.sort_unstable_by_key(|part| -part);
    parts
}

/// The least total above the true one for which a cell would be safe, and as far below, but not to zero.
fn expected(total: i64, is_sensitive: impl Fn(i64) -> bool) -> Option<Protection> {
    if total == 0 || !is_sensitive(total) {
        return None;
    }
    let safe = (total..).find(|other| !is_sensitive(*other)).unwrap();
    let low = (2 * total - safe).max(1);
    Some(Protection { low, high: safe, width: safe - low })
}

#[test]
fn dominance_agrees_with_plain_fractions() {
    let mut chance = ChaCha8Rng::seed_from_u64(11);
    let (mut sensitive, mut at_boundary) = (0, 0);
    for round in 0..20_000 {
        let parts = draw(&mut chance);
        let total: i64 = parts.iter().sum();
        let count = 1 + below(&mut chance, 3);
        let share = [50, 60, 75, 80, 85, 100][below(&mut chance, 6) as usize];
        let boundary = if round % 2 == 0 || share == 100 { Boundary::AtOrAbove } else { Boundary::Above };
        let held: i64 = parts.iter().take(count as usize).sum();
        let is_sensitive = |total: i64| match compare((held, total), (i64::from(share), 100)) {
            Ordering::Greater => true,
            Ordering::Equal => boundary == Boundary::AtOrAbove,
            Ordering::Less => false,
        };
        let rule = Dominance::new(count, Percent::whole(share), boundary).unwrap();
        let expected = expected(total, is_sensitive);
        assert_eq!(protection(rule, &parts), expected, "{parts:?} under ({count}, {share}) {boundary:?}");
        sensitive += usize::from(expected.is_some());
        at_boundary += usize::from(total > 0 && compare((held, total), (i64::from(share), 100)).is_eq());
    }
    assert!(sensitive > 5_000 && at_boundary > 500, "{sensitive} and {at_boundary} prove nothing");
}

#[test]
fn the_p_per_cent_rule_agrees_with_plain_fractions() {
    let mut chance = ChaCha8Rng::seed_from_u64(12);
    let (mut sensitive, mut at_boundary) = (0, 0);
    for _ in 0..20_000 {
        let parts = draw(&mut chance);
        let total: i64 = parts.iter().sum();
        let coalition = 1 + below(&mut chance, 3);
        let within = [5, 10, 25, 50, 150][below(&mut chance, 5) as usize];
        let largest = parts[0];
        let known: i64 = parts.iter().skip(1).take(coalition as usize).sum();
        // What the coalition takes the largest part for, against the largest part and p per cent.
        let against = |total: i64| compare((total - known, largest), (100 + i64::from(within), 100));
        let rule = Estimate::new(Percent::whole(within), coalition).unwrap();
        let expected = expected(total, |total| against(total).is_lt());
        assert_eq!(protection(rule, &parts), expected, "{parts:?} under {within}, coalition of {coalition}");
        sensitive += usize::from(expected.is_some());
        at_boundary += usize::from(total > 0 && against(total).is_eq());
    }
    assert!(sensitive > 5_000 && at_boundary > 200, "{sensitive} and {at_boundary} prove nothing");
}

#[test]
fn what_two_largest_do_not_dominate_nobody_estimates() {
    // The Handbook: safe under (2, k) with k = 100 · 100 / (100 + p) is safe under p; 80 and 25.
    let mut chance = ChaCha8Rng::seed_from_u64(13);
    let dominance = Dominance::new(2, Percent::whole(80), Boundary::Above).unwrap();
    let estimate = Estimate::new(Percent::whole(25), 1).unwrap();
    let mut differ = 0;
    for _ in 0..20_000 {
        let parts = draw(&mut chance);
        let (dominated, estimated) = (protection(dominance, &parts), protection(estimate, &parts));
        assert!(dominated.is_some() || estimated.is_none(), "{parts:?}");
        differ += usize::from(dominated.is_some() && estimated.is_none());
    }
    assert!(differ > 100, "only {differ} cells are told apart");
}

#[test]
fn the_largest_amounts_do_not_overflow() {
    let rules: [Rule; 2] = [
        Dominance::new(1, Percent::per_mille(1), Boundary::Above).unwrap().into(),
        Estimate::new(Percent::whole(1_000_000), 3).unwrap().into(),
    ];
    for rule in rules {
        let kept = protection(rule, &[i64::MAX - 1, 1]).unwrap();
        assert_eq!((kept.low, kept.high), (1, i64::MAX));
    }
}
