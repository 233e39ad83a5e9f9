//! What masks cost besides their people, drawn by lot: whoever has the program, and knows which tables it masks how, does not
//! know which of them it would have masked otherwise.
//!
//! # Citations
//!
//! R. C.-W. Wong, A. W.-C. Fu, K. Wang, J. Pei, *Minimality attack in privacy preserving data publishing*, VLDB 2007.

use super::{engine::Cell, table::CellKey};

/// What costs are drawn by: the same lot draws the same.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lot(Option<u64>);

/// In how many steps a cost at most doubles.
const STEPS: u64 = 1_024;

impl Lot {
    /// No lot: costs are as they are. For numbers that everybody may have.
    pub const NONE: Self = Self(None);

    /// A lot from a secret number.
    #[must_use]
    pub const fn drawn(secret: u64) -> Self {
        Self(Some(secret))
    }

    /// Makes masking a cell dearer, by nothing up to twice.
    pub(super) fn draw(self, key: &CellKey, cell: &mut Cell) {
        let Some(secret) = self.0 else { return };
        let CellKey { indicator_id, address } = *key;
        let place = [indicator_id, address.territory_id, address.period.number(), address.breakdown_id];
        let mixed = place.iter().fold(secret, |mixed, part| mix(mixed ^ u64::from(part.cast_unsigned())));
        cell.cost += cell.cost.saturating_mul(mixed % STEPS) / STEPS;
    }
}

/// Each bit of the result depends on each of the number: the last steps of SplitMix64.
const fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use entity::types::Period;

    use super::Lot;
    use crate::secrecy::{
        Address,
        engine::{Cell, Holders},
        table::CellKey,
    };

    fn drawn(lot: Lot, territory_id: i32) -> u64 {
        let address = Address { territory_id, period: Period::year(2024).unwrap(), breakdown_id: 0 };
        let mut cell = Cell {
            value: 100,
            cost: 120,
            protection: None,
            published: true,
            frozen: false,
            least: 0,
            singleton: None,
            holders: Holders::NOBODY,
        };
        lot.draw(&CellKey { indicator_id: 1, address }, &mut cell);
        cell.cost
    }

    #[test]
    fn costs_are_drawn_between_once_and_twice_and_the_same_by_the_same_lot() {
        let costs: Vec<u64> = (0..200).map(|territory| drawn(Lot::drawn(7), territory)).collect();
        assert!(costs.iter().all(|cost| (120..240).contains(cost)));
        assert!(costs.iter().copied().collect::<BTreeSet<_>>().len() > 80, "{costs:?}");
        assert_eq!(costs, (0..200).map(|territory| drawn(Lot::drawn(7), territory)).collect::<Vec<_>>());
        let others: Vec<u64> = (0..200).map(|territory| drawn(Lot::drawn(8), territory)).collect();
        assert_ne!(costs, others);
        assert_eq!(drawn(Lot::NONE, 3), 120);
    }
}
