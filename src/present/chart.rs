//! Charts: lines, bars, pyramids, clouds, slopes, small multiples, distributions. Axes, order and words are made of shown
//! values alone; what is withheld is marked as such, never left out in silence.

mod axes;
mod bars;
mod breaks;
mod frame;
mod lines;
mod points;
mod scale;
mod vega;

pub(in crate::present) use vega::{description, locale, spoken};

use entity::types::Unit;

use super::{
    Axis, Grid, Names,
    draw::svg::Svg,
    notes,
    words::{self, Printing},
};
use crate::{language::Language, store::Told};

/// Kinds of charts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChartKind {
    /// A line for each series, over periods.
    Line,
    /// Bars beside one another, one group for each category.
    Bar,
    /// Bars whose series stand one after the other.
    StackedBar,
    /// Two sides of a dimension of two categories, over the categories of another.
    Pyramid,
    /// A point for each territory, by two indicators.
    Scatter,
    /// A line for each series between two periods.
    Slope,
    /// A small chart of lines for each series, all on one scale.
    SmallMultiples,
    /// Every territory on one line, one of them marked.
    Distribution,
}

/// Why a chart cannot be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartFault {
    /// More series than people tell apart.
    Series(usize, usize),
    /// More categories than fit.
    Categories(usize, usize),
    /// Lines run over periods.
    NotPeriods,
    /// What lasts a year is not joined with what lasts a quarter.
    MixedPeriods,
    /// A slope has two periods, a cloud two indicators.
    NotTwo(Axis, usize),
    /// A pyramid has a dimension of categories and one of two sides.
    NotSides,
    /// A distribution is of territories.
    NotTerritories,
    /// Figures of different units stand on one axis.
    Units,
    /// Parts that do not add up are stacked.
    NotParts,
    /// The territory that is put forward does not stand in the chart.
    NotThere,
}

/// A row of a chart: what it is called, and its values, one for each column.
pub(super) struct Series {
    label: String,
    told: Vec<Told>,
    /// Whether it is the one that is put forward.
    marked: bool,
    /// The columns that are not comparable with the one before them.
    breaks: Vec<usize>,
}

/// A chart of a table: series on its rows, categories on its columns.
pub struct Chart {
    grid: Grid,
    kind: ChartKind,
    marked: Option<i32>,
}

/// Most series of a kind.
const fn most_series(kind: ChartKind) -> usize {
    match kind {
        ChartKind::Line | ChartKind::Bar | ChartKind::StackedBar => 7,
        ChartKind::Pyramid | ChartKind::Distribution => 1,
        ChartKind::SmallMultiples => 40,
        ChartKind::Slope => 30,
        ChartKind::Scatter => 1_000,
    }
}

/// Most categories of a kind.
const fn most_categories(kind: ChartKind) -> usize {
    match kind {
        ChartKind::Line | ChartKind::SmallMultiples => 240,
        ChartKind::Bar | ChartKind::StackedBar | ChartKind::Pyramid => 60,
        ChartKind::Slope | ChartKind::Scatter => 2,
        ChartKind::Distribution => 2_000,
    }
}

/// Whether the series of a table are parts of a whole: categories, or territories of one level, of counts that add up and
/// are nowhere below nothing.
fn adds_up(grid: &Grid, names: Names<'_>) -> bool {
    let members = grid.layout().members();
    let one_level = || {
        let mut levels = members.territories.iter().filter_map(|id| Some(names.gazetteer.get(*id)?.level));
        let first = levels.next();
        levels.all(|level| Some(level) == first)
    };
    let parts = match grid.layout().question().rows.as_slice() {
        [] | [Axis::Breakdown] => true,
        [Axis::Territory] => one_level(),
        _ => false,
    };
    let counts = grid.indicators(names.catalogue).all(|indicator| indicator.additive);
    parts && counts && grid.told().iter().all(|told| told.disclosed.value().is_none_or(|value| value >= 0.0))
}

