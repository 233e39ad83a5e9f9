//! The territory that is put forward is seen as such, and named in full.

use super::fixture::{CHENOVE, DIJON, MERGED, POPULATION, grid, material, members};
use crate::{
    language::Language::English,
    present::{
        Axis,
        chart::{Chart, ChartKind},
    },
    store::FigureKey,
};

const NAME: &str = "Neuilly-Crimolois";

/// One indicator of three territories, one of them put forward, as SVG.
fn drawn(kind: ChartKind, (rows, columns): (&[Axis], &[Axis]), periods: &[&str], width: f64) -> String {
    let material = material();
    let by_year = |key: FigureKey| Ok(f64::from(key.period.calendar_year() * 10 + key.territory_id));
    let table = grid((rows, columns), members(&[POPULATION], &[DIJON, CHENOVE, MERGED], periods), by_year);
    let chart = Chart::new(table, kind, &[MERGED], material.names(English)).unwrap();
    chart.svg(material.names(English), width)
}

/// Whether a text of a drawing is bold, for every text that ends so.
fn bold(svg: &str, end: &str) -> Vec<bool> {
    let texts = svg.split("<text").skip(1).filter_map(|text| text.split_once("</text>"));
    let found = texts.filter(|(text, _)| text.ends_with(end));
    found.map(|(text, _)| text.contains("font-weight=\"600\"")).collect()
}

#[test]
fn a_marked_name_is_not_cut_where_there_is_room() {
    let of_territories: (&[Axis], &[Axis]) = (&[], &[Axis::Territory]);
    let over_periods: (&[Axis], &[Axis]) = (&[Axis::Territory], &[Axis::Period]);
    for svg in [
        drawn(ChartKind::Bar, of_territories, &["2018"], 640.0),
        drawn(ChartKind::StackedBar, of_territories, &["2018"], 640.0),
        drawn(ChartKind::Slope, over_periods, &["2017", "2018"], 640.0),
        drawn(ChartKind::SmallMultiples, over_periods, &["2017", "2018"], 640.0),
    ] {
        assert_eq!(bold(&svg, NAME), [true], "{svg}");
    }
}
