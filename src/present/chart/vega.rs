//! Charts as Vega-Lite 5 specifications with their data.

use serde_json::{Value, json};

use super::{Chart, ChartKind};
use crate::present::{Names, draw::colour, words};

impl Chart {
    /// The chart as a Vega-Lite 5 specification: its data inlined, what is withheld as rows without a value that carry a sign.
    #[must_use]
    pub fn vega_lite(&self, names: Names<'_>) -> Value {
        let language = names.language;
        let (series, categories) = (self.series(names), self.categories(names));
        let axis = words::unit(self.unit(names), language);
        let (series_title, category_title, value_title) = (
            language.pick("Série", "Series"),
            language.pick("Catégorie", "Category"),
            axis.unwrap_or(language.pick("Valeur", "Value")),
        );
        let value = json!({ "field": "value", "type": "quantitative", "title": value_title });
        let category =
            json!({ "field": "category", "type": "nominal", "sort": null, "title": category_title });
        let one = json!({ "field": "series", "type": "nominal", "sort": null, "title": series_title, "scale": { "range": colour::SERIES } });
        let tooltip = json!([
            { "field": "series", "type": "nominal", "title": series_title },
            { "field": "category", "type": "nominal", "title": category_title },
            { "field": "value", "type": "quantitative", "title": value_title },
            { "field": "symbol", "type": "nominal", "title": language.pick("Signe", "Symbol") },
        ]);
        // Gaps stay gaps, and say why.
        let signs = |x: &Value, y: Value| {
            json!({
                "transform": [{ "filter": "datum.value === null" }],
                "mark": { "type": "text", "color": colour::SOFT_INK },
                "encoding": { "x": x, "y": y, "text": { "field": "symbol", "type": "nominal" }, "tooltip": tooltip },
            })
        };
        let rows: Vec<Value> = series
            .iter()
            .flat_map(|one| {
                one.told.iter().zip(&categories).map(|(told, category)| {
                    json!({
                        "series": one.label,
                        "category": category,
                        "value": told.disclosed.value(),
                        "symbol": told.disclosed.symbol(),
                    })
                })
            })
            .collect();
        let body = match self.kind {
            ChartKind::Line | ChartKind::Slope => json!({
                "layer": [
                    {
                        "mark": { "type": "line", "point": true, "invalid": "break-paths-show-domains" },
                        "encoding": { "x": category, "y": value, "color": one, "strokeDash": { "field": "series", "type": "nominal", "sort": null }, "tooltip": tooltip },
                    },
                    signs(&category, json!({ "datum": 0, "type": "quantitative" })),
                ],
            }),
            ChartKind::SmallMultiples => json!({
                "facet": { "field": "series", "type": "nominal", "sort": null, "title": null },
                "columns": 4,
                "spec": {
                    "width": 140,
                    "height": 80,
                    "mark": { "type": "line", "point": true, "color": colour::SERIES[0], "invalid": "break-paths-show-domains" },
                    "encoding": { "x": category, "y": value, "tooltip": tooltip },
                },
            }),
            ChartKind::Bar => json!({
                "layer": [
                    {
                        "mark": "bar",
                        "encoding": { "y": category, "yOffset": { "field": "series", "type": "nominal", "sort": null }, "x": value, "color": one, "tooltip": tooltip },
                    },
                    signs(&json!({ "datum": 0, "type": "quantitative" }), category.clone()),
                ],
            }),
            ChartKind::StackedBar => json!({
                "mark": "bar",
                "encoding": { "y": category, "x": value, "color": one, "tooltip": tooltip },
            }),
            ChartKind::Pyramid => return self.pyramid_specification(names),
            ChartKind::Scatter => return self.scatter_specification(names),
            ChartKind::Distribution => json!({
                "transform": [{ "filter": "datum.value !== null" }],
                "mark": { "type": "tick", "thickness": 2, "color": colour::SERIES[0] },
                "encoding": { "x": value, "tooltip": tooltip },
            }),
        };
        self.with_head(names, &rows, body)
    }

    fn with_head(&self, names: Names<'_>, rows: &[Value], body: Value) -> Value {
        let mut specification = json!({
            "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
            "title": self.title(names),
            "description": self.alt(names),
            "data": { "values": rows },
        });
        if let (Some(all), Value::Object(body)) = (specification.as_object_mut(), body) {
            if !body.contains_key("facet") {
                all.insert("width".to_owned(), json!(560));
            }
            all.extend(body);
        }
        specification
    }

    fn scatter_specification(&self, names: Names<'_>) -> Value {
        let labels: Vec<String> = self.categories(names);
        let [across, up] = [0, 1].map(|at| labels.get(at).cloned().unwrap_or_default());
        let rows: Vec<Value> = self
            .series(names)
            .iter()
            .map(|one| {
                let value = |at: usize| one.told.get(at).and_then(|told| told.disclosed.value());
                json!({ "name": one.label, "x": value(0), "y": value(1), "marked": one.marked })
            })
            .collect();
        let body = json!({
            "mark": { "type": "point", "filled": true, "size": 60 },
            "encoding": {
                "x": { "field": "x", "type": "quantitative", "title": across, "scale": { "zero": false } },
                "y": { "field": "y", "type": "quantitative", "title": up, "scale": { "zero": false } },
                "color": {
                    "condition": { "test": "datum.marked", "value": colour::ACCENT },
                    "value": colour::SERIES[0],
                },
                "tooltip": [
                    { "field": "name", "type": "nominal" },
                    { "field": "x", "type": "quantitative", "title": across },
                    { "field": "y", "type": "quantitative", "title": up },
                ],
            },
        });
        self.with_head(names, &rows, body)
    }

    fn pyramid_specification(&self, names: Names<'_>) -> Value {
        let headers = self.grid.column_headers(names);
        let side =
            |at: usize| headers.get(at).and_then(|headers| headers.get(1)).map(|header| header.label.clone());
        let sides = [side(0).unwrap_or_default(), side(1).unwrap_or_default()];
        let pairs = self.sides(names).unwrap_or_default();
        let rows: Vec<Value> = pairs
            .iter()
            .flat_map(|(label, told)| {
                told.iter().zip(&sides).enumerate().map(move |(at, (told, side))| {
                    let value = told.disclosed.value();
                    json!({
                        "category": label,
                        "side": side,
                        "value": value,
                        "drawn": value.map(|value| if at == 0 { -value } else { value }),
                        "symbol": told.disclosed.symbol(),
                    })
                })
            })
            .collect();
        let body = json!({
            "mark": "bar",
            "encoding": {
                "y": { "field": "category", "type": "nominal", "sort": "descending", "title": null },
                "x": { "field": "drawn", "type": "quantitative", "title": words::unit(self.unit(names), names.language), "axis": { "labelExpr": "format(abs(datum.value), '~s')" } },
                "color": { "field": "side", "type": "nominal", "sort": null, "scale": { "range": colour::SERIES } },
                "tooltip": [
                    { "field": "category", "type": "nominal" },
                    { "field": "side", "type": "nominal" },
                    { "field": "value", "type": "quantitative" },
                    { "field": "symbol", "type": "nominal" },
                ],
            },
        });
        self.with_head(names, &rows, body)
    }
}
