//! A true number, sealed.

/// A true number and how many contributors stand behind it.
///
/// It has no `Debug`, `Clone`, `PartialEq`, serialisation or GraphQL output, on purpose: it can be sealed
/// by anybody, moved, and opened only inside [`secrecy`](crate::secrecy).
pub struct Raw {
    amount: f64,
    /// No number where it is not known: a million of these are held at once, and an option takes twice as much.
    largest: f64,
    /// [`NOT_COUNTED`] where it is not known.
    contributors: u32,
    withheld: bool,
}

/// What stands for contributors that nobody has counted.
const NOT_COUNTED: u32 = u32::MAX;

impl Raw {
    /// Seals a number as soon as it is read. `contributors` is how many units stand behind it, where
    /// that is not the number itself.
    #[must_use]
    pub const fn seal(amount: f64, contributors: Option<u32>) -> Self {
        let contributors = match contributors {
            Some(counted) => counted,
            None => NOT_COUNTED,
        };
        Self { amount, contributors, largest: f64::NAN, withheld: false }
    }

    /// The same, with the share of its largest contributor in per cent, where it is known.
    #[must_use]
    pub const fn with_largest(self, share: Option<f64>) -> Self {
        let largest = match share {
            Some(share) => share,
            None => f64::NAN,
        };
        Self { largest, ..self }
    }

    /// Seals a count of units, each of which adds 1: the largest of them adds no more than any other.
    #[must_use]
    pub fn seal_units(amount: f64, contributors: Option<u32>) -> Self {
        let share = (amount > 0.0).then(|| (WHOLE / amount).min(WHOLE));
        Self::seal(amount, contributors).with_largest(share)
    }

    /// The same once more, for a table of several releases.
    pub(in crate::secrecy) const fn again(&self) -> Self {
        Self { ..*self }
    }

    /// The same, as what its provider masked: nobody is ever shown it.
    pub(in crate::secrecy) const fn withhold(self) -> Self {
        Self { withheld: true, ..self }
    }

    /// Whether its provider masked it.
    pub(in crate::secrecy) const fn is_withheld(&self) -> bool {
        self.withheld
    }

    /// The true number.
    pub(in crate::secrecy) const fn open(&self) -> f64 {
        self.amount
    }

    /// How many units stand behind it, where that is not the number itself.
    pub(in crate::secrecy) const fn contributors(&self) -> Option<u32> {
        if self.contributors == NOT_COUNTED { None } else { Some(self.contributors) }
    }

    /// The share of the largest contributor in per cent, or what it is at most, where that is known.
    pub(in crate::secrecy) const fn largest(&self) -> Option<f64> {
        if self.largest.is_nan() { None } else { Some(self.largest) }
    }

    /// What the largest contributor adds, or what it adds at most, where that is known.
    pub(in crate::secrecy) fn largest_amount(&self) -> Option<f64> {
        // Nobody adds anything to nothing.
        let share = if self.amount == 0.0 { Some(WHOLE) } else { self.largest() };
        share.map(|share| self.amount * share / WHOLE)
    }

    /// Whether the number is one that a test seals to find it again: a billion for each contributor,
    /// and up to a half more that nobody can guess.
    /// Zero is a canary of nobody.
    pub(in crate::secrecy) fn is_canary(&self) -> bool {
        self.contributors().is_some_and(|contributors| {
            let least = f64::from(contributors) * Self::CANARY_UNIT;
            (least..=least * 1.5).contains(&self.amount)
        })
    }

    /// What a contributor adds to a canary, at least.
    pub const CANARY_UNIT: f64 = 1_000_000_007.0;
}

/// All of an amount, in per cent.
pub(in crate::secrecy) const WHOLE: f64 = 100.0;
