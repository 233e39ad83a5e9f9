//! The office that takes deliveries in, has them planned, publishes them and takes them back.
//!
//! Each step is one transaction: killed at any moment, the observatory is as it was before the step, and the same
//! step taken again completes it.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use entity::types::{Breakdown, HappeningKind, IndicatorCode, Level, ReleaseState, Unit};

use super::{PlanInputs, Planned, Staged, reasons::Reasons, refusal::OfficeError, report::Report};
use crate::{
    catalogue::{Catalogue, Indicator, POPULATION},
    geography::{Gazetteer, Territory, Vintage, partition::Partition, passage, surroundings},
    secrecy::{
        Components, Keyring, Lot, Rule, Sheet, StoredRule, inspect,
        plan::{Earlier, Rate, Unplannable},
        progress::Progress,
        table::{CellKey, Containment, LayError, Sums},
    },
    store::{Arrival, Batch, Dossier, Ended, Reference, Release, Store},
};

/// Everything that the office works with.
pub struct Office<'a> {
    /// The database.
    pub store: &'a Store,
    /// Territories.
    pub gazetteer: &'a Gazetteer,
    /// Indicators, sources, rules.
    pub catalogue: &'a Catalogue,
    /// Key of the vault.
    pub keyring: &'a Keyring,
}

impl<'a> Office<'a> {
    /// The office of an observatory.
    #[must_use]
    pub fn over(store: &'a Store, reference: &'a Reference) -> Self {
        let Reference { gazetteer, catalogue, keyring } = reference;
        Self { store, gazetteer, catalogue, keyring }
    }
}

