//! What is known of one cell.

use super::{
    error::{Fact, FactError},
    level::Level,
};

/// The amount of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// The true count, or the true magnitude in the smallest unit that is kept; never negative.
    Known(i64),
    /// The provider withholds it, as Insee does with its sign `s`: nobody here knows it.
    Premasked,
}

/// A group of categories that a cell is one of: all that stand beside each other under one total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// The total of the group, in the same territory.
    pub whole: i64,
    /// Its largest category.
    pub largest: i64,
}

/// What is known of one cell. `None` means unknown, never "none": a rule that needs an unknown fact says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts<'a> {
    /// A number that the caller knows the cell by, for waivers that list cells.
    pub key: Option<u64>,
    /// The amount.
    pub amount: Amount,
    /// How many units stand behind it; for a sample, how many they represent.
    pub contributors: Option<u64>,
    /// What the largest contributors add, largest first; as many of them as are known. Units of one owner
    /// (a holding) are one contributor.
    pub largest: Option<&'a [i64]>,
    /// Inhabitants of the territory.
    pub inhabitants: Option<u64>,
    /// Households of the territory.
    pub households: Option<u64>,
    /// Level of the territory.
    pub level: Option<Level>,
    /// One group for each dimension that the cell is broken down by; empty for a total.
    pub groups: Option<&'a [Group]>,
}

impl<'a> Facts<'a> {
    /// A cell of which only the amount is known.
    #[must_use]
    pub const fn of(amount: i64) -> Self {
        Self {
            key: None,
            amount: Amount::Known(amount),
            contributors: None,
            largest: None,
            inhabitants: None,
            households: None,
            level: None,
            groups: None,
        }
    }

    /// A cell of people, each of whom adds 1.
    #[must_use]
    pub const fn of_count(count: u32) -> Self {
        let mut facts = Self::of(count as i64);
        facts.contributors = Some(count as u64);
        facts
    }

    /// A cell that the provider withholds.
    #[must_use]
    pub const fn premasked() -> Self {
        let mut facts = Self::of(0);
        facts.amount = Amount::Premasked;
        facts
    }

    /// Refuses facts that cannot be: a rule that believed them might show what it must not.
    pub(super) fn validate(&self, amount: i64) -> Result<(), FactError> {
        let wrong = |fact: Fact| Err(FactError::Contradictory { fact });
        if amount < 0 {
            return wrong(Fact::Amount);
        }
        if self.contributors == Some(0) && amount > 0 {
            return wrong(Fact::Contributors);
        }
        if let Some(largest) = self.largest {
            let listed = sum(largest);
            let ordered = largest.is_sorted_by(|one, next| one >= next);
            let complete = self.contributors.is_some_and(|count| count <= largest.len() as u64);
            let positive = largest.iter().all(|part| *part >= 0);
            let excess = self.contributors.is_some_and(|count| count < largest.len() as u64);
            if !ordered || !positive || excess || listed > i128::from(amount) {
                return wrong(Fact::Largest);
            }
            if complete && listed != i128::from(amount) {
                return wrong(Fact::Largest);
            }
        }
        let holds = |group: &Group| amount <= group.largest && group.largest <= group.whole;
        if self.groups.is_some_and(|groups| !groups.iter().all(holds)) {
            return wrong(Fact::Groups);
        }
        Ok(())
    }

    /// What the largest contributors add together, so many of them.
    pub(super) fn sum_of_largest(&self, amount: i64, count: usize) -> Result<i128, Fact> {
        // As few contributors as that add all there is, however it is spread.
        if self.contributors.is_some_and(|contributors| contributors <= count as u64) {
            return Ok(i128::from(amount));
        }
        let largest = self.largest.ok_or(Fact::Largest)?;
        if let Some(first) = largest.get(..count) {
            return Ok(sum(first));
        }
        // A list that adds up to the amount leaves nothing for others.
        let listed = sum(largest);
        if listed == i128::from(amount) { Ok(listed) } else { Err(Fact::Largest) }
    }
}

fn sum(parts: &[i64]) -> i128 {
    parts.iter().copied().map(i128::from).sum()
}

#[cfg(test)]
mod tests {
    use super::{Fact, FactError, Facts, Group};

    #[test]
    fn facts_that_cannot_be_are_refused() {
        let wrong = |facts: Facts<'_>, amount: i64, fact: Fact| {
            assert_eq!(facts.validate(amount), Err(FactError::Contradictory { fact }));
        };
        wrong(Facts::of(-1), -1, Fact::Amount);
        wrong(Facts { contributors: Some(0), ..Facts::of(3) }, 3, Fact::Contributors);
        for largest in [&[2, 3][..], &[5, -1], &[8, 3]] {
            wrong(Facts { largest: Some(largest), ..Facts::of(10) }, 10, Fact::Largest);
        }
        let two = Facts { contributors: Some(2), ..Facts::of(10) };
        wrong(Facts { largest: Some(&[6, 3]), ..two }, 10, Fact::Largest);
        wrong(Facts { largest: Some(&[6, 3, 1]), ..two }, 10, Fact::Largest);
        for group in [Group { whole: 9, largest: 9 }, Group { whole: 11, largest: 12 }] {
            wrong(Facts { groups: Some(&[group]), ..Facts::of(10) }, 10, Fact::Groups);
        }
    }

    #[test]
    fn facts_that_can_be_are_taken() {
        let two = Facts { contributors: Some(2), largest: Some(&[6, 4]), ..Facts::of(10) };
        assert_eq!(two.validate(10), Ok(()));
        let groups = [Group { whole: 10, largest: 10 }];
        assert_eq!(Facts { groups: Some(&groups), ..Facts::of_count(0) }.validate(0), Ok(()));
    }

    #[test]
    fn the_largest_are_known_when_listed_or_when_nobody_else_is_there() {
        let listed = Facts { largest: Some(&[6, 3]), ..Facts::of(10) };
        assert_eq!(listed.sum_of_largest(10, 2), Ok(9));
        assert_eq!(listed.sum_of_largest(10, 3), Err(Fact::Largest));
        assert_eq!(Facts { largest: Some(&[6, 4]), ..Facts::of(10) }.sum_of_largest(10, 3), Ok(10));
        assert_eq!(Facts { contributors: Some(3), ..Facts::of(10) }.sum_of_largest(10, 3), Ok(10));
        assert_eq!(
            Facts { contributors: Some(4), ..Facts::of(10) }.sum_of_largest(10, 3),
            Err(Fact::Largest)
        );
    }
}
