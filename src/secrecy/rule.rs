//! Primary rules: which cells are sensitive by themselves.

use super::engine::Protection;

/// What a source's rule of secrecy demands of one cell.
///
/// # Citations
///
/// Hundepool et al., *Statistical Disclosure Control* (2012), chapter 5: minimum frequency rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Fewer units than this behind a cell mask it; none when the producer has already applied its own rule.
    pub minimum_contributors: Option<u32>,
}

impl Rule {
    /// The protection that a cell needs, or none when it is not sensitive. A true zero is shown.
    ///
    /// `unit` is what one contributor adds to the amount (1 for a count).
    #[must_use]
    pub fn protection(self, contributors: u32, unit: i64) -> Option<Protection> {
        let minimum = self.minimum_contributors?;
        let high = i64::from(minimum).saturating_mul(unit);
        (contributors > 0 && contributors < minimum).then_some(Protection {
            low: unit,
            high,
            width: high - unit,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Rule;

    #[test]
    fn one_to_four_are_sensitive_below_five_and_zero_is_not() {
        let rule = Rule { minimum_contributors: Some(5) };
        let sensitive: Vec<u32> = (0..8).filter(|count| rule.protection(*count, 1).is_some()).collect();
        assert_eq!(sensitive, [1, 2, 3, 4]);
    }

    #[test]
    fn a_source_whose_producer_masked_already_has_no_rule_of_ours() {
        assert_eq!(Rule { minimum_contributors: None }.protection(1, 1), None);
    }
}