/// Where a step begins and what it does with what it finds.
impl Office<'_> {
    /// Takes a delivery in: its sheets into the vault, all or nothing.
    ///
    /// # Errors
    ///
    /// [`OfficeError::Store`].
    pub async fn stage(&self, arrival: Arrival, delivered: Delivered) -> Result<Dossier, OfficeError> {
        self.stage_delivery(arrival, delivered, None).await
    }

    /// Takes a delivery in, and ends its record in the same transaction. One that was taken in before and still waits is
    /// not taken in twice.
    ///
    /// # Errors
    ///
    /// [`OfficeError::Store`].
    pub(super) async fn stage_delivery(
        &self,
        arrival: Arrival,
        delivered: Delivered,
        record: Option<(i32, Ended)>,
    ) -> Result<Dossier, OfficeError> {
        let batch = self.store.writing().await?;
        let waiting = match &arrival.digest {
            Some(mark) => batch.waiting_from(arrival.source_id, mark).await?,
            None => None,
        };
        let reference = if let Some(reference) = waiting {
            reference
        } else {
            let facts = batch.receive(arrival).await?;
            let reference = facts.reference.clone();
            let Delivered { sheets, masked_by_producer } = delivered;
            let staged = Staged { facts, sheets, masked_by_producer };
            staged.deposit(&batch, self.keyring, &self.levels()).await?;
            reference
        };
        let dossier = find(&batch, &reference).await?;
        if let Some((id, ended)) = record {
            batch.end_delivery(id, &Ended { release_id: Some(dossier.release.id), ..ended }).await?;
        }
        batch.commit().await?;
        Ok(dossier)
    }

    /// Plans a release that is staged, or plans it anew, together with all that readers have had of its source and
    /// period. `progress` is told how far it is, on another thread.
    ///
    /// # Errors
    ///
    /// [`OfficeError`].
    pub async fn plan(
        &self,
        reference: &str,
        now: DateTime<Utc>,
        progress: Arc<dyn Progress>,
    ) -> Result<Report, OfficeError> {
        let states = [ReleaseState::Staged, ReleaseState::Planned];
        let (material, inhabitants, edition) = self.material(reference, &states, now).await?;
        let readings = material.inputs.readings;
        let facts = material.staged.facts.clone();
        let earlier = material.inputs.references.clone();
        let before = material.inputs.earlier.last();
        let last_shown = before.map(|before| before.shown.clone());
        let revised = before.map_or(0, |before| inspect::revised(&material.staged.sheets, &before.sheets));
        let cause = |cause| {
            let told = Reasons::of(&cause, self.catalogue, self.gazetteer);
            OfficeError::Unplannable { reference: reference.to_owned(), cause, told: Box::new(told) }
        };
        let planned = tokio::task::spawn_blocking(move || material.plan(progress.as_ref()))
            .await
            .or(Err(OfficeError::Interrupted))?
            .map_err(cause)?;
        let mut report = Report { earlier, revised, ..Report::of(&planned, &inhabitants) };
        if let Some(last) = last_shown {
            for (key, masked) in planned.figures() {
                match (last.contains(&key), masked.is_shown()) {
                    (true, false) => report.newly_masked += 1,
                    (false, true) => report.newly_shown += 1,
                    _ => {}
                }
            }
        }
        let batch = self.store.writing().await?;
        let dossier = find(&batch, reference).await?;
        expect(&dossier, &[ReleaseState::Staged, ReleaseState::Planned])?;
        if batch.changed_since(&facts, edition).await? {
            return Err(OfficeError::Outdated(reference.to_owned()));
        }
        batch.forget_plan(facts.id, &planned.planned_indicators()).await?;
        planned.file(&batch, self.keyring).await?;
        let text = serde_json::to_string(&report).unwrap_or_default();
        batch.mark_planned(facts.id, (edition, readings), text).await?;
        batch.commit().await?;
        Ok(report)
    }

    /// Publishes a release as it was planned; what it replaces is read no more.
    ///
    /// # Errors
    ///
    /// [`OfficeError::State`] without a plan, [`OfficeError::Outdated`] when the plan reckoned with other releases
    /// than those that readers have had by now, [`OfficeError::EmbargoAhead`] for a correction that would take away what
    /// readers have before it may be read itself.
    pub async fn publish(&self, reference: &str, now: DateTime<Utc>) -> Result<Dossier, OfficeError> {
        let batch = self.store.writing().await?;
        let dossier = find(&batch, reference).await?;
        if dossier.release.state == ReleaseState::Published {
            // The same step taken again.
            return Ok(dossier);
        }
        expect(&dossier, &[ReleaseState::Planned])?;
        let edition = dossier.planned_edition.unwrap_or_default();
        if batch.changed_since(&dossier.release, edition).await?
            || dossier.planned_readings
                != Some(batch.readings(&family(&batch, &dossier).await?).await?.count())
        {
            return Err(OfficeError::Outdated(reference.to_owned()));
        }
        let replaced = in_state(&batch, &dossier.release, ReleaseState::Published).await?;
        if let Some(until) =
            dossier.release.embargo_until.filter(|until| now < *until && !replaced.is_empty())
        {
            return Err(OfficeError::EmbargoAhead { reference: reference.to_owned(), until });
        }
        for id in &replaced {
            batch.set_state(*id, ReleaseState::Superseded, None).await?;
        }
        batch.set_state(dossier.release.id, ReleaseState::Published, Some(now.date_naive())).await?;
        batch.turn_page(&replaced, Some(dossier.release.id)).await?;
        let embargo = dossier.release.embargo_until;
        batch.tell(HappeningKind::ReleasePublished, reference, embargo).await?;
        let dossier = find(&batch, reference).await?;
        batch.commit().await?;
        Ok(dossier)
    }

    /// Takes a release back. What it replaced is read again where that tells nothing new. Gives the reference of the release
    /// that is read again.
    ///
    /// # Errors
    ///
    /// [`OfficeError::State`] for a release that is replaced already.
    pub async fn withdraw(&self, reference: &str) -> Result<Option<String>, OfficeError> {
        let batch = self.store.writing().await?;
        let dossier = find(&batch, reference).await?;
        if dossier.release.state == ReleaseState::Withdrawn {
            // The same step taken again.
            return Ok(None);
        }
        expect(&dossier, &[ReleaseState::Published, ReleaseState::Staged, ReleaseState::Planned])?;
        let was_read = dossier.release.state == ReleaseState::Published;
        batch.set_state(dossier.release.id, ReleaseState::Withdrawn, None).await?;
        let mut again = None;
        if was_read {
            let before = batch.shown_before(&dossier.release).await?;
            let replaced = self.readable_again(&batch, before, &dossier).await?;
            if let Some(before) = &replaced {
                batch.set_state(before.release.id, ReleaseState::Published, None).await?;
            }
            if let Some(before) = &replaced {
                // What was shown since binds its figures too.
                batch.keep_components(before.release.id, &Components::closed()).await?;
            }
            batch.turn_page(&[dossier.release.id], replaced.as_ref().map(|before| before.release.id)).await?;
            again = replaced.map(|before| before.release.reference);
        }
        batch.commit().await?;
        Ok(again)
    }

    /// The release that is read again when one is taken back: the last of those before it, where nothing that was shown
    /// since would tell what either of them masks.
    async fn readable_again(
        &self,
        batch: &Batch,
        mut before: Vec<Dossier>,
        withdrawn: &Dossier,
    ) -> Result<Option<Dossier>, OfficeError> {
        let is_replaced = |before: &Dossier| before.release.state == ReleaseState::Superseded;
        let Some(at) = before.iter().rposition(is_replaced) else { return Ok(None) };
        let since = before.split_off(at + 1);
        let mut up_to_older = Vec::new();
        for older in &before {
            up_to_older.push(batch.sheets_to_plan(self.keyring, older.release.id).await?);
        }
        let Some(replaced) = before.pop() else { return Ok(None) };
        for newer in since.iter().chain([withdrawn]) {
            let newer = batch.sheets_to_plan(self.keyring, newer.release.id).await?;
            if !inspect::may_stand_again(&up_to_older, &newer) {
                return Ok(None);
            }
        }
        Ok(Some(replaced))
    }

    /// A release in any state.
    ///
    /// # Errors
    ///
    /// [`OfficeError::Unknown`].
    pub async fn dossier(&self, reference: &str) -> Result<Dossier, OfficeError> {
        let found = self.store.dossier(reference).await?;
        found.ok_or_else(|| OfficeError::Unknown(reference.to_owned()))
    }

    fn levels(&self) -> HashMap<i32, Level> {
        self.gazetteer.all().iter().map(|territory| (territory.id, territory.level)).collect()
    }

    /// All that a plan takes, read in one transaction, with the inhabitants of territories as the observatory shows
    /// them, and the edition that it was read in.
    pub(super) async fn material(
        &self,
        reference: &str,
        states: &[ReleaseState],
        now: DateTime<Utc>,
    ) -> Result<(Material, HashMap<i32, u64>, i32), OfficeError> {
        let batch = self.store.writing().await?;
        let dossier = find(&batch, reference).await?;
        expect(&dossier, states)?;
        let edition = batch.edition().await?;
        let facts = dossier.release.clone();
        let inhabitants = self.inhabitants(&batch, &facts, now).await?;
        // Where the observatory shows none, a rule that looks at them refuses the release.
        let rule = match self.rule(&facts, now)? {
            rule if rule.needs_inhabitants() => rule.with_inhabitants(inhabitants.clone()),
            rule => rule,
        };
        let (mut references, mut earlier) = (Vec::new(), Vec::new());
        let mut divisions = Divisions { office: self, known: HashMap::new() };
        let shown_before = batch.shown_before(&facts).await?;
        let readings = batch.readings(&family(&batch, &dossier).await?).await?;
        if !shown_before.is_empty() && dossier.release.state != ReleaseState::Published {
            self.expect_the_providers(&batch, &facts).await?;
        }
        for before in shown_before {
            let sheets = batch.sheets_to_plan(self.keyring, before.release.id).await?;
            let shown = batch.shown_keys(before.release.id).await?;
            let sums = divisions.of(&before);
            let proofs = batch.proofs_of(self.keyring, before.release.id).await?;
            let read = readings.of(before.release.id);
            let stands = before.release.state != ReleaseState::Withdrawn;
            references.push(before.release.reference);
            earlier.push(Earlier { sheets, sums, shown, proofs, read, stands });
        }
        let sheets = batch.sheets_to_plan(self.keyring, facts.id).await?;
        let masked_by_producer =
            if sheets.is_empty() { batch.figures_of(facts.id).await? } else { Vec::new() };
        let staged = Staged { facts, sheets, masked_by_producer };
        let today = now.date_naive();
        let opens = !self.store.granted(staged.facts.source_id, self.gazetteer, today).await?.is_empty();
        let lot = self.keyring.lot(staged.facts.source_id, staged.facts.period);
        let mut inputs = Inputs {
            lot,
            breakdowns: self.catalogue.breakdowns().clone(),
            levels: self.levels(),
            sums: divisions.of(&dossier),
            contained: self.contained(),
            readings: readings.count(),
            opens,
            rule,
            rates: self.rates(staged.facts.source_id),
            earlier,
            references,
        };
        inputs.leave_out_what_lies_beside(&staged.sheets);
        Ok((Material { staged, inputs }, inhabitants, edition))
    }

    fn rule(&self, facts: &Release, now: DateTime<Utc>) -> Result<Rule, OfficeError> {
        let source = self.catalogue.source(facts.source_id);
        let stored = source.and_then(|source| self.catalogue.rule(source.secrecy_rule_id));
        let stored = stored.ok_or_else(|| OfficeError::Rule(format!("{}: no rule", facts.reference)))?;
        let stored = StoredRule {
            code: &stored.code,
            minimum_contributors: stored.minimum_contributors,
            dominance_percent: stored.dominance_percent,
            minimum_population: stored.minimum_population,
        };
        Ok(Rule::stored(stored, facts.published_on.unwrap_or(now.date_naive()))?)
    }

    /// A plan binds what is the same as in an earlier release, so that its report tells whether a number that was handed
    /// in is the true one: whoever does not provide the source could ask the vault in this way. A correction that comes
    /// over the API is the provider's; one that comes by the command line comes from where the vault's key is.
    async fn expect_the_providers(&self, batch: &Batch, facts: &Release) -> Result<(), OfficeError> {
        let Some(handed_in_by) = batch.handed_in_by(facts.id).await? else { return Ok(()) };
        let source = self.catalogue.source(facts.source_id);
        let provider = match source {
            Some(source) => batch.partner_number(&source.provider).await?,
            None => None,
        };
        if provider == Some(handed_in_by) {
            return Ok(());
        }
        Err(OfficeError::NotTheProviders(facts.reference.clone()))
    }

    /// How many inhabitants territories have: what the observatory shows at or before the year of the release.
    async fn inhabitants(
        &self,
        batch: &Batch,
        facts: &Release,
        now: DateTime<Utc>,
    ) -> Result<HashMap<i32, u64>, OfficeError> {
        let code = IndicatorCode::parse(POPULATION).ok();
        match code.and_then(|code| self.catalogue.indicator(&code)) {
            Some(population) => Ok(batch.inhabitants(population.id, facts.period, now).await?),
            None => Ok(HashMap::new()),
        }
    }

    fn sums(&self, vintage: Vintage, generation: i32) -> Sums {
        let ended = |territory: &&Territory| territory.generation.is_none() && !territory.exists_in(vintage);
        let mut sums = Partition::of(self.gazetteer, vintage, generation).sums;
        sums.extend(surroundings::sums(self.gazetteer, vintage, generation));
        Sums {
            sums,
            mergers: passage::mergers(self.gazetteer),
            divided: passage::divided(self.gazetteer, vintage, generation),
            hidden: self.gazetteer.all().iter().filter(ended).map(|territory| territory.id).collect(),
        }
    }

    /// Which counts are parts of which.
    fn contained(&self) -> Vec<Containment> {
        let pair = |part: &Indicator| {
            let whole = self.catalogue.indicator(part.part_of.as_ref()?)?;
            Some(Containment { part_id: part.id, whole_id: whole.id })
        };
        self.catalogue.indicators().iter().filter_map(pair).collect()
    }

    /// The rates of a source whose two counts can be read.
    fn rates(&self, source_id: i32) -> Vec<Rate> {
        let of = self.catalogue.indicators().iter().filter(|indicator| indicator.source_id == source_id);
        of.filter_map(|indicator| self.rate(indicator)).collect()
    }

    fn rate(&self, indicator: &Indicator) -> Option<Rate> {
        let (numerator, meant) = indicator.numerator.as_ref()?;
        let denominator = self.catalogue.indicator(indicator.denominator.as_ref()?)?;
        let mut breakdowns = Vec::new();
        for cut in self.cuts(indicator) {
            let narrowed = Breakdown::of(cut.categories().chain(meant.categories())).ok()?;
            let (Some(own), Some(above)) =
                (self.catalogue.breakdown_id(&cut), self.catalogue.breakdown_id(&narrowed))
            else {
                continue;
            };
            breakdowns.push((own, above, own));
        }
        Some(Rate {
            indicator_id: indicator.id,
            numerator_id: self.catalogue.indicator(numerator)?.id,
            denominator_id: denominator.id,
            breakdowns,
            factor: if indicator.unit == Unit::PerThousand { 1_000.0 } else { 100.0 },
        })
    }

    /// The total of a rate, and its breakdowns by one of its dimensions.
    fn cuts(&self, indicator: &Indicator) -> Vec<Breakdown> {
        let dimensions = indicator.dimensions.iter().filter_map(|code| self.catalogue.dimension(code));
        let categories = dimensions.flat_map(|dimension| {
            dimension.categories.iter().map(|category| (dimension.code.as_str(), category.code.as_str()))
        });
        let cuts = categories.filter_map(|category| Breakdown::of([category]).ok());
        std::iter::once(Breakdown::default()).chain(cuts).collect()
    }
}

