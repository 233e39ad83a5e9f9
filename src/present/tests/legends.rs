//! What legends of maps say of classes, and those of charts of series.

use entity::types::{Measure, Unit};
use serde_json::json;

use super::fixture::{CHENOVE, DIJON, LONG_TERM, MERGED, POPULATION, grid, material, members};
use crate::{
    language::Language::{English, French},
    present::{
        Axis,
        chart::{Chart, ChartKind},
        classify::Method,
        map::{ThematicMap, topology::Polygon},
        words::Printing,
    },
};

/// A map of three territories, 15.26 per cent on the bound of two classes.
fn map() -> ThematicMap {
    let table = grid(
        (&[Axis::Territory], &[Axis::Period]),
        members(&[LONG_TERM], &[DIJON, CHENOVE, MERGED], &["2020"]),
        |key| Ok([12.04, 15.26, 15.4][key.territory_id as usize - 1]),
    );
    let square = |id: i32| -> Polygon {
        let west = f64::from(id);
        vec![vec![[west, 0.0], [west + 1.0, 0.0], [west + 1.0, 1.0], [west, 1.0], [west, 0.0]]]
    };
    let shapes = [DIJON, CHENOVE, MERGED].map(|id| (id, vec![square(id)])).into_iter().collect();
    let terms = (None, Measure::Rate, Printing::of_unit(Unit::Percent));
    ThematicMap::new(table, shapes, &Method::Quantiles(2), terms, &material().gazetteer).unwrap()
}

#[test]
fn classes_say_which_one_a_value_on_a_bound_is_in() {
    let (map, material) = (map(), material());
    let svg = map.svg(material.names(French), 640.0);
    for label in ["de 12,0 à 15,3", "plus de 15,3 à 15,4"] {
        assert!(svg.contains(&format!(">{label}</text>")), "{label}: {svg}");
    }
    let specification = map.vega_lite(material.names(English));
    let shades = &specification["layer"][0]["encoding"]["color"]["condition"]["scale"]["domain"];
    assert_eq!(*shades, json!(["from 12.0 to 15.3", "over 15.3 to 15.4"]));
}

#[test]
fn legends_of_specifications_have_their_names_in_full() {
    let material = material();
    let legend = |kind: ChartKind, territories: &[i32]| {
        let rows = members(&[POPULATION], territories, &["2017", "2018"]);
        let table = grid((&[Axis::Territory], &[Axis::Period]), rows, |key| Ok(f64::from(key.territory_id)));
        let chart = Chart::new(table, kind, &[], material.names(French)).unwrap();
        chart.vega_lite(material.names(French))["layer"][0]["encoding"]["color"]["legend"].take()
    };
    for kind in [ChartKind::StackedBar, ChartKind::Bar, ChartKind::Line] {
        let expected = json!({ "orient": "top", "columns": 3, "labelLimit": 0 });
        assert_eq!(legend(kind, &[DIJON, CHENOVE, MERGED]), expected, "{kind:?}");
        assert!(legend(kind, &[DIJON]).is_null(), "{kind:?}");
    }
}
