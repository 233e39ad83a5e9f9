//! What is told: real figures, real territories, and different things to different callers.

use serde_json::json;

use crate::support::app::{everywhere, who};

#[test]
fn a_commune_has_its_real_figure_a_real_mask_and_a_confidential_one() {
    let query = r#"{
        dijon: territory(code: "21231") { name population { value period confStatus } }
        ahuy: territory(code: "21003") { observation(indicator: "REV03") { value withheld symbol confStatus obsStatus period } }
        rsa: territory(code: "21231") { observation(indicator: "PRE03", period: "2023") { value withheld symbol } }
    }"#;
    for app in everywhere() {
        let data = app.ask(who("public"), query).data();
        assert_eq!(data["dijon"]["name"], "Dijon");
        assert_eq!(
            data["dijon"]["population"],
            json!({ "value": 159_941.0, "period": "2022", "confStatus": "F" })
        );
        assert_eq!(
            data["ahuy"]["observation"],
            json!({ "value": null, "withheld": "STATISTICAL_SECRECY", "symbol": "s", "confStatus": "C", "obsStatus": "Q", "period": "2021" })
        );
        assert_eq!(data["rsa"]["observation"]["withheld"], "CHARTER_NOT_SIGNED");
    }
}

#[test]
fn the_merger_of_2019_is_told_for_every_vintage() {
    let query = r#"{
        before: territory(code: "21452", asOf: "2019-02-27") { name vintage validTo successors { name vintage } }
        after: territory(code: "21452", asOf: "2019-02-28") { name vintage validFrom predecessors { code name } }
        gone: territory(code: "21213", asOf: "2020-01-01") { name }
        there: territory(code: "21213", asOf: "2019-01-01") { name successors { code name } }
        then: territories(filter: { level: COMMUNE, within: "242100410", asOf: "2019-01-01" }) { totalCount }
        now: territories(filter: { level: COMMUNE, within: "242100410", asOf: "2026-01-01" }) { totalCount }
        children: territory(code: "242100410", asOf: "2019-01-15") { children(level: COMMUNE) { totalCount } }
    }"#;
    for app in everywhere() {
        let data = app.ask(who("public"), query).data();
        assert_eq!(
            data["before"],
            json!({ "name": "Neuilly-lès-Dijon", "vintage": 2019, "validTo": "2019-02-27",
                    "successors": [{ "name": "Neuilly-Crimolois", "vintage": 2026 }] })
        );
        assert_eq!(data["after"]["name"], "Neuilly-Crimolois");
        assert_eq!(data["after"]["vintage"], 2026);
        assert_eq!(data["after"]["predecessors"].as_array().map(Vec::len), Some(2));
        assert_eq!(data["gone"], json!(null));
        assert_eq!(data["there"]["successors"], json!([{ "code": "21452", "name": "Neuilly-Crimolois" }]));
        assert_eq!(data["then"]["totalCount"], 24);
        assert_eq!(data["now"]["totalCount"], 23);
        assert_eq!(data["children"]["children"]["totalCount"], 24);
    }
}

#[test]
fn a_figure_of_before_the_merger_says_that_it_is_carried() {
    let query = r#"{ territory(code: "21452") {
        before: observation(indicator: "DEM01", period: "2016") { value obsStatus note }
        after: observation(indicator: "DEM01", period: "2022") { value obsStatus note }
    } }"#;
    for app in everywhere() {
        let data = app.ask(who("public"), query).data();
        let (before, after) = (&data["territory"]["before"], &data["territory"]["after"]);
        assert!(before["value"].is_f64() && after["value"].is_f64());
        assert_eq!((&before["obsStatus"], &after["obsStatus"]), (&json!("D"), &json!("A")));
        assert!(before["note"].as_str().is_some_and(|note| note.contains("formé plus tard")), "{before}");
        assert_eq!(after["note"], json!(null));
    }
}

