use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use entity::types::{Breakdown, Period};

use super::{Containment, Laid, LayError, Sums, lay};
use crate::secrecy::{Address, Opened, Raw, Rule, Sheet, StoredRule, engine::Holders, groups::is_group};

type Fault = Box<dyn std::error::Error>;

fn sheet(counts: &[(i32, f64)]) -> Result<Sheet, Fault> {
    let mut sheet = Sheet::default();
    for (territory_id, count) in counts {
        let address = Address { territory_id: *territory_id, period: Period::year(2024)?, breakdown_id: 0 };
        sheet.insert(address, Raw::seal(*count, None));
    }
    Ok(sheet)
}

fn rule() -> Result<Rule, Fault> {
    let stored = StoredRule { code: "R", minimum_contributors: Some(5), ..StoredRule::default() };
    Ok(Rule::stored(stored, NaiveDate::default())?)
}

#[test]
fn a_part_and_its_whole_are_bound_by_a_rest_that_is_never_shown() -> Result<(), Fault> {
    let sheets =
        BTreeMap::from([(1, sheet(&[(10, 30.0), (11, 8.0)])?), (2, sheet(&[(10, 12.0), (11, 8.0)])?)]);
    let contained = [Containment { part_id: 2, whole_id: 1 }];
    let breakdowns = HashMap::from([(0, Breakdown::default())]);
    let opened = Opened::from_iter([(1, 11)]);
    let laid = lay(&sheets, &HashSet::new(), &breakdowns, &Sums::default(), &contained, (&opened, &rule()?))?;
    let rests: Vec<(i64, bool)> = laid
        .table
        .cells
        .iter()
        .filter(|cell| !cell.published)
        .map(|cell| (cell.value, !cell.holders.is_nobody()))
        .collect();
    assert_eq!(rests, [(18, false), (0, true)]);
    assert_eq!(laid.table.relations.len(), 2);
    for relation in &laid.table.relations {
        let sum: i64 =
            relation.terms.iter().map(|(cell, by)| laid.table.cells[*cell as usize].value * by).sum();
        assert_eq!((relation.terms.len(), sum), (3, 0));
    }
    Ok(())
}

#[test]
fn a_part_that_was_not_delivered_is_a_zero_or_a_number_that_nobody_is_shown() -> Result<(), Fault> {
    let breakdowns = HashMap::from([(0, Breakdown::default())]);
    let sums = Sums { sums: vec![(10, vec![11, 12, 13])], ..Sums::default() };
    // What is left is as sensitive as if it had been delivered, and a grant for the whole does not open it.
    for (total, hidden) in
        [(30.0, vec![(0, false, false)]), (33.0, vec![(3, true, false)]), (37.0, vec![(7, false, false)])]
    {
        let sheets = BTreeMap::from([(1, sheet(&[(10, total), (11, 12.0), (12, 18.0)])?)]);
        let laid = lay(
            &sheets,
            &HashSet::new(),
            &breakdowns,
            &sums,
            &[],
            (&Opened::from_iter([(1, 10)]), &rule()?),
        )?;
        let rests: Vec<(i64, bool, bool)> = laid
            .table
            .cells
            .iter()
            .filter(|cell| !cell.published)
            .map(|cell| (cell.value, cell.protection.is_some(), !cell.holders.is_nobody()))
            .collect();
        assert_eq!((rests, laid.table.relations.len()), (hidden, 1));
    }
    Ok(())
}

