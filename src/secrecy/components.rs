//! Figures that nobody reads and that sums bind to one another, and which of them may be told to somebody without telling others.
//!
//! Whether somebody is told figures is decided by what everybody sees alone, and by what they may have as they ask: which figures
//! are read, and which sums bind the others.
//! A decision that looked at what they are would tell it, whatever it is called and however it is drawn.
//!
//! # Citations
//!
//! K. Kenthapadi, N. Mishra, K. Nissim, *Simulatable auditing*, PODS 2005.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{
    combined::Combined,
    engine::CellIndex,
    plan::{Earlier, Request},
    succession,
    table::{CellKey, Laid, LayError, Sums},
};

/// Figures that are not read, in groups: nothing binds those of one to those of another one.
///
/// Whoever is told all figures of a group learns nothing of the others; whoever is told some of them may. Kept as the
/// territories that groups lie in, as a release keeps them to decide by whenever somebody asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Components {
    /// Whether nothing is told, whatever is granted.
    closed: bool,
    /// Territories of groups of which no grant opens all: some of it is masked by the provider, or left of a total elsewhere.
    sealed: BTreeSet<i32>,
    /// Territories of each other group; none that lies in another one.
    together: Vec<BTreeSet<i32>>,
}

/// Figures that are not read and that sums bind to one another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Component {
    /// Their territories.
    territories: BTreeSet<i32>,
    /// Whether there are some that no grant opens.
    sealed: bool,
}

impl Components {
    /// Those of a release that shows some figures, with all that readers have had before of its source and period. The same
    /// figure is one and the same in all of them: whether it has changed is nothing that everybody sees.
    ///
    /// # Errors
    ///
    /// [`LayError`] when the release or an earlier one makes no table.
    pub fn of(request: &Request<'_>, shown: &HashSet<CellKey>) -> Result<Self, LayError> {
        let mut figures = Figures::default();
        for (at, earlier) in request.earlier.iter().enumerate() {
            let before = request.earlier.get(..at).unwrap_or_default();
            let combined = Combined::of(before.iter().map(|one| &one.sheets), &earlier.sheets);
            let laid = succession::lay_whole(request, &earlier.sums, &combined)?;
            figures.add(&laid, |key| is_read(key, (&combined, &earlier.shown), before));
        }
        let combined = Combined::of(request.earlier.iter().map(|one| &one.sheets), request.sheets);
        let laid = succession::lay_whole(request, request.sums, &combined)?;
        figures.add(&laid, |key| is_read(key, (&combined, shown), request.earlier));
        for (one, parts) in &request.sums.mergers {
            figures.merge(*one, parts);
        }
        let all = request.earlier.iter().map(|earlier| &earlier.sums).chain([request.sums]);
        Ok(figures.components(&holding(all)))
    }

    /// Those of a release that opens nothing.
    #[must_use]
    pub fn closed() -> Self {
        Self { closed: true, ..Self::default() }
    }

    /// The territories that any of them lies in.
    pub fn territories(&self) -> impl Iterator<Item = i32> {
        self.sealed.iter().chain(self.together.iter().flatten()).copied()
    }

    /// Of some territories those of which every masked figure may be told to somebody who may have what lies in all of these,
    /// and is told nothing else.
    #[must_use]
    pub fn tellable(&self, territories: &BTreeSet<i32>) -> BTreeSet<i32> {
        if self.closed {
            return BTreeSet::new();
        }
        let mut told: BTreeSet<i32> = territories.difference(&self.sealed).copied().collect();
        loop {
            let closed: BTreeSet<i32> = self
                .together
                .iter()
                .filter(|together| !together.is_subset(&told))
                .flat_map(|together| together.intersection(&told).copied())
                .collect();
            if closed.is_empty() {
                return told;
            }
            told.retain(|territory_id| !closed.contains(territory_id));
        }
    }

    /// As they are kept: what one group decides, another within it does not decide again.
    fn kept(all: impl IntoIterator<Item = Component>) -> Self {
        let (sealed, open): (Vec<Component>, Vec<Component>) =
            all.into_iter().partition(|component| component.sealed);
        let sealed: BTreeSet<i32> = sealed.into_iter().flat_map(|component| component.territories).collect();
        let mut together: Vec<BTreeSet<i32>> =
            open.into_iter().map(|component| component.territories).collect();
        together.sort_by_key(|territories| std::cmp::Reverse(territories.len()));
        let mut kept: Vec<BTreeSet<i32>> = Vec::new();
        for territories in together {
            if !kept.iter().any(|wider| territories.is_subset(wider)) {
                kept.push(territories);
            }
        }
        kept.sort();
        Self { closed: false, sealed, together: kept }
    }
}

/// For each piece that territories cut out of each other, those that it lies in.
fn holding<'s>(all: impl Iterator<Item = &'s Sums>) -> HashMap<i32, BTreeSet<i32>> {
    let mut holding: HashMap<i32, BTreeSet<i32>> = HashMap::new();
    for (whole, parts) in all.flat_map(|sums| &sums.sums) {
        for piece in parts.iter().filter(|part| **part < 0) {
            holding.entry(*piece).or_default().insert(*whole);
        }
    }
    holding
}

