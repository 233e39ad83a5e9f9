//! The ground that confidential counts are drawn on: parcels, and every sum that binds the territories
//! made from them.

use std::collections::{BTreeMap, BTreeSet};

use entity::types::Level;
use geo::Polygon;

use super::{
    draw::Name,
    places::{AGGLOMERATION, Places, Plot, Zone},
};
use crate::{
    geography::{Vintage, surroundings},
    geometry::overlay::{self, Atom},
    secrecy::table::Sums,
};

/// The part of a plot inside one priority neighbourhood, or outside all: nothing finer is counted.
#[derive(Clone, Debug)]
pub(super) struct Parcel {
    /// Names what is drawn for its plot, whatever the neighbourhoods.
    pub plot: Name,
    /// Names what is drawn for itself.
    pub name: Name,
    /// The commune whose people it shares.
    pub commune: String,
    /// Its share of that commune's people, in millionths.
    pub share: u64,
    /// Whether it lies in a priority neighbourhood.
    pub inside: bool,
    /// Number of the territory that is just it, or a hidden negative one.
    pub own: i32,
    /// The territories that count it, with their levels.
    pub territories: Vec<(i32, Level)>,
    /// Negative numbers of what it is counted in and that is never shown: itself, when no territory is just it,
    /// and the part of its neighbourhood that lies in its commune, when the neighbourhood spans several.
    pub hidden: Vec<i32>,
}

/// The parcels of one vintage and generation of neighbourhoods, and the sums over territories.
#[derive(Debug)]
pub(super) struct Ground {
    pub parcels: Vec<Parcel>,
    pub sums: Sums,
}

/// A parcel with what it is made of.
struct Piece<'a> {
    plot: &'a Plot,
    zone: Option<&'a Zone>,
    remainder: Option<i32>,
    /// Number of the territory that is just this piece, or a hidden negative one.
    own: i32,
    /// The part of its neighbourhood in its commune, when that is neither of them nor the piece alone: whoever
    /// subtracts the commune's other parts from it knows that part.
    shared: Option<i32>,
    area_share: f64,
}

const MILLIONTHS: u64 = 1_000_000;

impl Ground {
    /// The ground of a vintage, cut by the neighbourhoods of a generation; of one commune only when the
    /// source covers no other.
    pub fn survey(places: &Places, vintage: Vintage, generation: i32, commune: Option<&str>) -> Self {
        let plots: Vec<&Plot> = places
            .plots_in(vintage)
            .filter(|plot| commune.is_none_or(|only| plot.commune.code == only))
            .collect();
        let zones: Vec<&Zone> =
            places.zones.iter().filter(|zone| zone.file.generation == generation).collect();
        let mut pieces = cut(places, &plots, &zones, generation);
        share_out(&mut pieces);
        let agglomeration = if commune.is_none() { places.id(AGGLOMERATION) } else { None };
        let weights = weights(&plots);
        let parcels = pieces.iter().map(|piece| parcel(piece, agglomeration, &weights)).collect();
        Self { parcels, sums: Sums { sums: sums(&pieces, agglomeration), ..Sums::default() } }
    }
}

fn cut<'a>(places: &Places, plots: &[&'a Plot], zones: &[&'a Zone], generation: i32) -> Vec<Piece<'a>> {
    let cells: Vec<Polygon<f64>> = plots.iter().map(|plot| plot.outline.clone()).collect();
    let outlines: Vec<Polygon<f64>> = zones.iter().map(|zone| zone.outline.clone()).collect();
    let atoms = overlay::atoms(&cells, &outlines);
    let mut pieces = Vec::new();
    let mut hidden = 0;
    for Atom { iris, neighbourhood, area_share } in &atoms {
        let Some(plot) = plots.get(*iris) else { continue };
        let whole = atoms.iter().filter(|other| other.iris == *iris).count() == 1;
        let own = if whole {
            plot.iris_id.unwrap_or(plot.commune_id)
        } else {
            hidden -= 1;
            hidden
        };
        let zone = neighbourhood.and_then(|position| zones.get(position)).copied();
        let remainder = if zone.is_none() { places.remainder(&plot.commune, generation) } else { None };
        pieces.push(Piece { plot, zone, remainder, own, shared: None, area_share: *area_share });
    }
    pieces
}

/// Numbers the parts of neighbourhoods that span several communes, one a commune.
fn share_out(pieces: &mut [Piece<'_>]) {
    let mut parts: BTreeMap<(i32, i32), Vec<usize>> = BTreeMap::new();
    for (position, piece) in pieces.iter().enumerate() {
        if let Some(zone) = piece.zone.filter(|zone| spans(pieces, zone)) {
            parts.entry((zone.id, piece.plot.commune_id)).or_default().push(position);
        }
    }
    let lowest = pieces.iter().map(|piece| piece.own).min().unwrap_or_default().min(0);
    for (number, positions) in (1..).zip(parts.values().filter(|positions| positions.len() > 1)) {
        for position in positions {
            if let Some(piece) = pieces.get_mut(*position) {
                piece.shared = Some(lowest - number);
            }
        }
    }
}

/// How the people of a commune spread over its plots: unevenly, whatever their areas.
fn weights<'a>(plots: &[&'a Plot]) -> BTreeMap<&'a str, u64> {
    let drawn = |plot: &Plot| Name::of("people of a plot").text(&plot.code).draws().between(650, 1_350);
    let mut of_communes: BTreeMap<i32, u64> = BTreeMap::new();
    for plot in plots {
        *of_communes.entry(plot.commune_id).or_default() += drawn(plot);
    }
    let share = |plot: &Plot| {
        let all = of_communes.get(&plot.commune_id).copied().unwrap_or(1);
        drawn(plot) * MILLIONTHS / all
    };
    plots.iter().map(|plot| (plot.code.as_str(), share(plot))).collect()
}

