//! Who is alone in which cell: the singleton problem.

use super::{
    classes::Classes,
    model::{CellIndex, Table},
};

/// Gives cells of exactly one contributor the number of that contributor: the same for a total and the only
/// part of it that is not zero, for it is the same person.
///
/// `alone` says of each cell whether exactly one contributor stands behind it.
///
/// # Citations
///
/// Hundepool et al., *Handbook on Statistical Disclosure Control*, chapter 4: singletons.
pub fn find_singletons(table: &mut Table, alone: &[bool]) {
    let is_alone = |cell: CellIndex| alone.get(cell as usize).copied().unwrap_or(false);
    let mut same = Classes::new(table.cells.len());
    for relation in &table.relations {
        let mut totals = relation.terms.iter().filter(|(_, by)| *by < 0).map(|(cell, _)| *cell);
        let (Some(total), None) = (totals.next(), totals.next()) else { continue };
        if !is_alone(total) {
            continue;
        }
        let mut parts =
            relation.terms.iter().filter(|(cell, by)| *by > 0 && is_alone(*cell)).map(|(cell, _)| *cell);
        if let (Some(part), None) = (parts.next(), parts.next()) {
            same.join(total, part);
        }
    }
    for cell in 0..table.cells.len() as CellIndex {
        let owner = is_alone(cell).then(|| same.find(cell));
        table.cells[cell as usize].singleton = owner;
    }
}

#[cfg(test)]
mod tests {
    use super::find_singletons;
    use crate::{Cell, Holders, Relation, Table};

    #[test]
    fn a_total_of_one_and_its_only_part_are_the_same_person() {
        let cell = |value: i64| Cell {
            value,
            cost: 1,
            protection: None,
            published: true,
            frozen: false,
            least: 0,
            singleton: None,
            holders: Holders::NOBODY,
        };
        let cells = vec![cell(1), cell(1), cell(0), cell(2), cell(1), cell(1)];
        let relations = vec![
            Relation { terms: vec![(0, -1), (1, 1), (2, 1)] },
            Relation { terms: vec![(3, -1), (4, 1), (5, 1)] },
        ];
        let mut table = Table { cells, relations };
        let alone: Vec<bool> = table.cells.iter().map(|cell| cell.value == 1).collect();
        find_singletons(&mut table, &alone);
        let owners: Vec<Option<u32>> = table.cells.iter().map(|cell| cell.singleton).collect();
        assert_eq!(owners, [Some(0), Some(0), None, None, Some(4), Some(5)]);
    }
}
