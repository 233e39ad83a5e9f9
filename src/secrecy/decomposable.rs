//! Whether what several margins of a table say together of its cells is no more than each of them says by itself.
//!
//! Margins that overlap in a cycle (sex by age, age by household, household by sex) bind the crossing that nobody was
//! shown: a cell of it may follow although every margin is large. Without a cycle the bounds of a cell are those that
//! single margins give, so that whoever is protected in the margins is protected in the crossing.
//!
//! # Citations
//!
//! Dobra & Fienberg (2000), *Bounds for cell entries in contingency tables given marginal totals and decomposable
//! graphs*, PNAS 97(22). The reduction is that of Graham and of Yu & Özsoyoğlu (1979).

/// The variables that a margin keeps, one bit each.
pub(super) type Kept = u128;

/// Whether margins hang together without a cycle.
pub(super) fn decomposable(margins: impl IntoIterator<Item = Kept>) -> bool {
    let mut margins: Vec<Kept> = margins.into_iter().collect();
    loop {
        let before = margins.clone();
        // A margin that another one holds says nothing more.
        margins.sort_unstable_by_key(|margin| (std::cmp::Reverse(margin.count_ones()), *margin));
        let mut largest: Vec<Kept> = Vec::new();
        for margin in margins {
            if largest.iter().all(|other| margin & !other != 0) {
                largest.push(margin);
            }
        }
        // A variable that one margin alone keeps binds nothing.
        let (mut once, mut twice) = (0, 0);
        for margin in &largest {
            twice |= once & margin;
            once |= margin;
        }
        margins = largest.into_iter().map(|margin| margin & twice).collect();
        if margins.len() <= 1 {
            return true;
        }
        if margins == before {
            return false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::decomposable;

    #[test]
    fn margins_in_a_chain_or_a_star_hang_together_without_a_cycle_and_those_of_a_ring_do_not() {
        assert!(decomposable([]));
        assert!(decomposable([0b011, 0b110]));
        assert!(decomposable([0b0011, 0b0101, 0b1001]));
        assert!(decomposable([0b011, 0b110, 0b101, 0b111]), "the whole crossing is there");
        assert!(!decomposable([0b011, 0b110, 0b101]));
        assert!(!decomposable([0b0011, 0b0110, 0b1100, 0b1001]));
        assert!(!decomposable([0b0011, 0b0110, 0b0101, 0b1100]), "a ring with a tail");
        assert!(decomposable([0b0111, 0b1110]));
        assert!(!decomposable([0b0111, 0b1011, 0b1101, 0b1110]), "every three of four");
    }
}
