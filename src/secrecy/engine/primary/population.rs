//! The minimum population of a territory.

use super::{
    error::{Fact, RuleError},
    facts::Facts,
    margin::Margin,
    rule::{Verdict, Why},
};

/// Territories of fewer people or households than a minimum are not described at all: each of their cells is
/// masked, zeros included. A zero of a territory where nobody lives is a structural one, and shown.
///
/// # Citations
///
/// The order on the dissemination of the census of 24 March 2005, art. 5, keeps sensitive variables to
/// communes of enough inhabitants; Filosofi has no figures for communes of few households.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinimumPopulation {
    households: Option<u32>,
    inhabitants: Option<u32>,
    margin: Margin,
}

impl MinimumPopulation {
    /// Masks territories of fewer inhabitants than the minimum, with the margin around each amount.
    ///
    /// # Errors
    ///
    /// [`RuleError::Minimum`] for a minimum of 0.
    pub fn of_inhabitants(minimum: u32, margin: Margin) -> Result<Self, RuleError> {
        Ok(Self { households: None, inhabitants: Some(at_least_one(minimum)?), margin })
    }

    /// Masks territories of fewer households than the minimum, with the margin around each amount.
    ///
    /// # Errors
    ///
    /// [`RuleError::Minimum`] for a minimum of 0.
    pub fn of_households(minimum: u32, margin: Margin) -> Result<Self, RuleError> {
        Ok(Self { households: Some(at_least_one(minimum)?), inhabitants: None, margin })
    }

    /// Masks territories that have neither enough households nor enough inhabitants.
    ///
    /// # Errors
    ///
    /// [`RuleError::Minimum`] for a minimum of 0.
    pub fn of_either(households: u32, inhabitants: u32, margin: Margin) -> Result<Self, RuleError> {
        let (households, inhabitants) = (at_least_one(households)?, at_least_one(inhabitants)?);
        Ok(Self { households: Some(households), inhabitants: Some(inhabitants), margin })
    }

    pub(super) fn judge(self, amount: i64, facts: &Facts<'_>) -> Result<Verdict, Fact> {
        let (mut empty, mut missing) = (false, None);
        let asked = [
            (self.households, facts.households, Fact::Households),
            (self.inhabitants, facts.inhabitants, Fact::Inhabitants),
        ];
        for (minimum, known, fact) in asked {
            let Some(minimum) = minimum else { continue };
            match known {
                Some(known) if known >= u64::from(minimum) => return Ok(Verdict::Free),
                Some(known) => empty |= known == 0,
                None => missing = Some(fact),
            }
        }
        if let Some(fact) = missing {
            return Err(fact);
        }
        if empty && amount == 0 {
            return Ok(Verdict::Free);
        }
        let why = Why::TooSmallTerritory { households: self.households, inhabitants: self.inhabitants };
        Ok(Verdict::Sensitive(self.margin.around(amount), why))
    }
}

const fn at_least_one(minimum: u32) -> Result<u32, RuleError> {
    if minimum == 0 { Err(RuleError::Minimum { minimum: 0, least: 1 }) } else { Ok(minimum) }
}

#[cfg(test)]
mod tests {
    use super::{Fact, Facts, Margin, MinimumPopulation, RuleError, Verdict};
    use crate::{Protection, primary::Percent};

    fn is_masked(rule: MinimumPopulation, amount: i64, households: u64, inhabitants: u64) -> bool {
        let facts =
            Facts { households: Some(households), inhabitants: Some(inhabitants), ..Facts::of(amount) };
        rule.judge(amount, &facts).unwrap() != Verdict::Free
    }

    #[test]
    fn a_territory_below_the_minimum_is_masked_zeros_included() {
        let rule = MinimumPopulation::of_inhabitants(2_000, Margin::EXACT).unwrap();
        let masked = [1_999, 2_000, 2_001].map(|inhabitants| is_masked(rule, 700, 0, inhabitants));
        assert_eq!(masked, [true, false, false]);
        assert!(is_masked(rule, 0, 0, 1_999));
    }

    #[test]
    fn a_zero_where_nobody_lives_is_shown() {
        let rule = MinimumPopulation::of_households(50, Margin::EXACT).unwrap();
        assert!(!is_masked(rule, 0, 0, 0));
        assert!(is_masked(rule, 12, 0, 0));
        assert!(is_masked(rule, 0, 1, 0));
    }

    #[test]
    fn enough_of_either_is_enough() {
        let rule = MinimumPopulation::of_either(50, 100, Margin::EXACT).unwrap();
        let at = [(49, 99), (49, 100), (50, 99), (50, 100)];
        assert_eq!(
            at.map(|(households, people)| is_masked(rule, 9, households, people)),
            [true, false, false, false]
        );
    }

    #[test]
    fn a_missing_population_matters_only_where_the_other_does_not_settle_it() {
        let rule = MinimumPopulation::of_either(50, 100, Margin::EXACT).unwrap();
        let facts = |households: u64| Facts { households: Some(households), ..Facts::of(9) };
        assert_eq!(rule.judge(9, &facts(50)), Ok(Verdict::Free));
        assert_eq!(rule.judge(9, &facts(49)), Err(Fact::Inhabitants));
        let inhabitants = Facts { inhabitants: Some(99), ..Facts::of(9) };
        assert_eq!(rule.judge(9, &inhabitants), Err(Fact::Households));
    }

    #[test]
    fn the_margin_is_around_the_amount() {
        let rule = MinimumPopulation::of_inhabitants(100, Margin::of(Percent::whole(10))).unwrap();
        let facts = Facts { inhabitants: Some(60), ..Facts::of(40) };
        let protection = rule.judge(40, &facts).unwrap().protection();
        assert_eq!(protection, Some(Protection { low: 36, high: 44, width: 8 }));
    }

    #[test]
    fn a_minimum_of_zero_is_refused() {
        let refused = Err(RuleError::Minimum { minimum: 0, least: 1 });
        assert_eq!(MinimumPopulation::of_inhabitants(0, Margin::EXACT), refused);
        assert_eq!(MinimumPopulation::of_households(0, Margin::EXACT), refused);
        assert_eq!(MinimumPopulation::of_either(50, 0, Margin::EXACT), refused);
    }
}
