//! Cells that the provider withholds: Insee's `s`.
//!
//! Nobody here knows such an amount, so no rule can judge it and no waiver frees it. It is never shown, to
//! nobody, clearance or not.
//!
//! # What the caller must do
//!
//! - A premasked cell in no relation stays out of the planner's table: there is nothing to plan.
//! - One in a relation binds the others, for an attacker adds up with it. To leave the relation out would
//!   credit an attacker with less than they know. Put the cell into the table with an amount that stands in
//!   for the true one: any for which every relation adds up and no cell is below its `least`. The proofs of
//!   all other sensitive cells hold with it, because they only need some table that agrees with all that is
//!   shown. Give it the protection of [`protection`], `published: true`, `frozen: false` and no `singleton`.
//! - Where the relations leave the stand-in no choice, the provider's mask can be undone with our figures.
//!   Its amount is then known after all; the same protection has the planner mask what undoes it.
//!
//! What an attacker knows of such a cell besides, for instance that the provider masks counts below 11, has
//! no place in the table.
//!
//! # Citations
//!
//! Fischetti, Salazar-González, "Solving the cell suppression problem on tabular data with linear
//! constraints", *Management Science* 47 (2001): what an attacker holds possible is every table that agrees
//! with all that is shown, whichever of them is the true one.

use crate::Protection;

/// The protection of a premasked cell that an amount stands in for: what an attacker holds possible must be
/// so wide, and more than one value in any case. Where it lies cannot be asked for: nobody knows the truth.
#[must_use]
pub const fn protection(stand_in: i64, width: i64) -> Protection {
    Protection { low: stand_in, high: stand_in, width: if width < 1 { 1 } else { width } }
}

#[cfg(test)]
mod tests {
    use super::{Protection, protection};

    #[test]
    fn a_premasked_cell_has_at_least_two_values() {
        assert_eq!(protection(40, 10), Protection { low: 40, high: 40, width: 10 });
        assert_eq!(protection(40, 0), Protection { low: 40, high: 40, width: 1 });
    }
}
