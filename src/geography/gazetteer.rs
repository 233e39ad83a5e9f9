//! The gazetteer: every version of every territory, by number, by code and by name.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use chrono::{Days, NaiveDate};
use entity::types::{Level, TerritoryCode};

use super::{FIRST_VINTAGE, LAST_VINTAGE, Vintage};
use crate::language::Language;

/// One version of a territory.
#[derive(Clone, Debug, PartialEq)]
pub struct Territory {
    /// Number; the key of figures.
    pub id: i32,
    /// Level.
    pub level: Level,
    /// Code.
    pub code: TerritoryCode,
    /// Name.
    pub name: String,
    /// Name in English, where it is another one: that of what is made up.
    pub name_en: Option<String>,
    /// First day, where known.
    pub valid_from: Option<NaiveDate>,
    /// Last day, when it has ended.
    pub valid_to: Option<NaiveDate>,
    /// Generation of the priority neighbourhoods, 2015 or 2024.
    pub generation: Option<i32>,
    /// False when code and contour are made up for the demonstration.
    pub official: bool,
    /// Longitude and latitude, degrees WGS 84.
    pub centroid: Option<(f64, f64)>,
}

impl Territory {
    /// Its name in a language.
    #[must_use]
    pub fn name_in(&self, language: Language) -> &str {
        language.pick(&self.name, self.name_en.as_deref().unwrap_or(&self.name))
    }

    /// Whether the version is valid on a day.
    #[must_use]
    pub fn exists_on(&self, day: NaiveDate) -> bool {
        self.valid_from.is_none_or(|first| first <= day) && self.valid_to.is_none_or(|last| day <= last)
    }

    /// Whether the version belongs to a vintage.
    #[must_use]
    pub fn exists_in(&self, vintage: Vintage) -> bool {
        self.exists_on(vintage.day())
    }

    /// The latest vintage that the version belongs to; the latest of all when it belongs to none.
    #[must_use]
    pub fn last_vintage(&self) -> Vintage {
        (FIRST_VINTAGE..=LAST_VINTAGE)
            .rev()
            .filter_map(|year| Vintage::of_year(year).ok())
            .find(|vintage| self.exists_in(*vintage))
            .unwrap_or(Vintage::LATEST)
    }
}

/// A territory that another one cuts without nesting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overlap {
    /// The other one.
    pub other: i32,
    /// Share of this one's area that lies in the other, 0 to 1.
    pub area_share: f64,
}

/// What the gazetteer is made from.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// Versions.
    pub territories: Vec<Territory>,
    /// (child, parent).
    pub memberships: Vec<(i32, i32)>,
    /// (predecessor, successor).
    pub successions: Vec<(i32, i32)>,
    /// (territory, other, share of the territory's area).
    pub overlaps: Vec<(i32, i32, f64)>,
}

/// By the number of a territory, which nobody from outside chooses.
type Numbered<T> = HashMap<i32, T, RandomState>;

/// Every version of every territory.
#[derive(Clone, Debug, Default)]
pub struct Gazetteer {
    territories: Vec<Territory>,
    position: Numbered<usize>,
    by_code: HashMap<TerritoryCode, Vec<i32>>,
    parents: Numbered<Vec<i32>>,
    children: Numbered<Vec<i32>>,
    predecessors: Numbered<Vec<i32>>,
    successors: Numbered<Vec<i32>>,
    overlaps: Numbered<Vec<Overlap>>,
    /// Where priority neighbourhoods stand: few among many.
    neighbourhoods: Vec<usize>,
}

