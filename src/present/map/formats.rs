//! Maps as GeoJSON, TopoJSON and Vega-Lite.
//!
//! # Citations
//!
//! RFC 7946, *The GeoJSON format*; *The TopoJSON format specification*, version 1.0; *Vega-Lite 5*.

use serde_json::{Value, json};

use super::{
    Place, Representation, ThematicMap, shape,
    topology::{ArcUse, Ring},
};
use crate::present::{
    Names,
    chart::{description, locale, spoken},
    draw::{colour, text},
    notes, words,
};

/// Side of the squares that simplified contours may leave out, in degrees: about ten metres.
pub const FINE: f64 = 0.0001;

impl ThematicMap {
    /// Its territories as GeoJSON features, outer rings against the clock, with what the viewer is told as properties.
    #[must_use]
    pub fn features(&self, names: Names<'_>) -> Value {
        self.collection(names, false)
    }

    /// `clockwise` for what draws on a sphere and takes the other side of a ring for its inside.
    fn collection(&self, names: Names<'_>, clockwise: bool) -> Value {
        let shapes = self.topology.simplified(FINE).shapes();
        let feature = |place: &Place| {
            let polygons = shapes.get(place.shape).map(Vec::as_slice).unwrap_or_default();
            let geometry = shape::geometry(polygons, clockwise);
            json!({ "type": "Feature", "geometry": geometry, "properties": self.properties(place, names) })
        };
        let features: Vec<Value> = self.places.iter().map(feature).collect();
        let mut collection = json!({ "type": "FeatureCollection", "features": features });
        if let (Some(note), false) = (self.contour_note(names.language), clockwise) {
            collection["contours"] = json!(note);
        }
        collection
    }

    /// Code, name, and for the last period value, reason and class; all periods under `values`.
    fn properties(&self, place: &Place, names: Names<'_>) -> Value {
        let header = names.territory(place.territory_id);
        let bounds = self.bounds();
        let one = |told: &crate::store::Told| {
            let value = told.disclosed.value();
            json!({
                "period": told.key.period.to_string(),
                "value": value,
                "withheld": told.disclosed.withheld().map(entity::types::Withheld::word),
                "symbol": told.disclosed.symbol(),
                "class": value.and_then(|value| crate::present::classify::class(&bounds, value)),
            })
        };
        let mut properties = place.told.last().map(one).unwrap_or_else(|| json!({}));
        if let Some(object) = properties.as_object_mut() {
            object.insert("code".to_owned(), json!(header.as_ref().map(|header| &header.code)));
            object.insert("name".to_owned(), json!(header.as_ref().map(|header| &header.label)));
            if place.told.len() > 1 {
                object.insert("values".to_owned(), place.told.iter().map(one).collect());
            }
        }
        properties
    }

    /// The same as TopoJSON: arcs that neighbours share stand once.
    #[must_use]
    pub fn topo_json(&self, names: Names<'_>) -> Value {
        let topology = self.topology.simplified(FINE);
        let index = |piece: &ArcUse| {
            let arc = piece.arc as i64;
            if piece.backwards { !arc } else { arc }
        };
        let geometry = |place: &Place| {
            let polygons: Vec<Vec<Vec<i64>>> = topology
                .uses()
                .get(place.shape)
                .map(Vec::as_slice)
                .unwrap_or_default()
                .iter()
                .map(|polygon| polygon.iter().map(|ring| ring.iter().map(index).collect()).collect())
                .collect();
            let properties = self.properties(place, names);
            match polygons.as_slice() {
                [only] => json!({ "type": "Polygon", "arcs": only, "properties": properties }),
                several => json!({ "type": "MultiPolygon", "arcs": several, "properties": properties }),
            }
        };
        let geometries: Vec<Value> = self.places.iter().map(geometry).collect();
        let arcs: Vec<Ring> = topology.arcs().collect();
        json!({
            "type": "Topology",
            "objects": { "territories": { "type": "GeometryCollection", "geometries": geometries } },
            "arcs": arcs,
        })
    }

