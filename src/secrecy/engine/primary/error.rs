//! What may be wrong with a rule or with the facts of a cell.

use std::fmt;

use super::percent::Percent;

/// A rule, a set of rules or a waiver that makes no sense, and so is not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// A minimum that masks nothing.
    #[error("a minimum of {minimum} masks nothing: {least} is the least that does")]
    Minimum {
        /// The minimum that was asked for.
        minimum: u64,
        /// The least that is one.
        least: u64,
    },
    /// A share that is no number of hundredths of a per cent.
    #[error("a percentage must be a number of hundredths of a per cent from 0 to 1,000,000")]
    Percent,
    /// A share outside of what the rule takes.
    #[error("{share} is outside of what {rule} takes: above {above}, up to {up_to}")]
    Share {
        /// The kind of rule.
        rule: &'static str,
        /// The share that was asked for.
        share: Percent,
        /// What it must be above.
        above: Percent,
        /// The most that it may be.
        up_to: Percent,
    },
    /// Nothing is strictly more than all.
    #[error("no contributors hold strictly more than 100%: the rule would mask nothing")]
    MoreThanAll,
    /// A number of contributors that must be at least 1.
    #[error("{what} must be at least 1")]
    NoContributors {
        /// What it counts.
        what: &'static str,
    },
    /// Bounds that code nothing, or everything.
    #[error("a bottom bound must be above 0, and a top bound at least as high as the bottom bound")]
    Bounds,
    /// A list of levels that is empty or names one twice.
    #[error("a rule by level must name at least one level, and each one once")]
    Levels,
    /// A name that is empty.
    #[error("{what} needs a name")]
    Nameless {
        /// What has no name.
        what: &'static str,
    },
    /// Two rules of one name.
    #[error("two rules are called {name}")]
    Twice {
        /// The name.
        name: String,
    },
    /// A waiver of a rule that is not there.
    #[error("a waiver names rule {name}, which is not there")]
    UnknownRule {
        /// The name.
        name: String,
    },
    /// A waiver that ends before it begins, or covers no cell.
    #[error("a waiver of rule {name} ends before it begins, or covers no cell")]
    EmptyWaiver {
        /// The name of the rule.
        name: String,
    },
}

/// Something that rules want to know of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// Its amount.
    Amount,
    /// How many contributors stand behind it.
    Contributors,
    /// What its largest contributors add.
    Largest,
    /// The inhabitants of its territory.
    Inhabitants,
    /// The households of its territory.
    Households,
    /// The level of its territory.
    Level,
    /// What the rule says of the level of its territory.
    LevelRule,
    /// The groups of categories that it is one of.
    Groups,
}

impl fmt::Display for Fact {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Amount => "the amount",
            Self::Contributors => "the number of contributors",
            Self::Largest => "the largest contributions",
            Self::Inhabitants => "the inhabitants of the territory",
            Self::Households => "the households of the territory",
            Self::Level => "the level of the territory",
            Self::LevelRule => "what the rule says of the level of the territory",
            Self::Groups => "the groups of categories",
        })
    }
}

/// Facts of a cell that cannot be judged. No amount is ever quoted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactError {
    /// A fact that a rule needs and nobody gave.
    #[error("rule {rule} needs {fact}, which is not known")]
    Missing {
        /// Name of the rule.
        rule: String,
        /// What is missing.
        fact: Fact,
    },
    /// A fact that is negative, out of order or at odds with another one.
    #[error("{fact} cannot be: negative, out of order, or at odds with another fact of the cell")]
    Contradictory {
        /// What is wrong.
        fact: Fact,
    },
}