#[test]
fn a_month_that_was_not_delivered_is_protected_beside_its_quarter_and_its_year() -> Result<(), Fault> {
    let of = |cells: &[(&str, f64)]| -> Result<Laid, Fault> {
        let mut sheet = Sheet::default();
        for (period, amount) in cells {
            let address = Address { territory_id: 1, period: period.parse::<Period>()?, breakdown_id: 0 };
            sheet.insert(address, Raw::seal(*amount, None));
        }
        Ok(lay(
            &BTreeMap::from([(1, sheet)]),
            &HashSet::new(),
            &HashMap::new(),
            &Sums::default(),
            &[],
            (&Opened::default(), &rule()?),
        )?)
    };
    let rests = |laid: &Laid| -> Vec<(i64, bool)> {
        let hidden = laid.table.cells.iter().filter(|cell| !cell.published);
        hidden.map(|cell| (cell.value, cell.protection.is_some())).collect()
    };
    let quarter = of(&[("2024-Q1", 40.0), ("2024-01", 20.0), ("2024-02", 18.0)])?;
    assert_eq!(rests(&quarter), [(2, true)]);
    let year = of(&[("2024", 90.0), ("2024-Q1", 40.0), ("2024-04", 20.0)])?;
    assert_eq!(rests(&year), [(30, false)], "quarters and months stand beside each other");
    let zero = of(&[("2024-Q1", 38.0), ("2024-01", 20.0), ("2024-02", 18.0)])?;
    assert_eq!((rests(&zero), zero.table.relations.len()), (vec![(0, false)], 1));
    assert!(zero.table.cells.iter().any(|cell| cell.frozen && !cell.published), "everybody may guess a zero");
    let stock = of(&[("2024-Q1", 18.0), ("2024-01", 20.0)])?;
    assert_eq!(stock.table.relations.len(), 0, "months that are more than the quarter are no parts of it");
    Ok(())
}

/// Lays cells out: territory, period, breakdown, count. 10 is divided into 11, 12 and 13, 11 into 21 and 22; the
/// breakdowns are F and M, 1 and 2, and their crossings.
fn of_cells(cells: &[(i32, &str, i32, f64)]) -> Result<Result<Laid, LayError>, Fault> {
    let mut sheet = Sheet::default();
    for (territory_id, period, breakdown_id, amount) in cells {
        let period = period.parse::<Period>()?;
        let address = Address { territory_id: *territory_id, period, breakdown_id: *breakdown_id };
        sheet.insert(address, Raw::seal(*amount, None));
    }
    let keys: [&[(&str, &str)]; 9] = [
        &[],
        &[("SEXE", "F")],
        &[("SEXE", "M")],
        &[("AGE", "1")],
        &[("AGE", "2")],
        &[("SEXE", "F"), ("AGE", "1")],
        &[("SEXE", "F"), ("AGE", "2")],
        &[("SEXE", "M"), ("AGE", "1")],
        &[("SEXE", "M"), ("AGE", "2")],
    ];
    let keys = (0..).zip(keys).map(|(id, key)| Ok((id, Breakdown::of(key.iter().copied())?)));
    let breakdowns = keys.collect::<Result<HashMap<i32, Breakdown>, Fault>>()?;
    let sums = vec![(10, vec![11, 12, 13]), (11, vec![21, 22])];
    let sums = Sums { sums, ..Sums::default() };
    Ok(lay(
        &BTreeMap::from([(1, sheet)]),
        &HashSet::new(),
        &breakdowns,
        &sums,
        &[],
        (&Opened::default(), &rule()?),
    ))
}

/// The hidden cells of a table, by address, with whether they are sensitive; every relation holds.
fn hidden(laid: &Laid) -> Vec<(i32, String, i32, i64, bool)> {
    for relation in &laid.table.relations {
        let sum: i64 =
            relation.terms.iter().map(|(cell, by)| laid.table.cells[*cell as usize].value * by).sum();
        assert_eq!(sum, 0);
    }
    let cells = laid.keys.iter().zip(&laid.table.cells).filter(|(_, cell)| !cell.published);
    let told = cells.map(|(key, cell)| {
        let Address { territory_id, period, breakdown_id } = key.address;
        (territory_id, period.to_string(), breakdown_id, cell.value, cell.protection.is_some())
    });
    told.collect()
}

