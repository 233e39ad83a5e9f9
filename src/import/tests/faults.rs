//! Files that are wrong: each fault is found where it was planted.

use std::collections::{BTreeMap, BTreeSet};

use entity::types::Period;

use super::{Fault, fixture::World};
use crate::{
    import::{
        Checked, IssueCode, Mapping,
        issue::{Along, Detail, Issue},
    },
    secrecy::{Address, table::CellKey},
};

/// Written for `#12` instead of 12: sums hold all the same, and a value can be told from anything else in a text.
const UNIT: u64 = 1_000_003;

/// A file with its values written large.
fn written(file: &str) -> String {
    let mut parts = file.split('#');
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        let value = digits.parse::<u64>().unwrap_or_default() * UNIT;
        written.push_str(&value.to_string());
        written.push_str(part.get(digits.len()..).unwrap_or_default());
    }
    written
}

/// Each row with the code of what is wrong with it, if anything is.
const PLANTED: &[(&str, Option<&str>)] = &[
    // A delivery of Dijon that holds together.
    ("21231;2024;PRE01;#100", None),
    ("21231X001;2024;PRE01;#40", None),
    ("21231X002;2024;PRE01;#30", None),
    ("21231X003;2024;PRE01;#30", None),
    ("QN21X001;2024;PRE01;#35", None),
    ("21231-HQ24;2024;PRE01;#65", None),
    ("21231X001/QN21X001;2024;PRE01;#20", None),
    ("21231X002/QN21X001;2024;PRE01;#15", None),
    // Territories.
    ("99999;2024;PRE01;#5", Some("UNKNOWN_TERRITORY")),
    ("21231X009;2024;PRE01;#5", Some("UNKNOWN_TERRITORY")),
    ("21231X003/QN21X001;2024;PRE01;#5", Some("UNKNOWN_TERRITORY")),
    ("Dijon;2024;PRE01;#5", Some("UNKNOWN_TERRITORY")),
    (";2024;PRE01;#5", Some("EMPTY_FIELD")),
    ("21213;2024;PRE01;#5", Some("VINTAGE_MISMATCH")),
    ("QP21X001;2024;PRE01;#5", Some("VINTAGE_MISMATCH")),
    ("21231X003/QP21X001;2024;PRE01;#5", Some("VINTAGE_MISMATCH")),
    // Indicators.
    ("21003;2024;PRE99;#5", Some("UNKNOWN_INDICATOR")),
    ("21003;2024;pre01;#5", Some("UNKNOWN_INDICATOR")),
    ("21003;2024;;#5", Some("EMPTY_FIELD")),
    ("21003;2024;EMP02;#5", Some("FOREIGN_INDICATOR")),
    ("21003;2024;DEM01;#5", Some("FOREIGN_INDICATOR")),
    ("21003;2024;PRE04;#5", Some("DERIVED_INDICATOR")),
    // Periods.
    ("21003;2024-13;PRE01;#5", Some("UNKNOWN_PERIOD")),
    ("21003;1999;PRE01;#5", Some("UNKNOWN_PERIOD")),
    ("21003;2036;PRE01;#5", Some("UNKNOWN_PERIOD")),
    ("21003;T1 2024;PRE01;#5", Some("UNKNOWN_PERIOD")),
    ("21003;;PRE01;#5", Some("EMPTY_FIELD")),
    ("21003;2023;PRE01;#5", Some("PERIOD_OUTSIDE_RELEASE")),
    ("21003;2025-Q1;PRE01;#5", Some("PERIOD_OUTSIDE_RELEASE")),
    // Breakdowns.
    ("21105;2024;PRE01;#5;;;VIEUX", Some("UNKNOWN_CATEGORY")),
    ("21105;2024;PRE01;#5;;;;;SOCLE", Some("FOREIGN_DIMENSION")),
    ("21105;2024;PRE01;#5;;;MOINS_25;ISOLE", Some("UNUSED_BREAKDOWN")),
    // Values.
    ("21231;2024;PRE01;#100", Some("DUPLICATE_CELL")),
    ("21106;2024;PRE01;douze", Some("NOT_A_NUMBER")),
    ("21166;2024;PRE01;#5 %", Some("NOT_A_NUMBER")),
    ("21171;2024;PRE01;s", Some("PREMASKED")),
    ("21192;2024;PRE01;n.s.", Some("PREMASKED")),
    ("21223;2024;PRE01;-#5", Some("NEGATIVE_COUNT")),
    ("21263;2024;PRE01;#5,5", Some("FRACTIONAL_COUNT")),
    ("21270;2024;PRE01;#5;#6", Some("CONTRIBUTORS_CONTRADICT")),
    ("21278;2024;PRE01;#5;2,5", Some("CONTRIBUTORS_CONTRADICT")),
    ("21315;2024;PRE01;#5;;120", Some("CONTRIBUTORS_CONTRADICT")),
    ("21355;2024;PRE01;#5;dix", Some("NOT_A_NUMBER")),
    // Totals.
    ("21003;2024;PRE10;#9", Some("TOTAL_DIFFERS")),
    ("21003;2024;PRE10;#8;;;;;;APL", None),
    ("21231;2024;PRE15;#10", Some("TOTAL_DIFFERS")),
    ("21231X001;2024;PRE15;#3", None),
    ("21231X002;2024;PRE15;#3", None),
    ("21231X003;2024;PRE15;#3", None),
    ("21105;2024;PRE14;#9", Some("TOTAL_DIFFERS")),
    ("21105;2024-Q1;PRE14;#2", None),
    ("21105;2024-Q2;PRE14;#2", None),
    ("21105;2024-Q3;PRE14;#2", None),
    ("21105;2024-Q4;PRE14;#2", None),
    ("21231X001;2024;PRE03;#5", Some("TOTAL_DIFFERS")),
    ("21231X001/QN21X001;2024;PRE03;#6", None),
    ("21231;2024;PRE12;#101", Some("MORE_THAN_WHOLE")),
    // Against the last release.
    ("21003;2024;PRE13;#1", Some("MAGNITUDE_JUMP")),
];

