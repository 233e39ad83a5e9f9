//! Writing shapes as `GeoJSON` geometries (RFC 7946).
//!
//! Coordinates are longitudes and latitudes in degrees (WGS 84), rounded to
//! five decimals (about one metre). Exteriors turn counter-clockwise and holes
//! clockwise, rings are closed, and no point is repeated. A ring that rounding
//! flattens is left out, and so is a ring that is not on Earth. Shapes are
//! assumed not to cross the 180th meridian.

use std::fmt::Write;

use geo::{Centroid, Contains, Coord, InteriorPoint, LineString, MultiPolygon, Point, Polygon};

use crate::geometry::planar::{is_on_earth, lies_on_earth, open_ring, signed_area, without_repeats};

/// Rounded coordinates are whole numbers of this fraction of a degree.
const STEPS_PER_DEGREE: f64 = 100_000.0;

/// A closed and oriented ring, in whole steps of a hundred-thousandth of a
/// degree.
type StepRing = Vec<Coord<f64>>;

/// The exterior of a polygon, then its holes.
type StepPolygon = Vec<StepRing>;

/// The geometry text of one polygon: a `Polygon`, whose coordinates are empty
/// when nothing is left of it after rounding.
#[must_use]
pub fn polygon_text(polygon: &Polygon<f64>) -> String {
    let rings = rounded_polygon(polygon).unwrap_or_default();
    geometry("Polygon", |text| write_polygon(text, &rings))
}

/// The geometry text of several polygons: a `Polygon` when exactly one is left
/// after rounding, otherwise a `MultiPolygon` (with empty coordinates when
/// nothing is left).
#[must_use]
pub fn multi_polygon_text(polygons: &MultiPolygon<f64>) -> String {
    match rounded(polygons).as_slice() {
        [only] => geometry("Polygon", |text| write_polygon(text, only)),
        several => geometry("MultiPolygon", |text| {
            write_list(text, several, |text, rings| write_polygon(text, rings));
        }),
    }
}

/// The geometry text of one point: a `Point`, or none when it is not on Earth.
#[must_use]
pub fn point_text(point: Point<f64>) -> Option<String> {
    let place = is_on_earth(point.0).then(|| steps(point.0))?;
    Some(geometry("Point", |text| write_place(text, place)))
}

/// West, south, east and north of the shape as it is written: degrees, five
/// decimals. None when nothing is left after rounding.
#[must_use]
pub fn bounding_box(polygons: &MultiPolygon<f64>) -> Option<[f64; 4]> {
    let polygons = rounded(polygons);
    let mut places = polygons.iter().flatten().flatten();
    let first = places.next()?;
    let start = [first.x, first.y, first.x, first.y];
    let limits = places.fold(start, |[west, south, east, north], place| {
        [west.min(place.x), south.min(place.y), east.max(place.x), north.max(place.y)]
    });
    Some(limits.map(degrees))
}

/// Where to write the name of a shape: its centre of gravity, or a point inside
/// when the centre of gravity falls outside. Degrees, not rounded; none for an
/// empty shape.
#[must_use]
pub fn centre(polygons: &MultiPolygon<f64>) -> Option<Point<f64>> {
    let real = polygons.0.iter().filter(|polygon| lies_on_earth(polygon));
    let polygons = MultiPolygon(real.cloned().collect());
    let centroid = polygons.centroid()?;
    if polygons.contains(&centroid) { Some(centroid) } else { polygons.interior_point() }
}

fn rounded(polygons: &MultiPolygon<f64>) -> Vec<StepPolygon> {
    polygons.0.iter().filter_map(rounded_polygon).collect()
}

fn rounded_polygon(polygon: &Polygon<f64>) -> Option<StepPolygon> {
    if !lies_on_earth(polygon) {
        return None;
    }
    let exterior = rounded_ring(polygon.exterior(), Turn::CounterClockwise)?;
    let holes = polygon.interiors().iter().filter_map(|hole| rounded_ring(hole, Turn::Clockwise));
    Some(std::iter::once(exterior).chain(holes).collect())
}