#[test]
fn the_same_question_tells_each_caller_something_different() {
    let query = r#"{
        own: territory(code: "21231X001") { observation(indicator: "PRE03", period: "2023") { value withheld } }
        other: territory(code: "21166X001") { observation(indicator: "PRE03", period: "2023") { value withheld } }
        commune: territory(code: "21166") { observation(indicator: "PRE03", period: "2023") { value withheld } }
        health: territory(code: "21231") { observation(indicator: "SAN05", period: "2023") { value withheld } }
        embargo: territory(code: "21231") { observation(indicator: "SAN05", period: "2025") { value withheld } }
        dwellings: territory(code: "21231") { observation(indicator: "LOG02", period: "2023") { value withheld } }
    }"#;
    let told = |data: &serde_json::Value, name: &str| match &data[name]["observation"]["withheld"] {
        serde_json::Value::Null => "shown".to_owned(),
        reason => reason.as_str().unwrap().to_owned(),
    };
    let names = ["own", "other", "commune", "health", "embargo", "dwellings"];
    for app in everywhere() {
        let of = |caller: &str| {
            let data = app.ask(who(caller), query).data();
            names.map(|name| told(&data, name))
        };
        let unsigned = "CHARTER_NOT_SIGNED";
        assert_eq!(of("public"), [unsigned, unsigned, unsigned, unsigned, "EMBARGO", unsigned]);
        assert_eq!(
            of("reader"),
            ["OUT_OF_SCOPE", "OUT_OF_SCOPE", "shown", "shown", "EMBARGO", "NO_AGREEMENT"]
        );
        assert_eq!(of("analyst")[1..], ["OUT_OF_SCOPE", "shown", "shown", "EMBARGO", "NO_AGREEMENT"]);
        assert!(["shown", "STATISTICAL_SECRECY"].contains(&of("analyst")[0].as_str()));
        assert_eq!(of("analyst for urban policy")[3], "NO_AGREEMENT");
        assert_eq!(of("analyst without purpose")[2], "PURPOSE_NOT_DECLARED");
        assert_eq!(of("analyst without referent")[2], "NO_REFERENT");
        assert_eq!(of("analyst who withdrew")[2], unsigned);
        assert_eq!(of("analyst whose signature expired")[2], unsigned);
        assert_eq!(of("operator")[2..], ["shown", "shown", "shown", "NO_AGREEMENT"]);
        assert_eq!(
            of("provider")[2..4],
            ["shown", "CHARTER_NOT_SIGNED"].map(str::to_owned).map(|word| if word == "shown" {
                word
            } else {
                "OUT_OF_SCOPE".to_owned()
            })
        );
    }
}