#[test]
fn what_follows_by_another_way_is_one_cell_and_bound_by_every_sum() -> Result<(), Fault> {
    let year = |territory_id: i32, amount: f64| (territory_id, "2024", 0, amount);
    // A total that is not there, but all of its parts.
    let laid = of_cells(&[year(10, 90.0), year(12, 40.0), year(13, 20.0), year(21, 3.0), year(22, 27.0)])??;
    assert_eq!(hidden(&laid), [(11, "2024".to_owned(), 0, 30, false)]);
    assert_eq!(laid.table.relations.len(), 2);
    // The same along the year, and a part that only the difference gives.
    let laid = of_cells(&[
        (10, "2024-Q2", 0, 90.0),
        (12, "2024-Q2", 0, 40.0),
        (13, "2024-Q2", 0, 20.0),
        (11, "2024", 0, 130.0),
        (11, "2024-Q1", 0, 60.0),
        (11, "2024-Q3", 0, 3.0),
        (11, "2024-Q4", 0, 37.0),
    ])??;
    assert_eq!(hidden(&laid), [(11, "2024-Q2".to_owned(), 0, 30, false)]);
    assert_eq!(laid.table.relations.len(), 2);
    // Crossings without their margins.
    let crossed = [(1, "2024", 5, 3.0), (1, "2024", 6, 40.0), (1, "2024", 7, 50.0), (1, "2024", 8, 47.0)];
    let laid = of_cells(&[&crossed[..], &[(1, "2024", 0, 140.0)]].concat())??;
    let margins: Vec<(i32, i64)> =
        hidden(&laid).into_iter().map(|(_, _, breakdown, value, _)| (breakdown, value)).collect();
    assert_eq!(margins, [(1, 43), (2, 97), (3, 53), (4, 87)]);
    assert_eq!(laid.table.relations.len(), 6);
    // The difference of two rests is a number of its own.
    let laid = of_cells(&[
        (10, "2024-01", 0, 100.0),
        (10, "2024-02", 0, 120.0),
        (13, "2024-01", 0, 77.0),
        (13, "2024-02", 0, 60.0),
        (11, "2024-Q1", 0, 90.0),
        (11, "2024-02", 0, 40.0),
        (11, "2024-03", 0, 30.0),
        (12, "2024-02", 0, 20.0),
    ])??;
    let told = [(11, "2024-01".to_owned(), 0, 20, false), (12, "2024-01".to_owned(), 0, 3, true)];
    assert_eq!(hidden(&laid)[..2], told);
    Ok(())
}

#[test]
fn parts_that_are_missing_where_several_sums_bind_them_are_refused() -> Result<(), Fault> {
    let year = |territory_id: i32, amount: f64| (territory_id, "2024", 0, amount);
    // Two are missing, and of one of them a part is there: it stands for it.
    let stands = of_cells(&[year(10, 90.0), year(13, 20.0), year(21, 3.0)])??;
    assert_eq!(hidden(&stands).iter().map(|(.., count, _)| *count).collect::<Vec<_>>(), [67]);
    // The same without anything beside it, or about a shorter time.
    let alone = of_cells(&[year(10, 9.0), year(21, 8.0)])??;
    assert_eq!(hidden(&alone).iter().map(|(.., count, few)| (*count, *few)).collect::<Vec<_>>(), [(1, true)]);
    let shorter = of_cells(&[year(10, 9.0), (21, "2024-Q1", 0, 8.0)])?;
    assert!(matches!(shorter, Err(LayError::Incomplete { territory_id: 21, .. })));
    // Two are missing, and of one of them quarters are there: they are no more than what is left.
    let quarters =
        of_cells(&[year(10, 90.0), year(13, 83.0), (12, "2024-Q1", 0, 6.0), (12, "2024-Q2", 0, 1.0)])?;
    assert!(matches!(quarters, Err(LayError::Incomplete { territory_id: 12, .. })));
    // The same two are missing from two sums of their own.
    let twice = of_cells(&[
        (10, "2024-01", 0, 100.0),
        (13, "2024-01", 0, 77.0),
        (11, "2024-Q1", 0, 90.0),
        (11, "2024-03", 0, 30.0),
    ])?;
    assert!(matches!(twice, Err(LayError::Incomplete { territory_id: 11, .. })));
    let loose = of_cells(&[year(10, 90.0), year(13, 20.0)])??;
    let rests: Vec<(bool, i64, bool)> = hidden(&loose)
        .into_iter()
        .map(|(territory, _, _, count, sensitive)| (is_group(territory), count, sensitive))
        .collect();
    assert_eq!(rests, [(true, 70, false)]);
    assert_eq!(loose.gaps.len(), 1);
    Ok(())
}

