//! How many people live in each commune, as Insee counted them; between and after the two counts on a line.

use std::collections::HashMap;

use super::{
    error::DemonstrationError,
    files::{self, places::Commune},
    open::table::Table,
};

/// People by version of a commune.
#[derive(Debug)]
pub(super) struct People {
    /// In 2016 and in 2022, by key.
    counted: HashMap<String, (u64, u64)>,
}

/// Fewer people than this are drawn for no commune.
const FEWEST: i64 = 50;

/// The key of a version of a commune: its code and its name, since a merged commune keeps a code.
pub(super) fn key(commune: &Commune) -> String {
    format!("{} {}", commune.code, commune.name)
}

impl People {
    /// Counts the people of every version of a commune.
    ///
    /// # Errors
    ///
    /// [`DemonstrationError`] when Insee's file lacks a commune.
    pub fn count(table: &Table) -> Result<Self, DemonstrationError> {
        let communes: Vec<Commune> = files::COMMUNES.csv(b',')?;
        let mut counted = HashMap::new();
        for commune in &communes {
            let people = |column: &str| table.people(&commune.successor, column);
            let part = |all: u64| all * commune.part / 10_000;
            counted.insert(key(commune), (part(people("P16_POP")?), part(people("P22_POP")?)));
        }
        Ok(Self { counted })
    }

    /// The people of a commune in a year.
    pub fn of(&self, commune: &str, year: i32) -> u64 {
        let (before, after) = self.counted.get(commune).copied().unwrap_or_default();
        let (before, after) = (before as i64, after as i64);
        let people = before + (after - before) * (i64::from(year) - 2016) / 6;
        people.max(FEWEST).unsigned_abs()
    }
}
