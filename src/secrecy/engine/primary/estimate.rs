//! The p% rule.

use super::{
    error::{Fact, RuleError},
    facts::Facts,
    margin::around,
    percent::{Percent, divide_up},
    rule::{Verdict, Why},
};

/// The p% rule: a contributor who takes their own part off a cell knows the largest contributor's part to
/// within p per cent.
///
/// The second largest comes closest, so a cell is sensitive when X − x₁ − x₂ < p/100 · x₁; for a coalition
/// of c contributors, when X − x₁ − … − x₁₊c is. The upper protection level is what is missing,
/// p/100 · x₁ − (X − x₁ − x₂), and the lower one the same.
///
/// # Citations
///
/// - Hundepool et al., *Handbook on Statistical Disclosure Control*, chapter 4: p% rule, coalitions, upper
///   protection levels; recommended there over dominance.
/// - Cox, "Linear sensitivity measures in statistical disclosure control", *Journal of Statistical Planning
///   and Inference* 5 (1981).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    within: Percent,
    coalition: u32,
}

impl Estimate {
    /// Masks cells of which a coalition of so many contributors (1: each on their own) knows the largest
    /// part to within the share.
    ///
    /// # Errors
    ///
    /// [`RuleError`] for a share of 0 or a coalition of nobody.
    pub fn new(within: Percent, coalition: u32) -> Result<Self, RuleError> {
        if within == Percent::ZERO {
            let (above, up_to) = (Percent::ZERO, Percent::whole(1_000_000));
            return Err(RuleError::Share { rule: "the p% rule", share: within, above, up_to });
        }
        if coalition == 0 {
            return Err(RuleError::NoContributors { what: "a coalition" });
        }
        Ok(Self { within, coalition })
    }

    pub(super) fn judge(self, amount: i64, facts: &Facts<'_>) -> Result<Verdict, Fact> {
        if amount == 0 {
            return Ok(Verdict::Free);
        }
        let largest = facts.sum_of_largest(amount, 1)?;
        let known = facts.sum_of_largest(amount, (self.coalition as usize).saturating_add(1))?;
        let rest = i128::from(amount) - known;
        let missing = largest * self.within.parts() - rest * Percent::WHOLE;
        if missing <= 0 {
            return Ok(Verdict::Free);
        }
        let why = Why::EstimatedTooClosely { within: self.within, coalition: self.coalition };
        Ok(Verdict::Sensitive(around(amount, divide_up(missing, Percent::WHOLE)), why))
    }
}

#[cfg(test)]
mod tests {
    use super::{Estimate, Fact, Facts, Percent, RuleError, Verdict};
    use crate::Protection;

    fn judge(rule: Estimate, amount: i64, largest: &[i64]) -> Option<Protection> {
        rule.judge(amount, &Facts { largest: Some(largest), ..Facts::of(amount) }).unwrap().protection()
    }

    #[test]
    fn a_rest_of_exactly_p_per_cent_hides_the_largest() {
        let rule = Estimate::new(Percent::whole(10), 1).unwrap();
        // The rest is 9, 10 and 11 for a largest part of 100.
        assert_eq!(judge(rule, 149, &[100, 40]), Some(Protection { low: 148, high: 150, width: 2 }));
        assert_eq!(judge(rule, 150, &[100, 40]), None);
        assert_eq!(judge(rule, 151, &[100, 40]), None);
    }

    #[test]
    fn the_examples_of_the_handbook() {
        // 52,000 and 50,000 of 110,000: overestimated by 15.4 per cent.
        let cell = (110_000, [52_000, 50_000]);
        assert_eq!(judge(Estimate::new(Percent::whole(10), 1).unwrap(), cell.0, &cell.1), None);
        assert!(judge(Estimate::new(Percent::whole(16), 1).unwrap(), cell.0, &cell.1).is_some());
        // 50,000 and 49,000 of 100,000: overestimated by 2 per cent, which a (1, 90) rule lets pass.
        let close = judge(Estimate::new(Percent::whole(5), 1).unwrap(), 100_000, &[50_000, 49_000]);
        assert_eq!(close, Some(Protection { low: 98_500, high: 101_500, width: 3_000 }));
    }

    #[test]
    fn a_coalition_knows_more() {
        let parts = [100, 30, 20, 15];
        assert_eq!(judge(Estimate::new(Percent::whole(20), 1).unwrap(), 165, &parts), None);
        assert!(judge(Estimate::new(Percent::whole(20), 2).unwrap(), 165, &parts).is_some());
    }

    #[test]
    fn few_contributors_are_always_sensitive_and_unknown_ones_missed() {
        let rule = Estimate::new(Percent::whole(10), 1).unwrap();
        let alone = Facts { contributors: Some(1), ..Facts::of(40) };
        let protection = rule.judge(40, &alone).unwrap().protection();
        assert_eq!(protection, Some(Protection { low: 36, high: 44, width: 8 }));
        let two = Facts { contributors: Some(2), ..Facts::of(40) };
        assert_eq!(rule.judge(40, &two), Err(Fact::Largest));
        let first = Facts { largest: Some(&[30]), ..two };
        assert!(rule.judge(40, &first).unwrap().protection().is_some());
        assert_eq!(rule.judge(40, &Facts::of(40)), Err(Fact::Largest));
        assert_eq!(rule.judge(0, &Facts::of(0)), Ok(Verdict::Free));
    }

    #[test]
    fn a_rule_that_makes_no_sense_is_refused() {
        assert!(matches!(Estimate::new(Percent::ZERO, 1), Err(RuleError::Share { .. })));
        assert!(matches!(Estimate::new(Percent::whole(10), 0), Err(RuleError::NoContributors { .. })));
    }
}
