//! Which sums hold between the territories of a vintage, and which hidden parts bind those that cut one another.

use std::collections::{BTreeMap, BTreeSet};

use entity::types::Level;

use super::{Gazetteer, Territory, Vintage};

/// The part of an IRIS (or of a commune without IRIS) inside a priority neighbourhood that cuts it. It is never
/// shown, but binds what is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Negative number, as of a territory that is never shown.
    pub id: i32,
    /// The IRIS or commune.
    pub inside: i32,
    /// The neighbourhood.
    pub neighbourhood: i32,
}

/// What is left of an IRIS or commune outside of its neighbourhoods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rest {
    /// Negative number, as of a territory that is never shown.
    pub id: i32,
    /// The IRIS or commune.
    pub whole: i32,
    /// Its parts inside neighbourhoods.
    pub parts: Vec<i32>,
}

/// How the territories of a vintage hang together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Partition {
    /// Every sum: a total and its parts, by territory number.
    pub sums: Vec<(i32, Vec<i32>)>,
    /// Parts of what neighbourhoods cut.
    pub parts: Vec<Part>,
    /// What is left of what they cut.
    pub rests: Vec<Rest>,
    /// The part of a neighbourhood of several communes in one of them, as what it is made of: whoever subtracts the
    /// commune's other parts from it knows that part.
    pub shares: Vec<(i32, Vec<i32>)>,
}

/// A piece of the finest ground: a plot (an IRIS, or a commune without any), or its part in a neighbourhood.
struct Piece {
    commune: i32,
    plot: i32,
    neighbourhood: Option<i32>,
    /// The plot itself when nothing cuts it, else a hidden part or rest.
    own: i32,
}

/// An IRIS of which less than this share lies outside of a neighbourhood lies wholly in it: rounding of areas.
const NO_SHARE: f64 = 1e-6;

impl Partition {
    /// The partition of a vintage under a generation of priority neighbourhoods.
    #[must_use]
    pub fn of(gazetteer: &Gazetteer, vintage: Vintage, generation: i32) -> Self {
        // Neighbourhoods go by their generation, whatever the year of the other territories.
        let exists = |territory: &&Territory| match territory.generation {
            Some(known) => known == generation,
            None => territory.exists_in(vintage),
        };
        let at =
            |level: Level| gazetteer.all().iter().filter(exists).filter(move |found| found.level == level);
        let mut partition = Self::default();
        let mut pieces = Vec::new();
        for commune in at(Level::Commune) {
            let irises: Vec<i32> = gazetteer
                .children(commune.id)
                .filter(|child| child.level == Level::Iris && exists(child))
                .map(|child| child.id)
                .collect();
            let plots = if irises.is_empty() { vec![commune.id] } else { irises };
            for plot in plots {
                partition.cut(gazetteer, (commune.id, plot), &exists, &mut pieces);
            }
        }
        let within: Vec<(i32, Vec<i32>)> =
            [Level::Agglomeration, Level::Department, Level::Region, Level::Country]
                .into_iter()
                .flat_map(&at)
                .filter_map(|whole| nested(gazetteer, whole, &exists))
                .collect();
        partition.sums = within;
        partition.bind(&pieces, |commune| {
            gazetteer
                .children(commune)
                .find(|child| child.level == Level::Remainder && exists(child))
                .map(|rest| rest.id)
        });
        partition
    }

    fn hidden(&self) -> i32 {
        -((self.parts.len() + self.rests.len() + self.shares.len()) as i32) - 1
    }

    /// Cuts a plot by the neighbourhoods that lie over it.
    fn cut(
        &mut self,
        gazetteer: &Gazetteer,
        (commune, plot): (i32, i32),
        exists: &impl Fn(&&Territory) -> bool,
        pieces: &mut Vec<Piece>,
    ) {
        let mut zones: Vec<(i32, f64)> = gazetteer
            .overlaps(plot)
            .iter()
            .filter_map(|overlap| {
                let zone = gazetteer.get(overlap.other)?;
                let counts = zone.level == Level::PriorityNeighbourhood && exists(&zone);
                counts.then_some((zone.id, overlap.area_share))
            })
            .collect();
        if plot == commune {
            let inside =
                gazetteer.children(commune).filter(|child| child.level == Level::PriorityNeighbourhood);
            for zone in inside.filter(exists) {
                if !zones.iter().any(|(known, _)| *known == zone.id) {
                    zones.push((zone.id, 0.0));
                }
            }
        }
        if let [(zone, share)] = zones.as_slice()
            && *share > 1.0 - NO_SHARE
        {
            pieces.push(Piece { commune, plot, neighbourhood: Some(*zone), own: plot });
            return;
        }
        if zones.is_empty() {
            pieces.push(Piece { commune, plot, neighbourhood: None, own: plot });
            return;
        }
        let mut parts = Vec::new();
        for (neighbourhood, _) in zones {
            let id = self.hidden();
            self.parts.push(Part { id, inside: plot, neighbourhood });
            parts.push(id);
            pieces.push(Piece { commune, plot, neighbourhood: Some(neighbourhood), own: id });
        }
        let id = self.hidden();
        self.rests.push(Rest { id, whole: plot, parts });
        pieces.push(Piece { commune, plot, neighbourhood: None, own: id });
    }

