//! Contours from GeoJSON, and back.
//!
//! # Citations
//!
//! RFC 7946, *The GeoJSON format*, section 3.1.6: the right-hand rule.

use serde::Deserialize;
use serde_json::{Value, json};

use super::topology::{Polygon, Ring};

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Vec<Vec<f64>>>),
    MultiPolygon(Vec<Vec<Vec<Vec<f64>>>>),
}

/// The polygons of a GeoJSON geometry; none where it is neither a polygon nor several.
#[must_use]
pub fn read(text: &str) -> Option<Vec<Polygon>> {
    let polygons = match serde_json::from_str(text).ok()? {
        Geometry::Polygon(rings) => vec![rings],
        Geometry::MultiPolygon(polygons) => polygons,
    };
    let position = |position: Vec<f64>| Some([*position.first()?, *position.get(1)?]);
    let ring = |ring: Vec<Vec<f64>>| ring.into_iter().map(position).collect::<Option<Ring>>();
    let polygon = |rings: Vec<Vec<Vec<f64>>>| rings.into_iter().map(ring).collect::<Option<Polygon>>();
    polygons.into_iter().map(polygon).collect()
}

/// Polygons as a GeoJSON geometry, outer rings against the clock; `clockwise` for what draws on a sphere and takes the other
/// side of a ring for its inside.
#[must_use]
pub fn geometry(polygons: &[Polygon], clockwise: bool) -> Value {
    let polygons: Vec<Polygon> = polygons.iter().map(|polygon| wound(polygon, clockwise)).collect();
    match polygons.as_slice() {
        [only] => json!({ "type": "Polygon", "coordinates": only }),
        several => json!({ "type": "MultiPolygon", "coordinates": several }),
    }
}

/// A polygon whose outer ring runs against the clock and whose holes run with it, or the other way round.
fn wound(polygon: &Polygon, clockwise: bool) -> Polygon {
    let wind = |(at, ring): (usize, &Ring)| {
        let doubled: f64 =
            ring.windows(2).map(|pair| pair[0][0] * pair[1][1] - pair[1][0] * pair[0][1]).sum();
        let against = doubled > 0.0;
        let wanted = (at == 0) != clockwise;
        if against == wanted { ring.clone() } else { ring.iter().rev().copied().collect() }
    };
    polygon.iter().enumerate().map(wind).collect()
}

#[cfg(test)]
mod tests {
    use super::{read, wound};

    #[test]
    fn rings_follow_the_right_hand() {
        let square = vec![[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0], [0.0, 0.0]];
        let hole = vec![[0.2, 0.2], [0.8, 0.2], [0.8, 0.8], [0.2, 0.8], [0.2, 0.2]];
        let area = |ring: &[[f64; 2]]| -> f64 {
            ring.windows(2).map(|pair| pair[0][0] * pair[1][1] - pair[1][0] * pair[0][1]).sum()
        };
        let polygon = vec![square, hole];
        let right = wound(&polygon, false);
        assert!(area(&right[0]) > 0.0 && area(&right[1]) < 0.0);
        let left = wound(&polygon, true);
        assert!(area(&left[0]) < 0.0 && area(&left[1]) > 0.0);
    }

    #[test]
    fn polygons_are_read_with_their_holes() {
        let one = r#"{"type":"Polygon","coordinates":[[[5,47],[6,47],[6,48],[5,47]],[[5.5,47.2],[5.6,47.2],[5.6,47.3],[5.5,47.2]]]}"#;
        assert_eq!(read(one).map(|shape| (shape.len(), shape[0].len())), Some((1, 2)));
        let many = r#"{"type":"MultiPolygon","coordinates":[[[[5,47,1],[6,47,1],[6,48,1],[5,47,1]]]]}"#;
        assert_eq!(read(many).map(|shape| shape[0][0][1]), Some([6.0, 47.0]));
        assert_eq!(read(r#"{"type":"Point","coordinates":[5,47]}"#), None);
        assert_eq!(read("{"), None);
    }
}