impl Chart {
    /// A chart of a table whose rows are its series and whose columns are its categories; `marked` are the versions of the
    /// territory that is put forward, one of which stands in the table.
    ///
    /// # Errors
    ///
    /// [`ChartFault`].
    pub fn new(grid: Grid, kind: ChartKind, marked: &[i32], names: Names<'_>) -> Result<Self, ChartFault> {
        let layout = grid.layout();
        let (series, categories) = (layout.row_count(), layout.column_count());
        let columns = layout.question().columns.as_slice();
        let only = |axis: Axis| columns == [axis];
        match kind {
            ChartKind::Line | ChartKind::SmallMultiples if !only(Axis::Period) => {
                return Err(ChartFault::NotPeriods);
            }
            ChartKind::Slope if !only(Axis::Period) || categories != 2 => {
                return Err(ChartFault::NotTwo(Axis::Period, categories));
            }
            ChartKind::Scatter if !only(Axis::Indicator) || categories != 2 => {
                return Err(ChartFault::NotTwo(Axis::Indicator, categories));
            }
            ChartKind::Distribution if !only(Axis::Territory) => return Err(ChartFault::NotTerritories),
            ChartKind::Pyramid if !(only(Axis::Breakdown) && layout.question().dimensions.len() == 2) => {
                return Err(ChartFault::NotSides);
            }
            _ => {}
        }
        let mut periods =
            layout.members().periods.iter().map(|period| std::mem::discriminant(&period.kind()));
        let first = periods.next();
        let runs = matches!(kind, ChartKind::Line | ChartKind::SmallMultiples | ChartKind::Slope);
        if runs && periods.any(|other| Some(other) != first) {
            return Err(ChartFault::MixedPeriods);
        }
        if series > most_series(kind) {
            return Err(ChartFault::Series(series, most_series(kind)));
        }
        if categories > most_categories(kind) {
            return Err(ChartFault::Categories(categories, most_categories(kind)));
        }
        let units: Vec<Unit> = grid.indicators(names.catalogue).map(|indicator| indicator.unit).collect();
        if kind != ChartKind::Scatter && units.windows(2).any(|pair| pair[0] != pair[1]) {
            return Err(ChartFault::Units);
        }
        if kind == ChartKind::StackedBar && !adds_up(&grid, names) {
            return Err(ChartFault::NotParts);
        }
        let there = layout.members().territories.iter().copied().find(|id| marked.contains(id));
        if there.is_none() && !marked.is_empty() {
            return Err(ChartFault::NotThere);
        }
        let chart = Self { grid, kind, marked: there };
        if kind == ChartKind::Pyramid && chart.sides(names).is_none() {
            return Err(ChartFault::NotSides);
        }
        Ok(chart)
    }