    /// The sums over the pieces.
    fn bind(&mut self, pieces: &[Piece], remainder: impl Fn(i32) -> Option<i32>) {
        let mut plots: BTreeMap<i32, BTreeSet<i32>> = BTreeMap::new();
        let mut communes: BTreeMap<i32, BTreeSet<i32>> = BTreeMap::new();
        let mut outside: BTreeMap<i32, BTreeSet<i32>> = BTreeMap::new();
        let mut inside: BTreeMap<i32, BTreeMap<i32, BTreeSet<i32>>> = BTreeMap::new();
        for piece in pieces {
            plots.entry(piece.plot).or_default().insert(piece.own);
            communes.entry(piece.commune).or_default().insert(piece.plot);
            match piece.neighbourhood {
                Some(zone) => {
                    inside.entry(zone).or_default().entry(piece.commune).or_default().insert(piece.own)
                }
                None => outside.entry(piece.commune).or_default().insert(piece.own),
            };
        }
        // What each commune is made of beside what is left of it.
        let mut shown: BTreeMap<i32, BTreeSet<i32>> = BTreeMap::new();
        for (zone, by_commune) in inside {
            let spans = by_commune.len() > 1;
            let mut parts = BTreeSet::new();
            for (commune, pieces) in by_commune {
                let own = if spans { self.share(&pieces) } else { None };
                let in_commune: BTreeSet<i32> = own.map_or(pieces, |own| BTreeSet::from([own]));
                shown.entry(commune).or_default().extend(if spans {
                    in_commune.clone()
                } else {
                    [zone].into()
                });
                parts.extend(in_commune);
            }
            self.add(zone, &parts);
        }
        for (commune, pieces) in &outside {
            let Some(rest) = remainder(*commune) else { continue };
            self.add(rest, pieces);
            let parts = shown.get(commune).into_iter().flatten().copied().chain([rest]).collect();
            self.add(*commune, &parts);
        }
        for totals in [&communes, &plots] {
            for (total, parts) in totals {
                self.add(*total, parts);
            }
        }
    }

    /// A hidden number for several pieces together.
    fn share(&mut self, pieces: &BTreeSet<i32>) -> Option<i32> {
        if pieces.len() < 2 {
            return None;
        }
        let id = self.hidden();
        self.shares.push((id, pieces.iter().copied().collect()));
        self.add(id, pieces);
        Some(id)
    }

    fn add(&mut self, total: i32, parts: &BTreeSet<i32>) {
        if !parts.is_empty() && !parts.contains(&total) {
            self.sums.push((total, parts.iter().copied().collect()));
        }
    }
}

/// A territory as the communes in it, or what lies in it directly above them.
fn nested(
    gazetteer: &Gazetteer,
    whole: &Territory,
    exists: &impl Fn(&&Territory) -> bool,
) -> Option<(i32, Vec<i32>)> {
    let children: Vec<&Territory> = gazetteer.children(whole.id).filter(exists).collect();
    let widest = children.iter().map(|child| child.level).min()?;
    let parts: Vec<i32> =
        children.iter().filter(|child| child.level == widest).map(|child| child.id).collect();
    // One agglomeration of a department is not the whole department.
    (widest == Level::Commune && whole.level == Level::Agglomeration).then_some((whole.id, parts))
}

#[cfg(test)]
mod tests {
    use super::{Part, Partition, Rest};
    use crate::geography::{Gazetteer, Parts, Territory, Vintage};
    use entity::types::{Level, TerritoryCode};

    type Fault = Box<dyn std::error::Error>;

    fn place(id: i32, level: Level, code: &str, generation: Option<i32>) -> Result<Territory, Fault> {
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
    }

    #[test]
    fn neighbourhoods_cut_irises_into_parts_that_nobody_is_shown() -> Result<(), Fault> {
        let territories = vec![
            place(1, Level::Agglomeration, "242100410", None)?,
            place(2, Level::Commune, "21231", None)?,
            place(3, Level::Commune, "21003", None)?,
            place(10, Level::Iris, "212310101", None)?,
            place(11, Level::Iris, "212310102", None)?,
            place(20, Level::PriorityNeighbourhood, "QN02101M", Some(2024))?,
            place(21, Level::PriorityNeighbourhood, "QP021001", Some(2015))?,
            place(30, Level::Remainder, "21231-HQ", Some(2024))?,
        ];
        let gazetteer = Gazetteer::new(Parts {
            territories,
            memberships: vec![(2, 1), (3, 1), (10, 2), (11, 2), (20, 2), (21, 2), (30, 2)],
            successions: Vec::new(),
            overlaps: vec![(10, 20, 0.4), (20, 10, 1.0), (11, 21, 0.5), (21, 11, 1.0)],
        });
        let partition = Partition::of(&gazetteer, Vintage::LATEST, 2024);
        assert_eq!(partition.parts, [Part { id: -1, inside: 10, neighbourhood: 20 }]);
        assert_eq!(partition.rests, [Rest { id: -2, whole: 10, parts: vec![-1] }]);
        let mut sums = partition.sums;
        sums.sort_unstable();
        assert_eq!(
            sums,
            [
                (1, vec![3, 2]),
                (2, vec![10, 11]),
                (2, vec![20, 30]),
                (10, vec![-2, -1]),
                (20, vec![-1]),
                (30, vec![-2, 11]),
            ]
        );
        Ok(())
    }
}
