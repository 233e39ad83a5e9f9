//! Contours as arcs that neighbours share, so that they are simplified alike and no gap opens between them.
//!
//! # Citations
//!
//! M. Visvalingam and J. D. Whyatt, *Line generalisation by repeated elimination of points*, The Cartographic Journal 30
//! (1993); arcs as in M. Bostock and C. Metcalf, *The TopoJSON format specification*.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
};

/// Longitude and latitude, degrees.
pub type Position = [f64; 2];
/// A closed line; the first position stands last again.
pub type Ring = Vec<Position>;
/// An outer ring and its holes.
pub type Polygon = Vec<Ring>;

/// A ten-millionth of a degree, about a centimetre: positions closer than this are one.
const GRID: f64 = 1e7;

/// A position on the grid.
type Point = (i64, i64);

/// An arc of a ring, and whether it is run backwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArcUse {
    /// Index of the arc.
    pub arc: usize,
    /// From its end to its start.
    pub backwards: bool,
}

/// Shapes whose rings are runs of shared arcs.
#[derive(Clone, Debug, Default)]
pub struct Topology {
    arcs: Vec<Vec<Point>>,
    shapes: Vec<Vec<Vec<Vec<ArcUse>>>>,
}

impl Topology {
    /// Finds the arcs that the shapes share.
    #[must_use]
    pub fn new(shapes: &[Vec<Polygon>]) -> Self {
        let rings = |shape: &Vec<Polygon>| -> Vec<Vec<Vec<Point>>> {
            shape.iter().map(|polygon| polygon.iter().map(|ring| on_grid(ring)).collect()).collect()
        };
        let shapes: Vec<Vec<Vec<Vec<Point>>>> = shapes.iter().map(rings).collect();
        let junctions = junctions(shapes.iter().flatten().flatten());
        let mut topology = Self::default();
        let mut known: HashMap<Vec<Point>, usize> = HashMap::new();
        for shape in &shapes {
            let polygons = shape.iter().map(|polygon| {
                let cut = |ring: &Vec<Point>| {
                    let arcs = cut(ring, &junctions).into_iter();
                    arcs.map(|arc| topology.keep(arc, &mut known)).collect::<Vec<ArcUse>>()
                };
                polygon.iter().filter(|ring| ring.len() >= 3).map(cut).collect()
            });
            let polygons = polygons.collect();
            topology.shapes.push(polygons);
        }
        topology
    }

    fn keep(&mut self, arc: Vec<Point>, known: &mut HashMap<Vec<Point>, usize>) -> ArcUse {
        let mut reversed = arc.clone();
        reversed.reverse();
        let backwards = reversed < arc;
        let canonical = if backwards { reversed } else { arc };
        let next = self.arcs.len();
        let at = *known.entry(canonical.clone()).or_insert(next);
        if at == next {
            self.arcs.push(canonical);
        }
        ArcUse { arc: at, backwards }
    }

    /// Leaves out positions whose triangle with their neighbours is smaller than a square of this side, in degrees of
    /// latitude. Ends of arcs stay, and so does what a ring needs to be one.
    #[must_use]
    pub fn simplified(&self, tolerance: f64) -> Self {
        let middle = self.arcs.iter().flatten().map(|point| point.1 as f64).sum::<f64>()
            / self.arcs.iter().map(Vec::len).sum::<usize>().max(1) as f64
            / GRID;
        let narrowing = middle.to_radians().cos();
        let least = tolerance * tolerance / 2.0;
        let arcs = self.arcs.iter().map(|arc| visvalingam(arc, least, narrowing)).collect();
        let simplified = Self { arcs, shapes: self.shapes.clone() };
        // An arc whose ring would collapse keeps all of its points, for everybody who shares it.
        let mut kept = simplified.arcs.clone();
        for ring in self.shapes.iter().flatten().flatten() {
            if simplified.ring(ring).len() < 4 {
                for piece in ring {
                    if let (Some(slot), Some(arc)) = (kept.get_mut(piece.arc), self.arcs.get(piece.arc)) {
                        slot.clone_from(arc);
                    }
                }
            }
        }
        Self { arcs: kept, shapes: simplified.shapes }
    }

