//! Lines over periods, one panel or many, and slopes between two.

use super::{
    Chart, Series, bars,
    breaks::{self, SLOPE_DASHES, dashed},
    frame::{Look, MARGIN, SMALL, below, margin_of, marker, tip, upright},
    scale::Scale,
};
use crate::present::{
    Names,
    draw::{
        colour,
        svg::{Anchor, Style, Svg, short},
        text,
    },
    words,
};

/// Height of a row of signs at the upper edge, where no sign is taken for a low value.
pub(super) const SIGN_ROW: f64 = 11.0;

/// The series that have a row of signs, for a value of theirs is withheld.
pub(super) fn signed(series: &[Series]) -> Vec<usize> {
    let hides = |one: &Series| one.told.iter().any(|told| told.disclosed.value().is_none());
    series.iter().enumerate().filter(|(_, one)| hides(one)).map(|(at, _)| at).collect()
}

/// Moves labels apart that would touch, as little as that takes: those that lie too close stand around their middle, and
/// none beyond the last line.
fn spread(labels: &mut [(f64, f64, &Series)], last: f64) {
    const APART: f64 = 13.0;
    labels.sort_by(|(a, ..), (b, ..)| a.total_cmp(b));
    // Blocks of labels that stand one below the other: where the first stands, and how many.
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for (y, ..) in labels.iter() {
        let mut block = (*y, 1_usize);
        while let Some((first, count)) = blocks.last().copied() {
            if first + APART * count as f64 <= block.0 {
                break;
            }
            blocks.pop();
            let before = count as f64;
            let wished = block.0 - APART * before;
            let all = before + block.1 as f64;
            block = ((first * before + wished * block.1 as f64) / all, count + block.1);
        }
        blocks.push(block);
    }
    let places =
        blocks.iter().flat_map(|(first, count)| (0..*count).map(move |at| first + APART * at as f64));
    for (label, place) in labels.iter_mut().zip(places) {
        label.0 = place;
    }
    let mut least = last;
    for label in labels.iter_mut().rev() {
        label.0 = label.0.min(least);
        least = label.0 - APART;
    }
}

/// Where lines are drawn.
struct Panel<'a> {
    left: f64,
    right: f64,
    scale: &'a Scale,
    categories: &'a [String],
    /// Where periods stand in time, from 0 to 1.
    moments: &'a [f64],
}

impl Panel<'_> {
    fn x(&self, at: usize) -> f64 {
        let moment = self.moments.get(at).copied().unwrap_or_default();
        self.left + (self.right - self.left) * moment
    }

    /// A line, broken where a value is withheld, where a sign stands at the upper edge, and where the series breaks.
    fn line(&self, svg: &mut Svg, one: &Series, (look, signs): (&Look, f64), names: Names<'_>) {
        let mut path = String::new();
        let mut after_gap = true;
        for (position, told) in one.told.iter().enumerate() {
            match told.disclosed.value() {
                Some(value) => {
                    let letter = if after_gap || one.breaks.contains(&position) { 'M' } else { 'L' };
                    path.push_str(&format!(
                        "{letter}{} {}",
                        short(self.x(position)),
                        short(self.scale.place(value))
                    ));
                    after_gap = false;
                }
                None => after_gap = true,
            }
        }
        svg.path(&path, &look.stroke(), None);
        let mut written = (f64::NEG_INFINITY, "");
        for (position, told) in one.told.iter().enumerate() {
            let category = self.categories.get(position).map_or("", String::as_str);
            let tip = tip(&[&one.label, category], told, names);
            match told.disclosed.value() {
                Some(value) => {
                    marker(svg, (self.x(position), self.scale.place(value)), look, Some(&tip));
                }
                None => {
                    let sign = told.disclosed.symbol().unwrap_or_default();
                    let (x, half) = (self.x(position), text::width(sign) * 10.5 / 2.0);
                    // One stands for its neighbours where each has no room for its own.
                    if written.1 == sign && x - half < written.0 {
                        continue;
                    }
                    written = (x + half + 1.0, sign);
                    let style = Style { colour: look.colour, ..Style::plain(10.5) };
                    svg.text((x, signs), style.anchored(Anchor::Middle), sign);
                }
            }
        }
    }
}

impl Chart {
    /// Where the periods stand in time, from 0, the first, to 1, the last; a single one in the middle.
    fn moments(&self) -> Vec<f64> {
        let periods = &self.grid.layout().members().periods;
        let months: Vec<f64> = periods.iter().map(|period| f64::from(period.months().0)).collect();
        let first = months.iter().copied().fold(f64::INFINITY, f64::min);
        let last = months.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let moment = |month: f64| if last > first { (month - first) / (last - first) } else { 0.5 };
        months.into_iter().map(moment).collect()
    }

