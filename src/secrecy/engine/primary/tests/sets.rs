//! Several rules, missing facts and waivers.

use std::collections::BTreeSet;

use super::super::{
    Amount, Boundary, ByLevel, Coded, Coding, Day, Dominance, Elsewhere, Estimate, Fact, FactError, Facts,
    Group, GroupDisclosure, Level, Margin, MinimumContributors, MinimumPopulation, MissingFacts, NamedRule,
    Outcome, Percent, Rule, RuleError, RuleSet, Scope, Side, Waiver, Why, presets,
};
use crate::Protection;

const TODAY: Day = Day(20_000);

fn named(name: &str, rule: impl Into<Rule>) -> NamedRule {
    NamedRule::new(name, rule).unwrap()
}

fn minimum(least: u32) -> MinimumContributors {
    MinimumContributors::new(least).unwrap()
}

fn names(set: &RuleSet, facts: &Facts<'_>) -> Vec<String> {
    let judgement = set.judge(facts, TODAY).unwrap();
    judgement.reasons.iter().map(|reason| reason.rule.to_owned()).collect()
}

#[test]
fn every_rule_that_masks_is_listed_and_the_protection_holds_for_all() {
    let dominance = Dominance::new(1, Percent::whole(85), Boundary::Above).unwrap();
    let estimate = Estimate::new(Percent::whole(20), 1).unwrap();
    let set = RuleSet::new([
        named("contributors", minimum(3)),
        named("dominance", dominance),
        named("estimate", estimate),
    ])
    .unwrap();
    let facts = Facts { contributors: Some(2), largest: Some(&[90, 10]), ..Facts::of(100) };
    let judgement = set.judge(&facts, TODAY).unwrap();
    assert_eq!(judgement.reasons.len(), 3);
    // Contributors: 50 to 150. Dominance: 94 to 106. Estimate: 82 to 118.
    assert_eq!(judgement.protection(), Some(Protection { low: 50, high: 150, width: 100 }));
    let ten = Facts { contributors: Some(10), largest: Some(&[86, 9]), ..Facts::of(100) };
    assert_eq!(names(&set, &ten), ["dominance", "estimate"]);
    let fair = Facts { contributors: Some(10), largest: Some(&[30, 20]), ..Facts::of(100) };
    assert_eq!(set.judge(&fair, TODAY).unwrap().outcome, Outcome::Free);
}

#[test]
fn a_zero_of_nobody_is_shown_unless_a_rule_says_otherwise() {
    let contributors = RuleSet::new(presets::enterprises(Boundary::AtOrAbove).unwrap()).unwrap();
    assert_eq!(contributors.judge(&Facts::of_count(0), TODAY).unwrap().outcome, Outcome::Free);
    let population = MinimumPopulation::of_inhabitants(100, Margin::EXACT).unwrap();
    let groups = GroupDisclosure::everyone().or_nobody();
    let set = RuleSet::new([named("population", population), named("group", groups)]).unwrap();
    let group = [Group { whole: 60, largest: 40 }];
    let zero = Facts { inhabitants: Some(60), groups: Some(&group), ..Facts::of_count(0) };
    assert_eq!(names(&set, &zero), ["population", "group"]);
    let empty = [Group { whole: 0, largest: 0 }];
    let nobody = Facts { inhabitants: Some(0), groups: Some(&empty), ..Facts::of_count(0) };
    assert_eq!(set.judge(&nobody, TODAY).unwrap().outcome, Outcome::Free);
}

