//! The masks of a release bound to what came before it, with what proves that they hold.
//!
//! Readers of true numbers may guess that what is the same as before is unchanged. Who guesses knows more and is told less by a
//! plan; but what they know already by a guess, nothing keeps from them any more, and to those who do not guess it may be news.
//! So what is excused by a guess alone is protected once more, against those who guess less, and what any of these plans masks is
//! masked.

use super::{
    engine::{
        self, Certificates, Checked, Options, PlanError, Proof, Singletons, Solution, Stage, Status,
        Succession,
    },
    guesses::{Doubts, Guess},
    plan::Unplannable,
    progress::{Phase, Progress},
    table::Laid,
    worked_out,
};

/// What is masked, and why it holds.
pub(super) struct Masks {
    /// What happens to each cell of what came before, and of the release.
    pub solution: Solution,
    /// Position of the release's first cell.
    pub start: usize,
    /// Sensitive cells that one contributor, alone in another cell, may still work out.
    pub exposed_to_insiders: usize,
}

/// How long fewer masks are looked for: more hardly pays on tables of a release's size.
const EFFORT: Options = Options { singletons: Singletons::Anybody, steps: 300, improvement: 3 };
/// Tables of more cells are searched less long, cell by cell: what one search misses the masks of others often give.
const USUAL_CELLS: usize = 40_000;
/// The fewest steps of one search.
const FEWEST_STEPS: u32 = 64;

/// How long a table of so many cells is searched.
fn effort(cells: usize) -> Options {
    let larger = u32::try_from(cells.div_ceil(USUAL_CELLS).max(1)).unwrap_or(u32::MAX);
    Options { steps: (EFFORT.steps / larger).max(FEWEST_STEPS), ..EFFORT }
}

/// Finds the masks of a release: against who guesses most first.
///
/// # Errors
///
/// [`Unplannable`] when it cannot be protected, or readers of true numbers would be told others.
pub(super) fn find(
    laid: &Laid,
    (bound, doubts): (Succession, &Doubts),
    progress: &dyn Progress,
) -> Result<Masks, Unplannable> {
    let start = bound.start;
    let is_read = bound.table.cells.iter().any(|cell| !cell.holders.is_nobody());
    let differ = is_read || doubts.forgets();
    let as_read = if differ { bound.clone() } else { Succession::default() };
    let [boldest, others @ ..] = Guess::ALL;
    let mut seen = doubts.seen_by(boldest, bound);
    let (mut solution, checked) = against(laid, &mut seen, progress)?;
    let masks = |solution| Masks { solution, start, exposed_to_insiders: checked.exposed_to_insiders };
    if !differ {
        return Ok(masks(solution));
    }
    let mut proved = vec![(seen, solution.certificates.clone())];
    for guess in others {
        let mut seen = doubts.seen_by(guess, as_read.clone());
        if keep_what_is_excused(&mut seen, &proved, &solution.statuses) {
            // What proves the plans before may prove this one, where less is bound.
            seen.seeds.clone_from(&solution.certificates.moves);
            let (more, _) = against(laid, &mut seen, progress)?;
            mask_too(&mut solution, &more);
            proved.push((seen, more.certificates.clone()));
            prove_too(&mut solution, more);
        }
    }
    for (seen, certificates) in &proved {
        let statuses = statuses_in(seen, &solution.statuses);
        engine::check(&seen.table, &statuses, certificates, Singletons::Anybody)?;
    }
    Ok(masks(solution))
}

