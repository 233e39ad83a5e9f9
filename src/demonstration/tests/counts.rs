//! The synthetic counts before they are planned.

use std::collections::{BTreeMap, BTreeSet};

use entity::types::{Level, Period};
use sha2::{Digest, Sha256};

use super::Fault;
use crate::{
    demonstration::{
        Material, catalogue, files,
        ground::Ground,
        people::People,
        places::AGGLOMERATION,
        recipes::Recipes,
        tally::{self, Amount, Tally},
    },
    geography::Vintage,
};

/// The three grounds of the confidential figures: a year, its vintage, its generation of neighbourhoods.
const GROUNDS: [(i32, i32, i32); 3] = [(2018, 2019, 2015), (2021, 2021, 2015), (2024, 2024, 2024)];

struct Drawn {
    material: Material,
    recipes: Recipes,
    people: People,
}

impl Drawn {
    fn read() -> Result<Self, Fault> {
        let material = Material::read()?;
        let (recipes, people) = (Recipes::read(&material.catalogue)?, People::count(&material.table)?);
        Ok(Self { material, recipes, people })
    }

    /// Every tally of a year by the code of its indicator, with the ground that it was counted on.
    fn year(&self, at: (i32, i32, i32), canary: bool) -> Result<Vec<(String, Ground, Tally)>, Fault> {
        let (year, vintage, generation) = at;
        let mut tallies = Vec::new();
        for delivery in &self.recipes.deliveries {
            let entry = catalogue::entry(files::RECIPES, &delivery.source);
            let (source_id, _) = self.material.catalogue.source(&delivery.source, entry)?;
            let survey = || {
                let vintage = Vintage::of_year(vintage)?;
                let commune = delivery.commune.as_deref();
                Ok::<_, Fault>(Ground::survey(&self.material.places, vintage, generation, commune))
            };
            let (ground, year) = (survey()?, Period::year(year)?);
            let counted = tally::count(&self.recipes.recipes, source_id, &ground, &self.people, year, canary);
            for (position, tally) in counted {
                let id = self.recipes.recipes.get(position).map(|recipe| recipe.indicator_id);
                let mut indicators = self.material.catalogue.indicators();
                let indicator = indicators.find(|(number, _)| Some(*number) == id).ok_or("no indicator")?;
                tallies.push((indicator.1.code.to_string(), survey()?, tally));
            }
        }
        Ok(tallies)
    }

    fn by_code(&self, at: (i32, i32, i32)) -> Result<BTreeMap<String, Tally>, Fault> {
        Ok(self.year(at, false)?.into_iter().map(|(code, _, tally)| (code, tally)).collect())
    }
}

fn sum<'a>(parts: impl Iterator<Item = &'a Vec<Amount>>) -> Vec<Amount> {
    let mut all = Vec::new();
    for part in parts {
        all.resize(part.len(), Amount::default());
        for (sum, amount) in all.iter_mut().zip(part) {
            sum.amount += amount.amount;
            sum.contributors += amount.contributors;
        }
    }
    all
}

#[test]
fn every_sum_over_territories_holds_for_every_indicator_and_breakdown() -> Result<(), Fault> {
    let drawn = Drawn::read()?;
    for (at, canary) in GROUNDS.into_iter().flat_map(|at| [(at, false), (at, true)]) {
        for (code, ground, tally) in drawn.year(at, canary)? {
            let periods: BTreeSet<Period> = tally.cells.keys().map(|(_, period)| *period).collect();
            let mut held = 0;
            for (period, (total, parts)) in
                periods.iter().flat_map(|period| ground.sums.sums.iter().map(move |sum| (*period, sum)))
            {
                let found: Option<Vec<&Vec<Amount>>> =
                    parts.iter().map(|part| tally.cells.get(&(*part, period))).collect();
                let (Some(total), Some(parts)) = (tally.cells.get(&(*total, period)), found) else {
                    continue;
                };
                assert_eq!(*total, sum(parts.into_iter()), "{code}");
                held += 1;
            }
            assert!(held > 0, "{code}: no sum applies");
        }
    }
    Ok(())
}

#[test]
fn every_territory_below_a_commune_is_bound_by_a_sum() -> Result<(), Fault> {
    let drawn = Drawn::read()?;
    for at in GROUNDS {
        for (code, ground, tally) in drawn.year(at, false)? {
            let in_sums: BTreeSet<i32> = ground
                .sums
                .sums
                .iter()
                .flat_map(|(total, parts)| parts.iter().copied().chain([*total]))
                .collect();
            assert!(tally.cells.keys().all(|(territory, _)| in_sums.contains(territory)), "{code}");
        }
    }
    Ok(())
}

