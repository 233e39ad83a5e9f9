//! Bars: level, so that their names can be read; grouped, stacked, or two sides of a pyramid.

use std::collections::BTreeSet;

use super::{
    Chart, Series,
    frame::{MARGIN, SMALL, below, paint, shown, tip},
    scale::Scale,
};
use crate::{
    present::{
        Names,
        draw::{
            colour,
            svg::{Anchor, Style, Svg},
            text,
        },
        words,
    },
    store::Told,
};

/// Length of the dashes after a bar that has a part that is withheld: the same whatever it hides.
const HIDDEN: f64 = 12.0;
/// Size of numbers and signs at the ends of bars.
const TINY: f64 = 10.5;

/// How the name of a category is written.
const fn named(bold: bool) -> Style {
    Style { bold, ..Style::plain(SMALL) }
}

/// What a bar of parts comes to: the sum of those that are shown, and the signs of those that are not.
pub(super) fn end(series: &[Series], row: usize) -> (f64, Vec<&'static str>) {
    let parts = series.iter().filter_map(|one| one.told.get(row));
    let sum = parts.filter_map(|told| told.disclosed.value()).map(|value| value.max(0.0)).sum();
    (sum, signs(series, row))
}

/// The signs of what is withheld of a category, each once.
pub(super) fn signs(series: &[Series], row: usize) -> Vec<&'static str> {
    let told = series.iter().filter_map(|one| one.told.get(row));
    let signs: BTreeSet<&str> = told.filter_map(|told| told.disclosed.symbol()).collect();
    signs.into_iter().collect()
}

impl Chart {
    /// Room for the names of the categories, of which some are bold.
    fn names_width(svg: &Svg, labels: &[String], is_bold: impl Fn(usize) -> bool) -> f64 {
        let widths = labels.iter().enumerate().map(|(at, label)| named(is_bold(at)).width(label));
        (widths.fold(30.0, f64::max) + 10.0).min(svg.width() * 0.4)
    }

    /// The name of a category, before the bars.
    fn name(svg: &mut Svg, category: &str, (left, y): (f64, f64), bold: bool) {
        let style = named(bold).anchored(Anchor::End);
        let label = style.cut(category, left - MARGIN - 8.0);
        svg.text((left - 8.0, y), style, &label);
    }

    /// The marks of a scale that lies level, with lines upwards.
    fn level(svg: &mut Svg, scale: &Scale, (top, bottom): (f64, f64), names: Names<'_>) {
        let marks = scale.marks();
        for mark in &marks {
            let x = scale.place(*mark);
            let line = if *mark == 0.0 { colour::BORDER } else { colour::GRID };
            svg.line((x, top), (x, bottom), &format!("stroke=\"{line}\" stroke-width=\"1\""));
        }
        let labels: Vec<String> =
            marks.iter().map(|mark| words::number(*mark, scale.decimals(), names.language)).collect();
        below(svg, &labels, |at| marks.get(at).map_or(0.0, |mark| scale.place(*mark)), bottom + 16.0);
        svg.reach(bottom + 20.0);
    }

    /// A bar from nothing to a value, or a sign where it is withheld.
    fn bar(svg: &mut Svg, scale: &Scale, (y, thick): (f64, f64), (told, fill, tip): (&Told, &str, &str)) {
        let zero = scale.place(0.0);
        match told.disclosed.value() {
            Some(value) => {
                let end = scale.place(value);
                let (left, right) = (zero.min(end), zero.max(end));
                let path = format!("M{left:.2} {y:.2}H{right:.2}V{:.2}H{left:.2}Z", y + thick);
                svg.path(&path, &format!("fill=\"{fill}\""), Some(tip));
            }
            None => {
                // No higher than its bar, so that signs below one another stay apart.
                let style = Style::plain(TINY.min(thick)).soft().edged();
                let symbol = told.disclosed.symbol().unwrap_or_default();
                svg.text((zero + 4.0, y + thick / 2.0 + 3.5), style, symbol);
            }
        }
    }

