//! Reading real contours from a `GeoJSON` text.
//!
//! The text is a `FeatureCollection` whose features are `Polygon` or
//! `MultiPolygon` geometries in degrees (WGS 84), each with the code of its
//! territory among its properties. Nothing is repaired silently except the
//! direction in which rings turn; everything that is wrong is reported at once.
//! Rings that cross themselves, and holes outside their exterior, are not
//! looked for.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use geo::{Coord, LineString, MultiPolygon, Orient, Polygon, orient::Direction};
use serde_json::{Map, Value};
use thiserror::Error;

use crate::geometry::planar::{is_on_earth, open_ring, signed_area};

/// Names of the property that holds the code, in the order in which they are
/// tried when the caller of [`read`] gives none.
pub const CODE_PROPERTIES: [&str; 4] = ["code", "INSEE_COM", "insee", "codgeo"];

/// Longest text accepted, in bytes.
pub const LONGEST_TEXT: usize = 16 * 1024 * 1024;

/// Names of the property that holds the name of the territory.
const NAME_PROPERTIES: [&str; 5] = ["nom", "NOM_COM", "NOM", "name", "libgeo"];

/// Longest code, and longest name, in characters.
const LONGEST_CODE: usize = 20;
const LONGEST_NAME: usize = 200;

/// Below this area, in square degrees (about one hundredth of a square metre),
/// a ring is flat.
const FLAT_AREA: f64 = 1e-12;

/// The contour of one territory.
#[derive(Debug, Clone, PartialEq)]
pub struct Contour {
    /// Code of the territory, as written in the text.
    pub code: String,
    /// Name of the territory, when the text has one.
    pub name: Option<String>,
    /// Shape in degrees (WGS 84): exteriors turn counter-clockwise, holes
    /// clockwise, rings are closed.
    pub geometry: MultiPolygon<f64>,
}

/// A reason to refuse a text of contours.
///
/// Its `Display` text is the English one; see [`ContourFault::french`].
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ContourFault {
    /// The text is longer than [`LONGEST_TEXT`].
    #[error(
        "The file is too large: {bytes} bytes, for at most {LONGEST_TEXT}. \
         Simplify the contours or keep fewer territories."
    )]
    TooLong {
        /// Length of the text, in bytes.
        bytes: usize,
    },
    /// The text is not JSON, or is nested too deeply.
    #[error("The file is not readable JSON: reading stops at line {line}, column {column}.")]
    NotJson {
        /// Line where reading stops, from 1.
        line: usize,
        /// Column where reading stops, from 1.
        column: usize,
    },
    /// The text is JSON, but not a feature collection.
    #[error(
        "The file is not a GeoJSON collection of contours \
         (\"FeatureCollection\" with a list of \"features\")."
    )]
    NotACollection,
    /// The contours are those that the observatory drew itself.
    #[error("These contours are schematic, drawn by an observatory: load real ones.")]
    Schematic,
    /// The collection is empty.
    #[error("The file contains no contour.")]
    Empty,
    /// Something is wrong with one contour.
    #[error("{}: {fault}", english_place(*.feature, .code.as_deref()))]
    Feature {
        /// Index of the feature in the collection, from 0.
        feature: usize,
        /// Code of the feature, when it has a readable one.
        code: Option<String>,
        /// What is wrong.
        fault: FeatureFault,
    },
}

/// A ring inside a feature: the polygon, then the ring, both from 0; ring 0 is
/// the exterior.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RingPlace {
    /// Index of the polygon in the geometry, from 0.
    pub polygon: usize,
    /// Index of the ring in the polygon, from 0; 0 is the exterior.
    pub ring: usize,
}

