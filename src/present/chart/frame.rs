//! What all charts have: a head, a foot, a legend, axes, and signs for what is withheld.

use std::collections::BTreeSet;

use super::{Chart, ChartKind, Series, scale::Scale};
pub use crate::present::draw::page::{MARGIN, tip};
use crate::present::{
    Names,
    draw::{
        colour, page,
        svg::{Anchor, Style, Svg, disc, short},
        text,
    },
    words,
};

/// Size of its small words.
pub const SMALL: f64 = 11.5;
/// Dashes of lines, one after the other, so that colour is never all that tells them apart.
const DASHES: [&str; 4] = ["", "6 3", "2 3", "9 3 2 3"];

impl Chart {
    /// Title and unit, and whether nothing can be shown; gives where the chart begins. The axes of a cloud say their units.
    pub(super) fn head(&self, svg: &mut Svg, names: Names<'_>) -> f64 {
        let unit = (self.kind != ChartKind::Scatter).then(|| self.unit(names));
        let y = page::head(svg, &self.title(names), unit, names.language);
        if self.shows_something() { y } else { page::nothing_shown(svg, y, self.nothing(names.language)) }
    }

    /// What signs mean, where series break, and the sources.
    pub(super) fn foot(&self, svg: &mut Svg, names: Names<'_>, y: f64) {
        page::foot(svg, &self.foot_lines(names), y);
    }

    /// The same as lines.
    pub(super) fn foot_lines(&self, names: Names<'_>) -> Vec<String> {
        let language = names.language;
        let symbols: BTreeSet<&str> =
            self.grid.told().iter().filter_map(|told| told.disclosed.symbol()).collect();
        let meanings: Vec<String> = symbols
            .into_iter()
            .map(|symbol| {
                let meaning = match symbol {
                    "s" => language.pick("secret statistique", "statistical secrecy"),
                    "///" => language.pick("sans objet", "not applicable"),
                    "n.s." => language.pick("non significatif", "not significant"),
                    _ => language
                        .pick("non disponible, ou hors de vos droits", "not available, or not open to you"),
                };
                format!("{symbol}{}{meaning}", language.pick("\u{a0}:\u{a0}", ":\u{a0}"))
            })
            .collect();
        let mut remarks = Vec::new();
        if !meanings.is_empty() {
            remarks.push(meanings.join(words::between(language)));
        }
        remarks.extend(self.grid.warnings(names));
        remarks.push(self.grid.source_line(names));
        remarks
    }

    /// The names of the series with their colours and dashes, in as many lines as it takes; nothing for a single one. Gives
    /// where it ends.
    pub(super) fn legend(svg: &mut Svg, labels: &[&str], lines: bool, top: f64) -> f64 {
        if labels.len() < 2 {
            return top;
        }
        let (mut x, mut y) = (MARGIN, top + 12.0);
        for (at, label) in labels.iter().enumerate() {
            let label = text::cut(label, (svg.width() - 2.0 * MARGIN - 34.0) / SMALL);
            let wide = 30.0 + text::width(&label) * SMALL + 16.0;
            if x > MARGIN && x + wide > svg.width() - MARGIN {
                (x, y) = (MARGIN, y + 18.0);
            }
            if lines {
                svg.line((x, y - 4.0), (x + 24.0, y - 4.0), &stroke(at, 2.4));
                marker(svg, (x + 12.0, y - 4.0), at, None);
            } else {
                svg.rectangle((x + 4.0, y - 10.0), (16.0, 12.0), &format!("fill=\"{}\"", paint(at)));
            }
            svg.text((x + 30.0, y), Style::plain(SMALL), &label);
            x += wide;
        }
        y + 14.0
    }
}

/// The colour of a series.
pub fn paint(at: usize) -> &'static str {
    colour::SERIES.get(at % colour::SERIES.len()).copied().unwrap_or(colour::INK)
}

/// The stroke of a series.
pub fn stroke(at: usize, width: f64) -> String {
    let dashes = DASHES.get(at % DASHES.len()).copied().unwrap_or_default();
    let dashes = if dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dashes}\"") };
    format!(
        "fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-linejoin=\"round\"{dashes}",
        paint(at),
        short(width)
    )
}

/// The mark of a point of a series: circle, square, diamond, triangle by turns.
pub fn marker(svg: &mut Svg, (x, y): (f64, f64), at: usize, tip: Option<&str>) {
    let radius = 3.4;
    let path = match at % 4 {
        0 => disc((x, y), radius),
        1 => format!("M{} {}h6v6h-6Z", short(x - 3.0), short(y - 3.0)),
        2 => format!("M{} {}l4 4l-4 4l-4 -4Z", short(x), short(y - 4.0)),
        _ => format!("M{} {}l4 7h-8Z", short(x), short(y - 4.0)),
    };
    let attributes = format!("fill=\"{}\" stroke=\"{}\" stroke-width=\"0.8\"", paint(at), colour::PAGE);
    svg.path(&path, &attributes, tip);
}

/// Every shown value of some series.
pub fn shown<'a>(series: &'a [Series]) -> impl Iterator<Item = f64> + use<'a> {
    series.iter().flat_map(|one| &one.told).filter_map(|told| told.disclosed.value())
}

/// The marks of a scale that stands upright, with lines across.
pub fn upright(svg: &mut Svg, scale: &Scale, (left, right): (f64, f64), names: Names<'_>) {
    let style = Style::plain(SMALL).soft().anchored(Anchor::End);
    for mark in scale.marks() {
        let y = scale.place(mark);
        let line = if mark == 0.0 { colour::BORDER } else { colour::GRID };
        svg.line((left, y), (right, y), &format!("stroke=\"{line}\" stroke-width=\"1\""));
        svg.text((left - 6.0, y + 4.0), style, &words::number(mark, scale.decimals(), names.language));
    }
}

/// How wide the numbers of an upright scale are.
pub fn margin_of(scale: &Scale, names: Names<'_>) -> f64 {
    let widths = scale.marks().into_iter().map(|mark| words::number(mark, scale.decimals(), names.language));
    widths.map(|label| text::width(&label) * SMALL).fold(20.0, f64::max) + 8.0
}

/// Labels below, level, as many as stand beside one another without touching; the first and the last before all others.
pub fn below(svg: &mut Svg, labels: &[String], place: impl Fn(usize) -> f64, y: f64) {
    let half = |at: usize| labels.get(at).map_or(0.0, |label| text::width(label) * SMALL / 2.0);
    let most = svg.width() - 2.0;
    // Within the drawing.
    let place = |at: usize| place(at).max(half(at) + 2.0).min(most - half(at));
    let last = labels.len().saturating_sub(1);
    let mut taken: Vec<usize> = Vec::new();
    let order = [0, last].into_iter().chain(0..labels.len());
    for at in order {
        let free = |other: &usize| (place(*other) - place(at)).abs() > half(*other) + half(at) + 8.0;
        if !taken.contains(&at) && taken.iter().all(free) {
            taken.push(at);
        }
    }
    for at in taken {
        if let Some(label) = labels.get(at) {
            svg.text((place(at), y), Style::plain(SMALL).soft().anchored(Anchor::Middle), label);
        }
    }
}