#[test]
fn a_set_says_whether_it_needs_zeros() {
    let needs = |rule: Rule| RuleSet::new([named("rule", rule)]).unwrap().needs_zeros();
    let population: Rule = MinimumPopulation::of_households(50, Margin::EXACT).unwrap().into();
    assert!(!needs(minimum(5).into()) && needs(population.clone()));
    assert!(needs(GroupDisclosure::everyone().into()));
    let by_level = ByLevel::new([(Level(1), minimum(5).into())]).unwrap();
    assert!(!needs(by_level.clone().into()));
    assert!(needs(by_level.elsewhere(Elsewhere::Rule(Box::new(population))).into()));
    let masking = MissingFacts::Mask(Margin::EXACT);
    assert!(!RuleSet::default().with_missing_facts(masking).needs_zeros());
    let set = RuleSet::new([named("minimum", minimum(5))]).unwrap();
    assert!(set.with_missing_facts(masking).needs_zeros());
}

#[test]
fn a_missing_fact_is_named_or_masks_the_cell() {
    let set = RuleSet::new(presets::enterprises(Boundary::Above).unwrap()).unwrap();
    let unknown = Facts { contributors: Some(12), ..Facts::of(900) };
    let missing = FactError::Missing { rule: "ENT-3-85 dominance".to_owned(), fact: Fact::Largest };
    assert_eq!(set.judge(&unknown, TODAY), Err(missing));
    let masking = set.with_missing_facts(MissingFacts::Mask(Margin::of(Percent::whole(10))));
    let judgement = masking.judge(&unknown, TODAY).unwrap();
    assert_eq!(judgement.protection(), Some(Protection { low: 810, high: 990, width: 180 }));
    assert_eq!(judgement.reasons[0].why, Why::FactMissing(Fact::Largest));
    let wrong = Facts { contributors: Some(12), largest: Some(&[901]), ..Facts::of(900) };
    let contradiction = Err(FactError::Contradictory { fact: Fact::Largest });
    assert_eq!(masking.judge(&wrong, TODAY), contradiction);
}

#[test]
fn a_premasked_cell_is_withheld_with_or_without_rules_and_no_waiver_frees_it() {
    assert_eq!(RuleSet::default().judge(&Facts::of(1), TODAY).unwrap().outcome, Outcome::Free);
    let waiver = Waiver::new("minimum", "Insee", TODAY..=TODAY, Scope::When(|_| true)).unwrap();
    let set = RuleSet::new([named("minimum", minimum(5))]).unwrap().with_waivers([waiver]).unwrap();
    for set in [RuleSet::default(), set] {
        let judgement = set.judge(&Facts::premasked(), TODAY).unwrap();
        assert_eq!(judgement.outcome, Outcome::Premasked);
        assert_eq!(judgement.reasons[0].why, Why::WithheldByProvider);
        assert_eq!(judgement.protection(), None);
    }
    assert_eq!(Facts::premasked().amount, Amount::Premasked);
}

#[test]
fn a_coded_figure_is_told_as_its_bound_unless_a_rule_masks_it() {
    let coding = Coding::outside(50, 800).unwrap();
    let set = RuleSet::new([named("coding", coding), named("contributors", minimum(11))]).unwrap();
    let rate = |amount: i64, contributors: u64| {
        let facts = Facts { contributors: Some(contributors), ..Facts::of(amount) };
        set.judge(&facts, TODAY).unwrap().outcome
    };
    assert_eq!(rate(49, 200), Outcome::Coded(Coded { bound: 50, side: Side::AtMost }));
    assert_eq!(rate(801, 200), Outcome::Coded(Coded { bound: 800, side: Side::AtLeast }));
    assert_eq!(rate(50, 200), Outcome::Free);
    assert!(matches!(rate(49, 10), Outcome::Sensitive(_)));
    let facts = Facts { contributors: Some(10), ..Facts::of(49) };
    assert_eq!(names(&set, &facts), ["coding", "contributors"]);
}

#[test]
fn two_codings_that_would_pin_a_figure_down_mask_it() {
    let (below, above) = (Coding::below(60).unwrap(), Coding::above(40).unwrap());
    let set = RuleSet::new([named("below", below), named("above", above)]).unwrap();
    assert!(matches!(set.judge(&Facts::of(50), TODAY).unwrap().outcome, Outcome::Sensitive(_)));
    assert_eq!(
        set.judge(&Facts::of(30), TODAY).unwrap().outcome,
        Outcome::Coded(Coded { bound: 60, side: Side::AtMost })
    );
}