/// What is wrong with one feature. Its `Display` text is the English one; see
/// [`FeatureFault::french`].
#[derive(Debug, Clone, PartialEq, Error)]
pub enum FeatureFault {
    /// The element is not a `GeoJSON` feature.
    #[error("this element is not a GeoJSON \"Feature\".")]
    NotAFeature,
    /// No property holds a code.
    #[error("the code of the territory is missing.")]
    CodeMissing,
    /// The code is a number or something else than a text.
    #[error(
        "the code of the territory is not a text; written as a number, it may have lost \
         its leading zero."
    )]
    CodeNotText,
    /// The code has characters that no code has, or too many of them.
    #[error(
        "the code of the territory may only have letters, digits and hyphens, at most \
         {LONGEST_CODE} of them."
    )]
    CodeMalformed,
    /// An earlier feature has the same code.
    #[error("the same code was already given to contour number {}.", .first + 1)]
    CodeRepeated {
        /// Index of the earlier feature, from 0.
        first: usize,
    },
    /// There is no geometry.
    #[error("the contour has no shape.")]
    GeometryMissing,
    /// The geometry is neither a polygon nor several polygons.
    #[error("the shape is neither a \"Polygon\" nor a \"MultiPolygon\".")]
    GeometryNotSurface,
    /// The coordinates are not lists of rings, or there is none.
    #[error("the list of the shape's coordinates is missing, empty or not readable.")]
    CoordinatesUnreadable,
    /// A position is not a list of at least two numbers.
    #[error("{}: point number {} is not a pair of numbers.", .place.english(), .position + 1)]
    PositionUnreadable {
        /// The ring.
        place: RingPlace,
        /// Index of the first such position in the ring, from 0.
        position: usize,
    },
    /// A position is not a longitude and a latitude in degrees.
    #[error(
        "{}: point number {} is not on Earth (longitude {longitude:?}, latitude {latitude:?}). \
         Coordinates must be in degrees (WGS 84), longitude first; a projection such as \
         Lambert 93 must be converted.",
        .place.english(), .position + 1
    )]
    OffEarth {
        /// The ring.
        place: RingPlace,
        /// Index of the first such position in the ring, from 0.
        position: usize,
        /// First number of the position.
        longitude: f64,
        /// Second number of the position.
        latitude: f64,
    },
    /// A ring has fewer than four positions.
    #[error("{}: it has {positions} points, and at least 4 are needed.", .place.english())]
    RingTooShort {
        /// The ring.
        place: RingPlace,
        /// Number of positions.
        positions: usize,
    },
    /// The last position of a ring is not the first one.
    #[error("{}: it is not closed, the last point must be the first one.", .place.english())]
    RingOpen {
        /// The ring.
        place: RingPlace,
    },
    /// A ring has no area.
    #[error("{}: it is flat, its points enclose no area.", .place.english())]
    RingFlat {
        /// The ring.
        place: RingPlace,
    },
}

impl ContourFault {
    /// The fault in plain English.
    #[must_use]
    pub fn english(&self) -> String {
        self.to_string()
    }

    /// The fault in plain French.
    #[must_use]
    pub fn french(&self) -> String {
        match self {
            Self::TooLong { bytes } => format!(
                "Le fichier est trop volumineux : {bytes} octets, pour {LONGEST_TEXT} au plus. \
                 Simplifiez les contours ou gardez moins de territoires."
            ),
            Self::NotJson { line, column } => format!(
                "Le fichier n’est pas du JSON lisible : la lecture s’arrête à la ligne {line}, \
                 colonne {column}."
            ),
            Self::NotACollection => "Le fichier n’est pas une collection GeoJSON de contours \
                 (« FeatureCollection » avec une liste de « features »)."
                .to_owned(),
            Self::Schematic => {
                "Ces contours sont schématiques, dessinés par un observatoire : chargez-en de vrais."
                    .to_owned()
            }
            Self::Empty => "Le fichier ne contient aucun contour.".to_owned(),
            Self::Feature { feature, code, fault } => {
                format!("{} : {}", french_place(*feature, code.as_deref()), fault.french())
            }
        }
    }
}

