//! Charts as Vega-Lite 5 specifications with their data. Every axis and every colour of names has the order of the table: left
//! to itself, Vega-Lite sorts by the alphabet.

mod head;
mod points;
mod pyramid;

use serde_json::{Value, json};

use super::{
    Chart, ChartKind, Series, bars,
    breaks::{DASHES, SLOPE_DASHES},
    frame::Look,
    lines::{SIGN_ROW, signed},
};
use crate::{
    language::Language,
    present::{
        Axis, Header, Names,
        draw::{colour, text},
        words,
    },
};

pub(in crate::present) use head::{description, locale, spoken};

/// Width of a specification without panels.
const WIDTH: f64 = 560.0;

/// A channel of names in the order of the table.
fn nominal(field: &str, title: Option<&str>, order: &[String]) -> Value {
    json!({
        "field": field,
        "type": "nominal",
        "title": title,
        "sort": order,
        "scale": { "domain": order },
    })
}

/// The colours of series in the order of the table; without a legend for a single one.
fn painted(field: &str, title: Option<&str>, order: &[String]) -> Value {
    let mut channel = told_apart(field, title, order);
    let range: Vec<&str> = colour::SERIES.into_iter().cycle().take(order.len()).collect();
    channel["scale"]["range"] = json!(range);
    channel
}

/// A channel of names with a legend above the chart, in as many columns as fit, its names in full: left to itself, Vega-Lite
/// cuts them. Without a legend for a single one.
fn told_apart(field: &str, title: Option<&str>, order: &[String]) -> Value {
    /// Width of the mark before a name, and of the space behind it.
    const BESIDE: f64 = 34.0;
    let mut channel = nominal(field, title, order);
    let widest = order.iter().map(|name| text::width(name) * 11.0).fold(1.0, f64::max);
    let columns = ((WIDTH / (widest + BESIDE)) as usize).clamp(1, order.len().max(1));
    channel["legend"] = match order {
        [] | [_] => Value::Null,
        _ => json!({ "orient": "top", "columns": columns, "labelLimit": 0 }),
    };
    channel
}

/// A channel of the looks of series in the order of the table, without a legend of its own.
fn looked<T: Into<Value>>(order: &[String], range: impl Iterator<Item = T>) -> Value {
    let mut channel = nominal("series", None, order);
    // Left to itself, Vega-Lite takes the ends of a range of widths alone.
    channel["scale"]["type"] = json!("ordinal");
    channel["scale"]["range"] = range.collect();
    channel["legend"] = Value::Null;
    channel
}

/// The names of rows or columns, each a name of one alone: what has the label of another one stands with its code. By its names
/// Vega-Lite tells series and categories apart.
fn apart(all: &[Vec<Header>]) -> Vec<String> {
    let is_shared = |at: usize, one: &Header| {
        let mut beside = all.iter().filter_map(|headers| headers.get(at));
        beside.any(|other| other.label == one.label && other.code != one.code)
    };
    let name = |(at, one): (usize, &Header)| {
        if is_shared(at, one) { format!("{} ({})", one.label, one.code) } else { one.label.clone() }
    };
    all.iter().map(|headers| headers.iter().enumerate().map(name).collect::<Vec<_>>().join(", ")).collect()
}

/// What pointing at a row says: fields and their titles.
fn tooltip(fields: &[(&str, &str)]) -> Value {
    let field = |(field, title): &(&str, &str)| {
        let kind = if *field == "value" { "quantitative" } else { "nominal" };
        json!({ "field": field, "type": kind, "title": title })
    };
    fields.iter().map(field).collect()
}

/// A layer of the signs of what is withheld, each where its value would be read from.
fn signs(mut mark: Value, mut encoding: Value) -> Value {
    mark["type"] = json!("text");
    if mark["color"].is_null() {
        mark["color"] = json!(colour::SOFT_INK);
    }
    encoding["text"] = json!({ "field": "symbol", "type": "nominal" });
    json!({ "transform": [{ "filter": "datum.value === null" }], "mark": mark, "encoding": encoding })
}