#[test]
fn notes_come_in_the_language_that_is_asked_for() {
    let query = json!({ "query": r#"{ territory(code: "21231") { observation(indicator: "PRE03", period: "2023") { note } } }"# });
    for app in everywhere() {
        let note = |language: &str| {
            let data = app.ask_with(who("analyst without purpose"), &query, language).data();
            data["territory"]["observation"]["note"].as_str().unwrap().to_owned()
        };
        assert!(note("fr").starts_with("Déclarez la finalité"), "{}", note("fr"));
        assert!(note("en-GB, fr;q=0.2").starts_with("Declare the purpose"));
        assert!(note("de").starts_with("Déclarez"));
    }
}

#[test]
fn a_study_that_is_not_the_viewers_is_as_if_it_had_never_been() {
    for app in everywhere() {
        let data = app.ask(who("operator"), "{ studies(first: 100) { nodes { id reference } } }").data();
        for study in data["studies"]["nodes"].as_array().unwrap() {
            let (id, reference) = (study["id"].as_str().unwrap(), study["reference"].as_str().unwrap());
            let query =
                format!(r#"{{ study(reference: "{reference}") {{ title }} node(id: "{id}") {{ id }} }}"#);
            let never =
                r#"{ study(reference: "JAMAIS-2020") { title } node(id: "c3R1ZHk6SkFNQUlTLTIwMjA") { id } }"#;
            let (told, absent) = (app.ask(who("public"), &query), app.ask(who("public"), never));
            if told.data()["study"].is_null() {
                assert_eq!(told.bytes, absent.bytes, "{reference}");
            }
        }
        let count = |caller: &str| {
            app.ask(who(caller), "{ studies { totalCount } }").data()["studies"]["totalCount"]
                .as_u64()
                .unwrap()
        };
        assert!(count("public") < count("reader"));
        assert!(count("reader") < count("operator"));
        assert_eq!(count("public"), count("analyst who never signed"));
    }
}

#[test]
fn what_takes_a_right_answers_an_error_that_names_it() {
    for app in everywhere() {
        let answer = app.ask(who("reader"), "{ agreements { totalCount } viewer { subject } }");
        assert_eq!(answer.code().as_deref(), Some("FORBIDDEN"));
        assert_eq!(answer.json()["errors"][0]["extensions"]["requires"], "agreement:read");
        let data = app.ask(who("operator"), "{ agreements { totalCount } }").data();
        assert!(data["agreements"]["totalCount"].as_u64().unwrap() > 0);
    }
}

#[test]
fn a_true_number_reaches_the_grantee_and_nobody_else() {
    let query = r#"{ observations(filter: { indicators: ["PRE03"], level: IRIS, within: "21166", periods: ["2024"], dimensions: ["AGE", "RSA_TYPE"] }, first: 200) { nodes { value withheld } } }"#;
    for app in everywhere() {
        let masked = |caller: &str| {
            let data = app.ask(who(caller), query).data();
            let nodes = data["observations"]["nodes"].as_array().unwrap().clone();
            assert!(nodes.len() > 20);
            nodes.iter().filter(|node| node["withheld"] == "STATISTICAL_SECRECY").count()
        };
        assert!(masked("operator") > 0);
        assert_eq!(masked("operator"), masked("referent"));
        assert_eq!(masked("analyst with an unmasked grant"), 0);
        // As many as others are shown masks say that they are for nobody else; no other number does.
        let query = query.replace("value withheld", "value confStatus note");
        let opened = |caller: &str| {
            let data = app.ask(who(caller), &query).data();
            let nodes = data["observations"]["nodes"].as_array().unwrap().clone();
            let is_opened = |node: &&serde_json::Value| {
                let warned = node["note"].as_str().is_some_and(|note| note.starts_with("Valeur vraie"));
                assert_eq!(warned, node["value"].is_number() && node["confStatus"] == "C", "{node}");
                warned
            };
            nodes.iter().filter(is_opened).count()
        };
        assert_eq!(opened("analyst with an unmasked grant"), masked("operator"));
        assert_eq!(opened("operator"), 0);
    }
}

#[test]
fn why_a_figure_is_masked_is_told_to_the_operator_alone() {
    let query = r#"{
        counts: observations(filter: { indicators: ["PRE03"], level: IRIS, shown: false, dimensions: ["AGE", "RSA_TYPE"] }, first: 200) { edges { node { withheld explanation { kind count text figures { value indicator { code } } } } } }
        rates: observations(filter: { indicators: ["PRE04", "PRE05", "EMP03", "EMP04"], shown: false }, first: 50) { edges { node { withheld explanation { kind figures { withheld } } } } }
        shown: observations(filter: { indicators: ["PRE01"], territories: ["21231"], shown: true }, first: 5) { edges { node { value explanation { kind } } } }
    }"#;
    for app in everywhere() {
        let data = app.ask(who("operator"), query).data();
        let nodes = |part: &str| -> Vec<serde_json::Value> {
            data[part]["edges"].as_array().unwrap().iter().map(|edge| edge["node"].clone()).collect()
        };
        let masked = |part: &str| -> Vec<serde_json::Value> {
            let all = nodes(part).into_iter();
            all.filter(|node| node["withheld"] == "STATISTICAL_SECRECY")
                .map(|node| node["explanation"].clone())
                .collect()
        };
        let kinds: Vec<String> = masked("counts").iter().map(|why| why["kind"].to_string()).collect();
        assert!(
            kinds.contains(&"\"RULE\"".to_owned()) && kinds.contains(&"\"COMPLEMENT\"".to_owned()),
            "{kinds:?}"
        );
        for why in masked("counts") {
            let figures = why["figures"].as_array().unwrap();
            assert!(figures.iter().all(|figure| figure["value"].is_null()), "{why}");
            assert!(
                why["kind"] == "RULE" || why["count"].as_i64() > Some(0),
                "a mask that protects nothing: {why}"
            );
        }
        let rates = masked("rates");
        assert!(!rates.is_empty() && rates.iter().all(|why| why["kind"] == "RATE"), "{rates:?}");
        assert!(nodes("shown").iter().all(|node| node["explanation"].is_null()));
        for caller in crate::support::app::CALLERS.iter().filter(|caller| caller.name != "operator") {
            let answer = app.ask(caller, query);
            assert!(!answer.text().contains("\"kind\""), "{}: {}", caller.name, answer.text());
        }
    }
}
