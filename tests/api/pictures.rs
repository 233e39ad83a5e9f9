//! Charts and maps as files say what observations say to the same caller, and for whom they were made.

use std::collections::HashSet;

use axum::http::Request;
use observatoire::export::DrawingFormat;
use serde_json::{Value, json};

use crate::support::app::{Answer, Caller, TestApp, everywhere, who};

const ASKING: [&str; 5] = ["public", "reader", "analyst", "analyst with an unmasked grant", "operator"];

const MAP: &str =
    "indicator=PRE03&level=IRIS&within=21231&asOf=2024-06-01&periods=2023&breakdown=AGE:MOINS_25";
const MAP_INPUT: &str = r#"indicator: "PRE03", territories: { level: IRIS, within: "21231", asOf: "2024-06-01" }, periods: { periods: ["2023"] }, breakdown: [{ dimension: "AGE", category: "MOINS_25" }]"#;

fn asked(app: &TestApp, caller: &Caller, method: &str, address: &str) -> Answer {
    let mut request = Request::builder().method(method).uri(address).header("accept-language", "fr");
    if let Some(token) = app.token(caller) {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    app.send(request.body(axum::body::Body::empty()).unwrap())
}

fn got(app: &TestApp, caller: &Caller, address: &str) -> Answer {
    let answer = asked(app, caller, "GET", address);
    assert_eq!(answer.status, 200, "{} {address}: {}", caller.name, answer.text());
    answer
}

/// A figure: code and name of its territory, what is shown of it, its sign where nothing is.
struct Figure {
    code: String,
    name: String,
    value: Option<f64>,
    symbol: Option<String>,
}

/// What `observations` tells of those under 25 in the IRIS of Dijon, those withheld first.
fn figures(app: &TestApp, caller: &Caller) -> Vec<Figure> {
    let query = r#"{ observations(filter: { indicators: ["PRE03"], level: IRIS, within: "21231", asOf: "2024-06-01", periods: ["2023"], breakdown: [{ dimension: "AGE", category: "MOINS_25" }] }, first: 500) { nodes { value symbol territory { code name } } } }"#;
    let data = app.ask(caller, query).data();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut figures: Vec<Figure> = data["observations"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| Figure {
            code: text(&node["territory"]["code"]),
            name: text(&node["territory"]["name"]),
            value: node["value"].as_f64(),
            symbol: node["symbol"].as_str().map(str::to_owned),
        })
        .collect();
    figures.sort_by_key(|figure| figure.value.is_some());
    assert!(figures.len() > 10);
    figures
}

/// Bars of some of the figures, as an address asks for them and as the API does.
fn bars(figures: &[Figure]) -> (String, String) {
    let codes: Vec<&str> = figures.iter().map(|figure| figure.code.as_str()).collect();
    let parameters = format!(
        "kind=BAR&indicators=PRE03&territories={}&asOf=2024-06-01&periods=2023&breakdown=AGE:MOINS_25",
        codes.join(",")
    );
    let input = format!(
        r#"kind: BAR, indicators: ["PRE03"], territories: {{ codes: {}, asOf: "2024-06-01" }}, periods: {{ periods: ["2023"] }}, breakdown: [{{ dimension: "AGE", category: "MOINS_25" }}]"#,
        json!(codes)
    );
    (parameters, input)
}

/// What stands on the pages of a document, without any space.
fn said(bytes: &[u8]) -> String {
    let document = lopdf::Document::load_mem(bytes).unwrap();
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    without_spaces(&document.extract_text(&pages).unwrap())
}

fn without_spaces(text: &str) -> String {
    text.split_whitespace().collect()
}

fn expect_well_formed(svg: &str) {
    let mut reader = quick_xml::Reader::from_str(svg);
    while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
}

/// Fails where a text holds the true amount of a masked cell, however its thousands stand apart.
fn expect_no_canary(canaries: &HashSet<&str>, text: &str, what: &str) {
    let text: String = text.chars().filter(|letter| !matches!(letter, '\u{202f}' | '\u{a0}')).collect();
    let runs = text.split(|letter: char| !letter.is_ascii_digit());
    let found: Vec<&str> = runs.filter(|run| canaries.contains(run)).collect();
    assert!(found.is_empty(), "{what} tells {found:?}");
}

/// Width and height of a PNG.
fn size(bytes: &[u8]) -> (u32, u32) {
    assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"));
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[test]
fn a_printed_chart_says_what_observations_say_and_no_more() {
    for app in everywhere() {
        let canaries: HashSet<&str> = app.canaries.iter().map(|canary| canary.amount.as_str()).collect();
        let mut withheld = 0;
        for caller in ASKING.map(who) {
            let mut figures = figures(app, caller);
            figures.truncate(50);
            let (parameters, _) = bars(&figures);
            let file = got(app, caller, &format!("/chart/pdf?{parameters}&width=1200"));
            assert_eq!(file.headers["content-type"], "application/pdf");
            assert!(file.bytes.starts_with(b"%PDF-"));
            // One bar after the other: its name, then its number or its sign.
            let expected: String = figures
                .iter()
                .map(|figure| {
                    let number = figure.value.map(|value| format!("{value:.0}"));
                    let shown = number.or_else(|| figure.symbol.clone()).unwrap();
                    without_spaces(&format!("{}{shown}", figure.name))
                })
                .collect();
            let said = said(&file.bytes);
            assert!(said.contains(&expected), "{}: {said} is not {expected}", caller.name);
            withheld += figures.iter().filter(|figure| figure.symbol.as_deref() == Some("s")).count();
            if caller.name != "analyst with an unmasked grant" {
                expect_no_canary(&canaries, &said, caller.name);
            }
        }
        assert!(withheld > 0, "nothing is masked here");
    }
}

#[test]
fn every_format_of_a_chart_is_the_chart_of_the_api() {
    for app in everywhere() {
        let canaries: HashSet<&str> = app.canaries.iter().map(|canary| canary.amount.as_str()).collect();
        for caller in ASKING.map(who) {
            let mut figures = figures(app, caller);
            figures.truncate(30);
            let (parameters, input) = bars(&figures);
            let query = format!(
                "{{ chart(input: {{ {input} }}) {{ svg(width: 700) vegaLite downloads {{ format mediaType url }} }} }}"
            );
            let chart = app.ask(caller, &query).data()["chart"].take();
            let downloads = chart["downloads"].as_array().unwrap();
            assert_eq!(downloads.len(), DrawingFormat::OF_CHARTS.len());
            for (format, download) in DrawingFormat::OF_CHARTS.iter().zip(downloads) {
                let url = download["url"].as_str().unwrap();
                assert!(url.starts_with(&format!("/chart/{}?kind=BAR&", format.word())), "{url}");
                let file = got(app, caller, &format!("{url}&width=700"));
                assert_eq!(file.headers["content-type"], format.media_type());
                assert_eq!(download["mediaType"], format.media_type());
                assert_eq!(file.headers["content-length"], file.bytes.len().to_string());
                // As an address says it, the same.
                let again = got(app, caller, &format!("/chart/{}?{parameters}&width=700", format.word()));
                assert_eq!(file.bytes, again.bytes);
                match format {
                    DrawingFormat::Svg => {
                        let svg = file.text();
                        expect_well_formed(&svg);
                        let lines = svg.lines().filter(|line| !line.starts_with("<metadata>"));
                        assert_eq!(
                            lines.collect::<Vec<_>>().join("\n"),
                            chart["svg"].as_str().unwrap().trim_end()
                        );
                        assert!(svg.contains("<metadata>"));
                    }
                    DrawingFormat::Png => assert_eq!(size(&file.bytes).0, 1_400),
                    DrawingFormat::Pdf => assert!(file.bytes.starts_with(b"%PDF-")),
                    DrawingFormat::VegaLite => {
                        let mut json = file.json();
                        let meta = json.as_object_mut().unwrap().remove("usermeta").unwrap();
                        assert_eq!(meta["partner"], json!(caller.partner));
                        assert_eq!(json, chart["vegaLite"]);
                    }
                    other => panic!("{other:?}"),
                }
                let text = String::from_utf8_lossy(&file.bytes);
                if !matches!(format, DrawingFormat::Png | DrawingFormat::Pdf)
                    && caller.name != "analyst with an unmasked grant"
                {
                    expect_no_canary(&canaries, &text, &format!("{} {}", caller.name, format.word()));
                }
            }
        }
    }
}

#[test]
fn every_format_of_a_map_is_the_map_of_the_api() {
    for app in everywhere() {
        for caller in ASKING.map(who) {
            let query = format!(
                "{{ map(input: {{ {MAP_INPUT} }}) {{ svg(width: 500) features topoJson vegaLite downloads {{ format mediaType url }} }} }}"
            );
            let map = app.ask(caller, &query).data()["map"].take();
            let downloads = map["downloads"].as_array().unwrap();
            assert_eq!(downloads.len(), DrawingFormat::OF_MAPS.len());
            for (format, download) in DrawingFormat::OF_MAPS.iter().zip(downloads) {
                let url = download["url"].as_str().unwrap();
                let file = got(app, caller, &format!("{url}&width=500"));
                assert_eq!(file.headers["content-type"], format.media_type());
                let again = got(app, caller, &format!("/map/{}?{MAP}&width=500", format.word()));
                assert_eq!(file.bytes, again.bytes);
                let without = |member: &str| {
                    let mut json = file.json();
                    let stamp = json.as_object_mut().unwrap().remove(member).unwrap();
                    assert_eq!(stamp["charter"], "39-2014");
                    assert_eq!(stamp["partner"], json!(caller.partner));
                    json
                };
                match format {
                    DrawingFormat::Svg => {
                        let svg = file.text();
                        expect_well_formed(&svg);
                        let lines = svg.lines().filter(|line| !line.starts_with("<metadata>"));
                        assert_eq!(
                            lines.collect::<Vec<_>>().join("\n"),
                            map["svg"].as_str().unwrap().trim_end()
                        );
                    }
                    DrawingFormat::Png => assert_eq!(size(&file.bytes).0, 1_000),
                    DrawingFormat::Pdf => {
                        assert!(said(&file.bytes).contains("Source:"), "{}", said(&file.bytes));
                    }
                    DrawingFormat::VegaLite => assert_eq!(without("usermeta"), map["vegaLite"]),
                    DrawingFormat::GeoJson => assert_eq!(without("observatory"), map["features"]),
                    DrawingFormat::TopoJson => assert_eq!(without("observatory"), map["topoJson"]),
                    DrawingFormat::Html => panic!("a map is no page"),
                }
            }
        }
    }
}

#[test]
fn a_picture_says_for_whom_it_was_made_and_is_in_the_log() {
    for app in everywhere() {
        let analyst = who("analyst");
        for (path, formats, parameters) in [
            (
                "chart",
                DrawingFormat::OF_CHARTS,
                "kind=BAR&indicators=PRE03&territories=21231,21166&periods=2023",
            ),
            ("map", DrawingFormat::OF_MAPS, MAP),
        ] {
            for format in formats {
                let name = format!("{path} {}", format.word());
                let records = || app.kept_of_accesses().0.matches(&name).count();
                let before = records();
                let address = format!("/{path}/{}?{parameters}&language=en", format.word());
                let file = got(app, analyst, &address);
                assert!(records() > before, "the log says nothing of {name}");
                assert_eq!(file.headers["observatory-partner"], "CCAS-DIJON");
                assert_eq!(file.headers["observatory-purpose"], "NEEDS_ANALYSIS");
                assert_eq!(file.headers["observatory-charter"], "39-2014");
                assert_eq!(file.headers["cache-control"], "private, no-store");
                assert_eq!(file.headers["content-language"], "en");
                let disposition = file.headers["content-disposition"].to_str().unwrap();
                let named = format!("observatoire-CCAS-DIJON-2026-11-23-{path}.{}\"", format.extension());
                assert!(disposition.ends_with(&named), "{disposition}");
                let bytes =
                    |part: &str| file.bytes.windows(part.len()).any(|window| window == part.as_bytes());
                assert!(bytes("CCAS-DIJON") && bytes("NEEDS_ANALYSIS") && bytes("39-2014"), "{name}");
                let head = asked(app, analyst, "HEAD", &address);
                assert_eq!((head.status.as_u16(), head.bytes.len()), (200, 0));
                for header in ["content-type", "content-length", "observatory-partner", "content-disposition"]
                {
                    assert_eq!(head.headers[header], file.headers[header], "{name}: {header}");
                }
                let public = got(app, who("public"), &address);
                assert!(!public.headers.contains_key("observatory-partner"));
            }
        }
    }
}

#[test]
fn what_cannot_be_drawn_is_refused_with_its_reason() {
    let app = everywhere().next().unwrap();
    let public = who("public");
    let communes = "level=COMMUNE&within=242100410";
    for (address, status, code, word) in [
        ("/export/%ff".to_owned(), 404, "NOT_FOUND", "csv-fr"),
        ("/documents/%ff".to_owned(), 404, "NOT_FOUND", ""),
        ("/chart/%ff".to_owned(), 404, "NOT_FOUND", "svg, png, pdf, vega-lite"),
        (format!("/chart/geojson?kind=BAR&indicators=REV03&{communes}"), 404, "NOT_FOUND", "vega-lite"),
        ("/map/tiff".to_owned(), 404, "NOT_FOUND", "topojson"),
        ("/graphq".to_owned(), 404, "NOT_FOUND", "/graphql"),
        ("/export".to_owned(), 404, "NOT_FOUND", "/export, /chart"),
        (
            format!("/export/csv?indicators=REV03&level=TOWN&{}", "language=de"),
            400,
            "BAD_REQUEST",
            "«\u{a0}TOWN\u{a0}»",
        ),
        (
            format!("/export/csv?indicators=REV03&{communes}&language=de"),
            400,
            "BAD_REQUEST",
            "«\u{a0}de\u{a0}»",
        ),
        (format!("/chart/svg?indicators=REV03&{communes}"), 400, "BAD_REQUEST", "kind"),
        (format!("/chart/svg?kind=PIE&indicators=REV03&{communes}"), 400, "BAD_REQUEST", "SMALL_MULTIPLES"),
        (format!("/chart/png?kind=BAR&indicators=REV03&{communes}&width=9000"), 400, "BAD_REQUEST", "9000"),
        (
            format!("/chart/png?kind=BAR&indicators=REV03&{communes}&colour=red"),
            400,
            "BAD_REQUEST",
            "width, language",
        ),
        (
            "/chart/pdf?kind=PYRAMID&indicators=REV03&territories=21231".to_owned(),
            400,
            "CHART_INVALID",
            "pyramide",
        ),
        (format!("/chart/pdf?kind=BAR&indicators=XXX99&{communes}"), 400, "CODE_UNKNOWN", "XXX99"),
        (format!("/chart/pdf?kind=BAR&indicators=REV03&{communes}&mark=99999"), 400, "CODE_UNKNOWN", "99999"),
        (format!("/map/geojson?{communes}"), 400, "BAD_REQUEST", "indicator"),
        (
            format!("/map/png?indicator=DEM01&{communes}&representation=CHOROPLETH"),
            400,
            "MAP_INVALID",
            "cercles",
        ),
        (format!("/map/png?indicator=REV03&{communes}&method=MANUAL"), 400, "MAP_INVALID", "bounds"),
        (
            format!("/map/png?indicator=REV03&{communes}&bounds=1,two"),
            400,
            "BAD_REQUEST",
            "«\u{a0}two\u{a0}»",
        ),
        (format!("/map/png?indicator=REV03&{communes}&periods=2021-Q9"), 400, "PERIOD_INVALID", "2021-Q9"),
    ] {
        let answer = asked(app, public, "GET", &address);
        assert_eq!(answer.status, status, "{address}: {}", answer.text());
        assert_eq!(answer.headers["content-type"], "application/problem+json; charset=utf-8", "{address}");
        assert_eq!(answer.json()["code"], code, "{address}: {}", answer.text());
        assert!(answer.json()["detail"].as_str().unwrap().contains(word), "{address}: {}", answer.text());
    }
    let mut request = Request::get(format!("/map/svg?{MAP}"));
    request = request.header("authorization", "Bearer nonsense");
    assert_eq!(app.send(request.body(axum::body::Body::empty()).unwrap()).status, 401);
}

#[test]
fn a_picture_of_too_many_pixels_is_refused_and_its_drawing_is_not() {
    let app = everywhere().next().unwrap();
    let public = who("public");
    let query = r#"{ territories(filter: { level: IRIS, within: "242100410", asOf: "2024-06-01" }, first: 60) { nodes { code } } }"#;
    let data = app.ask(public, query).data();
    let nodes = data["territories"]["nodes"].as_array().unwrap();
    let codes: Vec<&str> = nodes.iter().map(|node| node["code"].as_str().unwrap()).collect();
    assert_eq!(codes.len(), 60);
    let parameters = format!(
        "kind=BAR&indicators=PRE03&series=PERIOD&periods=2014,2015,2016,2017,2018,2019,2020&asOf=2024-06-01&territories={}",
        codes.join(",")
    );
    let refused = asked(app, public, "GET", &format!("/chart/png?{parameters}"));
    assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (400, &json!("CHART_INVALID")));
    assert!(refused.text().contains("8000"), "{}", refused.text());
    for format in ["svg", "pdf"] {
        got(app, public, &format!("/chart/{format}?{parameters}"));
    }
}
