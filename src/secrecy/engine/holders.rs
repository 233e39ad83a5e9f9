//! Who holds the provider's leave to see a cell.

/// A set of holders, each of whom knows what they hold, and what the others hold when they tell each other; beside them those
/// against whom a cell cannot be kept any more, for they and others know it together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Holders {
    hold: u128,
    lost_to: u128,
}

impl Holders {
    /// Most holders that are told apart.
    pub const MOST: u32 = u128::BITS;
    /// Nobody.
    pub const NOBODY: Self = Self { hold: 0, lost_to: 0 };

    /// One holder by number; none for a number from [`MOST`](Self::MOST) on.
    #[must_use]
    pub const fn one(number: u32) -> Option<Self> {
        match 1_u128.checked_shl(number) {
            Some(bit) => Some(Self { hold: bit, lost_to: 0 }),
            None => None,
        }
    }

    /// These and those.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self { hold: self.hold | others.hold, lost_to: self.lost_to | others.lost_to }
    }

    /// These, and a cell that is lost to those: it is not kept from them, and they do not hold it.
    #[must_use]
    pub const fn lost_to(self, those: Self) -> Self {
        Self { lost_to: self.lost_to | those.hold, ..self }
    }

    /// Those who hold, whatever is lost to whom.
    #[must_use]
    pub const fn who_hold(self) -> Self {
        Self { lost_to: 0, ..self }
    }

    /// Those who hold among both.
    #[must_use]
    pub const fn among(self, others: Self) -> Self {
        Self { hold: self.hold & others.hold, lost_to: 0 }
    }

    /// Those of these from whom a cell of those is still kept.
    #[must_use]
    pub const fn without(self, those: Self) -> Self {
        Self { hold: self.hold & !(those.hold | those.lost_to), lost_to: 0 }
    }

    /// Each of those who hold by itself.
    pub fn each(self) -> impl Iterator<Item = Self> {
        (0..Self::MOST).filter_map(Self::one).filter(move |one| !one.among(self).is_nobody())
    }

    /// Whether nobody holds.
    #[must_use]
    pub const fn is_nobody(self) -> bool {
        self.hold == 0
    }

    /// Whether a cell of those is kept from some of these: all of these together then know something that those others do not,
    /// and must not work out with it what only those may see.
    #[must_use]
    pub const fn has_other_than(self, those: Self) -> bool {
        !self.without(those).is_nobody()
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
        assert_eq!(first.and(last).each().collect::<Vec<_>>(), [first, last]);
        assert!(first.and(last).without(first) == last && first.without(first).is_nobody());
        assert!(Holders::NOBODY.is_nobody() && !Holders::NOBODY.has_other_than(Holders::NOBODY));
    }

    #[test]
    fn what_is_lost_to_somebody_is_not_kept_from_them_and_not_held() {
        let [one, other] = [0, 1].map(|number| Holders::one(number).unwrap());
        let lost = Holders::NOBODY.lost_to(one);
        assert!(lost.is_nobody() && !one.has_other_than(lost) && one.and(other).has_other_than(lost));
        assert_eq!(one.and(other).without(lost), other);
        assert!(lost.and(other).who_hold() == other && lost.among(one).is_nobody());
    }
}