/// The generation of priority neighbourhoods that a year's figures count, unless a delivery says otherwise.
#[must_use]
pub const fn generation_of(year: i32) -> i32 {
    if year < 2024 { 2015 } else { 2024 }
}

/// The figures of a delivery.
pub struct Delivered {
    /// True numbers by indicator.
    pub sheets: BTreeMap<i32, Sheet>,
    /// Figures that their producer has masked already.
    pub masked_by_producer: Vec<(CellKey, crate::secrecy::Masked)>,
}

/// A release, and all that its plan takes.
pub(super) struct Material {
    /// The release.
    pub staged: Staged,
    /// What its plan takes.
    pub inputs: Inputs,
}

/// What a plan takes besides its release, on its way to another thread.
pub(super) struct Inputs {
    breakdowns: HashMap<i32, Breakdown>,
    levels: HashMap<i32, Level>,
    sums: Sums,
    contained: Vec<Containment>,
    /// How many territories partners have read true numbers of, in what came before.
    readings: i32,
    /// Whether grants open true numbers of the source.
    opens: bool,
    rule: Rule,
    rates: Vec<Rate>,
    earlier: Vec<Earlier>,
    /// References of those, in the same order.
    references: Vec<String>,
    /// By which masks, and what stays closed, are drawn.
    pub lot: Lot,
}

