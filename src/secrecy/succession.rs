//! A release and all that readers have had before of its source and period, as one table.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{
    Address,
    engine::{self, CellIndex, Relation, Status, Succession, Table},
    margins::Margins,
    plan::{Earlier, Request},
    table::{self, CellKey, Laid, LayError, Sums},
};

/// What was shown before, as one table.
#[derive(Default)]
struct Past {
    table: Table,
    statuses: Vec<Status>,
    named: Vec<(CellKey, usize)>,
    seeds: Vec<Vec<(CellIndex, i64)>>,
    /// What was missing of each release.
    gaps: Vec<BTreeSet<(i32, Address, Vec<Address>)>>,
    /// What is known by which dimensions from any of them.
    margins: Margins,
}

/// Binds a release to what was shown before: an attacker keeps all of it and knows which counts did not change.
///
/// # Errors
///
/// [`LayError`] when an earlier release no longer makes a table.
pub(super) fn bind(request: &Request<'_>, laid: &Laid) -> Result<Succession, LayError> {
    let mut past = Past::default();
    for earlier in request.earlier {
        past = past.and(lay(request, earlier)?, earlier);
    }
    for gaps in past.gaps.iter().chain([&laid.gaps]) {
        // What is left beside other parts is another number: subtracted from each other they would tell the parts.
        let others =
            past.gaps.iter().chain([&laid.gaps]).flat_map(|others| gaps.symmetric_difference(others));
        if let Some((indicator_id, total, _)) = others.min() {
            let (indicator_id, territory_id) = (*indicator_id, total.territory_id);
            return Err(LayError::OtherGaps { indicator_id, territory_id });
        }
    }
    if past.named.is_empty() {
        return Ok(Succession { table: laid.table.clone(), start: 0, kept: Vec::new(), seeds: Vec::new() });
    }
    // What one release tells by some dimensions and another by others may bind a crossing that neither tells.
    let sums: Vec<&Sums> =
        request.earlier.iter().map(|earlier| &earlier.sums).chain([request.sums]).collect();
    past.margins.clone().and(&laid.margins).decomposable(&sums, request.contained)?;
    let mut next = laid.table.clone();
    let unchanged = past.unchanged(&next, &laid.keys);
    for (before, now) in &unchanged {
        let known = past.statuses.get(*before as usize).is_some_and(|status| status.is_shown());
        if let Some(cell) =
            next.cells.get_mut(*now as usize).filter(|cell| known && cell.protection.is_some())
        {
            // Readers have it already: it is not shown again, but nothing protects it any more.
            cell.protection = None;
            cell.published = false;
        }
    }
    let mut bound = engine::after(&past.table, &past.statuses, &next, &unchanged);
    bound.table.relations.extend(past.across(&next, &laid.keys, &request.sums.mergers));
    Ok(Succession { seeds: past.seeds, ..bound })
}

fn lay(request: &Request<'_>, earlier: &Earlier) -> Result<Laid, LayError> {
    table::lay(
        &earlier.sheets,
        request.breakdowns,
        &earlier.sums,
        request.contained,
        request.opened,
        request.rule,
    )
}

impl Past {
    /// This past, and a release that came after it.
    fn and(mut self, next: Laid, earlier: &Earlier) -> Self {
        self.gaps.push(next.gaps.clone());
        self.margins = self.margins.and(&next.margins);
        let status = |(key, cell): (&CellKey, &engine::Cell)| match (cell.published, cell.protection) {
            (false, _) => Status::Hidden,
            (true, _) if earlier.shown.contains(key) => Status::Shown,
            (true, Some(_)) => Status::Primary,
            (true, None) => Status::Secondary,
        };
        let mut table = next.table;
        for (key, cell) in next.keys.iter().zip(&mut table.cells) {
            // Shown under another rule, or before that rule was there.
            if cell.published && earlier.shown.contains(key) {
                cell.protection = None;
            }
        }
        let start = self.named.len() as CellIndex;
        self.seeds.extend(
            earlier.proofs.0.iter().map(|steps| steps.iter().map(|(cell, by)| (cell + start, *by)).collect()),
        );
        let statuses: Vec<Status> = next.keys.iter().zip(&table.cells).map(status).collect();
        if self.named.is_empty() {
            let named = numbered(&next.keys).collect();
            return Self { table, statuses, named, ..self };
        }
        let unchanged = self.unchanged(&table, &next.keys);
        self.table = engine::after(&self.table, &self.statuses, &table, &unchanged).table;
        self.statuses.extend(statuses);
        self.named.extend(numbered(&next.keys));
        self
    }