/// The signs of what is withheld of each category, each once.
fn edge_signs(series: &[Series], categories: &[String]) -> Vec<Value> {
    let signs = |(at, category): (usize, &String)| {
        let signs = bars::signs(series, at);
        (!signs.is_empty()).then(|| json!({ "category": category, "symbol": signs.join(", ") }))
    };
    categories.iter().enumerate().filter_map(signs).collect()
}

/// Where the bars of parts end that have a part that is withheld, with the signs of such parts, and which ones these are.
fn ends(series: &[Series], categories: &[String], language: Language) -> Vec<Value> {
    let colon = language.pick("\u{a0}: ", ": ");
    let end = |(row, category): (usize, &String)| {
        let (sum, signs) = bars::end(series, row);
        let part = |one: &Series| {
            let sign = one.told.get(row)?.disclosed.symbol()?;
            Some(format!("{} ({sign})", one.label).trim_start().to_owned())
        };
        let parts: Vec<String> = series.iter().filter_map(part).collect();
        let said = format!("{category}{colon}{}", parts.join(words::between(language)));
        (!signs.is_empty())
            .then(|| json!({ "category": category, "end": sum, "symbol": signs.join(", "), "said": said }))
    };
    categories.iter().enumerate().filter_map(end).collect()
}

/// A rule where a series breaks, at the beginning of its category. Where none breaks there is no rule: it would make the
/// points of the axis bands.
fn rules(series: &[Series], category: &Value) -> Option<Value> {
    series.iter().any(|one| !one.breaks.is_empty()).then(|| {
        let mut x = category.clone();
        x["bandPosition"] = json!(0);
        json!({
            "transform": [
                { "filter": "datum.broken" },
                { "aggregate": [{ "op": "count", "as": "count" }], "groupby": ["category"] },
            ],
            "mark": { "type": "rule", "color": colour::SOFT_INK, "strokeDash": DASHES },
            "encoding": { "x": x },
        })
    })
}

