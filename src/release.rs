//! A release on its way to its readers: [`Staged`] → [`Planned`] → published.
//!
//! Only a secrecy plan over the whole of a [`Staged`] release makes a [`Planned`], and only that is ever filed
//! or published: no plan, no publication. [`office`] does it step by step for releases that arrive while the
//! observatory is open.

pub mod desk;
pub mod intake;
pub mod logbook;
pub mod office;
mod opening;
pub mod planning;
pub mod reasons;
pub mod refusal;
pub mod report;
#[cfg(test)]
mod tests;

pub use crate::secrecy::progress;

use std::{
    collections::{BTreeMap, HashMap},
    time::Instant,
};

use entity::types::{Breakdown, Level, ReleaseState};

use crate::{
    secrecy::{
        Keyring, Lot, Masked, Rule, Sheet, SheetLabel,
        plan::{Earlier, Plan, Rate, Request, Summary, Unplannable},
        table::{CellKey, Containment, Sums},
    },
    store::{Batch, FigureSheet, Release, StoreError},
};

/// A release whose figures are all there, and of which nothing may be shown yet.
pub struct Staged {
    /// What is known of it; whatever state this says, it is staged.
    pub facts: Release,
    /// True numbers by indicator; hidden atoms stand under negative territory numbers.
    pub sheets: BTreeMap<i32, Sheet>,
    /// Figures of an open source, which its producer has masked already.
    pub masked_by_producer: Vec<(CellKey, Masked)>,
}

/// What a plan takes besides the release.
pub struct PlanInputs<'a> {
    /// Breakdowns by number.
    pub breakdowns: &'a HashMap<i32, Breakdown>,
    /// Levels of the territories by number.
    pub levels: &'a HashMap<i32, Level>,
    /// Sums over territories.
    pub sums: &'a Sums,
    /// Which counts are parts of which.
    pub contained: &'a [Containment],
    /// Whether grants open true numbers of the source.
    pub opens: bool,
    /// The source's rule; one without a threshold shows everything.
    pub rule: &'a Rule,
    /// Rates to work out from what the plan shows.
    pub rates: &'a [Rate],
    /// What readers have had of the same source and period before, oldest first.
    pub earlier: &'a [Earlier],
    /// By which costs of masks are drawn.
    pub lot: Lot,
}

impl PlanInputs<'_> {
    /// What is asked of a plan over these sheets.
    #[must_use]
    pub fn request<'a>(&'a self, sheets: &'a BTreeMap<i32, Sheet>) -> Request<'a> {
        Request {
            sheets,
            breakdowns: self.breakdowns,
            sums: self.sums,
            contained: self.contained,
            opens: self.opens,
            rule: self.rule,
            rates: self.rates,
            earlier: self.earlier,
            lot: self.lot,
        }
    }
}

/// A release with its plan, ready to be published.
pub struct Planned {
    facts: Release,
    sheets: BTreeMap<i32, Sheet>,
    masked_by_producer: Vec<(CellKey, Masked)>,
    plan: Plan,
    levels: HashMap<i32, Level>,
}

impl Staged {
    /// Puts the release's sheets into the vault, and what its producer masked where no reader looks yet.
    ///
    /// # Errors
    ///
    /// As [`Planned::publish`].
    pub async fn deposit(
        &self,
        batch: &Batch,
        keyring: &Keyring,
        levels: &HashMap<i32, Level>,
    ) -> Result<(), StoreError> {
        for (&indicator_id, sheet) in &self.sheets {
            let label = SheetLabel { release_id: self.facts.id, indicator_id };
            batch.deposit(keyring, label, sheet).await?;
        }
        write(batch, self.facts.id, self.masked_by_producer.iter().copied(), levels).await
    }

    /// Plans the release as a whole.
    ///
    /// # Errors
    ///
    /// [`Unplannable`] when the sheets are no counts, do not add up, or cannot be protected.
    pub fn plan(
        self,
        inputs: &PlanInputs<'_>,
        watch: &dyn progress::Progress,
    ) -> Result<Planned, Unplannable> {
        let clock = Instant::now();
        let plan = Plan::make(&inputs.request(&self.sheets), watch)?;
        let seconds = clock.elapsed().as_secs_f64();
        tracing::debug!(release = self.facts.reference, figures = plan.figures().len(), seconds, "planned");
        Ok(Planned {
            facts: self.facts,
            sheets: self.sheets,
            masked_by_producer: self.masked_by_producer,
            plan,
            levels: inputs.levels.clone(),
        })
    }
}

