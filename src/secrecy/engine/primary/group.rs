//! Group disclosure: whoever belongs to a territory belongs to one category.

use super::{
    error::{Fact, RuleError},
    facts::{Facts, Group},
    margin::hull,
    percent::{Percent, divide_up, saturate},
    rule::{Verdict, Why},
};
use crate::Protection;

/// All units of a territory, or nearly all, fall in one category: to know that somebody lives there is to
/// know their category, whatever the size of the count. For counts of units only.
///
/// # What the caller must do
///
/// What gives such a group away is less its own count than the zeros beside it: masked alone, next to shown
/// zeros, it hides nothing. Either use [`Self::with_others`], which makes the other categories sensitive
/// too, or leave them free to be masked. In both cases the zeros of a group that this rule is in force for
/// must not be frozen, and no cell of it may be stated to be known as 1 at least. The protection is that of
/// the cell alone: without [`Self::with_others`] it holds as long as the total of the group is shown.
///
/// # Citations
///
/// Hundepool et al., *Handbook on Statistical Disclosure Control*, chapter 5: group attribute disclosure,
/// which also is to learn that nobody of a group has an attribute, and within-group disclosure, where the
/// only one outside of the category learns it of all the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupDisclosure {
    share: Percent,
    few: u32,
    others: bool,
    nobody: bool,
}

impl GroupDisclosure {
    /// Masks the category that everyone of a group is in.
    #[must_use]
    pub const fn everyone() -> Self {
        Self { share: Percent::HUNDRED, few: 0, others: false, nobody: false }
    }

    /// Masks a category already when it holds the share of its group, or more.
    ///
    /// # Errors
    ///
    /// [`RuleError::Share`] for a share of 0 or above 100%.
    pub fn from_share(self, share: Percent) -> Result<Self, RuleError> {
        if share == Percent::ZERO || share > Percent::HUNDRED {
            let (above, up_to) = (Percent::ZERO, Percent::HUNDRED);
            return Err(RuleError::Share { rule: "group disclosure", share, above, up_to });
        }
        Ok(Self { share, ..self })
    }

    /// Masks a category already when all but so many of its group are in it.
    #[must_use]
    pub const fn all_but(mut self, few: u32) -> Self {
        self.few = few;
        self
    }

    /// Masks the other categories of such a group too, zeros included.
    #[must_use]
    pub const fn with_others(mut self) -> Self {
        self.others = true;
        self
    }

    /// Masks a category that nobody of a group is in, too.
    #[must_use]
    pub const fn or_nobody(mut self) -> Self {
        self.nobody = true;
        self
    }

    pub(super) fn judge(self, amount: i64, facts: &Facts<'_>) -> Result<Verdict, Fact> {
        let groups = facts.groups.ok_or(Fact::Groups)?;
        let mut found: Option<(Protection, Why)> = None;
        for group in groups.iter().filter(|group| group.whole > 0) {
            let Some((protection, why)) = self.judge_in(amount, *group) else { continue };
            found = Some(found.map_or((protection, why), |(known, first)| (hull(known, protection), first)));
        }
        Ok(found.map_or(Verdict::Free, |(protection, why)| Verdict::Sensitive(protection, why)))
    }

    fn judge_in(self, amount: i64, group: Group) -> Option<(Protection, Why)> {
        let most = self.most_that_hides(group.whole);
        let fall = group.largest.saturating_sub(most).max(0);
        if amount > most {
            let protection = Protection { low: most, high: amount, width: amount.saturating_sub(most) };
            return Some((protection, Why::WholeGroup { share: self.share, few: self.few }));
        }
        if self.others && fall > 0 {
            // As many as the largest category must be able to lose may be in this one.
            let protection = Protection { low: amount, high: amount.saturating_add(fall), width: fall };
            return Some((protection, Why::BesideWholeGroup));
        }
        if self.nobody && amount == 0 {
            let high = i64::from(self.few).saturating_add(1);
            return Some((Protection { low: 0, high, width: high }, Why::NobodyOfGroup));
        }
        None
    }

