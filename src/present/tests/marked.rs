//! The territory that is put forward is seen as such, and named in full.

use serde_json::{Value, json};

use super::fixture::{CHENOVE, DIJON, MERGED, POPULATION, grid, material, members};
use crate::{
    language::Language::English,
    present::{
        Axis,
        chart::{Chart, ChartKind},
        draw::colour,
    },
    store::FigureKey,
};

const NAME: &str = "Neuilly-Crimolois";
const OF_TERRITORIES: (&[Axis], &[Axis]) = (&[], &[Axis::Territory]);
const OVER_PERIODS: (&[Axis], &[Axis]) = (&[Axis::Territory], &[Axis::Period]);

/// A chart of one indicator of some territories, one of them put forward, as SVG and as Vega-Lite.
fn drawn(
    kind: ChartKind,
    axes: (&[Axis], &[Axis]),
    (territories, periods): (&[i32], &[&str]),
) -> (String, Value) {
    let material = material();
    let by_year = |key: FigureKey| Ok(f64::from(key.period.calendar_year() * 10 + key.territory_id));
    let table = grid(axes, members(&[POPULATION], territories, periods), by_year);
    let chart = Chart::new(table, kind, &[MERGED], material.names(English)).unwrap();
    (chart.svg(material.names(English), 640.0), chart.vega_lite(material.names(English)))
}

/// The same of three territories.
fn of_three(kind: ChartKind, axes: (&[Axis], &[Axis]), periods: &[&str]) -> (String, Value) {
    drawn(kind, axes, (&[DIJON, CHENOVE, MERGED], periods))
}

/// Whether a text of a drawing is bold, for every text that ends so.
fn bold(svg: &str, end: &str) -> Vec<bool> {
    let texts = svg.split("<text").skip(1).filter_map(|text| text.split_once("</text>"));
    let found = texts.filter(|(text, _)| text.ends_with(end));
    found.map(|(text, _)| text.contains("font-weight=\"600\"")).collect()
}

#[test]
fn a_marked_name_is_not_cut_where_there_is_room() {
    for (svg, _) in [
        of_three(ChartKind::Bar, OF_TERRITORIES, &["2018"]),
        of_three(ChartKind::StackedBar, OF_TERRITORIES, &["2018"]),
        of_three(ChartKind::Slope, OVER_PERIODS, &["2017", "2018"]),
        of_three(ChartKind::SmallMultiples, OVER_PERIODS, &["2017", "2018"]),
    ] {
        assert_eq!(bold(&svg, NAME), [true], "{svg}");
    }
}

/// How wide something is stroked in a colour, each time that it is.
fn widths(svg: &str, colour: &str) -> Vec<String> {
    let stroke = format!(" stroke=\"{colour}\" stroke-width=\"");
    let paths = svg.split("<path").skip(1).filter_map(|path| path.split('>').next());
    let paths = paths.filter(|path| path.contains("fill=\"none\""));
    let found = paths.filter_map(|path| path.split_once(&stroke));
    found.map(|(_, rest)| rest.split('"').next().unwrap().to_owned()).collect()
}

#[test]
fn a_marked_line_is_dark_and_thick_and_those_beside_it_recede() {
    let (svg, specification) = of_three(ChartKind::Line, OVER_PERIODS, &["2017", "2018"]);
    assert_eq!(widths(&svg, colour::INK), ["4"]);
    assert_eq!(widths(&svg, colour::SERIES[0]), ["1.4"]);
    assert_eq!(bold(&svg, NAME), [true], "in the legend");
    let encoding = &specification["layer"][0]["encoding"];
    let colours = [colour::SERIES[0], colour::SERIES[1], colour::INK];
    assert_eq!(encoding["color"]["scale"]["range"], json!(colours));
    let width = &encoding["strokeWidth"]["scale"];
    assert_eq!((&width["type"], &width["range"]), (&json!("ordinal"), &json!([1.4, 1.4, 4.0])));
    assert_eq!(encoding["strokeDash"]["scale"]["range"], json!([[1, 0], [6, 3], [1, 0]]));
}

#[test]
fn a_marked_panel_is_dark_and_framed() {
    let (svg, specification) = of_three(ChartKind::SmallMultiples, OVER_PERIODS, &["2017", "2018"]);
    assert_eq!(widths(&svg, colour::INK), ["4"]);
    assert_eq!(widths(&svg, colour::SERIES[0]), ["1.4", "1.4"]);
    let frame = format!("fill=\"none\" stroke=\"{}\" stroke-width=\"1.6\"", colour::INK);
    assert_eq!(svg.matches(&frame).count(), 1, "its frame");
    assert_eq!(bold(&svg, "Dijon"), [false]);
    let encoding = &specification["spec"]["layer"][0]["encoding"];
    let colours = [colour::SERIES[0], colour::SERIES[0], colour::INK];
    assert_eq!(encoding["color"]["scale"]["range"], json!(colours));
}

#[test]
fn a_marked_bar_of_parts_is_framed_and_thicker() {
    let (svg, specification) = of_three(ChartKind::StackedBar, OF_TERRITORIES, &["2018"]);
    assert_eq!(widths(&svg, colour::INK), ["2.4"]);
    let stroke = &specification["layer"][0]["encoding"]["stroke"];
    assert_eq!(stroke["condition"], json!({ "test": "datum.marked", "value": colour::INK }));
    // As parts of each bar, its own parts alone.
    let (svg, _) = of_three(ChartKind::StackedBar, OVER_PERIODS, &["2017", "2018"]);
    assert_eq!(widths(&svg, colour::INK), ["2.4", "2.4"]);
    assert_eq!(bold(&svg, ">2018"), [false], "all bars have a part of it");
}

#[test]
fn a_territory_alone_is_not_put_forward() {
    let (svg, specification) = drawn(ChartKind::Line, OVER_PERIODS, (&[MERGED], &["2017", "2018"]));
    assert_eq!((widths(&svg, colour::INK).len(), widths(&svg, colour::SERIES[0]).len()), (0, 1));
    let width = &specification["layer"][0]["encoding"]["strokeWidth"]["scale"]["range"];
    assert_eq!(*width, json!([2.2]));
    let (svg, specification) = drawn(ChartKind::StackedBar, OF_TERRITORIES, (&[MERGED], &["2018"]));
    assert!(widths(&svg, colour::INK).is_empty());
    assert!(specification["layer"][0]["encoding"]["stroke"]["condition"].is_null());
}
