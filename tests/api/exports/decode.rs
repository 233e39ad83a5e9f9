//! What files say, decoded as their readers do.

use std::collections::HashMap;

use serde_json::Value;

use crate::told::{Case, Key, Told, answer};

/// What an SDMX-JSON message says: the places in the names of observations are looked up in the structure.
pub fn said_by_sdmx_json(case: &Case, message: &Value) -> Vec<(Key, Told)> {
    let structure = &message["data"]["structures"][0];
    let components = |kind: &str, level: &str| structure[kind][level].as_array().cloned().unwrap_or_default();
    let (dimensions, attributes) =
        (components("dimensions", "observation"), components("attributes", "observation"));
    let ids = |all: &[Value]| -> Vec<String> {
        all.iter().map(|component| component["id"].as_str().unwrap().to_owned()).collect()
    };
    let mut expected = vec!["INDICATOR", "REF_AREA", "TIME_PERIOD"];
    expected.extend(case.dimensions);
    assert_eq!(ids(&dimensions), expected);
    for (position, dimension) in dimensions.iter().enumerate() {
        assert_eq!(dimension["keyPosition"], position);
    }
    assert_eq!(components("measures", "observation")[0]["id"], "OBS_VALUE");
    let code = |component: &Value, at: usize| component["values"][at]["id"].as_str().unwrap().to_owned();
    let said = |(name, values): (&String, &Value)| {
        let places: Vec<usize> = name.split(':').map(|at| at.parse().unwrap()).collect();
        assert_eq!(places.len(), dimensions.len(), "{name}");
        let codes: Vec<String> = dimensions.iter().zip(places).map(|(of, at)| code(of, at)).collect();
        let values = values.as_array().unwrap();
        let told: HashMap<&str, String> = attributes
            .iter()
            .zip(&values[1..])
            .map(|(of, at)| (of["id"].as_str().unwrap(), code(of, at.as_u64().unwrap() as usize)))
            .collect();
        let said = match (values[0].as_f64(), told.get("WITHHELD")) {
            (Some(value), None) => Ok(value),
            (None, Some(reason)) => Err(reason.clone()),
            both => panic!("a value or a reason: {both:?}"),
        };
        assert_eq!(said.is_ok(), matches!(told["OBS_STATUS"].as_str(), "A" | "B" | "D"), "{name}");
        ((codes[0].clone(), codes[1].clone(), codes[2].clone(), codes[3..].to_vec()), said)
    };
    message["data"]["dataSets"][0]["observations"].as_object().unwrap().iter().map(said).collect()
}

/// What a GeoJSON feature collection says.
pub fn said_by_geo_json(case: &Case, collection: &Value) -> Vec<(Key, Told)> {
    assert_eq!(collection["type"], "FeatureCollection");
    let mut said = Vec::new();
    for feature in collection["features"].as_array().unwrap() {
        let properties = &feature["properties"];
        assert_eq!(feature["id"], properties["code"]);
        for one in properties["observations"].as_array().unwrap() {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let categories = case.dimensions.iter().map(|dimension| text(&one["categories"][dimension]));
            let key = (
                text(&one["indicator"]),
                text(&properties["code"]),
                text(&one["period"]),
                categories.collect(),
            );
            said.push((key, answer(one)));
        }
    }
    said
}
