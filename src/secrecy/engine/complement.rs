//! Complementary masking: no sum or difference of what is shown recovers a masked cell.
//!
//! An attacker who subtracts knows whatever is the only unknown of some relation, then uses it in the next;
//! one who combines whole relations knows what lies in the span of what is shown ([`span`]). While either
//! reaches a sensitive cell, or one masked to protect it, the cheapest further cell of a relation is masked.

use std::collections::{BTreeSet, HashSet};

use super::{
    model::{CellIndex, Status, Table},
    span,
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
    /// A sensitive cell that nothing left to mask can protect.
    #[error("cell {cell} is sensitive and nothing that may be masked protects it")]
    Unprotectable {
        /// Position of the cell.
        cell: CellIndex,
    },
}

/// Plans a table: primary cells by rule, then complements until no chain of subtractions, and no other
/// combination of relations, determines a cell that must not be known.
///
/// What it does not promise yet: that an attacker cannot narrow a cell to an interval.
///
/// # Errors
///
/// [`PlanError`] when a relation does not add up, or a sensitive cell stays exposed whatever is masked.
///
/// # Citations
///
/// Hundepool et al., *Statistical Disclosure Control* (2012), chapter 4: secondary suppression.
pub fn plan(table: &Table) -> Result<Vec<Status>, PlanError> {
    add_up(table)?;
    let mut statuses: Vec<Status> = table
        .cells
        .iter()
        .map(|cell| match (cell.published, cell.protection) {
            (false, _) => Status::Hidden,
            (true, Some(_)) => Status::Primary,
            (true, None) => Status::Shown,
        })
        .collect();
    loop {
        break_chains(table, &mut statuses)?;
        if fill_remainders(table, &mut statuses)? {
            continue;
        }
        if !leave_span(table, &mut statuses)? {
            return Ok(statuses);
        }
    }
}

/// What a relation's shown cells leave over is known to everybody: the sum of its masked parts. Masks
/// further parts where that sum is itself below what a sensitive part must be hidden in; says whether
/// there were any.
fn fill_remainders(table: &Table, statuses: &mut [Status]) -> Result<bool, PlanError> {
    let used = uses(table);
    let mut filled = false;
    for (position, relation) in table.relations.iter().enumerate() {
        let Some((remainder, needed)) = remainder(table, statuses, &relation.terms) else { continue };
        if remainder == 0 || remainder >= needed {
            continue;
        }
        let Some((first, _)) =
            relation.terms.iter().find(|(cell, _)| must_hold(table, statuses, *cell as usize))
        else {
            continue;
        };
        let complement =
            cheapest(table, statuses, position).or_else(|| nearest(table, statuses, &used, *first));
        let complement = complement.ok_or(PlanError::Unprotectable { cell: *first })?;
        if let Some(status) = statuses.get_mut(complement as usize) {
            *status = Status::Secondary;
        }
        filled = true;
    }
    Ok(filled)
}

/// The sum of a relation's unknown cells, when all stand on one side, and the most that a sensitive one
/// of them needs around it.
fn remainder(table: &Table, statuses: &[Status], terms: &[(CellIndex, i64)]) -> Option<(i64, i64)> {
    let (mut sum, mut needed, mut side) = (0_i64, 0_i64, 0_i64);
    for (cell, coefficient) in
        terms.iter().filter(|(cell, _)| statuses.get(*cell as usize) != Some(&Status::Shown))
    {
        let facts = table.cells.get(*cell as usize)?;
        if side != 0 && side != coefficient.signum() {
            return None;
        }
        side = coefficient.signum();
        sum = sum.saturating_add(facts.value.saturating_mul(coefficient.abs()));
        needed = needed.max(facts.protection.map_or(0, |protection| protection.high));
    }
    Some((sum, needed))
}

