//! From a table to a plan: protect each sensitive cell, then give back what is not needed.

use std::collections::BTreeMap;

use super::{
    after::Succession,
    certificate::{Certificates, Proof},
    eliminate,
    holders::Holders,
    improve,
    model::{CellIndex, Protection, Singletons, Status, Table},
    needs::{self, Need, Wanted},
    pattern::{NeedIndex, Pattern},
    search::Reach,
    system::{ColumnIndex, NONE, System},
};

/// A table that has no plan that holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A relation that does not add up.
    #[error("relation {relation} does not add up")]
    NotAdditive {
        /// Position of the relation.
        relation: usize,
    },
    /// A relation with a cell that does not exist, or a coefficient that is too large.
    #[error("relation {relation} names a cell that is not there, or has a coefficient beyond 32 bits")]
    Malformed {
        /// Position of the relation.
        relation: usize,
    },
    /// A cell below what everybody knows it to be at least, zero at the lowest.
    #[error("cell {cell} is negative, or less than everybody knows it to be")]
    TooLow {
        /// Position of the cell.
        cell: CellIndex,
    },
    /// A sensitive cell that must be shown: an earlier release has shown it.
    #[error("cell {cell} is sensitive but has been shown before")]
    ShownBefore {
        /// Position of the cell.
        cell: CellIndex,
    },
    /// A sensitive cell that nothing left to mask can protect.
    #[error("cell {cell} is sensitive and nothing that may be masked protects it")]
    Unprotectable {
        /// Position of the cell.
        cell: CellIndex,
    },
}

/// What a plan must hold against, and how long it may be looked for.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// What a contributor who is alone in a masked cell must not work out.
    pub singletons: Singletons,
    /// Steps of one search.
    pub steps: u32,
    /// Steps of all searches that make a plan better, per column of the table, but for 20,000 to 200,000 columns.
    pub improvement: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { singletons: Singletons::Anybody, steps: 300, improvement: 12 }
    }
}

/// What a plan is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Each sensitive cell in turn is protected.
    Protecting,
    /// What was missed is looked for longer.
    Insisting,
    /// Contributors who are alone in a cell are thought of.
    Insiders,
    /// Masks that are not needed are given back.
    Improving,
}

/// Told how far a plan is: its stage, and how much of how much is done.
pub type Watcher<'a> = &'a mut dyn FnMut(Stage, u64, u64);

/// A plan with its proofs.
#[derive(Clone, Debug)]
pub struct Solution {
    /// What happens to each cell of the table.
    pub statuses: Vec<Status>,
    /// For each sensitive cell, the tables that prove that it is protected.
    pub certificates: Certificates,
    /// Sensitive cells whose lower end the zeros that are shown keep up: they are protected further above
    /// instead, as wide as asked for.
    pub slid: Vec<CellIndex>,
    /// Sensitive cells that a contributor alone in another one may work out, whatever is masked.
    pub exposed_to_insiders: Vec<CellIndex>,
}

/// Plans a table.
///
/// # Errors
///
/// [`PlanError`] when the table is malformed or does not add up, or a sensitive cell stays exposed whatever
/// is masked.
///
/// # Citations
///
/// Fischetti, Salazar-González, "Solving the cell suppression problem on tabular data with linear
/// constraints", *Management Science* 47 (2001), for the problem; Shaw, "Using constraint programming and
/// local search methods to solve vehicle routing problems", CP 1998, for improving by releasing and repairing.
pub fn plan(table: &Table, options: Options, watch: Watcher<'_>) -> Result<Solution, PlanError> {
    solve(table, &[], &[], options, watch)
}

/// How many times longer ways are looked for, one after the other.
const LONGER: [u32; 2] = [1, 10];

/// Plans a release after others: what they masked and did not change is where its masks are looked for first.
///
/// # Errors
///
/// As [`plan`].
pub fn plan_after(
    succession: &Succession,
    options: Options,
    watch: Watcher<'_>,
) -> Result<Solution, PlanError> {
    let mut outcome = Err(PlanError::Unprotectable { cell: 0 });
    // What was shown before leaves fewer ways: they are looked for longer, where it must be.
    for longer in LONGER {
        let options = Options { steps: options.steps.saturating_mul(longer), ..options };
        // First with the masks that were there before, then free of them.
        let first = Some(succession.kept.as_slice()).filter(|kept| !kept.is_empty());
        for kept in first.into_iter().chain([&[][..]]) {
            outcome = solve(&succession.table, kept, &succession.seeds, options, watch);
            if !matches!(outcome, Err(PlanError::Unprotectable { .. })) {
                return outcome;
            }
        }
    }
    outcome
}