impl Chart {
    /// The chart as a Vega-Lite 5 specification: its data inlined, what is withheld as rows without a value that carry a sign.
    #[must_use]
    pub fn vega_lite(&self, names: Names<'_>) -> Value {
        match self.kind {
            ChartKind::Pyramid => return self.pyramid_specification(names),
            ChartKind::Scatter => return self.with_name(self.scatter_specification(names), "name", 6.0),
            ChartKind::Distribution => {
                return self.with_name(self.distribution_specification(names), "category", 9.0);
            }
            _ => {}
        }
        let language = names.language;
        let (labels, categories) =
            (apart(&self.grid.row_headers(names)), apart(&self.grid.column_headers(names)));
        let series: Vec<Series> = self
            .series(names)
            .into_iter()
            .zip(&labels)
            .map(|(one, label)| Series { label: label.clone(), ..one })
            .collect();
        let question = self.grid.layout().question();
        let (series_title, category_title, value_title) = (
            &self.held(&question.rows, names),
            &self.held(&question.columns, names),
            self.value_title(names),
        );
        let value = self.quantitative("value", value_title, &self.scale(names));
        let mut category = nominal("category", Some(category_title), &categories);
        if matches!(self.kind, ChartKind::Line | ChartKind::SmallMultiples) {
            // Periods stand where they are in time: those that are not shown keep their places.
            category["scale"]["domain"] = json!(self.every_period(names));
        }
        let one = painted("series", Some(series_title), &labels);
        // A single series may have no name of its own.
        let named: Vec<(&str, &str)> = if labels.iter().all(String::is_empty) {
            vec![("category", category_title)]
        } else {
            vec![("series", series_title), ("category", category_title)]
        };
        let fields: Vec<(&str, &str)> = named.iter().copied().chain([("shown", value_title)]).collect();
        let (tooltip, said) = (tooltip(&fields), description());
        let rows: Vec<Value> = series
            .iter()
            .enumerate()
            .flat_map(|(at, one)| {
                one.told.iter().zip(&categories).enumerate().map(move |(position, (told, category))| {
                    json!({
                        "series": one.label,
                        "order": at,
                        "category": category,
                        "value": told.disclosed.value(),
                        "symbol": told.disclosed.symbol(),
                        // How many breaks lie before it: only points of one segment are joined.
                        "segment": one.breaks.iter().filter(|place| **place <= position).count(),
                        "broken": one.breaks.contains(&position),
                        "across": !one.breaks.is_empty(),
                        "marked": self.marked == Some(told.key.territory_id),
                    })
                })
            })
            .collect();
        let zero = json!({ "datum": 0, "type": "quantitative" });
        // Signs of lines stand at the upper edge, where they are taken for no low value.
        let edge = json!({ "value": 0 });
        let segment = json!({ "field": "segment", "type": "nominal" });
        let forward = json!({
            "condition": { "test": "datum.marked", "value": colour::ACCENT },
            "value": colour::SERIES[0],
        });
        let layers =
            |layers: Vec<Value>| Value::from_iter(layers.into_iter().chain(rules(&series, &category)));
        let looks = Look::of(&series);
        let widths = looked(&labels, looks.iter().map(|look| look.width));
        let panels = looked(&labels, looks.iter().map(|look| look.in_panel().colour));
        let mut body = match self.kind {
            ChartKind::SmallMultiples => json!({
                "facet": { "field": "series", "type": "nominal", "sort": labels, "title": null },
                "columns": 4,
                "spec": {
                    "width": 140,
                    "height": 80,
                    "layer": layers(vec![
                        json!({
                            "mark": { "type": "line", "point": true, "invalid": "break-paths-show-domains" },
                            "encoding": { "x": category, "y": value, "color": panels, "strokeWidth": widths, "detail": segment, "tooltip": tooltip, "description": said },
                        }),
                        // Gaps stay gaps, and say why: above the panel, where no sign is taken for a point.
                        signs(json!({ "baseline": "bottom", "dy": -2, "fontSize": 9 }), json!({ "x": category, "y": edge, "tooltip": tooltip, "description": said })),
                    ]),
                },
            }),
            ChartKind::Bar => {
                let beside = nominal("series", None, &labels);
                // One series needs no colours of its own: the territory that is put forward has one.
                let fill = if self.marked.is_some() && series.len() == 1 { forward } else { one };
                json!({
                    "layer": [
                        {
                            "mark": "bar",
                            "encoding": { "y": category, "yOffset": beside, "x": value, "color": fill, "tooltip": tooltip, "description": said },
                        },
                        signs(
                            json!({ "align": "left", "dx": 4 }),
                            json!({ "y": category, "yOffset": beside, "x": zero, "tooltip": tooltip, "description": said }),
                        ),
                    ],
                })
            }
            ChartKind::StackedBar => json!({
                "layer": [
                    {
                        "mark": "bar",
                        "encoding": {
                            "y": category,
                            "x": value,
                            "color": one,
                            "stroke": self.framed(colour::INK, colour::PAGE),
                            "strokeWidth": self.framed(2.4, 0.8),
                            "order": { "field": "order", "type": "quantitative" },
                            "tooltip": tooltip,
                            "description": said,
                        },
                    },
                    // The signs of a bar stand together at its end: the whole is not known there.
                    {
                        "data": { "values": ends(&series, &categories, language) },
                        "mark": { "type": "text", "align": "left", "dx": 4, "color": colour::SOFT_INK },
                        "encoding": {
                            "y": category,
                            "x": { "field": "end", "type": "quantitative" },
                            "text": { "field": "symbol", "type": "nominal" },
                            "tooltip": said,
                            "description": said,
                        },
                    },
                ],
            }),
            // Dashes tell slopes across a break, so they tell no series; slopes are as many as they are, and named at their end.
            ChartKind::Slope => json!({
                "layer": [
                    {
                        "mark": { "type": "line", "point": true, "invalid": "break-paths-show-domains" },
                        "encoding": {
                            "x": category,
                            "y": value,
                            "detail": { "field": "series", "type": "nominal" },
                            "color": forward,
                            "strokeWidth": self.framed(3.0, 1.4),
                            "strokeDash": { "condition": { "test": "datum.across", "value": SLOPE_DASHES }, "value": [1, 0] },
                            "tooltip": tooltip,
                            "description": said,
                        },
                    },
                    {
                        "transform": [{ "filter": { "field": "category", "equal": categories.last() } }],
                        "mark": { "type": "text", "align": "left", "dx": 7, "fontSize": 10 },
                        "encoding": {
                            "x": category,
                            "y": value,
                            "text": { "field": "series", "type": "nominal" },
                            "color": forward,
                            "description": said,
                        },
                    },
                    // The signs of a period stand together, once each; what has them is named under the title.
                    {
                        "data": { "values": edge_signs(&series, &categories) },
                        "mark": { "type": "text", "baseline": "top", "color": colour::SOFT_INK },
                        "encoding": { "x": category, "y": edge, "text": { "field": "symbol", "type": "nominal" } },
                    },
                ],
            }),
            _ => {
                let (mut colours, mut dashes) = (one, told_apart("series", Some(series_title), &labels));
                colours["scale"]["range"] = looks.iter().map(|look| look.colour).collect();
                // One legend says all of them.
                let mut widths = widths;
                widths["title"] = colours["title"].clone();
                widths["legend"] = colours["legend"].clone();
                let whole: &[u8] = &[1, 0];
                let lengths = |look: &Look| if look.dashes.is_empty() { whole } else { look.dashes };
                dashes["scale"]["range"] = looks.iter().map(lengths).collect();
                let line = json!({
                    "mark": { "type": "line", "point": true, "invalid": "break-paths-show-domains" },
                    "encoding": { "x": category, "y": value, "color": colours, "strokeDash": dashes, "strokeWidth": widths, "detail": segment, "tooltip": tooltip, "description": said },
                });
                // Signs of several series stand below one another, in the colours of their lines.
                let rows = signed(&series).into_iter().enumerate().map(|(row, at)| {
                    let mut layer = signs(
                        json!({ "baseline": "top", "color": looks.get(at).map(|look| look.colour) }),
                        json!({ "x": category, "y": { "value": SIGN_ROW * row as f64 }, "tooltip": tooltip, "description": said }),
                    );
                    layer["transform"] =
                        json!([{ "filter": format!("datum.value === null && datum.order === {at}") }]);
                    layer
                });
                json!({ "layer": layers([line].into_iter().chain(rows).collect()) })
            }
        };
        let named: Vec<&str> = named.iter().map(|(field, _)| *field).collect();
        let decimals = self.printing(names).decimals;
        body["transform"] = json!(spoken("datum", &named, decimals, language));
        self.with_head(names, &rows, body)
    }

