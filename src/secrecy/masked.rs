//! What rests in the table that everybody reads.

use entity::types::Withheld;

/// A figure with its release's secrecy plan applied: a number, or the reason why there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Masked(Result<f64, Withheld>);

impl Masked {
    /// Reads the two columns of a figure; fails closed: without a number, or with a reason, nothing is shown.
    #[must_use]
    pub fn from_columns(shown: Option<f64>, withheld: Option<Withheld>) -> Self {
        match (shown, withheld) {
            (Some(number), None) if number.is_finite() => Self(Ok(number)),
            (_, Some(reason)) => Self(Err(reason)),
            (_, None) => Self(Err(Withheld::StatisticalSecrecy)),
        }
    }

    /// A figure that is withheld.
    #[must_use]
    pub const fn withheld(reason: Withheld) -> Self {
        Self(Err(reason))
    }

    /// A figure that the plan shows.
    pub(in crate::secrecy) fn shown(number: f64) -> Self {
        Self::from_columns(Some(number), None)
    }

    /// The two columns of a figure.
    #[must_use]
    pub fn columns(self) -> (Option<f64>, Option<Withheld>) {
        (self.0.ok(), self.0.err())
    }

    /// Whether it shows a number.
    #[must_use]
    pub const fn is_shown(self) -> bool {
        self.0.is_ok()
    }

    pub(in crate::secrecy) const fn outcome(self) -> Result<f64, Withheld> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Masked;
    use entity::types::Withheld;

    #[test]
    fn a_figure_without_number_and_reason_fails_closed() {
        assert_eq!(Masked::from_columns(None, None), Masked::withheld(Withheld::StatisticalSecrecy));
    }

    #[test]
    fn a_reason_wins_over_a_number_that_should_not_be_there() {
        assert_eq!(
            Masked::from_columns(Some(3.0), Some(Withheld::NotSignificant)).columns(),
            (None, Some(Withheld::NotSignificant))
        );
    }

    #[test]
    fn a_number_that_is_not_finite_is_not_shown() {
        assert_eq!(Masked::from_columns(Some(f64::NAN), None).columns().0, None);
    }
}