const HEADER: &str =
    "territory;period;indicator;value;contributors;largest;AGE;COMPOSITION;RSA_TYPE;AIDE_LOGEMENT;NOTE";

fn planted() -> Result<(World, String), Fault> {
    let mut world = World::new()?;
    let address =
        Address { territory_id: world.territory("21003")?, period: Period::year(2023)?, breakdown_id: 0 };
    world.last.insert(CellKey { indicator_id: world.indicator("PRE13")?, address }, 90.0);
    let mut file = HEADER.to_owned();
    for (row, _) in PLANTED {
        file.push('\n');
        file.push_str(row);
    }
    Ok((world, written(&file)))
}

#[test]
fn more_than_forty_faults_are_found_in_one_run_each_at_its_line() -> Result<(), Fault> {
    let (world, file) = planted()?;
    let checked = world.check(&Mapping::own_words("CAF-ALLOC", 2024), Some(2024), &file);
    assert!(checked.delivery.is_none());
    let found: BTreeSet<(u64, &str)> =
        checked.issues.iter().filter_map(|issue| Some((issue.line?, issue.code.word()))).collect();
    let expected: BTreeSet<(u64, &str)> =
        (2..).zip(PLANTED).filter_map(|(line, (_, code))| Some((line, (*code)?))).collect();
    assert!(expected.len() >= 40, "{}", expected.len());
    assert_eq!(found, expected);
    assert_eq!(checked.issues.count(IssueCode::ColumnIgnored), 1);
    Ok(())
}

#[test]
fn details_name_what_helps() -> Result<(), Fault> {
    let (world, file) = planted()?;
    let issues = world.check(&Mapping::own_words("CAF-ALLOC", 2024), Some(2024), &file).issues;
    let of = |code: IssueCode| -> Vec<&Detail> {
        issues.iter().filter(|issue| issue.code == code).map(|issue| &issue.detail).collect()
    };
    let near = |detail: &&Detail| match detail {
        Detail::Unknown { nearest, .. } => nearest.first().cloned(),
        _ => None,
    };
    let territories = of(IssueCode::UnknownTerritory);
    assert_eq!(territories.get(1).and_then(near).as_deref(), Some("21231X001"));
    assert_eq!(
        of(IssueCode::VintageMismatch).first(),
        Some(&&Detail::Vintage { asked: 2024, exists: vec![2019] })
    );
    assert_eq!(of(IssueCode::DuplicateCell), [&Detail::First { line: 2 }]);
    assert_eq!(of(IssueCode::MoreThanWhole), [&Detail::Whole { indicator: "PRE01".to_owned() }]);
    let along: Vec<Along> = of(IssueCode::TotalDiffers)
        .into_iter()
        .filter_map(|detail| if let Detail::Sum { along, .. } = detail { Some(*along) } else { None })
        .collect();
    assert_eq!(along, [Along::Categories, Along::Territories, Along::Periods, Along::Parts]);
    let names = vec!["NOTE".to_owned()];
    assert_eq!(of(IssueCode::ColumnIgnored), [&Detail::Names { names }]);
    Ok(())
}

