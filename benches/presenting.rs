//! How long tables, charts, maps and files take, on the demonstration, from the request to the last byte of the answer.
//!
//! `cargo bench --bench presenting`: SQLite in a folder of its own, an analyst of a signatory, tokens verified, masks and
//! rights applied, the log of access written; each asked 5 times first, then 40 times, one after the other.

#![expect(clippy::print_stdout, reason = "what is measured is printed")]

use std::{error::Error, sync::Arc, time::Instant};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, header},
};
use chrono::{TimeDelta, Utc};
use entity::types::{PartnerCode, Purpose, Purposes, Role};
use observatoire::{
    auth::{
        Identity, IssuerKey,
        token::{Issuer, Links, Trust},
    },
    config::Settings,
    demonstration::{self, Silent},
    documents::{Place, Shelf},
    graphql,
    http::{self, App},
    release::desk::Desk,
    secrecy::Keyring,
    store::{AccessLog, Reference, Store},
};
use serde_json::json;
use tower::ServiceExt as _;

/// That of the server.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

type Fault = Box<dyn Error>;

const KEY: [u8; 32] = [7; 32];
const WARM: usize = 5;
const RUNS: usize = 40;
/// Most bytes of an answer.
const MOST_BYTES: usize = 256 << 20;

/// What is asked, and what it is called.
const QUERIES: [(&str, &str); 5] = [
    (
        "table of 10,000 cells (500 rows × 20 columns), value and sign",
        r#"{ table(input: { rows: [TERRITORY, BREAKDOWN], columns: [PERIOD, INDICATOR], indicators: ["PRE03", "PRE08"], territories: { level: IRIS, within: "242100410" }, periods: { from: "2016" }, dimensions: ["AGE"], totals: true }) { cells { value symbol } } }"#,
    ),
    (
        "map of all territories as SVG",
        r#"{ map(input: { indicator: "PRE04", territories: { within: "242100410" }, periods: { periods: ["2023"] } }) { svg } }"#,
    ),
    (
        "the same as GeoJSON",
        r#"{ map(input: { indicator: "PRE04", territories: { within: "242100410" }, periods: { periods: ["2023"] } }) { features } }"#,
    ),
    (
        "chart of 23 bars as SVG",
        r#"{ chart(input: { kind: BAR, indicators: ["REV03"], territories: { level: COMMUNE, within: "242100410" } }) { svg } }"#,
    ),
    (
        "chart of 23 small multiples of 12 years as SVG",
        r#"{ chart(input: { kind: SMALL_MULTIPLES, indicators: ["PRE03"], territories: { level: COMMUNE, within: "242100410" }, periods: { from: "2014" } }) { svg } }"#,
    ),
];

/// Files of the same table.
const TABLE: &str = "indicators=PRE03,PRE08&level=IRIS&within=242100410&from=2016&dimensions=AGE&totals=true";

async fn router(folder: &std::path::Path, issuer: &Issuer) -> Result<Router, Fault> {
    let url = format!("sqlite://{}?mode=rwc", folder.join("observatoire.db").display());
    let store = Store::connect(&url, 8).await?;
    store.migrate().await?;
    demonstration::build(&store, &Keyring::new(&KEY), &demonstration::Options::default(), &Silent).await?;
    let reference = Arc::new(Reference {
        gazetteer: store.gazetteer().await?,
        catalogue: store.catalogue().await?,
        keyring: Keyring::new(&KEY),
    });
    store.begin_log(&reference.keyring, Utc::now()).await?;
    let app = App {
        desk: Desk::new(store.clone(), Arc::clone(&reference)),
        access_log: AccessLog::start(&store, Arc::clone(&reference)).await?,
        shelf: Shelf::open(&Place::Folder(folder.join("documents")), 1, |folder| {
            std::fs::create_dir_all(folder)
        })?,
        store,
        reference,
        verifier: Arc::new(issuer.verifier()),
        links: Links::of(issuer),
        schema: graphql::schema(),
        clock: Arc::new(Utc::now),
    };
    let settings = Settings { data: folder.to_path_buf(), ..Settings::default() };
    Ok(http::router(app, &settings))
}

/// Asks again and again; prints the half, the slowest tenth and the size.
async fn measure(router: &Router, name: &str, request: impl Fn() -> Request<Body>) -> Result<(), Fault> {
    let (mut times, mut size) = (Vec::new(), 0);
    for run in 0..WARM + RUNS {
        let begun = Instant::now();
        let answer = router.clone().oneshot(request()).await?;
        let status = answer.status();
        let bytes = to_bytes(answer.into_body(), MOST_BYTES).await?;
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
    let defaults = Settings::default();
    let key = IssuerKey::from_pem(&IssuerKey::to_pem(&[42; 32])).ok_or("no key")?;
    let issuer = Issuer::new(key, Trust { issuer: defaults.issuer, audience: defaults.audience });
    let router = router(folder.path(), &issuer).await?;
    let identity = Identity {
        subject: "bench".to_owned(),
        client: None,
        partner: PartnerCode::parse("CCAS-DIJON")?,
        roles: vec![Role::Analyst],
        purposes: Purposes::all(),
        purpose: Some(Purpose::NeedsAnalysis),
    };
    let bearer = format!("Bearer {}", issuer.issue(&identity, Utc::now(), TimeDelta::hours(1))?);
    for (name, query) in QUERIES {
        let body = json!({ "query": query }).to_string();
        let request = || {
            let post = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
            post.header(header::AUTHORIZATION, &bearer).body(Body::from(body.clone())).unwrap_or_default()
        };
        measure(&router, name, request).await?;
    }
    for format in observatoire::export::Format::ALL {
        let address = format!("/export/{}?{TABLE}", format.word());
        let request = || {
            let get = Request::get(&address).header(header::AUTHORIZATION, &bearer);
            get.body(Body::empty()).unwrap_or_default()
        };
        measure(&router, &format!("the table as a file: {}", format.word()), request).await?;
    }
    Ok(())
}
