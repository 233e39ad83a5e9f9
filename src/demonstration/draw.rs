//! Seeded chance. A number depends on the name of what it is drawn for and on nothing else, so that the
//! demonstration is the same on every machine and whatever the years that are asked for.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

/// The demonstration's seed: the date of the deliberation of 2014.
const SEED: u64 = 20_140_612;

/// The name of what a number is drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name(u64);

impl Name {
    pub fn of(text: &str) -> Self {
        Self(SEED).text(text)
    }

    /// The name with a further part. Mixing as FNV-1a, 64 bits.
    pub fn text(self, text: &str) -> Self {
        // 0xff ends a part: it is no byte of UTF-8, so that « ab », « c » differs from « a », « bc ».
        let bytes = text.bytes().chain([0xff]);
        Self(bytes.fold(self.0, |mixed, byte| (mixed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
    }

    pub fn number(self, number: u64) -> Self {
        let bytes = number.to_le_bytes().into_iter().chain([0xff]);
        Self(bytes.fold(self.0, |mixed, byte| (mixed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
    }

    /// The name of this for that: whatever is drawn for it depends on both.
    pub fn and(self, other: Self) -> Self {
        self.number(other.0)
    }

    /// The numbers drawn for it, one after the other.
    pub fn draws(self) -> Draws {
        Draws(ChaCha8Rng::seed_from_u64(self.0))
    }
}

/// A sequence of numbers that its name alone decides.
pub(super) struct Draws(ChaCha8Rng);

impl Draws {
    /// A number from 0 (included) to `bound` (excluded).
    pub fn below(&mut self, bound: u64) -> u64 {
        // The high half of the product is even over 0..bound, up to one part in 2^64 / bound.
        ((u128::from(self.0.next_u64()) * u128::from(bound)) >> 64) as u64
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn the_same_name_draws_the_same_number_and_parts_are_kept_apart() {
        assert_eq!(
            Name::of("PRE01").number(3).draws().below(1_000),
            Name::of("PRE01").number(3).draws().below(1_000)
        );
        assert_ne!(Name::of("ab").text("c"), Name::of("a").text("bc"));
    }

    #[test]
    fn numbers_stay_within_their_bounds() {
        let mut draws = Name::of("bounds").draws();
        assert!((0..500).all(|_| (10..=12).contains(&draws.between(10, 12))));
    }
}