/// Masks further cells for those that combinations of relations determine; says whether there were any.
fn leave_span(table: &Table, statuses: &mut [Status]) -> Result<bool, PlanError> {
    let mut exposed = span::determined(table, statuses);
    exposed.retain(|cell| must_hold(table, statuses, *cell as usize));
    let used = uses(table);
    let mut masked = HashSet::new();
    for cell in &exposed {
        let relations = used.get(*cell as usize).map(Vec::as_slice).unwrap_or_default();
        if relations.iter().any(|relation| breaks(table, *relation, &masked)) {
            continue;
        }
        let complement = nearest(table, statuses, &used, *cell);
        let complement = complement.ok_or(PlanError::Unprotectable { cell: *cell })?;
        masked.insert(complement);
        if let Some(status) = statuses.get_mut(complement as usize) {
            *status = Status::Secondary;
        }
    }
    Ok(!exposed.is_empty())
}

/// The cheapest cell to mask in the relations of a cell, or, where those hold nothing that can be masked,
/// in the relations of their hidden cells, and so on.
fn nearest(table: &Table, statuses: &[Status], used: &[Vec<usize>], cell: CellIndex) -> Option<CellIndex> {
    let mut seen = HashSet::from([cell]);
    let mut edge = vec![cell];
    while !edge.is_empty() {
        let around = edge.iter().filter_map(|cell| used.get(*cell as usize)).flatten().copied();
        let relations: BTreeSet<usize> = around.collect();
        let found = relations.iter().filter_map(|relation| cheapest(table, statuses, *relation));
        let cost = |cell: &CellIndex| (table.cells.get(*cell as usize).map(|cell| cell.cost), *cell);
        if let Some(complement) = found.min_by_key(cost) {
            return Some(complement);
        }
        let beyond = relations
            .iter()
            .filter_map(|relation| table.relations.get(*relation))
            .flat_map(|found| &found.terms);
        edge = beyond.map(|(cell, _)| *cell).filter(|cell| seen.insert(*cell)).collect();
    }
    None
}

/// Masks further cells until no chain of single subtractions reaches a cell that must not be known.
fn break_chains(table: &Table, statuses: &mut [Status]) -> Result<(), PlanError> {
    loop {
        let chains = chains(table, statuses);
        if chains.exposed.is_empty() {
            return Ok(());
        }
        let mut masked = HashSet::new();
        for (cell, relation) in &chains.exposed {
            let links = chains.links(table, *relation);
            // A chain that this round has broken already is looked at again in the next.
            if links.iter().any(|link| breaks(table, *link, &masked)) {
                continue;
            }
            let complement = links.iter().find_map(|link| cheapest(table, statuses, *link));
            let complement = complement.ok_or(PlanError::Unprotectable { cell: *cell })?;
            masked.insert(complement);
            if let Some(status) = statuses.get_mut(complement as usize) {
                *status = Status::Secondary;
            }
        }
    }
}

fn breaks(table: &Table, relation: usize, masked: &HashSet<CellIndex>) -> bool {
    let relation = table.relations.get(relation);
    relation.is_some_and(|relation| relation.terms.iter().any(|(cell, _)| masked.contains(cell)))
}

fn add_up(table: &Table) -> Result<(), PlanError> {
    for (position, relation) in table.relations.iter().enumerate() {
        let sum: i128 = relation
            .terms
            .iter()
            .filter_map(|(cell, coefficient)| {
                let cell = table.cells.get(*cell as usize)?;
                Some(i128::from(cell.value) * i128::from(*coefficient))
            })
            .sum();
        if sum != 0 {
            return Err(PlanError::NotAdditive { relation: position });
        }
    }
    Ok(())
}

/// What must not become known: sensitive cells, and published ones masked for their sake.
fn must_hold(table: &Table, statuses: &[Status], cell: usize) -> bool {
    match statuses.get(cell) {
        Some(Status::Primary | Status::Secondary) => true,
        Some(Status::Hidden) => table.cells.get(cell).is_some_and(|cell| cell.protection.is_some()),
        _ => false,
    }
}