fn solve(
    table: &Table,
    kept: &[CellIndex],
    seeds: &[Vec<(CellIndex, i64)>],
    options: Options,
    watch: Watcher<'_>,
) -> Result<Solution, PlanError> {
    validate(table)?;
    let system = System::of(table).map_err(|fault| PlanError::Malformed { relation: fault.relation })?;
    let sensitive = sensitive(table, &system)?;
    let always = (0..system.len()).map(|at| !system.published[at] || sensitive[at].is_some()).collect();
    let holders = system.holders.iter().fold(Holders::NOBODY, |all, some| all.and(*some));
    let mut needs: Vec<Need> = Vec::new();
    let mut subjects: Vec<Subject> = Vec::new();
    for (at, protection) in sensitive.iter().enumerate() {
        let Some(protection) = protection else { continue };
        let first = needs.len() as NeedIndex;
        let column = at as ColumnIndex;
        let wanted = needs::wanted(system.value[at], *protection);
        needs.extend(wanted.map(|wanted| Need { column, wanted, apart: false }));
        if holders.has_other_than(system.holders[at]) {
            needs.push(Need { column, wanted: Wanted::Either(1), apart: true });
        }
        let outsiders = (first..needs.len() as NeedIndex).collect();
        subjects.push(Subject { column, protection: *protection, outsiders, insiders: Vec::new() });
    }
    let keep = |column: ColumnIndex| options.singletons.keep(system.owner[column as usize] != NONE);
    for subject in subjects.iter_mut().filter(|subject| keep(subject.column)) {
        let first = needs.len() as NeedIndex;
        subject.insiders = (first..first + INSIDER_MOVES).collect();
        needs.extend(subject.insiders.iter().map(|_| Need {
            column: subject.column,
            wanted: Wanted::Either(1),
            apart: false,
        }));
    }
    let mut solver = Solver {
        pattern: Pattern::new(&system, always, needs),
        system: &system,
        subject_of: subjects_of(&system, &subjects),
        subjects,
        reach: Reach { steps: options.steps, first_bound: first_bound(&system), attempt: 0 },
        slid: Vec::new(),
        exposed: Vec::new(),
    };
    let of_columns: Vec<bool> = sensitive.iter().map(Option::is_some).collect();
    let mut spared = vec![false; system.len()];
    for cell in kept {
        let column = system.column_of[*cell as usize];
        if column != NONE {
            spared[column as usize] = true;
        }
    }
    let mut eliminated = eliminate::eliminate(&system, &of_columns, &spared, options.singletons);
    let open: Vec<bool> = (0..system.len())
        .map(|at| !system.published[at] || of_columns[at] || eliminated.masked[at])
        .collect();
    eliminated.vectors.extend(seeds.iter().filter_map(|seed| sown(&system, seed, &open)));
    solver.pattern.lend(eliminated);
    solver.construct(watch)?;
    if options.singletons != Singletons::Ignored {
        solver.think_of_insiders(watch);
    }
    solver.pattern.recall();
    let budget = u64::from(options.improvement) * system.len().clamp(SMALL, LARGE) as u64;
    improve::improve(&mut solver, budget, &mut |done, all| watch(Stage::Improving, done, all));
    Ok(solver.solution(table))
}

/// An earlier move as one of columns, where it still keeps every relation and touches only what is not shown.
fn sown(system: &System, seed: &[(CellIndex, i64)], open: &[bool]) -> Option<Vec<(ColumnIndex, i64)>> {
    let mut of: BTreeMap<ColumnIndex, i64> = BTreeMap::new();
    for (cell, by) in seed {
        let column = *system.column_of.get(*cell as usize)?;
        if column == NONE || *of.entry(column).or_insert(*by) != *by {
            return None;
        }
    }
    let mut sums: BTreeMap<u32, i128> = BTreeMap::new();
    for (column, by) in &of {
        let at = *column as usize;
        if !open[at] || !system.candidate[at] {
            return None;
        }
        for (relation, factor) in system.relations.of(*column) {
            *sums.entry(*relation).or_default() += i128::from(*factor) * i128::from(*by);
        }
    }
    sums.values().all(|sum| *sum == 0).then(|| of.into_iter().collect())
}