#[test]
fn several_faults_of_one_row_are_all_found() -> Result<(), Fault> {
    let world = World::new()?;
    let file = "territory;period;indicator;value;AGE\n99999;2024-99;PRE99;douze;VIEUX\n";
    let issues = world.check(&Mapping::own_words("CAF-ALLOC", 2024), Some(2024), file).issues;
    let found: Vec<&str> = issues.summary().map(|(code, ..)| code.word()).collect();
    let planted =
        ["UNKNOWN_TERRITORY", "UNKNOWN_INDICATOR", "UNKNOWN_CATEGORY", "UNKNOWN_PERIOD", "NOT_A_NUMBER"];
    assert_eq!(found, planted);
    Ok(())
}

fn codes(checked: &Checked) -> BTreeMap<&'static str, u64> {
    checked.issues.summary().map(|(code, _, count)| (code.word(), count)).collect()
}

#[test]
fn what_is_missing_beside_others_is_found() -> Result<(), Fault> {
    let world = World::new()?;
    let caf = Mapping::own_words("CAF-ALLOC", 2024);
    let header = "territory;period;indicator;value\n";
    let cut = format!("{header}21231X001;2024;PRE01;9\nQN21X001;2024;PRE01;9\n");
    let found = world.check(&caf, None, &cut);
    assert_eq!(codes(&found), BTreeMap::from([("PARTS_MISSING", 1)]));
    let rest = format!("{header}21231;2024;PRE08;9\nQN21X001;2024;PRE08;9\n");
    let found = world.check(&caf, None, &rest);
    assert_eq!(codes(&found), BTreeMap::from([("MISSING_TERRITORY", 1)]));
    let missing = found.issues.iter().next().and_then(|issue| issue.subject.territory.clone());
    assert_eq!(missing.as_deref(), Some("21231-HQ24"));
    assert!(found.delivery.is_some() && found.issues.refused(&[]), "a warning waits to be accepted");
    assert!(!found.issues.refused(&[IssueCode::MissingTerritory]));
    Ok(())
}

#[test]
fn files_without_rows_too_fine_or_without_the_facts_of_their_rule_are_refused() -> Result<(), Fault> {
    let world = World::new()?;
    let header = "territory;period;indicator;value";
    let none = world.check(&Mapping::own_words("CAF-ALLOC", 2024), None, &format!("{header}\n;;;\n"));
    assert_eq!(codes(&none), BTreeMap::from([("NO_ROWS", 1)]));
    let fine = format!("{header}\n21231X001;2024;LOG06;9\n");
    let fine = world.check(&Mapping::own_words("CD21-FSL", 2024), None, &fine);
    assert_eq!(codes(&fine), BTreeMap::from([("LEVEL_TOO_FINE", 1)]));
    let businesses = Mapping::own_words("ENT", 2024);
    let bare = format!("{header}\n21003;2024;ENT01;9\n21105;2024;ENT01;9\n");
    assert_eq!(codes(&world.check(&businesses, None, &bare)), BTreeMap::from([("MISSING_FACT", 2)]));
    let empty = format!("{header};contributors;largest\n21003;2024;ENT01;9;4;50\n21105;2024;ENT01;9;;50\n");
    let found = world.check(&businesses, None, &empty);
    assert_eq!(found.issues.iter().map(|issue| issue.line).collect::<Vec<_>>(), [Some(3)]);
    Ok(())
}

#[test]
fn a_mapping_that_names_what_does_not_exist_says_so_once_each() -> Result<(), Fault> {
    let world = World::new()?;
    let mapping = Mapping::read(
        r#"
        source = "CAF-ALLOC"
        vintage = 2024
        [columns]
        territory = "CODGEO"
        period = "ANNEES"
        indicator = "INDICATEUR"
        value = "VALEUR"
        [columns.dimensions]
        AGES = "TRANCHE"
        [indicators]
        "Foyers" = "PRE99"
        [codes.AGE]
        "0-24" = "Y_LT25"
        [codes.RSA]
        "S" = "SOCLE"
        "#,
    )?;
    let checked =
        world.check(&mapping, None, "CODGEO;ANNEE;INDICATEUR;VALEUR;TRANCHE\n21231;2024;PRE01;9;\n");
    let expected = BTreeMap::from([
        ("UNKNOWN_COLUMN", 1),
        ("UNKNOWN_DIMENSION", 2),
        ("UNKNOWN_INDICATOR", 1),
        ("UNKNOWN_CATEGORY", 1),
    ]);
    assert_eq!(codes(&checked), expected);
    let column = checked.issues.iter().find(|issue| issue.code == IssueCode::UnknownColumn);
    let nearest = column.map(Issue::english).unwrap_or_default();
    assert!(nearest.contains("ANNEES") && nearest.contains("“ANNEE”"), "{nearest}");
    let unknown = world.check(&Mapping::own_words("CAF-ALOC", 1999), None, "territory\n21231\n");
    assert_eq!(codes(&unknown), BTreeMap::from([("UNKNOWN_SOURCE", 1), ("UNKNOWN_VINTAGE", 1)]));
    assert!(Mapping::read("source = \"CAF-ALLOC\"\nvintage = 2024\nvintages = 2024").is_err());
    Ok(())
}