/// Sums over all territories, by vintage and generation of neighbourhoods: releases of a source mostly have the same.
struct Divisions<'o> {
    office: &'o Office<'o>,
    known: HashMap<(Vintage, i32), Sums>,
}

impl Divisions<'_> {
    fn of(&mut self, of: &Dossier) -> Sums {
        let vintage = Vintage::of_year(of.release.geography_vintage).unwrap_or(Vintage::LATEST);
        let generation = of.generation.unwrap_or_else(|| generation_of(of.release.period.calendar_year()));
        let made = || self.office.sums(vintage, generation);
        self.known.entry((vintage, generation)).or_insert_with(made).clone()
    }
}

impl Inputs {
    /// Leaves out the sums that bind no figure of the release, nor of what came before it: those of a country beside it.
    fn leave_out_what_lies_beside(&mut self, sheets: &BTreeMap<i32, Sheet>) {
        let earlier = self.earlier.iter().flat_map(|earlier| earlier.sheets.values());
        let known: HashSet<i32> = sheets.values().chain(earlier).flat_map(Sheet::territories).collect();
        for sums in self.earlier.iter_mut().map(|earlier| &mut earlier.sums).chain([&mut self.sums]) {
            *sums = std::mem::take(sums).near(&known);
        }
    }

    fn lent(&self) -> PlanInputs<'_> {
        PlanInputs {
            breakdowns: &self.breakdowns,
            levels: &self.levels,
            sums: &self.sums,
            contained: &self.contained,
            opens: self.opens,
            rule: &self.rule,
            rates: &self.rates,
            earlier: &self.earlier,
            lot: self.lot,
        }
    }
}

