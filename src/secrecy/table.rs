//! From sheets of true numbers to the one table of cells and relations that the engine plans.

mod cells;
mod fault;
mod nearby;
mod presumed;
mod rests;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use entity::types::Breakdown;

pub use fault::LayError;

pub(super) use cells::count;
use cells::lay_cells;
use presumed::{belied, short_of_total};
use rests::{relate_containment, relate_gaps};

use super::{
    Address, Opened, Raw, Rule, Sheet,
    closure::{Closed, Structure},
    engine::{self, CellIndex, Holders, Relation, Table},
    gaps::{Gap, gaps},
    groups::{Grouped, Known, entangled, is_group},
    margins::Margins,
    nesting::Nesting,
    overlaps::uncut,
    relations::{Index, relate_breakdowns, relate_periods, relate_territories},
    residues::crossing,
    skipped::skipped,
    unheld::{Unheld, unheld, wholes},
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
    /// What territories of other vintages were divided into.
    pub divided: Vec<(i32, Vec<i32>)>,
    /// Territories of another vintage than the release's: never shown, but they bind what is.
    pub hidden: HashSet<i32>,
}

impl Sums {
    /// The same over all that is there: where something is known of a territory that is no more, or not yet, it lies in
    /// what came of it like any other part, whether the other parts are there or not.
    fn with_other_vintages(&self, sheets: &BTreeMap<i32, Sheet>) -> Self {
        let mut cells = sheets.values().flat_map(Sheet::in_order);
        if !cells.any(|(address, _)| self.hidden.contains(&address.territory_id)) {
            return self.clone();
        }
        let sums = self.sums.iter().chain(&self.mergers).chain(&self.divided);
        let sums: BTreeSet<&(i32, Vec<i32>)> = sums.collect();
        Self { sums: sums.into_iter().cloned().collect(), ..self.clone() }
    }
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
    /// Keys of the cells that are the release's own.
    pub(super) own: HashSet<CellKey>,
    /// What was carried over, or follows from it, and does not add up with what else is known.
    pub(super) contradicted: BTreeSet<CellKey>,
    /// Sums that do not hold any more, for something of them has changed since.
    pub(super) dropped: Vec<Relation>,
    /// Totals with those of their parts that are there, where others are missing elsewhere, whatever is left for those.
    pub(super) rests_elsewhere: Vec<Vec<CellIndex>>,
}

