//! The demonstration observatory: real territories and open figures, synthetic confidential ones.
//!
//! Everything is made from data files that are compiled in and from a fixed seed, and published by the
//! same road as any release: staged, planned, published.

mod catalogue;
mod charter;
mod confidential;
pub mod deliveries;
mod draw;
mod error;
mod files;
mod ground;
mod open;
mod people;
mod places;
mod recipes;
mod shapes;
mod studies;
mod tally;
#[cfg(test)]
mod tests;

pub use error::DemonstrationError;

use std::{
    collections::HashMap,
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use entity::types::{Breakdown, Level};

use crate::{
    release::{PlanInputs, Planned, Staged},
    secrecy::{
        Keyring, Lot, Rule,
        plan::{Rate, Summary},
        progress::Unwatched,
        table::{CellKey, Containment, Sums},
    },
    store::{Batch, Store},
};
use catalogue::Catalogue;
use charter::Charter;
use confidential::{Confidential, Inputs};
use open::{Open, table::Table};
use people::People;
use places::Places;
use recipes::Recipes;
use studies::Studies;

/// How much of the demonstration is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// First year of the confidential figures.
    pub first_year: i32,
    /// Last year of them.
    pub last_year: i32,
    /// Whether every confidential count is a number that cannot be taken for another: for tests that
    /// search answers for what is masked.
    pub canary: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { first_year: 2014, last_year: 2025, canary: false }
    }
}

/// Who watches the demonstration being built.
pub trait Progress: Send + Sync {
    /// `done` of `total` steps are behind; `message` says what comes.
    fn step(&self, message: &str, done: u64, total: u64);
}

/// Nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn step(&self, _message: &str, _done: u64, _total: u64) {}
}

/// What was built.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Versions of territories.
    pub territories: usize,
    /// Releases.
    pub releases: usize,
    /// Figures of every kind.
    pub figures: usize,
    /// Open figures among them.
    pub open: usize,
    /// What the plans say of the confidential counts.
    pub counts: Summary,
    /// Rates, worked out from what the plans show.
    pub rates: usize,
    /// Masked cells with the text of their true amounts: of canaries only, empty otherwise.
    pub masked: Vec<(CellKey, String)>,
}

impl std::fmt::Display for Report {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "{} territoires, {} diffusions, {} données ({} ouvertes, {} effectifs confidentiels montrés, {} masqués dont {} qu’un contributeur unique peut retrouver, {} taux)",
            self.territories,
            self.releases,
            self.figures,
            self.open,
            self.counts.shown,
            self.counts.primary + self.counts.secondary,
            self.counts.exposed_to_insiders,
            self.rates,
        )
    }
}

/// Everything that is read before anything is written.
struct Material {
    catalogue: Catalogue,
    places: Places,
    charter: Charter,
    studies: Studies,
    open: Open,
    table: Table,
}

impl Material {
    fn read() -> Result<Self, DemonstrationError> {
        let mut catalogue = Catalogue::read()?;
        let (open, studies) = (Open::read()?, Studies::read()?);
        let mut used = recipes::margins(&catalogue)?;
        used.extend(open.breakdowns(&catalogue)?);
        used.extend(studies.breakdowns(&catalogue)?);
        catalogue.number_breakdowns(used);
        let (places, charter) = (Places::read()?, Charter::read()?);
        Ok(Self { catalogue, places, charter, studies, open, table: Table::read()? })
    }

    fn confidential(&self) -> Result<Confidential<'_>, DemonstrationError> {
        let (people, recipes) = (People::count(&self.table)?, Recipes::read(&self.catalogue)?);
        Ok(Confidential::new(&self.catalogue, &self.places, people, recipes, self.charter.opened()))
    }

    async fn write(&self, batch: &Batch) -> Result<(), DemonstrationError> {
        self.places.write(batch).await?;
        self.catalogue.write(batch).await?;
        self.charter.write(batch, &self.catalogue, &self.places).await?;
        self.studies.write(batch, &self.catalogue, &self.charter, &self.places).await
    }
}

/// Publishes releases one after the other, and keeps the report.
struct Press<'a> {
    batch: &'a Batch,
    keyring: &'a Keyring,
    breakdowns: HashMap<i32, Breakdown>,
    levels: HashMap<i32, Level>,
    report: Report,
}