    /// The labels of all periods from the first to the last, those that are not asked for too.
    pub(super) fn every_period(&self, names: Names<'_>) -> Vec<String> {
        let periods = &self.grid.layout().members().periods;
        let bounds = periods.iter().min().zip(periods.iter().max());
        let Some((first, last)) = bounds else { return Vec::new() };
        let all =
            std::iter::successors(Some(*first), |period| period.following().filter(|next| next <= last));
        all.map(|period| words::period(period, names.language)).collect()
    }

    pub(super) fn lines(&self, svg: &mut Svg, names: Names<'_>, top: f64) -> f64 {
        let (series, categories) = (self.series(names), self.categories(names));
        let looks = Look::of(&series);
        let top = Self::legend(svg, &series, &looks, top) + 8.0;
        let height = (svg.width() * 0.5).clamp(190.0, 380.0);
        // Signs of several series stand below one another, above all lines.
        let signed = signed(&series);
        let highest = top + SIGN_ROW * signed.len() as f64;
        let bottom = highest + height;
        let scale = self.scale(names).between((bottom, highest));
        let left = MARGIN + margin_of(&scale, names);
        let moments = self.moments();
        let panel = Panel {
            left: left + 8.0,
            right: svg.width() - MARGIN - 8.0,
            scale: &scale,
            categories: &categories,
            moments: &moments,
        };
        upright(svg, &scale, (left, svg.width() - MARGIN), names);
        breaks::rules(svg, &series, |at| panel.x(at), (top, bottom), names);
        let mut order: Vec<(usize, &Series, &Look)> =
            series.iter().zip(&looks).enumerate().map(|(at, (one, look))| (at, one, look)).collect();
        // What is put forward is drawn last.
        order.sort_by_key(|(.., look)| look.forward);
        for (at, one, look) in order {
            let row = signed.iter().position(|of| *of == at).unwrap_or_default();
            panel.line(svg, one, (look, top + SIGN_ROW * (row as f64 + 1.0) - 2.0), names);
        }
        below(svg, &categories, |at| panel.x(at), bottom + 18.0);
        svg.reach(bottom + 22.0);
        bottom + 22.0
    }

    /// A panel for each series, all on one scale, so that they can be compared.
    pub(super) fn multiples(&self, svg: &mut Svg, names: Names<'_>, top: f64) -> f64 {
        let (series, categories) = (self.series(names), self.categories(names));
        let inner = svg.width() - 2.0 * MARGIN;
        let columns = (inner / 140.0).floor().clamp(1.0, 5.0);
        let width = (inner - 14.0 * (columns - 1.0)) / columns;
        let height = 74.0;
        // In all panels alike, so that they can be compared.
        let signs = if signed(&series).is_empty() { 0.0 } else { SIGN_ROW };
        let looks = Look::of(&series);
        let is_any = looks.iter().any(|look| look.forward);
        let (shared, moments) = (self.scale(names), self.moments());
        let mut bottom = top;
        for (at, (one, look)) in series.iter().zip(&looks).enumerate() {
            let (column, row) = (at % columns as usize, at / columns as usize);
            let left = MARGIN + column as f64 * (width + 14.0);
            let panel_top = top + 8.0 + row as f64 * (height + signs + 46.0);
            bottom = panel_top + 16.0 + signs + height;
            let scale = shared.clone().between((bottom, panel_top + 20.0 + signs));
            if look.forward {
                let frame = format!("fill=\"none\" stroke=\"{}\" stroke-width=\"1.6\"", colour::INK);
                let size = (width + 10.0, bottom + 22.0 - panel_top);
                svg.rectangle((left - 5.0, panel_top - 4.0), size, &frame);
            }
            let style = Style { bold: look.forward || !is_any, ..Style::plain(12.0) };
            svg.text((left, panel_top + 10.0), style, &style.cut(&one.label, width));
            let first = left + margin_of(&scale, names);
            let panel = Panel {
                left: first + 4.0,
                right: left + width - 6.0,
                scale: &scale,
                categories: &categories,
                moments: &moments,
            };
            upright(svg, &scale, (first, left + width), names);
            breaks::rules(svg, [one], |at| panel.x(at), (panel_top + 20.0, bottom), names);
            panel.line(svg, one, (&look.in_panel(), panel_top + 18.0 + signs), names);
            let last = categories.len().saturating_sub(1);
            let widths =
                [0, last].map(|at| categories.get(at).map_or(0.0, |label| text::width(label) * 10.5));
            // Both ends where they fit, else the last alone.
            let fits = widths[0] + widths[1] + 8.0 < width - margin_of(&scale, names);
            for (position, anchor) in [(0, Anchor::Start), (last, Anchor::End)] {
                let once = position > 0 || anchor == Anchor::Start;
                let drawn = once && (fits || position == last);
                if let Some(label) = categories.get(position).filter(|_| drawn) {
                    let style = Style::plain(10.5).soft().anchored(anchor);
                    svg.text((panel.x(position), bottom + 14.0), style, label);
                }
            }
            svg.reach(bottom + 16.0);
        }
        bottom + 20.0
    }

