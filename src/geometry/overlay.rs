//! Laying neighbourhoods and small cells over each other.
//!
//! Areas are computed in the plane of the degrees, which is right for shares:
//! inside one small cell the scale hardly changes. They do not depend on a
//! grid; only the shapes returned by [`union`] and [`remainder`] do, and their
//! vertices are brought back to those of the shapes they come from.

use geo::{BooleanOps, Coord, LineString, MultiPolygon, Orient, Polygon, orient::Direction};

use crate::geometry::planar::{
    Weld, common_area, common_area_of_all, lies_on_earth, open_ring, polygon_area, total_area,
    without_repeats,
};

/// Below this share of a neighbourhood's area, a piece of it is a sliver.
const SLIVER_SHARE: f64 = 0.02;

/// Below this share of a small cell, an outside is rounding and not a place.
const NO_SHARE: f64 = 1e-9;

/// Below this area, in square degrees (about one hundredth of a square metre),
/// a piece of a shape is rounding and not a place.
const NO_AREA: f64 = 1e-12;

/// A computed vertex closer than this to an original one, in degrees, is that
/// one (about a millimetre).
const SNAP_TOLERANCE: f64 = 1e-8;

/// A piece of a small cell: what it shares with one neighbourhood, or what is
/// outside every neighbourhood.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Atom {
    /// Index of the small cell in the list given to [`atoms`].
    pub iris: usize,
    /// Index of the neighbourhood in the list given to [`atoms`], or none for
    /// the outside.
    pub neighbourhood: Option<usize>,
    /// Share of the small cell's area, above 0 and at most 1.
    pub area_share: f64,
}

/// The share of one territory that lies in another one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AreaShare {
    /// Index of the territory whose area is shared out.
    pub from: usize,
    /// Index of the territory that receives the share.
    pub to: usize,
    /// Share of the area of `from` that lies in `to`, above 0 and at most 1.
    pub share: f64,
}

/// Cuts each small cell (an IRIS, or a commune that is not split) by the
/// neighbourhoods. Coordinates are in degrees (WGS 84).
///
/// The atoms come in the order of the small cells, then of the neighbourhoods,
/// the outside last; the shares of one small cell add up to 1. Neighbourhoods
/// are assumed not to overlap each other. A piece smaller than 2 % of its
/// neighbourhood's area is a sliver: it joins the outside of its small cell. A
/// small cell without area gives no atom.
#[must_use]
pub fn atoms(small_cells: &[Polygon<f64>], neighbourhoods: &[Polygon<f64>]) -> Vec<Atom> {
    small_cells.iter().enumerate().flat_map(|(iris, cell)| atoms_of(iris, cell, neighbourhoods)).collect()
}

fn atoms_of(iris: usize, cell: &Polygon<f64>, neighbourhoods: &[Polygon<f64>]) -> Vec<Atom> {
    let area = polygon_area(cell);
    if !lies_on_earth(cell) || area <= 0.0 {
        return Vec::new();
    }
    let mut found: Vec<Atom> = neighbourhoods
        .iter()
        .enumerate()
        .filter_map(|(index, neighbourhood)| {
            Some(Atom {
                iris,
                neighbourhood: Some(index),
                area_share: piece_area(cell, neighbourhood)? / area,
            })
        })
        .collect();
    complete(iris, &mut found);
    found
}

/// Area of a neighbourhood inside a cell, or none when it is a mere sliver.
fn piece_area(cell: &Polygon<f64>, neighbourhood: &Polygon<f64>) -> Option<f64> {
    if !lies_on_earth(neighbourhood) {
        return None;
    }
    let piece = common_area(cell, neighbourhood);
    let sliver = SLIVER_SHARE * polygon_area(neighbourhood);
    (piece > 0.0 && piece >= sliver).then_some(piece)
}

