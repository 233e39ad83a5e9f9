//! Maps say what observations say to the same caller, in words, colours and features.

use std::collections::HashMap;

use serde_json::Value;

use crate::{
    support::app::{CALLERS, everywhere, who},
    told::{Told, answer},
};

#[test]
fn maps_say_what_observations_say_in_words_colours_and_features() {
    for app in everywhere() {
        for caller in CALLERS {
            let territories = r#"{ level: IRIS, within: "21231", asOf: "2024-06-01" }"#;
            for (indicator, period) in [("PRE03", "2023"), ("SAN02", "2023"), ("REV03", "2021")] {
                let query = format!(
                    r#"{{
                        observations(filter: {{ indicators: ["{indicator}"], level: IRIS, within: "21231", asOf: "2024-06-01", periods: ["{period}"] }}, first: 500) {{ nodes {{ value withheld symbol territory {{ code name }} }} }}
                        map(input: {{ indicator: "{indicator}", territories: {territories}, periods: {{ periods: ["{period}"] }} }}) {{ svg features topoJson vegaLite classes {{ from to count }} alt }}
                    }}"#
                );
                let data = app.ask(caller, &query).data();
                let nodes = data["observations"]["nodes"].as_array().unwrap();
                let told: HashMap<&str, (Told, &Value)> = nodes
                    .iter()
                    .map(|node| (node["territory"]["code"].as_str().unwrap(), (answer(node), node)))
                    .collect();
                let features = data["map"]["features"]["features"].as_array().unwrap();
                let topologies =
                    data["map"]["topoJson"]["objects"]["territories"]["geometries"].as_array().unwrap();
                let drawn = data["map"]["vegaLite"]["data"]["values"]["features"].as_array().unwrap();
                for feature in features.iter().chain(topologies).chain(drawn) {
                    let properties = &feature["properties"];
                    let code = properties["code"].as_str().unwrap();
                    match told.get(code) {
                        Some((expected, _)) => assert_eq!(&answer(properties), expected, "{code}"),
                        None => assert!(answer(properties).is_err(), "{code}"),
                    }
                }
                // Every tip of the drawing ends with the number or the sign of its territory.
                let svg = data["map"]["svg"].as_str().unwrap();
                for node in nodes {
                    let name = node["territory"]["name"].as_str().unwrap().replace('&', "&amp;");
                    let tip = format!("<title>{name}\u{a0}: ");
                    let Some(at) = svg.find(&tip) else { panic!("{name} is not drawn") };
                    let said = svg[at + tip.len()..].split('<').next().unwrap();
                    match answer(node) {
                        Ok(value) => {
                            let digits: String = said
                                .chars()
                                .filter(|letter| letter.is_ascii_digit() || *letter == ',')
                                .collect();
                            let number: f64 = digits.replace(',', ".").parse().unwrap();
                            assert!((number - value).abs() <= 0.5, "{name}: {said} for {value}");
                        }
                        Err(_) => assert_eq!(said, node["symbol"].as_str().unwrap(), "{name}"),
                    }
                }
                let shown: Vec<f64> =
                    told.values().filter_map(|(told, _)| told.as_ref().ok().copied()).collect();
                if let (Some(first), Some(last)) = (
                    data["map"]["classes"][0]["from"].as_f64(),
                    data["map"]["classes"].as_array().unwrap().last(),
                ) {
                    let least = shown.iter().copied().fold(f64::INFINITY, f64::min);
                    let most = shown.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    assert_eq!((first, last["to"].as_f64().unwrap()), (least, most));
                    let counts = data["map"]["classes"].as_array().unwrap().iter();
                    let counted: u64 = counts.map(|class| class["count"].as_u64().unwrap()).sum();
                    assert_eq!(counted as usize, shown.len());
                }
            }
        }
    }
}

#[test]
fn what_cannot_be_a_map_is_refused_with_its_reason() {
    let app = everywhere().next().unwrap();
    let public = who("public");
    let communes = r#"territories: { level: COMMUNE }"#;
    let map =
        |input: &str| app.ask(public, &format!("{{ map(input: {{ {input}, {communes} }}) {{ title }} }}"));
    for input in [
        r#"indicator: "DEM01", representation: CHOROPLETH"#,
        r#"indicator: "REV03", representation: PROPORTIONAL_CIRCLES"#,
        r#"indicator: "REV03", classes: 40"#,
        r#"indicator: "REV03", method: MANUAL, bounds: [10, 5]"#,
        r#"indicator: "REV03", method: MANUAL"#,
        r#"indicator: "DEM01", periods: { from: "2000" }, classes: -1"#,
    ] {
        assert_eq!(map(input).code().as_deref(), Some("MAP_INVALID"), "{input}");
    }
}

#[test]
fn a_map_shows_no_territory_over_another() {
    let app = everywhere().next().unwrap();
    let public = who("public");
    let map = |territories: &str| {
        let query =
            format!(r#"{{ map(input: {{ indicator: "REV03", territories: {territories} }}) {{ title }} }}"#);
        app.ask(public, &query)
    };
    for territories in [r#"{ within: "242100410" }"#, r#"{ codes: ["21231", "21231X001"] }"#] {
        let answer = map(territories);
        assert_eq!(answer.code().as_deref(), Some("MAP_INVALID"), "{territories}: {}", answer.text());
        for word in ["COMMUNE", "IRIS", "level"] {
            assert!(answer.text().contains(word), "{territories}: {}", answer.text());
        }
    }
    let beside = map(r#"{ codes: ["21231X001", "21166"] }"#);
    assert!(beside.data()["map"]["title"].is_string());
}

#[test]
fn a_map_of_several_periods_tells_each() {
    let app = everywhere().next().unwrap();
    let query = r#"{ map(input: { indicator: "PRE03", territories: { level: IRIS, within: "21231", asOf: "2024-06-01" }, periods: { periods: ["2023", "2024"] } }) { alt } }"#;
    let data = app.ask(who("analyst"), query).data();
    let alt = data["map"]["alt"].as_str().unwrap();
    let (_, told) = alt.split_once("2023\u{a0}: ").unwrap();
    let (before, after) = told.split_once("2024\u{a0}: ").unwrap();
    for said in [before, after] {
        assert!(said.contains(" territoires sur "), "{alt}");
    }
    let hidden = app.ask(who("public"), query).data();
    let alt = hidden["map"]["alt"].as_str().unwrap();
    assert_eq!(alt.matches("Aucune valeur ne peut être montrée.").count(), 2, "{alt}");
}