#[test]
fn margins_in_a_cycle_without_their_crossing_are_refused() -> Result<(), Fault> {
    let at = |territory_id: i32, period: &'static str, breakdowns: std::ops::RangeInclusive<i32>| {
        breakdowns.map(move |breakdown_id| (territory_id, period, breakdown_id, 40.0))
    };
    let tangled = |cells: Vec<(i32, &str, i32, f64)>| -> Result<Option<i32>, Fault> {
        match of_cells(&cells)? {
            Ok(_) => Ok(None),
            Err(LayError::Tangled { territory_id, .. }) => Ok(Some(territory_id)),
            Err(other) => Err(other.into()),
        }
    };
    // The crossing only for the whole, its margins for a part too.
    let part = at(12, "2024", 1..=4);
    assert_eq!(tangled(at(10, "2024", 5..=8).chain(part.clone()).collect())?, Some(12));
    assert_eq!(tangled(at(10, "2024", 1..=4).chain(part.clone()).collect())?, None);
    assert_eq!(tangled(at(10, "2024", 5..=8).chain(at(12, "2024", 1..=2)).collect())?, None);
    assert_eq!(tangled(at(10, "2024", 5..=8).chain(part).chain(at(12, "2024", 5..=8)).collect())?, None);
    // The same along the year.
    let month = at(12, "2024-02", 1..=4);
    assert_eq!(tangled(at(12, "2024", 5..=8).chain(month.clone()).collect())?, Some(12));
    assert_eq!(tangled(at(12, "2023", 5..=8).chain(month).collect())?, None);
    // Zeros bind nothing.
    let zeros = (1..=4).map(|breakdown_id| (12, "2024", breakdown_id, 0.0));
    assert_eq!(tangled(at(10, "2024", 5..=8).chain(zeros).collect())?, None);
    Ok(())
}

#[test]
fn territories_that_cut_one_another_need_their_common_piece() -> Result<(), Fault> {
    // 1 and 2 are divided into pieces of the neighbourhood 3 and what is left.
    let sums =
        Sums { sums: vec![(1, vec![-1, -2]), (2, vec![-3, -4]), (3, vec![-1, -3])], ..Sums::default() };
    let rule = rule()?;
    let of = |cells: &[(i32, f64)]| {
        let cells = cells.iter().map(|(territory, count)| (*territory, Raw::seal(*count, None))).collect();
        laid(cells, &sums, &rule)
    };
    assert!(matches!(of(&[(1, 50.0), (3, 48.0)])?, Err(LayError::Uncut { .. })));
    assert!(of(&[(1, 50.0), (2, 40.0)])?.is_ok());
    assert!(of(&[(1, 50.0), (3, 0.0)])?.is_ok());
    let whole = of(&[(1, 50.0), (2, 40.0), (3, 48.0), (-1, 20.0), (-3, 28.0)])??;
    assert_eq!(whole.table.relations.len(), 3);
    Ok(())
}

fn stored(stored: StoredRule<'_>) -> Result<Rule, Fault> {
    Ok(Rule::stored(StoredRule { code: "R", ..stored }, NaiveDate::default())?)
}

fn laid(cells: Vec<(i32, Raw)>, sums: &Sums, rule: &Rule) -> Result<Result<Laid, LayError>, Fault> {
    let mut sheet = Sheet::default();
    for (territory_id, raw) in cells {
        sheet.insert(Address { territory_id, period: Period::year(2024)?, breakdown_id: 0 }, raw);
    }
    let sheets = BTreeMap::from([(1, sheet)]);
    Ok(lay(&sheets, &HashSet::new(), &HashMap::new(), sums, &[], (&Opened::default(), rule)))
}

fn sensitive(laid: &Laid) -> Vec<i32> {
    let cells = laid.keys.iter().zip(&laid.table.cells).filter(|(_, cell)| cell.protection.is_some());
    cells.map(|(key, _)| key.address.territory_id).collect()
}

#[test]
fn a_cell_of_which_one_contributor_holds_too_much_is_sensitive_and_an_unknown_share_refused()
-> Result<(), Fault> {
    let rule = stored(StoredRule { dominance_percent: Some(85.0), ..StoredRule::default() })?;
    let of = |share: Option<f64>| Raw::seal(1_000.0, Some(9)).with_largest(share);
    let cells = vec![
        (1, of(Some(85.0))),
        (2, of(Some(85.04))),
        (3, of(Some(85.1))),
        (4, Raw::seal(1_000.0, Some(1)).with_largest(Some(100.0))),
        (5, Raw::seal_units(40.0, None)),
        (6, Raw::seal(0.0, Some(0))),
    ];
    let found = laid(cells, &Sums::default(), &rule)??;
    assert_eq!(sensitive(&found), [2, 3, 4], "rounded up, so that what is hardly above is above");
    let missing = laid(vec![(7, of(None))], &Sums::default(), &rule)?;
    assert!(matches!(missing, Err(LayError::Facts { territory_id: 7, .. })));
    Ok(())
}

