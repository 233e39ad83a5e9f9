//! Files that are right, in each shape.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entity::types::{Period, Withheld};

use super::{
    Fault,
    fixture::{INSEE, World},
};
use crate::{
    geography::partition::Partition,
    import::{Checked, Delivery, Issue, IssueCode, Mapping},
    secrecy::{
        Address, Lot, Rule, StoredRule,
        plan::{Plan, Request, Unplannable},
        progress::Unwatched,
        table::{CellKey, LayError, Sums},
    },
};

const FLORES: &str = include_str!("../mappings/flores-2024.toml");
const RP: &str = include_str!("../mappings/rp.toml");

fn delivered(checked: Checked, accepted: &[IssueCode]) -> Result<Delivery, Fault> {
    let told: Vec<String> = checked.issues.iter().map(Issue::english).collect();
    if checked.issues.refused(accepted) {
        return Err(told.join("\n").into());
    }
    Ok(checked.delivery.ok_or("nothing was delivered")?)
}

fn shown(delivery: &Delivery, key: (i32, i32, &str)) -> Option<(Option<f64>, Option<Withheld>)> {
    let (indicator_id, territory_id, period) = key;
    let address = Address { territory_id, period: Period::parse(period).ok()?, breakdown_id: 0 };
    let mut figures = delivery.masked_by_producer.iter();
    figures.find(|(key, _)| *key == CellKey { indicator_id, address }).map(|(_, masked)| masked.columns())
}

#[test]
fn a_wide_file_of_insee_is_taken_as_its_producer_shows_it() -> Result<(), Fault> {
    let world = World::new()?;
    let checked = world.check(&Mapping::read(FLORES)?, None, INSEE);
    let delivery = delivered(checked, &[IssueCode::ColumnIgnored])?;
    assert_eq!((delivery.rows, delivery.masked_by_producer.len()), (23, 23 * 8));
    assert_eq!((delivery.period, delivery.vintage.year()), (Period::year(2024)?, 2026));
    assert!(delivery.sheets.is_empty(), "an open file holds nothing to be sealed");
    let key = (world.indicator("EMP08")?, world.territory("21003")?, "2024");
    assert_eq!(shown(&delivery, key), Some((Some(124.0), None)));
    Ok(())
}

#[test]
fn of_a_file_of_several_years_the_given_one_is_taken_and_fractions_are_kept() -> Result<(), Fault> {
    let world = World::new()?;
    let mapping = Mapping::read(RP)?;
    for (year, columns) in [(2022, 12), (2016, 2)] {
        let checked = world.check(&mapping, Some(year), INSEE);
        let delivery = delivered(checked, &[IssueCode::ColumnIgnored])?;
        assert_eq!(delivery.masked_by_producer.len(), 23 * columns);
        assert_eq!((delivery.period, delivery.generation), (Period::year(year)?, 2015));
    }
    let checked = world.check(&mapping, None, INSEE);
    assert_eq!(checked.issues.count(IssueCode::PeriodOutsideRelease), 23 * 2);
    assert!(checked.delivery.is_none());
    Ok(())
}

#[test]
fn signs_of_an_open_file_withhold_by_their_reason() -> Result<(), Fault> {
    let world = World::new()?;
    let file = "territory;period;indicator;value\n21003;2021;REV03;s\n21105;2021;REV03;\n21166;2021;REV03;28,0\n\
                21171;2021;REV03;///\n21192;2021;REV03;n.s.\n";
    let checked = world.check(&Mapping::own_words("FILOSOFI", 2024), None, file);
    assert_eq!(checked.issues.count(IssueCode::MissingTerritory), 0);
    let delivery = delivered(checked, &[])?;
    let reasons = [
        ("21003", Some(Withheld::StatisticalSecrecy)),
        ("21105", Some(Withheld::NotCollected)),
        ("21166", None),
        ("21171", Some(Withheld::NotApplicable)),
        ("21192", Some(Withheld::NotSignificant)),
    ];
    for (code, reason) in reasons {
        let key = (world.indicator("REV03")?, world.territory(code)?, "2021");
        assert_eq!(shown(&delivery, key).map(|(_, reason)| reason), Some(reason), "{code}");
    }
    Ok(())
}

