//! The rules of providers at their boundaries.

use super::super::{Boundary, Day, Facts, Level, NamedRule, Outcome, RuleSet, presets};

const TODAY: Day = Day(20_000);

#[test]
fn business_statistics_need_three_units_and_none_above_85_per_cent() {
    for (boundary, at_85) in [(Boundary::Above, false), (Boundary::AtOrAbove, true)] {
        let set = RuleSet::new(presets::enterprises(boundary).unwrap()).unwrap();
        let masked = |contributors: u64, largest: i64| {
            let parts = [largest];
            let facts = Facts { contributors: Some(contributors), largest: Some(&parts), ..Facts::of(1_000) };
            set.judge(&facts, TODAY).unwrap().protection().is_some()
        };
        assert!(masked(2, 500) && !masked(3, 500));
        assert_eq!([849, 850, 851].map(|largest| masked(3, largest)), [false, at_85, true]);
    }
}

#[test]
fn the_other_presets_hold_their_boundaries() {
    let free = |rules: Vec<NamedRule>, facts: Facts<'_>| {
        RuleSet::new(rules).unwrap().judge(&facts, TODAY).unwrap().outcome == Outcome::Free
    };
    let caf = |count: u32| free(presets::minimum("CAF-5", 5).unwrap(), Facts::of_count(count));
    assert_eq!([0, 1, 4, 5].map(caf), [true, false, false, true]);
    let taxed = |count: u64| {
        let facts = Facts { contributors: Some(count), largest: Some(&[10]), ..Facts::of(100) };
        free(presets::persons_taxed(Boundary::Above).unwrap(), facts)
    };
    assert_eq!([10, 11].map(taxed), [false, true]);
    let wealth = |level: u8, inhabitants: u64, count: u32| {
        let level = Some(Level(level));
        let facts = Facts { level, inhabitants: Some(inhabitants), ..Facts::of_count(count) };
        free(presets::wealth_taxed(Level(1)).unwrap(), facts)
    };
    assert_eq!([20_000, 20_001].map(|people| wealth(1, people, 50)), [false, true]);
    assert!(!wealth(1, 20_001, 49) && wealth(2, 9, 50));
    let incomes = |households: u64, people: u64| {
        let facts = Facts { households: Some(households), inhabitants: Some(people), ..Facts::of(21_000) };
        free(presets::local_incomes().unwrap(), facts)
    };
    assert!(!incomes(49, 99) && incomes(39, 100) && incomes(50, 80));
    let census = |level: u8, people: u64| {
        let facts = Facts { level: Some(Level(level)), inhabitants: Some(people), ..Facts::of(3) };
        free(presets::census_sensitive(Level(1), Level(2)).unwrap(), facts)
    };
    assert_eq!(
        [census(1, 4_999), census(1, 5_000), census(2, 9_999), census(2, 10_000)],
        [false, true, false, true]
    );
    assert_eq!(presets::stored("RP", None, None, None), Ok(Vec::new()));
}
