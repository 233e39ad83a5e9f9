//! Where a gap between two territories goes.

use entity::types::Unit;

use super::Side;
use crate::{language::Language, present::words::Printing};

/// Where a gap goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GapTrend {
    /// The territory is, or was, on the worse side, and the gap gets smaller.
    CatchingUp,
    /// The territory is on the worse side, and the gap gets wider.
    FallingBehind,
    /// The gap gets smaller; neither side is known to be the worse one, or the territory is on the better one.
    Narrowing,
    /// The gap gets wider, likewise.
    Widening,
    /// The gap is much the same: it changed by less than five of the last digit that is printed, or than a twentieth.
    Steady,
}

/// A change of fewer units of the last printed digit is none that can be told.
const FEWEST_UNITS: f64 = 5.0;
/// Nor is one of a smaller part of the gap.
const LEAST_PART: f64 = 0.05;

impl GapTrend {
    /// Where a gap goes from one number to another, both in a unit.
    #[must_use]
    pub fn of(before: f64, now: f64, unit: Unit, unfavourable: Option<Side>) -> Self {
        let noise = (FEWEST_UNITS * Printing::of_unit(unit).finest()).max(LEAST_PART * before.abs());
        if (now - before).abs() < noise {
            return Self::Steady;
        }
        let worse = |gap: f64| match unfavourable {
            Some(Side::High) => Some(gap > 0.0),
            Some(Side::Low) => Some(gap < 0.0),
            None => None,
        };
        match (worse(before), worse(now)) {
            (Some(true), Some(false)) => Self::CatchingUp,
            (Some(false), Some(true)) => Self::FallingBehind,
            (Some(true), _) if now.abs() < before.abs() => Self::CatchingUp,
            (Some(true), _) => Self::FallingBehind,
            _ if now.abs() < before.abs() => Self::Narrowing,
            // The same distance on the other side is another gap all the same.
            _ => Self::Widening,
        }
    }

    /// In words.
    #[must_use]
    pub const fn word(self, language: Language) -> &'static str {
        match self {
            Self::CatchingUp => language.pick("rattrapage", "catching up"),
            Self::FallingBehind => language.pick("décrochage", "falling behind"),
            Self::Narrowing => language.pick("l’écart se réduit", "gap narrows"),
            Self::Widening => language.pick("l’écart se creuse", "gap widens"),
            Self::Steady => language.pick("stable", "steady"),
        }
    }
}

#[cfg(test)]
mod tests {
    use entity::types::Unit;

    use super::{GapTrend, Side};

    #[test]
    fn a_gap_closes_or_widens_from_the_worse_side() {
        let of = |before, now, side| GapTrend::of(before, now, Unit::Percent, side);
        assert_eq!(of(8.0, 5.0, Some(Side::High)), GapTrend::CatchingUp);
        assert_eq!(of(8.0, 9.0, Some(Side::High)), GapTrend::FallingBehind);
        assert_eq!(of(8.0, -1.0, Some(Side::High)), GapTrend::CatchingUp);
        assert_eq!(of(-1.0, 2.0, Some(Side::High)), GapTrend::FallingBehind);
        assert_eq!(of(-4.0, -2.0, Some(Side::Low)), GapTrend::CatchingUp);
        assert_eq!(of(-4.0, -2.0, Some(Side::High)), GapTrend::Narrowing);
        assert_eq!(of(-4.0, -6.0, None), GapTrend::Widening);
        assert_eq!(of(4.0, 4.3, Some(Side::High)), GapTrend::Steady, "hardly anything");
        assert_eq!(of(40.0, 38.5, Some(Side::High)), GapTrend::Steady, "a small part");
        assert_eq!(of(0.0, 0.0, None), GapTrend::Steady);
    }
}
