//! The programs of `docs/clients.md` print what `observations` tells, what is withheld included.

mod grafana;
pub mod tools;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

use entity::types::Role;
use serde_json::Value;

use crate::support::app::{Caller, sqlite, who};

/// Whose token the programs have: it declares no purpose, so that their header has to.
const DASHBOARD: Caller = Caller {
    name: "dashboard without purpose",
    partner: Some("CCAS-DIJON"),
    roles: &[Role::Reader],
    purpose: None,
    client: Some("dashboard"),
};

/// What the programs ask for: masked for some, shown for others.
const BY_AGE: &str =
    r#"indicators: ["PRE03"], level: COMMUNE, within: "242100410", periods: ["2024"], dimensions: ["AGE"]"#;

/// The number, or what stands in its place.
type Figure = Result<f64, String>;

/// Figures by what they are of.
type Figures = BTreeMap<[String; 2], Figure>;

/// The address of the observatory on a socket of this machine.
fn address() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| format!("http://{}", sqlite().listen()))
}

/// What a program says, with a token.
fn output(command: &mut Command, token: &str) -> Output {
    command
        .env("OBSERVATOIRE_URL", address())
        .env("OBSERVATOIRE_TOKEN", token)
        .env("OBSERVATOIRE_PURPOSE", "NEEDS_ANALYSIS")
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .unwrap()
}

/// What a program prints, once it was seen to stop at a bad token, with nothing printed.
fn printed(command: impl Fn() -> Command) -> String {
    let refused = output(&mut command(), "none");
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && refused.stdout.is_empty(), "a bad token passes: {said}");
    assert!(said.contains("TOKEN_INVALID") || said.contains("401"), "{said}");
    let answered = output(&mut command(), &sqlite().token(&DASHBOARD).unwrap());
    assert!(answered.status.success(), "{}", String::from_utf8_lossy(&answered.stderr));
    String::from_utf8(answered.stdout).unwrap()
}

