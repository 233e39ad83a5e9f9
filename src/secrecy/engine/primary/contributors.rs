//! The minimum frequency rule.

use super::{
    error::{Fact, RuleError},
    facts::Facts,
    percent::{divide_up, saturate},
    rule::{Verdict, Why},
};
use crate::Protection;

/// Fewer units than a minimum behind a cell mask it. A cell of nobody is shown.
///
/// An attacker must hold possible all from what one contributor adds to what the minimum of them add, for
/// that much the mask itself tells anyway. What a contributor adds is 1 in a count, else the mean, rounded
/// outwards.
///
/// # Citations
///
/// Hundepool et al., *Handbook on Statistical Disclosure Control*, chapter 4: minimum frequency rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinimumContributors {
    minimum: u32,
}

impl MinimumContributors {
    /// Masks cells of fewer contributors than the minimum.
    ///
    /// # Errors
    ///
    /// [`RuleError::Minimum`] below 2: since a cell of nobody is shown, that would mask nothing.
    pub const fn new(minimum: u32) -> Result<Self, RuleError> {
        if minimum < 2 {
            return Err(RuleError::Minimum { minimum: minimum as u64, least: 2 });
        }
        Ok(Self { minimum })
    }

    /// The least number of contributors that is shown.
    #[must_use]
    pub const fn minimum(self) -> u32 {
        self.minimum
    }

    pub(super) fn judge(self, amount: i64, facts: &Facts<'_>) -> Result<Verdict, Fact> {
        let contributors = facts.contributors.ok_or(Fact::Contributors)?;
        if contributors == 0 || contributors >= u64::from(self.minimum) {
            return Ok(Verdict::Free);
        }
        let (total, contributors) = (i128::from(amount), i128::from(contributors));
        let low = saturate((total / contributors).max(1)).min(amount);
        let most = divide_up(total, contributors).max(1);
        let high = saturate(most * i128::from(self.minimum));
        let protection = Protection { low, high, width: high.saturating_sub(low).max(1) };
        Ok(Verdict::Sensitive(protection, Why::TooFewContributors { minimum: self.minimum }))
    }
}

#[cfg(test)]
mod tests {
    use super::{Fact, Facts, MinimumContributors, Protection, RuleError, Verdict};

    fn protection(minimum: u32, amount: i64, contributors: u64) -> Option<Protection> {
        let rule = MinimumContributors::new(minimum).unwrap();
        let facts = Facts { contributors: Some(contributors), ..Facts::of(amount) };
        rule.judge(amount, &facts).unwrap().protection()
    }

    #[test]
    fn one_to_four_are_sensitive_below_five_and_zero_is_not() {
        let sensitive: Vec<u32> =
            (0..8).filter(|count| protection(5, i64::from(*count), u64::from(*count)).is_some()).collect();
        assert_eq!(sensitive, [1, 2, 3, 4]);
        assert_eq!(protection(5, 3, 3), Some(Protection { low: 1, high: 5, width: 4 }));
    }

    #[test]
    fn what_a_contributor_adds_is_the_unit_of_the_protection() {
        assert_eq!(protection(3, 200, 2), Some(Protection { low: 100, high: 300, width: 200 }));
        // A mean that is no whole number is rounded outwards: the amount itself is always inside.
        assert_eq!(protection(6, 9, 5), Some(Protection { low: 1, high: 12, width: 11 }));
        assert_eq!(protection(5, 0, 3), Some(Protection { low: 0, high: 5, width: 5 }));
        let whole = protection(u32::MAX, i64::MAX, 1);
        assert_eq!(whole, Some(Protection { low: i64::MAX, high: i64::MAX, width: 1 }));
    }

    #[test]
    fn a_minimum_that_masks_nothing_is_refused() {
        assert_eq!(MinimumContributors::new(0), Err(RuleError::Minimum { minimum: 0, least: 2 }));
        assert_eq!(MinimumContributors::new(1), Err(RuleError::Minimum { minimum: 1, least: 2 }));
    }

    #[test]
    fn without_contributors_there_is_no_verdict() {
        let rule = MinimumContributors::new(5).unwrap();
        assert_eq!(rule.judge(9, &Facts::of(9)), Err(Fact::Contributors));
        assert_eq!(rule.judge(5, &Facts::of_count(5)), Ok(Verdict::Free));
    }
}
