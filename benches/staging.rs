//! How long a file of a million rows takes to be checked and staged, and how much memory.
//!
//! `cargo bench --bench staging`: 1,000,000 rows about 20 indicators, each a cell of its own, once of a confidential
//! source (into the vault) and once of an open one (a row a figure); other numbers with `-- 100000 1`, another database
//! with `DATABASE_URL`, which must hold nothing.

#![expect(clippy::print_stdout, reason = "what is measured is printed")]

use std::{
    collections::BTreeMap,
    error::Error,
    fs::File,
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Instant,
};

use delivery_reader::Options;
use entity::{
    breakdown, category, dimension, indicator,
    types::{Breakdown, IndicatorCode, Level, Measure, Theme, Unit, WorkPhase},
};
use observatoire::{
    demonstration::{self, Silent},
    geography::Vintage,
    import::Mapping,
    release::{
        intake::{Intake, Parcel},
        logbook::Progress,
    },
    secrecy::Keyring,
    store::{Reference, Store},
};

/// That of the server.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

type Fault = Box<dyn Error>;

/// A source of either kind, and what the codes of its indicators begin with.
const FILES: [(&str, &str); 2] = [("CAF-ALLOC", "LTA"), ("RP", "LTB")];
/// Indicators that a file is about, unless the command says another number: a sheet of the vault each.
const INDICATORS: usize = 20;
const KEY: [u8; 32] = [7; 32];
const MONTHS: usize = 12;
/// What a process of its own does with the file.
const CHECK: &str = "check";
const STAGE: &str = "stage";
/// Numbers of the rows that the bench adds to the catalogue: above those of the demonstration.
const FIRST: i32 = 100_000;

/// Nobody watches.
struct Unwatched;

impl Progress for Unwatched {
    fn tell(&self, _phase: WorkPhase, _done: u64, _total: u64) {}
}

/// The demonstration, with a dimension of as many categories as it takes for a cell a row.
async fn build(store: &Store, rows: usize, indicators: usize) -> Result<Vec<String>, Fault> {
    store.migrate().await?;
    demonstration::build(store, &Keyring::new(&KEY), &demonstration::Options::default(), &Silent).await?;
    let gazetteer = store.gazetteer().await?;
    let is_commune = |known: &&observatoire::geography::Territory| {
        known.level == Level::Commune && known.exists_in(Vintage::LATEST)
    };
    let communes = gazetteer.all().iter().filter(is_commune).map(|known| known.code.to_string());
    let communes: Vec<String> = communes.collect();
    let lots = rows.div_ceil(communes.len() * MONTHS * indicators);
    let batch = store.batch().await?;
    let text = || "Lot".to_owned();
    batch
        .insert::<dimension::ActiveModel>([dimension::Model {
            code: "LOT".to_owned(),
            position: FIRST,
            label_fr: text(),
            label_en: text(),
        }])
        .await?;
    let code = |lot: usize| format!("L{lot}");
    let categories = (0..lots).map(|lot| category::Model {
        dimension: "LOT".to_owned(),
        code: code(lot),
        position: lot as i32,
        label_fr: text(),
        label_en: text(),
        parent: None,
    });
    batch.insert::<category::ActiveModel>(categories).await?;
    let keys = (0..lots).map(|lot| Breakdown::of([("LOT", code(lot).as_str())]));
    let keys: Vec<Breakdown> = keys.collect::<Result<_, _>>()?;
    let numbered = (FIRST..).zip(keys).map(|(id, key)| breakdown::Model { id, key });
    batch.insert::<breakdown::ActiveModel>(numbered).await?;
    let catalogue = store.catalogue().await?;
    let all = FILES.iter().flat_map(|file| (0..indicators).map(move |number| (file, number)));
    for (id, ((source, prefix), number)) in (FIRST..).zip(all) {
        let source = catalogue.source_by_code(source).ok_or("no such source")?;
        let row = indicator::Model {
            id,
            code: IndicatorCode::parse(&format!("{prefix}{number:02}"))?,
            label_fr: text(),
            label_en: text(),
            definition_fr: text(),
            definition_en: text(),
            theme: Theme::Benefits,
            unit: Unit::Persons,
            measure: Measure::Count,
            source_id: source.id,
            additive: true,
            finest_level: Level::Commune,
            dimensions: "LOT".to_owned(),
            numerator: None,
            numerator_breakdown: Breakdown::default(),
            denominator: None,
            part_of: None,
            precautions_fr: None,
            precautions_en: None,
            decimals: None,
        };
        batch.insert::<indicator::ActiveModel>([row]).await?;
    }
    batch.commit().await?;
    Ok(communes)
}

