//! Grants of true numbers that come after a release: whether it holds against those who are told them.

use std::collections::HashSet;

use super::{
    Opened, Proofs,
    engine::{self, Cell, CellIndex, Options, Singletons, Stage, Status, Succession},
    plan::{Request, Unplannable, effort},
    progress::{Phase, Progress},
    succession,
    table::CellKey,
};

/// A release as readers have it.
pub struct Standing {
    /// The figures that it shows.
    pub shown: HashSet<CellKey>,
    /// What proved its plan.
    pub proofs: Proofs,
}

impl Standing {
    /// Whether partners who know true numbers work out no others with what the release shows, in itself and beside all that
    /// was shown before, which `request` holds. What is not found to hold does not.
    ///
    /// # Errors
    ///
    /// [`Unplannable`] when its sheets make no table, or the engine's own proofs do not hold.
    pub fn holds_against(
        &self,
        request: &Request<'_>,
        opened: &Opened,
        progress: &dyn Progress,
    ) -> Result<bool, Unplannable> {
        progress.at(Phase::Laying, 0, 1);
        let (laid, mut bound) = succession::bind(request, opened)?;
        for (at, key) in (bound.start..).zip(&laid.keys) {
            let Some(cell) = bound.table.cells.get_mut(at).filter(|cell| cell.published) else { continue };
            if self.shown.contains(key) {
                (cell.frozen, cell.protection) = (true, None);
            } else if cell.protection.is_none() {
                bound.kept.push(at as CellIndex);
            }
        }
        bound.kept.sort_unstable();
        bound.kept.dedup();
        let start = bound.start as CellIndex;
        let own = self.proofs.0.iter();
        bound.seeds.extend(own.map(|steps| steps.iter().map(|(cell, by)| (cell + start, *by)).collect()));
        if self.is_proved(&bound, progress)? {
            return Ok(true);
        }
        Ok(start > 0 && self.is_proved(&bound.sliding(), progress)?)
    }

    fn is_proved(&self, bound: &Succession, progress: &dyn Progress) -> Result<bool, Unplannable> {
        // Masks are not drawn anew: those who are alone in a figure learn nothing else than before.
        let effort =
            Options { singletons: Singletons::Ignored, improvement: 0, ..effort(bound.table.cells.len()) };
        let mut watch = |stage: Stage, done, all| progress.at(stage.into(), done, all);
        let Ok(solution) = engine::plan_after(bound, effort, &mut watch) else { return Ok(false) };
        progress.at(Phase::Checking, 0, 1);
        // A plan that needs fewer masks than the release has is proved for the release too.
        let statuses: Vec<Status> =
            bound.table.cells.iter().enumerate().map(|(at, cell)| status(cell, at < bound.start)).collect();
        let checked = engine::check(&bound.table, &statuses, &solution.certificates, Singletons::Ignored)?;
        progress.at(Phase::Checking, 1, 1);
        Ok(checked.exposed_to_holders == 0)
    }
}

/// What became of a cell.
const fn status(cell: &Cell, is_earlier: bool) -> Status {
    match (cell.published, cell.protection) {
        (false, _) => Status::Hidden,
        (true, Some(_)) => Status::Primary,
        (true, None) if cell.frozen || is_earlier => Status::Shown,
        (true, None) => Status::Secondary,
    }
}