    /// A channel with one value for the territory that is put forward beside others, and another one for these.
    fn framed<T: Into<Value>>(&self, forward: T, others: T) -> Value {
        let (forward, others): (Value, Value) = (forward.into(), others.into());
        let mut channel = json!({ "value": others });
        if self.grid.layout().members().territories.len() > 1 {
            channel["condition"] = json!({ "test": "datum.marked", "value": forward });
        }
        channel
    }

    /// What rows or columns are, in words: the title of their axis or legend; nothing where there is only one.
    fn held(&self, axes: &[Axis], names: Names<'_>) -> String {
        let language = names.language;
        let dimensions = || {
            let codes = self.grid.layout().question().dimensions.iter();
            let known = codes.filter_map(|code| names.catalogue.dimension(code));
            known.map(|found| found.label.in_language(language)).collect()
        };
        let words = |axis: &Axis| match axis {
            Axis::Indicator => vec![language.pick("Indicateur", "Indicator")],
            Axis::Territory => vec![language.pick("Territoire", "Territory")],
            Axis::Period => vec![language.pick("Période", "Period")],
            Axis::Breakdown => dimensions(),
        };
        axes.iter().flat_map(words).collect::<Vec<_>>().join(", ")
    }

    /// Points, that of the territory which is put forward with its name so far above it.
    fn with_name(&self, mut points: Value, name: &str, above: f64) -> Value {
        if let (Some(all), Some(_)) = (points.as_object_mut(), self.marked) {
            let mark = all.remove("mark");
            let label = json!({
                "transform": [{ "filter": "datum.marked" }],
                "mark": { "type": "text", "baseline": "bottom", "dy": -above, "fontWeight": 600 },
                "encoding": { "text": { "field": name, "type": "nominal" } },
            });
            all.insert("layer".to_owned(), json!([{ "mark": mark }, label]));
        }
        points
    }
}
