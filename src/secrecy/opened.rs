//! Territories whose true numbers grants open, and to which partners.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::engine::Holders;

/// Territories whose true numbers grants open to partners, each by its row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened(BTreeMap<i32, BTreeSet<i32>>);

impl Opened {
    /// Opens territories to a partner.
    pub fn open(&mut self, partner_id: i32, territories: impl IntoIterator<Item = i32>) {
        let mut territories = territories.into_iter().peekable();
        if territories.peek().is_some() {
            self.0.entry(partner_id).or_default().extend(territories);
        }
    }

    /// Whether nothing is opened to anybody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether all that others are told is in it.
    #[must_use]
    pub fn covers(&self, others: &Self) -> bool {
        others.0.iter().all(|(partner_id, territories)| {
            self.0.get(partner_id).is_some_and(|known| territories.is_subset(known))
        })
    }

    /// These but not those.
    #[must_use]
    pub fn without(&self, others: &Self) -> Self {
        let mut left = self.clone();
        for (partner_id, territories) in &others.0 {
            if let Some(own) = left.0.get_mut(partner_id) {
                own.retain(|territory_id| !territories.contains(territory_id));
            }
        }
        left.0.retain(|_, territories| !territories.is_empty());
        left
    }

    /// Of these, what lies among some territories.
    #[must_use]
    pub fn among(&self, some: &HashSet<i32>) -> Self {
        let mut left = self.clone();
        for territories in left.0.values_mut() {
            territories.retain(|territory_id| some.contains(territory_id));
        }
        left.0.retain(|_, territories| !territories.is_empty());
        left
    }

    /// What is opened to one partner.
    #[must_use]
    pub fn to(&self, partner_id: i32) -> Self {
        Self(
            self.0
                .get_key_value(&partner_id)
                .map(|(partner_id, own)| (*partner_id, own.clone()))
                .into_iter()
                .collect(),
        )
    }

    /// Each partner with its territories, in order.
    pub fn by_partner(&self) -> impl Iterator<Item = (i32, &BTreeSet<i32>)> {
        self.0.iter().map(|(partner_id, territories)| (*partner_id, territories))
    }

    /// Whether one more partner can be told apart from those to whom something is opened.
    #[must_use]
    pub fn has_place_for(&self, partner_id: i32) -> bool {
        self.0.contains_key(&partner_id) || self.0.len() < Holders::MOST as usize
    }

    /// Who holds the leave to see each territory; nobody for one that is not there.
    pub(super) fn holders(&self) -> HashMap<i32, Holders> {
        let mut holders: HashMap<i32, Holders> = HashMap::new();
        for (number, territories) in (0..).zip(self.0.values()) {
            for (territory_id, one) in territories.iter().zip(std::iter::repeat_with(|| Holders::one(number)))
            {
                let known = holders.entry(*territory_id).or_default();
                *known = known.and(one.unwrap_or_default());
            }
        }
        holders
    }
}

impl FromIterator<(i32, i32)> for Opened {
    /// From pairs of a partner and a territory.
    fn from_iter<I: IntoIterator<Item = (i32, i32)>>(pairs: I) -> Self {
        let mut opened = Self::default();
        pairs.into_iter().for_each(|(partner_id, territory_id)| opened.open(partner_id, [territory_id]));
        opened
    }
}

#[cfg(test)]
mod tests {
    use super::{Holders, Opened};

    #[test]
    fn no_more_partners_are_told_apart_than_can_be() {
        let most = i32::try_from(Holders::MOST).unwrap();
        let all: Opened = (1..=most).map(|partner| (partner, partner)).collect();
        assert!(all.has_place_for(1) && !all.has_place_for(most + 1));
        assert!(Opened::from_iter([(1, 2)]).has_place_for(most + 1));
    }
}
