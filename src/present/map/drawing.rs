//! Maps as SVG.

use std::fmt::Write;

use super::{Fill, Representation, ThematicMap, topology::Polygon};
use crate::{
    present::{
        Names, classify,
        draw::{
            colour,
            page::{self, MARGIN, tip},
            svg::{Anchor, Style, Svg, disc, hatching, short},
            text,
        },
        notes, words,
    },
    store::Told,
};

/// Width from which the legend stands beside a single map, and names are written on it.
const WIDE: f64 = 560.0;
/// Width of a legend beside the map.
const LEGEND: f64 = 190.0;

/// Largest circle, so that the legend has room for it.
const LARGEST: f64 = 48.0;
/// How far a circle may reach out of the map.
const BESIDE: f64 = 12.0;

/// Where positions in degrees stand on the page.
struct Projection {
    west: f64,
    north: f64,
    narrowing: f64,
    scale: f64,
    at: (f64, f64),
}

impl Projection {
    /// Fits shapes into a width; gives the height that they take too, at most `highest`.
    fn fit(shapes: &[Vec<Polygon>], width: f64, highest: f64) -> (Self, f64, f64) {
        let (mut west, mut south, mut east, mut north) =
            (f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY);
        for [x, y] in shapes.iter().flatten().flatten().flatten() {
            (west, east) = (west.min(*x), east.max(*x));
            (south, north) = (south.min(*y), north.max(*y));
        }
        let narrowing = ((south + north) / 2.0).to_radians().cos();
        let (across, along) = (((east - west) * narrowing).max(1e-9), (north - south).max(1e-9));
        let scale = (width / across).min(highest / along);
        let projection = Self { west, north, narrowing, scale, at: (0.0, 0.0) };
        (projection, across * scale, along * scale)
    }

    fn place(&self, [east, north]: [f64; 2]) -> (f64, f64) {
        (
            self.at.0 + (east - self.west) * self.narrowing * self.scale,
            self.at.1 + (self.north - north) * self.scale,
        )
    }

    fn path(&self, shape: &[Polygon]) -> String {
        let mut path = String::new();
        for ring in shape.iter().flatten() {
            for (at, position) in ring.iter().enumerate() {
                let (x, y) = self.place(*position);
                let letter = if at == 0 { 'M' } else { 'L' };
                let _ = write!(path, "{letter}{} {}", short(x), short(y));
            }
            path.push('Z');
        }
        path
    }
}

/// The middle of the largest ring of a shape, and the area of the shape, both on the page.
fn middle(shape: &[Polygon], projection: &Projection) -> Option<((f64, f64), f64)> {
    let mut whole = 0.0;
    let mut largest: Option<((f64, f64), f64)> = None;
    for ring in shape.iter().filter_map(|polygon| polygon.first()) {
        let points: Vec<(f64, f64)> = ring.iter().map(|position| projection.place(*position)).collect();
        let (mut doubled, mut x, mut y) = (0.0, 0.0, 0.0);
        for pair in points.windows(2) {
            let cross = pair[0].0 * pair[1].1 - pair[1].0 * pair[0].1;
            doubled += cross;
            x += (pair[0].0 + pair[1].0) * cross;
            y += (pair[0].1 + pair[1].1) * cross;
        }
        if doubled.abs() < 1e-9 {
            continue;
        }
        whole += doubled.abs() / 2.0;
        if largest.is_none_or(|(_, area)| doubled.abs() > area) {
            largest = Some(((x / (3.0 * doubled), y / (3.0 * doubled)), doubled.abs()));
        }
    }
    largest.map(|(centre, _)| (centre, whole))
}