    /// The largest category of so large a group that gives nothing away; nobody at all never does.
    fn most_that_hides(self, whole: i64) -> i64 {
        let by_share = divide_up(i128::from(whole) * self.share.parts(), Percent::WHOLE) - 1;
        let by_number = i128::from(whole) - i128::from(self.few) - 1;
        saturate(by_share.min(by_number).max(0))
    }
}

#[cfg(test)]
mod tests {
    use super::{Fact, Facts, Group, GroupDisclosure, Percent, Protection, RuleError, Verdict};

    fn judge(rule: GroupDisclosure, amount: i64, whole: i64, largest: i64) -> Option<Protection> {
        let groups = [Group { whole, largest }];
        rule.judge(amount, &Facts { groups: Some(&groups), ..Facts::of(amount) }).unwrap().protection()
    }

    #[test]
    fn a_category_of_everyone_is_sensitive_whatever_its_size() {
        let rule = GroupDisclosure::everyone();
        assert_eq!(judge(rule, 400, 400, 400), Some(Protection { low: 399, high: 400, width: 1 }));
        assert_eq!(judge(rule, 1, 1, 1), Some(Protection { low: 0, high: 1, width: 1 }));
        assert_eq!(judge(rule, 399, 400, 399), None);
        assert_eq!(judge(rule, 0, 400, 400), None);
        assert_eq!(judge(rule, 0, 0, 0), None);
    }

    #[test]
    fn nearly_everyone_is_a_share_or_all_but_a_few() {
        let share = GroupDisclosure::everyone().from_share(Percent::whole(95)).unwrap();
        assert_eq!([94, 95, 96].map(|part| judge(share, part, 100, part).is_some()), [false, true, true]);
        assert_eq!(judge(share, 97, 100, 97), Some(Protection { low: 94, high: 97, width: 3 }));
        let few = GroupDisclosure::everyone().all_but(2);
        assert_eq!([97, 98, 99].map(|part| judge(few, part, 100, part).is_some()), [false, true, true]);
        assert_eq!(judge(few, 1, 2, 1), Some(Protection { low: 0, high: 1, width: 1 }));
        assert_eq!(judge(few, 0, 2, 2), None);
    }

    #[test]
    fn the_categories_beside_it_must_be_able_to_hold_what_it_loses() {
        let rule = GroupDisclosure::everyone().all_but(2).with_others();
        assert_eq!(judge(rule, 99, 100, 99), Some(Protection { low: 97, high: 99, width: 2 }));
        assert_eq!(judge(rule, 1, 100, 99), Some(Protection { low: 1, high: 3, width: 2 }));
        assert_eq!(judge(rule, 0, 100, 99), Some(Protection { low: 0, high: 2, width: 2 }));
        assert_eq!(judge(rule, 0, 100, 97), None);
    }

    #[test]
    fn nobody_is_sensitive_only_when_asked_for() {
        let rule = GroupDisclosure::everyone().or_nobody();
        assert_eq!(judge(rule, 0, 100, 60), Some(Protection { low: 0, high: 1, width: 1 }));
        assert_eq!(judge(rule, 1, 100, 60), None);
        assert_eq!(judge(rule, 0, 0, 0), None);
    }

    #[test]
    fn one_group_of_several_is_enough_and_a_total_is_in_none() {
        let rule = GroupDisclosure::everyone();
        let groups = [Group { whole: 30, largest: 12 }, Group { whole: 12, largest: 12 }];
        let facts = Facts { groups: Some(&groups), ..Facts::of(12) };
        assert!(rule.judge(12, &facts).unwrap().protection().is_some());
        assert_eq!(rule.judge(12, &Facts { groups: Some(&[]), ..Facts::of(12) }), Ok(Verdict::Free));
        assert_eq!(rule.judge(12, &Facts::of(12)), Err(Fact::Groups));
    }

    #[test]
    fn a_share_that_makes_no_sense_is_refused() {
        for share in [Percent::ZERO, Percent::whole(101)] {
            let refused = GroupDisclosure::everyone().from_share(share);
            assert!(matches!(refused, Err(RuleError::Share { .. })));
        }
    }
}