const LONG: &str = r#"
source = "CAF-ALLOC"
layout = "long"
vintage = 2024
fixed_period = "2024"

[columns]
territory = "CODGEO"
indicator = "INDICATEUR"
value = "VALEUR"

[columns.dimensions]
AGE = "TRANCHE"

[indicators]
"Foyers" = "PRE01"

[codes.AGE]
"0-24" = "MOINS_25"
"25 et plus" = "25_39"
"Ensemble" = "_T"
"#;

const DIJON: &str = "CODGEO;INDICATEUR;VALEUR;TRANCHE\n\
    21231;Foyers;100;Ensemble\n21231;Foyers;30;0-24\n21231;Foyers;70;25 et plus\n\
    21231X001;Foyers;40;_T\n21231X002;Foyers;30;\n21231X003;Foyers;30;\n\
    QN21X001;Foyers;35;\n21231-HQ24;Foyers;65;\n\
    21231X001/QN21X001;Foyers;20;\n21231X002/QN21X001;Foyers;15;\n";

#[test]
fn a_long_confidential_file_is_sealed_with_its_parts_and_rests() -> Result<(), Fault> {
    let world = World::new()?;
    let delivery = delivered(world.check(&Mapping::read(LONG)?, None, DIJON), &[])?;
    assert!(delivery.masked_by_producer.is_empty());
    assert_eq!((delivery.rows, delivery.generation), (10, 2024));
    let sheet = delivery.sheets.get(&world.indicator("PRE01")?).ok_or("no sheet")?;
    let there = |territory_id: i32| {
        let address = Address { territory_id, period: delivery.period, breakdown_id: 0 };
        sheet.get(&address).is_some()
    };
    assert!([-1, -2, -3, -4].into_iter().all(there), "two parts that were delivered, and what they leave");
    Ok(())
}

#[test]
fn what_passes_the_checks_can_be_planned() -> Result<(), Fault> {
    let world = World::new()?;
    let Delivery { sheets, vintage, generation, .. } =
        delivered(world.check(&Mapping::read(LONG)?, None, DIJON), &[])?;
    let stored = StoredRule { code: "CAF-5", minimum_contributors: Some(5), ..StoredRule::default() };
    let rule = Rule::stored(stored, NaiveDate::default())?;
    let sums = Sums { sums: Partition::of(&world.gazetteer, vintage, generation).sums, ..Sums::default() };
    let request = Request {
        sheets: &sheets,
        breakdowns: world.catalogue.breakdowns(),
        sums: &sums,
        contained: &[],
        opens: false,
        rule: &rule,
        rates: &[],
        earlier: &[],
        lot: Lot::NONE,
    };
    let plan = Plan::make(&request, &Unwatched)?;
    // Eight that were delivered, and the zeros of two ages that were not; parts and rests are never figures.
    assert_eq!(plan.figures().len(), 10);
    Ok(())
}

#[test]
fn sdmx_csv_needs_no_mapping_and_its_confidential_cells_are_found() -> Result<(), Fault> {
    let world = World::new()?;
    let header = "STRUCTURE;REF_AREA;TIME_PERIOD;INDICATOR;AGE;OBS_VALUE;OBS_STATUS;CONF_STATUS\n";
    let mapping = Mapping::own_words("CAF-ALLOC", 2024);
    let good = format!("{header}D;21231;2024;PRE01;_T;9;A;F\nD;21231;2024;PRE01;MOINS_25;9;A;C\n");
    assert_eq!(delivered(world.check(&mapping, None, &good), &[])?.rows, 2);
    let masked = format!(
        "{header}D;21231;2024;PRE01;_T;9;A;F\nD;21231;2024;PRE01;MOINS_25;;A;C\nD;21231;2024;PRE01;25_39;;A;C\n"
    );
    assert_eq!(world.check(&mapping, None, &masked).issues.count(IssueCode::Premasked), 2);
    Ok(())
}