impl FeatureFault {
    /// The fault in plain English, without naming the feature.
    #[must_use]
    pub fn english(&self) -> String {
        self.to_string()
    }

    /// The fault in plain French, without naming the feature.
    #[must_use]
    pub fn french(&self) -> String {
        match self {
            Self::NotAFeature => "cet élément n’est pas un « Feature » GeoJSON.".to_owned(),
            Self::CodeMissing => "le code du territoire manque.".to_owned(),
            Self::CodeNotText => "le code du territoire n’est pas un texte ; écrit comme un \
                 nombre, il a pu perdre son zéro initial."
                .to_owned(),
            Self::CodeMalformed => format!(
                "le code du territoire ne peut comporter que des lettres, des chiffres et des \
                 tirets, {LONGEST_CODE} au plus."
            ),
            Self::CodeRepeated { first } => {
                format!("le contour numéro {} porte déjà ce code.", first + 1)
            }
            Self::GeometryMissing => "le contour n’a pas de forme.".to_owned(),
            Self::GeometryNotSurface => "la forme n’est ni un « Polygon » ni un « MultiPolygon ».".to_owned(),
            Self::CoordinatesUnreadable => {
                "la liste des coordonnées de la forme manque, est vide ou illisible.".to_owned()
            }
            _ => self.french_ring_fault(),
        }
    }

    fn french_ring_fault(&self) -> String {
        match self {
            Self::PositionUnreadable { place, position } => format!(
                "{} : le point numéro {} n’est pas un couple de nombres.",
                place.french(),
                position + 1
            ),
            Self::OffEarth { place, position, longitude, latitude } => format!(
                "{} : le point numéro {} n’est pas sur Terre (longitude {longitude:?}, latitude \
                 {latitude:?}). Les coordonnées doivent être en degrés (WGS 84), la longitude \
                 d’abord ; une projection comme le Lambert 93 doit être convertie.",
                place.french(),
                position + 1
            ),
            Self::RingTooShort { place, positions } => {
                format!("{} : il comporte {positions} points, et il en faut au moins 4.", place.french())
            }
            Self::RingOpen { place } => {
                format!("{} : il n’est pas fermé, le dernier point doit être le premier.", place.french())
            }
            Self::RingFlat { place } => {
                format!("{} : il est plat, ses points n’entourent aucune surface.", place.french())
            }
            _ => String::new(),
        }
    }
}

impl RingPlace {
    fn english(self) -> String {
        format!("polygon {}, ring {}", self.polygon + 1, self.ring + 1)
    }

    fn french(self) -> String {
        format!("polygone {}, anneau {}", self.polygon + 1, self.ring + 1)
    }
}

fn english_place(feature: usize, code: Option<&str>) -> String {
    match code {
        Some(code) => format!("Contour number {} (code {code})", feature + 1),
        None => format!("Contour number {} (no readable code)", feature + 1),
    }
}

fn french_place(feature: usize, code: Option<&str>) -> String {
    match code {
        Some(code) => format!("Contour numéro {} (code {code})", feature + 1),
        None => format!("Contour numéro {} (sans code lisible)", feature + 1),
    }
}

/// Reads the contours of a `GeoJSON` `FeatureCollection`, in the order of the
/// text.
///
/// The code is the first of `code_properties` that holds a text
/// ([`CODE_PROPERTIES`] when the list is empty). Coordinates are longitudes and
/// latitudes in degrees (WGS 84); altitudes are ignored; rings are turned to
/// the right-hand rule.
///
/// # Errors
///
/// Every fault found, in the order of the features: the text as a whole
/// (too long, not JSON, nested too deeply, not a collection, empty), or for
/// each feature its code (missing, not a text, malformed, repeated) and its
/// shape (missing, not a surface, unreadable, off Earth, and rings that are too
/// short, open or flat). Within a ring, only the first point at fault is named.
pub fn read(text: &str, code_properties: &[&str]) -> Result<Vec<Contour>, Vec<ContourFault>> {
    let features = features(text).map_err(|fault| vec![fault])?;
    let properties = if code_properties.is_empty() { &CODE_PROPERTIES } else { code_properties };
    let mut known_codes = HashMap::new();
    let mut contours = Vec::with_capacity(features.len());
    let mut faults = Vec::new();
    for (index, feature) in features.iter().enumerate() {
        match read_feature(index, feature, properties, &mut known_codes) {
            Ok(contour) => contours.push(contour),
            Err(found) => faults.extend(found),
        }
    }
    if faults.is_empty() { Ok(contours) } else { Err(faults) }
}