    pub(super) fn bars(&self, svg: &mut Svg, names: Names<'_>, top: f64) -> f64 {
        let (series, categories) = (self.series(names), self.categories(names));
        let top = Self::legend(svg, &series, &[], top) + 6.0;
        let left = MARGIN + Self::names_width(svg, &categories, |row| self.is_marked(&series, row));
        let numbered = series.len() < 3;
        let thick = if numbered { 14.0 } else { 9.0 };
        let group = thick * series.len() as f64 + 8.0;
        let bottom = top + group * categories.len() as f64;
        let number = |value: f64| words::figure(value, self.printing(names), names.language);
        // Room for the numbers beside the longest bars.
        let widest = shown(&series).filter(|_| numbered).map(|value| text::width(&number(value)) * TINY);
        let right = svg.width() - MARGIN - widest.fold(20.0, f64::max) - 6.0;
        let scale = self.scale(names).between((left, right));
        Self::level(svg, &scale, (top, bottom), names);
        for (row, category) in categories.iter().enumerate() {
            let start = top + group * row as f64 + 4.0;
            let marked = self.is_marked(&series, row);
            Self::name(svg, category, (left, start + (group - 8.0) / 2.0 + 4.0), marked);
            for (at, one) in series.iter().enumerate() {
                let Some(told) = one.told.get(row) else { continue };
                let y = start + thick * at as f64;
                let fill = if marked && series.len() == 1 { colour::ACCENT } else { paint(at) };
                let tip = tip(&[&one.label, category], told, names);
                Self::bar(svg, &scale, (y, thick - 1.0), (told, fill, &tip));
                if let (Some(value), true) = (told.disclosed.value(), numbered) {
                    let x = scale.place(value.max(0.0)) + 5.0;
                    svg.text((x, y + thick / 2.0 + 3.5), Style::plain(TINY).edged(), &number(value));
                }
            }
        }
        bottom + 20.0
    }

    /// Whether a category is the territory that is put forward.
    fn is_marked(&self, series: &[Series], row: usize) -> bool {
        let territory = |one: &Series| one.told.get(row).map(|told| told.key.territory_id);
        self.marked.is_some() && series.iter().all(|one| territory(one) == self.marked)
    }

    /// Whether a part of a bar is of the territory that is put forward beside others.
    fn is_forward(&self, told: &Told) -> bool {
        self.marked == Some(told.key.territory_id) && self.grid.layout().members().territories.len() > 1
    }

    /// Series one after the other; a part that is withheld is dashes that are as long whatever they hide, for the whole is
    /// not known then.
    pub(super) fn stacked(&self, svg: &mut Svg, names: Names<'_>, top: f64) -> f64 {
        let (series, categories) = (self.series(names), self.categories(names));
        let top = Self::legend(svg, &series, &[], top) + 6.0;
        let left = MARGIN + Self::names_width(svg, &categories, |row| self.is_marked(&series, row));
        let group = 26.0;
        let bottom = top + group * categories.len() as f64;
        let ends: Vec<(f64, String)> = (0..categories.len())
            .map(|row| end(&series, row))
            .map(|(sum, signs)| (sum, signs.join(", ")))
            .collect();
        let widest = ends.iter().map(|(_, signs)| text::width(signs) * TINY).fold(14.0, f64::max);
        let right = svg.width() - MARGIN - HIDDEN - 8.0 - widest;
        let scale = self.scale(names).between((left, right));
        Self::level(svg, &scale, (top, bottom), names);
        let forward =
            |row: usize| series.iter().filter_map(|one| one.told.get(row)).all(|told| self.is_forward(told));
        let recede = (0..categories.len()).any(forward);
        for (row, (category, (whole, signs))) in categories.iter().zip(&ends).enumerate() {
            // The bars beside that of the territory that is put forward are thinner.
            let thick = if recede && !forward(row) { 12.0 } else { 18.0 };
            let middle = top + group * row as f64 + 13.0;
            let y = middle - thick / 2.0;
            Self::name(svg, category, (left, middle + 4.0), self.is_marked(&series, row));
            let mut sum = 0.0;
            let mut hidden = Vec::new();
            let mut framed: Option<(f64, f64)> = None;
            for (at, one) in series.iter().enumerate() {
                let Some(told) = one.told.get(row) else { continue };
                let tip = tip(&[&one.label, category], told, names);
                let Some(value) = told.disclosed.value() else {
                    hidden.push(tip);
                    continue;
                };
                let (from, to) = (scale.place(sum), scale.place(sum + value.max(0.0)));
                let path = format!("M{from:.2} {y:.2}H{to:.2}V{:.2}H{from:.2}Z", y + thick);
                let attributes =
                    format!("fill=\"{}\" stroke=\"{}\" stroke-width=\"0.8\"", paint(at), colour::PAGE);
                svg.path(&path, &attributes, Some(&tip));
                sum += value.max(0.0);
                if self.is_forward(told) {
                    framed = Some((framed.map_or(from, |(first, _)| first), to));
                }
            }
            if let Some((from, to)) = framed {
                let path = format!("M{from:.2} {y:.2}H{to:.2}V{:.2}H{from:.2}Z", y + thick);
                let frame = format!("fill=\"none\" stroke=\"{}\" stroke-width=\"2.4\"", colour::INK);
                svg.path(&path, &frame, None);
            }
            if !hidden.is_empty() {
                let from = scale.place(*whole) + 2.0;
                let path = format!("M{from:.2} {middle:.2}h{HIDDEN}");
                // Dashes are no bar, whose length would be taken for a number.
                let attributes = format!(
                    "fill=\"none\" stroke=\"{}\" stroke-width=\"2\" stroke-dasharray=\"3 2\"",
                    colour::HATCH
                );
                svg.path(&path, &attributes, Some(&hidden.join(words::between(names.language))));
                svg.text((from + HIDDEN + 3.0, middle + 4.0), Style::plain(TINY).soft().edged(), signs);
            }
        }
        bottom + 20.0
    }

