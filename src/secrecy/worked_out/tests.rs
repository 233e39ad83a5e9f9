use super::engine::{Cell, CellIndex, Holders, Relation, Succession, Table};

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

/// All the cells as what came before a release, with what follows by sums.
fn by_sums(table: Table) -> Succession {
    let mut bound = Succession { start: table.cells.len(), table, ..Succession::default() };
    super::by_sums(&mut bound);
    bound
}

/// Has readers hold all that follows.
fn exactly(table: Table) -> Table {
    let mut bound = by_sums(table);
    super::exactly(&mut bound);
    bound.table
}

/// Somebody who knows, from whom it is no secret.
fn known_to(who: &[u32]) -> (Vec<u32>, Vec<u32>) {
    (who.to_vec(), Vec::new())
}

#[test]
fn what_two_work_out_together_is_lost_to_one_of_them_alone() {
    let told = |table: &Table| [1, 2, 3, 5, 6].map(|at| readers(table, at));
    let alone = [known_to(&[0]), known_to(&[1]), known_to(&[]), known_to(&[3]), known_to(&[3])];
    let table = by_sums(two_who_know_a_third()).table;
    assert_eq!(told(&table), alone, "what several know together is looked for exactly alone");
    let mut together = alone;
    together[2] = (vec![], vec![0]);
    assert_eq!(told(&exactly(two_who_know_a_third())), together);
}

#[test]
fn where_others_can_take_the_place_of_one_the_other_is_looked_for() {
    let mut table = two_who_know_a_third();
    // C and D have read what A has: without B none of them works it out.
    table.cells[1] = cell(2, false, &[0, 2, 3]);
    assert_eq!(readers(&exactly(table), 3), (vec![], vec![1]));
    // Either may be another one: it is lost to those without whom the others do not know it.
    let mut table = two_who_know_a_third();
    table.cells[1] = cell(2, false, &[0, 2]);
    table.cells[2] = cell(3, false, &[1, 3]);
    assert_eq!(readers(&exactly(table), 3), (vec![], vec![0, 2]));
}

#[test]
fn what_one_works_out_alone_is_told_to_no_other() {
    // 12 = 9 and three cells of one each, that have at least one: who knows 9 knows them, and C knows nothing of them.
    let mut cells = vec![cell(12, true, &[]), cell(9, false, &[0])];
    cells.extend((0..3).map(|_| Cell { least: 1, ..cell(1, false, &[]) }));
    cells.extend([cell(7, true, &[]), cell(5, false, &[2]), cell(2, false, &[])]);
    let mut table = Table { cells, relations: vec![sum(0, &[1, 2, 3, 4]), sum(5, &[6, 7])] };
    let told = |table: &Table| [2, 3, 4, 7].map(|at| readers(table, at));
    let expected = [known_to(&[0]), known_to(&[0]), known_to(&[0]), known_to(&[2])];
    assert_eq!(told(&exactly(table.clone())), expected);
    // D knows two of the three, and with A all of them: that A knows them alone excuses nobody else.
    for at in [2, 3] {
        table.cells[at].holders = table.cells[at].holders.and(Holders::one(3).unwrap());
    }
    let expected = [known_to(&[0, 3]), known_to(&[0, 3]), known_to(&[0]), known_to(&[2])];
    assert_eq!(told(&exactly(table)), expected);
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
    assert_eq!(readers(&by_sums(table).table, 2), known_to(&[0, 1]));
}

#[test]
fn who_holds_a_number_holds_it_where_it_did_not_change() {
    // 5 = 2 + 3, and 2 again in a later release, of which nobody has read anything.
    let relations = vec![sum(0, &[1, 2]), Relation { terms: vec![(1, -1), (3, 1)] }];
    let cells = vec![cell(5, true, &[]), cell(2, false, &[]), cell(3, false, &[0]), cell(2, false, &[])];
    let mut bound = Succession { table: Table { cells, relations }, start: 3, ..Succession::default() };
    super::by_sums(&mut bound);
    assert_eq!([1, 2, 3].map(|at| readers(&bound.table, at)), [0, 0, 0].map(|one| known_to(&[one])));
    // What is read of the release itself tells nothing of what came before.
    bound.start = 1;
    for cell in &mut bound.table.cells {
        cell.holders = Holders::NOBODY;
    }
    bound.table.cells[2].holders = Holders::one(0).unwrap();
    super::by_sums(&mut bound);
    assert_eq!([1, 2, 3].map(|at| readers(&bound.table, at)), [known_to(&[]), known_to(&[0]), known_to(&[])]);
}
