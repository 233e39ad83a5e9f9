//! Profiles say what observations say to the same caller; what is worked out in them follows from that and nothing else.

use std::collections::{BTreeSet, HashMap};

use axum::{body::Body, http::Request};
use serde_json::Value;

use crate::support::app::{CALLERS, Caller, TestApp, everywhere, sqlite, who};

/// A figure: indicator, territory, period, categories.
type Key = (String, String, String, Vec<String>);
/// What is told of it.
type Told = Result<f64, String>;

const FIGURE: &str =
    "value withheld symbol period indicator { code } territory { code } breakdown { dimension code }";

/// Territories and templates: a commune, an IRIS, a neighbourhood.
const CASES: [(&str, &str); 3] =
    [("21166", "NEEDS_ANALYSIS"), ("21231X001", "PORTRAIT"), ("QN21X001", "PRIORITY_NEIGHBOURHOOD")];

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn key(node: &Value) -> Key {
    let categories = node["breakdown"].as_array().unwrap();
    let category = |of: &Value| format!("{}={}", text(&of["dimension"]), text(&of["code"]));
    (
        text(&node["indicator"]["code"]),
        text(&node["territory"]["code"]),
        text(&node["period"]),
        categories.iter().map(category).collect(),
    )
}

fn told(node: &Value) -> Told {
    match (node["value"].as_f64(), node["withheld"].as_str()) {
        (Some(value), None) => Ok(value),
        (None, Some(reason)) => Err(reason.to_owned()),
        both => panic!("a value or a reason: {both:?}"),
    }
}

fn profile(app: &TestApp, caller: &Caller, territory: &str, template: &str) -> Value {
    let query = format!(
        r#"{{ profile(input: {{ territory: "{territory}", template: "{template}" }}) {{ html title comparators {{ code }} sections {{ title lines {{
            label since observation {{ {FIGURE} }} series {{ {FIGURE} }}
            change {{ value withheld unit acrossBreak }} rank {{ among rank {{ value withheld }} }}
            comparisons {{ observation {{ {FIGURE} }} trend gap {{ value withheld }} gapBefore {{ value withheld }} share {{ value withheld }} }}
        }} }} }} }}"#
    );
    app.ask(caller, &query).data()["profile"].take()
}

fn lines(profile: &Value) -> impl Iterator<Item = &Value> {
    let sections = profile["sections"].as_array().unwrap();
    sections.iter().flat_map(|section| section["lines"].as_array().unwrap())
}

/// Every figure of a line.
fn figures(line: &Value) -> impl Iterator<Item = &Value> {
    let comparisons = line["comparisons"].as_array().unwrap().iter().map(|of| &of["observation"]);
    line["series"].as_array().unwrap().iter().chain([&line["observation"]]).chain(comparisons)
}

/// What observations say of the figures of a profile.
fn observed(app: &TestApp, caller: &Caller, profile: &Value) -> HashMap<Key, Told> {
    let all = || lines(profile).flat_map(figures);
    let list = |codes: BTreeSet<String>| format!("{:?}", codes.into_iter().collect::<Vec<_>>());
    let territories = list(all().map(|node| text(&node["territory"]["code"])).collect());
    let mut dimensions: BTreeSet<Option<String>> = BTreeSet::new();
    for node in all() {
        let first = node["breakdown"].as_array().unwrap().first();
        dimensions.insert(first.map(|category| text(&category["dimension"])));
    }
    let mut found = HashMap::new();
    for dimension in dimensions {
        let of_dimension = |node: &&Value| {
            let first = node["breakdown"].as_array().unwrap().first();
            first.map(|category| text(&category["dimension"])) == dimension
        };
        let indicators =
            list(all().filter(of_dimension).map(|node| text(&node["indicator"]["code"])).collect());
        let broken = dimension.as_ref().map(|code| format!(", dimensions: [{code:?}]")).unwrap_or_default();
        let mut after = String::new();
        loop {
            let query = format!(
                "{{ observations(filter: {{ indicators: {indicators}, territories: {territories}{broken} }}, first: 500{after}) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {FIGURE} }} }} }}"
            );
            let page = app.ask(caller, &query).data()["observations"].take();
            found.extend(page["nodes"].as_array().unwrap().iter().map(|node| (key(node), told(node))));
            if page["pageInfo"]["hasNextPage"] != true {
                break;
            }
            after = format!(", after: {}", page["pageInfo"]["endCursor"]);
        }
    }
    found
}

/// What follows from two figures: a number within a little, or the reason of the one that is withheld.
fn follows(derived: &Value, here: &Told, there: &Told, combine: impl Fn(f64, f64) -> f64) {
    match (here, there, told(derived)) {
        (Ok(here), Ok(there), Ok(said)) => {
            let expected = combine(*here, *there);
            assert!((expected - said).abs() < 1e-9 * expected.abs().max(1.0), "{said}, not {expected}");
        }
        (Ok(_), Ok(there), Err(reason)) => assert!(*there == 0.0 && reason == "NOT_APPLICABLE"),
        (Err(reason), _, said) | (Ok(_), Err(reason), said) => assert_eq!(said, Err(reason.clone())),
    }
}

