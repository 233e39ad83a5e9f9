//! Contours from GeoJSON.

use serde::Deserialize;

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

#[cfg(test)]
mod tests {
    use super::read;

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
