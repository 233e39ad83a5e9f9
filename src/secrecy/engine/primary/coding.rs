//! Bottom and top coding.

use super::error::RuleError;

/// On which side of its bound a coded figure lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// At most the bound: bottom coding.
    AtMost,
    /// At least the bound: top coding.
    AtLeast,
}

/// What is told instead of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coded {
    /// The bound, in the unit of the amount.
    pub bound: i64,
    /// Where the figure lies.
    pub side: Side,
}

/// Figures beyond a bound are told as the bound: "at most 5%", "at least 80%". No secret in the sense of a
/// mask, but a figure all the same that nobody is told.
///
/// # What the caller must do
///
/// Code only figures that stand in no sum: rates, medians. An amount that others add up to would be worked
/// out, and the planner's table has no place for a bound that everybody knows from above. A coded rate must
/// not be shown beside its numerator and denominator either.
///
/// # Citations
///
/// Insee publishes Filosofi poverty rates below a bound as the bound, and truncates the counts of poor
/// households of its grid at a share of all. Hundepool et al., *Handbook on Statistical Disclosure Control*,
/// chapter 3: top and bottom coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coding {
    bottom: Option<i64>,
    top: Option<i64>,
}

impl Coding {
    /// Tells figures below the bound as at most the bound.
    ///
    /// # Errors
    ///
    /// [`RuleError::Bounds`] for a bound of 0 or less, below which there is nothing.
    pub const fn below(bound: i64) -> Result<Self, RuleError> {
        Self::of(Some(bound), None)
    }

    /// Tells figures above the bound as at least the bound.
    ///
    /// # Errors
    ///
    /// [`RuleError::Bounds`] for a bound below 0.
    pub const fn above(bound: i64) -> Result<Self, RuleError> {
        Self::of(None, Some(bound))
    }

    /// Tells figures below the first bound and above the second one as those.
    ///
    /// # Errors
    ///
    /// [`RuleError::Bounds`] when the bottom is 0 or less, or the top below it.
    pub const fn outside(bottom: i64, top: i64) -> Result<Self, RuleError> {
        Self::of(Some(bottom), Some(top))
    }

    const fn of(bottom: Option<i64>, top: Option<i64>) -> Result<Self, RuleError> {
        match (bottom, top) {
            (Some(bottom), _) if bottom <= 0 => Err(RuleError::Bounds),
            (_, Some(top)) if top < 0 => Err(RuleError::Bounds),
            (Some(bottom), Some(top)) if top < bottom => Err(RuleError::Bounds),
            _ => Ok(Self { bottom, top }),
        }
    }

    pub(super) fn judge(self, amount: i64) -> Option<Coded> {
        let below = self.bottom.filter(|bound| amount < *bound);
        let above = self.top.filter(|bound| amount > *bound);
        let bottom = below.map(|bound| Coded { bound, side: Side::AtMost });
        bottom.or(above.map(|bound| Coded { bound, side: Side::AtLeast }))
    }
}

impl Coded {
    /// What tells no more than either of two codings; none when they are not on the same side.
    pub(super) fn with(self, other: Self) -> Option<Self> {
        let bound = match self.side {
            Side::AtMost => self.bound.max(other.bound),
            Side::AtLeast => self.bound.min(other.bound),
        };
        (self.side == other.side).then_some(Self { bound, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::{Coded, Coding, RuleError, Side};

    #[test]
    fn a_figure_at_the_bound_is_shown_and_one_beyond_it_coded() {
        let rule = Coding::outside(50, 800).unwrap();
        let bottom = Some(Coded { bound: 50, side: Side::AtMost });
        let top = Some(Coded { bound: 800, side: Side::AtLeast });
        assert_eq!([0, 49, 50, 51].map(|rate| rule.judge(rate)), [bottom, bottom, None, None]);
        assert_eq!([799, 800, 801].map(|rate| rule.judge(rate)), [None, None, top]);
        assert_eq!(Coding::below(50).unwrap().judge(900), None);
        assert_eq!(Coding::above(800).unwrap().judge(3), None);
    }

    #[test]
    fn of_two_codings_the_one_that_tells_less_is_told() {
        let at = |bound: i64, side: Side| Coded { bound, side };
        assert_eq!(at(5, Side::AtMost).with(at(9, Side::AtMost)), Some(at(9, Side::AtMost)));
        assert_eq!(at(5, Side::AtLeast).with(at(9, Side::AtLeast)), Some(at(5, Side::AtLeast)));
        assert_eq!(at(5, Side::AtLeast).with(at(9, Side::AtMost)), None);
    }

    #[test]
    fn bounds_that_code_nothing_or_everything_are_refused() {
        assert_eq!(Coding::below(0), Err(RuleError::Bounds));
        assert_eq!(Coding::above(-1), Err(RuleError::Bounds));
        assert_eq!(Coding::outside(50, 49), Err(RuleError::Bounds));
    }
}