/// The features of the collection; some tools write a byte order mark first.
fn features(text: &str) -> Result<Vec<Value>, ContourFault> {
    if text.len() > LONGEST_TEXT {
        return Err(ContourFault::TooLong { bytes: text.len() });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut document: Value = serde_json::from_str(text)
        .map_err(|error| ContourFault::NotJson { line: error.line(), column: error.column() })?;
    let is_collection = text_at(&document, "type") == Some("FeatureCollection");
    let is_schematic = document.get("schematic") == Some(&Value::Bool(true));
    match document.get_mut("features").map(Value::take) {
        Some(Value::Array(_)) if is_collection && is_schematic => Err(ContourFault::Schematic),
        Some(Value::Array(features)) if is_collection && features.is_empty() => Err(ContourFault::Empty),
        Some(Value::Array(features)) if is_collection => Ok(features),
        _ => Err(ContourFault::NotACollection),
    }
}

fn text_at<'document>(value: &'document Value, key: &str) -> Option<&'document str> {
    value.get(key).and_then(Value::as_str)
}

fn read_feature(
    index: usize,
    feature: &Value,
    code_properties: &[&str],
    known_codes: &mut HashMap<String, usize>,
) -> Result<Contour, Vec<ContourFault>> {
    if text_at(feature, "type") != Some("Feature") {
        return Err(located(index, None, vec![FeatureFault::NotAFeature]));
    }
    let properties = feature.get("properties").and_then(Value::as_object);
    let mut faults = Vec::new();
    let code = match read_code(properties, code_properties) {
        Ok(code) => Some(code),
        Err(fault) => {
            faults.push(fault);
            None
        }
    };
    if let Some(code) = &code {
        faults.extend(repeated(index, code, known_codes));
    }
    let geometry = read_geometry(feature.get("geometry"), &mut faults);
    match code {
        Some(code) if faults.is_empty() => Ok(Contour { code, name: read_name(properties), geometry }),
        code => Err(located(index, code.as_deref(), faults)),
    }
}

fn located(feature: usize, code: Option<&str>, faults: Vec<FeatureFault>) -> Vec<ContourFault> {
    faults
        .into_iter()
        .map(|fault| ContourFault::Feature { feature, code: code.map(str::to_owned), fault })
        .collect()
}

fn repeated(index: usize, code: &str, known_codes: &mut HashMap<String, usize>) -> Option<FeatureFault> {
    match known_codes.entry(code.to_owned()) {
        Entry::Occupied(earlier) => Some(FeatureFault::CodeRepeated { first: *earlier.get() }),
        Entry::Vacant(place) => {
            place.insert(index);
            None
        }
    }
}

fn read_code(properties: Option<&Map<String, Value>>, names: &[&str]) -> Result<String, FeatureFault> {
    let mut fault = FeatureFault::CodeMissing;
    for value in names.iter().filter_map(|name| properties?.get(*name)) {
        match value {
            Value::Null => {}
            Value::String(text) if text.trim().is_empty() => {}
            Value::String(text) => return well_formed(text.trim()),
            _ => fault = FeatureFault::CodeNotText,
        }
    }
    Err(fault)
}

