//! Specifications of Vega-Lite say no less than drawings: names of one alone, every colour of a map in words, every period.

use std::collections::BTreeSet;

use entity::types::{Level, Measure, TerritoryCode, Unit, Withheld};
use serde_json::{Value, json};

use super::fixture::{CHENOVE, DIJON, JOBSEEKERS, LONG_TERM, MERGED, POPULATION, grid, material, members};
use crate::{
    geography::{self, Gazetteer, Territory},
    language::{
        Language,
        Language::{English, French},
    },
    present::{
        Axis, Grid, Names,
        chart::{Chart, ChartKind},
        classify::Method,
        draw::colour,
        map::{ThematicMap, topology::Polygon},
        words::Printing,
    },
    store::FigureKey,
};

const OF_TERRITORIES: (&[Axis], &[Axis]) = (&[], &[Axis::Territory]);
const OVER_PERIODS: (&[Axis], &[Axis]) = (&[Axis::Territory], &[Axis::Period]);

/// A rate of three territories over periods.
fn rates(periods: &[&str], value: impl Fn(FigureKey) -> Result<f64, Withheld>) -> Grid {
    grid(OVER_PERIODS, members(&[LONG_TERM], &[DIJON, CHENOVE, MERGED], periods), value)
}

/// A map of them, as SVG and as Vega-Lite.
fn mapped(table: Grid, method: &Method, language: Language) -> (String, Value) {
    let material = material();
    let square = |id: i32| -> Polygon {
        let west = f64::from(id);
        vec![vec![[west, 0.0], [west + 1.0, 0.0], [west + 1.0, 1.0], [west, 1.0], [west, 0.0]]]
    };
    let shapes = [DIJON, CHENOVE, MERGED].map(|id| (id, vec![square(id)])).into_iter().collect();
    let terms = (None, Measure::Rate, Printing::of_unit(Unit::Percent));
    let map = ThematicMap::new(table, shapes, method, terms, &material.gazetteer).unwrap();
    (map.svg(material.names(language), 640.0), map.vega_lite(material.names(language)))
}

/// The colours of a map, or of a period of it, each with what it is called; and how a territory comes to one.
fn shades(map: &Value) -> (Vec<(String, String)>, String) {
    let scale = &map["layer"][0]["encoding"]["color"]["condition"]["scale"];
    let words = |of: &str| {
        let all = scale[of].as_array().unwrap().iter();
        all.map(|word| word.as_str().unwrap().to_owned()).collect::<Vec<String>>()
    };
    let last = map["transform"].as_array().unwrap().last().unwrap();
    assert_eq!(last["as"], "shade");
    (
        words("domain").into_iter().zip(words("range")).collect(),
        last["calculate"].as_str().unwrap().to_owned(),
    )
}

#[test]
fn a_value_outside_of_the_classes_is_in_none() {
    let by_territory = |key: FigureKey| Ok([12.04, 15.26, 15.4][key.territory_id as usize - 1]);
    let method = Method::Manual(vec![13.0, 14.0, 15.3]);
    let (svg, specification) = mapped(rates(&["2020"], by_territory), &method, French);
    let (shades, how) = shades(&specification);
    let outside = ("Hors des classes".to_owned(), colour::LAND.to_owned());
    assert_eq!((shades.len(), shades.last()), (3, Some(&outside)));
    for (label, _) in &shades {
        assert!(svg.contains(&format!(">{label}</text>")), "{label}: {svg}");
    }
    let values = "isValid(datum.properties.value) && !isValid(datum.properties.class)";
    assert!(how.ends_with(&format!("{values} ? \"Hors des classes\" : null")), "{how}");
    let features = specification["data"]["values"]["features"].as_array().unwrap();
    let classes: Vec<&Value> = features.iter().map(|feature| &feature["properties"]["class"]).collect();
    assert_eq!(classes, [&Value::Null, &json!(1), &Value::Null]);
}

#[test]
fn the_legend_says_why_a_territory_has_no_colour_of_a_class() {
    let withheld = |reasons: [Withheld; 2]| {
        move |key: FigureKey| match key.territory_id {
            DIJON => Ok(12.0),
            CHENOVE => Err(reasons[0]),
            _ => Err(reasons[1]),
        }
    };
    let (secret, missing, closed) =
        (Withheld::StatisticalSecrecy, Withheld::NotCollected, Withheld::OutOfScope);
    let all = ["Statistical secrecy", "Not available", "Not open to you"];
    for (reasons, expected) in [
        ([secret, closed], vec![all[0], all[2]]),
        ([missing, closed], vec![all[1], all[2]]),
        ([closed, closed], vec![all[2]]),
    ] {
        let (svg, specification) =
            mapped(rates(&["2020"], withheld(reasons)), &Method::Quantiles(2), English);
        let (shades, how) = shades(&specification);
        let said: Vec<&str> = shades.iter().skip(1).map(|(label, _)| label.as_str()).collect();
        assert_eq!(said, expected);
        for label in all {
            assert_eq!(svg.contains(&format!(">{label}</text>")), expected.contains(&label), "{label}");
        }
        assert!(how.contains("indexof([\"OUT_OF_SCOPE\"], datum.properties.withheld) >= 0"), "{how}");
        let colours: BTreeSet<&String> = shades.iter().map(|(_, colour)| colour).collect();
        assert_eq!(colours.len(), shades.len(), "each its own");
    }
}

