//! Schematic cells: communes grown around their centroids, small cells inside a
//! commune, and neighbourhoods with street-like sides.
//!
//! These shapes are drawings, not boundaries: they are stable, they tile the
//! plane, and they resemble no real contour. The same arguments always give the
//! same shapes.

use std::f64::consts::{FRAC_PI_2, TAU};

use geo::{BoundingRect, ConvexHull, Coord, MultiPoint, Point, Polygon};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::geometry::planar::{
    Frame, HalfPlane, Weld, centre_of_gravity, clip, cross, degrees_of_latitude, edges, is_on_earth,
    lies_on_earth, open_ring, polygon_of, signed_area,
};

/// Two vertices closer than this, in degrees, are one vertex (about 0.01 mm).
const VERTEX_TOLERANCE: f64 = 1e-10;

/// Number of points on the circle drawn around each site to round the hull.
const POINTS_PER_CIRCLE: u32 = 32;

/// Margin around the sites: bounds, in degrees of latitude.
const SMALLEST_MARGIN: f64 = 1e-4;
const LARGEST_MARGIN: f64 = 10.0;

/// Rounds of evening out after the seeds of small cells are drawn.
const EVENING_ROUNDS: usize = 6;

/// The place from which a commune's cell grows, usually its centroid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Site {
    /// Longitude, in degrees (WGS 84).
    pub longitude: f64,
    /// Latitude, in degrees (WGS 84).
    pub latitude: f64,
}

impl Site {
    fn position(self) -> Coord<f64> {
        Coord { x: self.longitude, y: self.latitude }
    }

    fn is_on_earth(self) -> bool {
        is_on_earth(self.position())
    }
}

/// The rounded outline around all sites: their convex hull enlarged by
/// `margin_degrees` (degrees of latitude; 0.027 is about 3 km).
///
/// The outline is a convex polygon in degrees (WGS 84), counter-clockwise, and
/// empty when no site is on Earth. A margin that is not a number or out of
/// proportion is brought back between 0.0001 and 10 degrees.
#[must_use]
pub fn hull(sites: &[Site], margin_degrees: f64) -> Polygon<f64> {
    let Some(frame) = frame_around(sites) else {
        return polygon_of(Vec::new());
    };
    let outline = rounded_outline(&flattened(sites, &frame), margin_degrees);
    polygon_of(outline.iter().map(|at| frame.restore(*at)).collect())
}

/// One cell per site, in the order of the sites: every point of the [`hull`]
/// belongs to the cell of the nearest site (Voronoi cells, longitudes being
/// scaled by the cosine of the latitude).
///
/// Cells are convex polygons in degrees (WGS 84), counter-clockwise; vertices
/// shared by neighbours are equal bit for bit. A site that is not on Earth, or
/// is exactly where an earlier one is, gets an empty polygon.
#[must_use]
pub fn grow(sites: &[Site], margin_degrees: f64) -> Vec<Polygon<f64>> {
    let Some(frame) = frame_around(sites) else {
        return sites.iter().map(|_| polygon_of(Vec::new())).collect();
    };
    let outline = rounded_outline(&flattened(sites, &frame), margin_degrees);
    let places: Vec<_> = sites.iter().map(|site| place_in(&frame, *site)).collect();
    let rings = nearest_cells(&places, &outline);
    let corners = outline.iter().map(|at| frame.restore(*at));
    restored(&rings, &frame, corners)
}

/// Cuts a commune's cell into `parts` small cells of comparable sizes.
///
/// Seeds are drawn in the cell from `seed`, evened out, and each small cell
/// takes the points nearest to its seed. The small cells cover the cell, do not
/// overlap, and share their vertices bit for bit with each other and with the
/// cell. One part gives the cell back; no part, or a cell without area, gives
/// nothing.
///
/// The cell, in degrees (WGS 84), is meant to be convex and without holes, as
/// [`grow`] makes them. A cell that is not convex is covered all the same, but
/// a small cell may then touch itself along a cut; holes are filled.
#[must_use]
pub fn split(cell: &Polygon<f64>, parts: usize, seed: u64) -> Vec<Polygon<f64>> {
    let corners = open_ring(cell.exterior());
    let Some(frame) = frame_of(cell).filter(|_| parts > 0) else {
        return Vec::new();
    };
    let outline = counter_clockwise(corners.iter().map(|at| frame.flatten(*at)).collect());
    if signed_area(&outline) <= 0.0 {
        return Vec::new();
    }
    if parts == 1 {
        return vec![cell.clone()];
    }
    let rings = evened_cells(&outline, parts, &mut Draw::from_seed(seed));
    restored(&rings, &frame, corners.iter().copied())
}

