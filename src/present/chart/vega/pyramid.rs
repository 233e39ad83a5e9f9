//! Pyramids as Vega-Lite.

use serde_json::{Value, json};

use super::{description, nominal, painted, signs, spoken, tooltip};
use crate::present::{Names, chart::Chart};

impl Chart {
    pub(super) fn pyramid_specification(&self, names: Names<'_>) -> Value {
        let language = names.language;
        let headers = self.grid.column_headers(names);
        let side =
            |at: usize| headers.get(at).and_then(|headers| headers.get(1)).map(|header| header.label.clone());
        let sides = [side(0).unwrap_or_default(), side(1).unwrap_or_default()];
        let pairs = self.sides(names).unwrap_or_default();
        // The oldest on top, as pyramids are read.
        let labels: Vec<String> = pairs.iter().rev().map(|(label, _)| label.clone()).collect();
        let rows: Vec<Value> = pairs
            .iter()
            .flat_map(|(label, told)| {
                told.iter().zip(&sides).enumerate().map(move |(at, (told, side))| {
                    let value = told.disclosed.value();
                    json!({
                        "category": label,
                        "side": side,
                        "first": at == 0,
                        "value": value,
                        "drawn": value.map(|value| if at == 0 { -value } else { value }),
                        "symbol": told.disclosed.symbol(),
                    })
                })
            })
            .collect();
        let value_title = self.value_title(names);
        let category = nominal("category", None, &labels);
        let tooltip = tooltip(&[
            ("category", language.pick("Catégorie", "Category")),
            ("side", language.pick("Côté", "Side")),
            ("shown", value_title),
        ]);
        let said = description();
        let scale = self.scale(names);
        let mut across = self.quantitative("drawn", value_title, &scale);
        // Both sides count upwards.
        let [_, greatest] = scale.domain();
        across["scale"]["domain"] = json!([-greatest, greatest]);
        if self.shows_something() {
            let right = scale.marks();
            let left = right.iter().rev().filter(|mark| **mark > 0.0).map(|mark| -mark);
            let marks: Vec<f64> = left.chain(right.iter().copied()).collect();
            let label = format!("format(abs(datum.value), ',.{}f')", scale.decimals());
            across["axis"] = json!({ "values": marks, "labelExpr": label });
        }
        let middle = json!({ "datum": 0, "type": "quantitative" });
        let side = |first: bool| {
            let (align, dx) = if first { ("right", -4) } else { ("left", 4) };
            let mut layer = signs(
                json!({ "align": align, "dx": dx }),
                json!({ "y": category, "x": middle, "tooltip": tooltip, "description": said }),
            );
            let only = format!("datum.value === null && datum.first === {first}");
            layer["transform"] = json!([{ "filter": only }]);
            layer
        };
        let decimals = self.printing(names).decimals;
        let body = json!({
            "transform": spoken("datum", &["category", "side"], decimals, language),
            "layer": [
                {
                    "mark": "bar",
                    "encoding": { "y": category, "x": across, "color": painted("side", None, &sides), "tooltip": tooltip, "description": said },
                },
                side(true),
                side(false),
            ],
        });
        self.with_head(names, &rows, body)
    }
}