#[test]
fn periods_stand_side_by_side_in_the_same_classes() {
    let by_year = |key: FigureKey| Ok(f64::from(key.period.calendar_year() - 2_000 + key.territory_id));
    let (_, specification) = mapped(rates(&["2015", "2024"], by_year), &Method::Quantiles(3), French);
    assert!(specification["title"]["text"].as_str().unwrap().ends_with("2015 et 2024"));
    let panels = specification["concat"].as_array().unwrap();
    assert_eq!(panels.len(), 2);
    for (at, (panel, period)) in panels.iter().zip(["2015", "2024"]).enumerate() {
        assert_eq!(panel["title"], period);
        let told = format!("merge(datum.properties, datum.properties.values[{at}], ");
        assert!(panel["transform"][0]["calculate"].as_str().unwrap().starts_with(&told));
        assert_eq!(panel["transform"][0]["as"], "properties");
    }
    assert_eq!(panels[0]["layer"], panels[1]["layer"]);
    let (_, alone) = mapped(rates(&["2024"], by_year), &Method::Quantiles(3), French);
    assert!(alone["concat"].is_null() && alone["layer"].is_array());
}

#[test]
fn territories_of_one_name_are_two_series_and_two_categories() {
    let neighbourhood = |(id, code): (i32, &str)| Territory {
        id,
        level: Level::PriorityNeighbourhood,
        code: TerritoryCode::parse(code).unwrap(),
        name: "Grésilles".to_owned(),
        name_en: None,
        valid_from: None,
        valid_to: None,
        generation: Some(2024),
        official: true,
        centroid: None,
    };
    let codes = [(1, "QN21X001"), (2, "QN21X002")];
    let gazetteer = Gazetteer::new(geography::Parts {
        territories: codes.map(neighbourhood).to_vec(),
        ..geography::Parts::default()
    });
    let material = material();
    let names = Names { catalogue: &material.catalogue, gazetteer: &gazetteer, language: French };
    let by_year = |key: FigureKey| Ok(f64::from(key.period.calendar_year() + key.territory_id));
    for (kind, axes, periods, field, channel) in [
        (ChartKind::Line, OVER_PERIODS, &["2017", "2018"] as &[&str], "series", "color"),
        (ChartKind::Bar, OF_TERRITORIES, &["2018"], "category", "y"),
    ] {
        let table = grid(axes, members(&[POPULATION], &[1, 2], periods), by_year);
        let specification = Chart::new(table, kind, &[], names).unwrap().vega_lite(names);
        let mut found: Vec<&str> = Vec::new();
        for row in specification["data"]["values"].as_array().unwrap() {
            found.push(row[field].as_str().unwrap());
        }
        found.dedup();
        let said = |(name, (_, code)): (&&str, (i32, &str))| name.ends_with(&format!(" ({code})"));
        assert!(found.len() == 2 && found.iter().zip(codes).all(said), "{kind:?}: {found:?}");
        assert_eq!(specification["layer"][0]["encoding"][channel]["scale"]["domain"], json!(found));
    }
}

#[test]
fn signs_of_panels_stand_above_them_in_grey() {
    let material = material();
    let masked = |key: FigureKey| match key.period.calendar_year() {
        2018 => Err(Withheld::NotCollected),
        year => Ok(f64::from(year)),
    };
    let table = grid(OVER_PERIODS, members(&[POPULATION], &[DIJON, CHENOVE], &["2017", "2018"]), masked);
    let chart = Chart::new(table, ChartKind::SmallMultiples, &[], material.names(French)).unwrap();
    let signs = chart.vega_lite(material.names(French))["spec"]["layer"][1].take();
    assert_eq!((&signs["mark"]["baseline"], &signs["encoding"]["y"]["value"]), (&json!("bottom"), &json!(0)));
    assert_eq!(signs["mark"]["color"], colour::SOFT_INK);
    assert!(signs["encoding"]["color"].is_null());
}

#[test]
fn a_marked_point_has_its_name() {
    let material = material();
    let by_territory = |key: FigureKey| Ok(f64::from(key.territory_id));
    for (kind, axes, indicators, field) in [
        (
            ChartKind::Scatter,
            (&[Axis::Territory] as &[Axis], &[Axis::Indicator] as &[Axis]),
            &[POPULATION, JOBSEEKERS] as &[i32],
            "name",
        ),
        (ChartKind::Distribution, OF_TERRITORIES, &[POPULATION], "category"),
    ] {
        let layers = |marked: &[i32]| {
            let all = members(indicators, &[DIJON, CHENOVE, MERGED], &["2018"]);
            let chart = Chart::new(grid(axes, all, by_territory), kind, marked, material.names(French));
            chart.unwrap().vega_lite(material.names(French))["layer"].take()
        };
        let label = layers(&[MERGED])[1].take();
        assert_eq!(label["transform"], json!([{ "filter": "datum.marked" }]));
        assert_eq!(label["encoding"]["text"]["field"], field);
        assert!(layers(&[]).is_null(), "{kind:?}: none is put forward");
    }
}

#[test]
fn axes_are_called_by_what_they_hold_and_signs_by_all_that_they_stand_for() {
    let material = material();
    let masked = |key: FigureKey| match key.territory_id {
        DIJON => Ok(5.0),
        CHENOVE => Err(Withheld::StatisticalSecrecy),
        _ => Err(Withheld::NotCollected),
    };
    let table =
        grid(OVER_PERIODS, members(&[POPULATION], &[DIJON, CHENOVE, MERGED], &["2017", "2018"]), masked);
    let chart = Chart::new(table, ChartKind::StackedBar, &[], material.names(English)).unwrap();
    let layers = chart.vega_lite(material.names(English))["layer"].take();
    let titles = ["y", "color"].map(|channel| layers[0]["encoding"][channel]["title"].clone());
    assert_eq!(titles, [json!("Period"), json!("Territory")]);
    let said = &layers[1]["data"]["values"][0]["said"];
    assert_eq!(said, "2017: Chenôve (s); Neuilly-Crimolois (...)");
    assert_eq!(layers[1]["encoding"]["description"]["field"], "said");
}