impl Material {
    fn plan(self, progress: &dyn Progress) -> Result<Planned, Unplannable> {
        self.staged.plan(&self.inputs.lent(), progress)
    }

    /// Which masked figures of the release sums bind to one another, as it is read.
    pub(super) fn components(&self, shown: &HashSet<CellKey>) -> Result<Components, LayError> {
        Components::of(&self.inputs.lent().request(&self.staged.sheets), shown)
    }
}

pub(super) async fn find(batch: &Batch, reference: &str) -> Result<Dossier, OfficeError> {
    batch.dossier(reference).await?.ok_or_else(|| OfficeError::Unknown(reference.to_owned()))
}

pub(super) fn expect(dossier: &Dossier, states: &[ReleaseState]) -> Result<(), OfficeError> {
    if states.contains(&dossier.release.state) {
        Ok(())
    } else {
        let reference = dossier.release.reference.clone();
        Err(OfficeError::State { reference, state: dossier.release.state })
    }
}

/// The releases of a source and period that readers have had, and the one itself where they have it.
pub(super) async fn family(batch: &Batch, dossier: &Dossier) -> Result<Vec<i32>, OfficeError> {
    let before = batch.shown_before(&dossier.release).await?;
    let mut ids: Vec<i32> = before.iter().map(|before| before.release.id).collect();
    if dossier.release.state == ReleaseState::Published {
        ids.push(dossier.release.id);
    }
    Ok(ids)
}

async fn in_state(batch: &Batch, like: &Release, state: ReleaseState) -> Result<Vec<i32>, OfficeError> {
    let before = batch.shown_before(like).await?.into_iter();
    Ok(before
        .map(|before| before.release)
        .filter(|before| before.state == state)
        .map(|before| before.id)
        .collect())
}