/// Adds the outside, or brings the shares back to a sum of 1 when there is no
/// outside.
fn complete(iris: usize, found: &mut Vec<Atom>) {
    let covered: f64 = found.iter().map(|atom| atom.area_share).sum();
    let outside = 1.0 - covered;
    if outside > NO_SHARE {
        found.push(Atom { iris, neighbourhood: None, area_share: outside });
    } else {
        for atom in found {
            atom.area_share /= covered;
        }
    }
}

/// What is left of a commune once the neighbourhoods are taken away, in degrees
/// (WGS 84). Slivers count here: nothing of a neighbourhood is left.
#[must_use]
pub fn remainder(commune: &MultiPolygon<f64>, neighbourhoods: &[Polygon<f64>]) -> MultiPolygon<f64> {
    let commune = MultiPolygon(usable(&commune.0));
    let neighbourhoods = usable(neighbourhoods);
    let taken = geo::unary_union(&neighbourhoods);
    let left = commune.difference(&taken);
    tidy(&left, commune.0.iter().chain(&neighbourhoods))
}

/// The shape covered by all the cells together, in degrees (WGS 84): edges
/// shared by two cells disappear.
#[must_use]
pub fn union(cells: &[Polygon<f64>]) -> MultiPolygon<f64> {
    let cells = usable(cells);
    tidy(&geo::unary_union(&cells), cells.iter())
}

/// How the area of each territory of `from` is shared among those of `to`, both
/// in degrees (WGS 84). Pairs that have nothing in common are left out; shares
/// add up to less than 1 where `to` does not cover a territory.
#[must_use]
pub fn area_shares(from: &[MultiPolygon<f64>], to: &[MultiPolygon<f64>]) -> Vec<AreaShare> {
    let from = usable_territories(from);
    let to = usable_territories(to);
    from.iter().enumerate().flat_map(|(index, territory)| shares_of(index, territory, &to)).collect()
}

fn usable_territories(territories: &[MultiPolygon<f64>]) -> Vec<MultiPolygon<f64>> {
    territories.iter().map(|territory| MultiPolygon(usable(&territory.0))).collect()
}

fn shares_of(from: usize, territory: &MultiPolygon<f64>, to: &[MultiPolygon<f64>]) -> Vec<AreaShare> {
    let area = total_area(territory);
    to.iter()
        .enumerate()
        .map(|(to, other)| AreaShare {
            from,
            to,
            share: (common_area_of_all(territory, other) / area).min(1.0),
        })
        .filter(|found| area > 0.0 && found.share > NO_SHARE)
        .collect()
}

/// The polygons that have an area and lie on Earth.
fn usable(polygons: &[Polygon<f64>]) -> Vec<Polygon<f64>> {
    polygons.iter().filter(|polygon| lies_on_earth(polygon) && polygon_area(polygon) > 0.0).cloned().collect()
}

/// Removes the traces of the computation: vertices next to an original one,
/// pieces without area, winding.
fn tidy<'shape>(
    shape: &MultiPolygon<f64>,
    originals: impl Iterator<Item = &'shape Polygon<f64>>,
) -> MultiPolygon<f64> {
    let mut weld = Weld::within(SNAP_TOLERANCE);
    for vertex in originals.flat_map(vertices) {
        if weld.find(vertex) == vertex {
            weld.keep(vertex);
        }
    }
    let pieces = shape.0.iter().map(|polygon| snapped(polygon, &weld));
    let kept = pieces.filter(|polygon| polygon_area(polygon) > NO_AREA);
    MultiPolygon(kept.collect()).orient(Direction::Default)
}

fn vertices(polygon: &Polygon<f64>) -> impl Iterator<Item = Coord<f64>> {
    std::iter::once(polygon.exterior())
        .chain(polygon.interiors())
        .flat_map(|line| open_ring(line).iter().copied())
}

