//! What every drawing has: a title with its unit above, what pointing at a value says, and what stands below.

use entity::types::Unit;

use super::svg::{Style, Svg};
use crate::{
    language::Language,
    present::{
        Names,
        words::{self, Printing},
    },
    store::Told,
};

/// Space around a drawing.
pub const MARGIN: f64 = 16.0;

/// Title, and unit where one holds for all of it; gives where the drawing begins.
pub fn head(svg: &mut Svg, title: &str, unit: Option<Unit>, language: Language) -> f64 {
    let size = if svg.width() < 480.0 { 14.0 } else { 17.0 };
    let inner = svg.width() - 2.0 * MARGIN;
    let y = svg.paragraph((MARGIN, MARGIN + size), Style::plain(size).bold(), title, inner);
    let Some(unit) = unit.and_then(|unit| words::unit(unit, language)) else { return y };
    let unit = format!("{} {unit}", language.pick("Unité\u{a0}:", "Unit:"));
    svg.text((MARGIN, y), Style::plain(12.0).soft(), &unit);
    y + 18.0
}

/// Says that nothing of the drawing can be shown; gives where it goes on.
pub fn nothing_shown(svg: &mut Svg, y: f64, sentence: &str) -> f64 {
    let inner = svg.width() - 2.0 * MARGIN;
    svg.paragraph((MARGIN, y + 6.0), Style::plain(13.0), sentence, inner) + 4.0
}

/// What stands below, each in lines of its own.
pub fn foot(svg: &mut Svg, remarks: &[String], y: f64) {
    let inner = svg.width() - 2.0 * MARGIN;
    let mut y = y + 20.0;
    for remark in remarks {
        y = svg.paragraph((MARGIN, y), Style::plain(11.0).soft(), remark, inner);
    }
}

/// What pointing at a value says.
#[must_use]
pub fn tip(place: &[&str], told: &Told, names: Names<'_>) -> String {
    let printing = names.catalogue.indicator_by_id(told.key.indicator_id).map(Printing::of);
    let said = match (told.disclosed.value(), printing) {
        (Some(value), Some(printing)) => words::figure(value, printing, names.language),
        _ => told.disclosed.symbol().unwrap_or_default().to_owned(),
    };
    let place: Vec<&str> = place.iter().copied().filter(|part| !part.is_empty()).collect();
    format!("{}{}{said}", place.join(", "), names.language.pick("\u{a0}: ", ": "))
}
