//! Primary rules: which cells are sensitive by themselves, which rules say so, and how much room they need.
//!
//! A [`RuleSet`] holds named [`Rule`]s and the [`Waiver`]s of providers. Given the [`Facts`] of one cell it
//! says what happens to it: free, coded, sensitive with a [`Protection`](crate::Protection) for the planner,
//! or withheld by the provider already. All decisions are made on whole numbers.
//!
//! # What the caller must do
//!
//! - **Reasons are for the operator.** Told which masks are primary, an attacker narrows them; and the
//!   parameters of dominance and p% rules must stay confidential. No answer, log or count may carry either.
//! - **Zeros.** A zero of nobody is shown unless a [`GroupDisclosure`] or a [`MinimumPopulation`] masks it.
//!   Where [`RuleSet::needs_zeros`] says so, freeze none and state a `least` of 0 for all. Never freeze a
//!   zero that somebody contributes to.
//! - **Premasked cells** go to the planner as [`premasked`] says, or not at all.
//! - **Coded figures** belong to no sum, as [`Coding`] says.
//!
//! # Citations
//!
//! - Insee, *Guide du secret statistique*.
//! - Hundepool et al., *Handbook on Statistical Disclosure Control*, chapters 4 (magnitudes) and 5 (counts).

mod coding;
mod contributors;
mod dominance;
mod error;
mod estimate;
mod facts;
mod group;
mod level;
mod margin;
mod percent;
mod population;
pub mod premasked;
pub mod presets;
mod rule;
mod set;
mod waiver;

pub use coding::{Coded, Coding, Side};
pub use contributors::MinimumContributors;
pub use dominance::{Boundary, Dominance};
pub use error::{Fact, FactError, RuleError};
pub use estimate::Estimate;
pub use facts::{Amount, Facts, Group};
pub use group::GroupDisclosure;
pub use level::{ByLevel, Elsewhere, Level};
pub use margin::Margin;
pub use percent::Percent;
pub use population::MinimumPopulation;
pub use rule::{NamedRule, Rule, Verdict, Why};
pub use set::{Judgement, MissingFacts, Outcome, Reason, RuleSet};
pub use waiver::{Day, Scope, Waived, Waiver};

#[cfg(test)]
mod tests;
