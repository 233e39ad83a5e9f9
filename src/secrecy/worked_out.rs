//! What those who have read true numbers work out of them and of what everybody reads: they know it already. Nothing that comes
//! tells it to them, and nothing can protect it against them any more.
//!
//! What one of them works out alone is known to that one. What only several work out together is lost to one of those, without whom
//! the others do not: against all others together it is protected like any figure.

use std::collections::{BTreeSet, HashMap};

use super::engine::{self, AuditOptions, CellIndex, Holders, Relation, Status, Succession, Table};

/// Has each reader hold what follows from what they hold of what came before a release by one sum after the other; and of the
/// release what follows from that, where it is the same.
pub(super) fn by_sums(bound: &mut Succession) {
    let mut before = before(bound);
    for one in all_holders(&before).each() {
        let told = before.cells.iter().map(|cell| cell.frozen || !cell.holders.among(one).is_nobody());
        for (at, _) in (0..).zip(following(&before.relations, told.collect())).filter(|(_, follows)| *follows)
        {
            set(&mut before, at, |holders| holders.and(one));
        }
    }
    for (cell, known) in bound.table.cells.iter_mut().zip(&before.cells) {
        cell.holders = known.holders;
    }
    carry_on(bound);
}

/// Has readers hold what is left a single value by all that they hold of what came before a release; and of the release what
/// follows from that, where it is the same. Whether somebody holds more then.
pub(super) fn exactly(bound: &mut Succession) -> bool {
    let before = before(bound);
    let touched = touched(&before);
    if touched.is_empty() {
        return false;
    }
    let (mut part, places) = part(&before, &touched);
    let found = hold(&mut part, &left_one_value);
    for (cell, at) in part.cells.iter().zip(places) {
        if let Some(whole) = bound.table.cells.get_mut(at as usize) {
            whole.holders = whole.holders.and(cell.holders);
        }
    }
    carry_on(bound);
    found
}

/// What came before a release, without it.
fn before(bound: &Succession) -> Table {
    let Succession { table, start, .. } = bound;
    let is_before = |relation: &&Relation| relation.terms.iter().all(|(at, _)| (*at as usize) < *start);
    Table {
        cells: table.cells.iter().take(*start).cloned().collect(),
        relations: table.relations.iter().filter(is_before).cloned().collect(),
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
    // What somebody holds, others may know all the same.
    let is_held = |at: CellIndex| {
        known.cells.get(at as usize).is_some_and(|cell| !cell.frozen && !cell.holders.is_nobody())
    };
    let cells = 0..table.cells.len() as CellIndex;
    let together: Vec<CellIndex> = cells.filter(|at| is_held(*at) || is_known(*at, all)).collect();
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

/// Who holds a number holds it in the release where it did not change, and what follows there from such numbers: of what it shows
/// itself nothing is known before.
fn carry_on(bound: &mut Succession) {
    share(bound);
    let start = bound.start;
    for one in all_holders(&bound.table).each() {
        let cells = bound.table.cells.iter().enumerate();
        let told = cells
            .map(|(at, cell)| at < start && (cell.frozen || !cell.holders.among(one).is_nobody()))
            .collect();
        let follows = (0..).zip(following(&bound.table.relations, told)).skip(start);
        for (at, _) in follows.filter(|(_, follows)| *follows) {
            set(&mut bound.table, at, |holders| holders.and(one));
        }
    }
}

/// Who holds a number holds it in the release where it did not change.
fn share(bound: &mut Succession) {
    let (table, start) = (&mut bound.table, bound.start as CellIndex);
    for relation in &table.relations {
        let [(earlier, -1), (now, 1)] = relation.terms.as_slice() else { continue };
        if *earlier < start && *now >= start {
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
pub(super) fn following(relations: &[Relation], mut known: Vec<bool>) -> Vec<bool> {
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
