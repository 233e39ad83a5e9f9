//! True numbers that partners have read under grants: they know them for good, each of them and nothing beside it but what
//! follows from what everybody reads.

use std::collections::{BTreeMap, BTreeSet};

use super::{engine::Holders, table::CellKey};

/// The true numbers that partners have read, by the partner's row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readers(BTreeMap<i32, BTreeSet<CellKey>>);

impl Readers {
    /// A partner has read a figure.
    pub fn note(&mut self, partner_id: i32, figure: CellKey) {
        self.0.entry(partner_id).or_default().insert(figure);
    }

    /// How many figures were read, counted for each partner.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.values().map(BTreeSet::len).sum()
    }

    /// The partners who have read something.
    pub fn partners(&self) -> impl Iterator<Item = i32> {
        self.0.keys().copied()
    }

    /// The figures that a partner has read.
    pub fn of(&self, partner_id: i32) -> impl Iterator<Item = CellKey> {
        self.0.get(&partner_id).into_iter().flatten().copied()
    }

    /// Who has read a figure, of partners in the order in which they are told apart.
    pub(super) fn holders(&self, figure: &CellKey, partners: &BTreeSet<i32>) -> Holders {
        let read = |partner_id: &i32| self.0.get(partner_id).is_some_and(|read| read.contains(figure));
        let theirs = (0..).zip(partners).filter(|(_, partner_id)| read(partner_id));
        theirs.filter_map(|(number, _)| Holders::one(number)).fold(Holders::NOBODY, Holders::and)
    }
}

impl FromIterator<(i32, CellKey)> for Readers {
    /// From pairs of a partner and a figure.
    fn from_iter<I: IntoIterator<Item = (i32, CellKey)>>(pairs: I) -> Self {
        let mut readers = Self::default();
        pairs.into_iter().for_each(|(partner_id, figure)| readers.note(partner_id, figure));
        readers
    }
}

#[cfg(test)]
mod tests {
    use entity::types::Period;

    use super::{BTreeSet, CellKey, Holders, Readers};
    use crate::secrecy::Address;

    #[test]
    fn who_has_read_one_figure_holds_no_other_and_partners_are_told_apart_alike() {
        let figure = |breakdown_id| {
            let address = Address { territory_id: 1, period: Period::year(2024).unwrap(), breakdown_id };
            CellKey { indicator_id: 1, address }
        };
        let read: Readers = [(7, figure(1)), (9, figure(2)), (9, figure(2))].into_iter().collect();
        assert_eq!((read.count(), read.partners().collect::<Vec<_>>()), (2, vec![7, 9]));
        let partners = BTreeSet::from([5, 7, 9]);
        assert_eq!(read.holders(&figure(1), &partners), Holders::one(1).unwrap());
        assert_eq!(read.holders(&figure(2), &partners), Holders::one(2).unwrap());
        assert!(read.holders(&figure(3), &partners).is_nobody());
    }
}
