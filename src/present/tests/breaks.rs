//! Where a series breaks, nothing joins its two sides without saying so.

use std::collections::HashMap;

use entity::types::Withheld;

use super::fixture::{
    BENEFIT, CHENOVE, DIJON, JOBSEEKERS, LONG_TERM, MERGED, Material, POPULATION, grid, material, members,
    period, told,
};
use crate::{
    language::Language::{English, French},
    present::{
        Axis, Base, Derivation, Grid, break_at,
        chart::{Chart, ChartKind},
        observation_status,
    },
    store::FigureKey,
};

/// By year, so that every number says where it stands.
fn by_year(key: FigureKey) -> Result<f64, Withheld> {
    Ok(f64::from(key.period.calendar_year() * 10 + key.territory_id))
}

/// One indicator over the years, a row a territory.
fn over(indicator: i32, territories: &[i32], periods: &[&str]) -> Grid {
    grid((&[Axis::Territory], &[Axis::Period]), members(&[indicator], territories, periods), by_year)
}

fn chart(material: &Material, kind: ChartKind, grid: Grid) -> Chart {
    Chart::new(grid, kind, &[], material.names(English)).unwrap()
}

/// The paths of the lines of a drawing: those with points that are joined or begun anew.
fn lines(svg: &str) -> Vec<String> {
    let paths = svg.split("<path d=\"").skip(1).map(|rest| rest.split('"').next().unwrap_or_default());
    let level = |path: &&str| {
        path.starts_with('M') && path.contains(' ') && !path.contains(['a', 'h', 'l', 'V', 'Z'])
    };
    paths.filter(level).map(str::to_owned).collect()
}

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

const RULE: &str = "stroke-dasharray=\"2 3\"><title>Break in the series</title>";

#[test]
fn a_rate_breaks_with_its_counts() {
    let material = material();
    let breaks = |id: i32| material.catalogue.indicator_by_id(id).unwrap().breaks.clone();
    assert_eq!(breaks(LONG_TERM), breaks(JOBSEEKERS), "once, though both of its counts break");
    assert!(breaks(POPULATION).is_empty());
}

#[test]
fn the_first_value_after_a_break_has_its_status_unless_another_one_stands_there() {
    let material = material();
    let status = |indicator_id, territory_id, at: &str, value| {
        let key = FigureKey { indicator_id, territory_id, period: period(at), breakdown_id: 0 };
        observation_status(&told(key, value), (&material.catalogue, &material.gazetteer))
    };
    assert_eq!(status(BENEFIT, DIJON, "2015", Ok(1.0)), "A");
    assert_eq!(status(BENEFIT, DIJON, "2016", Ok(1.0)), "B");
    assert_eq!(status(BENEFIT, DIJON, "2016-Q1", Ok(1.0)), "B");
    assert_eq!(status(BENEFIT, DIJON, "2016-Q2", Ok(1.0)), "A");
    assert_eq!(status(BENEFIT, DIJON, "2017", Ok(1.0)), "A");
    assert_eq!(status(LONG_TERM, DIJON, "2025", Ok(1.0)), "B");
    assert_eq!(status(POPULATION, DIJON, "2016", Ok(1.0)), "A");
    assert_eq!(status(BENEFIT, MERGED, "2016", Ok(1.0)), "D", "carried from the communes of before");
    assert_eq!(status(BENEFIT, DIJON, "2016", Err(Withheld::StatisticalSecrecy)), "Q");
    assert_eq!(status(BENEFIT, DIJON, "2016", Err(Withheld::NotCollected)), "L");
    let key =
        FigureKey { indicator_id: BENEFIT, territory_id: DIJON, period: period("2016"), breakdown_id: 0 };
    assert!(break_at(&told(key, Err(Withheld::NotCollected)), &material.catalogue).is_none());
}

#[test]
fn a_table_that_spans_a_break_says_so_and_no_other_one() {
    let material = material();
    let notes =
        |indicator, periods: &[&str]| over(indicator, &[DIJON], periods).notes(material.names(French));
    let note = "Prime d’activité\u{a0}: Rupture de série (2016). Elle remplace le RSA activité.";
    assert_eq!(notes(BENEFIT, &["2015", "2016"]), [note]);
    assert_eq!(notes(BENEFIT, &["2024", "2014"]), [note], "in whatever order");
    assert_eq!(notes(BENEFIT, &["2016", "2017"]), [""; 0]);
    assert_eq!(notes(BENEFIT, &["2014", "2015"]), [""; 0]);
    assert_eq!(notes(POPULATION, &["2014", "2024"]), [""; 0]);
    let english = over(LONG_TERM, &[DIJON], &["2024", "2025"]).notes(material.names(English));
    assert_eq!(english, ["Long-term: Break in the series (2025). All are registered."]);
}

#[test]
fn lines_are_not_joined_across_a_break_and_a_rule_stands_there() {
    let material = material();
    let periods = ["2014", "2015", "2016", "2017"];
    let svg = |indicator, kind| {
        let chart = chart(&material, kind, over(indicator, &[DIJON, CHENOVE], &periods));
        chart.svg(material.names(English), 640.0)
    };
    for kind in [ChartKind::Line, ChartKind::SmallMultiples] {
        let (broken, whole) = (svg(BENEFIT, kind), svg(POPULATION, kind));
        for line in lines(&broken) {
            assert_eq!((count(&line, "M"), count(&line, "L")), (2, 2), "{line}");
            // The rule stands between the second point and the third.
            let xs: Vec<f64> =
                line.split(['M', 'L']).filter_map(|point| point.split(' ').next()?.parse().ok()).collect();
            let rules = broken.split("<path d=\"").filter(|path| path.contains(RULE));
            let at: Vec<f64> =
                rules.map(|rule| rule[1..].split(' ').next().unwrap().parse().unwrap()).collect();
            assert!(at.iter().any(|x| xs[1] < *x && *x < xs[2]), "{at:?} {xs:?}");
        }
        assert_eq!(lines(&broken).len(), 2);
        let rules = if kind == ChartKind::Line { 1 } else { 2 };
        assert_eq!((count(&broken, RULE), count(&whole, RULE)), (rules, 0));
        for line in lines(&whole) {
            assert_eq!((count(&line, "M"), count(&line, "L")), (1, 3), "{line}");
        }
        let says = |svg: &str| svg.contains("It replaces the RSA activité.");
        assert!(says(&broken) && !says(&whole), "the foot says why");
    }
}