    /// The polygons of each shape.
    #[must_use]
    pub fn shapes(&self) -> Vec<Vec<Polygon>> {
        let polygon =
            |rings: &Vec<Vec<ArcUse>>| -> Polygon { rings.iter().map(|ring| self.ring(ring)).collect() };
        self.shapes.iter().map(|shape| shape.iter().map(polygon).collect()).collect()
    }

    /// The arcs.
    pub fn arcs(&self) -> impl Iterator<Item = Vec<Position>> {
        self.arcs.iter().map(|arc| arc.iter().map(|point| degrees(*point)).collect())
    }

    /// The rings of each polygon of each shape, by their arcs.
    #[must_use]
    pub fn uses(&self) -> &[Vec<Vec<Vec<ArcUse>>>] {
        &self.shapes
    }

    fn ring(&self, pieces: &[ArcUse]) -> Ring {
        let mut ring: Ring = Vec::new();
        for piece in pieces {
            let Some(arc) = self.arcs.get(piece.arc) else { continue };
            let points: Vec<Point> =
                if piece.backwards { arc.iter().rev().copied().collect() } else { arc.clone() };
            let skip = usize::from(!ring.is_empty());
            ring.extend(points.into_iter().skip(skip).map(degrees));
        }
        ring
    }
}

fn on_grid(ring: &[Position]) -> Vec<Point> {
    let mut points: Vec<Point> = ring
        .iter()
        .map(|[east, north]| ((east * GRID).round() as i64, (north * GRID).round() as i64))
        .collect();
    points.dedup();
    if points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    points
}

fn degrees((east, north): Point) -> Position {
    [east as f64 / GRID, north as f64 / GRID]
}

/// Points at which rings meet or part: those that not all rings run through between the same neighbours.
fn junctions<'a>(rings: impl Iterator<Item = &'a Vec<Point>>) -> HashMap<Point, bool> {
    let mut neighbours: HashMap<Point, (Point, Point)> = HashMap::new();
    let mut junctions: HashMap<Point, bool> = HashMap::new();
    for ring in rings {
        for (at, point) in ring.iter().enumerate() {
            let before = ring[(at + ring.len() - 1) % ring.len()];
            let after = ring[(at + 1) % ring.len()];
            let pair = (before.min(after), before.max(after));
            let same = *neighbours.entry(*point).or_insert(pair) == pair;
            let junction = junctions.entry(*point).or_default();
            *junction |= !same;
        }
    }
    junctions
}

/// The pieces of a ring between its junctions; a ring without one begins at its least point, so that another one along the
/// same line gives the same arc.
fn cut(ring: &[Point], junctions: &HashMap<Point, bool>) -> Vec<Vec<Point>> {
    let is_junction = |point: &Point| junctions.get(point).copied().unwrap_or_default();
    let first = ring.iter().position(is_junction);
    let least = || ring.iter().enumerate().min_by_key(|(_, point)| **point).map(|(at, _)| at);
    let start = first.or_else(least).unwrap_or_default();
    let mut turned: Vec<Point> = ring.iter().cycle().skip(start).take(ring.len()).copied().collect();
    turned.extend(turned.first().copied());
    let mut pieces = Vec::new();
    let mut piece: Vec<Point> = Vec::new();
    for (at, point) in turned.iter().enumerate() {
        piece.push(*point);
        if at > 0 && (is_junction(point) || at + 1 == turned.len()) {
            pieces.push(std::mem::replace(&mut piece, vec![*point]));
        }
    }
    pieces
}

/// Twice the area of a triangle, in square degrees of latitude.
fn doubled_area(a: Point, b: Point, c: Point, narrowing: f64) -> f64 {
    let side =
        |from: Point, to: Point| (((to.0 - from.0) as f64 / GRID) * narrowing, (to.1 - from.1) as f64 / GRID);
    let (first, second) = (side(a, b), side(a, c));
    (first.0 * second.1 - second.0 * first.1).abs()
}

/// An order of areas.
#[derive(PartialEq)]
struct Area(f64);

impl Eq for Area {}