    /// Sums between geographies of which one side was shown before: whoever has had the figures of communes that
    /// merged subtracts them from that of the one commune, where the counts did not change. Other counts bind nobody.
    fn across(&self, next: &Table, keys: &[CellKey], mergers: &[(i32, Vec<i32>)]) -> Vec<Relation> {
        let start = self.table.cells.len() as CellIndex;
        let now = numbered(keys).zip(&next.cells).zip(start..);
        let before = self.named.iter().copied().zip(&self.table.cells).zip(0..);
        // What follows the first of a key is a rest of that figure.
        let figures = now.chain(before).filter(|(((_, number), _), _)| *number == 1);
        let concerned: HashSet<i32> =
            mergers.iter().flat_map(|(one, parts)| parts.iter().copied().chain([*one])).collect();
        // Of several cells of the same count one stands for all: they are bound already.
        let mut cells: BTreeMap<CellKey, BTreeMap<i64, CellIndex>> = BTreeMap::new();
        for (((key, _), cell), at) in figures {
            if concerned.contains(&key.address.territory_id) {
                cells.entry(key).or_default().entry(cell.value).or_insert(at);
            }
        }
        let mut relations = Vec::new();
        for (one, parts) in mergers {
            for (key, totals) in cells.iter().filter(|(key, _)| key.address.territory_id == *one) {
                let at =
                    |part: &i32| CellKey { address: Address { territory_id: *part, ..key.address }, ..*key };
                let Some(counts) = parts.iter().map(|part| cells.get(&at(part))).collect::<Option<Vec<_>>>()
                else {
                    continue;
                };
                for (total, cell) in totals {
                    for parts in adding_up(&counts, *total) {
                        let parts = parts.into_iter().map(|part| (part, 1));
                        relations.push(Relation { terms: parts.chain([(*cell, -1)]).collect() });
                    }
                }
            }
        }
        relations
    }

    /// Pairs of an earlier and a next cell of the same figure and the same count; parts that nobody is shown among
    /// them, for an attacker may know that those did not change either.
    fn unchanged(&self, next: &Table, keys: &[CellKey]) -> Vec<(CellIndex, CellIndex)> {
        let mut known: HashMap<(CellKey, usize, i64), Vec<CellIndex>> = HashMap::new();
        for (at, (key, cell)) in self.named.iter().zip(&self.table.cells).enumerate() {
            known.entry((key.0, key.1, cell.value)).or_default().push(at as CellIndex);
        }
        let mut pairs = Vec::new();
        for (now, (key, cell)) in numbered(keys).zip(&next.cells).enumerate() {
            let before = known.get(&(key.0, key.1, cell.value));
            pairs.extend(before.into_iter().flatten().map(|before| (*before, now as CellIndex)));
        }
        pairs
    }
}

/// Every choice of one cell for each part that adds up to a total.
fn adding_up(parts: &[&BTreeMap<i64, CellIndex>], total: i64) -> Vec<Vec<CellIndex>> {
    let Some((first, others)) = parts.split_first() else {
        return if total == 0 { vec![Vec::new()] } else { Vec::new() };
    };
    let with = |(value, cell): (&i64, &CellIndex)| {
        let (cell, rest) = (*cell, adding_up(others, total - *value));
        rest.into_iter().map(move |mut cells| {
            cells.push(cell);
            cells
        })
    };
    first.range(..=total).flat_map(with).collect()
}

/// Keys with how many cells of the same key came before: hidden rests go by the figure that they are a rest of.
fn numbered(keys: &[CellKey]) -> impl Iterator<Item = (CellKey, usize)> {
    let mut seen: HashMap<CellKey, usize> = HashMap::new();
    keys.iter().map(move |key| {
        let before = seen.entry(*key).or_default();
        *before += 1;
        (*key, *before)
    })
}
