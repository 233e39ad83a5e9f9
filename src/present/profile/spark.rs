//! A series in a line’s height: no axis, its last point marked, gaps where values are withheld.

use entity::types::Period;

use crate::{
    present::draw::{colour, svg::short},
    store::Told,
};

/// Width and height of the drawing.
pub const SIZE: (f64, f64) = (96.0, 24.0);

/// Least part of the largest value that the height stands for, so that what hardly changes looks so.
const LEAST_SPAN: f64 = 0.2;

/// The lines and the last point of a series within a frame, as elements of SVG; nothing where fewer than two values are
/// shown. Where values are withheld, and where the series breaks, the line has a gap.
pub fn elements(told: &[Told], breaks: &[Period], (left, top): (f64, f64)) -> String {
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
    let largest = least.abs().max(most.abs());
    let span = (most - least).max(LEAST_SPAN * largest);
    let foot = f64::midpoint(least, most) - span / 2.0;
    let place = |at: usize, value: f64| {
        let part = if span > 0.0 { (value - foot) / span } else { 0.5 };
        (left + 4.0 + wide * at as f64 / steps, top + 4.0 + high * (1.0 - part))
    };
    let mut path = String::new();
    let (mut last, mut before) = (None, None);
    for (at, told) in told.iter().enumerate() {
        let Some(value) = told.disclosed.value() else {
            last = None;
            continue;
        };
        let (x, y) = place(at, value);
        // A break need not fall on a period that the series has.
        let is_broken =
            breaks.iter().any(|from| before.is_some_and(|before| before < *from) && *from <= told.key.period);
        let step = if last.is_some() && !is_broken { 'L' } else { 'M' };
        path.push_str(&format!("{step}{} {}", short(x), short(y)));
        if step == 'M' {
            // A point that nothing is joined to is seen all the same.
            path.push_str("h0");
        }
        (last, before) = (Some((x, y)), Some(told.key.period));
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
pub fn drawing(told: &[Told], breaks: &[Period]) -> String {
    let (width, height) = SIZE;
    let elements = elements(told, breaks, (0.0, 0.0));
    if elements.is_empty() {
        return String::new();
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" aria-hidden=\"true\">{elements}</svg>"
    )
}

#[cfg(test)]
mod tests {
    use entity::types::{Period, Withheld};

    use super::elements;
    use crate::{
        auth::Access,
        secrecy::{Disclosed, Masked, disclose},
        store::{FigureKey, Told},
    };

    fn told(values: &[Option<f64>]) -> Vec<Told> {
        let one = |(year, value): (i32, &Option<f64>)| {
            let masked = match value {
                Some(value) => Masked::from_columns(Some(*value), None),
                None => Masked::from_columns(None, Some(Withheld::StatisticalSecrecy)),
            };
            let disclosed: Disclosed = disclose(masked, &Access::Shown);
            let period = Period::year(year).unwrap();
            let key = FigureKey { indicator_id: 1, territory_id: 1, period, breakdown_id: 0 };
            Told { key, disclosed, release_id: None }
        };
        (2020..).zip(values).map(one).collect()
    }

    #[test]
    fn a_line_has_gaps_where_values_are_withheld_and_where_the_series_breaks() {
        let joined =
            |told: &[Told], breaks: &[Period]| elements(told, breaks, (0.0, 0.0)).matches('L').count();
        let whole = told(&[Some(1.0), Some(2.0), Some(3.0), Some(4.0)]);
        assert_eq!(joined(&whole, &[]), 3);
        assert_eq!(joined(&whole, &[Period::year(2022).unwrap()]), 2);
        assert_eq!(joined(&told(&[Some(1.0), None, Some(3.0), Some(4.0)]), &[]), 1);
        assert_eq!(elements(&told(&[Some(1.0), None]), &[], (0.0, 0.0)), "");
    }

    #[test]
    fn what_hardly_changes_looks_so() {
        let drawn = elements(&told(&[Some(1_000.0), Some(1_002.0)]), &[], (0.0, 0.0));
        let heights: Vec<f64> = drawn
            .split(['M', 'L'])
            .skip(1)
            .map(|part| {
                let end = part.find(['h', '"']).unwrap();
                part[..end].split(' ').nth(1).unwrap().parse().unwrap()
            })
            .collect();
        assert!((heights[0] - heights[1]).abs() < 0.5, "{drawn}");
    }
}
