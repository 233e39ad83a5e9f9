//! What the rule of a source asks of a file.

use entity::types::Audience;

use super::issue::Fact;
use crate::catalogue::{Catalogue, Source};

/// What the rule of a source asks of a file.
#[derive(Clone, Copy)]
pub(super) struct Demands {
    /// True numbers that are to be protected here; otherwise the producer has protected them already.
    pub confidential: bool,
    contributors: bool,
    largest: bool,
}

impl Demands {
    /// The demands of a source: confidential when it is not public and its rule has any threshold.
    pub fn of(source: &Source, catalogue: &Catalogue) -> Self {
        let rule = catalogue.rule(source.secrecy_rule_id);
        let contributors = rule.is_some_and(|rule| rule.minimum_contributors.is_some());
        let largest = rule.is_some_and(|rule| rule.dominance_percent.is_some());
        let population = rule.is_some_and(|rule| rule.minimum_population.is_some());
        let confidential = source.audience != Audience::Public && (contributors || largest || population);
        Self { confidential, contributors, largest }
    }

    /// The facts that a cell needs from the file: nothing of how many units stand behind what counts them itself, and
    /// nothing of the largest where each of them adds 1.
    pub fn facts(self, counts_itself: bool, of_units: bool) -> impl Iterator<Item = Fact> {
        let contributors = self.confidential && self.contributors && !counts_itself;
        let largest = self.confidential && self.largest && !of_units;
        let wanted = [(contributors, Fact::Contributors), (largest, Fact::LargestShare)];
        wanted.into_iter().filter(|(wanted, _)| *wanted).map(|(_, fact)| fact)
    }
}
