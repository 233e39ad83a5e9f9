//! A true number, sealed.

/// A true number and how many contributors stand behind it.
///
/// It has no `Debug`, `Clone`, `PartialEq`, serialisation or GraphQL output, on purpose: it can be sealed
/// by anybody, moved, and opened only inside [`secrecy`](crate::secrecy).
pub struct Raw {
    amount: f64,
    contributors: Option<u32>,
}

impl Raw {
    /// Seals a number as soon as it is read. `contributors` is how many units stand behind it, where
    /// that is not the number itself.
    #[must_use]
    pub const fn seal(amount: f64, contributors: Option<u32>) -> Self {
        Self { amount, contributors }
    }

    /// The true number.
    pub(in crate::secrecy) const fn open(&self) -> f64 {
        self.amount
    }

    /// How many units stand behind it, where that is not the number itself.
    pub(in crate::secrecy) const fn contributors(&self) -> Option<u32> {
        self.contributors
    }

    /// Whether the number is one that a test seals to find it again: a billion for each contributor,
    /// and up to a half more that nobody can guess.
    /// Zero is a canary of nobody.
    pub(in crate::secrecy) fn is_canary(&self) -> bool {
        self.contributors.is_some_and(|contributors| {
            let least = f64::from(contributors) * Self::CANARY_UNIT;
            (least..=least * 1.5).contains(&self.amount)
        })
    }

    /// What a contributor adds to a canary, at least.
    pub const CANARY_UNIT: f64 = 1_000_000_007.0;
}
