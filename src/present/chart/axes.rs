//! The scales of the axes, the same in drawings and in specifications, and what is said of them.

use entity::types::Unit;

use super::{
    Chart, ChartKind, bars,
    frame::shown,
    scale::{Marking, Scale},
};
use crate::present::{Names, words::Printing};

impl Chart {
    /// How an axis of figures is marked.
    fn marking(&self, printing: Printing) -> Marking {
        let (from_zero, marks) = match self.kind {
            ChartKind::Line | ChartKind::Slope | ChartKind::Scatter => (false, 5.0),
            ChartKind::SmallMultiples => (false, 2.0),
            ChartKind::Distribution => (false, 6.0),
            ChartKind::Bar | ChartKind::StackedBar => (true, 5.0),
            ChartKind::Pyramid => (true, 3.0),
        };
        Marking { from_zero, marks, finest: printing.finest() }
    }

    /// The scale of the values; of bars of parts that of the sums of those that are shown.
    pub(super) fn scale(&self, names: Names<'_>) -> Scale {
        let series = self.series(names);
        let values: Vec<f64> = match self.kind {
            ChartKind::StackedBar if self.shows_something() => {
                (0..self.grid.layout().column_count()).map(|row| bars::end(&series, row).0).collect()
            }
            _ => shown(&series).collect(),
        };
        Scale::over(values.into_iter(), self.marking(self.printing(names)))
    }

    /// The scales of a cloud, across and upwards, over the points that it has.
    pub(super) fn cloud_scales(&self, names: Names<'_>) -> [Scale; 2] {
        let series = self.series(names);
        let has_point = |told: &&[f64]| told.len() == 2;
        let values: Vec<Vec<f64>> = series
            .iter()
            .map(|one| one.told.iter().filter_map(|told| told.disclosed.value()).collect())
            .collect();
        let points: Vec<&[f64]> = values.iter().map(Vec::as_slice).filter(has_point).collect();
        let printings: Vec<Printing> = self.grid.indicators(names.catalogue).map(Printing::of).collect();
        [0_usize, 1].map(|at| {
            let printing = printings.get(at).copied().unwrap_or(Printing::of_unit(Unit::Count));
            Scale::over(points.iter().filter_map(|point| point.get(at).copied()), self.marking(printing))
        })
    }

    /// That lengths are not in proportion, where an axis leaves out zero.
    pub(super) fn axis_note(&self, names: Names<'_>) -> Option<&'static str> {
        let language = names.language;
        let one = language.pick("L’axe ne part pas de zéro.", "The axis does not start at zero.");
        if self.kind != ChartKind::Scatter {
            return self.scale(names).leaves_out_zero().then_some(one);
        }
        let [across, upwards] = self.cloud_scales(names).map(|scale| scale.leaves_out_zero());
        match (across, upwards) {
            (true, true) => {
                Some(language.pick("Les axes ne partent pas de zéro.", "The axes do not start at zero."))
            }
            (true, false) => Some(language.pick(
                "L’axe horizontal ne part pas de zéro.",
                "The horizontal axis does not start at zero.",
            )),
            (false, true) => Some(
                language
                    .pick("L’axe vertical ne part pas de zéro.", "The vertical axis does not start at zero."),
            ),
            (false, false) => None,
        }
    }
}