#[test]
fn profiles_say_what_observations_say() {
    for app in everywhere() {
        let (mut shown, mut withheld, mut gaps) = (0, 0, 0);
        for caller in CALLERS {
            for (territory, template) in CASES {
                let profile = profile(app, caller, territory, template);
                let observed = observed(app, caller, &profile);
                for line in lines(&profile) {
                    for node in figures(line) {
                        let said = told(node);
                        match observed.get(&key(node)) {
                            Some(expected) => assert_eq!(&said, expected, "{}: {:?}", caller.name, key(node)),
                            None => assert!(said.is_err(), "{}: {:?}", caller.name, key(node)),
                        }
                        if said.is_ok() { shown += 1 } else { withheld += 1 }
                    }
                    let own = told(&line["observation"]);
                    let first = told(&line["series"][0]);
                    if let Some(unit) = line["change"]["unit"].as_str() {
                        // Rates in per cent differ by points.
                        match unit {
                            "PERCENT" => {
                                follows(&line["change"], &own, &first, |now, then| {
                                    100.0 * (now - then) / then
                                });
                            }
                            _ => follows(&line["change"], &own, &first, |now, then| now - then),
                        }
                    }
                    for comparison in line["comparisons"].as_array().unwrap() {
                        let other = told(&comparison["observation"]);
                        if !comparison["gap"].is_null() {
                            follows(&comparison["gap"], &own, &other, |here, there| here - there);
                            let both = [&comparison["gap"], &comparison["gapBefore"]];
                            // What was measured before a break is something else.
                            let broken = line["change"]["acrossBreak"] == true;
                            let known = both.iter().all(|gap| gap["value"].is_number()) && !broken;
                            assert_eq!(comparison["trend"].is_string(), known, "{comparison}");
                            gaps += usize::from(known);
                        }
                        if !comparison["share"].is_null() {
                            follows(&comparison["share"], &own, &other, |part, whole| 100.0 * part / whole);
                        }
                    }
                }
            }
        }
        assert!(
            shown > 500 && withheld > 100 && gaps > 20,
            "{shown} shown, {withheld} withheld, {gaps} gaps"
        );
    }
}

#[test]
fn a_page_has_a_row_for_each_line_and_a_sign_for_what_is_withheld() {
    for caller in CALLERS {
        for (territory, template) in CASES {
            let profile = profile(sqlite(), caller, territory, template);
            let html = profile["html"].as_str().unwrap();
            let rows: Vec<&str> = html.split("<tr><th scope=\"row\">").skip(1).collect();
            let all: Vec<&Value> = lines(&profile).collect();
            assert_eq!(rows.len(), all.len());
            for (row, line) in rows.iter().zip(all) {
                let cell = row.split("<b>").nth(1).unwrap().split("</b>").next().unwrap();
                match told(&line["observation"]) {
                    Ok(value) => {
                        let digits: String = cell.chars().filter(char::is_ascii_digit).collect();
                        let whole = format!("{:.0}", value.abs().trunc());
                        assert!(digits.starts_with(&whole) || value.fract() != 0.0, "{cell} for {value}");
                        assert!(!digits.is_empty());
                    }
                    Err(_) => assert_eq!(cell, line["observation"]["symbol"].as_str().unwrap()),
                }
            }
            for outside in ["http://", "https://", "<script", "src="] {
                let found = html.replace("http://www.w3.org/2000/svg", "").contains(outside);
                assert!(!found, "{outside} in a page of its own");
            }
        }
    }
}