fn well_formed(code: &str) -> Result<String, FeatureFault> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if code.len() <= LONGEST_CODE && code.bytes().all(is_allowed) {
        Ok(code.to_owned())
    } else {
        Err(FeatureFault::CodeMalformed)
    }
}

/// The name, without control characters; a name is never a reason to refuse.
fn read_name(properties: Option<&Map<String, Value>>) -> Option<String> {
    let properties = properties?;
    NAME_PROPERTIES
        .iter()
        .filter_map(|key| properties.get(*key).and_then(Value::as_str))
        .map(|name| {
            let visible = name.trim().chars().filter(|letter| !letter.is_control());
            visible.take(LONGEST_NAME).collect::<String>()
        })
        .find(|name| !name.is_empty())
}

/// The shape; what is wrong with it is added to the faults.
fn read_geometry(value: Option<&Value>, faults: &mut Vec<FeatureFault>) -> MultiPolygon<f64> {
    let Some(geometry) = value.filter(|value| !value.is_null()) else {
        faults.push(FeatureFault::GeometryMissing);
        return MultiPolygon(Vec::new());
    };
    let coordinates = geometry.get("coordinates");
    let polygons = match text_at(geometry, "type") {
        Some("Polygon") => coordinates.map(std::slice::from_ref),
        Some("MultiPolygon") => coordinates.and_then(filled_list),
        _ => {
            faults.push(FeatureFault::GeometryNotSurface);
            return MultiPolygon(Vec::new());
        }
    };
    let Some(polygons) = polygons else {
        faults.push(FeatureFault::CoordinatesUnreadable);
        return MultiPolygon(Vec::new());
    };
    let shapes =
        polygons.iter().enumerate().filter_map(|(polygon, rings)| read_polygon(polygon, rings, faults));
    MultiPolygon(shapes.collect())
}

fn filled_list(value: &Value) -> Option<&[Value]> {
    value.as_array().map(Vec::as_slice).filter(|list| !list.is_empty())
}

fn read_polygon(polygon: usize, value: &Value, faults: &mut Vec<FeatureFault>) -> Option<Polygon<f64>> {
    let Some(rings) = filled_list(value) else {
        faults.push(FeatureFault::CoordinatesUnreadable);
        return None;
    };
    let mut lines = Vec::with_capacity(rings.len());
    for (ring, positions) in rings.iter().enumerate() {
        match read_ring(RingPlace { polygon, ring }, positions) {
            Ok(line) => lines.push(line),
            Err(found) => faults.extend(found),
        }
    }
    let mut lines = lines.into_iter();
    let exterior = lines.next()?;
    Some(Polygon::new(exterior, lines.collect()).orient(Direction::Default))
}

fn read_ring(place: RingPlace, value: &Value) -> Result<LineString<f64>, Vec<FeatureFault>> {
    let Some(values) = value.as_array() else {
        return Err(vec![FeatureFault::CoordinatesUnreadable]);
    };
    let mut positions = Vec::with_capacity(values.len());
    for (position, value) in values.iter().enumerate() {
        let Some(found) = read_position(value) else {
            return Err(vec![FeatureFault::PositionUnreadable { place, position }]);
        };
        positions.push(found);
    }
    let faults = ring_faults(place, &positions);
    if faults.is_empty() { Ok(LineString(positions)) } else { Err(faults) }
}

fn read_position(value: &Value) -> Option<Coord<f64>> {
    let numbers = value.as_array()?;
    Some(Coord { x: numbers.first()?.as_f64()?, y: numbers.get(1)?.as_f64()? })
}

fn ring_faults(place: RingPlace, positions: &[Coord<f64>]) -> Vec<FeatureFault> {
    let mut faults = Vec::new();
    if let Some(position) = positions.iter().position(|at| !is_on_earth(*at)) {
        let at = positions.get(position).copied().unwrap_or_default();
        faults.push(FeatureFault::OffEarth { place, position, longitude: at.x, latitude: at.y });
    }
    if positions.len() < 4 {
        faults.push(FeatureFault::RingTooShort { place, positions: positions.len() });
    }
    if positions.first() != positions.last() {
        faults.push(FeatureFault::RingOpen { place });
    }
    if faults.is_empty() && is_flat(positions) {
        faults.push(FeatureFault::RingFlat { place });
    }
    faults
}

