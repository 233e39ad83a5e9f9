//! Territories of a delivery, by the codes of its vintage and generation.

use std::collections::HashMap;

use entity::types::{Level, TerritoryCode};

use super::{
    issue::{Detail, Issue, IssueCode, Issues, Subject},
    nearest::{Shape, nearest, shaped},
};
use crate::geography::{FIRST_VINTAGE, Gazetteer, LAST_VINTAGE, Territory, Vintage, partition::Partition};

/// A territory of the delivery, or a part that is never published.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Its number; negative for a part.
    pub id: i32,
    /// Its level; a part is as fine as an IRIS.
    pub level: Level,
}

/// Territories by the codes of a vintage and a generation.
pub(super) struct Places<'a> {
    gazetteer: &'a Gazetteer,
    pub partition: Partition,
    pub vintage: Vintage,
    pub generation: i32,
    found: HashMap<String, Place>,
    /// How often near codes were looked for: they are told of the issues that are kept, and take long.
    suggested: u64,
}

/// What divides an IRIS from the neighbourhood that cuts it in the code of a part.
const CUT: char = '/';

impl<'a> Places<'a> {
    pub fn new(gazetteer: &'a Gazetteer, vintage: Vintage, generation: i32) -> Self {
        let partition = Partition::of(gazetteer, vintage, generation);
        Self { gazetteer, partition, vintage, generation, found: HashMap::new(), suggested: 0 }
    }

    /// The territory under a code, or the part under `IRIS/NEIGHBOURHOOD`.
    ///
    /// # Errors
    ///
    /// [`IssueCode::EmptyField`], [`IssueCode::VintageMismatch`] or [`IssueCode::UnknownTerritory`].
    pub fn find(&mut self, text: &str) -> Result<Place, Issue> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Issue::new(IssueCode::EmptyField, Detail::None));
        }
        if let Some(place) = self.found.get(text) {
            return Ok(*place);
        }
        let place = match text.split_once(CUT) {
            Some((inside, neighbourhood)) => self.part(inside, neighbourhood),
            None => self.whole(text).map(|found| Place { id: found.id, level: found.level }),
        };
        match place {
            Ok(place) => {
                self.found.insert(text.to_owned(), place);
                Ok(place)
            }
            Err(issue) => Err(issue.unwrap_or_else(|| {
                self.suggested += 1;
                let name = shaped(text, Shape::Territory);
                let told = name.is_some() && self.suggested <= Issues::KEPT;
                let nearest = if told { self.near(text) } else { Vec::new() };
                Issue::new(IssueCode::UnknownTerritory, Detail::Unknown { name, nearest, more: false })
            })),
        }
    }

    fn fits(&self, territory: &Territory) -> bool {
        match territory.generation {
            Some(generation) => generation == self.generation,
            None => territory.exists_in(self.vintage),
        }
    }

    fn whole(&self, text: &str) -> Result<&'a Territory, Option<Issue>> {
        let code = TerritoryCode::parse(text.trim()).or(Err(None))?;
        let versions: Vec<&Territory> = self.gazetteer.versions(&code).collect();
        if let Some(found) = versions.iter().find(|territory| self.fits(territory)) {
            return Ok(*found);
        }
        let Some(first) = versions.first() else { return Err(None) };
        let (asked, mut exists) = match first.generation {
            Some(_) => (self.generation, versions.iter().filter_map(|version| version.generation).collect()),
            None => (self.vintage.year(), years(&versions)),
        };
        exists.dedup();
        let issue = Issue::new(IssueCode::VintageMismatch, Detail::Vintage { asked, exists });
        let subject = Subject { territory: Some(code.to_string()), ..Subject::default() };
        Err(Some(issue.about(subject)))
    }

    fn part(&self, inside: &str, neighbourhood: &str) -> Result<Place, Option<Issue>> {
        let (inside, neighbourhood) = (self.whole(inside)?.id, self.whole(neighbourhood)?.id);
        let mut parts = self.partition.parts.iter();
        let part = parts.find(|part| part.inside == inside && part.neighbourhood == neighbourhood);
        part.map(|part| Place { id: part.id, level: Level::Iris }).ok_or(None)
    }

    /// The code under which people know a territory, a part or what is left of an IRIS.
    pub fn code(&self, id: i32) -> Option<String> {
        let code = |id: i32| self.gazetteer.get(id).map(|territory| territory.code.to_string());
        if let Some(part) = self.partition.parts.iter().find(|part| part.id == id) {
            return Some(format!("{}{CUT}{}", code(part.inside)?, code(part.neighbourhood)?));
        }
        let rest = self.partition.rests.iter().find(|rest| rest.id == id);
        code(rest.map_or(id, |rest| rest.whole))
    }

    /// The codes that come nearest: of parts of the same IRIS, else of territories of the delivery's geography.
    fn near(&self, text: &str) -> Vec<String> {
        if let Some((inside, _)) = text.split_once(CUT)
            && let Ok(inside) = self.whole(inside)
        {
            let parts = self.partition.parts.iter().filter(|part| part.inside == inside.id);
            return parts.filter_map(|part| self.code(part.id)).collect();
        }
        let there = self.gazetteer.all().iter().filter(|territory| self.fits(territory));
        nearest(text, there.map(|territory| territory.code.as_str()))
    }
}

/// Vintages in which any of these versions exists.
fn years(versions: &[&Territory]) -> Vec<i32> {
    (FIRST_VINTAGE..=LAST_VINTAGE)
        .filter(|year| {
            Vintage::of_year(*year).is_ok_and(|vintage| versions.iter().any(|known| known.exists_in(vintage)))
        })
        .collect()
}
