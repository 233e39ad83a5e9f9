//! What must be possible, for each sensitive cell, in some table that agrees with all that is shown.

use super::{model::Protection, system::ColumnIndex};

/// A change that must be possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The cell is this much more, or still more.
    Up(i64),
    /// The cell is this much less, or still less.
    Down(i64),
    /// The cell is this much more or less.
    Either(i64),
}

impl Wanted {
    /// The changes that meet it, the one to try first in front.
    pub fn amounts(self) -> impl Iterator<Item = i64> {
        match self {
            Self::Up(amount) => [Some(amount), None],
            Self::Down(amount) => [Some(-amount), None],
            Self::Either(amount) => [Some(amount), Some(-amount)],
        }
        .into_iter()
        .flatten()
    }

    /// Whether nothing at all meets it.
    pub const fn is_nothing(self) -> bool {
        matches!(self, Self::Up(0) | Self::Down(0))
    }

    /// Whether a change meets it.
    pub const fn is_met_by(self, change: i64) -> bool {
        match self {
            Self::Up(amount) => change >= amount,
            Self::Down(amount) => change <= -amount,
            Self::Either(amount) => change.abs() >= amount,
        }
    }
}

/// A column and the change that must be possible in it.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    /// The column.
    pub column: ColumnIndex,
    /// The change.
    pub wanted: Wanted,
    /// Whether columns that others hold the leave to see than those who hold this one must stay as they are.
    pub apart: bool,
}

/// The changes that a protection asks for at a value.
pub fn wanted(value: i64, protection: Protection) -> impl Iterator<Item = Wanted> {
    let down = (value - protection.low).max(0);
    let up = (protection.high - value).max(0);
    let missing = (protection.width - up - down).max(0);
    let changes = if is_sliding(value, protection) {
        split(protection.width, value.min(protection.width - 1)).map(Some)
    } else if up + down == 0 {
        [(missing > 0).then_some(Wanted::Either(missing)), None]
    } else {
        let up = up + missing;
        [(up > 0).then_some(Wanted::Up(up)), (down > 0).then_some(Wanted::Down(down))]
    };
    changes.into_iter().flatten()
}

/// Whether only the width of the interval counts, wherever it lies.
pub const fn is_sliding(value: i64, protection: Protection) -> bool {
    protection.low >= value && protection.high <= value && protection.width > 1
}

/// A width as so much below and the rest above.
pub const fn split(width: i64, below: i64) -> [Wanted; 2] {
    [Wanted::Up(width - below), Wanted::Down(below)]
}

#[cfg(test)]
mod tests {
    use super::{Protection, Wanted, wanted};

    fn of(value: i64, low: i64, high: i64, width: i64) -> Vec<Wanted> {
        wanted(value, Protection { low, high, width }).collect()
    }

    #[test]
    fn a_count_of_two_below_five_may_be_one_and_may_be_five() {
        assert_eq!(of(2, 1, 5, 4), [Wanted::Up(3), Wanted::Down(1)]);
        assert_eq!(of(1, 1, 5, 4), [Wanted::Up(4)]);
    }

    #[test]
    fn a_width_that_both_ends_do_not_give_is_added_above() {
        assert_eq!(of(1, 1, 5, 5), [Wanted::Up(5)]);
    }

    #[test]
    fn a_width_that_may_lie_anywhere_is_split_at_the_value() {
        assert_eq!(of(2, 2, 2, 5), [Wanted::Up(3), Wanted::Down(2)]);
        assert_eq!(of(9, 9, 9, 5), [Wanted::Up(1), Wanted::Down(4)]);
        assert!(Wanted::Down(0).is_nothing() && !Wanted::Down(1).is_nothing());
    }

    #[test]
    fn a_value_that_must_only_not_be_known_may_be_more_or_less() {
        assert_eq!(of(3, 3, 3, 1), [Wanted::Either(1)]);
    }
}