    /// The map of the last period as a Vega-Lite 5 specification with its data.
    #[must_use]
    pub fn vega_lite(&self, names: Names<'_>) -> Value {
        let language = names.language;
        let secret = "datum.properties.withheld === 'STATISTICAL_SECRECY'";
        let missing =
            "indexof(['NOT_COLLECTED', 'NOT_APPLICABLE', 'NOT_SIGNIFICANT'], datum.properties.withheld) >= 0";
        let land = json!({
            "mark": { "type": "geoshape", "stroke": colour::BORDER, "strokeWidth": 0.6 },
            "encoding": {
                "color": {
                    "condition": [
                        { "test": secret, "value": "#a9afb6" },
                        { "test": missing, "value": colour::PAGE },
                        { "test": "datum.properties.value === null", "value": colour::GRID },
                    ],
                    "value": colour::LAND,
                },
                "tooltip": tooltip(language),
                "description": description(),
            },
        });
        let layers = match self.representation {
            Representation::Choropleth => {
                // A threshold of Vega belongs to the class above it, a bound of ours to the class below.
                let inner: Vec<f64> = self.classes.iter().skip(1).map(|class| class.from.next_up()).collect();
                let colours: Vec<&str> = self.classes.iter().map(|class| class.colour).collect();
                // Left to itself, Vega says that a value on a bound is above it.
                let labels = json!(self.class_labels(language));
                let shaded = json!({
                    "transform": [{ "filter": "datum.properties.value !== null" }],
                    "mark": { "type": "geoshape", "stroke": colour::BORDER, "strokeWidth": 0.6 },
                    "encoding": {
                        "color": {
                            "field": "properties.value",
                            "type": "quantitative",
                            "scale": { "type": "threshold", "domain": inner, "range": colours },
                            "legend": {
                                "title": words::unit(self.printing.unit, language),
                                "labelExpr": format!("{labels}[datum.index]"),
                                "labelLimit": 0,
                            },
                        },
                        "tooltip": tooltip(language),
                        "description": description(),
                    },
                });
                // Without a value there is no class.
                if self.classes.is_empty() { vec![land] } else { vec![land, shaded] }
            }
            Representation::ProportionalCircles => {
                let circles = json!({
                    "transform": [
                        { "filter": "datum.properties.value !== null" },
                        { "calculate": "geoCentroid(null, datum)", "as": "centre" },
                        { "calculate": "datum.centre[0]", "as": "east" },
                        { "calculate": "datum.centre[1]", "as": "north" },
                    ],
                    "mark": { "type": "circle", "color": colour::SERIES[0], "opacity": 0.75 },
                    "encoding": {
                        "longitude": { "field": "east", "type": "quantitative" },
                        "latitude": { "field": "north", "type": "quantitative" },
                        "size": {
                            "field": "properties.value",
                            "type": "quantitative",
                            "scale": { "zero": true, "range": [0, 2000] },
                            "legend": {
                                "title": words::unit(self.printing.unit, language),
                                "format": format!(",.{}f", self.printing.decimals),
                                "tickMinStep": self.printing.finest(),
                            },
                        },
                        "tooltip": tooltip(language),
                        "description": description(),
                    },
                });
                vec![land, circles]
            }
        };
        let told = || self.grid.told().iter().map(|told| told.disclosed);
        let shown = told().any(|disclosed| disclosed.value().is_some());
        let nothing = (!shown).then(|| notes::none_shown(language).to_owned());
        let masked = told().any(|disclosed| disclosed.symbol() == Some("s"));
        let grey = language.pick("En gris\u{a0}: secret statistique.", "In grey: statistical secrecy.");
        let mut remarks: Vec<String> = nothing.into_iter().chain(masked.then(|| grey.to_owned())).collect();
        remarks.extend(self.foot_lines(names));
        let remarks: Vec<String> =
            remarks.iter().flat_map(|remark| text::wrap(remark, 600.0 / 11.0)).collect();
        let title = json!({ "text": self.title(names), "subtitle": remarks });
        json!({
            "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
            "title": title,
            "description": self.alt(names),
            "config": locale(language),
            "width": 600,
            "height": 500,
            "projection": { "type": "mercator" },
            "data": { "values": self.collection(names, true), "format": { "type": "json", "property": "features" } },
            "transform": spoken("datum.properties", &["name"], self.printing.decimals, language),
            "layer": layers,
        })
    }
}

fn tooltip(language: crate::language::Language) -> Value {
    json!([
        { "field": "properties.name", "type": "nominal", "title": language.pick("Territoire", "Territory") },
        { "field": "shown", "type": "nominal", "title": language.pick("Valeur", "Value") },
    ])
}
