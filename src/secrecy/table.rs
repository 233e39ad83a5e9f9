//! From sheets of true numbers to the one table of cells and relations that the engine plans.

mod cells;
mod fault;
mod rests;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use entity::types::Breakdown;

pub use fault::LayError;

use cells::lay_cells;
use rests::{relate_containment, relate_gaps};

use super::{
    Address, Raw, Rule, Sheet,
    closure::{Closed, Structure},
    engine::{self, CellIndex, Table},
    margins::Margins,
    relations::{Index, relate_breakdowns, relate_periods, relate_territories},
};

/// How the territories of a release hang together: which are published, and which sums hold.
///
/// Atoms (the parts of an IRIS inside and outside a priority neighbourhood) have negative numbers;
/// they are never shown but bind what is.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    /// Every sum: a total and its parts, by territory number.
    pub sums: Vec<(i32, Vec<i32>)>,
    /// Territories of other vintages that became one: sums between geographies.
    pub mergers: Vec<(i32, Vec<i32>)>,
    /// Territories of another vintage than the release's: never shown, but they bind what is.
    pub hidden: HashSet<i32>,
}

/// A count whose units are all counted in another one: everybody knows that it is at most that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Containment {
    /// Indicator of the part.
    pub part_id: i32,
    /// Indicator of the whole.
    pub whole_id: i32,
}

/// One cell of the table: which indicator, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CellKey {
    /// Indicator.
    pub indicator_id: i32,
    /// Where in the indicator's sheet.
    pub address: Address,
}

/// A table for the engine, and which cell is where.
pub struct Laid {
    /// What the engine plans.
    pub table: Table,
    /// The key of each cell, in the order of the table.
    pub keys: Vec<CellKey>,
    /// Totals of which several parts are missing, with those parts, by indicator.
    pub gaps: BTreeSet<(i32, Address, Vec<Address>)>,
    /// What is known by which dimensions.
    pub(super) margins: Margins,
}

/// Lays the sheets of additive indicators out as one table with every relation that binds their cells.
///
/// # Errors
///
/// [`LayError::Facts`] where the rule cannot judge a cell, [`LayError::NotACount`] for a negative or fractional amount, [`LayError::MoreThanWhole`] for a part that is
/// too large; the amounts themselves are never quoted.
pub fn lay(
    sheets: &BTreeMap<i32, Sheet>,
    breakdowns: &HashMap<i32, Breakdown>,
    sums: &Sums,
    contained: &[Containment],
    opened: &HashSet<i32>,
    rule: &Rule,
) -> Result<Laid, LayError> {
    let mut laid = Laid {
        table: Table::default(),
        keys: Vec::new(),
        gaps: BTreeSet::new(),
        margins: Margins::default(),
    };
    let known: BTreeMap<i32, &Breakdown> =
        breakdowns.iter().map(|(id, breakdown)| (*id, breakdown)).collect();
    let structure = Structure { sums: &sums.sums, breakdowns: &known };
    let mut notes = Notes::default();
    let mut indices: BTreeMap<i32, Index> = BTreeMap::new();
    let closed: BTreeMap<i32, Closed<'_>> =
        sheets.iter().map(|(indicator_id, sheet)| (*indicator_id, Closed::of(sheet, &structure))).collect();
    laid.margins = Margins::of(closed.iter().map(|(id, closed)| (*id, closed)), &known);
    laid.margins.decomposable(&[sums], contained)?;
    for (&indicator_id, closed) in &closed {
        let gaps = closed.gaps(&structure);
        if let Some(Address { territory_id, .. }) = closed.entangled(&gaps, &structure) {
            return Err(LayError::Incomplete { indicator_id, territory_id });
        }
        let index = lay_cells(&mut laid, &mut notes, (indicator_id, closed), sums, rule)?;
        relate_territories(&mut laid.table, &index, &sums.sums);
        relate_territories(&mut laid.table, &index, &sums.mergers);
        relate_breakdowns(&mut laid.table, &index, breakdowns);
        relate_periods(&mut laid.table, &index);
        relate_gaps(&mut laid, &mut notes, (indicator_id, closed, &index), (&gaps, sums), rule)?;
        indices.insert(indicator_id, index);
    }
    for pair in contained {
        // What is missing of one and known of the other binds both in a way that no rest tells.
        for (indicator_id, other) in [(pair.whole_id, pair.part_id), (pair.part_id, pair.whole_id)] {
            let missing = laid.gaps.iter().filter(|(of, ..)| *of == indicator_id);
            let mut missing = missing.flat_map(|(_, _, absent)| absent);
            let known =
                |address: &Address| indices.get(&other).is_some_and(|other| other.contains_key(address));
            if let Some(Address { territory_id, .. }) = missing.find(|address| known(address)).copied() {
                return Err(LayError::Incomplete { indicator_id, territory_id });
            }
        }
        if let (Some(part), Some(whole)) = (indices.get(&pair.part_id), indices.get(&pair.whole_id)) {
            relate_containment(&mut laid, &mut notes, *pair, (part, whole))?;
        }
    }
    engine::find_singletons(&mut laid.table, &notes.alone);
    for ((at, cell), key) in (0..).zip(&mut laid.table.cells).zip(&laid.keys) {
        let raw = sheets.get(&key.indicator_id).and_then(|sheet| sheet.get(&key.address));
        // No grant opens what the provider masked.
        let withheld = cell.published && raw.is_some_and(Raw::is_withheld);
        cell.held = opened.contains(&key.address.territory_id) && !withheld && !notes.elsewhere.contains(&at);
    }
    Ok(laid)
}

/// What is known of the cells beside the table.
#[derive(Default)]
struct Notes {
    /// Whether one unit alone stands behind a cell, in the order of the table.
    alone: Vec<bool>,
    /// Rests in other territories than the one of their key: no grant for that opens them.
    elsewhere: HashSet<CellIndex>,
}

#[cfg(test)]
mod tests;
