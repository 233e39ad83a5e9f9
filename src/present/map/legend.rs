//! Legends of maps: classes with their bounds, circles with their sizes, and what is not shown.

use super::{Fill, Place, Representation, ThematicMap};
use crate::{
    language::Language,
    present::{
        Names, classify,
        draw::{
            colour,
            svg::{Style, Svg},
        },
        words,
    },
    store::Told,
};

impl ThematicMap {
    /// What each class is called, so that the class of every shown value follows from the names: which one a value on a
    /// bound is in, and as many decimals as tell values from bounds.
    pub(super) fn class_labels(&self, language: Language) -> Vec<String> {
        let shown = self.grid.told().iter().filter_map(|told| told.disclosed.value());
        let values: Vec<f64> = shown.collect();
        let (bounds, decimals) = classify::printed(&self.bounds(), &values, self.printing.decimals);
        let number = |value: f64| words::number(value, decimals, language);
        let label = |(at, pair): (usize, &[f64])| {
            let (from, to) = (number(pair[0]), number(pair[1]));
            match (language, at) {
                // All values alike.
                _ if pair[0] == pair[1] => from,
                (Language::French, 0) => format!("de {from} à {to}"),
                (Language::English, 0) => format!("from {from} to {to}"),
                (Language::French, _) => format!("plus de {from} à {to}"),
                (Language::English, _) => format!("over {from} to {to}"),
            }
        };
        bounds.windows(2).enumerate().map(label).collect()
    }

    /// Draws the legend; gives where it ends.
    pub(super) fn legend(
        &self,
        svg: &mut Svg,
        (x, y): (f64, f64),
        (names, scale, hatch): (Names<'_>, f64, &str),
    ) -> f64 {
        let language = names.language;
        let style = Style::plain(12.0);
        let mut y = y;
        match self.representation {
            Representation::Choropleth => {
                let labels = self.class_labels(language);
                for (class, label) in self.classes.iter().zip(&labels).rev() {
                    swatch(svg, (x, y), class.colour);
                    svg.text((x + 32.0, y + 11.0), style, label);
                    y += 19.0;
                }
            }
            Representation::ProportionalCircles => y = self.circle_legend(svg, (x, y), (names, scale)),
        }
        y += 6.0;
        let bounds = self.bounds();
        let outside = |told: &Told| {
            told.disclosed.value().is_some_and(|value| classify::class(&bounds, value).is_none())
        };
        if !bounds.is_empty() && self.grid.told().iter().any(outside) {
            swatch(svg, (x, y), colour::LAND);
            svg.text(
                (x + 32.0, y + 11.0),
                style,
                language.pick("Hors des classes", "Outside of the classes"),
            );
            y += 19.0;
        }
        for (fill, paint, label) in [
            (
                Fill::Secret,
                format!("url(#{hatch})"),
                language.pick("Secret statistique", "Statistical secrecy"),
            ),
            (Fill::Missing, colour::PAGE.to_owned(), language.pick("Non disponible", "Not available")),
            (Fill::Closed, colour::GRID.to_owned(), language.pick("Hors de vos droits", "Not open to you")),
        ] {
            let there = |place: &Place| place.told.iter().any(|told| Fill::of(told) == fill);
            if self.places.iter().any(there) {
                swatch(svg, (x, y), &paint);
                svg.text((x + 32.0, y + 11.0), style, label);
                y += 19.0;
            }
        }
        y
    }

    fn circle_legend(&self, svg: &mut Svg, (x, y): (f64, f64), (names, scale): (Names<'_>, f64)) -> f64 {
        let values = self.grid.told().iter().filter_map(|told| told.disclosed.value());
        let greatest = values.fold(0.0_f64, f64::max);
        if greatest <= 0.0 {
            return y;
        }
        let largest = round_down(greatest);
        let widest = scale * largest.sqrt();
        let bottom = y + 2.0 * widest + 2.0;
        let mut last: Option<f64> = None;
        for part in [largest, round_down(largest / 4.0), round_down(largest / 20.0)] {
            let radius = scale * part.sqrt();
            let top = bottom - 2.0 * radius;
            // A label that would touch the one above is left out with its circle, and what no figure is.
            if radius < 1.5
                || part < self.printing.finest()
                || last.is_some_and(|last| (top - last).abs() < 13.0)
            {
                continue;
            }
            last = Some(top);
            let attributes = format!("fill=\"none\" stroke=\"{}\" stroke-width=\"1\"", colour::SOFT_INK);
            svg.circle((x + widest, bottom - radius), radius, &attributes);
            let end = x + 2.0 * widest + 10.0;
            let dashes =
                format!("stroke=\"{}\" stroke-width=\"0.7\" stroke-dasharray=\"2 2\"", colour::SOFT_INK);
            svg.line((x + widest, top), (end, top), &dashes);
            let label = words::number(part, self.printing.decimals, names.language);
            svg.text((end + 4.0, top + 4.0), Style::plain(12.0), &label);
        }
        bottom + 10.0
    }
}

fn swatch(svg: &mut Svg, at: (f64, f64), paint: &str) {
    let attributes = format!("fill=\"{paint}\" stroke=\"{}\" stroke-width=\"0.7\"", colour::BORDER);
    svg.rectangle(at, (24.0, 13.0), &attributes);
}

/// The greatest of 1, 2 and 5 times a power of ten that is no greater.
fn round_down(value: f64) -> f64 {
    if value <= 0.0 {
        return 0.0;
    }
    let power = 10_f64.powf(value.log10().floor());
    let leading = value / power;
    power
        * if leading >= 5.0 {
            5.0
        } else if leading >= 2.0 {
            2.0
        } else {
            1.0
        }
}
