//! A release on its way to its readers: [`Staged`] → [`Planned`] → published.
//!
//! A release is published by [`Planned::publish`] alone, and only a secrecy plan over the whole of a
//! [`Staged`] release makes a [`Planned`]: no plan, no publication.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Instant,
};

use entity::types::{Breakdown, Level, ReleaseState};

use crate::{
    secrecy::{
        Keyring, Masked, Rule, Sheet, SheetLabel,
        plan::{Plan, Rate, Request, Summary, Unplannable},
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
    /// Territories whose true numbers grants open to somebody.
    pub opened: &'a HashSet<i32>,
    /// The source's rule; one without a threshold shows everything.
    pub rule: &'a Rule,
    /// Rates to work out from what the plan shows.
    pub rates: &'a [Rate],
}

/// A release with its plan, ready to be published.
pub struct Planned {
    facts: Release,
    sheets: BTreeMap<i32, Sheet>,
    masked_by_producer: Vec<(CellKey, Masked)>,
    plan: Plan,
    levels: HashMap<i32, Level>,
    opened: HashSet<i32>,
}

impl Staged {
    /// Plans the release as a whole.
    ///
    /// # Errors
    ///
    /// [`Unplannable`] when the sheets are no counts, do not add up, or cannot be protected.
    pub fn plan(self, inputs: &PlanInputs<'_>) -> Result<Planned, Unplannable> {
        let clock = Instant::now();
        let plan = Plan::make(&Request {
            sheets: &self.sheets,
            breakdowns: inputs.breakdowns,
            sums: inputs.sums,
            contained: inputs.contained,
            opened: inputs.opened,
            rule: inputs.rule,
            rates: inputs.rates,
        })?;
        let seconds = clock.elapsed().as_secs_f64();
        tracing::debug!(release = self.facts.reference, figures = plan.figures().len(), seconds, "planned");
        Ok(Planned {
            facts: Release { state: ReleaseState::Published, ..self.facts },
            sheets: self.sheets,
            masked_by_producer: self.masked_by_producer,
            plan,
            levels: inputs.levels.clone(),
            opened: inputs.opened.clone(),
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

    /// Writes the release, its sheets into the vault and its figures already masked, in the caller's
    /// transaction.
    ///
    /// # Errors
    ///
    /// [`StoreError::Inconsistent`] for a figure of a territory without a level, else
    /// [`StoreError::Database`].
    pub async fn publish(self, batch: &Batch, keyring: &Keyring) -> Result<Summary, StoreError> {
        batch.write_release(&self.facts).await?;
        for (&indicator_id, sheet) in &self.sheets {
            let label = SheetLabel { release_id: self.facts.id, indicator_id };
            batch.deposit(keyring, label, sheet).await?;
        }
        for (&indicator_id, explanations) in self.plan.explanations() {
            let label = SheetLabel { release_id: self.facts.id, indicator_id };
            batch.deposit_explanations(keyring, label, explanations).await?;
        }
        let mut figures: FigureSheet = Vec::with_capacity(self.size());
        for (key, masked) in self.figures() {
            let level = self.levels.get(&key.address.territory_id).copied().ok_or_else(|| {
                StoreError::Inconsistent(format!("figure of territory {}", key.address.territory_id))
            })?;
            figures.push((key, level, masked));
        }
        batch.write_figures(self.facts.id, &figures).await?;
        // A grant opens true numbers only where the plan has thought of it.
        if self.plan.summary().exposed_to_holders == 0 {
            batch.open_release(self.facts.id, &self.opened).await?;
        }
        Ok(self.plan.summary())
    }
}
