//! Where series break: lines are not joined there, and a rule stands between the two sides.

use super::Series;
use crate::{
    catalogue::Catalogue,
    present::{
        Names,
        draw::{
            colour,
            svg::{Svg, short},
        },
    },
    store::Told,
};

/// Dashes of what stands for a break, in drawings and specifications.
pub const DASHES: [u8; 2] = [2, 3];
/// Dashes of a slope from one side of a break to the other.
pub const SLOPE_DASHES: [u8; 2] = [5, 4];

/// Dashes as SVG writes them.
pub fn dashed(dashes: [u8; 2]) -> String {
    format!("stroke-dasharray=\"{} {}\"", dashes[0], dashes[1])
}

/// The positions of a row that are not comparable with the one before them.
pub fn positions(told: &[Told], catalogue: &Catalogue) -> Vec<usize> {
    let broken = |pair: &[Told]| {
        let [before, after] = pair else { return false };
        let indicator = catalogue.indicator_by_id(after.key.indicator_id);
        indicator.is_some_and(|indicator| {
            indicator.breaks_between(before.key.period, after.key.period).next().is_some()
        })
    };
    let pairs = told.windows(2).enumerate();
    pairs.filter(|(_, pair)| broken(pair)).map(|(at, _)| at + 1).collect()
}

/// Draws a rule in the middle between the sides of each break of these series.
pub fn rules<'a>(
    svg: &mut Svg,
    series: impl IntoIterator<Item = &'a Series>,
    place: impl Fn(usize) -> f64,
    (top, bottom): (f64, f64),
    names: Names<'_>,
) {
    let mut positions: Vec<usize> = series.into_iter().flat_map(|one| one.breaks.iter().copied()).collect();
    positions.sort_unstable();
    positions.dedup();
    let tip = names.language.pick("Rupture de série", "Break in the series");
    for at in positions {
        let x = (place(at.saturating_sub(1)) + place(at)) / 2.0;
        let path = format!("M{} {}V{}", short(x), short(top), short(bottom));
        let attributes =
            format!("fill=\"none\" stroke=\"{}\" stroke-width=\"1\" {}", colour::SOFT_INK, dashed(DASHES));
        svg.path(&path, &attributes, Some(tip));
    }
}
