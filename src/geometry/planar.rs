//! Plane geometry shared by the other modules: half-plane clipping, areas that
//! are exact as far as floating point allows, and the welding of vertices that
//! were computed twice.

use std::collections::BTreeMap;

use geo::{BoundingRect, Coord, LineString, MultiPolygon, Polygon};

/// Length of one degree of latitude, in metres, on a sphere of the mean radius
/// of the Earth (6 371 008.8 m).
const METRES_PER_DEGREE: f64 = 111_195.08;

/// Smallest factor applied to longitudes, so that a place at a pole does not
/// divide by zero.
const SMALLEST_LONGITUDE_FACTOR: f64 = 0.01;

/// Converts metres to degrees of latitude.
pub(crate) fn degrees_of_latitude(metres: f64) -> f64 {
    metres / METRES_PER_DEGREE
}

/// A local plane: degrees of latitude on both axes, centred on an origin.
pub(crate) struct Frame {
    origin: Coord<f64>,
    longitude_factor: f64,
}

impl Frame {
    /// The plane centred on `origin` (degrees, WGS 84).
    pub(crate) fn centred_on(origin: Coord<f64>) -> Self {
        let factor = origin.y.to_radians().cos();
        Self { origin, longitude_factor: factor.max(SMALLEST_LONGITUDE_FACTOR) }
    }

    /// From longitude and latitude to the plane.
    pub(crate) fn flatten(&self, place: Coord<f64>) -> Coord<f64> {
        Coord { x: (place.x - self.origin.x) * self.longitude_factor, y: place.y - self.origin.y }
    }

    /// From the plane back to longitude and latitude.
    pub(crate) fn restore(&self, position: Coord<f64>) -> Coord<f64> {
        Coord { x: position.x / self.longitude_factor + self.origin.x, y: position.y + self.origin.y }
    }
}

/// The side of a straight line that is kept by [`clip`].
pub(crate) struct HalfPlane {
    anchor: Coord<f64>,
    outward: Coord<f64>,
}

impl HalfPlane {
    /// The points closer to `inside` than to `outside`.
    pub(crate) fn closer_to(inside: Coord<f64>, outside: Coord<f64>) -> Self {
        Self { anchor: (inside + outside) / 2.0, outward: outside - inside }
    }

    /// The points on the left of the line that goes from `start` to `end`.
    fn left_of(start: Coord<f64>, end: Coord<f64>) -> Self {
        Self { anchor: start, outward: Coord { x: end.y - start.y, y: start.x - end.x } }
    }

    /// Positive outside, negative inside, in proportion to the distance.
    fn excess(&self, position: Coord<f64>) -> f64 {
        let offset = position - self.anchor;
        offset.x * self.outward.x + offset.y * self.outward.y
    }
}

/// The edges of an open ring (first point not repeated), the last one going
/// back to the first point.
pub(crate) fn edges(ring: &[Coord<f64>]) -> impl Iterator<Item = (Coord<f64>, Coord<f64>)> + '_ {
    let ends = ring.iter().copied().cycle().skip(1);
    ring.iter().copied().zip(ends)
}

/// The part of an open ring inside a half-plane. The signed area is right even
/// when the ring is not convex; such a ring may then touch itself on the line.
pub(crate) fn clip(ring: &[Coord<f64>], kept_side: &HalfPlane) -> Vec<Coord<f64>> {
    let mut kept = Vec::with_capacity(ring.len() + 2);
    for (start, end) in edges(ring) {
        let (before, after) = (kept_side.excess(start), kept_side.excess(end));
        if before <= 0.0 {
            kept.push(start);
        }
        if (before < 0.0 && after > 0.0) || (before > 0.0 && after < 0.0) {
            kept.push(start + (end - start) * (before / (before - after)));
        }
    }
    kept
}

/// Area of an open ring, positive when it turns counter-clockwise.
pub(crate) fn signed_area(ring: &[Coord<f64>]) -> f64 {
    let Some(&first) = ring.first() else {
        return 0.0;
    };
    let doubled: f64 = edges(ring).map(|(start, end)| cross(start - first, end - first)).sum();
    doubled / 2.0
}