    /// A line between two periods for each series, named at its end where there is room; dashed from one side of a break to the
    /// other.
    pub(super) fn slopes(&self, svg: &mut Svg, names: Names<'_>, top: f64) -> f64 {
        let (series, categories) = (self.series(names), self.categories(names));
        let height = (series.len() as f64 * 18.0).clamp(220.0, 560.0);
        // Where a value is withheld, its sign stands between the name of the period and the line below it.
        let signs = [0, 1].map(|side| bars::signs(&series, side).join(", "));
        let first = top + if signs.iter().all(String::is_empty) { 24.0 } else { 24.0 + SIGN_ROW };
        let bottom = first + height;
        let scale = self.scale(names).between((bottom, first));
        let label = |number: &str, one: &Series| format!("{number} {}", one.label);
        let style = |one: &Series| Style { bold: one.marked, ..Style::plain(SMALL) };
        let number = |value: f64| words::figure(value, self.printing(names), names.language);
        let widths = series.iter().filter_map(|one| {
            let value = one.told.get(1)?.disclosed.value()?;
            Some(style(one).width(&label(&number(value), one)))
        });
        let heading = categories.last().map_or(0.0, |label| Style::plain(12.0).bold().width(label));
        let room = (widths.fold(60.0, f64::max) + 14.0).min(svg.width() * 0.45).max(heading + 4.0);
        let first_label = categories.first().map_or(0.0, |label| text::width(label) * 12.0 * text::BOLD);
        // As wide as what stands before the lines: the first period, and the numbers below it.
        let numbers =
            series.iter().filter_map(|one| Some((one.told.first()?.disclosed.value()?, style(one))));
        let before = numbers
            .map(|(value, style)| style.width(&number(value)) + 8.0)
            .fold(first_label.max(64.0), f64::max);
        let (left, right) = (MARGIN + before, svg.width() - MARGIN - room);
        let ends = [(left, Anchor::End), (right, Anchor::Start)];
        for (((x, anchor), category), signs) in ends.iter().zip(&categories).zip(&signs) {
            svg.line(
                (*x, first - 6.0),
                (*x, bottom),
                &format!("stroke=\"{}\" stroke-width=\"1\"", colour::BORDER),
            );
            svg.text((*x, top + 12.0), Style::plain(12.0).bold().anchored(*anchor), category);
            if !signs.is_empty() {
                svg.text((*x, first - 10.0), Style::plain(10.5).soft().anchored(*anchor), signs);
            }
        }
        let mut order: Vec<&Series> = series.iter().collect();
        // What is put forward is drawn last.
        order.sort_by_key(|one| one.marked);
        for (side, (x, anchor)) in ends.iter().enumerate() {
            let mut labels: Vec<(f64, f64, &Series)> = series
                .iter()
                .filter_map(|one| {
                    let value = one.told.get(side)?.disclosed.value()?;
                    Some((scale.place(value), value, one))
                })
                .collect();
            spread(&mut labels, bottom + 8.0);
            for (y, value, one) in labels {
                let (number, style) = (number(value), style(one).anchored(*anchor));
                let (text, x) = match side {
                    0 => (number, x - 8.0),
                    _ => (style.cut(&label(&number, one), room - 12.0), x + 8.0),
                };
                svg.text((x, y + 4.0), style, &text);
            }
        }
        for one in order {
            let (colour, width) = if one.marked { (colour::ACCENT, 3.0) } else { (colour::SERIES[0], 1.4) };
            let values: Vec<f64> = one.told.iter().filter_map(|told| told.disclosed.value()).collect();
            if let [before, after] = values.as_slice() {
                let path = format!(
                    "M{} {}L{} {}",
                    short(left),
                    short(scale.place(*before)),
                    short(right),
                    short(scale.place(*after))
                );
                let dashes = if one.breaks.is_empty() { String::new() } else { dashed(SLOPE_DASHES) };
                let attributes =
                    format!("fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" {dashes}");
                svg.path(&path, &attributes, Some(&one.label));
            }
        }
        svg.reach(bottom + 8.0);
        let Some(text) = self.without_a_slope(names) else { return bottom + 8.0 };
        svg.paragraph((MARGIN, bottom + 26.0), Style::plain(11.0), &text, svg.width() - 2.0 * MARGIN)
    }

    /// Names what has no slope, with its signs; nothing where all have one.
    pub(super) fn without_a_slope(&self, names: Names<'_>) -> Option<String> {
        let series = self.series(names);
        let hidden: Vec<String> = signed(&series)
            .into_iter()
            .filter_map(|at| series.get(at))
            .map(|one| {
                let signs: Vec<&str> = one.told.iter().filter_map(|told| told.disclosed.symbol()).collect();
                format!("{} ({})", one.label, signs.join(", "))
            })
            .collect();
        let label = names.language.pick("Sans pente\u{a0}:", "Without a slope:");
        (!hidden.is_empty()).then(|| format!("{label} {}", hidden.join(words::between(names.language))))
    }
}
