//! A source's rule of secrecy: which cells are sensitive by themselves, and what they need.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};

use super::engine::{
    Protection,
    primary::{Boundary, Day, FactError, Facts, Judgement, Percent, RuleError, RuleSet, premasked, presets},
};

/// What a source's rule of secrecy demands, on the day of a release.
///
/// # Citations
///
/// Hundepool et al., *Statistical Disclosure Control* (2012), chapters 4 and 5; each specification of
/// [`engine::primary`](super::engine::primary) names its own.
#[derive(Clone, Debug)]
pub struct Rule {
    set: RuleSet,
    day: Day,
    by_population: bool,
    /// How wide the interval of what the provider masked must be.
    width: i64,
    inhabitants: HashMap<i32, u64>,
}

/// A rule as it is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StoredRule<'a> {
    /// Its code.
    pub code: &'a str,
    /// Fewer units than this behind a cell mask it.
    pub minimum_contributors: Option<i32>,
    /// A contributor above this share, in per cent, masks the cell.
    pub dominance_percent: Option<f64>,
    /// Fewer inhabitants than this in a territory mask its cells.
    pub minimum_population: Option<i32>,
}

/// A stored rule that makes no sense: nothing is planned under it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRule {
    /// A number that must be positive is not.
    #[error("rule {code}: a minimum is negative")]
    Negative {
        /// Code of the rule.
        code: String,
    },
    /// What the specification refuses.
    #[error("rule {code}: {cause}")]
    Specification {
        /// Code of the rule.
        code: String,
        /// Why.
        cause: RuleError,
    },
}

impl Rule {
    /// No rule of ours: the producer has already applied its own.
    #[must_use]
    pub fn none() -> Self {
        Self {
            set: RuleSet::default(),
            day: Day(0),
            by_population: false,
            width: 1,
            inhabitants: HashMap::new(),
        }
    }

    /// The rule on the day of a release, so that the same release is always judged in the same way.
    ///
    /// # Errors
    ///
    /// [`InvalidRule`] names the rule and what is wrong with it.
    pub fn stored(rule: StoredRule<'_>, day: NaiveDate) -> Result<Self, InvalidRule> {
        let code = || rule.code.to_owned();
        let refused = |cause| InvalidRule::Specification { code: code(), cause };
        let whole = |number: Option<i32>| {
            number.map(u32::try_from).transpose().or(Err(InvalidRule::Negative { code: code() }))
        };
        let share = rule.dominance_percent.map(Percent::of_number).transpose().map_err(refused)?;
        let specifications = presets::stored(
            rule.code,
            whole(rule.minimum_contributors)?,
            share.map(|share| (share, Boundary::Above)),
            whole(rule.minimum_population)?,
        );
        let set = specifications.and_then(RuleSet::new).map_err(refused)?;
        let by_population = rule.minimum_population.is_some();
        let width = rule.minimum_contributors.map_or(1, |minimum| i64::from(minimum) - 1).max(1);
        let day = Day(day.num_days_from_ce());
        Ok(Self { set, day, by_population, width, inhabitants: HashMap::new() })
    }

    /// Whether it looks at the inhabitants of territories.
    #[must_use]
    pub const fn needs_inhabitants(&self) -> bool {
        self.by_population
    }

    /// The same, knowing how many inhabitants territories have, by their numbers.
    #[must_use]
    pub fn with_inhabitants(self, inhabitants: HashMap<i32, u64>) -> Self {
        Self { inhabitants, ..self }
    }

    /// What protects a count that the provider masked: what the rule asks for by itself, and an interval at least as
    /// wide as a count just below the minimum needs. Why it was masked nobody here knows.
    pub(super) fn of_withheld(&self, value: i64, own: Option<Protection>) -> Protection {
        let least = premasked::protection(value, self.width);
        own.map_or(least, |own| Protection { width: own.width.max(least.width), ..own })
    }

    /// How many inhabitants a territory has; nothing where that is not known, and then a rule that needs it refuses.
    pub(super) fn inhabitants(&self, territory_id: i32) -> Option<u64> {
        self.inhabitants.get(&territory_id).copied()
    }

    /// Judges a cell by its facts.
    ///
    /// # Errors
    ///
    /// [`FactError`] when a specification needs a fact that is not there, or the facts contradict each other: a
    /// cell is never shown because too little is known of it.
    pub fn judge(&self, facts: &Facts<'_>) -> Result<Judgement<'_>, FactError> {
        self.set.judge(facts, self.day)
    }

    /// Whether zeros may be masked, because they can tell something of everybody in a group.
    #[must_use]
    pub fn needs_zeros(&self) -> bool {
        self.set.needs_zeros()
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{InvalidRule, Rule, StoredRule};
    use crate::secrecy::engine::{Protection, primary::Facts};

    fn rule(minimum: i32) -> Result<Rule, InvalidRule> {
        let stored = StoredRule { code: "R", minimum_contributors: Some(minimum), ..StoredRule::default() };
        Rule::stored(stored, NaiveDate::default())
    }

    #[test]
    fn one_to_four_are_sensitive_below_five_and_zero_is_not() -> Result<(), Box<dyn std::error::Error>> {
        let rule = rule(5)?;
        for count in 0..8 {
            let protection = rule.judge(&Facts::of_count(count))?.protection();
            let expected = (1..5).contains(&count).then_some(Protection { low: 1, high: 5, width: 4 });
            assert_eq!(protection, expected, "{count}");
        }
        Ok(())
    }

    #[test]
    fn a_source_whose_producer_masked_already_has_no_rule_of_ours() -> Result<(), Box<dyn std::error::Error>>
    {
        assert_eq!(Rule::none().judge(&Facts::of_count(1))?.protection(), None);
        Ok(())
    }

    #[test]
    fn a_rule_that_makes_no_sense_is_refused_and_never_left_out() {
        assert_eq!(rule(-5).err(), Some(InvalidRule::Negative { code: "R".to_owned() }));
        assert!(matches!(rule(0), Err(InvalidRule::Specification { .. })));
    }

    #[test]
    fn dominance_without_the_largest_contributors_is_an_error_and_never_a_pass() -> Result<(), InvalidRule> {
        let stored = StoredRule { code: "R", dominance_percent: Some(85.0), ..StoredRule::default() };
        assert!(Rule::stored(stored, NaiveDate::default())?.judge(&Facts::of(100)).is_err());
        Ok(())
    }
}
