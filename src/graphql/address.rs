//! Tables, charts and maps as addresses ask for them: `?indicators=PRE03,DEM01&level=COMMUNE&within=242100410&from=2020`.

mod drawing;
mod parameters;
mod table;

use std::fmt::Write;

use super::{
    filter::CategoryInput,
    layout::{PeriodSelection, TerritorySelection},
};
pub use drawing::{DrawingAddress, Drawn};
use parameters::{Parameters, word};
pub use table::TableAddress;

/// Parameters as they are written, those without a value left out.
type Written = Vec<(&'static str, Option<String>)>;

/// The part of an address after its path; its texts are codes of the catalogue, numbers and words, which need no escape.
fn query(written: Written) -> String {
    let mut query = String::new();
    for (name, value) in written {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let separator = if query.is_empty() { '?' } else { '&' };
            let _ = write!(query, "{separator}{name}={value}");
        }
    }
    query
}

fn territories(selection: &TerritorySelection) -> Written {
    vec![
        ("territories", selection.codes.as_deref().map(list)),
        ("level", selection.level.and_then(word)),
        ("within", selection.within.clone()),
        ("asOf", selection.as_of.as_ref().map(ToString::to_string)),
    ]
}

fn periods(selection: &PeriodSelection) -> Written {
    vec![
        ("periods", selection.periods.as_deref().map(list)),
        ("from", selection.from.as_ref().map(ToString::to_string)),
        ("to", selection.to.as_ref().map(ToString::to_string)),
        ("latest", selection.latest.map(|latest| latest.to_string())),
    ]
}

fn categories(all: &[CategoryInput]) -> String {
    list(&all.iter().map(|pair| format!("{}:{}", pair.dimension, pair.category)).collect::<Vec<_>>())
}

fn list<T: ToString>(all: &[T]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests;