    /// The table behind it.
    #[must_use]
    pub const fn grid(&self) -> &Grid {
        &self.grid
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> ChartKind {
        self.kind
    }

    fn unit(&self, names: Names<'_>) -> Unit {
        self.printing(names).unit
    }

    /// How its figures are printed; those of a cloud have two ways.
    fn printing(&self, names: Names<'_>) -> Printing {
        let printing = self.grid.indicators(names.catalogue).next().map(Printing::of);
        printing.unwrap_or(Printing::of_unit(Unit::Count))
    }

    fn series(&self, names: Names<'_>) -> Vec<Series> {
        let label = |headers: &[super::Header]| {
            headers.iter().map(|header| header.label.as_str()).collect::<Vec<_>>().join(", ")
        };
        let headers = self.grid.row_headers(names);
        let marked = |told: &[Told]| {
            self.marked.is_some() && told.first().map(|told| told.key.territory_id) == self.marked
        };
        headers
            .iter()
            .zip(self.grid.rows())
            .map(|(headers, told)| Series {
                label: label(headers),
                told: told.to_vec(),
                marked: marked(told),
                breaks: breaks::positions(told, names.catalogue),
            })
            .collect()
    }

    fn categories(&self, names: Names<'_>) -> Vec<String> {
        let label = |headers: Vec<super::Header>| {
            headers.into_iter().map(|header| header.label).collect::<Vec<_>>().join(", ")
        };
        self.grid.column_headers(names).into_iter().map(label).collect()
    }

    /// The two sides of a pyramid, the category of each pair by the first dimension.
    fn sides(&self, names: Names<'_>) -> Option<Vec<(String, [Told; 2])>> {
        let headers = self.grid.column_headers(names);
        let told = self.grid.rows().next()?;
        let mut pairs: Vec<(String, Vec<Told>)> = Vec::new();
        for (headers, told) in headers.iter().zip(told) {
            let label = &headers.first()?.label;
            match pairs.iter_mut().find(|(known, _)| known == label) {
                Some((_, sides)) => sides.push(*told),
                None => pairs.push((label.clone(), vec![*told])),
            }
        }
        pairs.into_iter().map(|(label, sides)| Some((label, <[Told; 2]>::try_from(sides).ok()?))).collect()
    }

    /// What it shows, in a line.
    #[must_use]
    pub fn title(&self, names: Names<'_>) -> String {
        self.grid.title(names)
    }

    /// What it shows, in words for those who do not see it: the span of its values, where they are, how many are withheld, and
    /// where series break.
    #[must_use]
    pub fn alt(&self, names: Names<'_>) -> String {
        let language = names.language;
        let kind = match self.kind {
            ChartKind::Line => language.pick("Courbes", "Lines"),
            ChartKind::Bar => language.pick("Barres", "Bars"),
            ChartKind::StackedBar => language.pick("Barres empilées", "Stacked bars"),
            ChartKind::Pyramid => language.pick("Pyramide", "Pyramid"),
            ChartKind::Scatter => language.pick("Nuage de points", "Scatter plot"),
            ChartKind::Slope => language.pick("Pentes", "Slopes"),
            ChartKind::SmallMultiples => language.pick("Petites courbes", "Small multiples"),
            ChartKind::Distribution => language.pick("Distribution", "Distribution"),
        };
        let colon = language.pick("\u{a0}: ", ": ");
        let head = format!("{kind}{colon}{}.", self.title(names));
        let mut told = if self.kind == ChartKind::Scatter { self.clouds(names) } else { self.spans(names) };
        told.extend(self.put_forward(names));
        told.extend(self.median_in_words(names));
        let mut breaks: Vec<_> = self.grid.breaks(names.catalogue).map(|(_, found)| found.period).collect();
        breaks.sort_unstable();
        breaks.dedup();
        told.extend(breaks.into_iter().map(|period| {
            let period = words::period(period, language);
            match language {
                Language::French => format!("Rupture de série\u{a0}: {period}."),
                Language::English => format!("Break in the series: {period}."),
            }
        }));
        format!("{head} {}", told.join(" "))
    }

    /// What is told of the territory that is put forward.
    fn put_forward(&self, names: Names<'_>) -> Option<String> {
        let language = names.language;
        let label = names.territory(self.marked?)?.label;
        let (colon, between) = (language.pick("\u{a0}: ", ": "), words::between(language));
        let categories = self.categories(names);
        let mut parts: Vec<String> = Vec::new();
        for (at, told) in self.grid.told().iter().enumerate() {
            if Some(told.key.territory_id) != self.marked {
                continue;
            }
            let indicator = names.catalogue.indicator_by_id(told.key.indicator_id)?;
            let value = match (told.disclosed.value(), told.disclosed.symbol()) {
                (Some(value), _) => words::figure(value, Printing::of(indicator), language),
                (None, symbol) => symbol.unwrap_or_default().to_owned(),
            };
            let category =
                categories.get(at % categories.len().max(1)).filter(|category| **category != label);
            parts.push(category.map_or_else(|| value.clone(), |category| format!("{category} {value}")));
        }
        (!parts.is_empty()).then(|| format!("{label}{colon}{}.", parts.join(between)))
    }

    /// The median of a distribution, and of how many it is.
    fn median_in_words(&self, names: Names<'_>) -> Option<String> {
        let (_, said) = self.median(names).filter(|_| self.kind == ChartKind::Distribution)?;
        Some(format!("{}.", said.replacen('m', "M", 1)))
    }

    /// Whether a value is shown, or a point of a cloud.
    fn shows_something(&self) -> bool {
        let shown = |told: &Told| told.disclosed.value().is_some();
        match self.kind {
            ChartKind::Scatter => self.grid.rows().any(|row| row.iter().all(shown)),
            _ => self.grid.told().iter().any(shown),
        }
    }

    /// What is said where it shows nothing.
    const fn nothing(&self, language: Language) -> &'static str {
        match self.kind {
            // Single values may be known of a cloud that has no point.
            ChartKind::Scatter => language.pick("Aucun point ne peut être montré.", "No point can be shown."),
            _ => notes::none_shown(language),
        }
    }