    pub(super) fn pyramid(&self, svg: &mut Svg, names: Names<'_>, top: f64) -> f64 {
        let rows = self.sides(names).unwrap_or_default();
        let headers = self.grid.column_headers(names);
        let sides: Vec<String> = headers
            .iter()
            .take(2)
            .filter_map(|headers| headers.get(1).map(|header| header.label.clone()))
            .collect();
        let labels: Vec<String> = rows.iter().map(|(label, _)| label.clone()).collect();
        let middle = Self::names_width(svg, &labels, |_| false);
        let (left, right) = (MARGIN + 4.0, svg.width() - MARGIN - 4.0);
        let centre = (left + right) / 2.0;
        let (inner_left, inner_right) = (centre - middle / 2.0, centre + middle / 2.0);
        let room = (inner_left - left) / (12.5 * text::BOLD);
        for (side, label) in sides.iter().enumerate() {
            let (x, anchor) =
                if side == 0 { (inner_left, Anchor::End) } else { (inner_right, Anchor::Start) };
            let style = Style { colour: paint(side), ..Style::plain(12.5).bold() }.anchored(anchor);
            svg.text((x, top + 12.0), style, &text::cut(label, room));
        }
        let top = top + 20.0;
        let (thick, group) = (16.0, 20.0);
        let bottom = top + group * rows.len() as f64;
        let scales = [(inner_left, left), (inner_right, right)].map(|ends| self.scale(names).between(ends));
        for scale in &scales {
            Self::level(svg, scale, (top, bottom), names);
        }
        // The oldest on top, as pyramids are read.
        for (at, (label, sides_told)) in rows.iter().rev().enumerate() {
            let y = top + group * at as f64 + 2.0;
            let style = Style::plain(SMALL).anchored(Anchor::Middle);
            svg.text((centre, y + 12.0), style, &text::cut(label, (middle - 6.0) / SMALL));
            for (side, told) in sides_told.iter().enumerate() {
                let (Some(scale), name) = (scales.get(side), sides.get(side).map_or("", String::as_str))
                else {
                    continue;
                };
                let tip = tip(&[label, name], told, names);
                if told.disclosed.value().is_some() {
                    Self::bar(svg, scale, (y, thick), (told, paint(side), &tip));
                } else {
                    let (x, anchor) = if side == 0 {
                        (inner_left - 4.0, Anchor::End)
                    } else {
                        (inner_right + 4.0, Anchor::Start)
                    };
                    let style = Style::plain(TINY).soft().edged().anchored(anchor);
                    svg.text((x, y + 12.0), style, told.disclosed.symbol().unwrap_or_default());
                }
            }
        }
        bottom + 20.0
    }
}