/// What single subtractions, one after the other, make known.
struct Chains {
    /// Cells that must not become known, each with the relation that ends its chain.
    exposed: Vec<(CellIndex, usize)>,
    /// The relation that makes each cell known; none for cells that are shown or stay unknown.
    because: Vec<Option<usize>>,
}

impl Chains {
    /// The relations of a chain, from its end back to what is shown.
    fn links(&self, table: &Table, end: usize) -> Vec<usize> {
        let mut links = vec![end];
        let mut seen = HashSet::from([end]);
        let mut next = 0;
        while let Some(relation) = links.get(next).and_then(|link| table.relations.get(*link)) {
            for (cell, _) in &relation.terms {
                if let Some(Some(link)) = self.because.get(*cell as usize)
                    && seen.insert(*link)
                {
                    links.push(*link);
                }
            }
            next += 1;
        }
        links
    }
}

/// The relations in which each cell stands.
fn uses(table: &Table) -> Vec<Vec<usize>> {
    let mut used = vec![Vec::new(); table.cells.len()];
    for (position, relation) in table.relations.iter().enumerate() {
        for (cell, _) in &relation.terms {
            if let Some(relations) = used.get_mut(*cell as usize) {
                relations.push(position);
            }
        }
    }
    used
}

fn chains(table: &Table, statuses: &[Status]) -> Chains {
    let mut known: Vec<bool> = statuses.iter().map(|status| *status == Status::Shown).collect();
    let used = uses(table);
    let mut chains = Chains { exposed: Vec::new(), because: vec![None; table.cells.len()] };
    let mut waiting: Vec<usize> = (0..table.relations.len()).rev().collect();
    while let Some(position) = waiting.pop() {
        let Some(relation) = table.relations.get(position) else { continue };
        let mut unknown = relation.terms.iter().filter(|(cell, _)| known.get(*cell as usize) == Some(&false));
        let (Some((cell, _)), None) = (unknown.next(), unknown.next()) else { continue };
        if must_hold(table, statuses, *cell as usize) {
            chains.exposed.push((*cell, position));
        }
        if let (Some(known), Some(because)) =
            (known.get_mut(*cell as usize), chains.because.get_mut(*cell as usize))
        {
            *known = true;
            *because = Some(position);
        }
        waiting.extend(used.get(*cell as usize).into_iter().flatten());
    }
    chains
}

fn cheapest(table: &Table, statuses: &[Status], relation: usize) -> Option<CellIndex> {
    let terms = &table.relations.get(relation)?.terms;
    terms
        .iter()
        .map(|(cell, _)| *cell)
        .filter(|cell| statuses.get(*cell as usize) == Some(&Status::Shown))
        .filter(|cell| table.cells.get(*cell as usize).is_some_and(|cell| !cell.frozen))
        .min_by_key(|cell| (table.cells.get(*cell as usize).map(|cell| cell.cost), *cell))
}

#[cfg(test)]
mod tests {
    use super::plan;
    use crate::secrecy::engine::model::{Cell, Protection, Relation, Status, Table};

    #[test]
    fn masked_parts_that_are_few_together_are_joined_by_another() {
        // 20 = 2 + 1 + 9 + 8 below five: 2 and 1 together would be three people, told by one subtraction.
        let cells = [20, 2, 1, 9, 8].map(|value| Cell {
            value,
            cost: value as u64,
            protection: (value < 5).then_some(Protection { low: 1, high: 5, width: 5 }),
            published: true,
            frozen: false,
            least: 0,
            singleton: None,
        });
        let terms = vec![(0, -1), (1, 1), (2, 1), (3, 1), (4, 1)];
        let table = Table { cells: cells.to_vec(), relations: vec![Relation { terms }] };
        let statuses = plan(&table).unwrap();
        assert_eq!(
            statuses,
            [Status::Shown, Status::Primary, Status::Primary, Status::Shown, Status::Secondary]
        );
    }
}
