//! Clouds and distributions as Vega-Lite. What has no point is named under the title, with its sign.

use serde_json::{Value, json};

use super::tooltip;
use crate::{
    present::{Names, chart::Chart, draw::colour},
    secrecy::Disclosed,
};

impl Chart {
    pub(super) fn scatter_specification(&self, names: Names<'_>) -> Value {
        let [across, up] = [0, 1].map(|at| self.axis_name(at, names));
        let rows: Vec<Value> = self
            .series(names)
            .iter()
            .map(|one| {
                let told = |at: usize| one.told.get(at).map(|told| told.disclosed);
                let value = |at: usize| told(at).and_then(Disclosed::value);
                let symbol = |at: usize| told(at).and_then(Disclosed::symbol);
                json!({
                    "name": one.label,
                    "x": value(0),
                    "xSymbol": symbol(0),
                    "y": value(1),
                    "ySymbol": symbol(1),
                    "marked": one.marked,
                })
            })
            .collect();
        let [columns, rows_up] = self.cloud_scales(names);
        let body = json!({
            "transform": [{ "filter": "datum.x !== null && datum.y !== null" }],
            "mark": { "type": "point", "filled": true, "size": 60 },
            "encoding": {
                "x": self.quantitative("x", &across, &columns),
                "y": self.quantitative("y", &up, &rows_up),
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

    pub(super) fn distribution_specification(&self, names: Names<'_>) -> Value {
        let language = names.language;
        let value_title = self.value_title(names);
        let told = self.grid.told();
        let rows: Vec<Value> = told
            .iter()
            .zip(self.categories(names))
            .map(|(told, category)| {
                json!({
                    "category": category,
                    "value": told.disclosed.value(),
                    "symbol": told.disclosed.symbol(),
                    "marked": self.marked == Some(told.key.territory_id),
                })
            })
            .collect();
        let body = json!({
            "transform": [{ "filter": "datum.value !== null" }],
            "mark": { "type": "tick", "thickness": 2 },
            "encoding": {
                "x": self.quantitative("value", value_title, &self.scale(names)),
                "color": {
                    "condition": { "test": "datum.marked", "value": colour::ACCENT },
                    "value": colour::SERIES[0],
                },
                "tooltip": tooltip(&[
                    ("category", language.pick("Territoire", "Territory")),
                    ("value", value_title),
                ]),
            },
        });
        self.with_head(names, &rows, body)
    }
}