impl PartialOrd for Area {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Area {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// Removes the point of the smallest triangle again and again, as long as it is smaller than the least area; the ends stay.
fn visvalingam(arc: &[Point], least: f64, narrowing: f64) -> Vec<Point> {
    let count = arc.len();
    if count < 3 {
        return arc.to_vec();
    }
    let mut before: Vec<usize> = (0..count).map(|at| at.saturating_sub(1)).collect();
    let mut after: Vec<usize> = (0..count).map(|at| (at + 1).min(count - 1)).collect();
    let mut gone = vec![false; count];
    let area = |at: usize, before: &[usize], after: &[usize]| {
        doubled_area(arc[before[at]], arc[at], arc[after[at]], narrowing) / 2.0
    };
    let mut current: Vec<f64> = vec![f64::INFINITY; count];
    let mut queue = BinaryHeap::new();
    for (at, slot) in current.iter_mut().enumerate().take(count - 1).skip(1) {
        *slot = area(at, &before, &after);
        queue.push(Reverse((Area(*slot), at)));
    }
    while let Some(Reverse((Area(smallest), at))) = queue.pop() {
        if gone[at] || current[at] != smallest {
            continue;
        }
        if smallest >= least {
            break;
        }
        gone[at] = true;
        let (left, right) = (before[at], after[at]);
        after[left] = right;
        before[right] = left;
        for next in [left, right] {
            if next > 0 && next < count - 1 {
                // Never smaller than what has gone, so that the order of removal is the order of areas.
                current[next] = area(next, &before, &after).max(smallest);
                queue.push(Reverse((Area(current[next]), next)));
            }
        }
    }
    arc.iter().zip(gone).filter(|(_, gone)| !gone).map(|(point, _)| *point).collect()
}

#[cfg(test)]
mod tests {
    use super::{Polygon, Topology};

    /// Two squares that share a wavy side, and an island.
    fn shapes() -> Vec<Vec<Polygon>> {
        let wave: Vec<[f64; 2]> = (0..=100)
            .map(|at| {
                let north = 47.0 + f64::from(at) / 1000.0;
                // On the grid already, so that it comes back as it was.
                let east = 5.1 + 0.002 * (f64::from(at) / 3.0).sin();
                [(east * 1e5).round() / 1e5, north]
            })
            .collect();
        let mut left = vec![[5.0, 47.1], [5.0, 47.0]];
        left.extend(wave.iter().copied());
        left.push([5.0, 47.1]);
        let mut right = vec![[5.2, 47.0], [5.2, 47.1]];
        right.extend(wave.iter().rev().copied());
        right.push([5.2, 47.0]);
        let island = vec![[5.5, 47.0], [5.6, 47.0], [5.6, 47.1], [5.5, 47.1], [5.5, 47.0]];
        vec![vec![vec![left]], vec![vec![right]], vec![vec![island]]]
    }

    #[test]
    fn shapes_come_back_as_they_were() {
        let shapes = shapes();
        let back = Topology::new(&shapes).shapes();
        for (shape, back) in shapes.iter().zip(&back) {
            let sorted = |shape: &Vec<Polygon>| {
                let mut points: Vec<String> =
                    shape.iter().flatten().flatten().map(|[x, y]| format!("{x:.6} {y:.6}")).collect();
                points.sort();
                points.dedup();
                points
            };
            assert_eq!(sorted(shape), sorted(back));
            assert_eq!(back[0][0].first(), back[0][0].last());
        }
    }

    #[test]
    fn neighbours_are_simplified_alike() {
        let topology = Topology::new(&shapes()).simplified(0.01);
        let back = topology.shapes();
        let shared = |at: usize| -> Vec<String> {
            let inner = back[at][0][0].iter().filter(|[east, _]| (5.05..5.15).contains(east));
            let mut points: Vec<String> = inner.map(|[x, y]| format!("{x:.6} {y:.6}")).collect();
            points.sort();
            points.dedup();
            points
        };
        assert_eq!(shared(0), shared(1), "no gap opens between neighbours");
        assert!(shared(0).len() < 60, "{} of 101 are left", shared(0).len());
        assert!(back[2][0][0].len() >= 4, "an island stays one");
    }

    #[test]
    fn nothing_collapses_however_much_is_left_out() {
        let back = Topology::new(&shapes()).simplified(90.0).shapes();
        for ring in back.iter().flatten().flatten() {
            assert!(ring.len() >= 4 && ring.first() == ring.last(), "{ring:?}");
        }
    }
}
