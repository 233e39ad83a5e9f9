//! Cells as the rule judges them.

use std::collections::HashSet;

use super::{CellKey, Laid, LayError, Notes, Sums};
use crate::secrecy::{
    Address, Raw, Rule,
    closure::Closed,
    engine::{
        self, Cell, CellIndex, Holders,
        primary::{FactError, Facts},
    },
    groups::is_group,
    relations::Index,
};

/// Puts every number of an indicator into the table, delivered or derived.
pub(super) fn lay_cells(
    laid: &mut Laid,
    notes: &mut Notes,
    (indicator_id, closed, carried): (i32, &Closed<'_>, &HashSet<CellKey>),
    sums: &Sums,
    rule: &Rule,
) -> Result<Index, LayError> {
    let mut index = Index::new();
    for (address, raw) in closed.all() {
        // What follows is never shown, but whoever subtracts has it: it is as sensitive as if it had been delivered.
        let delivered = !closed.derived.contains_key(&address);
        let key = CellKey { indicator_id, address };
        let own = delivered && !carried.contains(&key);
        if own {
            laid.own.insert(key);
        }
        let published = own && address.territory_id >= 0 && !sums.hidden.contains(&address.territory_id);
        let inhabitants = inhabitants(address.territory_id, sums, rule);
        let (mut cell, contributors) = judged(key, raw, (published, inhabitants), rule)?;
        if raw.is_withheld() {
            cell.protection = Some(rule.of_withheld(cell.value, cell.protection));
            cell.frozen = false;
        }
        // Everybody may guess that what was not delivered is nothing.
        cell.frozen |= !delivered && cell.value == 0 && !rule.needs_zeros();
        let at = laid.table.cells.len() as CellIndex;
        if closed.presumed.contains(&address) {
            notes.presumed.insert(at);
        }
        index.insert(address, at);
        laid.table.cells.push(cell);
        laid.keys.push(key);
        notes.alone.push(contributors == 1);
    }
    Ok(index)
}

/// A cell as the rule judges it, and how many units stand behind it.
pub(super) fn judged(
    key: CellKey,
    raw: &Raw,
    (published, inhabitants): (bool, Option<u64>),
    rule: &Rule,
) -> Result<(Cell, u32), LayError> {
    let CellKey { indicator_id, address: Address { territory_id, .. } } = key;
    let (value, contributors) = count(raw).ok_or(LayError::NotACount { indicator_id, territory_id })?;
    let largest = largest(raw, value, contributors);
    let facts = Facts {
        contributors: Some(u64::from(contributors)),
        largest: largest.as_ref().map(std::slice::from_ref),
        inhabitants,
        ..Facts::of(value)
    };
    let fault = |fault| LayError::Facts { indicator_id, territory_id, fault };
    Ok((cell(value, published, &facts, rule).map_err(fault)?, contributors))
}

/// Largest amount that is planned: far above any count of people, far below where sums overflow.
const LARGEST_AMOUNT: f64 = 1e15;

/// An amount as a whole number, and how many units stand behind it.
pub(in crate::secrecy) fn count(raw: &Raw) -> Option<(i64, u32)> {
    let amount = raw.open();
    if !(0.0..=LARGEST_AMOUNT).contains(&amount) || amount.fract() != 0.0 {
        return None;
    }
    let value = amount as i64;
    Some((value, raw.contributors().unwrap_or(u32::try_from(value).unwrap_or(u32::MAX))))
}

/// What the largest contributor adds, rounded up: a share that was rounded never lets a cell pass. Who is alone adds
/// all, which the rule knows by itself.
fn largest(raw: &Raw, value: i64, contributors: u32) -> Option<i64> {
    let amount = raw.largest_amount().filter(|_| contributors > 1)?;
    Some(((amount - ROUNDING).ceil() as i64).clamp(0, value))
}

/// What the arithmetic of shares may be off by.
const ROUNDING: f64 = 1e-6;

/// The inhabitants of a territory. Nobody counts those of a part that is never shown, but whoever subtracts would
/// describe it like a territory; of one that is no more, a number may be shown. Else it has as many as the whole where it
/// is all of it, or it is taken for too small.
pub(super) fn inhabitants(territory_id: i32, sums: &Sums, rule: &Rule) -> Option<u64> {
    let known = rule.inhabitants(territory_id);
    if known.is_some() || (territory_id >= 0 && !sums.hidden.contains(&territory_id)) {
        return known;
    }
    let wholes = sums.sums.iter().filter(|(_, parts)| parts.as_slice() == [territory_id]);
    let all_of_it = wholes.filter_map(|(whole, _)| rule.inhabitants(*whole)).max();
    // Territories that are missing together have as many as all of them.
    let together = sums.sums.iter().filter(|(whole, _)| *whole == territory_id).find_map(|(_, parts)| {
        let of = |part: &i32| rule.inhabitants(*part).or(is_group(territory_id).then_some(HARDLY_ANYBODY));
        parts.iter().map(of).sum::<Option<u64>>()
    });
    // What is left of a territory has as many as the others leave.
    let left = || {
        let around = sums.sums.iter().filter(|(_, parts)| parts.contains(&territory_id));
        around.filter_map(|(whole, parts)| {
            let others =
                parts.iter().filter(|part| **part != territory_id).map(|part| rule.inhabitants(*part));
            rule.inhabitants(*whole)?.checked_sub(others.sum::<Option<u64>>()?)
        })
    };
    let left = || left().max().filter(|left| *left > 0);
    Some(all_of_it.or(together).or_else(left).unwrap_or(HARDLY_ANYBODY))
}

/// Fewer than any minimum of inhabitants, and not a place where nobody lives.
pub(super) const HARDLY_ANYBODY: u64 = 1;

fn cell(value: i64, published: bool, facts: &Facts<'_>, rule: &Rule) -> Result<Cell, FactError> {
    let contributors = facts.contributors.map_or(1, |contributors| contributors.max(1));
    let unit = i64::try_from(contributors).map_or(1, |contributors| (value / contributors).max(1));
    let protection = rule.judge(facts)?.protection();
    let zeros_shown = published && !rule.needs_zeros();
    Ok(Cell {
        value,
        cost: engine::cost((value / unit) as u64),
        protection,
        published,
        frozen: zeros_shown && value == 0,
        least: i64::from(zeros_shown && value > 0),
        singleton: None,
        holders: Holders::NOBODY,
    })
}