#[test]
fn what_makes_no_profile_is_refused() {
    for (input, code) in [
        (r#"territory: "21231", template: "NOTHING""#, "PROFILE_INVALID"),
        (r#"territory: "21231X001", template: "NEEDS_ANALYSIS""#, "PROFILE_INVALID"),
        (r#"territory: "21231", nearest: 9"#, "PROFILE_INVALID"),
        (r#"territory: "99999""#, "CODE_UNKNOWN"),
        (r#"territory: "21231", since: "2024", until: "2019""#, "PROFILE_INVALID"),
        (r#"territory: "21231", since: "yesterday""#, "PERIOD_INVALID"),
        (
            r#"territory: "21231", comparators: ["21166", "21515", "21540", "21617", "21278", "21355", "21605"]"#,
            "FILTER_INVALID",
        ),
    ] {
        let answer = sqlite().ask(who("public"), &format!("{{ profile(input: {{ {input} }}) {{ title }} }}"));
        assert_eq!(answer.code().as_deref(), Some(code), "{input}");
    }
}

#[test]
fn territories_beside_it_are_those_around_it_named_or_nearest_in_population() {
    let comparators = |input: &str| -> Vec<String> {
        let query = format!("{{ profile(input: {{ {input} }}) {{ comparators {{ code }} }} }}");
        let found = sqlite().ask(who("public"), &query).data()["profile"]["comparators"].take();
        found.as_array().unwrap().iter().map(|territory| text(&territory["code"])).collect()
    };
    let around = comparators(r#"territory: "21166""#);
    assert_eq!(around.first().map(String::as_str), Some("242100410"), "{around:?}");
    assert_eq!(comparators(r#"territory: "21166", comparators: ["21231", "21231", "21166"]"#), ["21231"]);
    // Population of the communes, as everybody may see it.
    let query = r#"{ observations(filter: { indicators: ["DEM01"], level: COMMUNE, within: "242100410" }, first: 500) { nodes { value period territory { code } } } }"#;
    let nodes = sqlite().ask(who("public"), query).data()["observations"]["nodes"].take();
    let latest = nodes.as_array().unwrap().iter().map(|node| text(&node["period"])).max().unwrap();
    let of_latest: Vec<(String, f64)> = nodes
        .as_array()
        .unwrap()
        .iter()
        .filter(|node| node["period"] == latest.as_str())
        .filter_map(|node| Some((text(&node["territory"]["code"]), node["value"].as_f64()?)))
        .collect();
    let own = of_latest.iter().find(|(code, _)| code == "21166").unwrap().1;
    let distance =
        |code: &str| of_latest.iter().find(|(other, _)| other == code).map(|(_, value)| (value - own).abs());
    let nearest = comparators(r#"territory: "21166", comparators: [], nearest: 3"#);
    assert_eq!(nearest.len(), 3);
    let farthest = nearest.iter().filter_map(|code| distance(code)).fold(0.0, f64::max);
    let nearer = of_latest
        .iter()
        .filter(|(code, value)| code != "21166" && !nearest.contains(code) && (value - own).abs() < farthest);
    assert_eq!(nearer.count(), 0, "{nearest:?}");
}

/// What stands on the pages of a document, without any space.
fn printed(bytes: &[u8]) -> String {
    let document = lopdf::Document::load_mem(bytes).unwrap();
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    document.extract_text(&pages).unwrap().split_whitespace().collect()
}

/// A page without its marks, the letters that stand for others read.
fn plain(html: &str) -> String {
    let body = html.split("<body>").nth(1).unwrap();
    let mut plain = String::new();
    for part in body.split('<') {
        plain.push_str(part.split_once('>').map_or("", |(_, text)| text));
    }
    let plain = plain.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    plain.split_whitespace().collect()
}

#[test]
fn a_profile_is_had_as_a_page_and_as_sheets_that_say_the_same() {
    for app in everywhere() {
        for name in ["public", "reader", "analyst"] {
            let caller = who(name);
            for (territory, template) in CASES {
                let get = |format: &str| {
                    let address =
                        format!("/profile/{format}?territory={territory}&template={template}&language=fr");
                    let mut request = Request::get(address);
                    if let Some(token) = app.token(caller) {
                        request = request.header("authorization", format!("Bearer {token}"));
                    }
                    let answer = app.send(request.body(Body::empty()).unwrap());
                    assert_eq!(answer.status, 200, "{}", answer.text());
                    answer
                };
                let (page, sheets) = (get("html"), get("pdf"));
                assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
                assert_eq!(sheets.headers["content-type"], "application/pdf");
                let profile = profile(app, caller, territory, template);
                let (html, pdf) = (plain(&page.text()), printed(&sheets.bytes));
                let mut rows = 0;
                for (row, line) in page.text().split("<tr><th scope=\"row\">").skip(1).zip(lines(&profile)) {
                    // Own figure, then those beside it: what the page says stands on the sheets.
                    let cell = row.split("<b>").nth(1).unwrap().split("</b>").next().unwrap();
                    let label: String = text(&line["label"]).split_whitespace().collect();
                    let cell: String = cell.split_whitespace().collect();
                    assert!(html.contains(&label), "{label} is not on the page");
                    assert!(pdf.contains(&cell), "{label}: {cell} is not on the sheets");
                    rows += 1;
                }
                assert_eq!(rows, lines(&profile).count());
                for canary in app.canaries.iter().filter(|canary| canary.amount.len() > 5) {
                    let told = html.contains(&canary.amount) || pdf.contains(&canary.amount);
                    assert!(!told, "{name} reads what is masked");
                }
            }
        }
    }
}

#[test]
fn percentages_that_are_published_whole_are_printed_whole() {
    let profile = profile(sqlite(), who("public"), "21166", "NEEDS_ANALYSIS");
    let html = profile["html"].as_str().unwrap();
    assert!(html.contains("<b>28\u{a0}%</b>") && !html.contains("<b>28,0\u{a0}%</b>"), "{html}");
    let query = r#"{ chart(input: { kind: BAR, indicators: ["REV03"], territories: { codes: ["21166", "21231"] }, periods: { periods: ["2021"] } }) { svg alt } }"#;
    let chart = sqlite().ask(who("public"), query).data()["chart"].take();
    for said in [&chart["svg"], &chart["alt"]] {
        let said = said.as_str().unwrap();
        assert!(said.contains("28\u{a0}%") && !said.contains("28,0\u{a0}%"), "{said}");
    }
}
