//! How the territories of a vintage divide each other: sums, and the parts that neighbourhoods cut out of IRIS.

use std::collections::BTreeMap;

use entity::types::Level;

use super::{Gazetteer, Territory, Vintage};

/// The part of an IRIS (or of a commune without IRIS) that lies in a priority neighbourhood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its number, negative: it is never published.
    pub id: i32,
    /// The IRIS or commune.
    pub inside: i32,
    /// The neighbourhood.
    pub neighbourhood: i32,
}

/// What is left of an IRIS outside of every priority neighbourhood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rest {
    /// Its number, negative: it is never published.
    pub id: i32,
    /// The IRIS.
    pub whole: i32,
    /// Numbers of its parts.
    pub parts: Vec<i32>,
}

/// How the territories of a vintage divide each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Partition {
    /// Every sum: a total and its parts, by territory number.
    pub sums: Vec<(i32, Vec<i32>)>,
    /// Parts that neighbourhoods cut out.
    pub parts: Vec<Part>,
    /// What is left outside of them.
    pub rests: Vec<Rest>,
}

/// An IRIS that lies in a neighbourhood up to this share is wholly in it.
const WHOLE: f64 = 0.999;

impl Partition {
    /// The partition of a vintage, with the priority neighbourhoods of a generation.
    #[must_use]
    pub fn of(gazetteer: &Gazetteer, vintage: Vintage, generation: i32) -> Self {
        let there = |territory: &&Territory| territory.exists_in(vintage);
        let of_generation = |territory: &&Territory| territory.generation == Some(generation);
        let mut partition = Self::default();
        for whole in gazetteer.all().iter().filter(there) {
            let below = match whole.level {
                Level::Agglomeration => Level::Commune,
                Level::Commune => Level::Iris,
                _ => continue,
            };
            let parts = gazetteer.children(whole.id).filter(there).filter(|part| part.level == below);
            partition.add(whole.id, parts.map(|part| part.id).collect());
        }
        let cut = |territory: &&Territory| territory.level == Level::PriorityNeighbourhood;
        let neighbourhoods = gazetteer.all().iter().filter(cut).filter(of_generation);
        partition.cut(gazetteer, vintage, neighbourhoods);
        let remainders = gazetteer.all().iter().filter(|territory| territory.level == Level::Remainder);
        for remainder in remainders.filter(of_generation) {
            for commune in gazetteer.parents(remainder.id).filter(there) {
                let inside = gazetteer.children(commune.id).filter(cut).filter(of_generation);
                let parts = inside.map(|part| part.id).chain([remainder.id]).collect();
                partition.add(commune.id, parts);
            }
        }
        partition
    }

    fn add(&mut self, whole: i32, parts: Vec<i32>) {
        if !parts.is_empty() {
            self.sums.push((whole, parts));
        }
    }

    fn cut<'a>(
        &mut self,
        gazetteer: &Gazetteer,
        vintage: Vintage,
        neighbourhoods: impl Iterator<Item = &'a Territory>,
    ) {
        let mut by_iris: BTreeMap<i32, Vec<i32>> = BTreeMap::new();
        for neighbourhood in neighbourhoods {
            let mut of_it = Vec::new();
            for overlap in gazetteer.overlaps(neighbourhood.id) {
                let iris = gazetteer.get(overlap.other).filter(|other| other.level == Level::Iris);
                let Some(iris) = iris.filter(|iris| iris.exists_in(vintage)) else { continue };
                let back = gazetteer.overlaps(iris.id).iter().find(|back| back.other == neighbourhood.id);
                if back.is_some_and(|back| back.area_share > WHOLE) {
                    of_it.push(iris.id);
                    continue;
                }
                let id = -1 - i32::try_from(self.parts.len()).unwrap_or_default();
                self.parts.push(Part { id, inside: iris.id, neighbourhood: neighbourhood.id });
                by_iris.entry(iris.id).or_default().push(id);
                of_it.push(id);
            }
            self.add(neighbourhood.id, of_it);
        }
        let lowest = self.parts.last().map_or(0, |part| part.id);
        for (number, (whole, parts)) in (1..).zip(by_iris) {
            let id = lowest - number;
            self.add(whole, parts.iter().copied().chain([id]).collect());
            self.rests.push(Rest { id, whole, parts });
        }
    }
}
