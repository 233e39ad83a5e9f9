//! Maps: shades for rates, circles for counts, one classification for all periods side by side.

mod cover;
mod drawing;
mod formats;
mod legend;
pub mod shape;
pub mod topology;

use std::collections::HashMap;

use entity::types::{Level, Measure, Period, Withheld};

use super::{
    Grid, Names, classify,
    classify::Method,
    draw::colour,
    notes,
    words::{self, Printing},
};
use crate::{geography::Gazetteer, language::Language, store::Told};
use topology::{Polygon, Topology};

/// How figures are shown on a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Representation {
    /// Shades of the territories: for rates, medians, indices.
    Choropleth,
    /// Circles whose area is in proportion: for counts and amounts.
    ProportionalCircles,
}

impl Representation {
    /// The one that fits a measure.
    #[must_use]
    pub const fn fitting(measure: Measure) -> Self {
        match measure {
            Measure::Count | Measure::Amount => Self::ProportionalCircles,
            Measure::Rate | Measure::Ratio | Measure::Median | Measure::Mean | Measure::Index => {
                Self::Choropleth
            }
        }
    }
}

/// Why a map cannot be drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MapFault {
    /// A count as shades, or a rate as circles.
    Unfit(Representation),
    /// A circle has no size for a value below nothing.
    Negative,
    /// No territory of the map has a contour.
    NoContour,
    /// The classes are none, too many, or their bounds do not ascend.
    Classes,
    /// More periods side by side than the limit.
    Panels(usize),
    /// Territories lie over one another: those of the map are of these levels.
    Covered(Vec<Level>),
}

/// Bounds beyond it are no figure's, and could not be written.
const FARTHEST_BOUND: f64 = 1e15;

/// Most periods side by side.
pub const MOST_PANELS: usize = 4;
/// Most territories that a note names.
const MOST_NAMED: usize = 5;

/// A territory of a map.
#[derive(Clone, Debug)]
pub struct Place {
    /// Number.
    pub territory_id: i32,
    /// What the viewer is told, one for each period.
    pub told: Vec<Told>,
    /// Index of its shape in the topology.
    pub shape: usize,
}

/// A class of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct MapClass {
    /// Lower bound; belongs to the class below, but for the first one.
    pub from: f64,
    /// Upper bound.
    pub to: f64,
    /// Colour.
    pub colour: &'static str,
    /// How many shown values are in it.
    pub count: usize,
}

/// A map.
pub struct ThematicMap {
    grid: Grid,
    places: Vec<Place>,
    topology: Topology,
    representation: Representation,
    classes: Vec<MapClass>,
    printing: Printing,
    is_schematic: bool,
    /// Territories that have no contour.
    absent: Vec<i32>,
}

impl ThematicMap {
    /// The same, whose contours are drawn and not measured: it says so.
    #[must_use]
    pub fn on_schematic_contours(self) -> Self {
        Self { is_schematic: true, ..self }
    }

