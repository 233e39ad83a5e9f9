//! What is found in memory is what the database finds.

use std::{collections::BTreeSet, error::Error, sync::Arc};

use entity::types::Period;
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

use super::{
    FigureFilter, FigureKey, FigureMemory, FigureOrder, FigurePage, FigureRow, Position, Published, Shape,
    Sort,
};
use crate::{
    demonstration::{Options, Silent, build},
    secrecy::Keyring,
    store::Store,
};

type Fault = Box<dyn Error>;

/// Searches that are compared.
const SEARCHES: u64 = 400;

/// Draws from what there is.
struct Chance(ChaCha8Rng);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0.next_u32() as usize % most.max(1)
    }

    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn some<T: Copy>(&mut self, all: &[T], most: usize) -> Vec<T> {
        let count = 1 + self.below(most);
        (0..count).filter_map(|_| all.get(self.below(all.len())).copied()).collect()
    }
}

/// What there is to ask for.
struct Ground {
    indicators: Vec<i32>,
    territories: Vec<i32>,
    breakdowns: Vec<i32>,
    periods: Vec<Period>,
    releases: Vec<i32>,
}

fn filter(chance: &mut Chance, ground: &Ground) -> FigureFilter {
    let bound = |chance: &mut Chance| f64::from(chance.0.next_u32() % 400);
    FigureFilter {
        indicators: chance.some(&ground.indicators, 6),
        territories: chance.some(&ground.territories, 60),
        breakdowns: if chance.once_in(2) { vec![0] } else { chance.some(&ground.breakdowns, 30) },
        periods: chance.once_in(2).then(|| chance.some(&ground.periods, 3)),
        between: (
            chance.once_in(4).then(|| chance.some(&ground.periods, 1)).and_then(|all| all.first().copied()),
            chance.once_in(4).then(|| chance.some(&ground.periods, 1)).and_then(|all| all.first().copied()),
        ),
        shown: chance.once_in(4).then(|| chance.once_in(2)),
        at_least: chance.once_in(5).then(|| bound(chance)),
        at_most: chance.once_in(5).then(|| bound(chance)),
    }
}

fn shapes(chance: &mut Chance, ground: &Ground, filter: &FigureFilter) -> Vec<Shape> {
    let count = chance.below(3);
    let shape = |chance: &mut Chance| Shape {
        indicators: chance.some(&filter.indicators, 6),
        territories: chance.once_in(2).then(|| chance.some(&filter.territories, 40)),
        except_releases: if chance.once_in(2) { Vec::new() } else { chance.some(&ground.releases, 3) },
    };
    let mut shapes: Vec<Shape> = (0..count).map(|_| shape(chance)).collect();
    if chance.once_in(2) {
        shapes.push(Shape { indicators: filter.indicators.clone(), ..Shape::default() });
    }
    shapes
}

fn page(chance: &mut Chance) -> FigurePage {
    let by = [
        FigureOrder::Value,
        FigureOrder::Indicator,
        FigureOrder::Territory,
        FigureOrder::Period,
        FigureOrder::Breakdown,
    ];
    let mut seen = BTreeSet::new();
    let some = if chance.once_in(3) { Vec::new() } else { chance.some(&[0, 1, 2, 3, 4], 3) };
    let sorts = some.into_iter().filter(|at: &usize| seen.insert(*at));
    let order =
        sorts.filter_map(|at| Some(Sort { by: *by.get(at)?, descending: chance.once_in(2) })).collect();
    let limit = 1 + chance.below(40) as u64;
    FigurePage { order, after: None, before: None, limit, from_end: chance.once_in(3) }
}

/// The value of a figure as a viewer with these shapes is shown it.
fn value(row: &FigureRow, shapes: &[Shape]) -> Option<f64> {
    let shows = |shape: &Shape| {
        shape.indicators.contains(&row.key.indicator_id)
            && shape.territories.as_ref().is_none_or(|all| all.contains(&row.key.territory_id))
            && !shape.except_releases.contains(&row.release_id)
    };
    if shapes.iter().any(shows) { row.masked.columns().0 } else { None }
}

