//! The queries of the README are answered as it says.

use observatoire::auth::providers::ProviderSettings;
use serde_json::Value;

use crate::support::app::{everywhere, own, who};

/// The bodies that the README sends with curl.
fn bodies() -> Vec<Value> {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let sent = readme.split("-d '").skip(1).map(|rest| rest.split('\'').next().unwrap().to_owned());
    sent.map(|body| serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"))).collect()
}

#[test]
fn the_queries_of_the_readme_are_answered_without_errors() {
    let bodies = bodies();
    let acts = |body: &&Value| body["query"].as_str().unwrap().starts_with("mutation");
    let (acting, asking): (Vec<&Value>, Vec<&Value>) = bodies.iter().partition(acts);
    assert!(!acting.is_empty() && asking.len() >= 2);
    // What the others share stays as it is.
    for app in own("readme") {
        for body in &acting {
            let _ = app.ask_with(who("analyst"), body, "fr").data();
        }
    }
    for app in everywhere() {
        for body in &asking {
            let _ = app.ask_with(who("analyst"), body, "fr").data();
        }
        let data = app.ask_with(who("public"), &bodies[0], "fr").data();
        assert_eq!(data["dijon"]["population"]["value"], 159_941.0);
        assert_eq!(data["ahuy"]["poverty"]["symbol"], "s");
        assert_eq!(data["rsa"]["observation"]["withheld"], "CHARTER_NOT_SIGNED");
    }
}

#[test]
fn the_providers_of_the_readme_are_settings() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let shown = readme.split("```toml\n[[providers]]").nth(1).unwrap().split("```").next().unwrap();
    let provider: ProviderSettings = toml::from_str(shown.replace("[providers.", "[").as_str()).unwrap();
    assert_eq!(provider.unfit(), None);
    assert_eq!((provider.partners.len(), provider.roles.len()), (2, 2));
}
