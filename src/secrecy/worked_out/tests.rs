use super::{
    by_sums,
    engine::{Cell, CellIndex, Holders, Relation, Succession, Table},
    exactly,
};

/// A cell of a count; what is shown is frozen.
fn cell(value: i64, is_shown: bool, readers: &[u32]) -> Cell {
    let holders = readers.iter().filter_map(|number| Holders::one(*number));
    Cell {
        value,
        cost: 1,
        protection: None,
        published: true,
        frozen: is_shown,
        least: 0,
        singleton: None,
        holders: holders.fold(Holders::NOBODY, Holders::and),
    }
}

/// A sum of a total and its parts.
fn sum(total: CellIndex, parts: &[CellIndex]) -> Relation {
    Relation { terms: parts.iter().map(|part| (*part, 1)).chain([(total, -1)]).collect() }
}

/// Who of four knows a cell, and those from whom it is not kept any more.
fn readers(table: &Table, at: usize) -> (Vec<u32>, Vec<u32>) {
    let of = |fits: fn(Holders, Holders) -> bool| {
        let fits = |one: Holders| fits(one, table.cells[at].holders);
        (0..4).filter(|number| Holders::one(*number).is_some_and(fits)).collect()
    };
    let lost = |one: Holders, cell: Holders| one.among(cell).is_nobody() && !one.has_other_than(cell);
    (of(|one, cell| !one.among(cell).is_nobody()), of(lost))
}

/// 9 = 2 + 3 + 4, of which A has read 2 and B has read 3; D knows something elsewhere, 7 = 1 + 6.
fn two_who_know_a_third() -> Table {
    Table {
        cells: vec![
            cell(9, true, &[]),
            cell(2, false, &[0]),
            cell(3, false, &[1]),
            cell(4, false, &[]),
            cell(7, true, &[]),
            cell(1, false, &[3]),
            cell(6, false, &[]),
        ],
        relations: vec![sum(0, &[1, 2, 3]), sum(4, &[5, 6])],
    }
}

fn is_shown(table: &Table) -> Vec<bool> {
    table.cells.iter().map(|cell| cell.frozen).collect()
}

/// All the cells as what came before a release.
fn before(table: Table) -> Succession {
    Succession { start: table.cells.len(), table, kept: Vec::new(), seeds: Vec::new() }
}

/// Somebody who knows, from whom it is no secret.
fn known_to(who: &[u32]) -> (Vec<u32>, Vec<u32>) {
    (who.to_vec(), Vec::new())
}

#[test]
fn what_two_work_out_together_is_lost_to_one_of_them_alone() {
    let expected = [known_to(&[0]), known_to(&[1]), (vec![], vec![0]), known_to(&[3]), known_to(&[3])];
    let mut table = two_who_know_a_third();
    let shown = is_shown(&table);
    by_sums(&mut table, &shown);
    assert_eq!([1, 2, 3, 5, 6].map(|at| readers(&table, at)), expected);
    let mut bound = before(two_who_know_a_third());
    assert!(exactly(&mut bound));
    assert_eq!([1, 2, 3, 5, 6].map(|at| readers(&bound.table, at)), expected);
    assert!(!exactly(&mut bound), "nothing more follows from what is lost");
}

#[test]
fn where_others_can_take_the_place_of_one_the_other_is_looked_for() {
    let mut table = two_who_know_a_third();
    // C and D have read what A has: without B none of them works it out.
    table.cells[1] = cell(2, false, &[0, 2, 3]);
    let shown = is_shown(&table);
    by_sums(&mut table, &shown);
    assert_eq!(readers(&table, 3), (vec![], vec![1]));
    // Either may be another one: it is lost to those without whom the others do not know it.
    table = two_who_know_a_third();
    table.cells[1] = cell(2, false, &[0, 2]);
    table.cells[2] = cell(3, false, &[1, 3]);
    by_sums(&mut table, &shown);
    assert_eq!(readers(&table, 3), (vec![], vec![0, 2]));
}

#[test]
fn what_one_works_out_alone_is_told_to_no_other() {
    // 12 = 9 and three cells of one each, that have at least one: who knows 9 knows them, and C knows nothing of them.
    let mut cells = vec![cell(12, true, &[]), cell(9, false, &[0])];
    cells.extend((0..3).map(|_| Cell { least: 1, ..cell(1, false, &[]) }));
    cells.extend([cell(7, true, &[]), cell(5, false, &[2]), cell(2, false, &[])]);
    let table = Table { cells, relations: vec![sum(0, &[1, 2, 3, 4]), sum(5, &[6, 7])] };
    let mut bound = before(table);
    assert!(exactly(&mut bound));
    let expected = [known_to(&[0]), known_to(&[0]), known_to(&[0]), known_to(&[2])];
    assert_eq!([2, 3, 4, 7].map(|at| readers(&bound.table, at)), expected);
}

#[test]
fn what_everybody_works_out_is_known_to_each() {
    let table = Table {
        cells: vec![
            cell(5, true, &[]),
            cell(2, true, &[]),
            cell(3, false, &[]),
            cell(4, false, &[1]),
            cell(8, false, &[0]),
        ],
        relations: vec![sum(0, &[1, 2])],
    };
    let (mut table, shown) = (table.clone(), is_shown(&table));
    by_sums(&mut table, &shown);
    assert_eq!(readers(&table, 2), known_to(&[0, 1]));
}