#[derive(Clone, Copy, PartialEq)]
enum Turn {
    CounterClockwise,
    Clockwise,
}

fn rounded_ring(line: &LineString<f64>, wanted: Turn) -> Option<StepRing> {
    let places = open_ring(line).iter().map(|place| steps(*place)).collect();
    let mut ring = without_repeats(places);
    let area = signed_area(&ring);
    if area == 0.0 {
        return None;
    }
    if (area > 0.0) != (wanted == Turn::CounterClockwise) {
        ring.reverse();
    }
    ring.extend(ring.first().copied());
    Some(ring)
}

/// Adding zero turns minus zero into zero.
fn steps(place: Coord<f64>) -> Coord<f64> {
    Coord { x: (place.x * STEPS_PER_DEGREE).round() + 0.0, y: (place.y * STEPS_PER_DEGREE).round() + 0.0 }
}

fn degrees(steps: f64) -> f64 {
    steps / STEPS_PER_DEGREE
}

fn geometry(kind: &str, write_coordinates: impl FnOnce(&mut String)) -> String {
    let mut text = format!("{{\"type\":\"{kind}\",\"coordinates\":");
    write_coordinates(&mut text);
    text.push('}');
    text
}

fn write_polygon(text: &mut String, rings: &[StepRing]) {
    write_list(text, rings, |text, ring| {
        write_list(text, ring, |text, place| write_place(text, *place));
    });
}

fn write_list<Item>(text: &mut String, items: &[Item], write_item: impl Fn(&mut String, &Item)) {
    text.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write_item(text, item);
    }
    text.push(']');
}