/// An irregular neighbourhood of 10, 12 or 14 sides that mostly follow two
/// perpendicular street directions, drawn from `seed`.
///
/// The polygon, in degrees (WGS 84), is counter-clockwise, does not cross
/// itself and contains `centre`; its farthest corner is `radius_metres` away,
/// so two neighbourhoods do not overlap when their centres are farther apart
/// than the sum of their radii. It is empty when the centre is not on Earth or
/// the radius is not a positive number.
#[must_use]
pub fn neighbourhood(centre: Point<f64>, radius_metres: f64, seed: u64) -> Polygon<f64> {
    let origin = Site { longitude: centre.x(), latitude: centre.y() };
    if !origin.is_on_earth() || !radius_metres.is_finite() || radius_metres <= 0.0 {
        return polygon_of(Vec::new());
    }
    let mut draw = Draw::from_seed(seed);
    let shape = street_shape(&mut draw);
    let (sine, cosine) = draw.between(0.0, FRAC_PI_2).sin_cos();
    let reach = shape.iter().map(|at| at.x.hypot(at.y)).fold(0.0, f64::max);
    let scale = degrees_of_latitude(radius_metres) / reach;
    let frame = Frame::centred_on(origin.position());
    let turned = shape.iter().map(|at| Coord {
        x: (at.x * cosine - at.y * sine) * scale,
        y: (at.x * sine + at.y * cosine) * scale,
    });
    polygon_of(turned.map(|at| frame.restore(at)).collect())
}

/// A stream of numbers that depends on its seed only.
struct Draw(ChaCha8Rng);

