//! How long tables, charts, maps and files take, on the demonstration, from the request to the last byte of the answer.
//!
//! `cargo bench --bench presenting`: SQLite in a folder of its own, an analyst of a signatory, tokens verified, masks and
//! rights applied, the log of access written; each asked 5 times first, then 40 times, one after the other.

#![expect(clippy::print_stdout, reason = "what is measured is printed")]

use std::{error::Error, time::Instant};

use axum::{body::Body, http::Request};
use observatoire::{cli::asker::Asker, config::Settings, language::Language};
use serde_json::json;

/// That of the server.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

type Fault = Box<dyn Error + Send + Sync>;

const WARM: usize = 5;
const RUNS: usize = 40;

/// What is asked, and what it is called.
const QUERIES: [(&str, &str); 6] = [
    (
        "table of 10,000 cells (500 rows × 20 columns), value and sign",
        r#"{ table(input: { rows: [TERRITORY, BREAKDOWN], columns: [PERIOD, INDICATOR], indicators: ["PRE03", "PRE08"], territories: { level: IRIS, within: "242100410" }, periods: { from: "2016" }, dimensions: ["AGE"], totals: true }) { cells { value symbol } } }"#,
    ),
    (
        "map of all IRIS as SVG",
        r#"{ map(input: { indicator: "PRE04", territories: { level: IRIS, within: "242100410" }, periods: { periods: ["2023"] } }) { svg } }"#,
    ),
    (
        "the same as GeoJSON",
        r#"{ map(input: { indicator: "PRE04", territories: { level: IRIS, within: "242100410" }, periods: { periods: ["2023"] } }) { features } }"#,
    ),
    (
        "chart of 23 bars as SVG",
        r#"{ chart(input: { kind: BAR, indicators: ["REV03"], territories: { level: COMMUNE, within: "242100410" } }) { svg } }"#,
    ),
    (
        "chart of 23 small multiples of 12 years as SVG",
        r#"{ chart(input: { kind: SMALL_MULTIPLES, indicators: ["PRE03"], territories: { level: COMMUNE, within: "242100410" }, periods: { from: "2014" } }) { svg } }"#,
    ),
    (
        "profile of Dijon, every line",
        r#"{ profile(input: { territory: "21231" }) { sections { title lines { label observation { value symbol } change { value } rank { among rank { value } } comparisons { observation { value symbol } gap { value } trend } } } } }"#,
    ),
];

/// What is drawn and printed.
const FILES: [&str; 5] = [
    "/chart/png?kind=BAR&indicators=REV03&level=COMMUNE&within=242100410",
    "/chart/pdf?kind=BAR&indicators=REV03&level=COMMUNE&within=242100410",
    "/map/png?indicator=PRE04&level=IRIS&within=242100410&periods=2023",
    "/profile/html?territory=21231&template=NEEDS_ANALYSIS",
    "/profile/pdf?territory=21231&template=NEEDS_ANALYSIS",
];

/// Files of the same table.
const TABLE: &str = "indicators=PRE03,PRE08&level=IRIS&within=242100410&from=2016&dimensions=AGE&totals=true";

/// Asks again and again; prints the half, the slowest tenth and the size.
async fn measure(
    asker: &Asker,
    name: &str,
    request: impl Fn() -> Result<Request<Body>, Fault>,
) -> Result<(), Fault> {
    let (mut times, mut size) = (Vec::new(), 0);
    for run in 0..WARM + RUNS {
        let request = request()?;
        let begun = Instant::now();
        let (status, bytes) = asker.ask(request).await?;
        if !status.is_success() || bytes.starts_with(b"{\"errors\"") || bytes.starts_with(b"{\"data\":null") {
            return Err(format!("{name}: {status} {}", String::from_utf8_lossy(&bytes)).into());
        }
        if run >= WARM {
            times.push(begun.elapsed());
        }
        size = bytes.len();
    }
    times.sort_unstable();
    let at = |part: usize| times.get(times.len() * part / 100).map_or(0.0, |time| time.as_secs_f64() * 1e3);
    println!("{name:<62} {:>7.1} ms half, {:>7.1} ms of a tenth, {:>9} bytes", at(50), at(90), size);
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let settings = Settings { data: folder.path().to_path_buf(), ..Settings::default() };
    let asker = Asker::open(&settings).await?;
    for (name, query) in QUERIES {
        let body = json!({ "query": query });
        measure(&asker, name, || asker.query(&body, Language::French)).await?;
    }
    for format in observatoire::export::Format::ALL {
        let path = format!("/export/{}?{TABLE}", format.word());
        measure(&asker, &format!("the table as a file: {}", format.word()), || asker.file(&path)).await?;
    }
    for path in FILES {
        let name = path.split('?').next().unwrap_or(path);
        measure(&asker, name, || asker.file(path)).await?;
    }
    Ok(())
}
