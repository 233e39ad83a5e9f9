//! How the territories of a vintage became those of a later one: figures pass forward by sum, never backward.

use std::collections::{BTreeMap, BTreeSet};

use super::{FIRST_VINTAGE, Gazetteer, LAST_VINTAGE, Territory, Vintage, partition::Partition};

/// How the territories of a vintage became those of a later one. Those that are in both are in neither list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passage {
    /// A territory of the later vintage, and all those of the earlier one that it was wholly made of.
    pub merged: BTreeMap<i32, Vec<i32>>,
    /// Territories of the earlier vintage that were split, or went with one that was: nothing sums up to what came.
    pub lost: BTreeSet<i32>,
}

impl Passage {
    /// The passage from a vintage to a later one; empty where it is no later one.
    #[must_use]
    pub fn between(gazetteer: &Gazetteer, from: Vintage, to: Vintage) -> Self {
        let mut passage = Self::default();
        if to <= from {
            return passage;
        }
        let ended = |territory: &&Territory| {
            // Neighbourhoods go by their generation, whatever the year.
            territory.generation.is_none() && territory.exists_in(from) && !territory.exists_in(to)
        };
        for territory in gazetteer.all().iter().filter(ended) {
            let became =
                follow(territory.id, |id| ids(gazetteer.successors(id)), |id| is_in(gazetteer, id, to));
            match became.iter().next() {
                Some(one) if became.len() == 1 => passage.merged.entry(*one).or_default().push(territory.id),
                _ => {
                    passage.lost.insert(territory.id);
                }
            }
        }
        passage.withdraw_partial(gazetteer, from);
        passage
    }

    /// Takes out what is made of others too: a sum of some of them is not what came.
    fn withdraw_partial(&mut self, gazetteer: &Gazetteer, from: Vintage) {
        let lost = &mut self.lost;
        self.merged.retain(|one, parts| {
            let made_of = follow(*one, |id| ids(gazetteer.predecessors(id)), |id| is_in(gazetteer, id, from));
            let whole = made_of == parts.iter().copied().collect();
            if !whole {
                lost.extend(parts.iter().copied());
            }
            whole
        });
    }
}

/// Every merger between any two vintages: what somebody who keeps figures of several geographies adds up.
#[must_use]
pub fn mergers(gazetteer: &Gazetteer) -> Vec<(i32, Vec<i32>)> {
    let vintages: Vec<Vintage> =
        (FIRST_VINTAGE..=LAST_VINTAGE).filter_map(|year| Vintage::of_year(year).ok()).collect();
    let mut found: BTreeSet<(i32, Vec<i32>)> = BTreeSet::new();
    for (at, from) in vintages.iter().enumerate() {
        for to in vintages.iter().skip(at + 1) {
            found.extend(Passage::between(gazetteer, *from, *to).merged);
        }
    }
    found.into_iter().collect()
}

/// What the territories that are not in a vintage are divided into in their own ones, neighbourhoods of one generation.
#[must_use]
pub fn divided(gazetteer: &Gazetteer, vintage: Vintage, generation: i32) -> Vec<(i32, Vec<i32>)> {
    let others = (FIRST_VINTAGE..=LAST_VINTAGE).filter_map(|year| Vintage::of_year(year).ok());
    let sums = others.filter(|other| *other != vintage);
    let sums = sums.flat_map(|other| Partition::of(gazetteer, other, generation).sums);
    let found = sums.filter(|(whole, parts)| {
        // Pieces that are never shown have numbers of their own in each vintage.
        !is_in(gazetteer, *whole, vintage) && *whole >= 0 && parts.iter().all(|part| *part >= 0)
    });
    found.collect::<BTreeSet<_>>().into_iter().collect()
}

fn ids<'a>(territories: impl Iterator<Item = &'a Territory>) -> Vec<i32> {
    territories.map(|territory| territory.id).collect()
}

fn is_in(gazetteer: &Gazetteer, id: i32, vintage: Vintage) -> bool {
    gazetteer.get(id).is_some_and(|territory| territory.exists_in(vintage))
}

/// The nearest versions along a path that are where it leads to.
fn follow(start: i32, next: impl Fn(i32) -> Vec<i32>, is_end: impl Fn(i32) -> bool) -> BTreeSet<i32> {
    let (mut ends, mut seen, mut waiting) = (BTreeSet::new(), BTreeSet::from([start]), next(start));
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            continue;
        }
        if is_end(id) {
            ends.insert(id);
        } else {
            waiting.extend(next(id));
        }
    }
    ends
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use chrono::NaiveDate;
    use entity::types::{Level, TerritoryCode};

    use super::{Passage, mergers};
    use crate::geography::{Gazetteer, Parts, Territory, Vintage};

    type Fault = Box<dyn std::error::Error>;

    fn place(id: i32, code: &str, from: Option<&str>, to: Option<&str>) -> Result<Territory, Fault> {
        Ok(Territory {
            id,
            level: Level::Commune,
            code: TerritoryCode::parse(code)?,
            name: code.to_owned(),
            name_en: None,
            valid_from: from.map(str::parse::<NaiveDate>).transpose()?,
            valid_to: to.map(str::parse::<NaiveDate>).transpose()?,
            generation: None,
            official: true,
            centroid: None,
        })
    }

    fn passage(successions: &[(i32, i32)]) -> Result<Passage, Fault> {
        let territories = vec![
            place(1, "21213", None, Some("2019-02-27"))?,
            place(2, "21452", None, Some("2019-02-27"))?,
            place(3, "21452", Some("2019-02-28"), None)?,
            place(4, "21231", None, None)?,
            place(5, "21003", Some("2019-02-28"), None)?,
        ];
        let successions = successions.to_vec();
        let gazetteer = Gazetteer::new(Parts { territories, successions, ..Parts::default() });
        assert_eq!(Passage::between(&gazetteer, Vintage::LATEST, Vintage::EARLIEST), Passage::default());
        let all: Vec<_> =
            Passage::between(&gazetteer, Vintage::EARLIEST, Vintage::LATEST).merged.into_iter().collect();
        assert_eq!(mergers(&gazetteer), all);
        Ok(Passage::between(&gazetteer, Vintage::EARLIEST, Vintage::LATEST))
    }

    #[test]
    fn crimolois_and_neuilly_became_one_commune() -> Result<(), Fault> {
        let found = passage(&[(1, 3), (2, 3)])?;
        assert_eq!((found.merged, found.lost), (BTreeMap::from([(3, vec![1, 2])]), BTreeSet::new()));
        Ok(())
    }

    #[test]
    fn what_was_split_passes_nothing_on_nor_does_what_it_went_into() -> Result<(), Fault> {
        let found = passage(&[(1, 3), (2, 3), (2, 5)])?;
        assert_eq!((found.merged, found.lost), (BTreeMap::new(), BTreeSet::from([1, 2])));
        let ended = passage(&[(1, 3)])?;
        assert_eq!(ended.lost, BTreeSet::from([2]), "what nothing came after is lost");
        Ok(())
    }
}
