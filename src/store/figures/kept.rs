//! Figures that are kept in memory: those of each indicator in each release are read once, in the background, as soon as
//! somebody asks for some of them.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use entity::types::Period;
use moka::sync::Cache;
use tokio::sync::Semaphore;

use super::{
    FigureFilter, FigureKey, FigurePage, FigureRow, Published, Shape,
    columns::Columns,
    search::{Part, Searched},
};
use crate::store::Store;

/// An indicator in a release.
type Place = (i32, i32);
/// All that is published of an indicator, by release.
type Whole = Arc<Vec<(i32, Arc<Columns>)>>;

/// What was read once is not read again for so long, whether it found a place in the memory or not.
const REST: Duration = Duration::from_secs(600);
/// For how long it is remembered that all of an indicator is there.
const MOMENT: Duration = Duration::from_secs(60);
/// Most figures that one search looks at in memory: longer ones are left to the database, which lets others go first.
const MOST_LOOKED_AT: usize = 200_000;
/// Most indicators of which is known that all of them is there.
const MOST_WHOLE: u64 = 10_000;
/// Most of those of which is known when they were read.
const MOST_TRIED: u64 = 100_000;

/// The figures that are kept in memory.
pub struct FigureMemory {
    bytes: u64,
    /// Most figures that one search looks at.
    pub(super) most_looked_at: usize,
    known: Cache<Place, Arc<Columns>>,
    /// By indicator, for a moment: what is gone from the memory is held no longer by it.
    whole: Cache<i32, Whole>,
    tried: Cache<Place, ()>,
    /// One is read at a time: whoever asks meanwhile is answered by the database.
    turn: Semaphore,
    coming: AtomicUsize,
    /// How often all was forgotten.
    forgotten: AtomicU64,
}

impl Default for FigureMemory {
    fn default() -> Self {
        Self::new(0)
    }
}

impl FigureMemory {
    /// With so many bytes of memory; none keeps nothing.
    #[must_use]
    pub fn new(bytes: u64) -> Self {
        let weight = |_: &Place, columns: &Arc<Columns>| u32::try_from(columns.weight()).unwrap_or(u32::MAX);
        Self {
            bytes,
            most_looked_at: MOST_LOOKED_AT,
            known: Cache::builder().max_capacity(bytes).weigher(weight).build(),
            whole: Cache::builder().max_capacity(MOST_WHOLE).time_to_live(MOMENT).build(),
            tried: Cache::builder().max_capacity(MOST_TRIED).time_to_live(REST).build(),
            turn: Semaphore::new(1),
            coming: AtomicUsize::new(0),
            forgotten: AtomicU64::new(0),
        }
    }
}

impl FigureMemory {
    /// Forgets all: the database is of before, restored, or a copy that lacks the last changes took its place.
    pub fn forget(&self) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        self.known.invalidate_all();
        self.whole.invalidate_all();
        self.tried.invalidate_all();
    }
}

impl Store {
    /// The same database, with so many bytes for figures in memory.
    #[must_use]
    pub fn keeping_figures(self, bytes: u64) -> Self {
        Self { figures: Arc::new(FigureMemory::new(bytes)), ..self }
    }

