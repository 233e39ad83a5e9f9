//! JSON-stat 2.0: a cube of indicators, territories, periods and categories.
//!
//! # Citations
//!
//! X. Badosa, *JSON-stat format*, version 2.0, json-stat.org.

use std::{
    collections::HashMap,
    io::{self, Write},
};

use serde_json::{Map, Value, json};

use super::Sheet;
use crate::{
    present::{
        Header,
        words::{self, Printing},
    },
    store::Told,
};

/// What a category is found by.
type Position = Vec<usize>;

/// A dimension of the cube, its members in the order in which they first stand.
struct Dimension {
    id: String,
    label: String,
    units: Map<String, Value>,
    members: Vec<Header>,
    known: HashMap<String, usize>,
}

impl Dimension {
    fn new(id: &str, label: &str) -> Self {
        Self {
            id: id.to_owned(),
            label: label.to_owned(),
            units: Map::new(),
            members: Vec::new(),
            known: HashMap::new(),
        }
    }

    fn place(&mut self, header: Header) -> usize {
        let next = self.members.len();
        let at = *self.known.entry(header.code.clone()).or_insert(next);
        if at == next {
            self.members.push(header);
        }
        at
    }

    fn json(&self) -> Value {
        let codes: Vec<&str> = self.members.iter().map(|member| member.code.as_str()).collect();
        let labels: Map<String, Value> = self
            .members
            .iter()
            .map(|member| (member.code.clone(), Value::String(member.label.clone())))
            .collect();
        let mut category = json!({ "index": codes, "label": labels });
        if let (Some(category), false) = (category.as_object_mut(), self.units.is_empty()) {
            category.insert("unit".to_owned(), Value::Object(self.units.clone()));
        }
        json!({ "label": self.label, "category": category })
    }
}

/// Writes a table as one dataset.
///
/// # Errors
///
/// Those of the writer.
pub fn write(sheet: Sheet<'_>, mut out: impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut out, &dataset(sheet)).map_err(io::Error::other)?;
    out.flush()
}

/// The dataset. Two territories under one code (of two vintages) share their place; the one that is told stands there.
pub fn dataset(sheet: Sheet<'_>) -> Value {
    let (names, language) = (sheet.names, sheet.names.language);
    let mut dimensions = vec![
        Dimension::new("indicator", language.pick("Indicateur", "Indicator")),
        Dimension::new("territory", language.pick("Territoire", "Territory")),
        Dimension::new("period", language.pick("Période", "Period")),
    ];
    let named = |code: &String| {
        let found = names.catalogue.dimension(code);
        Dimension::new(code, found.map_or(code.as_str(), |found| found.label.in_language(language)))
    };
    dimensions.extend(sheet.dimensions().iter().map(named));
    for indicator in sheet.grid.indicators(names.catalogue) {
        let unit = json!({
            "label": words::unit(indicator.unit, language),
            "decimals": Printing::of(indicator).decimals,
        });
        if let Some(first) = dimensions.first_mut() {
            first.units.insert(indicator.code.to_string(), unit);
        }
    }
    let mut placed: Vec<(Position, &Told, &'static str)> = Vec::new();
    for record in sheet.records() {
        let headers = [names.indicator(record.indicator.id), names.territory(record.territory.id)];
        let period = Header {
            axis: crate::present::Axis::Period,
            dimension: None,
            code: record.period.to_string(),
            label: words::period(record.period, language),
        };
        let all = headers.into_iter().flatten().chain([period]).chain(record.categories.iter().cloned());
        let position = dimensions.iter_mut().zip(all).map(|(dimension, header)| dimension.place(header));
        placed.push((position.collect(), record.told, record.observation_status));
    }
    let sizes: Vec<usize> = dimensions.iter().map(|dimension| dimension.members.len()).collect();
    let index = |position: &Position| {
        position.iter().zip(&sizes).fold(0_usize, |index, (at, size)| index * size + at)
    };
    let count: usize = sizes.iter().product();
    let mut values = vec![Value::Null; count];
    // A crossing that no figure has is not collected.
    let mut statuses: Vec<&'static str> = vec!["L"; count];
    let mut signs: Map<String, Value> = Map::new();
    for (position, told, status) in &placed {
        let index = index(position);
        if values.get(index).is_some_and(|known| !known.is_null()) {
            continue;
        }
        if let Some(slot) = values.get_mut(index) {
            *slot = told.disclosed.value().map_or(Value::Null, Value::from);
        }
        if let Some(slot) = statuses.get_mut(index) {
            *slot = status;
        }
        if let Some(reason) = told.disclosed.withheld() {
            signs.insert(index.to_string(), json!(reason.word()));
        } else {
            signs.remove(&index.to_string());
        }
    }
    let ids: Vec<&str> = dimensions.iter().map(|dimension| dimension.id.as_str()).collect();
    let described: Map<String, Value> =
        dimensions.iter().map(|dimension| (dimension.id.clone(), dimension.json())).collect();
    let mut notes = sheet.grid.notes(names);
    notes.push(sheet.stamp.text(language));
    json!({
        "version": "2.0",
        "class": "dataset",
        "label": sheet.grid.title(names),
        "source": sheet.sources().join(words::between(language)),
        "updated": sheet.stamp.made_at(),
        "note": notes,
        "id": ids,
        "size": sizes,
        "role": { "metric": ["indicator"], "geo": ["territory"], "time": ["period"] },
        "dimension": described,
        "value": values,
        "status": statuses,
        "extension": {
            "withheld": signs,
            "partner": sheet.stamp.partner,
            "purpose": sheet.stamp.purpose.map(entity::types::Purpose::word),
            "charter": sheet.stamp.charter,
        },
    })
}
