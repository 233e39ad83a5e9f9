//! GeoJSON: a feature for each territory, with its contour and what the table says of it.
//!
//! # Citations
//!
//! RFC 7946, *The GeoJSON format*.

use std::{
    collections::HashMap,
    io::{self, Write},
};

use chrono::SecondsFormat;
use entity::types::Purpose;
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;

use super::{Contours, Sheet, record::Record};
use crate::{
    present::{Header, map::shape},
    store::Told,
};

/// West, south, east, north, in degrees.
type BoundingBox = [f64; 4];

/// The collection; what RFC 7946 does not know stands beside its features as foreign members.
#[derive(Serialize)]
struct Collection<'a> {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    bbox: Option<BoundingBox>,
    title: String,
    sources: Vec<&'a str>,
    notes: Vec<String>,
    updated: String,
    partner: Option<&'a str>,
    purpose: Option<&'static str>,
    charter: &'static str,
    features: Features<'a>,
}

/// One feature after the other, so that only one contour is unfolded at a time.
struct Features<'a> {
    sheet: Sheet<'a>,
    contours: &'a Contours,
    told: HashMap<i32, Vec<&'a Told>>,
}

#[derive(Serialize)]
struct Feature<'a> {
    r#type: &'static str,
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    bbox: Option<BoundingBox>,
    geometry: Option<Value>,
    properties: Properties<'a>,
}

#[derive(Serialize)]
struct Properties<'a> {
    code: &'a str,
    name: &'a str,
    level: &'static str,
    observations: Observations<'a>,
}

/// What is told of one territory.
struct Observations<'a> {
    sheet: Sheet<'a>,
    told: &'a [&'a Told],
}

#[derive(Serialize)]
struct Observation<'a> {
    indicator: &'a str,
    period: String,
    categories: Categories<'a>,
    value: Option<f64>,
    symbol: Option<&'static str>,
    withheld: Option<&'static str>,
    unit: &'static str,
    observation_status: &'static str,
}

/// The category of each dimension.
struct Categories<'a>(&'a [Header]);

/// Writes a table with these contours; a territory that has none is a feature without a geometry.
///
/// # Errors
///
/// Those of the writer.
pub fn write(sheet: Sheet<'_>, contours: &Contours, mut out: impl Write) -> io::Result<()> {
    let mut told: HashMap<i32, Vec<&Told>> = HashMap::new();
    for one in sheet.grid.told() {
        told.entry(one.key.territory_id).or_default().push(one);
    }
    let stamp = sheet.stamp;
    let mut notes = sheet.grid.notes(sheet.names);
    notes.push(stamp.text(sheet.names.language));
    let boxes = told.keys().filter_map(|id| Some(contours.get(id)?.bounding_box));
    let collection = Collection {
        r#type: "FeatureCollection",
        bbox: boxes.reduce(around),
        title: sheet.grid.title(sheet.names),
        sources: sheet.sources(),
        notes,
        updated: stamp.made_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        partner: stamp.partner.as_deref(),
        purpose: stamp.purpose.map(Purpose::word),
        charter: stamp.charter,
        features: Features { sheet, contours, told },
    };
    serde_json::to_writer(&mut out, &collection).map_err(io::Error::other)?;
    out.flush()
}

/// The box around two boxes.
fn around([west, south, east, north]: BoundingBox, other: BoundingBox) -> BoundingBox {
    [west.min(other[0]), south.min(other[1]), east.max(other[2]), north.max(other[3])]
}

impl Serialize for Features<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let territories = self.sheet.grid.layout().members().territories.iter();
        serializer.collect_seq(territories.filter_map(|id| {
            let territory = self.sheet.names.gazetteer.get(*id)?;
            let contour = self.contours.get(id);
            let geometry = contour.and_then(|contour| shape::read(&contour.text));
            let code = territory.code.as_str();
            Some(Feature {
                r#type: "Feature",
                id: code,
                bbox: contour.filter(|_| geometry.is_some()).map(|contour| contour.bounding_box),
                geometry: geometry.map(|polygons| shape::geometry(&polygons, false)),
                properties: Properties {
                    code,
                    name: territory.name_in(self.sheet.names.language),
                    level: territory.level.word(),
                    observations: Observations {
                        sheet: self.sheet,
                        told: self.told.get(id).map(Vec::as_slice).unwrap_or_default(),
                    },
                },
            })
        }))
    }
}

impl Serialize for Observations<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.told.iter().filter_map(|told| Some(Written(self.sheet.record(told)?))))
    }
}

/// A record as it is written.
struct Written<'a>(Record<'a>);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (record, told) = (&self.0, self.0.told.disclosed);
        let observation = Observation {
            indicator: record.indicator.code.as_str(),
            period: record.period.to_string(),
            categories: Categories(&record.categories),
            value: told.value(),
            symbol: told.symbol(),
            withheld: told.withheld().map(entity::types::Withheld::word),
            unit: record.indicator.unit.word(),
            observation_status: record.observation_status,
        };
        observation.serialize(serializer)
    }
}

impl Serialize for Categories<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for header in self.0 {
            if let Some(dimension) = &header.dimension {
                map.serialize_entry(dimension, &header.code)?;
            }
        }
        map.end()
    }
}