    /// Waits until the figures that were asked for are in memory.
    pub async fn figures_settled(&self) {
        while self.figures.coming.load(Ordering::SeqCst) > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// The figures under these keys, in their order; those that nobody has are missing. None where some would have to be read
    /// first, which is begun.
    pub(in crate::store) fn kept_figures(
        &self,
        published: Published<'_>,
        keys: &[FigureKey],
    ) -> Option<Vec<FigureRow>> {
        let indicators = keys.iter().map(|key| key.indicator_id);
        let parts = self.parts(published, indicators)?;
        let row = |key: &FigureKey| {
            // Of a figure that stood in two releases the last one would be read.
            parts.get(&key.indicator_id)?.iter().rev().find_map(|(release_id, columns)| {
                let masked = columns
                    .has(key.period)
                    .then(|| columns.get(key.territory_id, key.period, key.breakdown_id));
                masked.flatten().map(|masked| FigureRow { key: *key, release_id: *release_id, masked })
            })
        };
        Some(keys.iter().filter_map(row).collect())
    }

    /// A page of the figures that fit a filter, in order, and one more when there are more; none as above.
    pub(in crate::store) fn search_kept(
        &self,
        published: Published<'_>,
        filter: &FigureFilter,
        shown: &[Shape],
        page: &FigurePage,
    ) -> Option<Vec<FigureRow>> {
        let parts = self.parts(published, filter.indicators.iter().copied())?;
        let (searched, parts) = (Searched::new(filter, shown), list(&parts));
        (searched.looked_at(&parts) <= self.figures.most_looked_at).then(|| searched.page(&parts, page))
    }

    /// How many figures fit a filter; none as above.
    pub(in crate::store) fn count_kept(
        &self,
        published: Published<'_>,
        filter: &FigureFilter,
        shown: &[Shape],
    ) -> Option<u64> {
        let parts = self.parts(published, filter.indicators.iter().copied())?;
        let (searched, parts) = (Searched::new(filter, shown), list(&parts));
        (searched.looked_at(&parts) <= self.figures.most_looked_at).then(|| searched.count(&parts))
    }

    /// The periods for which indicators have figures, in order; none as above.
    pub(in crate::store) fn periods_kept(
        &self,
        published: Published<'_>,
        indicators: &[i32],
    ) -> Option<HashMap<i32, Vec<Period>>> {
        let parts = self.parts(published, indicators.iter().copied())?;
        let periods = parts.into_iter().map(|(indicator_id, columns)| {
            let all = columns.iter().flat_map(|(_, columns)| columns.periods());
            let mut all: Vec<Period> = all.copied().collect();
            all.sort_unstable();
            all.dedup();
            (indicator_id, all)
        });
        Some(periods.filter(|(_, all)| !all.is_empty()).collect())
    }

    /// All that is published of indicators, by release; none where some of it is not in memory.
    fn parts(
        &self,
        published: Published<'_>,
        indicators: impl Iterator<Item = i32>,
    ) -> Option<HashMap<i32, Whole>> {
        if self.figures.bytes == 0 {
            return None;
        }
        let (mut parts, mut whole) = (HashMap::new(), true);
        for indicator_id in indicators {
            if let Entry::Vacant(place) = parts.entry(indicator_id) {
                match self.part(published, indicator_id) {
                    Some(part) => drop(place.insert(part)),
                    None => whole = false,
                }
            }
        }
        whole.then_some(parts)
    }

    /// All that is published of an indicator; none where some of it is not in memory.
    fn part(&self, published: Published<'_>, indicator_id: i32) -> Option<Whole> {
        let before = self.figures.forgotten.load(Ordering::SeqCst);
        let releases = published.releases_of(indicator_id);
        let known = self.figures.whole.get(&indicator_id);
        let known = known.filter(|known| known.iter().map(|(release_id, _)| *release_id).eq(releases));
        if known.is_some() {
            return known;
        }
        let (mut part, mut whole) = (Vec::new(), true);
        for release_id in published.releases_of(indicator_id) {
            match self.figures.known.get(&(release_id, indicator_id)) {
                Some(columns) => part.push((release_id, columns)),
                None => {
                    whole = false;
                    self.come((release_id, indicator_id));
                }
            }
        }
        let part = whole.then(|| Arc::new(part))?;
        self.figures.whole.insert(indicator_id, Arc::clone(&part));
        if self.figures.forgotten.load(Ordering::SeqCst) != before {
            self.figures.whole.invalidate(&indicator_id);
        }
        Some(part)
    }

    /// Reads the figures of an indicator in a release in the background, unless that was done a moment ago.
    fn come(&self, place: Place) {
        let memory = Arc::clone(&self.figures);
        if !memory.tried.entry(place).or_insert(()).is_fresh() {
            return;
        }
        let store = self.clone();
        memory.coming.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(async move {
            // It is never closed.
            let turn = memory.turn.acquire().await.ok();
            // It may have waited for longer than what it is not asked again for.
            memory.tried.insert(place, ());
            let before = memory.forgotten.load(Ordering::SeqCst);
            match store.columns(place).await {
                Ok(columns) => {
                    memory.known.insert(place, Arc::new(columns));
                    // What was read while all was forgotten may be of before.
                    if memory.forgotten.load(Ordering::SeqCst) != before {
                        memory.forget();
                    }
                    memory.known.run_pending_tasks();
                    metrics::gauge!("observatoire_kept_figures_bytes")
                        .set(memory.known.weighted_size() as f64);
                }
                Err(cause) => {
                    memory.tried.invalidate(&place);
                    tracing::warn!(%cause, "figures were not brought into memory");
                }
            }
            drop(turn);
            memory.coming.fetch_sub(1, Ordering::SeqCst);
        });
    }
}

/// Whatever order they were found in.
fn list(parts: &HashMap<i32, Whole>) -> Vec<Part<'_>> {
    let mut all = Vec::new();
    for (indicator_id, releases) in parts {
        for (release_id, columns) in releases.iter() {
            all.push(Part { indicator_id: *indicator_id, release_id: *release_id, columns });
        }
    }
    all
}