impl Draw {
    fn from_seed(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number from 0 (included) to 1 (excluded).
    fn unit(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / (f64::from(u32::MAX) + 1.0)
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A whole number below four.
    fn corner(&mut self) -> u32 {
        self.0.next_u32() % 4
    }
}

fn frame_around(sites: &[Site]) -> Option<Frame> {
    let positions = sites.iter().filter(|site| site.is_on_earth()).map(|site| Point(site.position()));
    let extent = positions.collect::<MultiPoint<f64>>().bounding_rect()?;
    Some(Frame::centred_on(extent.center()))
}

fn frame_of(cell: &Polygon<f64>) -> Option<Frame> {
    let centre = cell.bounding_rect()?.center();
    lies_on_earth(cell).then(|| Frame::centred_on(centre))
}

fn place_in(frame: &Frame, site: Site) -> Option<Coord<f64>> {
    site.is_on_earth().then(|| frame.flatten(site.position()))
}

fn flattened(sites: &[Site], frame: &Frame) -> Vec<Coord<f64>> {
    sites.iter().filter_map(|site| place_in(frame, *site)).collect()
}

/// The convex hull of circles drawn around the places.
fn rounded_outline(places: &[Coord<f64>], margin_degrees: f64) -> Vec<Coord<f64>> {
    let margin = if margin_degrees.is_finite() {
        margin_degrees.clamp(SMALLEST_MARGIN, LARGEST_MARGIN)
    } else {
        SMALLEST_MARGIN
    };
    let circles: MultiPoint<f64> =
        places.iter().flat_map(|place| circle(*place, margin)).map(Point).collect();
    let outline = circles.convex_hull();
    counter_clockwise(open_ring(outline.exterior()).to_vec())
}

fn circle(centre: Coord<f64>, radius: f64) -> impl Iterator<Item = Coord<f64>> {
    (0..POINTS_PER_CIRCLE).map(move |step| {
        let angle = TAU * f64::from(step) / f64::from(POINTS_PER_CIRCLE);
        let (sine, cosine) = angle.sin_cos();
        centre + Coord { x: cosine * radius, y: sine * radius }
    })
}

fn counter_clockwise(mut ring: Vec<Coord<f64>>) -> Vec<Coord<f64>> {
    if signed_area(&ring) < 0.0 {
        ring.reverse();
    }
    ring
}

/// For each place, the part of the outline that is nearer to it than to any
/// other place.
fn nearest_cells(places: &[Option<Coord<f64>>], outline: &[Coord<f64>]) -> Vec<Vec<Coord<f64>>> {
    (0..places.len()).map(|index| nearest_cell(index, places, outline)).collect()
}

fn nearest_cell(index: usize, places: &[Option<Coord<f64>>], outline: &[Coord<f64>]) -> Vec<Coord<f64>> {
    let Some(own) = places.get(index).copied().flatten() else {
        return Vec::new();
    };
    let mut ring = outline.to_vec();
    for (other_index, other) in places.iter().enumerate() {
        match other {
            Some(other) if *other != own => ring = clip(&ring, &HalfPlane::closer_to(own, *other)),
            Some(_) if other_index < index => return Vec::new(),
            _ => {}
        }
    }
    ring
}

/// Back to degrees, the vertices computed from both sides of an edge becoming
/// one; the given corners are kept exactly.
fn restored(
    rings: &[Vec<Coord<f64>>],
    frame: &Frame,
    corners: impl Iterator<Item = Coord<f64>>,
) -> Vec<Polygon<f64>> {
    let mut weld = Weld::within(VERTEX_TOLERANCE);
    corners.for_each(|corner| weld.keep(corner));
    let mut restore = |ring: &Vec<Coord<f64>>| {
        let places = ring.iter().map(|at| weld.find_or_keep(frame.restore(*at))).collect();
        polygon_of(places)
    };
    rings.iter().map(&mut restore).collect()
}

/// Cells around seeded places, each place being moved several times to the
/// centre of its cell.
fn evened_cells(outline: &[Coord<f64>], parts: usize, draw: &mut Draw) -> Vec<Vec<Coord<f64>>> {
    let mut places: Vec<_> = (0..parts).map(|_| Some(point_inside(outline, draw))).collect();
    for _ in 0..EVENING_ROUNDS {
        let rings = nearest_cells(&places, outline);
        for (place, ring) in places.iter_mut().zip(&rings) {
            *place = centre_of_gravity(ring).or_else(|| Some(point_inside(outline, draw)));
        }
    }
    nearest_cells(&places, outline)
}

/// A point drawn uniformly in a convex ring.
fn point_inside(ring: &[Coord<f64>], draw: &mut Draw) -> Coord<f64> {
    let Some(&apex) = ring.first() else {
        return Coord { x: 0.0, y: 0.0 };
    };
    let mut remaining = draw.unit() * 2.0 * signed_area(ring);
    let mut chosen = (apex, apex);
    for (start, end) in edges(ring) {
        let weight = cross(start - apex, end - apex);
        if weight > 0.0 {
            chosen = (start, end);
            remaining -= weight;
        }
        if remaining < 0.0 {
            break;
        }
    }
    let depth = draw.unit().sqrt();
    let along = draw.unit();
    let (start, end) = chosen;
    apex + (start - apex) * (depth * (1.0 - along)) + (end - apex) * (depth * along)
}

/// A rectangle around the origin, one or two steps cut into most of its
/// corners, every point then moved a little. Its half sides are at most one.
fn street_shape(draw: &mut Draw) -> Vec<Coord<f64>> {
    let steps = steps_per_corner(draw);
    let [right, top, left, bottom] = [(); 4].map(|()| draw.between(0.75, 1.0));
    let corners = [
        (Coord { x: right, y: top }, Coord { x: 0.0, y: 1.0 }),
        (Coord { x: -left, y: top }, Coord { x: -1.0, y: 0.0 }),
        (Coord { x: -left, y: -bottom }, Coord { x: 0.0, y: -1.0 }),
        (Coord { x: right, y: -bottom }, Coord { x: 1.0, y: 0.0 }),
    ];
    let mut shape = Vec::with_capacity(14);
    for ((corner, arriving), count) in corners.into_iter().zip(steps) {
        shape.extend(stepped_corner(corner, arriving, count, draw));
    }
    shape
        .into_iter()
        .map(|at| at + Coord { x: draw.between(-0.03, 0.03), y: draw.between(-0.03, 0.03) })
        .collect()
}

/// Three, four or five steps in all, that is 10, 12 or 14 corners.
fn steps_per_corner(draw: &mut Draw) -> [u32; 4] {
    let special = draw.corner();
    let count = match draw.unit() {
        low if low < 1.0 / 3.0 => 0,
        middle if middle < 2.0 / 3.0 => 1,
        _ => 2,
    };
    [0, 1, 2, 3].map(|corner| if corner == special { count } else { 1 })
}

/// The points met when going round a corner by steps, coming in the direction
/// `arriving` and leaving to the left.
fn stepped_corner(corner: Coord<f64>, arriving: Coord<f64>, steps: u32, draw: &mut Draw) -> Vec<Coord<f64>> {
    let leaving = Coord { x: -arriving.y, y: arriving.x };
    let (low, high) = if steps > 1 { (0.15, 0.24) } else { (0.18, 0.34) };
    let rises: Vec<f64> = (0..steps).map(|_| draw.between(low, high)).collect();
    let mut at = corner - arriving * rises.iter().sum::<f64>();
    let mut points = vec![at];
    for rise in rises {
        at = at + leaving * draw.between(low, high);
        points.push(at);
        at = at + arriving * rise;
        points.push(at);
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::planar::polygon_area;
    use geo::{Contains, Validation, Winding};

    fn sites() -> Vec<Site> {
        [
            (5.020_48, 47.371_12),
            (5.183_89, 47.308_65),
            (5.103_76, 47.236_2),
            (5.004_91, 47.292_6),
            (5.136_58, 47.299_87),
            (4.941_98, 47.303_87),
            (5.037_48, 47.322_86),
            (5.024_56, 47.347_37),
            (4.950_98, 47.338_36),
            (5.172_41, 47.274_49),
        ]
        .map(|(longitude, latitude)| Site { longitude, latitude })
        .to_vec()
    }

    fn assert_adds_up(parts: &[Polygon<f64>], whole: &Polygon<f64>) {
        let sum: f64 = parts.iter().map(polygon_area).sum();
        let whole = polygon_area(whole);
        assert!((sum - whole).abs() <= 1e-9 * whole, "{sum} for {whole}");
    }

    /// Every edge is met in the other direction in another part, or has both
    /// its ends on the outline; a distance is in degrees.
    fn assert_edges_are_shared(parts: &[Polygon<f64>], outline: &Polygon<f64>) {
        let all: Vec<_> =
            parts.iter().flat_map(|part| edges(open_ring(part.exterior())).collect::<Vec<_>>()).collect();
        for (start, end) in &all {
            let shared = all.contains(&(*end, *start));
            assert!(shared || (on_outline(*start, outline) && on_outline(*end, outline)));
        }
    }

    fn on_outline(at: Coord<f64>, outline: &Polygon<f64>) -> bool {
        edges(open_ring(outline.exterior())).any(|(start, end)| {
            let side = end - start;
            let length = side.x.hypot(side.y);
            let along = ((at - start).x * side.x + (at - start).y * side.y) / length;
            let away = cross(side, at - start).abs() / length;
            away < 1e-11 && along > -1e-11 && along < length + 1e-11
        })
    }

    fn sample(outline: &Polygon<f64>, count: usize) -> Vec<Point<f64>> {
        let mut draw = Draw::from_seed(7);
        let ring = open_ring(outline.exterior());
        (0..count).map(|_| Point(point_inside(ring, &mut draw))).collect()
    }

    #[test]
    fn the_cells_of_the_communes_add_up_to_the_hull() {
        let outline = hull(&sites(), 0.027);
        let cells = grow(&sites(), 0.027);
        assert_eq!(cells.len(), sites().len());
        assert_adds_up(&cells, &outline);
        assert_edges_are_shared(&cells, &outline);
    }

    #[test]
    fn every_point_of_the_hull_is_in_exactly_one_cell() {
        let outline = hull(&sites(), 0.027);
        let cells = grow(&sites(), 0.027);
        for point in sample(&outline, 5_000) {
            let owners = cells.iter().filter(|cell| cell.contains(&point)).count();
            assert_eq!(owners, 1, "{point:?}");
        }
    }

    #[test]
    fn each_cell_contains_its_own_site_and_turns_counter_clockwise() {
        for (cell, site) in grow(&sites(), 0.027).iter().zip(sites()) {
            assert!(cell.contains(&Point(site.position())));
            assert!(cell.exterior().is_ccw());
            assert!(cell.is_valid());
        }
    }

    #[test]
    fn the_hull_leaves_about_three_kilometres_around_the_outer_sites() {
        let outline = hull(&sites(), 0.027);
        let extent = outline.bounding_rect().expect("an outline");
        assert!((extent.max().y - 47.371_12 - 0.027).abs() < 1e-9);
        assert!((extent.min().y - 47.236_2 + 0.027).abs() < 1e-9);
    }

    #[test]
    fn the_same_arguments_give_the_same_shapes() {
        assert_eq!(grow(&sites(), 0.027), grow(&sites(), 0.027));
        let cell = hull(&sites(), 0.027);
        assert_eq!(split(&cell, 12, 3), split(&cell, 12, 3));
        assert_ne!(split(&cell, 12, 3), split(&cell, 12, 4));
        let centre = Point::new(5.03, 47.32);
        assert_eq!(neighbourhood(centre, 400.0, 3), neighbourhood(centre, 400.0, 3));
        assert_ne!(neighbourhood(centre, 400.0, 3), neighbourhood(centre, 400.0, 4));
    }

    #[test]
    fn small_cells_add_up_to_the_cell_and_share_their_edges() {
        for cell in grow(&sites(), 0.027) {
            for (parts, seed) in [(1, 0), (2, 1), (3, 2), (7, 3), (30, 4)] {
                let small_cells = split(&cell, parts, seed);
                assert_eq!(small_cells.len(), parts);
                assert_adds_up(&small_cells, &cell);
                assert_edges_are_shared(&small_cells, &cell);
                assert!(small_cells.iter().all(Validation::is_valid));
            }
        }
    }

    #[test]
    fn small_cells_keep_the_corners_of_the_cell_and_have_comparable_sizes() {
        let cell = hull(&sites(), 0.027);
        let small_cells = split(&cell, 40, 11);
        for corner in open_ring(cell.exterior()) {
            let keeps = |small: &Polygon<f64>| small.exterior().0.contains(corner);
            assert!(small_cells.iter().any(keeps));
        }
        let areas: Vec<_> = small_cells.iter().map(polygon_area).collect();
        let largest = areas.iter().copied().fold(0.0, f64::max);
        let smallest = areas.iter().copied().fold(f64::INFINITY, f64::min);
        assert!(largest < 5.0 * smallest);
    }

    #[test]
    fn a_clockwise_or_notched_cell_is_covered_all_the_same() {
        let places = [(5.0, 47.0), (5.0, 47.1), (5.05, 47.03), (5.1, 47.1), (5.1, 47.0)];
        let cell = Polygon::new(places.into_iter().collect(), Vec::new());
        assert_adds_up(&split(&cell, 6, 5), &cell);
    }

    #[test]
    fn odd_arguments_give_empty_shapes_and_never_panic() {
        let nowhere = Site { longitude: f64::NAN, latitude: 47.0 };
        let twice = [sites()[0], sites()[0], nowhere];
        let cells = grow(&twice, f64::NAN);
        assert!(polygon_area(&cells[0]) > 0.0);
        assert!(cells[1].exterior().0.is_empty() && cells[2].exterior().0.is_empty());
        assert!(grow(&[], 0.027).is_empty());
        assert!(hull(&[nowhere], 0.027).exterior().0.is_empty());
        let empty = polygon_of(Vec::new());
        assert!(split(&empty, 3, 1).is_empty());
        assert!(split(&hull(&sites(), -1.0), 0, 1).is_empty());
        for radius in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let shape = neighbourhood(Point::new(5.0, 47.0), radius, 1);
            assert!(shape.exterior().0.is_empty());
        }
        let shape = neighbourhood(Point::new(f64::NAN, 47.0), 100.0, 1);
        assert!(shape.exterior().0.is_empty());
    }

    #[test]
    fn a_neighbourhood_has_ten_to_fourteen_sides_and_stays_within_its_radius() {
        let centre = Point::new(5.03748, 47.32286);
        let frame = Frame::centred_on(centre.0);
        let mut sides_met = std::collections::BTreeSet::new();
        for seed in 0..500 {
            let shape = neighbourhood(centre, 400.0, seed);
            let corners = open_ring(shape.exterior());
            sides_met.insert(corners.len());
            assert!(shape.is_valid(), "seed {seed}");
            assert!(shape.exterior().is_ccw());
            assert!(shape.contains(&centre));
            let distances = corners.iter().map(|at| {
                let flat = frame.flatten(*at);
                flat.x.hypot(flat.y) / degrees_of_latitude(1.0)
            });
            let farthest = distances.fold(0.0, f64::max);
            assert!((farthest - 400.0).abs() < 1e-6);
        }
        assert_eq!(sides_met.into_iter().collect::<Vec<_>>(), [10, 12, 14]);
    }
}