#[test]
fn a_period_that_has_not_begun_is_told_and_may_be_accepted() -> Result<(), Fault> {
    let world = World::new()?;
    let mapping = Mapping::own_words("CAF-ALLOC", 2026);
    let of = |period: &str| {
        world.check(&mapping, None, &format!("territory;period;indicator;value\n21003;{period};PRE01;9"))
    };
    // The files of the tests are handed in on 24 November 2026.
    for (period, told) in
        [("2031", 1), ("2027", 1), ("2026-12", 1), ("2026-11", 0), ("2026-Q4", 0), ("2026", 0)]
    {
        let checked = of(period);
        assert_eq!(checked.issues.count(IssueCode::PeriodAhead), told, "{period}");
        assert_eq!(checked.issues.total(), told, "{period}");
        assert!(!checked.issues.refused(&[IssueCode::PeriodAhead]));
    }
    Ok(())
}

#[test]
fn an_unknown_vintage_is_told_once_with_the_years_that_are_known() -> Result<(), Fault> {
    let world = World::new()?;
    let file = "territory;period;indicator;value\n21003;2024;PRE01;9\n21231;2024;PRE01;douze";
    let checked = world.check(&Mapping::own_words("CAF-ALLOC", 2018), None, file);
    let told: Vec<_> = checked.issues.summary().map(|(code, _, count)| (code, count)).collect();
    assert_eq!(told, [(IssueCode::NotANumber, 1), (IssueCode::UnknownVintage, 1)]);
    let text: String = checked.issues.iter().map(Issue::french).collect();
    assert!(text.contains("2018") && text.contains("2019") && text.contains("2026"), "{text}");
    Ok(())
}

#[test]
fn a_file_that_is_wrong_through_and_through_is_not_read_to_its_end() -> Result<(), Fault> {
    let world = World::new()?;
    let row = "21003;2024;PRE01;9\n";
    let file = format!("territory;period;indicator;value\n{}", row.repeat(120_000));
    let mut source = tempfile::tempfile()?;
    std::io::Write::write_all(&mut source, file.as_bytes())?;
    let checked = world.examine(&Mapping::own_words("CAF-ALLOC", 2026), &mut source)?;
    assert_eq!(checked.issues.count(IssueCode::DuplicateCell), 100_000);
    let last = checked.issues.iter().find(|issue| issue.code == IssueCode::TooManyIssues);
    assert_eq!(last.and_then(|issue| issue.line), Some(100_002));
    Ok(())
}

#[test]
fn what_follows_from_other_issues_comes_after_them_and_names_the_dimension() -> Result<(), Fault> {
    let world = World::new()?;
    let mapping = Mapping::own_words("CAF-ALLOC", 2026);
    let file = "territory;period;indicator;value;AGE\n\
                21003;2024;PRE01;90;\n21003;2024;PRE01;30;MOINS_25\n21003;2024;PRE01;50;25_39\n\
                21105;2024;PRE01;douze;";
    let checked = world.check(&mapping, None, file);
    let told: Vec<&Issue> = checked.issues.iter().collect();
    let codes: Vec<IssueCode> = told.iter().map(|issue| issue.code).collect();
    assert_eq!(codes, [IssueCode::NotANumber, IssueCode::TotalDiffers]);
    let of = told.last().map(|issue| issue.english()).unwrap_or_default();
    assert!(of.contains("Sum over categories of AGE"), "{of}");
    assert_eq!(told.last().and_then(|issue| issue.column.as_deref()), Some("value"));
    Ok(())
}

#[test]
fn parts_that_are_more_than_their_total_are_told_even_where_others_are_missing() -> Result<(), Fault> {
    let world = World::new()?;
    let file = "territory;period;indicator;value\n21231;2024;PRE01;40\n21231X001;2024;PRE01;41";
    let checked = world.check(&Mapping::own_words("CAF-ALLOC", 2026), None, file);
    assert_eq!(checked.issues.count(IssueCode::TotalDiffers), 1);
    Ok(())
}