/// Lays the sheets of additive indicators out as one table with every relation that binds their cells. What was carried over
/// from earlier releases is not published, but binds what is, where it adds up with it.
///
/// # Errors
///
/// [`LayError::Facts`] where the rule cannot judge a cell, [`LayError::NotACount`] for a negative or fractional amount, [`LayError::MoreThanWhole`] for a part that is
/// too large; the amounts themselves are never quoted.
pub fn lay(
    sheets: &BTreeMap<i32, Sheet>,
    carried: &HashSet<CellKey>,
    breakdowns: &HashMap<i32, Breakdown>,
    sums: &Sums,
    contained: &[Containment],
    (opened, rule): (&Opened, &Rule),
) -> Result<Laid, LayError> {
    let mut laid = Laid {
        table: Table::default(),
        keys: Vec::new(),
        gaps: BTreeSet::new(),
        own: HashSet::new(),
        contradicted: BTreeSet::new(),
        dropped: Vec::new(),
        rests_elsewhere: Vec::new(),
    };
    let sums = &sums.with_other_vintages(sheets);
    let known: BTreeMap<i32, &Breakdown> =
        breakdowns.iter().map(|(id, breakdown)| (*id, breakdown)).collect();
    let structure = Structure { sums: &sums.sums, breakdowns: &known };
    let mut notes = Notes::default();
    let mut indices: BTreeMap<i32, Index> = BTreeMap::new();
    let mut grouped: BTreeMap<i32, Grouped> = BTreeMap::new();
    for (&indicator_id, sheet) in sheets {
        let crossed = |Address { territory_id, .. }| LayError::Incomplete { indicator_id, territory_id };
        grouped.insert(indicator_id, Grouped::of(sheet, &structure).map_err(crossed)?);
    }
    let mut closed: BTreeMap<i32, Closed<'_>> = BTreeMap::new();
    for ((id, sheet), grouped) in sheets.iter().zip(grouped.values()) {
        closed.insert(*id, Closed::of(sheet, &Structure { sums: &grouped.sums, ..structure }));
    }
    for (&indicator_id, closed_sheet) in &closed {
        let others = related(indicator_id, contained);
        let others = others.iter().filter_map(|id| closed.get(id));
        let chain: Vec<&Closed<'_>> = std::iter::once(closed_sheet).chain(others).collect();
        if let Some(Address { territory_id, .. }) = uncut(closed_sheet, &chain, &structure) {
            return Err(LayError::Uncut { indicator_id, territory_id });
        }
    }
    Margins::of(closed.iter().map(|(id, closed)| (*id, closed)), &known).decomposable(sums, contained)?;
    for ((&indicator_id, closed_sheet), grouped) in closed.iter().zip(grouped.values()) {
        let with_groups = Structure { sums: &grouped.sums, ..structure };
        // What territories that are missing together leave is the number of their group.
        let mut gaps = gaps(closed_sheet, &with_groups, structure.sums);
        gaps.retain(|gap| !gap.is_of_territories());
        let mut found = Known::default();
        found.add_own(closed_sheet);
        for other in related(indicator_id, contained).iter().filter_map(|id| closed.get(id)) {
            found.add_related(other);
        }
        let all: Vec<Gap> = grouped.gaps.iter().chain(&gaps).cloned().collect();
        if let Some(Address { territory_id, .. }) = entangled(&all, &found, &structure) {
            return Err(LayError::Incomplete { indicator_id, territory_id });
        }
        if let Some(Address { territory_id, .. }) = crossing(closed_sheet, &with_groups) {
            return Err(LayError::Incomplete { indicator_id, territory_id });
        }
        let sums = &Sums { sums: grouped.sums.clone(), ..sums.clone() };
        let index = lay_cells(&mut laid, &mut notes, (indicator_id, closed_sheet, carried), sums, rule)?;
        if let Some(Address { territory_id, .. }) = short_of_total(&laid, &index, breakdowns) {
            return Err(LayError::Categories { indicator_id, territory_id });
        }
        relate_territories(&mut laid.table, &index, &sums.sums);
        relate_breakdowns(&mut laid.table, &index, breakdowns);
        relate_periods(&mut laid.table, &index);
        let placed = (indicator_id, closed_sheet, &index);
        relate_gaps(&mut laid, &mut notes, placed, (&gaps, carried), (sums, rule))?;
        let missing = all.into_iter().filter(|gap| !is_group(gap.total.territory_id));
        laid.gaps.extend(missing.map(|gap| (indicator_id, gap.total, gap.absent)));
        indices.insert(indicator_id, index);
    }
    let everywhere = grouped.values().flat_map(|grouped| &grouped.sums).chain(&sums.mergers).cloned();
    let everywhere: Vec<(i32, Vec<i32>)> = everywhere.collect::<BTreeSet<_>>().into_iter().collect();
    let everywhere = Structure { sums: &everywhere, ..structure };
    let nesting = Nesting::of(&closed, &everywhere);
    let mut loose = closed.keys().filter_map(|id| skipped(*id, &nesting, &everywhere));
    if let Some(CellKey { indicator_id, address: Address { territory_id, .. } }) = loose.next() {
        return Err(LayError::Incomplete { indicator_id, territory_id });
    }
    if let Some(Unheld { part, whole_id, beside }) = unheld(&nesting, contained) {
        let CellKey { indicator_id: part_id, address: Address { territory_id, .. } } = part;
        return Err(match beside {
            Some(other_id) => LayError::DividedAlike { part_id, other_id, whole_id, territory_id },
            None => LayError::Unheld { part_id, whole_id, territory_id },
        });
    }
    let of = |id: &i32| Some((*id, closed.get(id)?, indices.get(id)?));
    for part in closed.keys().filter_map(of) {
        let wholes: Vec<_> = wholes(part.0, contained).iter().filter_map(of).collect();
        relate_containment(&mut laid, &mut notes, (part, &wholes), carried, (sums, rule))?;
    }
    if let Some(CellKey { indicator_id, address: Address { territory_id, .. } }) = belied(&laid, &notes) {
        return Err(LayError::Categories { indicator_id, territory_id });
    }
    // Numbers of several releases need not add up: what changed since binds nobody.
    let relations = std::mem::take(&mut laid.table.relations);
    let (kept, dropped) = relations
        .into_iter()
        .partition(|relation| carried.is_empty() || laid.adds_up(relation) || !laid.is_mixed(relation));
    let (relations, dropped): (Vec<Relation>, Vec<Relation>) = (kept, dropped);
    for relation in &dropped {
        let blamed = laid.blamed(relation.terms.iter().map(|(at, _)| *at), carried);
        laid.contradicted.extend(blamed);
    }
    (laid.table.relations, laid.dropped) = (relations, dropped);
    engine::find_singletons(&mut laid.table, &notes.alone);
    let holders = with_pieces(opened.holders(), &sums.sums);
    for ((at, cell), key) in (0..).zip(&mut laid.table.cells).zip(&laid.keys) {
        let raw = sheets.get(&key.indicator_id).and_then(|sheet| sheet.get(&key.address));
        // No grant opens what the provider masked.
        let withheld = cell.published && raw.is_some_and(Raw::is_withheld);
        if !withheld && !notes.elsewhere.contains(&at) {
            cell.holders = holders.get(&key.address.territory_id).copied().unwrap_or_default();
        }
    }
    Ok(laid)
}