#[test]
fn quarters_of_the_year_are_taken_and_what_is_not_available_is_not_delivered() -> Result<(), Fault> {
    let world = World::new()?;
    let file = "territory;period;indicator;value\n21231;2024-Q1;LOG06;4\n21231;2024-Q2;LOG06;5\n\
                21231;2024-03;LOG06;3\n21231;2024;LOG06;nd\n";
    let delivery = delivered(world.check(&Mapping::own_words("CD21-FSL", 2024), Some(2024), file), &[])?;
    let sheet = delivery.sheets.get(&world.indicator("LOG06")?).ok_or("no sheet")?;
    let there = |period: &str| {
        let address = Address {
            territory_id: world.territory("21231").ok()?,
            period: Period::parse(period).ok()?,
            breakdown_id: 0,
        };
        sheet.get(&address).map(|_| ())
    };
    assert_eq!(["2024-Q1", "2024-03", "2024"].map(|period| there(period).is_some()), [true, true, false]);
    Ok(())
}

/// A plan of a delivery under a rule of the catalogue, with what territories have of inhabitants.
fn planned(
    world: &World,
    delivery: &Delivery,
    rule: &str,
    inhabitants: HashMap<i32, u64>,
) -> Result<Result<Plan, Unplannable>, Fault> {
    let ids = world.catalogue.sources().iter().map(|source| source.secrecy_rule_id);
    let mut rules = ids.filter_map(|id| world.catalogue.rule(id));
    let rule = rules.find(|known| known.code == rule).ok_or("no such rule")?;
    let stored = StoredRule {
        code: &rule.code,
        minimum_contributors: rule.minimum_contributors,
        dominance_percent: rule.dominance_percent,
        minimum_population: rule.minimum_population,
    };
    Ok(Plan::make(
        &Request {
            sheets: &delivery.sheets,
            breakdowns: world.catalogue.breakdowns(),
            sums: &Sums {
                sums: Partition::of(&world.gazetteer, delivery.vintage, delivery.generation).sums,
                ..Sums::default()
            },
            contained: &[],
            opens: false,
            rule: &Rule::stored(stored, NaiveDate::default())?.with_inhabitants(inhabitants),
            rates: &[],
            earlier: &[],
            lot: Lot::NONE,
        },
        &Unwatched,
    ))
}

/// Territories whose figures a plan masks.
fn masked(plan: &Plan) -> HashSet<i32> {
    let masked = plan.figures().iter().filter(|(_, masked)| !masked.is_shown());
    masked.map(|(key, _)| key.address.territory_id).collect()
}

#[test]
fn a_dominated_cell_is_masked_where_the_file_says_how_much_the_largest_holds() -> Result<(), Fault> {
    let world = World::new()?;
    let mapping = Mapping::own_words("ENT", 2024);
    let bare = "territory;period;indicator;value;contributors\n21003;2024;ENT01;900;9\n";
    let refused = world.check(&mapping, None, bare);
    assert_eq!(refused.issues.count(IssueCode::MissingFact), 1);
    let signs = "territory;period;indicator;value;contributors;largest\n21003;2024;ENT01;900;nd;s\n";
    assert_eq!(world.check(&mapping, None, signs).issues.count(IssueCode::MissingFact), 2);
    let file = "territory;period;indicator;value;contributors;largest\n21003;2024;ENT01;900;9;30\n\
                21105;2024;ENT01;900;9;90,5\n21166;2024;ENT01;900;2;60\n";
    let delivery = delivered(world.check(&mapping, None, file), &[])?;
    let plan = planned(&world, &delivery, "ENT-3-85", HashMap::new())??;
    assert_eq!(masked(&plan), HashSet::from([world.territory("21105")?, world.territory("21166")?]));
    Ok(())
}

#[test]
fn counts_of_units_need_no_share_of_the_largest() -> Result<(), Fault> {
    let world = World::new()?;
    let mapping = Mapping::own_words("ENT", 2024);
    let file = "territory;period;indicator;value;contributors;largest\n21003;2024;ENT02;40;;\n\
                21105;2024;ENT02;2;;\n21166;2024;ENT02;40;9;30\n21171;2024;ENT02;40;9;90\n";
    let delivery = delivered(world.check(&mapping, None, file), &[])?;
    let plan = planned(&world, &delivery, "ENT-3-85", HashMap::new())??;
    assert_eq!(masked(&plan), HashSet::from([world.territory("21105")?, world.territory("21171")?]));
    // Employees of nine businesses: which of them has how many is another question.
    let lacking = "territory;period;indicator;value;contributors;largest\n21003;2024;ENT02;40;9;\n";
    assert_eq!(world.check(&mapping, None, lacking).issues.count(IssueCode::MissingFact), 1);
    Ok(())
}