    /// What is said of the contours, where something must be.
    fn contour_note(&self, language: Language) -> Option<&'static str> {
        let note = language.pick(
            "Contours schématiques\u{a0}: ce ne sont pas les vrais.",
            "Schematic contours: not the real ones.",
        );
        self.is_schematic.then_some(note)
    }

    /// Which territories are not drawn, where some are not.
    fn absence_note(&self, names: Names<'_>) -> Option<String> {
        let language = names.language;
        let name = |id: &i32| names.territory(*id).map(|header| header.label);
        let said: Vec<String> = self.absent.iter().take(MOST_NAMED).filter_map(name).collect();
        let more = if self.absent.len() > MOST_NAMED { "…" } else { "" };
        let begins =
            language.pick("Sans contour, donc hors de la carte\u{a0}:", "Without a contour, so not drawn:");
        (!said.is_empty()).then(|| format!("{begins} {}{more}.", said.join(", ")))
    }

    /// A map of a table whose rows are territories and whose columns are periods, of one indicator. Territories without a
    /// contour stand in the table alone.
    ///
    /// # Errors
    ///
    /// [`MapFault`].
    pub fn new(
        grid: Grid,
        mut shapes: HashMap<i32, Vec<Polygon>>,
        method: &Method,
        (representation, measure, printing): (Option<Representation>, Measure, Printing),
        gazetteer: &Gazetteer,
    ) -> Result<Self, MapFault> {
        let fitting = Representation::fitting(measure);
        let representation = representation.unwrap_or(fitting);
        if representation != fitting {
            return Err(MapFault::Unfit(representation));
        }
        if grid.layout().column_count() > MOST_PANELS {
            return Err(MapFault::Panels(grid.layout().column_count()));
        }
        check(method)?;
        let mut places = Vec::new();
        let (mut drawn, mut absent) = (Vec::new(), Vec::new());
        for (row, territory_id) in grid.rows().zip(&grid.layout().members().territories) {
            if let Some(shape) = shapes.remove(territory_id) {
                places.push(Place { territory_id: *territory_id, told: row.to_vec(), shape: drawn.len() });
                drawn.push(shape);
            } else {
                absent.push(*territory_id);
            }
        }
        if places.is_empty() {
            return Err(MapFault::NoContour);
        }
        let drawn_ids: Vec<i32> = places.iter().map(|place| place.territory_id).collect();
        if cover::lie_over_one_another(&drawn_ids, gazetteer) {
            return Err(MapFault::Covered(cover::levels(&drawn_ids, gazetteer)));
        }
        let values: Vec<f64> = grid.told().iter().filter_map(|told| told.disclosed.value()).collect();
        if representation == Representation::ProportionalCircles && values.iter().any(|value| *value < 0.0) {
            return Err(MapFault::Negative);
        }
        let classes = match representation {
            Representation::Choropleth => classes(&values, method),
            Representation::ProportionalCircles => Vec::new(),
        };
        Ok(Self {
            grid,
            places,
            topology: Topology::new(&drawn),
            representation,
            classes,
            printing,
            is_schematic: false,
            absent,
        })
    }

    /// The table behind it.
    #[must_use]
    pub const fn grid(&self) -> &Grid {
        &self.grid
    }

    /// How its figures are shown.
    #[must_use]
    pub const fn representation(&self) -> Representation {
        self.representation
    }

    /// Its classes; none with circles.
    #[must_use]
    pub fn classes(&self) -> &[MapClass] {
        &self.classes
    }

    /// The bounds of its classes.
    #[must_use]
    pub fn bounds(&self) -> Vec<f64> {
        let first = self.classes.first().map(|class| class.from);
        first.into_iter().chain(self.classes.iter().map(|class| class.to)).collect()
    }

    fn periods(&self) -> &[Period] {
        &self.grid.layout().members().periods
    }

    /// What it shows, in a line.
    #[must_use]
    pub fn title(&self, names: Names<'_>) -> String {
        self.grid.title(names)
    }

    /// What it shows, in words for those who do not see it: for each period its span, and how many values are withheld.
    #[must_use]
    pub fn alt(&self, names: Names<'_>) -> String {
        let language = names.language;
        let mut parts = vec![format!("{} {}.", language.pick("Carte\u{a0}:", "Map:"), self.title(names))];
        for (at, period) in self.periods().iter().enumerate() {
            let said = self.said_of(at, names);
            parts.push(match self.periods() {
                [_] => said,
                _ => format!("{}{}{said}", words::period(*period, language), language.pick("\u{a0}: ", ": ")),
            });
        }
        parts.extend(self.absence_note(names));
        parts.join(" ")
    }

    /// The map of one period in words.
    fn said_of(&self, at: usize, names: Names<'_>) -> String {
        let language = names.language;
        let told = || self.places.iter().filter_map(|place| place.told.get(at));
        let name = |told: &Told| names.territory(told.key.territory_id).map(|header| header.label);
        let shown: Vec<(f64, String)> = told()
            .filter_map(|told| Some((told.disclosed.value()?, name(told).unwrap_or_default())))
            .collect();
        let mut parts = Vec::new();
        parts.push(match words::span(&shown, self.printing, language) {
            Some(span) => {
                let (some, all) = (shown.len(), self.places.len());
                let many = words::is_plural(some, language);
                match language {
                    Language::French => {
                        let (noun, verb) = if many { ("territoires", "ont") } else { ("territoire", "a") };
                        format!("{some} {noun} sur {all} {verb} une valeur, {span}.")
                    }
                    Language::English => {
                        let noun = if words::is_plural(all, language) { "territories" } else { "territory" };
                        let verb = if many { "have" } else { "has" };
                        format!("{some} of {all} {noun} {verb} a value, {span}.")
                    }
                }
            }
            None => notes::none_shown(language).to_owned(),
        });
        parts.extend(notes::not_shown(told(), language));
        parts.extend(self.contour_note(language).map(str::to_owned));
        parts.join(" ")
    }
}