fn is_flat(positions: &[Coord<f64>]) -> bool {
    let line = LineString(positions.to_vec());
    signed_area(open_ring(&line)).abs() < FLAT_AREA
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::Winding;

    const SQUARE: &str = "[[[5,47],[5.1,47],[5.1,47.1],[5,47.1],[5,47]]]";

    fn feature(properties: &str, coordinates: &str) -> String {
        format!(
            "{{\"type\":\"Feature\",\"properties\":{properties},\
             \"geometry\":{{\"type\":\"Polygon\",\"coordinates\":{coordinates}}}}}"
        )
    }

    fn collection(features: &[String]) -> String {
        let features = features.join(",");
        format!("{{\"type\":\"FeatureCollection\",\"features\":[{features}]}}")
    }

    fn feature_faults(text: &str) -> Vec<FeatureFault> {
        let faults = read(text, &[]).expect_err("a refusal");
        faults
            .into_iter()
            .map(|fault| match fault {
                ContourFault::Feature { fault, .. } => fault,
                other => panic!("unexpected fault {other:?}"),
            })
            .collect()
    }

    fn faults_of_ring(coordinates: &str) -> Vec<FeatureFault> {
        feature_faults(&collection(&[feature("{\"code\":\"21231\"}", coordinates)]))
    }

    const EXTERIOR: RingPlace = RingPlace { polygon: 0, ring: 0 };

    #[test]
    fn the_real_file_reads_as_twenty_four_contours_when_it_is_there() {
        let Ok(path) = std::env::var("OBSERVATOIRE_TEST_CONTOURS") else {
            return;
        };
        let text = std::fs::read_to_string(path).expect("a readable file");
        let contours = read(&text, &[]).expect("contours");
        assert_eq!(contours.len(), 24);
        for contour in &contours {
            assert!(contour.name.is_some());
            assert!(contour.geometry.0.iter().all(|part| part.exterior().is_ccw()));
        }
    }

    #[test]
    fn a_clockwise_exterior_and_its_hole_are_turned_to_the_right_hand_rule() {
        let rings = "[[[5,47],[5,47.1],[5.1,47.1],[5.1,47],[5,47]],\
                     [[5.02,47.02],[5.04,47.02],[5.04,47.04],[5.02,47.02]]]";
        let text = collection(&[feature("{\"code\":\"21231\",\"nom\":\" Dijon \"}", rings)]);
        let contours = read(&text, &[]).expect("contours");
        let polygon = &contours[0].geometry.0[0];
        assert!(polygon.exterior().is_ccw());
        assert!(polygon.interiors()[0].is_cw());
        assert_eq!(contours[0].name.as_deref(), Some("Dijon"));
    }

    #[test]
    fn the_code_is_found_under_each_usual_name_and_in_the_order_asked_for() {
        for name in CODE_PROPERTIES {
            let text = collection(&[feature(&format!("{{\"{name}\":\"21231\"}}"), SQUARE)]);
            assert_eq!(read(&text, &[]).expect("contours")[0].code, "21231");
        }
        let both = "{\"code\":\"A\",\"insee\":\"B\"}";
        let text = collection(&[feature(both, SQUARE)]);
        let contours = read(&text, &["insee", "code"]).expect("contours");
        assert_eq!(contours[0].code, "B");
    }

    #[test]
    fn altitudes_and_a_byte_order_mark_are_accepted() {
        let rings = "[[[5,47,1],[5.1,47,2],[5.1,47.1,3],[5,47,1]]]";
        let text = collection(&[feature("{\"code\":\"21231\"}", rings)]);
        assert!(read(&format!("\u{feff}{text}"), &[]).is_ok());
    }

    #[test]
    fn every_fault_is_reported_at_once_with_its_feature_and_code() {
        let text = collection(&[
            feature("{}", SQUARE),
            feature("{\"code\":\"21231\"}", SQUARE),
            feature("{\"code\":\"21231\"}", "[[[5,47],[900,47],[5.1,47.1]]]"),
            "null".to_owned(),
        ]);
        let faults = read(&text, &[]).expect_err("a refusal");
        let places: Vec<_> = faults
            .iter()
            .map(|fault| match fault {
                ContourFault::Feature { feature, code, .. } => (*feature, code.as_deref()),
                other => panic!("unexpected fault {other:?}"),
            })
            .collect();
        let second = (2, Some("21231"));
        assert_eq!(places, [(0, None), second, second, second, second, (3, None)]);
        assert_eq!(
            feature_faults(&text),
            [
                FeatureFault::CodeMissing,
                FeatureFault::CodeRepeated { first: 1 },
                FeatureFault::OffEarth { place: EXTERIOR, position: 1, longitude: 900.0, latitude: 47.0 },
                FeatureFault::RingTooShort { place: EXTERIOR, positions: 3 },
                FeatureFault::RingOpen { place: EXTERIOR },
                FeatureFault::NotAFeature,
            ]
        );
    }

    #[test]
    fn projected_coordinates_are_refused_with_advice() {
        let rings = "[[[853000,6692000],[854000,6692000],[854000,6693000],[853000,6692000]]]";
        let faults = faults_of_ring(rings);
        assert!(faults[0].english().contains("Lambert 93"));
        assert!(faults[0].french().contains("Lambert 93"));
    }

    #[test]
    fn flat_rings_and_unreadable_points_are_refused() {
        let flat = faults_of_ring("[[[5,47],[5.1,47],[5.2,47],[5,47]]]");
        assert_eq!(flat, [FeatureFault::RingFlat { place: EXTERIOR }]);
        for point in ["null", "[]", "[5]", "[\"5\",47]", "{}", "[[5,47]]"] {
            let found = faults_of_ring(&format!("[[[5,47],{point},[5.1,47.1],[5,47]]]"));
            let expected = FeatureFault::PositionUnreadable { place: EXTERIOR, position: 1 };
            assert_eq!(found, [expected]);
        }
        for coordinates in ["null", "[]", "[null]", "{}", "12", "[{}]"] {
            let found = faults_of_ring(coordinates);
            assert_eq!(found, [FeatureFault::CoordinatesUnreadable]);
        }
        let empty = faults_of_ring("[[]]");
        assert_eq!(empty, [FeatureFault::RingTooShort { place: EXTERIOR, positions: 0 }]);
    }

    #[test]
    fn codes_that_are_not_codes_are_refused() {
        let found = |properties: &str| feature_faults(&collection(&[feature(properties, SQUARE)]));
        assert_eq!(found("null"), [FeatureFault::CodeMissing]);
        assert_eq!(found("[]"), [FeatureFault::CodeMissing]);
        assert_eq!(found("{\"code\":\"  \"}"), [FeatureFault::CodeMissing]);
        assert_eq!(found("{\"code\":1001}"), [FeatureFault::CodeNotText]);
        let script = "{\"code\":\"<script>\"}";
        assert_eq!(found(script), [FeatureFault::CodeMalformed]);
        let long = format!("{{\"code\":\"{}\"}}", "9".repeat(5_000));
        assert_eq!(found(&long), [FeatureFault::CodeMalformed]);
    }

    #[test]
    fn shapes_that_are_not_surfaces_are_refused() {
        let with_geometry = |geometry: &str| {
            let feature =
                format!("{{\"type\":\"Feature\",\"properties\":{{\"code\":\"A\"}},\"geometry\":{geometry}}}");
            feature_faults(&collection(&[feature]))
        };
        assert_eq!(with_geometry("null"), [FeatureFault::GeometryMissing]);
        for geometry in [
            "{\"type\":\"Point\",\"coordinates\":[5,47]}",
            "{\"type\":\"GeometryCollection\",\"geometries\":[]}",
            "{}",
            "[]",
            "\"Polygon\"",
        ] {
            assert_eq!(with_geometry(geometry), [FeatureFault::GeometryNotSurface]);
        }
        let nothing = "{\"type\":\"MultiPolygon\",\"coordinates\":[]}";
        assert_eq!(with_geometry(nothing), [FeatureFault::CoordinatesUnreadable]);
    }

    #[test]
    fn hostile_texts_are_refused_without_a_panic() {
        let nested = "[".repeat(1_000_000);
        let deep = format!("{{\"type\":\"FeatureCollection\",\"features\":{nested}");
        for text in ["", "\0", "{", "nul", "1e999", &nested, &deep, "[1,]", "\u{feff}"] {
            let faults = read(text, &[]).expect_err("a refusal");
            assert!(matches!(faults[..], [ContourFault::NotJson { .. }]));
        }
        for text in [
            "null",
            "{}",
            "[]",
            "12",
            "\"text\"",
            "{\"type\":\"FeatureCollection\"}",
            "{\"type\":\"FeatureCollection\",\"features\":{}}",
            "{\"type\":[],\"features\":[]}",
        ] {
            let faults = read(text, &[]).expect_err("a refusal");
            assert_eq!(faults, [ContourFault::NotACollection]);
        }
        assert_eq!(read(&collection(&[]), &[]), Err(vec![ContourFault::Empty]));
        let drawn = "{\"type\":\"FeatureCollection\",\"schematic\":true,\"features\":[]}";
        assert_eq!(read(drawn, &[]), Err(vec![ContourFault::Schematic]));
        let long = " ".repeat(LONGEST_TEXT + 1);
        let expected = ContourFault::TooLong { bytes: long.len() };
        assert_eq!(read(&long, &[]), Err(vec![expected]));
    }

    #[test]
    fn a_text_cut_anywhere_never_panics() {
        let text = collection(&[
            feature("{\"code\":\"21231\",\"nom\":\"Fénay\"}", SQUARE),
            feature("{\"code\":\"21166\"}", SQUARE),
        ]);
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            assert!(read(&text[..end], &[]).is_err());
        }
        for token in ["null", "[]", "{}", "-1e308", "\"\\u0000\""] {
            for original in ["47.1", "[5,47]", "\"Polygon\"", "\"Feature\"", "\"21231\""] {
                let _ = read(&text.replace(original, token), &[]);
            }
        }
    }

    #[test]
    fn every_fault_has_a_french_and_an_english_message() {
        let place = EXTERIOR;
        let faults = [
            FeatureFault::NotAFeature,
            FeatureFault::CodeMissing,
            FeatureFault::CodeNotText,
            FeatureFault::CodeMalformed,
            FeatureFault::CodeRepeated { first: 0 },
            FeatureFault::GeometryMissing,
            FeatureFault::GeometryNotSurface,
            FeatureFault::CoordinatesUnreadable,
            FeatureFault::PositionUnreadable { place, position: 0 },
            FeatureFault::OffEarth { place, position: 0, longitude: 1.0, latitude: 100.0 },
            FeatureFault::RingTooShort { place, positions: 2 },
            FeatureFault::RingOpen { place },
            FeatureFault::RingFlat { place },
        ];
        for fault in faults {
            assert!(fault.english().ends_with('.'));
            assert!(fault.french().ends_with('.'));
            assert_ne!(fault.english(), fault.french());
            let located = ContourFault::Feature { feature: 2, code: None, fault };
            assert!(located.english().starts_with("Contour number 3"));
            assert!(located.french().starts_with("Contour numéro 3"));
        }
    }
}