impl Planned {
    /// What is known of the release.
    #[must_use]
    pub const fn facts(&self) -> &Release {
        &self.facts
    }

    /// How many figures the release has: those of its plan and those that its producer masked.
    #[must_use]
    pub fn size(&self) -> usize {
        self.plan.figures().len() + self.masked_by_producer.len()
    }

    /// Every figure as readers will find it.
    pub fn figures(&self) -> impl Iterator<Item = (CellKey, Masked)> {
        self.plan.figures().iter().chain(&self.masked_by_producer).copied()
    }

    /// Masked cells of a release of canaries, for tests of leaks: see [`Plan::canaries`].
    #[must_use]
    pub fn canaries(&self) -> Vec<(CellKey, String)> {
        self.plan.canaries(&self.sheets)
    }

    /// Files the plan of a release that was deposited: its figures already masked, where no reader looks yet, and
    /// why they are.
    ///
    /// # Errors
    ///
    /// As [`publish`](Self::publish).
    pub async fn file(&self, batch: &Batch, keyring: &Keyring) -> Result<(), StoreError> {
        write(batch, self.facts.id, self.plan.figures().iter().copied(), &self.levels).await?;
        for (&indicator_id, explanations) in self.plan.explanations() {
            let label = SheetLabel { release_id: self.facts.id, indicator_id };
            batch.deposit_explanations(keyring, label, explanations).await?;
        }
        batch.deposit_proofs(keyring, self.facts.id, self.plan.proofs()).await?;
        match self.plan.components() {
            Some(components) => batch.keep_components(self.facts.id, components).await,
            None => Ok(()),
        }
    }

    /// Writes the release, its sheets into the vault and its figures already masked, and shows it, in the
    /// caller's transaction.
    ///
    /// # Errors
    ///
    /// [`StoreError::Inconsistent`] for a figure of a territory without a level, else
    /// [`StoreError::Database`].
    pub async fn publish(self, batch: &Batch, keyring: &Keyring) -> Result<Summary, StoreError> {
        batch.write_release(&Release { state: ReleaseState::Published, ..self.facts.clone() }).await?;
        for (&indicator_id, sheet) in &self.sheets {
            let label = SheetLabel { release_id: self.facts.id, indicator_id };
            batch.deposit(keyring, label, sheet).await?;
        }
        write(batch, self.facts.id, self.masked_by_producer.iter().copied(), &self.levels).await?;
        self.file(batch, keyring).await?;
        batch.show_from(self.facts.id, batch.edition().await?).await?;
        Ok(self.plan.summary())
    }

    /// What the plan shows and masks.
    #[must_use]
    pub const fn summary(&self) -> Summary {
        self.plan.summary()
    }

    /// Indicators of which the plan has figures.
    #[must_use]
    pub fn planned_indicators(&self) -> Vec<i32> {
        let mut indicators: Vec<i32> = self.plan.figures().iter().map(|(key, _)| key.indicator_id).collect();
        indicators.dedup();
        indicators
    }

    /// Whether a figure is masked by itself, rather than for others.
    #[must_use]
    pub fn is_sensitive(&self, key: &CellKey) -> bool {
        self.plan.is_sensitive(key)
    }

    /// Level of a territory.
    #[must_use]
    pub fn level(&self, territory_id: i32) -> Option<Level> {
        self.levels.get(&territory_id).copied()
    }
}

async fn write(
    batch: &Batch,
    release_id: i32,
    figures: impl Iterator<Item = (CellKey, Masked)>,
    levels: &HashMap<i32, Level>,
) -> Result<(), StoreError> {
    let mut sheet: FigureSheet = Vec::new();
    for (key, masked) in figures {
        let level = levels.get(&key.address.territory_id).copied().ok_or_else(|| {
            StoreError::Inconsistent(format!("figure of territory {}", key.address.territory_id))
        })?;
        sheet.push((key, level, masked));
    }
    batch.write_figures(release_id, &sheet).await
}
