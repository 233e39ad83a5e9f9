//! Waivers: cells for which a provider lets a rule of theirs rest.

use std::{collections::BTreeSet, ops::RangeInclusive};

use super::{error::RuleError, facts::Facts, level::Level, rule::Why};

/// A day, counted from one of the caller's choice: the crate has no clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// Which cells a waiver covers.
#[derive(Clone, Debug)]
pub enum Scope {
    /// The cells of these keys ([`Facts::key`]); a cell without key is none of them.
    Cells(BTreeSet<u64>),
    /// All cells of a level of territory.
    Level(Level),
    /// All cells that a predicate holds for.
    When(fn(&Facts<'_>) -> bool),
}

/// A rule that a provider lets rest, for some cells and some time.
///
/// Not the waiver of one respondent for their own contribution, which changes whom a concentration rule
/// looks at: this one is the provider's, and the rule does not apply at all. It never frees a cell that the
/// provider withholds.
///
/// # Citations
///
/// Hundepool et al., *Handbook on Statistical Disclosure Control*, chapter 4: waivers.
#[derive(Clone, Debug)]
pub struct Waiver {
    rule: String,
    granted_by: String,
    days: RangeInclusive<Day>,
    scope: Scope,
}

/// What a waiver let pass; for the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waived<'a> {
    /// The rule that would have spoken.
    pub rule: &'a str,
    /// What it would have said.
    pub why: Why,
    /// Who let it rest.
    pub granted_by: &'a str,
    /// The last day of the waiver.
    pub until: Day,
}

impl Waiver {
    /// A waiver of a rule by its name, with who granted it and its first and last day.
    ///
    /// # Errors
    ///
    /// [`RuleError::Nameless`] when nobody granted it; [`RuleError::EmptyWaiver`] when it ends before it
    /// begins, or lists no cell.
    pub fn new(
        rule: impl Into<String>,
        granted_by: impl Into<String>,
        days: RangeInclusive<Day>,
        scope: Scope,
    ) -> Result<Self, RuleError> {
        let (rule, granted_by) = (rule.into(), granted_by.into());
        if granted_by.trim().is_empty() {
            return Err(RuleError::Nameless { what: "whoever grants a waiver" });
        }
        if days.is_empty() || matches!(&scope, Scope::Cells(cells) if cells.is_empty()) {
            return Err(RuleError::EmptyWaiver { name: rule });
        }
        Ok(Self { rule, granted_by, days, scope })
    }

    /// The name of the rule that rests.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// Whether it covers a cell on a day.
    pub(super) fn covers(&self, rule: &str, facts: &Facts<'_>, day: Day) -> bool {
        let in_scope = match &self.scope {
            Scope::Cells(cells) => facts.key.is_some_and(|key| cells.contains(&key)),
            Scope::Level(level) => facts.level == Some(*level),
            Scope::When(holds) => holds(facts),
        };
        in_scope && self.rule == rule && self.days.contains(&day)
    }

    /// What it let pass.
    pub(super) fn waived(&self, why: Why) -> Waived<'_> {
        Waived { rule: &self.rule, why, granted_by: &self.granted_by, until: *self.days.end() }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Day, Facts, Level, RuleError, Scope, Waiver};

    fn cells() -> Scope {
        Scope::Cells(BTreeSet::from([7]))
    }

    fn waiver(scope: Scope) -> Waiver {
        Waiver::new("CAF-5", "Caf", Day(10)..=Day(20), scope).unwrap()
    }

    #[test]
    fn a_waiver_covers_its_cells_from_its_first_to_its_last_day() {
        let cell = Facts { key: Some(7), ..Facts::of(3) };
        let waiver = waiver(cells());
        let on = |day: i32| waiver.covers("CAF-5", &cell, Day(day));
        assert_eq!([9, 10, 20, 21].map(on), [false, true, true, false]);
        assert!(!waiver.covers("FT-5", &cell, Day(15)));
        assert!(!waiver.covers("CAF-5", &Facts { key: Some(8), ..cell }, Day(15)));
        assert!(!waiver.covers("CAF-5", &Facts { key: None, ..cell }, Day(15)));
    }

    #[test]
    fn a_waiver_may_cover_a_level_or_what_a_predicate_says() {
        let commune = Facts { level: Some(Level(2)), ..Facts::of(3) };
        let level = waiver(Scope::Level(Level(2)));
        assert!(level.covers("CAF-5", &commune, Day(15)) && !level.covers("CAF-5", &Facts::of(3), Day(15)));
        let crowd = waiver(Scope::When(|facts| facts.inhabitants >= Some(1_000)));
        let town = Facts { inhabitants: Some(1_000), ..Facts::of(3) };
        assert!(crowd.covers("CAF-5", &town, Day(15)) && !crowd.covers("CAF-5", &commune, Day(15)));
    }

    #[test]
    fn a_waiver_of_nobody_for_nothing_or_no_time_is_refused() {
        let nobody = Waiver::new("CAF-5", " ", Day(1)..=Day(2), cells());
        assert!(matches!(nobody, Err(RuleError::Nameless { .. })));
        let backwards = RuleError::EmptyWaiver { name: "CAF-5".to_owned() };
        assert_eq!(Waiver::new("CAF-5", "Caf", Day(2)..=Day(1), cells()).unwrap_err(), backwards);
        let nothing = Scope::Cells(BTreeSet::new());
        assert_eq!(Waiver::new("CAF-5", "Caf", Day(1)..=Day(1), nothing).unwrap_err(), backwards);
    }
}