/// Whether everybody reads a figure: in the release that brought it last.
fn is_read(key: &CellKey, (combined, shown): (&Combined, &HashSet<CellKey>), before: &[Earlier]) -> bool {
    if !combined.carried.contains(key) {
        return shown.contains(key);
    }
    let brought = |earlier: &&Earlier| {
        earlier.sheets.get(&key.indicator_id).is_some_and(|sheet| sheet.get(&key.address).is_some())
    };
    before.iter().rev().find(brought).is_some_and(|earlier| earlier.shown.contains(key))
}

/// Figures that are not known, and what binds them.
#[derive(Default)]
struct Figures {
    /// The number of each.
    numbers: HashMap<CellKey, usize>,
    /// To which other one each is bound; itself where to none.
    bound: Vec<usize>,
    /// Those that are not read: whether a grant for the territory opens them.
    masked: HashMap<CellKey, bool>,
}

impl Figures {
    /// Adds the figures of a release, and the sums that bind them.
    fn add(&mut self, laid: &Laid, is_read: impl Fn(&CellKey) -> bool) {
        let known = known(laid, is_read);
        self.bind_all(laid, &known);
        // All that nobody reads, whether it is shown by itself or not: which of it is sensitive says how large it is.
        for ((key, cell), _) in
            laid.keys.iter().zip(&laid.table.cells).zip(&known).filter(|(_, known)| !**known)
        {
            self.number(key);
            *self.masked.entry(*key).or_insert(true) &= !cell.holders.is_nobody();
        }
    }

    fn bind_all(&mut self, laid: &Laid, known: &[bool]) {
        let unknown = |at: CellIndex| known.get(at as usize) == Some(&false);
        // Sums that did not hold any more are no others to whoever does not know what changed.
        let sums = laid.table.relations.iter().chain(&laid.dropped);
        let sums = sums.map(|relation| relation.terms.iter().map(|(at, _)| *at).collect::<Vec<_>>());
        // What is left elsewhere may be nothing, and is no part of a sum then: that is not to be told either.
        let open_sums = laid.rests_elsewhere.iter().cloned();
        let all = sums.map(|cells| (cells, false)).chain(open_sums.map(|cells| (cells, true)));
        for (cells, is_open) in all {
            let unknown = cells.into_iter().filter(|at| unknown(*at));
            let keys: Vec<&CellKey> = unknown.filter_map(|at| laid.keys.get(at as usize)).collect();
            let Some((first, others)) = keys.split_first() else { continue };
            let number = self.number(first);
            for other in others {
                let other = self.number(other);
                self.bind(number, other);
            }
            if is_open {
                self.masked.insert(**first, false);
            }
        }
    }

    /// Binds what became one territory to it.
    fn merge(&mut self, one: i32, parts: &[i32]) {
        let concerned = |id: i32| id == one || parts.contains(&id);
        let mut first: HashMap<CellKey, usize> = HashMap::new();
        let found: Vec<(CellKey, usize)> = self
            .numbers
            .iter()
            .filter(|(key, _)| concerned(key.address.territory_id))
            .map(|(key, number)| (*key, *number))
            .collect();
        for (mut key, number) in found {
            key.address.territory_id = one;
            let first = *first.entry(key).or_insert(number);
            self.bind(first, number);
        }
    }

    fn number(&mut self, key: &CellKey) -> usize {
        let next = self.bound.len();
        let number = *self.numbers.entry(*key).or_insert(next);
        if number == next {
            self.bound.push(next);
        }
        number
    }

    fn root(&mut self, mut number: usize) -> usize {
        while let Some(next) = self.bound.get(number).copied().filter(|next| *next != number) {
            let after = self.bound.get(next).copied().unwrap_or(next);
            if let Some(place) = self.bound.get_mut(number) {
                *place = after;
            }
            number = next;
        }
        number
    }

    fn bind(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        if let Some(place) = self.bound.get_mut(other) {
            *place = one;
        }
    }

    fn components(mut self, holding: &HashMap<i32, BTreeSet<i32>>) -> Components {
        let masked: Vec<(CellKey, bool)> = self.masked.drain().collect();
        let mut components: HashMap<usize, Component> = HashMap::new();
        for (key, opens) in masked {
            let number = self.number(&key);
            let component = components.entry(self.root(number)).or_default();
            let territory_id = key.address.territory_id;
            match holding.get(&territory_id) {
                // Who sees a piece is who sees all that it lies in.
                Some(around) => component.territories.extend(around),
                None => {
                    component.territories.insert(territory_id);
                }
            }
            component.sealed |= !opens;
        }
        Components::kept(components.into_values())
    }
}

/// Which cells everybody knows: what is read, and what follows from sums of which all else is known.
fn known(laid: &Laid, is_read: impl Fn(&CellKey) -> bool) -> Vec<bool> {
    let mut figures: HashSet<CellKey> = HashSet::new();
    let mut known: Vec<bool> = laid
        .keys
        .iter()
        // What follows the first of a key is a rest of that figure.
        .map(|key| figures.insert(*key) && is_read(key))
        .collect();
    loop {
        let mut found = false;
        for relation in &laid.table.relations {
            let mut unknown = relation.terms.iter().filter(|(at, _)| known.get(*at as usize) == Some(&false));
            if let (Some((at, _)), None) = (unknown.next(), unknown.next())
                && let Some(place) = known.get_mut(*at as usize)
            {
                (*place, found) = (true, true);
            }
        }
        if !found {
            return known;
        }
    }
}

#[cfg(test)]
mod tests;
