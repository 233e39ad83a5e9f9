//! How long a record of access takes to be kept, alone and in a crowd, and how long a log takes to be verified.
//!
//! `cargo bench --bench access_log`: 100,000 records; another number with `-- 20000`, another database with
//! `DATABASE_URL`, which must hold nothing.

#![expect(clippy::print_stdout, reason = "what is measured is printed")]

use std::{
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::Utc;
use entity::types::{Level, Purpose, Role};
use futures_util::{StreamExt as _, stream};
use observatoire::{
    access_log::{Counts, Entry, SourceAccess},
    secrecy::Keyring,
    store::{AccessLog, Reference, Store},
};

/// That of the server.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Records that are written one after the other.
const ALONE: u32 = 300;
/// Requests that wait for their record at once.
const CROWD: usize = 64;

fn entry(number: u32) -> Entry {
    let source = |code: &str| SourceAccess {
        source: code.to_owned(),
        counts: Counts { shown: number % 500, withheld: number % 70, ..Counts::default() },
        levels: vec![(Level::Commune, 1), (Level::Iris, 24)],
        territories: (0..25).map(|iris| format!("21231{:04}", 101 + iris)).collect(),
        territory_count: 25,
    };
    Entry {
        at: Utc::now(),
        subject: format!("somebody-{}", number % 60),
        client: None,
        partner: "CCAS-DIJON".to_owned(),
        roles: vec![Role::Analyst],
        purpose: Some(Purpose::NeedsAnalysis),
        operation_name: Some("Besoins".to_owned()),
        sources: vec![source("CAF-ALLOC"), source("FT-DE")],
    }
}

fn milliseconds(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let at = |share: usize| times.get((times.len() * share / 100).min(times.len().saturating_sub(1)));
    let told = |share| at(share).map_or(0.0, |time| time.as_secs_f64() * 1_000.0);
    format!("{:.2} ms at the middle, {:.2} ms at 99 %, {:.2} ms at most", told(50), told(99), told(100))
}

async fn timed(log: &AccessLog, number: u32) -> Result<Duration, Box<dyn Error>> {
    let clock = Instant::now();
    log.write(entry(number)).await?;
    Ok(clock.elapsed())
}

async fn measure(records: u32, url: &str) -> Result<(), Box<dyn Error>> {
    let store = Store::connect(url, 8).await?;
    store.migrate().await?;
    let reference = Arc::new(Reference {
        gazetteer: store.gazetteer().await?,
        catalogue: store.catalogue().await?,
        keyring: Keyring::new(&[7; 32]),
    });
    let log = AccessLog::start(&store, Arc::clone(&reference)).await?;
    let mut times = Vec::new();
    for number in 0..ALONE.min(records) {
        times.push(timed(&log, number).await?);
    }
    println!("one after the other: {}", milliseconds(&mut times));
    let clock = Instant::now();
    let rest = ALONE.min(records)..records;
    let crowd = stream::iter(rest.clone()).map(|number| timed(&log, number)).buffer_unordered(CROWD);
    let mut times = crowd.collect::<Vec<_>>().await.into_iter().collect::<Result<Vec<_>, _>>()?;
    println!(
        "{CROWD} at once: {:.0} records a second, {}",
        f64::from(rest.end - rest.start) / clock.elapsed().as_secs_f64(),
        milliseconds(&mut times)
    );
    let clock = Instant::now();
    let (_, verdict) = store.verify_log(&reference.keyring, None, &|_, _| {}).await?;
    let holds = verdict.holds();
    println!("{} records verified in {:.2} s: {holds}", verdict.records, clock.elapsed().as_secs_f64());
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let number = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    let folder = tempfile::tempdir()?;
    let embedded = format!("sqlite://{}?mode=rwc", folder.path().join("log.db").display());
    let url = std::env::var("DATABASE_URL").unwrap_or(embedded);
    tokio::runtime::Runtime::new()?.block_on(measure(number.unwrap_or(100_000), &url))
}
