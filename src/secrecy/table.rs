//! From sheets of true numbers to the one table of cells and relations that the engine plans.

use std::collections::{BTreeMap, HashMap};

use entity::types::{Breakdown, Period, PeriodKind};

use super::{
    Address, Raw, Rule, Sheet,
    engine::{self, Cell, CellIndex, Relation, Table},
};

/// How the territories of a release hang together: which are published, and which sums hold.
///
/// Atoms (the parts of an IRIS inside and outside a priority neighbourhood) have negative numbers;
/// they are never shown but bind what is.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    /// Every sum: a total and its parts, by territory number.
    pub sums: Vec<(i32, Vec<i32>)>,
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
}

/// A sheet that cannot be planned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayError {
    /// An amount that is no non-negative whole number.
    #[error("an amount of indicator {indicator_id} in territory {territory_id} is not a count")]
    NotACount {
        /// Indicator.
        indicator_id: i32,
        /// Territory.
        territory_id: i32,
    },
}

/// Lays the sheets of additive indicators out as one table with every relation that binds their cells.
///
/// # Errors
///
/// [`LayError::NotACount`] for a negative or fractional amount; the amount itself is never quoted.
pub fn lay(
    sheets: &BTreeMap<i32, Sheet>,
    breakdowns: &HashMap<i32, Breakdown>,
    sums: &Sums,
    rule: Rule,
) -> Result<Laid, LayError> {
    let mut laid = Laid { table: Table::default(), keys: Vec::new() };
    let mut alone = Vec::new();
    for (&indicator_id, sheet) in sheets {
        let index = lay_cells(&mut laid, &mut alone, indicator_id, sheet, rule)?;
        relate_territories(&mut laid.table, &index, sums);
        relate_breakdowns(&mut laid.table, &index, breakdowns);
        relate_quarters(&mut laid.table, &index);
    }
    engine::find_singletons(&mut laid.table, &alone);
    Ok(laid)
}

type Index = BTreeMap<Address, CellIndex>;

fn lay_cells(
    laid: &mut Laid,
    alone: &mut Vec<bool>,
    indicator_id: i32,
    sheet: &Sheet,
    rule: Rule,
) -> Result<Index, LayError> {
    let mut index = Index::new();
    for (address, raw) in sheet.in_order() {
        let fault = LayError::NotACount { indicator_id, territory_id: address.territory_id };
        let (cell, contributors) = cell(raw, address.territory_id >= 0, rule).ok_or(fault)?;
        index.insert(*address, laid.table.cells.len() as CellIndex);
        laid.table.cells.push(cell);
        laid.keys.push(CellKey { indicator_id, address: *address });
        alone.push(contributors == 1);
    }
    Ok(index)
}

/// Largest amount that is planned: far above any count of people, far below where sums overflow.
const LARGEST_AMOUNT: f64 = 1e15;

fn cell(raw: &Raw, published: bool, rule: Rule) -> Option<(Cell, u32)> {
    let amount = raw.open();
    if !(0.0..=LARGEST_AMOUNT).contains(&amount) || amount.fract() != 0.0 {
        return None;
    }
    let value = amount as i64;
    let contributors = raw.contributors().unwrap_or(u32::try_from(value).unwrap_or(u32::MAX));
    let unit = (value / i64::from(contributors.max(1))).max(1);
    let shown_zero = published && value == 0;
    let cell = Cell {
        value,
        cost: engine::cost((value / unit) as u64),
        protection: rule.protection(contributors, unit),
        published,
        frozen: shown_zero,
        least: i64::from(published && value > 0),
        singleton: None,
    };
    Some((cell, contributors))
}

fn relate(table: &mut Table, total: CellIndex, parts: impl IntoIterator<Item = CellIndex>) {
    let terms: Vec<_> = std::iter::once((total, -1)).chain(parts.into_iter().map(|part| (part, 1))).collect();
    if terms.len() > 1 {
        table.relations.push(Relation { terms });
    }
}

fn relate_territories(table: &mut Table, index: &Index, sums: &Sums) {
    let mut lines: Vec<(Period, i32)> =
        index.keys().map(|address| (address.period, address.breakdown_id)).collect();
    lines.sort_unstable();
    lines.dedup();
    for (period, breakdown_id) in lines {
        let at = |territory_id: i32| index.get(&Address { territory_id, period, breakdown_id }).copied();
        for (total, parts) in &sums.sums {
            let found: Option<Vec<CellIndex>> = parts.iter().map(|part| at(*part)).collect();
            if let (Some(total), Some(parts)) = (at(*total), found) {
                relate(table, total, parts);
            }
        }
    }
}

fn relate_breakdowns(table: &mut Table, index: &Index, breakdowns: &HashMap<i32, Breakdown>) {
    let by_key: HashMap<&Breakdown, i32> = breakdowns.iter().map(|(id, key)| (key, *id)).collect();
    let mut lines: BTreeMap<(i32, Period, i32, &str), Vec<CellIndex>> = BTreeMap::new();
    for (address, cell) in index {
        let Some(breakdown) = breakdowns.get(&address.breakdown_id) else { continue };
        for (dimension, _) in breakdown.categories() {
            let rest = breakdown.categories().filter(|(other, _)| *other != dimension);
            let Ok(rest) = Breakdown::of(rest) else { continue };
            if let Some(&total) = by_key.get(&rest) {
                let line = (address.territory_id, address.period, total, dimension);
                lines.entry(line).or_default().push(*cell);
            }
        }
    }
    for ((territory_id, period, breakdown_id, _), parts) in lines {
        if let Some(&total) = index.get(&Address { territory_id, period, breakdown_id }) {
            relate(table, total, parts);
        }
    }
}

fn relate_quarters(table: &mut Table, index: &Index) {
    for (address, total) in index {
        let year = address.period.calendar_year();
        if address.period.kind() != PeriodKind::Year {
            continue;
        }
        let quarters: Option<Vec<CellIndex>> = (1..=4)
            .map(|quarter| {
                let period = Period::new(year, PeriodKind::Quarter(quarter)).ok()?;
                index.get(&Address { period, ..*address }).copied()
            })
            .collect();
        if let Some(parts) = quarters {
            relate(table, *total, parts);
        }
    }
}