fn write_place(text: &mut String, place: Coord<f64>) {
    // Writing to a String cannot fail.
    let _ = write!(text, "[{},{}]", degrees(place.x), degrees(place.y));
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{BoundingRect, Winding};

    fn ring(places: &[(f64, f64)]) -> LineString<f64> {
        places.iter().copied().collect()
    }

    fn horseshoe() -> Polygon<f64> {
        let places = [
            (5.0, 47.0),
            (5.03, 47.0),
            (5.03, 47.03),
            (5.02, 47.03),
            (5.02, 47.005),
            (5.01, 47.005),
            (5.01, 47.03),
            (5.0, 47.03),
        ];
        Polygon::new(ring(&places), Vec::new())
    }

    fn read_back(text: &str) -> MultiPolygon<f64> {
        // By hand, so that neither our writer's nor our reader's habits hide a fault of the other.
        let geometry: serde_json::Value = serde_json::from_str(text).expect("JSON");
        let place = |pair: &serde_json::Value| (pair[0].as_f64().unwrap(), pair[1].as_f64().unwrap());
        let ring = |places: &serde_json::Value| {
            LineString::from(places.as_array().unwrap().iter().map(place).collect::<Vec<_>>())
        };
        let polygon = |rings: &serde_json::Value| {
            let mut rings = rings.as_array().unwrap().iter().map(ring);
            Polygon::new(rings.next().unwrap(), rings.collect())
        };
        match geometry["type"].as_str() {
            Some("Polygon") => MultiPolygon(vec![polygon(&geometry["coordinates"])]),
            Some("MultiPolygon") => {
                MultiPolygon(geometry["coordinates"].as_array().unwrap().iter().map(polygon).collect())
            }
            other => panic!("unexpected geometry {other:?}"),
        }
    }

    #[test]
    fn the_exterior_turns_counter_clockwise_and_the_hole_clockwise_whatever_was_given() {
        let exterior = [(5.0, 47.0), (5.0, 47.1), (5.1, 47.1), (5.1, 47.0)];
        let hole = [(5.02, 47.02), (5.04, 47.02), (5.04, 47.04), (5.02, 47.04)];
        let polygon = Polygon::new(ring(&exterior), vec![ring(&hole)]);
        let read = read_back(&polygon_text(&polygon));
        assert!(read.0[0].exterior().is_ccw());
        assert!(read.0[0].interiors()[0].is_cw());
        assert_eq!(read.0[0].exterior().0.len(), 5);
    }

    #[test]
    fn coordinates_have_at_most_five_decimals() {
        let third = [(5.0, 47.0), (5.0 + 1.0 / 3.0, 47.0), (5.0, 47.0 + 2.0 / 3.0)];
        let text = polygon_text(&Polygon::new(ring(&third), Vec::new()));
        let expected = "{\"type\":\"Polygon\",\"coordinates\":\
                        [[[5,47],[5.33333,47],[5,47.66667],[5,47]]]}";
        assert_eq!(text, expected);
    }

    #[test]
    fn points_that_rounding_makes_equal_are_written_once() {
        let places = [(5.0, 47.0), (5.000_001, 47.0), (5.1, 47.0), (5.1, 47.1), (5.000_002, 47.000_001)];
        let read = read_back(&polygon_text(&Polygon::new(ring(&places), Vec::new())));
        assert_eq!(read.0[0].exterior().0.len(), 4);
    }

    #[test]
    fn a_shape_flattened_by_rounding_leaves_empty_coordinates() {
        let tiny = [(5.0, 47.0), (5.000_001, 47.0), (5.0, 47.000_001)];
        let polygon = Polygon::new(ring(&tiny), Vec::new());
        let empty = "{\"type\":\"Polygon\",\"coordinates\":[]}";
        assert_eq!(polygon_text(&polygon), empty);
        let none = MultiPolygon(vec![polygon]);
        let empty = "{\"type\":\"MultiPolygon\",\"coordinates\":[]}";
        assert_eq!(multi_polygon_text(&none), empty);
        assert_eq!(bounding_box(&none), None);
    }

    #[test]
    fn a_shape_with_a_number_that_is_not_finite_is_left_out() {
        let broken = [(5.0, 47.0), (f64::NAN, 47.0), (5.0, f64::INFINITY)];
        let shape = MultiPolygon(vec![Polygon::new(ring(&broken), Vec::new()), horseshoe()]);
        assert_eq!(read_back(&multi_polygon_text(&shape)).0.len(), 1);
        assert!(centre(&shape).is_some());
        assert_eq!(point_text(Point::new(f64::NAN, 1.0)), None);
    }

    #[test]
    fn several_polygons_make_a_multi_polygon_and_one_makes_a_polygon() {
        let far = geo::Translate::translate(&horseshoe(), 0.1, 0.0);
        let two = multi_polygon_text(&MultiPolygon(vec![horseshoe(), far]));
        assert!(two.starts_with("{\"type\":\"MultiPolygon\""));
        assert_eq!(read_back(&two).0.len(), 2);
        let one = multi_polygon_text(&MultiPolygon(vec![horseshoe()]));
        assert!(one.starts_with("{\"type\":\"Polygon\""));
    }

    #[test]
    fn the_bounding_box_is_that_of_the_text() {
        let shape = MultiPolygon(vec![horseshoe()]);
        let read = read_back(&multi_polygon_text(&shape));
        let limits = read.bounding_rect().expect("a shape");
        let expected = [limits.min().x, limits.min().y, limits.max().x, limits.max().y];
        assert_eq!(bounding_box(&shape), Some(expected));
    }

    #[test]
    fn the_centre_of_a_horseshoe_is_moved_inside_it() {
        let shape = MultiPolygon(vec![horseshoe()]);
        let centroid = shape.centroid().expect("a shape");
        assert!(!shape.contains(&centroid));
        let centre = centre(&shape).expect("a shape");
        assert!(shape.contains(&centre));
    }

    #[test]
    fn a_point_is_written_without_minus_zero() {
        let text = point_text(Point::new(-0.000_001, 47.322_861));
        let expected = "{\"type\":\"Point\",\"coordinates\":[0,47.32286]}";
        assert_eq!(text.as_deref(), Some(expected));
    }
}
