//! Corrections and withdrawals against an attacker who keeps every answer ever given.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use chrono::{DateTime, TimeDelta, Utc};
use entity::types::{Breakdown, Level, PartnerCode, Period, Purposes, ReleaseState, Role};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

use super::{
    office::{Delivered, Office},
    refusal::OfficeError,
};
use crate::{
    auth::{Caller, Identity, Viewer},
    catalogue::{Catalogue, Parts, SecrecyRule},
    demonstration::{Options, Silent, build},
    geography::{Gazetteer, Vintage},
    language::Language,
    secrecy::{
        Address, Keyring, Raw, Sheet,
        engine::{self, AuditOptions, Cell, Holders, Protection, Relation, Status, Table},
        passage,
        progress::Unwatched,
        table::CellKey,
    },
    store::{Arrival, FigureKey, Reading, Reference, Store},
};

mod openings;

type Fault = Box<dyn std::error::Error>;

/// An observatory with one year of releases, and the parts of its office.
struct Place {
    _folder: tempfile::TempDir,
    store: Store,
    gazetteer: Gazetteer,
    catalogue: Catalogue,
    keyring: Keyring,
}

impl Place {
    async fn found() -> Result<Self, Fault> {
        let folder = tempfile::tempdir()?;
        let store = Store::connect(&format!("sqlite://{}/office.sqlite", folder.path().display()), 4).await?;
        store.migrate().await?;
        let keyring = Keyring::new(&[7; 32]);
        let options = Options { first_year: 2025, last_year: 2025, canary: false };
        build(&store, &keyring, &options, &Silent).await?;
        let (gazetteer, catalogue) = (store.gazetteer().await?, store.catalogue().await?);
        Ok(Self { _folder: folder, store, gazetteer, catalogue, keyring })
    }

    fn office(&self) -> Office<'_> {
        Office {
            store: &self.store,
            gazetteer: &self.gazetteer,
            catalogue: &self.catalogue,
            keyring: &self.keyring,
        }
    }

    fn arrival(&self) -> Result<Arrival, Fault> {
        let source = self.catalogue.source_by_code("CAF-ALLOC").ok_or("no such source")?;
        Ok(Arrival {
            source_code: source.code.clone(),
            source_id: source.id,
            period: Period::year(2024)?,
            geography_vintage: 2026,
            generation: 2024,
            embargo_until: None,
            staged_on: now()?,
            rows: 0,
            file_name: "essai.csv".to_owned(),
            digest: None,
            accepted: Vec::new(),
        })
    }

    /// The figures that everybody reads of the source and year, by key: the number, or none where masked.
    async fn read(&self) -> Result<HashMap<CellKey, Option<f64>>, Fault> {
        let batch = self.store.writing().await?;
        let mut read = HashMap::new();
        for dossier in self.store.dossiers().await? {
            let release = &dossier.release;
            if release.state == ReleaseState::Published && release.reference.starts_with("CAF-ALLOC-2024") {
                for (key, masked) in batch.figures_of(release.id).await? {
                    read.insert(key, masked.columns().0);
                }
            }
        }
        Ok(read)
    }
}

fn now() -> Result<DateTime<Utc>, Fault> {
    Ok("2026-11-24T10:00:00Z".parse()?)
}

/// Counts of communes by age, and what they add up to.
#[derive(Clone)]
struct Counts {
    communes: Vec<i32>,
    whole: i32,
    total: i32,
    ages: Vec<i32>,
    indicator_id: i32,
    inner: Vec<Vec<i64>>,
}

impl Counts {
    fn draw(place: &Place, chance: &mut ChaCha8Rng) -> Result<Self, Fault> {
        let here = |level: Level| {
            let all = place.gazetteer.all().iter();
            all.filter(move |found| found.level == level && found.exists_in(Vintage::LATEST))
                .map(|found| found.id)
        };
        let indicator = place.catalogue.indicators().iter().find(|found| found.code.as_str() == "PRE03");
        let age = place.catalogue.dimension("AGE").ok_or("no ages")?;
        let ages = age.categories.iter().filter_map(|category| {
            place.catalogue.breakdown_id(&Breakdown::of([("AGE", category.code.as_str())]).ok()?)
        });
        let ages: Vec<i32> = ages.collect();
        let communes: Vec<i32> = here(Level::Commune).collect();
        let inner = communes.iter().map(|_| ages.iter().map(|_| i64::from(chance.next_u32() % 25)).collect());
        Ok(Self {
            inner: inner.collect(),
            whole: here(Level::Agglomeration).next().ok_or("no agglomeration")?,
            total: place.catalogue.breakdown_id(&Breakdown::default()).ok_or("no total")?,
            indicator_id: indicator.ok_or("no indicator")?.id,
            communes,
            ages,
        })
    }