fn parcel(piece: &Piece<'_>, agglomeration: Option<i32>, weights: &BTreeMap<&str, u64>) -> Parcel {
    let Piece { plot, zone, remainder, own, shared, area_share } = piece;
    let name = Name::of("parcel").text(&plot.code);
    let weight = weights.get(plot.code.as_str()).copied().unwrap_or_default();
    // Rounded to the thousandth, so that the last bit of an area does not change a count.
    let part = (area_share * 1_000.0).round() as u64;
    let mut territories: Vec<(i32, Level)> = Vec::new();
    territories.extend(agglomeration.map(|id| (id, Level::Agglomeration)));
    territories.push((plot.commune_id, Level::Commune));
    territories.extend(plot.iris_id.map(|id| (id, Level::Iris)));
    territories.extend(zone.map(|zone| (zone.id, Level::PriorityNeighbourhood)));
    territories.extend(remainder.map(|id| (id, Level::Remainder)));
    Parcel {
        plot: name,
        name: name.text(if zone.is_some() { "inside" } else { "outside" }),
        commune: super::people::key(&plot.commune),
        share: weight * part / 1_000,
        inside: zone.is_some(),
        own: *own,
        territories,
        hidden: shared.iter().copied().chain((*own < 0).then_some(*own)).collect(),
    }
}

fn sums(pieces: &[Piece<'_>], agglomeration: Option<i32>) -> Vec<(i32, Vec<i32>)> {
    let mut parts: BTreeMap<i32, BTreeSet<i32>> = BTreeMap::new();
    let mut add = |total: i32, part: i32| {
        if total != part {
            parts.entry(total).or_default().insert(part);
        }
    };
    for piece in pieces {
        let commune = piece.plot.commune_id;
        agglomeration.into_iter().for_each(|agglomeration| add(agglomeration, commune));
        piece.plot.iris_id.into_iter().for_each(|iris| {
            add(commune, iris);
            add(iris, piece.own);
        });
        let part = piece.shared.unwrap_or(piece.own);
        add(part, piece.own);
        piece.zone.into_iter().for_each(|zone| add(zone.id, part));
        piece.remainder.into_iter().for_each(|remainder| add(remainder, piece.own));
    }
    let mut all: Vec<(i32, Vec<i32>)> =
        parts.into_iter().map(|(total, parts)| (total, parts.into_iter().collect())).collect();
    all.extend(by_neighbourhood(pieces));
    all.extend(across_communes(pieces));
    all
}

/// Communes that neighbourhoods join.
fn across_communes(pieces: &[Piece<'_>]) -> Vec<(i32, Vec<i32>)> {
    let of = |find: fn(&Piece<'_>) -> Option<i32>| {
        let mut by_commune: BTreeMap<i32, BTreeSet<i32>> = BTreeMap::new();
        for piece in pieces {
            by_commune.entry(piece.plot.commune_id).or_default().extend(find(piece));
        }
        by_commune
    };
    let rests = of(|piece| piece.remainder);
    let zones = of(|piece| piece.zone.map(|zone| zone.id));
    surroundings::joined(zones, |commune| rests.get(&commune).cloned().unwrap_or_default())
}

/// Each commune as its neighbourhoods and what is left of it; of a neighbourhood that spans communes, the
/// pieces that lie in this one.
fn by_neighbourhood(pieces: &[Piece<'_>]) -> Vec<(i32, Vec<i32>)> {
    let mut communes: BTreeMap<i32, BTreeSet<i32>> = BTreeMap::new();
    for piece in pieces {
        let commune = piece.plot.commune_id;
        let part = match (piece.zone, piece.remainder) {
            (Some(zone), _) if spans(pieces, zone) => piece.shared.unwrap_or(piece.own),
            (Some(zone), _) => zone.id,
            (None, Some(remainder)) => remainder,
            (None, None) => continue,
        };
        communes.entry(commune).or_default().insert(part);
    }
    communes.into_iter().map(|(commune, parts)| (commune, parts.into_iter().collect())).collect()
}

fn spans(pieces: &[Piece<'_>], zone: &Zone) -> bool {
    let communes: BTreeSet<i32> = pieces
        .iter()
        .filter(|piece| piece.zone.is_some_and(|other| other.id == zone.id))
        .map(|piece| piece.plot.commune_id)
        .collect();
    communes.len() > 1
}