#[test]
fn territories_below_a_minimum_of_inhabitants_are_masked_and_unknown_ones_refused() -> Result<(), Fault> {
    let world = World::new()?;
    let file = "territory;period;indicator;value\n21003;2024;PRE01;40\n21105;2024;PRE01;0\n\
                21166;2024;PRE01;2\n";
    let delivery = delivered(world.check(&Mapping::own_words("CAF-ALLOC", 2024), None, file), &[])?;
    let [one, two, three] = [world.territory("21003")?, world.territory("21105")?, world.territory("21166")?];
    let inhabitants = HashMap::from([(one, 4_999), (two, 4_999), (three, 5_000)]);
    let plan = planned(&world, &delivery, "RP-SENS", inhabitants)??;
    assert_eq!(masked(&plan), HashSet::from([one, two]));
    let unknown = planned(&world, &delivery, "RP-SENS", HashMap::from([(one, 9_000), (two, 9_000)]))?;
    assert!(matches!(unknown, Err(Unplannable::Lay(LayError::Facts { .. }))));
    Ok(())
}

#[test]
fn what_the_provider_masked_alone_in_a_sum_follows_and_is_masked_and_protected() -> Result<(), Fault> {
    let world = World::new()?;
    let mapping = Mapping::own_words("CAF-ALLOC", 2024);
    // Dijon's third IRIS is 40 by subtraction: enough for the rule, and the provider's mask all the same.
    let rows = ["21231;2024;PRE10;140", "21231X001;2024;PRE10;60", "21231X002;2024;PRE10;40"];
    let file = |third: &str| format!("territory;period;indicator;value\n{}\n{third}\n", rows.join("\n"));
    let delivery = delivered(world.check(&mapping, None, &file("21231X003;2024;PRE10;s")), &[])?;
    let plan = planned(&world, &delivery, "CAF-5", HashMap::new())??;
    let hidden = masked(&plan);
    assert!(hidden.contains(&world.territory("21231X003")?) && hidden.len() > 1, "alone it would be known");
    let open = delivered(world.check(&mapping, None, &file("21231X003;2024;PRE10;40")), &[])?;
    assert_eq!(masked(&planned(&world, &open, "CAF-5", HashMap::new())??), HashSet::new());
    for sign in ["n.s.", "*"] {
        let same = world.check(&mapping, None, &file(&format!("21231X003;2024;PRE10;{sign}")));
        assert!(!same.issues.has_errors());
    }
    // A mask behind which nobody is, or two in a sum, are refused, with what to do.
    let none = file("21231X003;2024;PRE10;s").replace(";140", ";100");
    let two = file("21231X003;2024;PRE10;s").replace(";60", ";s");
    for (file, count) in [(none, 1), (two, 2)] {
        let checked = world.check(&mapping, None, &file);
        let told: Vec<String> = checked.issues.iter().map(Issue::english).collect();
        assert_eq!(checked.issues.count(IssueCode::Premasked), count, "{told:?}");
        assert_eq!(checked.issues.summary().count(), 1, "{told:?}");
        assert!(told.iter().all(|text| text.contains("ask the provider")), "{told:?}");
    }
    Ok(())
}

#[test]
fn an_iris_that_the_provider_masked_follows_with_what_is_left_of_it() -> Result<(), Fault> {
    let world = World::new()?;
    let masked_iris = DIJON.replace("21231X001;Foyers;40;_T", "21231X001;Foyers;s;_T");
    assert_ne!(masked_iris, DIJON);
    let delivery = delivered(world.check(&Mapping::read(LONG)?, None, &masked_iris), &[])?;
    let sheet = delivery.sheets.get(&world.indicator("PRE01")?).ok_or("no sheet")?;
    let there = |territory_id: i32| {
        let address = Address { territory_id, period: delivery.period, breakdown_id: 0 };
        sheet.get(&address).is_some()
    };
    assert!([-1, -2, -3, -4, world.territory("21231X001")?].into_iter().all(there));
    let plan = planned(&world, &delivery, "CAF-5", HashMap::new())??;
    assert!(masked(&plan).contains(&world.territory("21231X001")?));
    Ok(())
}