impl Gazetteer {
    /// Builds the gazetteer; lists come out ordered by level, then code.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let mut gazetteer = Self { territories: parts.territories, ..Self::default() };
        gazetteer
            .territories
            .sort_by(|a, b| (a.level, &a.code, a.valid_from).cmp(&(b.level, &b.code, b.valid_from)));
        for (position, territory) in gazetteer.territories.iter().enumerate() {
            gazetteer.position.insert(territory.id, position);
            gazetteer.by_code.entry(territory.code.clone()).or_default().push(territory.id);
            if territory.level == Level::PriorityNeighbourhood {
                gazetteer.neighbourhoods.push(position);
            }
        }
        for (child, parent) in parts.memberships {
            gazetteer.parents.entry(child).or_default().push(parent);
            gazetteer.children.entry(parent).or_default().push(child);
        }
        for (predecessor, successor) in parts.successions {
            gazetteer.successors.entry(predecessor).or_default().push(successor);
            gazetteer.predecessors.entry(successor).or_default().push(predecessor);
        }
        for (territory, other, area_share) in parts.overlaps {
            gazetteer.overlaps.entry(territory).or_default().push(Overlap { other, area_share });
        }
        gazetteer.order_lists();
        gazetteer
    }

    fn order_lists(&mut self) {
        let position = &self.position;
        let lists = [&mut self.parents, &mut self.children, &mut self.predecessors, &mut self.successors];
        for list in lists.into_iter().flat_map(HashMap::values_mut) {
            list.sort_unstable_by_key(|id| position.get(id));
        }
        for list in self.overlaps.values_mut() {
            list.sort_unstable_by_key(|overlap| position.get(&overlap.other));
        }
    }

    /// Every version, ordered by level, then code.
    #[must_use]
    pub fn all(&self) -> &[Territory] {
        &self.territories
    }

    /// These versions, in the same order: what is asked of few is not looked for among all.
    #[must_use]
    pub fn ordered(&self, ids: &HashSet<i32>) -> Vec<&Territory> {
        let mut positions: Vec<usize> = ids.iter().filter_map(|id| self.position(*id)).collect();
        positions.sort_unstable();
        positions.into_iter().filter_map(|position| self.territories.get(position)).collect()
    }

    /// A version by its number.
    #[must_use]
    pub fn get(&self, id: i32) -> Option<&Territory> {
        self.territories.get(*self.position.get(&id)?)
    }

    /// Where a version stands in the order of [`all`](Self::all).
    #[must_use]
    pub fn position(&self, id: i32) -> Option<usize> {
        self.position.get(&id).copied()
    }

    /// Every version under a code.
    pub fn versions(&self, code: &TerritoryCode) -> impl Iterator<Item = &Territory> {
        self.by_code.get(code).into_iter().flatten().filter_map(|id| self.get(*id))
    }

    /// The version under a code that is valid on a day; the widest when several levels share the code.
    #[must_use]
    pub fn find(&self, code: &TerritoryCode, level: Option<Level>, day: NaiveDate) -> Option<&Territory> {
        self.versions(code)
            .find(|found| level.is_none_or(|level| level == found.level) && found.exists_on(day))
    }

    fn list<'a>(&'a self, of: &'a Numbered<Vec<i32>>, id: i32) -> impl Iterator<Item = &'a Territory> {
        of.get(&id).into_iter().flatten().filter_map(|other| self.get(*other))
    }

    /// Territories that it lies in directly.
    pub fn parents(&self, id: i32) -> impl Iterator<Item = &Territory> {
        self.list(&self.parents, id)
    }

    /// Territories that lie in it directly.
    pub fn children(&self, id: i32) -> impl Iterator<Item = &Territory> {
        self.list(&self.children, id)
    }

    /// What it came from.
    pub fn predecessors(&self, id: i32) -> impl Iterator<Item = &Territory> {
        self.list(&self.predecessors, id)
    }

    /// What it became.
    pub fn successors(&self, id: i32) -> impl Iterator<Item = &Territory> {
        self.list(&self.successors, id)
    }

    /// Territories that it cuts, or that cut it, without nesting.
    #[must_use]
    pub fn overlaps(&self, id: i32) -> &[Overlap] {
        self.overlaps.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Every territory that it lies in, nearest first.
    #[must_use]
    pub fn ancestors(&self, id: i32) -> Vec<&Territory> {
        let mut found: Vec<&Territory> = self.parents(id).collect();
        let mut next = 0;
        while let Some(territory) = found.get(next).copied() {
            for parent in self.parents(territory.id) {
                if !found.iter().any(|known| known.id == parent.id) {
                    found.push(parent);
                }
            }
            next += 1;
        }
        found.sort_by_key(|territory| std::cmp::Reverse(self.position(territory.id)));
        found
    }

    /// These territories and all that lies *wholly* in them: a neighbourhood that spans communes is in
    /// the set only when every commune that it cuts is.
    #[must_use]
    pub fn closure(&self, roots: impl IntoIterator<Item = i32>) -> HashSet<i32> {
        let mut set: HashSet<i32> = HashSet::new();
        let mut waiting: Vec<i32> = roots.into_iter().collect();
        while let Some(id) = waiting.pop() {
            if set.insert(id) {
                waiting.extend(self.children(id).map(|child| child.id));
            }
        }
        let neighbourhoods =
            self.neighbourhoods.iter().filter_map(|position| self.territories.get(*position));
        let spanning: Vec<i32> = neighbourhoods
            .filter(|territory| !set.contains(&territory.id))
            .filter(|territory| {
                self.communes_cut(territory.id).is_some_and(|communes| communes.is_subset(&set))
            })
            .map(|territory| territory.id)
            .collect();
        set.extend(spanning);
        set
    }

    fn communes_cut(&self, id: i32) -> Option<HashSet<i32>> {
        let is_commune = |other: &i32| self.get(*other).is_some_and(|other| other.level == Level::Commune);
        let communes: HashSet<i32> =
            self.overlaps(id).iter().map(|overlap| overlap.other).filter(is_commune).collect();
        (!communes.is_empty()).then_some(communes)
    }

    /// The day before which a version that ended gave way, for messages.
    #[must_use]
    pub fn replaced_on(territory: &Territory) -> Option<NaiveDate> {
        territory.valid_to?.checked_add_days(Days::new(1))
    }
}
