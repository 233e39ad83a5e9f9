//! Axes are the same in drawings and specifications, are marked as finely as figures are, and say when they leave out zero.

use serde_json::{Value, json};

use super::fixture::{CHENOVE, DIJON, JOBSEEKERS, MERGED, POPULATION, grid, material, members};
use crate::{
    language::{
        Language,
        Language::{English, French},
    },
    present::{
        Axis, Grid,
        chart::{Chart, ChartKind},
        words,
    },
    store::FigureKey,
};

const TERRITORIES: [i32; 3] = [DIJON, CHENOVE, MERGED];

/// Figures far from nothing.
fn far(key: FigureKey) -> f64 {
    f64::from(key.period.calendar_year() * 10 + key.territory_id)
}

/// Rows and columns, indicators and periods.
type Asked = ((&'static [Axis], &'static [Axis]), &'static [i32], &'static [&'static str]);

/// A table as a kind of charts takes it.
fn table(kind: ChartKind, value: impl Fn(FigureKey) -> f64) -> Grid {
    let asked: Asked = match kind {
        ChartKind::Scatter => {
            ((&[Axis::Territory], &[Axis::Indicator]), &[POPULATION, JOBSEEKERS], &["2018"])
        }
        ChartKind::Distribution | ChartKind::Bar => ((&[], &[Axis::Territory]), &[POPULATION], &["2018"]),
        _ => ((&[Axis::Territory], &[Axis::Period]), &[POPULATION], &["2017", "2018"]),
    };
    let (axes, indicators, periods) = asked;
    grid(axes, members(indicators, &TERRITORIES, periods), |key| Ok(value(key)))
}

fn drawn(kind: ChartKind, value: impl Fn(FigureKey) -> f64, language: Language) -> (String, Value) {
    let material = material();
    let chart = Chart::new(table(kind, value), kind, &[], material.names(language)).unwrap();
    (chart.svg(material.names(language), 640.0), chart.vega_lite(material.names(language)))
}

/// Whether a note stands under a drawing, and in the head of its specification.
fn says(drawn: &(String, Value), note: &str) -> [bool; 2] {
    let lines = drawn.1["title"]["subtitle"].as_array().unwrap();
    [drawn.0.contains(&format!(">{note}</text>")), lines.iter().any(|line| line == note)]
}

#[test]
fn an_axis_that_leaves_out_zero_says_so() {
    let near = |key: FigureKey| f64::from(key.territory_id);
    for kind in [ChartKind::Line, ChartKind::SmallMultiples, ChartKind::Slope, ChartKind::Distribution] {
        for (language, note) in
            [(French, "L’axe ne part pas de zéro."), (English, "The axis does not start at zero.")]
        {
            assert_eq!(says(&drawn(kind, far, language), note), [true, true], "{kind:?}");
            assert_eq!(says(&drawn(kind, near, language), note), [false, false], "{kind:?}");
        }
    }
    let note = "The axis does not start at zero.";
    assert_eq!(says(&drawn(ChartKind::Bar, far, English), note), [false, false], "bars begin at zero");
    let population = |key: FigureKey| if key.indicator_id == POPULATION { far(key) } else { near(key) };
    let others = |key: FigureKey| if key.indicator_id == POPULATION { near(key) } else { far(key) };
    let cloud = |value: &dyn Fn(FigureKey) -> f64| drawn(ChartKind::Scatter, value, French);
    assert_eq!(says(&cloud(&far), "Les axes ne partent pas de zéro."), [true, true]);
    assert_eq!(says(&cloud(&population), "L’axe horizontal ne part pas de zéro."), [true, true]);
    assert_eq!(says(&cloud(&others), "L’axe vertical ne part pas de zéro."), [true, true]);
}

#[test]
fn specifications_have_the_axes_of_drawings() {
    for (kind, encoding, axis) in [
        (ChartKind::Line, "/layer/0/encoding", "y"),
        (ChartKind::SmallMultiples, "/spec/layer/0/encoding", "y"),
        (ChartKind::Distribution, "/encoding", "x"),
        (ChartKind::Bar, "/layer/0/encoding", "x"),
        (ChartKind::Scatter, "/encoding", "x"),
    ] {
        let (svg, specification) = drawn(kind, far, English);
        let channel = &specification.pointer(encoding).unwrap()[axis];
        let marks: Vec<f64> =
            channel["axis"]["values"].as_array().unwrap().iter().map(|mark| mark.as_f64().unwrap()).collect();
        assert_eq!(channel["scale"]["domain"], json!([marks[0], marks[marks.len() - 1]]), "{kind:?}");
        let zero = if kind == ChartKind::Bar { 0.0 } else { 20_000.0 };
        assert!(channel["axis"]["format"].is_null(), "{kind:?}: marks would be called by rounded numbers");
        assert!(marks[0] >= zero && marks.len() > 1, "{kind:?}: {marks:?}");
        // Labels that would touch are left out; the first and the last never are.
        for mark in [marks[0], marks[marks.len() - 1]] {
            let label = words::number(mark, 0, English);
            assert!(svg.contains(&format!(">{label}</text>")), "{kind:?}: {label}");
        }
    }
}

#[test]
fn counts_are_marked_at_whole_numbers() {
    let few = |key: FigureKey| f64::from(key.territory_id % 2);
    let (svg, specification) = drawn(ChartKind::Bar, few, English);
    assert_eq!(specification["layer"][0]["encoding"]["x"]["axis"]["values"], json!([0.0, 1.0]));
    assert!(!svg.contains(">0.5</text>") && !svg.contains(">1.0</text>"), "{svg}");
}
