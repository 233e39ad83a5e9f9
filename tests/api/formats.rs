//! Files in every format, opened with readers that others wrote. The programs are in `tests/formats`: they hold each figure
//! against what `observations` tells the same caller, and print a list of what they checked.

use std::{
    collections::{BTreeSet, HashSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use axum::http::Request;
use observatoire::export::{DrawingFormat, Format};
use serde_json::{Map, Value, json};

use crate::{
    clients::tools,
    protocol::{passed, printed},
    support::app::{Caller, TestApp, sqlite, who},
};

/// Who asks: to the one figures are masked that are open to the other.
const ASKING: [&str; 2] = ["analyst", "analyst with an unmasked grant"];

/// What is asked of a figure.
const FIGURE: &str = "value withheld symbol obsStatus period indicator { code source { audience } } territory { code name } breakdown { dimension code }";

/// Width of the drawings.
const WIDTH: u32 = 700;

/// Checks of the readers in Python: 14 of a table, 4 of a chart, 6 of a map, 2 of a profile.
const READ: usize = 14 * TABLES.len() + 4 * 8 + 6 * 3 + 2 * PROFILES.len();

/// Checks of what draws: 4 of a chart, 5 of a map.
const DRAWN: usize = 4 * 8 + 5 * 3;

/// What files are asked for, and the observations that are in them.
struct Asked {
    name: &'static str,
    path: &'static str,
    /// Kind of a chart, representation of a map.
    kind: &'static str,
    parameters: &'static str,
    dimensions: &'static [&'static str],
    filters: &'static [&'static str],
}

/// What stands in tables: masks beside what they hide, rates, two dimensions that are crossed.
const TABLES: &[Asked] = &[
    Asked {
        name: "ages",
        path: "export",
        kind: "",
        parameters: "indicators=PRE03&level=IRIS&within=242100410&asOf=2024-06-01&periods=2024,2025&dimensions=AGE&totals=true",
        dimensions: &["AGE"],
        filters: &[
            r#"indicators: ["PRE03"], level: IRIS, within: "242100410", asOf: "2024-06-01", periods: ["2024", "2025"], dimensions: ["AGE"]"#,
            r#"indicators: ["PRE03"], level: IRIS, within: "242100410", asOf: "2024-06-01", periods: ["2024", "2025"]"#,
            r#"indicators: ["PRE03"], territories: ["242100410"], periods: ["2024", "2025"], dimensions: ["AGE"]"#,
            r#"indicators: ["PRE03"], territories: ["242100410"], periods: ["2024", "2025"]"#,
        ],
    },
    Asked {
        name: "rates",
        path: "export",
        kind: "",
        parameters: "indicators=REV02,REV03,PRE04&level=COMMUNE&within=242100410&periods=2021,2023,2024&columns=PERIOD",
        dimensions: &[],
        filters: &[
            r#"indicators: ["REV02", "REV03", "PRE04"], level: COMMUNE, within: "242100410", periods: ["2021", "2023", "2024"]"#,
        ],
    },
    Asked {
        name: "crossed",
        path: "export",
        kind: "",
        parameters: "indicators=EMP02&level=COMMUNE&within=242100410&periods=2024&dimensions=AGE,SEXE",
        dimensions: &["AGE", "SEXE"],
        filters: &[
            r#"indicators: ["EMP02"], level: COMMUNE, within: "242100410", periods: ["2024"], dimensions: ["AGE", "SEXE"]"#,
        ],
    },
];

