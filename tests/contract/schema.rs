//! The committed schema is the one that the server has, and describes everything.

use crate::support::app::{sqlite, who};

#[test]
fn the_committed_schema_is_up_to_date() {
    let committed = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql")).unwrap();
    assert!(committed == observatoire::graphql::sdl(), "run: observatoire schema > schema.graphql");
}

#[test]
fn every_type_field_argument_and_value_is_described() {
    let query = "{ __schema { types { name description fields { name description args { name description } } inputFields { name description } enumValues { name description } } } }";
    let data = sqlite().ask(who("public"), query).data();
    let mut missing = Vec::new();
    let empty = Vec::new();
    for ty in data["__schema"]["types"].as_array().unwrap() {
        let name = ty["name"].as_str().unwrap();
        if name.starts_with("__") {
            continue;
        }
        let mut need = |what: String, thing: &serde_json::Value| {
            if thing["description"].as_str().is_none_or(str::is_empty) {
                missing.push(what);
            }
        };
        need(name.to_owned(), ty);
        for part in ["fields", "inputFields", "enumValues"] {
            for thing in ty[part].as_array().unwrap_or(&empty) {
                let path = format!("{name}.{}", thing["name"].as_str().unwrap());
                need(path.clone(), thing);
                for argument in thing["args"].as_array().unwrap_or(&empty) {
                    need(format!("{path}({})", argument["name"].as_str().unwrap()), argument);
                }
            }
        }
    }
    assert!(missing.is_empty(), "not described: {missing:#?}");
}

/// A product that is taken by itself begins again at nothing where it is too large: a list of lists would cost nothing.
#[test]
fn every_cost_is_counted_where_products_have_an_end() {
    let mut found = 0;
    for file in super::rooms::files(concat!(env!("CARGO_MANIFEST_DIR"), "/src/graphql").as_ref()) {
        let text = std::fs::read_to_string(&file).unwrap();
        for (at, _) in text.match_indices("complexity = \"") {
            let cost = text[at..].split('"').nth(1).unwrap();
            found += 1;
            let plain = cost.chars().all(|one| one.is_ascii_digit() || one == '_');
            let (counted, more) = cost.split_once(" + ").unwrap_or((cost, ""));
            let is_number = |text: &str| text.chars().all(|one| one.is_ascii_digit() || one == '_');
            let added = is_number(counted) && more == "child_complexity";
            let called = counted.starts_with("cost::") && counted.ends_with(')') && is_number(more);
            assert!(plain || added || called, "{}: {cost}", file.display());
        }
    }
    assert!(found > 80, "{found}");
}

#[test]
fn the_names_of_the_sketch_are_kept() {
    let sdl = observatoire::graphql::sdl();
    for name in [
        "scalar Date",
        "scalar DateTime",
        "scalar Period",
        "scalar GeoJSON",
        "enum TerritoryLevel",
        "enum Audience",
        "enum Purpose",
        "enum Unit",
        "enum Measure",
        "enum Withheld",
        "enum Role",
        "enum StudyKind",
        "enum StudyStatus",
        "interface Node",
        "type Territory implements Node",
        "type Indicator implements Node",
        "type Source implements Node",
        "type Study implements Node",
        "type Viewer",
        "type Standing",
        "type Dimension",
        "type Category",
        "input CategoryInput",
        "type Observation",
        "type SecrecyRule",
        "input ObservationFilter",
        "input TerritoryFilter",
        "input IndicatorFilter",
        "input StudyFilter",
        "input TerritoryObservationFilter",
        "input IndicatorObservationFilter",
        "type TerritoryConnection",
        "type ObservationConnection",
        "directive @scope(requires: String!)",
    ] {
        assert!(sdl.contains(name), "{name}");
    }
}
