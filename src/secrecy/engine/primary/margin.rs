//! How much room a cell needs around its amount.

use super::percent::{Percent, divide_up, saturate};
use crate::Protection;

/// How near an attacker may come to an amount that no formula of a rule protects, as a share of it.
///
/// # Citations
///
/// Hundepool et al., *Handbook on Statistical Disclosure Control*, chapter 4: a concentration rule has
/// protection levels of its own; what a rule masks otherwise needs only not to be known exactly, unless more
/// is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Margin(Percent);

impl Margin {
    /// Only the exact amount must stay unknown.
    pub const EXACT: Self = Self(Percent::ZERO);

    /// An attacker must think possible an amount that is so much higher, and one that is so much lower.
    #[must_use]
    pub const fn of(share: Percent) -> Self {
        Self(share)
    }

    /// The protection of an amount.
    #[must_use]
    pub fn around(self, amount: i64) -> Protection {
        around(amount, divide_up(i128::from(amount.max(0)) * self.0.parts(), Percent::WHOLE))
    }
}

/// As much room above an amount as below it. It never asks for an amount to pass for zero: where zeros are
/// shown, nobody would believe it.
pub(super) fn around(amount: i64, by: i128) -> Protection {
    let high = saturate(i128::from(amount) + by);
    let low = saturate(i128::from(amount) - by).max(amount.min(1));
    Protection { low, high, width: high.saturating_sub(low).max(1) }
}

/// What protects as two protections ask for.
pub(super) fn hull(one: Protection, other: Protection) -> Protection {
    Protection {
        low: one.low.min(other.low),
        high: one.high.max(other.high),
        width: one.width.max(other.width),
    }
}

#[cfg(test)]
mod tests {
    use super::{Margin, Percent, Protection, hull};

    #[test]
    fn a_margin_is_rounded_outwards_and_stops_at_one() {
        assert_eq!(Margin::EXACT.around(40), Protection { low: 40, high: 40, width: 1 });
        assert_eq!(Margin::of(Percent::whole(5)).around(41), Protection { low: 38, high: 44, width: 6 });
        assert_eq!(Margin::of(Percent::whole(200)).around(3), Protection { low: 1, high: 9, width: 8 });
        assert_eq!(Margin::of(Percent::whole(5)).around(0), Protection { low: 0, high: 0, width: 1 });
    }

    #[test]
    fn two_protections_are_held_both() {
        let one = Protection { low: 1, high: 5, width: 4 };
        let other = Protection { low: 3, high: 9, width: 2 };
        assert_eq!(hull(one, other), Protection { low: 1, high: 9, width: 4 });
    }
}