    /// The same with one count in twenty changed.
    fn changed(&self, chance: &mut ChaCha8Rng) -> Self {
        let mut changed = self.clone();
        for count in changed.inner.iter_mut().flatten() {
            if chance.next_u32().is_multiple_of(20) {
                *count = i64::from(chance.next_u32() % 25);
            }
        }
        changed
    }

    /// Every cell, with the counts that it is the sum of.
    fn cells(&self) -> Result<Vec<(CellKey, i64)>, Fault> {
        let period = Period::year(2024)?;
        let key = |territory_id: i32, breakdown_id: i32| CellKey {
            indicator_id: self.indicator_id,
            address: Address { territory_id, period, breakdown_id },
        };
        let mut cells = Vec::new();
        for (commune, counts) in self.communes.iter().zip(&self.inner) {
            cells.extend(self.ages.iter().zip(counts).map(|(age, count)| (key(*commune, *age), *count)));
            cells.push((key(*commune, self.total), counts.iter().sum()));
        }
        for (at, age) in self.ages.iter().enumerate() {
            cells.push((key(self.whole, *age), self.inner.iter().map(|counts| counts[at]).sum()));
        }
        cells.push((key(self.whole, self.total), self.inner.iter().flatten().sum()));
        Ok(cells)
    }

    fn delivered(&self) -> Result<Delivered, Fault> {
        let mut sheet = Sheet::default();
        for (key, count) in self.cells()? {
            sheet.insert(key.address, Raw::seal(count as f64, None));
        }
        let sheets = BTreeMap::from([(self.indicator_id, sheet)]);
        Ok(Delivered { sheets, masked_by_producer: Vec::new() })
    }
}

/// What an attacker has: every version, with the figures of it that were shown at some time.
#[derive(Default)]
struct Attacker {
    table: Table,
    statuses: Vec<Status>,
    known: HashMap<(CellKey, i64), u32>,
}

impl Attacker {
    /// Keeps what was read of a version, and learns which counts are as they were in any version before.
    fn keep(&mut self, counts: &Counts, read: &HashMap<CellKey, Option<f64>>) -> Result<(), Fault> {
        let start = self.table.cells.len() as u32;
        let cells = counts.cells()?;
        let mut at: HashMap<(i32, i32), u32> = HashMap::new();
        for (number, (key, count)) in (start..).zip(&cells) {
            at.insert((key.address.territory_id, key.address.breakdown_id), number);
            let shown = read.get(key).copied().flatten();
            assert!(shown.is_none_or(|shown| (shown - *count as f64).abs() < 0.5), "another number is shown");
            let sensitive = *count > 0 && *count < 5;
            self.table.cells.push(Cell {
                value: *count,
                cost: 1,
                protection: sensitive.then_some(Protection { low: 1, high: 5, width: 4 }),
                published: true,
                frozen: false,
                least: i64::from(*count > 0),
                singleton: None,
                holders: Holders::NOBODY,
            });
            self.statuses.push(if shown.is_some() {
                assert!(!sensitive, "a sensitive count is shown");
                Status::Shown
            } else {
                Status::Primary
            });
            if let Some(before) = self.known.insert((*key, *count), number) {
                self.table.relations.push(Relation { terms: vec![(before, -1), (number, 1)] });
            }
        }
        let mut relate = |total: (i32, i32), parts: Vec<(i32, i32)>| {
            let terms = parts.iter().map(|part| (at[part], 1)).chain([(at[&total], -1)]).collect();
            self.table.relations.push(Relation { terms });
        };
        for commune in &counts.communes {
            relate((*commune, counts.total), counts.ages.iter().map(|age| (*commune, *age)).collect());
        }
        for age in counts.ages.iter().chain([&counts.total]) {
            relate((counts.whole, *age), counts.communes.iter().map(|commune| (*commune, *age)).collect());
        }
        Ok(())
    }