#[test]
fn a_waiver_lets_one_rule_rest_for_its_cells_and_days() {
    let group = GroupDisclosure::everyone();
    let rules = [named("minimum", minimum(5)), named("group", group)];
    let days = Day(19_990)..=TODAY;
    let waiver = Waiver::new("minimum", "Caf", days, Scope::Cells(BTreeSet::from([1]))).unwrap();
    let set = RuleSet::new(rules).unwrap().with_waivers([waiver]).unwrap();
    let group = [Group { whole: 30, largest: 20 }];
    let facts = Facts { key: Some(1), groups: Some(&group), ..Facts::of_count(3) };
    let judgement = set.judge(&facts, TODAY).unwrap();
    assert_eq!(judgement.outcome, Outcome::Free);
    let waived = judgement.waived[0];
    assert_eq!((waived.rule, waived.granted_by, waived.until), ("minimum", "Caf", TODAY));
    assert_eq!(waived.why, Why::TooFewContributors { minimum: 5 });
    assert!(set.judge(&facts, Day(20_001)).unwrap().protection().is_some());
    assert!(set.judge(&Facts { key: Some(2), ..facts }, TODAY).unwrap().protection().is_some());
    let unanimous = [Group { whole: 3, largest: 3 }];
    let other = Facts { groups: Some(&unanimous), ..facts };
    let judgement = set.judge(&other, TODAY).unwrap();
    assert_eq!((judgement.reasons.len(), judgement.reasons[0].rule), (1, "group"));
}

#[test]
fn a_waiver_covers_a_rule_that_cannot_be_applied() {
    let set = RuleSet::new([named("minimum", minimum(5))]).unwrap();
    let waiver = Waiver::new("minimum", "Caf", TODAY..=TODAY, Scope::Level(Level(1))).unwrap();
    let set = set.with_waivers([waiver]).unwrap();
    let facts = Facts { level: Some(Level(1)), ..Facts::of(3) };
    assert_eq!(set.judge(&facts, TODAY).unwrap().waived[0].why, Why::FactMissing(Fact::Contributors));
    assert!(set.judge(&facts, Day(20_001)).is_err());
}

#[test]
fn sets_that_make_no_sense_are_refused() {
    let twice = RuleSet::new([named("one", minimum(5)), named("one", minimum(9))]);
    assert_eq!(twice.unwrap_err(), RuleError::Twice { name: "one".to_owned() });
    let stray = Waiver::new("two", "Caf", TODAY..=TODAY, Scope::Level(Level(1))).unwrap();
    let set = RuleSet::new([named("one", minimum(5))]).unwrap().with_waivers([stray]);
    assert_eq!(set.unwrap_err(), RuleError::UnknownRule { name: "two".to_owned() });
    assert!(matches!(NamedRule::new(" ", minimum(5)), Err(RuleError::Nameless { .. })));
    assert!(matches!(presets::minimum("", 5), Err(RuleError::Nameless { .. })));
    assert!(matches!(presets::minimum("CAF-5", 0), Err(RuleError::Minimum { .. })));
}

#[test]
fn reasons_read_as_sentences_and_errors_quote_no_amount() {
    let why = Why::TooSmallTerritory { households: Some(50), inhabitants: Some(100) };
    assert_eq!(why.to_string(), "a territory of fewer than 50 households and fewer than 100 inhabitants");
    let why = Why::Dominated { count: 1, share: Percent::whole(85), boundary: Boundary::AtOrAbove };
    assert_eq!(why.to_string(), "the largest contributor holds 85% or more");
    let missing = FactError::Missing { rule: "CAF-5".to_owned(), fact: Fact::Contributors };
    assert_eq!(missing.to_string(), "rule CAF-5 needs the number of contributors, which is not known");
}
