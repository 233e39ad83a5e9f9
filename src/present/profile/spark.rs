//! A series in a line’s height: no axis, its last point marked, gaps where values are withheld.

use crate::{
    present::draw::{colour, svg::short},
    store::Told,
};

/// Width and height of the drawing.
pub const SIZE: (f64, f64) = (96.0, 24.0);

/// The lines and the last point of a series within a frame, as elements of SVG; nothing where fewer than two values are
/// shown. Where values are withheld the line has a gap.
pub fn elements(told: &[Told], (left, top): (f64, f64)) -> String {
    let shown: Vec<f64> = told.iter().filter_map(|told| told.disclosed.value()).collect();
    let (Some(least), Some(most)) =
        (shown.iter().copied().reduce(f64::min), shown.iter().copied().reduce(f64::max))
    else {
        return String::new();
    };
    if shown.len() < 2 {
        return String::new();
    }
    let (wide, high) = (SIZE.0 - 8.0, SIZE.1 - 8.0);
    let steps = told.len().saturating_sub(1).max(1) as f64;
    let place = |at: usize, value: f64| {
        let part = if most > least { (value - least) / (most - least) } else { 0.5 };
        (left + 4.0 + wide * at as f64 / steps, top + 4.0 + high * (1.0 - part))
    };
    let mut path = String::new();
    let mut last = None;
    for (at, told) in told.iter().enumerate() {
        let Some(value) = told.disclosed.value() else {
            last = None;
            continue;
        };
        let (x, y) = place(at, value);
        let step = if last.is_some() { 'L' } else { 'M' };
        path.push_str(&format!("{step}{} {}", short(x), short(y)));
        last = Some((x, y));
    }
    let line = format!(
        "<path d=\"{path}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.6\" stroke-linejoin=\"round\" stroke-linecap=\"round\"/>",
        colour::SERIES[0]
    );
    let point = last.map(|(x, y)| {
        format!("<circle cx=\"{}\" cy=\"{}\" r=\"2.6\" fill=\"{}\"/>", short(x), short(y), colour::ACCENT)
    });
    line + &point.unwrap_or_default()
}

/// The same as a drawing of its own; it says nothing that the table beside it does not.
pub fn drawing(told: &[Told]) -> String {
    let (width, height) = SIZE;
    let elements = elements(told, (0.0, 0.0));
    if elements.is_empty() {
        return String::new();
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" aria-hidden=\"true\">{elements}</svg>"
    )
}