/// What `observations` tells, by what `key` picks; with `instead` where there is no number.
fn told(filter: &str, key: impl Fn(&Value) -> [String; 2], instead: &str) -> Figures {
    let query = format!(
        "{{ observations(first: 500, filter: {{ {filter} }}) {{ nodes {{ territory {{ code name }} period breakdown {{ code label }} value symbol withheld }} }} }}"
    );
    let body = serde_json::json!({ "query": query });
    let data = sqlite().ask_with(who("third-party dashboard"), &body, "en").data();
    let nodes = data["observations"]["nodes"].as_array().unwrap();
    let figure = |node: &Value| {
        assert_eq!(node["value"].is_null(), node["withheld"].is_string(), "{node}");
        node["value"].as_f64().ok_or_else(|| text(&node[instead]))
    };
    let figures: Figures = nodes.iter().map(|node| (key(node), figure(node))).collect();
    assert!(figures.values().any(Result::is_ok) && figures.values().any(Result::is_err), "{figures:?}");
    figures
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn by_names(node: &Value) -> [String; 2] {
    [text(&node["territory"]["name"]), text(&node["breakdown"][0]["label"])]
}

fn by_codes(node: &Value) -> [String; 2] {
    [text(&node["territory"]["code"]), text(&node["breakdown"][0]["code"])]
}

/// The tables that a program prints, one after another: a header, then rows, all with tabs, up to an empty line.
fn tables(printed: &str) -> Vec<Vec<BTreeMap<String, String>>> {
    let printed = printed.replace("\r\n", "\n");
    let cells = |line: &str| line.split('\t').map(str::to_owned).collect::<Vec<_>>();
    let table = |text: &str| {
        let mut lines = text.lines();
        let header = cells(lines.next().unwrap());
        lines.map(|line| header.iter().cloned().zip(cells(line)).collect()).collect()
    };
    printed.trim_end_matches('\n').split("\n\n").map(table).collect()
}

/// The figures of a printed table: its number, or what stands in the column `instead`, never both, never nothing.
fn figures(rows: &[BTreeMap<String, String>], key: [&str; 2], instead: &str) -> Figures {
    let figure = |row: &BTreeMap<String, String>| match (row["value"].as_str(), row[instead].as_str()) {
        (number, "") => Ok(number.parse().unwrap()),
        ("", reason) => Err(reason.to_owned()),
        both => panic!("a number and a reason: {both:?}"),
    };
    rows.iter().map(|row| (key.map(|column| row[column].clone()), figure(row))).collect()
}

/// Sums over ages by commune and year: nothing where an age is withheld.
fn sums() -> BTreeMap<[String; 2], Option<f64>> {
    let filter = BY_AGE.replace(r#"periods: ["2024"]"#, r#"from: "2023""#);
    let mut sums: BTreeMap<[String; 2], Option<f64>> = BTreeMap::new();
    let query = format!(
        "{{ observations(first: 500, filter: {{ {filter} }}) {{ nodes {{ territory {{ code }} period value }} }} }}"
    );
    let data = sqlite().ask(who("third-party dashboard"), &query).data();
    for node in data["observations"]["nodes"].as_array().unwrap() {
        let sum = sums.entry([text(&node["territory"]["code"]), text(&node["period"])]).or_insert(Some(0.0));
        *sum = sum.zip(node["value"].as_f64()).map(|(sum, value)| sum + value);
    }
    assert!(sums.values().any(Option::is_some) && sums.values().any(Option::is_none));
    sums
}

/// The sums that a program prints.
fn printed_sums(printed: &str, territory: &str) -> BTreeMap<[String; 2], Option<f64>> {
    let row = |row: &BTreeMap<String, String>| {
        let value = Some(row["value"].as_str()).filter(|text| !text.is_empty());
        ([row[territory].clone(), row["period"].clone()], value.map(|text| text.parse().unwrap()))
    };
    tables(printed)[0].iter().map(row).collect()
}

fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/clients").join(path)
}

#[test]
fn javascript_prints_what_is_told() {
    let Some(folder) = tools::ready("JavaScript", tools::javascript()) else { return };
    tools::built(&folder);
    let program = |name: &'static str| {
        let folder = folder.clone();
        move || {
            let mut command = Command::new("node");
            command.current_dir(&folder).arg(format!("dist/{name}.js"));
            command
        }
    };
    let figure = |text: &str| -> Figure { text.replace(',', "").parse().or(Err(text.to_owned())) };
    let table = printed(program("table"));
    let mut lines = table.lines().take_while(|line| !line.is_empty()).map(|line| line.split('\t'));
    let ages: Vec<&str> = lines.next().unwrap().skip(1).collect();
    let mut found = Figures::new();
    for mut row in lines {
        let name = row.next().unwrap();
        found.extend(row.zip(&ages).map(|(cell, age)| ([name.to_owned(), (*age).to_owned()], figure(cell))));
    }
    assert_eq!(found, told(BY_AGE, by_names, "symbol"));
    assert!(table.contains("\ns: "), "the sign is explained below: {table}");
    let map = printed(program("map"));
    let rate = r#"indicators: ["REV03"], level: COMMUNE, within: "242100410", periods: ["2021"]"#;
    let shades: Figures = map
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let value = figure(cells[1]);
            assert_eq!(
                (cells[2].is_empty(), cells[3].is_empty()),
                (value.is_err(), value.is_err()),
                "{line}"
            );
            ([cells[0].to_owned(), String::new()], value)
        })
        .collect();
    assert_eq!(shades, told(rate, |node| [text(&node["territory"]["name"]), String::new()], "symbol"));
}

#[test]
fn python_prints_what_is_told() {
    let Some(python) = tools::ready("Python", tools::python()) else { return };
    let program = |path: &'static str| {
        let python = python.clone();
        move || {
            let mut command = Command::new(&python);
            command.arg("-B").arg(file(path)).env("OBSERVATOIRE_COPY", ":memory:");
            command
        }
    };
    let frame = tables(&printed(program("python/dataframe.py"))).remove(0);
    let of_codes = |node: &Value| [text(&node["territory"]["code"]), text(&node["breakdown"][0]["label"])];
    assert_eq!(figures(&frame, ["territory.code", "age"], "symbol"), told(BY_AGE, of_codes, "symbol"));
    assert_eq!(printed_sums(&printed(program("python/pages.py")), "territory.code"), sums());
    let exports = tables(&printed(program("python/exports.py")));
    assert_eq!(exports.len(), 3);
    for export in exports {
        assert_eq!(figures(&export, ["territory", "AGE"], "withheld"), told(BY_AGE, by_codes, "withheld"));
    }
    assert_eq!(printed_sums(&printed(program("superset/to_sql.py")), "territory"), sums());
}

#[test]
fn r_prints_what_is_told() {
    let Some(()) = tools::ready("R", tools::r()) else { return };
    let program = |path: &'static str| {
        move || {
            let mut command = Command::new("Rscript");
            command.arg("--vanilla").arg(file(path));
            command
        }
    };
    let table = tables(&printed(program("r/table.R"))).remove(0);
    assert_eq!(figures(&table, ["name", "age"], "symbol"), told(BY_AGE, by_names, "symbol"));
    let export = tables(&printed(program("r/export.R"))).remove(0);
    assert_eq!(figures(&export, ["territory", "AGE"], "withheld"), told(BY_AGE, by_codes, "withheld"));
}
