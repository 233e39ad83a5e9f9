//! Clouds of points, and distributions on one line.

use super::{
    Chart,
    frame::{MARGIN, SMALL, below, margin_of, tip, upright},
};
use crate::{
    language::Language,
    present::{
        Names,
        draw::{
            colour,
            svg::{Anchor, Style, Svg, disc},
            text,
        },
        words,
    },
    store::Told,
};

impl Chart {
    /// The name of an axis: the indicator and its unit.
    pub(super) fn axis_name(&self, at: usize, names: Names<'_>) -> String {
        let indicator = self.grid.indicators(names.catalogue).nth(at);
        let label = indicator.map_or("", |found| found.label.in_language(names.language));
        let unit = indicator.and_then(|found| words::unit(found.unit, names.language));
        unit.map_or_else(|| label.to_owned(), |unit| format!("{label} ({unit})"))
    }

    pub(super) fn scatter(&self, svg: &mut Svg, names: Names<'_>, top: f64) -> f64 {
        let series = self.series(names);
        let value = |told: Option<&Told>| told.and_then(|told| told.disclosed.value());
        let points: Vec<(f64, f64, usize)> = series
            .iter()
            .enumerate()
            .filter_map(|(at, one)| Some((value(one.told.first())?, value(one.told.get(1))?, at)))
            .collect();
        if points.is_empty() {
            return self.write_hidden(svg, names, top + 12.0);
        }
        let height = (svg.width() * 0.62).clamp(220.0, 460.0);
        let inner = svg.width() - 2.0 * MARGIN;
        let first =
            svg.paragraph((MARGIN, top + 12.0), Style::plain(12.0).soft(), &self.axis_name(1, names), inner)
                + 4.0;
        let bottom = first + height;
        let [columns, rows] = self.cloud_scales(names);
        let rows = rows.between((bottom, first));
        let left = MARGIN + margin_of(&rows, names);
        let right = svg.width() - MARGIN - 10.0;
        let columns = columns.between((left + 6.0, right));
        upright(svg, &rows, (left, right), names);
        let marks = columns.marks();
        for mark in &marks {
            let x = columns.place(*mark);
            svg.line((x, first), (x, bottom), &format!("stroke=\"{}\" stroke-width=\"1\"", colour::GRID));
        }
        let labels: Vec<String> =
            marks.iter().map(|mark| words::number(*mark, columns.decimals(), names.language)).collect();
        below(svg, &labels, |at| marks.get(at).map_or(0.0, |mark| columns.place(*mark)), bottom + 16.0);
        let named = svg.paragraph(
            (MARGIN, bottom + 36.0),
            Style::plain(12.0).soft(),
            &self.axis_name(0, names),
            inner,
        );
        let mut taken: Vec<(f64, f64, f64)> = Vec::new();
        let mut labels: Vec<((f64, f64), Style, String)> = Vec::new();
        let mut order = points.clone();
        // What is put forward is named before all others.
        order.sort_by_key(|point| series.get(point.2).is_none_or(|one| !one.marked));
        for (across, up, at) in &order {
            let Some(one) = series.get(*at) else { continue };
            let (x, y) = (columns.place(*across), rows.place(*up));
            let fill = if one.marked { colour::ACCENT } else { colour::SERIES[0] };
            let radius = if one.marked { 5.0 } else { 3.6 };
            let path = disc((x, y), radius);
            let tips: Vec<String> = one
                .told
                .iter()
                .map(|told| tip(&[], told, names))
                .map(|tip| tip.trim_start_matches(['\u{a0}', ':', ' ']).to_owned())
                .collect();
            let colon = names.language.pick("\u{a0}: ", ": ");
            let tip = format!("{}{colon}{}", one.label, tips.join(words::between(names.language)));
            svg.path(&path, &format!("fill=\"{fill}\" fill-opacity=\"0.8\""), Some(&tip));
            let size = if one.marked { 10.5 * text::BOLD } else { 10.5 };
            let label = text::cut(&one.label, (right - left) / size);
            let half = text::width(&label) * size / 2.0;
            let (label_x, label_y) = (x.clamp(left + half, (right - half).max(left + half)), y - 7.0);
            let touches = |(other_x, other_y, other_half): &(f64, f64, f64)| {
                (other_x - label_x).abs() < half + other_half + 4.0 && (other_y - label_y).abs() < 12.0
            };
            let crowded = points.iter().any(|(across, up, other)| {
                other != at
                    && (columns.place(*across) - label_x).abs() < half + 4.0
                    && (rows.place(*up) - label_y + 3.0).abs() < 8.0
            });
            if one.marked || (!crowded && !taken.iter().any(touches)) {
                taken.push((label_x, label_y, half));
                let style = Style { bold: one.marked, ..Style::plain(10.5) }.edged();
                labels.push(((label_x, label_y), style.anchored(Anchor::Middle), label));
            }
        }
        // Over all points.
        for (place, style, label) in labels {
            svg.text(place, style, &label);
        }
        self.write_hidden(svg, names, named)
    }

    /// Names what a cloud or a distribution does not show, with its signs; nothing where it shows all.
    pub(super) fn without_a_point(&self, names: Names<'_>) -> Option<String> {
        const MOST: usize = 12;
        let language = names.language;
        let mut hidden: Vec<String> = Vec::new();
        for told in self.grid.told().iter().filter(|told| told.disclosed.value().is_none()) {
            let Some(header) = names.territory(told.key.territory_id) else { continue };
            let said = format!("{}\u{a0}({})", header.label, told.disclosed.symbol().unwrap_or_default());
            if !hidden.contains(&said) {
                hidden.push(said);
            }
        }
        let more = hidden.len().saturating_sub(MOST);
        hidden.truncate(MOST);
        if more > 0 {
            hidden.push(match (language, words::is_plural(more, language)) {
                (Language::French, true) => format!("et {more} autres"),
                (Language::French, false) => format!("et {more} autre"),
                (Language::English, true) => format!("and {more} others"),
                (Language::English, false) => format!("and {more} other"),
            });
        }
        let label = language.pick("Sans point\u{a0}:", "Without a point:");
        (!hidden.is_empty()).then(|| format!("{label} {}", hidden.join(words::between(language))))
    }

