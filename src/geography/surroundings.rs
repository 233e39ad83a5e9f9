//! Sums that hold between territories of which none is divided into the others alone: what lies around an agglomeration in its
//! department, and what lies outside of neighbourhoods that span communes. Whoever has the figures subtracts all the same.

use std::collections::{BTreeMap, BTreeSet};

use entity::types::Level;

use super::{Gazetteer, Territory, Vintage};

/// Numbers of what lies around or outside: below those of the parts of a [`Partition`](super::partition::Partition), and
/// the same in every release.
const AROUND: i32 = -1_000_000_000;
/// Numbers of communes joined by neighbourhoods.
const JOINED: i32 = -1_250_000_000;
/// Numbers of what lies outside of the neighbourhoods of joined communes.
const OUTSIDE: i32 = -1_500_000_000;

/// Totals and parts, beside those of the partition of the same vintage and generation; negative numbers are never shown.
#[must_use]
pub fn sums(gazetteer: &Gazetteer, vintage: Vintage, generation: i32) -> Vec<(i32, Vec<i32>)> {
    let exists = |territory: &&Territory| match territory.generation {
        Some(known) => known == generation,
        None => territory.exists_in(vintage),
    };
    let mut found = Vec::new();
    for level in [Level::Country, Level::Region, Level::Department] {
        for whole in gazetteer.all().iter().filter(exists).filter(|whole| whole.level == level) {
            let inside: Vec<&Territory> = gazetteer.children(whole.id).filter(exists).collect();
            let widest = inside.iter().map(|child| child.level).filter(|child| *child < Level::Iris).min();
            let parts = inside.iter().filter(|child| Some(child.level) == widest).map(|child| child.id);
            let parts: Vec<i32> = parts.chain([AROUND - whole.id]).collect();
            if parts.len() > 1 {
                found.push((whole.id, parts));
            }
        }
    }
    let inside = |commune: i32, level: Level| -> BTreeSet<i32> {
        let children = gazetteer.children(commune).filter(exists);
        children.filter(|child| child.level == level).map(|child| child.id).collect()
    };
    let communes = gazetteer.all().iter().filter(exists).filter(|one| one.level == Level::Commune);
    let zones = communes.map(|commune| (commune.id, inside(commune.id, Level::PriorityNeighbourhood)));
    found.extend(joined(zones.collect(), |commune| inside(commune, Level::Remainder)));
    found
}

/// Communes that neighbourhoods join: together they are these neighbourhoods and what lies outside. `zones` holds the
/// neighbourhoods of each commune, `remainder` gives what the commune has outside of them.
#[must_use]
pub fn joined(
    mut zones: BTreeMap<i32, BTreeSet<i32>>,
    remainder: impl Fn(i32) -> BTreeSet<i32>,
) -> Vec<(i32, Vec<i32>)> {
    let mut found = Vec::new();
    // Communes without a neighbourhood are joined to none.
    zones.retain(|_, around| !around.is_empty());
    while let Some((first, around)) = zones.pop_first() {
        let (mut together, mut around) = (BTreeSet::from([first]), around);
        loop {
            let next = zones.iter().find(|(_, others)| !others.is_disjoint(&around)).map(|(id, _)| *id);
            let Some(next) = next else { break };
            around.extend(zones.remove(&next).unwrap_or_default());
            together.insert(next);
        }
        if together.len() > 1 {
            let (joined, outside) = (JOINED - first, OUTSIDE - first);
            let rests: Vec<i32> = together.iter().flat_map(|commune| remainder(*commune)).collect();
            found.push((joined, together.into_iter().collect()));
            if rests.is_empty() {
                found.push((joined, around.into_iter().collect()));
            } else {
                found.push((joined, around.into_iter().chain([outside]).collect()));
                found.push((outside, rests));
            }
        }
    }
    found
}

/// Whether a number is that of something around, joined or outside.
#[must_use]
pub const fn is_one(id: i32) -> bool {
    id <= AROUND
}

#[cfg(test)]
mod tests {
    use super::{AROUND, JOINED, OUTSIDE, sums};
    use crate::geography::{Gazetteer, Parts, Territory, Vintage};
    use entity::types::{Level, TerritoryCode};

    type Fault = Box<dyn std::error::Error>;

    #[test]
    fn what_lies_around_and_outside_is_a_territory_of_its_own() -> Result<(), Fault> {
        let place =
            |id: i32, level: Level, code: &str, generation: Option<i32>| -> Result<Territory, Fault> {
                Ok(Territory {
                    id,
                    level,
                    code: TerritoryCode::parse(code)?,
                    name: code.to_owned(),
                    name_en: None,
                    valid_from: None,
                    valid_to: None,
                    generation,
                    official: true,
                    centroid: None,
                })
            };
        let gazetteer = Gazetteer::new(Parts {
            territories: vec![
                place(1, Level::Department, "21", None)?,
                place(2, Level::Agglomeration, "242100410", None)?,
                place(3, Level::Commune, "21231", None)?,
                place(4, Level::Commune, "21617", None)?,
                place(5, Level::Commune, "21003", None)?,
                place(6, Level::PriorityNeighbourhood, "QN02101M", Some(2024))?,
                place(7, Level::Remainder, "21231-HQ", Some(2024))?,
                place(8, Level::Remainder, "21617-HQ", Some(2024))?,
            ],
            memberships: vec![(2, 1), (3, 2), (4, 2), (5, 2), (6, 3), (6, 4), (7, 3), (8, 4)],
            successions: Vec::new(),
            overlaps: Vec::new(),
        });
        assert_eq!(
            sums(&gazetteer, Vintage::LATEST, 2024),
            [
                (1, vec![2, AROUND - 1]),
                (JOINED - 3, vec![3, 4]),
                (JOINED - 3, vec![6, OUTSIDE - 3]),
                (OUTSIDE - 3, vec![7, 8]),
            ]
        );
        Ok(())
    }
}