/// The centre of gravity of an open ring, or none when it has no area.
pub(crate) fn centre_of_gravity(ring: &[Coord<f64>]) -> Option<Coord<f64>> {
    let first = *ring.first()?;
    let mut doubled_area = 0.0;
    let mut moment = Coord { x: 0.0, y: 0.0 };
    for (start, end) in edges(ring) {
        let (start, end) = (start - first, end - first);
        let weight = cross(start, end);
        doubled_area += weight;
        moment = moment + (start + end) * weight;
    }
    (doubled_area != 0.0).then(|| first + moment / (3.0 * doubled_area))
}

/// Cross product of two vectors.
pub(crate) fn cross(left: Coord<f64>, right: Coord<f64>) -> f64 {
    left.x * right.y - left.y * right.x
}

/// The points of a closed line, without the repeated last one.
pub(crate) fn open_ring(line: &LineString<f64>) -> &[Coord<f64>] {
    match line.0.as_slice() {
        [ring @ .., last] if ring.len() > 1 && ring.first() == Some(last) => ring,
        other => other,
    }
}

/// A polygon without holes; empty when fewer than three distinct points remain.
pub(crate) fn polygon_of(ring: Vec<Coord<f64>>) -> Polygon<f64> {
    Polygon::new(LineString(without_repeats(ring)), Vec::new())
}

/// Removes consecutive points that are equal, the last and the first included;
/// nothing is left of a ring that has fewer than three points.
pub(crate) fn without_repeats(mut ring: Vec<Coord<f64>>) -> Vec<Coord<f64>> {
    ring.dedup();
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    if ring.len() < 3 {
        ring.clear();
    }
    ring
}

/// Area of a polygon, its holes taken away, in square degrees.
pub(crate) fn polygon_area(polygon: &Polygon<f64>) -> f64 {
    let holes: f64 = polygon.interiors().iter().map(line_area).sum();
    line_area(polygon.exterior()) - holes
}

fn line_area(line: &LineString<f64>) -> f64 {
    signed_area(open_ring(line)).abs()
}

/// Area of several polygons that do not overlap, in square degrees.
pub(crate) fn total_area(polygons: &MultiPolygon<f64>) -> f64 {
    polygons.0.iter().map(polygon_area).sum()
}

/// Area common to two polygons, convex or not, with or without holes.
///
/// The first polygon is written as a signed sum of triangles; the second one is
/// clipped to each of them. No grid is involved, so the precision is that of
/// the coordinates themselves.
pub(crate) fn common_area(first: &Polygon<f64>, second: &Polygon<f64>) -> f64 {
    if !boxes_meet(first, second) {
        return 0.0;
    }
    let holes: f64 = first.interiors().iter().map(|hole| area_within_ring(open_ring(hole), second)).sum();
    (area_within_ring(open_ring(first.exterior()), second) - holes).max(0.0)
}

/// Area common to two sets of polygons.
pub(crate) fn common_area_of_all(first: &MultiPolygon<f64>, second: &MultiPolygon<f64>) -> f64 {
    let pairs = first.0.iter().flat_map(|left| second.0.iter().map(move |right| (left, right)));
    pairs.map(|(left, right)| common_area(left, right)).sum()
}

fn boxes_meet(first: &Polygon<f64>, second: &Polygon<f64>) -> bool {
    match (first.bounding_rect(), second.bounding_rect()) {
        (Some(left), Some(right)) => {
            left.min().x <= right.max().x
                && right.min().x <= left.max().x
                && left.min().y <= right.max().y
                && right.min().y <= left.max().y
        }
        _ => false,
    }
}

fn area_within_ring(ring: &[Coord<f64>], polygon: &Polygon<f64>) -> f64 {
    let Some(&apex) = ring.first() else {
        return 0.0;
    };
    let signed: f64 = edges(ring).map(|(start, end)| area_within_triangle([apex, start, end], polygon)).sum();
    signed.abs()
}

/// Area of the polygon inside a triangle, negative when the triangle turns
/// clockwise.
fn area_within_triangle(triangle: [Coord<f64>; 3], polygon: &Polygon<f64>) -> f64 {
    let [apex, start, end] = triangle;
    let turn = cross(start - apex, end - apex);
    if turn > 0.0 {
        area_clipped(triangle, polygon)
    } else if turn < 0.0 {
        -area_clipped([apex, end, start], polygon)
    } else {
        0.0
    }
}

fn area_clipped(triangle: [Coord<f64>; 3], polygon: &Polygon<f64>) -> f64 {
    let inside = |line: &LineString<f64>| {
        let ring = edges(&triangle).fold(open_ring(line).to_vec(), |ring, (start, end)| {
            clip(&ring, &HalfPlane::left_of(start, end))
        });
        signed_area(&ring).abs()
    };
    let holes: f64 = polygon.interiors().iter().map(inside).sum();
    inside(polygon.exterior()) - holes
}