#[test]
fn quarters_add_up_to_their_year() -> Result<(), Fault> {
    let drawn = Drawn::read()?;
    let tallies = drawn.by_code((2024, 2024, 2024))?;
    let tally = tallies.get("LOG06").ok_or("LOG06")?;
    let year = Period::year(2024)?;
    for ((territory, period), amounts) in &tally.cells {
        if *period == year {
            let quarters =
                tally.cells.iter().filter(|((other, period), _)| other == territory && *period != year);
            assert_eq!(*amounts, sum(quarters.map(|(_, amounts)| amounts)));
        }
    }
    Ok(())
}

#[test]
fn a_part_is_never_more_than_what_it_is_a_part_of() -> Result<(), Fault> {
    let drawn = Drawn::read()?;
    let tallies = drawn.by_code((2024, 2024, 2024))?;
    // The first margin is the total; PRE13 and PRE12 have the same margins.
    let nested =
        [("PRE15", "PRE14"), ("PRE14", "PRE12"), ("PRE12", "PRE01"), ("PRE03", "PRE01"), ("SAN05", "SAN06")];
    for (part, whole) in nested.into_iter().chain([("PRE13", "PRE12")]) {
        let (small, large) = (tallies.get(part).ok_or(part)?, tallies.get(whole).ok_or(whole)?);
        let margins = if part == "PRE13" { usize::MAX } else { 1 };
        for (key, amounts) in &small.cells {
            let of = large.cells.get(key).ok_or("not the same cells")?;
            let mut pairs = amounts.iter().zip(of).take(margins);
            assert!(pairs.all(|(part, whole)| part.amount <= whole.amount), "{part} in {whole}");
        }
    }
    Ok(())
}

#[test]
fn a_year_is_the_year_before_changed_a_little() -> Result<(), Fault> {
    let drawn = Drawn::read()?;
    let (before, after) = (drawn.by_code((2021, 2021, 2015))?, drawn.by_code((2022, 2022, 2015))?);
    let agglomeration = drawn.material.places.id(AGGLOMERATION).ok_or("agglomeration")?;
    for code in ["PRE01", "EMP02", "SAN05", "LOG02"] {
        let total = |tallies: &BTreeMap<String, Tally>, year| {
            let cell = tallies.get(code)?.cells.get(&(agglomeration, Period::year(year).ok()?))?;
            cell.first().map(|amount| amount.amount as f64)
        };
        let (before, after) = total(&before, 2021).zip(total(&after, 2022)).ok_or(code)?;
        assert!((after / before - 1.0).abs() < 0.05, "{code}: {before} then {after}");
    }
    Ok(())
}

#[test]
fn the_true_counts_are_the_same_on_every_machine() -> Result<(), Fault> {
    let mut digest = Sha256::new();
    for ((territory, period), amounts) in
        Drawn::read()?.by_code((2024, 2024, 2024))?.values().flat_map(|tally| &tally.cells)
    {
        digest.update(territory.to_le_bytes());
        digest.update(period.number().to_le_bytes());
        amounts.iter().for_each(|amount| digest.update(amount.amount.to_le_bytes()));
    }
    let text: String = digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(text, "0ffc56f58f4578a1");
    Ok(())
}

#[test]
fn neighbourhoods_cut_several_iris_and_lie_in_the_communes_that_they_name() -> Result<(), Fault> {
    let places = Material::read()?.places;
    for generation in [2015, 2024] {
        let ground = Ground::survey(&places, Vintage::LATEST, generation, None);
        for zone in places.zones.iter().filter(|zone| zone.file.generation == generation) {
            let inside = ground
                .parcels
                .iter()
                .filter(|parcel| parcel.territories.iter().any(|(id, _)| *id == zone.id));
            let of = |level: Level| -> BTreeSet<i32> {
                let territories = inside.clone().flat_map(|parcel| &parcel.territories);
                territories.filter(|(_, other)| *other == level).map(|(id, _)| *id).collect()
            };
            let named: BTreeSet<i32> =
                zone.file.communes.iter().filter_map(|code| places.current(code)).collect();
            assert_eq!(of(Level::Commune), named, "{}", zone.file.code);
            assert!(of(Level::Iris).len() >= 2, "{}", zone.file.code);
        }
    }
    Ok(())
}