#[tokio::test]
async fn memory_finds_what_the_database_finds() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite://{}/figures.sqlite", folder.path().display());
    let store = Store::connect(&url, 2).await?.keeping_figures(64 << 20);
    store.migrate().await?;
    let options = Options { first_year: 2024, last_year: 2025, canary: true };
    build(&store, &Keyring::new(&[7; 32]), &options, &Silent).await?;
    let (catalogue, gazetteer) = (store.catalogue().await?, store.gazetteer().await?);
    let edition = store.current().await?;
    let published = Published { edition: &edition, catalogue: &catalogue };
    let ground = Ground {
        indicators: catalogue.indicators().iter().map(|indicator| indicator.id).collect(),
        territories: gazetteer.all().iter().map(|territory| territory.id).collect(),
        breakdowns: catalogue.breakdowns().keys().copied().collect::<BTreeSet<_>>().into_iter().collect(),
        periods: edition.releases.iter().map(|release| release.period).collect(),
        releases: edition.releases.iter().map(|release| release.id).collect(),
    };
    // Nothing is in memory before somebody has asked.
    assert!(store.periods_kept(published, &ground.indicators).is_none());
    store.figures_settled().await;
    let periods = store.periods_kept(published, &ground.indicators).ok_or("nothing is kept")?;
    assert_eq!(periods, store.periods(edition.number, &ground.indicators).await?);
    let (mut figures, mut pages) = (0, 0);
    for seed in 0..SEARCHES {
        let chance = &mut Chance(ChaCha8Rng::seed_from_u64(seed));
        let filter = filter(chance, &ground);
        let shapes = shapes(chance, &ground, &filter);
        let count = store.count_kept(published, &filter, &shapes);
        assert_eq!(count, Some(store.count_figures(edition.number, &filter, &shapes).await?), "{seed}");
        let mut page = page(chance);
        // Several pages, one after the other, in either direction.
        for _ in 0..3 {
            let true_rows = store.search_figures(edition.number, &filter, &shapes, &page).await?;
            let rows = store.search_kept(published, &filter, &shapes, &page);
            assert_eq!(rows.as_deref(), Some(true_rows.as_slice()), "{seed} {filter:?} {page:?} {shapes:?}");
            let edge = if page.from_end { true_rows.first() } else { true_rows.last() };
            let Some(edge) = edge else { break };
            let position = Some(Position::of(&page.full_order(), &edge.key, value(edge, &shapes)));
            if page.from_end {
                page.before = position;
            } else {
                page.after = position;
            }
            figures += true_rows.len();
            pages += 1;
            let mut keys: Vec<FigureKey> = true_rows.iter().map(|row| row.key).collect();
            keys.push(FigureKey { territory_id: -1, ..edge.key });
            let kept = store.kept_figures(published, &keys).ok_or("nothing is kept")?;
            let read = store.figures(edition.number, &keys).await?;
            let read: Vec<FigureRow> = keys.iter().filter_map(|key| read.get(key).copied()).collect();
            assert_eq!(kept, read);
        }
    }
    assert!(figures > 2_000 && pages > 200, "{figures} figures on {pages} pages");
    Ok(())
}

/// What looks at more than one search may is left to the database, though all of it is in memory.
#[tokio::test]
async fn long_searches_are_left_to_the_database() -> Result<(), Fault> {
    let mut memory = FigureMemory::new(64 << 20);
    memory.most_looked_at = 50;
    let store = Store::connect("sqlite::memory:", 1).await?;
    let store = Store { figures: Arc::new(memory), ..store };
    store.migrate().await?;
    let options = Options { first_year: 2025, last_year: 2025, canary: true };
    build(&store, &Keyring::new(&[7; 32]), &options, &Silent).await?;
    let (catalogue, edition) = (store.catalogue().await?, store.current().await?);
    let published = Published { edition: &edition, catalogue: &catalogue };
    let indicators: Vec<i32> = catalogue.indicators().iter().map(|indicator| indicator.id).collect();
    let territories: Vec<i32> = store.gazetteer().await?.all().iter().map(|territory| territory.id).collect();
    assert!(store.periods_kept(published, &indicators).is_none());
    store.figures_settled().await;
    let few = FigureFilter {
        indicators: indicators.iter().copied().take(1).collect(),
        territories: territories.iter().copied().take(1).collect(),
        breakdowns: vec![0],
        ..FigureFilter::default()
    };
    let many = FigureFilter { indicators, territories, ..few.clone() };
    let page = FigurePage { order: Vec::new(), after: None, before: None, limit: 5, from_end: false };
    assert!(store.count_kept(published, &few, &[]).is_some());
    assert!(store.search_kept(published, &few, &[], &page).is_some());
    assert!(store.count_kept(published, &many, &[]).is_none());
    assert!(store.search_kept(published, &many, &[], &page).is_none());
    Ok(())
}

#[tokio::test]
async fn a_memory_without_bytes_keeps_nothing() -> Result<(), Fault> {
    let store = Store::connect("sqlite::memory:", 1).await?;
    store.migrate().await?;
    let (catalogue, edition) = (store.catalogue().await?, store.current().await?);
    let published = Published { edition: &edition, catalogue: &catalogue };
    assert!(store.kept_figures(published, &[]).is_none());
    Ok(())
}
