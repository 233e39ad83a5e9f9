//! What those who have read true numbers work out of them and of what everybody reads: they know it already. Nothing that comes
//! tells it to them, and nothing can protect it against them any more.
//!
//! What one of them works out alone is known to that one. What only several work out together is lost to one of those, without whom
//! the others do not: against all others together it is protected like any figure.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::engine::{self, AuditOptions, CellIndex, Holders, Relation, Status, Succession, Table};

/// What readers know for sure of what came before a release: plans bind more, for an attacker may guess that a number is the same
/// as before, and nobody is taken to know what follows from a guess.
#[derive(Default)]
pub(super) struct Knowledge {
    /// Who knows each cell of what came before.
    knows: Vec<Holders>,
    /// Cells of two releases that are the same number, and nobody is told so.
    unsure: HashSet<(CellIndex, CellIndex)>,
}

impl Knowledge {
    /// Takes in what was read of the next release, before it is told of which others the same numbers are.
    pub(super) fn read(&mut self, release: &Table) {
        self.knows.extend(release.cells.iter().map(|cell| cell.holders.who_hold()));
    }

    /// Takes in pairs of cells that are the same number, of an earlier and a later release, and that nobody is told of.
    pub(super) fn doubt(&mut self, pairs: impl Iterator<Item = (CellIndex, CellIndex)>) {
        self.unsure.extend(pairs);
    }

    /// What came before, with those who know its cells, and the sums that hold for sure.
    fn of(&self, table: &Table) -> Table {
        let cells = table.cells.iter().zip(&self.knows);
        let cells = cells.map(|(cell, knows)| engine::Cell { holders: *knows, ..cell.clone() });
        let is_sure = |relation: &&Relation| match relation.terms.as_slice() {
            [(earlier, -1), (later, 1)] => !self.unsure.contains(&(*earlier, *later)),
            _ => true,
        };
        let is_before =
            |relation: &&Relation| relation.terms.iter().all(|(at, _)| (*at as usize) < self.knows.len());
        let relations = table.relations.iter().filter(is_before).filter(is_sure).cloned();
        Table { cells: cells.collect(), relations: relations.collect() }
    }

    /// Has each reader hold what follows from what they know by one sum after the other.
    pub(super) fn by_sums(&mut self, table: &mut Table, is_shown: &[bool]) {
        let mut known = self.of(table);
        for one in all_holders(&known).each() {
            let holds = known.cells.iter().map(|cell| !cell.holders.among(one).is_nobody());
            let told = is_shown.iter().zip(holds).map(|(shown, holds)| *shown || holds).collect();
            for (at, _) in (0..).zip(following(&known.relations, told)).filter(|(_, follows)| *follows) {
                set(&mut known, at, |holders| holders.and(one));
            }
        }
        self.knows = known.cells.iter().map(|cell| cell.holders).collect();
        for (cell, knows) in table.cells.iter_mut().zip(&self.knows) {
            cell.holders = cell.holders.and(*knows);
        }
    }

    /// Has readers hold what is left a single value by all that they know of what came before a release; and what did not
    /// change since. Whether somebody holds more then.
    pub(super) fn exactly(&mut self, bound: &mut Succession) -> bool {
        let known = self.of(&bound.table);
        let touched = touched(&known);
        if touched.is_empty() {
            return false;
        }
        let (mut part, places) = part(&known, &touched);
        let found = hold(&mut part, &left_one_value);
        for (cell, at) in part.cells.iter().zip(places) {
            if let Some(whole) = bound.table.cells.get_mut(at as usize) {
                whole.holders = whole.holders.and(cell.holders);
            }
        }
        share(&mut bound.table, bound.start as CellIndex);
        found
    }
}

fn all_holders(table: &Table) -> Holders {
    table.cells.iter().fold(Holders::NOBODY, |all, cell| all.and(cell.holders)).who_hold()
}

/// The cells that are left a single value by what everybody reads and what some know together.
fn left_one_value(table: &Table, some: Holders) -> BTreeSet<CellIndex> {
    let status = |cell: &engine::Cell| match cell.frozen || !cell.holders.among(some).is_nobody() {
        true => Status::Shown,
        false => Status::Hidden,
    };
    let statuses: Vec<Status> = table.cells.iter().map(status).collect();
    // Who cannot be attacked for works nothing out.
    let audit = engine::audit(table, &statuses, AuditOptions::default(), &mut |_, _| ());
    let cells = audit.map(|audit| audit.cells).unwrap_or_default();
    cells.iter().filter(|cell| cell.is_known()).map(|cell| cell.cell).collect()
}

