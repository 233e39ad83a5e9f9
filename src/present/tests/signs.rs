//! Where the signs of withheld values stand in lines: above all points, where none is taken for a low value.

use entity::types::Withheld;
use serde_json::{Value, json};

use super::fixture::{CHENOVE, DIJON, MERGED, POPULATION, grid, material, members};
use crate::{
    language::Language::English,
    present::{
        Axis, Grid,
        chart::{Chart, ChartKind},
        draw::colour,
    },
    store::FigureKey,
};

/// Two territories of which a value of the last year is withheld, and one of which all are shown.
fn masked() -> Grid {
    let told = |key: FigureKey| match (key.territory_id, key.period.calendar_year()) {
        (CHENOVE, 2018) => Err(Withheld::StatisticalSecrecy),
        (MERGED, 2018) => Err(Withheld::NotCollected),
        (territory, year) => Ok(f64::from(year * 10 + territory)),
    };
    let territories = [DIJON, CHENOVE, MERGED];
    grid((&[Axis::Territory], &[Axis::Period]), members(&[POPULATION], &territories, &["2017", "2018"]), told)
}

fn chart(kind: ChartKind) -> (String, Value) {
    let material = material();
    let chart = Chart::new(masked(), kind, &[], material.names(English)).unwrap();
    (chart.svg(material.names(English), 640.0), chart.vega_lite(material.names(English)))
}

/// The heights and colours at which something is written.
fn written(svg: &str, said: &str) -> Vec<(f64, String)> {
    let attribute = |text: &str, name: &str| {
        let rest = text.split_once(&format!(" {name}=\"")).unwrap().1;
        rest.split('"').next().unwrap().to_owned()
    };
    let texts = svg.split("<text").skip(1).filter(|text| text.contains(&format!(">{said}</text>")));
    texts.map(|text| (attribute(text, "y").parse().unwrap(), attribute(text, "fill"))).collect()
}

/// The height of the highest point of the lines of a drawing.
fn highest(svg: &str) -> f64 {
    let lines = svg.split("<path d=\"").skip(1).map(|path| path.split('"').next().unwrap());
    let lines = lines.filter(|path| !path.contains(['a', 'h', 'l', 'V', 'Z']));
    let points = lines.flat_map(|path| path.split(['M', 'L']).skip(1));
    points.map(|point| point.split(' ').nth(1).unwrap().parse().unwrap()).fold(f64::INFINITY, f64::min)
}

#[test]
fn signs_of_lines_stand_above_all_points_in_the_colours_of_their_series() {
    let (svg, specification) = chart(ChartKind::Line);
    let (secret, missing) = (written(&svg, "s"), written(&svg, "..."));
    assert_eq!((secret.len(), missing.len()), (1, 1));
    assert!(secret[0].0 < missing[0].0 && missing[0].0 < highest(&svg), "{secret:?} {missing:?}");
    assert_eq!((secret[0].1.as_str(), missing[0].1.as_str()), (colour::SERIES[1], colour::SERIES[2]));
    let layers = specification["layer"].as_array().unwrap();
    let signs: Vec<&Value> = layers.iter().filter(|layer| layer["mark"]["type"] == "text").collect();
    assert_eq!(signs.len(), 2, "one for each series with a sign");
    for (at, layer) in signs.iter().enumerate() {
        assert_eq!(layer["mark"]["color"], colour::SERIES[at + 1]);
        assert_eq!(layer["encoding"]["y"], json!({ "value": 11.0 * at as f64 }));
        let only = format!("datum.value === null && datum.order === {}", at + 1);
        assert_eq!(layer["transform"][0]["filter"], only);
    }
}

#[test]
fn signs_of_panels_stand_above_their_points() {
    let (svg, specification) = chart(ChartKind::SmallMultiples);
    let secret = written(&svg, "s");
    assert_eq!(secret.len(), 1);
    assert!(secret[0].0 < highest(&svg), "{secret:?}");
    assert_eq!(secret[0].1, colour::SERIES[0]);
    assert_eq!(specification["spec"]["layer"][1]["mark"]["color"], colour::SOFT_INK);
}

#[test]
fn signs_of_slopes_stand_above_their_period_and_what_has_them_is_named() {
    let (svg, specification) = chart(ChartKind::Slope);
    let signs = written(&svg, "..., s");
    assert_eq!(signs.len(), 1, "once for both, and none where all is shown");
    assert!(signs[0].0 < highest(&svg), "{signs:?}");
    assert_eq!(signs[0].1, colour::SOFT_INK);
    let layer = &specification["layer"][2];
    assert_eq!(layer["data"]["values"], json!([{ "category": "2018", "symbol": "..., s" }]));
    assert_eq!(layer["mark"]["color"], colour::SOFT_INK);
    let subtitle = specification["title"]["subtitle"].to_string();
    assert!(subtitle.contains("Without a slope: Chenôve (s); Neuilly-Crimolois (...)"), "{subtitle}");
}
