//! Checking a plan: whole numbers, addition and comparison, nothing else.
//!
//! This file shares no code with the planner and trusts nothing that it says. It needs no solver: a plan
//! comes with other tables that agree with all that is shown, and whoever cannot tell them from the true
//! one cannot narrow a sensitive cell below what they reach.
//!
//! # Guarantee
//!
//! After [`check`] says yes, for each sensitive cell and everybody who knows all that is shown, every
//! relation, and that no cell is below its `least`: the whole numbers that the cell may have, for all they
//! know, reach from `low` (or, for the cells counted as slid, from higher up) to `high` or above, and at
//! least `width` apart. A contributor who is alone in a masked cell, and so knows it, still finds at least two
//! values possible for every other sensitive cell that [`Singletons`] keeps, unless the cell is counted as
//! exposed to insiders.
//!
//! All who hold the leave to see some cells, but not this one, together still find at least two values possible for it,
//! unless it is counted as exposed to them: neither one of them nor all of them work out what only others may see.
//!
//! # Not promised
//!
//! Nothing against several contributors who tell each other their cells, nor against knowledge from
//! outside of the table.

use std::collections::HashMap;

use super::{
    certificate::{Certificates, Proof},
    holders::Holders,
    model::{CellIndex, Singletons, Status, Table},
};

/// What a check found to hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Sensitive cells, each protected.
    pub sensitive: usize,
    /// Those among them that are protected further above than asked, for they cannot fall so low.
    pub slid: usize,
    /// Those among them that one contributor, alone in another cell, undoes.
    pub exposed_to_insiders: usize,
    /// Those among them that holders of other cells, together, may work out.
    pub exposed_to_holders: usize,
}

/// Why a plan does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// As many statuses as cells are needed.
    #[error("the plan has {statuses} statuses for {cells} cells")]
    Length {
        /// Statuses.
        statuses: usize,
        /// Cells.
        cells: usize,
    },
    /// A status that does not fit its cell: a sensitive cell that is shown, a frozen one that is masked.
    #[error("cell {cell} may not have its status")]
    Status {
        /// The cell.
        cell: CellIndex,
    },
    /// A move that changes a cell that is shown, or one that is not there.
    #[error("move {index} changes cell {cell}, which is shown or not there")]
    ChangesShown {
        /// The move.
        index: usize,
        /// The cell.
        cell: CellIndex,
    },
    /// A move under which a cell falls below what everybody knows it to be.
    #[error("move {index} takes cell {cell} below what everybody knows it to be")]
    FallsTooLow {
        /// The move.
        index: usize,
        /// The cell.
        cell: CellIndex,
    },
    /// A move under which a relation no longer adds up.
    #[error("under move {index} relation {relation} no longer adds up")]
    BreaksRelation {
        /// The move.
        index: usize,
        /// The relation.
        relation: usize,
    },
    /// A sensitive cell without proof, or with one that names a move that is not there.
    #[error("cell {cell} has no proof")]
    NoProof {
        /// The cell.
        cell: CellIndex,
    },
    /// A sensitive cell whose proof does not reach what its protection asks for.
    #[error("cell {cell} is narrower than its protection")]
    TooNarrow {
        /// The cell.
        cell: CellIndex,
    },
}

/// Checks that a plan holds.
///
/// # Errors
///
/// [`CheckError`] names the first cell, move or relation that does not hold.
pub fn check(
    table: &Table,
    statuses: &[Status],
    certificates: &Certificates,
    singletons: Singletons,
) -> Result<Checked, CheckError> {
    if statuses.len() != table.cells.len() {
        return Err(CheckError::Length { statuses: statuses.len(), cells: table.cells.len() });
    }
    check_statuses(table, statuses)?;
    check_moves(table, statuses, certificates)?;
    let proofs: HashMap<CellIndex, &Proof> =
        certificates.proofs.iter().map(|proof| (proof.cell, proof)).collect();
    let holders = table.cells.iter().fold(Holders::NOBODY, |all, cell| all.and(cell.holders));
    let mut checked = Checked::default();
    for (position, cell) in table.cells.iter().enumerate() {
        let Some(protection) = cell.protection else { continue };
        let index = position as CellIndex;
        let proof = proofs.get(&index).ok_or(CheckError::NoProof { cell: index })?;
        let (mut low, mut high) = (cell.value, cell.value);
        for by in &proof.moves {
            let steps = certificates.moves.get(*by as usize).ok_or(CheckError::NoProof { cell: index })?;
            let moved = cell.value + change(steps, index);
            low = low.min(moved);
            high = high.max(moved);
        }
        if high < protection.high || high - low < protection.width {
            return Err(CheckError::TooNarrow { cell: index });
        }
        checked.sensitive += 1;
        checked.slid += usize::from(low > protection.low);
        if singletons.keep(cell.singleton.is_some()) && is_exposed(table, index, proof, certificates) {
            checked.exposed_to_insiders += 1;
        }
        if holders.has_other_than(cell.holders) && !stands_apart(table, index, proof, certificates) {
            checked.exposed_to_holders += 1;
        }
    }
    Ok(checked)
}

