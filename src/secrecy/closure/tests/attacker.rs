//! Somebody who keeps every answer, knows every territory, month and category, delivered or not, every sum between them,
//! that one count is a part of the other, and which numbers a revision concerns.
//!
//! Numbers are sought that were handed in, and those of the edition that was handed in last. A number that was revised
//! before anybody handed it in is left out: what it was follows from totals of both editions for whoever knows that
//! nothing else was revised, and nobody who plans can know that.

use std::collections::HashMap;

use super::{
    THRESHOLD,
    world::{CONTAINED, Editions, Fault, World, lines},
};
use crate::secrecy::{
    Address,
    engine::{AuditOptions, Cell, Holders, Relation, Status, Table, audit},
    table::CellKey,
};

/// What was told of a number of an edition: whether it was shown.
pub type Answers = HashMap<(usize, CellKey), bool>;

/// What the attacker finds of numbers that identify people, in words; nothing where all hold. `latest` is the edition of
/// the last release.
pub fn found(
    (truth, latest): (&Editions, usize),
    told: &Answers,
    world: World,
) -> Result<Vec<String>, Fault> {
    // A number that no revision concerns is the same in every edition.
    let edition_of = |edition: usize, key: &CellKey| if truth.revised.contains(key) { edition } else { 0 };
    let mut at: HashMap<(usize, CellKey), u32> = HashMap::new();
    let (mut names, mut values, mut sought) = (Vec::new(), Vec::new(), Vec::new());
    for (edition, numbers) in truth.editions.iter().enumerate() {
        for (key, value) in numbers.iter().filter(|(key, _)| edition_of(edition, key) == edition) {
            at.insert((edition, *key), names.len() as u32);
            names.push(*key);
            values.push(*value);
            let is_current = !truth.revised.contains(key) || edition == latest;
            sought.push(is_current || told.contains_key(&(edition, *key)));
        }
    }
    let mut answers: HashMap<u32, bool> = HashMap::new();
    for ((edition, key), shown) in told {
        let place = at.get(&(edition_of(*edition, key), *key)).ok_or("no such cell")?;
        *answers.entry(*place).or_default() |= *shown;
    }
    let cell = |value: i64, shown: Option<&bool>| Cell {
        value,
        cost: 1,
        protection: None,
        published: shown.is_some(),
        frozen: false,
        // Zeros are shown, so that what is masked is none.
        least: i64::from(shown == Some(&false)),
        singleton: None,
        holders: Holders::NOBODY,
    };
    let status = |shown: Option<&bool>| match shown {
        Some(true) => Status::Shown,
        Some(false) => Status::Secondary,
        None => Status::Hidden,
    };
    let mut cells: Vec<Cell> =
        values.iter().zip(0..).map(|(value, place)| cell(*value, answers.get(&place))).collect();
    let mut statuses: Vec<Status> =
        (0..).take(cells.len()).map(|place| status(answers.get(&place))).collect();
    let mut relations = Vec::new();
    for (edition, numbers) in truth.editions.iter().enumerate() {
        let numbered =
            |key: &CellKey| at.get(&(edition_of(edition, key), *key)).copied().ok_or("no such cell");
        for line in lines(world)? {
            let terms = line.iter().zip(std::iter::once(-1).chain(std::iter::repeat(1)));
            let terms = terms.map(|(key, by)| Ok((numbered(key)?, by)));
            relations.push(Relation { terms: terms.collect::<Result<_, Fault>>()? });
        }
        for (part, value) in numbers {
            let Some(pair) = CONTAINED.iter().find(|pair| pair.part_id == part.indicator_id) else {
                continue;
            };
            let whole = CellKey { indicator_id: pair.whole_id, ..*part };
            let rest = cells.len() as u32;
            cells.push(cell(numbers.get(&whole).ok_or("no such whole")? - value, None));
            statuses.push(Status::Hidden);
            let terms = vec![(numbered(&whole)?, -1), (numbered(part)?, 1), (rest, 1)];
            relations.push(Relation { terms });
        }
    }
    let attacked = audit(&Table { cells, relations }, &statuses, AuditOptions::default(), &mut |_, _| {})?;
    let sensitive = attacked.cells.iter().filter_map(|feasible| {
        let place = feasible.cell as usize;
        let (key, value): (&CellKey, &i64) = (names.get(place)?, values.get(place)?);
        let narrow = feasible.high.is_some_and(|high| high - feasible.low < THRESHOLD - 2);
        let CellKey { indicator_id, address: Address { territory_id, period, breakdown_id } } = key;
        let told = format!(
            "{indicator_id} in {territory_id}, {period}, {breakdown_id}, is {value}, found {} to {:?}",
            feasible.low, feasible.high
        );
        (*sought.get(place)? && (1..THRESHOLD).contains(value) && narrow).then_some(told)
    });
    Ok(sensitive.collect())
}
