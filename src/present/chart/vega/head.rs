//! What every specification has: a head, numbers as the language writes them, axes of the drawing, words for what is pointed at.

use serde_json::{Value, json};

use super::WIDTH;
use crate::{
    language::Language,
    present::{
        Names,
        chart::{Chart, ChartKind, scale::Scale},
        draw::text,
        words,
    },
};

/// Works out what marks say: `shown`, the number of a figure or the sign in its place, and `said`, the same behind what it is a
/// figure of. Left to itself, Vega says every field by itself, and null for each that is empty.
pub(in crate::present) fn spoken(
    within: &str,
    names: &[&str],
    decimals: usize,
    language: Language,
) -> [Value; 2] {
    let shown =
        format!("isValid({within}.value) ? format({within}.value, ',.{decimals}f') : {within}.symbol");
    let names: Vec<String> = names.iter().map(|name| format!("{within}.{name}")).collect();
    let (names, colon) = (names.join(" + ', ' + "), language.pick("\u{a0}: ", ": "));
    [
        json!({ "calculate": shown, "as": "shown" }),
        json!({ "calculate": format!("{names} + '{colon}' + datum.shown"), "as": "said" }),
    ]
}

/// What a mark is called for those who do not see it.
pub(in crate::present) fn description() -> Value {
    json!({ "field": "said", "type": "nominal" })
}

/// How numbers are written: left to itself, Vega writes those of the United States.
pub(in crate::present) fn locale(language: Language) -> Value {
    let (decimal, thousands) = match language {
        Language::French => (",", "\u{202f}"),
        Language::English => (".", ","),
    };
    let number = json!({
        "decimal": decimal,
        "thousands": thousands,
        "grouping": [3],
        "currency": ["", "\u{a0}€"],
        "percent": language.pick("\u{a0}%", "%"),
    });
    json!({ "locale": { "number": number } })
}

impl Chart {
    pub(super) fn value_title<'a>(&self, names: Names<'a>) -> &'a str {
        words::unit(self.unit(names), names.language).unwrap_or(names.language.pick("Valeur", "Value"))
    }

    /// A channel of numbers on the scale of the drawing; its axis says none where no value is shown.
    pub(super) fn quantitative(&self, field: &str, title: &str, scale: &Scale) -> Value {
        let axis = if self.shows_something() {
            // A format of the axis would round what marks are called too.
            let label = format!("format(datum.value, ',.{}f')", scale.decimals());
            json!({ "values": scale.marks(), "labelExpr": label })
        } else {
            json!({ "labels": false, "ticks": false, "grid": false })
        };
        json!({
            "field": field,
            "type": "quantitative",
            "title": title,
            "scale": { "domain": scale.domain(), "nice": false },
            "axis": axis,
        })
    }

    pub(super) fn with_head(&self, names: Names<'_>, rows: &[Value], body: Value) -> Value {
        let remarks = self.remarks(names);
        let title = match remarks.as_slice() {
            [] => json!(self.title(names)),
            remarks => json!({ "text": self.title(names), "subtitle": remarks }),
        };
        let mut specification = json!({
            "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
            "title": title,
            "description": self.alt(names),
            "config": locale(names.language),
            "data": { "values": rows },
        });
        if let (Some(all), Value::Object(body)) = (specification.as_object_mut(), body) {
            if !body.contains_key("facet") {
                all.insert("width".to_owned(), json!(WIDTH as u32));
            }
            all.extend(body);
        }
        specification
    }

    /// What stands below the title: that nothing can be shown, what has no point, what signs mean, where series break, sources.
    fn remarks(&self, names: Names<'_>) -> Vec<String> {
        let mut remarks = Vec::new();
        if !self.shows_something() {
            remarks.push(self.nothing(names.language).to_owned());
        }
        remarks.extend(match self.kind {
            ChartKind::Scatter | ChartKind::Distribution => self.without_a_point(names),
            ChartKind::Slope => self.without_a_slope(names),
            _ => None,
        });
        remarks.extend(self.foot_lines(names));
        // As wide as the chart.
        remarks.iter().flat_map(|remark| text::wrap(remark, WIDTH / 11.0)).collect()
    }
}
