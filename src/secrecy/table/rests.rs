//! What is left of a total beside the parts that are known: never shown, but bound.

use super::{
    CellKey, Containment, Laid, LayError, Notes, Sums,
    cells::{HARDLY_ANYBODY, inhabitants, judged},
};
use crate::secrecy::{
    Address, Raw, Rule,
    closure::{Closed, Gap},
    engine::{Cell, CellIndex},
    inspect,
    relations::{self, Index},
};

/// Binds totals to the parts that are there where several are not. What is left is a number that nobody is shown, and as
/// sensitive as if it had been delivered.
pub(super) fn relate_gaps(
    laid: &mut Laid,
    notes: &mut Notes,
    (indicator_id, closed, index): (i32, &Closed<'_>, &Index),
    (gaps, sums): (&[Gap], &Sums),
    rule: &Rule,
) -> Result<(), LayError> {
    for Gap { total, parts, absent } in gaps {
        let found = |address: &Address| Some((closed.get(address)?, *index.get(address)?));
        let Some((whole, total_cell)) = found(total) else { continue };
        let (raws, mut cells): (Vec<&Raw>, Vec<CellIndex>) = parts.iter().filter_map(found).unzip();
        // Parts that are more than the total are no parts of it.
        let Some(rest) = inspect::rest(whole, &raws) else { continue };
        // Nothing is left for those where they are zeros, as everybody may guess.
        if rest.open() > 0.0 {
            let few = |part: &Address| inhabitants(part.territory_id, sums, rule).unwrap_or(HARDLY_ANYBODY);
            let elsewhere = absent.iter().any(|part| part.territory_id != total.territory_id);
            let inhabitants = if elsewhere {
                Some(absent.iter().map(few).sum())
            } else {
                inhabitants(total.territory_id, sums, rule)
            };
            let key = CellKey { indicator_id, address: *total };
            let (cell, contributors) = judged(key, &rest, (false, inhabitants), rule)?;
            let at = laid.table.cells.len() as CellIndex;
            if elsewhere {
                notes.elsewhere.insert(at);
            }
            cells.push(at);
            laid.table.cells.push(cell);
            laid.keys.push(key);
            notes.alone.push(contributors == 1);
        }
        relations::relate(&mut laid.table, total_cell, cells);
    }
    Ok(())
}

/// Splits each whole into the part and a rest that is never shown: what is known of the part and the whole
/// together binds them both, for the rest is never negative.
pub(super) fn relate_containment(
    laid: &mut Laid,
    notes: &mut Notes,
    Containment { part_id, whole_id }: Containment,
    (part, whole): (&Index, &Index),
) -> Result<(), LayError> {
    for (address, part) in part {
        let Some(&whole) = whole.get(address) else { continue };
        let value = |cell: CellIndex| laid.table.cells.get(cell as usize).map_or(0, |cell| cell.value);
        let rest = value(whole) - value(*part);
        if rest < 0 {
            return Err(LayError::MoreThanWhole { part_id, whole_id, territory_id: address.territory_id });
        }
        let hidden = laid.table.cells.len() as CellIndex;
        laid.table.cells.push(Cell {
            value: rest,
            cost: 0,
            protection: None,
            published: false,
            frozen: false,
            least: 0,
            singleton: None,
            held: false,
        });
        laid.keys.push(CellKey { indicator_id: part_id, address: *address });
        notes.alone.push(rest == 1);
        relations::relate(&mut laid.table, whole, [*part, hidden]);
    }
    Ok(())
}
