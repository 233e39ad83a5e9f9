//! All rules of a source together.

use std::collections::BTreeSet;

use super::{
    coding::Coded,
    error::{Fact, FactError, RuleError},
    facts::{Amount, Facts},
    margin::{Margin, hull},
    rule::{NamedRule, Verdict, Why},
    waiver::{Day, Waived, Waiver},
};
use crate::Protection;

/// What becomes of a cell when a rule needs a fact that nobody knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissingFacts {
    /// No judgement: an error that names rule and fact.
    #[default]
    Refuse,
    /// The cell is sensitive, with this margin around its amount.
    Mask(Margin),
}

/// The rules of a source, with the waivers of its provider. Without rules, all is free but what the provider
/// withholds.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    rules: Vec<NamedRule>,
    waivers: Vec<Waiver>,
    missing: MissingFacts,
}

/// What happens to a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// No rule speaks against showing it; the planner may mask it for others.
    Free,
    /// It is told as a bound.
    Coded(Coded),
    /// It is masked, and the planner gives it this protection.
    Sensitive(Protection),
    /// The provider withholds it: see [`premasked`](super::premasked).
    Premasked,
}

/// One rule that speaks against showing a cell; for the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason<'a> {
    /// Name of the rule; empty when it is the provider who withholds the cell.
    pub rule: &'a str,
    /// What it says.
    pub why: Why,
}

/// What all rules together say of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement<'a> {
    /// What happens to it.
    pub outcome: Outcome,
    /// Each rule that says so, in the order of the set.
    pub reasons: Vec<Reason<'a>>,
    /// Each rule that would have, but for a waiver.
    pub waived: Vec<Waived<'a>>,
}

impl Judgement<'_> {
    /// The protection that the planner must give the cell, when it is sensitive.
    #[must_use]
    pub const fn protection(&self) -> Option<Protection> {
        match self.outcome {
            Outcome::Sensitive(protection) => Some(protection),
            Outcome::Free | Outcome::Coded(_) | Outcome::Premasked => None,
        }
    }
}

impl RuleSet {
    /// A set of rules.
    ///
    /// # Errors
    ///
    /// [`RuleError::Twice`] for two rules of one name.
    pub fn new(rules: impl IntoIterator<Item = NamedRule>) -> Result<Self, RuleError> {
        let rules: Vec<NamedRule> = rules.into_iter().collect();
        let mut names = BTreeSet::new();
        if let Some(twice) = rules.iter().find(|rule| !names.insert(rule.name())) {
            return Err(RuleError::Twice { name: twice.name().to_owned() });
        }
        Ok(Self { rules, waivers: Vec::new(), missing: MissingFacts::Refuse })
    }

    /// The same with more waivers.
    ///
    /// # Errors
    ///
    /// [`RuleError::UnknownRule`] for a waiver of a rule that is not in the set.
    pub fn with_waivers(mut self, waivers: impl IntoIterator<Item = Waiver>) -> Result<Self, RuleError> {
        for waiver in waivers {
            if !self.rules.iter().any(|rule| rule.name() == waiver.rule()) {
                return Err(RuleError::UnknownRule { name: waiver.rule().to_owned() });
            }
            self.waivers.push(waiver);
        }
        Ok(self)
    }

    /// The same with what becomes of cells that cannot be judged.
    #[must_use]
    pub fn with_missing_facts(self, missing: MissingFacts) -> Self {
        Self { missing, ..self }
    }

    /// The rules, in their order.
    #[must_use]
    pub fn rules(&self) -> &[NamedRule] {
        &self.rules
    }

    /// Whether zeros of nobody must not be frozen, because a rule may mask them or needs masked ones to hide
    /// others among. If not, they are all shown, and everybody knows that a masked cell is 1 at least.
    #[must_use]
    pub fn needs_zeros(&self) -> bool {
        let missing_facts_mask = matches!(self.missing, MissingFacts::Mask(_)) && !self.rules.is_empty();
        missing_facts_mask || self.rules.iter().any(|rule| rule.rule().needs_zeros())
    }

    /// Judges a cell on a day.
    ///
    /// A cell that some rules mask and others code is masked. A sensitive cell gets what protects it under
    /// each rule: the lowest low, the highest high, the widest width.
    ///
    /// # Errors
    ///
    /// [`FactError`] for a fact that a rule needs and nobody knows, unless such cells are masked, and for
    /// facts that cannot be, always.
    pub fn judge(&self, facts: &Facts<'_>, day: Day) -> Result<Judgement<'_>, FactError> {
        let mut judgement = Judgement { outcome: Outcome::Free, reasons: Vec::new(), waived: Vec::new() };
        let Amount::Known(amount) = facts.amount else {
            judgement.outcome = Outcome::Premasked;
            judgement.reasons.push(Reason { rule: "", why: Why::WithheldByProvider });
            return Ok(judgement);
        };
        facts.validate(amount)?;
        for rule in &self.rules {
            let verdict = rule.rule().judge(amount, facts);
            let why = match verdict {
                Ok(Verdict::Free) => continue,
                Ok(Verdict::Sensitive(_, why)) => why,
                Ok(Verdict::Coded(coded)) => Why::Coded(coded),
                Err(fact) => Why::FactMissing(fact),
            };
            if let Some(waiver) = self.waivers.iter().find(|waiver| waiver.covers(rule.name(), facts, day)) {
                judgement.waived.push(waiver.waived(why));
                continue;
            }
            let said = match verdict {
                Ok(Verdict::Free) => continue,
                Ok(Verdict::Sensitive(protection, _)) => Outcome::Sensitive(protection),
                Ok(Verdict::Coded(coded)) => Outcome::Coded(coded),
                Err(fact) => Outcome::Sensitive(self.unjudged(amount, rule.name(), fact)?),
            };
            judgement.outcome = stricter(judgement.outcome, said, amount);
            judgement.reasons.push(Reason { rule: rule.name(), why });
        }
        Ok(judgement)
    }

    fn unjudged(&self, amount: i64, rule: &str, fact: Fact) -> Result<Protection, FactError> {
        match self.missing {
            MissingFacts::Refuse => Err(FactError::Missing { rule: rule.to_owned(), fact }),
            MissingFacts::Mask(margin) => Ok(margin.around(amount)),
        }
    }
}

/// What satisfies both.
fn stricter(one: Outcome, other: Outcome, amount: i64) -> Outcome {
    match (one, other) {
        (Outcome::Premasked, _) | (_, Outcome::Premasked) => Outcome::Premasked,
        (Outcome::Sensitive(one), Outcome::Sensitive(other)) => Outcome::Sensitive(hull(one, other)),
        (sensitive @ Outcome::Sensitive(_), _) | (_, sensitive @ Outcome::Sensitive(_)) => sensitive,
        // At most one bound and at least another: together they would tell more than either.
        (Outcome::Coded(one), Outcome::Coded(other)) => {
            one.with(other).map_or(Outcome::Sensitive(Margin::EXACT.around(amount)), Outcome::Coded)
        }
        (coded @ Outcome::Coded(_), Outcome::Free) | (Outcome::Free, coded) => coded,
    }
}