fn check(method: &Method) -> Result<(), MapFault> {
    let fits = match method {
        Method::Quantiles(classes)
        | Method::EqualIntervals(classes)
        | Method::Jenks(classes)
        | Method::StandardDeviation(classes) => classify::CLASSES.contains(classes),
        Method::Q6 => true,
        Method::Manual(bounds) => {
            bounds.len() > 1
                && classify::CLASSES.end() + 1 >= bounds.len()
                && bounds.windows(2).all(|pair| pair[0] < pair[1])
                && bounds.iter().all(|bound| bound.abs() <= FARTHEST_BOUND)
        }
    };
    if fits { Ok(()) } else { Err(MapFault::Classes) }
}

fn classes(values: &[f64], method: &Method) -> Vec<MapClass> {
    let bounds = classify::bounds(values, method);
    let count = bounds.len().saturating_sub(1);
    let colours = match method {
        Method::StandardDeviation(_) => around_the_mean(values, &bounds),
        _ => colour::ramp(count),
    };
    let inside =
        |at: usize| values.iter().filter(|value| classify::class(&bounds, **value) == Some(at)).count();
    bounds
        .windows(2)
        .zip(colours)
        .enumerate()
        .map(|(at, (pair, colour))| MapClass { from: pair[0], to: pair[1], colour, count: inside(at) })
        .collect()
}

/// The colours of classes around the mean, which need not be the middle one: classes that no value reaches are left out.
fn around_the_mean(values: &[f64], bounds: &[f64]) -> Vec<&'static str> {
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    // A bound that is the mean was worked out in another order.
    let close = 1e-9 * bounds.iter().fold(1.0_f64, |most, bound| most.max(bound.abs()));
    let below = bounds.windows(2).filter(|pair| pair[1] <= mean + close).count();
    let above = bounds.windows(2).filter(|pair| pair[0] >= mean - close).count();
    let count = bounds.len().saturating_sub(1);
    // All values alike make one class, which is on neither side.
    if below + above > count {
        return colour::diverging(0, true, 0);
    }
    colour::diverging(below, below + above < count, above)
}

/// How a territory without a class is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fill {
    /// A value is shown.
    Shown,
    /// Secrecy: hatched.
    Secret,
    /// Nobody has a figure: white.
    Missing,
    /// The viewer has no right to it: grey.
    Closed,
}

impl Fill {
    fn of(told: &Told) -> Self {
        match told.disclosed.withheld() {
            None => Self::Shown,
            Some(Withheld::StatisticalSecrecy) => Self::Secret,
            Some(Withheld::NotCollected | Withheld::NotApplicable | Withheld::NotSignificant) => {
                Self::Missing
            }
            Some(_) => Self::Closed,
        }
    }
}
