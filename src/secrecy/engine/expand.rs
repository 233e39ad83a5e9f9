//! Each column as a sum of free columns, those that no relation gives as the total of others.

use super::{
    modular::{Residue, multiply, plus, residue},
    system::{ColumnIndex, NONE, System},
};

/// A sum of free columns, in their order.
pub type Sum = Vec<(u32, Residue)>;

/// Terms in the order of their columns, each column once.
pub fn gather(terms: impl Iterator<Item = (u32, Residue)>) -> Sum {
    let mut sum: Sum = terms.collect();
    sum.sort_unstable_by_key(|(free, _)| *free);
    sum.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 = plus(kept.1, next.1);
        }
        same
    });
    sum.retain(|(_, by)| *by != 0);
    sum
}

/// Each column as a sum of free columns, those that no relation gives as the total of others; and the
/// relations that were not used for that, over columns.
pub fn expand(system: &System) -> (Vec<Sum>, Vec<Sum>) {
    let relations = system.columns.len() as u32;
    // A relation defines the column that stands alone on its side.
    let mut defined_by = vec![NONE; system.len()];
    for relation in 0..relations {
        let terms = system.columns.of(relation);
        let total = sole(terms, -1).or_else(|| sole(terms, 1));
        if let Some(total) = total
            && defined_by[total as usize] == NONE
        {
            defined_by[total as usize] = relation;
        }
    }
    let mut sums: Vec<Option<Sum>> = vec![None; system.len()];
    let mut going = vec![false; system.len()];
    for column in 0..system.len() as ColumnIndex {
        spell(system, column, &mut defined_by, &mut sums, &mut going);
    }
    let mut used = vec![false; relations as usize];
    for relation in defined_by.into_iter().filter(|relation| *relation != NONE) {
        used[relation as usize] = true;
    }
    let unused = (0..relations).filter(|relation| !used[*relation as usize]);
    let constraints = unused
        .map(|relation| {
            system.columns.of(relation).iter().map(|(column, by)| (*column, residue(i64::from(*by))))
        })
        .map(Iterator::collect)
        .collect();
    (sums.into_iter().map(Option::unwrap_or_default).collect(), constraints)
}

/// The only column with a coefficient of this sign, when the coefficient is ±1 and there are others.
fn sole(terms: &[(ColumnIndex, i32)], sign: i32) -> Option<ColumnIndex> {
    let mut of_sign = terms.iter().filter(|(_, by)| by.signum() == sign);
    match (of_sign.next(), of_sign.next()) {
        (Some((column, by)), None) if by.abs() == 1 && terms.len() > 1 => Some(*column),
        _ => None,
    }
}

fn spell(
    system: &System,
    column: ColumnIndex,
    defined_by: &mut [u32],
    sums: &mut [Option<Sum>],
    going: &mut [bool],
) {
    // A stack of our own: hierarchies may be deep.
    let mut stack = vec![column];
    while let Some(&top) = stack.last() {
        let at = top as usize;
        if sums[at].is_some() {
            stack.pop();
            continue;
        }
        let relation = defined_by[at];
        if relation == NONE {
            sums[at] = Some(vec![(top, 1)]);
            stack.pop();
            continue;
        }
        let parts = system.columns.of(relation).iter().filter(|(part, _)| *part != top);
        if !going[at] {
            going[at] = true;
            let open: Vec<ColumnIndex> =
                parts.map(|(part, _)| *part).filter(|part| sums[*part as usize].is_none()).collect();
            // A column that is defined by itself in a circle is free.
            if open.iter().any(|part| going[*part as usize]) {
                defined_by[at] = NONE;
            } else {
                stack.extend(open);
            }
            continue;
        }
        let sign = system.columns.of(relation).iter().find(|(part, _)| *part == top).map_or(1, |(_, by)| *by);
        let sum = gather(parts.flat_map(|(part, by)| {
            let factor = residue(-i64::from(*by) * i64::from(sign));
            sums[*part as usize].iter().flatten().map(move |(free, more)| (*free, multiply(*more, factor)))
        }));
        sums[at] = Some(sum);
        stack.pop();
    }
}
