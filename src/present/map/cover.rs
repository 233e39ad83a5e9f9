//! Territories that lie over one another, of which a map would hide some under others.

use std::collections::HashSet;

use entity::types::Level;

use crate::geography::{Gazetteer, Territory};

/// Whether some of these territories lie over one another: one in another, across it, what one became beside it, or what is
/// left of a commune beside other parts of it than the neighbourhoods that it was left by.
pub fn lie_over_one_another(ids: &[i32], gazetteer: &Gazetteer) -> bool {
    let here: HashSet<i32> = ids.iter().copied().collect();
    let is_here = |territory: &Territory| here.contains(&territory.id);
    let crossed_by_rest = |territory: &Territory| {
        territory.level == Level::Remainder
            && gazetteer
                .parents(territory.id)
                .flat_map(|commune| gazetteer.children(commune.id))
                .any(|part| is_here(part) && matches!(part.level, Level::Iris | Level::Zone))
    };
    // Neighbourhoods of two generations lie in one commune, and who knows how far over one another.
    let of_another_generation = |territory: &Territory| {
        territory.generation.is_some()
            && gazetteer
                .parents(territory.id)
                .flat_map(|commune| gazetteer.children(commune.id))
                .filter(|other| is_here(other))
                .any(|other| other.generation.is_some_and(|of| Some(of) != territory.generation))
    };
    ids.iter().filter_map(|id| gazetteer.get(*id)).any(|territory| {
        gazetteer.ancestors(territory.id).into_iter().any(is_here)
            || gazetteer.overlaps(territory.id).iter().any(|overlap| here.contains(&overlap.other))
            || gazetteer.successors(territory.id).any(is_here)
            || crossed_by_rest(territory)
            || of_another_generation(territory)
    })
}

/// The levels of these territories, widest first.
pub fn levels(ids: &[i32], gazetteer: &Gazetteer) -> Vec<Level> {
    let mut levels: Vec<Level> =
        ids.iter().filter_map(|id| gazetteer.get(*id)).map(|territory| territory.level).collect();
    levels.sort_unstable();
    levels.dedup();
    levels
}

#[cfg(test)]
mod tests {
    use entity::types::{Level, TerritoryCode};

    use super::{levels, lie_over_one_another};
    use crate::geography::{Gazetteer, Parts, Territory};

    fn gazetteer() -> Gazetteer {
        let place = |id, level, code: &str| Territory {
            id,
            level,
            code: TerritoryCode::parse(code).unwrap(),
            name: code.to_owned(),
            name_en: None,
            valid_from: None,
            valid_to: None,
            generation: code.starts_with('Q').then_some(if code.starts_with("QP") { 2015 } else { 2024 }),
            official: true,
            centroid: None,
        };
        Gazetteer::new(Parts {
            territories: vec![
                place(1, Level::Agglomeration, "242100410"),
                place(2, Level::Commune, "21231"),
                place(3, Level::Commune, "21003"),
                place(4, Level::Commune, "21452"),
                place(10, Level::Iris, "212310101"),
                place(11, Level::Iris, "212310102"),
                place(20, Level::PriorityNeighbourhood, "QN02101M"),
                place(21, Level::PriorityNeighbourhood, "QP021005"),
                place(30, Level::Remainder, "21231-HQ"),
            ],
            memberships: vec![(2, 1), (3, 1), (4, 1), (10, 2), (11, 2), (20, 2), (21, 2), (30, 2)],
            successions: vec![(4, 3)],
            overlaps: vec![(10, 20, 0.4), (20, 10, 1.0)],
        })
    }

    #[test]
    fn a_map_holds_no_territory_over_another() {
        let gazetteer = gazetteer();
        let over = |ids: &[i32]| lie_over_one_another(ids, &gazetteer);
        assert!(over(&[1, 10]), "an IRIS lies in the agglomeration, two levels up");
        assert!(over(&[2, 3, 11]), "and in its commune");
        assert!(over(&[10, 20]), "a neighbourhood lies across an IRIS");
        assert!(over(&[3, 4]), "a commune became another one");
        assert!(over(&[30, 11]), "the rest of a commune lies across its IRIS");
        assert!(over(&[20, 21]), "neighbourhoods of two generations of one commune");
        assert!(!over(&[10, 11, 3]), "IRIS of one commune and a commune beside it");
        assert!(!over(&[11, 20]), "an IRIS and a neighbourhood elsewhere");
        assert!(!over(&[20, 30]), "neighbourhoods and what they leave");
        assert_eq!(levels(&[10, 3, 11], &gazetteer), [Level::Commune, Level::Iris]);
    }
}
