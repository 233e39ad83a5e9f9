//! A release and all that readers have had before of its source and period, as one table.

use std::collections::HashMap;

use super::{
    engine::{self, CellIndex, Status, Table},
    plan::{Earlier, Request},
    table::{self, CellKey, Laid, LayError},
};

/// The table that is planned, and where the release's own cells begin in it.
pub(super) struct Bound {
    pub table: Table,
    pub start: usize,
}

/// What was shown before, as one table.
#[derive(Default)]
struct Past {
    table: Table,
    statuses: Vec<Status>,
    keys: Vec<CellKey>,
}

/// Binds a release to what was shown before: an attacker keeps all of it and knows which counts did not change.
///
/// # Errors
///
/// [`LayError`] when an earlier release no longer makes a table.
pub(super) fn bind(request: &Request<'_>, laid: &Laid) -> Result<Bound, LayError> {
    let mut past = Past::default();
    for earlier in request.earlier {
        past = past.and(lay(request, earlier)?, earlier);
    }
    if past.keys.is_empty() {
        return Ok(Bound { table: laid.table.clone(), start: 0 });
    }
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
    let bound = engine::after(&past.table, &past.statuses, &next, &unchanged);
    Ok(Bound { table: bound.table, start: bound.start })
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
        let statuses: Vec<Status> = next.keys.iter().zip(&table.cells).map(status).collect();
        if self.keys.is_empty() {
            return Self { table, statuses, keys: next.keys };
        }
        let unchanged = self.unchanged(&table, &next.keys);
        self.table = engine::after(&self.table, &self.statuses, &table, &unchanged).table;
        self.statuses.extend(statuses);
        self.keys.extend(next.keys);
        self
    }

    /// Pairs of an earlier and a next cell of the same figure and the same count.
    fn unchanged(&self, next: &Table, keys: &[CellKey]) -> Vec<(CellIndex, CellIndex)> {
        let mut known: HashMap<(CellKey, i64), Vec<CellIndex>> = HashMap::new();
        for (at, (key, (cell, status))) in
            self.keys.iter().zip(self.table.cells.iter().zip(&self.statuses)).enumerate()
        {
            if *status != Status::Hidden {
                known.entry((*key, cell.value)).or_default().push(at as CellIndex);
            }
        }
        let mut pairs = Vec::new();
        for (now, (key, cell)) in keys.iter().zip(&next.cells).enumerate() {
            if cell.published
                && let Some(before) = known.get(&(*key, cell.value))
            {
                pairs.extend(before.iter().map(|before| (*before, now as CellIndex)));
            }
        }
        pairs
    }
}
