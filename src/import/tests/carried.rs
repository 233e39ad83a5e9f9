//! Deliveries in the geography before Crimolois and Neuilly-lès-Dijon became one commune, carried into that after.

use std::collections::{BTreeSet, HashSet};

use entity::types::{Period, TerritoryCode, Withheld};

use super::{Fault, fixture::World};
use crate::{
    geography::Vintage,
    import::{Checked, IssueCode, Mapping},
    secrecy::{Address, table::CellKey},
};

fn mapping(source: &str, carry_to: Option<i32>) -> Mapping {
    Mapping { carry_to, ..Mapping::own_words(source, 2019) }
}

fn codes(checked: &Checked) -> BTreeSet<&'static str> {
    checked.issues.summary().map(|(code, ..)| code.word()).collect()
}

/// The version of a code in a vintage.
fn territory(world: &World, code: &str, vintage: Vintage) -> Result<i32, Fault> {
    let code = TerritoryCode::parse(code)?;
    let mut versions = world.gazetteer.versions(&code);
    Ok(versions.find(|known| known.exists_in(vintage)).ok_or("no such territory")?.id)
}

fn rows(communes: &[(&str, &str)], indicator: &str) -> String {
    let rows = communes.iter().map(|(code, value)| format!("{code};2018;{indicator};{value}\n"));
    format!("territory;period;indicator;value\n{}", rows.collect::<String>())
}

#[test]
fn counts_are_carried_by_sum_and_what_they_are_sums_of_stays_to_be_hidden() -> Result<(), Fault> {
    let world = World::new()?;
    let file = rows(&[("21213", "40"), ("21452", "3"), ("21003", "9")], "PRE08");
    let kept = world.check(&mapping("CAF-ALLOC", None), None, &file).delivery.ok_or("refused")?;
    assert_eq!(kept.vintage, Vintage::EARLIEST);
    let checked = world.check(&mapping("CAF-ALLOC", Some(2026)), None, &file);
    assert_eq!(codes(&checked), BTreeSet::new());
    let delivery = checked.delivery.ok_or("refused")?;
    assert_eq!(delivery.vintage, Vintage::LATEST);
    let sheet = delivery.sheets.get(&world.indicator("PRE08")?).ok_or("no sheet")?;
    let there = |territory_id: i32| {
        sheet.get(&Address { territory_id, period: delivery.period, breakdown_id: 0 }).is_some()
    };
    let (before, after) = (Vintage::EARLIEST, Vintage::LATEST);
    assert!(there(territory(&world, "21452", after)?) && there(territory(&world, "21003", after)?));
    assert!(there(territory(&world, "21213", before)?) && there(territory(&world, "21452", before)?));
    Ok(())
}

#[test]
fn a_sum_without_one_of_its_parts_is_left_out_with_a_warning() -> Result<(), Fault> {
    let world = World::new()?;
    let file = rows(&[("21213", "40"), ("21003", "9")], "PRE08");
    let checked = world.check(&mapping("CAF-ALLOC", Some(2026)), None, &file);
    let told = checked.issues.iter().find(|issue| issue.code == IssueCode::NotCarried).ok_or("not told")?;
    assert_eq!(told.subject.territory.as_deref(), Some("21213"));
    assert!(checked.issues.refused(&[]) && !checked.issues.refused(&[IssueCode::NotCarried]));
    let delivery = checked.delivery.ok_or("refused")?;
    let sheet = delivery.sheets.get(&world.indicator("PRE08")?).ok_or("no sheet")?;
    let territory_id = territory(&world, "21452", Vintage::LATEST)?;
    assert!(sheet.get(&Address { territory_id, period: delivery.period, breakdown_id: 0 }).is_none());
    Ok(())
}

#[test]
fn rates_of_merged_territories_are_not_carried_and_sums_with_a_masked_part_are_masked() -> Result<(), Fault> {
    let world = World::new()?;
    let rates = rows(&[("21213", "12,5"), ("21452", "14,0"), ("21003", "9,1")], "REV03");
    let checked = world.check(&mapping("FILOSOFI", Some(2026)), None, &rates);
    assert_eq!(checked.issues.count(IssueCode::NotCarried), 2);
    let figures = checked.delivery.ok_or("refused")?.masked_by_producer;
    let found: HashSet<i32> = figures.iter().map(|(key, _)| key.address.territory_id).collect();
    assert_eq!(found, HashSet::from([world.territory("21003")?]));
    let counts = rows(&[("21213", "120"), ("21452", "s"), ("21003", "9")], "REV01");
    let checked = world.check(&mapping("FILOSOFI", Some(2026)), None, &counts);
    let delivery = checked.delivery.ok_or("refused")?;
    let address = Address {
        territory_id: territory(&world, "21452", Vintage::LATEST)?,
        period: Period::year(2018)?,
        breakdown_id: 0,
    };
    let key = CellKey { indicator_id: world.indicator("REV01")?, address };
    let carried = delivery.masked_by_producer.iter().find(|(known, _)| *known == key);
    assert_eq!(carried.map(|(_, masked)| masked.columns().1), Some(Some(Withheld::StatisticalSecrecy)));
    assert_eq!(delivery.masked_by_producer.len(), 2, "what merged is a figure no more");
    Ok(())
}

#[test]
fn figures_are_carried_forward_only() -> Result<(), Fault> {
    let world = World::new()?;
    let back = Mapping { carry_to: Some(2019), ..Mapping::own_words("CAF-ALLOC", 2024) };
    let file = rows(&[("21003", "9")], "PRE08");
    assert_eq!(codes(&world.check(&back, None, &file)), BTreeSet::from(["MAPPING_INVALID"]));
    let unknown = mapping("CAF-ALLOC", Some(2050));
    assert_eq!(codes(&world.check(&unknown, None, &file)), BTreeSet::from(["MAPPING_INVALID"]));
    Ok(())
}
