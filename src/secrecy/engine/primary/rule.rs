//! One rule of any kind, with its name.

use std::fmt;

use super::{
    coding::{Coded, Coding, Side},
    contributors::MinimumContributors,
    dominance::{Boundary, Dominance},
    error::{Fact, RuleError},
    estimate::Estimate,
    facts::Facts,
    group::GroupDisclosure,
    level::ByLevel,
    percent::Percent,
    population::MinimumPopulation,
};
use crate::Protection;

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Too few contributors.
    MinimumContributors(MinimumContributors),
    /// Too small a territory.
    MinimumPopulation(MinimumPopulation),
    /// Too much of the cell from too few.
    Dominance(Dominance),
    /// The p% rule.
    Estimate(Estimate),
    /// Everyone in one category.
    GroupDisclosure(GroupDisclosure),
    /// Figures beyond a bound.
    Coding(Coding),
    /// Another rule for each level.
    ByLevel(ByLevel),
}

/// A rule with the name that waivers and explanations call it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedRule {
    name: String,
    rule: Rule,
}

/// What one rule says of one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing against showing it.
    Free,
    /// It is sensitive, and needs this protection.
    Sensitive(Protection, Why),
    /// It is told as a bound.
    Coded(Coded),
}

/// Why a rule speaks against showing a cell. For the operator only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Fewer contributors than the minimum.
    TooFewContributors {
        /// The minimum.
        minimum: u32,
    },
    /// Fewer households and inhabitants than the minima.
    TooSmallTerritory {
        /// Minimum of households, where there is one.
        households: Option<u32>,
        /// Minimum of inhabitants, where there is one.
        inhabitants: Option<u32>,
    },
    /// The largest contributors dominate.
    Dominated {
        /// How many of them.
        count: u32,
        /// What share they may not exceed.
        share: Percent,
        /// Whether they may reach it.
        boundary: Boundary,
    },
    /// Other contributors can estimate the largest one.
    EstimatedTooClosely {
        /// To within this share of it.
        within: Percent,
        /// How many of them together.
        coalition: u32,
    },
    /// All of a group, or nearly all, are in this category.
    WholeGroup {
        /// From which share on.
        share: Percent,
        /// Or all but how many.
        few: u32,
    },
    /// All of a group, or nearly all, are in another category.
    BesideWholeGroup,
    /// Nobody of a group is in this category.
    NobodyOfGroup,
    /// The figure is beyond a bound.
    Coded(Coded),
    /// The rule could not be applied, and the cell is masked for that.
    FactMissing(Fact),
    /// The provider withholds it.
    WithheldByProvider,
}

impl NamedRule {
    /// A rule under a name.
    ///
    /// # Errors
    ///
    /// [`RuleError::Nameless`] for an empty name.
    pub fn new(name: impl Into<String>, rule: impl Into<Rule>) -> Result<Self, RuleError> {
        let (name, rule) = (name.into(), rule.into());
        if name.trim().is_empty() {
            return Err(RuleError::Nameless { what: "a rule" });
        }
        Ok(Self { name, rule })
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The rule itself.
    #[must_use]
    pub const fn rule(&self) -> &Rule {
        &self.rule
    }
}

impl Rule {
    pub(super) fn judge(&self, amount: i64, facts: &Facts<'_>) -> Result<Verdict, Fact> {
        match self {
            Self::MinimumContributors(rule) => rule.judge(amount, facts),
            Self::MinimumPopulation(rule) => rule.judge(amount, facts),
            Self::Dominance(rule) => rule.judge(amount, facts),
            Self::Estimate(rule) => rule.judge(amount, facts),
            Self::GroupDisclosure(rule) => rule.judge(amount, facts),
            Self::Coding(rule) => Ok(rule.judge(amount).map_or(Verdict::Free, Verdict::Coded)),
            Self::ByLevel(rule) => rule.judge(amount, facts),
        }
    }

    /// Whether it may mask a zero of nobody, or needs zeros that may be masked.
    pub(super) fn needs_zeros(&self) -> bool {
        match self {
            Self::MinimumPopulation(_) | Self::GroupDisclosure(_) => true,
            Self::ByLevel(rule) => rule.rules().any(Self::needs_zeros),
            Self::MinimumContributors(_) | Self::Dominance(_) | Self::Estimate(_) | Self::Coding(_) => false,
        }
    }
}

macro_rules! rule_from {
    ($($kind:ident),+) => {
        $(impl From<$kind> for Rule {
            fn from(rule: $kind) -> Self {
                Self::$kind(rule)
            }
        })+
    };
}

rule_from!(MinimumContributors, MinimumPopulation, Dominance, Estimate, GroupDisclosure, Coding, ByLevel);

impl Verdict {
    /// The protection that it asks for.
    #[must_use]
    pub const fn protection(self) -> Option<Protection> {
        match self {
            Self::Sensitive(protection, _) => Some(protection),
            Self::Free | Self::Coded(_) => None,
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFewContributors { minimum } => write!(out, "fewer than {minimum} contributors"),
            Self::TooSmallTerritory { households, inhabitants } => {
                let parts = [(households, "households"), (inhabitants, "inhabitants")];
                let parts = parts.iter().filter_map(|(minimum, of)| Some((minimum.as_ref()?, of)));
                let texts: Vec<String> =
                    parts.map(|(minimum, of)| format!("fewer than {minimum} {of}")).collect();
                write!(out, "a territory of {}", texts.join(" and "))
            }
            Self::Dominated { count, share, boundary } => {
                let hold = match count {
                    1 => "the largest contributor holds".to_owned(),
                    _ => format!("the {count} largest contributors hold"),
                };
                match boundary {
                    Boundary::Above => write!(out, "{hold} more than {share}"),
                    Boundary::AtOrAbove => write!(out, "{hold} {share} or more"),
                }
            }
            Self::EstimatedTooClosely { within, coalition } => {
                write!(
                    out,
                    "{coalition} of the others can estimate the largest contributor to within {within}"
                )
            }
            Self::WholeGroup { share, few: 0 } => write!(out, "{share} or more of a group"),
            Self::WholeGroup { share, few } => write!(out, "{share} or more of a group, or all but {few}"),
            Self::BesideWholeGroup => out.write_str("nearly all of the group are in another category"),
            Self::NobodyOfGroup => out.write_str("nobody of the group"),
            Self::Coded(Coded { side: Side::AtMost, .. }) => out.write_str("below the bottom bound"),
            Self::Coded(Coded { side: Side::AtLeast, .. }) => out.write_str("above the top bound"),
            Self::FactMissing(fact) => write!(out, "the rule needs {fact}, which is not known"),
            Self::WithheldByProvider => out.write_str("withheld by the provider"),
        }
    }
}
