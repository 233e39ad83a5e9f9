//! Giving masks back: a few are released together, what needed them is protected anew, and what is not
//! cheaper is undone.

use super::{
    chance::Chance,
    needs::{self, Wanted},
    pattern::NeedIndex,
    solve::{Solver, Subject},
    system::{ColumnIndex, NONE},
};

/// A number below an end.
fn below(chance: &mut Chance, end: usize) -> usize {
    ((u128::from(chance.next()) * end as u128) >> 64) as usize
}

/// Most masks released at once.
const TOGETHER: usize = 4;
/// Trials in which neighbours are looked for.
const TRIES: usize = 20;
/// A release that undoes more needs than this is not tried.
const TOO_MANY: usize = 60;

/// Makes a plan cheaper until a budget of steps is spent or nothing gets better.
pub fn improve(solver: &mut Solver<'_>, budget: u64, watch: &mut dyn FnMut(u64, u64)) {
    let mut chance = Chance(42);
    let start = solver.pattern.spent();
    let mut idle = 0;
    let mut rounds = 0_u64;
    while !solver.pattern.secondary().is_empty() {
        let spent = solver.pattern.spent() - start;
        if spent >= budget || idle > 40 * solver.pattern.secondary().len() {
            break;
        }
        if rounds.is_multiple_of(256) {
            watch(spent, budget);
        }
        rounds += 1;
        let slack = solver.reach.first_bound * (budget - spent) / budget / 6;
        let slack = if slack == 0 { 0 } else { below(&mut chance, slack as usize + 1) as u64 };
        let before = solver.pattern.cost();
        trial(solver, &mut chance, slack);
        idle = if solver.pattern.cost() < before { 0 } else { idle + 1 };
    }
}

fn trial(solver: &mut Solver<'_>, chance: &mut Chance, slack: u64) {
    let together = 1 + below(chance, TOGETHER);
    let released = neighbours(solver, chance, together);
    let mut needs: Vec<NeedIndex> = Vec::new();
    for column in &released {
        solver.pattern.dependents(*column, &mut needs);
    }
    needs.sort_unstable();
    needs.dedup();
    if needs.len() > TOO_MANY {
        return;
    }
    let limit = solver.pattern.cost() + slack;
    let mut subjects: Vec<u32> =
        needs.iter().map(|need| solver.subject_of[solver.pattern.need(*need).column as usize]).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let resplit = resplit(solver, chance, &subjects, &mut needs);
    let (mut outsiders, insiders): (Vec<NeedIndex>, Vec<NeedIndex>) =
        needs.iter().partition(|need| !solver.is_insider(**need));
    for need in outsiders.iter().chain(&insiders) {
        solver.pattern.release(*need);
    }
    let banned = (below(chance, 2) == 0 || released.len() == 1).then(|| released[0]);
    if let Some(column) = banned {
        solver.pattern.ban(column);
    }
    for (need, wanted, _) in &resplit {
        solver.pattern.want(*need, *wanted);
    }
    for at in (1..outsiders.len()).rev() {
        outsiders.swap(at, below(chance, at + 1));
    }
    let bound = |solver: &Solver<'_>| (limit + 1).saturating_sub(solver.pattern.cost());
    let reach = solver.reach;
    let held = outsiders.iter().all(|need| {
        let bound = bound(solver);
        bound > 0 && solver.pattern.protect(*need, &[], bound, reach)
    }) && subjects.iter().all(|subject| {
        let bound = bound(solver);
        bound > 0 && solver.hold_insiders(*subject as usize, bound, reach)
    });
    if let Some(column) = banned {
        solver.pattern.lift(column);
    }
    if held && solver.pattern.cost() <= limit {
        solver.pattern.commit();
    } else {
        solver.pattern.roll_back();
        for (need, _, before) in resplit {
            solver.pattern.want(need, before);
        }
    }
}

/// For some of the cells of which only the width counts, another split of it into below and above: each need
/// with what it wants then and what it wanted before. Their needs are released with the others.
fn resplit(
    solver: &Solver<'_>,
    chance: &mut Chance,
    subjects: &[u32],
    needs: &mut Vec<NeedIndex>,
) -> Vec<(NeedIndex, Wanted, Wanted)> {
    let mut changed = Vec::new();
    for subject in subjects {
        let Subject { column, protection, ref outsiders, .. } = solver.subjects[*subject as usize];
        let value = solver.system.value[column as usize];
        if !needs::is_sliding(value, protection) || below(chance, 2) == 0 {
            continue;
        }
        let down = below(chance, value.min(protection.width) as usize + 1) as i64;
        let both = outsiders.iter().zip(needs::split(protection.width, down));
        changed.extend(both.map(|(need, wanted)| (*need, wanted, solver.pattern.need(*need).wanted)));
        needs.extend_from_slice(&outsiders[..2]);
    }
    needs.sort_unstable();
    needs.dedup();
    changed
}

/// Some masks that lie close together.
fn neighbours(solver: &Solver<'_>, chance: &mut Chance, together: usize) -> Vec<ColumnIndex> {
    let secondary = solver.pattern.secondary();
    let mut found = vec![secondary[below(chance, secondary.len())]];
    for _ in 0..TRIES {
        if found.len() == together {
            break;
        }
        let relations = solver.system.relations.of(found[below(chance, found.len())]);
        if relations.is_empty() {
            continue;
        }
        let (relation, _) = relations[below(chance, relations.len())];
        let columns = solver.system.columns.of(relation);
        let (column, _) = columns[below(chance, columns.len())];
        if solver.pattern.is_secondary(column) && !found.contains(&column) {
            found.push(column);
        }
    }
    found
}

impl Solver<'_> {
    fn is_insider(&self, need: NeedIndex) -> bool {
        let subject = self.subject_of[self.pattern.need(need).column as usize];
        subject != NONE && self.subjects[subject as usize].insiders.contains(&need)
    }
}
