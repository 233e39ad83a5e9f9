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
const DASHES: [&[u8]; 4] = [&[], &[6, 3], &[2, 3], &[9, 3, 2, 3]];
/// Widths of lines: of those that are put forward, of those beside them, of all where none is put forward.
const WIDTHS: [f64; 3] = [4.0, 1.4, 2.2];

/// How the line of a series is drawn. One that is put forward stands out by its width and, where it is the only one, by a
/// darkness that no other has; those beside it recede, without losing their contrast.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Which of the marks its points have.
    pub shape: usize,
    /// Colour.
    pub colour: &'static str,
    /// Lengths of its dashes; none where it is whole.
    pub dashes: &'static [u8],
    /// Width.
    pub width: f64,
    /// Whether it is put forward.
    pub forward: bool,
}

impl Look {
    /// Those of the series of a chart. Where all are of the territory that is put forward, none is.
    pub fn of(series: &[Series]) -> Vec<Self> {
        let marked = series.iter().filter(|one| one.marked).count();
        let is_any = (1..series.len()).contains(&marked);
        let look = |(at, one): (usize, &Series)| {
            let forward = is_any && one.marked;
            let alone = forward && marked == 1;
            let dashes = DASHES.get(at % DASHES.len()).copied().unwrap_or_default();
            let [thick, thin, plain] = WIDTHS;
            let width = match (is_any, forward) {
                (false, _) => plain,
                (true, false) => thin,
                (true, true) => thick,
            };
            Self {
                shape: at,
                colour: if alone { colour::INK } else { paint(at) },
                dashes: if alone { &[] } else { dashes },
                width,
                forward,
            }
        };
        series.iter().enumerate().map(look).collect()
    }

    /// The same in a panel of its own, where nothing need tell it from others.
    pub const fn in_panel(self) -> Self {
        let colour = if self.forward { colour::INK } else { colour::SERIES[0] };
        Self { shape: 0, colour, dashes: &[], ..self }
    }

    /// Its stroke.
    pub fn stroke(&self) -> String {
        let lengths: Vec<String> = self.dashes.iter().map(u8::to_string).collect();
        let dashes = match lengths.as_slice() {
            [] => String::new(),
            lengths => format!(" stroke-dasharray=\"{}\"", lengths.join(" ")),
        };
        format!(
            "fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-linejoin=\"round\"{dashes}",
            self.colour,
            short(self.width)
        )
    }
}

impl Chart {
    /// Title and unit, and whether nothing can be shown; gives where the chart begins. The axes of a cloud say their units.
    pub(super) fn head(&self, svg: &mut Svg, names: Names<'_>) -> f64 {
        let unit = (self.kind != ChartKind::Scatter).then(|| self.unit(names));
        let y = page::head(svg, &self.title(names), unit, names.language);
        if self.shows_something() { y } else { page::nothing_shown(svg, y, self.nothing(names.language)) }
    }

    /// What signs mean, whether an axis leaves out zero, where series break, and the sources.
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
        remarks.extend(self.axis_note(names).map(str::to_owned));
        remarks.extend(self.grid.warnings(names));
        remarks.push(self.grid.source_line(names));
        remarks
    }

    /// The names of the series with their colours, and the looks of their lines where they are lines, in as many lines as it
    /// takes; nothing for a single one. Gives where it ends.
    pub(super) fn legend(svg: &mut Svg, series: &[Series], looks: &[Look], top: f64) -> f64 {
        if series.len() < 2 {
            return top;
        }
        let (mut x, mut y) = (MARGIN, top + 12.0);
        for (at, one) in series.iter().enumerate() {
            let look = looks.get(at);
            let style = Style { bold: look.is_some_and(|look| look.forward), ..Style::plain(SMALL) };
            let label = style.cut(&one.label, svg.width() - 2.0 * MARGIN - 34.0);
            let wide = 30.0 + style.width(&label) + 16.0;
            if x > MARGIN && x + wide > svg.width() - MARGIN {
                (x, y) = (MARGIN, y + 18.0);
            }
            if let Some(look) = look {
                svg.line((x, y - 4.0), (x + 24.0, y - 4.0), &look.stroke());
                marker(svg, (x + 12.0, y - 4.0), look, None);
            } else {
                svg.rectangle((x + 4.0, y - 10.0), (16.0, 12.0), &format!("fill=\"{}\"", paint(at)));
            }
            svg.text((x + 30.0, y), style, &label);
            x += wide;
        }
        y + 14.0
    }
}

/// The colour of a series.
pub fn paint(at: usize) -> &'static str {
    colour::SERIES.get(at % colour::SERIES.len()).copied().unwrap_or(colour::INK)
}

/// The mark of a point of a series: circle, square, diamond, triangle by turns.
pub fn marker(svg: &mut Svg, (x, y): (f64, f64), look: &Look, tip: Option<&str>) {
    let radius = 3.4;
    let path = match look.shape % 4 {
        0 => disc((x, y), radius),
        1 => format!("M{} {}h6v6h-6Z", short(x - 3.0), short(y - 3.0)),
        2 => format!("M{} {}l4 4l-4 4l-4 -4Z", short(x), short(y - 4.0)),
        _ => format!("M{} {}l4 7h-8Z", short(x), short(y - 4.0)),
    };
    let attributes = format!("fill=\"{}\" stroke=\"{}\" stroke-width=\"0.8\"", look.colour, colour::PAGE);
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