fn change(steps: &[(CellIndex, i64)], cell: CellIndex) -> i64 {
    steps.binary_search_by_key(&cell, |(at, _)| *at).map_or(0, |at| steps[at].1)
}

fn check_statuses(table: &Table, statuses: &[Status]) -> Result<(), CheckError> {
    for (position, (cell, status)) in table.cells.iter().zip(statuses).enumerate() {
        let fits = match status {
            Status::Shown => cell.published && cell.protection.is_none(),
            Status::Primary => cell.published && cell.protection.is_some() && !cell.frozen,
            Status::Secondary => cell.published && cell.protection.is_none() && !cell.frozen,
            Status::Hidden => !cell.published,
        };
        if !fits {
            return Err(CheckError::Status { cell: position as CellIndex });
        }
    }
    Ok(())
}

fn check_moves(table: &Table, statuses: &[Status], certificates: &Certificates) -> Result<(), CheckError> {
    let mut relations_of: Vec<Vec<(u32, i64)>> = vec![Vec::new(); table.cells.len()];
    for (relation, terms) in table.relations.iter().enumerate() {
        for (cell, by) in &terms.terms {
            if let Some(relations) = relations_of.get_mut(*cell as usize) {
                relations.push((relation as u32, *by));
            }
        }
    }
    let mut sums: HashMap<u32, i128> = HashMap::new();
    for (index, steps) in certificates.moves.iter().enumerate() {
        sums.clear();
        let mut last = None;
        for (cell, amount) in steps {
            let known = table.cells.get(*cell as usize);
            let hidden = statuses.get(*cell as usize).is_some_and(|status| !status.is_shown());
            // In order, so that no cell is changed twice.
            let (Some(facts), true, true) = (known, hidden, last < Some(*cell)) else {
                return Err(CheckError::ChangesShown { index, cell: *cell });
            };
            last = Some(*cell);
            if facts.value.checked_add(*amount).is_none_or(|moved| moved < facts.least) {
                return Err(CheckError::FallsTooLow { index, cell: *cell });
            }
            for (relation, by) in &relations_of[*cell as usize] {
                *sums.entry(*relation).or_default() += i128::from(*by) * i128::from(*amount);
            }
        }
        if let Some((relation, _)) = sums.iter().filter(|(_, sum)| **sum != 0).min() {
            return Err(CheckError::BreaksRelation { index, relation: *relation as usize });
        }
    }
    Ok(())
}

/// Whether some move changes a cell and nothing that anybody but its own holders holds the leave to see.
fn stands_apart(table: &Table, cell: CellIndex, proof: &Proof, certificates: &Certificates) -> bool {
    let own = table.cells[cell as usize].holders;
    proof.moves.iter().any(|by| {
        let steps = &certificates.moves[*by as usize];
        let told = |at: &CellIndex| table.cells[*at as usize].holders.has_other_than(own);
        change(steps, cell) != 0 && !steps.iter().any(|(at, _)| told(at))
    })
}

/// Whether one contributor, who knows the cells that are theirs alone, is left with a single value.
fn is_exposed(table: &Table, cell: CellIndex, proof: &Proof, certificates: &Certificates) -> bool {
    let own = table.cells[cell as usize].singleton;
    let mut undone: Option<Vec<u32>> = None;
    for by in &proof.moves {
        let steps = &certificates.moves[*by as usize];
        if change(steps, cell) == 0 {
            continue;
        }
        let mut owners: Vec<u32> =
            steps.iter().filter_map(|(at, _)| table.cells[*at as usize].singleton).collect();
        owners.retain(|owner| {
            Some(*owner) != own && undone.as_ref().is_none_or(|undone| undone.contains(owner))
        });
        undone = Some(owners);
    }
    undone.is_none_or(|undone| !undone.is_empty())
}
