//! Maps as GeoJSON, TopoJSON and Vega-Lite.
//!
//! # Citations
//!
//! RFC 7946, *The GeoJSON format*; *The TopoJSON format specification*, version 1.0; *Vega-Lite 5*.

use std::collections::BTreeSet;

use entity::types::{Period, Withheld};
use serde_json::{Value, json};

use super::{
    Fill, Place, Representation, ThematicMap, shape,
    topology::{ArcUse, Ring},
};
use crate::{
    language::Language,
    present::{
        Names,
        chart::{description, locale, spoken},
        classify,
        draw::{colour, text},
        notes, words,
    },
    store::Told,
};

/// Side of the squares that simplified contours may leave out, in degrees: about ten metres.
pub const FINE: f64 = 0.0001;

/// What secrecy covers, where there is no hatching.
const SECRET: &str = "#a9afb6";

/// A colour of a specification, for which territories it stands, and what the legend calls these.
struct Shade {
    colour: &'static str,
    test: String,
    label: String,
}

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
            // For whoever would load them as real ones.
            collection["schematic"] = json!(true);
        }
        collection
    }

    /// Code, name, and for the last period value, reason and class; all periods under `values`.
    fn properties(&self, place: &Place, names: Names<'_>) -> Value {
        let header = names.territory(place.territory_id);
        let bounds = self.bounds();
        let one = |told: &Told| {
            let value = told.disclosed.value();
            json!({
                "period": told.key.period.to_string(),
                "value": value,
                "withheld": told.disclosed.withheld().map(Withheld::word),
                "symbol": told.disclosed.symbol(),
                "class": value.and_then(|value| classify::class(&bounds, value)),
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

    /// The map as a Vega-Lite 5 specification with its data; several periods side by side.
    #[must_use]
    pub fn vega_lite(&self, names: Names<'_>) -> Value {
        let language = names.language;
        let panels: Vec<Value> =
            self.periods().iter().enumerate().map(|panel| self.panel_specification(panel, names)).collect();
        let body = match panels.as_slice() {
            [only] => only.clone(),
            several => json!({ "concat": several, "columns": 2 }),
        };
        let shown = self.grid.told().iter().any(|told| told.disclosed.value().is_some());
        let nothing = (!shown).then(|| notes::none_shown(language).to_owned());
        let remarks = nothing.into_iter().chain(self.foot_lines(names));
        let remarks: Vec<String> = remarks.flat_map(|remark| text::wrap(&remark, 600.0 / 11.0)).collect();
        let mut specification = json!({
            "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
            "title": { "text": self.title(names), "subtitle": remarks },
            "description": self.alt(names),
            "config": locale(language),
            "data": { "values": self.collection(names, true), "format": { "type": "json", "property": "features" } },
        });
        if let (Some(all), Value::Object(body)) = (specification.as_object_mut(), body) {
            all.extend(body);
        }
        specification
    }

    /// The map of a period; beside others it is smaller, and says which one it is of.
    fn panel_specification(&self, (at, period): (usize, &Period), names: Names<'_>) -> Value {
        let language = names.language;
        let (shades, is_alone) = (self.shades(language), self.periods().len() == 1);
        let mut layers = vec![json!({
            "mark": { "type": "geoshape", "stroke": colour::BORDER, "strokeWidth": 0.6 },
            "encoding": {
                "color": self.shaded(&shades, language),
                "tooltip": tooltip(language),
                "description": description(),
            },
        })];
        if self.representation == Representation::ProportionalCircles {
            layers.push(self.circles(if is_alone { 2_000 } else { 500 }, language));
        }
        let (width, height) = if is_alone { (600, 500) } else { (300, 250) };
        let mut panel = json!({
            "width": width,
            "height": height,
            "projection": { "type": "mercator" },
            "layer": layers,
        });
        let mut called: Vec<&str> = vec!["name"];
        let mut transform: Vec<Value> = Vec::new();
        if !is_alone {
            let period = words::period(*period, language);
            // What is told of this period, in the place of what is told of the last one.
            let own = json!({ "period": period });
            let told = format!("merge(datum.properties, datum.properties.values[{at}], {own})");
            transform.push(json!({ "calculate": told, "as": "properties" }));
            called.push("period");
            panel["title"] = json!(period);
        }
        transform.extend(spoken("datum.properties", &called, self.printing.decimals, language));
        transform.push(json!({ "calculate": shade_of(&shades), "as": "shade" }));
        panel["transform"] = json!(transform);
        panel
    }

    /// The shades of the classes, the lowest first, then those of what is outside of all classes and of what is not shown,
    /// where there is any: in the words of the legend of the drawing.
    fn shades(&self, language: Language) -> Vec<Shade> {
        let told = || self.places.iter().flat_map(|place| &place.told);
        let bounds = self.bounds();
        let classes = self.classes.iter().zip(self.class_labels(language)).enumerate();
        let mut shades: Vec<Shade> = classes
            .map(|(at, (class, label))| Shade {
                colour: class.colour,
                test: format!("datum.properties.class === {at}"),
                label,
            })
            .collect();
        let outside = |value: f64| classify::class(&bounds, value).is_none();
        if !bounds.is_empty() && told().filter_map(|told| told.disclosed.value()).any(outside) {
            shades.push(Shade {
                colour: colour::LAND,
                test: "isValid(datum.properties.value) && !isValid(datum.properties.class)".to_owned(),
                label: language.pick("Hors des classes", "Outside of the classes").to_owned(),
            });
        }
        for (fill, colour, label) in [
            (Fill::Secret, SECRET, language.pick("Secret statistique", "Statistical secrecy")),
            (Fill::Missing, colour::PAGE, language.pick("Non disponible", "Not available")),
            (Fill::Closed, colour::GRID, language.pick("Hors de vos droits", "Not open to you")),
        ] {
            let of_fill = told().filter(|told| Fill::of(told) == fill);
            let reasons: BTreeSet<&str> =
                of_fill.filter_map(|told| told.disclosed.withheld()).map(Withheld::word).collect();
            if !reasons.is_empty() {
                let test = format!("indexof({}, datum.properties.withheld) >= 0", json!(reasons));
                shades.push(Shade { colour, test, label: label.to_owned() });
            }
        }
        shades
    }

    /// The channel of these shades, with their legend.
    fn shaded(&self, shades: &[Shade], language: Language) -> Value {
        if shades.is_empty() {
            return json!({ "value": colour::LAND });
        }
        // Bounds that lie so close that they are printed alike make one name.
        let mut known = BTreeSet::new();
        let once = shades.iter().filter(|shade| known.insert(&shade.label));
        let (labels, colours): (Vec<&str>, Vec<&str>) =
            once.map(|shade| (shade.label.as_str(), shade.colour)).unzip();
        let unit = words::unit(self.printing.unit, language).filter(|_| !self.classes.is_empty());
        json!({
            "condition": {
                "test": "isValid(datum.shade)",
                "field": "shade",
                "type": "ordinal",
                "scale": { "domain": labels, "range": colours },
                "legend": {
                    "title": unit,
                    "labelLimit": 0,
                    "symbolType": "square",
                    "symbolStrokeColor": colour::BORDER,
                    "symbolStrokeWidth": 0.7,
                },
            },
            "value": colour::LAND,
        })
    }

    /// A layer of circles in proportion to what is shown, the largest one of an area.
    fn circles(&self, largest: u32, language: Language) -> Value {
        json!({
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
                    "scale": { "zero": true, "range": [0, largest] },
                    "legend": {
                        "title": words::unit(self.printing.unit, language),
                        "format": format!(",.{}f", self.printing.decimals),
                        "tickMinStep": self.printing.finest(),
                    },
                },
                "tooltip": tooltip(language),
                "description": description(),
            },
        })
    }
}

/// What the shade of a territory is called, as an expression; null where it has none.
fn shade_of(shades: &[Shade]) -> String {
    let with = |others: String, shade: &Shade| format!("{} ? {} : {others}", shade.test, json!(shade.label));
    shades.iter().rev().fold("null".to_owned(), with)
}

fn tooltip(language: Language) -> Value {
    json!([
        { "field": "properties.name", "type": "nominal", "title": language.pick("Territoire", "Territory") },
        { "field": "shown", "type": "nominal", "title": language.pick("Valeur", "Value") },
    ])
}