/// A chart of every kind, and maps.
const DRAWINGS: &[Asked] = &[
    Asked {
        name: "line",
        path: "chart",
        kind: "LINE",
        parameters: "kind=LINE&indicators=PRE03&territories=21166,21515,21617&from=2023",
        dimensions: &[],
        filters: &[r#"indicators: ["PRE03"], territories: ["21166", "21515", "21617"], from: "2023""#],
    },
    Asked {
        name: "bar",
        path: "chart",
        kind: "BAR",
        parameters: "kind=BAR&indicators=REV03&level=COMMUNE&within=242100410&periods=2021&mark=21231",
        dimensions: &[],
        filters: &[r#"indicators: ["REV03"], level: COMMUNE, within: "242100410", periods: ["2021"]"#],
    },
    Asked {
        name: "stacked",
        path: "chart",
        kind: "STACKED_BAR",
        parameters: "kind=STACKED_BAR&indicators=PRE03&territories=21231X001,21231X002,21231X003,21231X004,21166X001,21166X002&asOf=2024-06-01&periods=2024&series=BREAKDOWN&dimensions=AGE",
        dimensions: &["AGE"],
        filters: &[
            r#"indicators: ["PRE03"], territories: ["21231X001", "21231X002", "21231X003", "21231X004", "21166X001", "21166X002"], asOf: "2024-06-01", periods: ["2024"], dimensions: ["AGE"]"#,
        ],
    },
    Asked {
        name: "pyramid",
        path: "chart",
        kind: "PYRAMID",
        parameters: "kind=PYRAMID&indicators=EMP02&territories=21231&periods=2024&dimensions=AGE,SEXE",
        dimensions: &["AGE", "SEXE"],
        filters: &[
            r#"indicators: ["EMP02"], territories: ["21231"], periods: ["2024"], dimensions: ["AGE", "SEXE"]"#,
        ],
    },
    Asked {
        name: "scatter",
        path: "chart",
        kind: "SCATTER",
        parameters: "kind=SCATTER&indicators=REV02,REV03&level=COMMUNE&within=242100410&periods=2021&mark=21166",
        dimensions: &[],
        filters: &[
            r#"indicators: ["REV02", "REV03"], level: COMMUNE, within: "242100410", periods: ["2021"]"#,
        ],
    },
    Asked {
        name: "slope",
        path: "chart",
        kind: "SLOPE",
        parameters: "kind=SLOPE&indicators=PRE03&territories=21231X001,21231X002,21231X003,21231X004,21166X001,21166X002&asOf=2024-06-01&periods=2024,2025",
        dimensions: &[],
        filters: &[
            r#"indicators: ["PRE03"], territories: ["21231X001", "21231X002", "21231X003", "21231X004", "21166X001", "21166X002"], asOf: "2024-06-01", periods: ["2024", "2025"]"#,
        ],
    },
    Asked {
        name: "multiples",
        path: "chart",
        kind: "SMALL_MULTIPLES",
        parameters: "kind=SMALL_MULTIPLES&indicators=PRE03&level=COMMUNE&within=242100410&from=2023",
        dimensions: &[],
        filters: &[r#"indicators: ["PRE03"], level: COMMUNE, within: "242100410", from: "2023""#],
    },
    Asked {
        name: "distribution",
        path: "chart",
        kind: "DISTRIBUTION",
        parameters: "kind=DISTRIBUTION&indicators=REV03&level=COMMUNE&within=242100410&periods=2021&mark=21166",
        dimensions: &[],
        filters: &[r#"indicators: ["REV03"], level: COMMUNE, within: "242100410", periods: ["2021"]"#],
    },
    Asked {
        name: "shades",
        path: "map",
        kind: "CHOROPLETH",
        parameters: "indicator=REV03&level=COMMUNE&within=242100410&periods=2021&method=QUANTILES&classes=4",
        dimensions: &[],
        filters: &[r#"indicators: ["REV03"], level: COMMUNE, within: "242100410", periods: ["2021"]"#],
    },
    Asked {
        name: "circles",
        path: "map",
        kind: "PROPORTIONAL_CIRCLES",
        parameters: "indicator=PRE03&level=IRIS&within=242100410&asOf=2024-06-01&periods=2024&breakdown=AGE:MOINS_25",
        dimensions: &["AGE"],
        filters: &[
            r#"indicators: ["PRE03"], level: IRIS, within: "242100410", asOf: "2024-06-01", periods: ["2024"], breakdown: [{ dimension: "AGE", category: "MOINS_25" }]"#,
        ],
    },
    Asked {
        name: "periods",
        path: "map",
        kind: "CHOROPLETH",
        parameters: "indicator=PRE04&level=IRIS&within=242100410&asOf=2024-06-01&periods=2024,2025",
        dimensions: &[],
        filters: &[
            r#"indicators: ["PRE04"], level: IRIS, within: "242100410", asOf: "2024-06-01", periods: ["2024", "2025"]"#,
        ],
    },
];

/// Names, parameters, and inputs of profiles: a large commune, and one that is small enough for masks.
const PROFILES: [[&str; 3]; 2] = [
    ["needs", "territory=21166&template=NEEDS_ANALYSIS", r#"territory: "21166", template: "NEEDS_ANALYSIS""#],
    ["small", "territory=21003&template=NEEDS_ANALYSIS", r#"territory: "21003", template: "NEEDS_ANALYSIS""#],
];

/// What a caller gets at an address.
fn got(app: &TestApp, caller: &Caller, address: &str) -> Vec<u8> {
    let token = app.token(caller).unwrap();
    let request = Request::get(address)
        .header("accept-language", "fr")
        .header("authorization", format!("Bearer {token}"))
        .body(axum::body::Body::empty())
        .unwrap();
    let answer = app.send(request);
    assert_eq!(answer.status, 200, "{} {address}: {}", caller.name, answer.text());
    answer.bytes
}

/// A figure as the programs are told of it.
fn figure(node: &Value) -> Value {
    let breakdown: Map<String, Value> = list(node, "breakdown")
        .iter()
        .map(|category| (category["dimension"].as_str().unwrap().to_owned(), category["code"].clone()))
        .collect();
    json!({
        "indicator": node["indicator"]["code"],
        "territory": node["territory"]["code"],
        "name": node["territory"]["name"],
        "period": node["period"],
        "breakdown": breakdown,
        "value": node["value"],
        "withheld": node["withheld"],
        "symbol": node["symbol"],
        "status": node["obsStatus"],
        "audience": node["indicator"]["source"]["audience"],
    })
}

/// What `observations` tells a caller.
fn told(app: &TestApp, caller: &Caller, filters: &[&str]) -> Vec<Value> {
    let mut figures = Vec::new();
    for filter in filters {
        let mut after = String::new();
        loop {
            let query = format!(
                "{{ observations(filter: {{ {filter} }}, first: 500{after}) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {FIGURE} }} }} }}"
            );
            let page = app.ask(caller, &query).data()["observations"].take();
            figures.extend(list(&page, "nodes").iter().map(figure));
            if page["pageInfo"]["hasNextPage"] != true {
                break;
            }
            after = format!(", after: {}", page["pageInfo"]["endCursor"]);
        }
    }
    figures
}

/// The lines of a profile, each with the figure of its territory and those beside it.
fn lines(app: &TestApp, caller: &Caller, input: &str) -> Vec<Value> {
    let query = format!(
        "{{ profile(input: {{ {input} }}) {{ sections {{ lines {{ label observation {{ {FIGURE} }} comparisons {{ observation {{ {FIGURE} }} }} }} }} }} }}"
    );
    let profile = app.ask(caller, &query).data()["profile"].take();
    let lines = list(&profile, "sections").iter().flat_map(|section| list(section, "lines"));
    let line = |line: &Value| {
        let beside = list(line, "comparisons").iter().map(|of| &of["observation"]);
        let figures: Vec<Value> = [&line["observation"]].into_iter().chain(beside).map(figure).collect();
        json!({ "label": line["label"], "figures": figures })
    };
    lines.map(line).collect()
}

/// Writes every file that a caller is given of what is asked for, and gives what was told of it.
fn files(app: &TestApp, caller: &Caller, folder: &Path, asked: &Asked) -> Value {
    let formats: Vec<&str> = match asked.path {
        "export" => Format::ALL.iter().map(|format| format.word()).collect(),
        "map" => DrawingFormat::OF_MAPS.iter().map(|format| format.word()).collect(),
        _ => DrawingFormat::OF_CHARTS.iter().map(|format| format.word()).collect(),
    };
    let width = if asked.path == "export" { String::new() } else { format!("&width={WIDTH}") };
    for format in formats {
        let bytes = got(app, caller, &format!("/{}/{format}?{}{width}", asked.path, asked.parameters));
        fs::write(folder.join(format!("{}.{format}", asked.name)), bytes).unwrap();
    }
    let figures = told(app, caller, asked.filters);
    let of_partners = figures.iter().any(|figure| figure["audience"] != "PUBLIC");
    json!({
        "name": asked.name,
        "ofPartners": of_partners,
        "path": asked.path,
        "kind": asked.kind,
        "width": WIDTH,
        "dimensions": asked.dimensions,
        "figures": figures,
    })
}

/// Writes all files that a caller is given into a folder, and beside them what is expected of them. Of what is masked to the
/// caller no file may hold the true amount.
fn written(app: &TestApp, caller: &Caller, folder: &Path) -> Value {
    let mut profiles = Vec::new();
    for [name, parameters, input] in PROFILES {
        for format in DrawingFormat::OF_PROFILES {
            let bytes = got(app, caller, &format!("/profile/{}?{parameters}&language=fr", format.word()));
            fs::write(folder.join(format!("{name}.{}", format.word())), bytes).unwrap();
        }
        profiles.push(json!({ "name": name, "lines": lines(app, caller, input) }));
    }
    let of =
        |all: &[Asked]| -> Vec<Value> { all.iter().map(|asked| files(app, caller, folder, asked)).collect() };
    let mut expected = json!({
        "partner": caller.partner,
        "tables": of(TABLES),
        "drawings": of(DRAWINGS),
        "profiles": profiles,
    });
    let shown: HashSet<String> =
        figures(&expected).filter_map(|figure| Some(format!("{:.0}", figure["value"].as_f64()?))).collect();
    let amounts = app.canaries.iter().map(|canary| canary.amount.clone());
    let secrets: BTreeSet<String> =
        amounts.filter(|amount| amount.len() > 5 && !shown.contains(amount)).collect();
    expected["secrets"] = json!(secrets);
    fs::write(folder.join("expected.json"), expected.to_string()).unwrap();
    expected
}

/// What stands in a list.
fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of[name].as_array().unwrap()
}

/// Every figure that is expected.
fn figures(expected: &Value) -> impl Iterator<Item = &Value> {
    let lines = list(expected, "profiles").iter().flat_map(|profile| list(profile, "lines"));
    let all = list(expected, "tables").iter().chain(list(expected, "drawings")).chain(lines);
    all.flat_map(|one| list(one, "figures"))
}

/// The readers in Python; none where they cannot be run.
fn readers() -> Option<PathBuf> {
    static READERS: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    tools::ready("Python, for formats,", READERS.get_or_init(tools::readers).clone())
}

/// The folder of what draws, with its packages; none where it cannot be run.
fn drawers() -> Option<PathBuf> {
    static DRAWERS: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    tools::ready("JavaScript, for formats,", DRAWERS.get_or_init(tools::formats).clone())
}

#[test]
fn readers_that_others_wrote_read_what_observations_tell() {
    let (readers, drawers) = (readers(), drawers());
    if readers.is_none() && drawers.is_none() {
        return;
    }
    let mut hidden = Vec::new();
    for name in ASKING {
        let folder = tempfile::tempdir().unwrap();
        let expected = written(sqlite(), who(name), folder.path());
        // Something is masked here, so that a mask could be told.
        assert!(figures(&expected).any(|figure| figure["symbol"] == "s"), "nothing is masked to {name}");
        hidden.push(list(&expected, "secrets").len());
        if let Some(python) = &readers {
            let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats/read.py");
            let checks = printed(Command::new(python).arg("-B").arg(program).arg(folder.path()));
            passed(&checks);
            assert_eq!(checks.len(), READ, "{name}");
        }
        if let Some(programs) = &drawers {
            let mut command = Command::new("node");
            let checks = printed(command.current_dir(programs).arg("vega.mjs").arg(folder.path()));
            passed(&checks);
            assert_eq!(checks.len(), DRAWN, "{name}");
        }
    }
    // The grant opens true numbers that the other one is not told.
    assert!(0 < hidden[1] && hidden[1] < hidden[0], "{hidden:?}");
}