impl ThematicMap {
    /// The map as SVG of a width, its height following; the legend beside it where there is room, else below.
    #[must_use]
    pub fn svg(&self, names: Names<'_>, width: f64) -> String {
        let language = names.language;
        let mut svg = Svg::new(width);
        let inner = width - 2.0 * MARGIN;
        let mut y = page::head(&mut svg, &self.title(names), Some(self.printing.unit), language);
        if self.grid.told().iter().all(|told| told.disclosed.value().is_none()) {
            y = page::nothing_shown(&mut svg, y, notes::none_shown(language));
        }
        let beside = width >= WIDE && self.periods().len() == 1;
        let hatch = "secrecy";
        let panels = self.periods().len();
        let columns = if width >= WIDE { panels.clamp(1, 2) } else { 1 };
        let room = if beside { inner - LEGEND - 12.0 } else { inner };
        let panel = (room - 16.0 * (columns as f64 - 1.0)) / columns as f64;
        let tolerance_width = panel.max(1.0);
        let shapes = self.simplified(tolerance_width);
        let (mut projection, across, along) = Projection::fit(&shapes, panel, panel * 1.15);
        let scale = self.circle_scale(&shapes, &projection, (across, along));
        let top = y;
        let mut row_top = y;
        for at in 0..panels {
            let column = at % columns;
            if column == 0 && at > 0 {
                row_top += along + 40.0;
            }
            let left = MARGIN + column as f64 * (panel + 16.0) + (panel - across) / 2.0;
            let mut map_top = row_top;
            if panels > 1 {
                let period = self.periods().get(at).map(|period| words::period(*period, language));
                svg.text(
                    (MARGIN + column as f64 * (panel + 16.0), row_top + 12.0),
                    Style::plain(13.0).bold(),
                    &period.unwrap_or_default(),
                );
                map_top += 20.0;
            }
            projection.at = (left, map_top);
            self.panel(&mut svg, at, &shapes, &projection, (names, scale, hatch));
            svg.reach(map_top + along);
            y = map_top + along;
        }
        let legend_at = if beside { (width - MARGIN - LEGEND, top + 8.0) } else { (MARGIN, y + 18.0) };
        let legend_bottom = self.legend(&mut svg, legend_at, (names, scale, hatch));
        page::foot(&mut svg, &self.foot_lines(names), y.max(legend_bottom));
        svg.finished(&self.title(names), &self.alt(names), &hatching(hatch))
    }

    /// What nobody may overlook, what the contours are, and the sources.
    pub(super) fn foot_lines(&self, names: Names<'_>) -> Vec<String> {
        let mut lines = self.grid.warnings(names);
        lines.extend(self.contour_note(names.language).map(str::to_owned));
        lines.extend(self.absence_note(names));
        lines.push(self.grid.source_line(names));
        lines
    }

    /// The shapes as fine as a width can show.
    fn simplified(&self, width: f64) -> Vec<Vec<Polygon>> {
        let shapes = self.topology.shapes();
        let (projection, ..) = Projection::fit(&shapes, width, width * 1.15);
        // Nine tenths of a pixel.
        self.topology.simplified(0.9 / projection.scale).shapes()
    }

