//! Another rule for each level of territory.

use std::collections::BTreeMap;

use super::{
    error::{Fact, RuleError},
    facts::Facts,
    rule::{Rule, Verdict},
};

/// A level of territory, by a number of the caller's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level(pub u8);

/// What holds at a level that a rule does not name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// The fact is missing: nobody has said what holds there.
    Unsaid,
    /// Nothing, by this rule.
    Free,
    /// Another rule.
    Rule(Box<Rule>),
}

/// A rule for each level of territory: 5 units in a commune, 11 in a quarter.
///
/// # Citations
///
/// The order on the dissemination of the census of 24 March 2005, art. 5, set another minimum for communes
/// than for urban policy zones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByLevel {
    rules: BTreeMap<Level, Rule>,
    elsewhere: Elsewhere,
}

impl ByLevel {
    /// A rule for each of these levels; elsewhere nothing is said.
    ///
    /// # Errors
    ///
    /// [`RuleError::Levels`] for no level, or one that is named twice.
    pub fn new(rules: impl IntoIterator<Item = (Level, Rule)>) -> Result<Self, RuleError> {
        let mut by_level = BTreeMap::new();
        for (level, rule) in rules {
            if by_level.insert(level, rule).is_some() {
                return Err(RuleError::Levels);
            }
        }
        if by_level.is_empty() {
            return Err(RuleError::Levels);
        }
        Ok(Self { rules: by_level, elsewhere: Elsewhere::Unsaid })
    }

    /// The same with what holds at all other levels.
    #[must_use]
    pub fn elsewhere(self, elsewhere: Elsewhere) -> Self {
        Self { elsewhere, ..self }
    }

    /// Every rule that may apply.
    pub(super) fn rules(&self) -> impl Iterator<Item = &Rule> {
        let elsewhere = match &self.elsewhere {
            Elsewhere::Rule(rule) => Some(rule.as_ref()),
            Elsewhere::Unsaid | Elsewhere::Free => None,
        };
        self.rules.values().chain(elsewhere)
    }

    pub(super) fn judge(&self, amount: i64, facts: &Facts<'_>) -> Result<Verdict, Fact> {
        let level = facts.level.ok_or(Fact::Level)?;
        match (self.rules.get(&level), &self.elsewhere) {
            (Some(rule), _) => rule.judge(amount, facts),
            (None, Elsewhere::Rule(rule)) => rule.judge(amount, facts),
            (None, Elsewhere::Free) => Ok(Verdict::Free),
            (None, Elsewhere::Unsaid) => Err(Fact::LevelRule),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ByLevel, Elsewhere, Fact, Facts, Level, Rule, RuleError, Verdict};
    use crate::primary::MinimumContributors;

    fn minimum(minimum: u32) -> Rule {
        MinimumContributors::new(minimum).unwrap().into()
    }

    fn is_masked(rule: &ByLevel, level: u8, count: u32) -> Result<bool, Fact> {
        let facts = Facts { level: Some(Level(level)), ..Facts::of_count(count) };
        Ok(rule.judge(i64::from(count), &facts)? != Verdict::Free)
    }

    #[test]
    fn each_level_has_its_own_minimum() {
        let rule = ByLevel::new([(Level(1), minimum(5)), (Level(2), minimum(11))]).unwrap();
        assert_eq!([4, 5].map(|count| is_masked(&rule, 1, count)), [Ok(true), Ok(false)]);
        assert_eq!([10, 11].map(|count| is_masked(&rule, 2, count)), [Ok(true), Ok(false)]);
    }

    #[test]
    fn what_holds_elsewhere_must_be_said() {
        let rule = ByLevel::new([(Level(1), minimum(5))]).unwrap();
        assert_eq!(is_masked(&rule, 3, 2), Err(Fact::LevelRule));
        assert_eq!(is_masked(&rule.clone().elsewhere(Elsewhere::Free), 3, 2), Ok(false));
        let other = rule.clone().elsewhere(Elsewhere::Rule(Box::new(minimum(3))));
        assert_eq!([2, 3].map(|count| is_masked(&other, 3, count)), [Ok(true), Ok(false)]);
        assert_eq!(rule.judge(9, &Facts::of_count(9)), Err(Fact::Level));
    }

    #[test]
    fn a_list_without_levels_or_with_one_twice_is_refused() {
        assert_eq!(ByLevel::new([]), Err(RuleError::Levels));
        assert_eq!(ByLevel::new([(Level(1), minimum(5)), (Level(1), minimum(9))]), Err(RuleError::Levels));
    }
}