fn snapped(polygon: &Polygon<f64>, weld: &Weld) -> Polygon<f64> {
    let snap = |line: &LineString<f64>| {
        let ring = open_ring(line).iter().map(|at| weld.find(*at)).collect();
        LineString(without_repeats(ring))
    };
    let holes = polygon.interiors().iter().map(snap);
    let real_holes = holes.filter(|hole| polygon_area(&Polygon::new(hole.clone(), vec![])) > NO_AREA);
    Polygon::new(snap(polygon.exterior()), real_holes.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::cells::{Site, grow, neighbourhood, split};
    use geo::{Area, Point, Winding};

    const PLACES: [(f64, f64); 5] = [
        (5.037_48, 47.322_86),
        (5.004_91, 47.292_6),
        (4.997_52, 47.339_12),
        (5.052_9, 47.285_66),
        (5.115_12, 47.319_42),
    ];

    fn communes() -> Vec<Polygon<f64>> {
        let sites = PLACES.map(|(longitude, latitude)| Site { longitude, latitude });
        grow(&sites, 0.027)
    }

    fn small_cells() -> Vec<Polygon<f64>> {
        let communes = communes();
        communes.iter().zip([20, 6, 4, 3, 1]).flat_map(|(commune, parts)| split(commune, parts, 9)).collect()
    }

    fn neighbourhoods() -> Vec<Polygon<f64>> {
        let centres = [(5.06, 47.335), (5.02, 47.33), (5.004, 47.293), (5.021, 47.305)];
        centres
            .into_iter()
            .zip(0..)
            .map(|((x, y), seed)| neighbourhood(Point::new(x, y), 600.0, seed))
            .collect()
    }

    fn rectangle(west: f64, south: f64, east: f64, north: f64) -> Polygon<f64> {
        geo::Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north }).to_polygon()
    }

    #[test]
    fn the_atoms_of_each_small_cell_add_up_to_it() {
        let cells = small_cells();
        let found = atoms(&cells, &neighbourhoods());
        for iris in 0..cells.len() {
            let of_cell = found.iter().filter(|atom| atom.iris == iris);
            let sum: f64 = of_cell.map(|atom| atom.area_share).sum();
            assert!((sum - 1.0).abs() < 1e-9);
        }
        assert!(found.iter().all(|atom| atom.area_share > 0.0 && atom.area_share <= 1.0));
        assert!(found.iter().any(|atom| atom.neighbourhood == Some(3)));
    }

    #[test]
    fn atoms_agree_with_shapes_computed_another_way() {
        let cells = small_cells();
        let neighbourhoods = neighbourhoods();
        for atom in atoms(&cells, &neighbourhoods) {
            let Some(index) = atom.neighbourhood else {
                continue;
            };
            let cell = &cells[atom.iris];
            let shape = cell.intersection(&neighbourhoods[index]);
            let expected = shape.unsigned_area() / cell.unsigned_area();
            assert!((atom.area_share - expected).abs() < 1e-6);
        }
    }

    #[test]
    fn a_piece_below_two_per_cent_of_its_neighbourhood_joins_the_outside() {
        let cells = [rectangle(0.0, 0.0, 1.0, 1.0), rectangle(1.0, 0.0, 2.0, 1.0)];
        let sliver = rectangle(0.5, 0.0, 1.009, 0.5);
        let found = atoms(&cells, &[sliver]);
        let places: Vec<_> = found.iter().map(|atom| (atom.iris, atom.neighbourhood)).collect();
        assert_eq!(places, [(0, Some(0)), (0, None), (1, None)]);
        assert!((found[0].area_share - 0.25).abs() < 1e-12);
        assert!((found[2].area_share - 1.0).abs() < 1e-12);
        let piece = rectangle(0.5, 0.0, 1.02, 0.5);
        assert_eq!(atoms(&cells, &[piece]).len(), 4);
    }

    #[test]
    fn a_cell_entirely_inside_a_neighbourhood_has_no_outside() {
        let cell = rectangle(5.0, 47.0, 5.01, 47.01);
        let around = rectangle(4.9, 46.9, 5.1, 47.1);
        // One cell is less than 2 % of a neighbourhood that large.
        assert_eq!(atoms(std::slice::from_ref(&cell), &[around])[0].neighbourhood, None);
        let close = rectangle(4.999, 46.999, 5.011, 47.011);
        let found = atoms(&[cell], &[close]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].neighbourhood, Some(0));
        assert!((found[0].area_share - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_remainder_is_the_commune_without_its_neighbourhoods() {
        let commune = MultiPolygon(vec![communes()[0].clone()]);
        let neighbourhoods = neighbourhoods();
        let left = remainder(&commune, &neighbourhoods);
        let taken: f64 =
            neighbourhoods.iter().map(|neighbourhood| common_area(&commune.0[0], neighbourhood)).sum();
        assert!(taken > 0.0);
        let expected = commune.unsigned_area() - taken;
        assert!((left.unsigned_area() - expected).abs() < 1e-6 * expected);
        assert!(left.0.iter().any(|polygon| !polygon.interiors().is_empty()));
        let untouched = remainder(&commune, &[]).unsigned_area();
        assert!((untouched - commune.unsigned_area()).abs() < 1e-9 * untouched);
    }

    #[test]
    fn the_union_of_small_cells_is_one_shape_with_the_vertices_of_the_cells() {
        let cells = small_cells();
        let whole = union(&cells);
        assert_eq!(whole.0.len(), 1);
        assert!(whole.0[0].interiors().is_empty());
        assert!(whole.0[0].exterior().is_ccw());
        let originals: Vec<_> = cells.iter().flat_map(vertices).collect();
        for place in open_ring(whole.0[0].exterior()) {
            assert!(originals.contains(place), "{place:?}");
        }
        let sum: f64 = cells.iter().map(polygon_area).sum();
        assert!((total_area(&whole) - sum).abs() < 1e-9 * sum);
    }

    #[test]
    fn area_shares_between_two_divisions_of_one_territory_add_up_to_one() {
        let single = |polygon: Polygon<f64>| MultiPolygon(vec![polygon]);
        let from: Vec<_> = split(&communes()[0], 9, 1).into_iter().map(single).collect();
        let to: Vec<_> = split(&communes()[0], 4, 2).into_iter().map(single).collect();
        let shares = area_shares(&from, &to);
        for index in 0..from.len() {
            let of_territory = shares.iter().filter(|found| found.from == index);
            let sum: f64 = of_territory.map(|found| found.share).sum();
            assert!((sum - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn small_cells_nest_in_their_commune_only() {
        let communes: Vec<_> = communes().into_iter().map(|cell| MultiPolygon(vec![cell])).collect();
        let cells: Vec<_> = small_cells().into_iter().map(|cell| MultiPolygon(vec![cell])).collect();
        let shares = area_shares(&cells, &communes);
        assert_eq!(shares.len(), cells.len());
        assert!(shares.iter().all(|found| (found.share - 1.0).abs() < 1e-9));
    }

    #[test]
    fn empty_or_broken_shapes_give_nothing_and_never_panic() {
        let broken = Polygon::new(
            LineString::from(vec![(f64::NAN, 0.0), (1.0, f64::INFINITY), (1e308, -1e308)]),
            Vec::new(),
        );
        let empty = Polygon::new(LineString(Vec::new()), Vec::new());
        let shapes = [broken, empty];
        assert!(atoms(&shapes, &shapes).is_empty());
        assert_eq!(atoms(&[rectangle(0.0, 0.0, 1.0, 1.0)], &shapes).len(), 1);
        assert!(union(&shapes).0.is_empty());
        assert!(union(&[]).0.is_empty());
        let all = MultiPolygon(shapes.to_vec());
        assert!(remainder(&all, &shapes).0.is_empty());
        let alone = std::slice::from_ref(&all);
        assert!(area_shares(alone, alone).is_empty());
    }
}