    fn panel(
        &self,
        svg: &mut Svg,
        at: usize,
        shapes: &[Vec<Polygon>],
        projection: &Projection,
        (names, scale, hatch): (Names<'_>, f64, &str),
    ) {
        let mut circles: Vec<(f64, (f64, f64), String)> = Vec::new();
        let mut labels: Vec<Label> = Vec::new();
        for place in &self.places {
            let (Some(shape), Some(told)) = (shapes.get(place.shape), place.told.get(at)) else { continue };
            let fill = self.fill(told, hatch);
            let attributes = format!(
                "fill=\"{fill}\" fill-rule=\"evenodd\" stroke=\"{}\" stroke-width=\"0.7\" stroke-linejoin=\"round\"",
                colour::BORDER
            );
            let header = names.territory(place.territory_id);
            let tip = tip(&[header.as_ref().map_or("", |header| header.label.as_str())], told, names);
            svg.path(&projection.path(shape), &attributes, Some(&tip));
            let Some((centre, area)) = middle(shape, projection) else { continue };
            let mut radius = 0.0;
            if let (Some(value), Representation::ProportionalCircles) =
                (told.disclosed.value(), self.representation)
                && value > 0.0
            {
                radius = scale * value.sqrt();
                circles.push((radius, centre, tip));
            }
            if let Some(header) = header {
                labels.push(Label { area, centre, radius, name: header.label });
            }
        }
        circles.sort_by(|(a, ..), (b, ..)| b.total_cmp(a));
        for (radius, centre, tip) in &circles {
            let attributes = format!(
                "fill=\"{}\" fill-opacity=\"0.72\" stroke=\"{}\" stroke-width=\"0.8\"",
                colour::SERIES[0],
                colour::PAGE
            );
            svg.path(&disc(*centre, *radius), &attributes, Some(tip));
        }
        if svg.width() >= WIDE && self.periods().len() == 1 {
            let discs: Vec<(f64, (f64, f64))> =
                circles.iter().map(|(radius, centre, _)| (*radius, *centre)).collect();
            write_names(svg, labels, &discs);
        }
    }

    fn fill(&self, told: &Told, hatch: &str) -> String {
        match Fill::of(told) {
            Fill::Secret => format!("url(#{hatch})"),
            Fill::Missing => colour::PAGE.to_owned(),
            Fill::Closed => colour::GRID.to_owned(),
            Fill::Shown => {
                let bounds = self.bounds();
                let class = told.disclosed.value().and_then(|value| classify::class(&bounds, value));
                let class = class.and_then(|at| self.classes.get(at));
                class.map_or(colour::LAND, |class| class.colour).to_owned()
            }
        }
    }

    /// What the root of a value is multiplied with to give the radius of its circle.
    fn circle_scale(
        &self,
        shapes: &[Vec<Polygon>],
        projection: &Projection,
        (across, along): (f64, f64),
    ) -> f64 {
        let side = across.min(along);
        let values = || self.grid.told().iter().filter_map(|told| told.disclosed.value());
        let greatest = values().fold(0.0_f64, f64::max);
        if greatest <= 0.0 {
            return 0.0;
        }
        // No circle is wider than a fifth of the map, and all together cover no more than a quarter of it.
        let sum: f64 = values().map(|value| value.max(0.0)).sum::<f64>() / self.periods().len().max(1) as f64;
        let covering = side * (0.25 / (std::f64::consts::PI * sum)).sqrt();
        let mut scale = covering.min((side * 0.11).min(LARGEST) / greatest.sqrt());
        // None reaches out of the space around the map.
        for place in &self.places {
            let value = place.told.iter().filter_map(|told| told.disclosed.value()).fold(0.0_f64, f64::max);
            let shape = shapes.get(place.shape).and_then(|shape| middle(shape, projection));
            let Some(((x, y), _)) = shape.filter(|_| value > 0.0) else { continue };
            let room = x.min(across - x).min(y).min(along - y) + BESIDE;
            scale = scale.min(room.max(1.0) / value.sqrt());
        }
        scale
    }
}

/// The name of a territory, and the circle that it stands in or below.
struct Label {
    area: f64,
    centre: (f64, f64),
    radius: f64,
    name: String,
}

/// Names from the largest territory to the smallest, those that would touch a name that is written already, a circle of
/// another territory or the edge left out.
fn write_names(svg: &mut Svg, mut labels: Vec<Label>, discs: &[(f64, (f64, f64))]) {
    const SIZE: f64 = 10.5;
    labels.sort_by(|a, b| b.area.total_cmp(&a.area));
    let mut taken: Vec<(f64, f64, f64)> = Vec::new();
    for Label { area, centre, radius, name } in labels {
        let half = text::width(&name) * SIZE / 2.0;
        // In a circle that holds it, else below.
        let inside = radius == 0.0 || half < 0.85 * radius;
        // A name that is far wider than its territory says nothing of where it stands.
        let widest = if inside { 1.5 } else { 1.2 };
        if 2.0 * half > area.sqrt() * widest {
            continue;
        }
        let (x, y) = (centre.0, if inside { centre.1 } else { centre.1 + radius + SIZE * 0.75 });
        let touches = |(other_x, other_y, other_half): &(f64, f64, f64)| {
            (other_x - x).abs() < half + other_half + 3.0 && (other_y - y).abs() < SIZE * 1.2
        };
        let covered = |(other, at): &(f64, (f64, f64))| {
            let beside = ((at.0 - x).abs() - half).max(0.0);
            let over = ((at.1 - y).abs() - SIZE * 0.4).max(0.0);
            *at != centre && beside.hypot(over) < *other
        };
        let outside = x - half < 2.0 || x + half > svg.width() - 2.0;
        if outside || taken.iter().any(touches) || discs.iter().any(covered) {
            continue;
        }
        taken.push((x, y, half));
        svg.text((x, y + SIZE * 0.35), Style::plain(SIZE).edged().anchored(Anchor::Middle), &name);
    }
}