/// Has readers hold what they work out, given what some work out together of a table. Whether somebody holds more then.
fn hold(table: &mut Table, works_out: &dyn Fn(&Table, Holders) -> BTreeSet<CellIndex>) -> bool {
    let all = all_holders(table);
    let mut found = false;
    for one in all.each() {
        for at in works_out(table, one) {
            found |= set(table, at, |holders| holders.and(one));
        }
    }
    let mut asked: HashMap<Holders, BTreeSet<CellIndex>> = HashMap::new();
    let known = table.clone();
    let mut is_known = |at: CellIndex, some: Holders| {
        let told = asked.entry(some).or_insert_with(|| works_out(&known, some));
        !some.is_nobody() && told.contains(&at)
    };
    let cells = 0..table.cells.len() as CellIndex;
    let together: Vec<CellIndex> = cells.filter(|at| is_known(*at, all)).collect();
    for at in together {
        loop {
            let own = table.cells.get(at as usize).map_or(all, |cell| cell.holders);
            let others = all.without(own);
            if !is_known(at, others) {
                break;
            }
            // Of whom none can be left out: without one of them the others know it no more.
            let needed = others.each().fold(others, |some, one| {
                let fewer = some.without(one);
                if is_known(at, fewer) { fewer } else { some }
            });
            let one = needed.each().next().unwrap_or(others);
            found |= set(table, at, |holders| holders.lost_to(one));
        }
    }
    found
}

/// Says of a cell who holds it, or to whom it is lost; whether that is new.
fn set(table: &mut Table, at: CellIndex, then: impl FnOnce(Holders) -> Holders) -> bool {
    let Some(cell) = table.cells.get_mut(at as usize) else { return false };
    let before = cell.holders;
    cell.holders = then(before);
    before != cell.holders
}

/// Who holds a number holds it in the release where it did not change.
fn share(table: &mut Table, before: CellIndex) {
    for relation in &table.relations {
        let [(earlier, -1), (now, 1)] = relation.terms.as_slice() else { continue };
        if *earlier < before && *now >= before {
            let theirs = table.cells.get(*earlier as usize).map_or(Holders::NOBODY, |cell| cell.holders);
            if let Some(cell) = table.cells.get_mut(*now as usize) {
                cell.holders = cell.holders.and(theirs);
            }
        }
    }
}

/// The cells that nobody else reads and that sums bind to those which somebody holds.
fn touched(table: &Table) -> BTreeSet<CellIndex> {
    let hidden = |at: CellIndex| table.cells.get(at as usize).is_some_and(|cell| !cell.frozen);
    let mut beside: HashMap<CellIndex, Vec<CellIndex>> = HashMap::new();
    for relation in &table.relations {
        let cells: Vec<CellIndex> =
            relation.terms.iter().map(|(at, _)| *at).filter(|at| hidden(*at)).collect();
        for pair in cells.windows(2) {
            if let [one, other] = *pair {
                beside.entry(one).or_default().push(other);
                beside.entry(other).or_default().push(one);
            }
        }
    }
    let held = |at: &CellIndex| table.cells.get(*at as usize).is_some_and(|cell| !cell.holders.is_nobody());
    let cells = 0..table.cells.len() as CellIndex;
    let mut waiting: Vec<CellIndex> = cells.filter(|at| hidden(*at) && held(at)).collect();
    let mut touched: BTreeSet<CellIndex> = waiting.iter().copied().collect();
    while let Some(at) = waiting.pop() {
        for next in beside.get(&at).into_iter().flatten() {
            if touched.insert(*next) {
                waiting.push(*next);
            }
        }
    }
    touched
}

/// The part of a table in which some cells lie, with all that their sums hold; and where its cells stand in the whole.
fn part(table: &Table, some: &BTreeSet<CellIndex>) -> (Table, Vec<CellIndex>) {
    let relations = table.relations.iter();
    let chosen: Vec<&Relation> =
        relations.filter(|relation| relation.terms.iter().any(|(at, _)| some.contains(at))).collect();
    let of_sums = chosen.iter().flat_map(|relation| &relation.terms).map(|(at, _)| *at);
    let places: Vec<CellIndex> =
        of_sums.chain(some.iter().copied()).collect::<BTreeSet<_>>().into_iter().collect();
    let numbers: HashMap<CellIndex, CellIndex> = places.iter().copied().zip(0..).collect();
    let term = |(at, by): &(CellIndex, i64)| Some((*numbers.get(at)?, *by));
    let relations =
        chosen.iter().map(|relation| Relation { terms: relation.terms.iter().filter_map(term).collect() });
    let cells = places.iter().filter_map(|at| table.cells.get(*at as usize).cloned());
    (Table { cells: cells.collect(), relations: relations.collect() }, places)
}

/// The cells that are not known and follow from those that are, one sum after the other.
fn following(relations: &[Relation], mut known: Vec<bool>) -> Vec<bool> {
    let mut follows = vec![false; known.len()];
    let mut sums: Vec<Vec<u32>> = vec![Vec::new(); known.len()];
    for (number, relation) in (0..).zip(relations) {
        for (cell, _) in &relation.terms {
            if let Some(of) = sums.get_mut(*cell as usize) {
                of.push(number);
            }
        }
    }
    let mut waiting: Vec<u32> = (0..).zip(relations).map(|(number, _)| number).collect();
    while let Some(number) = waiting.pop() {
        let Some(relation) = relations.get(number as usize) else { continue };
        let mut unknown = relation.terms.iter().filter(|(cell, _)| known.get(*cell as usize) == Some(&false));
        let (Some((cell, _)), None) = (unknown.next(), unknown.next()) else { continue };
        if let (Some(known), Some(follows)) = (known.get_mut(*cell as usize), follows.get_mut(*cell as usize))
        {
            (*known, *follows) = (true, true);
            waiting.extend(sums.get(*cell as usize).into_iter().flatten());
        }
    }
    follows
}

#[cfg(test)]
mod tests;
