//! Shares without rounding.

use std::fmt;

use super::error::RuleError;

/// Parts of a percent that are kept.
const PARTS: u64 = 100;

/// A share in hundredths of a per cent: exact, so that a cell at the boundary of a rule falls on the side that
/// the rule means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(u64);

impl Percent {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// All.
    pub const HUNDRED: Self = Self::whole(100);
    /// What all is, in the parts of [`Self::parts`].
    pub(super) const WHOLE: i128 = 10_000;

    /// So many per cent.
    #[must_use]
    pub const fn whole(per_cent: u32) -> Self {
        Self(per_cent as u64 * PARTS)
    }

    /// So many per mille.
    #[must_use]
    pub const fn per_mille(per_mille: u32) -> Self {
        Self(per_mille as u64 * PARTS / 10)
    }

    /// A share from a setting that is stored as a floating number of per cent, such as 85.0.
    ///
    /// # Errors
    ///
    /// [`RuleError::Percent`] for a number that is negative, beyond a million, or finer than a hundredth of a
    /// per cent: nothing is rounded in silence.
    pub fn of_number(per_cent: f64) -> Result<Self, RuleError> {
        let parts = per_cent * PARTS as f64;
        let nearest = parts.round();
        // A decimal such as 85.55 has no exact binary form: what is left of it is far below 1e-6.
        let exact = (parts - nearest).abs() < 1e-6;
        if exact && (0.0..=1e8).contains(&nearest) {
            Ok(Self(nearest as u64))
        } else {
            Err(RuleError::Percent)
        }
    }

    /// The share in parts of [`Self::WHOLE`].
    pub(super) const fn parts(self) -> i128 {
        self.0 as i128
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / PARTS, self.0 % PARTS) {
            (whole, 0) => write!(out, "{whole}%"),
            (whole, parts) if parts % 10 == 0 => write!(out, "{whole}.{}%", parts / 10),
            (whole, parts) => write!(out, "{whole}.{parts:02}%"),
        }
    }
}

/// The least whole number that is not below a quotient; both parts are at least 0, the divisor above it.
pub(super) const fn divide_up(dividend: i128, divisor: i128) -> i128 {
    (dividend + divisor - 1) / divisor
}

/// A number as the planner keeps it; beyond 64 bits, the farthest that it can say.
pub(super) fn saturate(number: i128) -> i64 {
    i64::try_from(number).unwrap_or(if number < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::{Percent, RuleError, divide_up, saturate};

    #[test]
    fn the_same_share_has_one_form() {
        assert_eq!(Percent::whole(85), Percent::per_mille(850));
        assert_eq!(Percent::of_number(85.0), Ok(Percent::whole(85)));
        assert_eq!(Percent::of_number(85.55).map(|share| share.to_string()), Ok("85.55%".to_owned()));
        assert_eq!(Percent::per_mille(125).to_string(), "12.5%");
        assert_eq!(Percent::whole(5).to_string(), "5%");
    }

    #[test]
    fn a_share_that_would_be_rounded_is_refused() {
        for wrong in [-1.0, 85.555, f64::NAN, f64::INFINITY, 1e9] {
            assert_eq!(Percent::of_number(wrong), Err(RuleError::Percent), "{wrong}");
        }
    }

    #[test]
    fn quotients_are_rounded_up_and_kept_in_64_bits() {
        assert_eq!([divide_up(0, 3), divide_up(3, 3), divide_up(4, 3)], [0, 1, 2]);
        assert_eq!([saturate(i128::MAX), saturate(-7), saturate(i128::MIN)], [i64::MAX, -7, i64::MIN]);
    }
}