/// Plans one release.
fn plan(
    (breakdowns, levels): (&HashMap<i32, Breakdown>, &HashMap<i32, Level>),
    staged: Staged,
    (sums, contained, opens, rule, rates): (&Sums, &[Containment], bool, &Rule, &[Rate]),
) -> Result<Planned, DemonstrationError> {
    let reference = staged.facts.reference.clone();
    staged
        .plan(
            &PlanInputs {
                breakdowns,
                levels,
                sums,
                contained,
                opens,
                rule,
                rates,
                earlier: &[],
                lot: Lot::NONE,
            },
            &Unwatched,
        )
        .map_err(|cause| DemonstrationError::Unplannable { reference, cause })
}

impl Press<'_> {
    /// Plans releases side by side, as many at once as the machine has cores; gives them in their order.
    fn plan_all(&self, staged: Vec<(Staged, Inputs)>) -> Vec<Result<Planned, DemonstrationError>> {
        let waiting: Vec<Mutex<Option<(Staged, Inputs)>>> =
            staged.into_iter().map(|one| Mutex::new(Some(one))).collect();
        let done: Vec<OnceLock<Result<Planned, DemonstrationError>>> =
            waiting.iter().map(|_| OnceLock::new()).collect();
        let next = AtomicUsize::new(0);
        let of = (&self.breakdowns, &self.levels);
        let work = || {
            while let Some((one, place)) = {
                let at = next.fetch_add(1, Ordering::Relaxed);
                waiting.get(at).zip(done.get(at))
            } {
                let taken = one.lock().unwrap_or_else(PoisonError::into_inner).take();
                if let Some((staged, inputs)) = taken {
                    // Nobody else has this place.
                    let _ = place.set(plan(
                        of,
                        staged,
                        (&inputs.ground.sums, &inputs.contained, inputs.opens, &inputs.rule, &inputs.rates),
                    ));
                }
            }
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(work);
            }
        });
        done.into_iter().filter_map(OnceLock::into_inner).collect()
    }

    async fn publish(&mut self, planned: Planned) -> Result<(), DemonstrationError> {
        let figures = planned.size();
        self.report.masked.extend(planned.canaries());
        let summary = planned.publish(self.batch, self.keyring).await?;
        let Summary { shown, primary, secondary, exposed_to_insiders } = summary;
        self.report.releases += 1;
        self.report.figures += figures;
        self.report.counts.shown += shown;
        self.report.counts.primary += primary;
        self.report.counts.secondary += secondary;
        self.report.counts.exposed_to_insiders += exposed_to_insiders;
        if shown + primary + secondary == 0 {
            self.report.open += figures;
        } else {
            self.report.rates += figures - (shown + primary + secondary);
        }
        Ok(())
    }
}

/// Builds the demonstration in an empty database, all of it or nothing.
///
/// # Errors
///
/// [`DemonstrationError`] when the data files do not make sense or the database refuses.
pub async fn build(
    store: &Store,
    keyring: &Keyring,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Report, DemonstrationError> {
    let material = Material::read()?;
    let mut confidential = material.confidential()?;
    let years = options.first_year..=options.last_year;
    let total = 1 + (years.clone().count() * confidential.deliveries()) as u64;
    progress.step("Territoires et catalogue", 0, total);
    let batch = store.batch().await?;
    material.write(&batch).await?;
    let mut press = Press {
        batch: &batch,
        keyring,
        breakdowns: material.catalogue.breakdowns(),
        levels: material.places.levels(),
        report: Report { territories: material.places.all.len(), ..Report::default() },
    };
    let open = material.open.releases(&material.table, &material.catalogue, &material.places)?;
    let mut id = 0;
    for staged in open {
        id = staged.facts.id;
        let planned = plan(
            (&press.breakdowns, &press.levels),
            staged,
            (&Sums::default(), &[], false, &Rule::none(), &[]),
        )?;
        press.publish(planned).await?;
    }
    let mut done = 1;
    for year in years {
        let mut staged = Vec::new();
        for delivery in 0..confidential.deliveries() {
            id += 1;
            let of = (id, year, year == options.last_year);
            staged.extend(confidential.stage(delivery, of, options.canary)?);
        }
        progress.step(&format!("Secret statistique, {year}"), done, total);
        for planned in press.plan_all(staged) {
            let planned = planned?;
            progress.step(&planned.facts().reference, done, total);
            press.publish(planned).await?;
            done += 1;
        }
    }
    let report = press.report;
    let content = format!("demonstration {}-{}", options.first_year, options.last_year);
    batch.declare_content(&content, keyring).await?;
    batch.commit().await?;
    progress.step("Prêt", total, total);
    Ok(report)
}