    /// Writes what has no point; gives where it ends.
    fn write_hidden(&self, svg: &mut Svg, names: Names<'_>, y: f64) -> f64 {
        let Some(hidden) = self.without_a_point(names) else { return y };
        svg.paragraph((MARGIN, y + 6.0), Style::plain(11.0), &hidden, svg.width() - 2.0 * MARGIN)
    }

    /// Every territory on one line, those that would lie on one another piled up; the marked one named, and the median.
    pub(super) fn distribution(&self, svg: &mut Svg, names: Names<'_>, top: f64) -> f64 {
        const RADIUS: f64 = 4.2;
        let told = self.grid.told();
        let mut shown: Vec<(f64, &Told)> =
            told.iter().filter_map(|told| Some((told.disclosed.value()?, told))).collect();
        shown.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let (left, right) = (MARGIN + 14.0, svg.width() - MARGIN - 14.0);
        let scale = self.scale(names).between((left, right));
        let mut piles: Vec<(f64, usize)> = Vec::new();
        let placed: Vec<(f64, usize, &Told)> = shown
            .iter()
            .map(|(value, told)| {
                let x = scale.place(*value);
                let level = (0..).find(|level| {
                    !piles.iter().any(|(other, at)| at == level && (other - x).abs() < 2.0 * RADIUS)
                });
                let level = level.unwrap_or_default();
                piles.push((x, level));
                (x, level, *told)
            })
            .collect();
        let highest = placed.iter().map(|(_, level, _)| *level).max().unwrap_or_default() as f64;
        let first = top + 44.0;
        let bottom = first + (highest + 1.0) * 2.0 * RADIUS + 8.0;
        let marks = scale.marks();
        for mark in &marks {
            let x = scale.place(*mark);
            svg.line((x, first), (x, bottom), &format!("stroke=\"{}\" stroke-width=\"1\"", colour::GRID));
        }
        svg.line(
            (left, bottom),
            (right, bottom),
            &format!("stroke=\"{}\" stroke-width=\"1\"", colour::BORDER),
        );
        let labels: Vec<String> =
            marks.iter().map(|mark| words::number(*mark, scale.decimals(), names.language)).collect();
        below(svg, &labels, |at| marks.get(at).map_or(0.0, |mark| scale.place(*mark)), bottom + 16.0);
        let mut notes: Vec<(f64, String, bool)> = Vec::new();
        for (x, level, told) in &placed {
            let marked = self.marked == Some(told.key.territory_id);
            let y = bottom - RADIUS - 1.0 - *level as f64 * 2.0 * RADIUS;
            let name = names.territory(told.key.territory_id).map(|header| header.label).unwrap_or_default();
            let fill = if marked { colour::ACCENT } else { colour::SERIES[0] };
            let said = tip(&[&name], told, names);
            svg.path(
                &disc((*x, y), if marked { RADIUS + 1.0 } else { RADIUS - 0.4 }),
                &format!("fill=\"{fill}\""),
                Some(&said),
            );
            if marked {
                notes.push((*x, said, true));
            }
        }
        if let Some((median, said)) = self.median(names) {
            let x = scale.place(median);
            let dashes = format!("stroke=\"{}\" stroke-width=\"1.4\" stroke-dasharray=\"4 3\"", colour::INK);
            svg.line((x, first - 8.0), (x, bottom), &dashes);
            notes.push((x, said, false));
        }
        // The marked territory above, the median below it, so that they never touch.
        for (x, note, marked) in notes {
            let size = if marked { SMALL * text::BOLD } else { SMALL };
            let note = text::cut(&note, (svg.width() - 2.0 * MARGIN) / size);
            let half = text::width(&note) * size / 2.0;
            let x = x.clamp(MARGIN + half, (svg.width() - MARGIN - half).max(MARGIN + half));
            let colour = if marked { colour::ACCENT } else { colour::INK };
            let style = Style { bold: marked, colour, ..Style::plain(SMALL) }.anchored(Anchor::Middle);
            svg.text((x, if marked { top + 12.0 } else { top + 30.0 }), style, &note);
        }
        svg.reach(bottom + 20.0);
        self.write_hidden(svg, names, bottom + 34.0)
    }

    /// The middle of the values that are shown, and what is said of it: of how many it is, where some are withheld.
    pub(super) fn median(&self, names: Names<'_>) -> Option<(f64, String)> {
        let all = self.grid.told();
        let mut sorted: Vec<f64> = all.iter().filter_map(|told| told.disclosed.value()).collect();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        let upper = *sorted.get(middle)?;
        let even = sorted.len().is_multiple_of(2);
        let median = if even { (sorted.get(middle.checked_sub(1)?)? + upper) / 2.0 } else { upper };
        let figure = words::figure(median, self.printing(names), names.language);
        let of = match names.language {
            _ if sorted.len() == all.len() => String::new(),
            Language::French => format!(" (de {} valeurs montrées sur {})", sorted.len(), all.len()),
            Language::English => format!(" (of {} shown values out of {})", sorted.len(), all.len()),
        };
        Some((median, format!("{} {figure}{of}", names.language.pick("médiane", "median"))))
    }
}
