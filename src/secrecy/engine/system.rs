//! The table as the planner walks it: cells that are always equal as one column, sparse both ways.

use std::collections::{HashMap, HashSet};

use super::{
    classes::Classes,
    holders::Holders,
    model::{CellIndex, Table},
};

/// Position of a column.
pub type ColumnIndex = u32;

/// No column, or no other position.
pub const NONE: u32 = u32::MAX;

/// Columns (classes of cells that are equal in every table that the attacker holds possible) and the
/// relations that are left between them once known zeros are out.
pub struct System {
    /// The column of each cell; [`NONE`] for a zero that is shown or follows from those, which is no unknown.
    pub column_of: Vec<ColumnIndex>,
    /// The cells of each column.
    pub cells: Sparse<CellIndex>,
    /// True value of each column.
    pub value: Vec<i64>,
    /// What everybody knows each column to be at least.
    pub least: Vec<i64>,
    /// Cost of masking a column; 0 when none of its cells is published.
    pub cost: Vec<u64>,
    /// Whether a column can be masked: none of its cells must be shown.
    pub candidate: Vec<bool>,
    /// Whether a column holds a published cell.
    pub published: Vec<bool>,
    /// The single contributor of each column, or [`NONE`].
    pub owner: Vec<u32>,
    /// Who holds the leave to see a column.
    pub holders: Vec<Holders>,
    /// Relations and coefficients of each column.
    pub relations: Sparse<(u32, i32)>,
    /// Columns and coefficients of each relation, cheapest first.
    pub columns: Sparse<(ColumnIndex, i32)>,
}

/// Lists of different lengths, end to end.
pub struct Sparse<T> {
    starts: Vec<u32>,
    items: Vec<T>,
}

impl<T> Sparse<T> {
    /// The list at a position.
    pub fn of(&self, position: u32) -> &[T] {
        let at = position as usize;
        &self.items[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// How many lists there are.
    pub const fn len(&self) -> usize {
        self.starts.len() - 1
    }
}

impl<T: Copy + Default> Sparse<T> {
    /// Lists from (list, item), items in the order given.
    fn gather(lists: usize, pairs: impl Iterator<Item = (u32, T)> + Clone) -> Self {
        let mut starts = vec![0_u32; lists + 1];
        for (list, _) in pairs.clone() {
            starts[list as usize + 1] += 1;
        }
        for list in 0..lists {
            starts[list + 1] += starts[list];
        }
        let mut next = starts.clone();
        let mut items = vec![T::default(); starts[lists] as usize];
        for (list, item) in pairs {
            let at = &mut next[list as usize];
            items[*at as usize] = item;
            *at += 1;
        }
        Self { starts, items }
    }
}

/// A coefficient that the planner does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoefficientTooLarge {
    /// Position of the relation.
    pub relation: usize,
}

type Terms = Vec<(u32, i64)>;

impl System {
    /// Reduces a table whose relations add up.
    ///
    /// # Errors
    ///
    /// [`CoefficientTooLarge`] for a coefficient outside of 32 bits.
    pub fn of(table: &Table) -> Result<Self, CoefficientTooLarge> {
        for (relation, terms) in table.relations.iter().enumerate() {
            if terms.terms.iter().any(|(_, coefficient)| i32::try_from(*coefficient).is_err()) {
                return Err(CoefficientTooLarge { relation });
            }
        }
        let known = known_zeros(table);
        let mut classes = Classes::new(table.cells.len());
        let rows = merge(table, &known, &mut classes);
        Ok(Self::assemble(table, &known, &mut classes, &rows))
    }