/// A sensitive column with what it needs.
pub struct Subject {
    /// The column.
    pub column: ColumnIndex,
    /// What it must have.
    pub protection: Protection,
    /// Needs against those who know what is shown, and against those who hold the leave to see more.
    pub outsiders: Vec<NeedIndex>,
    /// Further moves against those who know a cell of their own besides, as many as it takes.
    pub insiders: Vec<NeedIndex>,
}

/// A plan in the making.
pub struct Solver<'a> {
    /// The masks and their moves.
    pub pattern: Pattern<'a>,
    /// The table.
    pub system: &'a System,
    /// The sensitive columns.
    pub subjects: Vec<Subject>,
    /// The subject of each column, or [`NONE`].
    pub subject_of: Vec<u32>,
    /// What one search may do.
    pub reach: Reach,
    slid: Vec<ColumnIndex>,
    exposed: Vec<ColumnIndex>,
}

fn subjects_of(system: &System, subjects: &[Subject]) -> Vec<u32> {
    let mut of = vec![NONE; system.len()];
    for (at, subject) in subjects.iter().enumerate() {
        of[subject.column as usize] = at as u32;
    }
    of
}

/// A low cost for a handful of masks: twice the cheap quarter of what can be masked.
fn first_bound(system: &System) -> u64 {
    let mut costs: Vec<u64> = system.cost.iter().copied().filter(|cost| *cost > 0).collect();
    costs.sort_unstable();
    costs.get(costs.len() / 4).map_or(1, |cost| cost.saturating_mul(2))
}

fn validate(table: &Table) -> Result<(), PlanError> {
    for (position, cell) in table.cells.iter().enumerate() {
        if cell.value < 0 || (cell.value < cell.least && !(cell.frozen && cell.published)) {
            return Err(PlanError::TooLow { cell: position as CellIndex });
        }
    }
    for (relation, terms) in table.relations.iter().enumerate() {
        let mut sum = 0_i128;
        for (cell, by) in &terms.terms {
            let cell = table.cells.get(*cell as usize).ok_or(PlanError::Malformed { relation })?;
            sum += i128::from(cell.value) * i128::from(*by);
        }
        if sum != 0 {
            return Err(PlanError::NotAdditive { relation });
        }
    }
    Ok(())
}

/// What each column needs: the most of what its cells do.
fn sensitive(table: &Table, system: &System) -> Result<Vec<Option<Protection>>, PlanError> {
    let mut sensitive: Vec<Option<Protection>> = vec![None; system.len()];
    for (position, cell) in table.cells.iter().enumerate() {
        let Some(protection) = cell.protection else { continue };
        let column = system.column_of[position];
        if column == NONE || !system.candidate[column as usize] {
            return Err(PlanError::ShownBefore { cell: position as CellIndex });
        }
        let known = &mut sensitive[column as usize];
        *known = Some(known.map_or(protection, |known| Protection {
            low: known.low.min(protection.low),
            high: known.high.max(protection.high),
            width: known.width.max(protection.width),
        }));
    }
    Ok(sensitive)
}

/// A table of fewer columns is improved as if it had so many, one of more than [`LARGE`] as if it had no more.
const SMALL: usize = 20_000;
const LARGE: usize = 200_000;
/// Most further moves of a cell against insiders.
const INSIDER_MOVES: u32 = 8;
/// Searches of other orders when nothing was found; fewer where a search has fewer steps than [`PATIENT`] for each.
const PATIENCE: u32 = 8;
const PATIENT: u32 = 32;
/// What a need may cost, in first bounds, before other ways are weighed.
const USUAL: u64 = 40;

