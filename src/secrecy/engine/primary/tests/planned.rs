//! What rules ask for, given to the planner.

use super::super::{
    Boundary, Day, Facts, Group, GroupDisclosure, Judgement, NamedRule, RuleSet, premasked, presets,
};
use crate::{Cell, Holders, Options, Protection, Relation, Status, Table, check, cost, plan};

fn cell(value: i64, protection: Option<Protection>) -> Cell {
    let cost = cost(value.unsigned_abs());
    Cell {
        value,
        cost,
        protection,
        published: true,
        frozen: false,
        least: 0,
        singleton: None,
        holders: Holders::NOBODY,
    }
}

fn planned(table: &Table) -> Vec<Status> {
    let solution = plan(table, Options::default(), &mut |_, _, _| ()).unwrap();
    check(table, &solution.statuses, &solution.certificates, crate::Singletons::Anybody).unwrap();
    solution.statuses
}

fn rows_and_columns(values: [i64; 9], protection: impl Fn(usize) -> Option<Protection>) -> Table {
    let cells = values.iter().enumerate().map(|(at, value)| cell(*value, protection(at))).collect();
    let line =
        |total: u32, parts: [u32; 2]| Relation { terms: vec![(total, -1), (parts[0], 1), (parts[1], 1)] };
    let relations =
        (0..3).flat_map(|at| [line(3 * at + 2, [3 * at, 3 * at + 1]), line(6 + at, [at, 3 + at])]).collect();
    Table { cells, relations }
}

#[test]
fn a_dominated_cell_is_planned_with_its_protection() {
    let set = RuleSet::new(presets::enterprises(Boundary::Above).unwrap()).unwrap();
    let facts = Facts { contributors: Some(9), largest: Some(&[300, 20, 10]), ..Facts::of(330) };
    let dominated = set.judge(&facts, Day(0)).as_ref().map(Judgement::protection).unwrap();
    assert_eq!(dominated.map(|protection| protection.high), Some(353));
    let table =
        rows_and_columns([330, 200, 530, 400, 150, 550, 730, 350, 1_080], |at| dominated.filter(|_| at == 0));
    let statuses = planned(&table);
    assert_eq!(statuses[0], Status::Primary);
    assert!(statuses.iter().filter(|status| **status == Status::Secondary).count() >= 3);
}

#[test]
fn a_group_of_one_category_is_hidden_with_the_zero_beside_it() {
    let rule = NamedRule::new("group", GroupDisclosure::everyone().with_others()).unwrap();
    let set = RuleSet::new([rule]).unwrap();
    // Territory by category: all 40 of the first territory are in its first category.
    let values = [40, 0, 40, 20, 30, 50, 60, 30, 90];
    let judged = |at: usize| {
        let row = at / 3;
        let groups =
            [Group { whole: values[3 * row + 2], largest: values[3 * row].max(values[3 * row + 1]) }];
        let groups = if at % 3 == 2 || row == 2 { &groups[..0] } else { &groups };
        let facts = Facts { groups: Some(groups), ..Facts::of(values[at]) };
        set.judge(&facts, Day(0)).unwrap().protection()
    };
    let statuses = planned(&rows_and_columns(values, judged));
    assert_eq!([statuses[0], statuses[1]], [Status::Primary; 2]);
}

#[test]
fn a_stand_in_for_a_premasked_cell_keeps_the_proofs_of_the_others() {
    // Nobody knows the first cell: 12 stands in for it. What adds up to it must be masked as well.
    let table = rows_and_columns([12, 30, 42, 25, 8, 33, 37, 38, 75], |at| {
        (at == 0).then(|| premasked::protection(12, 4))
    });
    let statuses = planned(&table);
    assert_eq!(statuses[0], Status::Primary);
    assert!(!statuses[1].is_shown() || !statuses[2].is_shown());
}