    fn assemble(table: &Table, known: &[bool], classes: &mut Classes, rows: &[Terms]) -> Self {
        let mut number_of: HashMap<u32, u32> = HashMap::new();
        let mut column_of = vec![NONE; table.cells.len()];
        let (mut value, mut least, mut cost) = (Vec::new(), Vec::new(), Vec::<u64>::new());
        let (mut candidate, mut published, mut owner) = (Vec::new(), Vec::new(), Vec::new());
        let mut holders: Vec<Holders> = Vec::new();
        for (position, cell) in table.cells.iter().enumerate() {
            if known[position] {
                continue;
            }
            let column = *number_of.entry(classes.find(position as u32)).or_insert_with(|| {
                value.push(cell.value);
                least.push(0);
                cost.push(0);
                candidate.push(true);
                published.push(false);
                owner.push(NONE);
                holders.push(Holders::NOBODY);
                value.len() as u32 - 1
            });
            let at = column as usize;
            column_of[position] = column;
            holders[at] = holders[at].and(cell.holders);
            candidate[at] &= !(cell.frozen && cell.published);
            least[at] = cell.least.max(least[at]);
            if cell.published {
                published[at] = true;
                cost[at] = cost[at].saturating_add(cell.cost);
            }
            if let Some(contributor) = cell.singleton {
                owner[at] = contributor;
            }
        }
        let columns = value.len();
        let mut seen: HashSet<Terms> = HashSet::new();
        let mut kept: Vec<Terms> = Vec::new();
        for row in rows {
            let mut row: Terms = row.iter().map(|(cell, by)| (column_of[*cell as usize], *by)).collect();
            row.sort_unstable();
            // A total stands alone on its side, with a minus.
            let minus = row.iter().filter(|(_, by)| *by < 0).count();
            if minus != 1 && (minus + 1 == row.len() || row.first().is_some_and(|(_, by)| *by < 0)) {
                row.iter_mut().for_each(|(_, by)| *by = -*by);
            }
            if !row.is_empty() && seen.insert(row.clone()) {
                row.sort_by_key(|(column, _)| (cost[*column as usize], *column));
                kept.push(row);
            }
        }
        let pairs = kept
            .iter()
            .enumerate()
            .flat_map(|(relation, row)| row.iter().map(move |(column, by)| (relation as u32, *column, *by)));
        let cells = column_of.iter().enumerate().filter(|(_, column)| **column != NONE);
        Self {
            cells: Sparse::gather(columns, cells.map(|(cell, column)| (*column, cell as CellIndex))),
            relations: Sparse::gather(
                columns,
                pairs.clone().map(|(relation, column, by)| (column, (relation, by as i32))),
            ),
            columns: Sparse::gather(
                kept.len(),
                pairs.map(|(relation, column, by)| (relation, (column, by as i32))),
            ),
            column_of,
            value,
            least,
            cost,
            candidate,
            published,
            owner,
            holders,
        }
    }

    /// How many columns there are.
    pub const fn len(&self) -> usize {
        self.value.len()
    }
}

/// The zeros that everybody knows: those that are shown, and what can only be zero beside them, for no cell is less
/// than zero. A zero total has no parts, shown or not.
fn known_zeros(table: &Table) -> Vec<bool> {
    let mut known: Vec<bool> =
        table.cells.iter().map(|cell| cell.published && cell.frozen && cell.value == 0).collect();
    let mut of: Vec<Vec<u32>> = vec![Vec::new(); table.cells.len()];
    for (relation, row) in table.relations.iter().enumerate() {
        row.terms.iter().for_each(|(cell, _)| of[*cell as usize].push(relation as u32));
    }
    let mut waiting: Vec<u32> = (0..table.relations.len() as u32).rev().collect();
    while let Some(relation) = waiting.pop() {
        let terms = &table.relations[relation as usize].terms;
        let left = || terms.iter().filter(|(cell, by)| *by != 0 && !known[*cell as usize]);
        let one_sign = left().all(|(_, by)| *by > 0) || left().all(|(_, by)| *by < 0);
        let zero = |cell: CellIndex| {
            let cell = &table.cells[cell as usize];
            cell.value == 0 && cell.least >= 0 && cell.protection.is_none()
        };
        if !one_sign || !left().all(|(cell, _)| zero(*cell)) {
            continue;
        }
        for cell in left().map(|(cell, _)| *cell).collect::<Vec<_>>() {
            known[cell as usize] = true;
            waiting.extend_from_slice(&of[cell as usize]);
        }
    }
    known
}

/// Joins what relations of two cells make equal, until nothing changes; gives the relations that are left.
fn merge(table: &Table, known: &[bool], classes: &mut Classes) -> Vec<Terms> {
    let unknown = |(cell, _): &&(CellIndex, i64)| !known[*cell as usize];
    let mut rows: Vec<Terms> = table
        .relations
        .iter()
        .map(|relation| relation.terms.iter().filter(unknown).copied().collect())
        .collect();
    let mut changed = true;
    while changed {
        changed = false;
        for row in rows.iter_mut().filter(|row| !row.is_empty()) {
            for term in row.iter_mut() {
                term.0 = classes.find(term.0);
            }
            row.sort_unstable();
            row.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                if same {
                    kept.1 += next.1;
                }
                same
            });
            row.retain(|(_, by)| *by != 0);
            if let [(one, by), (other, opposite)] = row[..]
                && by == -opposite
            {
                classes.join(one, other);
                row.clear();
                changed = true;
            }
        }
    }
    rows
}