/// All of these contributors, then ever fewer of them, down to the first.
fn fewer(owners: &[u32]) -> impl Iterator<Item = &[u32]> {
    let lengths = std::iter::successors(Some(owners.len()), |length| (*length > 1).then_some(length / 2));
    lengths.map(|length| &owners[..length])
}

impl Solver<'_> {
    fn construct(&mut self, watch: Watcher<'_>) -> Result<(), PlanError> {
        let mut order: Vec<u32> = (0..self.subjects.len() as u32).collect();
        let value = |at: &u32| self.system.value[self.subjects[*at as usize].column as usize];
        order.sort_by_key(|at| (std::cmp::Reverse(value(at)), *at));
        let mut missed = Vec::new();
        for (done, subject) in order.iter().enumerate() {
            if done % 64 == 0 {
                watch(Stage::Protecting, done as u64, order.len() as u64);
            }
            for need in self.subjects[*subject as usize].outsiders.clone() {
                if !self.pattern.protect(need, &[], self.usual(), self.reach) {
                    missed.push((*subject, need));
                }
            }
            self.pattern.commit();
        }
        let all = missed.len() as u64;
        for (done, (subject, need)) in (0..).zip(missed) {
            if done % 64 == 0 {
                watch(Stage::Insisting, done, all);
            }
            self.insist(subject as usize, need)?;
            self.pattern.commit();
        }
        Ok(())
    }

    /// What a need may cost before other ways are weighed.
    const fn usual(&self) -> u64 {
        self.reach.first_bound.saturating_mul(USUAL)
    }

    /// How many searches of other orders are made.
    fn patience(&self) -> u32 {
        (self.reach.steps / PATIENT).clamp(1, PATIENCE)
    }

    /// Searches of other orders, one after the other, until one finds a move.
    fn retry(&mut self, need: NeedIndex, bound: u64, attempts: u32) -> bool {
        (1..=attempts).any(|attempt| {
            let reach = Reach { attempt, steps: self.reach.steps.saturating_mul(2), ..self.reach };
            self.pattern.protect(need, &[], bound, reach)
        })
    }

    /// Searches longer for what was missed. What the zeros that are shown keep from falling is protected
    /// above instead.
    fn insist(&mut self, subject: usize, need: NeedIndex) -> Result<(), PlanError> {
        let down = matches!(self.pattern.need(need).wanted, Wanted::Down(_));
        let usual = self.usual();
        if self.pattern.need(need).apart {
            // Where nothing helps, the leave is not used on this table: what is exposed is told.
            let _ = self.retry(need, usual, self.patience()) || self.retry(need, u64::MAX, self.patience());
            return Ok(());
        }
        let held = (down && (self.retry(need, usual, self.patience()) || self.slide(subject, need, usual)))
            || self.retry(need, u64::MAX, self.patience())
            || self.pattern.climb(need)
            || (down && self.slide(subject, need, u64::MAX));
        let column = self.subjects[subject].column;
        if held { Ok(()) } else { Err(PlanError::Unprotectable { cell: self.system.cells.of(column)[0] }) }
    }

    /// Asks for less below and as much more above; says whether that is held.
    fn slide(&mut self, subject: usize, need: NeedIndex, bound: u64) -> bool {
        let Subject { column, protection, ref outsiders, .. } = self.subjects[subject];
        let Wanted::Down(wanted) = self.pattern.need(need).wanted else { return false };
        let Some(above) =
            outsiders.iter().copied().find(|other| *other != need && !self.pattern.need(*other).apart)
        else {
            return false;
        };
        let before = self.pattern.need(above).wanted;
        self.pattern.commit();
        let mut reached = wanted - 1;
        while reached > 0 {
            self.pattern.want(need, Wanted::Down(reached));
            if self.retry(need, self.usual(), self.patience()) {
                break;
            }
            reached = if reached > 4 { reached / 2 } else { reached - 1 };
        }
        let value = self.system.value[column as usize];
        let up = (value - reached + protection.width).max(protection.high) - value;
        self.pattern.release(above);
        self.pattern.want(above, Wanted::Up(up));
        if self.retry(above, bound, self.patience()) || (bound == u64::MAX && self.pattern.climb(above)) {
            self.slid.push(column);
            return true;
        }
        self.pattern.roll_back();
        self.pattern.want(need, Wanted::Down(wanted));
        self.pattern.want(above, before);
        false
    }

    fn think_of_insiders(&mut self, watch: Watcher<'_>) {
        for subject in 0..self.subjects.len() {
            if subject % 64 == 0 {
                watch(Stage::Insiders, subject as u64, self.subjects.len() as u64);
            }
            let held = (0..=self.patience()).any(|attempt| {
                let reach = Reach { attempt, ..self.reach };
                self.hold_insiders(subject, self.usual(), reach)
            });
            if !held {
                self.exposed.push(self.subjects[subject].column);
            }
            self.pattern.commit();
        }
    }

    /// Sees to it that nobody who knows one cell of their own works this one out: whoever undoes one move by
    /// it leaves another one.
    pub fn hold_insiders(&mut self, subject: usize, bound: u64, reach: Reach) -> bool {
        let Subject { ref outsiders, ref insiders, column, .. } = self.subjects[subject];
        if insiders.is_empty() {
            return true;
        }
        let limit = self.pattern.cost().saturating_add(bound);
        let mut moves = outsiders.clone();
        let mut owners = self.pattern.exposed_to(&moves);
        for need in insiders {
            if owners.is_empty() {
                self.pattern.release(*need);
                continue;
            }
            if !self.pattern.is_served(*need) {
                let left = limit.saturating_sub(self.pattern.cost());
                let held = self.pattern.narrow(*need, &owners)
                    || fewer(&owners).any(|some| self.pattern.protect(*need, some, 1.min(left), reach))
                    || fewer(&owners).any(|some| self.pattern.protect(*need, some, left, reach));
                if !held {
                    break;
                }
            }
            moves.push(*need);
            owners = self.pattern.exposed_to(&moves);
        }
        owners.is_empty() || self.exposed.contains(&column)
    }

    fn solution(self, table: &Table) -> Solution {
        let status = |(position, cell): (usize, &super::model::Cell)| {
            let column = self.system.column_of[position];
            match (cell.published, cell.protection) {
                (false, _) => Status::Hidden,
                (true, Some(_)) => Status::Primary,
                (true, None) if column != NONE && self.pattern.is_masked(column) => Status::Secondary,
                (true, None) => Status::Shown,
            }
        };
        let statuses = table.cells.iter().enumerate().map(status).collect();
        let mut certificates = Certificates::default();
        let mut written: std::collections::HashMap<u32, u32> = std::collections::HashMap::new();
        for subject in &self.subjects {
            let mut moves = Vec::new();
            for need in subject.outsiders.iter().chain(&subject.insiders) {
                let (Some(index), Some(steps)) =
                    (self.pattern.serving_index(*need), self.pattern.serving(*need))
                else {
                    continue;
                };
                moves.push(*written.entry(index).or_insert_with(|| {
                    certificates.moves.push(self.spelled_out(steps));
                    certificates.moves.len() as u32 - 1
                }));
            }
            moves.sort_unstable();
            moves.dedup();
            let sensitive = self.system.cells.of(subject.column).iter().copied();
            let sensitive = sensitive.filter(|cell| table.cells[*cell as usize].protection.is_some());
            certificates.proofs.extend(sensitive.map(|cell| Proof { cell, moves: moves.clone() }));
        }
        certificates.proofs.sort_unstable_by_key(|proof| proof.cell);
        let cells = |columns: &[ColumnIndex]| {
            let of = |column: &ColumnIndex| self.system.cells.of(*column).iter().copied();
            let mut cells: Vec<CellIndex> = columns.iter().flat_map(of).collect();
            cells.retain(|cell| table.cells[*cell as usize].protection.is_some());
            cells.sort_unstable();
            cells.dedup();
            cells
        };
        Solution {
            statuses,
            certificates,
            slid: cells(&self.slid),
            exposed_to_insiders: cells(&self.exposed),
        }
    }

    fn spelled_out(&self, steps: &super::search::Move) -> Vec<(CellIndex, i64)> {
        let mut cells: Vec<(CellIndex, i64)> = steps
            .iter()
            .flat_map(|(column, amount)| self.system.cells.of(*column).iter().map(|cell| (*cell, *amount)))
            .collect();
        cells.sort_unstable();
        cells
    }
}