/// Whether a place is a longitude and a latitude of the Earth, in degrees.
pub(crate) fn is_on_earth(place: Coord<f64>) -> bool {
    place.x.abs() <= 180.0 && place.y.abs() <= 90.0
}

/// Whether every point of a polygon is a place on Earth.
pub(crate) fn lies_on_earth(polygon: &Polygon<f64>) -> bool {
    let lies = |line: &LineString<f64>| line.0.iter().all(|place| is_on_earth(*place));
    lies(polygon.exterior()) && polygon.interiors().iter().all(lies)
}

/// A register of vertices: two positions closer than the tolerance become one.
pub(crate) struct Weld {
    tolerance: f64,
    known: BTreeMap<(i64, i64), Vec<Coord<f64>>>,
}

impl Weld {
    /// An empty register; the tolerance is in degrees.
    pub(crate) fn within(tolerance: f64) -> Self {
        Self { tolerance, known: BTreeMap::new() }
    }

    /// Registers a position as it is.
    pub(crate) fn keep(&mut self, position: Coord<f64>) {
        self.known.entry(self.square(position)).or_default().push(position);
    }

    /// The registered position close to this one, or this one.
    pub(crate) fn find(&self, position: Coord<f64>) -> Coord<f64> {
        let (column, row) = self.square(position);
        let squares = (-1..=1_i64).flat_map(|across| (-1..=1_i64).map(move |up| (across, up)));
        squares
            .filter_map(|(across, up)| {
                let square = (column.saturating_add(across), row.saturating_add(up));
                self.known.get(&square)
            })
            .flatten()
            .copied()
            .find(|known| self.is_close(*known, position))
            .unwrap_or(position)
    }

    /// The registered position close to this one, or this one, now registered.
    pub(crate) fn find_or_keep(&mut self, position: Coord<f64>) -> Coord<f64> {
        let found = self.find(position);
        if found == position {
            self.keep(position);
        }
        found
    }

    fn is_close(&self, left: Coord<f64>, right: Coord<f64>) -> bool {
        (left.x - right.x).abs() <= self.tolerance && (left.y - right.y).abs() <= self.tolerance
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, and degrees over the tolerance fit in 64 bits"
    )]
    fn square(&self, position: Coord<f64>) -> (i64, i64) {
        let side = self.tolerance * 4.0;
        ((position.x / side).floor() as i64, (position.y / side).floor() as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(west: f64, south: f64, side: f64) -> Polygon<f64> {
        polygon_of(vec![
            Coord { x: west, y: south },
            Coord { x: west + side, y: south },
            Coord { x: west + side, y: south + side },
            Coord { x: west, y: south + side },
        ])
    }

    #[test]
    fn the_common_area_of_two_squares_is_that_of_their_overlap() {
        let area = common_area(&square(0.0, 0.0, 2.0), &square(1.0, 1.0, 2.0));
        assert!((area - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_hole_is_taken_away_from_the_common_area_on_either_side() {
        let hole = square(1.0, 1.0, 1.0).exterior().clone();
        let holed = Polygon::new(square(0.0, 0.0, 3.0).exterior().clone(), vec![hole]);
        let other = square(0.0, 0.0, 2.0);
        assert!((common_area(&holed, &other) - 3.0).abs() < 1e-12);
        assert!((common_area(&other, &holed) - 3.0).abs() < 1e-12);
    }

    #[test]
    fn the_common_area_of_a_notched_shape_ignores_the_notch() {
        let notched = polygon_of(
            [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (2.0, 1.0), (0.0, 4.0)]
                .map(|(x, y)| Coord { x, y })
                .to_vec(),
        );
        let everything = square(-1.0, -1.0, 9.0);
        let expected = polygon_area(&notched);
        assert!((common_area(&notched, &everything) - expected).abs() < 1e-12);
        assert!((common_area(&everything, &notched) - expected).abs() < 1e-12);
    }

    #[test]
    fn welded_positions_are_equal_bit_for_bit() {
        let mut weld = Weld::within(1e-10);
        let first = weld.find_or_keep(Coord { x: 5.0, y: 47.0 });
        let second = weld.find_or_keep(Coord { x: 5.0 + 1e-12, y: 47.0 - 1e-12 });
        assert_eq!(first, second);
    }
}