/// A file with a row for each cell; the numbers are made up.
fn write(
    path: &Path,
    prefix: &str,
    communes: &[String],
    (rows, indicators): (usize, usize),
) -> Result<u64, Fault> {
    let mut file = BufWriter::new(File::create(path)?);
    writeln!(file, "territory;period;indicator;value;LOT")?;
    for row in 0..rows {
        let (of_lots, of_lot) = (row / (communes.len() * MONTHS), row % (communes.len() * MONTHS));
        let (lot, indicator) = (of_lots / indicators, of_lots % indicators);
        let commune = communes.get(of_lot / MONTHS).ok_or("no such commune")?;
        let amount = 5 + row * 7_919 % 9_973;
        writeln!(file, "{commune};2026-{:02};{prefix}{indicator:02};{amount};L{lot}", of_lot % MONTHS + 1)?;
    }
    Ok(file.into_inner()?.metadata()?.len())
}

/// Takes a file in, in a process of its own: its memory is that of nothing else.
async fn stage(order: &str, url: &str, path: &Path, source: &str) -> Result<(), Fault> {
    let store = Store::connect(url, 4).await?;
    let reference = Arc::new(Reference {
        gazetteer: store.gazetteer().await?,
        catalogue: store.catalogue().await?,
        keyring: Keyring::new(&KEY),
    });
    let before = peak()?;
    let intake = Intake::new(store, reference);
    let only_check = order == CHECK;
    let parcel = Parcel {
        file: File::open(path)?,
        file_name: source.to_owned(),
        options: Options::default(),
        mapping: Mapping::own_words(source, Vintage::LATEST.year()),
        mapping_text: None,
        year: None,
        accepted: vec!["PERIOD_AHEAD".parse()?],
        only_check,
        embargo_until: None,
        partner_id: None,
    };
    let clock = Instant::now();
    let taken = intake.take(None, parcel, Arc::new(Unwatched)).await?;
    let seconds = clock.elapsed().as_secs_f64();
    let told: BTreeMap<&str, u64> =
        taken.issues.summary().map(|(code, _, count)| (code.word(), count)).collect();
    let rows = taken.rows.ok_or_else(|| format!("refused: {told:?}"))?;
    let what = if only_check { "checked" } else { "checked and staged" };
    let megabytes = peak()?;
    println!(
        "{source}: {rows} rows {what} in {seconds:.1} s, {:.0} rows a second, {megabytes} MB at most ({before} before)",
        rows as f64 / seconds,
    );
    Ok(())
}

/// The most memory that this process has had resident, in MB; as Linux tells it.
fn peak() -> Result<u64, Fault> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes / 1_000)
}

async fn measure(url: &str, folder: &Path, rows: usize, indicators: usize) -> Result<(), Fault> {
    let store = Store::connect(url, 4).await?;
    let communes = build(&store, rows, indicators).await?;
    drop(store);
    for (source, prefix) in FILES {
        let path = folder.join(format!("{source}.csv"));
        let bytes = write(&path, prefix, &communes, (rows, indicators))?;
        println!("{source}: a file of {} MB, {indicators} indicators", bytes / 1_000_000);
        for order in [CHECK, STAGE] {
            let mut child = Command::new(std::env::current_exe()?);
            let child = child.arg(order).arg(url).arg(&path).arg(source).status()?;
            if !child.success() {
                return Err(format!("{source}: {child}").into());
            }
        }
    }
    Ok(())
}

fn main() -> Result<(), Fault> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Runtime::new()?;
    if let [order, url, path, source] = arguments.as_slice()
        && [CHECK, STAGE].contains(&order.as_str())
    {
        return runtime.block_on(stage(order, url, &PathBuf::from(path), source));
    }
    let mut numbers = arguments.iter().filter_map(|argument| argument.parse().ok());
    let (rows, indicators) = (numbers.next().unwrap_or(1_000_000), numbers.next().unwrap_or(INDICATORS));
    let folder = tempfile::tempdir()?;
    let embedded = format!("sqlite://{}?mode=rwc", folder.path().join("staging.db").display());
    let url = std::env::var("DATABASE_URL").unwrap_or(embedded);
    runtime.block_on(measure(&url, folder.path(), rows, indicators))
}
