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

    /// The same, of nobody in particular: whatever is opened to somebody.
    pub(super) fn to_anybody(&self) -> Self {
        self.0.values().flatten().map(|territory_id| (0, *territory_id)).collect()
    }

    /// Each partner with its territories, in order.
    pub fn by_partner(&self) -> impl Iterator<Item = (i32, &BTreeSet<i32>)> {
        self.0.iter().map(|(partner_id, territories)| (*partner_id, territories))
    }

    /// These and those, as far as so many partners can be told apart: the last of those are left out.
    #[must_use]
    pub fn and(&self, others: &Self) -> Self {
        let mut all = self.clone();
        for (partner_id, territories) in &others.0 {
            if all.0.contains_key(partner_id) || all.0.len() < Holders::MOST as usize {
                all.0.entry(*partner_id).or_default().extend(territories);
            }
        }
        all
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
    fn more_partners_than_can_be_told_apart_are_opened_nothing() {
        let known = Opened::from_iter([(900, 1)]);
        let all = known.and(&(1..=200).map(|partner| (partner, 2)).collect());
        assert!(all.covers(&known) && all.by_partner().count() == Holders::MOST as usize);
        assert!(all.covers(&Opened::from_iter([(1, 2)])) && !all.covers(&Opened::from_iter([(200, 2)])));
        let holders = all.holders();
        assert!(holders[&1].has_other_than(holders[&2]) && holders[&2].has_other_than(holders[&1]));
    }
}
