//! Who holds the provider's leave to see a cell.

/// A set of holders, each of whom knows what they hold, and what the others hold when they tell each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holders(u128);

impl Holders {
    /// Most holders that are told apart.
    pub const MOST: u32 = u128::BITS;
    /// Nobody.
    pub const NOBODY: Self = Self(0);

    /// One holder by number; none for a number from [`MOST`](Self::MOST) on.
    #[must_use]
    pub const fn one(number: u32) -> Option<Self> {
        match 1_u128.checked_shl(number) {
            Some(bit) => Some(Self(bit)),
            None => None,
        }
    }

    /// These and those.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Those who are among both.
    #[must_use]
    pub const fn among(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_nobody(self) -> bool {
        self.0 == 0
    }

    /// Whether some of these are not among those: all of these together then know something that those others do not,
    /// and must not work out with it what only those may see.
    #[must_use]
    pub const fn has_other_than(self, those: Self) -> bool {
        self.0 & !those.0 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::Holders;

    #[test]
    fn who_is_not_among_others_is_told_apart() {
        let [first, last] = [0, Holders::MOST - 1].map(|number| Holders::one(number).unwrap());
        assert!(Holders::one(Holders::MOST).is_none());
        assert!(first.has_other_than(last) && first.has_other_than(Holders::NOBODY));
        assert!(!first.has_other_than(first.and(last)) && first.and(last).has_other_than(first));
        assert!(first.among(last).is_nobody() && first.and(last).among(last) == last);
        assert!(Holders::NOBODY.is_nobody() && !Holders::NOBODY.has_other_than(Holders::NOBODY));
    }
}