#[test]
fn territories_of_too_few_inhabitants_are_sensitive_and_unknown_ones_refused() -> Result<(), Fault> {
    let rule = stored(StoredRule { minimum_population: Some(5_000), ..StoredRule::default() })?
        .with_inhabitants(HashMap::from([(1, 9_000), (2, 4_999), (3, 5_000)]));
    let of = || Raw::seal(40.0, None);
    // The part -1 is all of 1 in one zone; of -2 nobody knows how many live there.
    let sums = Sums { sums: vec![(1, vec![-1]), (3, vec![-2, -3])], ..Sums::default() };
    let cells = [1, 2, 3, -1, -2].map(|territory_id| (territory_id, of()));
    // Nobody knows of -3 either, which is what is left of 3.
    assert_eq!(sensitive(&laid(Vec::from(cells), &sums, &rule)??), [-2, 2, -3]);
    let missing = laid(vec![(4, of())], &sums, &rule)?;
    assert!(matches!(missing, Err(LayError::Facts { territory_id: 4, .. })));
    Ok(())
}

#[test]
fn a_part_that_is_more_than_its_whole_is_refused_without_quoting_it() -> Result<(), Fault> {
    let sheets = BTreeMap::from([(1, sheet(&[(10, 1_234.0)])?), (2, sheet(&[(10, 5_678.0)])?)]);
    let contained = [Containment { part_id: 2, whole_id: 1 }];
    let laid = lay(
        &sheets,
        &HashSet::new(),
        &HashMap::new(),
        &Sums::default(),
        &contained,
        (&Opened::default(), &rule()?),
    );
    let fault = laid.err().ok_or("it was laid")?;
    assert_eq!(fault, LayError::MoreThanWhole { part_id: 2, whole_id: 1, territory_id: 10 });
    assert!(!fault.to_string().contains("1234") && !fault.to_string().contains("5678"));
    Ok(())
}

#[test]
fn categories_that_do_not_make_up_what_is_known_of_all_of_them_are_refused() -> Result<(), Fault> {
    let year = |territory_id: i32, breakdown: i32, amount: f64| (territory_id, "2024", breakdown, amount);
    let refused = |territory_id: i32| Some(LayError::Categories { indicator_id: 1, territory_id });
    // Women of a total; a category that is not there is a zero only where nothing is left.
    assert_eq!(of_cells(&[year(1, 0, 22.0), year(1, 1, 20.0)])?.err(), refused(1));
    assert_eq!(hidden(&of_cells(&[year(1, 0, 20.0), year(1, 1, 20.0)])??), []);
    // The total is known for what they are parts of.
    let women = [year(11, 1, 10.0), year(12, 1, 20.0), year(13, 0, 0.0)];
    assert_eq!(of_cells(&[&women[..], &[year(10, 0, 33.0)]].concat())?.err(), refused(11));
    assert!(of_cells(&[&women[..], &[year(10, 0, 30.0)]].concat())?.is_ok());
    // All of them, and a total that has changed since.
    let both = of_cells(&[year(1, 0, 22.0), year(1, 1, 20.0), year(1, 2, 1.0)])??;
    assert_eq!(both.table.cells.len(), 3);
    Ok(())
}

#[test]
fn a_piece_is_seen_by_whoever_may_see_all_that_it_lies_in() {
    let [iris, whole] = [Holders::one(0), Holders::one(1)].map(Option::unwrap_or_default);
    // The IRIS 21 lies in the neighbourhood 30 with the piece -1, and with the piece -2 outside.
    let sums = [(21, vec![-1, -2]), (30, vec![-1]), (31, vec![-2])];
    let holders = HashMap::from([(21, iris.and(whole)), (30, whole), (31, iris)]);
    let of = super::with_pieces(holders, &sums);
    assert_eq!((of[&-1], of[&-2]), (whole, iris));
    let not_all = super::with_pieces(HashMap::from([(21, whole)]), &sums);
    assert!(not_all[&-1].is_nobody() && not_all[&-2].is_nobody());
}
