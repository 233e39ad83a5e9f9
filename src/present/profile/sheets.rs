//! A profile as pages of A4, drawn: what a file for printing is made of.

use super::{
    Line, Profile,
    html::{beside, change, rank},
    printed, reason, spark,
};
use crate::{
    language::Language,
    present::{
        Names,
        draw::{
            colour,
            svg::{Anchor, Style, Svg},
            text,
        },
        words,
    },
};

/// A4 upright, in points of 1/96 inch.
const PAGE: (f64, f64) = (794.0, 1_123.0);
const MARGIN: f64 = 44.0;
const SIZE: f64 = 10.5;
const SMALL: f64 = 8.5;
/// More comparators take room from the other columns.
const MANY: usize = 4;

/// Widths of the columns of labels, of the territory’s own figures, of their change, of the rank.
struct Widths {
    labels: f64,
    own: f64,
    change: f64,
    rank: f64,
}

/// Pages that are being drawn.
struct Sheets<'a> {
    profile: &'a Profile,
    names: Names<'a>,
    stamp: &'a str,
    done: Vec<(String, String)>,
    page: Svg,
    /// What the page says, in words.
    said: Vec<String>,
    y: f64,
}

impl Profile {
    /// The profile as pages of A4, each an SVG with what it says in words; `stamp` says for whom and when it was made, on
    /// each.
    #[must_use]
    pub fn sheets(&self, names: Names<'_>, stamp: &str) -> Vec<(String, String)> {
        let mut sheets = Sheets {
            profile: self,
            names,
            stamp,
            done: Vec::new(),
            page: Svg::new(PAGE.0),
            said: Vec::new(),
            y: MARGIN,
        };
        let title = Style::plain(19.0).bold();
        sheets.y =
            sheets.page.paragraph((MARGIN, MARGIN + 16.0), title, &self.title(names), PAGE.0 - 2.0 * MARGIN)
                + 6.0;
        for section in &self.sections {
            let lines: Vec<Row> = section.lines.iter().map(|line| sheets.row(line)).collect();
            let first = lines.first().map_or(0.0, |row| row.height);
            sheets.make_room(62.0 + first);
            sheets.section(section.title.in_language(names.language));
            for row in &lines {
                if sheets.make_room(row.height) {
                    sheets.head();
                }
                sheets.draw(row);
            }
            sheets.y += 10.0;
        }
        sheets.notes();
        sheets.turn();
        sheets.done
    }

    fn widths(&self) -> Widths {
        let rank = if self.has_ranks() { 1.0 } else { 0.0 };
        if self.comparators.len() > MANY {
            Widths { labels: 136.0, own: 62.0, change: 92.0, rank: 48.0 * rank }
        } else {
            Widths { labels: 196.0, own: 74.0, change: 112.0, rank: 60.0 * rank }
        }
    }

    /// Left edges of the columns of comparators, and their width.
    fn columns(&self) -> (Vec<f64>, f64) {
        let Widths { labels, own, change, rank } = self.widths();
        let left = MARGIN + labels + own + change;
        let wide = PAGE.0 - MARGIN - left - rank;
        let width = wide / self.comparators.len().max(1) as f64;
        ((0..self.comparators.len()).map(|at| left + width * at as f64).collect(), width)
    }
}