impl Laid {
    fn adds_up(&self, relation: &Relation) -> bool {
        let value = |(at, by): &(CellIndex, i64)| {
            self.table.cells.get(*at as usize).map_or(0, |cell| cell.value * *by)
        };
        relation.terms.iter().map(value).sum::<i64>() == 0
    }

    /// Of cells that do not go together the one that was carried over, or that follows from others.
    fn blamed(
        &self,
        cells: impl Iterator<Item = CellIndex> + Clone,
        carried: &HashSet<CellKey>,
    ) -> Option<CellKey> {
        let mut keys = cells.filter_map(|at| self.keys.get(at as usize));
        let not_own = keys.clone().find(|key| !self.own.contains(key));
        keys.find(|key| carried.contains(key)).or(not_own).copied()
    }

    /// Whether not all that a relation binds is the release's own.
    fn is_mixed(&self, relation: &Relation) -> bool {
        let own = |at: CellIndex| self.keys.get(at as usize).is_some_and(|key| self.own.contains(key));
        relation.terms.iter().any(|(at, _)| !own(*at))
    }
}

/// Who holds the leave to see territories holds that to see the pieces which they cut out of each other, as far as all are
/// theirs that a piece lies in: an IRIS and a neighbourhood, not the one without the other.
fn with_pieces(mut holders: HashMap<i32, Holders>, sums: &[(i32, Vec<i32>)]) -> HashMap<i32, Holders> {
    let mut pieces: HashMap<i32, Holders> = HashMap::new();
    for (whole, parts) in sums {
        let of_whole = holders.get(whole).copied().unwrap_or_default();
        for piece in parts.iter().filter(|part| **part < 0 && !is_group(**part)) {
            pieces.entry(*piece).and_modify(|all| *all = all.among(of_whole)).or_insert(of_whole);
        }
    }
    holders.extend(pieces);
    holders
}

/// The counts that hold an indicator or are held by it, however far.
fn related(indicator_id: i32, contained: &[Containment]) -> BTreeSet<i32> {
    let chain = |step: fn(&Containment) -> (i32, i32)| {
        let mut found = BTreeSet::from([indicator_id]);
        loop {
            let next =
                contained.iter().map(step).filter(|(from, to)| found.contains(from) && !found.contains(to));
            let next: Vec<i32> = next.map(|(_, to)| to).collect();
            if next.is_empty() {
                return found;
            }
            found.extend(next);
        }
    };
    let wholes = chain(|pair| (pair.part_id, pair.whole_id));
    let parts = chain(|pair| (pair.whole_id, pair.part_id));
    wholes.symmetric_difference(&parts).copied().collect()
}

/// What is known of the cells beside the table.
#[derive(Default)]
struct Notes {
    /// Whether one unit alone stands behind a cell, in the order of the table.
    alone: Vec<bool>,
    /// Rests in other territories than the one of their key: no grant for that opens them.
    elsewhere: HashSet<CellIndex>,
    /// What follows only where categories that are not there are zeros.
    presumed: HashSet<CellIndex>,
}

#[cfg(test)]
mod tests;
