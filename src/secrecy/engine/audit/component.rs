//! The components of a reduced table: columns that some chain of relations binds to each other.

use super::reduce::{Reduced, Row};
use crate::classes::Classes;

/// One component, its columns numbered from 0.
pub struct Component {
    /// The columns in the reduced table.
    pub columns: Vec<u32>,
    /// The rows, over positions in `columns`.
    pub rows: Vec<Row>,
}

/// Splits a reduced table, in the order of the first columns.
pub fn split(reduced: &Reduced) -> Vec<Component> {
    let mut classes = Classes::new(reduced.low.len());
    for row in &reduced.rows {
        for pair in row.terms.windows(2) {
            classes.join(pair[0].0, pair[1].0);
        }
    }
    let mut bound: Vec<u32> =
        reduced.rows.iter().flat_map(|row| row.terms.iter().map(|(column, _)| *column)).collect();
    bound.sort_unstable();
    bound.dedup();
    let mut components: Vec<Component> = Vec::new();
    // The component of each root, and the position of each column in its component.
    let mut component_of = vec![usize::MAX; reduced.low.len()];
    let mut position_of = vec![0_u32; reduced.low.len()];
    for column in bound {
        let root = classes.find(column) as usize;
        if component_of[root] == usize::MAX {
            component_of[root] = components.len();
            components.push(Component { columns: Vec::new(), rows: Vec::new() });
        }
        let columns = &mut components[component_of[root]].columns;
        position_of[column as usize] = columns.len() as u32;
        columns.push(column);
    }
    for row in &reduced.rows {
        let Some((first, _)) = row.terms.first() else { continue };
        let terms = row.terms.iter().map(|(column, by)| (position_of[*column as usize], *by)).collect();
        let row = Row { terms, sum: row.sum, relation: row.relation };
        components[component_of[classes.find(*first) as usize]].rows.push(row);
    }
    components
}