/// A line in lines of text, one list for each column.
struct Row {
    label: Vec<String>,
    period: String,
    own: String,
    reason: Vec<String>,
    spark: String,
    change: Vec<String>,
    comparisons: Vec<(String, Vec<String>, &'static str)>,
    rank: String,
    height: f64,
}

impl Row {
    /// The line as a sentence.
    fn words(&self, names: &[String], language: Language) -> String {
        let colon = language.pick("\u{a0}: ", ": ");
        let beside = names.iter().zip(&self.comparisons).map(|(name, (value, words, _))| {
            let words = words.join(" ");
            if words.is_empty() { format!("{name} {value}") } else { format!("{name} {value} ({words})") }
        });
        let own = if self.reason.is_empty() {
            self.own.clone()
        } else {
            format!("{} ({})", self.own, self.reason.join(" "))
        };
        let parts: Vec<String> = [own, self.change.join(" ")]
            .into_iter()
            .chain(beside)
            .chain([self.rank.clone()])
            .filter(|part| !part.is_empty())
            .collect();
        format!("{}, {}{colon}{}.", self.label.join(" "), self.period, parts.join(words::between(language)))
    }
}

impl Sheets<'_> {
    fn row(&self, line: &Line) -> Row {
        let names = self.names;
        let (_, width) = self.profile.columns();
        let widths = self.profile.widths();
        let label = text::wrap(&line.label(names), (widths.labels - 12.0) / SIZE);
        let change = text::wrap(&change(line, names), (widths.change - 14.0) / SMALL);
        let comparisons: Vec<(String, Vec<String>, &'static str)> = line
            .comparisons
            .iter()
            .map(|comparison| {
                let (words, class) = beside(comparison, names);
                (printed(&comparison.told, names), text::wrap(&words, (width - 10.0) / SMALL), class)
            })
            .collect();
        let reason = text::wrap(reason(&line.told, names), (widths.own - 10.0) / SMALL);
        let below = comparisons.iter().map(|(_, words, _)| words.len()).chain([reason.len()]);
        let below = below.max().unwrap_or_default();
        let spark = spark::elements(line.series.told(), &line.breaks(names), (0.0, 0.0));
        let drawn = if spark.is_empty() { 0.0 } else { spark::SIZE.1 };
        let heights = [
            label.len() as f64 * SIZE * 1.25 + SMALL * 1.3,
            SIZE * 1.25 + below as f64 * SMALL * 1.25,
            drawn + change.len() as f64 * SMALL * 1.25,
        ];
        Row {
            label,
            period: words::period(line.told.key.period, names.language),
            own: printed(&line.told, names),
            reason,
            spark,
            change,
            comparisons,
            rank: rank(line, names),
            height: heights.into_iter().fold(0.0, f64::max) + 9.0,
        }
    }

    /// Turns the page where so much does not fit on it; whether it did.
    fn make_room(&mut self, height: f64) -> bool {
        if self.y + height <= PAGE.1 - MARGIN - 18.0 {
            return false;
        }
        self.turn();
        true
    }

    /// Ends a page and begins the next one.
    fn turn(&mut self) {
        let number = self.done.len() + 1;
        let mut page = std::mem::replace(&mut self.page, Svg::new(PAGE.0));
        let foot = PAGE.1 - MARGIN + 8.0;
        let style = Style::plain(SMALL).soft();
        let room = (PAGE.0 - 2.0 * MARGIN - 60.0) / SMALL;
        let lines = text::wrap(self.stamp, room);
        for (at, line) in lines.iter().enumerate() {
            page.text((MARGIN, foot + at as f64 * SMALL * 1.25), style, line);
        }
        page.text((PAGE.0 - MARGIN, foot), style.anchored(Anchor::End), &number.to_string());
        page.reach(PAGE.1 - 12.0);
        let title = self.profile.title(self.names);
        let said = std::mem::take(&mut self.said).join(" ");
        let alt = format!("{title}, page {number}. {said}");
        self.done.push((page.finished(&title, &alt, ""), alt));
        self.y = MARGIN + 12.0;
    }

    fn section(&mut self, title: &str) {
        self.said.push(format!("{title}."));
        self.y += 16.0;
        self.page.text((MARGIN, self.y), Style::plain(13.5).bold(), title);
        self.y += 7.0;
        let stroke = format!("stroke=\"{}\" stroke-width=\"1.6\"", colour::SERIES[0]);
        self.page.line((MARGIN, self.y), (PAGE.0 - MARGIN, self.y), &stroke);
        self.head();
    }

    /// What stands over the columns.
    fn head(&mut self) {
        let language = self.names.language;
        let (lefts, width) = self.profile.columns();
        let Widths { labels, own, change, rank } = self.profile.widths();
        let style = Style::plain(SMALL).bold();
        let territory = |id: i32| self.names.territory(id).map(|header| header.label).unwrap_or_default();
        let mut heads = vec![
            (MARGIN + labels + own - 8.0, own - 4.0, territory(self.profile.territory_id)),
            (
                MARGIN + labels + own + change - 8.0,
                change - 10.0,
                language.pick("Évolution", "Change").to_owned(),
            ),
        ];
        if self.profile.has_ranks() {
            heads.push((PAGE.0 - MARGIN, rank, language.pick("Rang", "Rank").to_owned()));
        }
        let others = lefts.iter().zip(&self.profile.comparators);
        heads.extend(others.map(|(left, id)| (left + width - 8.0, width - 10.0, territory(*id))));
        let wrapped: Vec<(f64, Vec<String>)> = heads
            .into_iter()
            .map(|(right, room, label)| (right, text::wrap(&label, room / SMALL / text::BOLD)))
            .collect();
        let most = wrapped.iter().map(|(_, lines)| lines.len()).max().unwrap_or(1);
        self.y += 13.0;
        for (right, lines) in &wrapped {
            for (at, line) in lines.iter().enumerate() {
                let y = self.y + at as f64 * SMALL * 1.25;
                self.page.text((*right, y), style.anchored(Anchor::End), line);
            }
        }
        self.y += (most - 1) as f64 * SMALL * 1.25 + 6.0;
    }

    fn draw(&mut self, row: &Row) {
        let beside = self.profile.comparators.iter().filter_map(|id| self.names.territory(*id));
        let beside: Vec<String> = beside.map(|header| header.label).collect();
        self.said.push(row.words(&beside, self.names.language));
        let (lefts, width) = self.profile.columns();
        let Widths { labels, own, change, .. } = self.profile.widths();
        let top = self.y;
        let rule = format!("stroke=\"{}\" stroke-width=\"0.8\"", colour::GRID);
        self.page.line((MARGIN, top), (PAGE.0 - MARGIN, top), &rule);
        let baseline = top + SIZE * 1.25;
        let mut y = baseline;
        for line in &row.label {
            self.page.text((MARGIN, y), Style::plain(SIZE), line);
            y += SIZE * 1.25;
        }
        self.page.text((MARGIN, y - 1.0), Style::plain(SMALL).soft(), &row.period);
        let end = |style: Style| style.anchored(Anchor::End);
        let edge = MARGIN + labels + own - 8.0;
        self.page.text((edge, baseline), end(Style::plain(SIZE).bold()), &row.own);
        for (at, line) in row.reason.iter().enumerate() {
            let y = baseline + (at + 1) as f64 * SMALL * 1.3;
            self.page.text((edge, y), end(Style::plain(SMALL).soft()), line);
        }
        let right = MARGIN + labels + own + change - 8.0;
        let mut y = top + SMALL * 1.4;
        if !row.spark.is_empty() {
            self.page.open(&format!(
                "transform=\"translate({} {})\"",
                right - spark::SIZE.0 + 2.0,
                top + 2.0
            ));
            self.page.raw(&row.spark);
            self.page.close();
            y = top + spark::SIZE.1 + SMALL * 1.1;
        }
        for line in &row.change {
            self.page.text((right, y), end(Style::plain(SMALL).soft()), line);
            y += SMALL * 1.25;
        }
        for (left, (value, words, class)) in lefts.iter().zip(&row.comparisons) {
            let right = left + width - 8.0;
            self.page.text((right, baseline), end(Style::plain(SIZE)), value);
            let style = match *class {
                "CATCHING" => Style { colour: colour::SERIES[2], ..Style::plain(SMALL) },
                "FALLING" => Style { colour: colour::ACCENT, ..Style::plain(SMALL) },
                _ => Style::plain(SMALL).soft(),
            };
            for (at, line) in words.iter().enumerate() {
                let y = baseline + (at + 1) as f64 * SMALL * 1.3;
                self.page.text((right, y), end(style), line);
            }
        }
        self.page.text((PAGE.0 - MARGIN, baseline), end(Style::plain(SIZE)), &row.rank);
        self.y += row.height;
    }

    /// Notes and sources, over as many pages as they take.
    fn notes(&mut self) {
        let (names, language) = (self.names, self.names.language);
        let source = language.pick("Source\u{a0}: ", "Source: ");
        let sources = self.profile.sources(names).into_iter().filter_map(|id| names.catalogue.source(id));
        let sources = sources.map(|found| format!("{source}{}", found.label.in_language(language)));
        let all: Vec<String> = self.profile.notes(names).into_iter().chain(sources).collect();
        self.make_room(60.0);
        self.y += 20.0;
        let heading = language.pick("Notes et sources", "Notes and sources");
        self.page.text((MARGIN, self.y), Style::plain(12.0).bold(), heading);
        self.y += 4.0;
        let room = (PAGE.0 - 2.0 * MARGIN) / SMALL;
        for note in all {
            for line in text::wrap(&note, room) {
                self.make_room(SMALL * 1.4);
                self.y += SMALL * 1.35;
                self.page.text((MARGIN, self.y), Style::plain(SMALL).soft(), &line);
            }
            self.y += 3.0;
        }
    }
}