    /// Sensitive counts that all of this narrows below their protection.
    fn narrowed(&self) -> Result<usize, Fault> {
        let audit = engine::audit(&self.table, &self.statuses, AuditOptions::default(), &mut |_, _| ())?;
        Ok(audit.too_narrow(&self.table).len())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_who_keeps_every_answer_narrows_a_count_by_corrections_and_withdrawals() -> Result<(), Fault> {
    let place = Place::found().await?;
    let office = place.office();
    let mut chance = ChaCha8Rng::seed_from_u64(31);
    let mut attacker = Attacker::default();
    let first = Counts::draw(&place, &mut chance)?;
    let second = first.changed(&mut chance);
    let third = second.changed(&mut chance);
    let publish = async |counts: &Counts| -> Result<String, Fault> {
        let dossier = office.stage(place.arrival()?, counts.delivered()?).await?;
        let reference = dossier.release.reference;
        office.plan(&reference, now()?, Arc::new(Unwatched)).await?;
        office.publish(&reference, now()?).await?;
        Ok(reference)
    };
    publish(&first).await?;
    attacker.keep(&first, &place.read().await?)?;
    let corrected = publish(&second).await?;
    attacker.keep(&second, &place.read().await?)?;
    let masked = place.read().await?.values().filter(|shown| shown.is_none()).count();
    assert!(masked > 20, "only {masked} masks: this shows nothing");
    assert_eq!(office.withdraw(&corrected).await?, Some("CAF-ALLOC-2024-1".to_owned()));
    attacker.keep(&first, &place.read().await?)?;
    publish(&third).await?;
    attacker.keep(&third, &place.read().await?)?;
    // The first version comes once more, as a correction of the correction.
    publish(&first).await?;
    attacker.keep(&first, &place.read().await?)?;
    assert_eq!(attacker.narrowed()?, 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn releases_planned_as_if_nothing_had_been_shown_are_narrowed_by_this_attacker() -> Result<(), Fault> {
    let place = Place::found().await?;
    let mut chance = ChaCha8Rng::seed_from_u64(31);
    let mut attacker = Attacker::default();
    let mut counts = Counts::draw(&place, &mut chance)?;
    for year in [2014, 2015, 2016, 2017] {
        // Another period each time, so that no plan knows of the other ones.
        let arrival = Arrival { period: Period::year(year)?, ..place.arrival()? };
        let mut delivered = Delivered { sheets: BTreeMap::new(), masked_by_producer: Vec::new() };
        let mut sheet = Sheet::default();
        for (key, count) in counts.cells()? {
            let address = Address { period: Period::year(year)?, ..key.address };
            sheet.insert(address, Raw::seal(count as f64, None));
        }
        delivered.sheets.insert(counts.indicator_id, sheet);
        let dossier = place.office().stage(arrival, delivered).await?;
        place.office().plan(&dossier.release.reference, now()?, Arc::new(Unwatched)).await?;
        let figures = place.store.writing().await?.figures_of(dossier.release.id).await?;
        let read = figures.into_iter().map(|(key, masked)| {
            let address = Address { period: Period::year(2024).unwrap_or(key.address.period), ..key.address };
            (CellKey { address, ..key }, masked.columns().0)
        });
        attacker.keep(&counts, &read.collect())?;
        counts = counts.changed(&mut chance);
    }
    assert!(attacker.narrowed()? > 0, "this attacker finds nothing, so that the other test shows nothing");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_published_without_a_plan_or_under_an_outdated_one() -> Result<(), Fault> {
    let place = Place::found().await?;
    let office = place.office();
    let mut chance = ChaCha8Rng::seed_from_u64(33);
    let counts = Counts::draw(&place, &mut chance)?;
    let stage = async || -> Result<String, Fault> {
        Ok(office.stage(place.arrival()?, counts.delivered()?).await?.release.reference)
    };
    let (one, other) = (stage().await?, stage().await?);
    assert_eq!((one.as_str(), other.as_str()), ("CAF-ALLOC-2024-1", "CAF-ALLOC-2024-2"));
    assert!(matches!(office.publish(&one, now()?).await, Err(OfficeError::State { .. })));
    assert!(place.read().await?.is_empty());
    office.plan(&one, now()?, Arc::new(Unwatched)).await?;
    office.plan(&other, now()?, Arc::new(Unwatched)).await?;
    assert!(place.read().await?.is_empty(), "what is planned is read already");
    office.publish(&one, now()?).await?;
    let read = place.read().await?;
    assert!(!read.is_empty());
    assert!(matches!(office.publish(&other, now()?).await, Err(OfficeError::Outdated(_))));
    assert_eq!(place.read().await?, read);
    // The same step taken again changes nothing.
    office.publish(&one, now()?).await?;
    office.plan(&other, now()?, Arc::new(Unwatched)).await?;
    office.publish(&other, now()?).await?;
    assert!(matches!(office.plan(&one, now()?, Arc::new(Unwatched)).await, Err(OfficeError::State { .. })));
    // Under embargo it would take away what is read.
    let arrival = Arrival { embargo_until: Some(now()? + TimeDelta::hours(1)), ..place.arrival()? };
    let later = office.stage(arrival, counts.delivered()?).await?.release.reference;
    office.plan(&later, now()?, Arc::new(Unwatched)).await?;
    let read = place.read().await?;
    assert!(matches!(office.publish(&later, now()?).await, Err(OfficeError::EmbargoAhead { .. })));
    assert_eq!(place.read().await?, read);
    office.publish(&later, now()? + TimeDelta::hours(1)).await?;
    office.withdraw(&later).await?;
    assert_eq!(office.withdraw(&later).await?, None, "the same step taken again");
    office.withdraw(&other).await?;
    office.withdraw(&one).await?;
    assert!(place.read().await?.is_empty());
    assert!(matches!(office.withdraw("CAF-ALLOC-1999-1").await, Err(OfficeError::Unknown(_))));
    Ok(())
}

/// The catalogue with another minimum of inhabitants in the rule of a source, in place of its other thresholds.
fn by_population(catalogue: &Catalogue, source: &str, minimum: i32) -> Result<Catalogue, Fault> {
    let of_source = catalogue.source_by_code(source).ok_or("no such source")?.secrecy_rule_id;
    let rules: HashMap<i32, SecrecyRule> = catalogue
        .sources()
        .iter()
        .filter_map(|source| catalogue.rule(source.secrecy_rule_id))
        .map(|rule| (rule.id, rule.clone()))
        .map(|(id, rule)| match id == of_source {
            true => {
                (id, SecrecyRule { minimum_contributors: None, minimum_population: Some(minimum), ..rule })
            }
            false => (id, rule),
        })
        .collect();
    let codes: HashSet<&String> = catalogue.indicators().iter().flat_map(|known| &known.dimensions).collect();
    Ok(Catalogue::new(Parts {
        rules: rules.into_values().collect(),
        sources: catalogue.sources().to_vec(),
        dimensions: codes.into_iter().filter_map(|code| catalogue.dimension(code).cloned()).collect(),
        indicators: catalogue.indicators().to_vec(),
        breakdowns: catalogue.breakdowns().iter().map(|(id, breakdown)| (*id, breakdown.clone())).collect(),
    }))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_by_population_masks_the_communes_that_the_observatory_shows_to_be_small() -> Result<(), Fault>
{
    let place = Place::found().await?;
    let catalogue = by_population(&place.catalogue, "CAF-ALLOC", 5_000)?;
    let office = Office { catalogue: &catalogue, ..place.office() };
    let counts = Counts::draw(&place, &mut ChaCha8Rng::seed_from_u64(36))?;
    let reference = office.stage(place.arrival()?, counts.delivered()?).await?.release.reference;
    office.plan(&reference, now()?, Arc::new(Unwatched)).await?;
    office.publish(&reference, now()?).await?;
    let read = place.read().await?;
    let territory = |code: &str| {
        let found = place.gazetteer.all().iter().filter(|known| known.code.as_str() == code);
        found.filter(|known| known.exists_in(Vintage::LATEST)).map(|known| known.id).next()
    };
    let shown = |code: &str| -> Result<usize, Fault> {
        let id = territory(code).ok_or("no such territory")?;
        Ok(read.iter().filter(|(key, shown)| key.address.territory_id == id && shown.is_some()).count())
    };
    // Ahuy has some 1,200 inhabitants, Dijon 159,941.
    assert_eq!(shown("21003")?, 0);
    assert!(shown("21231")? > 0);
    // No population is shown for a year before the first of them.
    let arrival = Arrival { period: Period::year(2010)?, ..place.arrival()? };
    let mut sheet = Sheet::default();
    for (key, count) in counts.cells()? {
        let address = Address { period: Period::year(2010)?, ..key.address };
        sheet.insert(address, Raw::seal(count as f64, None));
    }
    let sheets = BTreeMap::from([(counts.indicator_id, sheet)]);
    let early = office.stage(arrival, Delivered { sheets, masked_by_producer: Vec::new() }).await?;
    let refused = office.plan(&early.release.reference, now()?, Arc::new(Unwatched)).await;
    let Err(refused @ OfficeError::Unplannable { .. }) = refused else {
        return Err(format!("{refused:?}").into());
    };
    // Codes instead of numbers, each language by itself.
    let indicator = &catalogue.indicator_by_id(counts.indicator_id).ok_or("no such indicator")?.code;
    let [french, english] = [Language::French, Language::English].map(|language| refused.told(language));
    let reference = &early.release.reference;
    let begins = |told: &str, with: String| assert!(told.starts_with(&with), "{told}");
    begins(
        &french,
        format!(
            "Aucun plan de secret ne tient pour {reference} : la règle ne connaît pas le nombre d’habitants de {indicator}, "
        ),
    );
    begins(
        &english,
        format!(
            "No secrecy plan holds for {reference}: the rule does not know the inhabitants of the territory of {indicator}, "
        ),
    );
    assert!(french.contains("Métropole (2") && english.contains("Métropole (2"), "{french} {english}");
    Ok(())
}

/// Counts of the two communes that merged, and of the one that came of them where it is there too.
fn merged(place: &Place, indicator_id: i32, counts: [f64; 2], with_sum: bool) -> Result<Delivered, Fault> {
    let mut sheet = Sheet::default();
    let id = |code: &str, vintage: Vintage| {
        let mut found = place.gazetteer.all().iter().filter(|known| known.code.as_str() == code);
        found.find(|known| known.exists_in(vintage)).map(|known| known.id).ok_or("no such territory")
    };
    let before = [id("21213", Vintage::EARLIEST)?, id("21452", Vintage::EARLIEST)?];
    let of = |territory_id: i32| -> Result<Address, Fault> {
        Ok(Address { territory_id, period: Period::year(2024)?, breakdown_id: 0 })
    };
    for (territory_id, count) in before.into_iter().zip(counts) {
        sheet.insert(of(territory_id)?, Raw::seal(count, None));
    }
    let mut sheets = BTreeMap::from([(indicator_id, sheet)]);
    if with_sum {
        let one = id("21452", Vintage::LATEST)?;
        let left = passage::carry_sealed(&mut sheets, &BTreeMap::from([(one, before.to_vec())]));
        assert!(left.is_empty());
    }
    Ok(Delivered { sheets, masked_by_producer: Vec::new() })
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_subtracts_a_commune_that_was_shown_from_the_one_that_it_became() -> Result<(), Fault> {
    let place = Place::found().await?;
    let office = place.office();
    let indicator = place.catalogue.indicators().iter().find(|found| found.code.as_str() == "PRE03");
    let indicator_id = indicator.ok_or("no indicator")?.id;
    let publish = async |vintage: i32, delivered: Delivered| -> Result<HashMap<String, Option<f64>>, Fault> {
        let arrival = Arrival { geography_vintage: vintage, ..place.arrival()? };
        let reference = office.stage(arrival, delivered).await?.release.reference;
        office.plan(&reference, now()?, Arc::new(Unwatched)).await?;
        office.publish(&reference, now()?).await?;
        let read = place.read().await?.into_iter();
        let name = |id: i32| place.gazetteer.get(id).map(|known| known.name.clone()).unwrap_or_default();
        Ok(read.map(|(key, shown)| (name(key.address.territory_id), shown)).collect())
    };
    // Nobody has had the two: their sum is shown, and they are no figures.
    let alone = publish(2026, merged(&place, indicator_id, [40.0, 3.0], true)?).await?;
    assert_eq!(alone, HashMap::from([("Neuilly-Crimolois".to_owned(), Some(43.0))]));
    let shown = publish(2019, merged(&place, indicator_id, [40.0, 3.0], false)?).await?;
    assert!(shown.values().all(Option::is_none), "either would give the other away: {shown:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sum_is_masked_for_whoever_has_had_one_of_its_communes() -> Result<(), Fault> {
    let place = Place::found().await?;
    let office = place.office();
    let indicator = place.catalogue.indicators().iter().find(|found| found.code.as_str() == "PRE03");
    let indicator_id = indicator.ok_or("no indicator")?.id;
    // The later release says what the two became, with their own counts or without.
    for with_parts in [true, false] {
        let period = Period::year(if with_parts { 2024 } else { 2010 })?;
        let mut shown = Vec::new();
        for vintage in [2019, 2026] {
            let delivered = merged(&place, indicator_id, [40.0, 3.0], vintage == 2026)?;
            let keeps = |id: i32| {
                vintage == 2019
                    || with_parts
                    || place.gazetteer.get(id).is_some_and(|one| one.exists_in(Vintage::LATEST))
            };
            let sheets = delivered.sheets.into_iter().map(|(id, sheet)| (id, sheet.moved_to(period, keeps)));
            let delivered = Delivered { sheets: sheets.collect(), masked_by_producer: Vec::new() };
            let arrival = Arrival { geography_vintage: vintage, period, ..place.arrival()? };
            let dossier = office.stage(arrival, delivered).await?;
            office.plan(&dossier.release.reference, now()?, Arc::new(Unwatched)).await?;
            office.publish(&dossier.release.reference, now()?).await?;
            let figures = place.store.writing().await?.figures_of(dossier.release.id).await?;
            shown.extend(
                figures.iter().filter(|(_, masked)| masked.is_shown()).map(|(_, masked)| masked.columns().0),
            );
        }
        assert_eq!(shown, [Some(40.0)], "the first commune is shown, so that their sum may not be");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_who_never_pause_see_one_release_or_the_other_and_never_half_of_one() -> Result<(), Fault> {
    let place = Place::found().await?;
    let office = place.office();
    let mut chance = ChaCha8Rng::seed_from_u64(35);
    let first = Counts::draw(&place, &mut chance)?;
    let second = Counts {
        inner: first.inner.iter().map(|row| row.iter().map(|count| count + 100).collect()).collect(),
        ..first.clone()
    };
    let stage = async |counts: &Counts| -> Result<String, Fault> {
        let reference = office.stage(place.arrival()?, counts.delivered()?).await?.release.reference;
        office.plan(&reference, now()?, Arc::new(Unwatched)).await?;
        Ok(reference)
    };
    let one = stage(&first).await?;
    let published = office.publish(&one, now()?).await?;
    let other = stage(&second).await?;
    let keys: Vec<FigureKey> = first.cells()?.into_iter().map(|(key, _)| FigureKey::from(key)).collect();
    let reference = Arc::new(Reference {
        gazetteer: place.store.gazetteer().await?,
        catalogue: place.store.catalogue().await?,
        keyring: Keyring::new(&[7; 32]),
    });
    let partner = PartnerCode::parse("GRAND-DIJON")?;
    let membership =
        place.store.membership((&partner, "anne"), now()?.date_naive(), &place.gazetteer).await?;
    let identity = Identity {
        subject: "reader".to_owned(),
        client: None,
        partner,
        roles: vec![Role::Operator],
        purposes: Purposes::all(),
        purpose: None,
    };
    let membership = Arc::new(membership.ok_or("no such partner")?);
    let caller = Caller::Known { identity, membership };
    let viewer = Viewer { caller, now: now()? };
    let stop = Arc::new(AtomicBool::new(false));
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let readers: Vec<tokio::task::JoinHandle<Result<(), String>>> = (0..16)
        .map(|_| {
            let (store, reference, viewer) = (place.store.clone(), Arc::clone(&reference), viewer.clone());
            let (stop, keys, tell) = (Arc::clone(&stop), keys.clone(), tell.clone());
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    let reading = Reading::new(store.clone(), Arc::clone(&reference), viewer.clone());
                    let mut releases = std::collections::BTreeSet::new();
                    // Several statements of one request, with time between them.
                    for some in keys.chunks(40) {
                        let told = reading.tell(some).await.map_err(|error| error.to_string())?;
                        releases.extend(told.values().map(|told| told.release_id));
                        tokio::task::yield_now().await;
                    }
                    if releases.len() != 1 {
                        return Err(format!("one answer is of {releases:?}"));
                    }
                    tell.send(releases).map_err(|error| error.to_string())?;
                }
                Ok(())
            })
        })
        .collect();
    drop(tell);
    // Each step is taken while readers are told what the one before shows.
    let mut is_told = async |release: i32| -> Result<(), Fault> {
        for _ in 0..100_000 {
            let releases = told.recv().await.ok_or("the readers have stopped")?;
            if releases.contains(&Some(release)) {
                return Ok(());
            }
        }
        Err(format!("nobody is told of release {release}").into())
    };
    is_told(published.release.id).await?;
    let published = office.publish(&other, now()?).await?;
    is_told(published.release.id).await?;
    let planned = stage(&first).await?;
    let withdrawn = office.publish(&planned, now()?).await?;
    is_told(withdrawn.release.id).await?;
    office.withdraw(&planned).await?;
    is_told(published.release.id).await?;
    stop.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.await??;
    }
    Ok(())
}