    /// The least and the greatest value with where they are, and how many are not shown.
    fn spans(&self, names: Names<'_>) -> Vec<String> {
        let categories = self.categories(names);
        let mut shown: Vec<(f64, String)> = Vec::new();
        for one in &self.series(names) {
            for (told, category) in one.told.iter().zip(&categories) {
                let Some(value) = told.disclosed.value() else { continue };
                let place = [one.label.as_str(), category.as_str()];
                let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
                shown.push((value, place.join(", ")));
            }
        }
        let language = names.language;
        let label = match (language, shown.len()) {
            (Language::French, 1) => "Valeur\u{a0}:",
            (Language::French, _) => "Valeurs\u{a0}:",
            (Language::English, 1) => "Value:",
            (Language::English, _) => "Values:",
        };
        let span = words::span(&shown, self.printing(names), language).map(|span| format!("{label} {span}."));
        let mut told = vec![span.unwrap_or_else(|| self.nothing(language).to_owned())];
        told.extend(notes::not_shown(self.grid.told().iter(), language));
        told
    }

    /// The spans of a cloud, one for each indicator, over the points that it has, and how many it has not.
    fn clouds(&self, names: Names<'_>) -> Vec<String> {
        let language = names.language;
        let series = self.series(names);
        let has_point = |one: &&Series| one.told.iter().all(|told| told.disclosed.value().is_some());
        let points: Vec<&Series> = series.iter().filter(has_point).collect();
        let mut told: Vec<String> = Vec::new();
        for (at, indicator) in self.grid.indicators(names.catalogue).enumerate() {
            let value = |one: &&Series| Some((one.told.get(at)?.disclosed.value()?, one.label.clone()));
            let shown: Vec<(f64, String)> = points.iter().filter_map(value).collect();
            if let Some(span) = words::span(&shown, Printing::of(indicator), language) {
                let colon = language.pick("\u{a0}: ", ": ");
                told.push(format!("{}{colon}{span}.", indicator.label.in_language(language)));
            }
        }
        if told.is_empty() {
            told.push(self.nothing(language).to_owned());
        }
        let without = series.len() - points.len();
        if without > 0 {
            let sentence = match (language, words::is_plural(without, language)) {
                (Language::French, true) => "territoires n’ont pas de point, faute d’une valeur.",
                (Language::French, false) => "territoire n’a pas de point, faute d’une valeur.",
                (Language::English, true) => "territories have no point, for want of a value.",
                (Language::English, false) => "territory has no point, for want of a value.",
            };
            told.push(format!("{without} {sentence}"));
        }
        told
    }

    /// The chart as SVG of a width.
    #[must_use]
    pub fn svg(&self, names: Names<'_>, width: f64) -> String {
        let mut svg = Svg::new(width);
        let top = self.head(&mut svg, names);
        let bottom = match self.kind {
            ChartKind::Line => self.lines(&mut svg, names, top),
            ChartKind::SmallMultiples => self.multiples(&mut svg, names, top),
            ChartKind::Slope => self.slopes(&mut svg, names, top),
            ChartKind::Bar => self.bars(&mut svg, names, top),
            ChartKind::StackedBar => self.stacked(&mut svg, names, top),
            ChartKind::Pyramid => self.pyramid(&mut svg, names, top),
            ChartKind::Scatter => self.scatter(&mut svg, names, top),
            ChartKind::Distribution => self.distribution(&mut svg, names, top),
        };
        self.foot(&mut svg, names, bottom);
        svg.finished(&self.title(names), &self.alt(names), "")
    }
}