#[test]
fn words_name_each_break_once() {
    let material = material();
    let both = members(&[JOBSEEKERS, BENEFIT], &[DIJON], &["2015", "2016", "2024", "2025"]);
    let table = grid((&[Axis::Indicator], &[Axis::Period]), both, by_year);
    let alt = chart(&material, ChartKind::Line, table).alt(material.names(English));
    assert!(alt.ends_with(" Break in the series: 2016. Break in the series: 2025."), "{alt}");
}

#[test]
fn a_slope_across_a_break_is_dashed() {
    let material = material();
    let svg = |periods: [&str; 2]| {
        let chart = chart(&material, ChartKind::Slope, over(BENEFIT, &[DIJON, CHENOVE], &periods));
        chart.svg(material.names(English), 640.0)
    };
    let dashes = "stroke-dasharray=\"5 4\"";
    assert_eq!(count(&svg(["2015", "2016"]), dashes), 2);
    assert_eq!(count(&svg(["2016", "2017"]), dashes), 0);
}

#[test]
fn specifications_join_the_points_of_a_segment_alone() {
    let material = material();
    let periods = ["2014", "2015", "2016", "2017"];
    let specification = |indicator, kind, periods: &[&str]| {
        chart(&material, kind, over(indicator, &[DIJON], periods)).vega_lite(material.names(English))
    };
    let line = specification(BENEFIT, ChartKind::Line, &periods);
    let of = |field: &str| -> Vec<String> {
        let rows = line["data"]["values"].as_array().unwrap();
        rows.iter().map(|row| row[field].to_string()).collect()
    };
    assert_eq!(of("segment"), ["0", "0", "1", "1"]);
    assert_eq!(of("broken"), ["false", "false", "true", "false"]);
    assert_eq!(line["layer"][0]["encoding"]["detail"]["field"], "segment");
    assert_eq!(line["layer"][1]["mark"]["type"], "rule", "and no layer of signs where none is withheld");
    let several = specification(BENEFIT, ChartKind::SmallMultiples, &periods);
    assert_eq!(several["spec"]["layer"][0]["encoding"]["detail"]["field"], "segment");
    assert_eq!(several["spec"]["layer"][2]["mark"]["type"], "rule");
    for whole in [
        specification(BENEFIT, ChartKind::Line, &["2016", "2017"]),
        specification(POPULATION, ChartKind::Line, &periods),
    ] {
        assert_eq!(whole["layer"].as_array().unwrap().len(), 1, "no rule where nothing breaks");
    }
    let across = |periods: &[&str]| {
        let slope = specification(BENEFIT, ChartKind::Slope, periods);
        assert_eq!(slope["layer"][0]["encoding"]["strokeDash"]["condition"]["test"], "datum.across");
        slope["data"]["values"][0]["across"].clone()
    };
    assert_eq!((across(&["2015", "2016"]), across(&["2016", "2017"])), (true.into(), false.into()));
}

#[test]
fn a_withheld_value_moves_no_break() {
    let material = material();
    let hidden = |key: FigureKey| match key.period.calendar_year() {
        2016 => Err(Withheld::StatisticalSecrecy),
        _ => by_year(key),
    };
    let periods = members(&[BENEFIT], &[DIJON], &["2015", "2016", "2017"]);
    let masked = grid((&[Axis::Territory], &[Axis::Period]), periods, hidden);
    let of = |grid: Grid| chart(&material, ChartKind::Line, grid).vega_lite(material.names(English));
    let (masked, open) = (of(masked), of(over(BENEFIT, &[DIJON], &["2015", "2016", "2017"])));
    for at in 0..3 {
        for field in ["segment", "broken", "across"] {
            let row = |specification: &serde_json::Value| specification["data"]["values"][at][field].clone();
            assert_eq!(row(&masked), row(&open), "{field} {at}");
        }
    }
}

#[test]
fn what_is_worked_out_across_a_break_is_told_and_marked() {
    let material = material();
    let table = over(BENEFIT, &[DIJON], &["2015", "2016", "2017"]);
    let told: HashMap<FigureKey, _> = table.told().iter().map(|told| (told.key, *told)).collect();
    let all = |derivation: Derivation, base: Base| -> Vec<(Option<f64>, bool)> {
        let derived = derivation.of(&table, base, &told, (&material.catalogue, &material.gazetteer));
        derived.iter().map(|one| (one.disclosed.value().map(f64::round), one.across_break)).collect()
    };
    let none = (None, false);
    assert_eq!(all(Derivation::Difference, Base::default()), [none, (Some(10.0), true), (Some(10.0), false)]);
    assert!(all(Derivation::Growth, Base::default())[1].1);
    let base = Base { period: Some(period("2015")), territory_id: None };
    assert_eq!(
        all(Derivation::Difference, base),
        [(Some(0.0), false), (Some(10.0), true), (Some(20.0), true)],
        "from a base period"
    );
    let reference = Base { period: None, territory_id: Some(DIJON) };
    assert!(all(Derivation::Ratio, reference).iter().all(|(_, across)| !across), "within one period");
}