/// Has a plan look after nothing but what bolder guesses excuse: what no plan before it keeps from as many. Those have masked what
/// they mask. Whether there is anything to look after.
fn keep_what_is_excused(
    seen: &mut Succession,
    before: &[(Succession, Certificates)],
    statuses: &[Status],
) -> bool {
    let Some((first, _)) = before.first() else { return false };
    let start = seen.start;
    for (at, cell) in seen.table.cells.iter_mut().enumerate() {
        let mut before = before.iter().filter_map(|(before, _)| before.table.cells.get(at));
        let protection = first.table.cells.get(at).and_then(|first| first.protection).or(cell.protection);
        let is_kept = before.any(|before| before.holders == cell.holders && before.protection == protection);
        cell.protection = protection.filter(|_| !is_kept);
        let is_masked = at >= start && statuses.get(at).is_some_and(|status| !status.is_shown());
        cell.published &= !is_masked;
    }
    seen.table.cells.iter().any(|cell| cell.protection.is_some())
}

/// What happens to each cell where some are masked already.
fn statuses_in(seen: &Succession, statuses: &[Status]) -> Vec<Status> {
    let cells = seen.table.cells.iter().zip(statuses);
    cells.map(|(cell, status)| if cell.published { *status } else { Status::Hidden }).collect()
}

/// Masks that tell nobody more than they know.
fn against(
    laid: &Laid,
    seen: &mut Succession,
    progress: &dyn Progress,
) -> Result<(Solution, Checked), Unplannable> {
    let (mut solution, mut checked) = solve(laid, seen, progress)?;
    // What they knew before is looked for exactly only where that may be all: it takes longer.
    if checked.exposed_to_holders > 0 && worked_out::exactly(seen) {
        (solution, checked) = solve(laid, seen, progress)?;
    }
    match checked.exposed_to_holders {
        0 => Ok((solution, checked)),
        cells => Err(Unplannable::ToldToHolders { cells }),
    }
}

/// A solution of the engine with what its check found to hold.
fn solve(
    laid: &Laid,
    succession: &mut Succession,
    progress: &dyn Progress,
) -> Result<(Solution, Checked), Unplannable> {
    let effort = effort(succession.table.cells.len());
    let mut watch = |stage: Stage, done, all| progress.at(stage.into(), done, all);
    let mut outcome = engine::plan_after(succession, effort, &mut watch);
    if succession.start > 0 && matches!(outcome, Err(PlanError::Unprotectable { .. })) {
        *succession = std::mem::take(succession).sliding();
        outcome = engine::plan_after(succession, effort, &mut watch);
    }
    let solution = outcome.map_err(|error| named(laid, succession.start, error))?;
    progress.at(Phase::Checking, 0, 1);
    let checked =
        engine::check(&succession.table, &solution.statuses, &solution.certificates, Singletons::Anybody)?;
    Ok((solution, checked))
}

/// Masks what another solution masks as well: what proves this one changes nothing that is shown then.
fn mask_too(solution: &mut Solution, other: &Solution) {
    for (status, other) in solution.statuses.iter_mut().zip(&other.statuses) {
        if status.is_shown() && !other.is_shown() {
            *status = Status::Secondary;
        }
    }
}

/// Adds what proves another solution: masks are there for its sake too.
fn prove_too(solution: &mut Solution, other: Solution) {
    let first = solution.certificates.moves.len() as u32;
    let proofs = other.certificates.proofs.into_iter();
    let proofs = proofs
        .map(|Proof { cell, moves }| Proof { cell, moves: moves.into_iter().map(|by| by + first).collect() });
    solution.certificates.proofs.extend(proofs);
    solution.certificates.moves.extend(other.certificates.moves);
}

/// The engine's refusal with the figure's own name.
fn named(laid: &Laid, start: usize, error: PlanError) -> Unplannable {
    let key = match &error {
        PlanError::Unprotectable { cell } => {
            (*cell as usize).checked_sub(start).and_then(|own| laid.keys.get(own))
        }
        _ => None,
    };
    key.map_or(Unplannable::Engine(error), |key| Unplannable::Unprotectable {
        indicator_id: key.indicator_id,
        territory_id: key.address.territory_id,
        breakdown_id: key.address.breakdown_id,
    })
}

#[cfg(test)]
mod tests;
