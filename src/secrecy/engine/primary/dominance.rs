//! The (n, k) dominance rule.

use super::{
    error::{Fact, RuleError},
    facts::Facts,
    margin::around,
    percent::{Percent, divide_up},
    rule::{Verdict, Why},
};

/// What a share at the very threshold of a rule is: official texts differ ("plus de 85 %", "85 % ou plus").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Boundary {
    /// Not sensitive: only what is strictly above is.
    Above,
    /// Sensitive.
    AtOrAbove,
}

/// The n largest contributors make more than k per cent of a cell.
///
/// The upper protection level is 100/k · (x₁ + … + xₙ) − X, and the lower one the same: an attacker must
/// think possible a total in which those contributors do not dominate.
///
/// # Citations
///
/// - Hundepool et al., *Handbook on Statistical Disclosure Control*, chapter 4: sensitivity rules and upper
///   protection levels. The p% rule is recommended there instead of a (2, k) rule.
/// - Cox, "Linear sensitivity measures in statistical disclosure control", *Journal of Statistical Planning
///   and Inference* 5 (1981), for levels that follow from the rule.
/// - Robertson, Ethier, "Cell suppression: experience and theory", *Inference Control in Statistical
///   Databases*, LNCS 2316 (2002), for an analysis of sensitivity rules, dominance and p% among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dominance {
    count: u32,
    share: Percent,
    boundary: Boundary,
}

impl Dominance {
    /// Masks cells of which so many largest contributors hold more than the share.
    ///
    /// # Errors
    ///
    /// [`RuleError`] for no contributors, a share of 0 or above 100%, or strictly more than 100%.
    pub fn new(count: u32, share: Percent, boundary: Boundary) -> Result<Self, RuleError> {
        if count == 0 {
            return Err(RuleError::NoContributors { what: "the number of largest contributors" });
        }
        if share == Percent::ZERO || share > Percent::HUNDRED {
            let (above, up_to) = (Percent::ZERO, Percent::HUNDRED);
            return Err(RuleError::Share { rule: "dominance", share, above, up_to });
        }
        if share == Percent::HUNDRED && boundary == Boundary::Above {
            return Err(RuleError::MoreThanAll);
        }
        Ok(Self { count, share, boundary })
    }

    pub(super) fn judge(self, amount: i64, facts: &Facts<'_>) -> Result<Verdict, Fact> {
        if amount == 0 {
            return Ok(Verdict::Free);
        }
        let total = i128::from(amount);
        let held = facts.sum_of_largest(amount, self.count as usize)? * Percent::WHOLE;
        let threshold = total * self.share.parts();
        // The least total in which they would not dominate.
        let safe = match self.boundary {
            Boundary::Above if held > threshold => divide_up(held, self.share.parts()),
            Boundary::AtOrAbove if held >= threshold => held / self.share.parts() + 1,
            _ => return Ok(Verdict::Free),
        };
        let why = Why::Dominated { count: self.count, share: self.share, boundary: self.boundary };
        Ok(Verdict::Sensitive(around(amount, safe - total), why))
    }
}

#[cfg(test)]
mod tests {
    use super::{Boundary, Dominance, Fact, Facts, Percent, RuleError, Verdict};
    use crate::Protection;

    fn judge(rule: Dominance, amount: i64, largest: &[i64]) -> Option<Protection> {
        rule.judge(amount, &Facts { largest: Some(largest), ..Facts::of(amount) }).unwrap().protection()
    }

    #[test]
    fn the_share_at_the_boundary_is_what_the_configuration_says() {
        let above = Dominance::new(1, Percent::whole(85), Boundary::Above).unwrap();
        let at = Dominance::new(1, Percent::whole(85), Boundary::AtOrAbove).unwrap();
        assert_eq!([84, 85, 86].map(|part| judge(above, 100, &[part]).is_some()), [false, false, true]);
        assert_eq!([84, 85, 86].map(|part| judge(at, 100, &[part]).is_some()), [false, true, true]);
    }

    #[test]
    fn the_protection_reaches_the_least_total_that_is_not_dominated() {
        // The example of the Handbook: 300 of 330 under (1, 85) need a total of 352.94 at least.
        let rule = Dominance::new(1, Percent::whole(85), Boundary::Above).unwrap();
        let protection = judge(rule, 330, &[300, 20, 10]);
        assert_eq!(protection, Some(Protection { low: 307, high: 353, width: 46 }));
        let rule = Dominance::new(1, Percent::whole(85), Boundary::AtOrAbove).unwrap();
        assert_eq!(judge(rule, 100, &[85]), Some(Protection { low: 99, high: 101, width: 2 }));
    }

    #[test]
    fn several_dominate_together() {
        let rule = Dominance::new(2, Percent::per_mille(755), Boundary::Above).unwrap();
        assert_eq!(judge(rule, 1_000, &[400, 355]), None);
        assert!(judge(rule, 1_000, &[400, 356]).is_some());
    }

    #[test]
    fn a_zero_is_dominated_by_nobody() {
        let rule = Dominance::new(1, Percent::whole(85), Boundary::AtOrAbove).unwrap();
        assert_eq!(rule.judge(0, &Facts::of(0)), Ok(Verdict::Free));
    }

    #[test]
    fn one_contributor_dominates_and_unknown_ones_are_missed() {
        let rule = Dominance::new(1, Percent::whole(85), Boundary::Above).unwrap();
        let alone = Facts { contributors: Some(1), ..Facts::of(40) };
        assert!(rule.judge(40, &alone).unwrap().protection().is_some());
        let several = Facts { contributors: Some(4), ..Facts::of(40) };
        assert_eq!(rule.judge(40, &several), Err(Fact::Largest));
    }

    #[test]
    fn a_rule_that_makes_no_sense_is_refused() {
        let new = |count: u32, share: u32, boundary| Dominance::new(count, Percent::whole(share), boundary);
        assert!(matches!(new(0, 85, Boundary::Above), Err(RuleError::NoContributors { .. })));
        assert!(matches!(new(1, 0, Boundary::Above), Err(RuleError::Share { .. })));
        assert!(matches!(new(1, 101, Boundary::AtOrAbove), Err(RuleError::Share { .. })));
        assert_eq!(new(1, 100, Boundary::Above), Err(RuleError::MoreThanAll));
        assert!(new(1, 100, Boundary::AtOrAbove).is_ok());
    }
}
